from typing import Any

import pytest

from tests.apis.helpers import (
    aggregate,
    assert_gateway,
    assert_problem,
    authorized,
    created,
    event_names,
    new_reference,
    set_customer,
    shared_emulator,
)
from tests.harness import Emulator, amount, body, code_of

shared = shared_emulator()


def test_a_repeated_create_gives_the_first_answer_and_no_second_payment(shared: Emulator) -> None:
    content, key = body(new_reference()), new_reference()
    first, second = (shared.api("POST", "/payments", content, key=key) for _ in range(2))
    assert (second.status_code, second.content, second.headers["content-type"]) == (
        first.status_code,
        first.content,
        first.headers["content-type"],
    )
    assert event_names(shared, content["reference"]) == ["CREATED"]


@pytest.mark.parametrize("action", ["capture", "refund"])
def test_a_repeated_modification_takes_effect_once(shared: Emulator, action: str) -> None:
    reference = authorized(shared)
    shared.modify("capture", 6_000, reference)
    first, second = (shared.modify(action, 1_000, reference, key="again") for _ in range(2))
    assert first.status_code == 200
    assert second.content == first.content
    assert event_names(shared, reference).count("CAPTURED" if action == "capture" else "REFUNDED") == (
        2 if action == "capture" else 1
    )


