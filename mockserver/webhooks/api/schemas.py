"""The wire forms of the Webhooks API (official specification v1)."""

from mockserver.core.policy import Lenience
from mockserver.web.http import to_json
from mockserver.web.parsing import parse
from mockserver.web.wire import Body
from mockserver.webhooks.domain import Registration


class RegisterRequest(Body):
    """The body of registerWebhook."""

    url: str
    events: list[str]


def read_register(body: bytes, lenience: Lenience) -> RegisterRequest:
    """The body of registerWebhook; raises Malformed."""
    return parse(RegisterRequest, body, lenience)


def register_response(registration: Registration) -> bytes:
    """The answer of registerWebhook, the only one that shows the secret."""
    return to_json({"id": registration.id, "secret": registration.secret})


def list_response(registrations: list[Registration]) -> bytes:
    """The answer of listWebhooks."""
    return to_json({"webhooks": [{"id": each.id, "url": each.url, "events": each.events} for each in registrations]})
