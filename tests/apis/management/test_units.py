"""The Management API on merchants, sales units and prices: what each caller sees, and what it cannot tell apart."""

from typing import Any

import pytest

from mockserver.world.domain.business import identifier_of
from tests.apis.helpers import assert_gateway, shared_emulator
from tests.apis.management.partner import CUSTOMER, assert_refused, call, control, get, partner
from tests.harness import WORLD, Emulator

shared = shared_emulator()
MERCHANT = f"/v1/merchants/{'/'.join(CUSTOMER)}"
HELLAND = "/v1/merchants/business:NO:ORG/148014000"
UNIT = "/v1/sales-units/523456"
WHO = ["partner-plus", "partner-plus+management"]
NOT_FOUND = "There is no such sales unit, or it is not active, or not connected to the caller"


def hidden(emulator: Emulator, path: str = UNIT, who: str = "partner-plus+management") -> dict[str, Any]:
    """The body of a 404, without what is new in every answer."""
    answer = call(emulator, "GET", path, who)
    assert_refused(answer, 404, "Not Found")
    content: dict[str, Any] = answer.json()
    del content["instance"]
    return content


def test_a_merchant_sees_its_own_active_units(shared: Emulator) -> None:
    expected = [
        {"msn": unit.msn, "name": unit.name}
        for unit in WORLD.sales_units
        if unit.merchant_id == "merchant-no-1" and unit.active
    ]
    assert len(expected) == 9
    for path in ("/v1/sales-units", f"{HELLAND}/sales-units"):
        assert get(shared, path, "123456") == expected


def test_a_merchant_sees_all_its_units_whatever_partner_they_are_connected_to(shared: Emulator) -> None:
    expected = [
        {"msn": "523456", "name": "Mathisen via partner"},
        {"msn": "523457", "name": "Second shop via partner"},
    ]
    for path in ("/v1/sales-units", f"{MERCHANT}/sales-units"):
        for who in ("523456", "523457"):
            assert get(shared, path, who) == expected


@pytest.mark.parametrize(
    ("who", "units"),
    [
        ("partner-plus", [{"msn": "523456", "name": "Mathisen via partner"}]),
        ("partner-plus+management", [{"msn": "523456", "name": "Mathisen via partner"}]),
        ("partner-premium", [{"msn": "523457", "name": "Second shop via partner"}]),
        ("partner-premium+management", [{"msn": "523457", "name": "Second shop via partner"}]),
    ],
)
def test_a_partner_sees_the_units_that_are_connected_to_it(
    shared: Emulator, who: str, units: list[dict[str, str]]
) -> None:
    for path in ("/v1/sales-units", f"{MERCHANT}/sales-units"):
        assert get(shared, path, who) == units


@pytest.mark.parametrize("unit", WORLD.sales_units, ids=lambda unit: unit.msn)
def test_a_merchant_sees_what_its_unit_may_do(shared: Emulator, unit: Any) -> None:
    merchant = next(each for each in WORLD.merchants if each.id == unit.merchant_id)
    path = f"/v1/sales-units/{unit.msn}"
    if not (unit.active and merchant.active):
        assert hidden(shared, path, unit.msn)["detail"] == NOT_FOUND
        return
    values = unit.configuration
    identifier = identifier_of(merchant.market, merchant.organisation_number)
    assert get(shared, path, unit.msn) == {
        "msn": unit.msn,
        "name": unit.name,
        "businessIdentifier": {"scheme": identifier.scheme, "id": identifier.id},
        "settlementBankAccount": unit.account and {"scheme": unit.account.scheme, "id": unit.account.id},
        "configuration": {
            "paymentAllowed": values.payment_allowed,
            "captureType": values.capture_type.value,
            "skipLandingPageAllowed": values.skip_landing_page_allowed,
            "recurringAllowed": values.recurring_allowed,
            "partialCaptureAllowed": values.partial_capture_allowed,
            "lateCaptureAllowed": values.late_capture_allowed,
            "landingPagePhoneNumberLocked": values.landing_page_phone_number_locked,
            "longLivingPaymentAllowed": values.long_living_payment_allowed,
            "creditCardPaymentAllowed": values.credit_card_payment_allowed,
        },
    }


def test_a_change_of_the_configuration_shows_at_once(emulator: Emulator) -> None:
    before = get(emulator, UNIT)["configuration"]
    control(emulator, "PATCH", "/sales-units/523456", {"configuration": {"recurring_allowed": False}})
    assert get(emulator, UNIT)["configuration"] == before | {"recurringAllowed": False}


@pytest.mark.parametrize("who", WHO)
def test_what_a_partner_may_not_see_is_not_told_apart(emulator: Emulator, who: str) -> None:
    control(emulator, "PATCH", "/sales-units/123461", {"partner_id": "partner-plus"})
    control(emulator, "PATCH", "/sales-units/623456", {"partner_id": "partner-plus"})
    assert get(emulator, UNIT, who)["msn"] == "523456"
    others = {
        "unknown": "999999",
        "inactive": "123461",
        "of an inactive merchant": "623456",
        "of another partner": "523457",
        "of no partner": "123456",
    }
    bodies = [hidden(emulator, f"/v1/sales-units/{msn}", who) for msn in others.values()]
    assert all(each == bodies[0] for each in bodies)


