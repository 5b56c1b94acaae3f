"""The page that a draft leads to, through its door."""

from typing import Any

import pytest

from tests.apis.helpers import set_customer
from tests.apis.recurring.pages.browsing import CUSTOMER, Visited, Visitor
from tests.apis.recurring.shop import Shop
from tests.harness import Emulator
from tests.webhooks.receivers import receivers_of, register

XSS = "<script>alert(1)</script>"
ODD_URL = "https://shop.example.com/back?x=1&y=%20&z='#top"
VARIABLE = {"type": "VARIABLE", "suggestedMaxAmount": 50_000, "currency": "NOK"}
INITIAL = {"amount": 4_900, "description": "First box", "transactionType": "DIRECT_CAPTURE"}
EVENTS = [f"recurring.agreement-{each}.v1" for each in ("activated", "rejected", "expired", "stopped")]


def test_it_says_what_how_much_and_how_often(emulator: Emulator) -> None:
    page = Visited(emulator, productDescription="Twelve bags", initialCharge=INITIAL).page
    for words in (
        "100.00 NOK", "every month", "Tea of the month", "Twelve bags", "You pay 49.00 NOK now: First box",
        "Karen Myklebust",
    ):  # fmt: skip
        assert words in page.text
    assert page.buttons == ["accept", "reject"]
    assert "https://shop.example.com/agreement" in {each["href"] for each in page.all("a")}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"interval": {"unit": "WEEK", "count": 2}}, "every 2 weeks"),
        ({"interval": None}, "when you use it"),
        ({"pricing": {"type": "FLEXIBLE", "currency": "NOK"}}, "Varying amounts"),
        ({"pricing": VARIABLE}, "Up to 500.00 NOK"),
        ({"initialCharge": INITIAL | {"transactionType": "RESERVE_CAPTURE"}}, "49.00 NOK is reserved now: First box"),
        (
            {"campaign": {"type": "PERIOD_CAMPAIGN", "price": 0, "period": {"unit": "MONTH", "count": 2}}},
            "0.00 NOK for 2 months. Ordinary price 100 kr starts 17/5/2030.",
        ),
        (
            {"campaign": {"type": "PRICE_CAMPAIGN", "price": 900, "end": "2030-06-01T00:00:00Z"}},
            "9.00 NOK every month until 1 June 2030, 00:00 UTC. Ordinary price 100 kr starts 1/6/2030.",
        ),
        (
            {
                "campaign": {
                    "type": "EVENT_CAMPAIGN",
                    "price": 100,
                    "eventDate": "2030-12-24T00:00:00Z",
                    "eventText": "until Christmas",
                }
            },
            "1.00 NOK until Christmas. Ordinary price 100 kr starts 24/12/2030.",
        ),
    ],
    ids=["weeks", "per-use", "flexible", "variable", "reserve", "period", "price", "event"],
)
def test_each_kind_of_agreement_is_explained(emulator: Emulator, fields: dict[str, Any], words: str) -> None:
    assert words in Visited(emulator, **fields).page.text


def test_accepting_makes_it_active_and_leads_back_exactly(emulator: Emulator) -> None:
    receivers = receivers_of(emulator)
    register(emulator, events=EVENTS)
    visited = Visited(emulator, merchantRedirectUrl=ODD_URL)
    page = visited.browser.press("accept")
    assert "Accepted: the agreement is active." in page.text
    assert visited.browser.goes_to == ODD_URL
    assert visited.status == "ACTIVE"
    emulator.control("POST", "/webhooks/settle")
    assert [each.content["eventType"] for each in receivers.received] == [EVENTS[0]]
    assert receivers.received[0].content["actor"] == "USER"


def test_rejecting_stops_it_and_leads_back_too(emulator: Emulator) -> None:
    visited = Visited(emulator, initialCharge=INITIAL, merchantRedirectUrl="myapp://back?ok=1")
    page = visited.browser.press("reject", customer=None)
    assert "Rejected: nothing was agreed." in page.text
    assert visited.browser.goes_to == "myapp://back?ok=1"
    shown = visited.shop.agreement(visited.id)
    assert (shown["status"], shown["start"]) == ("STOPPED", None)
    assert visited.shop.status(visited.id, str(visited.charge)) == "CANCELLED"


