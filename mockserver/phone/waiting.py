"""What is on customers' phones: what waits for an answer, and what they have."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import Any

from mockserver.core.engine import Tx
from mockserver.core.values import frozen
from mockserver.web.notes import Note
from mockserver.world.domain.customer import Customer

Answer = Callable[[Tx, Customer, dict[str, str]], str | Note]
"""Takes a form: where the browser goes then, or what the phone has to say first."""


@frozen
class Waiting:
    """One kind of thing that waits. ``name`` is the field of its forms that says which one an answer is about.

    ``counts`` gives how many wait, by phone; ``waiting`` what waits for one customer, as values for the ``template``
    (of ``package``), which has its form; ``answer`` takes that. ``told``: what the phone says after it, by the name
    that the address has. ``labels`` of fields, and ``fields`` that rules know under other names than the form.
    ``links``: more pages about a customer that the phone leads to, the address with ``{phone}`` in it, and the name.
    """

    name: str
    package: str
    template: str
    counts: Callable[[Tx], Mapping[str, int]]
    waiting: Callable[[Tx, Customer], list[dict[str, Any]]]
    answer: Answer
    told: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    links: tuple[tuple[str, str], ...] = ()


@frozen
class Having:
    """One kind of thing that customers have and can change, though nothing asks them to.

    It stands below what waits, under its ``title``: ``things`` gives what one customer has, as values for the
    ``template``. All else is as in Waiting; no name is one of those there.
    """

    name: str
    title: str
    package: str
    template: str
    things: Callable[[Tx, Customer], list[dict[str, Any]]]
    answer: Answer
    told: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)


def counts(tx: Tx, kinds: Iterable[Waiting]) -> Counter[str]:
    """How much waits on each phone that something waits on."""
    found: Counter[str] = Counter()
    for kind in kinds:
        for phone, count in kind.counts(tx).items():
            found[phone] += count
    return found
