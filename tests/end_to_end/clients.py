"""Two clients of the platform: one that calls it as the documents ask for, one as it is often written first."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx

TRIES = 12
Wait = Callable[[float], None]
"""Lets so many seconds of the emulator's clock pass."""


class CarefulClient:
    """Retries with the same key and body, believes only whole answers, and does not go on without end."""

    def __init__(self, url: str, keys: dict[str, str], wait: Wait, msn: str | None = None) -> None:
        self._http = httpx.Client(base_url=url, timeout=20)
        self._keys = keys
        self._token = ""
        self._msn = {} if msn is None else {"Merchant-Serial-Number": msn}
        self.wait = wait

    def close(self) -> None:
        self._http.close()

    def call(self, method: str, path: str, content: Any = None) -> tuple[int, Any]:
        """Status and content of what can be believed; raises RuntimeError when nothing can."""
        key = {} if method == "GET" else {"Idempotency-Key": str(uuid4())}
        for number in range(TRIES):
            answer = self._send(method, path, self._authorized() | key, content)
            if answer is not None and answer.status_code == 401:
                self._token = ""
            elif answer is not None and answer.status_code == 429:
                self.wait(int(answer.headers["retry-after"]))
            elif answer is not None and answer.status_code != 423 and answer.status_code < 500:
                return answer.status_code, answer.json()
            self.wait(min(2**number, 30))
        raise RuntimeError(f"{method} {path}: no answer in {TRIES} tries")

    def _send(self, method: str, path: str, headers: dict[str, str], content: Any = None) -> httpx.Response | None:
        try:
            answer = self._http.request(method, path, headers=headers, json=content)
            if "json" not in answer.headers.get("content-type", ""):
                return None
            answer.json()
        except (httpx.TransportError, ValueError):
            return None
        return answer

    def _authorized(self) -> dict[str, str]:
        for number in range(TRIES if not self._token else 0):
            answer = self._send("POST", "/accesstoken/get", self._keys)
            if answer is not None and answer.status_code == 200:
                self._token = answer.json()["access_token"]
                break
            self.wait(min(2**number, 30))
        subscription = {"Ocp-Apim-Subscription-Key": self._keys["Ocp-Apim-Subscription-Key"]}
        return subscription | self._msn | {"Authorization": f"Bearer {self._token}"}


class HastyClient(CarefulClient):
    """Takes every answer for a success, every broken line for a failure, and a new key for each try."""

    def call(self, method: str, path: str, content: Any = None) -> tuple[int, Any]:
        """Status and content of whatever came back; raises RuntimeError, ValueError."""
        for _ in range(3):
            headers = self._authorized() | {"Idempotency-Key": str(uuid4())}
            try:
                answer = self._http.request(method, path, headers=headers, json=content)
            except httpx.TransportError:
                continue
            return answer.status_code, answer.json()
        raise RuntimeError("the platform is down")
