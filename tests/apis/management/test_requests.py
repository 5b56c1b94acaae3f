"""orderProduct: every field of the request, and what is wrong with it."""

import json
from typing import Any

import pytest

from tests.apis.helpers import shared_emulator
from tests.apis.management.partner import NEW, assert_refused, control, order_body, partner, post, warnings_of
from tests.harness import Emulator

shared = shared_emulator()
strict = shared_emulator(strict=True)
NO, DK, FI, SE = "business:NO:ORG", "business:DK:CVR", "business:FI:Y-tunnus", "business:SE:ORG"
LONG = "x" * 5_001


def business(id_: Any = "910000004", scheme: Any = NO) -> dict[str, Any]:
    return {"businessIdentifier": {"scheme": scheme, "id": id_}}


def account(id_: Any = "86011117947", scheme: Any = "BBAN:NO") -> dict[str, Any]:
    return {"settlementBankAccount": {"scheme": scheme, "id": id_}}


def website(**fields: Any) -> dict[str, Any]:
    good = {"url": "https://shop.example.com", "termsUrl": "https://shop.example.com/terms"}
    return {"website": {name: value for name, value in (good | fields).items() if value is not ...}}


EVERYTHING: dict[str, Any] = {
    **business(),
    "productType": "PAYMENT_INTEGRATION",
    "salesUnitName": r"Blåbær (2) \-_+.`",
    "salesUnitLogo": "iVBORw0KGgo=",
    **account(),
    "pricePackageId": "1B75AB1B-F6D1-4FD0-AACA-D4BFB5D790A5",
    "productUseCase": "WebsiteWithTest",
    "annualTurnover": 999_999_999,
    "annualTurnoverPercentage": "100",
    "intendedPurpose": "Socks",
    "app": {"appName": "Socks"},
    **website(testWebsiteUrl="https://test.example.com", testWebsiteUsername="a", testWebsitePassword="b"),
    "hasRecurring": True,
    "merchantCategoryCode": "5691",
    "complianceData": {"anything": [1, None, {"at": "all"}]},
}


@pytest.mark.parametrize("server", ["shared", "strict"])
def test_all_fields_at_once_are_fine(server: str, request: pytest.FixtureRequest) -> None:
    answer = post(request.getfixturevalue(server), EVERYTHING)
    assert answer.status_code == 201, answer.text
    assert set(answer.json()) == {"prefilledOrderId", "prefillUrl"}
    assert warnings_of(answer) == []


def test_what_was_sent_is_what_the_form_holds(emulator: Emulator) -> None:
    id_ = post(emulator, EVERYTHING).json()["prefilledOrderId"]
    order = control(emulator, "GET", f"/product-orders/{id_}")
    assert order["form"] == {
        "business": {"scheme": NO, "id": "910000004"},
        "product": "PAYMENT_INTEGRATION",
        "unit_name": r"Blåbær (2) \-_+.`",
        "logo": None,
        "account": {"scheme": "BBAN:NO", "id": "86011117947"},
        "price_package_id": "1b75ab1b-f6d1-4fd0-aaca-d4bfb5d790a5",
        "use_case": "WebsiteWithTest",
        "annual_turnover": 999_999_999,
        "turnover_percentage": "100",
        "purpose": "Socks",
        "app_name": "Socks",
        "website": {
            "url": "https://shop.example.com",
            "terms_url": "https://shop.example.com/terms",
            "test_url": "https://test.example.com",
            "test_username": "a",
            "test_password": "b",
        },
        "recurring": True,
        "category": "5691",
    }
    assert [each["field"] for each in order["dropped"]] == ["salesUnitLogo"]


def test_the_two_required_fields_are_enough(strict: Emulator) -> None:
    for product in ("PAYMENT_INTEGRATION", "CASHIER", "CHECKOUT", "LOGIN", "DONATIONS"):
        assert post(strict, {**business(), "productType": product}).status_code == 201


@pytest.mark.parametrize(
    "fields",
    [
        {"annualTurnover": 0},
        *({"annualTurnoverPercentage": f"{tens}0"} for tens in range(1, 11)),
        *({"productUseCase": each} for each in ("Website", "WebsiteWithTest", "App", "Unknown")),
        {"salesUnitName": "x" * 40},
        {"salesUnitName": "日本の店"},
        {"salesUnitLogo": ""},
        {"salesUnitLogo": "iVBO\r\nRw0KGgo="},
        {"intendedPurpose": ""},
        {"merchantCategoryCode": "0000"},
        website(url="http://shop.example.com"),
        website(url="nonsense"),
        {"website": None},
        {"app": None},
        {"complianceData": {}},
    ],
    ids=str,
)
def test_what_is_allowed_is_taken_without_a_word(strict: Emulator, fields: dict[str, Any]) -> None:
    answer = post(strict, order_body(**fields))
    assert answer.status_code == 201, answer.text
    assert warnings_of(answer) == []


