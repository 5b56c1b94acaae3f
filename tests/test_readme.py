"""README and docs list what there is: nothing missing, nothing invented."""

import re
from pathlib import Path

import pytest

from mockserver.apis.epayment.domain.approval import DeclineReason
from mockserver.apis.login.domain.logins import Rejection
from mockserver.app import PRODUCTS, every_control_row
from mockserver.checklist.points.points import Checklist
from mockserver.core.policy import Kindness
from mockserver.process.cli import main
from mockserver.scenarios import files
from mockserver.scenarios.domain.faults import FAULTS
from mockserver.scenarios.domain.scenario import DROPS
from mockserver.settings import Settings
from mockserver.world.domain.conduct import PaymentBehaviour
from mockserver.world.domain.customer import LoginBehaviour
from tests.documents import EVERYTHING, FILES, section
from tests.harness import WORLD
from tests.process.commands import leaves

CONDITIONS = PRODUCTS.vocabulary.conditions
OUTCOMES = {key: kind.words for key, kind in PRODUCTS.vocabulary.kinds.items()}

POINTS = Checklist(PRODUCTS.checks()).points


def rows(heading: str) -> list[list[str]]:
    """The table rows under a heading, cell by cell."""
    lines = [line for line in section(heading).splitlines() if line.startswith("| ") and not line.startswith("|---")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def column(heading: str, number: int = 0) -> list[str]:
    """The code spans of one column."""
    return [each for row in rows(heading) for each in re.findall(r"`([^`]+)`", row[number])]


def test_every_setting_is_listed_with_its_default_and_meaning() -> None:
    listed = {row[0].strip("`"): row[1:] for row in rows("Settings")[1:]}
    assert set(listed) == set(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        default = "" if field.default in (None, ()) else f"`{field.default!s}`"
        if isinstance(field.default, bool):
            default = default.lower()
        assert listed[name] == [default, field.description]


def test_every_operation_is_listed() -> None:
    listed = set(zip(column("What is emulated"), column("What is emulated", 1), strict=True))
    assert listed == {
        (operation.id, f"{operation.method} {api.prefix}{operation.path}")
        for api in PRODUCTS.every_api()
        for operation in api.operations
    }


def test_late_apis_are_found_by_the_first_segments_of_their_paths() -> None:
    late = {each.segment: each.table.get().segments for each in PRODUCTS.apis if each.segment is not None}
    assert late == {segment: {segment} for segment in late}
    assert len(late) > 3


def test_every_control_call_is_listed() -> None:
    assert sorted(column("Control")) == sorted(f"{method} /_mock{path}" for method, path, _ in every_control_row())


def test_every_command_is_listed() -> None:
    listed = {row[0].strip("`"): row[1] for row in rows("Command line") if row[0].startswith("`")}
    assert listed == {name: " ".join((command.help or "").split("\n\n")[0].split()) for name, command in leaves(main)}


def test_every_kindness_is_listed_with_its_meaning() -> None:
    listed = {row[0].strip("`"): row[1] for row in rows("Kinder than the documents")[1:]}
    assert listed == {str(kindness): kindness.meaning for kindness in Kindness}


@pytest.mark.parametrize("reason", DeclineReason)
def test_every_decline_reason_is_named(reason: DeclineReason) -> None:
    assert f"`{reason}`" in EVERYTHING


@pytest.mark.parametrize("word", [*LoginBehaviour, *Rejection])
def test_everything_that_can_become_of_a_login_is_named(word: str) -> None:
    assert f"`{word}`" in EVERYTHING


def test_sales_units_and_customers_of_the_default_world_are_named() -> None:
    named = set(re.findall(r"`(\d+)`", EVERYTHING))
    assert {unit.msn for unit in WORLD.sales_units} <= named
    assert {customer.phone for customer in WORLD.customers} <= named


def test_every_behaviour_is_listed_with_its_meaning() -> None:
    listed = {(row[0].strip("`"), row[1]) for row in rows("Choosing what happens") if len(row) == 2}
    assert {(str(each), each.meaning) for each in PaymentBehaviour} <= listed


@pytest.mark.parametrize(
    "known",
    [CONDITIONS, OUTCOMES, FAULTS, DROPS],
    ids=["conditions", "outcomes", "faults", "drops"],
)
def test_all_that_scenarios_can_say_is_listed_with_its_meaning(known: dict[str, str]) -> None:
    listed = {(row[0].strip("`"), row[1]) for row in rows("Choosing what happens") if len(row) == 2}
    assert {(str(name), meaning) for name, meaning in known.items()} <= listed


def test_every_profile_is_listed_with_its_description() -> None:
    listed = {(row[0].strip("`"), row[1]) for row in rows("Choosing what happens") if len(row) == 2}
    assert {(name, files.packaged(name, PRODUCTS.vocabulary).description) for name in files.names()} <= listed


def test_the_example_of_a_scenario_is_one() -> None:
    example = section("Scenario rules").split("```yaml\n")[1].split("```")[0]
    assert len(files.parse(example, "example", PRODUCTS.vocabulary).rules) == 3


def test_every_point_of_the_checklist_is_listed() -> None:
    listed = [[row[0].strip("`"), *row[1:]] for row in rows("Points")[1:]]
    assert listed == [[point.id, point.title, point.source] for point in POINTS]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_links_lead_somewhere(file: Path) -> None:
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)", file.read_text("utf-8")):
        page = (file.parent / target) if target else file
        assert page.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), flags=re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings}


def test_the_guide_has_every_page() -> None:
    linked = {
        target for file in FILES[:2] for target in re.findall(r"\]\((?:docs/)?([\w-]+\.md)\)", file.read_text("utf-8"))
    }
    assert {file.name for file in FILES[1:]} - {"README.md"} <= linked
