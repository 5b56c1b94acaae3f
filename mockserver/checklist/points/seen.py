"""What was seen of an integration: values that the judges look at. Times are milliseconds since 1970 (UTC)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any

from mockserver.checklist.points.stated import Statements
from mockserver.core.places import Places
from mockserver.core.values import frozen


@frozen
class Request:
    """One request to the emulated APIs, decoded.

    ``number`` is that of its journal entry; ``at`` is on the server's clock, ``started`` on a real one (milliseconds,
    of any beginning). ``headers`` by lower-case name. ``content`` and ``answer`` are JSON, None where there is none;
    ``form`` is the query or form of a login. ``client``, ``kind`` and ``owner`` are whose keys came, as far as known.
    ``contrived``: a rule or the fault header decided; ``lost``: the client got no usable answer; ``replayed``: its
    idempotency key gave the first answer again.
    """

    number: int
    at: int
    started: int
    api: str
    operation: str
    path: str
    status: int
    method: str = ""
    msn: str | None = None
    reference: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    content: Any = None
    form: Mapping[str, str] = field(default_factory=dict)
    answer: Any = None
    token: str | None = None
    client: str | None = None
    kind: str | None = None
    owner: str | None = None
    kindnesses: tuple[str, ...] = ()
    contrived: bool = False
    lost: bool = False
    replayed: bool = False

    @property
    def accepted(self) -> bool:
        """Whether it did what it asked for."""
        return 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """Whether the request itself was at fault: a 4xx that nobody contrived."""
        return 400 <= self.status < 500 and not self.contrived

    @property
    def unclear(self) -> bool:
        """Whether the client cannot know what became of it."""
        return self.lost or self.status >= 500

    @property
    def key(self) -> str | None:
        """The idempotency key, None when it is missing or empty."""
        return self.headers.get("idempotency-key") or None

    @property
    def by_partner(self) -> bool:
        """Whether partner or management keys were used."""
        return self.kind in ("partner", "management")

    def value(self, *path: str) -> Any:
        """A value deep inside the answer; None when it is not there."""
        return dig(self.answer, *path)


def dig(content: Any, *path: str) -> Any:
    """A value deep inside JSON; None when it is not there."""
    for name in path:
        if not isinstance(content, dict):
            return None
        content = content.get(name)
    return content


@frozen
class Try:
    """One try to deliver a webhook: ``status`` 0 without an answer; ``genuine``: its signature was right."""

    status: int
    genuine: bool

    @property
    def accepted(self) -> bool:
        """Any 2xx."""
        return 200 <= self.status < 300


@frozen
class Delivery:
    """A webhook on its way to the integration; ``success`` is that of the payment event in it.

    ``at`` is when it was written, ``content`` its JSON. ``to_partner``: a partner registered for it, not the unit.
    """

    number: int
    event: str
    msn: str | None
    success: bool
    tries: tuple[Try, ...]
    at: int = 0
    content: Any = None
    to_partner: bool = False

    @property
    def taken(self) -> bool:
        """Whether the receiver answered 2xx to a right signature."""
        return any(each.accepted and each.genuine for each in self.tries)


Named = Callable[[Mapping[str, str]], str | None]
"""Which client names itself in headers (lower-case names)."""


@frozen
class Detail:
    """What examples show of a request beside its reference, time and headers: a value of what was sent or answered."""

    name: str
    sent: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()

    def of(self, request: Request) -> str | None:
        """The value, None where the request has none."""
        found = request.form.get(self.sent[0]) if self.sent and request.form else dig(request.content, *self.sent)
        found = found if self.sent else _first(request.answer, self.answered)
        return found if isinstance(found, str) and found else None


def _first(answer: Any, path: tuple[str, ...]) -> Any:
    """A value of the answer, or of the first of many."""
    return dig(answer[0] if isinstance(answer, list) and answer else answer, *path)


@frozen
class Calls:
    """What the judges of all APIs, and who reads the journal for them, have to know of operations, by their ids.

    ``tokens`` give access tokens, each with what finds the client in its headers. ``deeds`` change something: what is
    forgiven is forgiven there. ``tools`` exist in test environments only, and are no part of an integration.
    ``public`` may be read by anybody, without saying for which sales unit.
    ``forms`` and ``say_system`` are names of APIs: whose requests are forms, and whose calls have to say which system
    they come from. ``name_unit`` finds the calls that have to name their sales unit. ``details`` are what examples of
    any request show.
    """

    tokens: Mapping[str, Named] = field(default_factory=dict)
    deeds: frozenset[str] = frozenset()
    tools: frozenset[str] = frozenset()
    public: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    say_system: frozenset[str] = frozenset()
    name_unit: tuple[Callable[[Request], bool], ...] = ()
    details: tuple[Detail, ...] = ()

    def __or__(self, other: "Calls") -> "Calls":
        """What is known of either."""
        return Calls(
            {**self.tokens, **other.tokens},
            self.deeds | other.deeds,
            self.tools | other.tools,
            self.public | other.public,
            self.forms | other.forms,
            self.say_system | other.say_system,
            self.name_unit + other.name_unit,
            self.details + other.details,
        )


@frozen
class History:
    """All that was seen, requests in the order they came.

    ``calls``: what is known of their operations. ``narrowed``: only one sales unit is looked at. ``evidence`` is what
    products add, one thing of each class. ``statements`` are what the integration's people say.
    """

    requests: Sequence[Request] = ()
    calls: Calls = field(default_factory=Calls)
    deliveries: Sequence[Delivery] = ()
    narrowed: bool = False
    evidence: Places = field(default_factory=Places)
    statements: Statements = field(default_factory=Statements)

    def of(self, *operations: str) -> list[Request]:
        """The requests of these operations."""
        return [each for each in self.requests if each.operation in operations]
