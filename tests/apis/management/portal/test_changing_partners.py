"""A merchant changes its partner: a new product order, two units side by side, then the old one is closed."""

from typing import Any

import httpx
import pytest

from tests.apis.management.portal.browsing import management, partner_of
from tests.apis.management.portal.insider import FORM, Insider, company
from tests.harness import Emulator, body
from tests.webhooks.receivers import Receivers, receivers_of, settle

MATHISEN, OLD_UNIT = "merchant-no-2", "523456"
OLD, NEW = "partner-plus", "partner-premium"
HOOK = "https://partners.example.com/"
EVENTS = ["epayments.payment.created.v1", "epayments.payment.captured.v1", "epayments.payment.refunded.v1"]


def partner_headers(emulator: Emulator, partner: str, msn: str) -> dict[str, str]:
    keys = partner_of(emulator, partner)[1]
    return {
        "Authorization": f"Bearer {emulator.token(keys)}",
        "Ocp-Apim-Subscription-Key": keys.subscription_key,
        "Merchant-Serial-Number": msn,
    }


def pay(
    emulator: Emulator, partner: str, msn: str, reference: str, status: int = 201, *, approved: bool = True
) -> httpx.Response:
    headers = partner_headers(emulator, partner, msn)
    payment = body(reference, msn=OLD_UNIT)
    answer = emulator.request(
        "POST", "/epayment/v1/payments", json=payment, headers=headers | {"Idempotency-Key": f"key-{reference}"}
    )
    assert answer.status_code == status, answer.text
    if status == 201 and approved:
        approve(emulator, partner, msn, reference)
    return answer


def approve(emulator: Emulator, partner: str, msn: str, reference: str) -> None:
    path = f"/epayment/v1/test/payments/{reference}/approve"
    assert emulator.request("POST", path, headers=partner_headers(emulator, partner, msn)).status_code == 200


def change(emulator: Emulator, partner: str, msn: str, reference: str, action: str, value: int | None = 10_000) -> int:
    headers = partner_headers(emulator, partner, msn) | {"Idempotency-Key": f"{action}-{reference}"}
    content = {} if value is None else {"modificationAmount": {"currency": "NOK", "value": value}}
    path = f"/epayment/v1/payments/{reference}/{action}"
    return emulator.request("POST", path, json=content, headers=headers).status_code


def listen(emulator: Emulator, partner: str, msn: str) -> None:
    content = {"url": f"{HOOK}{partner}", "events": EVENTS}
    headers = partner_headers(emulator, partner, msn)
    answer = emulator.request("POST", "/webhooks/v1/webhooks", json=content, headers=headers)
    assert answer.status_code == 201, answer.text


def heard(receivers: Receivers, partner: str) -> list[tuple[str, str]]:
    return [each.step for each in receivers.received if each.url == f"{HOOK}{partner}"]


@pytest.fixture
def merchant(emulator: Emulator) -> Insider:
    return Insider(emulator).sign_in(MATHISEN)


def ordered(emulator: Emulator, merchant: Insider) -> str:
    """The new unit's MSN."""
    page = merchant.open(f"/portal/{OLD_UNIT}")
    [start] = [str(each["href"]) for each in page.all("a") if "instead=" in (each.get("href") or "")]
    page = merchant.open(start)
    choices = next(form for form in page.forms if "partner" in form.choices)
    assert OLD not in choices.choices["partner"]
    assert choices.fields["product"] == "CHECKOUT"
    path = f"{company(MATHISEN)}/order?product=PAYMENT_INTEGRATION&partner={NEW}&instead={OLD_UNIT}"
    page = merchant.open(path)
    assert page.fields["salesUnitName"] == "Mathisen via partner"
    assert page.fields["settlementBankAccount"] == "15201001207"
    fields = {name: value for name, value in FORM.items() if name not in ("salesUnitName", "settlementBankAccount")}
    known = {name: value for name, value in page.fields.items() if name != "csrf"}
    assert "Processing takes until" in merchant.send(path, "submit", **known | fields).text
    emulator.advance("P1D")
    [order] = emulator.control("GET", f"/product-orders?merchant={MATHISEN}").json()["productOrders"]
    assert (order["type"], order["status"], order["partner"]) == ("MANUAL", "COMPLETED", NEW)
    return str(order["msn"])


