"""What scenario rules may do to new registrations."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.scenarios.domain.reading import BadRule, Place, check_keys, mapping, seconds, whole
from mockserver.scenarios.domain.vocabulary import OutcomeKind, only
from mockserver.webhooks.domain import LONGEST_DELAY, Faults

_KEYS: Final = ("duplicate", "delay", "reorder", "wrong_signature", "drop_first")


def _read(given: Mapping[str, Any], place: Place) -> Faults:
    place = (*place, "webhook")
    faults = mapping(given["webhook"], place)
    check_keys(faults, _KEYS, place)
    for key in ("duplicate", "reorder", "wrong_signature"):
        if not isinstance(faults.get(key, False), bool):
            raise BadRule((*place, key), "must be true or false")
    return Faults(
        duplicate=faults.get("duplicate", False),
        delay=round(seconds(faults.get("delay", 0), (*place, "delay"), LONGEST_DELAY) * 1000),
        reorder=faults.get("reorder", False),
        wrong_signature=faults.get("wrong_signature", False),
        drop_first=whole(faults.get("drop_first", 0), (*place, "drop_first"), 0),
    )


OUTCOMES: Final = (
    OutcomeKind(
        "webhook",
        "breaks a new registration: `duplicate`, `delay` (seconds), `reorder`, `wrong_signature`, `drop_first`",
        _read,
        only("registerWebhook"),
    ),
)
