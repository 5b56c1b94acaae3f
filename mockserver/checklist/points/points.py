"""What a point of a checklist is, and those of all products together."""

from collections.abc import Callable, Iterable
from dataclasses import field
from functools import cached_property, reduce
from operator import or_
from typing import Final

from mockserver.checklist.points import platform
from mockserver.checklist.points.finding import Finding, Judge
from mockserver.checklist.points.seen import Calls, Detail, History
from mockserver.core.engine import Tx
from mockserver.core.values import frozen


@frozen
class Point:
    """One point: ``title`` is what it asks for, ``source`` the official document that it comes from."""

    id: str
    api: str
    title: str
    source: str
    judge: Judge


def point(id_: str, title: str, source: str, judge: Judge) -> Point:
    """A point whose id begins with the name of its checklist."""
    return Point(id_, id_.partition("-")[0], title, source, judge)


def no_evidence(tx: Tx, msn: str | None) -> object:
    """Nothing but what the journal has."""
    return None


@frozen
class Checks:
    """The points of one checklist, in the order in which they are told; there need not be any.

    ``calls`` is what those of all APIs have to know of the operations. ``evidence`` gives what the store knows of an
    integration, of one sales unit or of all, for their judges. ``name`` is what people call the checklist, where
    that is not just ``api``.
    """

    api: str
    points: tuple[Point, ...] = ()
    calls: Calls = field(default_factory=Calls)
    evidence: Callable[[Tx, str | None], object] = no_evidence
    name: str = ""

    @property
    def told_as(self) -> str:
        """What people call it."""
        return self.name or self.api.replace("-", " ").capitalize()


_PAY: Final = "ePayment checklist"
_KEYS: Final = "HTTP headers guide"
_OURS: Final = "this emulator"
_WEBHOOKS: Final = "webhooks"
PLATFORM: Final = Checks(
    "platform",
    (
        point(
            "platform-token-cached",
            "tokens are kept, not fetched for each call",
            "Access token guide",
            platform.token_cached,
        ),
        point("platform-system-headers", "all calls have Vipps-System headers", _PAY, platform.system_headers),
        point("platform-msn", "all calls have a Merchant-Serial-Number", _KEYS, platform.msn_sent),
        point("platform-no-kindness", "nothing needed a kindness", _OURS, platform.no_kindness),
        point("platform-errors", "errors are logged and displayed", _PAY, platform.errors_displayed),
    ),
    Calls(
        deeds=frozenset({"registerWebhook"}),
        say_system=frozenset({_WEBHOOKS}),
        name_unit=(platform.for_one_unit(_WEBHOOKS),),
        details=(Detail("pspReference", answered=("pspReference",)),),
    ),
)
"""What holds for all APIs, with what there is to know of the one about the webhooks of all."""


class Checklist:
    """All points: those of the platform, then each product's by name."""

    def __init__(self, brought: Iterable[Checks]) -> None:
        self.all = (PLATFORM, *sorted(brought, key=lambda checks: checks.api))

    @property
    def apis(self) -> tuple[str, ...]:
        """What points can be asked for by."""
        return tuple(checks.api for checks in self.all if checks.points)

    @cached_property
    def calls(self) -> Calls:
        """What is known of the operations of all products."""
        return reduce(or_, (checks.calls for checks in self.all))

    @property
    def points(self) -> tuple[Point, ...]:
        """Every point, in the order in which they are told."""
        return tuple(point for checks in self.all for point in checks.points)

    def judge(self, history: History, api: str | None = None) -> list[tuple[Point, Finding]]:
        """The findings of all points, or of one API's."""
        return [(each, each.judge(history)) for each in self.points if api in (None, each.api)]
