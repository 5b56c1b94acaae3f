from typing import Any

import pytest

from tests.apis.helpers import (
    aggregate,
    assert_problem,
    authorized,
    created,
    event_names,
    new_reference,
    set_customer,
    shared_emulator,
)
from tests.harness import Emulator

shared = shared_emulator()
DECLINES = {
    151: "not enough money",
    182: "issuer",
    183: "fraud",
    184: "withdrawal limit",
    186: "expired",
    187: "not valid",
}


def approve(emulator: Emulator, reference: str, content: Any = None, *, msn: str = "123456") -> Any:
    return emulator.api("POST", f"/test/payments/{reference}/approve", content, msn=msn, key=new_reference())


def by(phone: str) -> dict[str, Any]:
    return {"customer": {"phoneNumber": phone}}


def payer(emulator: Emulator, reference: str) -> Any:
    return emulator.control("GET", f"/payments/123456/{reference}").json()["customer"]


def test_it_approves_with_an_empty_answer(shared: Emulator) -> None:
    reference = created(shared)
    answer = approve(shared, reference, by("4798765432"))
    assert (answer.status_code, answer.content) == (200, b"")
    assert shared.get(reference)["state"] == "AUTHORIZED"
    assert payer(shared, reference) == "4798765432"
    assert event_names(shared, reference) == ["CREATED", "AUTHORIZED"]


@pytest.mark.parametrize("content", [b"", b"{}", b"null"])
def test_without_a_customer_it_approves_too(shared: Emulator, content: bytes) -> None:
    reference = created(shared)
    headers = shared.headers(Content_Type="application/json")
    path = f"/epayment/v1/test/payments/{reference}/approve"
    assert shared.request("POST", path, headers=headers, content=content).status_code == 200
    assert payer(shared, reference) == "4712345678"


def test_the_payments_own_customer_comes_before_the_first(shared: Emulator) -> None:
    reference = created(shared, customer={"phoneNumber": "4798765432"})
    assert approve(shared, reference).status_code == 200
    assert payer(shared, reference) == "4798765432"


@pytest.mark.parametrize("msn", ["223456", "323456", "423456"])
def test_the_customer_is_one_of_the_market(shared: Emulator, msn: str) -> None:
    reference = authorized(shared, msn=msn)
    phone = shared.control("GET", f"/payments/{msn}/{reference}").json()["customer"]
    country = {"223456": "45", "323456": "358", "423456": "46"}[msn]
    assert phone.startswith(country)


def test_the_token_of_the_payment_is_taken(shared: Emulator) -> None:
    reference = created(shared)
    token = shared.get(reference)["redirectUrl"].partition("token=")[2]
    other = created(shared)
    assert "token" in assert_problem(approve(shared, other, {"token": token}), 400, "10020")
    assert "token" in assert_problem(approve(shared, other, {"token": "nonsense"}), 400, "10020")
    assert approve(shared, reference, {"token": token}).status_code == 200


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"customer": {"phoneNumber": "123"}}, "4070"),
        ({"customer": {"personalQr": "x"}}, "4060"),
        ({"customer": {"customerToken": "nobody"}}, "4050"),
        ({"customer": {"phoneNumber": 4712345678.5}}, None),
        ({"customer": "4712345678"}, None),
        ([], None),
    ],
)
def test_a_customer_that_is_none_is_refused(shared: Emulator, content: Any, code: str | None) -> None:
    reference = created(shared)
    assert_problem(approve(shared, reference, content), 400, code)
    assert shared.get(reference)["state"] == "CREATED"


@pytest.mark.parametrize(
    ("phone", "code"),
    [("4791000006", "10020"), ("4791000002", "10050"), ("4791000003", "10010")],
    ids=["newcomer", "no cards", "expired card"],
)
def test_customers_who_cannot_pay_say_why(shared: Emulator, phone: str, code: str) -> None:
    reference = created(shared)
    assert_problem(approve(shared, reference, by(phone)), 400, code)
    assert shared.get(reference)["state"] == "CREATED"


def test_above_the_customers_limit_is_10070(shared: Emulator) -> None:
    reference = created(shared, 100_001)
    assert_problem(approve(shared, reference, by("4791000004")), 400, "10070")
    assert approve(shared, created(shared, 100_000), by("4791000004")).status_code == 200


@pytest.mark.parametrize(("msn", "phone"), [("223456", "4591000001"), ("323456", "358409100001")])
def test_blocked_cards_are_10040_unless_there_is_another(shared: Emulator, msn: str, phone: str) -> None:
    method = {"type": "WALLET", "blockedSources": ["COMMERCIAL_CARDS"]}
    reference = created(shared, msn=msn, paymentMethod=method)
    answer = approve(shared, reference, by(phone), msn=msn)
    if msn == "223456":
        assert_problem(answer, 400, "10040")
    else:
        assert answer.status_code == 200
        assert shared.get(reference, msn=msn)["paymentMethod"]["cardBin"] == "492500"