@pytest.mark.parametrize("who", [*WHO, "523456"])
@pytest.mark.parametrize(
    ("path", "change"),
    [("/sales-units/523456", {"active": False}), ("/merchants/merchant-no-2", {"active": False})],
    ids=["unit", "merchant"],
)
def test_a_unit_disappears_with_its_activation_and_comes_back(
    emulator: Emulator, who: str, path: str, change: dict[str, Any]
) -> None:
    shown, unknown = get(emulator, UNIT, who), hidden(emulator, "/v1/sales-units/999999", who)
    control(emulator, "PATCH", path, change)
    assert hidden(emulator, UNIT, who) == unknown
    assert {"msn": "523456", "name": shown["name"]} not in get(emulator, "/v1/sales-units", who)
    assert {"msn": "523456", "name": shown["name"]} not in get(emulator, f"{MERCHANT}/sales-units", who)

    control(emulator, "PATCH", path, {"active": True})
    assert get(emulator, UNIT, who) == shown


@pytest.mark.parametrize("new_partner", ["partner-premium", None])
def test_a_unit_that_moves_is_seen_by_its_new_partner_only(emulator: Emulator, new_partner: str | None) -> None:
    unknown = hidden(emulator, "/v1/sales-units/999999")
    control(emulator, "PATCH", "/sales-units/523456", {"partner_id": new_partner})

    for who in WHO:
        assert hidden(emulator, UNIT, who) == unknown
        assert get(emulator, "/v1/sales-units", who) == []
        assert_refused(call(emulator, "GET", MERCHANT, who), 404, "Not Found")
        assert_refused(call(emulator, "GET", f"{MERCHANT}/sales-units", who), 404, "Not Found")
    seen = [each["msn"] for each in get(emulator, "/v1/sales-units", "partner-premium")]
    assert seen == (["523456", "523457"] if new_partner else ["523457"])
    assert get(emulator, UNIT, "523456")["msn"] == "523456"


@pytest.mark.parametrize("who", [*WHO, "523456"])
def test_a_merchant_is_shown_whole(shared: Emulator, who: str) -> None:
    assert get(shared, MERCHANT, who) == {
        "businessIdentifier": {"scheme": "business:NO:ORG", "id": "211756004"},
        "name": "Mathisen Gruppen",
        "status": "ACTIVE",
        "createdAt": "2024-01-02T09:00:00.000Z",
        "updatedAt": "2024-01-02T09:00:00.000Z",
        "countryCode": "NO",
        "businessAddress": {"lines": ["Havnegata 3"], "postCode": "5003", "city": "Bergen", "countryCode": "NO"},
        "businessPostAddress": None,
    }


def test_both_addresses_of_a_merchant_are_shown(shared: Emulator) -> None:
    content = get(shared, HELLAND, "123456")
    assert content["businessAddress"]["lines"] == ["Storgata 12"]
    assert content["businessPostAddress"] == {
        "lines": ["Postboks 77"],
        "postCode": "0101",
        "city": "Oslo",
        "countryCode": "NO",
    }


@pytest.mark.parametrize(
    ("msn", "scheme", "id_", "country"),
    [
        ("223456", "business:DK:CVR", "11501001", "DK"),
        ("323456", "business:FI:Y-tunnus", "4997481-8", "FI"),
        ("423456", "business:SE:ORG", "5110778304", "SE"),
    ],
)
@pytest.mark.parametrize("hyphens", [True, False])
def test_merchants_of_every_market_are_found_with_and_without_hyphens(
    shared: Emulator, msn: str, scheme: str, id_: str, country: str, hyphens: bool
) -> None:
    sought = f"{id_[:3]}-{id_[3:]}" if hyphens else id_.replace("-", "")
    content = get(shared, f"/v1/merchants/{scheme}/{sought}", msn)
    assert content["businessIdentifier"] == {"scheme": scheme, "id": id_}
    assert content["countryCode"] == country


@pytest.mark.parametrize("who", [*WHO, "523456"])
def test_a_deactivated_merchant_is_shown_as_such_without_units(emulator: Emulator, who: str) -> None:
    emulator.advance("PT1H")
    control(emulator, "PATCH", "/merchants/merchant-no-2", {"active": False})
    content = get(emulator, MERCHANT, who)
    assert content["status"] == "DEACTIVATED"
    assert content["updatedAt"] == "2030-03-17T18:46:40.000Z"
    assert content["createdAt"] == "2024-01-02T09:00:00.000Z"
    assert get(emulator, f"{MERCHANT}/sales-units", who) == []


def test_a_merchant_whose_only_unit_is_inactive_is_still_seen(emulator: Emulator) -> None:
    control(emulator, "PATCH", "/sales-units/523456", {"active": False})
    assert get(emulator, MERCHANT, "partner-plus")["status"] == "ACTIVE"
    assert get(emulator, f"{MERCHANT}/sales-units", "partner-plus") == []


