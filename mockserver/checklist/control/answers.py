"""What the control API answers about the checklist, as types for its document."""

from typing_extensions import TypedDict

from mockserver.checklist.points.finding import Verdict


class PointView(TypedDict):
    """A point of a checklist, with the numbers of the journal entries and deliveries that bear the verdict out."""

    id: str
    api: str
    title: str
    source: str
    verdict: Verdict
    explanation: str
    requests: list[int]
    deliveries: list[int]


class JournalSize(TypedDict):
    """How much the journal keeps, and how much of it is gone."""

    size: int
    lost: int


class Checklist(TypedDict):
    """All points, counted by verdict."""

    points: list[PointView]
    summary: dict[str, int]
    journal: JournalSize
