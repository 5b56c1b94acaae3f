"""What was decided about one request before it runs."""

from dataclasses import dataclass, replace
from typing import Any

from mockserver.scenarios.domain.faults import Fault
from mockserver.scenarios.domain.scenario import Draw, Drop, OrderChoice
from mockserver.web.http import Answer
from mockserver.webhooks.domain import Faults
from mockserver.world.domain.conduct import Conduct
from mockserver.world.services.access import Caller


@dataclass(slots=True)
class Staged:
    """One request's fate; ``rule`` is None for a fault that the request asked for itself.

    ``early``: the answer without looking at the request; ``instead``: the answer in place of the operation's own,
    kept for the idempotency key like any other. ``draw`` is what chance the fault needs.
    """

    rule: str | None
    outcome: str
    draw: Draw
    early: Answer | None = None
    instead: Answer | None = None
    fault: Fault | None = None
    drop: Drop | None = None
    conduct: Conduct | None = None
    order: OrderChoice | None = None
    webhook: Faults | None = None

    @property
    def trace(self) -> tuple[str | None, str]:
        """What the journal says of it."""
        return self.rule, self.outcome

    def limited(self, caller: Caller) -> Caller:
        """The caller without the right that was taken away."""
        setting = self.drop.setting if self.drop is not None else None
        if setting is None or caller.unit is None:
            return caller
        off: dict[str, Any] = {setting: False}
        configuration = replace(caller.unit.configuration, **off)
        return replace(caller, unit=replace(caller.unit, configuration=configuration))
