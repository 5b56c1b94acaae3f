from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from mockserver.apis.management.domain import product_order as rules
from mockserver.apis.management.domain.answers import Given
from mockserver.apis.management.domain.order_form import OrderForm
from mockserver.apis.management.domain.product_order import OrderAction, OrderState, OrderType, ProductOrder
from mockserver.core.errors import IllegalAction
from mockserver.core.instants import DAY
from mockserver.world.domain.business import BusinessIdentifier
from mockserver.world.domain.order_policy import HoldReason
from mockserver.world.domain.partner import ProductType
from tests.apis.epayment.domain.examples import AT

VIEW, EDIT, SUBMIT, HOLD, ANSWER, RELEASE, COMPLETE, REJECT, EXPIRE, DELETE = OrderAction
RECEIVED, VIEWED, SUBMITTED, COMPLETED, REJECTED, EXPIRED = OrderState
PREFILL, TEMPLATE, MANUAL = OrderType
GONE = "GONE"
LATER = AT + DAY

EXPECTED: dict[OrderState, dict[OrderAction, OrderState | str]] = {
    RECEIVED: {VIEW: VIEWED, EXPIRE: EXPIRED, DELETE: GONE},
    VIEWED: {VIEW: VIEWED, EDIT: VIEWED, SUBMIT: SUBMITTED, EXPIRE: EXPIRED, DELETE: GONE},
    SUBMITTED: {HOLD: SUBMITTED, ANSWER: SUBMITTED, RELEASE: SUBMITTED, COMPLETE: COMPLETED, REJECT: REJECTED},
    COMPLETED: {},
    REJECTED: {},
    EXPIRED: {},
}
"""By hand from the guide, for prefilled orders: the next state; what is not here is not allowed."""
BY_HAND: dict[OrderAction, OrderState] = {
    HOLD: RECEIVED,
    ANSWER: RECEIVED,
    RELEASE: RECEIVED,
    COMPLETE: COMPLETED,
    REJECT: REJECTED,
}
"""The same for the other two types, in RECEIVED: they have no other state that anything leads out of."""

FORM = OrderForm(BusinessIdentifier("business:NO:ORG", "910000004"), ProductType.PAYMENT_INTEGRATION)

PERFORM: dict[OrderAction, Callable[[ProductOrder], ProductOrder]] = {
    VIEW: rules.view,
    EDIT: lambda order: rules.edit(order, replace(order.form, unit_name="Shop")),
    SUBMIT: lambda order: rules.submit(order, LATER, LATER + DAY),
    HOLD: lambda order: rules.hold(order, LATER, HoldReason.PURPOSE_UNCLEAR),
    ANSWER: lambda order: rules.answer(replace(order, hold=HoldReason.PURPOSE_UNCLEAR), LATER, Given(purpose="Socks")),
    RELEASE: lambda order: rules.release(replace(order, hold=HoldReason.PURPOSE_UNCLEAR)),
    COMPLETE: lambda order: rules.complete(order, LATER, "1234567"),
    REJECT: lambda order: rules.reject(order, LATER, "No website"),
    EXPIRE: lambda order: rules.expire(order, LATER),
}


def order(state: OrderState = RECEIVED, type_: OrderType = PREFILL, **fields: Any) -> ProductOrder:
    return ProductOrder(
        "order-1", type_, "partner-1", "merchant-1", fields.pop("form", FORM), AT, state=state, **fields
    )


def expected(state: OrderState, type_: OrderType, action: OrderAction) -> OrderState | str | None:
    if type_ is PREFILL:
        return EXPECTED[state].get(action)
    return BY_HAND.get(action) if state is RECEIVED else None


CASES = [
    pytest.param(state, type_, action, id=f"{type_}-{state}-{action}")
    for type_ in OrderType
    for state in OrderState
    for action in OrderAction
]


@pytest.mark.parametrize(("state", "type_", "action"), CASES)
def test_the_tables_say_what_the_guide_says(state: OrderState, type_: OrderType, action: OrderAction) -> None:
    target, subject = expected(state, type_, action), order(state, type_)
    assert rules.allowed(subject, action) is (target is not None)
    if target is None:
        with pytest.raises(IllegalAction) as caught:
            rules.next_state(subject, action)
        kind = "A prefilled" if type_ is PREFILL else f"A {type_}"
        assert str(caught.value) == f"{kind} order in state {state} cannot do this: {action}"
    else:
        assert rules.next_state(subject, action) == (None if target is GONE else target)


@pytest.mark.parametrize(("state", "type_", "action"), [case for case in CASES if case.values[2] is not DELETE])
def test_every_action_does_what_the_table_says(state: OrderState, type_: OrderType, action: OrderAction) -> None:
    target, subject = expected(state, type_, action), order(state, type_)
    if target is None:
        with pytest.raises(IllegalAction, match=f"{state} cannot do this: {action}"):
            PERFORM[action](subject)
    else:
        assert PERFORM[action](subject).state is target


def test_the_tables_have_no_pair_that_the_guide_has_not() -> None:
    assert set(rules.PREFILLED) == {(state, action) for state, row in EXPECTED.items() for action in row}
    assert set(rules.BY_HAND) == {(RECEIVED, action) for action in BY_HAND}


@pytest.mark.parametrize("type_", list(OrderType))
@pytest.mark.parametrize("state", [COMPLETED, REJECTED, EXPIRED])
def test_nothing_leads_out_of_a_final_state(state: OrderState, type_: OrderType) -> None:
    assert state.final
    assert not any(rules.allowed(order(state, type_), action) for action in OrderAction)


