"""What a completed product order makes: a working sales unit, and emails to both parties."""

from typing import Any

import pytest

from mockserver.world.domain.merchant import KeySet
from tests.apis.helpers import assert_gateway
from tests.apis.management.partner import (
    AT_ONCE,
    CUSTOMER,
    assert_refused,
    call,
    control,
    details,
    do,
    emails,
    get,
    partner_keys,
    prefilled,
    standard,
    status,
    unit_of,
)
from tests.harness import Emulator, body, key_headers

NO = "business:NO:ORG"


def configuration(emulator: Emulator, **fields: Any) -> dict[str, Any]:
    msn = details(emulator, prefilled(emulator, AT_ONCE, **fields))["salesUnit"]["msn"]
    shown: dict[str, Any] = get(emulator, f"/v1/sales-units/{msn}")["configuration"]
    return shown


def test_a_new_unit_answers_at_once_with_what_was_ordered(emulator: Emulator) -> None:
    account = {"scheme": "BBAN:NO", "id": "86011117947"}
    id_ = prefilled(emulator, AT_ONCE, salesUnitName="Rask nett", settlementBankAccount=account)
    msn = details(emulator, id_)["salesUnit"]["msn"]
    for who in ("partner-plus", "partner-plus+management"):
        assert get(emulator, f"/v1/sales-units/{msn}", who) == {
            "msn": msn,
            "name": "Rask nett",
            "businessIdentifier": {"scheme": NO, "id": "910100009"},
            "settlementBankAccount": account,
            "configuration": {
                "paymentAllowed": True,
                "captureType": "ReserveCapture",
                "skipLandingPageAllowed": False,
                "recurringAllowed": False,
                "partialCaptureAllowed": True,
                "lateCaptureAllowed": False,
                "landingPagePhoneNumberLocked": False,
                "longLivingPaymentAllowed": False,
                "creditCardPaymentAllowed": True,
            },
        }
        assert {"msn": msn, "name": "Rask nett"} in get(emulator, "/v1/sales-units", who)
        assert get(emulator, "/v1/merchants/business:NO:ORG/910100009", who)["name"] == "Rask AS"
    assert_refused(call(emulator, "GET", f"/v1/sales-units/{msn}", "partner-premium"), 404, "Not Found")


@pytest.mark.parametrize("recurring", [True, False, None])
def test_recurring_is_what_was_asked_for(emulator: Emulator, recurring: bool | None) -> None:
    assert configuration(emulator, hasRecurring=recurring)["recurringAllowed"] is bool(recurring)


def test_a_login_unit_takes_no_payments(emulator: Emulator) -> None:
    shown = configuration(emulator, productType="LOGIN", hasRecurring=True)
    assert (shown["paymentAllowed"], shown["captureType"], shown["recurringAllowed"]) == (False, "NotApplicable", False)
    (msn,) = (each["msn"] for each in get(emulator, "/v1/sales-units") if each["name"] == "Rask AS")
    answer = pay(emulator, standard(emulator, partner_keys(), msn))
    known = emulator.create(msn="123459")
    assert (answer.status_code, answer.json()["title"]) == (known.status_code, known.json()["title"])
    assert answer.status_code == 403
    assert answer.json()["detail"] == known.json()["detail"]


@pytest.mark.parametrize("product", ["PAYMENT_INTEGRATION", "CASHIER", "CHECKOUT", "DONATIONS"])
def test_every_other_unit_does(emulator: Emulator, product: str) -> None:
    assert configuration(emulator, productType=product)["paymentAllowed"] is True


@pytest.mark.parametrize(
    ("product", "express"), [("CHECKOUT", True), ("PAYMENT_INTEGRATION", False), ("CASHIER", False)]
)
def test_express_comes_with_a_checkout(emulator: Emulator, product: str, express: bool) -> None:
    unit = unit_of(emulator, prefilled(emulator, AT_ONCE, productType=product))
    assert unit["configuration"]["express_allowed"] is express


def test_no_two_units_are_alike(emulator: Emulator) -> None:
    units = [unit_of(emulator, prefilled(emulator, AT_ONCE)) for _ in range(5)]
    for name in ("client_id", "client_secret", "subscription_key", "secondary_subscription_key"):
        assert len({unit["keys"][name] for unit in units}) == 5
    assert len({unit["msn"] for unit in units}) == 5
    assert all(unit["msn"].isdigit() and 4 <= len(unit["msn"]) <= 10 for unit in units)


def pay(emulator: Emulator, headers: dict[str, str], reference: str = "reference-1") -> Any:
    sent = headers | {"Idempotency-Key": f"create-{reference}"}
    return emulator.request("POST", "/epayment/v1/payments", headers=sent, json=body(reference))


def go_through(emulator: Emulator, headers: dict[str, str], reference: str) -> None:
    """Create, approve and capture a payment."""
    assert pay(emulator, headers, reference).status_code == 201
    path = f"/epayment/v1/payments/{reference}"
    forced = emulator.request("POST", f"/epayment/v1/test/payments/{reference}/approve", headers=headers)
    assert forced.status_code == 200, forced.text
    content = {"modificationAmount": {"currency": "NOK", "value": 10_000}}
    sent = headers | {"Idempotency-Key": f"capture-{reference}"}
    assert emulator.request("POST", f"{path}/capture", headers=sent, json=content).status_code == 200
    shown = emulator.request("GET", path, headers=headers).json()
    assert shown["aggregate"]["capturedAmount"]["value"] == 10_000


