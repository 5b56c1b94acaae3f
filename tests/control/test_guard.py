"""Who may use the control API."""

from collections.abc import Callable

import pytest

from mockserver.control import routes
from mockserver.control.trusted import Trusted
from tests.control.test_routes import assert_problem, concrete
from tests.harness import Emulator

TOKEN = "open sesame"
GUARDED = [
    (method, concrete(path))
    for method, path, _ in routes.ROWS
    if path not in ("/health", "/ca.pem") and (method, path) != ("POST", "/inbox/{name}")
]
"""Health and whom to trust are open to everybody, and webhooks come to the inbox without a token."""


REFUSED = (None, "", "Bearer", "Bearer wrong", "Basic b3BlbiBzZXNhbWU=", TOKEN, "Bearer öpen")


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_every_row_asks_for_the_admin_token(guarded: Emulator, method: str, path: str) -> None:
    for header in REFUSED:
        headers = {} if header is None else {"Authorization": header.encode()}

        answer = guarded.request(method, f"/_mock{path}", headers=headers)

        assert_problem(answer, 401)
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.fixture
def guarded(start: Callable[..., Emulator]) -> Emulator:
    return start(admin_token=TOKEN)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_the_admin_token_opens_it(guarded: Emulator, scheme: str) -> None:
    answer = guarded.request("GET", "/_mock/clock", headers={"Authorization": f"{scheme} {TOKEN}"})
    assert answer.status_code == 200


def test_health_is_open_to_everybody(guarded: Emulator) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert guarded.request("GET", "/_mock/health", headers=headers).json()["status"] == "ok"


def test_whom_to_trust_is_open_to_everybody(guarded: Emulator) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert_problem(guarded.request("GET", "/_mock/ca.pem", headers=headers), 404)
    guarded.server.runtime.parts.put(Trusted(b"certificate"))
    assert guarded.request("GET", "/_mock/ca.pem", headers=headers).content == b"certificate"


def test_an_unknown_path_does_not_get_around_the_token(guarded: Emulator) -> None:
    assert_problem(guarded.request("GET", "/_mock/nothing"), 401)


def test_the_emulated_apis_do_not_ask_for_the_admin_token(guarded: Emulator) -> None:
    assert guarded.create().status_code == 201


@pytest.mark.parametrize("origin", ["http://evil.test:9233", "http://testserver:81", "null"])
def test_a_page_without_a_trustworthy_origin_is_refused_by_its_origin(emulator: Emulator, origin: str) -> None:
    answer = emulator.request("POST", "/_mock/reset", headers={"Origin": origin, "Host": "testserver"})
    assert answer.status_code == 403


def test_the_own_origin_is_no_other_site(emulator: Emulator) -> None:
    headers = {"Origin": "http://testserver", "Host": "testserver"}
    assert emulator.request("GET", "/_mock/clock", headers=headers).status_code == 200


@pytest.mark.parametrize(("method", "path"), GUARDED)
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_pages_of_other_sites_are_refused(emulator: Emulator, method: str, path: str, site: str) -> None:
    answer = emulator.request(method, f"/_mock{path}", headers={"Sec-Fetch-Site": site})
    assert_problem(answer, 403)


def test_pages_of_other_sites_are_refused_with_the_token_too(guarded: Emulator) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Authorization": f"Bearer {TOKEN}"}
    assert_problem(guarded.request("POST", "/_mock/reset", headers=headers), 403)


@pytest.mark.parametrize("site", ["none", "same-origin"])
def test_own_pages_and_the_address_bar_are_let_in(emulator: Emulator, site: str) -> None:
    assert emulator.request("GET", "/_mock/clock", headers={"Sec-Fetch-Site": site}).status_code == 200
