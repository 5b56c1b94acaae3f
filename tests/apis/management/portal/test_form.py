"""The product order form: filled in as prefilled, with warnings; saved and submitted whole or not at all."""

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.apis.management.domain.order_form import CATEGORIES
from tests.apis.management.portal.browsing import CAMPAIGN, STANDARD, WEBSITE, Browser, full, visit
from tests.harness import Emulator

FIELDS = {
    "salesUnitName": "Solberg nettbutikk",
    "settlementBankAccount": "86011117904",
    "productUseCase": "WebsiteWithTest",
    "annualTurnover": "1500000",
    "annualTurnoverPercentage": "30",
    "intendedPurpose": "Socks\nand shoes",
    "appName": "Sock app",
    "websiteUrl": "https://shop.example.com",
    "termsUrl": "https://shop.example.com/terms",
    "testWebsiteUrl": "https://test.example.com",
    "testWebsiteUsername": "tester",
    "testWebsitePassword": "secret word",
    "hasRecurring": "yes",
    "merchantCategoryCode": "5651",
}
CHANGED = {
    "salesUnitName": "Sokker (sko)",
    "settlementBankAccount": "1520.10 01207",
    "pricePackageId": STANDARD,
    "productUseCase": "App",
    "annualTurnover": "2 000 000",
    "annualTurnoverPercentage": "100",
    "intendedPurpose": "Only shoes\r\n\r\nof leather",
    "appName": "Shoe app",
    "websiteUrl": "https://shoes.example.com/",
    "termsUrl": "https://shoes.example.com/terms",
    "testWebsiteUrl": "https://test.shoes.example.com/",
    "testWebsiteUsername": "me",
    "testWebsitePassword": "pass",
    "hasRecurring": None,
    "merchantCategoryCode": "5999",
    "removeLogo": "yes",
}
PARTNER_OF_THREE = "partner-premium"
"""Has one price package for a payment integration in Norway."""


def stored(browser: Browser) -> dict[str, Any]:
    form: dict[str, Any] = browser.order["form"]
    return form


def test_every_field_is_there_as_prefilled(emulator: Emulator) -> None:
    page = visit(emulator).page

    fields = dict(page.fields)
    assert fields.pop("csrf")
    assert fields == FIELDS
    assert [each["src"] for each in page.all("img")] == [f"{page.all('form')[0]['action']}/logo.png"]
    assert set(page.form("submit").choices["merchantCategoryCode"]) == {"", *CATEGORIES}
    assert not [id_ for id_ in page.by_id if id_.endswith(("-warning", "-error"))]


def test_partner_product_and_company_are_shown_and_cannot_be_changed(emulator: Emulator) -> None:
    browser = visit(emulator)
    for text in ("Plus Partner AS", "Payment integration", "Helland BA, 148014000"):
        assert text in browser.page.text

    browser.press("save", business="910000004", businessIdentifier="910000004", productType="LOGIN", partner="x")

    order = browser.order
    assert order["partner"] == "partner-plus"
    assert (order["form"]["product"], order["form"]["business"]["id"]) == ("PAYMENT_INTEGRATION", "148014000")


def test_saving_what_came_changes_nothing(emulator: Emulator) -> None:
    browser = visit(emulator)
    before = stored(browser)
    page = browser.press("save")
    assert "Saved. The order is not submitted yet." in page.text
    assert stored(browser) == before
    assert browser.status == "MERCHANT_VIEWED"


def test_saving_keeps_every_change(emulator: Emulator) -> None:
    browser = visit(emulator, pricePackageId=None)

    browser.press("save", **CHANGED)

    assert browser.answer.status_code == 200
    assert stored(browser) == {
        "business": {"scheme": "business:NO:ORG", "id": "148014000"},
        "product": "PAYMENT_INTEGRATION",
        "unit_name": "Sokker (sko)",
        "logo": None,
        "account": {"scheme": "BBAN:NO", "id": "15201001207"},
        "price_package_id": STANDARD,
        "use_case": "App",
        "annual_turnover": 2_000_000,
        "turnover_percentage": "100",
        "purpose": "Only shoes\n\nof leather",
        "app_name": "Shoe app",
        "website": {
            "url": "https://shoes.example.com/",
            "terms_url": "https://shoes.example.com/terms",
            "test_url": "https://test.shoes.example.com/",
            "test_username": "me",
            "test_password": "pass",
        },
        "recurring": False,
        "category": "5999",
    }
    assert browser.status == "MERCHANT_VIEWED"
    assert not browser.page.all("img")
    assert emulator.request("GET", f"{browser.url}/logo.png").status_code == 404


