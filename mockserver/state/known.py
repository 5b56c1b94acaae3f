"""What state files are held against."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from mockserver.core.values import frozen
from mockserver.webhooks.events import EventTypes

if TYPE_CHECKING:
    from mockserver.scenarios.domain.vocabulary import Vocabulary


@frozen
class Known:
    """What state files of a server may speak of: kinds of what can be due, operations in scenario rules, events."""

    due: frozenset[str]
    vocabulary: "Callable[[], Vocabulary]"
    events: EventTypes
