"""The thirteen operations of the Recurring API (official specification 3.1.2)."""

import re
from typing import Any, Final

from mockserver.apis.recurring.api import answers, batch, lists, updates
from mockserver.apis.recurring.api.problems import refuse
from mockserver.apis.recurring.api.schemas import (
    CaptureRequest,
    CreateChargeRequest,
    DraftRequest,
    ForceAcceptRequest,
    RefundRequest,
    read_acceptance,
    read_charge,
    read_draft,
)
from mockserver.apis.recurring.domain import terms
from mockserver.apis.recurring.domain.agreement import StoredAgreement
from mockserver.apis.recurring.domain.batch import BatchItem
from mockserver.apis.recurring.domain.charge import StoredCharge
from mockserver.apis.recurring.domain.chosen import AgreementConduct, ChargeConduct
from mockserver.apis.recurring.domain.refusals import Problem, refused
from mockserver.apis.recurring.services import acceptance, agreements, batches, charges, conducts, personas
from mockserver.core.engine import Tx
from mockserver.core.errors import Forbidden, Refusal
from mockserver.core.policy import Environment
from mockserver.web.http import Answer, json_answer, text
from mockserver.web.operations import Api, Call, Operation
from mockserver.web.parsing import parse
from mockserver.world.domain.recurring_policy import RecurringPolicy

DONE: Final = 204


def draft_agreement(tx: Tx, call: Call) -> Answer:
    """DraftAgreementV3: 201 with the agreement's ids, and where its customer answers."""
    request = read_draft(call)
    terms.check_unit(call.unit, call.merchant)
    wanted = request.to_domain(call.merchant.market, call.lenience)
    made = agreements.draft(tx, call.unit, call.merchant, wanted, call.lenience, call.key)
    call.reference = made.stored.agreement.id
    _choose_initial(tx, call, made.stored)
    personas.begin(tx, made.stored, call.choice(AgreementConduct))
    content = {
        "agreementId": made.stored.agreement.id,
        "uuid": made.stored.agreement.uuid,
        "vippsConfirmationUrl": _confirmation_url(call, made.stored),
        "chargeId": made.charge_id,
    }
    return json_answer(201, content)


def _choose_initial(tx: Tx, call: Call, stored: StoredAgreement) -> None:
    conduct, number = call.choice(ChargeConduct), stored.agreement.initial_charge
    if conduct is not None and number is not None:
        conducts.choose_for_charge(tx, number, conduct)


def fetch_agreement(tx: Tx, call: Call) -> Answer:
    """FetchAgreementV3: where the agreement stands."""
    return json_answer(200, _agreement(call, _of_path(tx, call)))


def list_agreements(tx: Tx, call: Call) -> Answer:
    """ListAgreementsV3: agreements of one status, by default the active ones, page by page."""
    terms.check_unit(call.unit, call.merchant)
    asked = lists.agreements_asked(call)
    found = agreements.page(
        tx, call.unit.msn, asked.status, after=asked.after, number=asked.page, size=asked.size
    )  # fmt: skip
    return json_answer(200, [_agreement(call, each) for each in found])


def update_agreement(tx: Tx, call: Call) -> Answer:
    """UpdateAgreementPatchV3: change an active agreement, or stop it for good."""
    stored = _of_path(tx, call)
    terms.check_active(stored.agreement)
    request = updates.read(call, stored.agreement)
    if updates.asks_to_stop(request):
        agreements.stop_by_merchant(tx, call.unit, call.merchant, stored.agreement.id)
    else:
        agreements.update(
            tx, call.unit, call.merchant, stored.agreement.id, request.to_domain(), call.lenience
        )  # fmt: skip
    return Answer(DONE, b"")


def force_accept(tx: Tx, call: Call) -> Answer:
    """acceptUsingPATCHV3: accept an agreement without an app. Not in production."""
    if not tx.policy.test_tools:
        raise Forbidden("Force accept is not allowed in production")
    request = read_acceptance(call)
    acceptance.force_accept(tx, _of_path(tx, call), request.phoneNumber, call.lenience)
    return Answer(DONE, b"")


def create_charge(tx: Tx, call: Call) -> Answer:
    """CreateChargeV3: 201 with the charge's id."""
    wanted = read_charge(call).to_domain(call.lenience)
    made = charges.create(
        tx, call.unit, call.merchant, _named(call, "agreementId"), wanted, call.key, call.choice(ChargeConduct)
    )  # fmt: skip
    return json_answer(201, {"chargeId": made.charge.id})


