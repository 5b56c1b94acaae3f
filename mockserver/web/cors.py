"""Answers that pages of other origins may read (CORS): of the operations that clients in browsers call."""

from typing import Final

from mockserver.web.http import Answer, Headers

_ANY: Final[Headers] = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"Retry-After, WWW-Authenticate, X-Mock-Warning"),
]
_HOUR: Final = b"3600"


def opened(answer: Answer) -> Answer:
    """The answer, for pages of any origin; not with their cookies."""
    answer.headers = [*(answer.headers or ()), *_ANY]
    return answer


def preflight(headers: dict[bytes, bytes], methods: str) -> Answer:
    """What a browser is told that asks before it calls: these methods, and whatever headers it has in mind."""
    wanted = headers.get(b"access-control-request-headers", b"Authorization, Content-Type")
    told: Headers = [
        (b"access-control-allow-methods", methods.encode()),
        (b"access-control-allow-headers", wanted),
        (b"access-control-max-age", _HOUR),
        (b"vary", b"Access-Control-Request-Headers"),
    ]
    return opened(Answer(204, b"", headers=told))


def is_preflight(method: str, headers: dict[bytes, bytes]) -> bool:
    """Whether a browser asks before it calls."""
    return method == "OPTIONS" and b"origin" in headers