@pytest.mark.parametrize("state", [RECEIVED, VIEWED, SUBMITTED])
def test_the_other_states_are_not_final(state: OrderState) -> None:
    assert not state.final


@pytest.mark.parametrize(
    ("type_", "state", "waits", "in_process"),
    [
        (PREFILL, RECEIVED, True, False),
        (PREFILL, VIEWED, True, False),
        (PREFILL, SUBMITTED, False, True),
        (PREFILL, COMPLETED, False, False),
        (PREFILL, REJECTED, False, False),
        (PREFILL, EXPIRED, False, False),
        (TEMPLATE, RECEIVED, False, True),
        (TEMPLATE, COMPLETED, False, False),
        (MANUAL, RECEIVED, False, True),
        (MANUAL, REJECTED, False, False),
    ],
)
def test_an_order_waits_for_its_merchant_or_for_the_platform(
    type_: OrderType, state: OrderState, waits: bool, in_process: bool
) -> None:
    subject = order(state, type_)
    assert (subject.waits_for_merchant, subject.in_process) == (waits, in_process)


def test_an_order_lives_for_fourteen_days() -> None:
    assert order().expires_at == AT + 14 * 24 * 3_600_000


def test_an_edit_changes_the_form_and_nothing_else() -> None:
    before = order(VIEWED)
    form = replace(FORM, unit_name="Shop", price_package_id="package-1", recurring=True)
    assert rules.edit(before, form) == replace(before, form=form)


@pytest.mark.parametrize(
    "change",
    [
        {"business": BusinessIdentifier("business:NO:ORG", "910100009")},
        {"business": BusinessIdentifier("business:DK:CVR", "910000004")},
        {"product": ProductType.LOGIN},
    ],
    ids=["number", "register", "product"],
)
def test_neither_business_nor_product_can_be_edited(change: dict[str, Any]) -> None:
    with pytest.raises(IllegalAction, match="Neither the business nor the product"):
        rules.edit(order(VIEWED), replace(FORM, **change))


@pytest.mark.parametrize("package", [None, "package-2"])
def test_a_price_that_the_partner_has_given_cannot_be_edited(package: str | None) -> None:
    given = order(VIEWED, form=replace(FORM, price_package_id="package-1"), price_locked=True)
    with pytest.raises(IllegalAction, match="price package"):
        rules.edit(given, replace(given.form, price_package_id=package))
    assert rules.edit(given, replace(given.form, unit_name="Shop")).form.unit_name == "Shop"


@pytest.mark.parametrize("package", [None, "package-2"])
def test_a_price_that_the_merchant_has_chosen_can_be_edited(package: str | None) -> None:
    chosen = order(VIEWED, form=replace(FORM, price_package_id="package-1"))
    assert rules.edit(chosen, replace(chosen.form, price_package_id=package)).form.price_package_id == package


def test_submitting_notes_when_and_until_when() -> None:
    submitted = rules.submit(order(VIEWED), LATER, LATER + 5)
    assert (submitted.submitted_at, submitted.ready_at) == (LATER, LATER + 5)


@pytest.mark.parametrize("type_", [PREFILL, MANUAL])
@pytest.mark.parametrize("reason", list(HoldReason))
def test_a_held_order_cannot_be_completed_until_it_is_released(reason: HoldReason, type_: OrderType) -> None:
    before = order(SUBMITTED if type_ is PREFILL else RECEIVED, type_)
    held = rules.hold(before, LATER, reason)
    assert held == replace(before, hold=reason, remind_at=LATER + 7 * DAY)
    with pytest.raises(IllegalAction, match="held; release it first"):
        rules.complete(held, LATER, "1234567")
    released = rules.release(held)
    assert released == replace(before, released=True)
    assert rules.complete(released, LATER, "1234567").state is COMPLETED


def test_a_held_order_can_be_held_for_another_reason() -> None:
    held = rules.hold(order(SUBMITTED), AT, HoldReason.INFORMATION_MISSING)
    assert rules.hold(held, LATER, HoldReason.RISK_AND_COMPLIANCE).hold is HoldReason.RISK_AND_COMPLIANCE


def test_what_is_not_held_cannot_be_released() -> None:
    with pytest.raises(IllegalAction, match="not held"):
        rules.release(order(SUBMITTED))
    with pytest.raises(IllegalAction, match="not held"):
        rules.release(rules.release(rules.hold(order(SUBMITTED), AT, HoldReason.PURPOSE_UNCLEAR)))


def test_completing_notes_when_and_which_unit() -> None:
    completed = rules.complete(order(SUBMITTED), LATER, "1234567")
    assert (completed.decided_at, completed.msn, completed.rejection) == (LATER, "1234567", None)


def test_rejecting_a_held_order_clears_the_hold_and_keeps_the_reason() -> None:
    held = rules.hold(order(SUBMITTED), AT, HoldReason.WEBSITE_WITHOUT_TERMS)
    rejected = rules.reject(held, LATER, "No terms")
    assert rejected == replace(held, state=REJECTED, decided_at=LATER, hold=None, remind_at=None, rejection="No terms")


def test_expiring_notes_when() -> None:
    assert rules.expire(order(VIEWED), LATER).decided_at == LATER


def test_every_reason_for_a_hold_has_a_sentence_of_its_own() -> None:
    assert len({reason.sentence for reason in HoldReason}) == len(HoldReason)