def test_what_may_be_empty_until_the_form_is_submitted(emulator: Emulator) -> None:
    browser = visit(emulator, pricePackageId=None)
    nothing = dict.fromkeys(FIELDS, "") | {"hasRecurring": None, "removeLogo": "yes"}

    browser.press("save", **nothing)
    assert browser.answer.status_code == 200
    form = stored(browser)
    assert form.pop("business")
    assert (form.pop("product"), form.pop("price_package_id")) == ("PAYMENT_INTEGRATION", STANDARD)
    assert form.pop("recurring") is False
    assert set(form.values()) == {None}

    page = browser.press("submit")
    assert browser.refused
    for name in ("websiteUrl", "termsUrl"):
        assert "An https address is needed here" in page.described(name)
    for name in ("settlementBankAccount", "merchantCategoryCode", "intendedPurpose"):
        assert "This is needed to submit the order" in page.described(name)
    assert browser.status == "MERCHANT_VIEWED"
    whole = {"settlementBankAccount": "8601.11.17947", "merchantCategoryCode": "5999", "intendedPurpose": "Socks"}
    browser.press("submit", websiteUrl=WEBSITE["url"], termsUrl=WEBSITE["termsUrl"], **whole)
    assert browser.status == "ORDER_SUBMITTED"


def test_other_products_need_no_website(emulator: Emulator) -> None:
    browser = visit(emulator, productType="LOGIN", pricePackageId=None, website=None, productUseCase=None)
    assert "website-warning" not in browser.page.by_id
    browser.press("submit")
    assert browser.status == "ORDER_SUBMITTED"
    assert stored(browser)["website"] is None
    assert stored(browser)["price_package_id"] is None


def test_a_website_with_a_test_site_needs_the_address_of_both(emulator: Emulator) -> None:
    browser = visit(emulator, website=WEBSITE)
    page = browser.press("submit")
    assert browser.refused
    assert "An https address is needed here" in page.described("testWebsiteUrl")
    page = browser.press("submit", productUseCase="Website")
    assert browser.status == "ORDER_SUBMITTED"


@pytest.mark.parametrize(
    ("fields", "name", "warning"),
    [
        ({"salesUnitLogo": "bm90IGEgcGljdHVyZQ=="}, "salesUnitLogo", "The logo is not a PNG"),
        ({"merchantCategoryCode": "1234"}, "merchantCategoryCode", "The form has no category 1234: pick one"),
        ({"website": None}, "website", "A payment integration needs a website: its fields are empty"),
        ({"website": {"url": "http://x.test", "termsUrl": "https://x.test"}}, "website", "not an https address"),
    ],
)
def test_what_the_form_drops_is_said_beside_its_field(
    emulator: Emulator, fields: dict[str, Any], name: str, warning: str
) -> None:
    page = visit(emulator, **fields).page
    assert warning in page.by_id[f"{name}-warning"]
    assert "The partner was not told." in page.by_id[f"{name}-warning"]
    assert [id_ for id_ in page.by_id if id_.endswith("-warning")] == [f"{name}-warning"]
    if name == "website":
        assert {page.fields[each] for each in ("websiteUrl", "termsUrl")} == {""}
    else:
        assert page.fields.get(name, "") == ""


def test_a_warning_goes_when_the_field_is_filled_in(emulator: Emulator) -> None:
    browser = visit(emulator, website=None, merchantCategoryCode="1234", productUseCase="Website")
    assert {"website-warning", "merchantCategoryCode-warning"} <= set(browser.page.by_id)
    assert "has no category 1234" in browser.page.described("merchantCategoryCode")
    page = browser.press("save", websiteUrl=WEBSITE["url"], termsUrl=WEBSITE["termsUrl"], merchantCategoryCode="5691")
    assert not [id_ for id_ in page.by_id if id_.endswith("-warning")]


