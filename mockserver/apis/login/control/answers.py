"""What the control API answers about logins, as types for its document."""

from typing_extensions import TypedDict

from mockserver.apis.login.domain.backchannel import State as AuthenticationState
from mockserver.apis.login.domain.logins import LoginState, Rejection


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
