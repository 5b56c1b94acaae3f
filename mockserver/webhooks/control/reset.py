"""What a reset makes of webhooks."""

from mockserver.web.runtime import Runtime
from mockserver.webhooks.domain import Registration
from mockserver.webhooks.inbox import Inboxes
from mockserver.webhooks.services import webhooks
from mockserver.world.services import world


def start_again(runtime: Runtime, *, keep_webhooks: bool = False) -> list[Registration]:
    """Back to what the server was started with; journal and inboxes are empty again.

    Gives the registrations of webhooks that are gone by it, since they were made after the start.
    """
    tx = runtime.engine.reading()
    before = webhooks.every(tx)
    owners = {each.owner.id for each in before} if keep_webhooks else set()
    let_in = [each for each in world.let_in(tx) if each.owner in owners]
    dropped: list[Registration] = []

    def change() -> None:
        runtime.engine.reset()
        runtime.engine.news.clear()
        with runtime.engine.transaction() as tx:
            runtime.access.let_in_again(tx, let_in)
            dropped.extend(webhooks.carry_over(tx, before, keep=keep_webhooks))

    runtime.leap(change, "reset")
    runtime.journal.clear()
    runtime.parts.of(Inboxes).clear()
    return dropped
