"""A careful shop survives every profile, and a hasty one is caught by those that are meant for it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from mockserver.app import vocabulary
from mockserver.scenarios import files
from tests.end_to_end.retail import CarefulShop, HastyShop, careful_total, hasty_total
from tests.end_to_end.running import Merchant, Running, serving

SALES = {f"order-number-{number}": 10_000 + 1_000 * number for number in range(6)}
CATCHES = {"declines", "slow-approvals", "missing-partner-permissions", "ambiguous-outcomes", "flaky-network",
           "deadlines"}  # fmt: skip
"""What a shop meets that sells; orders of partners and webhooks are another matter."""
PROFILES = files.names()


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


def shop_of(server: Running, kind: type[CarefulShop]) -> CarefulShop:
    keys = {
        "client_id": server.variables["VIPPS_CLIENT_ID"],
        "client_secret": server.variables["VIPPS_CLIENT_SECRET"],
        "Ocp-Apim-Subscription-Key": server.variables["VIPPS_SUBSCRIPTION_KEY"],
    }

    def wait(seconds: float) -> None:
        control(server, "POST", "/clock/advance", {"seconds": float(seconds)})

    return kind(server.url, keys, server.variables["VIPPS_MSN"], wait)


def books_are_right(server: Running, shop: CarefulShop) -> bool:
    """Whether all sales came to an end, and what the shop believes is what the platform has captured."""
    try:
        for reference, value in SALES.items():
            shop.sell(reference, value)
    except (RuntimeError, ValueError, KeyError, httpx.HTTPError):
        return False
    finally:
        shop.close()
    payments = control(server, "GET", "/payments")["payments"]
    captured = {each["reference"]: each["captured"] for each in payments}
    return shop.books == {reference: captured.get(reference, 0) for reference in SALES}


@pytest.mark.parametrize("profile", PROFILES)
def test_a_careful_shop_survives(server: Running, profile: str) -> None:
    begin(server, profile)
    shop = shop_of(server, CarefulShop)
    assert books_are_right(server, shop)
    assert any(shop.books.values()) == (profile not in ("declines", "deadlines"))
    rules = {rule.name for rule in files.packaged(profile, vocabulary()).rules}
    used = {each["scenario"]["rule"] for each in server.journal() if each["scenario"]}
    assert used <= rules
    assert bool(used) == (profile in CATCHES)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_hasty_shop_is_caught_where_that_is_meant(server: Running, profile: str) -> None:
    begin(server, profile)
    assert books_are_right(server, shop_of(server, HastyShop)) == (profile not in CATCHES)


def test_a_hasty_receiver_is_caught_by_chaos(server: Running) -> None:
    begin(server, "webhook-chaos")
    merchant = Merchant(server)
    try:
        for _ in range(2):
            merchant.register(f"{server.url}/_mock/inbox/shop", "epayments.payment.created.v1",
                              "epayments.payment.authorized.v1", "epayments.payment.captured.v1")  # fmt: skip
    finally:
        merchant.close()
    shop = shop_of(server, CarefulShop)
    assert books_are_right(server, shop)
    control(server, "POST", "/clock/advance", {"duration": "PT1H"})
    messages = control(server, "GET", "/inbox/shop?limit=1000")["messages"]
    taken = sum(shop.books.values())
    assert taken > 0
    assert careful_total(messages) == taken
    assert hasty_total(messages) > taken
    assert any(not each["genuine"] for each in messages)
