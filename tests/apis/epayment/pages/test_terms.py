"""Terms of sale on the pages: shown, and accepted before anything is paid."""

from typing import Any

import pytest

from tests.apis.epayment.test_control import FIXED
from tests.apis.epayment.test_legal_links import LINKS
from tests.harness import Emulator
from tests.phone.browsing import Browser, visit

PHONE = "4712345678"
REFUSAL = "Accept the terms of sale before you pay"


def test_the_links_are_shown_and_the_terms_are_to_be_accepted(emulator: Emulator) -> None:
    browser = visit(emulator, merchantLegalLinks=LINKS)
    assert [link["href"] for link in browser.page.all("a") if "shop.example.com" in (link["href"] or "")] == list(
        LINKS.values()
    )
    [box] = [each for each in browser.page.all("input") if each.get("name") == "terms"]
    assert "required" in box
    assert "checked" not in box

    browser.press("approve")
    assert browser.refused
    assert browser.page.described("terms") == f"Error: {REFUSAL}"
    assert emulator.get()["state"] == "CREATED"

    browser.press("approve", terms="yes")
    assert emulator.get()["state"] == "AUTHORIZED"


def test_a_privacy_policy_alone_is_nothing_to_accept(emulator: Emulator) -> None:
    browser = visit(emulator, merchantLegalLinks={"privacyPolicyUrl": LINKS["privacyPolicyUrl"]})
    assert "terms" not in browser.page.choices
    browser.press("approve")
    assert emulator.get()["state"] == "AUTHORIZED"


def test_who_does_not_accept_can_cancel(emulator: Emulator) -> None:
    visit(emulator, merchantLegalLinks=LINKS).press("cancel")
    assert emulator.get()["state"] == "ABORTED"


def test_a_customer_who_takes_its_time_is_not_asked_before(emulator: Emulator) -> None:
    browser = visit(emulator, merchantLegalLinks=LINKS)
    browser.press("approve", customer="4793000002")
    assert REFUSAL in browser.page.text
    emulator.advance("PT5M")
    assert emulator.get()["state"] == "CREATED"


def test_express_asks_before_shipping(emulator: Emulator) -> None:
    browser = visit(emulator, merchantLegalLinks=LINKS, **FIXED)
    browser.press("continue")
    assert REFUSAL in browser.page.text

    browser.press("continue", terms="yes")
    assert "option" in browser.page.choices
    browser.press("approve")
    assert emulator.get()["state"] == "AUTHORIZED"


def test_a_second_confirmation_does_not_ask_again(emulator: Emulator) -> None:
    browser = visit(emulator, merchantLegalLinks=LINKS, amount={"currency": "NOK", "value": 202})
    browser.press("approve", terms="yes")
    browser.press("approve")
    assert emulator.get()["state"] == "AUTHORIZED"


@pytest.mark.parametrize("value", [10_000, 202])
def test_the_phone_asks_too(emulator: Emulator, value: int) -> None:
    push: dict[str, Any] = {"customer": {"phoneNumber": PHONE}, "userFlow": "PUSH_MESSAGE", "returnUrl": None}
    emulator.create(merchantLegalLinks=LINKS, amount={"currency": "NOK", "value": value}, **push)
    browser = Browser(emulator)
    path = f"/wallet/{PHONE}"
    page = browser.open(path)
    assert LINKS["termsOfSaleUrl"] in [link["href"] for link in page.all("a")]

    fields = {name: value for name, value in page.fields.items() if name != "terms"} | {"action": "approve"}
    browser.open(emulator.request("POST", path, data=fields).headers["location"])
    assert browser.refused
    assert REFUSAL in browser.page.text
    browser.open(emulator.request("POST", path, data=fields | {"terms": "yes"}).headers["location"])
    if value == 202:
        emulator.request("POST", path, data=browser.page.fields | {"action": "approve"})
    assert emulator.get()["state"] == "AUTHORIZED"


def test_of_two_payments_on_the_phone_only_the_refused_one_has_the_error(emulator: Emulator) -> None:
    push: dict[str, Any] = {"customer": {"phoneNumber": PHONE}, "userFlow": "PUSH_MESSAGE", "returnUrl": None}
    for reference in ("reference-1", "reference-2"):
        emulator.create(reference, merchantLegalLinks=LINKS, **push)
    browser = Browser(emulator)
    path = f"/wallet/{PHONE}"
    page = browser.open(path)
    tokens = page.choices["payment"]
    assert len(tokens) == 2
    for token in tokens:
        fields = {"csrf": page.fields["csrf"], "payment": token, "action": "approve"}
        html = browser.open(emulator.request("POST", path, data=fields).headers["location"]).html
        assert browser.refused
        assert (html.count('id="terms"'), html.count('id="terms-error"')) == (1, 1)
        [refused] = [form for form in html.split("<form") if 'id="terms-error"' in form]
        assert token in refused
