"""What was decided about single payments before anybody acted on them."""

from mockserver.core.values import frozen
from mockserver.world.domain.conduct import Conduct


@frozen
class Chosen:
    """What is known of one payment beforehand: the ``conduct`` that a rule chose, the ``phone`` that was asked.

    ``card`` and ``consent`` are what was picked and ticked for whoever takes its time.
    """

    conduct: Conduct | None = None
    phone: str | None = None
    card: str | None = None
    consent: bool = True
