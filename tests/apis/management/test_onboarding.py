"""What becomes of a product order: what its merchant, the platform and time make of it."""

from typing import Any

import pytest

from mockserver.world.domain.order_policy import HoldReason
from tests.apis.management.partner import (
    AT_ONCE,
    CUSTOMER,
    NEW,
    agree,
    by_hand,
    control,
    details,
    do,
    emails,
    get,
    inside,
    prefilled,
    status,
    unit_of,
)
from tests.harness import Emulator

NO = "business:NO:ORG"
THREE_DAYS, FOR_EVER, REJECTED = (NO, "910200003"), (NO, "910300008"), (NO, "910400002")
HELD, WITHOUT_RIGHTS = (NO, "910500007"), (NO, "910600001")
RISK = HoldReason.RISK_AND_COMPLIANCE
SIGNATORY = HoldReason.SIGNATORY_WITHOUT_RIGHTS


def agreement(emulator: Emulator, merchant: str) -> dict[str, Any]:
    content: dict[str, Any] = control(emulator, "GET", f"/merchants/{merchant}")["agreement"]
    del content["ready_at"]
    return content


def set_policy(emulator: Emulator, merchant: str, **policy: Any) -> None:
    control(emulator, "PATCH", f"/merchants/{merchant}", {"orders": policy or None})


@pytest.mark.parametrize(
    ("business", "name"),
    [
        (AT_ONCE, "Rask AS"),
        (("business:DK:CVR", "30100018"), "Hurtig ApS"),
        (("business:FI:Y-tunnus", "2010000-9"), "Nopea Oy"),
        (("business:FI:Y-tunnus", "20100009"), "Nopea Oy"),
    ],
)
def test_some_merchants_are_approved_at_once(emulator: Emulator, business: tuple[str, str], name: str) -> None:
    id_ = prefilled(emulator, business)
    assert details(emulator, id_)["salesUnit"]["name"] == name
    assert status(emulator, id_) == "COMPLETED"


def test_one_takes_three_days(emulator: Emulator) -> None:
    id_ = prefilled(emulator, THREE_DAYS)
    emulator.advance("P2DT23H59M59.999S")
    assert (status(emulator, id_), agreement(emulator, "merchant-takes-three-days")["state"]) == (
        "ORDER_SUBMITTED",
        "SIGNED",
    )
    emulator.advance("PT0.001S")
    assert (status(emulator, id_), agreement(emulator, "merchant-takes-three-days")["state"]) == ("COMPLETED", "ACTIVE")


def test_one_waits_for_ever_unless_somebody_decides(emulator: Emulator) -> None:
    first, second = prefilled(emulator, FOR_EVER), prefilled(emulator, FOR_EVER)
    emulator.advance("P3650D")
    assert [status(emulator, id_) for id_ in (first, second)] == ["ORDER_SUBMITTED"] * 2
    assert agreement(emulator, "merchant-pending-for-ever")["state"] == "SIGNED"
    do(emulator, first, "approve")
    assert [status(emulator, id_) for id_ in (first, second)] == ["COMPLETED", "ORDER_SUBMITTED"]
    do(emulator, second, "hold")
    do(emulator, second, "release")
    assert status(emulator, second) == "ORDER_SUBMITTED"


def test_one_is_rejected(emulator: Emulator) -> None:
    id_ = prefilled(emulator, REJECTED)
    assert status(emulator, id_) == "REJECTED"
    assert inside(emulator, id_)["rejection"] == "The company does not meet the requirements"


def test_one_is_held_until_it_is_released(emulator: Emulator) -> None:
    id_ = prefilled(emulator, HELD)
    assert status(emulator, id_) == "ORDER_SUBMITTED"
    assert inside(emulator, id_)["hold"] == RISK
    emulator.advance("P100D")
    assert status(emulator, id_) == "ORDER_SUBMITTED"
    do(emulator, id_, "release")
    assert status(emulator, id_) == "COMPLETED"


