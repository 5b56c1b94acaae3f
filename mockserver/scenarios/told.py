"""What there is to tell of rules to whoever watches the server."""

from typing import TYPE_CHECKING, Any

from mockserver.core.engine import Engine
from mockserver.core.instants import timestamp
from mockserver.web.known import Known

if TYPE_CHECKING:
    from mockserver.scenarios.domain.scenario import Facts
    from mockserver.scenarios.rulebook import Match

Applied = tuple[int, str, Any, str, str | None, str | None]
"""When a rule of this name decided, its outcome, and of the request: operation, sales unit (MSN), reference."""


def tell(engine: Engine, match: "Match", facts: "Facts") -> None:
    """A rule has decided about a request, which comes later in the news: it has no answer yet."""
    about = (facts.operation, facts.msn, facts.reference)
    engine.news.tell("rule", of_rule, (engine.clock.now(), match.name, match.outcome, *about))


def of_rule(applied: Applied, secrets: Known, brief: bool = False) -> dict[str, Any]:
    """A rule that decided about a request."""
    from mockserver.scenarios.domain.scenario import describe

    at, rule, outcome, operation, msn, reference = applied
    return {
        "at": timestamp(at),
        "rule": rule,
        "outcome": describe(outcome),
        "operation": operation,
        "msn": msn,
        "reference": None if reference is None else secrets.without(reference),
    }