def test_the_initial_charge_is_paid_with_the_card_that_was_picked(emulator: Emulator) -> None:
    set_customer(
        emulator, CUSTOMER, cards=[{"number": "4925000000000004", "expired": True}, {"number": "4925000000000087"}]
    )
    visited = Visited(emulator, initialCharge=INITIAL)
    page = visited.browser.press("accept", customer=CUSTOMER, card="4925000000000004")
    assert "Your card or account could not be charged. Pick another card" in page.text
    assert visited.browser.refused
    assert visited.status == "PENDING"
    assert page.fields["card"] == "4925000000000004"
    visited.browser.press("accept", card="4925000000000087")
    assert visited.status == "ACTIVE"
    assert visited.shop.status(visited.id, str(visited.charge)) == "CHARGED"


def test_a_declined_initial_charge_leaves_the_draft_waiting(emulator: Emulator) -> None:
    visited = Visited(emulator, initialCharge=INITIAL | {"amount": 151})
    visited.browser.press("accept", customer=CUSTOMER)
    assert visited.status == "PENDING"
    again = Visitor(emulator)
    assert "Last attempt: Your card or account could not be charged." in again.open(visited.browser.page_url).text


def test_one_whose_result_is_unknown_leads_back_while_pending(emulator: Emulator) -> None:
    visited = Visited(emulator, initialCharge=INITIAL | {"amount": 201})
    page = visited.browser.press("accept", customer=CUSTOMER)
    assert "Accepted, but the bank has not answered yet." in page.text
    assert visited.browser.goes_to == "https://shop.example.com/return"
    assert visited.status == "PENDING"
    emulator.advance("PT1H")
    assert visited.status == "ACTIVE"


def test_the_maximum_is_chosen_among_alternatives(emulator: Emulator) -> None:
    visited = Visited(emulator, pricing=VARIABLE)
    assert visited.page.fields["maximum"] == "50000"
    assert visited.page.choices["maximum"] == ["25000", "50000", "75000", "100000"]
    visited.browser.press("accept", maximum="25000")
    assert visited.shop.agreement(visited.id)["pricing"]["maxAmount"] == 25_000


@pytest.mark.parametrize("maximum", ["much", "9" * 30, "1", "999999999"])
def test_a_maximum_that_nobody_can_choose_is_refused_at_its_field(emulator: Emulator, maximum: str) -> None:
    visited = Visited(emulator, pricing=VARIABLE)
    page = visited.browser.press("accept", maximum=maximum)
    assert visited.browser.refused
    assert page.described("maximum").startswith("Error:")
    assert visited.status == "PENDING"


def test_a_typed_number_wins_and_stays_where_it_is_wrong(emulator: Emulator) -> None:
    visited = Visited(emulator, phoneNumber=CUSTOMER)
    assert visited.page.choices["customer"][0] == CUSTOMER
    page = visited.browser.press("accept", phone="12")
    assert visited.browser.refused
    assert "Enter the number with country code" in page.described("phone")
    visited.browser.press("accept", phone="+47 98 76 54 32")
    assert visited.status == "ACTIVE"
    [found] = emulator.control("GET", "/agreements?customer=4798765432").json()["agreements"]
    assert found["id"] == visited.id


def test_whoever_the_merchant_names_is_alone_where_that_is_locked(emulator: Emulator) -> None:
    unit = emulator.control(
        "PATCH", "/sales-units/123456", {"configuration": {"landing_page_phone_number_locked": True}}
    )
    assert unit.status_code == 200, unit.text
    page = Visited(emulator, phoneNumber=CUSTOMER).page
    assert page.choices["customer"] == [CUSTOMER]
    assert "phone" not in page.choices


def test_scopes_are_shared_or_nothing_is_agreed(emulator: Emulator) -> None:
    visited = Visited(emulator, scope="name email")
    assert "your name" in visited.page.text
    visited.browser.press("accept", customer=CUSTOMER, consent=None)
    assert visited.status == "STOPPED"
    other = Visited(emulator, scope="name email")
    other.browser.press("accept", customer=CUSTOMER)
    assert other.shop.agreement(other.id)["sub"]


