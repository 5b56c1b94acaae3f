"""What comes in is bounded before it is kept or worked on: values of bodies, mistakes, warnings, journal entries."""

import json
from typing import Any

import pytest

from mockserver.core.errors import MOST_VIOLATIONS, Malformed, Violation
from mockserver.core.policy import MOST_WARNINGS, Kindness, Lenience, Policy
from mockserver.web import journal, shape
from mockserver.web.http import LARGEST_FORM
from mockserver.world import jwt
from mockserver.world.services.tokens import ISSUER
from tests.harness import Emulator, body

MOST = shape.LONGEST


def flaw(content: bytes) -> str | None:
    try:
        shape.check(content)
    except Malformed as malformed:
        [violation] = malformed.violations
        assert violation.field == "body"
        return violation.reason
    return None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (json.dumps([0] * MOST), None),
        (json.dumps([0] * (MOST + 1)), "Lists and objects must have at most 1000 entries"),
        (json.dumps({str(number): 0 for number in range(MOST)}), None),
        (
            json.dumps({str(number): 0 for number in range(MOST + 1)}),
            "Lists and objects must have at most 1000 entries",
        ),
        (json.dumps([[0] * MOST] * 9), None),
        (json.dumps([[0] * MOST] * 11), "Must have at most 10000 values"),
        ("[" * 128 + "]" * 128, None),
        ("[" * 129 + "]" * 129, "Must not be nested deeper than 128 levels"),
        ('{"a":' * 129 + "1" + "}" * 129, "Must not be nested deeper than 128 levels"),
        (json.dumps(['[{,\\"' * 5000]), None),
        (json.dumps([[0]] * MOST), None),
        ('"' + '\\"' * 50_000, None),
        ("]" * 5000, None),
        ("," * 5000 + "]", "Lists and objects must have at most 1000 entries"),
        ("{[,\x00\xff" * 3000, "Must not be nested deeper than 128 levels"),
        (json.dumps([""] * 340_000), "Must have at most 10000 values"),
        ("]" * 5000 + "," * 1100, None),
    ],
)
def test_a_body_has_so_many_values_and_no_more(content: str, expected: str | None) -> None:
    assert flaw(content.encode("latin-1")) == expected


class Unread(bytes):
    """Signs that are counted, and not looked at one by one."""

    def __iter__(self) -> Any:
        raise AssertionError("a million signs, one by one")


@pytest.mark.parametrize("signs", [b"]" * 1_000_000 + b"," * 1_100, b"[" * 500_000 + b"]" * 500_000, b"," * 1_000_000])
def test_what_can_be_told_by_counting_is_not_walked_over(signs: bytes) -> None:
    shape._flaw(Unread(signs), shape.USUAL)


def test_no_more_texts_are_taken_out_than_there_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    counts: list[int] = []

    class Counting:
        def subn(self, _: bytes, content: bytes, most: int) -> tuple[bytes, int]:
            found = string.subn(b"", content, most)
            counts.append(found[1])
            return found

    string = shape._STRING
    monkeypatch.setattr(shape, "_STRING", Counting())
    assert flaw(json.dumps([""] * 340_000).encode()) == "Must have at most 10000 values"
    assert counts == [2 * shape.MOST_VALUES + 1]


@pytest.mark.parametrize(
    "fields",
    [
        {"receipt": {"orderLines": [{}] * 1001, "bottomLine": {"currency": "NOK"}}},
        {"customer": {f"field-{number}": 1 for number in range(1001)}},
        {"metadata": {f"field-{number}": "x" for number in range(1001)}},
    ],
)
def test_too_many_values_are_refused_in_the_shape_of_the_api(emulator: Emulator, fields: dict[str, Any]) -> None:
    answer = emulator.create(**fields)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["extraDetails"] == [
        {"name": "body", "reason": "Lists and objects must have at most 1000 entries"}
    ]


@pytest.mark.parametrize("path", ["/clock/advance", "/scenarios", "/webhooks", "/customers", "/inbox/mine"])
def test_too_many_values_are_refused_by_the_control_api(emulator: Emulator, path: str) -> None:
    method = "PATCH" if "inbox" in path else "POST"
    answer = emulator.control(method, path, {f"field-{number}": 1 for number in range(1001)})
    assert answer.status_code == 400
    assert "at most 1000 entries" in answer.text
    assert len(answer.content) < 1000


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_of_json_is_refused(emulator: Emulator, number: str) -> None:
    content = f'{{"phone": "4790000000", "colour": {number}}}'.encode()
    assert emulator.request("POST", "/_mock/customers", content=content).status_code == 400
    content = json.dumps(body("reference-1", colour=0)).replace("0}", f"{number}}}").encode()
    headers = emulator.headers(Idempotency_Key="k") | {"Content-Type": "application/json"}
    assert emulator.request("POST", "/epayment/v1/payments", content=content, headers=headers).status_code == 400


