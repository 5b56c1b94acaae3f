"""Points of the checklist that need a history of their own: orders, logins, errors."""

import pytest

from tests.apis.login.client import BASE, JWKS, Client
from tests.apis.management.partner import AT_ONCE, call, details, get, order_body, post, prefilled
from tests.checklist.test_checklist import verdict
from tests.harness import Emulator

LISTED = "1b75ab1b-f6d1-4fd0-aaca-d4bfb5d790a5"
"""A price package of partner-plus for payment integrations in Norway."""
HIDDEN = "cae42f62-065d-4aa0-af47-3f18a6e147ad"
PACKAGES = "/v1/partners/price-packages"


def test_a_price_package_has_to_come_from_the_list(emulator: Emulator) -> None:
    assert post(emulator, order_body(pricePackageId=LISTED)).status_code == 201
    assert verdict(emulator, "partner-price-from-list") == "not seen"
    get(emulator, PACKAGES)
    assert post(emulator, order_body(pricePackageId=LISTED)).status_code == 201
    assert verdict(emulator, "partner-price-from-list") == "shown"
    post(emulator, order_body(pricePackageId=HIDDEN[::-1].replace("-", "0")[:8] + LISTED[8:]))
    assert verdict(emulator, "partner-price-from-list") == "wrong"


def test_an_order_is_followed_to_its_end(emulator: Emulator) -> None:
    id_ = prefilled(emulator, AT_ONCE)
    details(emulator, id_)
    assert verdict(emulator, "partner-order-followed") == "not seen"
    details(emulator, id_)
    assert verdict(emulator, "partner-order-followed") == "shown"


def test_an_order_that_is_asked_for_and_never_found_is_wrong(emulator: Emulator) -> None:
    call(emulator, "GET", "/v2/product-orders/8a11afb7-c223-48ed-8ca6-4722b97261aa/details")
    assert verdict(emulator, "partner-order-followed") == "wrong"


def test_a_login_that_went_wrong_must_not_be_exchanged(emulator: Emulator) -> None:
    client = Client(emulator)
    assert verdict(emulator, "login-errors") == "not seen"
    login = client.start()
    emulator.control("POST", f"/logins/{login}/reject")
    assert verdict(emulator, "login-errors") == "cannot tell"
    client.exchange(None)
    assert verdict(emulator, "login-errors") == "wrong"


def test_how_accounts_are_linked_is_not_seen_from_here(emulator: Emulator) -> None:
    assert verdict(emulator, "login-linked") == "not seen"
    Client(emulator).tokens()
    assert verdict(emulator, "login-linked") == "cannot tell"


@pytest.mark.parametrize(
    ("id_", "path"), [("login-discovery", f"{BASE}/.well-known/openid-configuration"), ("login-keys", JWKS)]
)
def test_discovery_and_keys_are_used(emulator: Emulator, id_: str, path: str) -> None:
    assert verdict(emulator, id_) == "not seen"
    assert emulator.request("GET", path).status_code == 200
    assert verdict(emulator, id_) == "shown"


def test_every_call_names_its_unit(emulator: Emulator) -> None:
    emulator.create()
    assert verdict(emulator, "platform-msn") == "shown"
    headers = emulator.headers()
    del headers["Merchant-Serial-Number"]
    emulator.request("GET", "/epayment/v1/payments/reference-1", headers=headers)
    assert verdict(emulator, "platform-msn") == "not seen"
    headers["Merchant-Serial-Number"] = "223456"
    emulator.request("GET", "/epayment/v1/payments/reference-1", headers=headers)
    assert verdict(emulator, "platform-msn") == "wrong"


def test_what_is_made_of_errors_and_returns_is_not_seen_from_here(emulator: Emulator) -> None:
    assert verdict(emulator, "platform-errors") == verdict(emulator, "epayment-return") == "not seen"
    emulator.create()
    assert verdict(emulator, "epayment-return") == "cannot tell"
    emulator.create(returnUrl=None)
    assert verdict(emulator, "platform-errors") == "cannot tell"
