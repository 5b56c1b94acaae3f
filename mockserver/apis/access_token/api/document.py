"""What the document about the Access token API says besides its table: bodies, answers and their types."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from mockserver.web.described import (
    BASIC,
    CLIENT_ID,
    CLIENT_SECRET,
    FORM,
    PROBLEM,
    SUBSCRIPTION_KEY,
    Described,
    Document,
    GatewayError,
    Parameter,
    Problem,
    Reply,
)


class StandardToken(TypedDict):
    """A token for sales unit or partner keys; numbers are texts, times seconds since 1970."""

    token_type: Literal["Bearer"]
    expires_in: str
    ext_expires_in: str
    expires_on: str
    not_before: str
    resource: str
    access_token: str


class SpecialisedToken(TypedDict):
    """A token for accounting, donation or management keys, which lives for ``expires_in`` seconds."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    scope: NotRequired[str]


class TokenForm(TypedDict):
    """The form of a specialised token."""

    grant_type: Literal["client_credentials"]
    scope: NotRequired[str]


class IdentityError(TypedDict):
    """An error of the identity provider."""

    error: str
    error_description: str
    error_codes: list[int]
    timestamp: str
    trace_id: str
    correlation_id: str


class OAuthError(TypedDict):
    """An error in OAuth's shape."""

    error: str
    error_description: str


_OAUTH = Reply("The client or its request is refused.", OAuthError)
_MSN = Parameter("Merchant-Serial-Number", "Has to be the unit's own, with its keys.", where="header")

DOCUMENT = Document(
    title="Access token API",
    version="2.0.0",
    operations={
        "fetchAuthorizationTokenUsingPost": Described(
            {
                200: Reply("A token.", StandardToken),
                400: Reply("The identity provider refuses.", IdentityError),
                401: Reply("The gateway or the identity provider refuses.", GatewayError | IdentityError),
            },
            parameters=(_MSN,),
            security=((CLIENT_ID, CLIENT_SECRET, SUBSCRIPTION_KEY),),
        ),
        "fetchToken": Described(
            {
                200: Reply("A token.", SpecialisedToken),
                400: _OAUTH,
                401: Reply(_OAUTH.text, OAuthError, headers=("WWW-Authenticate",)),
            },
            TokenForm,
            FORM,
            security=((BASIC,),),
        ),
    },
    problem=Reply("", Problem, PROBLEM),
)
