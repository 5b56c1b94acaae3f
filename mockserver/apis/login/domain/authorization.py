"""The authorize request of a login: what a client may ask for, and how it is refused (OpenID Connect, RFC 7636)."""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from enum import StrEnum
from hmac import compare_digest
from typing import Final
from urllib.parse import quote, urlencode

from mockserver.core.errors import Refusal
from mockserver.core.money import Market
from mockserver.core.policy import Kindness, Lenience
from mockserver.core.values import frozen
from mockserver.world.domain.login import OPENID, LoginSettings, is_loopback, is_redirect_uri, is_web

APP_AUTH: Final = "urn:vipps:acr:app_auth"
"""The only ``acr``: the user confirmed in the app, whether remembered or not."""
SHORTEST_STATE: Final = 8
"""Characters."""

_PKCE = re.compile(r"[A-Za-z0-9._~-]{43,128}", re.ASCII)
_S256 = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_MARKETS: Final = ("NO", "DK", "FI", "SE")

Parameters = Mapping[str, list[str]]
"""A query or form: the values of each name, as often as it was sent."""


class OAuthError(Refusal):
    """A refusal in OAuth's words, answered as JSON with this HTTP status.

    ``debug`` says what exactly is wrong where the words are those of the platform for many causes.
    """

    def __init__(self, status: int, error: str, description: str, debug: str | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.error = error
        self.description = description
        self.debug = debug


class PageError(OAuthError):
    """A refusal that must not send the browser anywhere: it is shown on a page."""


class ResponseMode(StrEnum):
    """How the browser brings the answer back to the client."""

    QUERY = "query"
    FRAGMENT = "fragment"
    FORM_POST = "form_post"


@frozen
class Return:
    """The way back to a client: where to, with which parameters, and how the browser brings them."""

    redirect_uri: str
    parameters: dict[str, str]
    mode: ResponseMode = ResponseMode.QUERY

    @property
    def url(self) -> str | None:
        """The address that the browser is sent to; None for one that it posts a form to."""
        if self.mode is ResponseMode.FORM_POST:
            return None
        fields, uri = urlencode(self.parameters, quote_via=quote, safe=""), self.redirect_uri
        if self.mode is ResponseMode.FRAGMENT:
            return f"{uri}#{fields}"
        mark = "" if uri.endswith(("?", "&")) else "&" if "?" in uri else "?"
        return f"{uri}{mark}{fields}" if fields else uri


def back_to(redirect_uri: str, parameters: Mapping[str, str | None], mode: ResponseMode = ResponseMode.QUERY) -> Return:
    """The way back with those of the parameters that are there."""
    return Return(redirect_uri, {name: value for name, value in parameters.items() if value is not None}, mode)


class RedirectError(OAuthError):
    """A refusal that goes back to the client, with its ``state``."""

    def __init__(
        self,
        redirect_uri: str,
        state: str | None,
        error: str,
        description: str,
        mode: ResponseMode = ResponseMode.QUERY,
    ) -> None:
        super().__init__(302, error, description)
        told = {"error": error, "error_description": description, "state": state}
        self.way_back = back_to(redirect_uri, told, mode)


class RequestedFlow(StrEnum):
    """How the user gets back from the app; without one, by going back to the browser."""

    APP_TO_APP = "app_to_app"
    APP_TO_APP_V2 = "app_to_app_v2"
    AUTOMATIC_RETURN = "automatic_return_from_vipps_app"


class Prompt(StrEnum):
    """What the client wants the user to be asked."""

    NONE = "none"
    LOGIN = "login"
    CONSENT = "consent"
    SELECT_ACCOUNT = "select_account"


@frozen
class AuthorizationRequest:
    """A login that a client asks for. ``scopes`` are those that its unit's plan covers, ``max_age`` in seconds.

    ``client_id`` is what the client called itself, a partner by the unit's MSN: it becomes the audience.
    """

    client_id: str
    scopes: tuple[str, ...]
    redirect_uri: str | None = None
    state: str | None = None
    nonce: str | None = None
    code_challenge: str | None = None
    code_challenge_method: str = "plain"
    requested_flow: RequestedFlow | None = None
    app_callback_uri: str | None = None
    final_redirect_is_app: bool = False
    market: Market | None = None
    app_auth: bool = False
    prompts: tuple[Prompt, ...] = ()
    max_age: int | None = None
    login_hint: str | None = None
    response_mode: ResponseMode = ResponseMode.QUERY


def one(parameters: Parameters, name: str) -> str | None:
    """The value of a parameter; None when it is missing or empty."""
    values = [value for value in parameters.get(name, ()) if value]
    return values[0] if values else None


def check_redirect_uri(parameters: Parameters, settings: LoginSettings, lenience: Lenience) -> str:
    """Where the client wants the user back; raises PageError for what the unit has not registered."""
    values = parameters.get("redirect_uri", [])
    if len(values) != 1 or not values[0]:
        raise PageError(400, "invalid_request", "The request needs exactly one redirect_uri.")
    uri = values[0]
    if uri in settings.redirect_uris:
        return uri
    shown = uri[:100]
    if is_loopback(uri) and lenience.allow(
        Kindness.UNREGISTERED_REDIRECT, f"redirect_uri {shown} is not registered for the sales unit"
    ):
        return uri
    raise PageError(
        400,
        "invalid_request",
        f"The redirect_uri {shown} is not registered for the sales unit: it must be the same to the last character.",
    )


class Checker:
    """Reads the parameters of one request whose ``redirect_uri`` is good; every refusal goes back there."""

    def __init__(self, parameters: Parameters, redirect_uri: str, settings: LoginSettings) -> None:
        self._parameters = parameters
        self._redirect_uri = redirect_uri
        self._settings = settings
        states = parameters.get("state", [])
        self._state = states[0] if states else None
        self._mode = self._response_mode()

    def _response_mode(self) -> ResponseMode:
        """How the client wants its answer, errors too; by query where it asks for what cannot be done."""
        wanted = self._get("response_mode") or ResponseMode.QUERY
        known = wanted in tuple(ResponseMode) and len(self._parameters.get("response_mode", ())) < 2
        if not known or (wanted == ResponseMode.FORM_POST and not is_web(self._redirect_uri)):
            return ResponseMode.QUERY
        return ResponseMode(wanted)

    def read(self, client_id: str, *, nin_allowed: bool) -> AuthorizationRequest:
        """The request; raises RedirectError."""
        self._check_protocol()
        scopes = self._scopes()
        challenge, method = self._challenge()
        flow, callback = self._flow(challenge)
        return AuthorizationRequest(
            client_id=client_id,
            scopes=self._settings.covered(scopes, nin_allowed=nin_allowed),
            redirect_uri=self._redirect_uri,
            state=self._state,
            nonce=self._get("nonce"),
            code_challenge=challenge,
            code_challenge_method=method,
            requested_flow=flow,
            app_callback_uri=callback,
            final_redirect_is_app=self._choice("final_redirect_is_app", ("true", "false")) == "true",
            market=self._market(),
            app_auth=APP_AUTH in (self._get("acr_values") or "").split(),
            prompts=self._prompts(),
            max_age=self._max_age(),
            login_hint=self._get("login_hint"),
            response_mode=self._mode,
        )

    def refuse(self, error: str, description: str) -> RedirectError:
        """A refusal of this request, to be raised."""
        return RedirectError(self._redirect_uri, self._state, error, description, self._mode)

    def _get(self, name: str) -> str | None:
        return one(self._parameters, name)

    def _check_protocol(self) -> None:
        for name, values in self._parameters.items():
            if len(values) > 1:
                raise self.refuse("invalid_request", f"The parameter {name[:40]} was sent more than once.")
        for name in ("request", "request_uri", "registration"):
            if self._get(name):
                raise self.refuse(f"{name}_not_supported", f"The parameter {name} is not supported.")
        response_type = self._get("response_type")
        if response_type is None:
            raise self.refuse("invalid_request", "The request needs response_type=code.")
        if response_type != "code":
            raise self.refuse("unsupported_response_type", "The response_type must be code.")
        if self._get("response_mode") not in (None, self._mode):
            reason = f"The response_mode must be one of {', '.join(ResponseMode)}, and no form is posted to an app."
            raise self.refuse("unsupported_response_mode", reason)
        if len(self._state or "") < SHORTEST_STATE:
            raise self.refuse("invalid_state", f"The state must have at least {SHORTEST_STATE} characters.")

    def _scopes(self) -> tuple[str, ...]:
        scopes = tuple((self._get("scope") or "").split())
        if OPENID not in scopes:
            raise self.refuse("invalid_scope", "The scope must contain openid.")
        return scopes

    def _challenge(self) -> tuple[str | None, str]:
        challenge, method = self._get("code_challenge"), self._get("code_challenge_method")
        if challenge is None:
            if method is not None:
                raise self.refuse("invalid_request", "A code_challenge_method needs a code_challenge.")
            return None, "plain"
        method = method or "plain"
        if method not in ("S256", "plain"):
            raise self.refuse("invalid_request", "The code_challenge_method must be S256 or plain.")
        if not (_S256 if method == "S256" else _PKCE).fullmatch(challenge):
            raise self.refuse("invalid_request", f"The code_challenge is not one of method {method}.")
        return challenge, method

    def _flow(self, challenge: str | None) -> tuple[RequestedFlow | None, str | None]:
        wanted = self._choice("requested_flow", tuple(RequestedFlow))
        flow, callback = RequestedFlow(wanted) if wanted else None, self._get("app_callback_uri")
        if callback is not None and flow is None:
            raise self.refuse("invalid_request", "An app_callback_uri needs a requested_flow.")
        if flow is RequestedFlow.APP_TO_APP and callback is None:
            raise self.refuse("invalid_app_callback_uri", "The flow app_to_app needs an app_callback_uri.")
        if flow is RequestedFlow.APP_TO_APP_V2 and challenge is None:
            raise self.refuse("invalid_request", "The flow app_to_app_v2 needs a code_challenge.")
        if callback is not None and not is_redirect_uri(callback):
            raise self.refuse("invalid_app_callback_uri", "The app callback uri does not have a valid format.")
        known = (*self._settings.redirect_uris, *self._settings.app_callback_uris)
        if callback is not None and callback not in known:
            raise self.refuse("app_callback_uri_not_registered", "The app callback uri is not registered.")
        return flow, callback

    def _market(self) -> Market | None:
        market = self._choice("market", _MARKETS)
        return Market(market) if market else None

    def _prompts(self) -> tuple[Prompt, ...]:
        words = tuple((self._get("prompt") or "").split())
        if any(word not in tuple(Prompt) for word in words):
            raise self.refuse("invalid_request", f"The prompt must be one of {', '.join(Prompt)}.")
        if Prompt.NONE in words and len(words) > 1:
            raise self.refuse("invalid_request", "The prompt none goes with no other.")
        return tuple(Prompt(word) for word in words)

    def _max_age(self) -> int | None:
        text = self._get("max_age")
        if text is None:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise self.refuse("invalid_request", "The max_age must be a number of seconds.")
        return int(text)

    def _choice(self, name: str, choices: tuple[str, ...]) -> str | None:
        value = self._get(name)
        if value is not None and value not in choices:
            raise self.refuse("invalid_request", f"The {name} must be one of {', '.join(choices)}.")
        return value


def verifier_fits(challenge: str | None, method: str, verifier: str | None) -> bool:
    """Whether a token request's ``code_verifier`` is that of the code: none for a code without challenge."""
    if challenge is None or verifier is None:
        return challenge is None and verifier is None
    if not _PKCE.fullmatch(verifier):
        return False
    made = s256(verifier) if method == "S256" else verifier
    return compare_digest(made.encode(), challenge.encode())


def s256(verifier: str) -> str:
    """The S256 challenge of a verifier."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