def test_wrong_check_digits_are_taken_with_a_warning_and_not_when_strict(start: Callable[..., Emulator]) -> None:
    kind, strict = visit(start()), visit(start(strict=True))

    page = kind.press("save", settlementBankAccount="86011117905")
    assert kind.answer.status_code == 200
    assert "a strict one does not" in page.described("settlementBankAccount")
    page = strict.press("save", settlementBankAccount="86011117905")
    assert strict.refused
    assert "No account number of BBAN:NO" in page.described("settlementBankAccount")
    assert stored(strict)["account"]["id"] == "86011117904"


def test_a_given_price_package_is_shown_and_locked(emulator: Emulator) -> None:
    browser = visit(emulator, pricePackageId=CAMPAIGN)
    assert "Campaign · 1.99% (chosen by the partner)" in browser.page.text
    assert "pricePackageId" not in browser.page.fields

    browser.press("submit", pricePackageId=STANDARD)

    assert browser.status == "ORDER_SUBMITTED"
    assert stored(browser)["price_package_id"] == CAMPAIGN
    assert "Campaign · 1.99%" in browser.page.text


def test_else_the_merchant_picks_among_the_visible_ones(emulator: Emulator) -> None:
    browser = visit(emulator, pricePackageId=None)
    assert browser.page.form("submit").choices["pricePackageId"] == [STANDARD]

    page = browser.press("submit", pricePackageId=CAMPAIGN)
    assert browser.refused
    assert "Pick one of the list" in page.described("pricePackageId")
    browser.press("submit", pricePackageId=None)
    assert browser.refused
    browser.press("submit", pricePackageId=STANDARD)
    assert browser.status == "ORDER_SUBMITTED"
    assert stored(browser)["price_package_id"] == STANDARD


def test_the_only_price_package_is_taken_without_asking(emulator: Emulator) -> None:
    browser = visit(emulator, partner=PARTNER_OF_THREE, pricePackageId=None)
    assert "pricePackageId" not in browser.page.fields
    assert "Price package" not in browser.page.text
    browser.press("submit")
    assert stored(browser)["price_package_id"] == "bbcb1f7f-e14d-4804-8ab4-c81c0c0ce0ce"


WRONG = [
    ("salesUnitName", "x" * 41, "Must have 1 to 40 characters"),
    ("salesUnitName", "Socks / shoes", "Must not contain '/'"),
    ("salesUnitName", "a\x00b", "control characters"),
    ("settlementBankAccount", "NO8601111790", "Must be 9 to 34 digits"),
    ("settlementBankAccount", "8601111790", "has 11 digits"),
    ("settlementBankAccount", "٨٦٠١١١١٧٩٠٤", "Must be 9 to 34 digits"),
    ("productUseCase", "Moon", "Pick one of the list"),
    ("annualTurnover", "-1", "whole number"),
    ("annualTurnover", "1.5", "whole number"),
    ("annualTurnover", "1000000000", "whole number"),
    ("annualTurnover", "١", "whole number"),
    ("annualTurnoverPercentage", "15", "Pick one of the list"),
    ("intendedPurpose", "x" * 5001, "at most 5000"),
    ("intendedPurpose", "a\x07", "control characters"),
    ("appName", "x" * 5001, "at most 5000"),
    ("websiteUrl", "shop.example.com", "Must be an https address"),
    ("websiteUrl", "http://shop.example.com", "Must be an https address"),
    ("websiteUrl", "javascript:alert(1)", "Must be an https address"),
    ("websiteUrl", "https://shop example.com", "Must be an https address"),
    ("websiteUrl", "https://[", "Must be an https address"),
    ("termsUrl", "", "An https address is needed here"),
    ("testWebsiteUrl", "ftp://x", "Must be an https address"),
    ("merchantCategoryCode", "1234", "Pick one of the list"),
]


