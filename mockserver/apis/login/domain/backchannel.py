"""Logins that a merchant starts (OpenID CIBA): what may be asked for, and the life of one authentication.

Times are milliseconds since 1970 (UTC), expiry and interval seconds, as on the wire.
"""

import re
from dataclasses import replace
from enum import StrEnum
from typing import Final

from mockserver.apis.login.domain.authorization import OAuthError, Parameters, one
from mockserver.apis.login.domain.logins import LoginState, Rejection
from mockserver.core.errors import IllegalAction
from mockserver.core.money import Market
from mockserver.core.policy import Kindness, Lenience
from mockserver.core.values import frozen
from mockserver.world.domain.customer import MSISDN, MSISDN_RULE, Customer, LoginBehaviour, country_code
from mockserver.world.domain.login import OPENID

DEFAULT_EXPIRY: Final = 600
SHORTEST_EXPIRY: Final = 60
LONGEST_EXPIRY: Final = 900
INTERVAL: Final = 5
SLOWER: Final = 5
"""By how many seconds each ``slow_down`` makes the interval longer (CIBA Core, 11)."""
EARLY: Final = 250
"""Milliseconds by which a poll may come before its time: networks are not even."""
MOST_AT_ONCE: Final = 5
"""Authentications of one user that may wait at a time."""
LOGIN_TO_WEBPAGE: Final = "login_to_webpage"

_MSISDN_HINT: Final = "urn:msisdn:"
_MOBILE_NUMBER_HINT: Final = "urn:mobilenumber:"
_NATIONAL = re.compile(r"[0-9]{8}", re.ASCII)
_TOKEN_HINT: Final = "urn:customer-token:"  # noqa: S105 - the name of a kind of hint
_BINDING_MESSAGE = re.compile(r"[A-Z0-9\-]{5,8}", re.ASCII)
_EXPIRY = re.compile(r"[0-9]{1,6}", re.ASCII)