NULLABLE = [name for name in EVERYTHING if name not in ("businessIdentifier", "productType")]


@pytest.mark.parametrize("name", NULLABLE)
def test_optional_fields_may_be_null(strict: Emulator, name: str) -> None:
    fields: dict[str, Any] = {name: None}
    answer = post(strict, order_body(**fields))
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("name", ["testWebsiteUrl", "testWebsiteUsername", "testWebsitePassword"])
def test_so_may_those_of_the_test_website(strict: Emulator, name: str) -> None:
    assert post(strict, order_body(**website(**{name: None}))).status_code == 201


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"businessIdentifier": ...}, "businessIdentifier"),
        ({"businessIdentifier": None}, "businessIdentifier"),
        ({"businessIdentifier": "910000004"}, "businessIdentifier"),
        ({"businessIdentifier": {"id": "910000004"}}, "businessIdentifier.scheme"),
        ({"businessIdentifier": {"scheme": NO}}, "businessIdentifier.id"),
        (business(None), "businessIdentifier.id"),
        (business(910000004), "businessIdentifier.id"),
        (business("123"), "businessIdentifier.id"),
        (business("1" * 51), "businessIdentifier.id"),
        (business("91000000a"), "businessIdentifier.id"),
        (business("910 000 004"), "businessIdentifier.id"),
        (business("910000004\n"), "businessIdentifier.id"),
        (business("٩١٠٠٠٠٠٠٤"), "businessIdentifier.id"),
        (business("----"), "businessIdentifier.id"),
        (business("---1"), "businessIdentifier.id"),
        (business("----", FI), "businessIdentifier.id"),
        (business(scheme=None), "businessIdentifier.scheme"),
        (business(scheme=7), "businessIdentifier.scheme"),
        (business(scheme="NO:ORG"), "businessIdentifier.scheme"),
        (business(scheme="x" * 31), "businessIdentifier.scheme"),
        (business(scheme="business:GB:CRN"), "businessIdentifier.scheme"),
        (business(scheme="business:no:org"), "businessIdentifier.scheme"),
        ({"productType": ...}, "productType"),
        ({"productType": None}, "productType"),
        ({"productType": "payment_integration"}, "productType"),
        ({"productType": "RECURRING"}, "productType"),
        ({"productType": 1}, "productType"),
        ({"salesUnitName": ""}, "salesUnitName"),
        ({"salesUnitName": "x" * 41}, "salesUnitName"),
        ({"salesUnitName": "Shop & Sons"}, "salesUnitName"),
        ({"salesUnitName": "Shop\nSons"}, "salesUnitName"),
        ({"salesUnitName": 5}, "salesUnitName"),
        ({"salesUnitLogo": "!!!"}, "salesUnitLogo"),
        ({"salesUnitLogo": "AAA"}, "salesUnitLogo"),
        ({"salesUnitLogo": "data:image/png;base64,iVBORw0KGgo="}, "salesUnitLogo"),
        ({"salesUnitLogo": 5}, "salesUnitLogo"),
        ({"settlementBankAccount": "86011117947"}, "settlementBankAccount"),
        ({"settlementBankAccount": {"id": "86011117947"}}, "settlementBankAccount.scheme"),
        ({"settlementBankAccount": {"scheme": "BBAN:NO"}}, "settlementBankAccount.id"),
        (account("8601111794"), "settlementBankAccount.id"),
        (account("12345678"), "settlementBankAccount.id"),
        (account("1" * 35), "settlementBankAccount.id"),
        (account("8601.11.17947"), "settlementBankAccount.id"),
        (account(86011117947), "settlementBankAccount.id"),
        (account(None), "settlementBankAccount.id"),
        (account("00400440116", "BBAN:DK"), "settlementBankAccount.scheme"),
        (account("93000000000", "IBAN:NO"), "settlementBankAccount.scheme"),
        (account(scheme="BBAN"), "settlementBankAccount.scheme"),
        (account(scheme="x" * 21), "settlementBankAccount.scheme"),
        ({"pricePackageId": "1b75ab1b"}, "pricePackageId"),
        ({"pricePackageId": "1b75ab1bf6d14fd0aacad4bfb5d790a5"}, "pricePackageId"),
        ({"pricePackageId": 5}, "pricePackageId"),
        ({"productUseCase": "website"}, "productUseCase"),
        ({"productUseCase": ""}, "productUseCase"),
        ({"annualTurnover": -1}, "annualTurnover"),
        ({"annualTurnover": 1_000_000_000}, "annualTurnover"),
        ({"annualTurnover": 1.5}, "annualTurnover"),
        ({"annualTurnover": "5"}, "annualTurnover"),
        ({"annualTurnover": True}, "annualTurnover"),
        ({"annualTurnoverPercentage": "0"}, "annualTurnoverPercentage"),
        ({"annualTurnoverPercentage": "00"}, "annualTurnoverPercentage"),
        ({"annualTurnoverPercentage": "15"}, "annualTurnoverPercentage"),
        ({"annualTurnoverPercentage": "110"}, "annualTurnoverPercentage"),
        ({"annualTurnoverPercentage": "10\n"}, "annualTurnoverPercentage"),
        ({"annualTurnoverPercentage": 10}, "annualTurnoverPercentage"),
        ({"intendedPurpose": 5}, "intendedPurpose"),
        ({"intendedPurpose": LONG}, "intendedPurpose"),
        ({"app": {}}, "app.appName"),
        ({"app": {"appName": None}}, "app.appName"),
        ({"app": {"appName": LONG}}, "app.appName"),
        ({"app": "Socks"}, "app"),
        (website(url=...), "website.url"),
        (website(url=None), "website.url"),
        (website(url=LONG), "website.url"),
        (website(termsUrl=...), "website.termsUrl"),
        (website(termsUrl=5), "website.termsUrl"),
        (website(testWebsiteUrl=5), "website.testWebsiteUrl"),
        (website(testWebsiteUsername=LONG), "website.testWebsiteUsername"),
        (website(testWebsitePassword=[]), "website.testWebsitePassword"),
        ({"website": "https://shop.example.com"}, "website"),
        ({"hasRecurring": "true"}, "hasRecurring"),
        ({"hasRecurring": 1}, "hasRecurring"),
        ({"merchantCategoryCode": "591"}, "merchantCategoryCode"),
        ({"merchantCategoryCode": "56911"}, "merchantCategoryCode"),
        ({"merchantCategoryCode": "56a1"}, "merchantCategoryCode"),
        ({"merchantCategoryCode": 56911}, "merchantCategoryCode"),
        ({"merchantCategoryCode": True}, "merchantCategoryCode"),
        ({"merchantCategoryCode": 5691.0}, "merchantCategoryCode"),
        ({"complianceData": []}, "complianceData"),
        ({"complianceData": "x"}, "complianceData"),
    ],
    ids=lambda value: value if isinstance(value, str) else str(value)[:50],
)
def test_a_wrong_field_is_named(shared: Emulator, fields: dict[str, Any], wrong: str) -> None:
    extra = assert_refused(post(shared, order_body(**fields)), 400, "Bad Request")
    assert list(extra) == [wrong]


