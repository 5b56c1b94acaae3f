"""A server as users start it: a process of its own, known by what it prints."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TextIO
from uuid import uuid4

import httpx

from mockserver.settings import PREFIX
from tests.harness import body


@dataclass(frozen=True)
class Running:
    """A server that listens; ``variables`` are those that its banner says to export.

    With TLS, ``tls_url`` is where, and ``authority`` the file that clients trust; empty texts without.
    """

    variables: dict[str, str]
    process: subprocess.Popen[str]
    tls_url: str = ""
    authority: str = ""

    def kill(self) -> None:
        """Ends it without any chance to tidy up."""
        self.process.kill()
        self.process.wait()

    @property
    def url(self) -> str:
        return self.variables["VIPPS_BASE_URL"]

    def journal(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = httpx.get(f"{self.url}/_mock/requests?limit=1000").json()["requests"]
        return found


@contextmanager
def serving(
    *options: str,
    program: tuple[str, ...] = ("-m", "mockserver"),
    log: TextIO | None = None,
    before: tuple[str, ...] = (),
) -> Iterator[Running]:
    """Runs ``python -m mockserver serve`` on a free port; standard error goes to ``log``.

    ``before``: a program that becomes this one.
    """
    command = [*before, sys.executable, *program, "serve", "--port", "0", "--access-log", "off", *options]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment) as process:
        assert process.stdout is not None
        try:
            variables: dict[str, str] = {}
            told: dict[str, str] = {}
            for line in process.stdout:
                exported = re.fullmatch(r"export (\w+)='(.*)'\n", line)
                if exported:
                    variables[exported[1]] = exported[2]
                if secure := re.match(r"Over TLS at (\S+), |Clients trust it by (.+) \(", line):
                    told |= {"tls_url": secure[1]} if secure[1] else {"authority": secure[2]}
                if line.startswith("Stop with"):
                    break
            assert "VIPPS_BASE_URL" in variables, f"the server did not start: {' '.join(command)}"
            yield Running(variables, process, **told)
        finally:
            process.terminate()


class Merchant:
    """The default sales unit's shop, over HTTP, or whatever the client speaks."""

    def __init__(self, server: Running, client: httpx.Client | None = None) -> None:
        variables = server.variables
        self._client = client or httpx.Client()
        self._client.base_url = httpx.URL(server.url)
        keys = {
            "client_id": variables["VIPPS_CLIENT_ID"],
            "client_secret": variables["VIPPS_CLIENT_SECRET"],
            "Ocp-Apim-Subscription-Key": variables["VIPPS_SUBSCRIPTION_KEY"],
        }
        token = self._client.post("/accesstoken/get", headers=keys).raise_for_status().json()["access_token"]
        self._client.headers.update(
            {
                "Authorization": f"Bearer {token}",
                "Ocp-Apim-Subscription-Key": variables["VIPPS_SUBSCRIPTION_KEY"],
                "Merchant-Serial-Number": variables["VIPPS_MSN"],
            }
        )

    def request(self, reference: str, **fields: Any) -> dict[str, str]:
        """Creates a payment and gives the answer."""
        answer = self.ask_to_create(reference, **fields)
        assert answer.status_code == 201, answer.text
        created: dict[str, str] = answer.json()
        return created

    def ask_to_create(self, reference: str, **fields: Any) -> httpx.Response:
        """Tries to create a payment."""
        return self._client.post(
            "/epayment/v1/payments", json=body(reference, **fields), headers={"Idempotency-Key": str(uuid4())}
        )

    def create(self, reference: str, **fields: Any) -> str:
        """Creates a payment and gives its redirectUrl."""
        return self.request(reference, **fields)["redirectUrl"]

    def ask_to_register(self, url: str, *events: str) -> httpx.Response:
        """Tries to register a webhook."""
        return self._client.post("/webhooks/v1/webhooks", json={"url": url, "events": events})

    def register(self, url: str, *events: str) -> dict[str, str]:
        """Registers a webhook and gives its id and secret."""
        answer = self.ask_to_register(url, *events)
        assert answer.status_code == 201, answer.text
        made: dict[str, str] = answer.json()
        return made

    def get(self, reference: str) -> dict[str, Any]:
        payment: dict[str, Any] = self._client.get(f"/epayment/v1/payments/{reference}").raise_for_status().json()
        return payment

    def events(self, reference: str) -> list[tuple[str, bool]]:
        answer = self._client.get(f"/epayment/v1/payments/{reference}/events").raise_for_status()
        return [(event["name"], event["success"]) for event in answer.json()]

    def close(self) -> None:
        self._client.close()
