"""The table of points: what is judged, how, and where it comes from."""

from typing import Final

from mockserver.apis.recurring.checks import judges
from mockserver.apis.recurring.checks.evidence import evidence
from mockserver.checklist.points.finding import used
from mockserver.checklist.points.points import Checks, point
from mockserver.checklist.points.seen import Calls, Detail

_LIST: Final = "Recurring checklist"
_KEYS: Final = "HTTP headers guide"
_API: Final = "recurring"
_TOOL: Final = "acceptUsingPATCHV3"
_ENDPOINTS: Final = (
    ("draft", "agreements are created", ("DraftAgreementV3",)),
    ("agreement", "agreements are retrieved", ("FetchAgreementV3",)),
    ("update", "agreements are updated", ("UpdateAgreementPatchV3",)),
    ("charges", "charges of agreements are listed", ("ListChargesV3",)),
    ("charge", "charges are created", ("CreateChargeV3", "CreateChargeAsyncV3")),
    ("charge-get", "charges are retrieved", ("FetchChargeV3", "FetchChargeByIdV3")),
    ("cancel", "charges are cancelled", ("CancelChargeV3",)),
    ("refund", "charges are refunded", ("RefundChargeV3",)),
    ("capture", "reserved charges are captured", ("CaptureChargeV3",)),
)

CHECKS: Final = Checks(
    _API,
    (
        *(point(f"recurring-{name}", title, _LIST, used(*ids)) for name, title, ids in _ENDPOINTS),
        point(
            "recurring-active",
            "an agreement becomes ACTIVE",
            _LIST,
            judges.agreement_that("became ACTIVE", judges.active),
        ),
        point(
            "recurring-stopped",
            "an agreement ends STOPPED",
            _LIST,
            judges.agreement_that("ended STOPPED", judges.stopped),
        ),
        point(
            "recurring-charged",
            "a RECURRING charge is CHARGED",
            _LIST,
            judges.charge_that("was charged in full", judges.charged),
        ),
        point(
            "recurring-refunded",
            "a RECURRING charge is REFUNDED",
            _LIST,
            judges.charge_that("was refunded in full", judges.refunded),
        ),
        point("recurring-followed", "the status is followed, not the redirect alone", _LIST, judges.followed),
        point(
            "recurring-webhooks-registered",
            "webhooks for recurring events are registered",
            _LIST,
            judges.webhooks_registered,
        ),
        point("recurring-stop-heeded", "nothing is charged after a stop", _LIST, judges.stop_heeded),
        point("recurring-complete", "agreements say what is sold, and how often it is paid", _LIST, judges.complete),
        point("recurring-manageable", "customers can manage and stop it at the merchant", _LIST, judges.manageable),
        point("recurring-keys-sent", "all changes have an Idempotency-Key", _KEYS, judges.keys_sent),
    ),
    Calls(
        deeds=frozenset({"DraftAgreementV3", "CreateChargeV3", "CreateChargeAsyncV3"}),
        tools=frozenset({_TOOL}),
        say_system=frozenset({_API}),
        name_unit=(lambda request: request.api == _API and request.operation != _TOOL,),
        details=(
            Detail("agreementId", answered=("agreementId",)),
            Detail("orderId", sent=("orderId",)),
            Detail("chargeId", answered=("chargeId",)),
        ),
    ),
    evidence,
)
