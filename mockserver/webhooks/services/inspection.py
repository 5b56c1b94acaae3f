"""Looks at a received webhook with the secrets that are registered for its address."""

from collections.abc import Mapping

from mockserver.core.clock import wall_clock
from mockserver.core.engine import Tx
from mockserver.core.urls import on_the_wire
from mockserver.webhooks.domain import Attempt, Delivery, Registration
from mockserver.webhooks.services import webhooks
from mockserver.webhooks.signature import Finding, examine

_REGISTRATION = "registration"


def registered(findings: list[Finding]) -> bool:
    """Whether a webhook is registered for the address of a delivery with these findings."""
    return all(each.part != _REGISTRATION for each in findings)


def inspect(tx: Tx, urls: Mapping[str, str], headers: dict[str, str], body: bytes) -> list[Finding]:
    """What is right and wrong about a delivery, by the registration it fits best.

    ``urls`` are the names of the address that got it, each with the host that its sender asked for (a proxy may have
    put another one into the header), ``headers`` by lower-case name.
    """
    registered = [each for each in webhooks.every(tx) if on_the_wire(each.url) in urls]
    if not registered:
        return [Finding(_REGISTRATION, False, "no webhook is registered for this address")]
    now = wall_clock() / 1000
    results = []
    for each in registered:
        url = on_the_wire(each.url)
        came = headers | {"host": urls[url]} if urls[url] else headers
        results.append(examine(each.secret, url, came, body, now))
    return max(results, key=lambda findings: sum(finding.right for finding in findings))


def again(registration: Registration, delivery: Delivery, attempt: Attempt, secret: str | None) -> list[Finding]:
    """What is right and wrong about a try as it was sent, by ``secret`` or else the registration's."""
    headers = {name.lower(): value for name, value in attempt.headers}
    chosen = registration.secret if secret is None else secret
    return examine(chosen, on_the_wire(registration.url), headers, delivery.body.encode(), now=None)
