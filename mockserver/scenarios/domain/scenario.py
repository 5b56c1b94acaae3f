"""Scenario rules: which requests they are for, and what becomes of those."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import translate
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from mockserver.core.errors import Code
from mockserver.core.instants import timestamp
from mockserver.core.values import frozen
from mockserver.scenarios.domain.reading import LARGEST


class Drop(StrEnum):
    """A right that a rule takes away for a request."""

    PAYMENTS = "payments"
    PUSH = "push"
    CARD = "card"
    EXPRESS = "express"
    LONG_LIVING = "long-living"
    NIN = "nin"
    PARTIAL_CAPTURE = "partial-capture"
    RECURRING = "recurring"
    MANAGEMENT = "management"
    PREFILL = "prefill"
    CONNECTION = "connection"

    @property
    def meaning(self) -> str:
        """What the caller may not do then."""
        return DROPS[self]

    @property
    def setting(self) -> str | None:
        """The field of a unit's configuration that is off then; None for rights of partners."""
        return _SETTINGS.get(self)


DROPS: Final = {
    Drop.PAYMENTS: "the unit has no payment product (403)",
    Drop.PUSH: "no `PUSH_MESSAGE` (5080)",
    Drop.CARD: "no `CARD` (4160)",
    Drop.EXPRESS: "no Express (5020)",
    Drop.LONG_LIVING: "no `expiresAt` (5050)",
    Drop.NIN: "no `nin` in `profile.scope` (5030)",
    Drop.PARTIAL_CAPTURE: "no captures in parts (6140)",
    Drop.RECURRING: "the unit has no Recurring product (403)",
    Drop.MANAGEMENT: "the partner may not use the Management API (403)",
    Drop.PREFILL: "the partner may not prefill product orders (403)",
    Drop.CONNECTION: "the unit is not connected to the calling partner (403)",
}
_SETTINGS = {
    Drop.PAYMENTS: "payment_allowed",
    Drop.PUSH: "skip_landing_page_allowed",
    Drop.CARD: "credit_card_payment_allowed",
    Drop.EXPRESS: "express_allowed",
    Drop.LONG_LIVING: "long_living_payment_allowed",
    Drop.NIN: "nin_allowed",
    Drop.PARTIAL_CAPTURE: "partial_capture_allowed",
    Drop.RECURRING: "recurring_allowed",
}


@frozen
class Error:
    """An error by documented ``code``, or by ``status`` where there is none. ``retry_after`` in seconds."""

    code: Code | None = None
    status: int = 0
    detail: str | None = None
    retry_after: int = 30

    def __str__(self) -> str:
        return f"error {self.code.number}" if self.code else f"error {self.status}"


@dataclass
class Facts:
    """What is known of a request; ``at`` in milliseconds since 1970 (UTC). What products find is here by its name.

    ``headers`` as they came, under small letters: few rules ask for one, and then it is decoded.
    """

    operation: str
    api: str
    at: int
    headers: Mapping[bytes, bytes] = field(default_factory=dict[bytes, bytes])
    msn: str | None = None
    partner: str | None = None
    client: str | None = None
    reference: str | None = None

    if TYPE_CHECKING:

        def __setattr__(self, name: str, value: Any) -> None: ...

    def __getattr__(self, name: str) -> Any:
        # What products find is set by its name.
        if name.startswith("_"):
            raise AttributeError(name)
        return None

    def header(self, name: str) -> str | None:
        """The value of a header."""
        value = self.headers.get(name.encode())
        return None if value is None else value.decode("latin-1")


@frozen
class Finding:
    """One condition held against a request: what it ``wanted``, what the request ``had``."""

    condition: str
    matched: bool
    wanted: str
    had: str | None


