"""What a merchant is told by webhooks."""

from typing import Any

from mockserver.apis.recurring.domain.events import AgreementEvent, ChargeEvent
from tests.harness import Emulator
from tests.webhooks.receivers import URL, Receivers, receivers_of, register, settle

EVENTS = [*AgreementEvent, *ChargeEvent]


class Told:
    """Registers for every event, and collects what comes."""

    def __init__(self, emulator: Emulator, msn: str = "123456") -> None:
        self.emulator = emulator
        register(emulator, URL, EVENTS, msn=msn)
        self._receivers: Receivers = receivers_of(emulator)

    @property
    def contents(self) -> list[dict[str, Any]]:
        """All payloads so far, in their order."""
        settle(self.emulator)
        return [each.content for each in self._receivers.received]

    @property
    def names(self) -> list[str]:
        """Their events, in short: ``agreement-activated``."""
        return [each["eventType"].removeprefix("recurring.").removesuffix(".v1") for each in self.contents]

    def forget(self) -> None:
        """Forget what has come so far."""
        settle(self.emulator)
        self._receivers.received.clear()
