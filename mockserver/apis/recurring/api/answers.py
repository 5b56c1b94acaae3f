"""The wire forms of answers of the Recurring API."""

from collections.abc import Iterable
from typing import Any

from mockserver.apis.recurring.domain import campaigns, links
from mockserver.apis.recurring.domain.agreement import Agreement, Status
from mockserver.apis.recurring.domain.campaigns import Campaign, CampaignType
from mockserver.apis.recurring.domain.charge import Charge, LoggedEvent
from mockserver.apis.recurring.domain.periods import Period
from mockserver.apis.recurring.domain.pricing import Pricing
from mockserver.core.instants import timestamp
from mockserver.core.money import Market


def confirmation_url(agreement: Agreement, token: str, origin: str, *, test: bool) -> str:
    """Where the customer answers: the app's address, or that of the landing page under ``origin``."""
    return links.app(token, test=test) if agreement.is_app else links.landing_page(origin, token)


def of_agreement(agreement: Agreement, market: Market, url: str, origin: str) -> dict[str, Any]:
    """The wire's AgreementResponseV3; ``url`` is where its customer answers."""
    shown: dict[str, Any] = {
        "id": agreement.id,
        "uuid": agreement.uuid,
        "status": agreement.status,
        "countryCode": market,
        "created": timestamp(agreement.created_at),
        "start": _moment(agreement.start),
        "stop": _moment(agreement.stop),
        "pricing": _pricing(agreement.pricing, agreement.status),
        "interval": _interval(agreement.interval),
        "campaign": _campaign(agreement),
        "productName": agreement.product_name,
        "merchantAgreementUrl": agreement.agreement_url,
        "merchantRedirectUrl": agreement.redirect_url,
        "vippsConfirmationUrl": url,
        "externalId": agreement.external_id,
        "sub": None,
        "userinfoUrl": None,
    }
    if agreement.product_description is not None:
        shown["productDescription"] = agreement.product_description
    if agreement.subject is not None and agreement.start is not None:
        shown |= {"sub": agreement.subject, "userinfoUrl": links.userinfo(origin, agreement.subject)}
    return shown


def _moment(at: int | None) -> str | None:
    return None if at is None else timestamp(at)


def _pricing(pricing: Pricing, status: Status) -> dict[str, Any]:
    shown: dict[str, Any] = {"type": pricing.type, "currency": pricing.currency}
    if pricing.amount is not None:
        shown["amount"] = pricing.amount
    if pricing.suggested_max is not None:
        shown["suggestedMaxAmount"] = pricing.suggested_max
    if pricing.max_amount is not None and status is not Status.PENDING:
        shown["maxAmount"] = pricing.max_amount
    return shown


def _interval(period: Period | None) -> dict[str, Any] | None:
    return None if period is None else {"unit": period.unit, "count": period.count, "text": period.text}


def _campaign(agreement: Agreement) -> dict[str, Any] | None:
    campaign = agreement.campaign
    if campaign is None:
        return None
    begins = agreement.created_at if agreement.start is None else agreement.start
    shown = {"type": campaign.type, "price": campaign.price} | _of_kind(campaign, begins)
    return shown | {"explanation": campaigns.explanation(campaign, agreement.pricing, begins)}


def _of_kind(campaign: Campaign, begins: int) -> dict[str, Any]:
    end = timestamp(campaign.end_for(begins))
    match campaign.type:
        case CampaignType.PRICE:
            return {"end": end}
        case CampaignType.EVENT:
            return {"eventDate": end, "eventText": campaign.event}
        case CampaignType.PERIOD:
            period = campaign.period
            return {"end": end, "period": None if period is None else {"unit": period.unit, "count": period.count}}


def of_charge(charge: Charge, history: Iterable[LoggedEvent]) -> dict[str, Any]:
    """The wire's ChargeResponseV3, without what it says of the agreement."""
    return {
        "id": charge.id,
        "amount": charge.amount,
        "currency": charge.currency,
        "description": charge.description,
        "due": f"{charge.due}T00:00:00Z",
        "externalId": charge.external_id,
        "retryDays": charge.retry_days,
        "processingMode": charge.mode,
        "status": charge.state,
        "transactionId": charge.transaction_id,
        "type": charge.type,
        "transactionType": charge.transaction_type,
        "failureReason": charge.failure,
        "failureDescription": charge.failure.sentence if charge.failure is not None else None,
        "summary": {"captured": charge.captured, "refunded": charge.refunded, "cancelled": charge.cancelled},
        "history": [_event(each, charge) for each in history],
    }


def of_its_agreement(agreement: Agreement) -> dict[str, Any]:
    """What a charge says of its agreement."""
    shown = {"agreementId": agreement.id}
    return shown if agreement.external_id is None else shown | {"externalAgreementId": agreement.external_id}


def _event(logged: LoggedEvent, charge: Charge) -> dict[str, Any]:
    event = logged.event
    shown: dict[str, Any] = {
        "occurred": timestamp(logged.at),
        "event": event.name,
        "amount": event.amount,
        "idempotencyKey": logged.key,
        "success": event.success,
    }
    if logged.transaction_id is not None:
        shown["transactionId"] = logged.transaction_id
    return shown if charge.external_id is None else shown | {"externalId": charge.external_id}
