"""A path in front of everything, from public_url or from a proxy that is trusted."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from mockserver.core.urls import prefix_flaw
from mockserver.web.origin import Origins
from mockserver.web.prefix import Prefixed
from tests.apis.login.client import BASE, LOCAL
from tests.apis.management.partner import order_body, post
from tests.harness import Emulator, body

PUBLIC = "https://shop.example/vipps"
PROXIED = {"trusted_proxies": "127.0.0.1"}
FORWARDED = {
    "Host": "inside",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "shop.example",
    "X-Forwarded-Prefix": "/vipps",
}
LINKS = re.compile(r'(?:href|src|action)="([^"#]*)"')


class Visitor:
    """Somebody with a browser outside, whose requests come with the prefix or, ``stripped`` by a proxy, without it."""

    def __init__(self, emulator: Emulator, *, stripped: bool, headers: dict[str, str] | None = None) -> None:
        self._emulator = emulator
        self._stripped = stripped
        self._headers = headers or {"Host": "shop.example"}
        self._cookies: dict[str, str] = {}

    def open(self, url: str, form: dict[str, str] | None = None) -> httpx.Response:
        """Follow what a page or an answer says, as whoever is outside has to."""
        parts = urlsplit(url)
        assert (parts.scheme, parts.netloc) in {("", ""), ("https", "shop.example")}, url
        assert parts.path.startswith("/vipps/"), url
        path = parts.path.removeprefix("/vipps") if self._stripped else parts.path
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = self._headers | ({"Cookie": cookie} if cookie else {})
        method, more = ("GET", {}) if form is None else ("POST", {"data": form})
        if form is not None:
            headers = headers | {"Origin": "https://shop.example", "Sec-Fetch-Site": "same-origin"}
        sent: dict[str, Any] = {"headers": headers} | more
        answer = self._emulator.request(method, f"{path}?{parts.query}" if parts.query else path, **sent)
        for cookie in answer.headers.get_list("set-cookie"):
            assert re.search(r"; Path=/vipps(;|$)", cookie), cookie
            name, _, rest = cookie.partition("=")
            self._cookies[name] = rest.partition(";")[0]
        if answer.is_redirect:
            return self.open(answer.headers["location"]) if "vipps" in answer.headers["location"] else answer
        if answer.headers["content-type"].startswith("text/html"):
            assert int(answer.headers["content-length"]) == len(answer.content)
            for link in LINKS.findall(answer.text):
                assert not link.startswith("/") or link.startswith("/vipps/"), link
        return answer


@pytest.fixture(params=["public_url", "public_url, stripped", "header", "header, stripped"])
def outside(request: pytest.FixtureRequest, start: Callable[..., Emulator]) -> tuple[Emulator, Visitor]:
    """A server below /vipps, in each way that it may be there."""
    stripped = "stripped" in request.param
    if "header" in request.param:
        emulator = start(**PROXIED, own_names="shop.example")
        return emulator, Visitor(emulator, stripped=stripped, headers=FORWARDED)
    emulator = start(public_url=PUBLIC)
    return emulator, Visitor(emulator, stripped=stripped)


def forwarded(emulator: Emulator) -> dict[str, str]:
    """What the proxy says about requests, for servers that listen to it."""
    return {} if emulator.server.runtime.origins.public_url else FORWARDED


def csrf(page: httpx.Response) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def test_somebody_pays(outside: tuple[Emulator, Visitor]) -> None:
    emulator, visitor = outside
    created = emulator.api("POST", "/payments", body("reference-1"), key="k", **forwarded(emulator))
    assert created.json()["redirectUrl"].startswith(f"{PUBLIC}/landing?token=")
    page = visitor.open(created.json()["redirectUrl"])
    assert 'action="/vipps/landing"' in page.text
    token = created.json()["redirectUrl"].partition("=")[2]
    form = {"csrf": csrf(page), "token": token, "phone": "12", "action": "approve"}
    page = visitor.open("/vipps/landing", form)
    assert 'role="alert"' in page.text
    page = visitor.open("/vipps/landing", form | {"phone": emulator.world.customers[0].phone})
    assert emulator.get()["state"] == "AUTHORIZED", page.text


@pytest.mark.parametrize("path", ["/wallet", "/wallet/4712345678", "/openapi/", "/openapi/epayment", "/nothing-here"])
def test_pages_lead_to_pages_below_the_prefix(outside: tuple[Emulator, Visitor], path: str) -> None:
    emulator, visitor = outside
    path = path.replace("4712345678", emulator.world.customers[0].phone)
    page = visitor.open(f"/vipps{path}")
    assert page.status_code == (404 if path == "/nothing-here" else 200)
    if page.status_code == 200:
        assert 'href="/vipps/style.css"' in page.text
        style = visitor.open("/vipps/style.css")
        assert style.headers["content-type"].startswith("text/css"), style.text
        assert visitor.open("/vipps/favicon.ico").status_code == 200


def test_documents_and_keys_name_the_prefix(outside: tuple[Emulator, Visitor]) -> None:
    _, visitor = outside
    assert visitor.open("/vipps/openapi/epayment.json").json()["servers"] == [{"url": PUBLIC}]
    variables = visitor.open("/vipps/_mock/keys?format=json")
    assert PUBLIC in variables.text
    configuration = visitor.open(f"/vipps{BASE}/.well-known/openid-configuration").json()
    for name, value in configuration.items():
        if name == "issuer" or name.endswith(("_endpoint", "_uri")):
            assert value.startswith(f"{PUBLIC}/"), name


def test_a_merchant_fills_in_an_order(outside: tuple[Emulator, Visitor]) -> None:
    emulator, visitor = outside
    answer = post(emulator, order_body(), **forwarded(emulator))
    url = answer.json()["prefillUrl"]
    assert url.startswith(f"{PUBLIC}/register/vippspanett/")
    page = visitor.open(url)
    assert f'action="{urlsplit(url).path}"' in page.text
    shown = visitor.open(urlsplit(url).path, {"csrf": csrf(page), "action": "save"})
    assert shown.status_code == 200, shown.text


def test_a_customer_logs_in(outside: tuple[Emulator, Visitor]) -> None:
    emulator, visitor = outside
    unit = emulator.unit("123456")
    query = {
        "client_id": unit.keys.client_id,
        "response_type": "code",
        "scope": "openid",
        "state": "abcdefgh",
        "redirect_uri": LOCAL,
    }
    sent = emulator.request("GET", f"{BASE}/oauth2/auth", params=query, headers=forwarded(emulator))
    page = visitor.open(sent.headers["location"])
    token = sent.headers["location"].partition("session=")[2]
    form = {"csrf": csrf(page), "session": token, "action": "next", "phone": emulator.world.customers[0].phone}
    assert visitor.open("/vipps/login", form).status_code == 200


def test_a_qr_code_has_the_whole_address(start: Callable[..., Emulator], monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = start(public_url=PUBLIC)
    drawn: list[str] = []
    monkeypatch.setattr("segno.make", lambda content, **_: drawn.append(content))
    created = emulator.create(userFlow="QR", qrFormat={"format": "IMAGE/SVG+XML", "size": 512}).json()
    assert created["redirectUrl"].startswith(f"{PUBLIC}/qr/")
    emulator.request("GET", urlsplit(created["redirectUrl"]).path)
    assert drawn[0].startswith(f"{PUBLIC}/landing?token=")


def test_the_operators_page_leads_back(start: Callable[..., Emulator]) -> None:
    emulator = start(public_url=PUBLIC, admin_token="secret")
    visitor = Visitor(emulator, stripped=False)
    page = visitor.open("/vipps/wallet")
    assert page.status_code == 401
    form = {"csrf": csrf(page), "to": "/wallet", "token": "secret"}
    assert "Bengt Avslag" in visitor.open("/vipps/operator", form).text


def test_an_inbox_checks_what_came_below_the_prefix(start: Callable[..., Emulator]) -> None:
    emulator = start(public_url=PUBLIC)
    hook = f"{PUBLIC}/_mock/inbox/mine"
    answer = emulator.request(
        "POST",
        "/webhooks/v1/webhooks",
        headers=emulator.headers(),
        json={"url": hook, "events": ["epayments.payment.created.v1"]},
    )
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("host", ["https://shop.example", "http://127.0.0.1:8080"])
@pytest.mark.parametrize(
    "path",
    [
        "/vipps/_mock/reset",
        "/vipps//_mock/reset",
        "/vipps/_mock/inbox/../reset",
        "/_mock/reset",
        "/vipps/vipps/_mock/reset",
        "/vipps//vipps/_mock/reset",
        "/vipps/./_mock/reset",
        "/vipps/x/../_mock/reset",
        "/x/%2e%2e/vipps/_mock/reset",
    ],
)
def test_webhooks_to_the_own_control_api_are_seen_below_the_prefix(
    start: Callable[..., Emulator], host: str, path: str
) -> None:
    emulator = start(public_url=PUBLIC)
    answer = emulator.request(
        "POST",
        "/webhooks/v1/webhooks",
        headers=emulator.headers(),
        json={"url": f"{host}{path}", "events": ["epayments.payment.created.v1"]},
    )
    assert answer.status_code == 400
    assert "control API takes no webhooks" in answer.text


@pytest.mark.parametrize(
    ("origin", "status"),
    [("https://shop.example", 200), ("https://evil.example", 403), ("https://shop.example/vipps", 403)],
)
def test_the_guard_goes_by_the_origin(start: Callable[..., Emulator], origin: str, status: int) -> None:
    emulator = start(public_url=PUBLIC)
    answer = emulator.request("POST", "/vipps/_mock/reset", headers={"Host": "inside", "Origin": origin})
    assert answer.status_code == status


def test_pages_of_other_names_stay_closed(start: Callable[..., Emulator]) -> None:
    emulator = start(public_url=PUBLIC)
    assert emulator.request("GET", "/vipps/wallet", headers={"Host": "evil.example"}).status_code == 421


@pytest.mark.parametrize(
    ("sent", "prefix"),
    [
        ("/vipps", "/vipps"),
        ("/vipps/", "/vipps"),
        ("/a/b", "/a/b"),
        ("/outer, /inner", "/outer"),
        ("/", ""),
        ("vipps", ""),
        ("//evil.example", ""),
        ("/a/../b", ""),
        ('/"><script>', ""),
        ("/a%2fb", ""),
        ("/" + "a" * 200, ""),
    ],
)
def test_what_a_proxy_may_say(start: Callable[..., Emulator], sent: str, prefix: str) -> None:
    emulator = start(**PROXIED)
    assert (prefix_flaw(sent.partition(",")[0].rstrip("/")) is None) == (bool(prefix) or sent == "/")
    answer = emulator.request("GET", "/openapi/epayment.json", headers={"Host": "a.test", "X-Forwarded-Prefix": sent})
    assert answer.json()["servers"] == [{"url": f"http://a.test{prefix}"}]


@pytest.mark.parametrize("settings", [{}, {"trusted_proxies": "10.0.0.0/8"}, {"public_url": "http://a.test"}])
def test_nobody_else_may_say_it(start: Callable[..., Emulator], settings: dict[str, str]) -> None:
    emulator = start(**settings)
    headers = {"Host": "a.test", "X-Forwarded-Prefix": "/vipps"}
    answer = emulator.request("GET", "/openapi/epayment.json", headers=headers)
    assert answer.json()["servers"] == [{"url": "http://a.test"}]
    assert emulator.request("GET", "/vipps/openapi/epayment.json", headers=headers).status_code == 404


@pytest.mark.parametrize("prefix", ["/epayment", "/login", "/wallet", "/_mock"])
@pytest.mark.parametrize("path", ["/wallet", "/openapi/epayment.json", "/_mock/health", "/login"])
@pytest.mark.parametrize("stripped", [True, False])
def test_a_prefix_may_look_like_a_path_of_ours(
    start: Callable[..., Emulator], prefix: str, path: str, *, stripped: bool
) -> None:
    emulator = start(public_url=f"https://shop.example{prefix}")
    answer = emulator.request("GET", path if stripped else prefix + path)
    assert answer.text == emulator.request("GET", path).text or 'value="' in answer.text
    assert (answer.status_code == 200) == (path != "/login")


def test_what_others_wrote_is_not_touched(start: Callable[..., Emulator]) -> None:
    emulator = start(public_url=PUBLIC)
    url = emulator.create(paymentDescription='<a href="/x"> href="/y"').json()["redirectUrl"]
    page = emulator.request("GET", url.removeprefix("https://shop.example")).text
    assert "href=&#34;/y&#34;" in page


def test_without_a_prefix_nothing_stands_in_between(emulator: Emulator) -> None:
    assert not isinstance(emulator.server.app, Prefixed)
    assert not Origins("http://a.test", "http://a.test").have_prefixes
