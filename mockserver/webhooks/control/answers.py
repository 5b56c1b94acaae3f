"""What the control API answers about webhooks: registrations, deliveries, inboxes, resets."""

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from mockserver.webhooks.domain import DeliveryState, OwnerKind


class OwnerView(TypedDict):
    """A sales unit, or a partner with the ``msn`` of the unit where it is only about one."""

    kind: OwnerKind
    id: str
    msn: NotRequired[str]


class FaultsView(TypedDict):
    """What goes wrong on purpose, as it was asked for."""

    duplicate: bool
    delaySeconds: float
    reorder: bool
    wrongSignature: bool
    dropFirst: int


class RegistrationView(TypedDict):
    """A webhook registration."""

    id: str
    owner: OwnerView
    url: str
    events: list[str]
    createdAt: str
    paused: bool
    failingSince: str | None
    faults: FaultsView


class NewRegistration(RegistrationView):
    """A registration with the secret that its deliveries are signed with."""

    secret: str


class DroppedView(TypedDict):
    """What is gone although somebody may count on it."""

    webhooks: list[RegistrationView]


class ResetAnswer(TypedDict):
    """It is done, and what was dropped by it."""

    status: Literal["ok"]
    dropped: DroppedView


class Registrations(TypedDict):
    """All of them."""

    webhooks: list[RegistrationView]


class AttemptView(TypedDict):
    """One try; status 0 when there was no answer, and ``response`` says why."""

    at: str
    status: int
    durationMs: int
    headers: dict[str, str]
    response: str


class DeliveryView(TypedDict):
    """An event on its way to a registration."""

    id: int
    webhook: str
    event: str
    subject: str
    state: DeliveryState
    createdAt: str
    dueAt: str | None
    tries: int
    body: str
    attempts: list[AttemptView]


class Deliveries(TypedDict):
    """The latest first."""

    deliveries: list[DeliveryView]


class Replayed(TypedDict):
    """How many are sent once more."""

    replayed: int


class BehaviourView(TypedDict):
    """How an inbox answers."""

    status: int
    delaySeconds: float
    hang: bool


class Behaving(TypedDict):
    """How an inbox answers from now on."""

    behaviour: BehaviourView


class SignatureFinding(TypedDict):
    """One part of a delivery, and whether it is right."""

    part: str
    right: bool
    words: str


class VerifiedAttempt(TypedDict):
    """One try, and what is right and wrong about it."""

    at: str
    genuine: bool
    findings: list[SignatureFinding]


class Verified(TypedDict):
    """The tries of a delivery, oldest first, each by itself."""

    delivery: int
    webhook: str
    url: str
    attempts: list[VerifiedAttempt]


class EventNews(TypedDict):
    """An event happened at a sales unit; ``body`` is what its webhooks have, without secrets."""

    kind: Literal["event"]
    at: str
    event: str
    msn: str
    reference: str | None
    body: NotRequired[str]


class DeliveryNews(TypedDict):
    """A delivery was tried, or dropped without a try (``status`` null)."""

    kind: Literal["delivery"]
    at: str
    id: int
    webhook: str
    event: str
    msn: str
    reference: str | None
    state: DeliveryState
    tries: int
    dueAt: str | None
    status: int | None
    durationMs: int | None
    response: NotRequired[str | None]


class Message(TypedDict):
    """What arrived; ``body`` as JSON where it is JSON, else as text."""

    at: str
    headers: dict[str, str]
    body: Any
    genuine: bool
    findings: list[SignatureFinding]
    cut: list[str]


class InboxView(Behaving):
    """An inbox, the latest message first."""

    messages: list[Message]
