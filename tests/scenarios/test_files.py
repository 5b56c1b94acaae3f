"""Scenario files: what is wrong is told with file, line and nearest name; the packaged ones; the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mockserver.app import PRODUCTS
from mockserver.process.cli import main
from mockserver.scenarios import BadScenario, files
from mockserver.scenarios.domain.scenario import describe
from tests.harness import Emulator

SOURCES = Path(__file__).parents[2] / "fixtures" / "scenarios"
PROFILES = ("happy", "declines", "slow-approvals", "pending-orders", "missing-partner-permissions",
            "ambiguous-outcomes", "flaky-network", "webhook-chaos", "deadlines", "subscriptions")  # fmt: skip

GOOD = """\
description: Two rules.
rules:
- name: one
  when:
    operation: createPayment
    amount: {min: 1, max: 5}
    from: 2030-01-01T00:00:00Z
  then: {error: 6010}
- name: two
  enabled: false
  then:
    fault: latency
    seconds: {median: 0.5}
"""


def test_a_good_file_is_read() -> None:
    scenario = files.parse(GOOD, "good.yaml", PRODUCTS.vocabulary)
    assert scenario.description == "Two rules."
    assert [(rule.name, describe(rule.then), rule.on) for rule in scenario.rules] == [
        ("one", "error 6010", True),
        ("two", "fault latency, before the effect", False),
    ]
    assert scenario.rules[0].when.since == 1_893_456_000_000


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("createPayment", "createPaymnt", 5, "did you mean createPayment?"),
        ("6010", "6011", 8, "there is no '6011'; did you mean 6"),
        ("latency", "latncy", 12, "did you mean latency?"),
        ("    amount:", "    ammount:", 6, "there is no such key; did you mean amount?"),
        ("enabled", "enabeld", 10, "did you mean enabled?"),
        ("rules:", "ruls:", 2, "did you mean rules?"),
        ("{min: 1, max: 5}", "{min: 6, max: 5}", 6, "min must not be above max"),
        ("{min: 1, max: 5}", "{least: 6}", 6, "there is no such key"),
        ("2030-01-01T00:00:00Z", "tomorrow", 7, "must be an RFC 3339 time"),
        ("{median: 0.5}", "1000", 13, "must be a number from 0 to 300, in seconds"),
        ("{median: 0.5}", "{median: 0.5, max: 1}", 13, "must be either min and max, or median and spread"),
        ("name: two", "name: one", 9, "is the name of another rule"),
        ("{error: 6010}", "{error: 6010, fault: latency}", 8, "exactly one of"),
        ("{error: 6010}", "{error: 6010, seconds: 5}", 8, "does not go with error"),
        ("{error: 6010}", "{webhook: {duplicate: true}}", 5, "webhook does not work for createPayment"),
        ("{error: 6010}", "{payment: declines, reason: poor}", 8, "there is no 'poor'"),
        ("{error: 6010}", "{order: hold, reason: unclear}", 8, "did you mean purpose-unclear?"),
        ("{error: 6010}", "{fault: answer-lost, effect: before}", 8, "is after the effect"),
        ("{error: 6010}", "{error: 6010, retry_after: 5}", 8, "retry_after: goes with error: 429 only"),
        ("{error: 6010}", "{fault: locked, seconds: 5}", 8, "goes with fault: latency or slow-body only"),
        ("{error: 6010}", "{fault: locked, status: 500}", 8, "goes with fault: status or gateway-error only"),
        ("{error: 6010}", "{payment: approves, reason: no-cards}", 8, "goes with payment: declines or second-try only"),
        ("{error: 6010}", "{payment: declines, for: 5}", 8, "goes with payment: pending only"),
        ("{error: 6010}", "{error: 6010, error: 6020}", 8, "the key 'error' stands twice"),
        ("    amount:", "    operation: getPayment\n    amount:", 6, "the key 'operation' stands twice"),
        ("createPayment", "oauth2Token", 5, "error does not work for oauth2Token"),
        ("    operation: createPayment", "    api: login", 5, "error works for"),
        ("name: one", "name: a/b", 3, "without slashes"),
        ("  then: {error: 6010}", "  then: [", 9, "not valid YAML"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, line: int, words: str) -> None:
    assert old in GOOD
    with pytest.raises(BadScenario) as caught:
        files.parse(GOOD.replace(old, new, 1), "mine.yaml", PRODUCTS.vocabulary)
    assert str(caught.value).startswith(f"mine.yaml:{line}: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{}", "rules: []", "description: none"])
def test_a_file_without_rules_is_empty(text: str) -> None:
    assert files.parse(text, "mine.yaml", PRODUCTS.vocabulary).rules == ()


@pytest.mark.parametrize("text", ["[]", "5", "rules: 5", "rules: [5]", "a: &a [*a]", "{1: 2}", "\x00", "rules: [{}]"])
def test_what_is_no_scenario_at_all_is_refused(text: str) -> None:
    with pytest.raises(BadScenario, match=r"^mine\.yaml"):
        files.parse(text, "mine.yaml", PRODUCTS.vocabulary)


def test_the_packaged_profiles_are_the_sources() -> None:
    assert sorted(PROFILES) == files.names() == sorted(each.stem for each in SOURCES.iterdir())
    for name in PROFILES:
        text = (SOURCES / f"{name}.yaml").read_text("utf-8")
        assert files.packaged(name, PRODUCTS.vocabulary).text == text
        assert text.startswith("# A correct ")


@pytest.mark.parametrize("name", PROFILES)
def test_every_profile_can_be_started_with_and_switched_to(start: Callable[..., Emulator], name: str) -> None:
    rules = [rule.name for rule in files.packaged(name, PRODUCTS.vocabulary).rules]
    emulator = start(scenario=(name,))
    assert [each["name"] for each in emulator.control("GET", "/scenarios").json()["rules"]] == rules
    assert emulator.control("PUT", "/scenarios", {"profiles": []}).json()["rules"] == []
    shown = emulator.control("PUT", "/scenarios", {"profiles": [name]}).json()
    assert [each["name"] for each in shown["rules"]] == rules
    assert shown["profiles"] == sorted(PROFILES)


def test_all_packaged_profiles_go_together(start: Callable[..., Emulator]) -> None:
    emulator = start(scenario=PROFILES)
    named = [each["name"] for each in emulator.control("GET", "/scenarios").json()["rules"]]
    apart = [rule.name for name in PROFILES for rule in files.packaged(name, PRODUCTS.vocabulary).rules]
    assert named == apart
    shown = emulator.control("PUT", "/scenarios", {"profiles": [*reversed(PROFILES)]}).json()
    assert len(shown["rules"]) == len(apart) > 30


def test_several_scenarios_at_once(start: Callable[..., Emulator], tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(GOOD)
    emulator = start(scenario=("deadlines", str(mine)))
    names = [each["name"] for each in emulator.control("GET", "/scenarios").json()["rules"]]
    assert names[0] == "capture too late"
    assert names[-2:] == ["one", "two"]
    with pytest.raises(BadScenario, match="another scenario has a rule 'one' too"):
        start(scenario=(str(mine), str(mine)))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_the_command_line_lists_shows_and_checks(tmp_path: Path) -> None:
    listed = run("scenarios", "list").stdout
    assert all(f"{name} " in listed for name in PROFILES)
    assert run("scenarios", "show", "declines").stdout == (SOURCES / "declines.yaml").read_text("utf-8")
    result = run("scenarios", "show", "decline")
    assert (result.exit_code, "did you mean declines?" in result.stderr) == (2, True)
    mine = tmp_path / "mine.yaml"
    mine.write_text(GOOD)
    result = run("scenarios", "check", str(mine))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "ok one: error 6010, for createPayment"
    mine.write_text("description: Nothing yet.")
    assert run("scenarios", "check", str(mine)).stdout == "ok, without a rule\n"
    mine.write_text(GOOD.replace("createPayment", "createPaiment"))
    result = run("scenarios", "check", str(mine))
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"vipps-mockserver: {mine}:5: ")


def test_a_server_does_not_start_with_a_scenario_that_is_none(tmp_path: Path) -> None:
    result = run("serve", "--port", "0", "--scenario", "declins")
    assert (result.exit_code, "did you mean declines?" in result.stderr) == (2, True)
    result = run("serve", "--port", "0", "--scenario", str(tmp_path / "none.yaml"))
    assert (result.exit_code, "cannot be read" in result.stderr) == (2, True)
