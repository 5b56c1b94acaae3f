"""What scenario rules can say on a server: its operations, what may be asked of a request, what may come of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from mockserver.core.engine import Tx
from mockserver.core.errors import Code
from mockserver.core.values import frozen
from mockserver.scenarios.domain.reading import Place
from mockserver.scenarios.domain.scenario import Facts


@frozen
class OperationWords:
    """What rules have to know of an operation: the names of its APIs, its path, and rights that it needs.

    ``codes``: its errors are those of the documented codes. ``conflict`` is the code of a reused idempotency key, if
    that has one.
    """

    apis: frozenset[str]
    path: str
    rights: frozenset[str] = frozenset()
    codes: bool = False
    conflict: Code | None = None


Operations = Mapping[str, OperationWords]
"""By operation id."""


@frozen
class Look:
    """A request that is looked at: its transaction, what is known already, its body, and the parts of its path."""

    tx: Tx
    facts: Facts
    content: Mapping[str, Any]
    named: Callable[[str], str | None]


@frozen
class Condition:
    """Something that rules may ask of a request, in its body or found by it. ``amount`` alone is a number.

    ``of`` gives the operations whose requests can have it.
    """

    name: str
    words: str
    find: Callable[[Look], str | int | None]
    of: Callable[[Operations], frozenset[str]] = frozenset


@frozen
class OutcomeKind:
    """What a rule may bring about, by the first ``key`` under ``then``; ``words`` say what, for people.

    ``read`` makes an outcome of the mapping under ``then``, or raises BadRule; as text it is what the journal says.
    ``details`` are keys that may stand beside, ``goes_with`` has those that mean something with some values only.
    ``works_for`` gives the operations that an outcome works for; ``only_named``: those among them that a rule means
    only when it names them. ``flaw`` says why an outcome does not fit an operation. ``named`` tells it its rule's name.
    """

    key: str
    words: str
    read: Callable[[Mapping[str, Any], Place], Any]
    works_for: Callable[[Any, Operations], frozenset[str]]
    details: tuple[str, ...] = ()
    goes_with: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    only_named: frozenset[str] = frozenset()
    flaw: Callable[[Any, str], str | None] = lambda outcome, operation: None
    named: Callable[[Any, str], Any] = lambda outcome, rule: outcome


def together(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """One condition for each name: where several products bring one, the first that finds something."""
    by_name: dict[str, Condition] = {}
    for each in conditions:
        known = by_name.get(each.name)
        by_name[each.name] = each if known is None else _either(known, each)
    return tuple(by_name.values())


def _either(one: Condition, other: Condition) -> Condition:
    def find(look: Look) -> str | int | None:
        found = one.find(look)
        return other.find(look) if found is None else found

    return Condition(one.name, one.words, find, lambda known: one.of(known) | other.of(known))


def members(value: object) -> Mapping[str, Any]:
    """What is in an object, read as JSON or as a form; nothing for anything else."""
    if isinstance(value, dict):
        return value
    return vars(value) if hasattr(type(value), "model_fields") else {}


def text(value: object) -> str | None:
    """A text of a body, or a number that stands for one."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def only(*operations: str) -> Callable[[Any, Operations], frozenset[str]]:
    """Works for these operations, whatever the outcome is."""
    return lambda outcome, known: frozenset(operations) & known.keys()


_FIRST: Final = {
    "msn": "the sales unit that the request is for",
    "partner": "the calling partner, or the partner that the unit is connected to",
    "client": "the `client_id` of the caller",
}
_LAST: Final = {
    "header": "`{name: value}`, all of them",
    "nth": "only the nth request that meets all other conditions and that no earlier rule took",
    "probability": "0 to 1, drawn from the server's seed",
    "from": "from this time on the emulator's clock (RFC 3339)",
    "until": "before this time on the emulator's clock (RFC 3339)",
    "times": "at most this many times; stands next to `when`",
}
AMOUNT: Final = "amount"


@dataclass
class Vocabulary:
    """Operations by id; conditions and outcomes that products bring, in order."""

    operations: Operations
    brought: tuple[Condition, ...] = ()
    outcomes: tuple[OutcomeKind, ...] = ()

    @cached_property
    def conditions(self) -> dict[str, str]:
        """What a rule may ask for. Texts are exact, or patterns with ``*``, ``?`` and ``[...]``, or lists of them."""
        brought = {each.name: each.words for each in self.brought}
        return {"operation": "official operation id, or a list of them", "api": self._apis} | _FIRST | brought | _LAST

    @property
    def _apis(self) -> str:
        *names, last = dict.fromkeys(api for words in self.operations.values() for api in sorted(words.apis))
        return f"{', '.join(f'`{each}`' for each in names)} or `{last}`" if names else f"`{last}`"

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The conditions that compare one text of the request."""
        return ("msn", "partner", "client", *(each.name for each in self.brought if each.name != AMOUNT))

    @cached_property
    def kinds(self) -> dict[str, OutcomeKind]:
        """What a rule may bring about, by the first key under ``then``."""
        return {each.key: each for each in self.outcomes}

    def __contains__(self, operation: str) -> bool:
        return operation in self.operations
