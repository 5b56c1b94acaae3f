"""By which names control API and pages are found, and whose pages may send them something."""

from collections.abc import Callable

import httpx
import pytest

from tests.harness import Emulator, csrf_of, key_headers

OWN = [
    "127.0.0.1",
    "127.0.0.1:8080",
    "192.0.2.7:8080",
    "[::1]",
    "[::1]:8080",
    "[2001:DB8::1]:8080",
    "localhost",
    "LOCALHOST:8080",
    "localhost.",
    "localhost.:8080",
    "vipps",
    "vipps:8080",
    "shop.localhost:8080",
    "my-laptop.local",
    "host.docker.internal:8080",
    "vipps.default.svc.cluster.local",
    "Emulator.Test.:80",
    "apitest.vipps.no",
    "API.vipps.no:443",
]
STRANGE = [
    "evil.example",
    "evil.example:8080",
    "EVIL.example.",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "evil.test.example",
    "eviltest.example:80",
    "vipps.no",
    "apitest.vipps.no.evil.example",
    "api.vipps.no..",
    "127.0.0.1@evil.example",
    "evil.example#.test",
    "[::1",
    "::1",
    "[::1]evil.example",
    "evil.example:test",
    ":8080",
    "localhost:8080:8080",
    "a b.test",
    "evil.example/.test",
    "evil.example\u00e6.test",
]


def ask(emulator: Emulator, path: str = "/_mock/clock", method: str = "GET", **headers: str) -> httpx.Response:
    sent = {name.replace("_", "-"): value.encode("latin-1") for name, value in headers.items()}
    return emulator.request(method, path, headers=sent)


@pytest.mark.parametrize("path", ["/_mock/clock", "/wallet", "/openapi", "/openapi/control.json"])
@pytest.mark.parametrize("host", OWN)
def test_names_that_no_stranger_can_have_are_its_own(emulator: Emulator, host: str, path: str) -> None:
    assert ask(emulator, path, Host=host).status_code == 200


@pytest.mark.parametrize("path", ["/_mock/clock", "/_mock/inbox/mine", "/wallet", "/openapi", "/landing?token=1.a"])
@pytest.mark.parametrize("host", STRANGE)
def test_other_names_are_refused_in_one_line_that_names_the_setting(emulator: Emulator, host: str, path: str) -> None:
    answer = ask(emulator, path, Host=host)
    assert answer.status_code == 421
    assert "list it in the setting own_names" in answer.text
    assert "\u00e6" not in answer.text


def test_the_name_that_is_to_be_listed_is_named_without_its_port(emulator: Emulator) -> None:
    assert "not a server for evil.example. " in ask(emulator, "/_mock/clock", Host="evil.example:8080").text


@pytest.mark.parametrize("host", STRANGE)
def test_the_emulated_apis_are_there_under_any_name(emulator: Emulator, host: str) -> None:
    headers = key_headers(emulator.unit("123456").keys) | {"Host": host.encode("latin-1")}
    assert emulator.request("POST", "/accesstoken/get", headers=headers).status_code == 200
    assert ask(emulator, "/nobody-serves-this", Host=host).status_code == 404


@pytest.mark.parametrize(
    ("settings", "host"),
    [
        ({"own_names": "emu.example, other.example"}, "EMU.example:8080"),
        ({"tls_names": "emu.example"}, "emu.example."),
        ({"public_url": "https://emu.example:8443"}, "emu.example"),
        ({"host": "emu.example"}, "emu.example"),
    ],
)
def test_names_of_its_own_are_let_in(start: Callable[..., Emulator], settings: dict[str, str], host: str) -> None:
    emulator = start(**settings)
    assert ask(emulator, Host=host).status_code == 200
    assert ask(emulator, "/wallet", Host=host).status_code == 200
    assert ask(emulator, Host=f"not-{host}").status_code == 421


def test_two_hosts_are_one_too_many(emulator: Emulator) -> None:
    for headers in ([("Host", "localhost"), ("Host", "evil.example")], [("Host", "evil.example"), ("Host", "a")]):
        assert emulator.request("GET", "/_mock/clock", headers=headers).status_code == 400


