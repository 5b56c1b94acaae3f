"""What the document about the Webhooks API says besides its table: bodies, answers and their types."""

from typing_extensions import TypedDict

from mockserver.web.described import PROBLEM, Described, Document, GatewayError, Problem, Reply
from mockserver.webhooks.api.schemas import RegisterRequest


class RegisterAnswer(TypedDict):
    """A registration with the secret that its deliveries are signed with, shown this once."""

    id: str
    secret: str


class Registered(TypedDict):
    """A registration."""

    id: str
    url: str
    events: list[str]


class ListAnswer(TypedDict):
    """All registrations of the caller."""

    webhooks: list[Registered]


DOCUMENT = Document(
    title="Webhooks API",
    version="1.0",
    operations={
        "listWebhooks": Described({200: Reply("The registrations.", ListAnswer)}),
        "registerWebhook": Described({201: Reply("Registered.", RegisterAnswer)}, RegisterRequest),
        "deleteWebhook": Described({204: Reply("Deleted.")}, errors=(404,)),
    },
    problem=Reply("", Problem, PROBLEM),
    others={401: Reply("", GatewayError)},
)
