"""The landing page: what it shows, and what each of its buttons does."""

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.apis.epayment.domain.approval import MAGIC_DECLINES
from tests.harness import WORLD, Emulator, amount
from tests.phone.browsing import Browser, Page, visit

SCOPE = {"scope": "name address email phoneNumber birthDate"}
KAREN = {"phoneNumber": "4712345678"}


def names(emulator: Emulator) -> list[tuple[str, bool]]:
    return [(each["name"], each["success"]) for each in emulator.events()]


def norwegians() -> list[str]:
    return [each.phone for each in WORLD.customers if each.market == "NO"]


def test_it_shows_who_is_paid_how_much_and_for_what(emulator: Emulator) -> None:
    page = visit(emulator, amount=amount(123_456)).page

    for shown in ("1 234.56 NOK", "Helland BA", "Helland nettbutikk", "One pair of socks", "reference-1", "Emulator."):
        assert shown in page.text.replace("\xa0", " ").replace("\u202f", " ").replace("\u2009", " ")
    assert page.buttons == ["approve", "cancel"]


def test_it_shows_the_receipt(emulator: Emulator) -> None:
    line = {
        "name": "Grey socks",
        "id": "socks",
        "totalAmount": 10_000,
        "totalAmountExcludingTax": 8_000,
        "totalTaxAmount": 2_000,
        "taxRate": 2500,
        "unitInfo": {"unitPrice": 5_000, "quantity": "2"},
    }
    page = visit(emulator, receipt={"orderLines": [line], "bottomLine": {"currency": "NOK"}}).page

    assert "Grey socks × 2" in page.text
    assert page.text.count("100.00 NOK") >= 2


def test_test_customers_of_the_market_are_offered(emulator: Emulator) -> None:
    assert visit(emulator).page.choices["customer"] == norwegians()


def test_the_named_customer_is_offered_first(emulator: Emulator) -> None:
    browser = visit(emulator, customer={"phoneNumber": "4798765432"})

    assert browser.page.choices["customer"] == sorted(norwegians(), key=lambda phone: phone != "4798765432")
    browser.press("approve")
    assert emulator.control("GET", "/payments/123456/reference-1").json()["customer"] == "4798765432"


def test_a_locked_number_leaves_no_choice(emulator: Emulator) -> None:
    created = emulator.create(msn="123462", customer={"phoneNumber": "4798765432"})
    browser = Browser(emulator)
    page = browser.open(created.json()["redirectUrl"])
    assert page.choices["customer"] == ["4798765432"]
    assert "phone" not in page.choices

    browser.press("approve", customer="4712345678", phone="4712345678")

    assert emulator.control("GET", "/payments/123462/reference-1").json()["customer"] == "4798765432"


def test_a_locked_unit_without_a_named_customer_leaves_the_choice(emulator: Emulator) -> None:
    created = emulator.create(msn="123462")
    page = Browser(emulator).open(created.json()["redirectUrl"])
    assert page.choices["customer"] == norwegians()
    assert "phone" in page.choices


def test_approve_reserves_the_money_and_leads_back(emulator: Emulator) -> None:
    browser = visit(emulator)
    form = browser.page.fields | {"action": "approve"}

    answer = emulator.request("POST", "/landing", data=form)

    assert answer.status_code == 303
    page = browser.open(answer.headers["location"])
    assert "Approved: 100.00 NOK is reserved." in page.text
    assert emulator.get()["state"] == "AUTHORIZED"
    assert names(emulator) == [("CREATED", True), ("AUTHORIZED", True)]


def test_cancel_ends_the_payment_and_leads_back(emulator: Emulator) -> None:
    page = visit(emulator).press("cancel")

    assert "Cancelled by the customer." in page.text
    assert emulator.get()["state"] == "ABORTED"


@pytest.mark.parametrize("typed", ["4790909090", "+47 90 90 90 90", " 4790909090 "])
def test_a_typed_number_wins_over_the_picked_customer(emulator: Emulator, typed: str) -> None:
    visit(emulator).press("approve", phone=typed)
    assert emulator.control("GET", "/payments/123456/reference-1").json()["customer"] == "4790909090"


