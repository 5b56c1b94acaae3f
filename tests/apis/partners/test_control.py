"""The road through the control API: every step, what it brings, and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.apis.partners.domain.road import ROAD, RoadAction
from mockserver.world.domain.partner import PartnerStage
from tests.apis.partners.company import FORM, ID, NUMBER, PILOT, STAGES, applied, brought_to, do, mails, road
from tests.harness import Emulator

Start = Callable[..., Emulator]


@pytest.mark.parametrize("action", RoadAction)
@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_and_action_over_http(emulator: Emulator, stage: str, action: str) -> None:
    before = brought_to(emulator, stage)
    told = len(mails(emulator))
    if action == "send-in":
        do(emulator, "evidence")
    before = road(emulator)
    answer = do(emulator, action)
    allowed = (PartnerStage(stage), RoadAction(action)) in ROAD
    if stage == "approved" and action == "start-pilot":
        # Not before the terms are accepted.
        assert answer.status_code == 409
        assert "terms" in answer.text
        do(emulator, "evidence")
        answer = do(emulator, action)
    assert answer.status_code == (200 if allowed else 409), answer.text
    if allowed:
        expected = ROAD[PartnerStage(stage), RoadAction(action)]
        assert road(emulator)["stage"] == expected == answer.json()["stage"]
        assert emulator.control("GET", f"/partners/{ID}").json()["stage"] == expected
        assert answer.json()["history"][-1]["action"] == action
    else:
        assert f"whose stage is {stage}" in answer.text
        assert road(emulator) == before
        assert len(mails(emulator)) == told


def test_emails_tell_of_each_step(emulator: Emulator) -> None:
    brought_to(emulator, "sent-in")
    do(emulator, "send-back", {"reason": "No refund among the examples"})
    do(emulator, "send-in")
    do(emulator, "verify")
    found = mails(emulator)
    assert [each["kind"] for each in found] == [
        "partner-application-received",
        "partner-application-approved",
        "partner-checklist-received",
        "partner-checklist-sent-back",
        "partner-checklist-received",
        "partner-checklist-verified",
        "partner-published",
    ]
    path = road(emulator)["page"].removeprefix("http://emulator.test")
    assert all(path in each["text"] for each in found)
    assert "What is missing: No refund among the examples" in found[3]["text"]
    assert "added to the signup forms" in found[6]["text"]


def test_a_declined_company_is_told_why_and_may_apply_again(emulator: Emulator) -> None:
    applied(emulator)
    do(emulator, "decline", {"reason": "Too few merchants"})
    assert "Reason: Too few merchants" in mails(emulator)[-1]["text"]
    assert "client_id" not in "".join(each["text"] for each in mails(emulator))
    page = road(emulator)["page"]
    again = do(emulator, "apply", FORM | {"name": "Ny Plattform AS", "kinds": ["reseller", "plugin"]}).json()
    assert (again["stage"], again["name"], again["kinds"]) == ("applied", "Ny Plattform AS", ["reseller", "plugin"])
    assert [each["action"] for each in again["history"]] == ["apply", "decline", "apply"]
    assert again["page"] == page


@pytest.mark.parametrize(
    ("change", "field"),
    [({"organisationNumber": "915001001"}, "organisationNumber"), ({"market": "SE"}, "organisationNumber")],
)
def test_another_company_cannot_apply_in_its_place(emulator: Emulator, change: dict[str, str], field: str) -> None:
    brought_to(emulator, "declined")
    refused = do(emulator, "apply", FORM | change)
    assert refused.status_code == 400
    assert field in refused.text
    assert road(emulator)["stage"] == "declined"


@pytest.mark.parametrize(
    ("kinds", "level", "sets"),
    [
        (["platform"], "Partner", (False, True)),
        (["platform"], "Partner Plus", (True, True)),
        (["platform"], "Partner Premium", (True, True)),
        (["reseller"], "Partner Premium", (False, False)),
        (["plugin"], "Partner Plus", (False, False)),
        (["psp"], "Partner Plus", (False, False)),
        (["psp", "platform"], "Partner Plus", (True, True)),
    ],
)
def test_the_approval_brings_the_keys_of_kind_and_level(
    emulator: Emulator, kinds: list[str], level: str, sets: tuple[bool, bool]
) -> None:
    applied(emulator, kinds=kinds)
    found = do(emulator, "approve", {"level": level}).json()
    partner = emulator.control("GET", f"/partners/{ID}").json()
    assert (partner["keys"] is not None, partner["management_keys"] is not None) == sets
    mail = mails(emulator)[-1]["text"]
    unit = emulator.control("GET", f"/sales-units/{found['testMsn']}").json()
    for each in (unit["keys"], partner["keys"] or {}, partner["management_keys"] or {}):
        assert all(secret in mail for name, secret in each.items() if "secondary" not in name)
    assert ("In production" in mail) is any(sets)
    assert (unit["environment"], unit["partner_id"]) == ("test", ID)


def test_the_test_access_works(emulator: Emulator) -> None:
    msn = brought_to(emulator, "approved")["testMsn"]
    keys = emulator.control("GET", f"/sales-units/{msn}").json()["keys"]
    headers = {"client_id": keys["client_id"], "client_secret": keys["client_secret"],
               "Ocp-Apim-Subscription-Key": keys["subscription_key"]}  # fmt: skip
    token = emulator.request("POST", "/accesstoken/get", headers=headers).json()["access_token"]
    answer = emulator.request(
        "GET",
        "/epayment/v1/payments/none",
        headers={"Authorization": f"Bearer {token}", "Ocp-Apim-Subscription-Key": keys["subscription_key"],
                 "Merchant-Serial-Number": msn},
    )  # fmt: skip
    assert answer.status_code == 404, answer.text
    merchant = emulator.control("GET", f"/sales-units/{msn}").json()["merchant_id"]
    company = emulator.control("GET", f"/merchants/{merchant}").json()
    assert (company["organisation_number"], company["agreement"]["state"]) == (NUMBER, "NONE")


def test_a_company_that_is_a_merchant_stays_one(emulator: Emulator) -> None:
    applied(emulator, organisationNumber="211756004")
    found = do(emulator, "approve", id_="partner-no-211756004").json()
    assert emulator.control("GET", f"/sales-units/{found['testMsn']}").json()["merchant_id"] == "merchant-no-2"


@pytest.mark.parametrize("environment", ["emulator", "production"])
def test_its_keys_wait_for_the_verification_in_production(start: Start, environment: str) -> None:
    emulator = start(environment=environment)
    brought_to(emulator, "sent-in")
    keys = emulator.control("GET", f"/partners/{ID}").json()["management_keys"]
    order = {"businessIdentifier": {"scheme": "business:NO:ORG", "id": "910000004"}, "productType": "LOGIN"}

    def prefill(number: int) -> int:
        asked = emulator.request(
            "POST", "/miami/v1/token", auth=tuple(keys.values()), data={"grant_type": "client_credentials"}
        )
        if asked.status_code != 200:
            assert asked.json()["error"] == "invalid_client"
            return asked.status_code
        headers = {"Authorization": f"Bearer {asked.json()['access_token']}", "Idempotency-Key": f"prefill-{number}"}
        return emulator.request("POST", "/management/v1/product-orders", headers=headers, json=order).status_code

    assert prefill(1) == (201 if environment == "emulator" else 401)
    do(emulator, "verify")
    assert prefill(2) == 201


def test_who_is_approved_once_more_keeps_its_access(emulator: Emulator) -> None:
    msn = brought_to(emulator, "approved")["testMsn"]
    keys = emulator.control("GET", f"/partners/{ID}").json()["keys"]
    emulator.control("PATCH", f"/partners/{ID}", {"stage": "applied"})
    assert do(emulator, "approve").json()["testMsn"] == msn
    assert emulator.control("GET", f"/partners/{ID}").json()["keys"] == keys


def test_a_partner_of_the_world_goes_the_same_road(emulator: Emulator) -> None:
    id_ = "partner-on-the-road"
    assert (road(emulator, id_)["page"], road(emulator, id_)["application"]) == (None, None)
    found = do(emulator, "approve", id_=id_).json()
    assert found["page"]
    assert found["testMsn"]
    assert mails(emulator, f"{id_}@partner.example.com")[-1]["kind"] == "partner-application-approved"
    assert road(emulator, "partner-plus")["stage"] == "live"


def test_a_second_application_of_a_company_is_refused(emulator: Emulator) -> None:
    applied(emulator)
    before = len(emulator.control("GET", "/partners").json()["partners"])
    refused = emulator.control("POST", "/partners", FORM | {"name": "Other AS", "organisationNumber": "915 000 013"})
    assert refused.status_code == 400
    refused = emulator.control("POST", "/partners", FORM | {"name": "Other AS"})
    assert refused.json()["extraDetails"][0]["name"] == "organisationNumber"
    assert len(emulator.control("GET", "/partners").json()["partners"]) == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": 5}, "name"),
        ({"name": "Ny\r\nBcc: x@y.no"}, "name"),
        ({"name": "\u202eSA yN"}, "name"),
        ({"contact": "Kari\x00"}, "contact"),
        ({"market": "GB"}, "market"),
        ({"organisationNumber": "x"}, "organisationNumber"),
        ({"email": "a@b.no\r\nBcc: x@y.no"}, "email"),
        ({"email": "a,b@ny.example.com"}, "email"),
        ({"email": "<a@ny.example.com>"}, "email"),
        ({"kinds": []}, "kinds"),
        ({"kinds": ["shop"]}, "kinds[0]"),
        ({"website": "ftp://ny.example.com"}, "website"),
        ({"approvesAfter": -1}, "approvesAfter"),
        ({"approvesAfter": "soon"}, "approvesAfter"),
        ({"approvesAfter": 1e12}, "approvesAfter"),
        ({"level": "Partner Plus"}, "level"),
    ],
)
def test_a_bad_application_changes_nothing(emulator: Emulator, change: dict[str, Any], field: str) -> None:
    refused = emulator.control("POST", "/partners", FORM | change)
    assert refused.status_code == 400, refused.text
    assert field in [each["name"] for each in refused.json()["extraDetails"]]
    assert emulator.control("GET", f"/partners/{ID}").status_code == 404
    assert emulator.control("GET", "/emails").json()["emails"] == []


@pytest.mark.parametrize(
    ("action", "body", "field"),
    [
        ("evidence", {"documentation": "no address"}, "documentation"),
        ("evidence", {"examples": [""]}, "examples"),
        ("evidence", {"examples": "one"}, "examples"),
        ("evidence", {"termsAccepted": "yes"}, "termsAccepted"),
        ("evidence", {"pilot": PILOT}, "pilot"),
        ("start-pilot", {}, "msn"),
        ("start-pilot", {"msn": "123456"}, "msn"),
        ("start-pilot", {"msn": "999999"}, "msn"),
        ("send-in", {"now": True}, "now"),
    ],
)
def test_bad_evidence_changes_nothing(emulator: Emulator, action: str, body: dict[str, Any], field: str) -> None:
    brought_to(emulator, "piloting")
    before = road(emulator)
    refused = do(emulator, action, body)
    assert refused.status_code == 400, refused.text
    assert field in [each["name"] for each in refused.json()["extraDetails"]]
    assert road(emulator) == before


def test_the_unit_to_test_with_is_no_pilot_customer(emulator: Emulator) -> None:
    msn = brought_to(emulator, "piloting")["testMsn"]
    assert do(emulator, "start-pilot", {"msn": msn}).status_code == 400
    emulator.control("PATCH", f"/sales-units/{PILOT}", {"partner_id": ID, "active": False})
    assert emulator.control("POST", f"/partners/{ID}/start-pilot", {"msn": PILOT}).status_code == 400


def test_what_is_missing_is_named_when_it_is_sent_in(emulator: Emulator) -> None:
    brought_to(emulator, "piloting")
    do(emulator, "evidence", {"termsAccepted": False, "demo": None, "examples": []})
    refused = do(emulator, "send-in")
    assert refused.status_code == 400
    assert [each["name"] for each in refused.json()["extraDetails"]] == ["termsAccepted", "demo", "examples"]
    assert road(emulator)["missing"] == ["termsAccepted", "demo", "examples"]
    assert road(emulator)["evidence"]["documentation"]


@pytest.mark.parametrize("action", ["approve", "decline", "verify", "send-back", "send-in", "start-pilot", "apply"])
def test_nobody_knows_a_stranger(emulator: Emulator, action: str) -> None:
    assert do(emulator, action, id_="partner-nobody").status_code == 404
    assert emulator.control("GET", "/partners/partner-nobody/road").status_code == 404


@pytest.mark.parametrize("body", [{"level": "Gold"}, {"level": 1}, {"reason": "x"}])
def test_a_bad_approval(emulator: Emulator, body: dict[str, Any]) -> None:
    applied(emulator)
    assert do(emulator, "approve", body).status_code == 400
    assert do(emulator, "decline", {"reason": ""}).status_code == 400
    assert do(emulator, "decline", {"reason": "x" * 501}).status_code == 400
    assert road(emulator)["stage"] == "applied"


def test_an_application_is_approved_by_time_where_the_call_says_so(emulator: Emulator) -> None:
    assert applied(emulator, approvesAfter=3600)["approvesAt"]
    emulator.advance("PT59M")
    assert road(emulator)["stage"] == "applied"
    emulator.advance("PT1M")
    assert road(emulator)["stage"] == "approved"
    assert road(emulator)["approvesAt"] is None
    assert road(emulator)["history"][-1]["at"] == "2030-03-17T18:46:40.000Z"


def test_an_application_is_approved_by_time_where_the_setting_says_so(start: Start) -> None:
    emulator = start(partner_approval=60)
    applied(emulator)
    do(emulator, "decline")
    emulator.advance("PT2M")
    assert road(emulator)["stage"] == "declined"
    do(emulator, "apply")
    emulator.advance("PT30S")
    do(emulator, "approve")
    msn = road(emulator)["testMsn"]
    emulator.advance("PT1H")
    assert (road(emulator)["stage"], road(emulator)["testMsn"]) == ("approved", msn)


def test_a_check_digit_may_be_wrong_in_the_control_api_always(start: Start) -> None:
    assert applied(start(strict=True), organisationNumber="915000014")["stage"] == "applied"


def test_a_reset_forgets_companies(emulator: Emulator) -> None:
    page = brought_to(emulator, "live")["page"]
    emulator.control("POST", "/reset")
    assert emulator.control("GET", f"/partners/{ID}").status_code == 404
    assert emulator.request("GET", page).status_code == 404
