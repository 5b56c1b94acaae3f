"""Agreements and charges through the control API."""

from typing import Any

import httpx
import pytest

from tests.apis.helpers import set_customer
from tests.apis.recurring.shop import Shop
from tests.control.test_routes import assert_problem
from tests.harness import Emulator
from tests.webhooks.receivers import receivers_of, register

CUSTOMER = "4712345678"
VARIABLE = {"type": "VARIABLE", "suggestedMaxAmount": 50_000, "currency": "NOK"}
INITIAL = {"amount": 4_900, "description": "First box", "transactionType": "RESERVE_CAPTURE"}


@pytest.fixture
def shop(emulator: Emulator) -> Shop:
    return Shop(emulator)


def act(shop: Shop, agreement: str, action: str, content: Any = None) -> httpx.Response:
    return shop.emulator.control("POST", f"/agreements/{agreement}/{action}", content)


def bank(shop: Shop, charge: str, action: str, content: Any = None) -> httpx.Response:
    return shop.emulator.control("POST", f"/charges/{shop.msn}/{charge}/{action}", content)


def made(shop: Shop, **fields: Any) -> dict[str, Any]:
    answer = shop.emulator.control("POST", "/agreements", {"msn": shop.msn} | fields)
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


def test_agreements_are_listed_and_narrowed(shop: Shop) -> None:
    first, second = shop.active(CUSTOMER), shop.drafted(phoneNumber="4798765432", externalId="mine")
    control = shop.emulator.control

    def listed(query: str) -> list[str]:
        return [each["id"] for each in control("GET", f"/agreements{query}").json()["agreements"]]

    assert listed("") == [second, first]
    assert listed("?status=ACTIVE") == listed(f"?customer={CUSTOMER}") == [first]
    assert listed("?msn=123456&limit=1") == [second]
    assert listed("?msn=223456") == []
    assert_problem(control("GET", "/agreements?status=GONE"), 400)
    assert_problem(control("GET", "/agreements?colour=red"), 400)


def test_one_agreement_shows_its_page_and_charges(shop: Shop) -> None:
    agreement = shop.active(CUSTOMER)
    charge = shop.charged(agreement, "2030-04-01", 9_900)
    shown = shop.emulator.control("GET", f"/agreements/{agreement}").json()
    assert shown["landingPage"].startswith("http://emulator.test/agreement?token=")
    assert (shown["status"], shown["customer"], shown["interval"]) == (
        "ACTIVE",
        CUSTOMER,
        {"unit": "MONTH", "count": 1},
    )
    [inside] = shown["charges"]
    assert (inside["id"], inside["state"], inside["due"]) == (charge, "DUE", "2030-04-01")
    assert inside["nextAttempt"] == "2030-04-01T07:00:00.000Z"
    assert_problem(shop.emulator.control("GET", "/agreements/agr_none"), 404)


def test_a_customer_accepts_with_choices(shop: Shop) -> None:
    agreement = shop.drafted(pricing=VARIABLE, scope="name")
    answer = act(shop, agreement, "accept", {"customer": "4798765432", "maximum": 20_000}).json()
    assert (answer["status"], answer["declined"]) == ("ACTIVE", None)
    assert (answer["customer"], answer["pricing"]["maxAmount"]) == ("4798765432", 20_000)
    assert_problem(act(shop, agreement, "accept"), 409)
    shy = shop.drafted(scope="name")
    assert act(shop, shy, "accept", {"consent": False}).json()["status"] == "STOPPED"


def test_a_declined_initial_charge_is_told(shop: Shop) -> None:
    agreement = shop.drafted(initialCharge=INITIAL | {"amount": 151}, phoneNumber=CUSTOMER)
    answer = act(shop, agreement, "accept").json()
    assert (answer["status"], answer["declined"]) == ("PENDING", "user_action_required")
    assert_problem(act(shop, agreement, "accept", {"card": "1"}), 400, "card")
    assert_problem(act(shop, agreement, "accept", {"maximum": 100}), 400, "maxAmount")


