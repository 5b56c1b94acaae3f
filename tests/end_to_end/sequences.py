"""Sequence diagrams of a document, and those who play them and write down what they do."""

import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from hmac import new as mac
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any
from urllib.parse import urlsplit

import httpx

PLATFORM = "Vipps"
"""Who is called in the diagrams, and calls webhooks."""
_BLOCK = re.compile(r"^## (.+?)$.*?^```mermaid\nsequenceDiagram\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)
_LINE = re.compile(r"(\w+)(-?->>)(\w+): (.+)")
_OTHER = re.compile(r"(?:actor|participant) \w+(?: as .+)?|Note over [\w,]+: .+")
_SOON = 10
"""Seconds within which a webhook arrives."""


@dataclass(frozen=True)
class Arrow:
    """A call as it is drawn: who calls whom, how; ``answer``: status and words that its body has, if that is drawn."""

    source: str
    target: str
    label: str
    answer: str | None = None

    def fits(self, made: "Made") -> bool:
        """Whether that is the call."""
        method, path, *event = self.label.split(" ")
        pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))
        fits = re.fullmatch(pattern, made.path) is not None and (method, event) == (made.method, made.event)
        return fits and (self.source, self.target) == (made.source, made.target) and self._is_answered(made)

    def _is_answered(self, made: "Made") -> bool:
        if self.answer is None:
            return True
        status, *words = self.answer.split(" ")
        return status == str(made.status) and all(re.search(rf"\b{word}\b", made.text) for word in words)


@dataclass
class Made:
    """A call as it was made: ``path`` without a query, ``event`` the one that a webhook tells of."""

    source: str
    target: str
    method: str
    path: str
    event: list[str]
    status: int = 0
    text: str = ""


def diagrams(document: str) -> dict[str, list[Arrow]]:
    """The arrows of each diagram, by the heading above it; raises AssertionError for a line that is none of ours."""
    return {heading: list(_arrows(block.splitlines())) for heading, block in _BLOCK.findall(document)}


def _arrows(lines: list[str]) -> Iterator[Arrow]:
    calls: list[Arrow] = []
    for line in (each.strip() for each in lines):
        drawn = _LINE.fullmatch(line)
        assert drawn or _OTHER.fullmatch(line), line
        if drawn and drawn[2] == "->>":
            calls.append(Arrow(drawn[1], drawn[3], drawn[4]))
        elif drawn:
            called = calls.pop()
            assert (drawn[3], drawn[1], None) == (called.source, called.target, called.answer), line
            calls.append(Arrow(called.source, called.target, called.label, drawn[4]))
    return iter(calls)


def compare(drawn: list[Arrow], made: list[Made]) -> None:
    """Raise AssertionError at the first call that is drawn otherwise than it was made, or not at all."""
    for place, (arrow, call) in enumerate(zip(drawn, made, strict=False), 1):
        assert arrow.fits(call), f"arrow {place} is {arrow}, and what was called is {call}"
    assert len(drawn) == len(made), [*drawn[len(made) :], *made[len(drawn) :]]


class Stage:
    """Where a story is played: ``made`` is every call in its order, those of the platform too."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=30)
        self._changed = Condition()
        self.made: list[Made] = []

    def close(self) -> None:
        self._client.close()

    def call(self, who: str, method: str, path: str, **options: Any) -> httpx.Response:
        """A request of somebody to the platform (options of httpx); ``path`` may be a whole address."""
        made = self.note(Made(who, PLATFORM, method, urlsplit(path).path, []))
        answer = self._client.request(method, path, **options)
        made.status, made.text = answer.status_code, answer.text
        return answer

    def note(self, made: Made) -> Made:
        """Write a call down."""
        with self._changed:
            self.made.append(made)
            self._changed.notify_all()
        return made

    def wait_for(self, event: str) -> None:
        """Wait until a webhook has told of an event; raises AssertionError when none does soon."""
        with self._changed:
            assert self._changed.wait_for(lambda: any(each.event == [event] for each in self.made), _SOON), event


class Receiver(ThreadingHTTPServer):
    """The partner's server for webhooks: takes those that are signed with its secret."""

    def __init__(self, stage: Stage, owner: str) -> None:
        super().__init__(("127.0.0.1", 0), _Hook)
        self.stage, self.owner = stage, owner
        self.secret = ""
        self.forged = 0

    @property
    def url(self) -> str:
        """What is registered."""
        return f"http://127.0.0.1:{self.server_port}/hook"


@contextmanager
def receiving(stage: Stage, owner: str) -> Iterator[Receiver]:
    """A receiver that listens."""
    server = Receiver(stage, owner)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Hook(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        genuine = compare_digest(self.headers["Authorization"], self._signature(body))
        self.server.forged += not genuine
        self.send_response(204 if genuine else 401)
        self.end_headers()
        event = f"epayments.payment.{httpx.Response(200, content=body).json()['name'].lower()}.v1"
        self.server.stage.note(Made(PLATFORM, self.server.owner, "POST", self.path, [event]))

    def _signature(self, body: bytes) -> str:
        digest = b64encode(sha256(body).digest()).decode()
        text = f"POST\n{self.path}\n{self.headers['x-ms-date']};{self.headers['host']};{digest}"
        signature = b64encode(mac(self.server.secret.encode(), text.encode(), sha256).digest()).decode()
        return f"HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature}"

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""
