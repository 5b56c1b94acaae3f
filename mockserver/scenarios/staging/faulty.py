"""Sending answers that are broken on purpose.

A connection is closed through the transport where the server shows it, as uvicorn does: what was sent before still
arrives. Elsewhere the answer announces more than comes, and the application fails, which every server takes as a
reason to close.
"""

from contextlib import suppress
from typing import Any

from starlette.types import Receive, Send

from mockserver.core.stopping import Stopping
from mockserver.scenarios.domain.faults import Fault, FaultKind, Moment
from mockserver.scenarios.scenarios import Pause
from mockserver.web.http import NO_CONTENT, Answer, ConnectionDropped, head, send_answer
from mockserver.web.staged import Staged

_PIECES = 8
_BREAKS_BODY = (FaultKind.TRUNCATED_BODY, FaultKind.MALFORMED_BODY)
_HTML = b"text/html; charset=utf-8"


async def hold_back(staged: Staged, pause: Pause, moment: Moment = Moment.BEFORE) -> bool:
    """Let the time of a latency pass, when this is its moment; whether it was."""
    fault = staged.choice(Fault)
    if fault is None or fault.kind is not FaultKind.LATENCY or fault.moment is not moment:
        return False
    await pause(fault.span.sample(staged.draw))
    return True


async def _wait(pause: Pause, seconds: float) -> None:
    # What is done is done: a server that is being stopped waits no longer to say so.
    with suppress(Stopping):
        await pause(seconds)


async def send_broken(staged: Staged, answer: Answer, receive: Receive, send: Send, pause: Pause) -> None:
    """Send an answer with the fault that was staged for it."""
    with suppress(Stopping):
        await hold_back(staged, pause, Moment.AFTER)
    fault = staged.choice(Fault)
    kind = fault.kind if fault else None
    if answer.status == NO_CONTENT and kind in _BREAKS_BODY:
        kind = None  # Bytes after it would be taken for the beginning of the next answer.
    match kind:
        case FaultKind.ANSWER_LOST | FaultKind.CONNECTION_CLOSED:
            await _close(receive, send, None)
        case FaultKind.TRUNCATED_BODY:
            await _start(send, answer)
            await send({"type": "http.response.body", "body": answer.body[: len(answer.body) // 2], "more_body": True})
            await _close(receive, send, answer)
        case FaultKind.MALFORMED_BODY:
            answer.body = answer.body[: max(1, len(answer.body) * 2 // 3)] + b'"}]'
            await send_answer(send, answer)
        case FaultKind.WRONG_CONTENT_TYPE:
            answer.content_type = _HTML
            if not answer.body:
                answer.headers = [*(answer.headers or ()), (b"content-type", _HTML)]
            await send_answer(send, answer)
        case FaultKind.SLOW_BODY:
            await _send_slowly(staged, answer, send, pause)
        case _:
            await send_answer(send, answer)


async def _start(send: Send, answer: Answer) -> None:
    headers = head(answer, max(1, len(answer.body)))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})


async def _send_slowly(staged: Staged, answer: Answer, send: Send, pause: Pause) -> None:
    body, fault = answer.body, staged.choice(Fault)
    if fault is None or not body:
        if fault is not None:
            await _wait(pause, fault.span.sample(staged.draw))
        await send_answer(send, answer)
        return
    await _start(send, answer)
    size = -(-len(body) // _PIECES)
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    length = fault.span.sample(staged.draw) / len(pieces)
    for number, piece in enumerate(pieces, 1):
        await _wait(pause, length)
        await send({"type": "http.response.body", "body": piece, "more_body": number < len(pieces)})


async def _close(receive: Receive, send: Send, started: Answer | None) -> None:
    transport: Any = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        if started is None:
            await _start(send, Answer(200, b" "))
        raise ConnectionDropped
    transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass
