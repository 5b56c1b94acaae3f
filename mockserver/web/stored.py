"""Answers that idempotency keys keep, in state files."""

import re
from typing import Any, Final
from zlib import crc32

from mockserver.core.policy import Kindness, Notice
from mockserver.core.stored import (
    Column,
    Flaws,
    Kind,
    Part,
    hexadecimal,
    json,
    optional,
    plain,
    repeated,
)
from mockserver.core.values import frozen

_DIGEST = re.compile(r"[0-9a-f]{32}", re.ASCII)


@frozen
class AnswerEntry:
    """The first answer to an idempotency key: digests of key and request in hex, the body as it was sent.

    ``warnings``: the kindnesses that were used, each with its message; the last may count those that are not named.
    """

    scope: str
    request: str
    kept_at: int
    status: int
    body: str
    warnings: tuple[tuple[Kindness | Notice, str] | tuple[Notice, str, int], ...] | None = None


def _flaws(state: Any, known: Any) -> Flaws:
    for index, answer in enumerate(state.answers):
        for name in ("scope", "request"):
            if not _DIGEST.fullmatch(getattr(answer, name)):
                yield ("answers", index, name), "must be a digest: 32 hex digits in small letters"
        if not 200 <= answer.status < 500:
            yield ("answers", index, "status"), "must be 200 to 499"
    yield from repeated("answers", [each.scope for each in state.answers], "scope")


PART: Final = Part(
    kinds=(
        Kind(
            "answers",
            "kept_answers",
            "id",
            (
                hexadecimal("scope"),
                hexadecimal("request"),
                *plain("kept_at", "status"),
                Column("body", "body", bytes.decode, str.encode),
                optional(json("warnings", "warnings")),
            ),
            {"lookup": lambda entry: crc32(bytes.fromhex(entry.scope))},
            entry=AnswerEntry,
        ),
    ),
    flaws=_flaws,
)
