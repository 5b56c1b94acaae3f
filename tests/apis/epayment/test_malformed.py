"""Bad input anywhere: a documented error as JSON, never a 500, and nothing is changed."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.web.parsing import MANDATORY
from tests.apis.helpers import assert_gateway, assert_problem, authorized, created, new_reference, shared_emulator
from tests.harness import ORIGIN, Emulator, body

shared = shared_emulator()
small = shared_emulator(max_body=1024)

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
FIELDS = [
    "amount",
    "paymentMethod",
    "reference",
    "userFlow",
    "customer",
    "customerInteraction",
    "minimumUserAge",
    "industryData",
    "profile",
    "returnUrl",
    "expiresAt",
    "qrFormat",
    "paymentDescription",
    "receipt",
    "receiptUrl",
    "metadata",
    "shipping",
]
FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def send(
    emulator: Emulator, path: str, content: bytes, *, method: str = "POST", kind: str = "application/json"
) -> httpx.Response:
    headers = emulator.headers(Idempotency_Key=new_reference())
    if kind:
        headers["Content-Type"] = kind
    return emulator.request(method, f"{ORIGIN}/epayment/v1{path}", headers=headers, content=content)


def everything(emulator: Emulator) -> str:
    return emulator.control("GET", "/payments?limit=10000").text


def assert_refused(answer: httpx.Response) -> None:
    """A 4xx with a body of JSON, whichever."""
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] in ("application/json", "application/problem+json")
    assert answer.json()


NO_JSON = {
    "nothing": b"",
    "space": b"  ",
    "text": b"hello",
    "half": b'{"amount": {"value": 100',
    "trailing comma": b'{"reference": "reference-1",}',
    "single quotes": b"{'reference': 'reference-1'}",
    "two values": b"{}{}",
    "invalid UTF-8": b'{"reference": "\xff\xfe"}',
    "UTF-16": '{"reference": "x"}'.encode("utf-16"),
    "lone surrogate": b'{"paymentDescription": "\\ud800"}',
    "NUL": b"\x00",
    "form": b"reference=reference-1",
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "deep and closed": b'{"amount":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
}
NO_OBJECT = {"list": b"[]", "number": b"1", "text": b'"x"', "true": b"true", "list of objects": b"[{}]"}


@pytest.mark.parametrize("action", ["", "/{}/capture", "/{}/refund"])
@pytest.mark.parametrize("content", [*NO_JSON.values(), *NO_OBJECT.values()], ids=[*NO_JSON, *NO_OBJECT])
def test_a_body_that_is_no_json_object_is_malformed(shared: Emulator, action: str, content: bytes) -> None:
    path = f"/payments{action.format(created(shared))}"
    before = everything(shared)
    assert assert_problem(send(shared, path, content), 400)
    assert everything(shared) == before


@pytest.mark.parametrize("action", ["/payments/{}/cancel", "/test/payments/{}/approve"])
@pytest.mark.parametrize(
    "content", [b"hello", b"{", b"[]", b"1", b"\xff", b"[" * 100_000, b'{"cancelTransactionOnly": 1, "token": 1}']
)
def test_an_optional_body_has_to_be_right_all_the_same(shared: Emulator, action: str, content: bytes) -> None:
    path = action.format(created(shared))
    before = everything(shared)
    assert assert_problem(send(shared, path, content), 400)
    assert everything(shared) == before


@pytest.mark.parametrize("number", [b"1" * 5_000, b"-" + b"9" * 4_301, b"1e400", b"NaN", b"Infinity", b"0.1e-9999"])
@pytest.mark.parametrize(
    "place",
    [
        b'"amount": {"currency": "NOK", "value": %b}',
        b'"metadata": {"a": %b}',
        b'"metadata": {"a": "b"}, "unknown": %b',
        b'"customer": {"phoneNumber": %b}',
        b'"minimumUserAge": %b',
        b'"receipt": {"orderLines": [{"unitInfo": {"quantity": %b}}]}',
    ],
    ids=["amount", "metadata", "unknown", "phone", "age", "quantity"],
)
def test_numbers_of_any_size_do_no_harm(shared: Emulator, place: bytes, number: bytes) -> None:
    content = json.dumps(body(new_reference())).encode()[:-1] + b", " + place % number + b"}"
    answer = send(shared, "/payments", content)
    assert answer.status_code < 500, answer.text
    assert answer.json()


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "json", "multipart/form-data"]
)
def test_another_content_type_is_415(shared: Emulator, kind: str) -> None:
    content = json.dumps(body(new_reference())).encode()
    before = everything(shared)
    assert_problem(send(shared, "/payments", content, kind=kind), 415)
    assert everything(shared) == before


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        'application/json; charset="utf-8"',
        "application/json;charset=UTF-8",
        "APPLICATION/JSON",
        "application/vnd.shop+json",
    ],
)
def test_every_spelling_of_json_is_taken(shared: Emulator, kind: str) -> None:
    content = json.dumps(body(new_reference())).encode()
    assert send(shared, "/payments", content, kind=kind).status_code == 201


def test_a_body_may_be_as_large_as_the_limit_and_no_larger(small: Emulator) -> None:
    content = json.dumps(body(new_reference())).encode()
    assert send(small, "/payments", content.ljust(1024)).status_code == 201
    other = json.dumps(body(new_reference())).encode()
    before = everything(small)
    assert_problem(send(small, "/payments", other.ljust(1025)), 413)
    assert everything(small) == before


@pytest.mark.parametrize(("size", "status"), [(1024, 201), (1025, 413)])
def test_the_limit_holds_for_a_body_in_one_message_too(small: Emulator, size: int, status: int) -> None:
    content = json.dumps(body(new_reference())).encode().ljust(size)
    headers = small.headers(Idempotency_Key=new_reference(), Content_Type="application/json")
    path = "/epayment/v1/payments"
    scope = {
        "type": "http",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": content}

    async def keep(message: Any) -> None:
        sent.append(message)

    small.loop.run_until_complete(small.server.app(scope, receive, keep))
    assert sent[0]["status"] == status


def test_a_body_in_pieces_is_put_together(small: Emulator) -> None:
    content = json.dumps(body(new_reference())).encode()

    async def pieces(whole: bytes) -> Any:
        for start in range(0, len(whole), 7):
            yield whole[start : start + 7]

    headers = small.headers(Idempotency_Key=new_reference(), Content_Type="application/json")
    path = "/epayment/v1/payments"
    assert small.request("POST", path, headers=headers, content=pieces(content)).status_code == 201
    answer = small.request("POST", path, headers=headers, content=pieces(content.ljust(1025)))
    assert_problem(answer, 413)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "FOO"])
@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/payments", "POST"),
        ("/payments/{}", "GET"),
        ("/payments/{}/events", "GET"),
        ("/payments/{}/capture", "POST"),
        ("/test/payments/{}/approve", "POST"),
    ],
)
def test_another_method_is_405(shared: Emulator, method: str, path: str, allowed: str) -> None:
    path = path.format(created(shared))
    before = everything(shared)
    answer = send(shared, path, b"[]", method=method)
    assert answer.headers["allow"] == allowed
    if method == "HEAD":
        assert answer.status_code == 405
    else:
        assert_problem(answer, 405)
    assert everything(shared) == before


@pytest.mark.parametrize(
    "path",
    [
        "/epayment/v1",
        "/epayment/v1/payment",
        "/epayment/v1/payments/reference-1/capture/more",
        "/epayment/v1/Payments",
        "/epayment/v2/payments",
        "/epayment",
        "/epayments",
        "/nothing/here",
        "/nothing",
        "/accesstoken",
        "/%00",
        "/%ff%fe",
        "/epayment/v1/payments/reference%2F1",
        "/" + "x" * 5_000,
        "/../../etc/passwd",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_path_is_404_from_the_gateway(shared: Emulator, path: str, method: str) -> None:
    answer = shared.request(method, f"{ORIGIN}{path}", headers=shared.headers())
    assert_gateway(answer, 404, "Resource not found")


@pytest.mark.parametrize(
    "reference", ["%00%00%00%00", "%ff%ff%ff%ff", "x" * 3_000, "' OR 1=1 --", "%F0%9F%92%B8", "{}", "..;x"]
)
@pytest.mark.parametrize("path", ["/payments/{}", "/payments/{}/events"])
def test_a_strange_reference_is_not_found(shared: Emulator, reference: str, path: str) -> None:
    answer = shared.api("GET", path.replace("{}", reference))
    assert_problem(answer, 404, "5090")


@pytest.mark.parametrize(
    "name",
    [
        "Idempotency-Key",
        "Merchant-Serial-Number",
        "Authorization",
        "Ocp-Apim-Subscription-Key",
        "Host",
        "Vipps-System-Name",
        "Content-Type",
    ],
)
@pytest.mark.parametrize("value", [b"\xff\xfe\xfd", b"\x01", b"x" * 20_000, b"'; DROP TABLE payments; --", b","])
def test_broken_headers_never_fail(shared: Emulator, name: str, value: bytes) -> None:
    headers = [(key.encode(), given.encode()) for key, given in shared.headers().items() if key != name]
    answer = shared.request(
        "POST",
        "/epayment/v1/payments",
        headers=[*headers, (name.encode(), value)],
        content=json.dumps(body(new_reference())),
    )
    assert answer.status_code < 500
    assert answer.json()


@pytest.mark.parametrize("field", FIELDS)
def test_any_value_in_any_field_is_answered(shared: Emulator, field: str) -> None:
    values: list[Any] = [
        None,
        True,
        False,
        0,
        -1,
        1.5,
        "",
        "x",
        " ",
        "\x00",
        "💸" * 50,
        [],
        [[]],
        {},
        {"": {}},
        [{}],
        {"a": 1},
    ]
    for value in values:
        reference = new_reference()
        answer = send(shared, "/payments", json.dumps(body(reference) | {field: value}).encode())
        if answer.status_code != 201:
            assert_refused(answer)
            assert reference not in everything(shared)


@FUZZ
@given(field=st.sampled_from(FIELDS), value=JSON_VALUES)
def test_random_values_are_answered(shared: Emulator, field: str, value: Any) -> None:
    answer = send(shared, "/payments", json.dumps(body(new_reference()) | {field: value}).encode())
    if answer.status_code != 201:
        assert_refused(answer)


@FUZZ
@given(
    action=st.sampled_from(
        ["/payments/{}/capture", "/payments/{}/refund", "/payments/{}/cancel", "/test/payments/{}/approve"]
    ),
    content=st.dictionaries(
        st.sampled_from(["modificationAmount", "cancelTransactionOnly", "customer", "token", "x"]), JSON_VALUES
    ),
)
def test_random_bodies_of_the_other_operations_are_answered(shared: Emulator, action: str, content: Any) -> None:
    answer = send(shared, action.format(authorized(shared)), json.dumps(content).encode())
    if answer.status_code != 200:
        assert_refused(answer)


@FUZZ
@given(content=st.binary(max_size=50))
def test_random_bytes_are_refused(shared: Emulator, content: bytes) -> None:
    assert_problem(send(shared, "/payments", content), 400)


@FUZZ
@given(
    metadata=st.dictionaries(st.text(max_size=20), st.text(max_size=40), min_size=1, max_size=5),
    description=st.text(min_size=3, max_size=100),
)
def test_any_text_is_kept_as_it_came(shared: Emulator, metadata: dict[str, str], description: str) -> None:
    reference = new_reference()
    content = json.dumps(body(reference, metadata=metadata, paymentDescription=description))
    assert send(shared, "/payments", content.encode()).status_code == 201
    assert shared.get(reference)["metadata"] == metadata


def test_errors_use_the_documented_words(shared: Emulator) -> None:
    answer = shared.request("POST", "/epayment/v1/payments", json=body("short"), headers=shared.headers())
    content = answer.json()
    assert content["detail"] == "See extraDetails for further details"
    assert (content["title"], content["instance"]) == ("Bad Request", "/v1/payments")
    reason = "The field Reference must match the regular expression '^[a-zA-Z0-9-]{8,64}$'."
    assert content["extraDetails"] == [{"name": "reference", "reason": reason}]

    reference = created(shared)
    early = shared.modify("capture", 100, reference).json()
    assert early["title"] == "Cannot capture before reservation"
    assert early["detail"].startswith("The amount you tried to capture is not reserved.")
    assert early["instance"] == f"/v1/payments/{reference}/capture"
    assert early["extraDetails"] == [{"name": "ErrorCode", "reason": "6080"}]


def test_webhooks_use_their_own_words(shared: Emulator) -> None:
    answer = shared.request("POST", "/webhooks/v1/webhooks", json={"events": []}, headers=shared.headers())
    content = answer.json()
    assert (content["detail"], content["instance"]) == ("One or more validation errors occurred.", "/v1/webhooks")
    assert content["extraDetails"] == [{"name": "url", "reason": MANDATORY}]


def test_a_unit_for_logins_only_hears_that_it_sells_nothing(shared: Emulator) -> None:
    content = body(new_reference())
    answer = shared.request("POST", "/epayment/v1/payments", json=content, headers=shared.headers("123459"))
    assert_problem(answer, 403)
    assert answer.json()["detail"] == "Merchant Not Allowed for Ecommerce Payment"
