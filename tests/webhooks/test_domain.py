"""The rules of webhooks: payloads, limits, and when a failed delivery is tried again."""

import re
from dataclasses import replace
from typing import Any

import pytest

from mockserver.apis.epayment.domain import payment as payments
from mockserver.apis.epayment.domain.events import NAMES as PAYMENT_EVENTS
from mockserver.apis.epayment.domain.events import payload as payment_payload
from mockserver.apis.epayment.domain.payment import Approval, Event, EventName, LoggedEvent, Payment
from mockserver.app import PRODUCTS
from mockserver.core.instants import DAY, HOUR
from mockserver.webhooks.domain import (
    Attempt,
    Delivery,
    DeliveryState,
    after_failure,
    retry_delay,
)
from mockserver.webhooks.events import EventTypes
from mockserver.webhooks.later import CHECKED_IN
from mockserver.world.domain.customer import CardKind
from tests.apis.epayment.domain import examples
from tests.apis.epayment.domain.examples import AT

TYPES = EventTypes(PRODUCTS.events)
SHARED = {"firstName": "Kari", "email": "kari@example.com"}
SHIPPING = {"address": {"city": "Oslo"}, "shippingOptionId": "post"}


def logged(name: EventName, *, key: str | None = "key-1", success: bool = True, value: int = 10_000) -> LoggedEvent:
    return LoggedEvent(Event(name, value, success), AT, "200000000000000002", key)


def approved(approval: Approval) -> Payment:
    return examples.authorized()._replace(approval=approval, authorized_at=AT)


@pytest.mark.parametrize("name", EventName)
def test_the_payload_of_every_event_is_exact(name: EventName) -> None:
    assert payment_payload(examples.created(), logged(name)) == {
        "msn": "123456",
        "reference": "reference-1",
        "pspReference": "200000000000000002",
        "name": name.value,
        "amount": {"currency": "NOK", "value": 10_000},
        "timestamp": "2030-03-17T17:46:40.000Z",
        "idempotencyKey": "key-1",
        "success": True,
    }


def test_an_event_without_an_idempotency_key_has_no_such_field() -> None:
    assert "idempotencyKey" not in payment_payload(examples.created(), logged(EventName.EXPIRED, key=None))


def test_the_amount_is_the_events_own() -> None:
    payload = payment_payload(examples.captured(5_000), logged(EventName.CAPTURED, value=5_000))
    assert payload["amount"] == {"currency": "NOK", "value": 5_000}


def test_a_failed_attempt_says_so_and_shares_nothing() -> None:
    payment = approved(Approval("4712345678", subject="sub-1", user_details=SHARED))
    payload = payment_payload(payment, logged(EventName.AUTHORIZED, success=False))
    assert payload["success"] is False
    assert payload.keys().isdisjoint({"sub", "userDetails", "shippingDetails", "captureGuaranteedUntil"})


@pytest.mark.parametrize(
    ("kind", "until"),
    [
        (CardKind.VISA, "2030-03-24T17:46:40.000+00:00"),
        (CardKind.BANKAXEPT, "2030-03-24T17:46:40.000+00:00"),
        (CardKind.MASTERCARD, "2030-04-16T17:46:40.000+00:00"),
    ],
)
def test_an_authorised_payment_says_what_was_shared_and_until_when_capture_is_guaranteed(
    kind: CardKind, until: str
) -> None:
    approval = Approval("4712345678", card_kind=kind, subject="sub-1", user_details=SHARED, shipping_details=SHIPPING)
    payload = payment_payload(approved(approval), logged(EventName.AUTHORIZED))
    assert payload["userDetails"] == SHARED
    assert payload["shippingDetails"] == SHIPPING
    assert payload["sub"] == "sub-1"
    assert payload["captureGuaranteedUntil"] == until


def test_without_profile_sharing_the_fields_are_absent() -> None:
    payload = payment_payload(approved(Approval("4712345678")), logged(EventName.AUTHORIZED))
    assert payload.keys().isdisjoint({"sub", "userDetails", "shippingDetails"})