def test_many_mistakes_are_named_up_to_a_bound_and_counted() -> None:
    refusal = Malformed([Violation(f"field-{number}", "is wrong") for number in range(MOST_VIOLATIONS + 7)])
    assert refusal.violations[MOST_VIOLATIONS:] == (Violation("body", "and 7 more"),)
    exact = Malformed([Violation(f"field-{number}", "is wrong") for number in range(MOST_VIOLATIONS)])
    assert len(exact.violations) == MOST_VIOLATIONS


def test_unknown_events_are_named_up_to_a_bound(emulator: Emulator) -> None:
    content = {"url": "https://shop.example.com/", "events": [f"event-{number}" for number in range(900)]}
    answer = emulator.request("POST", "/webhooks/v1/webhooks", json=content, headers=emulator.headers())
    assert answer.status_code == 400
    assert answer.json()["extraDetails"][-1]["reason"] == "and 875 more"


def test_many_warnings_are_kept_up_to_a_bound_each_once_and_counted() -> None:
    lenience = Lenience(Policy())
    for number in range(MOST_WARNINGS + 10):
        lenience.allow(Kindness.UNKNOWN_FIELDS, f"field-{number}")
        lenience.allow(Kindness.UNKNOWN_FIELDS, "field-0")
    assert len(lenience.warnings) == MOST_WARNINGS + 1
    assert lenience.warnings[-1].times >= 10


def test_a_replayed_answer_counts_the_same_warnings(emulator: Emulator) -> None:
    fields: dict[str, Any] = {f"field-{number}": 1 for number in range(100)}
    first, again = (emulator.create(**fields).headers.get_list("x-mock-warning") for _ in range(2))
    assert first == again
    assert first[-1] == "and 98 more: see the journal"


def test_a_state_file_keeps_counted_warnings(emulator: Emulator) -> None:
    fields: dict[str, Any] = {f"field-{number}": 1 for number in range(100)}
    first = emulator.create(**fields).headers.get_list("x-mock-warning")
    exported = emulator.control("GET", "/state").content
    assert emulator.request("PUT", "/_mock/state", content=exported).status_code == 200
    assert emulator.create(**fields).headers.get_list("x-mock-warning") == first


def test_a_notice_is_kept_with_the_answer_to_a_key(emulator: Emulator) -> None:
    first, again = (emulator.create(paymentMethod={"type": "CARD_PASSTHROUGH"}) for _ in range(2))
    assert (first.status_code, again.status_code) == (400, 400)
    assert first.headers["x-mock-warning"] == again.headers["x-mock-warning"]


def test_a_journal_entry_is_bounded_in_all_its_parts_and_says_what_is_cut(emulator: Emulator) -> None:
    long = "x" * 30_000
    headers = emulator.headers(Idempotency_Key="k") | {"X-Long": long, "Content-Type": "application/json"}
    emulator.request("POST", f"/epayment/v1/payments/{long}/capture?q={long}", content=long.encode(), headers=headers)
    entry = emulator.control("GET", "/requests").json()["requests"][0]
    assert entry["cut"] == ["request.body", "response.body", "request.headers", "path", "query", "reference"]
    assert len(entry["path"]) == journal.LONGEST_PATH
    assert len(entry["query"]) == journal.LONGEST_QUERY
    assert len(entry["reference"]) == journal.LONGEST_NAME
    assert sum(map(len, map("".join, entry["request"]["headers"]))) <= journal.LONGEST_HEADERS
    assert len(entry["request"]["body"]) == journal.LONGEST_BODY
    emulator.create()
    assert emulator.control("GET", "/requests").json()["requests"][0]["cut"] == []


def test_a_token_that_never_expires_is_no_token(emulator: Emulator) -> None:
    claims = {"iss": ISSUER, "appid": emulator.unit("123456").keys.client_id, "exp": float("inf")}
    headers = emulator.headers() | {"Authorization": f"Bearer {jwt.sign(claims, jwt.packaged())}"}
    answer = emulator.request("GET", "/epayment/v1/payments/reference-1", headers=headers)
    assert (answer.status_code, answer.json()["statusCode"]) == (401, 401)


@pytest.mark.parametrize("seconds", ["1e308", "1e999", "1e400", "9" * 400, "Infinity", "NaN", "-1", "1e18"])
def test_an_advance_is_bounded(emulator: Emulator, seconds: str) -> None:
    answer = emulator.request("POST", "/_mock/clock/advance", content=f'{{"seconds": {seconds}}}'.encode())
    assert answer.status_code == 400
    assert answer.json()["extraDetails"]


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/miami/v1/token", 400, "grant_type"),
        ("/access-management-1.0/access/oauth2/token", 400, "65536 bytes"),
        ("/access-management-1.0/access/oauth2/auth", 400, "65536 bytes"),
        ("/vipps-login-ciba/api/backchannel/authentication", 400, "65536 bytes"),
    ],
)
def test_a_form_is_small_since_its_escapes_take_long(emulator: Emulator, path: str, status: int, told: str) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = emulator.request(
        "POST", path, content=b"grant_type=client_credentials&a=" + b"%" * LARGEST_FORM, headers=form
    )

    assert (answer.status_code, told in answer.text) == (status, True)
