"""Every row of the control API's table: what it does, and that a bad call is refused and changes nothing."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mockserver.apis.epayment.control.rows import ROWS as PAYMENTS
from mockserver.apis.management.control.people import ROWS as COMPANIES
from mockserver.control import world as people
from mockserver.control.routes import OWN
from tests.harness import ORIGIN, Emulator

PAYMENT = "/payments/123456/reference-1"
PATHS = {
    "{msn}/{reference}": "123456/reference-1",
    "/sales-units/{msn}": "/sales-units/123456",
    "{phone}": "4712345678",
    "/partners/{id}/employees/{email}": "/partners/partner-plus/employees/employee@plus-partner.example.com",
    "/partners/{id}": "/partners/partner-plus",
    "/requests/{id}": "/requests/1",
    "{id}": "merchant-no-2",
    "{email}": "shop@mathisen.example.com",
}


def concrete(path: str) -> str:
    for pattern, value in PATHS.items():
        path = path.replace(pattern, value)
    return path


ROWS = [(method, concrete(path)) for method, path, _ in (*OWN, *PAYMENTS, *people.ROWS, *COMPANIES)]
WRITING = [(method, path) for method, path in ROWS if method != "GET"]
GOOD_BODIES: dict[str, dict[str, Any]] = {
    "/clock/advance": {"seconds": 1},
    "/clock/set": {"at": "2030-04-01T00:00:00Z"},
    "/customers": {"phone": "4712345678"},
    "/merchants": {"organisation_number": "923609016", "name": "Ny AS", "market": "NO"},
    "/merchants/merchant-no-2/users": {"email": "a@example.com", "name": "A", "rights": ["see"]},
    "/merchants/merchant-no-2/users/shop@mathisen.example.com": {"rights": ["see"]},
    "/partners/partner-plus/employees": {"email": "a@example.com", "name": "A"},
}


@pytest.fixture
def world(emulator: Emulator) -> Emulator:
    emulator.create()
    return emulator


def state(emulator: Emulator) -> list[Any]:
    """Everything that the control API can show."""
    paths = ("/clock", "/payments", PAYMENT, "/customers", "/merchants", "/sales-units")
    return [emulator.control("GET", path).json() for path in paths]


def assert_problem(answer: httpx.Response, status: int, field: str | None = None) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    if field is not None:
        named = {each["name"]: each["reason"] for each in problem["extraDetails"]}
        assert field in named, problem
        assert named[field]


@pytest.mark.parametrize(("method", "path"), ROWS)
def test_every_row_answers_a_good_call(world: Emulator, method: str, path: str) -> None:
    content = GOOD_BODIES.get(path, {}) if method not in ("GET", "DELETE") else None
    if path == "/stream":
        return  # it never ends: tests/control/test_stream.py

    answer = world.control(method, path, content)

    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert isinstance(answer.json(), dict)


@pytest.mark.parametrize(("method", "path"), WRITING)
@pytest.mark.parametrize(
    "content",
    [b"{", b"[]", b"7", b'"text"', b"null", b"\xff\xfe", b"[" * 50_000, b'{"a":' * 50_000, b'{"a":1}{"b":2}', b"NaN"],
    ids=["cut", "array", "number", "string", "null", "no utf-8", "deep array", "deep object", "two", "NaN"],
)
def test_a_body_that_is_no_json_object_is_refused_by_every_row(
    world: Emulator, method: str, path: str, content: bytes
) -> None:
    before = state(world)

    answer = world.request(method, f"/_mock{path}", content=content)

    assert_problem(answer, 400)
    assert answer.json()["extraDetails"]
    assert state(world) == before


@pytest.mark.parametrize(("method", "path"), WRITING)
def test_an_unknown_field_is_refused_by_every_row(world: Emulator, method: str, path: str) -> None:
    before = state(world)

    answer = world.control(method, path, GOOD_BODIES.get(path, {}) | {"colour": "red"})

    assert_problem(answer, 400, "colour")
    assert state(world) == before


@pytest.mark.parametrize(("method", "path"), WRITING)
def test_a_body_above_the_limit_is_refused_by_every_row(start: Callable[..., Emulator], method: str, path: str) -> None:
    emulator = start(max_body=1024)
    emulator.create()
    before = state(emulator)

    answer = emulator.request(method, f"/_mock{path}", content=b" " * 1025)

    assert_problem(answer, 413)
    assert state(emulator) == before


@pytest.mark.parametrize("path", sorted({path for _, path in ROWS}))
def test_a_wrong_method_is_refused_with_the_methods_there_are(world: Emulator, path: str) -> None:
    before = state(world)
    allowed = sorted(method for method, each in ROWS if each == path)

    for method in {"GET", "POST", "PATCH", "PUT", "DELETE"}.difference(allowed):
        answer = world.request(method, f"/_mock{path}")

        assert_problem(answer, 405)
        assert answer.headers["allow"] == ", ".join(allowed)
    assert state(world) == before


@pytest.mark.parametrize("path", [path for method, path in ROWS if method == "GET" and path != "/health"])
def test_an_unknown_filter_is_refused_by_every_list(world: Emulator, path: str) -> None:
    answer = world.control("GET", f"{path}?colour=red")

    assert_problem(answer, 400, "colour")
    if path in ("/payments", "/requests", "/customers"):
        assert "limit" in answer.json()["extraDetails"][0]["reason"]


@pytest.mark.parametrize(("method", "path"), WRITING)
def test_an_unknown_parameter_is_refused_by_every_call_that_changes_something(
    world: Emulator, method: str, path: str
) -> None:
    before = state(world)
    answer = world.control(method, f"{path}?msn=999999", GOOD_BODIES.get(path))

    assert_problem(answer, 400, "msn")
    assert state(world) == before


def test_an_inbox_takes_webhooks_with_any_query(world: Emulator) -> None:
    assert world.control("POST", "/inbox/shop?order=1", {}).status_code == 204
    assert_problem(world.control("DELETE", "/inbox/shop?order=1"), 400, "order")


@pytest.mark.parametrize("path", ["/payments", "/requests", "/customers"])
@pytest.mark.parametrize("limit", ["-1", "x", "", "1.5", "10001", "9" * 30, "١"])
def test_a_bad_limit_is_refused(world: Emulator, path: str, limit: str) -> None:
    assert_problem(world.control("GET", f"{path}?limit={limit}"), 400, "limit")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/payments?state=PAID", "state"),
        ("/customers?market=GB", "market"),
        ("/requests?status=1000", "status"),
        ("/requests?status=ok", "status"),
        ("/requests?warnings=maybe", "warnings"),
    ],
)
def test_a_filter_with_a_value_that_does_not_exist_is_refused(world: Emulator, path: str, field: str) -> None:
    assert_problem(world.control("GET", path), 400, field)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/nothing",
        "/payments/123456",
        "/clock/rewind",
        "/payments/123456/reference-1/capture",
        "/clock/%00",
        "/%ff",
    ],
)
def test_an_unknown_path_is_not_found(world: Emulator, path: str) -> None:
    answer = world.control("POST", path)
    assert_problem(answer, 404)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/payments/999999/reference-1"),
        ("GET", "/payments/123456/reference-2"),
        ("POST", "/payments/999999/reference-1/approve"),
        ("POST", "/payments/123456/Reference-1/decline"),
        ("POST", "/payments/123457/reference-1/abort"),
        ("POST", "/payments/123456/%F0%9F%98%80/expire"),
        ("GET", "/customers/4700000000"),
        ("GET", "/merchants/nobody"),
        ("PATCH", "/merchants/nobody"),
        ("GET", "/sales-units/999999"),
        ("PATCH", "/sales-units/999999"),
    ],
)
def test_what_does_not_exist_is_not_found(world: Emulator, method: str, path: str) -> None:
    assert_problem(world.control(method, path, {} if method not in ("GET", "DELETE") else None), 404)


def test_slashes_too_many_do_not_matter(emulator: Emulator) -> None:
    assert emulator.control("GET", "/health/").json()["status"] == "ok"
    assert emulator.request("GET", f"{ORIGIN}//_mock/clock").status_code == 200


def test_a_parameter_that_is_repeated_is_refused(world: Emulator) -> None:
    assert_problem(world.control("GET", "/customers?limit=1&limit=2"), 400, "limit")
