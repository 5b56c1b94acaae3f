"""What the control API answers, as types for its document. Times are RFC 3339, amounts minor units."""

from typing import Literal

from typing_extensions import TypedDict

from mockserver.core.values import frozen
from mockserver.web.controlled import Done
from mockserver.webhooks.control.answers import DeliveryNews, EventNews
from mockserver.world.domain.customer import Customer
from mockserver.world.domain.merchant import Merchant, SalesUnit
from mockserver.world.domain.partner import Partner


class Health(Done):
    """The server is up."""

    version: str


class ClockState(TypedDict):
    """The time; how far it is ahead of the real one, in seconds."""

    now: str
    frozen: bool
    aheadSeconds: float


class Warned(TypedDict):
    """A kindness that was used."""

    kindness: str
    message: str


class UsedRule(TypedDict):
    """The scenario rule (null for a header) that changed what happened, and how."""

    rule: str | None
    outcome: str


class JournalRequest(TypedDict):
    """Headers by name and value; secrets are taken out."""

    headers: list[list[str]]
    body: str


class JournalAnswer(TypedDict):
    """The body of the answer."""

    body: str


class JournalEntry(TypedDict):
    """A request and its answer."""

    id: int
    at: str
    direction: Literal["incoming", "outgoing"]
    api: str | None
    operation: str | None
    msn: str | None
    reference: str | None
    method: str
    path: str
    query: str
    status: int
    durationMs: float
    replayed: bool
    warnings: list[Warned]
    scenario: UsedRule | None
    request: JournalRequest
    response: JournalAnswer
    cut: list[str]


class Requests(TypedDict):
    """The journal, the latest first."""

    requests: list[JournalEntry]


class RequestNews(JournalEntry):
    """A request was answered."""

    kind: Literal["request"]


class NewsList(TypedDict):
    """In the order in which it happened; ``next`` is what to ask after, ``missed`` how much is forgotten already."""

    news: list[RequestNews | EventNews | DeliveryNews]
    next: int
    missed: int


class ClientKeys(TypedDict):
    """By the names of environment variables."""

    variables: dict[str, str]


@frozen
class ShownCustomer(Customer):
    """A customer with the text of the QR code in its app."""

    personal_qr: str = ""


class Customers(TypedDict):
    """In the order of the world."""

    customers: list[ShownCustomer]


class Merchants(TypedDict):
    """In the order of the world."""

    merchants: list[Merchant]


class SalesUnits(TypedDict):
    """In the order of the world."""

    salesUnits: list[SalesUnit]


class Partners(TypedDict):
    """In the order of the world."""

    partners: list[Partner]
