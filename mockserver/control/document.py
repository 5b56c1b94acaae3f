"""What the document about the control API says besides its table: filters, bodies and answers, by method and path."""

from typing import Annotated, Any, Final, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from mockserver.apis.epayment.domain.payment import State
from mockserver.apis.login.control import logins
from mockserver.apis.login.domain.backchannel import State as AuthenticationState
from mockserver.apis.login.domain.logins import LoginState
from mockserver.apis.management import control as orders
from mockserver.apis.management.domain.product_order import OrderState, OrderType
from mockserver.control import answers, authority, world
from mockserver.core.money import Market
from mockserver.scenarios.domain.scenario import CONDITIONS, TEXTS
from mockserver.scenarios.domain.scenario_form import OUTCOMES
from mockserver.web import control as requests
from mockserver.web.described import PROBLEM, Changes, Described, Document, Parameter, Problem, Reply
from mockserver.webhooks.control import answers as webhook_answers
from mockserver.webhooks.control import inbox, webhooks
from mockserver.webhooks.domain import DeliveryState
from mockserver.world.domain.customer import Customer
from mockserver.world.domain.merchant import Merchant, SalesUnit
from mockserver.world.domain.partner import Partner, Permission

Number = Annotated[int, Field(ge=0, le=10_000)]


class RuleBody(TypedDict):
    """A scenario rule, as in a file."""

    name: NotRequired[Annotated[str, Field(min_length=1, max_length=100, pattern="^[^/]*$")]]
    comment: NotRequired[str]
    when: NotRequired[
        Annotated[
            dict[str, Any] | None,
            Field(description="What a request must match: any of " + ", ".join(f"`{each}`" for each in CONDITIONS)),
        ]
    ]
    then: Annotated[
        dict[str, Any],
        Field(description="What happens: one of " + ", ".join(f"`{each}`" for each in OUTCOMES) + ", with its details"),
    ]
    times: NotRequired[Annotated[int, Field(ge=1)]]
    enabled: NotRequired[bool]


class NewRuleBody(RuleBody):
    """A scenario rule, and where it goes among the others."""

    position: NotRequired[Annotated[int, Field(ge=0)] | None]


class RuleView(RuleBody):
    """A rule: its own keys, and how often it was met and applied."""

    outcome: str
    operations: list[str]
    matched: int
    applied: int


class Rules(TypedDict):
    """The rules in order, and the profiles that there are."""

    rules: list[RuleView]
    profiles: list[str]


class ProfilesBody(TypedDict):
    """Packaged profiles by name."""

    profiles: list[str]


_LIMIT: Final = Parameter("limit", "At most this many; 100 if left out.", Number)
_MSN: Final = Parameter("msn", "Of this sales unit.")
_REFERENCE: Final = Parameter("reference", "Of this payment.")
_PHONE: Final = Parameter("phone", "Of this customer.")


def _shows(kind: Any, *filters: Parameter, text: str = "The requested data.", **more: Any) -> Described:
    return Described({200: Reply(text, kind)}, parameters=filters, **more)


def _does(kind: Any, body: Any = requests.EmptyBody, *, needed: bool = False, **more: Any) -> Described:
    return Described({200: Reply("Done.", kind)}, body, body_required=needed, **more)


