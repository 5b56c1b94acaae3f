"""Idempotency keys: the first answer again, and nothing happens twice (platform rules)."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from pydantic_core import from_json, to_json

from mockserver.core.digests import digest
from mockserver.core.engine import Tx
from mockserver.core.errors import Code, DomainError, Malformed, Refusal, Violation
from mockserver.core.policy import Forgiven, Kindness, Lenience, Notice
from mockserver.web import answers
from mockserver.web.answers import KeptAnswer

HEADER = "Idempotency-Key"
LONGEST = 50
"""Characters."""


def check_key(
    key: str | None, lenience: Lenience, *, required: bool, pattern: re.Pattern[str] | None = None
) -> str | None:
    """The key as it counts; Malformed when it is too long, not of ``pattern``, or missing where it may not be."""
    if key is None or not key.strip():
        if required and not lenience.allow(Kindness.MISSING_IDEMPOTENCY_KEY, f"{HEADER} is missing"):
            raise Malformed([Violation(HEADER, "The header is required")])
        return None
    if len(key) > LONGEST:
        raise Malformed([Violation(HEADER, f"At most {LONGEST} characters")])
    if pattern is not None and not pattern.fullmatch(key):
        raise Malformed([Violation(HEADER, f"Must match {pattern.pattern}")])
    return key


class Scope(NamedTuple):
    """One key of one caller for one method and path, and the request that came with it."""

    key: bytes
    request: bytes

    @staticmethod
    def of(client_id: str, msn: str, method: str, path: str, key: str, body: bytes) -> "Scope":
        """The scope of a request; two requests are the same when their bodies are, to the byte."""
        # Only a path can hold a line break, so no two different requests are written alike.
        return Scope(digest(f"{client_id}\n{msn}\n{method}\n{path}\n{key}".encode()), digest(body))


class Recalled(NamedTuple):
    """A first answer, with what its request was forgiven."""

    status: int
    body: bytes
    warnings: Sequence[Forgiven] = ()


def reused(code: Code) -> Callable[[], Refusal]:
    """Makes the refusal of a reused key that has this documented code."""
    return lambda: DomainError(code, "The Idempotency-Key was used before with another request", HEADER)


def recall(tx: Tx, scope: Scope, conflict: Callable[[], Refusal]) -> Recalled | None:
    """The answer that the key got before; raises ``conflict`` when it came with another request."""
    kept = answers.find(tx.connection, scope.key)
    if kept is not None and kept.request != scope.request:
        raise conflict()
    if kept is None:
        return None
    warnings = [Forgiven(_kind(kind), *told) for kind, *told in from_json(kept.warnings or "[]")]
    return Recalled(kept.status, kept.body, warnings)


def _kind(name: str) -> Kindness | Notice:
    try:
        return Kindness(name)
    except ValueError:
        return Notice(name)


def keep(tx: Tx, scope: Scope, status: int, body: bytes, warnings: Sequence[Forgiven] = ()) -> None:
    """Keep an answer that is not a 5xx; the caller sees to that."""
    told = to_json([_told(each) for each in warnings]).decode() if warnings else None
    answers.keep(tx.connection, scope.key, KeptAnswer(scope.request, status, body, told), tx.at)


def _told(warning: Forgiven) -> tuple[str, str] | tuple[str, str, int]:
    told = warning.kindness, warning.message
    return told if warning.times == 1 else (*told, warning.times)
