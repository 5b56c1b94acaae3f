"""What the control API answers, as types for its document. Times are RFC 3339, amounts minor units."""

from typing import Literal, NotRequired

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


class DueThing(TypedDict):
    """Something that time does: which kind of thing, to which row of the store."""

    at: str
    kind: str
    key: int


class Upcoming(TypedDict):
    """The next first; ``nextSending`` is when the next webhook, email or question to a merchant leaves."""

    due: list[DueThing]
    nextSending: str | None


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


class BriefEntry(TypedDict):
    """A request and its answer, without headers and bodies."""

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


class JournalEntry(BriefEntry):
    """A request and its answer."""

    request: JournalRequest
    response: JournalAnswer
    cut: list[str]


class Requests(TypedDict):
    """The journal, the latest first."""

    requests: list[JournalEntry]


class RequestNews(BriefEntry):
    """A request was answered."""

    kind: Literal["request"]
    request: NotRequired[JournalRequest]
    response: NotRequired[JournalAnswer]
    cut: NotRequired[list[str]]


class Piece(TypedDict):
    """What all news have: when it happened, and what it is about, if anything."""

    at: str
    msn: str | None
    reference: str | None


class RuleNews(Piece):
    """A scenario rule decided about a request of this operation."""

    kind: Literal["rule"]
    rule: str
    outcome: str
    operation: str


class EmailNews(Piece):
    """An email was written."""

    kind: Literal["email"]
    address: str
    subject: str
    order: str | None
    text: NotRequired[str]


class ClockNews(Piece):
    """Somebody moved, stopped or started the clock, which now stands so."""

    kind: Literal["clock"]
    frozen: bool
    aheadSeconds: float


class ReplacedNews(Piece):
    """All that was stored was replaced, by a reset, an imported state or a restored snapshot."""

    kind: Literal["replaced"]
    by: Literal["reset", "import", "restore"]


class NewsList(TypedDict):
    """In the order in which it happened; ``next`` is what to ask after, ``missed`` how much is forgotten already."""

    news: list[RequestNews | RuleNews | EventNews | DeliveryNews | EmailNews | ClockNews | ReplacedNews]
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
