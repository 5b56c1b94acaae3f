from typing import Any

import pytest

from tests.apis.epayment.test_metadata_and_receipts import receipt
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
from tests.harness import Emulator, body

shared = shared_emulator()
NOW = "2030-03-17T17:46:40"
"""What the harness's clock shows."""


def create(emulator: Emulator, expires_at: Any, *, msn: str = "123456", **fields: Any) -> Any:
    content = body(new_reference(), msn=msn, expiresAt=expires_at, **{"receipt": receipt()} | fields)
    return emulator.api("POST", "/payments", content, msn=msn, key=new_reference())


def state(emulator: Emulator, reference: str) -> str:
    content: str = emulator.get(reference)["state"]
    return content


def test_a_payment_expires_after_ten_minutes_at_its_own_time(emulator: Emulator) -> None:
    reference = created(emulator)
    emulator.advance("PT9M59.999S")
    assert state(emulator, reference) == "CREATED"
    emulator.advance("PT1H")
    assert state(emulator, reference) == "EXPIRED"
    event = emulator.events(reference)[-1]
    assert (event["name"], event["timestamp"]) == ("EXPIRED", "2030-03-17T17:56:40.000Z")
    assert "idempotencyKey" not in event


def test_a_payment_is_expired_at_the_very_millisecond(emulator: Emulator) -> None:
    reference = created(emulator)
    emulator.advance("PT10M")
    assert state(emulator, reference) == "EXPIRED"
    assert_problem(emulator.approve(reference), 400, "10020")


def test_an_approved_payment_does_not_expire(emulator: Emulator) -> None:
    reference = authorized(emulator)
    emulator.advance("PT1H")
    assert state(emulator, reference) == "AUTHORIZED"


def test_expires_at_says_how_long_to_wait(emulator: Emulator) -> None:
    reference = create(emulator, "2030-03-20T18:46:40+01:00").json()["reference"]
    emulator.advance("P2DT23H59M59.999S")
    assert state(emulator, reference) == "CREATED"
    emulator.advance("PT0.001S")
    assert state(emulator, reference) == "EXPIRED"


@pytest.mark.parametrize(
    ("expires_at", "code"),
    [
        ("2030-03-17T17:56:40Z", "6120"),
        ("2030-03-17T17:56:40.001Z", None),
        ("2020-01-01T00:00:00Z", "6120"),
        ("2030-05-16T17:46:39.999Z", None),
        ("2030-05-16T17:46:40Z", "6110"),
        ("9999-12-31T23:59:59Z", "6110"),
    ],
)
def test_expires_at_has_its_limits(shared: Emulator, expires_at: str, code: str | None) -> None:
    answer = create(shared, expires_at)
    if code is None:
        assert answer.status_code == 201
    else:
        assert "expiresAt" in assert_problem(answer, 400, code)


@pytest.mark.parametrize(
    "expires_at",
    [
        "",
        "tomorrow",
        "2030-03-18",
        "2030-03-18T00:00:00",
        "2030-02-30T00:00:00Z",
        "0000-01-01T00:00:00Z",
        1_900_100_000,
    ],
)
def test_expires_at_is_a_time_with_a_zone(shared: Emulator, expires_at: Any) -> None:
    assert set(assert_problem(create(shared, expires_at), 400)) == {"expiresAt"}


def test_expires_at_needs_a_receipt_and_the_permission(shared: Emulator) -> None:
    assert_problem(create(shared, "2030-03-20T00:00:00Z", receipt=None), 400, "6130")
    assert_problem(create(shared, "2030-03-20T00:00:00Z", msn="123457"), 400, "5050")


@pytest.mark.parametrize(
    ("msn", "days"), [("123456", 180), ("223456", 14), ("223458", 180), ("323456", 14), ("423456", 180)]
)
def test_what_is_not_captured_by_the_deadline_is_released(emulator: Emulator, msn: str, days: int) -> None:
    reference = authorized(emulator, msn=msn)
    emulator.modify("capture", 4_000, reference, msn=msn)
    emulator.advance(f"P{days - 1}DT23H59M59.999S")
    assert aggregate(emulator, reference, msn=msn) == (10_000, 4_000, 0, 0)
    emulator.advance("PT0.001S")
    assert aggregate(emulator, reference, msn=msn) == (10_000, 4_000, 0, 6_000)
    last = emulator.events(reference, msn=msn)[-1]
    assert (last["name"], last["amount"]["value"]) == ("CANCELLED", 6_000)
    answer = emulator.modify("capture", 1, reference, msn=msn)
    assert_problem(answer, 400, "6100")
    assert_problem(emulator.api("POST", f"/payments/{reference}/cancel", msn=msn), 400, "6030")


def test_a_captured_payment_has_nothing_to_release(emulator: Emulator) -> None:
    reference = authorized(emulator)
    emulator.modify("capture", 10_000, reference)
    emulator.advance("P181D")
    assert event_names(emulator, reference) == ["CREATED", "AUTHORIZED", "CAPTURED"]


def test_a_refund_is_possible_for_a_year(emulator: Emulator) -> None:
    reference = authorized(emulator)
    emulator.modify("capture", 10_000, reference)
    emulator.advance("P364DT23H59M59.999S")
    assert emulator.modify("refund", 1, reference).status_code == 200
    emulator.advance("PT0.001S")
    assert_problem(emulator.modify("refund", 2, reference), 400, "6220")


@pytest.mark.parametrize(
    ("phone", "until"), [("4712345678", "2030-03-24"), ("4798765432", "2030-04-16")], ids=["visa", "mastercard"]
)
def test_a_capture_is_guaranteed_by_the_card(shared: Emulator, phone: str, until: str) -> None:
    reference = authorized(shared, customer={"phoneNumber": phone})
    assert shared.get(reference)["captureGuaranteedUntil"] == f"{until}T17:46:40.000+00:00"


def test_bankaxept_guarantees_for_a_week(shared: Emulator) -> None:
    reference = created(shared)
    shared.control(
        "POST", f"/payments/123456/{reference}/approve", {"customer": "4712345678", "card": "9578100000000004"}
    )
    content = shared.get(reference)
    assert content["captureGuaranteedUntil"] == "2030-03-24T17:46:40.000+00:00"
    assert content["paymentMethod"] == {"type": "WALLET", "cardBin": "957810"}


def test_nothing_is_guaranteed_before_approval(shared: Emulator) -> None:
    assert "captureGuaranteedUntil" not in shared.get(created(shared))


def test_many_things_that_are_due_happen_in_their_order(emulator: Emulator) -> None:
    early = created(emulator)
    kept = authorized(emulator, msn="223456")
    emulator.advance("PT5M")
    late = created(emulator)
    emulator.advance("P30D")
    times = {
        "early": emulator.events(early)[-1]["timestamp"],
        "late": emulator.events(late)[-1]["timestamp"],
        "kept": emulator.events(kept, msn="223456")[-1]["timestamp"],
    }
    assert times == {
        "early": "2030-03-17T17:56:40.000Z",
        "late": "2030-03-17T18:01:40.000Z",
        "kept": "2030-03-31T17:46:40.000Z",
    }


def test_late_capture_counts_when_the_customer_approves(emulator: Emulator) -> None:
    configure(emulator, "223456", late_capture_allowed=True)
    reference = authorized(emulator, msn="223456")
    emulator.advance("P15D")
    assert emulator.modify("capture", 10_000, reference, msn="223456").status_code == 200
