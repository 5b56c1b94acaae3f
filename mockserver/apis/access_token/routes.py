"""The two operations of the Access token API (official specification 2.0.0)."""

from mockserver.apis.access_token import schemas
from mockserver.apis.access_token.problems import refuse
from mockserver.domain.errors import InvalidClient
from mockserver.services.engine import Tx
from mockserver.web.callers import credentials
from mockserver.web.http import Answer, text
from mockserver.web.operations import Api, Call, Operation


def fetch_authorization_token_using_post(tx: Tx, call: Call) -> Answer:
    """fetchAuthorizationTokenUsingPost: a token for sales unit or partner keys. The body is never read."""
    headers = call.headers
    client = call.runtime.access.standard_client(
        tx, text(headers, b"client_id"), text(headers, b"client_secret"), credentials(headers)
    )
    return Answer(200, schemas.standard_response(call.runtime.tokens.issue(tx, client)))


def fetch_token(tx: Tx, call: Call) -> Answer:
    """fetchToken: a short-lived token for management or accounting keys."""
    if b"ocp-apim-subscription-key" in call.headers:
        raise InvalidClient(400, "A subscription key has no place here.")
    if schemas.form(call.body).get("grant_type") != "client_credentials":
        raise InvalidClient(400, "The grant_type must be client_credentials.")
    keys = schemas.basic_keys(text(call.headers, b"authorization"))
    client = call.runtime.access.specialised_client(tx, keys)
    return Answer(200, schemas.specialised_response(call.runtime.tokens.issue(tx, client)))


API = Api(
    name="access-token",
    prefix="",
    refuse=refuse,
    operations=(
        Operation(
            "fetchAuthorizationTokenUsingPost", "POST", "/accesstoken/get",
            fetch_authorization_token_using_post, authenticated=False,
        ),
        Operation("fetchToken", "POST", "/miami/v1/token", fetch_token, authenticated=False),
    ),
)  # fmt: skip