@pytest.mark.parametrize(
    "changes",
    [
        {"phone": "12"},
        {"phone": "not a number"},
        {"phone": "4" * 16},
        {"phone": "0047 98765432"},
        {"phone": "٤٧١٢٣٤٥٦٧٨"},
        {"customer": None},
        {"customer": "", "phone": ""},
        {"action": "steal"},
        {"action": None},
        {"action": "continue"},
    ],
)
def test_a_form_that_makes_no_sense_says_so_and_changes_nothing(
    emulator: Emulator, changes: dict[str, str | None]
) -> None:
    browser = visit(emulator)

    page = browser.press(changes.pop("action", "approve") or "", **changes)

    assert browser.refused
    assert page.message
    assert page.buttons == ["approve", "cancel"]
    assert names(emulator) == [("CREATED", True)]


def test_the_scopes_are_listed_and_agreed_to(emulator: Emulator) -> None:
    browser = visit(emulator, profile=SCOPE)

    for shown in ("your name", "your addresses", "your email address", "your phone number", "your date of birth"):
        assert shown in browser.page.text
    assert "national identity" not in browser.page.text
    browser.press("approve")
    assert emulator.get()["userDetails"]["firstName"] == "Karen"


def test_no_consent_ends_the_payment(emulator: Emulator) -> None:
    page = visit(emulator, profile=SCOPE).press("approve", consent=None)

    assert "Cancelled by the customer." in page.text
    assert emulator.get()["state"] == "ABORTED"
    assert "userDetails" not in emulator.get()


def test_consent_is_not_asked_for_without_scopes(emulator: Emulator) -> None:
    browser = visit(emulator)
    assert "consent" not in browser.page.choices
    browser.press("approve")
    assert emulator.get()["state"] == "AUTHORIZED"


@pytest.mark.parametrize(("value", "reason"), list(MAGIC_DECLINES.items()))
def test_a_declined_attempt_says_why_and_leaves_the_payment_waiting(
    emulator: Emulator, value: int, reason: Any
) -> None:
    browser = visit(emulator, amount=amount(value))

    page = browser.press("approve")

    assert browser.answer.status_code == 200
    assert reason.sentence in page.text
    assert emulator.get()["state"] == "CREATED"
    assert names(emulator) == [("CREATED", True), ("AUTHORIZED", False)]
    assert "Cancelled" in browser.press("cancel").text


@pytest.mark.parametrize(
    ("phone", "sentence"),
    [
        ("4791000002", "The customer has no card"),
        ("4791000003", "The card has expired"),
        ("4791000004", "The amount is above the customer's limit"),
    ],
)
def test_the_customer_s_own_troubles_decline(emulator: Emulator, phone: str, sentence: str) -> None:
    browser = visit(emulator, amount=amount(200_000))

    assert sentence in browser.press("approve", customer=phone).text
    assert "Approved" in browser.press("approve", customer="4712345678").text


def test_a_customer_who_is_too_young_is_told(emulator: Emulator) -> None:
    browser = visit(emulator, minimumUserAge=18)

    page = browser.press("approve", customer="4791000001")

    assert browser.refused
    assert "below 18 years" in page.text
    assert names(emulator) == [("CREATED", True)]


def test_202_asks_for_one_more_confirmation(emulator: Emulator) -> None:
    browser = visit(emulator, amount=amount(202))

    page = browser.press("approve", phone="4798765432")
    assert "confirm this payment once more" in page.text
    assert names(emulator) == [("CREATED", True)]

    assert "Approved" in browser.press("approve").text
    assert emulator.control("GET", "/payments/123456/reference-1").json()["customer"] == "4798765432"


def test_the_second_confirmation_can_be_refused(emulator: Emulator) -> None:
    browser = visit(emulator, amount=amount(202))
    browser.press("approve")
    assert "Cancelled" in browser.press("cancel").text


def test_the_second_confirmation_keeps_consent(emulator: Emulator) -> None:
    browser = visit(emulator, amount=amount(202), profile=SCOPE)
    browser.press("approve")
    browser.press("approve")
    assert emulator.get()["userDetails"]["firstName"] == "Karen"