def test_one_is_signed_by_somebody_without_rights(emulator: Emulator) -> None:
    id_ = prefilled(emulator, WITHOUT_RIGHTS)
    assert status(emulator, id_) == "ORDER_SUBMITTED"
    merchant = "merchant-signatory-without-rights"
    assert agreement(emulator, merchant) == {"state": "SIGNED", "with_rights": False}
    assert inside(emulator, id_)["hold"] == SIGNATORY
    answer = emulator.control("POST", f"/product-orders/{id_}/approve")
    assert answer.status_code == 409
    agree(emulator, merchant, "sign", {"withRights": True})
    assert status(emulator, id_) == "COMPLETED"


def test_a_new_one_does_everything_by_hand(emulator: Emulator) -> None:
    id_ = prefilled(emulator, NEW)
    do(emulator, id_, "view")
    assert status(emulator, id_) == "MERCHANT_VIEWED"
    agree(emulator, "merchant-new", "sign")
    do(emulator, id_, "submit")
    emulator.advance("PT23H59M59.999S")
    assert status(emulator, id_) == "ORDER_SUBMITTED"
    emulator.advance("PT0.001S")
    assert status(emulator, id_) == "COMPLETED"


def test_one_that_is_a_customer_already_signs_nothing(emulator: Emulator) -> None:
    id_ = prefilled(emulator, CUSTOMER)
    assert emulator.control("POST", "/merchants/merchant-no-2/agreement/sign").status_code == 409
    do(emulator, id_, "submit")
    emulator.advance("P1D")
    assert status(emulator, id_) == "COMPLETED"
    assert len(get(emulator, "/v1/sales-units")) == 2


@pytest.mark.parametrize(
    ("decision", "then"), [("complete", "COMPLETED"), ("hold", "ORDER_SUBMITTED"), ("reject", "REJECTED")]
)
def test_the_server_decides_for_merchants_without_a_policy(start: Any, decision: str, then: str) -> None:
    emulator = start(order_decision=decision, order_processing=3_600, order_hold="purpose-unclear")
    id_ = prefilled(emulator, CUSTOMER)
    do(emulator, id_, "submit")
    emulator.advance("PT59M59.999S")
    assert (status(emulator, id_), inside(emulator, id_)["hold"]) == ("ORDER_SUBMITTED", None)
    emulator.advance("PT0.001S")
    assert status(emulator, id_) == then
    assert inside(emulator, id_)["hold"] == ("purpose-unclear" if decision == "hold" else None)
    assert status(emulator, prefilled(emulator, AT_ONCE)) == "COMPLETED"


def test_the_server_may_wait_for_ever(start: Any) -> None:
    emulator = start(order_decision="wait", order_processing=0)
    id_ = prefilled(emulator, NEW)
    agree(emulator, "merchant-new", "sign")
    do(emulator, id_, "submit")
    emulator.advance("P365D")
    assert status(emulator, id_) == "ORDER_SUBMITTED"
    do(emulator, id_, "approve")
    assert status(emulator, id_) == "COMPLETED"


def test_merchants_may_act_by_themselves_after_a_while(start: Any) -> None:
    emulator = start(merchant_acts_after=60, order_processing=30)
    id_ = prefilled(emulator, NEW)
    emulator.advance("PT59.999S")
    assert (status(emulator, id_), agreement(emulator, "merchant-new")["state"]) == ("RECEIVED", "NONE")
    emulator.advance("PT0.001S")
    assert (status(emulator, id_), agreement(emulator, "merchant-new")["state"]) == ("ORDER_SUBMITTED", "SIGNED")
    emulator.advance("PT30S")
    assert (status(emulator, id_), agreement(emulator, "merchant-new")["state"]) == ("COMPLETED", "ACTIVE")