class BackchannelError(OAuthError):
    """A refusal with what OAuth has no room for: ``error_code`` as text, ``retry_after`` in seconds."""

    def __init__(
        self,
        status: int,
        error: str,
        description: str,
        *,
        error_code: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(status, error, description)
        self.error_code = error_code
        self.retry_after = retry_after


class State(StrEnum):
    """Where an authentication stands."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    DENIED = "denied"
    EXPIRED = "expired"
    EXCHANGED = "exchanged"


class Action(StrEnum):
    """What moves an authentication: its user, time, and its client's token requests."""

    CONFIRM = "confirm"
    DENY = "deny"
    EXPIRE = "expire"
    EXCHANGE = "exchange"


TRANSITIONS: Final = {
    (State.PENDING, Action.CONFIRM): State.CONFIRMED,
    (State.PENDING, Action.DENY): State.DENIED,
    (State.PENDING, Action.EXPIRE): State.EXPIRED,
    (State.CONFIRMED, Action.EXPIRE): State.EXPIRED,
    (State.CONFIRMED, Action.EXCHANGE): State.EXCHANGED,
}
"""Everything that can happen; what is not here is refused."""

ENDS: Final = {
    LoginState.APPROVED: Action.CONFIRM,
    LoginState.REJECTED: Action.DENY,
    LoginState.EXPIRED: Action.EXPIRE,
}
"""What the end of its login does to an authentication."""


@frozen
class Authentication:
    """A login that a merchant started: what its client holds on to, and how often it asks.

    ``redirects``: the user ends in a browser, at the merchant's page. ``expires_at`` is when ``auth_req_id`` is good
    no more. ``denied_for``: why the user's side said no.
    """

    auth_req_id: str
    login_id: int
    phone: str
    expires_at: int
    binding_message: str | None = None
    redirects: bool = False
    interval: int = INTERVAL
    state: State = State.PENDING
    last_polled_at: int | None = None
    denied_for: Rejection | None = None

    def moved(self, action: Action) -> "Authentication":
        """What an action makes of it; raises IllegalAction for one that its state does not allow."""
        following = TRANSITIONS.get((self.state, action))
        if following is None:
            raise IllegalAction(f"The authentication is {self.state}")
        return replace(self, state=following)

    def polled(self, at: int) -> tuple["Authentication", OAuthError | None]:
        """What a token request with its ``auth_req_id`` makes of it, and the refusal that the client gets, if any."""
        if self.state is State.PENDING:
            return self._asked_again(at)
        if self.state is State.CONFIRMED:
            return self.moved(Action.EXCHANGE), None
        return self, self.refusal()

    def _asked_again(self, at: int) -> tuple["Authentication", OAuthError]:
        last = self.last_polled_at
        if last is not None and at < last + self.interval * 1000 - EARLY:
            slower = replace(self, last_polled_at=at, interval=self.interval + SLOWER)
            return slower, OAuthError(400, "slow_down", f"Wait {slower.interval} seconds between requests")
        return replace(self, last_polled_at=at), self.refusal()

    def refusal(self) -> OAuthError:
        """What the token endpoint says of an authentication that gives no tokens, or none any more."""
        match self.state:
            case State.PENDING:
                return OAuthError(400, "authorization_pending", "The authorization request is still pending")
            case State.EXPIRED:
                return OAuthError(400, "expired_token", "The auth_req_id has expired")
            case State.DENIED:
                return _denial(self.denied_for or Rejection.ACCESS_DENIED)
            case _:
                return OAuthError(400, "invalid_grant", "The auth_req_id was exchanged before")


def _denial(reason: Rejection) -> OAuthError:
    code = "old_app" if reason is Rejection.OUTDATED_APP_VERSION else None
    return BackchannelError(400, "access_denied", reason.description, error_code=code)


@frozen
class Hint:
    """Whom a client means: one of the two is set."""

    phone: str | None = None
    token: str | None = None


@frozen
class BackchannelRequest:
    """What a client asks for; ``redirects`` when the user is to end at the merchant's page."""

    hint: Hint
    scopes: tuple[str, ...]
    binding_message: str | None
    expiry: int
    redirects: bool


def read_request(form: Parameters, market: Market, lenience: Lenience) -> BackchannelRequest:
    """What a form of a unit in ``market`` asks for, its redirect URI aside; OAuthError as CIBA Core, 13 has it."""
    check_single(form)
    for name in ("request", "login_hint_token", "id_token_hint"):
        if one(form, name):
            raise _invalid(f"The parameter {name} is not supported, only login_hint is.")
    flow = one(form, "requested_flow")
    if flow not in (None, LOGIN_TO_WEBPAGE):
        raise _invalid(f"The requested_flow must be {LOGIN_TO_WEBPAGE}, or left out.")
    return BackchannelRequest(
        read_hint(form, market, lenience),
        _scopes(form),
        _binding_message(form),
        _expiry(form),
        redirects=flow is not None,
    )


def check_single(form: Parameters) -> None:
    """Raise OAuthError for a parameter that was sent more than once."""
    for name, values in form.items():
        if len(values) > 1:
            raise _invalid(f"The parameter {name[:40]} was sent more than once.")


def read_hint(form: Parameters, market: Market, lenience: Lenience) -> Hint:
    """The user that ``login_hint`` or ``loginHint`` of a unit in ``market`` names; raises OAuthError."""
    hint = _either(form, "login_hint", "loginHint")
    if hint is None:
        raise _invalid("The parameter login_hint is missing.")
    if hint.startswith(_MOBILE_NUMBER_HINT) and lenience.allow(
        Kindness.MOBILE_NUMBER_HINT, f"login_hint is {_MOBILE_NUMBER_HINT}, not {_MSISDN_HINT}"
    ):
        number = hint.removeprefix(_MOBILE_NUMBER_HINT)
        hint = _MSISDN_HINT + (country_code(market) + number if _NATIONAL.fullmatch(number) else number)
    if hint.startswith(_MSISDN_HINT):
        phone = hint.removeprefix(_MSISDN_HINT).removeprefix("+")
        if MSISDN.fullmatch(phone):
            return Hint(phone=phone)
        raise _invalid(f"The login_hint holds no MSISDN: {MSISDN_RULE}.")
    if hint.startswith(_TOKEN_HINT) and hint != _TOKEN_HINT:
        return Hint(token=hint.removeprefix(_TOKEN_HINT))
    raise _invalid("The login_hint must be urn:msisdn:{number} or urn:customer-token:{token}.")


def _either(form: Parameters, name: str, other: str) -> str | None:
    value, same = one(form, name), one(form, other)
    if value is not None and same is not None and value != same:
        raise _invalid(f"The parameters {name} and {other} differ.")
    return value or same


def _scopes(form: Parameters) -> tuple[str, ...]:
    scope = one(form, "scope")
    if scope is None:
        raise _invalid("The parameter scope is missing.")
    scopes = tuple(scope.split())
    if OPENID not in scopes:
        raise OAuthError(400, "invalid_scope", "The scope must contain openid.")
    return scopes


def _binding_message(form: Parameters) -> str | None:
    message = _either(form, "binding_message", "bindingMessage")
    if message is not None and not _BINDING_MESSAGE.fullmatch(message):
        reason = "The binding_message must be 5 to 8 of A to Z, 0 to 9 and the hyphen."
        raise OAuthError(400, "invalid_binding_message", reason)
    return message


def _expiry(form: Parameters) -> int:
    text = one(form, "requested_expiry")
    if text is None:
        return DEFAULT_EXPIRY
    if not _EXPIRY.fullmatch(text) or not SHORTEST_EXPIRY <= int(text) <= LONGEST_EXPIRY:
        raise _invalid(f"The requested_expiry must be {SHORTEST_EXPIRY} to {LONGEST_EXPIRY} seconds.")
    return int(text)


def _invalid(description: str) -> OAuthError:
    return OAuthError(400, "invalid_request", description)


def check_user(customer: Customer | None, at: int) -> Customer:
    """Give the customer back who can log in this way; raises BackchannelError ``invalid_user`` or ``old_app``."""
    if customer is None or not customer.may_log_in(at):
        reason = "There is no user who can log in this way behind the login_hint."
        raise BackchannelError(400, "unknown_user_id", reason, error_code="invalid_user")
    if customer.login is LoginBehaviour.OLD_APP:
        raise BackchannelError(400, "access_denied", "The user's app is too old for this login.", error_code="old_app")
    return customer


def check_crowd(waiting: int, first_ends_at: int | None, at: int) -> None:
    """Raise BackchannelError (429) when so many authentications of the user wait already; the first ends then."""
    if waiting < MOST_AT_ONCE or first_ends_at is None:
        return
    seconds = max(1, -(-(first_ends_at - at) // 1000))
    description = "Too many logins of this user wait at the same time."
    raise BackchannelError(429, "too_many_requests", description, retry_after=seconds)
