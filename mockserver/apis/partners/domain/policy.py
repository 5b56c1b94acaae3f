"""What becomes of applications when nobody decides by hand."""

from mockserver.core.values import frozen


@frozen
class RoadPolicy:
    """``approves_after``: seconds of the clock until an application is approved by itself; None: by hand."""

    approves_after: float | None = None
