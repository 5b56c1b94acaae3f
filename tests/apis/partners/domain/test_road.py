"""The road as a state machine, and what has to be shown on it."""

from dataclasses import replace

import pytest

from mockserver.apis.partners.domain import application, evidence, road
from mockserver.apis.partners.domain.application import Application
from mockserver.apis.partners.domain.evidence import Evidence
from mockserver.apis.partners.domain.road import MOST_STEPS, ROAD, Road, RoadAction, next_stage
from mockserver.core.errors import IllegalAction
from mockserver.core.money import Market
from mockserver.world.domain.partner import PartnerKind, PartnerStage

A, S = RoadAction, PartnerStage
TABLE = {
    None: {A.APPLY: S.APPLIED},
    S.APPLIED: {A.APPROVE: S.APPROVED, A.DECLINE: S.DECLINED},
    S.DECLINED: {A.APPLY: S.APPLIED},
    S.APPROVED: {A.START_PILOT: S.PILOTING},
    S.PILOTING: {A.START_PILOT: S.PILOTING, A.SEND_IN: S.SENT_IN},
    S.SENT_IN: {A.VERIFY: S.LIVE, A.SEND_BACK: S.PILOTING},
    S.LIVE: {},
}
GOOD = Application(
    "Ny AS",
    Market.NO,
    "915000013",
    "Kari",
    "kari@ny.example.com",
    "https://ny.example.com",
    (PartnerKind.PSP,),
    "Shops",
)
WHOLE = Evidence(True, "https://ny.example.com/docs", "123456", "https://ny.example.com/demo", ("order-1",))


@pytest.mark.parametrize("action", RoadAction)
@pytest.mark.parametrize("stage", [None, *PartnerStage])
def test_every_pair_of_stage_and_action(stage: PartnerStage | None, action: RoadAction) -> None:
    expected = TABLE[stage].get(action)
    assert road.is_allowed(stage, action) is (expected is not None)
    if expected is None:
        with pytest.raises(IllegalAction, match=f"cannot do this: {action}"):
            next_stage(stage, action)
    else:
        assert next_stage(stage, action) is expected


def test_every_stage_can_be_reached_and_left_but_the_last() -> None:
    assert set(ROAD.values()) == set(PartnerStage)
    assert {stage for stage, _ in ROAD} == {None, *PartnerStage} - {PartnerStage.LIVE}


def test_the_history_keeps_the_latest_steps() -> None:
    here = Road("partner", "page")
    for at in range(MOST_STEPS + 5):
        here = road.step(here, A.SEND_BACK if at % 2 else A.SEND_IN, at, f"note {at}")
    assert [each.at for each in here.history] == [*range(5, MOST_STEPS + 5)]
    assert here.reason is None
    assert road.step(here, A.SEND_BACK, 1, "more").reason == "more"
    assert road.step(here, A.DECLINE, 1, "no").reason == "no"
    assert Road("partner", "page").reason is None


@pytest.mark.parametrize("stage", PartnerStage)
def test_evidence_is_gathered_between_approval_and_sending_in(stage: PartnerStage) -> None:
    if stage in (S.APPROVED, S.PILOTING):
        road.check_open(stage)
    else:
        with pytest.raises(IllegalAction):
            road.check_open(stage)


def test_a_good_application_is_good_and_says_which_partner_it_makes() -> None:
    assert [*application.violations(GOOD)] == []
    assert GOOD.partner_id == "partner-no-915000013"
    assert replace(GOOD, market=Market.FI, organisation_number="4997481-8").partner_id == "partner-fi-49974818"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 51}, "name"),
        ({"name": "   "}, "name"),
        ({"organisation_number": "12"}, "organisationNumber"),
        ({"organisation_number": "abc"}, "organisationNumber"),
        ({"contact": ""}, "contact"),
        ({"email": "nobody"}, "email"),
        ({"email": "a@b"}, "email"),
        ({"email": "a b@c.no"}, "email"),
        ({"email": "a@b.no\r\nBcc: c@d.no"}, "email"),
        ({"email": "a@b.no\n"}, "email"),
        ({"email": f"{'a' * 250}@b.no"}, "email"),
        ({"website": "ny.example.com"}, "website"),
        ({"website": "http://ny.example.com"}, "website"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"website": f"https://ny.example.com/{'a' * 2000}"}, "website"),
        ({"kinds": ()}, "kinds"),
        ({"kinds": (PartnerKind.PSP, PartnerKind.PSP)}, "kinds"),
        ({"solution": ""}, "solution"),
        ({"solution": "x" * 2001}, "solution"),
    ],
)
def test_a_bad_application_is_told_its_field(change: dict[str, object], field: str) -> None:
    bad: Application = replace(GOOD, **change)  # type: ignore[arg-type]
    assert {each.field for each in application.violations(bad)} == {field}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"terms_accepted": False}, "termsAccepted"),
        ({"documentation": None}, "documentation"),
        ({"pilot": None}, "pilot"),
        ({"demo": None}, "demo"),
        ({"examples": ()}, "examples"),
    ],
)
def test_nothing_may_be_missing_when_it_is_sent_in(change: dict[str, object], field: str) -> None:
    assert evidence.missing(WHOLE) == []
    some: Evidence = replace(WHOLE, **change)  # type: ignore[arg-type]
    assert [each.field for each in evidence.missing(some)] == [field]
    assert len(evidence.missing(Evidence())) == 5
    assert [*evidence.violations(some)] == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"documentation": "docs"}, "documentation"),
        ({"demo": "x" * 2001}, "demo"),
        ({"examples": ("a",) * 21}, "examples"),
        ({"examples": ("a", "")}, "examples"),
        ({"examples": ("x" * 201,)}, "examples"),
    ],
)
def test_what_cannot_be_evidence(change: dict[str, object], field: str) -> None:
    bad: Evidence = replace(WHOLE, **change)  # type: ignore[arg-type]
    assert [each.field for each in evidence.violations(bad)] == [field]
