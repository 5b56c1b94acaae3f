"""docs/security.md says who may do what: the tables of the server, and what a server does that strangers ask."""

import socket
from collections.abc import Iterator

import httpx
import pytest

from tests.end_to_end.running import serving
from tools import security
from tools.security import ANYBODY, LINK, PAGE, TOKEN, Way

WAYS = [*security.operations(), *security.control(), *security.pages()]


def test_the_page_has_the_tables_of_the_server() -> None:
    text = PAGE.read_text("utf-8")
    assert text == security.written(text), "run python -m tools.security"


def test_there_is_something_for_everybody() -> None:
    assert len(WAYS) > 130
    assert {ANYBODY, LINK, TOKEN} < {each.with_token for each in WAYS}


@pytest.fixture(scope="module", params=[False, True], ids=["open", "token"])
def client(request: pytest.FixtureRequest) -> Iterator[tuple[httpx.Client, bool]]:
    options = ("--admin-token", "open sesame") if request.param else ()
    with serving(*options) as server, httpx.Client(base_url=server.url, timeout=60) as client:
        yield client, request.param


def ended(path: str) -> str:
    """Streams have no end of their own."""
    return f"{path}?limit=0" if path.endswith("/stream") else path


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.method} {way.path}")
def test_a_stranger_can_do_what_the_table_says(client: tuple[httpx.Client, bool], way: Way) -> None:
    asking, guarded = client
    who = way.with_token if guarded else way.without
    path = way.path.replace("{phone}", "4712345678").replace("{msn}", "123456").replace("{", "").replace("}", "")
    answer = asking.request(way.method, ended(path))
    if who == TOKEN:
        assert answer.status_code == 401, answer.text
        assert "4712345678" not in answer.text.replace(path, "")
    elif who == LINK:
        assert answer.status_code == (403 if way.method == "POST" else 404), answer.text
    elif who == ANYBODY:
        # What is asked for need not be there, and a form needs its token: nobody asks who it is, however.
        assert answer.status_code != 401 or path == "/operator", answer.text
        assert answer.status_code < 500
    else:
        assert answer.status_code in (400, 401), answer.text
        assert answer.status_code == 401 or "client" in answer.text or "form" in answer.text


@pytest.mark.parametrize("way", [each for each in WAYS if each.with_token == TOKEN], ids=lambda way: way.path)
def test_its_holders_are_let_in(client: tuple[httpx.Client, bool], way: Way) -> None:
    asking, _ = client
    if way.method != "GET" or "wait" in way.path:
        return
    path = way.path.replace("{phone}", "4712345678").replace("{msn}", "123456").replace("{", "").replace("}", "")
    answer = asking.get(ended(path), headers={"Authorization": "Bearer open sesame"})
    assert answer.status_code in (200, 400, 404, 409), answer.text


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving() as server:
        yield int(server.url.rpartition(":")[2])


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("GET /_mock/clock HTTP/1.1\r\nHost: localhost", 200),
        ("GET /_mock/clock HTTP/1.1\r\nhOST:LOCALHOST.:1", 200),
        ("GET /_mock/clock HTTP/1.1\r\nHost: [::1]:8080", 200),
        ("GET /_mock/clock HTTP/1.0", 200),
        ("GET /_mock/clock HTTP/1.1\r\nHost: EVIL.example.", 421),
        ("GET //_mock/clock/ HTTP/1.1\r\nHost: evil.example:80", 421),
        ("GET http://evil.example/_mock/clock HTTP/1.1\r\nHost: evil.example", 421),
        ("GET http://localhost/_mock/clock HTTP/1.1\r\nHost: evil.example", 421),
        ("GET http://localhost/_mock/clock HTTP/1.1\r\nHost: localhost", 200),
        ("GET /_mock/clock HTTP/1.1\r\nHost: localhost\r\nHost: evil.example", 400),
        ("GET /wallet HTTP/1.1\r\nHost: evil.example", 421),
        ("GET /_mock/health HTTP/1.1\r\nHost: evil.example", 200),
        ("GET /_mock/clock HTTP/1.1\r\nHost: localhost\r\nOrigin: null", 403),
        (
            "GET /_mock/clock HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nOrigin: http://evil.example",
            403,
        ),
    ],
)
def test_names_and_origins_on_the_wire(port: int, head: str, status: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(f"{head}\r\nConnection: close\r\n\r\n".encode())
        with connection.makefile("rb") as answer:
            assert int(answer.readline().split()[1]) == status
