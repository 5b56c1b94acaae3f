"""What was seen of an integration, read from journal and store for the judges."""

from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from pydantic_core import from_json

from mockserver.checklist import evidence
from mockserver.checklist.points.points import Checklist
from mockserver.checklist.points.seen import Calls, History, Request
from mockserver.checklist.points.stated import Statements
from mockserver.core.background import in_background
from mockserver.core.engine import Tx
from mockserver.core.errors import AccessDenied
from mockserver.core.places import Places
from mockserver.core.policy import Kindness
from mockserver.web.inturn import in_turn
from mockserver.web.journal import Entry
from mockserver.web.runtime import Runtime
from mockserver.world.domain.merchant import Client, ClientKind
from mockserver.world.services.directory import directory

_LOST = ("answer-lost", "connection-closed", "truncated-body", "malformed-body")
_CONTRIVED = ("error ", "fault ", "drop ")


async def history(runtime: Runtime, tx: Tx, checklist: Checklist, msn: str | None, statements: Statements) -> History:
    """All that was seen, of one sales unit or of all: read at once, and decoded with others served meanwhile."""
    entries = [each for each in runtime.journal.newest() if not each.outgoing and each.operation is not None]
    sent, stored = evidence.sent(tx), Places(*(each.evidence(tx, msn) for each in checklist.all))
    decoded = (_request(runtime, runtime.engine.reading(), each, checklist.calls) for each in reversed(entries))
    seen = [each async for each in in_turn(decoded)]
    return History(
        requests=seen if msn is None else _narrowed(seen, msn, checklist.calls.public),
        calls=checklist.calls,
        deliveries=await in_background(partial(sent.to, msn)),
        narrowed=msn is not None,
        evidence=stored,
        statements=statements,
    )


def _narrowed(seen: list[Request], msn: str, public: frozenset[str]) -> list[Request]:
    """What is about one unit; of requests that name none, those with the same keys."""
    mine = [each for each in seen if each.msn == msn]
    clients = {each.client for each in mine if each.client is not None}
    return [
        each
        for each in seen
        if each.msn == msn or each.operation in public or (each.msn is None and each.client in clients)
    ]


def _request(runtime: Runtime, tx: Tx, entry: Entry, calls: Calls) -> Request:
    lines = (line.decode("latin-1").partition(":")[::2] for line in entry.headers.split(b"\n") if line)
    headers = {name.lower(): value for name, value in lines}
    token = _bearer(headers)
    finds = calls.tokens.get(entry.operation or "")
    named = finds(headers) if finds is not None else _client_of(runtime, token)
    client = directory(tx).client(tx.connection, named) if named else None
    outcome = entry.scenario[1] if entry.scenario is not None else ""
    return Request(
        number=entry.number,
        at=entry.at,
        started=entry.started // 1_000_000,
        api=entry.api or "",
        operation=entry.operation or "",
        path=entry.path,
        status=entry.status,
        method=entry.method,
        msn=entry.msn or headers.get("merchant-serial-number") or _unit_of(client),
        reference=entry.reference,
        headers=headers,
        body=entry.body,
        content=_json(entry.body),
        form=_form(entry) if entry.api in calls.forms else {},
        answer=_json(entry.answer),
        token=token if finds is None else None,
        client=named,
        kind=client.kind if client else None,
        owner=client.owner if client else None,
        kindnesses=tuple(each.kindness for each in entry.warnings if isinstance(each.kindness, Kindness)),
        contrived=outcome.startswith(_CONTRIVED),
        replayed=entry.replayed,
        lost=any(f"fault {kind}" in outcome for kind in _LOST),
    )


def _unit_of(client: Client | None) -> str | None:
    """Whose keys they are; requests that a fault answered early never got as far as their unit."""
    return client.owner if client is not None and client.kind is ClientKind.SALES_UNIT else None


def _bearer(headers: dict[str, str]) -> str | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _client_of(runtime: Runtime, token: str | None) -> str | None:
    if token is None:
        return None
    try:
        return runtime.tokens.read(runtime.engine.reading(), token).client_id
    except AccessDenied:
        return None


def _form(entry: Entry) -> dict[str, str]:
    content = entry.query if entry.method == "GET" else entry.body.decode("latin-1")
    try:
        return dict(parse_qsl(content, max_num_fields=100))
    except ValueError:
        return {}


def _json(content: bytes) -> Any:
    try:
        return from_json(content) if content[:1] in (b"{", b"[") else None
    except ValueError:
        return None
