"""An emulator that holds every exchange against its own documents."""

import asyncio
from typing import Any

import httpx

from tests.harness import WORLD, Emulator
from tests.openapi.checking import Checker, Json


class Watched(Emulator):
    """Keeps what is wrong in ``flaws``, and what was seen in ``checker.seen``."""

    def __init__(self, loop: asyncio.AbstractEventLoop, checker: Checker | None = None, **settings: Any) -> None:
        super().__init__(loop, WORLD, **settings)
        self.flaws: list[str] = []
        self.checker = checker or Checker(documents(self))

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One request, checked."""
        answer = super().request(method, path, **options)
        if hasattr(self, "checker"):
            self.flaws += self.checker.check(answer)
        return answer


def names(emulator: Emulator) -> list[str]:
    """What the server has documents of, as it says itself."""
    message: str = emulator.request("GET", "/openapi/nothing.json").json()["message"]
    return message.partition("There are: ")[2].rstrip(".").split(", ")


def documents(emulator: Emulator) -> dict[str, Json]:
    """Every document of the server."""
    found = {}
    for name in names(emulator):
        headers = {"Authorization": f"Bearer {emulator.server.runtime.admin_token}"}
        answer = emulator.request("GET", f"/openapi/{name}.json", headers=headers)
        assert answer.status_code == 200, answer.text
        found[name] = answer.json()
    return found
