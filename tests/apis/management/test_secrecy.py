"""No reason of a hold or a rejection reaches a partner: by no operation, in no email, in no header."""

from collections.abc import Iterator

import pytest

from mockserver.apis.management.api.routes import API
from mockserver.apis.management.domain.holds import HEADLINES, LACKING, TO_DO
from mockserver.world.domain.order_policy import HoldReason
from tests.apis.management.partner import (
    ANSWERS,
    CUSTOMER,
    call,
    control,
    do,
    emails,
    order_body,
    post,
    prefilled,
    status,
    unit_of,
)
from tests.harness import Emulator

SECRET = "Sells what nobody may know"
ANSWERED = "https://conditions.example.com/what-the-merchant-answered"
CALLERS = ("partner-plus", "partner-plus+management", "partner-premium", "523456")
PARTNER = "partner-plus@partner.example.com"


def everything(emulator: Emulator, id_: str) -> Iterator[str]:
    """All that callers get of every operation, headers included; a page of a prefill is not theirs to read."""
    places = {"{productOrderId}": id_, "{scheme}": CUSTOMER[0], "{id}": CUSTOMER[1], "{msn}": "523456"}
    for operation in API.operations:
        path = operation.path
        for name, value in places.items():
            path = path.replace(name, value)
        for who in CALLERS:
            for query in ("", "?includeExpired=true"):
                if operation.id == "orderProduct":
                    answer = post(emulator, order_body(CUSTOMER), who)
                else:
                    answer = call(emulator, operation.method, f"{path}{query}", who)
                yield f"{operation.id} {answer.headers} {answer.text}"


def words(reason: HoldReason) -> set[str]:
    """What would give a reason away."""
    return {reason.value, reason.sentence, HEADLINES[reason], TO_DO[reason], LACKING, SECRET, ANSWERED}


def assert_silent(emulator: Emulator, id_: str, reason: HoldReason) -> None:
    for said in everything(emulator, id_):
        assert not [word for word in words(reason) if word in said], said
    for email in control(emulator, "GET", f"/emails?address={PARTNER}")["emails"]:
        assert email["kind"] == "order-completed"
        assert not [word for word in words(reason) if word in str(email)]
    page = emulator.request("GET", f"/mail?address={PARTNER}")
    assert not [word for word in words(reason) if word in page.text]


@pytest.mark.parametrize("reason", list(HoldReason))
def test_a_hold_is_a_secret_at_every_step(emulator: Emulator, reason: HoldReason) -> None:
    id_ = prefilled(emulator, CUSTOMER)
    do(emulator, id_, "submit")
    do(emulator, id_, "hold", {"reason": reason})
    assert_silent(emulator, id_, reason)
    emulator.advance("P8D")
    assert [each["kind"] for each in emails(emulator, id_)] == ["order-held", "order-reminder"]
    assert_silent(emulator, id_, reason)
    extra = {} if "text" not in ANSWERS[reason] else {"text": SECRET}
    do(emulator, id_, "answer", ANSWERS[reason] | extra)
    assert_silent(emulator, id_, reason)
    assert status(emulator, id_) == "ORDER_SUBMITTED"
    emulator.advance("P1D")
    assert status(emulator, id_) == "COMPLETED"
    assert unit_of(emulator, id_)["msn"]
    assert_silent(emulator, id_, reason)


@pytest.mark.parametrize("reason", list(HoldReason))
def test_a_rejection_after_a_hold_is_known_and_its_reason_is_not(emulator: Emulator, reason: HoldReason) -> None:
    id_ = prefilled(emulator, CUSTOMER)
    do(emulator, id_, "submit")
    do(emulator, id_, "hold", {"reason": reason})
    do(emulator, id_, "reject", {"reason": SECRET})
    assert status(emulator, id_) == "REJECTED"
    assert_silent(emulator, id_, reason)
    assert control(emulator, "GET", f"/emails?address={PARTNER}")["emails"] == []
    told = emails(emulator, id_)
    assert {each["address"] for each in told} == {"merchant-no-2@merchant.example.com"}
    assert SECRET in told[-1]["text"]


def test_a_declined_agreement_is_told_to_the_merchant_alone(emulator: Emulator) -> None:
    id_ = prefilled(emulator)
    do(emulator, id_, "submit")
    control(emulator, "POST", "/merchants/merchant-new/agreement/sign")
    control(emulator, "POST", "/merchants/merchant-new/agreement/decline")
    assert [each["address"] for each in emails(emulator, id_)] == ["merchant-new@merchant.example.com"]
    for said in everything(emulator, id_):
        assert "agreement was declined" not in said