@pytest.mark.parametrize("name", [name for name in EventName if name is not EventName.AUTHORIZED])
def test_other_events_share_nothing(name: EventName) -> None:
    payment = approved(Approval("4712345678", subject="sub-1", user_details=SHARED, shipping_details=SHIPPING))
    payload = payment_payload(payment, logged(name))
    assert payload.keys().isdisjoint({"sub", "userDetails", "shippingDetails", "captureGuaranteedUntil"})


def test_a_failed_refund_is_told_with_success_false() -> None:
    refunded = payments.refund(examples.captured(5_000), examples.nok(123), AT, magic=True)
    payload = payment_payload(refunded.payment, LoggedEvent(refunded.events[0], AT, "2", "key-2"))
    assert (payload["name"], payload["success"], payload["amount"]["value"]) == ("REFUNDED", False, 123)


def test_the_events_are_those_that_are_documented() -> None:
    payment = ["created", "aborted", "expired", "cancelled", "captured", "refunded", "authorized", "terminated"]
    agreement = ["activated", "rejected", "stopped", "expired"]
    charge = ["reserved", "captured", "canceled", "refunded", "failed", "creation-failed"]
    donation = ["started", "stopped", "withdrawal-day-changed", "amount-changed"]
    assert {*PAYMENT_EVENTS.values()} == {f"epayments.payment.{each}.v1" for each in payment}
    assert {
        *(f"epayments.payment.{each}.v1" for each in payment),
        *(f"recurring.agreement-{each}.v1" for each in agreement),
        *(f"recurring.charge-{each}.v1" for each in charge),
        *(f"donations.agreement.{each}.v1" for each in donation),
        "login.merchant-initiated.ping.v1",
        "user.checked-in.v1",
    } == set(TYPES.names)
    assert PAYMENT_EVENTS[EventName.CANCELLED] == "epayments.payment.cancelled.v1"


@pytest.mark.parametrize("event", TYPES.names)
def test_limits_by_event(event: str) -> None:
    assert TYPES.most(event) == (1 if event == CHECKED_IN else 25)
    assert re.fullmatch(r"[a-z.-]+\.v1", event)


SCHEDULE = [2_000] * 3 + [60_000, 120_000] + [HOUR] * 23 + [DAY] * 6


@pytest.mark.parametrize(("tries", "delay"), list(enumerate(SCHEDULE, start=1)))
def test_the_schedule_is_the_documented_one(tries: int, delay: int) -> None:
    assert retry_delay(tries) == delay


def delivery(**fields: Any) -> Delivery:
    return replace(Delivery("id", "event", "subject", "{}", AT, AT, DeliveryState.SENDING, 1), **fields)


def test_a_dead_receiver_is_tried_for_seven_days_and_then_given_up() -> None:
    at, tries = AT, 0
    while True:
        tries += 1
        state, due_at = after_failure(delivery(tries=tries), at)
        if state is DeliveryState.GIVEN_UP:
            break
        assert state is DeliveryState.WAITING
        assert due_at - at == SCHEDULE[tries - 1]
        at = due_at
    assert AT + 6 * DAY < at <= AT + 7 * DAY
    assert tries == 35


@pytest.mark.parametrize(
    ("late", "state"), [(7 * DAY - 2_000, DeliveryState.WAITING), (7 * DAY - 1_999, DeliveryState.GIVEN_UP)]
)
def test_no_try_comes_after_seven_days(late: int, state: DeliveryState) -> None:
    assert after_failure(delivery(), AT + late)[0] is state


@pytest.mark.parametrize(
    ("status", "success"),
    [
        (200, True),
        (202, True),
        (299, True),
        (0, False),
        (199, False),
        (300, False),
        (302, False),
        (404, False),
        (500, False),
    ],
)
def test_any_2xx_is_success(status: int, success: bool) -> None:
    assert Attempt(AT, status, (), "", 1).success is success