def test_a_newcomer_who_approved_by_hand_may_be_used(emulator: Emulator) -> None:
    by_hand, reference = created(emulator), created(emulator)
    assert_problem(approve(emulator, reference, by("4791000006")), 400, "10020")
    emulator.control("POST", f"/payments/123456/{by_hand}/approve", {"customer": "4791000006"})
    assert approve(emulator, reference, by("4791000006")).status_code == 200


def test_twice_is_6230(shared: Emulator) -> None:
    reference = authorized(shared)
    assert_problem(approve(shared, reference), 400, "6230")
    assert event_names(shared, reference) == ["CREATED", "AUTHORIZED"]


@pytest.mark.parametrize("end", ["abort", "expire"])
def test_an_ended_payment_is_10020(shared: Emulator, end: str) -> None:
    reference = created(shared)
    shared.control("POST", f"/payments/123456/{reference}/{end}")
    assert_problem(approve(shared, reference), 400, "10020")


def test_express_is_10060(shared: Emulator) -> None:
    option = {"id": "home", "name": "Home", "amount": {"currency": "NOK", "value": 0}}
    group = {"type": "HOME_DELIVERY", "brand": "POSTEN", "options": [option]}
    reference = created(shared, shipping={"fixedOptions": [group]}, profile={"scope": "name address email phoneNumber"})
    assert_problem(approve(shared, reference), 400, "10060")


@pytest.mark.parametrize(("value", "words"), DECLINES.items())
@pytest.mark.parametrize("msn", ["123456", "223456", "323456"])
def test_magic_amounts_decline_and_leave_the_payment_waiting(
    shared: Emulator, value: int, words: str, msn: str
) -> None:
    reference = created(shared, value, msn=msn)
    answer = approve(shared, reference, msn=msn)
    assert_problem(answer, 400, "10010")
    assert words in answer.json()["detail"]
    assert shared.get(reference, msn=msn)["state"] == "CREATED"
    assert event_names(shared, reference, msn=msn) == ["CREATED", "AUTHORIZED!"]
    assert aggregate(shared, reference, msn=msn) == (0, 0, 0, 0)


@pytest.mark.parametrize(("value", "code"), [(197, "10010"), (202, "10030")])
def test_some_magic_amounts_work_in_norway_only(shared: Emulator, value: int, code: str) -> None:
    assert_problem(approve(shared, created(shared, value)), 400, code)
    for msn in ("223456", "323456", "423456"):
        assert approve(shared, created(shared, value, msn=msn), msn=msn).status_code == 200


def test_strong_authentication_leaves_no_failed_event(shared: Emulator) -> None:
    reference = created(shared, 202)
    approve(shared, reference)
    assert event_names(shared, reference) == ["CREATED"]


def test_a_declined_payment_can_be_cancelled_or_expire(emulator: Emulator) -> None:
    cancelled, expired = created(emulator, 151), created(emulator, 182)
    for reference in (cancelled, expired):
        assert_problem(approve(emulator, reference), 400, "10010")
    assert emulator.api("POST", f"/payments/{cancelled}/cancel").json()["state"] == "TERMINATED"
    emulator.advance("PT10M")
    assert event_names(emulator, expired) == ["CREATED", "AUTHORIZED!", "EXPIRED"]


def test_another_customer_may_try_after_a_decline(shared: Emulator) -> None:
    reference = created(shared)
    assert_problem(approve(shared, reference, by("4791000002")), 400, "10050")
    assert approve(shared, reference, by("4712345678")).status_code == 200
    assert event_names(shared, reference) == ["CREATED", "AUTHORIZED!", "AUTHORIZED"]


def test_an_unknown_result_is_known_after_an_hour(emulator: Emulator) -> None:
    reference = created(emulator, 201)
    assert approve(emulator, reference).status_code == 200
    emulator.advance("PT59M59.999S")
    assert emulator.get(reference)["state"] == "CREATED"
    assert event_names(emulator, reference) == ["CREATED"]
    emulator.advance("PT0.001S")
    assert emulator.get(reference)["state"] == "AUTHORIZED"
    assert emulator.events(reference)[-1]["timestamp"] == "2030-03-17T18:46:40.000Z"
    assert emulator.modify("capture", 201, reference).status_code == 200


def test_while_the_result_is_unknown_nothing_else_happens(shared: Emulator) -> None:
    reference = created(shared, 201, profile={"scope": "name"})
    assert approve(shared, reference).status_code == 200
    assert_problem(approve(shared, reference), 400, "6160")
    assert_problem(shared.api("POST", f"/payments/{reference}/cancel"), 400, "6250")
    assert_problem(shared.modify("capture", 201, reference), 400, "6080")
    content = shared.get(reference)
    assert content["profile"] == {}
    assert content["paymentMethod"] == {"type": "WALLET"}
    assert not {"userDetails", "captureGuaranteedUntil"} & set(content)
    assert event_names(shared, reference) == ["CREATED"]


def test_a_changed_customer_counts_at_once(emulator: Emulator) -> None:
    reference = created(emulator)
    set_customer(emulator, "4712345678", payment_limit=9_999)
    assert_problem(approve(emulator, reference), 400, "10070")