def test_201_is_approved_with_an_unknown_result(emulator: Emulator) -> None:
    browser = visit(emulator, amount=amount(201))

    assert "the bank has not answered yet" in browser.press("approve").text
    assert emulator.get()["state"] == "CREATED"

    emulator.advance("PT1H")
    assert emulator.get()["state"] == "AUTHORIZED"


def test_a_card_can_be_picked(emulator: Emulator) -> None:
    browser = visit(emulator, paymentMethod={"type": "CARD"})
    assert "4925000000000004" in browser.page.choices["card"]

    browser.press("approve", card="9578100000000004")

    assert emulator.get()["paymentMethod"]["cardBin"] == "957810"


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        ("approve", "Approved: 100.00 NOK is reserved."),
        ("abort", "Cancelled by the customer."),
        ("expire", "Expired: nobody approved it in time."),
    ],
)
def test_a_payment_that_has_ended_says_how_and_takes_no_more_clicks(
    emulator: Emulator, end: str, sentence: str
) -> None:
    browser = visit(emulator)
    form = browser.page.fields
    emulator.control("POST", f"/payments/123456/reference-1/{end}")
    before = emulator.events()

    for action in ("approve", "cancel"):
        page = browser.send(form | {"action": action})
        assert browser.refused
        assert sentence in page.text
        assert page.message
        assert page.buttons == []
    assert emulator.events() == before


def test_a_payment_that_the_merchant_cancelled_says_so(emulator: Emulator) -> None:
    browser = visit(emulator)
    url = str(browser.answer.url)
    emulator.api("POST", "/payments/reference-1/cancel")
    assert "Cancelled by the merchant." in browser.open(url).text


def test_a_payment_that_timed_out_meanwhile_says_so(emulator: Emulator) -> None:
    browser = visit(emulator)
    emulator.advance("PT10M")

    page = browser.press("approve")

    assert "Expired: nobody approved it in time." in page.text
    assert emulator.get()["state"] == "EXPIRED"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://shop.example.com/return?order=1&x=y", "https://shop.example.com/return?order=1&x=y"),
        ("http://localhost:8000/return", "http://localhost:8000/return"),
        ("shop.example.com/return", "https://shop.example.com/return"),
        ("shop.example.com:8443/return", "https://shop.example.com:8443/return"),
        ("shop.example.com?url=http://x", "https://shop.example.com?url=http://x"),
        ("myshop://return/1", "myshop://return/1"),
    ],
)
def test_the_browser_goes_back_to_the_return_url(emulator: Emulator, given: str, expected: str) -> None:
    page = visit(emulator, returnUrl=given).press("approve")

    refresh = [each for each in page.all("meta") if each.get("http-equiv") == "refresh"]
    assert [each["content"] for each in refresh] == [f"0; url={expected}"]
    assert [each["href"] for each in page.all("a")] == [expected]


def test_opening_the_page_again_later_does_not_lead_away(emulator: Emulator) -> None:
    browser = visit(emulator)
    url = str(browser.answer.url)
    browser.press("approve")

    page = browser.open(url)

    assert not [each for each in page.all("meta") if each.get("http-equiv") == "refresh"]
    assert page.all("a")


def test_without_a_return_url_the_page_can_be_closed(emulator: Emulator) -> None:
    created = emulator.create(userFlow="PUSH_MESSAGE", returnUrl=None, customer={"phoneNumber": "4712345678"})
    assert created.status_code == 201
    page_url = emulator.control("GET", "/payments/123456/reference-1").json()["landingPage"]
    browser = Browser(emulator)
    browser.open(page_url)

    assert "You can close this page." in browser.press("approve").text


def test_approving_by_hand_allows_force_approve_from_then_on(emulator: Emulator) -> None:
    visit(emulator).press("approve", customer="4791000006")
    emulator.create("reference-2", customer={"phoneNumber": "4791000006"})
    assert emulator.approve("reference-2").status_code == 200


