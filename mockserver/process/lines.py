"""Standard output and error that never make the server wait, or fail.

A thread writes; what it cannot write in time is dropped, counted, and told of once there is room again. The descriptors
stay as they are: to make them non-blocking would do the same to the shell that they come from.
"""

import io
import os
import select
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Condition, Thread
from typing import Final

MOST_WAITING: Final = 1024 * 1024
"""Bytes that wait to be written; more are dropped."""
LAST_LINES: Final = 0.5
"""Seconds that the end of the process waits for what is still to be written."""
_STANDARD: Final = (0, 1, 2)


class Lines(io.TextIOBase):
    """A text stream on a descriptor, whose writers never wait. Text is written in whole lines."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._change = Condition()
        self._begun = ""
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._full = False
        self._dropped = 0
        self._thread: Thread | None = None

    def fileno(self) -> int:
        """The descriptor that is written to."""
        return self._descriptor

    def isatty(self) -> bool:
        """Whether a person may be looking."""
        return os.isatty(self._descriptor)

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, text: str) -> int:
        """Take text, to be written soon if there is room for it."""
        if not isinstance(text, str):
            raise TypeError("only text can be written here")
        with self._change:
            whole, end, self._begun = (self._begun + text).rpartition("\n")
            if end:
                self._put(whole + end)
        return len(text)

    def flush(self) -> None:
        """Take what is no whole line too. What was taken is on its way."""
        with self._change:
            if self._begun:
                self._begun, rest = "", self._begun
                self._put(rest)

    def drain(self, seconds: float) -> None:
        """Wait until all is written, but no longer than this."""
        self.flush()
        with self._change:
            self._change.wait_for(lambda: not self._size, seconds)

    def _put(self, text: str) -> None:
        content = text.encode(self.encoding, self.errors)
        if self._full or self._size + len(content) > MOST_WAITING:
            self._full = True
            self._dropped += text.count("\n")
            return
        self._size += len(content)
        self._waiting.append(content)
        if self._thread is None:
            self._thread = Thread(target=self._write_all, name="lines", daemon=True)
            self._thread.start()
        self._change.notify_all()

    def _write_all(self) -> None:
        lost = 0
        while True:
            with self._change:
                # Where writing fails, only another line is another try.
                self._change.wait_for(partial(self._has_something, lost == 0))
                content = b"".join(self._waiting)
                self._waiting.clear()
                # All that was dropped came after this: nothing is taken between the first such line and now.
                dropped, self._dropped, self._full = self._dropped, 0, False
            lost = self._write(content + _telling(dropped))
            with self._change:
                self._size -= len(content)
                self._dropped += dropped + lost if lost else 0
                self._change.notify_all()

    def _has_something(self, tells: bool) -> bool:
        return bool(self._waiting or (tells and self._dropped))

    def _write(self, content: bytes) -> int:
        """Write, for as long as it takes; gives how many lines could not be written, at least 1 if it failed."""
        rest = memoryview(content)
        while rest:
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:
                select.select([], [self._descriptor], [])  # somebody else made it non-blocking
            except OSError:  # closed, or the disk is full
                return bytes(rest).count(b"\n") or 1
        return 0


def _telling(dropped: int) -> bytes:
    if not dropped:
        return b""
    return f"vipps-mockserver: {dropped} line{'s were' if dropped > 1 else ' was'} not written here\n".encode()


def keep_standard_descriptors() -> None:
    """Open what the shell closed (``>&-``) to nowhere: the next file would get its number, and the log of others."""
    for each in _STANDARD:
        try:
            os.fstat(each)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


@contextmanager
def unhindered() -> Iterator[None]:
    """Let such streams stand in the place of the process's own; at the end the last lines have a moment to be written.

    Streams that somebody has replaced before stay.
    """
    keep_standard_descriptors()
    before = sys.stdout, sys.stderr
    if before == (sys.__stdout__, sys.__stderr__):
        sys.stdout, sys.stderr = Lines(1), Lines(2)
    try:
        yield
    finally:
        drain()
        sys.stdout, sys.stderr = before


def drain() -> None:
    """Give the last lines a moment to be written."""
    for each in (sys.stdout, sys.stderr):
        if isinstance(each, Lines):
            each.drain(LAST_LINES)
