"""How the token endpoints refuse: as the gateway, as the identity provider, or as OAuth says."""

import datetime

from mockserver.core.errors import IdentityRefused, InvalidClient, Refusal
from mockserver.core.ids import Ids
from mockserver.web import problems
from mockserver.web.http import Answer, json_answer


def refuse(ids: Ids, path: str, refusal: Refusal) -> Answer:
    """The answer to a refused request for a token."""
    match refusal:
        case IdentityRefused():
            return _identity_provider(ids, refusal)
        case InvalidClient():
            return _oauth(refusal)
        case _:
            return problems.of_refusal(ids, path, refusal)


def _identity_provider(ids: Ids, refusal: IdentityRefused) -> Answer:
    trace, correlation = ids.guid(), ids.guid()
    now = datetime.datetime.fromtimestamp(refusal.at // 1000, datetime.UTC)
    return json_answer(
        refusal.status,
        {
            "error": refusal.error,
            "error_description": f"AADSTS{refusal.number}: {refusal.description} Trace ID: {trace}",
            "error_codes": [refusal.number],
            "timestamp": f"{now:%Y-%m-%d %H:%M:%SZ}",
            "trace_id": trace,
            "correlation_id": correlation,
        },
    )


def _oauth(refusal: InvalidClient) -> Answer:
    answer = json_answer(refusal.status, {"error": "invalid_client", "error_description": refusal.description})
    if refusal.status == 401:
        answer.headers = [(b"www-authenticate", b'Basic realm="token"')]
    return answer
