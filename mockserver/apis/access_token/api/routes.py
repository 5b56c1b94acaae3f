"""The two operations of the Access token API (official specification 2.0.0)."""

import re
from urllib.parse import unquote

from mockserver.apis.access_token.api import schemas
from mockserver.apis.access_token.api.problems import refuse
from mockserver.core.engine import Tx
from mockserver.core.errors import InvalidClient, Refusal
from mockserver.core.policy import Notice
from mockserver.web.callers import credentials
from mockserver.web.http import Answer, never_kept, query_string, text
from mockserver.web.operations import Api, Call, Operation
from mockserver.world.services.access import tell_elsewhere


def fetch_authorization_token_using_post(tx: Tx, call: Call) -> Answer:
    """fetchAuthorizationTokenUsingPost: a token for sales unit or partner keys. The body is never read."""
    headers = call.headers
    try:
        client = call.runtime.access.standard_client(
            tx, text(headers, b"client_id"), text(headers, b"client_secret"), credentials(headers)
        )
    except Refusal:
        _tell_misplaced(call)
        key = text(headers, b"ocp-apim-subscription-key")
        tell_elsewhere(tx, text(headers, b"client_id"), key, call.lenience)
        raise
    return never_kept(Answer(200, schemas.standard_response(call.runtime.tokens.issue(tx, client))))


def fetch_token(tx: Tx, call: Call) -> Answer:
    """fetchToken: a short-lived token for accounting, donation or management keys."""
    if b"ocp-apim-subscription-key" in call.headers:
        raise InvalidClient(400, "A subscription key has no place here.")
    grant = schemas.form(call.body).get("grant_type")
    if grant is None:
        raise InvalidClient(400, "The body must be a form with the field grant_type.")
    if grant != "client_credentials":
        raise InvalidClient(400, "The grant_type must be client_credentials.")
    keys = schemas.basic_keys(text(call.headers, b"authorization"))
    if keys is None:
        raise InvalidClient(401, "The Authorization header must be Basic, with client id and client secret.")
    try:
        client = call.runtime.access.specialised_client(tx, keys)
    except InvalidClient:
        tell_elsewhere(tx, keys.client_id, None, call.lenience)
        raise
    token = call.runtime.tokens.issue(tx, client)
    return never_kept(Answer(200, schemas.specialised_response(token, client.kind)))


def _tell_misplaced(call: Call) -> None:
    """Notice keys that came in the query, the body or headers with hyphens: the refusal speaks of missing ones."""
    elsewhere = f"{query_string(call.scope)} {call.body[:_LOOKED_AT].decode('utf-8', 'replace')}"
    words = {_plain(word) for word in _WORD.findall(unquote(elsewhere))}
    hyphenated = {_plain(name.decode("latin-1")) for name in call.headers if name.startswith(b"client-")}
    for key in ("client_id", "client_secret", "Ocp-Apim-Subscription-Key"):
        if key.lower().encode() not in call.headers and _plain(key) in words | hyphenated:
            call.lenience.notice(Notice.MISPLACED_KEYS, f"{key} has to be a header of exactly that name")


def _plain(name: str) -> str:
    return name.replace("-", "").replace("_", "").lower()


_WORD = re.compile(r"[A-Za-z_-]{8,40}")
_LOOKED_AT = 4096
"""Bytes of a body."""

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