@pytest.mark.parametrize("action", ["save", "submit"])
@pytest.mark.parametrize(("name", "value", "reason"), WRONG)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_saved(
    emulator: Emulator, action: str, name: str, value: str, reason: str
) -> None:
    browser = visit(emulator)
    before = browser.order

    page = browser.press(action, **{"appName": "Another app", name: value})

    assert browser.refused
    assert reason in page.described(name)
    assert page.tag_of(name)["aria-invalid"] == "true"
    assert page.fields[name] == ("" if name in page.ids_of("select") else value)
    assert page.fields["appName"] == (value if name == "appName" else "Another app")
    assert "One field has to be corrected" in page.text
    assert {"href": f"#{name}"} in page.all("a")
    assert browser.order == before


def test_every_wrong_field_is_named_at_once_in_the_page_s_order(emulator: Emulator) -> None:
    browser = visit(emulator)
    wrong = {"salesUnitName": "/", "settlementBankAccount": "1", "annualTurnover": "x", "termsUrl": "x"}

    page = browser.press("submit", hasRecurring=None, removeLogo="yes", **wrong)

    assert [each["href"] for each in page.all("a")] == [f"#{name}" for name in wrong]
    assert "4 fields have to be corrected" in page.text
    assert {name: page.fields[name] for name in wrong} == wrong
    assert "hasRecurring" not in page.fields
    assert page.fields["removeLogo"] == "yes"


def test_a_wrong_field_keeps_a_submission_from_saving_the_right_ones(emulator: Emulator) -> None:
    browser = visit(emulator)
    browser.press("submit", salesUnitName="Right", termsUrl="wrong")
    assert stored(browser)["unit_name"] == "Solberg nettbutikk"
    assert browser.status == "MERCHANT_VIEWED"


def test_an_empty_form_is_no_crash(emulator: Emulator) -> None:
    browser = visit(emulator)
    csrf = browser.page.fields["csrf"]
    browser.send({"csrf": csrf, "action": "submit"})
    assert browser.refused
    assert browser.status == "MERCHANT_VIEWED"


def test_the_longest_prefill_can_be_submitted(emulator: Emulator) -> None:
    long = "袜" * 5000
    website = {
        "url": f"https://x.test/{'a' * 4900}",
        "termsUrl": f"https://x.test/{'a' * 4900}",
        "testWebsiteUrl": f"https://x.test/{'a' * 4900}",
        "testWebsiteUsername": long,
        "testWebsitePassword": long,
    }
    browser = visit(emulator, intendedPurpose=long, app={"appName": long}, website=website)
    before = stored(browser)
    browser.press("submit")
    assert browser.status == "ORDER_SUBMITTED"
    assert stored(browser) == before


def test_text_that_begins_with_an_empty_line_is_not_lost(emulator: Emulator) -> None:
    page = visit(emulator, intendedPurpose="\n\nSocks").page
    assert page.fields["intendedPurpose"] == "\n\nSocks"


@pytest.mark.parametrize(("market", "scheme", "number", "account", "typed"), [
    ("DK", "business:DK:CVR", "11501001", "00400440116243", "0040-0440116243"),
    ("FI", "business:FI:Y-tunnus", "4997481-8", "12345600000785", "123456-00000785"),
])  # fmt: skip
def test_accounts_of_other_countries(
    emulator: Emulator, market: str, scheme: str, number: str, account: str, typed: str
) -> None:
    browser = visit(
        emulator,
        partner=PARTNER_OF_THREE,
        businessIdentifier={"scheme": scheme, "id": number},
        settlementBankAccount=None,
        pricePackageId=None,
    )
    browser.press("submit", settlementBankAccount=typed)
    assert stored(browser)["account"] == {"scheme": f"BBAN:{market}", "id": account}


def test_each_field_of_a_prefill_has_its_place(emulator: Emulator) -> None:
    names = {
        "salesUnitLogo": "removeLogo",
        "app": "appName",
        "website": "websiteUrl",
        "hasRecurring": "hasRecurring",
    }
    shown = {name for form in visit(emulator, pricePackageId=None).page.forms for name in form.choices} | {
        "intendedPurpose"
    }
    for name in set(full()) - {"businessIdentifier", "productType"}:
        assert names.get(name, name) in shown