def test_customers_below_18_are_turned_away(emulator: Emulator) -> None:
    set_customer(emulator, CUSTOMER, birth_date="2015-01-01")
    visited = Visited(emulator)
    page = visited.browser.press("accept", customer=CUSTOMER)
    assert "18 years" in page.text
    assert visited.status == "EXPIRED"


def test_an_expired_draft_cannot_be_answered(emulator: Emulator) -> None:
    visited = Visited(emulator)
    emulator.advance("PT10M")
    page = visited.browser.press("accept", customer=CUSTOMER)
    assert "Nothing was done" in page.text
    assert "Expired: nothing was agreed." in page.text
    assert page.buttons == []
    assert visited.browser.goes_to is None


def test_one_that_is_answered_or_stopped_only_says_so(emulator: Emulator) -> None:
    visited = Visited(emulator)
    before = visited.page.fields
    visited.browser.press("accept", customer=CUSTOMER)
    assert "Nothing was done" in visited.browser.send(before | {"action": "reject"}).text
    assert visited.status == "ACTIVE"
    assert visited.shop.patch(visited.id, status="STOPPED").status_code == 204
    assert "Stopped: nothing more is charged." in visited.browser.open(visited.browser.page_url).text


@pytest.mark.parametrize("token", ["", "1", "1.x", "zz.y", "1." + "a" * 500, "0.", "²"])
def test_a_token_that_nobody_has_shows_nothing(emulator: Emulator, token: str) -> None:
    Shop(emulator).drafted()
    answer = emulator.request("GET", "/agreement", params={"token": token})
    assert answer.status_code == 404
    assert "There is no agreement behind this address." in answer.text


def test_forms_need_their_token_and_a_button(emulator: Emulator) -> None:
    visited = Visited(emulator)
    fields = visited.page.fields
    assert emulator.request("POST", "/agreement", data=fields | {"csrf": "x", "action": "accept"}).status_code == 403
    visited.browser.send(fields | {"action": "sing"})
    assert visited.browser.refused
    assert visited.status == "PENDING"


def test_what_merchants_write_is_text(emulator: Emulator) -> None:
    visited = Visited(emulator, productName=XSS, productDescription=XSS)
    assert "<script>" not in visited.browser.answer.text
    assert XSS in visited.page.text
    assert "script-src" not in visited.browser.answer.headers["content-security-policy"]


def test_customers_who_act_by_themselves_do_so_when_they_are_picked(emulator: Emulator) -> None:
    set_customer(emulator, CUSTOMER, payment="ignores")
    visited = Visited(emulator)
    assert "This customer ignores agreements" in visited.browser.press("accept", customer=CUSTOMER).text
    set_customer(emulator, CUSTOMER, payment="cancels")
    visited.browser.press("accept", customer=CUSTOMER)
    assert visited.status == "STOPPED"
    set_customer(emulator, CUSTOMER, payment="approves", payment_delay=30)
    slow = Visited(emulator)
    assert "takes time to answer" in slow.browser.press("accept", customer=CUSTOMER).text
    emulator.advance("PT30S")
    assert slow.status == "ACTIVE"


def test_a_rule_about_a_number_chooses_for_whoever_is_picked(emulator: Emulator) -> None:
    rule = {"name": "no", "when": {"phone": CUSTOMER}, "then": {"agreement": "rejects"}}
    assert emulator.control("POST", "/scenarios", rule).status_code == 200
    visited = Visited(emulator)
    visited.browser.press("accept", customer=CUSTOMER)
    assert visited.status == "STOPPED"
    [entry] = [each for each in emulator.control("GET", "/requests").json()["requests"] if each["path"] == "/agreement"]
    assert entry["scenario"]["rule"] == "no"
    assert emulator.control("DELETE", "/scenarios/no").status_code == 200
    charge = {"name": "poor", "when": {"phone": CUSTOMER, "operation": "DraftAgreementV3"}, "then": {"charge": "fails"}}
    assert emulator.control("POST", "/scenarios", charge).status_code == 200
    poor = Visited(emulator, initialCharge=INITIAL)
    poor.browser.press("accept", customer=CUSTOMER)
    assert poor.status == "PENDING"
