"""What scenario rules may ask of agreements and charges, and let their customers and banks do."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.apis.recurring.domain.charge import FailureReason
from mockserver.apis.recurring.domain.chosen import AgreementConduct, Answer, ChargeBehaviour, ChargeConduct
from mockserver.apis.recurring.store import agreements as store
from mockserver.scenarios.domain.reading import Place, choice, seconds, whole
from mockserver.scenarios.domain.vocabulary import AMOUNT, Condition, Look, Operations, OutcomeKind, only, text
from mockserver.world.domain.conduct import LONGEST_DELAY

DRAFT, CREATE = "DraftAgreementV3", "CreateChargeV3"
WITH_AMOUNT: Final = frozenset({CREATE, "CaptureChargeV3", "RefundChargeV3"})
MOST_CHARGES = 10_000
MOST_ATTEMPTS = 100


def _agreement(look: Look) -> str | None:
    return look.named("agreementId")


def _charge(look: Look) -> str | None:
    return look.named("chargeId") or text(look.content.get("orderId"))


def _phone(look: Look) -> str | None:
    named = text(look.content.get("phoneNumber"))
    id_ = look.named("agreementId")
    if named is not None or id_ is None:
        return named
    stored = store.find(look.tx.connection, id_)
    return None if stored is None else store.phone(stored.agreement)


def _amount(look: Look) -> int | None:
    value = look.content.get("amount")
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _with_amount(known: Operations) -> frozenset[str]:
    return WITH_AMOUNT & known.keys()


CONDITIONS: Final = (
    Condition("agreement", "the agreement's id, from the path", _agreement),
    Condition("charge", "the charge's id: from the path, or `orderId` of a new one", _charge),
    Condition("phone", "the customer's number: of an agreement, or as its draft names it", _phone),
    Condition(AMOUNT, "the amount of a charge, a capture or a refund", _amount, _with_amount),
)


def _read_agreement(given: Mapping[str, Any], place: Place) -> AgreementConduct:
    maximum = given.get("maximum")
    return AgreementConduct(
        Answer(choice(given["agreement"], Answer, (*place, "agreement"))),
        seconds(given.get("after", 0), (*place, "after"), LONGEST_DELAY),
        _count(given, place, "stops_after"),
        None if maximum is None else whole(maximum, (*place, "maximum"), 1),
        leaves_after=_count(given, place, "leaves_after"),
    )


def _count(given: Mapping[str, Any], place: Place, name: str) -> int | None:
    return whole(given[name], (*place, name), 1, MOST_CHARGES) if given.get(name) is not None else None


def _read_charge(given: Mapping[str, Any], place: Place) -> ChargeConduct:
    reason = given.get("reason", FailureReason.USER_ACTION_REQUIRED)
    return ChargeConduct(
        ChargeBehaviour(choice(given["charge"], ChargeBehaviour, (*place, "charge"))),
        FailureReason(choice(reason, FailureReason, (*place, "reason"))),
        whole(given.get("attempts", 1), (*place, "attempts"), 1, MOST_ATTEMPTS),
        seconds(given.get("for", 3600), (*place, "for"), LONGEST_DELAY),
    )


OUTCOMES: Final = (
    OutcomeKind(
        "agreement",
        "what the customer does with the draft: `accepts`, `rejects`, `ignores` or `by-hand`, `after` so many seconds;"
        " `stops_after` so many paid charges, or `leaves_after` them: deletes its profile; `maximum`: in minor units",
        _read_agreement,
        only(DRAFT),
        details=("after", "stops_after", "leaves_after", "maximum"),
        goes_with=dict.fromkeys(("maximum", "stops_after", "leaves_after"), (Answer.ACCEPTS, Answer.BY_HAND)),
    ),
    OutcomeKind(
        "charge",
        "what comes of the attempts: `succeeds`, `fails` or `recovers` (after so many failed `attempts`), each with"
        " `reason`, or `pending` (`for` so many seconds); of a draft, that of its initial charge",
        _read_charge,
        only(CREATE, DRAFT),
        details=("reason", "attempts", "for"),
        goes_with={
            "reason": (ChargeBehaviour.FAILS, ChargeBehaviour.RECOVERS),
            "attempts": (ChargeBehaviour.RECOVERS,),
            "for": (ChargeBehaviour.PENDING,),
        },
        # What is chosen for a charge should not be chosen for drafts that a rule does not name.
        only_named=frozenset({DRAFT}),
    ),
)
