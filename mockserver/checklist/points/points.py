"""The table of points: what is judged, how, and where it comes from."""

from typing import Final

from mockserver.apis.epayment.domain.payment import EventName
from mockserver.checklist.points import epayment, login, partner, platform
from mockserver.checklist.points.finding import Finding, Judge, used
from mockserver.checklist.points.seen import History
from mockserver.checklist.points.states import learnt
from mockserver.core.values import frozen

APIS: Final = ("platform", "epayment", "login", "partner")
"""What points can be asked for by; ``platform`` is what holds for all APIs."""

_PAY, _LOG, _PART = "ePayment checklist", "Login checklist", "Partner keys guide"
_PACE, _KEYS, _OURS = "polling guidelines", "HTTP headers guide", "this emulator"
_HOOKS, _MANAGE, _OIDC = "Webhooks guide", "Management guide", "Login guide"


@frozen
class Point:
    """One point: ``title`` is what it asks for, ``source`` the official document that it comes from."""

    id: str
    api: str
    title: str
    source: str
    judge: Judge


def _point(id_: str, title: str, source: str, judge: Judge) -> Point:
    api = id_.partition("-")[0]
    return Point(id_, api, title, source, judge)


POINTS: Final = (
    _point("platform-token-cached", "tokens are kept, not fetched for each call", "Access token guide",
           platform.token_cached),
    _point("platform-system-headers", "all calls have Vipps-System headers", _PAY, platform.system_headers),
    _point("platform-msn", "all calls have a Merchant-Serial-Number", _KEYS, platform.msn_sent),
    _point("platform-no-kindness", "nothing needed a kindness", _OURS, platform.no_kindness),
    _point("platform-errors", "errors are logged and displayed", _PAY, platform.errors_displayed),
    _point("epayment-create", "createPayment is used", _PAY, used("createPayment")),
    _point("epayment-get", "getPayment is used", _PAY, used("getPayment")),
    _point("epayment-event-log", "getPaymentEventLog is used", _PAY, used("getPaymentEventLog")),
    _point("epayment-cancel", "cancelPayment is used", _PAY, used("cancelPayment")),
    _point("epayment-capture-full", "payments are captured in full", _PAY,
           epayment.moved("capturePayment", "authorizedAmount", full=True)),
    _point("epayment-capture-partial", "payments are captured in part", _PAY,
           epayment.moved("capturePayment", "authorizedAmount", full=False)),
    _point("epayment-refund-full", "captures are refunded in full", _PAY,
           epayment.moved("refundPayment", "capturedAmount", full=True)),
    _point("epayment-refund-partial", "captures are refunded in part", _PAY,
           epayment.moved("refundPayment", "capturedAmount", full=False)),
    *(
        _point(f"epayment-{name.lower()}", f"{name} reaches the integration", _PAY, learnt(name))
        for name in EventName
    ),
    _point("epayment-webhooks-registered", "webhooks for payment events are registered", _PAY,
           epayment.webhooks_registered),
    _point("epayment-webhooks-answered", "webhooks get a 2xx within 10 seconds", _HOOKS, epayment.webhooks_answered),
    _point("epayment-webhooks-verified", "webhooks with a wrong signature are refused", _HOOKS,
           epayment.webhooks_verified),
    _point("epayment-polling", "payments are polled after 5 seconds, every 2 at most", _PACE, epayment.polling),
    _point("epayment-keys-sent", "all changes have an Idempotency-Key", _KEYS, epayment.keys_sent),
    _point("epayment-keys-reused", "a retry has the same key and body", _KEYS, epayment.keys_reused),
    _point("epayment-unused-cancelled", "reservations that are not needed are cancelled", _PAY,
           epayment.unused_cancelled),
    _point("epayment-shipped", "money is captured when goods are sent", _PAY, epayment.captured_after_shipping),
    _point("epayment-return", "returnUrl works in any browser", _PAY, epayment.return_handled),
    _point("login-discovery", "the OpenID configuration is read", _LOG, login.public("discoverOpenIDConfiguration")),
    _point("login-keys", "the public keys are read", _LOG, login.public("wellKnown")),
    _point("login-authorize", "logins are started (in a browser)", _LOG, login.authorize_used),
    _point("login-token", "logins give tokens", _LOG, login.tokens_had),
    _point("login-ciba", "users are asked to log in (merchant-initiated)", _LOG, used("ciba-auth")),
    _point("login-user-exists", "users are looked for (merchant-initiated)", _LOG, used("user-exists")),
    _point("login-state", "each login has a state of its own", _OIDC, login.state_used),
    _point("login-nonce", "each login has a nonce of its own", _OIDC, login.fresh("nonce")),
    _point("login-pkce", "each login has a PKCE challenge (S256)", _OIDC, login.pkce_used),
    _point("login-code-once", "each code is exchanged once for an id token", _OIDC, login.code_once),
    _point("login-errors", "logins that end with an error are handled", _LOG, login.errors_handled),
    _point("login-browsers", "logins work in any browser", _LOG, login.browsers_tried),
    _point("login-linked", "users are linked to accounts", _LOG, login.accounts_linked),
    _point("partner-msn", "partner keys come with a Merchant-Serial-Number", _PART, partner.keys_with_msn),
    _point("partner-prices", "the price packages are read", _MANAGE, used("getPartnerPricePackages")),
    _point("partner-price-from-list", "orders take their price package from the list", _MANAGE,
           partner.price_from_list),
    _point("partner-prefill", "product orders are prefilled", _MANAGE, used("orderProduct")),
    _point("partner-order-followed", "a prefilled order is followed to its end", _MANAGE, partner.order_followed),
)  # fmt: skip
"""Every point, in the order in which they are told."""


def judge(history: History, api: str | None = None) -> list[tuple[Point, Finding]]:
    """The findings of all points, or of one API's."""
    return [(each, each.judge(history)) for each in POINTS if api in (None, each.api)]
