"""What the tests of a Python integration use: a server, its client, assertions, and a pytest plugin.

Names are imported when they are asked for, so that the pytest plugin costs nothing where nobody uses it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.testing.asgi import AsyncServer
    from mockserver.testing.calls import ControlError
    from mockserver.testing.client import AsyncVipps, Vipps
    from mockserver.testing.server import Server

__all__ = ["AsyncServer", "AsyncVipps", "ControlError", "Server", "Vipps"]

_PLACES = {
    "AsyncServer": "asgi",
    "AsyncVipps": "client",
    "ControlError": "calls",
    "Server": "server",
    "Vipps": "client",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
