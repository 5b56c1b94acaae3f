"""The one wrapper that every emulated operation runs in."""

import asyncio
import logging

from starlette.types import Receive, Scope, Send

from mockserver.core.clock import stopwatch
from mockserver.core.engine import StoreFull, Tx
from mockserver.core.errors import AccessDenied, Code, DomainError, Locked, Malformed, Refusal, Violation
from mockserver.core.policy import Kindness, Lenience
from mockserver.core.stopping import Stop, Stopping
from mockserver.web import cors, idempotency, keys
from mockserver.web.accepting import check_accept
from mockserver.web.flights import Flight
from mockserver.web.http import (
    JSON,
    PROBLEM_JSON,
    Answer,
    BodyTooLarge,
    ClientGone,
    query_string,
    read_body,
    send_answer,
    text,
    warning_headers,
)
from mockserver.web.journal import Entry, packed
from mockserver.web.operations import FAULT_HEADER, LONGEST_SYSTEM_HEADER, SYSTEM_HEADERS, Api, Call, Operation
from mockserver.web.problems import HttpRefused, RateLimited
from mockserver.web.runtime import Runtime
from mockserver.web.stager import Stager
from mockserver.world.services.access import Caller, tell_elsewhere

logger = logging.getLogger(__name__)


class Endpoint:
    """An operation as an ASGI application."""

    def __init__(self, api: Api, operation: Operation, runtime: Runtime, stager: Stager) -> None:
        self.browsers = operation.browsers
        self._api = api
        self._operation = operation
        self._runtime = runtime
        self._stager = stager

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the request, answer it, write both into the journal."""
        start = stopwatch()
        runtime = self._runtime
        headers = dict(scope["headers"])
        call = Call(scope, headers, scope["path"], Lenience(runtime.policies.of(scope, headers)), runtime)
        call.reference = scope["path_params"].get(self._operation.subject)
        try:
            if self._operation.writes:
                call.body = await read_body(receive, runtime.largest_body)
            if not runtime.signing.ready:
                await runtime.signing.prepare(runtime.engine)
        except BodyTooLarge:
            detail = f"The body is larger than {runtime.largest_body} bytes"
            answer = self._refused(call, HttpRefused(413, "Content Too Large", detail))
        except ClientGone:
            return
        else:
            try:
                answer = await self._answer_in_time(call) if self._takes_time(call) else self._answer(call)
            except Stopping as stopping:
                answer = self._refused(call, HttpRefused(503, "Service Unavailable", str(stopping)))
            if call.staged is not None:
                answer = self._stager.afterwards(runtime, self._api, call, answer)
        if call.lenience.warnings:
            answer.headers = [*(answer.headers or ()), *warning_headers(call.lenience.warnings)]
        if self._operation.browsers:
            answer = cors.opened(answer)
        self._record(call, answer, start)
        # Whoever else has asked is answered first: a client that gets its answers in a row is woken up once, and to
        # wake it up for each takes up to a third of the time.
        await asyncio.sleep(0)
        if runtime.pace.pressed:
            await runtime.pace.turn()
        if call.staged is None:
            await send_answer(send, answer)
        else:
            await self._stager.send(call.staged, answer, receive, send)

    def _takes_time(self, call: Call) -> bool:
        return self._runtime.flights is not None or self._stager.engaged or FAULT_HEADER in call.headers

    async def _answer_in_time(self, call: Call) -> Answer:
        """The answer, when it is time for it; raises Stopping before anything has happened."""
        runtime = self._runtime
        if self._stager.engaged or FAULT_HEADER in call.headers:
            call.staged = await self._stager.stage(runtime, self._api, self._operation, call)
        flight = self._flight(call) if runtime.flights is not None and self._operation.locked else None
        if flight is None or runtime.flights is None:
            return self._answer(call)
        with runtime.parts.of(Stop).waiting():
            return await runtime.flights.run(flight, lambda: self._answer(call))

    def _answer(self, call: Call) -> Answer:
        if call.staged is not None and call.staged.early is not None:
            return call.staged.early
        try:
            if not self._operation.writes:
                return self._run(call.view or self._runtime.engine.reading(call.policy), call)
            with self._runtime.engine.transaction(call.policy, call.view) as tx:
                answer = self._run(tx, call)
                if answer.status >= 500:
                    raise _RollBack(answer)
                return answer
        except _RollBack as rolled_back:
            return rolled_back.answer
        except StoreFull:
            logger.error("the store is full: reset it, or raise store_limit")
            return self._refused(call, DomainError(Code.INTERNAL, "The emulator's store is full"))
        except Exception:
            logger.exception("%s failed", self._operation.id)
            return self._refused(call, DomainError(Code.INTERNAL, "The emulator failed; its log says why"))

    def _run(self, tx: Tx, call: Call) -> Answer:
        operation = self._operation
        try:
            self._admit(tx, call)
            scope = keys.scope_of(operation, call, call.known_caller, call.lenience) if operation.conflict else None
            if scope is not None and operation.conflict is not None:
                kept = idempotency.recall(tx, scope, operation.conflict)
                if kept is not None:
                    call.replayed = True
                    for each in kept.warnings:
                        call.lenience.add(each)
                    return Answer(kept.status, kept.body, JSON if kept.status < 400 else PROBLEM_JSON)
            self._check_lock(call)
        except Refusal as refusal:
            return self._refused(call, refusal)
        forgiven = len(call.lenience.warnings)
        try:
            if operation.authenticated:
                _check_content_type(call, self._api)
            if self._api.negotiates:
                check_accept(call.headers.get(b"accept", b""))
            staged = call.staged
            answer = operation.handler(tx, call) if staged is None or staged.instead is None else staged.instead
        except Refusal as refusal:
            answer = self._refused(call, refusal)
        if scope is not None and answer.status < 500:
            idempotency.keep(tx, scope, answer.status, answer.body, call.lenience.warnings[forgiven:])
        return answer

    def _admit(self, tx: Tx, call: Call) -> None:
        """Find out who calls, and whether that often is too often."""
        operation, limits = self._operation, self._runtime.limits
        if not operation.authenticated:
            return
        call.caller = self._caller(tx, call)
        for name in SYSTEM_HEADERS:
            value = call.headers.get(name)
            if value is not None and len(value) > LONGEST_SYSTEM_HEADER:
                _forgive_long_header(call, name.decode())
        if limits is not None and operation.per_minute is not None:
            asks = operation.method == "GET"
            whose = call.headers.get(b"ocp-apim-subscription-key") if asks else call.caller.msn
            key = (operation.id, whose, operation.about(call))
            wait = limits.over(key, operation.per_minute, tx.at)
            if wait:
                raise RateLimited(wait)

    def _caller(self, tx: Tx, call: Call) -> Caller:
        if call.view is not None and call.caller is not None:
            return call.caller
        try:
            caller = self._runtime.callers.of(tx, call.headers, self._operation.audience)
        except AccessDenied:
            tell_elsewhere(tx, None, text(call.headers, b"ocp-apim-subscription-key"), call.lenience)
            raise
        return caller if call.staged is None else call.staged.limited(caller)

    def _check_lock(self, call: Call) -> None:
        flights = self._runtime.flights
        locked = self._operation.locked
        if flights is None or locked is None or call.flying:
            return
        if flights.locked((call.known_caller.msn, self._operation.held(call))):
            raise Locked(locked)

    def _flight(self, call: Call) -> Flight | None:
        """What to lock for this request; None when it is refused, about nothing, or was answered before."""
        held = self._operation.held(call)
        if held is None:
            return None
        with self._runtime.engine.transaction(call.policy) as tx:
            lenience, call.lenience = call.lenience, Lenience(call.policy)
            try:
                call.caller = self._caller(tx, call)
                scope = keys.scope_of(self._operation, call, call.caller, call.lenience)
                if scope is not None and self._operation.conflict is not None:
                    kept = idempotency.recall(tx, scope, self._operation.conflict)
                    if kept is not None:
                        return None
            except Refusal:
                return None
            finally:
                call.lenience = lenience
        return Flight((call.known_caller.msn, held), scope.key if scope else None, call)

    def _refused(self, call: Call, refusal: Refusal) -> Answer:
        return self._api.refuse(self._runtime.engine.ids, call.path, refusal)

    def _record(self, call: Call, answer: Answer, start: int) -> None:
        runtime = self._runtime
        runtime.record(
            Entry(
                number=runtime.journal.next_number(),
                at=runtime.engine.clock.now(),
                method=self._operation.method,
                path=call.path,
                query=query_string(call.scope),
                headers=packed(call.scope["headers"]),
                body=call.body,
                status=answer.status,
                answer=answer.body,
                duration=(stopwatch() - start) // 1000,
                api=self._api.name,
                operation=self._operation.id,
                msn=call.caller.msn if call.caller else None,
                reference=call.reference,
                warnings=call.lenience.warnings,
                scenario=call.staged.trace if call.staged is not None else None,
                started=start,
                replayed=call.replayed,
            )
        )


class _RollBack(Exception):
    """Undo the transaction and send this answer: a 5xx changes nothing and is not kept."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def _check_content_type(call: Call, api: Api) -> None:
    given = call.headers.get(b"content-type", b"")
    if given == JSON or not call.body.strip() or call.scope["method"] == "DELETE":
        return  # clients send bodies with DELETE, and nobody reads them
    kind = given.partition(b";")[0].strip().lower()
    if kind != JSON and not kind.endswith(b"+json") and not api.any_type:
        detail = "The Content-Type must be application/json"
        raise HttpRefused(415, "Unsupported Media Type", detail)


def _forgive_long_header(call: Call, name: str) -> None:
    reason = f"At most {LONGEST_SYSTEM_HEADER} characters"
    if not call.lenience.allow(Kindness.SYSTEM_HEADER_LENGTH, f"{name.title()}: {reason}"):
        raise Malformed([Violation(name.title(), reason)])