def test_drafts_are_rejected_and_expire(shop: Shop) -> None:
    first, second = shop.drafted(), shop.drafted()
    assert act(shop, first, "reject").json()["status"] == "STOPPED"
    assert act(shop, second, "expire").json()["status"] == "EXPIRED"
    for action in ("reject", "expire", "stop"):
        assert_problem(act(shop, first, action), 409)


@pytest.mark.parametrize("by", ["USER", "ADMIN"])
def test_stopping_leaves_what_is_reserved(shop: Shop, by: str) -> None:
    receivers = receivers_of(shop.emulator)
    register(shop.emulator, events=["recurring.agreement-stopped.v1"])
    agreement = shop.active(CUSTOMER)
    due = shop.charged(agreement)
    reserved = shop.charged(agreement, transactionType="RESERVE_CAPTURE")
    bank(shop, reserved, "succeed")
    assert act(shop, agreement, "stop", {"by": by}).json()["status"] == "STOPPED"
    assert (shop.status(agreement, due), shop.status(agreement, reserved)) == ("CANCELLED", "RESERVED")
    shop.emulator.control("POST", "/webhooks/settle")
    assert [each.content["actor"] for each in receivers.received] == [by]
    assert_problem(act(shop, agreement, "stop", {"by": "MERCHANT"}), 400, "by")


def test_the_maximum_changes(shop: Shop) -> None:
    agreement = shop.active(CUSTOMER, pricing=VARIABLE)
    assert act(shop, agreement, "maximum", {"maximum": 30_000}).json()["pricing"]["maxAmount"] == 30_000
    assert_problem(act(shop, agreement, "maximum", {"maximum": 999_999_999}), 400, "maxAmount")
    assert_problem(act(shop, shop.active(CUSTOMER), "maximum", {"maximum": 30_000}), 400, "maxAmount")
    assert_problem(act(shop, agreement, "maximum"), 400, "maximum")


def test_a_charge_goes_through_now(shop: Shop) -> None:
    agreement = shop.active(CUSTOMER)
    far, reserved = shop.charged(agreement, "2031-04-01"), shop.charged(agreement, transactionType="RESERVE_CAPTURE")
    assert bank(shop, far, "succeed").json()["state"] == "CHARGED"
    assert bank(shop, reserved, "succeed").json()["state"] == "RESERVED"
    assert_problem(bank(shop, far, "succeed"), 409)
    assert_problem(bank(shop, "none", "succeed"), 404)
    shown = shop.emulator.control("GET", f"/charges/123456/{far}").json()
    assert [each["name"] for each in shown["events"]] == ["CREATE", "CAPTURE"]


def test_a_charge_fails_for_good_or_once(shop: Shop) -> None:
    receivers = receivers_of(shop.emulator)
    register(shop.emulator, events=["recurring.charge-failed.v1"])
    agreement = shop.active(CUSTOMER)
    once, good = shop.charged(agreement, retryDays=1), shop.charged(agreement, retryDays=14)
    failed = bank(shop, once, "fail", {"reason": "technical_error", "forGood": False}).json()
    assert (failed["state"], failed["failureReason"], failed["attempts"]) == ("DUE", "technical_error", 1)
    failed = bank(shop, good, "fail").json()
    assert (failed["state"], failed["failureReason"]) == ("FAILED", "user_action_required")
    assert_problem(bank(shop, good, "fail", {"forGood": False}), 409)
    shop.emulator.control("POST", "/webhooks/settle")
    assert [each.content["chargeId"] for each in receivers.received] == [good]
    shop.emulator.advance("P20D")
    assert shop.status(agreement, once) == "CHARGED"
    draft = shop.draft(initialCharge=INITIAL).json()
    assert_problem(bank(shop, draft["chargeId"], "succeed"), 409)
    assert_problem(bank(shop, draft["chargeId"], "fail", {"forGood": False}), 409)


