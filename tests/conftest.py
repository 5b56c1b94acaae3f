"""Fixtures that all tests share."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.harness import Emulator


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """The event loop that in-process servers run on."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture
def start(loop: asyncio.AbstractEventLoop) -> Iterator[Callable[..., Emulator]]:
    """Starts emulators with settings of one's own."""
    started: list[Emulator] = []

    def start(**settings: Any) -> Emulator:
        emulator = Emulator(loop, **settings)
        started.append(emulator)
        return emulator

    yield start
    for emulator in started:
        emulator.close()


@pytest.fixture
def emulator(start: Callable[..., Emulator]) -> Emulator:
    """An emulator with default settings and the packaged world."""
    return start()
