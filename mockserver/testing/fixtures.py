"""What stands behind the plugin's fixtures."""

from datetime import datetime
from typing import Any

from mockserver.testing.client import Vipps
from mockserver.testing.servers import BadUse
from mockserver.testing.values import Message
from mockserver.testing.webhooks import INBOX


def marked(node: Any) -> tuple[dict[str, Any], Any]:
    """Settings and scenario of a test's markers, the nearest one winning; raises BadUse."""
    together: dict[str, Any] = {}
    for marker in node.iter_markers("vipps"):
        if marker.args:
            given = ", ".join(map(repr, marker.args))
            raise BadUse(f"@pytest.mark.vipps takes keyword arguments only, such as scenario=...; got {given}")
        together = {**marker.kwargs, **together}
    scenario = together.pop("scenario", None)
    return together, scenario


def fresh(server: Vipps, scenario: Any) -> None:
    """Bring a server back to its start, and under a scenario; None leaves the rules of its start."""
    inboxes = {each.id for each in server.webhooks() if each.url.startswith(server.inbox_url(""))}
    if inboxes and any(each.webhook in inboxes for each in server.deliveries(state="sending")):
        server.settle()  # what the test before had on its way must not arrive in the inbox of this one
    server.reset()
    if scenario is not None:
        server.scenario(scenario)


def last_requests(server: Vipps, most: int = 10) -> str:
    """The latest journal entries, one a line, with what was refused and warned of; oldest first."""
    try:
        found = server.requests(limit=most)
    except Exception as error:  # the server may be gone, and a report must not fail for that
        return f"The journal could not be read: {error}"
    lines = []
    for each in reversed(found):
        reason = f"  {each.response.body[:300]}" if each.status >= 400 else ""
        warned = "".join(f"\n    warning: {warning.message}" for warning in each.warnings)
        lines.append(f"#{each.id} {each.operation or each.method + ' ' + each.path} -> {each.status}{reason}{warned}")
    return "\n".join(lines) or "No requests at all."


class Clock:
    """The server's clock."""

    def __init__(self, vipps: Vipps) -> None:
        self._vipps = vipps
        self.advance, self.set = vipps.advance, vipps.set_clock
        self.freeze, self.unfreeze = vipps.freeze, vipps.unfreeze

    @property
    def now(self) -> datetime:
        """The time, in UTC."""
        return self._vipps.clock().now


class Inbox:
    """An inbox of the server: register ``url`` for webhooks."""

    def __init__(self, vipps: Vipps, name: str = INBOX) -> None:
        self._vipps = vipps
        self._name = name
        self.url = vipps.inbox_url(name)
        self.wait, self.settle = vipps.wait_for_webhook, vipps.settle

    def messages(self) -> tuple[Message, ...]:
        """What arrived, oldest first, once all that is due was sent."""
        return tuple(reversed(self._vipps.inbox(self._name)))

    def answer(self, *, status: int = 204, delay: float = 0, hang: bool = False) -> None:
        """How to answer from now on: with this status, after ``delay`` seconds of real time, or not at all."""
        self._vipps.set_inbox(self._name, status=status, delay=delay, hang=hang)