def test_a_merchant_that_acted_by_hand_does_not_act_again(start: Any) -> None:
    emulator = start(merchant_acts_after=60, order_processing=1_000)
    id_ = prefilled(emulator, CUSTOMER)
    do(emulator, id_, "submit")
    before = inside(emulator, id_)
    emulator.advance("PT2M")
    assert inside(emulator, id_) == before


def test_an_order_waits_for_the_agreement(emulator: Emulator) -> None:
    id_ = prefilled(emulator, NEW)
    do(emulator, id_, "submit")
    emulator.advance("P5D")
    assert status(emulator, id_) == "ORDER_SUBMITTED"
    agree(emulator, "merchant-new", "sign")
    assert status(emulator, id_) == "ORDER_SUBMITTED"
    emulator.advance("P1D")
    assert status(emulator, id_) == "COMPLETED"


def test_the_agreement_waits_for_no_order(emulator: Emulator) -> None:
    agree(emulator, "merchant-new", "sign")
    agree(emulator, "merchant-new", "activate")
    id_ = prefilled(emulator, NEW)
    do(emulator, id_, "submit")
    emulator.advance("P1D")
    assert status(emulator, id_) == "COMPLETED"


def test_several_orders_are_completed_with_one_agreement(emulator: Emulator) -> None:
    ids = [prefilled(emulator, NEW, salesUnitName=f"Shop {number}") for number in range(3)]
    for id_ in ids[:2]:
        do(emulator, id_, "submit")
    emulator.advance("P1D")
    agree(emulator, "merchant-new", "sign")
    agree(emulator, "merchant-new", "activate")
    assert [status(emulator, id_) for id_ in ids] == ["COMPLETED", "COMPLETED", "RECEIVED"]
    assert len({unit_of(emulator, id_)["msn"] for id_ in ids[:2]}) == 2


def test_approving_one_order_puts_the_signed_agreement_in_place_for_all(emulator: Emulator) -> None:
    ready, other = prefilled(emulator, NEW), prefilled(emulator, NEW)
    do(emulator, ready, "submit")
    emulator.advance("P2D")
    do(emulator, other, "submit")
    assert emulator.control("POST", f"/product-orders/{other}/approve").status_code == 409
    agree(emulator, "merchant-new", "sign")
    do(emulator, other, "approve")
    assert agreement(emulator, "merchant-new")["state"] == "ACTIVE"
    assert [status(emulator, id_) for id_ in (ready, other)] == ["COMPLETED", "COMPLETED"]


def test_a_declined_agreement_rejects_what_is_in_process_and_what_comes_later(emulator: Emulator) -> None:
    first, template, later = prefilled(emulator, NEW), by_hand(emulator, "TEMPLATE"), prefilled(emulator, NEW)
    do(emulator, first, "submit")
    do(emulator, first, "hold")
    agree(emulator, "merchant-new", "sign")
    agree(emulator, "merchant-new", "decline")
    assert [status(emulator, id_) for id_ in (first, template, later)] == ["REJECTED", "REJECTED", "RECEIVED"]
    do(emulator, later, "submit")
    emulator.advance("P1D")
    assert status(emulator, later) == "REJECTED"
    for id_ in (first, template, later):
        assert inside(emulator, id_)["rejection"] == "The merchant agreement was declined"


def test_a_signature_without_rights_holds_orders_that_were_ready_before_it(emulator: Emulator) -> None:
    id_ = prefilled(emulator, NEW)
    do(emulator, id_, "submit")
    emulator.advance("P2D")
    agree(emulator, "merchant-new", "sign", {"withRights": False})
    emulator.advance("P1D")
    assert (status(emulator, id_), inside(emulator, id_)["hold"]) == ("ORDER_SUBMITTED", SIGNATORY)
    agree(emulator, "merchant-new", "sign", {"withRights": True})
    emulator.advance("P1D")
    assert status(emulator, id_) == "COMPLETED"