def test_a_repeated_cancel_is_answered_200_again(shared: Emulator) -> None:
    reference = authorized(shared)
    first, second = (shared.api("POST", f"/payments/{reference}/cancel", key="1") for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.content == first.content
    assert event_names(shared, reference).count("CANCELLED") == 1


def test_the_first_answer_stays_although_the_payment_went_on(shared: Emulator) -> None:
    reference = authorized(shared)
    first = shared.modify("capture", 1_000, reference, key="first")
    shared.modify("capture", 2_000, reference, key="second")
    assert shared.modify("capture", 1_000, reference, key="first").content == first.content
    assert aggregate(shared, reference) == (10_000, 3_000, 0, 0)


@pytest.mark.parametrize(("action", "code"), [("capture", "4010"), ("refund", "4150"), ("cancel", "4020")])
def test_a_key_with_another_body_is_a_conflict(shared: Emulator, action: str, code: str) -> None:
    reference = authorized(shared)
    shared.modify("capture", 5_000, reference, key="before")
    path = f"/payments/{reference}/{action}"
    contents: list[Any] = [{"modificationAmount": amount(value)} for value in (1_000, 2_000)]
    if action == "cancel":
        contents = [None, {"cancelTransactionOnly": True}]
    assert shared.api("POST", path, contents[0], key="key").status_code == 200
    stood = aggregate(shared, reference)
    assert "Idempotency-Key" in assert_problem(shared.api("POST", path, contents[1], key="key"), 409, code)
    assert aggregate(shared, reference) == stood


def test_a_create_key_with_another_body_is_4020(shared: Emulator) -> None:
    key, one, other = new_reference(), new_reference(), new_reference()
    assert shared.api("POST", "/payments", body(one), key=key).status_code == 201
    assert_problem(shared.api("POST", "/payments", body(other), key=key), 409, "4020")
    assert_problem(shared.api("GET", f"/payments/{other}"), 404, "5090")


def test_a_conflict_does_not_replace_the_first_answer(shared: Emulator) -> None:
    reference = authorized(shared)
    first = shared.modify("capture", 1_000, reference, key="key")
    shared.modify("capture", 2_000, reference, key="key")
    assert shared.modify("capture", 1_000, reference, key="key").content == first.content


def test_one_key_serves_every_operation_and_payment(shared: Emulator) -> None:
    references = [authorized(shared) for _ in range(2)]
    for reference in references:
        for action in ("capture", "refund"):
            assert shared.modify(action, 5_000, reference, key="1").status_code == 200
        assert shared.api("POST", f"/payments/{reference}/cancel", key="1").status_code == 200
        assert aggregate(shared, reference) == (10_000, 5_000, 5_000, 5_000)


def test_keys_belong_to_the_unit(shared: Emulator) -> None:
    reference, key = new_reference(), new_reference()
    for msn in ("123456", "123457"):
        assert shared.api("POST", "/payments", body(reference), msn=msn, key=key).status_code == 201


def test_a_refused_request_stays_refused_under_its_key(shared: Emulator) -> None:
    reference = created(shared)
    first = shared.modify("capture", 1_000, reference, key="early")
    assert_problem(first, 400, "6080")
    shared.approve(reference)
    second = shared.modify("capture", 1_000, reference, key="early")
    assert (second.status_code, second.content) == (400, first.content)
    assert second.headers["content-type"] == "application/problem+json"
    assert shared.modify("capture", 1_000, reference, key="late").status_code == 200


def test_a_malformed_request_stays_malformed_under_its_key(shared: Emulator) -> None:
    key, content = new_reference(), body(new_reference(), amount=None)
    first, second = (shared.api("POST", "/payments", content, key=key) for _ in range(2))
    assert_problem(first, 400)
    assert second.content == first.content


def test_a_failed_refund_is_one_event_however_often_it_is_sent(shared: Emulator) -> None:
    reference = authorized(shared)
    shared.modify("capture", 10_000, reference)
    answers = [shared.modify("refund", 124, reference, key="again") for _ in range(3)]
    assert {code_of(answer) for answer in answers} == {"6220"}
    assert event_names(shared, reference).count("REFUNDED!") == 1


def test_a_server_error_is_not_kept_and_changes_nothing(start: Any) -> None:
    emulator = start(environment="test")
    reference = created(emulator)
    content = {"customer": {"phoneNumber": "4791000003"}}
    path = f"/test/payments/{reference}/approve"
    assert_problem(emulator.api("POST", path, content, key="again"), 500, "3010")
    assert event_names(emulator, reference) == ["CREATED"]
    set_customer(emulator, "4791000003", cards=[{"number": "4925000000000004"}])
    assert emulator.api("POST", path, content, key="again").status_code == 200


def test_an_unauthorized_answer_is_not_kept(shared: Emulator) -> None:
    content, key = body(new_reference()), new_reference()
    headers = shared.headers(Idempotency_Key=key)
    refused = shared.request(
        "POST", "/epayment/v1/payments", headers=headers | {"Authorization": "Bearer x"}, json=content
    )
    assert_gateway(refused, 401)
    assert shared.api("POST", "/payments", content, key=key).status_code == 201


@pytest.mark.parametrize("key", ["1", "x" * 50, "kéy", "a b/c?d=e", "{}"])
def test_a_key_has_1_to_50_characters(shared: Emulator, key: str) -> None:
    reference = authorized(shared)
    headers = [(name.encode(), value.encode()) for name, value in shared.headers().items()]
    answer = shared.request(
        "POST",
        f"/epayment/v1/payments/{reference}/capture",
        headers=[*headers, (b"Idempotency-Key", key.encode("latin-1"))],
        json={"modificationAmount": amount(1_000)},
    )
    assert answer.status_code == 200
    assert shared.events(reference)[-1]["idempotencyKey"] == key


@pytest.mark.parametrize("action", ["capture", "cancel", "refund"])
def test_a_longer_key_is_malformed(shared: Emulator, action: str) -> None:
    reference = authorized(shared)
    content = None if action == "cancel" else {"modificationAmount": amount(1_000)}
    answer = shared.api("POST", f"/payments/{reference}/{action}", content, key="x" * 51)
    assert set(assert_problem(answer, 400)) == {"Idempotency-Key"}
    assert aggregate(shared, reference) == (10_000, 0, 0, 0)


def test_without_a_key_every_request_counts(shared: Emulator) -> None:
    reference = authorized(shared)
    content = {"modificationAmount": amount(1_000)}
    for _ in range(2):
        assert shared.api("POST", f"/payments/{reference}/capture", content).status_code == 200
    assert aggregate(shared, reference) == (10_000, 2_000, 0, 0)


def test_a_key_on_a_get_means_nothing(shared: Emulator) -> None:
    reference = created(shared)
    for expected in ("CREATED", "AUTHORIZED"):
        assert shared.api("GET", f"/payments/{reference}", key="same").json()["state"] == expected
        shared.approve(reference)


def test_keys_are_forgotten_with_a_reset(emulator: Emulator) -> None:
    reference = new_reference()
    assert emulator.create(reference).status_code == 201
    emulator.control("POST", "/reset")
    assert emulator.create(reference, amount=amount(200)).status_code == 201


def test_a_slash_at_the_end_is_the_same_request(shared: Emulator) -> None:
    reference = authorized(shared)
    content = {"modificationAmount": amount(1_000)}
    for slash in ("", "/"):
        path = f"/payments/{reference}/capture{slash}"
        assert shared.api("POST", path, content, key="same").status_code == 200
    assert aggregate(shared, reference) == (10_000, 1_000, 0, 0)


def test_a_replay_repeats_what_the_first_request_was_forgiven(emulator: Emulator) -> None:
    first, again = emulator.create(colour="red\n"), emulator.create(colour="red\n")
    assert first.headers["x-mock-warning"] == "unknown-fields: colour: There is no such field"
    assert again.headers.get_list("x-mock-warning") == first.headers.get_list("x-mock-warning")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    newest = emulator.control("GET", "/requests?operation=createPayment").json()["requests"]
    assert newest[0]["warnings"] == newest[1]["warnings"]
    assert "x-mock-warning" not in emulator.create("reference-2").headers


def test_a_replay_does_not_repeat_what_only_the_first_request_asked_for(emulator: Emulator) -> None:
    content = body()
    emulator.api("POST", "/payments", content, key="one", X_Mock_Fault="latency; seconds=0")
    answer = emulator.api("POST", "/payments", content, key="one")
    assert answer.status_code == 201
    assert "x-mock-warning" not in answer.headers
