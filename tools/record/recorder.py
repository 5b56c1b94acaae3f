"""Requests to a server, and what came back, written down in a form that can be compared."""

import re
from dataclasses import dataclass, field
from typing import Any

import httpx

HOST = "emulator.test"
"""Addresses in answers follow the Host header, so no recording depends on a port."""
_LEFT_OUT = frozenset({"date", "server"})
_DIFFERS = (
    (re.compile(rb'"durationMs": ?[0-9.]+'), b'"durationMs":0'),
    (re.compile(rb'name="csrf" value="[^"]*"'), b'name="csrf" value=""'),
    (re.compile(rb"\bmock_visitor=[^;]*"), b"mock_visitor="),
    (re.compile(rb"The emulator's clock is [^.]* ahead"), b"The emulator's clock is ahead"),
    (re.compile(rb'"aheadSeconds":-?[0-9.]+'), b'"aheadSeconds":0'),
    (re.compile(rb"\bnote=[\w-]+"), b"note="),
    (re.compile(rb"'nonce-[^']*'"), b"'nonce-'"),
)
"""What no seed decides: how long something took, and the secrets of pages."""


@dataclass
class Recorder:
    """Asks, and keeps a text of each exchange."""

    http: httpx.Client
    exchanges: list[bytes] = field(default_factory=list)

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One request (options of httpx); redirects are not followed."""
        headers = {"Host": HOST} | dict(options.pop("headers", {}))
        answer = self.http.request(method, path, headers=headers, **options)
        self.exchanges.append(_text(method, path, answer))
        return answer

    @property
    def text(self) -> bytes:
        """The whole recording."""
        return b"\n\n".join(self.exchanges) + b"\n"


def _text(method: str, path: str, answer: httpx.Response) -> bytes:
    headers = sorted(
        b"%s: %s" % (name.lower(), value)
        for name, value in answer.headers.raw
        if name.decode().lower() not in _LEFT_OUT | {"content-length"}
    )
    lines = (f"{method} {path}".encode(), b"%d" % answer.status_code, *headers, b"", answer.content)
    text = b"\n".join(lines)
    for pattern, replacement in _DIFFERS:
        text = pattern.sub(replacement, text)
    return text
