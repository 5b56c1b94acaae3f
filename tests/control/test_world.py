"""Reading and changing the world through the control API."""

from typing import Any

import pytest

from mockserver.core.variables import VARIABLE_FORMS, as_lines
from mockserver.world.domain.customer import Customer
from tests.control.test_routes import assert_problem
from tests.harness import WORLD, Emulator, code_of


def customers(emulator: Emulator, query: str = "") -> list[str]:
    return [each["phone"] for each in emulator.control("GET", f"/customers{query}").json()["customers"]]


def phones(market: str | None = None) -> list[str]:
    return [each.phone for each in WORLD.customers if market in (None, each.market)]


@pytest.mark.parametrize("form", VARIABLE_FORMS)
def test_keys_come_as_lines_too(emulator: Emulator, form: str) -> None:
    variables = emulator.control("GET", "/keys").json()["variables"]

    answer = emulator.control("GET", f"/keys?format={form}")

    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.text == as_lines(variables, form)
    assert variables["VIPPS_BASE_URL"] in answer.text


def test_keys_in_another_form_are_refused(emulator: Emulator) -> None:
    assert_problem(emulator.control("GET", "/keys?format=toml"), 400, "format")


def test_customers_are_listed_in_the_order_of_the_world(emulator: Emulator) -> None:
    assert customers(emulator) == phones()
    assert customers(emulator, "?limit=2") == phones()[:2]
    for market in ("NO", "DK", "FI", "SE"):
        assert customers(emulator, f"?market={market}") == phones(market)


def test_a_new_customer_needs_a_phone_only(emulator: Emulator) -> None:
    made = emulator.control("POST", "/customers", {"phone": "4590000000"}).json()

    assert (made["market"], made["has_approved"]) == ("DK", True)
    assert made["cards"]
    assert made["addresses"]
    assert emulator.control("GET", "/customers/4590000000").json() == made
    assert customers(emulator)[-1] == "4590000000"


def test_a_new_customer_takes_every_field(emulator: Emulator) -> None:
    given = emulator.control("GET", "/customers/4798765432").json() | {
        "phone": "4790000000",
        "token": "ct-new",
        "nin": "01019012345",
        "payment_limit": 5000,
        "has_approved": False,
        "cards": [{"number": "4925000000000004", "kind": "VISA", "expired": True, "commercial": False}],
    }
    saved = emulator.control("POST", "/customers", given).json()
    assert saved.pop("personal_qr") != given.pop("personal_qr")
    assert saved == given


def test_saving_a_known_customer_changes_the_given_fields_only(emulator: Emulator) -> None:
    before = emulator.control("GET", "/customers/4712345678").json()

    after = emulator.control("POST", "/customers", {"phone": "4712345678", "first_name": "Kari"}).json()

    assert after == before | {"first_name": "Kari"}
    assert customers(emulator) == phones()


def test_a_changed_customer_counts_at_once(emulator: Emulator) -> None:
    emulator.control("POST", "/customers", {"phone": "4712345678", "cards": []})
    emulator.create()
    assert code_of(emulator.approve()) == "10050"


def test_a_number_from_elsewhere_needs_a_market(emulator: Emulator) -> None:
    assert_problem(emulator.control("POST", "/customers", {"phone": "441234567890"}), 400, "market")
    made = emulator.control("POST", "/customers", {"phone": "441234567890", "market": "FI"})
    assert made.json()["market"] == "FI"


CUSTOMER: dict[str, Any] = {"phone": "4712345678"}


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({}, "phone"),
        ({"phone": 4712345678}, "phone"),
        ({"phone": None}, "phone"),
        ({"phone": "+4712345678"}, "phone"),
        ({"phone": "12345678"}, "phone"),
        ({"phone": "004712345678"}, "phone"),
        ({"phone": "4" * 16}, "phone"),
        (CUSTOMER | {"first_name": 7}, "first_name"),
        (CUSTOMER | {"market": "GB"}, "market"),
        ({"phone": "4790000000", "market": 47}, "market"),
        (CUSTOMER | {"payment_limit": "much"}, "payment_limit"),
        (CUSTOMER | {"payment_limit": -1}, "payment_limit"),
        (CUSTOMER | {"has_approved": "perhaps"}, "has_approved"),
        (CUSTOMER | {"birth_date": "yesterday"}, "birth_date"),
        (CUSTOMER | {"birth_date": "1990-02-30"}, "birth_date"),
        (CUSTOMER | {"addresses": {}}, "addresses"),
        (CUSTOMER | {"addresses": [{"line1": "Street 1"}]}, "addresses[0].city"),
        (CUSTOMER | {"cards": [{"number": "1", "kind": "AMEX"}]}, "cards[0].kind"),
        (CUSTOMER | {"cards": [{"number": "1", "colour": "red"}]}, "cards[0].colour"),
        (CUSTOMER | {"token": "ct-4798765432-bda4b797c7b8ddea"}, "token"),
    ],
)
def test_a_bad_customer_is_refused_and_nothing_changes(emulator: Emulator, content: dict[str, Any], field: str) -> None:
    before = emulator.control("GET", "/customers").json()

    assert_problem(emulator.control("POST", "/customers", content), 400, field)
    assert emulator.control("GET", "/customers").json() == before