def test_all_that_is_due_today_is_tried_once(shop: Shop) -> None:
    control = shop.emulator.control
    agreement, poor = shop.active(CUSTOMER), shop.active("4798765432")
    today = [shop.charged(agreement, "2030-03-18", 1_000) for _ in range(3)]
    tomorrow = shop.charged(agreement, "2030-03-19", 1_000)
    failing = shop.charged(poor, "2030-03-18", 1_000)
    assert control("POST", "/charges/attempt-due").json() == {"attempted": 0, "succeeded": 0, "failed": 0}
    set_customer(shop.emulator, "4798765432", payment="declines")
    control("POST", "/clock/set", {"at": "2030-03-17T23:30:00Z"})
    assert control("POST", "/charges/attempt-due", {"msn": "223456"}).json()["attempted"] == 0
    assert control("POST", "/charges/attempt-due").json() == {"attempted": 4, "succeeded": 3, "failed": 1}
    shop.emulator.advance("PT1S")
    assert {shop.status(agreement, each) for each in today} == {"CHARGED"}
    assert shop.status(agreement, tomorrow) == shop.status(poor, failing) == "DUE"
    assert control("POST", "/charges/attempt-due").json() == {"attempted": 1, "succeeded": 0, "failed": 1}
    assert_problem(control("POST", "/charges/attempt-due", {"msn": "999999"}), 404)


def test_charges_are_listed_and_narrowed(shop: Shop) -> None:
    first, second = shop.active(CUSTOMER), shop.active(CUSTOMER)
    one, two = shop.charged(first), shop.charged(second, "2031-01-01")

    def listed(query: str) -> list[str]:
        return [each["id"] for each in shop.emulator.control("GET", f"/charges{query}").json()["charges"]]

    assert listed("") == [two, one]
    assert listed(f"?agreement={first}") == listed("?state=DUE") == [one]
    assert_problem(shop.emulator.control("GET", "/charges?agreement=agr_none"), 404)


def test_one_call_makes_an_agreement_with_a_history(shop: Shop) -> None:
    receivers = receivers_of(shop.emulator)
    register(shop.emulator, events=["recurring.agreement-activated.v1", "recurring.charge-captured.v1"])
    whole = made(shop, periods=12, amount=19_900, productName="News", externalId="subscriber-1")
    assert (whole["status"], whole["start"], whole["customer"]) == ("ACTIVE", "2029-03-16T23:00:00.000Z", CUSTOMER)
    charges = whole["charges"]
    assert [each["due"] for each in charges[:2]] == ["2030-02-17", "2030-01-17"]
    assert charges[-1]["due"] == "2029-03-17"
    assert {(each["state"], each["amount"], each["captured"]) for each in charges} == {("CHARGED", 19_900, 19_900)}
    assert len({each["id"] for each in charges}) == len({each["transactionId"] for each in charges}) == 12
    shown = shop.agreement(whole["id"])
    assert (shown["productName"], shown["externalId"]) == ("News", "subscriber-1")
    history = shop.fetch(whole["id"], charges[0]["id"])["history"]
    assert [(each["event"], each["occurred"]) for each in history] == [
        ("CREATE", "2030-02-15T08:00:00.000Z"), ("CAPTURE", "2030-02-17T08:00:00.000Z"),
    ]  # fmt: skip
    assert shop.refund(whole["id"], charges[0]["id"], 100).status_code == 204
    assert shop.refund(whole["id"], charges[-1]["id"], 100).status_code == 400
    new = shop.charged(whole["id"], "2030-03-18", 19_900)
    shop.emulator.advance("P2D")
    assert shop.status(whole["id"], new) == "CHARGED"
    assert shop.agreement(whole["id"])["status"] == "ACTIVE"
    shop.emulator.control("POST", "/webhooks/settle")
    assert [each.content["chargeId"] for each in receivers.received] == [new]


