"""A login on its way, what an approved one gives, and the consent that stays. Times: milliseconds since 1970 (UTC)."""

from dataclasses import field
from enum import StrEnum
from typing import Any, Final

from mockserver.apis.login.domain.authorization import AuthorizationRequest, Return, back_to
from mockserver.core.instants import MINUTE, timestamp
from mockserver.core.values import frozen
from mockserver.world.domain.login import (
    CUSTOM_FLOW,
    DELEGATED_CONSENTS,
    OPENID,
    CustomFlow,
    LoginSettings,
    MarketingConsents,
)

LOGIN_LIFETIME: Final = 10 * MINUTE
"""How long a user has to confirm, in milliseconds."""
CODE_LIFETIME: Final = 2 * MINUTE
"""How long a code can be exchanged, in milliseconds ("a couple of minutes")."""
TOKEN_EXPIRES_IN: Final = 3599
"""What the token answer says, in seconds."""
POLLED_EXPIRES_IN: Final = 300
"""The same where the client polled for it."""
USERINFO_LIFETIME: Final = 10 * MINUTE
"""For how long Userinfo takes a token, in milliseconds, unless that expires before."""
ID_TOKEN_LIFETIME: Final = 3600
"""Seconds."""
CONSENT_REVOKED: Final = "CONSENT_REVOKED"
"""The event that a merchant is told when a user withdraws."""


class LoginState(StrEnum):
    """Where a login stands. The last three are final."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"


class Rejection(StrEnum):
    """Why a login came to nothing: the documented error codes that a client gets back."""

    ACCESS_DENIED = "access_denied"
    SERVER_ERROR = "server_error"
    LOGIN_REQUIRED = "login_required"
    CONSENT_REQUIRED = "consent_required"
    OUTDATED_APP_VERSION = "outdated_app_version"
    WRONG_CHALLENGE = "wrong_challenge"
    UNKNOWN_REJECT_REASON = "unknown_reject_reason"

    @property
    def description(self) -> str:
        """What stands in ``error_description``."""
        return _DESCRIPTIONS[self]


_DESCRIPTIONS = {
    Rejection.ACCESS_DENIED: "The user cancelled the login",
    Rejection.SERVER_ERROR: "Something went wrong, please try again",
    Rejection.LOGIN_REQUIRED: "The user must log in with interaction",
    Rejection.CONSENT_REQUIRED: "The user must give consent with interaction",
    Rejection.OUTDATED_APP_VERSION: "The user's app is too old and needs to be updated",
    Rejection.WRONG_CHALLENGE: "The user selected the wrong number",
    Rejection.UNKNOWN_REJECT_REASON: "Something went wrong, the reject reason is unknown",
}


@frozen
class Login:
    """A login that waits for its user, or is over.

    ``challenge`` is three numbers, the first being the right one; ``matched`` whether it was picked. ``phone`` is the
    user, once known; ``remembered_at`` when a remembered browser's user confirmed in the app. ``remember``: the user
    wants the browser to be remembered. ``act_at`` is when a delayed user confirms. ``code``, ``error`` and ``grant``
    (its number in the store) are what came of it. ``auth_req_id`` is there when the merchant started it.
    ``made_up``: the user's number was nobody's. ``asked_at`` and ``remembered_at`` are by the clock of tokens.
    """

    id: str
    secret: str
    msn: str
    request: AuthorizationRequest
    created_at: int
    expires_at: int
    challenge: tuple[int, ...] = ()
    state: LoginState = LoginState.WAITING
    phone: str | None = None
    matched: bool = False
    remember: bool = False
    remembered_at: int | None = None
    act_at: int | None = None
    code: str | None = None
    error: Rejection | None = None
    grant: int | None = None
    auth_req_id: str | None = None
    made_up: bool = False
    asked_at: int | None = None


@frozen
class Answers:
    """What the user ticked, by id: marketing consents and elements of the custom flow. None: whatever is there."""

    marketing: frozenset[str] | None = None
    flow: frozenset[str] | None = None


@frozen
class Grant:
    """What an approved login gives to its client, whichever way the client gets hold of it.

    ``sub`` is the user at this unit. ``auth_time`` is when the user confirmed in the app, ``requested_at`` when the
    client asked, both by the clock of tokens. ``made_up``: the user's number was nobody's. ``collected`` holds further
    Userinfo members that are told this once. ``auth_req_id`` is that of a merchant-initiated login.
    """

    login_id: str
    msn: str
    client_id: str
    phone: str
    sub: str
    sid: str
    scopes: tuple[str, ...]
    auth_time: int
    requested_at: int
    approved_at: int
    acr: str | None = None
    nonce: str | None = None
    redirect_uri: str | None = None
    code_challenge: str | None = None
    code_challenge_method: str = "plain"
    collected: dict[str, Any] = field(default_factory=dict)
    auth_req_id: str | None = None
    made_up: bool = False

    @property
    def polled(self) -> bool:
        """Whether the client of a merchant-initiated login asks for its tokens until they are there."""
        return self.auth_req_id is not None and self.redirect_uri is None

    @property
    def to_webpage(self) -> bool:
        """Whether a merchant-initiated login ends at the merchant's page, which brings a code."""
        return self.auth_req_id is not None and self.redirect_uri is not None