@frozen
class Conditions:
    """What a request has to be like; what is empty or None is not asked for. Times as in Facts."""

    operations: frozenset[str]
    texts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    amount: tuple[int, int] | None = None
    headers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    nth: int | None = None
    probability: float = 1.0
    since: int | None = None
    until: int | None = None

    @property
    def asked(self) -> frozenset[str]:
        """The facts that are compared, but for headers and times."""
        return frozenset(name for name, _ in self.texts) | ({"amount"} if self.amount is not None else set())

    def findings(self, facts: Facts) -> Iterator[Finding]:
        """The same, one by one, for somebody who wonders why not."""
        wanted = ", ".join(sorted(self.operations)) if len(self.operations) < 6 else f"{len(self.operations)} of them"
        yield Finding("operation", facts.operation in self.operations, wanted, facts.operation)
        for name, patterns in self.texts:
            had = getattr(facts, name)
            yield Finding(name, _holds(patterns, had), ", ".join(patterns), had)
        if self.amount is not None:
            low, high = self.amount
            matched = facts.amount is not None and low <= facts.amount <= high
            had = None if facts.amount is None else str(facts.amount)
            yield Finding("amount", matched, _range(low, high), had)
        for name, patterns in self.headers:
            had = facts.header(name)
            yield Finding(f"header {name}", _holds(patterns, had), ", ".join(patterns), had)
        if self.since is not None:
            yield Finding("from", facts.at >= self.since, timestamp(self.since), timestamp(facts.at))
        if self.until is not None:
            yield Finding("until", facts.at < self.until, timestamp(self.until), timestamp(facts.at))


def _range(low: int, high: int) -> str:
    if low == high:
        return str(low)
    return f"at least {low}" if high == LARGEST else f"{low} to {high}"


def _holds(patterns: tuple[str, ...], value: str | None) -> bool:
    return value is not None and _any_of(patterns)(value) is not None


def compiled(when: Conditions) -> Callable[[Facts], bool]:
    """Whether all conditions hold that need no counting and no chance, as fast as can be.

    The operations are left out: who looks rules up has found them by those.
    """
    tests = [*(_text_test(name, patterns) for name, patterns in when.texts), *map(_header_test, when.headers)]
    if when.amount is not None:
        low, high = when.amount
        tests.append(lambda facts: facts.amount is not None and low <= facts.amount <= high)
    if when.since is not None or when.until is not None:
        since, until = when.since or 0, when.until or _FOR_EVER
        tests.append(lambda facts: since <= facts.at < until)
    if len(tests) == 1:
        return tests[0]
    return lambda facts: all(test(facts) for test in tests)


_FOR_EVER = 1 << 62


def _text_test(name: str, patterns: tuple[str, ...]) -> Callable[[Facts], bool]:
    get = attrgetter(name)
    if not any(map(is_pattern, patterns)):
        return lambda facts: get(facts) in patterns
    match = _any_of(patterns)
    return lambda facts: (value := get(facts)) is not None and match(value) is not None


def _header_test(header: tuple[str, tuple[str, ...]]) -> Callable[[Facts], bool]:
    name, match = header[0], _any_of(header[1])
    return lambda facts: (value := facts.header(name)) is not None and match(value) is not None


def _any_of(patterns: tuple[str, ...]) -> Callable[[str], object]:
    texts = (translate(each) if is_pattern(each) else re.escape(each) + r"\Z" for each in patterns)
    return re.compile("|".join(texts)).match


def describe(outcome: object) -> str:
    """An outcome in a few words, for the journal."""
    return f"drop {outcome}" if isinstance(outcome, Drop) else str(outcome)


def is_pattern(text: str) -> bool:
    """Whether a text stands for more than itself."""
    return any(mark in text for mark in "*?[")


@frozen
class Rule:
    """One rule. ``source`` is it as it was written, ``times`` how often it applies at most."""

    name: str
    when: Conditions
    then: Any
    times: int | None = None
    on: bool = True
    source: Mapping[str, Any] = field(default_factory=dict)


Draw = Callable[[], float]
"""Gives numbers from 0 to 1, evenly."""
