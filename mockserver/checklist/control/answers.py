"""What the control API answers about the checklist, as types for its document."""

from typing_extensions import TypedDict

from mockserver.checklist.points.finding import Verdict


class PointView(TypedDict):
    """A point of a checklist, with the numbers of the journal entries and deliveries that bear the verdict out.

    ``facts`` bear it out too: registrations, links and the like.
    """

    id: str
    api: str
    title: str
    source: str
    verdict: Verdict
    explanation: str
    requests: list[int]
    deliveries: list[int]
    facts: list[str]


class ExampleView(TypedDict):
    """A request, or a webhook, that bears verdicts out; what it has not is null. Values have at most 200 characters.

    ``details`` are pspReference, paymentDescription and the like, by their names, also from other requests about
    the same reference. ``status`` is what was answered, of a webhook at its latest try; 0 without an answer.
    """

    request: int | None
    delivery: int | None
    at: str
    operation: str
    method: str
    path: str | None
    status: int
    msn: str | None
    reference: str | None
    headers: dict[str, str]
    details: dict[str, str]


class StatementsView(TypedDict):
    """What was said with the call, and is kept nowhere."""

    description: str
    documentation: str
    pilot: str
    demo: str


class Named(TypedDict):
    """A checklist, and what people call it."""

    api: str
    name: str


class JournalSize(TypedDict):
    """How much the journal keeps, and how much of it is gone."""

    size: int
    lost: int


class Checklist(TypedDict):
    """All points, counted by verdict, with examples of what bears them out; ``msn`` is null for all sales units."""

    at: str
    version: str
    msn: str | None
    checklists: list[Named]
    statements: StatementsView
    points: list[PointView]
    examples: list[ExampleView]
    summary: dict[str, int]
    journal: JournalSize