def test_everything_works_on_another_market(start: Callable[..., Emulator]) -> None:
    emulator = start()
    created = emulator.create(msn="323456")
    browser = Browser(emulator)
    page: Page = browser.open(created.json()["redirectUrl"])

    assert "100.00 EUR" in page.text
    assert all(phone.startswith("358") for phone in page.choices["customer"])
    assert "Approved" in browser.press("approve").text


def test_two_clicks_show_who_fails_first_and_then_approves(emulator: Emulator) -> None:
    browser = visit(emulator)
    page = browser.press("approve", phone="4793000015")
    assert page.fields["customer"] == "4793000015"
    assert page.fields["phone"] == ""
    assert "Approved: 100.00 NOK is reserved." in browser.press("approve").text
    assert emulator.control("GET", "/payments/123456/reference-1").json()["customer"] == "4793000015"


@pytest.mark.parametrize("by_force", [False, True])
def test_the_last_attempt_that_failed_is_told_and_picked_whoever_opens_the_page(
    start: Callable[..., Emulator], by_force: bool
) -> None:
    emulator, other = start(), start()
    named = {"phoneNumber": "4798765432"}
    browser = visit(emulator, amount=amount(151), customer=named)
    url = str(browser.answer.url)
    emulator.approve() if by_force else browser.press("approve", customer="4712345678")
    emulator.advance("PT1M")
    other.request("PUT", "/_mock/state", content=emulator.control("GET", "/state").content)
    emulator.client.cookies.clear()

    for somebody in (browser, Browser(other)):
        page = somebody.open(url)
        name, phone = ("Kjetil Fredriksen", "4798765432") if by_force else ("Karen Myklebust", "4712345678")
        assert f"Last attempt: {name}, 17 March 2030, 17:46 UTC. There is not enough money on the account." in page.text
        assert page.fields["customer"] == phone
        assert not somebody.refused


def test_an_unknown_number_that_failed_is_picked_again(emulator: Emulator) -> None:
    browser = visit(emulator, amount=amount(151))
    page = browser.press("approve", phone="+47 90 00 00 08")
    assert page.fields["customer"] == "4790000008"
    assert page.choices["customer"][-1] == "4790000008"


def test_what_was_picked_and_ticked_is_kept_after_a_failure(emulator: Emulator) -> None:
    browser = visit(emulator, paymentMethod={"type": "CARD"}, profile=SCOPE)
    page = browser.press("approve", consent=None, card="9578100000000004", phone="12")
    assert (page.fields["card"], page.fields["phone"]) == ("9578100000000004", "12")
    assert "consent" not in page.fields


@pytest.mark.parametrize(
    ("value", "fields"),
    [(151, {}), (10_000, {"phone": "12"}), (202, {}), (10_000, {"phone": "4793000013"}), (10_000, {"action": "no"})],
)
def test_every_answer_to_a_form_can_be_loaded_again(emulator: Emulator, value: int, fields: dict[str, str]) -> None:
    browser = visit(emulator, amount=amount(value))
    url = str(browser.answer.url)
    browser.press(**{"action": "approve"} | fields)
    shown, came_to = browser.page.text, str(browser.answer.url)
    before = emulator.events()

    assert came_to.startswith(f"{url}&note=")
    assert browser.open(came_to).text == shown
    assert browser.open(url).text != shown
    assert browser.answer.status_code == 200
    assert emulator.events() == before


def test_a_number_that_is_none_is_told_beside_its_field(emulator: Emulator) -> None:
    page = visit(emulator).press("approve", phone="12")
    assert "Enter the number with country code, for example 4712345678" in page.described("phone")
    [typed] = [each for each in page.all("input") if each.get("id") == "phone"]
    assert typed["aria-invalid"] == "true"
    [summary] = [each for each in page.all("div") if each.get("role") == "alert"]
    assert (summary["tabindex"], "autofocus" in summary) == ("-1", True)
    assert {"href": "#phone"} in page.all("a")


@pytest.mark.parametrize(
    ("msn", "example"),
    [("123456", "4712345678"), ("223456", "4512345678"), ("323456", "358401234567"), ("423456", "46701234567")],
)
def test_the_example_is_a_number_of_the_market(emulator: Emulator, msn: str, example: str) -> None:
    browser = Browser(emulator)
    page = browser.open(emulator.create(msn=msn).json()["redirectUrl"])
    assert [each["placeholder"] for each in page.all("input") if each.get("id") == "phone"] == [example]
    assert example in browser.press("approve", phone="12").described("phone")