def test_merchants_and_sales_units_are_listed(emulator: Emulator) -> None:
    merchants = emulator.control("GET", "/merchants").json()["merchants"]
    units = emulator.control("GET", "/sales-units").json()["salesUnits"]

    assert [each["id"] for each in merchants] == sorted(each.id for each in WORLD.merchants)
    assert [each["msn"] for each in units] == sorted(each.msn for each in WORLD.sales_units)
    assert emulator.control("GET", "/merchants/merchant-dk-1").json()["market"] == "DK"


def test_a_sales_unit_shows_its_whole_configuration_and_keys(emulator: Emulator) -> None:
    shown = emulator.control("GET", "/sales-units/123457").json()
    unit = emulator.unit("123457")

    assert shown["keys"]["client_secret"] == unit.keys.client_secret
    assert shown["configuration"]["skip_landing_page_allowed"] is False
    assert shown["configuration"]["payment_allowed"] is True


def test_a_change_of_a_unit_merges_its_configuration_and_counts_at_once(emulator: Emulator) -> None:
    assert emulator.create("reference-1").status_code == 201

    changed = emulator.control("PATCH", "/sales-units/123456", {"configuration": {"bank_account_verified": False}})

    assert changed.json()["configuration"]["express_allowed"] is True
    assert code_of(emulator.create("reference-2")) == "5060"


def test_an_inactive_merchant_takes_no_payments(emulator: Emulator) -> None:
    assert emulator.control("PATCH", "/merchants/merchant-no-1", {"active": False}).json()["active"] is False
    assert code_of(emulator.create()) == "5070"


def test_a_merchant_s_new_market_counts_at_once(emulator: Emulator) -> None:
    emulator.create("reference-1")
    emulator.control("PATCH", "/merchants/merchant-no-1", {"market": "DK"})
    assert code_of(emulator.create("reference-2")) == "5040"


def test_a_unit_can_be_connected_to_a_partner_and_let_go(emulator: Emulator) -> None:
    for partner in ("partner-plus", None):
        changed = emulator.control("PATCH", "/sales-units/123456", {"partner_id": partner})
        assert changed.json()["partner_id"] == partner


@pytest.mark.parametrize(
    ("path", "content", "field"),
    [
        ("/merchants/merchant-no-1", {"id": "other"}, "id"),
        ("/merchants/merchant-no-1", {"name": None}, "name"),
        ("/merchants/merchant-no-1", {"market": "Norway"}, "market"),
        ("/merchants/merchant-no-1", {"active": "sometimes"}, "active"),
        ("/merchants/merchant-no-1", {"organisation_number": 9**40}, "organisation_number"),
        ("/sales-units/123456", {"msn": "654321"}, "msn"),
        ("/sales-units/123456", {"merchant_id": "merchant-dk-1"}, "merchant_id"),
        ("/sales-units/123456", {"keys": {}}, "keys"),
        ("/sales-units/123456", {"name": ["a"]}, "name"),
        ("/sales-units/123456", {"partner_id": "nobody"}, "partner_id"),
        ("/sales-units/123456", {"partner_id": 5}, "partner_id"),
        ("/sales-units/123456", {"configuration": 5}, "configuration"),
        ("/sales-units/123456", {"configuration": None}, "configuration"),
        ("/sales-units/123456", {"configuration": {"free_money": True}}, "configuration.free_money"),
        ("/sales-units/123456", {"configuration": {"express_allowed": 7}}, "configuration.express_allowed"),
        ("/sales-units/123456", {"configuration": {"capture_type": "Later"}}, "configuration.capture_type"),
    ],
)
def test_a_bad_change_is_refused_and_nothing_changes(
    emulator: Emulator, path: str, content: dict[str, Any], field: str
) -> None:
    before = emulator.control("GET", path).json()

    assert_problem(emulator.control("PATCH", path, content), 400, field)
    assert emulator.control("GET", path).json() == before


def test_every_field_of_a_customer_is_shown(emulator: Emulator) -> None:
    shown = emulator.control("GET", "/customers/4712345678").json()
    assert list(shown) == [*Customer.__dataclass_fields__, "personal_qr"]


@pytest.mark.parametrize("seconds", [600, 5_184_001, -1])
def test_a_maximum_for_long_living_payments_that_no_unit_can_have_is_named(emulator: Emulator, seconds: int) -> None:
    answer = emulator.control("PATCH", "/sales-units/123456", {"configuration": {"long_living_maximum": seconds}})
    assert_problem(answer, 400, "configuration.long_living_maximum")


def test_a_maximum_for_long_living_payments_counts_at_once(emulator: Emulator) -> None:
    emulator.control("PATCH", "/sales-units/123456", {"configuration": {"long_living_maximum": 86_400}})
    line = {
        "name": "x",
        "id": "1",
        "totalAmount": 100,
        "totalAmountExcludingTax": 100,
        "totalTaxAmount": 0,
        "taxRate": 0,
    }
    receipt = {"orderLines": [line], "bottomLine": {"currency": "NOK"}}
    assert code_of(emulator.create(expiresAt="2099-01-01T00:00:00Z", receipt=receipt)) == "6110"
