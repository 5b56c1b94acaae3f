"""What tests of the process share."""

import socket
from collections.abc import Iterator

import pytest

from tests.end_to_end.running import Running, serving


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """A server with default settings, but for its port."""
    with serving() as running:
        yield running


@pytest.fixture
def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