def test_every_wrong_field_is_named_at_once(shared: Emulator) -> None:
    fields = {"productType": "X", "annualTurnover": -1, "salesUnitName": "", **account("1", "x"), **website(url=...)}
    extra = assert_refused(post(shared, order_body(**fields)), 400, "Bad Request")
    assert set(extra) == {
        "productType",
        "annualTurnover",
        "salesUnitName",
        "settlementBankAccount.scheme",
        "settlementBankAccount.id",
        "website.url",
    }


def test_so_are_those_that_only_the_rules_know(shared: Emulator) -> None:
    fields = {
        **business(scheme="business:GB:CRN"),
        "salesUnitName": "a&b",
        "pricePackageId": "00000000-0000-4000-8000-000000000000",
    }
    extra = assert_refused(post(shared, order_body(**fields)), 400, "Bad Request")
    assert set(extra) == {"businessIdentifier.scheme", "salesUnitName", "pricePackageId"}


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        (business("910000005"), "businessIdentifier.id"),
        (business("1234"), "businessIdentifier.id"),
        (business("13585629", DK), "businessIdentifier.id"),
        (business("0112038-8", FI), "businessIdentifier.id"),
        (business("5560360794", SE), "businessIdentifier.id"),
        (account("86011117948"), "settlementBankAccount.id"),
    ],
)
def test_check_digits_are_a_kindness(shared: Emulator, strict: Emulator, fields: dict[str, Any], wrong: str) -> None:
    answer = post(shared, order_body(**fields))
    assert (answer.status_code, warnings_of(answer)) == (201, ["check-digits"])
    assert list(assert_refused(post(strict, order_body(**fields)), 400, "Bad Request")) == [wrong]


@pytest.mark.parametrize(
    ("fields", "kindness", "wrong"),
    [
        ({"colour": "red"}, "unknown-fields", "colour"),
        ({"colour": None}, "unknown-fields", "colour"),
        (website(colour="red"), "unknown-fields", "website.colour"),
    ],
)
def test_what_is_forgiven_is_refused_when_strict(
    shared: Emulator, strict: Emulator, fields: dict[str, Any], kindness: str, wrong: str
) -> None:
    answer = post(shared, order_body(**fields))
    assert (answer.status_code, warnings_of(answer)) == (201, [kindness])
    assert list(assert_refused(post(strict, order_body(**fields)), 400, "Bad Request")) == [wrong]