def test_behind_a_trusted_proxy_its_name_counts(start: Callable[..., Emulator]) -> None:
    emulator = start(trusted_proxies="127.0.0.1/32", own_names="emu.example")
    assert ask(emulator, Host="inside.example", X_Forwarded_Host="emu.example").status_code == 200
    assert ask(emulator, Host="emu.example", X_Forwarded_Host="evil.example").status_code == 421
    own = {"Host": "inside.example", "X_Forwarded_Host": "emu.example", "X_Forwarded_Proto": "https"}
    assert ask(emulator, **own, Origin="https://emu.example").status_code == 200
    assert ask(emulator, **own, Origin="https://inside.example").status_code == 403


FOREIGN = [
    "null",
    "https://evil.example",
    "http://localhost:3000",
    "http://localhost",
    "http://emulator.test:81",
    "http://emulator.test.evil.example",
    "http://emulator.test@evil.example",
    "ftp://emulator.test",
    "",
]


@pytest.mark.parametrize("path", ["/_mock/reset", "/wallet/4712345678", "/landing", "/login", "/operator"])
@pytest.mark.parametrize("origin", FOREIGN)
def test_pages_of_others_may_send_nothing(emulator: Emulator, path: str, origin: str) -> None:
    answer = ask(emulator, path, "POST", Origin=origin)
    assert answer.status_code == 403
    assert "list it in the setting trusted_origins" in answer.text


@pytest.mark.parametrize("origin", FOREIGN)
def test_pages_of_others_read_nothing(emulator: Emulator, origin: str) -> None:
    assert ask(emulator, "/_mock/state", Origin=origin).status_code == 403
    assert ask(emulator, "/wallet", Origin=origin).status_code == 403


@pytest.mark.parametrize("origin", ["http://emulator.test", "HTTP://Emulator.Test", "https://emulator.test"])
def test_its_own_pages_may(emulator: Emulator, origin: str) -> None:
    assert ask(emulator, Origin=origin, Sec_Fetch_Site="same-origin").status_code == 200


def test_over_tls_a_page_without_it_is_another_site(emulator: Emulator) -> None:
    answer = emulator.request("GET", "https://emulator.test/_mock/clock", headers={"Origin": "http://emulator.test"})
    assert answer.status_code == 403


@pytest.mark.parametrize("origin", ["https://tools.example", "null"])
def test_trusted_origins_may(start: Callable[..., Emulator], origin: str) -> None:
    emulator = start(trusted_origins=f"{origin},https://other.example")
    assert ask(emulator, Origin=origin, Sec_Fetch_Site="cross-site").status_code == 200
    assert ask(emulator, Origin="https://third.example").status_code == 403
    assert ask(emulator, Sec_Fetch_Site="cross-site").status_code == 403


def test_the_control_api_is_not_even_linked_to_but_pages_are(emulator: Emulator) -> None:
    linked = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}
    assert ask(emulator, **linked).status_code == 403
    assert ask(emulator, "/wallet", **linked).status_code == 200
    assert ask(emulator, "/wallet/4712345678", "POST", **linked).status_code == 403


def test_a_form_needs_the_token_of_the_cookie_that_came_with_it(emulator: Emulator) -> None:
    """Ports of one host share cookies: a page of another port can plant one, but not know what belongs to it."""
    token = emulator.create(customer={"phoneNumber": "4712345678"}, userFlow="WEB_REDIRECT").json()["redirectUrl"]
    emulator.request("GET", token)
    form = {"token": token.partition("token=")[2], "action": "cancel"}
    genuine = csrf_of(emulator)
    emulator.client.cookies.clear()
    emulator.client.cookies.set("mock_visitor", "planted")

    for csrf in ("planted", genuine, "", None):
        sent = form if csrf is None else form | {"csrf": csrf}
        assert emulator.request("POST", "/landing", data=sent).status_code == 403
    assert emulator.get()["state"] == "CREATED"
    assert emulator.request("POST", "/landing", data=form | {"csrf": csrf_of(emulator)}).status_code == 303
    assert emulator.get()["state"] == "ABORTED"


def test_two_servers_do_not_share_tokens(emulator: Emulator, start: Callable[..., Emulator]) -> None:
    other = start()
    for each in (emulator, other):
        each.client.cookies.set("mock_visitor", "both")
    assert csrf_of(emulator) != csrf_of(other)