@pytest.mark.parametrize("suffix", ["", "/sales-units"])
@pytest.mark.parametrize("who", [*WHO, "523456"])
def test_other_merchants_are_not_told_from_unknown_ones(shared: Emulator, who: str, suffix: str) -> None:
    bodies = [
        hidden(shared, f"/v1/merchants/{scheme}/{id_}{suffix}", who)
        for scheme, id_ in (
            ("business:NO:ORG", "148014000"),
            ("business:NO:ORG", "999999999"),
            ("business:NO:ORG", "910000004"),
            ("business:DK:CVR", "211756004"),
            ("business:GB:CRN", "211756004"),
            ("BUSINESS:NO:ORG", "211756004"),
            ("business:FI:Y-tunnus", "----"),
        )
    ]
    assert all(each == bodies[0] for each in bodies)


@pytest.mark.parametrize("suffix", ["", "/sales-units"])
@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("NO:ORG/211756004", {"scheme"}),
        (f"{'x' * 31}/211756004", {"scheme"}),
        ("business:NO:ORG/123", {"id"}),
        (f"business:NO:ORG/{'1' * 51}", {"id"}),
        ("business:NO:ORG/21175600a", {"id"}),
        ("business:NO:ORG/211756004%0A", {"id"}),
        ("business:NO:ORG/%D9%A1%D9%A2%D9%A3%D9%A4", {"id"}),
        ("x/y", {"scheme", "id"}),
    ],
)
def test_what_cannot_be_an_identifier_is_malformed(shared: Emulator, path: str, wrong: set[str], suffix: str) -> None:
    answer = call(shared, "GET", f"/v1/merchants/{path}{suffix}")
    assert set(assert_refused(answer, 400, "Bad Request")) == wrong


@pytest.mark.parametrize("msn", ["123", "1" * 11, "12345a", "-123456", "%D9%A1%D9%A2%D9%A3%D9%A4", "123456%20"])
def test_what_cannot_be_an_msn_is_malformed(shared: Emulator, msn: str) -> None:
    answer = call(shared, "GET", f"/v1/sales-units/{msn}")
    assert assert_refused(answer, 400, "Bad Request") == {"msn": "Must be 4 to 10 digits"}


@pytest.mark.parametrize(
    "path",
    [
        "/v1/merchants/business%2FNO%2FORG/211756004",
        "/v1/merchants/business:NO:ORG",
        "/v1/merchants/business:NO:ORG/211756004/units",
        "/v1/sales-units/523456/configuration",
        "/v2/sales-units",
        "/v1",
        "",
    ],
)
def test_other_paths_do_not_exist(shared: Emulator, path: str) -> None:
    assert_gateway(call(shared, "GET", path), 404)


@pytest.mark.parametrize(
    "path",
    [
        "/management/v1/sales-units/523456/",
        "//management/v1/sales-units/523456",
        "/management/v1/sales-units/523456?x=1&x=2&%ff",
        "/management/v1/sales-units/%35%32%33456",
    ],
)
def test_the_spelling_of_a_path_does_no_harm(shared: Emulator, path: str) -> None:
    headers = call(shared, "GET", UNIT).request.headers
    sent = {"Authorization": headers["authorization"]}
    answer = shared.request("GET", f"http://emulator.test{path}", headers=sent)
    assert answer.json()["msn"] == "523456"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/v1/sales-units", "GET"),
        ("HEAD", "/v1/sales-units", "GET"),
        ("OPTIONS", UNIT, "GET"),
        ("PUT", "/v1/product-orders", "POST"),
        ("GET", "/v1/product-orders", "POST"),
        ("GET", "/v1/product-orders/x", "DELETE"),
        ("DELETE", "/v2/product-orders", "GET"),
    ],
)
def test_another_method_is_refused_in_the_shape_of_this_api(
    shared: Emulator, method: str, path: str, allowed: str
) -> None:
    answer = call(shared, method, path)
    assert answer.headers["allow"] == allowed
    if method != "HEAD":
        assert_refused(answer, 405, "Method Not Allowed")


@pytest.mark.parametrize("who", ["partner-basic", "partner-plus", "partner-premium"])
def test_a_partner_sees_its_own_prices_only(shared: Emulator, who: str) -> None:
    packages = partner(who).price_packages
    assert packages
    assert get(shared, "/v1/partners/price-packages", f"{who}+management") == [
        {
            "pricePackageId": package.id,
            "name": package.name,
            "description": package.description,
            "visibleInSignupForm": package.visible,
            "productType": package.product.value,
            "market": package.market.value,
            "commission": package.commission,
        }
        for package in packages
    ]


def test_a_partner_without_prices_has_an_empty_list(emulator: Emulator) -> None:
    control(emulator, "PATCH", "/partners/partner-plus", {"price_packages": []})
    assert get(emulator, "/v1/partners/price-packages") == []