def create_charges(tx: Tx, call: Call) -> Answer:
    """CreateChargeAsyncV3: 202 with the charges that are not taken; the others are made a moment later."""
    terms.check_unit(call.unit, call.merchant)
    taken: list[BatchItem] = []
    refusals: list[dict[str, Any]] = []
    for content in batch.read_items(call):
        item = batch.read_item(content, call.key, call.lenience)
        wrong = _wrong(tx, call, item) if isinstance(item, BatchItem) else item
        if wrong:
            refusals.append({"chargeBatchItemDto": batch.echoed(content), "errors": wrong})
        elif isinstance(item, BatchItem):
            taken.append(item)
    batches.take(tx, call.unit, taken)
    valid = [each.request.order_id for each in taken]
    return json_answer(202, {"invalidCharges": refusals, "validCharges": valid})


def _wrong(tx: Tx, call: Call, item: BatchItem) -> list[str]:
    refusal = batches.check(tx, call.unit, call.merchant, item)
    return [] if refusal is None else batch.reasons(refusal)


def list_charges(tx: Tx, call: Call) -> Answer:
    """ListChargesV3: the agreement's charges, the oldest first; a Continuation-Token where there are more."""
    stored, state = _of_path(tx, call), lists.state_asked(call)
    secret, given = stored.agreement.secret, text(call.headers, b"continuation-token")
    after = 0 if given is None else lists.after_token(given, secret, state, tx.at)
    size = tx.policy.of(RecurringPolicy).page_size
    found = charges.of_agreement(tx, stored, state=state, after=after, limit=size + 1)
    page = found[:size]
    answer = json_answer(200, [_charge(tx, stored, each) for each in page])
    if len(found) > size:
        token = lists.token(secret, state, page[-1].id, tx.at + lists.TOKEN_LIFE)
        answer.headers = [(b"continuation-token", token.encode())]
    return answer


def fetch_charge(tx: Tx, call: Call) -> Answer:
    """FetchChargeV3: where a charge stands."""
    return json_answer(200, _charge(tx, _of_path(tx, call), _charge_of_path(tx, call)))


def fetch_charge_by_id(tx: Tx, call: Call) -> Answer:
    """FetchChargeByIdV3: the same without its agreement, when only the charge is known."""
    terms.check_unit(call.unit, call.merchant)
    stored = charges.by_charge_id(tx, call.unit.msn, _named(call, "chargeId"))
    return json_answer(200, answers.of_charge(stored.charge, charges.events_of(tx, stored)))


def cancel_charge(tx: Tx, call: Call) -> Answer:
    """CancelChargeV3: give a charge up, or release the rest of one that is captured in part."""
    charges.cancel(tx, _charge_of_path(tx, call), call.key)
    return Answer(DONE, b"")


def capture_charge(tx: Tx, call: Call) -> Answer:
    """CaptureChargeV3: take reserved money, all or a part of it."""
    amount = parse(CaptureRequest, call.body, call.lenience, known=call.exact).amount
    charges.capture(tx, _charge_of_path(tx, call), amount, call.key)
    return Answer(DONE, b"")


def refund_charge(tx: Tx, call: Call) -> Answer:
    """RefundChargeV3: give captured money back, all or a part of it."""
    amount = parse(RefundRequest, call.body, call.lenience, known=call.exact).amount
    charges.refund(tx, call.unit, _charge_of_path(tx, call), amount, call.key)
    return Answer(DONE, b"")


def _named(call: Call, name: str) -> str:
    value: str = call.scope["path_params"][name]
    return value


def _of_path(tx: Tx, call: Call) -> StoredAgreement:
    terms.check_unit(call.unit, call.merchant)
    return agreements.find(tx, call.unit.msn, _named(call, "agreementId"))


def _charge_of_path(tx: Tx, call: Call) -> StoredCharge:
    terms.check_unit(call.unit, call.merchant)
    return charges.find(tx, call.unit.msn, _named(call, "agreementId"), _named(call, "chargeId"))


def _confirmation_url(call: Call, stored: StoredAgreement) -> str:
    test = call.policy.environment is Environment.TEST
    return answers.confirmation_url(stored.agreement, agreements.token_of(stored), call.origin, test=test)


def _agreement(call: Call, stored: StoredAgreement) -> dict[str, Any]:
    url = _confirmation_url(call, stored)
    return answers.of_agreement(stored.agreement, call.merchant.market, url, call.origin)


