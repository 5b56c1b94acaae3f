"""Where a request ends: the emulator, h11 and nginx in front of it see the same requests, or refuse them."""

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.web.protocol import HttpProtocol
from tools.framing.__main__ import with_h11, with_nginx
from tools.framing.proxy import installed
from tools.framing.seen import Ours, Seen, by_h11, difference
from tools.framing.streams import Stream, stream

FEW = 3000
THROUGH_NGINX = 300


@pytest.fixture(autouse=True)
def _silent() -> Iterator[None]:
    """Each refusal is a warning in the log."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


def test_the_emulator_and_h11_see_the_same_requests() -> None:
    figures, wrong = asyncio.run(with_h11(range(FEW)))
    assert wrong == []
    assert figures["taken whole by both"] > FEW // 5
    assert figures["refused here"] > FEW // 5


def test_the_emulator_sees_the_same_requests_behind_nginx() -> None:
    program = installed()
    if program is None:
        pytest.skip("nginx is not installed")
    figures, wrong = asyncio.run(with_nginx(range(THROUGH_NGINX), program))
    assert wrong == []
    assert figures["taken whole by both"] > THROUGH_NGINX // 5


class Lenient(HttpProtocol):
    """Takes what clients should not send."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.parser.set_dangerous_leniencies(lenient_chunked_length=True, lenient_transfer_encoding=True)

    def _note(self, name: bytes, value: bytes) -> None:
        """Nothing is refused."""


def test_a_reader_that_is_too_kind_is_found_out() -> None:
    async def compare() -> list[str]:
        ours = Ours(Lenient)
        pairs = [(await ours.sees(made), by_h11(made)) for made in map(stream, range(FEW))]
        return [found for pair in pairs if (found := difference(*pair))]

    assert asyncio.run(compare())


ONE, TWO = ("GET", "/1", b""), ("GET", "/2", b"")


@pytest.mark.parametrize(
    ("ours", "other", "same"),
    [
        (Seen([ONE]), Seen([ONE]), True),
        (Seen([ONE], refused=True), Seen([ONE, TWO]), True),
        (Seen([ONE, TWO]), Seen([ONE], refused=True), True),
        (Seen([ONE], closed=True), Seen([ONE, TWO]), True),
        (Seen([ONE, TWO]), Seen([ONE]), False),
        (Seen([ONE]), Seen([ONE, TWO]), False),
        (Seen([ONE], refused=True), Seen([TWO], refused=True), False),
    ],
)
def test_what_counts_as_a_difference(ours: Seen, other: Seen, same: bool) -> None:
    assert (difference(ours, other) is None) is same


def test_streams_are_made_again_by_their_seed() -> None:
    made = stream(7)
    assert isinstance(made, Stream)
    assert made == stream(7)
    assert b"".join(made.segments) == made.content