def test_a_second_signature_starts_processing_anew(emulator: Emulator) -> None:
    id_ = prefilled(emulator, NEW)
    do(emulator, id_, "submit")
    agree(emulator, "merchant-new", "sign", {"withRights": False})
    emulator.advance("PT23H")
    agree(emulator, "merchant-new", "sign", {"withRights": True})
    emulator.advance("PT23H")
    assert (status(emulator, id_), agreement(emulator, "merchant-new")["state"]) == ("ORDER_SUBMITTED", "SIGNED")
    emulator.advance("PT1H")
    assert (status(emulator, id_), agreement(emulator, "merchant-new")["state"]) == ("COMPLETED", "ACTIVE")


def test_a_second_signature_does_not_release_from_a_policy(emulator: Emulator) -> None:
    set_policy(emulator, "merchant-new", decision="complete", processing=0)
    id_ = prefilled(emulator, NEW)
    agree(emulator, "merchant-new", "sign", {"withRights": False})
    do(emulator, id_, "submit")
    assert inside(emulator, id_)["hold"] == SIGNATORY
    set_policy(emulator, "merchant-new", decision="hold", hold=RISK, processing=0)
    agree(emulator, "merchant-new", "sign", {"withRights": True})
    assert inside(emulator, id_)["hold"] == RISK


def test_nobody_can_approve_for_a_deactivated_merchant(emulator: Emulator) -> None:
    id_ = prefilled(emulator, CUSTOMER)
    do(emulator, id_, "submit")
    control(emulator, "PATCH", "/merchants/merchant-no-2", {"active": False})
    refused = emulator.control("POST", f"/product-orders/{id_}/approve")
    assert (refused.status_code, refused.json()["detail"]) == (409, "The merchant is deactivated")


def test_a_deactivated_merchant_gets_no_unit(emulator: Emulator) -> None:
    id_ = prefilled(emulator, CUSTOMER)
    do(emulator, id_, "submit")
    control(emulator, "PATCH", "/merchants/merchant-no-2", {"active": False})
    emulator.advance("P1D")
    assert (status(emulator, id_), inside(emulator, id_)["rejection"]) == ("REJECTED", "The merchant is deactivated")


@pytest.mark.parametrize("reason", list(HoldReason))
def test_an_order_can_be_held_for_every_reason(emulator: Emulator, reason: HoldReason) -> None:
    id_ = prefilled(emulator, CUSTOMER)
    do(emulator, id_, "submit")
    do(emulator, id_, "hold", {"reason": reason.value})
    emulator.advance("P10D")
    assert status(emulator, id_) == "ORDER_SUBMITTED"
    first, reminder = emails(emulator, id_)
    assert (first["kind"], reminder["kind"]) == ("order-held", "order-reminder")
    for email in (first, reminder):
        assert email["address"] == "merchant-no-2@merchant.example.com"
        assert reason.sentence in email["text"]
    do(emulator, id_, "release")
    assert status(emulator, id_) == "COMPLETED"


def test_a_release_before_the_time_is_over_waits_for_it(emulator: Emulator) -> None:
    id_ = prefilled(emulator, CUSTOMER)
    do(emulator, id_, "submit")
    do(emulator, id_, "hold")
    do(emulator, id_, "release")
    assert status(emulator, id_) == "ORDER_SUBMITTED"
    emulator.advance("P1D")
    assert status(emulator, id_) == "COMPLETED"


@pytest.mark.parametrize(("decision", "then"), [("reject", "REJECTED"), ("wait", "ORDER_SUBMITTED")])
@pytest.mark.parametrize("pause", ["PT1S", "P2D"])
def test_a_release_does_not_change_what_is_decided(emulator: Emulator, decision: str, then: str, pause: str) -> None:
    set_policy(emulator, "merchant-no-2", decision=decision)
    id_ = prefilled(emulator, CUSTOMER)
    do(emulator, id_, "submit")
    do(emulator, id_, "hold")
    emulator.advance(pause)
    do(emulator, id_, "release")
    emulator.advance("P2D")
    assert status(emulator, id_) == then