@frozen
class Consent:
    """What a user agreed to share with a unit. ``asked`` names the texts that were shown once and are not again."""

    msn: str
    phone: str
    sub: str
    scopes: tuple[str, ...]
    given_at: int
    asked: tuple[str, ...] = ()

    def covers(self, scopes: tuple[str, ...]) -> bool:
        """Whether the user need not be asked for these."""
        return set(needing_consent(scopes)) <= {*self.scopes, *self.asked}


@frozen
class StoredLogin:
    """A login with its number in the store."""

    id: int
    login: Login


@frozen
class StoredGrant:
    """A grant with its number, its code until when it holds, when that was used, and its access token with its end.

    Times are milliseconds since 1970 (UTC).
    """

    id: int
    grant: Grant
    code_expires_at: int | None
    used_at: int | None
    token: str | None
    token_expires_at: int | None


def needing_consent(scopes: tuple[str, ...]) -> tuple[str, ...]:
    """The scopes that a user is asked for: all but openid."""
    return tuple(scope for scope in scopes if scope != OPENID)


def collect(
    settings: LoginSettings, scopes: tuple[str, ...], known: Consent | None, answers: Answers, at: int
) -> dict[str, Any]:
    """What Userinfo tells of the texts that are shown at this login; nothing of those that were shown before."""
    before = known.asked if known else ()
    collected: dict[str, Any] = {}
    if settings.delegated_consents and DELEGATED_CONSENTS in scopes and DELEGATED_CONSENTS not in before:
        collected["delegatedConsents"] = _marketing(settings.delegated_consents, answers.marketing, at)
    if settings.custom_flow and CUSTOM_FLOW in scopes and CUSTOM_FLOW not in before:
        collected["flowResult"] = _flow(settings.custom_flow, answers.flow)
    return collected


def missing_answers(settings: LoginSettings, scopes: tuple[str, ...], answers: Answers) -> list[str]:
    """The titles of what the user has to tick and did not."""
    missing = []
    if settings.delegated_consents and DELEGATED_CONSENTS in scopes and answers.marketing is not None:
        consents = settings.delegated_consents.consents
        missing += [each.text for each in consents if each.required and each.id not in answers.marketing]
    if settings.custom_flow and CUSTOM_FLOW in scopes and answers.flow is not None:
        elements = [element for screen in settings.custom_flow.screens for element in screen.elements]
        missing += [each.title for each in elements if each.required and each.id not in answers.flow]
    return missing


def _marketing(texts: MarketingConsents, accepted: frozenset[str] | None, at: int) -> dict[str, Any]:
    return {
        "language": texts.language,
        "heading": texts.heading,
        "termsDescription": texts.terms,
        "confirmConsentButtonText": texts.button,
        "links": {
            "termsLinkText": texts.terms_text,
            "termsLinkUrl": texts.terms_url,
            "privacyStatementLinkText": texts.privacy_text,
            "privacyStatementLinkUrl": texts.privacy_url,
        },
        "timeOfConsent": f"{timestamp(at)[:19]}Z",
        "consents": [
            {
                "id": each.id,
                "accepted": accepted is None or each.id in accepted,
                "required": each.required,
                "textDisplayedToUser": each.text,
            }
            for each in texts.consents
        ],
    }


def _flow(flow: CustomFlow, ticked: frozenset[str] | None) -> dict[str, Any]:
    return {
        "language": flow.language,
        "screens": [
            {
                "title": screen.title,
                "description": screen.description,
                "terms": {"links": [{"title": link.title, "url": link.url} for link in screen.links]},
                "elements": [
                    {
                        "type": "checkbox",
                        "id": element.id,
                        "title": element.title,
                        "checked": ticked is None or element.id in ticked,
                    }
                    for element in screen.elements
                ],
            }
            for screen in flow.screens
        ],
    }


def way_back(login: Login) -> Return | None:
    """Where the browser goes now that the login is over; None while it waits, or when it has nowhere to go."""
    request = login.request
    if request.redirect_uri is None or login.state is LoginState.WAITING:
        return None
    if login.code is None:
        error = login.error or Rejection.SERVER_ERROR
        told = {"error": str(error), "error_description": error.description, "state": request.state}
    elif login.auth_req_id is not None:
        told = {"code": login.code}
    else:
        told = {"code": login.code, "scope": " ".join(request.scopes), "state": request.state}
    return back_to(request.redirect_uri, told, request.response_mode)
