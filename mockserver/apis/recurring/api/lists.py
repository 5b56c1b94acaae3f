"""Lists: what their queries say, and the tokens that lead from one page of charges to the next."""

import uuid
from enum import StrEnum
from typing import Final, TypeVar
from urllib.parse import parse_qs

from mockserver.apis.recurring.domain.agreement import Status
from mockserver.apis.recurring.domain.charge import State
from mockserver.apis.recurring.domain.refusals import invalid
from mockserver.core.digests import digest
from mockserver.core.instants import MINUTE
from mockserver.core.values import frozen
from mockserver.web.http import query_string
from mockserver.web.operations import Call

E = TypeVar("E", bound=StrEnum)
USUAL_SIZE: Final = 500
LARGEST_SIZE: Final = 2_000
TOKEN_HEADER: Final = "Continuation-Token"  # noqa: S105 - the name of a header
TOKEN_LIFE: Final = 5 * MINUTE
"""Milliseconds: the documents say short-lived."""
_MOST_PARAMETERS: Final = 100
_HALF: Final = 6
"""Bytes of a token that are the charge, and that are its end."""


@frozen
class AgreementQuery:
    """Which agreements are asked for; ``after`` in milliseconds since 1970 (UTC)."""

    status: Status
    page: int
    size: int
    after: int | None


def agreements_asked(call: Call) -> AgreementQuery:
    """What ListAgreementsV3 is asked for; raises NamedRefusal for values that there are not."""
    query = _query(call)
    return AgreementQuery(
        _one_of(query, "status", Status) or Status.ACTIVE,
        _number(query, "pageNumber", 1, 2**31 - 1) or 1,
        _number(query, "pageSize", 1, LARGEST_SIZE) or USUAL_SIZE,
        _number(query, "createdAfter", 0, 2**63 - 1),
    )


def state_asked(call: Call) -> State | None:
    """The state of the charges that ListChargesV3 is asked for; raises NamedRefusal for one that there is not."""
    return _one_of(_query(call), "status", State)


def _query(call: Call) -> dict[str, str]:
    try:
        found = parse_qs(query_string(call.scope), keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        raise invalid("query", f"Must have at most {_MOST_PARAMETERS} parameters") from None
    return {name: values[-1] for name, values in found.items()}


def _one_of(query: dict[str, str], name: str, known: type[E]) -> E | None:
    if name not in query:
        return None
    try:
        return known(query[name])
    except ValueError:
        raise invalid(name, f"Must be one of {', '.join(known)}") from None


def _number(query: dict[str, str], name: str, least: int, most: int) -> int | None:
    text = query.get(name)
    if text is None:
        return None
    plain = text.isascii() and text.isdigit() and len(text) <= 19
    if not plain or not least <= int(text) <= most:
        raise invalid(name, f"Must be a whole number from {least} to {most}")
    return int(text)


def token(secret: str, state: State | None, after: int, ends: int) -> str:
    """A UUID that leads to the charges after the one of this number, until a time (ms since 1970, UTC).

    ``secret`` is that of the agreement: nobody else can make one.
    """
    number, end = after.to_bytes(_HALF, "big"), ends.to_bytes(_HALF, "big")
    sign = digest(f"{secret} {state} {after} {ends}".encode())[:4]
    return str(uuid.UUID(bytes=number + sign + end, version=4))


def after_token(given: str, secret: str, state: State | None, at: int) -> int:
    """The number of the charge that a token goes on from; raises NamedRefusal for one that is not good, or is over."""
    refusal = invalid(TOKEN_HEADER, "Is not valid, or is too old: begin again without it")
    try:
        content = uuid.UUID(given).bytes
    except ValueError:
        raise refusal from None
    after, ends = int.from_bytes(content[:_HALF], "big"), int.from_bytes(content[-_HALF:], "big")
    if given.lower() != token(secret, state, after, ends) or at >= ends:
        raise refusal
    return after
