"""The emulator below a path of somebody else's host, behind a real nginx."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from mockserver.testing import Vipps
from tests.end_to_end.chromium import browsing, find_chromium
from tests.end_to_end.nginx import below, free_port
from tests.end_to_end.running import Merchant, Running, serving
from tests.end_to_end.shop import selling

PREFIX = "/shops/vipps"
WAYS = {
    "header, stripped": (True, True),
    "header, not stripped": (False, True),
    "public_url, stripped": (True, False),
    "public_url, not stripped": (False, False),
}


@pytest.fixture(scope="module", params=WAYS)
def outside(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server as whoever is outside finds it."""
    stripped, telling = WAYS[request.param]
    port, inside = free_port(), free_port()
    public = f"http://127.0.0.1:{port}{PREFIX}"
    options = ("--trusted-proxies", "127.0.0.1") if telling else ("--public-url", public)
    folder = tmp_path_factory.mktemp("nginx")
    with (
        serving(*options, "--port", str(inside)) as server,
        below(PREFIX, folder, f"http://127.0.0.1:{inside}", port, stripped=stripped, telling=telling),
    ):
        yield replace(server, variables=server.variables | {"VIPPS_BASE_URL": public})


@pytest.fixture(scope="module")
def merchant(outside: Running) -> Iterator[Merchant]:
    with httpx.Client() as client:
        yield Merchant(outside, client)


def test_addresses_begin_with_the_prefix(outside: Running, merchant: Merchant) -> None:
    base = outside.url
    assert merchant.create("reference-1").startswith(f"{base}/landing?token=")
    assert merchant.create("reference-2", userFlow="QR").startswith(f"{base}/qr/")
    configuration = httpx.get(f"{base}/access-management-1.0/access/.well-known/openid-configuration").json()
    assert configuration["issuer"].startswith(f"{base}/")
    assert httpx.get(configuration["jwks_uri"]).json()["keys"]
    assert httpx.get(f"{base}/openapi/epayment.json").json()["servers"] == [{"url": base}]
    assert f"VIPPS_BASE_URL='{base}'" in httpx.get(f"{base}/_mock/keys?format=export").text
    assert httpx.get(f"{base.removesuffix(PREFIX)}/landing").status_code == 418


def test_the_client_of_tests_works_through_it(outside: Running, merchant: Merchant) -> None:
    merchant.create("reference-4")
    with Vipps(outside.url) as vipps:
        vipps.approve("reference-4")
        assert vipps.payment("reference-4").state == "AUTHORIZED"


def test_an_inbox_outside_gets_webhooks_with_good_signatures(outside: Running, merchant: Merchant) -> None:
    hook = f"{outside.url}/_mock/inbox/mine"
    merchant.register(hook, "epayments.payment.created.v1")
    merchant.create("reference-3")
    with Vipps(outside.url) as vipps:
        vipps.settle()
    message = httpx.get(hook).json()["messages"][0]
    assert message["findings"]
    assert message["genuine"], message


def test_a_browser_logs_in_below_it(outside: Running) -> None:
    base = outside.url
    query = {
        "client_id": outside.variables["VIPPS_CLIENT_ID"],
        "response_type": "code",
        "scope": "openid",
        "state": "abcdefgh",
        "redirect_uri": f"{base}/_mock/nothing",
    }
    found = httpx.get(f"{base}/access-management-1.0/access/oauth2/auth", params=query)
    assert found.headers["location"].startswith(f"{base}/login?session="), found.text
    page = httpx.get(found.headers["location"])
    assert f'action="{PREFIX}/login"' in page.text
    assert f"Path={PREFIX}" in page.headers["set-cookie"]


@pytest.mark.browser
def test_somebody_pays_in_a_browser(outside: Running, merchant: Merchant, tmp_path: Path) -> None:
    find_chromium()
    with selling() as shop, browsing(tmp_path) as browser:
        url = shop.return_url("browser-1")
        browser.open(merchant.create("browser-1", returnUrl=url))
        assert browser.driver.execute_script("return document.styleSheets[0].href") == f"{outside.url}/style.css"
        browser.fill_in("phone", "12")
        browser.press("Approve")
        assert browser.message()
        browser.fill_in("phone", outside.variables["VIPPS_PHONE"])
        browser.press("Approve")
        browser.expect_return(url)
    assert merchant.get("browser-1")["state"] == "AUTHORIZED"
