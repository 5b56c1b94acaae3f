"""The page of an order on hold: its headline, its colour, what to do now, and its form, for each reason."""

from typing import Any

import pytest

from mockserver.apis.management.domain.holds import HEADLINES, TO_DO
from mockserver.world.domain.order_policy import HoldReason
from tests.apis.management.portal.browsing import XSS, Browser, Page, visit
from tests.harness import Emulator

R = HoldReason
TYPED: dict[HoldReason, dict[str, str]] = {
    R.INFORMATION_MISSING: {"answerText": "We sell socks\nand shoes", "document1": "accounts.pdf"},
    R.NO_PRODUCT_ORDERED: {"productType": "PAYMENT_INTEGRATION"},
    R.SIGNATORY_WITHOUT_RIGHTS: {"signatory": "Kari Nordmann", "document2": "proxy.pdf"},
    R.WEBSITE_WITHOUT_TERMS: {"termsUrl": "https://shop.example.com/conditions"},
    R.WEBSITE_WITHOUT_ORGANISATION_NUMBER: {"websiteUrl": "https://shop.example.com/about"},
    R.PURPOSE_UNCLEAR: {"intendedPurpose": "Wool socks"},
    R.NOT_SOLD_ON_WEBSITE: {"websiteUrl": "https://socks.example.com", "appName": "Socks"},
    R.RISK_AND_COMPLIANCE: {"answerText": "Two sisters own it", "document1": "a.pdf", "document3": "b.pdf"},
}
"""An answer to each hold as it is typed."""
GIVEN: dict[HoldReason, dict[str, Any]] = {
    R.INFORMATION_MISSING: {"text": "We sell socks\nand shoes", "documents": ["accounts.pdf"]},
    R.NO_PRODUCT_ORDERED: {"product": "PAYMENT_INTEGRATION"},
    R.SIGNATORY_WITHOUT_RIGHTS: {"signatory": "Kari Nordmann", "documents": ["proxy.pdf"]},
    R.WEBSITE_WITHOUT_TERMS: {"terms": "https://shop.example.com/conditions"},
    R.WEBSITE_WITHOUT_ORGANISATION_NUMBER: {"website": "https://shop.example.com/about"},
    R.PURPOSE_UNCLEAR: {"purpose": "Wool socks"},
    R.NOT_SOLD_ON_WEBSITE: {"website": "https://socks.example.com", "app": "Socks"},
    R.RISK_AND_COMPLIANCE: {"text": "Two sisters own it", "documents": ["a.pdf", "b.pdf"]},
}


def held(emulator: Emulator, reason: HoldReason = R.RISK_AND_COMPLIANCE, **fields: Any) -> Browser:
    """A browser on the page of an order on hold."""
    browser = visit(emulator, **fields)
    browser.press("submit")
    browser.press("hold", holdReason=reason)
    assert browser.order["hold"] == reason
    return browser


def state(page: Page) -> tuple[str | None, str | None]:
    """Class and state of the box that says how the order stands."""
    (box,) = [each for each in page.all("p") if each.get("data-state")]
    return box.get("class"), box.get("data-state")


def headline(browser: Browser) -> str:
    return browser.answer.text.partition('<h1 class="small">')[2].partition("</h1>")[0]


@pytest.mark.parametrize("reason", list(HoldReason))
def test_each_reason_has_its_headline_its_colour_its_task_and_its_form(emulator: Emulator, reason: HoldReason) -> None:
    browser = held(emulator, reason)
    page = browser.page
    assert headline(browser) == HEADLINES[reason]
    assert state(page) == ("state held", "ORDER_SUBMITTED")
    assert f"On hold: {reason.sentence}." in page.text
    assert TO_DO[reason] in page.text
    assert set(TYPED[reason]) <= set(page.form("answer").choices | page.form("answer").fields)

    page = browser.press("answer", **TYPED[reason])

    assert not browser.refused
    assert headline(browser) == "We are looking at your answer"
    assert state(page) == ("state held", "ORDER_SUBMITTED")
    assert "You have answered: we go on by 18 March 2030, 17:46 UTC." in page.text
    (answer,) = browser.order["answers"]
    given = {name: value for name, value in answer["given"].items() if value}
    assert given.items() >= GIVEN[reason].items()
    assert HEADLINES[reason] in page.by_id["answers"] + page.text
    for value in TYPED[reason].values():
        if value.endswith(".pdf"):
            assert value in page.text

    emulator.advance("P1D")
    browser.open()
    assert browser.status == "COMPLETED"
    assert state(browser.page) == ("state good", "COMPLETED")


@pytest.mark.parametrize("reason", list(HoldReason))
def test_an_empty_answer_is_refused_at_its_field(emulator: Emulator, reason: HoldReason) -> None:
    browser = held(emulator, reason)
    before = browser.order
    page = browser.send(
        dict.fromkeys(TYPED[reason], "") | {"csrf": browser.page.form("answer").fields["csrf"], "action": "answer"}
    )
    assert browser.refused
    assert browser.order == before
    names = [each for each in TYPED[reason] if "Error:" in page.described(each)]
    assert names
    assert f'href="#{names[0]}"' in browser.answer.text


