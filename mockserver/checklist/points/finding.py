"""Verdicts and their evidence, and the judge that most points share."""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Final

from mockserver.checklist.points.seen import Delivery, History, Request
from mockserver.core.values import frozen

MOST_EVIDENCE: Final = 20
"""How many requests, deliveries and facts a finding names at most."""


class Verdict(StrEnum):
    """What can be said of a point."""

    SHOWN = "shown"
    NOT_SEEN = "not seen"
    WRONG = "wrong"
    CANNOT_TELL = "cannot tell"
    """There was something to judge, but no server can see how the integration took it."""


@frozen
class Finding:
    """A verdict in one sentence, with the numbers of journal entries and deliveries that bear it out.

    ``facts`` bear it out too: what is neither, such as a registration or a link, each by its name.
    """

    verdict: Verdict
    words: str
    requests: tuple[int, ...] = ()
    deliveries: tuple[int, ...] = ()
    facts: tuple[str, ...] = ()

    @property
    def borne_out(self) -> bool:
        """Whether there is anything to look at."""
        return bool(self.requests or self.deliveries or self.facts)


Judge = Callable[[History], Finding]


def shown(
    words: str, requests: Iterable[Request] = (), deliveries: Iterable[Delivery] = (), facts: Iterable[str] = ()
) -> Finding:
    """The point was shown; without anything to look at it counts as not seen."""
    found = _finding(Verdict.SHOWN, words, requests, deliveries, facts)
    return found if found.borne_out else Finding(Verdict.NOT_SEEN, f"{words} Nothing bears it out.")


def not_seen(words: str, requests: Iterable[Request] = (), deliveries: Iterable[Delivery] = ()) -> Finding:
    """Nothing shows the point, and nothing speaks against it."""
    return _finding(Verdict.NOT_SEEN, words, requests, deliveries)


def wrong(
    words: str, requests: Iterable[Request] = (), deliveries: Iterable[Delivery] = (), facts: Iterable[str] = ()
) -> Finding:
    """Something was seen that the point forbids."""
    return _finding(Verdict.WRONG, words, requests, deliveries, facts)


def cannot_tell(words: str, requests: Iterable[Request] = (), deliveries: Iterable[Delivery] = ()) -> Finding:
    """No server can know."""
    return _finding(Verdict.CANNOT_TELL, words, requests, deliveries)


def _finding(
    verdict: Verdict,
    words: str,
    requests: Iterable[Request],
    deliveries: Iterable[Delivery],
    facts: Iterable[str] = (),
) -> Finding:
    numbers = sorted({each.number for each in requests})[:MOST_EVIDENCE]
    sent = sorted({each.number for each in deliveries})[:MOST_EVIDENCE]
    return Finding(verdict, words, tuple(numbers), tuple(sent), tuple(facts)[:MOST_EVIDENCE])


def times(count: int, what: str = "request") -> str:
    """A number with its noun."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def done(requests: Sequence[Request]) -> int:
    """How often something was done by requests that succeeded: a first answer that is given again does nothing."""
    # The first one may be gone from the journal.
    return sum(not each.replayed for each in requests) or min(1, len(requests))


def used(*operations: str) -> Judge:
    """A judge of whether one of these operations was called with success."""
    name = " or ".join(operations)

    def judge(history: History) -> Finding:
        calls = history.of(*operations)
        accepted = [each for each in calls if each.accepted]
        if accepted:
            return shown(f"{name} succeeded {times(done(accepted), 'time')}.", accepted)
        refused = [each for each in calls if each.refused]
        if refused:
            return wrong(f"{name} never succeeded; the latest answer was {refused[-1].status}.", refused)
        return not_seen(f"No {name} that reached its end.", calls)

    return judge
