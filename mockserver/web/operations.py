"""The operation table, and the one wrapper that every emulated operation runs in."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeVar

from pydantic import BaseModel
from starlette.types import Scope

from mockserver.core.engine import Tx
from mockserver.core.errors import Refusal
from mockserver.core.ids import Ids
from mockserver.core.policy import Lenience, Policy
from mockserver.core.values import frozen
from mockserver.web import problems
from mockserver.web.http import (
    Answer,
)
from mockserver.web.runtime import Runtime
from mockserver.web.staged import Staged
from mockserver.world.domain.merchant import Merchant, SalesUnit
from mockserver.world.services.access import Audience, Caller

T = TypeVar("T")
logger = logging.getLogger(__name__)

SYSTEM_HEADERS = (
    b"vipps-system-name",
    b"vipps-system-version",
    b"vipps-system-plugin-name",
    b"vipps-system-plugin-version",
)
FAULT_HEADER = b"x-mock-fault"
LONGEST_SYSTEM_HEADER = 30
"""Characters (platform rules)."""


@dataclass(slots=True)
class Call:
    """One request to an operation, and what becomes known of it on the way.

    ``view``: what scenario rules have just looked at, ``caller`` included; None where that may have changed since.
    ``exact``: the body, where they have read it and it has its operation's form.
    """

    scope: Scope
    headers: dict[bytes, bytes]
    path: str
    lenience: Lenience
    runtime: Runtime
    body: bytes = b""
    caller: Caller | None = None
    view: Tx | None = None
    exact: BaseModel | None = None
    key: str | None = None
    reference: str | None = None
    flying: bool = False
    replayed: bool = False
    staged: Staged | None = None

    @property
    def known_caller(self) -> Caller:
        """The caller, of an operation that needs one."""
        if self.caller is None:
            raise LookupError("the operation has no caller")
        return self.caller

    @property
    def unit(self) -> SalesUnit:
        """The sales unit that the caller acts for, of an operation that needs one."""
        if self.caller is None or self.caller.unit is None:
            raise LookupError("the operation is for no sales unit")
        return self.caller.unit

    @property
    def merchant(self) -> Merchant:
        """The merchant of that unit."""
        if self.caller is None or self.caller.merchant is None:
            raise LookupError("the operation is for no merchant")
        return self.caller.merchant

    @property
    def policy(self) -> Policy:
        """The rules that the request meets."""
        return self.lenience.policy

    def choice(self, kind: type[T]) -> T | None:
        """What a scenario rule chose for the request, if it is of this class."""
        return self.staged.choice(kind) if self.staged is not None else None

    @property
    def origin(self) -> str:
        """Under which name the client reached the server."""
        return self.runtime.origins.of(self.scope, self.headers)

    @property
    def told_origin(self) -> str:
        """The same for addresses that somebody else is told of; empty under a name that is not the server's own."""
        return self.runtime.guard.origin(self.scope)


Handler = Callable[[Tx, Call], Answer]
Refuse = Callable[[Ids, str, Refusal], Answer]


@frozen
class Operation:
    """One row of an API's table, under its official operation id.

    ``conflict`` makes the refusal of a reused idempotency key, for operations that take one; ``key_required`` where
    the specification asks for it, ``key_pattern`` where it says what the key is made of. ``audience``: who may call.
    ``per_minute``: the documented rate limit by reference and unit, that of a GET by reference and subscription key.
    ``stores``: a GET that changes something.
    ``form``: what its handler reads of an exact body, so that scenario rules before it can do so for both.
    ``browsers``: pages of any origin may call it (CORS), without cookies.
    ``subject``: which part of the path names what it is about in the journal.
    ``about``: the reference of what it is about, as limits and locks see it. ``locked``: what others are told that are
    about the same thing of the same unit while it runs, for operations that exclude them. ``holds``: the reference of
    what it locks, where that is more than what it is about.
    ``rights`` that scenario rules may take away for it.
    """

    id: str
    method: str
    path: str
    handler: Handler
    conflict: Callable[[], Refusal] | None = None
    key_required: bool = False
    key_pattern: re.Pattern[str] | None = None
    per_minute: int | None = None
    authenticated: bool = True
    audience: Audience = Audience.UNIT
    stores: bool = False
    form: type[BaseModel] | None = None
    browsers: bool = False
    subject: str = "reference"
    about: "Callable[[Call], str | None]" = attrgetter("reference")
    locked: str | None = None
    holds: "Callable[[Call], str | None] | None" = None
    rights: frozenset[str] = frozenset()

    @property
    def writes(self) -> bool:
        """Whether it needs a transaction."""
        return self.stores or self.method != "GET"

    def held(self, call: "Call") -> str | None:
        """The reference of what a request of it locks; None when it locks nothing."""
        return self.about(call) if self.holds is None else self.holds(call)


@frozen
class Api:
    """An emulated API: where it is mounted, what it can do, and how it refuses.

    ``any_type``: it reads JSON under whatever Content-Type. ``rights`` that scenario rules may take away for all of its
    operations. ``codes``: its errors are those of the documented codes. ``negotiates``: it refuses clients that do not
    take JSON.
    """

    name: str
    prefix: str
    operations: tuple[Operation, ...]
    refuse: Refuse = problems.of_refusal
    any_type: bool = False
    rights: frozenset[str] = frozenset()
    codes: bool = False
    negotiates: bool = False

    @property
    def segments(self) -> frozenset[str]:
        """The first segments of the paths that are this API's."""
        return frozenset(f"{self.prefix}{operation.path}".split("/")[1] for operation in self.operations)
