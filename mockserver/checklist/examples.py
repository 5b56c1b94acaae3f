"""Examples of requests and webhooks that bear findings out, as they are sent in with a checklist."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from mockserver.checklist.points.finding import Finding
from mockserver.checklist.points.seen import Delivery, History, Request, dig
from mockserver.core.instants import timestamp
from mockserver.web.known import Known
from mockserver.web.redaction import redact, redact_header

MOST: Final = 3
"""Requests, and deliveries, that are shown for one point: the latest that its finding names."""
LONGEST: Final = 200
"""Characters of each value; the journal keeps no more of a reference."""
HEADERS: Final = (
    "Merchant-Serial-Number",
    "Vipps-System-Name",
    "Vipps-System-Version",
    "Vipps-System-Plugin-Name",
    "Vipps-System-Plugin-Version",
    "Idempotency-Key",
)
"""Those that examples show (HTTP headers guide); the others are secret or say nothing."""


def of(history: History, findings: Iterable[Finding], known: Known) -> Iterator[dict[str, Any]]:
    """One example for each request and delivery, however many findings it bears out: requests first, in order."""
    requests: set[int] = set()
    deliveries: set[int] = set()
    for found in findings:
        requests.update(found.requests[-MOST:])
        deliveries.update(found.deliveries[-MOST:])
    shown = _Shown(history, known)
    yield from (shown.request(each) for each in history.requests if each.number in requests)
    yield from (shown.delivery(each) for each in history.deliveries if each.number in deliveries)


def _reference(request: Request) -> str | None:
    reference = request.reference or dig(request.content, "reference")
    return reference if isinstance(reference, str) else None


class _Shown:
    """Makes examples without these secrets."""

    def __init__(self, history: History, known: Known) -> None:
        self._known = known
        self._details = history.calls.details
        self._told: dict[tuple[str | None, str], dict[str, str]] = {}
        for each in history.requests:
            reference = _reference(each)
            if each.accepted and reference is not None:
                self._told.setdefault((each.msn, reference), {}).update(self._details_of(each))

    def _details_of(self, request: Request) -> dict[str, str]:
        found = ((each.name, each.of(request)) for each in self._details)
        return {name: said for name, said in found if said is not None}

    def request(self, request: Request) -> dict[str, Any]:
        """One request, with what others about the same reference have told: no request has everything."""
        reference = _reference(request)
        told = self._told.get((request.msn, reference), {}) if reference is not None else {}
        details = told | self._details_of(request)
        headers = {name: request.headers[name.lower()] for name in HEADERS if name.lower() in request.headers}
        return {
            "request": request.number,
            "delivery": None,
            "at": timestamp(request.at),
            "operation": request.operation,
            "method": request.method,
            "path": self._text(request.path),
            "status": request.status,
            "msn": self._text(request.msn),
            "reference": self._text(reference),
            "headers": {name: redact_header(name, self._text(said) or "") for name, said in headers.items()},
            "details": {name: self._text(said) for name, said in details.items()},
        }

    def delivery(self, delivery: Delivery) -> dict[str, Any]:
        """One webhook; its status is that of the latest try, 0 without an answer."""
        psp_reference = self._text(dig(delivery.content, "pspReference"))
        return {
            "request": None,
            "delivery": delivery.number,
            "at": timestamp(delivery.at),
            "operation": delivery.event,
            "method": "POST",
            "path": None,
            "status": delivery.tries[-1].status if delivery.tries else 0,
            "msn": self._text(delivery.msn),
            "reference": self._text(dig(delivery.content, "reference")),
            "headers": {},
            "details": {} if psp_reference is None else {"pspReference": psp_reference},
        }

    def _text(self, value: Any) -> str | None:
        if not isinstance(value, str):
            return None
        return redact(self._known.without(value[:LONGEST], cut=len(value) >= LONGEST))