@pytest.mark.parametrize(
    ("fields", "begun", "cost"),
    [
        ({"periods": 0}, "2030-03-17T17:46:40.000Z", None),
        ({"periods": 3, "interval": {"unit": "WEEK", "count": 2}}, "2030-02-02T23:00:00.000Z", 10_000),
        ({"periods": 2, "interval": {"unit": "YEAR"}}, "2028-03-16T23:00:00.000Z", 10_000),
        ({"periods": 1, "pricing": "VARIABLE", "maximum": 20_000}, "2030-02-16T23:00:00.000Z", 20_000),
        ({"periods": 1, "pricing": "FLEXIBLE", "chargeAmount": 500}, "2030-02-16T23:00:00.000Z", 500),
        ({"pricing": "FLEXIBLE", "interval": None}, "2030-03-17T17:46:40.000Z", None),
    ],
    ids=["none", "weeks", "years", "variable", "flexible", "per-use"],
)
def test_histories_of_each_kind(shop: Shop, fields: dict[str, Any], begun: str, cost: int | None) -> None:
    whole = made(shop, **fields)
    assert whole["start"] == begun
    assert {each["amount"] for each in whole["charges"]} == ({cost} if cost else set())
    state = shop.emulator.control("GET", "/state")
    assert shop.emulator.request("PUT", "/_mock/state", content=state.content).status_code == 200


@pytest.mark.parametrize(
    ("fields", "status", "field"),
    [
        ({"periods": 367}, 400, "periods"),
        ({"periods": 300, "interval": {"unit": "YEAR"}}, 400, "periods"),
        ({"periods": 366, "interval": {"unit": "YEAR", "count": 31}}, 400, "periods"),
        ({"periods": 1, "interval": None}, 400, "interval"),
        ({"periods": 1, "pricing": "FLEXIBLE"}, 400, "chargeAmount"),
        ({"periods": 1, "chargeAmount": 60_000}, 400, "amount"),
        ({"pricing": "FLEXIBLE", "amount": 5}, 400, "pricing.amount"),
        ({"amount": 5}, 400, "pricing.amount"),
        ({"maximum": 500}, 400, "maxAmount"),
        ({"msn": "423456"}, 403, None),
        ({"msn": "999999"}, 404, None),
    ],
)
def test_histories_that_cannot_be_leave_nothing(
    shop: Shop, fields: dict[str, Any], status: int, field: str | None
) -> None:
    answer = shop.emulator.control("POST", "/agreements", {"msn": "123456"} | fields)
    assert answer.status_code == status, answer.text
    if field is not None:
        assert field in {each["name"] for each in answer.json()["extraDetails"]}
    assert shop.emulator.control("GET", "/agreements").json()["agreements"] == []


@pytest.mark.parametrize("phone", ["", "99", "abc", " 4712345678", "+4712345678", "004712345678"])
def test_nobody_is_made_up_for_what_can_be_no_number(shop: Shop, phone: str) -> None:
    agreement = shop.drafted()
    before = shop.emulator.control("GET", "/customers").json()
    assert_problem(act(shop, agreement, "accept", {"customer": phone}), 400)
    assert_problem(shop.emulator.control("POST", "/agreements", {"msn": shop.msn, "customer": phone}), 400)
    assert shop.emulator.control("GET", "/customers").json() == before
    assert shop.agreement(agreement)["status"] == "PENDING"


def test_periods_are_counted_back_from_the_end_of_a_month(shop: Shop) -> None:
    shop.emulator.control("POST", "/clock/set", {"at": "2032-03-31T12:00:00Z"})
    shown = made(shop, periods=4)
    assert [each["due"][:10] for each in reversed(shown["charges"])] == [
        "2031-11-30", "2031-12-31", "2032-01-31", "2032-02-29",
    ]  # fmt: skip
