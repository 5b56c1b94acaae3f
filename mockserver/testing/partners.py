"""Calls about the road to being a partner: play the company, and the platform."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mockserver.core.values import frozen
from mockserver.testing.calls import Steps, call, get, post, send
from mockserver.testing.values import build


@frozen
class RoadStep:
    """What was done when, and what was said with it."""

    action: str
    at: datetime
    note: str | None


@frozen
class Road:
    """How far a partner has come; ``missing`` is what it has to show before it can send it in."""

    partner: str
    name: str
    stage: str
    level: str
    kinds: tuple[str, ...]
    page: str | None
    application: Mapping[str, Any] | None
    approves_at: datetime | None
    test_msn: str | None
    evidence: Mapping[str, Any]
    missing: tuple[str, ...]
    history: tuple[RoadStep, ...]


class PartnerCalls:
    """A ``partner`` is known by its id, which ``apply_to_be_a_partner`` gives."""

    @call
    def apply_to_be_a_partner(self, /, name: str, organisation_number: str, email: str, **fields: Any) -> Steps[Road]:
        """A company applies: ``fields`` are market, contact, website, kinds, solution, approvesAfter (seconds)."""
        body = {"name": name, "organisationNumber": organisation_number, "email": email} | fields
        return build(Road, (yield send("POST", "partners", body=body)))

    @call
    def partner_road(self, partner: str) -> Steps[Road]:
        """How far a partner has come."""
        return build(Road, (yield get("partners", partner, "road")))

    @call
    def apply_again(
        self, /, partner: str, name: str, organisation_number: str, email: str, **fields: Any
    ) -> Steps[Road]:
        """A company that was declined applies once more."""
        body = {"name": name, "organisationNumber": organisation_number, "email": email} | fields
        return build(Road, (yield send("POST", "partners", partner, "apply", body=body)))

    @call
    def approve_partner(self, partner: str, *, level: str | None = None) -> Steps[Road]:
        """Approve an application now, with a level such as Partner Plus."""
        return build(Road, (yield post("partners", partner, "approve", level=level)))

    @call
    def decline_partner(self, partner: str, *, reason: str | None = None) -> Steps[Road]:
        """Decline an application."""
        return build(Road, (yield post("partners", partner, "decline", reason=reason)))

    @call
    def show_evidence(self, /, partner: str, **evidence: Any) -> Steps[Road]:
        """Change what a partner shows: termsAccepted, documentation, demo, examples."""
        return build(Road, (yield send("PATCH", "partners", partner, "road", body=evidence)))

    @call
    def start_pilot(self, partner: str, msn: str) -> Steps[Road]:
        """Let the customer with this sales unit be the pilot."""
        return build(Road, (yield post("partners", partner, "start-pilot", msn=msn)))

    @call
    def send_in(self, partner: str) -> Steps[Road]:
        """Send in what the partner shows."""
        return build(Road, (yield post("partners", partner, "send-in")))

    @call
    def verify_partner(self, partner: str) -> Steps[Road]:
        """Verify a partner: it is live."""
        return build(Road, (yield post("partners", partner, "verify")))

    @call
    def send_back(self, partner: str, *, reason: str | None = None) -> Steps[Road]:
        """Send back what a partner has sent in."""
        return build(Road, (yield post("partners", partner, "send-back", reason=reason)))