def test_both_units_work_side_by_side_and_the_old_partner_ends_what_it_began(
    emulator: Emulator, merchant: Insider
) -> None:
    receivers = receivers_of(emulator)
    msn = ordered(emulator, merchant)
    assert {OLD_UNIT, msn} <= set(merchant.open(company(MATHISEN)).text.split())
    listen(emulator, OLD, OLD_UNIT)
    listen(emulator, NEW, msn)
    for reference in ("old-captured", "old-reserved", "old-cancelled"):
        pay(emulator, OLD, OLD_UNIT, reference)
    pay(emulator, OLD, OLD_UNIT, "old-waiting", approved=False)
    pay(emulator, NEW, msn, "new-first")
    assert change(emulator, OLD, OLD_UNIT, "old-captured", "capture") == 200
    assert change(emulator, NEW, msn, "new-first", "capture") == 200
    for stranger, unit in ((OLD, msn), (NEW, OLD_UNIT)):
        pay(emulator, stranger, unit, "stranger-1", status=403)

    merchant.send(f"/portal/{OLD_UNIT}", "close", understood="yes")

    assert "5070" in pay(emulator, OLD, OLD_UNIT, "too-late-1", status=400).text
    assert emulator.create("too-late-2", msn=OLD_UNIT).status_code == 400
    assert change(emulator, OLD, OLD_UNIT, "old-reserved", "capture") == 200
    assert change(emulator, OLD, OLD_UNIT, "old-captured", "refund") == 200
    assert change(emulator, OLD, OLD_UNIT, "old-cancelled", "cancel", None) == 200
    approve(emulator, OLD, OLD_UNIT, "old-waiting")
    pay(emulator, NEW, msn, "new-second")
    settle(emulator)
    assert ("old-captured", "REFUNDED") in heard(receivers, OLD)
    assert ("old-reserved", "CAPTURED") in heard(receivers, OLD)
    assert {reference for reference, _ in heard(receivers, NEW)} == {"new-first", "new-second"}
    assert not {reference for reference, _ in heard(receivers, OLD)} & {"new-first", "new-second"}

    old = partner_headers(emulator, OLD, OLD_UNIT)
    assert emulator.request("GET", f"/management/v1/sales-units/{OLD_UNIT}", headers=old).status_code == 404

    def units(partner: str) -> set[str]:
        found: Any = management(emulator, "GET", "/v1/sales-units", partner=partner)
        return {str(each["msn"]) for each in found}

    assert OLD_UNIT not in units(OLD)
    assert msn in units(NEW)
    assert "Closed" in merchant.open(company(MATHISEN)).text
    assert merchant.open(f"/portal/{OLD_UNIT}/keys").by_id["msn"] == OLD_UNIT


def test_the_reason_of_a_declined_change_reaches_neither_partner(emulator: Emulator, merchant: Insider) -> None:
    order = merchant.order(MATHISEN, NEW)
    reason = "Zebras are not socks"
    emulator.control("POST", f"/product-orders/{order}/reject", {"reason": reason})
    assert reason in merchant.open(f"/portal/orders/{order}").text
    for partner in (OLD, NEW):
        for path in ("/v2/product-orders", "/v1/sales-units"):
            assert reason not in str(management(emulator, "GET", path, partner=partner))
        employees = emulator.control("GET", f"/partners/{partner}/employees").json()["users"]
        address = emulator.control("GET", f"/partners/{partner}").json()["email"] or f"{partner}@partner.example.com"
        for email in (address, *(each["email"] for each in employees)):
            emails = emulator.control("GET", f"/emails?address={email}").json()["emails"]
            assert reason not in str(emails)
    employee = Insider(emulator).as_employee(NEW, "employee@premium-partner.example.com")
    for path in (f"/portal/orders/{order}", company(MATHISEN), f"/register/vippspanett/{order}"):
        employee.open(path)
        assert (employee.status, reason in employee.answer.text) == (404, False)
