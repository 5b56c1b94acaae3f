"""The address that a partner gives its merchant: what opening it does, and where it leads nowhere."""

from collections.abc import Callable

import pytest

from tests.apis.management.portal.browsing import KNOWN, Browser, management, picture, prefill, visit
from tests.harness import Emulator

DAY = 86_400


def received(emulator: Emulator) -> Browser:
    return Browser(emulator, prefill(emulator, businessIdentifier=KNOWN)["prefillUrl"])


def test_opening_the_page_is_what_the_partner_sees_as_viewed(emulator: Emulator) -> None:
    browser = received(emulator)
    assert browser.status == "RECEIVED"

    browser.open()

    assert browser.answer.status_code == 200
    assert browser.status == "MERCHANT_VIEWED"
    browser.open()
    assert browser.answer.status_code == 200
    assert browser.status == "MERCHANT_VIEWED"


@pytest.mark.parametrize("suffix", ["/", "?from=mail"])
def test_other_spellings_of_the_address_open_it_too(emulator: Emulator, suffix: str) -> None:
    browser = received(emulator)
    browser.open(browser.url + suffix)
    assert browser.answer.status_code == 200
    assert browser.status == "MERCHANT_VIEWED"


def test_asking_for_the_head_alone_opens_nothing(emulator: Emulator) -> None:
    browser = received(emulator)
    answer = emulator.request("HEAD", browser.url)
    assert answer.status_code == 200
    assert browser.status == "RECEIVED"


def test_the_picture_alone_opens_nothing(emulator: Emulator) -> None:
    browser = received(emulator)
    answer = emulator.request("GET", f"{browser.url}/logo.png")
    assert (answer.status_code, answer.content) == (200, picture())
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'"
    assert browser.status == "RECEIVED"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods_are_refused(emulator: Emulator, method: str) -> None:
    browser = received(emulator)
    assert emulator.request(method, browser.url).status_code == 405
    assert browser.status == "RECEIVED"


CHANGES: list[Callable[[str], str]] = [
    lambda id_: id_[:-1],
    lambda id_: id_ + "0",
    lambda id_: id_.replace("-", ""),
    lambda id_: "00000000-0000-4000-8000-000000000000",
    lambda id_: "%00",
    lambda id_: "%ff%fe",
    lambda id_: "%F0%9F%A7%A6",
    lambda id_: "x" * 5000,
    lambda id_: "..",
    lambda id_: id_ + "%0A",
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("picture_of", ["", "/logo.png"])
def test_an_address_of_no_order_leads_nowhere(
    emulator: Emulator, change: Callable[[str], str], picture_of: str
) -> None:
    browser = received(emulator)
    answer = emulator.request("GET", f"/register/vippspanett/{change(browser.id)}{picture_of}")
    assert answer.status_code == 404
    assert browser.status == "RECEIVED"


def test_an_id_is_found_whatever_its_case(emulator: Emulator) -> None:
    browser = received(emulator)
    browser.open(f"/register/vippspanett/{browser.id.upper()}")
    assert browser.answer.status_code == 200
    assert browser.status == "MERCHANT_VIEWED"


def test_an_unknown_and_a_deleted_order_get_a_page(emulator: Emulator) -> None:
    browser = received(emulator)
    management(emulator, "DELETE", f"/v1/product-orders/{browser.id}")

    page = browser.open()

    assert browser.answer.status_code == 404
    assert "There is no prefilled product order behind this address." in page.text
    assert browser.answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("kind", ["TEMPLATE", "MANUAL"])
def test_orders_that_did_not_come_by_api_have_no_page(emulator: Emulator, kind: str) -> None:
    form = {"business": KNOWN, "product": "PAYMENT_INTEGRATION"}
    made = emulator.control("POST", "/product-orders", {"type": kind, "partner": "partner-plus", "form": form})
    assert made.status_code == 200, made.text
    browser = Browser(emulator, f"/register/vippspanett/{made.json()['id']}")

    browser.open()

    assert browser.answer.status_code == 404


def test_after_fourteen_days_there_is_only_an_error(emulator: Emulator) -> None:
    browser = visit(emulator)
    fresh = browser.page.form("submit").fields
    emulator.advance(f"PT{14 * DAY - 1}S")
    assert browser.open().buttons >= {"save", "submit"}

    emulator.advance("PT1S")
    page = browser.open()

    assert browser.answer.status_code == 410
    assert "has expired" in page.text
    assert "Plus Partner AS has to create a new one" in page.text
    assert not page.buttons
    assert browser.status == "EXPIRED"
    page = browser.send(fresh | {"action": "submit"})
    assert browser.answer.status_code == 410
    assert "This could not be done" in page.text
    assert browser.status == "EXPIRED"


def test_an_order_that_was_submitted_does_not_expire(start: Callable[..., Emulator]) -> None:
    emulator = start(order_decision="wait")
    browser = visit(emulator)
    browser.press("submit")
    emulator.advance("P20D")
    assert "being processed" in browser.open().text
    assert browser.answer.status_code == 200


def test_links_of_before_open_the_form_too(emulator: Emulator) -> None:
    browser = received(emulator)
    answer = emulator.request("GET", f"/register/prefilled/{browser.id}")
    assert answer.status_code == 200
    assert f"/register/vippspanett/{browser.id}" in answer.text