def _charge(tx: Tx, agreement: StoredAgreement, stored: StoredCharge) -> dict[str, Any]:
    shown = answers.of_charge(stored.charge, charges.events_of(tx, stored))
    return shown | answers.of_its_agreement(agreement.agreement)


def _conflict() -> Refusal:
    detail = "The Idempotency-Key was used before with another request"
    return refused(Problem.IDEMPOTENCY_CONFLICT, detail, "Idempotency-Key")


def _about_agreement(call: Call) -> str | None:
    named: str | None = call.scope["path_params"].get("agreementId")
    return named


def _about_charge(call: Call) -> str | None:
    named = call.scope["path_params"]
    return f"{named['agreementId']}/{named['chargeId']}"


def _about_unit(call: Call) -> str | None:
    return None


KEY: Final = re.compile(r"[^#?/\\]{1,40}")
"""What an Idempotency-Key is made of."""
BUSY: Final = "Another change of this agreement or of one of its charges is in progress"
_AGREEMENT: Final = "/agreements/{agreementId}"
_CHARGE: Final = "/agreements/{agreementId}/charges/{chargeId}"

API = Api(
    name="recurring",
    prefix="/recurring/v3",
    refuse=refuse,
    rights=frozenset({"connection", "recurring"}),
    negotiates=True,
    operations=(
        Operation(
            "DraftAgreementV3", "POST", "/agreements", draft_agreement,
            conflict=_conflict, key_required=True, key_pattern=KEY, per_minute=300,
            form=DraftRequest, about=_about_unit, rights=frozenset({"push", "nin"}),
        ),
        Operation(
            "ListAgreementsV3", "GET", "/agreements", list_agreements, per_minute=5, about=_about_unit
        ),
        Operation(
            "CreateChargeAsyncV3", "POST", "/agreements/charges", create_charges,
            conflict=_conflict, key_required=True, key_pattern=KEY, about=_about_unit,
        ),
        Operation(
            "FetchAgreementV3", "GET", _AGREEMENT, fetch_agreement,
            per_minute=120, about=_about_agreement, subject="agreementId",
        ),
        Operation(
            "UpdateAgreementPatchV3", "PATCH", _AGREEMENT, update_agreement,
            conflict=_conflict, key_required=True, key_pattern=KEY, per_minute=5, locked=BUSY,
            about=_about_agreement, subject="agreementId",
        ),
        Operation(
            "acceptUsingPATCHV3", "PATCH", f"{_AGREEMENT}/accept", force_accept,
            conflict=_conflict, key_required=True, key_pattern=KEY, locked=BUSY, form=ForceAcceptRequest,
            about=_about_agreement, subject="agreementId",
        ),
        Operation(
            "CreateChargeV3", "POST", f"{_AGREEMENT}/charges", create_charge,
            conflict=_conflict, key_required=True, key_pattern=KEY, per_minute=500,
            form=CreateChargeRequest, about=_about_unit, subject="agreementId",
        ),
        Operation(
            "ListChargesV3", "GET", f"{_AGREEMENT}/charges", list_charges,
            per_minute=10, about=_about_agreement, subject="agreementId",
        ),
        Operation(
            "FetchChargeV3", "GET", _CHARGE, fetch_charge,
            per_minute=10, about=_about_charge, subject="chargeId",
        ),
        Operation(
            "CancelChargeV3", "DELETE", _CHARGE, cancel_charge,
            conflict=_conflict, key_required=True, key_pattern=KEY, per_minute=5, locked=BUSY, holds=_about_agreement,
            about=_about_charge, subject="chargeId",
        ),
        Operation(
            "CaptureChargeV3", "POST", f"{_CHARGE}/capture", capture_charge,
            conflict=_conflict, key_required=True, key_pattern=KEY, per_minute=5, locked=BUSY,
            holds=_about_agreement, form=CaptureRequest, about=_about_charge, subject="chargeId",
        ),
        Operation(
            "RefundChargeV3", "POST", f"{_CHARGE}/refund", refund_charge,
            conflict=_conflict, key_required=True, key_pattern=KEY, per_minute=5, locked=BUSY,
            holds=_about_agreement, form=RefundRequest, about=_about_charge, subject="chargeId",
        ),
        Operation(
            "FetchChargeByIdV3", "GET", "/charges/{chargeId}", fetch_charge_by_id,
            per_minute=100, about=_about_unit, subject="chargeId",
        ),
    ),
)  # fmt: skip