def test_the_page_says_what_became_of_the_money(emulator: Emulator) -> None:
    browser = visit(emulator)
    url = str(browser.answer.url)
    browser.press("approve")
    emulator.modify("capture", 6_000)
    emulator.modify("refund", 1_000)
    said = "Approved: 100.00 NOK. Of that 60.00 NOK captured, 10.00 NOK refunded, 40.00 NOK still reserved."
    assert said in browser.open(url).text
    emulator.api("POST", "/payments/reference-1/cancel", key="cancel")
    said = "Approved: 100.00 NOK. Of that 60.00 NOK captured, 10.00 NOK refunded, 40.00 NOK cancelled."
    assert said in browser.open(url).text


def test_a_failure_of_before_is_not_told_of_a_payment_that_went_well(emulator: Emulator) -> None:
    browser = visit(emulator)
    browser.press("approve", phone="4793000015")
    failed = str(browser.answer.url)
    browser.press("approve")
    assert "not enough money" not in browser.open(failed).text
    assert not browser.refused


def test_strict_pages_make_up_no_customer(start: Callable[..., Emulator]) -> None:
    emulator = start(strict=True)
    browser = visit(emulator)
    browser.press("approve", phone="4700000002")
    assert browser.refused
    assert emulator.get()["state"] == "CREATED"
    assert emulator.control("GET", "/customers/4700000002").status_code == 404
    answer = emulator.control("POST", "/payments/123456/reference-1/approve", {"customer": "4700000002"})
    assert answer.status_code == 400


def lock_number(emulator: Emulator) -> None:
    emulator.control("PATCH", "/sales-units/123456", {"configuration": {"landing_page_phone_number_locked": True}})


def test_what_a_customer_agreed_to_is_not_asked_for_again_for_a_week(emulator: Emulator) -> None:
    lock_number(emulator)
    visit(emulator, profile=SCOPE, customer=KAREN).press("approve")

    browser = visit(emulator, reference="reference-2", profile=SCOPE, customer=KAREN)
    assert "your date of birth" not in browser.page.text
    assert "consent" not in browser.page.choices
    browser.press("approve")
    assert emulator.get("reference-2")["userDetails"]["firstName"] == "Karen"

    emulator.advance("P7D")
    assert "your date of birth" in visit(emulator, reference="reference-3", profile=SCOPE, customer=KAREN).page.text


def test_only_what_is_new_is_asked_for(emulator: Emulator) -> None:
    lock_number(emulator)
    visit(emulator, profile={"scope": "name email"}, customer=KAREN).press("approve")

    browser = visit(emulator, reference="reference-2", profile={"scope": "name birthDate"}, customer=KAREN)
    assert "your date of birth" in browser.page.text
    assert "your name" not in browser.page.text
    assert "Cancelled by the customer." in browser.press("approve", consent=None).text


def test_the_list_of_customers_says_who_agreed_already(emulator: Emulator) -> None:
    visit(emulator, profile=SCOPE).press("approve")

    text = visit(emulator, reference="reference-2", profile=SCOPE).answer.text
    assert text.count(" data-agreed") == 1
    assert '<option value="4712345678" data-agreed' in text


def test_a_number_that_nobody_has_is_told_of_in_the_journal(emulator: Emulator) -> None:
    visit(emulator).press("approve", phone="4799999998", terms="yes")
    assert emulator.get()["state"] == "AUTHORIZED"
    [entry] = emulator.control("GET", "/requests?warnings=true").json()["requests"]
    assert (entry["path"], entry["reference"]) == ("/landing", "reference-1")
    assert entry["warnings"][0]["kindness"] == "unknown-customers"


def test_an_address_without_a_payment_says_where_to_start(emulator: Emulator) -> None:
    answer = emulator.request("GET", "/landing?token=nothing")
    assert answer.status_code == 404
    assert '<a href="/wallet">Phones of all customers</a>' in answer.text
