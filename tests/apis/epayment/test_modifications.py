from typing import Any

import pytest

from tests.apis.helpers import (
    aggregate,
    assert_problem,
    authorized,
    configure,
    created,
    event_names,
    new_reference,
    shared_emulator,
)
from tests.harness import Emulator, amount

shared = shared_emulator()


def modify(emulator: Emulator, action: str, value: int, reference: str, msn: str = "123456") -> Any:
    return emulator.modify(action, value, reference, msn=msn, key=new_reference())


def cancel(emulator: Emulator, reference: str, content: Any = None, msn: str = "123456") -> Any:
    return emulator.api("POST", f"/payments/{reference}/cancel", content, msn=msn, key=new_reference())


def test_a_modification_answers_where_the_payment_stands(shared: Emulator) -> None:
    reference = authorized(shared)
    answer = modify(shared, "capture", 4_000, reference)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {
        "amount": amount(10_000),
        "state": "AUTHORIZED",
        "aggregate": {
            "authorizedAmount": amount(10_000),
            "capturedAmount": amount(4_000),
            "refundedAmount": amount(0),
            "cancelledAmount": amount(0),
        },
        "pspReference": shared.events(reference)[0]["pspReference"],
        "reference": reference,
    }


def test_capture_refund_and_cancel_in_parts(shared: Emulator) -> None:
    reference = authorized(shared)
    assert modify(shared, "capture", 3_000, reference).status_code == 200
    assert modify(shared, "capture", 2_000, reference).status_code == 200
    assert modify(shared, "refund", 1_000, reference).status_code == 200
    assert cancel(shared, reference).json()["aggregate"]["cancelledAmount"] == amount(5_000)
    assert modify(shared, "refund", 4_000, reference).status_code == 200
    assert aggregate(shared, reference) == (10_000, 5_000, 5_000, 5_000)
    assert shared.get(reference)["state"] == "AUTHORIZED"


def test_create_approve_capture_refund_are_exactly_four_events(shared: Emulator) -> None:
    reference = authorized(shared)
    modify(shared, "capture", 10_000, reference)
    modify(shared, "refund", 10_000, reference)
    events = shared.events(reference)
    assert [event["name"] for event in events] == ["CREATED", "AUTHORIZED", "CAPTURED", "REFUNDED"]
    assert len({event["pspReference"] for event in events}) == 4
    assert all(event["amount"] == amount(10_000) for event in events)


def test_events_carry_the_key_of_the_request_an_approval_that_of_the_create(shared: Emulator) -> None:
    reference = authorized(shared)
    shared.modify("capture", 1_000, reference, key="the-key")
    cancel(shared, reference)
    events = shared.events(reference)
    keys = [event.get("idempotencyKey") for event in events]
    assert keys == [f"create-{reference}", f"create-{reference}", "the-key", None]
    assert "idempotencyKey" not in events[-1]


@pytest.mark.parametrize(
    ("action", "value", "before", "code"),
    [
        ("capture", 10_001, None, "6090"),
        ("capture", 6_001, ("capture", 4_000), "6090"),
        ("capture", 1, ("capture", 10_000), "6170"),
        ("capture", 0, None, "4040"),
        ("refund", 1, None, "6150"),
        ("refund", 4_001, ("capture", 4_000), "6150"),
        ("refund", 0, ("capture", 4_000), "4040"),
    ],
)
def test_a_refused_modification_changes_nothing(
    shared: Emulator, action: str, value: int, before: tuple[str, int] | None, code: str
) -> None:
    reference = authorized(shared)
    if before:
        assert modify(shared, *before, reference).status_code == 200
    stood, log = aggregate(shared, reference), event_names(shared, reference)
    assert_problem(modify(shared, action, value, reference), 400, code)
    assert (aggregate(shared, reference), event_names(shared, reference)) == (stood, log)


def test_a_refunded_payment_is_6180(shared: Emulator) -> None:
    reference = authorized(shared)
    modify(shared, "capture", 10_000, reference)
    modify(shared, "refund", 10_000, reference)
    assert_problem(modify(shared, "refund", 1, reference), 400, "6180")


@pytest.mark.parametrize("action", ["capture", "refund"])
def test_another_currency_is_4040(shared: Emulator, action: str) -> None:
    reference = authorized(shared)
    modify(shared, "capture", 5_000, reference)
    content = {"modificationAmount": {"currency": "EUR", "value": 100}}
    answer = shared.api("POST", f"/payments/{reference}/{action}", content, key=new_reference())
    assert "modificationAmount.currency" in assert_problem(answer, 400, "4040")


@pytest.mark.parametrize("action", ["capture", "refund"])
@pytest.mark.parametrize(
    ("content", "fields"),
    [
        ({"amount": amount(100)}, {"modificationAmount"}),
        ({}, {"modificationAmount"}),
        ({"modificationAmount": {"value": 100}}, {"modificationAmount.currency"}),
        ({"modificationAmount": {"currency": "NOK"}}, {"modificationAmount.value"}),
        ({"modificationAmount": {"currency": "NOK", "value": "100"}}, {"modificationAmount.value"}),
        ({"modificationAmount": {"currency": "NOK", "value": -1}}, {"modificationAmount.value"}),
        ({"modificationAmount": 100}, {"modificationAmount"}),
    ],
    ids=["amount", "empty", "no currency", "no value", "text", "negative", "number"],
)
def test_a_body_of_another_form_is_malformed(shared: Emulator, action: str, content: Any, fields: set[str]) -> None:
    reference = authorized(shared)
    answer = shared.api("POST", f"/payments/{reference}/{action}", content, key=new_reference())
    assert fields <= set(assert_problem(answer, 400))
    assert aggregate(shared, reference) == (10_000, 0, 0, 0)


