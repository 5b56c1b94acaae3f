"""What the tests of the testing room share."""

import pytest

from mockserver.testing.client import Vipps
from mockserver.testing.servers import TOKEN, URL
from tests.testing.shop import Shop


@pytest.fixture(autouse=True)
def no_server_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(URL, raising=False)
    monkeypatch.delenv(TOKEN, raising=False)


@pytest.fixture
def shop(vipps: Vipps):  # type: ignore[no-untyped-def]
    """A shop at the plugin's own server."""
    with Shop(vipps.keys()) as shop:
        yield shop
