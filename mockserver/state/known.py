"""What state files are held against: what a server can store, do, say and tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # Few servers read a state file, or write one.
    from mockserver.core.stored import Flaws, Part
    from mockserver.scenarios.domain.vocabulary import Vocabulary
    from mockserver.state.form import Form
    from mockserver.webhooks.events import EventTypes


class Known:
    """Kinds of what can be ``due``, the ``vocabulary`` of rules, ``events``, and the ``parts`` that store something."""

    def __init__(
        self,
        due: frozenset[str],
        vocabulary: Callable[[], Vocabulary],
        events: EventTypes,
        parts: Callable[[], Iterable[Part]],
    ) -> None:
        self._due = due
        self._vocabulary = vocabulary
        self.events = events
        self._parts = parts

    @cached_property
    def form(self) -> Form:
        """What a state file looks like."""
        from mockserver.state.form import Form

        return Form(self._parts())

    def flaws(self, state: Any) -> Flaws:
        """All that is wrong with a state: places and reasons; the first one is what the user gets to read."""
        from mockserver.world.stored import People

        yield from self.form.flaws(state, People(state))
        for index, each in enumerate(state.due):
            if each.kind not in self._due:
                names = ", ".join(sorted(self._due))
                yield ("due", index, "kind"), f"there is no {each.kind[:50]!r}; there are: {names}"
        yield from _events(state, self.events)
        yield from _rules(state, self._vocabulary())


def _events(state: Any, events: EventTypes) -> Flaws:
    for index, each in enumerate(state.webhooks):
        for event in set(each.registration.events) - {*events.names}:
            yield ("webhooks", index, "registration", "events"), f"there is no {event[:80]!r}"


def _rules(state: Any, vocabulary: Vocabulary) -> Flaws:
    from mockserver.core.stored import repeated
    from mockserver.scenarios.domain.reading import BadRule
    from mockserver.scenarios.domain.scenario_form import read_rule

    for index, each in enumerate(state.rules):
        try:
            read_rule(each.rule, vocabulary, ("rules", index, "rule"))
        except BadRule as error:
            yield error.place, error.reason
        if min(each.seen, each.applied, each.position) < 0:
            yield ("rules", index), "must not count below 0"
    yield from repeated("rules", [each.rule.get("name") for each in state.rules], "name")
