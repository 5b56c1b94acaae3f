"""What was seen of an integration: values that the judges look at. Times are milliseconds since 1970 (UTC)."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

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
    """A webhook on its way to the integration; ``success`` is that of the payment event in it."""

    number: int
    event: str
    msn: str | None
    success: bool
    tries: tuple[Try, ...]


@frozen
class History:
    """All that was seen, requests in the order they came.

    ``narrowed``: only one sales unit is looked at. ``evidence`` is what products add, one thing of each class.
    """

    requests: Sequence[Request] = ()
    deliveries: Sequence[Delivery] = ()
    narrowed: bool = False
    evidence: Places = field(default_factory=Places)

    def of(self, *operations: str) -> list[Request]:
        """The requests of these operations."""
        return [each for each in self.requests if each.operation in operations]