def test_a_new_unit_takes_payments_with_its_own_keys_and_its_partners(emulator: Emulator) -> None:
    unit = unit_of(emulator, prefilled(emulator, AT_ONCE))
    keys = KeySet(**unit["keys"])
    own = standard(emulator, keys)
    go_through(emulator, own, "reference-own")
    go_through(emulator, standard(emulator, partner_keys(), unit["msn"]), "reference-partner")
    for headers in (own, own | {"Ocp-Apim-Subscription-Key": keys.secondary_subscription_key}):
        answer = emulator.request("GET", f"/management/v1/sales-units/{unit['msn']}", headers=headers)
        assert answer.json()["msn"] == unit["msn"]
    assert pay(emulator, standard(emulator, partner_keys("partner-premium"), unit["msn"])).status_code == 403


def test_a_partner_without_partner_keys_gets_a_unit_whose_own_keys_work(emulator: Emulator) -> None:
    id_ = prefilled(emulator, AT_ONCE, who="partner-basic+management")
    msn = details(emulator, id_, "partner-basic+management")["salesUnit"]["msn"]
    keys = KeySet(**control(emulator, "GET", f"/sales-units/{msn}")["keys"])
    go_through(emulator, standard(emulator, keys), "reference-own")


def test_webhooks_that_the_partner_had_before_cover_the_new_unit(emulator: Emulator) -> None:
    url, event = "https://shop.example.com/hook", "epayments.payment.created.v1"
    headers = standard(emulator, partner_keys())
    hook = emulator.request("POST", "/webhooks/v1/webhooks", headers=headers, json={"url": url, "events": [event]})
    msn = unit_of(emulator, prefilled(emulator, AT_ONCE))["msn"]
    assert pay(emulator, standard(emulator, partner_keys(), msn)).status_code == 201
    deliveries = control(emulator, "GET", f"/webhooks/deliveries?msn={msn}&reference=reference-1")["deliveries"]
    assert [each["webhook"] for each in deliveries] == [hook.json()["id"]]


def test_a_reset_takes_new_units_and_their_keys_away(emulator: Emulator) -> None:
    unit = unit_of(emulator, prefilled(emulator, AT_ONCE))
    emulator.control("POST", "/reset")
    assert get(emulator, "/v2/product-orders?includeExpired=true") == []
    assert_refused(call(emulator, "GET", f"/v1/sales-units/{unit['msn']}"), 404, "Not Found")
    headers = key_headers(KeySet(**unit["keys"]))
    assert_gateway(emulator.request("POST", "/accesstoken/get", headers=headers), 401)
    assert control(emulator, "GET", "/merchants/merchant-approves-at-once")["agreement"]["state"] == "NONE"
    assert control(emulator, "GET", "/emails")["emails"] == []


PARTIES = {"merchant-no-2@merchant.example.com", "partner-plus@partner.example.com"}


def test_both_parties_are_told_of_a_new_unit(emulator: Emulator) -> None:
    id_ = prefilled(emulator, CUSTOMER, salesUnitName="New shop")
    do(emulator, id_, "submit")
    assert emails(emulator, id_) == []
    emulator.advance("P1D")
    written = emails(emulator, id_)
    assert {each["address"] for each in written} == PARTIES
    assert len(written) == 2
    msn = details(emulator, id_)["salesUnit"]["msn"]
    for each in written:
        assert (each["kind"], each["state"]) == ("order-completed", "kept")
        assert each["writtenAt"] == "2030-03-18T17:46:40.000Z"
        for fact in ("Organisation number: 211756004", "Mathisen Gruppen", msn, "New shop"):
            assert fact in each["text"]
    assert len({(each["subject"], each["text"]) for each in written}) == 1


def test_the_merchant_alone_is_told_of_a_rejection(emulator: Emulator) -> None:
    id_ = prefilled(emulator, CUSTOMER, salesUnitName="New shop")
    do(emulator, id_, "submit")
    do(emulator, id_, "reject", {"reason": "The very reason"})
    (email,) = emails(emulator, id_)
    assert (email["kind"], email["address"]) == ("order-rejected", "merchant-no-2@merchant.example.com")
    for fact in ("Organisation number: 211756004", "Mathisen Gruppen", "New shop", "The very reason"):
        assert fact in email["text"]


def test_nobody_is_told_of_what_the_merchant_does_nor_of_the_end_of_time(emulator: Emulator) -> None:
    id_ = prefilled(emulator, CUSTOMER)
    do(emulator, id_, "view")
    emulator.advance("P15D")
    assert status(emulator, id_) == "EXPIRED"
    assert emails(emulator, id_) == []


def test_emails_go_where_the_world_says(emulator: Emulator) -> None:
    control(emulator, "PATCH", "/partners/partner-plus", {"email": "plus@example.com"})
    control(emulator, "PATCH", "/merchants/merchant-approves-at-once", {"email": "rask@example.com"})
    id_ = prefilled(emulator, AT_ONCE)
    assert status(emulator, id_) == "COMPLETED"
    assert {each["address"] for each in emails(emulator, id_)} == {"plus@example.com", "rask@example.com"}
