"""Bytes in, answers out: bodies, headers, and what may be forgiven in them."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict

from mockserver.core.errors import Malformed
from mockserver.core.policy import Kindness, Lenience, Policy
from mockserver.web.http import BodyTooLarge, ClientGone, json_answer, read_body, send_answer, text
from mockserver.web.parsing import MANDATORY, parse, path_of
from tests.harness import Emulator


def body_of(loop: asyncio.AbstractEventLoop, messages: list[dict[str, Any]], limit: int = 10) -> bytes:
    waiting = iter(messages)

    async def receive() -> dict[str, Any]:
        return next(waiting)

    return loop.run_until_complete(read_body(receive, limit))


def chunk(content: bytes | None, more: bool = False) -> dict[str, Any]:
    message: dict[str, Any] = {"type": "http.request"}
    if content is not None:
        message["body"] = content
    return message | {"more_body": True} if more else message


GONE = {"type": "http.disconnect"}


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ([chunk(None)], b""),
        ([chunk(b"")], b""),
        ([chunk(b"0123456789")], b"0123456789"),
        ([chunk(b"01", True), chunk(b"23", True), chunk(b"")], b"0123"),
        ([chunk(None, True), chunk(b"x")], b"x"),
        ([chunk(b"01234", True), chunk(b"56789")], b"0123456789"),
    ],
)
def test_a_body_is_read_whole(loop: asyncio.AbstractEventLoop, messages: list[dict[str, Any]], expected: bytes) -> None:
    assert body_of(loop, messages) == expected


@pytest.mark.parametrize(
    "messages",
    [
        [chunk(b"0123456789x")],
        [chunk(b"0123456789", True), chunk(b"x")],
        [chunk(b"01234", True), chunk(b"56789x", True), chunk(b"never read" * 1000)],
        [chunk(b"x" * 100, True), chunk(b"", True)],
    ],
)
def test_a_body_above_the_limit_is_refused_without_reading_on(
    loop: asyncio.AbstractEventLoop, messages: list[dict[str, Any]]
) -> None:
    with pytest.raises(BodyTooLarge):
        body_of(loop, messages)


@pytest.mark.parametrize("messages", [[GONE], [chunk(b"x", True), GONE]])
def test_a_body_that_never_ends_is_noticed(loop: asyncio.AbstractEventLoop, messages: list[dict[str, Any]]) -> None:
    with pytest.raises(ClientGone):
        body_of(loop, messages)


def test_an_answer_is_sent_with_its_length_and_headers(loop: asyncio.AbstractEventLoop) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    answer = json_answer(201, {"name": "Blåbær", "none": None})
    answer.headers = [(b"x-more", b"1")]
    loop.run_until_complete(send_answer(send, answer))

    start, content = sent
    assert start["status"] == 201
    assert content["body"] == '{"name":"Blåbær","none":null}'.encode()
    assert dict(start["headers"]) == {
        b"content-length": str(len(content["body"])).encode(),
        b"content-type": b"application/json",
        b"x-more": b"1",
    }


def test_an_empty_header_counts_as_missing() -> None:
    headers = {b"empty": b"", b"full": b"\xe5"}
    assert (text(headers, b"empty"), text(headers, b"none"), text(headers, b"full")) == (None, None, "å")


def test_a_client_that_goes_away_leaves_no_trace(emulator: Emulator) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in emulator.headers().items()]
    scope = {
        "type": "http",
        "method": "POST",
        "scheme": "http",
        "path": "/epayment/v1/payments",
        "raw_path": b"/epayment/v1/payments",
        "root_path": "",
        "query_string": b"",
        "headers": headers,
    }
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return GONE

    async def send(message: Any) -> None:
        sent.append(message)

    entries = len(list(emulator.server.runtime.journal.newest()))
    emulator.loop.run_until_complete(emulator.server.app(scope, receive, send))

    assert sent == []
    assert len(list(emulator.server.runtime.journal.newest())) == entries


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: str
    size: Literal["S", "L"] = "S"


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    number: int
    inner: Inner | None = None
    rows: list[Inner] = []


KIND = Policy()
STRICT = Policy(refused=frozenset(Kindness))


def violations(content: Any, policy: Policy = KIND) -> dict[str, str]:
    given = content if isinstance(content, bytes) else json.dumps(content).encode()
    with pytest.raises(Malformed) as caught:
        parse(Outer, given, Lenience(policy))
    return {each.field: each.reason for each in caught.value.violations}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({}, {"number": MANDATORY}),
        ({"number": "1"}, {"number": "Must be a valid integer"}),
        ({"number": True}, {"number": "Must be a valid integer"}),
        ({"number": 1, "inner": {"size": "S"}}, {"inner.name": MANDATORY}),
        ({"number": 1, "rows": [{"name": "a"}, {"name": 5}]}, {"rows[1].name": "Must be a valid string"}),
        ({"number": 1, "rows": [{"name": "a", "size": "M"}]}, {"rows[0].size": "Must be 'S' or 'L'"}),
        ({"number": 1, "rows": None}, {"rows": "Must be a valid array"}),
    ],
)
def test_each_wrong_field_is_named_with_what_it_violated(content: Any, expected: dict[str, str]) -> None:
    assert violations(content) == expected


@pytest.mark.parametrize("content", [b"", b"{", b"null", b"[]", b"1", b"[" * 10_000, b"\xff", b'{"number":1}}'])
def test_what_is_no_object_is_refused_as_a_whole(content: bytes) -> None:
    assert list(violations(content)) == ["body"]


def test_every_wrong_field_is_named_at_once_up_to_a_bound() -> None:
    found = violations({"number": 1, "inner": {"name": "a"}, "rows": [{"name": number} for number in range(100)]})
    assert (len(found), found["body"]) == (26, "and 75 more")


def test_unknown_fields_are_dropped_with_a_warning() -> None:
    lenience = Lenience(KIND)
    given = {"number": 1, "colour": "red", "inner": {"name": "a", "x": 1}, "rows": [{"name": "b", "y": {}}]}

    parsed = parse(Outer, json.dumps(given).encode(), lenience)

    assert parsed == Outer(number=1, inner=Inner(name="a"), rows=[Inner(name="b")])
    assert [str(warning) for warning in lenience.warnings] == [
        "unknown-fields: inner.x: There is no such field",
        "unknown-fields: rows[0].y: There is no such field",
        "unknown-fields: colour: There is no such field",
    ]


def test_strict_refuses_unknown_fields() -> None:
    assert violations({"number": 1, "colour": "red"}, STRICT) == {"colour": "There is no such field"}


def test_a_wrong_field_hides_no_unknown_one() -> None:
    assert set(violations({"number": "x", "colour": "red"})) == {"number", "colour"}


def test_many_warnings_are_three_headers_and_a_count(emulator: Emulator) -> None:
    answer = emulator.create(**{f"field-{number}": "x" * 400 for number in range(150)})

    told = answer.headers.get_list("x-mock-warning")
    assert (answer.status_code, len(told), told[-1]) == (201, 3, "and 148 more: see the journal")
    assert sum(map(len, told)) <= 1024
    kept = emulator.control("GET", "/requests").json()["requests"][0]["warnings"]
    assert (len(kept), kept[-1]) == (26, {"kindness": "more", "message": "and 125 more"})


def test_names_of_fields_are_shown_harmlessly() -> None:
    assert path_of(("a", 0, "b\r\nSet-Cookie: x\u2028", "c" * 500)) == f"a[0].b??Set-Cookie: x?.{'c' * 60}"


@pytest.mark.parametrize("name", ["é", "\r\n", "x" * 5000, "\x00", "😀"])
def test_any_name_of_a_field_can_be_warned_of(emulator: Emulator, name: str) -> None:
    fields: dict[str, Any] = {name: 1}
    answer = emulator.create(**fields)
    assert answer.status_code == 201
    assert len(answer.headers["x-mock-warning"]) <= 500


@pytest.mark.parametrize("size", [1024, 1025])
def test_the_largest_body_is_a_setting(start: Callable[..., Emulator], size: int) -> None:
    emulator = start(max_body=1024)
    answer = emulator.request("POST", "/epayment/v1/payments", headers=emulator.headers(), content=b" " * size)
    assert answer.status_code == (413 if size > 1024 else 400)


def test_whoever_asks_at_once_is_answered_before_the_first_answer_leaves(emulator: Emulator) -> None:
    in_journal: list[int] = []

    async def send(message: Any) -> None:
        in_journal.append(len(list(emulator.server.runtime.journal.newest())))

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    def ask() -> Awaitable[None]:
        path = "/epayment/v1/payments/reference-1"
        scope = {"type": "http", "method": "GET", "path": path, "headers": []}
        return emulator.server.app(scope, receive, send)

    emulator.together(ask, ask, ask)
    assert in_journal == [3] * 6


def test_reasons_are_in_our_own_words(emulator: Emulator) -> None:
    wrong: dict[str, Any] = {"shipping": {"fixedOptions": [], "allowedCountries": ["no"]}, "paymentDescription": "ab"}
    told = [each["reason"] for each in emulator.create(**wrong).json()["extraDetails"]]
    assert len(told) >= 2
    for word in ("List", "String", "Input", "validation", "field 0", "keyword"):
        assert not [reason for reason in told if word in reason], told
    unknown = emulator.control("POST", "/customers", {"phone": "4712345678", "colour": "red"}).json()
    assert unknown["extraDetails"] == [{"name": "colour", "reason": "There is no such field"}]