_ALL: Final = {
    "GET /health": Described({200: Reply("It is up.", answers.Health)}, security=()),
    "GET /ca.pem": Described({200: Reply("The certificate.", str, authority.PEM)}, errors=(404,), security=()),
    "POST /reset": _does(webhook_answers.ResetAnswer, requests.ResetBody),
    "GET /clock": _shows(answers.ClockState),
    "POST /clock/advance": _does(answers.ClockState, requests.AdvanceBody, needed=True),
    "POST /clock/set": _does(answers.ClockState, requests.SetClockBody, needed=True),
    "POST /clock/freeze": _does(answers.ClockState),
    "POST /clock/unfreeze": _does(answers.ClockState),
    "GET /requests": _shows(
        answers.Requests,
        Parameter("operation", "Official operation id."),
        Parameter("api", "Such as epayment."),
        _MSN,
        _REFERENCE,
        Parameter("status", "HTTP status of the answer.", Annotated[int, Field(ge=0, le=999)]),
        Parameter("warnings", "Whether a kindness was used.", Literal["true", "false"]),
        _LIMIT,
    ),
    "GET /checklist": _shows(
        answers.Checklist,
        _MSN,
        Parameter("api", "Of this checklist.", Literal["platform", "epayment", "login", "partner"]),
    ),
}
_PAYMENTS: Final = {
    "GET /payments": _shows(answers.Payments, _MSN, Parameter("state", "In this state.", State), _REFERENCE, _LIMIT),
    "GET /payments/{msn}/{reference}": _shows(answers.WholePayment),
    "POST /payments/{msn}/{reference}/approve": _does(answers.PaymentView, requests.ApproveBody, errors=(409,)),
    "POST /payments/{msn}/{reference}/decline": _does(answers.DeclinedPayment, requests.DeclineBody, errors=(409,)),
    "POST /payments/{msn}/{reference}/abort": _does(answers.PaymentView, errors=(409,)),
    "POST /payments/{msn}/{reference}/expire": _does(answers.PaymentView, errors=(409,)),
}
_WORLD: Final = {
    "GET /keys": Described(
        {200: Reply("The variables, as JSON or as lines.", str, world.PLAIN, other=answers.ClientKeys)},
        parameters=(Parameter("format", "JSON when left out.", Literal["json", "env", "export", "dotenv"]),),
    ),
    "GET /customers": _shows(answers.Customers, Parameter("market", "Of this country.", Market), _LIMIT),
    "POST /customers": _does(answers.ShownCustomer, Changes(Customer, needed=("phone",)), needed=True),
    "GET /customers/{phone}": _shows(answers.ShownCustomer),
    "GET /merchants": _shows(answers.Merchants),
    "GET /merchants/{id}": _shows(Merchant),
    "PATCH /merchants/{id}": _does(Merchant, Changes(Merchant, ("id", "agreement")), needed=True),
    "GET /sales-units": _shows(answers.SalesUnits),
    "GET /sales-units/{msn}": _shows(SalesUnit),
    "PATCH /sales-units/{msn}": _does(SalesUnit, Changes(SalesUnit, ("msn", "merchant_id", "keys")), needed=True),
    "GET /partners": _shows(answers.Partners),
    "GET /partners/{id}": _shows(Partner),
    "PATCH /partners/{id}": _does(Partner, Changes(Partner, ("id",)), needed=True),
    "PUT /partners/{id}/permissions/{permission}": _does(Partner, None),
    "DELETE /partners/{id}/permissions/{permission}": _does(Partner, None),
    "GET /emails": _shows(
        answers.Emails, Parameter("address", "To this address."), Parameter("order", "About this order."), _LIMIT
    ),
}
_ORDERS: Final = {
    "GET /product-orders": _shows(
        answers.Orders,
        Parameter("partner", "Of this partner."),
        Parameter("merchant", "Of this merchant."),
        Parameter("status", "In this state.", OrderState),
        Parameter("type", "Created in this way.", OrderType),
        _LIMIT,
    ),
    "POST /product-orders": _does(answers.OrderView, orders.MakeBody, needed=True, errors=(404,)),
    "GET /product-orders/{id}": _shows(answers.OrderView),
    "POST /product-orders/{id}/view": _does(answers.OrderView, errors=(409,)),
    "POST /product-orders/{id}/submit": _does(answers.OrderView, orders.SubmitBody, errors=(409,)),
    "POST /product-orders/{id}/hold": _does(answers.OrderView, orders.HoldBody, errors=(409,)),
    "POST /product-orders/{id}/release": _does(answers.OrderView, errors=(409,)),
    "POST /product-orders/{id}/approve": _does(answers.OrderView, errors=(409,)),
    "POST /product-orders/{id}/reject": _does(answers.OrderView, orders.RejectBody, errors=(409,)),
    "POST /product-orders/{id}/expire": _does(answers.OrderView, errors=(409,)),
    "POST /merchants/{id}/agreement/sign": _does(Merchant, orders.SignBody, errors=(409,)),
    "POST /merchants/{id}/agreement/activate": _does(Merchant, errors=(409,)),
    "POST /merchants/{id}/agreement/decline": _does(Merchant, errors=(409,)),
}
_WEBHOOKS: Final = {
    "GET /webhooks": _shows(webhook_answers.Registrations),
    "POST /webhooks": _does(webhook_answers.NewRegistration, webhooks.RegistrationBody, needed=True),
    "POST /webhooks/settle": _does(answers.Done),
    "GET /webhooks/deliveries": _shows(
        webhook_answers.Deliveries,
        Parameter("webhook", "Of this registration."),
        Parameter("msn", "Of this sales unit, together with reference."),
        Parameter("reference", "Of this payment, together with msn."),
        Parameter("event", "Of this event."),
        Parameter("state", "In this state.", DeliveryState),
        _LIMIT,
        Parameter("wait", "Seconds to wait for the first one.", Annotated[int, Field(ge=0, le=webhooks.LONGEST_WAIT)]),
    ),
    "POST /webhooks/deliveries/{id}/replay": _does(answers.Done),
    "POST /webhooks/{id}/pause": _does(webhook_answers.RegistrationView),
    "POST /webhooks/{id}/resume": _does(webhook_answers.RegistrationView),
    "POST /webhooks/{id}/faults": _does(webhook_answers.RegistrationView, webhooks.FaultsBody),
    "POST /webhooks/{id}/sample": _does(answers.Done, webhooks.SampleBody, needed=True),
    "POST /webhooks/{id}/replay": _does(webhook_answers.Replayed),
    "POST /inbox/{name}": Described(
        {204: Reply("Received."), "default": Reply("Received, answered as the inbox is configured to.", answers.Told)},
        Any,
        "*/*",
        body_required=False,
        errors=(400,),
        security=(),
    ),
    "GET /inbox/{name}": _shows(webhook_answers.InboxView, _LIMIT),
    "PATCH /inbox/{name}": _does(webhook_answers.Behaving, inbox.BehaviourBody),
    "DELETE /inbox/{name}": _does(answers.Done, None),
}
_LOGINS: Final = {
    "GET /logins": _shows(answers.Logins, _MSN, _PHONE, Parameter("state", "In this state.", LoginState), _LIMIT),
    "GET /logins/{id}": _shows(answers.LoginView),
    "POST /logins/{id}/approve": _does(answers.LoginView, logins.ApproveLoginBody, errors=(409,)),
    "POST /logins/{id}/reject": _does(answers.LoginView, logins.RejectLoginBody, errors=(409,)),
    "GET /consents": _shows(answers.Consents, _MSN, _PHONE, _LIMIT),
    "POST /consents/{msn}/{phone}/withdraw": _does(answers.WithdrawnConsent),
    "POST /login-keys/rotate": _does(answers.NewKey),
    "GET /ciba": _shows(
        answers.Authentications, _PHONE, Parameter("state", "In this state.", AuthenticationState), _LIMIT
    ),
    "GET /ciba/{authReqId}": _shows(answers.AuthenticationView),
    "POST /ciba/{authReqId}/confirm": _does(answers.AuthenticationView, logins.AnswersBody, errors=(409,)),
    "POST /ciba/{authReqId}/deny": _does(answers.AuthenticationView, errors=(409,)),
    "POST /ciba/{authReqId}/old-app": _does(answers.AuthenticationView, errors=(409,)),
}
_SCENARIOS: Final = {
    "GET /scenarios": _shows(Rules),
    "POST /scenarios": _does(RuleView, NewRuleBody, needed=True, errors=(409,)),
    "PUT /scenarios": _does(Rules, ProfilesBody, needed=True),
    "GET /scenarios/{name}": _shows(RuleView),
    "PUT /scenarios/{name}": _does(RuleView, RuleBody, needed=True, errors=(409,)),
    "DELETE /scenarios/{name}": _does(answers.Done, None),
    "POST /scenarios/{name}/on": _does(RuleView),
    "POST /scenarios/{name}/off": _does(RuleView),
    "GET /scenarios/{name}/explain": _shows(
        answers.Explanation,
        Parameter(
            "entry", "The number of a journal entry; excludes all other parameters.", Annotated[int, Field(ge=0)]
        ),
        Parameter("operation", "Official operation id."),
        Parameter("api", "Such as epayment."),
        Parameter("amount", "Minor units.", Annotated[int, Field(ge=0)]),
        Parameter("header", "`name:value`; may be repeated.", list[str]),
        *(Parameter(name, CONDITIONS[name]) for name in TEXTS),
    ),
}
_STATE_FILE: Final = dict[str, Any]
_STATE: Final = {
    "GET /state": _shows(_STATE_FILE, text="Everything that the server knows, as a state file."),
    "PUT /state": _does(answers.Done, _STATE_FILE, needed=True),
    "GET /snapshots": _shows(answers.Snapshots),
    "PUT /snapshots/{name}": _does(answers.SnapshotView, errors=(409,)),
    "DELETE /snapshots/{name}": _does(answers.Done, None),
    "POST /snapshots/{name}/restore": _does(answers.SnapshotView),
}

DOCUMENT: Final = Document(
    title="Control API",
    version="1",
    operations=_ALL | _PAYMENTS | _WORLD | _ORDERS | _WEBHOOKS | _LOGINS | _SCENARIOS | _STATE,
    problem=Reply("", Problem, PROBLEM),
    others={401: Reply("", Problem, PROBLEM, ("WWW-Authenticate",))},
    path={
        "msn": Parameter("msn", "Of a sales unit."),
        "phone": Parameter("phone", "Of a customer, country code first."),
        "permission": Parameter("permission", "A right of a partner.", Permission),
    },
)
