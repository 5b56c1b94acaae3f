"""What the control API answers, as types for its document. Times are RFC 3339, amounts minor units."""

from typing import Literal

from typing_extensions import TypedDict

from mockserver.apis.epayment.domain.payment import EventName, State
from mockserver.apis.login.domain.backchannel import State as AuthenticationState
from mockserver.apis.login.domain.logins import LoginState, Rejection
from mockserver.apis.management.domain.email import EmailKind, EmailState
from mockserver.apis.management.domain.order_form import Dropped, OrderForm
from mockserver.apis.management.domain.product_order import OrderState, OrderType
from mockserver.checklist.points.finding import Verdict
from mockserver.core.money import Currency
from mockserver.core.values import frozen
from mockserver.world.domain.conduct import DeclineReason
from mockserver.world.domain.customer import Customer
from mockserver.world.domain.merchant import Merchant, SalesUnit
from mockserver.world.domain.order_policy import HoldReason
from mockserver.world.domain.partner import Partner


class Done(TypedDict):
    """It is done."""

    status: Literal["ok"]


class Health(Done):
    """The server is up."""

    version: str


class ClockState(TypedDict):
    """The time; how far it is ahead of the real one, in seconds."""

    now: str
    frozen: bool
    aheadSeconds: float


class Declined(TypedDict):
    """Why an attempt to pay failed, and whose it was; ``customer`` is null when nobody was named."""

    customer: str | None
    reason: DeclineReason
    detail: str


class Decline(Declined):
    """The same, and when."""

    at: str


class PaymentView(TypedDict):
    """A payment in short; ``declines`` are the latest attempts that failed, oldest first."""

    msn: str
    reference: str
    state: State
    currency: Currency
    amount: int
    authorized: int
    captured: int
    refunded: int
    cancelled: int
    createdAt: str
    expiresAt: str
    captureDeadline: str | None
    processingUntil: str | None
    customer: str | None
    declines: list[Decline]


class Payments(TypedDict):
    """The latest first."""

    payments: list[PaymentView]


class LoggedEvent(TypedDict):
    """An event of a payment."""

    name: EventName
    amount: int
    success: bool
    at: str
    pspReference: str
    idempotencyKey: str | None
    declined: Declined | None


class MerchantLegalLinks(TypedDict):
    """Where a merchant's terms and privacy policy can be read."""

    termsOfSaleUrl: str | None
    privacyPolicyUrl: str | None


class WholePayment(PaymentView):
    """A payment with its page and events, and the links that its merchant gave."""

    landingPage: str
    merchantLegalLinks: MerchantLegalLinks | None
    events: list[LoggedEvent]


class DeclinedPayment(PaymentView):
    """A payment after a failed attempt, and why it failed."""

    declined: DeclineReason
    detail: str


class Warned(TypedDict):
    """A kindness that was used."""

    kindness: str
    message: str


class UsedRule(TypedDict):
    """The scenario rule (null for a header) that changed what happened, and how."""

    rule: str | None
    outcome: str


class JournalRequest(TypedDict):
    """Headers by name and value; secrets are taken out."""

    headers: list[list[str]]
    body: str


class JournalAnswer(TypedDict):
    """The body of the answer."""

    body: str


class JournalEntry(TypedDict):
    """A request and its answer."""

    id: int
    at: str
    direction: Literal["incoming", "outgoing"]
    api: str | None
    operation: str | None
    msn: str | None
    reference: str | None
    method: str
    path: str
    query: str
    status: int
    durationMs: float
    replayed: bool
    warnings: list[Warned]
    scenario: UsedRule | None
    request: JournalRequest
    response: JournalAnswer


class Requests(TypedDict):
    """The journal, the latest first."""

    requests: list[JournalEntry]


class ClientKeys(TypedDict):
    """By the names of environment variables."""

    variables: dict[str, str]


@frozen
class ShownCustomer(Customer):
    """A customer with the text of the QR code in its app."""

    personal_qr: str = ""


class Customers(TypedDict):
    """In the order of the world."""

    customers: list[ShownCustomer]


class Merchants(TypedDict):
    """In the order of the world."""

    merchants: list[Merchant]


class SalesUnits(TypedDict):
    """In the order of the world."""

    salesUnits: list[SalesUnit]


class OrderView(TypedDict):
    """All of a product order; ``page`` is its form."""

    id: str
    type: OrderType
    status: OrderState
    partner: str
    merchant: str
    createdAt: str
    expiresAt: str | None
    submittedAt: str | None
    readyAt: str | None
    decidedAt: str | None
    hold: HoldReason | None
    rejection: str | None
    msn: str | None
    form: OrderForm
    dropped: list[Dropped]
    page: str | None


class Orders(TypedDict):
    """The latest first."""

    productOrders: list[OrderView]


class Partners(TypedDict):
    """In the order of the world."""

    partners: list[Partner]


class EmailView(TypedDict):
    """An email and what became of it."""

    id: int
    kind: EmailKind
    order: str
    address: str
    subject: str
    text: str
    writtenAt: str
    state: EmailState
    tries: int
    failure: str | None


class Emails(TypedDict):
    """The latest first."""

    emails: list[EmailView]


class Told(TypedDict):
    """The status that the inbox was told to answer with."""

    status: int


class LoginView(TypedDict):
    """A login; ``redirectTo`` is where its browser goes on, ``form`` what it posts to ``redirectUri`` from there."""

    id: str
    msn: str
    clientId: str
    state: LoginState
    scopes: list[str]
    redirectUri: str | None
    customer: str | None
    createdAt: str
    expiresAt: str
    error: Rejection | None
    page: str
    redirectTo: str | None
    form: dict[str, str] | None


class Logins(TypedDict):
    """The latest first."""

    logins: list[LoginView]


class ConsentView(TypedDict):
    """What a user shares with a sales unit."""

    msn: str
    phone: str
    sub: str
    scopes: list[str]
    asked: list[str]
    givenAt: str


class Consents(TypedDict):
    """What users share."""

    consents: list[ConsentView]


class WithdrawnConsent(ConsentView):
    """A consent that is no more, and what came of telling the merchant."""

    webhook: str | None


class NewKey(TypedDict):
    """The key that signs from now on."""

    kid: str


class AuthenticationView(TypedDict):
    """A login that a merchant started; ``interval`` in seconds."""

    authReqId: str
    loginId: str
    msn: str
    clientId: str
    customer: str
    state: AuthenticationState
    bindingMessage: str | None
    scopes: list[str]
    interval: int
    createdAt: str
    expiresAt: str
    error: Rejection | None
    redirectTo: str | None


class Authentications(TypedDict):
    """The latest first."""

    authentications: list[AuthenticationView]


class Condition(TypedDict):
    """One condition held against a request."""

    condition: str
    matched: bool
    wanted: str
    had: str | None


class Explanation(TypedDict):
    """Whether a rule fits, condition by condition."""

    matches: bool
    conditions: list[Condition]


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


class SnapshotView(TypedDict):
    """A snapshot, and what the clock showed when it was taken."""

    name: str
    takenAt: str


class Snapshots(TypedDict):
    """All snapshots."""

    snapshots: list[SnapshotView]
