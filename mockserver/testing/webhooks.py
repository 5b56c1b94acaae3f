"""Calls about webhooks: registrations, deliveries, and the built-in inboxes."""

from math import ceil
from typing import Any

from mockserver.testing.calls import PATIENCE, Ask, Steps, call, get, post, send
from mockserver.testing.near import no_webhook
from mockserver.testing.payments import msn_of
from mockserver.testing.values import Delivery, Message, VerifiedAttempt, Webhook, build, build_all

INBOX = "inbox"
"""The name of the inbox that is meant when none is named."""
LONGEST_WAIT = 60
"""Seconds that the server waits at most."""
ALL = 10_000
PAYMENT_EVENTS = ("created", "authorized", "captured", "cancelled", "refunded", "aborted", "expired", "terminated")


def event_name(event: str | None) -> str | None:
    """An event's whole name: ``captured`` is short for epayments.payment.captured.v1."""
    return event if event is None or "." in event else f"epayments.payment.{event.lower()}.v1"


def deliveries(
    reference: str | None, msn: str | None, *, wait: int | None = None, limit: int | None = None, **filters: str | None
) -> Steps[tuple[Delivery, ...]]:
    """Deliveries that fit, the latest first; ``wait`` so many seconds for one."""
    unit = msn if reference is None else (yield from msn_of(reference, msn))
    patience = PATIENCE + (wait or 0)
    found = yield get(
        "webhooks", "deliveries", reference=reference, msn=unit, wait=wait, limit=limit, patience=patience, **filters
    )
    return build_all(Delivery, found["deliveries"])


class WebhookCalls:
    """An ``event`` is a whole name or the short one of a payment's: captured, authorized, expired, ..."""

    @call
    def webhooks(self) -> Steps[tuple[Webhook, ...]]:
        """All registrations."""
        found = yield get("webhooks")
        return build_all(Webhook, found["webhooks"])

    @call
    def register_webhook(
        self,
        url: str,
        *events: str,
        msn: str | None = None,
        partner: str | None = None,
        id: str | None = None,
        secret: str | None = None,
    ) -> Steps[tuple[Webhook, str]]:
        """Register a webhook of a sales unit, of a partner, or of a partner for one unit; gives its secret too.

        Without ``events``: for all of a payment's. ``id`` and ``secret`` are made up unless they are chosen.
        """
        names = [event_name(event) for event in events or PAYMENT_EVENTS]
        made = yield post("webhooks", url=url, events=names, msn=msn, partnerId=partner, id=id, secret=secret)
        chosen = made.pop("secret")
        return build(Webhook, made), chosen

    @call
    def settle(self) -> Steps[None]:
        """Deliver all that is due now, and return when it was tried."""
        yield post("webhooks", "settle")

    @call
    def deliveries(
        self,
        event: str | None = None,
        *,
        reference: str | None = None,
        msn: str | None = None,
        webhook: str | None = None,
        state: str | None = None,
        limit: int = ALL,
    ) -> Steps[tuple[Delivery, ...]]:
        """Deliveries, the latest first."""
        name = event_name(event)
        return (yield from deliveries(reference, msn, event=name, webhook=webhook, state=state, limit=limit))

    @call
    def wait_for_webhook(
        self,
        event: str | None = None,
        *,
        reference: str | None = None,
        msn: str | None = None,
        webhook: str | None = None,
        timeout: float = 5,
    ) -> Steps[Delivery]:
        """The latest delivery that succeeded; waits up to ``timeout`` seconds of real time (at most 60) for one.

        Raises AssertionError, which tells what was sent instead.
        """
        __tracebackhide__ = True
        name, wait = event_name(event), min(ceil(timeout), LONGEST_WAIT)
        wanted = {"event": name, "webhook": webhook}
        found = yield from deliveries(reference, msn, state="delivered", limit=1, wait=wait, **wanted)
        if found:
            return found[0]
        others = yield from deliveries(None, None, limit=ALL)
        registered = build_all(Webhook, (yield get("webhooks"))["webhooks"])
        wanted |= {"reference": reference, "msn": msn}
        raise AssertionError(no_webhook(others, wanted, f"within {timeout} seconds", registered))

    @call
    def verify_delivery(self, delivery: int, *, secret: str | None = None) -> Steps[tuple[VerifiedAttempt, ...]]:
        """Check the signature of each try, oldest first, by the registration's secret or the one given."""
        answer = yield post("webhooks", "deliveries", str(delivery), "verify", secret=secret)
        return build_all(VerifiedAttempt, answer["attempts"])

    @call
    def replay_delivery(self, delivery: int) -> Steps[None]:
        """Send a delivery once more."""
        yield post("webhooks", "deliveries", str(delivery), "replay")

    @call
    def replay_webhook(self, webhook: str) -> Steps[int]:
        """Send all kept deliveries of a registration once more; how many they are."""
        answer = yield post("webhooks", webhook, "replay")
        return int(answer["replayed"])

    @call
    def pause_webhook(self, webhook: str) -> Steps[Webhook]:
        """Hold back all deliveries of a registration."""
        return build(Webhook, (yield post("webhooks", webhook, "pause")))

    @call
    def resume_webhook(self, webhook: str) -> Steps[Webhook]:
        """Let them go."""
        return build(Webhook, (yield post("webhooks", webhook, "resume")))

    @call
    def break_webhook(
        self,
        webhook: str,
        *,
        duplicate: bool = False,
        delay: float = 0,
        reorder: bool = False,
        wrong_signature: bool = False,
        drop_first: int = 0,
    ) -> Steps[Webhook]:
        """Break a registration's deliveries on purpose; ``delay`` in seconds of the clock. Nothing given mends it."""
        asked = post(
            "webhooks", webhook, "faults",
            duplicate=duplicate, delaySeconds=delay, reorder=reorder,
            wrongSignature=wrong_signature, dropFirst=drop_first,
        )  # fmt: skip
        return build(Webhook, (yield asked))

    @call
    def sample_webhook(self, webhook: str, event: str) -> Steps[None]:
        """Send a sample of any event to a registration."""
        yield post("webhooks", webhook, "sample", event=event_name(event))

    @call
    def inbox(self, name: str = INBOX, *, limit: int = ALL) -> Steps[tuple[Message, ...]]:
        """What arrived at an inbox, the latest first, once all that is due was sent."""
        yield post("webhooks", "settle")
        found = yield get("inbox", name, limit=limit)
        return build_all(Message, found["messages"])

    @call
    def set_inbox(
        self, name: str = INBOX, *, status: int = 204, delay: float = 0, hang: bool = False
    ) -> Steps[dict[str, Any]]:
        """How an inbox answers: with which status, after so many seconds of real time, or not at all."""
        answer = yield send("PATCH", "inbox", name, body={"status": status, "delaySeconds": delay, "hang": hang})
        return dict(answer["behaviour"])

    @call
    def delete_inbox(self, name: str = INBOX) -> Steps[None]:
        """Forget an inbox and all that arrived there."""
        yield send("DELETE", "inbox", name)

    @call
    def post_to_inbox(self, body: Any, headers: dict[str, str] | None = None, name: str = INBOX) -> Steps[None]:
        """Send something to an inbox, as anybody can."""
        yield Ask("POST", f"/inbox/{name}", body, headers)
