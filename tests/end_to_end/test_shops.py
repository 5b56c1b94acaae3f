"""Careful shops and partners survive every profile, and hasty ones are caught by those that are meant for them."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mockserver.app import PRODUCTS
from mockserver.scenarios import files
from mockserver.world.domain.partner import ProductType
from tests.end_to_end.clients import CarefulClient, HastyClient
from tests.end_to_end.onboarding import CarefulPartner, HastyPartner
from tests.end_to_end.retail import CarefulShop, HastyShop, careful_total, hasty_total
from tests.end_to_end.running import Merchant, Running, serving

SALES = {f"order-number-{number}": 10_000 + 1_000 * number for number in range(6)}
CATCHES = {"declines", "slow-approvals", "missing-partner-permissions", "ambiguous-outcomes", "flaky-network",
           "deadlines"}  # fmt: skip
"""What a shop meets that sells; orders of partners and webhooks are another matter."""
UNITS = {f"{product} {number}": product for number in range(2) for product in ProductType}
CATCHES_PARTNERS = {"pending-orders", "missing-partner-permissions", "ambiguous-outcomes", "flaky-network"}
"""What a partner meets that orders."""
ENDS = {
    "pending-orders": {"COMPLETED", "REJECTED", "ORDER_SUBMITTED"},
    "missing-partner-permissions": {"REFUSED"},
}
"""How a partner's orders end where not all of them are completed."""
PROFILES = files.names()
FAILURES = (RuntimeError, ValueError, KeyError, httpx.HTTPError)
"""How a client ends that did not expect what came."""


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with serving("--seed", "shops") as running:
        yield running


def control(server: Running, method: str, path: str, content: Any = None) -> Any:
    answer = httpx.request(method, f"{server.url}/_mock{path}", json=content)
    return answer.raise_for_status().json()


def begin(server: Running, profile: str) -> None:
    control(server, "POST", "/reset")
    control(server, "POST", "/clock/freeze")
    control(server, "PUT", "/scenarios", {"profiles": [profile]})


def client_of(server: Running, kind: type[CarefulClient], holder: str = "", msn: str | None = None) -> CarefulClient:
    known = control(server, "GET", "/keys")["variables"]
    keys = {
        "client_id": known[f"VIPPS_{holder}CLIENT_ID"],
        "client_secret": known[f"VIPPS_{holder}CLIENT_SECRET"],
        "Ocp-Apim-Subscription-Key": known[f"VIPPS_{holder}SUBSCRIPTION_KEY"],
    }

    def wait(seconds: float) -> None:
        control(server, "POST", "/clock/advance", {"seconds": float(seconds)})

    return kind(server.url, keys, wait, msn)


def sold(server: Running, shop: type[CarefulShop], client: type[CarefulClient]) -> tuple[dict[str, int], bool]:
    """What a shop believes that it has sold, and whether that is what the platform has captured."""
    caller = client_of(server, client, msn=server.variables["VIPPS_MSN"])
    seller = shop(caller)
    try:
        for reference, value in SALES.items():
            seller.sell(reference, value)
    except FAILURES:
        return seller.books, False
    finally:
        caller.close()
    payments = control(server, "GET", "/payments")["payments"]
    captured = {each["reference"]: each["captured"] for each in payments}
    return seller.books, seller.books == {reference: captured.get(reference, 0) for reference in SALES}


def ordered(server: Running, partner: type[CarefulPartner], client: type[CarefulClient]) -> tuple[dict[str, str], bool]:
    """What a partner tells its merchants, and whether that is how things are: each unit ordered once at the most."""
    caller = client_of(server, client, "PARTNER_")
    agency = partner(caller)
    try:
        agency.order(UNITS)
    except FAILURES:
        return agency.told, False
    finally:
        caller.close()
    orders = control(server, "GET", "/product-orders")["productOrders"]
    stand = [(each["form"]["unit_name"], each["status"]) for each in orders]
    refused = [(name, "REFUSED") for name in UNITS if name not in dict(stand)]
    return agency.told, sorted(agency.told.items()) == sorted(stand + refused)


def used_rules(server: Running, profile: str) -> set[str]:
    """The rules of a profile that requests met."""
    used = {each["scenario"]["rule"] for each in server.journal() if each["scenario"]}
    assert used <= {rule.name for rule in files.packaged(profile, PRODUCTS.vocabulary).rules}
    return used


@pytest.mark.parametrize("profile", PROFILES)
def test_a_careful_shop_survives(server: Running, profile: str) -> None:
    begin(server, profile)
    books, right = sold(server, CarefulShop, CarefulClient)
    assert right
    assert any(books.values()) == (profile not in ("declines", "deadlines"))
    assert bool(used_rules(server, profile)) == (profile in CATCHES)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_hasty_shop_is_caught_where_that_is_meant(server: Running, profile: str) -> None:
    begin(server, profile)
    assert sold(server, HastyShop, HastyClient)[1] == (profile not in CATCHES)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_careful_partner_survives(server: Running, profile: str) -> None:
    begin(server, profile)
    told, right = ordered(server, CarefulPartner, CarefulClient)
    assert right
    assert set(told.values()) == ENDS.get(profile, {"COMPLETED"})
    assert bool(used_rules(server, profile)) == (profile in CATCHES_PARTNERS)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_hasty_partner_is_caught_where_that_is_meant(server: Running, profile: str) -> None:
    begin(server, profile)
    assert ordered(server, HastyPartner, HastyClient)[1] == (profile not in CATCHES_PARTNERS)


def test_a_hasty_receiver_is_caught_by_chaos(server: Running) -> None:
    begin(server, "webhook-chaos")
    merchant = Merchant(server)
    try:
        for _ in range(2):
            merchant.register(f"{server.url}/_mock/inbox/shop", "epayments.payment.created.v1",
                              "epayments.payment.authorized.v1", "epayments.payment.captured.v1")  # fmt: skip
    finally:
        merchant.close()
    books, right = sold(server, CarefulShop, CarefulClient)
    assert right
    control(server, "POST", "/clock/advance", {"duration": "PT1H"})
    messages = control(server, "GET", "/inbox/shop?limit=1000")["messages"]
    taken = sum(books.values())
    assert taken > 0
    assert careful_total(messages) == taken
    assert hasty_total(messages) > taken
    assert any(not each["genuine"] for each in messages)