def test_a_numeric_category_is_the_same_as_its_text(strict: Emulator) -> None:
    answer = post(strict, order_body(merchantCategoryCode=5691))
    assert (answer.status_code, warnings_of(answer)) == (201, [])
    order = control(strict, "GET", f"/product-orders/{answer.json()['prefilledOrderId']}")
    assert order["form"]["category"] == "5691"


@pytest.mark.parametrize("category", [742, 56910, -569, True, 5691.0])
def test_a_number_that_is_no_category_is_refused(shared: Emulator, category: Any) -> None:
    answer = post(shared, order_body(merchantCategoryCode=category))
    assert list(assert_refused(answer, 400, "Bad Request")) == ["merchantCategoryCode"]


@pytest.mark.parametrize(
    ("package", "product", "id_", "scheme", "fits"),
    [
        ("Standard", "PAYMENT_INTEGRATION", "910000004", NO, True),
        ("Campaign", "PAYMENT_INTEGRATION", "910000004", NO, True),
        ("Checkout", "CHECKOUT", "910000004", NO, True),
        ("Standard DK", "PAYMENT_INTEGRATION", "30100018", DK, True),
        ("Standard", "CHECKOUT", "910000004", NO, False),
        ("Standard", "LOGIN", "910000004", NO, False),
        ("Checkout", "PAYMENT_INTEGRATION", "910000004", NO, False),
        ("Standard", "PAYMENT_INTEGRATION", "30100018", DK, False),
        ("Standard DK", "PAYMENT_INTEGRATION", "910000004", NO, False),
        ("Standard DK", "PAYMENT_INTEGRATION", "2010000-9", FI, False),
    ],
)
def test_a_price_is_for_its_product_and_market(
    shared: Emulator, package: str, product: str, id_: str, scheme: str, fits: bool
) -> None:
    price = next(each.id for each in partner().price_packages if each.name == package)
    answer = post(shared, order_body((scheme, id_), productType=product, pricePackageId=price))
    if fits:
        assert answer.status_code == 201, answer.text
    else:
        assert list(assert_refused(answer, 400, "Bad Request")) == ["pricePackageId"]


def test_a_price_of_another_partner_is_not_told_from_one_that_does_not_exist(shared: Emulator) -> None:
    foreign = next(each.id for each in partner("partner-premium").price_packages if each.market == "NO")
    extras = [
        assert_refused(post(shared, order_body(pricePackageId=price)), 400, "Bad Request")
        for price in (foreign, "00000000-0000-4000-8000-000000000000")
    ]
    assert extras[0] == extras[1]
    assert set(extras[0]) == {"pricePackageId"}
    assert post(shared, order_body(pricePackageId=foreign), "partner-premium").status_code == 201


GOOD = json.dumps(order_body()).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" ",
        b"[]",
        b"null",
        b"5",
        b'"x"',
        b"{",
        b"\xff\xfe",
        b'{"a":' * 5000,
        b"[" * 100000,
        GOOD + b"x",
        GOOD[:-1] + b',"annualTurnover":' + b"9" * 5000 + b"}",
        GOOD[:-1] + b',"intendedPurpose":"\\ud800"}',
        GOOD[:-1] + b',"annualTurnover":NaN}',
        b"{'a': 1}",
    ],
    ids=lambda content: str(content[:20]),
)
def test_a_body_that_is_no_json_object_is_malformed(shared: Emulator, content: bytes) -> None:
    extra = assert_refused(post(shared, content), 400, "Bad Request")
    assert len(extra) == 1


def test_deep_compliance_data_does_no_harm(shared: Emulator) -> None:
    for depth, status in ((100, 201), (10_000, 400)):
        deep = b'{"a":' * depth + b"null" + b"}" * depth
        assert post(shared, GOOD[:-1] + b',"complianceData":' + deep + b"}").status_code == status


def test_many_wrong_fields_do_not_make_a_huge_answer(strict: Emulator) -> None:
    fields: dict[str, Any] = {f"field-{number}": 1 for number in range(900)}
    assert len(assert_refused(post(strict, order_body(**fields)), 400, "Bad Request")) == 26


def test_a_huge_body_is_refused(start: Any) -> None:
    emulator = start(max_body=2_048)
    assert_refused(post(emulator, order_body(intendedPurpose="x" * 2_048)), 413, "Content Too Large")
    assert post(emulator, order_body()).status_code == 201


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "x"])
def test_another_content_type_is_refused(shared: Emulator, kind: str) -> None:
    assert_refused(post(shared, order_body(), Content_Type=kind), 415, "Unsupported Media Type")


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/x+json"])
def test_json_by_any_other_name_is_fine(shared: Emulator, kind: str) -> None:
    assert post(shared, order_body(NEW), Content_Type=kind).status_code == 201