@pytest.mark.parametrize(
    "wrong", ["http://shop.example.com", "javascript:alert(1)", "shop", XSS, "https://a b.example.com"]
)
def test_a_wrong_address_stays_in_its_field_with_what_is_wrong(emulator: Emulator, wrong: str) -> None:
    browser = held(emulator, R.WEBSITE_WITHOUT_TERMS)
    page = browser.press("answer", termsUrl=wrong, answerText="Look there")
    assert browser.refused
    assert "Must be an https address" in page.described("termsUrl")
    assert page.form("answer").fields["termsUrl"] == wrong
    assert page.form("answer").fields["answerText"] == "Look there"
    assert "<script>alert" not in browser.answer.text
    assert browser.order["answers"] == []


def test_what_somebody_answers_is_shown_as_text(emulator: Emulator) -> None:
    browser = held(emulator)
    page = browser.press("answer", answerText=XSS, document1=XSS)
    assert not browser.refused
    assert XSS in page.text
    assert not page.all("script")
    assert not [each for each in page.all("img") if each.get("src") == "x"]


def test_an_order_that_lacks_something_asks_for_exactly_that(emulator: Emulator) -> None:
    browser = visit(emulator, settlementBankAccount=None, merchantCategoryCode=None)
    emulator.control("POST", f"/product-orders/{browser.id}/submit")
    emulator.advance("P1D")
    browser.open()
    page = browser.sign_in()
    assert headline(browser) == "We need more information from you"
    assert "Fill in what your order lacks" in page.text
    form = page.form("answer")
    assert {"settlementBankAccount", "merchantCategoryCode"} <= set(form.fields)
    assert not {"intendedPurpose", "websiteUrl"} & set(form.fields)
    page = browser.press("answer", settlementBankAccount="8601 11 17947")
    assert "Is needed" in page.described("merchantCategoryCode")
    browser.press("answer", settlementBankAccount="8601 11 17947", merchantCategoryCode="5999")
    assert browser.order["answered"] is True
    emulator.advance("P1D")
    assert browser.status == "COMPLETED"
    assert browser.order["form"]["account"]["id"] == "86011117947"


def test_a_strict_server_checks_the_account_of_an_answer(start: Any) -> None:
    emulator = start(strict=True)
    browser = visit(emulator, settlementBankAccount=None)
    emulator.control("POST", f"/product-orders/{browser.id}/submit")
    emulator.advance("P1D")
    browser.open()
    browser.sign_in()
    page = browser.press("answer", settlementBankAccount="86011117940")
    assert browser.refused
    assert "No account number" in page.described("settlementBankAccount")


def test_a_signature_is_asked_for_where_the_agreement_can_be_signed(emulator: Emulator) -> None:
    browser = visit(emulator, signed=False)
    browser.press("sign", withRights="no")
    browser.press("submit")
    emulator.advance("P1D")
    page = browser.open()
    assert headline(browser) == "Somebody with signing rights has to sign"
    assert state(page) == ("state held", "ORDER_SUBMITTED")
    assert "answer" not in page.buttons
    page = browser.press("sign", withRights="yes")
    assert state(page) == ("state busy", "ORDER_SUBMITTED")
    assert "The merchant agreement is signed by somebody with signing rights" in page.text
    emulator.advance("P1D")
    assert browser.status == "COMPLETED"


def test_an_answer_to_a_hold_that_is_over_is_refused(emulator: Emulator) -> None:
    browser = held(emulator)
    fields = browser.page.form("answer").fields | {"action": "answer", "answerText": "Late"}
    browser.press("release")
    browser.send(fields)
    assert browser.refused
    assert browser.order["answers"] == []


def test_an_answer_needs_the_page_s_token(emulator: Emulator) -> None:
    browser = held(emulator)
    browser.send({"action": "answer", "answerText": "Hello", "csrf": "guessed"})
    assert browser.answer.status_code == 403
    assert browser.order["answers"] == []


def test_the_merchant_answers_where_there_is_an_admin_token(start: Any) -> None:
    emulator = start(admin_token="hunter2")
    browser = visit(emulator)
    browser.press("submit")
    headers = {"Authorization": "Bearer hunter2"}
    emulator.request("POST", f"/_mock/product-orders/{browser.id}/hold", headers=headers, json={})
    browser.open()
    assert "answer" in browser.page.buttons
    page = browser.press("answer", answerText="Hello")
    assert "You have answered" in page.text


@pytest.mark.parametrize(
    ("actions", "look", "word"),
    [
        (("submit",), "busy", "In process"),
        (("submit", "hold"), "held", "On hold"),
        (("submit", "approve"), "good", "Approved"),
        (("submit", "reject"), "bad", "Declined"),
        (("expire",), "gone", "Expired"),
    ],
)
def test_each_state_has_a_colour_a_sign_and_a_word(
    emulator: Emulator, actions: tuple[str, ...], look: str, word: str
) -> None:
    browser = visit(emulator)
    for action in actions:
        browser.press(action)
    assert state(browser.page)[0] == f"state {look}"
    assert f" {word}: " in browser.page.text
    box = browser.answer.text.partition("data-state=")[2].partition("</p>")[0]
    sign = box.partition('aria-hidden="true">')[2].partition("<")[0]
    assert len(sign) == 1


def test_the_page_leads_to_the_emails_about_the_order(emulator: Emulator) -> None:
    browser = held(emulator)
    assert f"/mail?order={browser.id}" in {each.get("href") for each in browser.page.all("a")}
    page = browser.open(f"/mail?order={browser.id}")
    assert "Your product order is on hold. We have to look" in page.text
