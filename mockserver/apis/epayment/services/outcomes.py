"""What scenario rules may ask of payments, and let their customers do."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from mockserver.apis.epayment.services import payers
from mockserver.core.engine import Tx
from mockserver.scenarios.domain.reading import Place, choice, seconds
from mockserver.scenarios.domain.vocabulary import AMOUNT, Condition, Look, Operations, OutcomeKind, members, only, text
from mockserver.world.domain.conduct import LONGEST_DELAY, Conduct, DeclineReason, PaymentBehaviour
from mockserver.world.domain.customer import CustomerKey, CustomerReference


def _phone(look: Look) -> str | None:
    content, facts = look.content, look.facts
    if content.get("customer") is not None:
        found = _phone_in(look.tx, content)
        if found is not None:
            return found
    reference = look.named("reference")
    # A payment that the path names: one to be created has nobody yet.
    return payers.phone(look.tx, facts.msn, reference) if facts.msn and reference else None


def _phone_in(tx: Tx, content: Mapping[str, Any]) -> str | None:
    """The number of the customer that a request names, in whatever way."""
    customer = members(content.get("customer"))
    for key in CustomerKey:
        value = text(customer.get(key))
        if value is not None:
            known = payers.phone_of(tx, CustomerReference(key, value))
            return known or (value if key is CustomerKey.PHONE_NUMBER else None)
    return None


def _reference(look: Look) -> str | None:
    return look.facts.reference or text(look.content.get("reference"))


def _amount(look: Look) -> int | None:
    value = members(look.content.get("amount") or look.content.get("modificationAmount")).get("value")
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _with_amount(known: Operations) -> frozenset[str]:
    return frozenset({"createPayment", "capturePayment", "refundPayment"}) & known.keys()


CONDITIONS: Final = (
    Condition("phone", "the customer's number: from the request, its payment, or the landing page", _phone),
    Condition("reference", "the payment's reference", _reference),
    Condition(AMOUNT, "minor units: a value, or `{min: ..., max: ...}`", _amount, _with_amount),
)


def _read(given: Mapping[str, Any], place: Place) -> Conduct:
    return Conduct(
        PaymentBehaviour(choice(given["payment"], PaymentBehaviour, (*place, "payment"))),
        seconds(given.get("after", 0), (*place, "after"), LONGEST_DELAY),
        DeclineReason(choice(given.get("reason", DeclineReason.REFUSED_BY_ISSUER), DeclineReason, (*place, "reason"))),
        seconds(given.get("for", 3600), (*place, "for"), LONGEST_DELAY),
    )


def _flaw(conduct: Conduct, operation: str) -> str | None:
    if operation != "forceApprove" or conduct.behaviour.concerns_bank:
        return None
    return f"forceApprove asks no customer who {conduct.behaviour}, but the bank"


def _named(conduct: Conduct, rule: str) -> Conduct:
    return replace(conduct, rule=rule)


OUTCOMES: Final = (
    OutcomeKind(
        "payment",
        "what the customer does: a behaviour of the table above, with `reason`, `after` and `for` (seconds)",
        _read,
        only("createPayment", "forceApprove"),
        details=("reason", "after", "for"),
        goes_with={
            "reason": (PaymentBehaviour.DECLINES, PaymentBehaviour.SECOND_TRY),
            "for": (PaymentBehaviour.PENDING,),
        },
        # What is chosen for a payment when it is made should not be chosen again when it is approved.
        only_named=frozenset({"forceApprove"}),
        flaw=_flaw,
        named=_named,
    ),
)
