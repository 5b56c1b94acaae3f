"""What the checklist has to know of the operations that give tokens."""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from typing import Final

from mockserver.checklist.points.points import Checks
from mockserver.checklist.points.seen import Calls


def _in_a_header(headers: Mapping[str, str]) -> str | None:
    return headers.get("client_id")


def _by_basic(headers: Mapping[str, str]) -> str | None:
    try:
        return b64decode(headers.get("authorization", "").partition(" ")[2]).decode().partition(":")[0]
    except (NotBase64, ValueError):
        return None


CHECKS: Final = Checks(
    "access-token",
    calls=Calls(
        tokens={"fetchAuthorizationTokenUsingPost": _in_a_header, "fetchToken": _by_basic},
        say_system=frozenset({"access-token"}),
    ),
)