@pytest.mark.parametrize(
    ("state", "capture", "refund"),
    [
        ("CREATED", "6080", "6020"),
        ("TERMINATED", "6070", "6210"),
        ("ABORTED", "6200", "6210"),
        ("EXPIRED", "6200", "6210"),
    ],
)
def test_nothing_is_captured_or_refunded_unless_authorized(
    shared: Emulator, state: str, capture: str, refund: str
) -> None:
    reference = created(shared)
    if state == "TERMINATED":
        cancel(shared, reference)
    elif state != "CREATED":
        shared.control("POST", f"/payments/123456/{reference}/{'abort' if state == 'ABORTED' else 'expire'}")
    assert shared.get(reference)["state"] == state
    assert_problem(modify(shared, "capture", 100, reference), 400, capture)
    assert_problem(modify(shared, "refund", 100, reference), 400, refund)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"null", b" ", b'{"cancelTransactionOnly": false}', b'{"cancelTransactionOnly": null}']
)
def test_cancel_takes_any_empty_body(shared: Emulator, content: bytes) -> None:
    reference = authorized(shared)
    headers = shared.headers(Content_Type='application/json; charset="utf-8"', Idempotency_Key="1")
    answer = shared.request("POST", f"/epayment/v1/payments/{reference}/cancel", headers=headers, content=content)
    assert answer.status_code == 200, answer.text
    assert aggregate(shared, reference) == (10_000, 0, 0, 10_000)


@pytest.mark.parametrize("content", [None, {"cancelTransactionOnly": True}])
def test_cancel_before_approval_terminates(shared: Emulator, content: Any) -> None:
    reference = created(shared)
    answer = cancel(shared, reference, content)
    assert answer.json()["state"] == "TERMINATED"
    assert event_names(shared, reference) == ["CREATED", "TERMINATED"]
    assert_problem(shared.approve(reference), 400, "10020")


def test_cancel_of_the_transaction_only_leaves_an_authorized_payment(shared: Emulator) -> None:
    reference = authorized(shared)
    assert_problem(cancel(shared, reference, {"cancelTransactionOnly": True}), 400, "6060")
    assert aggregate(shared, reference) == (10_000, 0, 0, 0)


@pytest.mark.parametrize(
    ("captured", "code"),
    [(10_000, "6040"), (4_000, "6190"), (0, "6190")],
)
def test_cancel_with_nothing_to_release_is_refused(shared: Emulator, captured: int, code: str) -> None:
    reference = authorized(shared)
    if captured:
        modify(shared, "capture", captured, reference)
    if captured < 10_000:
        assert cancel(shared, reference).status_code == 200
    assert_problem(cancel(shared, reference), 400, code)
    assert_problem(modify(shared, "capture", 1, reference), 400, "6070" if captured < 10_000 else "6170")


@pytest.mark.parametrize("state", ["abort", "expire"])
def test_cancel_of_an_ended_payment_is_6050(shared: Emulator, state: str) -> None:
    reference = created(shared)
    shared.control("POST", f"/payments/123456/{reference}/{state}")
    assert_problem(cancel(shared, reference), 400, "6050")


@pytest.mark.parametrize("msn", ["223457", "323457"])
def test_some_units_capture_everything_at_once(shared: Emulator, msn: str) -> None:
    reference = authorized(shared, msn=msn)
    assert_problem(modify(shared, "capture", 9_999, reference, msn), 400, "6140")
    assert modify(shared, "capture", 10_000, reference, msn).status_code == 200


def test_what_a_unit_may_counts_when_it_captures(emulator: Emulator) -> None:
    reference = authorized(emulator)
    configure(emulator, "123456", partial_capture_allowed=False)
    assert_problem(modify(emulator, "capture", 1, reference), 400, "6140")


def test_a_payment_that_is_cancelled_before_approval_is_cancelled_as_a_whole(shared: Emulator) -> None:
    reference = created(shared)
    assert cancel(shared, reference).json()["aggregate"]["cancelledAmount"] == amount(10_000)
    assert aggregate(shared, reference) == (0, 0, 0, 10_000)
    last = shared.events(reference)[-1]
    assert (last["name"], last["amount"]["value"], "idempotencyKey" in last) == ("TERMINATED", 10_000, False)


def test_a_unit_with_direct_capture_reserves_epayments_all_the_same(shared: Emulator) -> None:
    reference = authorized(shared, msn="123458")
    assert aggregate(shared, reference, msn="123458") == (10_000, 0, 0, 0)
    assert event_names(shared, reference, msn="123458") == ["CREATED", "AUTHORIZED"]
    assert modify(shared, "capture", 10_000, reference, "123458").status_code == 200


@pytest.mark.parametrize(("value", "code"), [(123, "5100"), (124, "6220")])
def test_magic_refunds_fail_and_are_in_the_log(shared: Emulator, value: int, code: str) -> None:
    reference = authorized(shared)
    modify(shared, "capture", 10_000, reference)
    assert_problem(modify(shared, "refund", value, reference), 400, code)
    assert event_names(shared, reference)[-1] == "REFUNDED!"
    assert aggregate(shared, reference) == (10_000, 10_000, 0, 0)
    assert modify(shared, "refund", 125, reference).status_code == 200


@pytest.mark.parametrize("path", ["/payments/{}/capture", "//payments/{}/capture/"])
def test_slashes_around_the_path_do_no_harm(shared: Emulator, path: str) -> None:
    reference = authorized(shared)
    content = {"modificationAmount": amount(100)}
    tail = path.format(reference).lstrip("/")
    url = f"http://emulator.test//epayment/v1/{tail}"
    headers = shared.headers(Idempotency_Key=new_reference())
    assert shared.request("POST", url, headers=headers, json=content).status_code == 200
