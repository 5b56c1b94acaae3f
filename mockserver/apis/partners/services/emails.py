"""What companies are told by email on their way to being a partner."""

from enum import StrEnum

from mockserver.apis.partners.domain import links
from mockserver.apis.partners.domain.road import Road
from mockserver.core.engine import Tx
from mockserver.mail import services as mail
from mockserver.world.domain.merchant import ClientKeys, KeySet, SalesUnit
from mockserver.world.domain.partner import Partner


class EmailKind(StrEnum):
    """Why it was written."""

    APPLICATION_RECEIVED = "partner-application-received"
    APPLICATION_APPROVED = "partner-application-approved"
    APPLICATION_DECLINED = "partner-application-declined"
    CHECKLIST_RECEIVED = "partner-checklist-received"
    CHECKLIST_SENT_BACK = "partner-checklist-sent-back"
    CHECKLIST_VERIFIED = "partner-checklist-verified"
    PUBLISHED = "partner-published"


def application_received(tx: Tx, partner: Partner, road: Road) -> None:
    """We have the form."""
    lines = ["We have received your application, and will answer by email."]
    _write(tx, EmailKind.APPLICATION_RECEIVED, partner, road, "Your application to be a partner", lines)


def application_approved(tx: Tx, partner: Partner, road: Road, unit: SalesUnit) -> None:
    """Here is your access to the test environment."""
    lines = [
        "Your application is approved. This is your access to the test environment:",
        "",
        f"Merchant serial number (MSN): {unit.msn}",
        *_set(unit.keys),
        *_own("Partner keys, for the sales units of all your merchants", partner.valid_keys),
        *_own("Management keys, for the Management API", partner.valid_management_keys),
    ]
    if partner.valid_keys or partner.valid_management_keys:
        lines += ["", "In production, keys of your own work once we have verified your integration."]
    lines += ["", "Next: build your integration, complete the checklists, and find a pilot customer."]
    _write(tx, EmailKind.APPLICATION_APPROVED, partner, road, "Welcome as a partner: your test access", lines)


def application_declined(tx: Tx, partner: Partner, road: Road) -> None:
    """You cannot be a partner, and why."""
    lines = ["Your application to be a partner is declined.", f"Reason: {road.reason}"]
    _write(tx, EmailKind.APPLICATION_DECLINED, partner, road, "Your application is declined", lines)


def checklist_received(tx: Tx, partner: Partner, road: Road) -> None:
    """We have what you sent in."""
    lines = ["We have received your checklist, and will verify your integration."]
    _write(tx, EmailKind.CHECKLIST_RECEIVED, partner, road, "We have your checklist", lines)


def checklist_sent_back(tx: Tx, partner: Partner, road: Road) -> None:
    """Something is missing."""
    lines = ["We cannot verify your integration yet.", f"What is missing: {road.reason}"]
    _write(tx, EmailKind.CHECKLIST_SENT_BACK, partner, road, "Your checklist needs more", lines)


def checklist_verified(tx: Tx, partner: Partner, road: Road) -> None:
    """All is well, and merchants can choose you."""
    verified = ["We have verified your integration: everything on your checklist is done."]
    if partner.valid_keys or partner.valid_management_keys:
        verified.append("The keys of your own work in production from now on.")
    _write(tx, EmailKind.CHECKLIST_VERIFIED, partner, road, "Your integration is verified", verified)
    listed = ["You have been added to the signup forms: merchants can choose you as their partner."]
    _write(tx, EmailKind.PUBLISHED, partner, road, "Merchants can choose you", listed)


def _own(what: str, keys: ClientKeys | None) -> list[str]:
    return ["", f"{what}:", *_set(keys)] if keys else []


def _set(keys: ClientKeys) -> list[str]:
    lines = [f"client_id: {keys.client_id}", f"client_secret: {keys.client_secret}"]
    if isinstance(keys, KeySet):
        lines.append(f"Ocp-Apim-Subscription-Key: {keys.subscription_key}")
    return lines


def _write(tx: Tx, kind: EmailKind, partner: Partner, road: Road, subject: str, lines: list[str]) -> None:
    facts = ["", f"Partner: {partner.name}", f"Your page: {links.road_page(road.page)}"]
    mail.write(tx, kind, partner.address, subject, [*lines, *facts])
