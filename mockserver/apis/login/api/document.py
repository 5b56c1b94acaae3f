"""What the document about the Login API says besides its tables: forms, queries, answers and their types."""

from typing import Annotated, Any, Final, Literal, NotRequired, get_args, get_origin

from pydantic import Field
from typing_extensions import TypedDict

from mockserver.apis.login.api.exchange import EXCHANGES
from mockserver.apis.login.domain.authorization import SHORTEST_STATE, Prompt, RequestedFlow, ResponseMode
from mockserver.apis.login.domain.backchannel import LOGIN_TO_WEBPAGE
from mockserver.core.money import Market
from mockserver.web.described import BASIC, FORM, HTML, TOKEN, Described, Document, Parameter, Reply


class LoginError(TypedDict):
    """An error in OAuth's shape; ``error_code`` is the status, or a documented word, ``error_debug`` the cause."""

    error: str
    error_description: str
    error_code: int | str
    error_debug: NotRequired[str]


class Configuration(TypedDict):
    """The OpenID provider's metadata."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str
    revocation_endpoint: str
    end_session_endpoint: str
    backchannel_authentication_endpoint: str
    backchannel_token_delivery_modes_supported: list[str]
    backchannel_user_code_parameter_supported: bool
    response_types_supported: list[str]
    response_modes_supported: list[str]
    grant_types_supported: list[str]
    subject_types_supported: list[str]
    id_token_signing_alg_values_supported: list[str]
    userinfo_signing_alg_values_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    code_challenge_methods_supported: list[str]
    scopes_supported: list[str]
    claims_supported: list[str]
    acr_values_supported: list[str]
    claims_parameter_supported: bool
    request_parameter_supported: bool
    request_uri_parameter_supported: bool
    require_request_uri_registration: bool


class PublicKey(TypedDict):
    """A key that id tokens are signed with: RSA has ``n`` and ``e``, EC ``crv``, ``x`` and ``y``."""

    use: Literal["sig"]
    alg: Literal["RS256", "ES256"]
    kty: Literal["RSA", "EC"]
    kid: str
    n: NotRequired[str]
    e: NotRequired[str]
    crv: NotRequired[str]
    x: NotRequired[str]
    y: NotRequired[str]


class Keys(TypedDict):
    """All keys whose tokens are good."""

    keys: list[PublicKey]


class Tokens(TypedDict):
    """What a login gives; ``expires_in`` in seconds. To who polls, ``Bearer`` and no scope."""

    access_token: str
    expires_in: int
    id_token: str
    scope: NotRequired[str]
    token_type: Literal["bearer", "Bearer"]


class Started(TypedDict):
    """A login that was asked for: ``expires_in`` and ``interval`` in seconds."""

    auth_req_id: str
    expires_in: int
    interval: int


class Exists(TypedDict):
    """Whether there is somebody who could be asked."""

    exists: bool


class Client(TypedDict):
    """Who calls, for clients that authenticate by client_secret_post."""

    client_id: NotRequired[str]
    client_secret: NotRequired[str]


class AuthorizeForm(TypedDict):
    """The parameters of a login in a browser, once each; others are ignored."""

    client_id: NotRequired[Annotated[str, Field(description="Of the sales unit; a partner sends its MSN.")]]
    msn: NotRequired[Annotated[str, Field(description="In the place of client_id, by partners: sent on to it.")]]
    redirect_uri: str
    response_type: Literal["code"]
    scope: Annotated[str, Field(description="Words with spaces between them; openid is one of them.")]
    state: Annotated[str, Field(min_length=SHORTEST_STATE)]
    response_mode: NotRequired[ResponseMode]
    nonce: NotRequired[str]
    code_challenge: NotRequired[str]
    code_challenge_method: NotRequired[Literal["S256", "plain"]]
    requested_flow: NotRequired[RequestedFlow]
    app_callback_uri: NotRequired[str]
    final_redirect_is_app: NotRequired[Literal["true", "false"]]
    market: NotRequired[Market]
    acr_values: NotRequired[str]
    prompt: NotRequired[Annotated[str, Field(description=f"Words of {', '.join(Prompt)}.")]]
    max_age: NotRequired[Annotated[str, Field(pattern="^[0-9]{1,9}$", description="Seconds.")]]
    login_hint: NotRequired[str]


class TokenForm(Client):
    """What is exchanged for tokens: a code with its redirect_uri, or an auth_req_id."""

    grant_type: Annotated[str, Field(json_schema_extra={"enum": list(EXCHANGES)})]
    code: NotRequired[str]
    redirect_uri: NotRequired[str]
    code_verifier: NotRequired[str]
    auth_req_id: NotRequired[str]


class RevokeForm(Client):
    """An access token that is to be good no more."""

    token: str


class LogoutForm(TypedDict):
    """Where the browser goes on, and whose browser it is."""

    post_logout_redirect_uri: NotRequired[str]
    id_token_hint: NotRequired[str]
    client_id: NotRequired[str]
    state: NotRequired[str]


class HintForm(Client):
    """The user who is meant: `urn:msisdn:{number}` or `urn:customer-token:{token}`, under either name."""

    login_hint: NotRequired[str]
    loginHint: NotRequired[str]


class BackchannelForm(HintForm):
    """A login that is asked for; `requested_expiry` in seconds."""

    scope: Annotated[str, Field(description="Words with spaces between them; openid is one of them.")]
    binding_message: NotRequired[Annotated[str, Field(pattern="^[A-Z0-9-]{5,8}$")]]
    bindingMessage: NotRequired[Annotated[str, Field(pattern="^[A-Z0-9-]{5,8}$")]]
    requested_expiry: NotRequired[Annotated[str, Field(pattern="^[0-9]{1,6}$")]]
    requested_flow: NotRequired[Annotated[str, Field(json_schema_extra={"const": LOGIN_TO_WEBPAGE})]]
    redirect_uri: NotRequired[str]
    nonce: NotRequired[str]
    acr_values: NotRequired[str]


def _query(form: type) -> tuple[Parameter, ...]:
    """The fields of a form as parameters of a query."""
    optional: Any = NotRequired
    return tuple(
        Parameter(
            name,
            "",
            get_args(kind)[0] if get_origin(kind) is optional else kind,
            required=get_origin(kind) is not optional,
        )
        for name, kind in form.__annotations__.items()
    )


_CLIENT = ((BASIC,), (TOKEN,), ())
_MSN = Parameter("Merchant-Serial-Number", "The sales unit, for a partner with its access token.", where="header")
_NO_STORE = ("Cache-Control",)
_PAGE = "A page that says what is wrong: the browser must not be sent back."
_SEND_ON = Reply("To the login page, or back to the client with a code or an error.", headers=("Location",))
_START: Final[dict[int | str, Reply]] = {302: _SEND_ON, 400: Reply(_PAGE, str, HTML), 401: Reply(_PAGE, str, HTML)}
_END: Final[dict[int | str, Reply]] = {
    200: Reply("A page that says so.", str, HTML),
    302: Reply("To post_logout_redirect_uri.", headers=("Location",)),
    400: Reply(f"{_PAGE} JSON for what is no form or query at all.", str, HTML, other=LoginError),
    401: Reply(_PAGE, str, HTML),
}

DOCUMENT: Final = Document(
    title="Login API",
    version="1.1.0",
    operations={
        "discoverOpenIDConfiguration": Described(
            {200: Reply("The metadata.", Configuration, headers=_NO_STORE)}, security=()
        ),
        "wellKnown": Described({200: Reply("The keys.", Keys)}, security=()),
        "GET oauthAuth": Described(_START, parameters=_query(AuthorizeForm), security=()),
        "POST oauthAuth": Described(_START, AuthorizeForm, FORM, security=()),
        "oauth2Token": Described(
            {200: Reply("Tokens.", Tokens, headers=_NO_STORE)},
            TokenForm,
            FORM,
            parameters=(_MSN,),
            errors=(400, 401),
            security=_CLIENT,
        ),
        "revokeOAuth2Token": Described(
            {200: Reply("Ended, or never good.", headers=_NO_STORE)},
            RevokeForm,
            FORM,
            parameters=(_MSN,),
            errors=(400, 401),
            security=_CLIENT,
        ),
        "GET revokeOidcSession": Described(_END, parameters=_query(LogoutForm), security=()),
        "POST revokeOidcSession": Described(_END, LogoutForm, FORM, body_required=False, security=()),
        "ciba-auth": Described(
            {200: Reply("The user is asked.", Started, headers=_NO_STORE)},
            BackchannelForm,
            FORM,
            parameters=(_MSN,),
            errors=(400, 401, 429),
            security=_CLIENT,
        ),
        "user-exists": Described(
            {200: Reply("The answer.", Exists, headers=_NO_STORE)},
            HintForm,
            FORM,
            parameters=(_MSN,),
            errors=(400, 401),
            security=_CLIENT,
        ),
    },
    problem=Reply("", LoginError, headers=_NO_STORE),
    others={
        401: Reply("", LoginError, headers=(*_NO_STORE, "WWW-Authenticate")),
        429: Reply("", LoginError, headers=(*_NO_STORE, "Retry-After")),
    },
)
