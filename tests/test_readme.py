"""The README lists what there is: nothing missing, nothing invented."""

import re
from pathlib import Path

import pytest

from mockserver.app import LATE_APIS, every_api, vocabulary
from mockserver.control.routes import ROWS
from mockserver.domain.approval import DeclineReason
from mockserver.domain.checklist.points import POINTS
from mockserver.domain.conduct import PaymentBehaviour
from mockserver.domain.customer import LoginBehaviour
from mockserver.domain.faults import FAULTS
from mockserver.domain.logins import Rejection
from mockserver.domain.policy import Kindness
from mockserver.domain.scenario import CONDITIONS, DROPS
from mockserver.domain.scenario_form import OUTCOMES
from mockserver.scenarios import files
from mockserver.settings import Settings
from tests.harness import WORLD

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")


def rows(heading: str) -> list[list[str]]:
    """The table rows under a heading, cell by cell."""
    section = re.split(r"^## ", README, flags=re.MULTILINE)
    text = next(part for part in section if part.startswith(heading))
    lines = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("|---")]
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
        for api in every_api()
        for operation in api.operations
    }


def test_late_apis_are_found_by_the_first_segments_of_their_paths() -> None:
    late = every_api()[-len(LATE_APIS) :]
    assert [api.segments for api in late] == [{segment} for segment in LATE_APIS]


def test_every_control_call_is_listed() -> None:
    assert column("Control") == [f"{method} /_mock{path}" for method, path, _ in ROWS]


def test_every_kindness_is_listed_with_its_meaning() -> None:
    listed = {row[0].strip("`"): row[1] for row in rows("Kinder than the documents")[1:]}
    assert listed == {str(kindness): kindness.meaning for kindness in Kindness}


@pytest.mark.parametrize("reason", DeclineReason)
def test_every_decline_reason_is_named(reason: DeclineReason) -> None:
    assert f"`{reason}`" in README


@pytest.mark.parametrize("word", [*LoginBehaviour, *Rejection])
def test_everything_that_can_become_of_a_login_is_named(word: str) -> None:
    assert f"`{word}`" in README


def test_sales_units_and_customers_of_the_default_world_are_named() -> None:
    named = set(re.findall(r"`(\d+)`", README))
    assert {unit.msn for unit in WORLD.sales_units} <= named
    assert {customer.phone for customer in WORLD.customers} <= named


def test_every_behaviour_is_listed_with_its_meaning() -> None:
    listed = {(row[0].strip("`"), row[1]) for row in rows("Choosing what happens") if len(row) == 2}
    assert {(str(each), each.meaning) for each in PaymentBehaviour} <= listed


@pytest.mark.parametrize(
    "known", [CONDITIONS, OUTCOMES, FAULTS, DROPS], ids=["conditions", "outcomes", "faults", "drops"]
)
def test_all_that_scenarios_can_say_is_listed_with_its_meaning(known: dict[str, str]) -> None:
    listed = {(row[0].strip("`"), row[1]) for row in rows("Choosing what happens") if len(row) == 2}
    assert {(str(name), meaning) for name, meaning in known.items()} <= listed


def test_every_profile_is_listed_with_its_description() -> None:
    listed = {(row[0].strip("`"), row[1]) for row in rows("Choosing what happens") if len(row) == 2}
    assert {(name, files.packaged(name, vocabulary()).description) for name in files.names()} <= listed


def test_the_example_of_a_scenario_is_one() -> None:
    section = README.split("### Scenario rules")[1]
    example = section.split("```yaml\n")[1].split("```")[0]
    assert len(files.parse(example, "example", vocabulary()).rules) == 3


def test_every_point_of_the_checklist_is_listed() -> None:
    listed = [[row[0].strip("`"), *row[1:]] for row in rows("Checklist")[1:]]
    assert listed == [[point.id, point.title, point.source] for point in POINTS]
