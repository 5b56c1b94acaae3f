"""What the tests of the testing room share."""

from collections.abc import Iterator

import pytest

from mockserver.testing import Server, fixtures  # noqa: F401 - for inner runs, see below
from mockserver.testing.client import Vipps
from mockserver.testing.servers import TOKEN, URL
from tests.testing.shop import Shop


@pytest.fixture(autouse=True)
def no_server_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(URL, raising=False)
    monkeypatch.delenv(TOKEN, raising=False)


@pytest.fixture(scope="session")
def imported() -> None:
    """Inner runs in this process forget what they were the first to import, and some of it is not imported twice."""
    with Server() as vipps, Shop(vipps.keys()) as shop:
        shop.register(vipps.inbox_url(), "created")
        shop.create("order-0001")
        vipps.inbox()
        vipps.scenario("declines")


@pytest.fixture
def shop(vipps: Vipps) -> Iterator[Shop]:
    """A shop at the plugin's own server."""
    with Shop(vipps.keys()) as shop:
        yield shop
