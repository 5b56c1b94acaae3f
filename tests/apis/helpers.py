"""What the tests of the emulated APIs share: servers, references of one's own, and the shapes of errors."""

import asyncio
import itertools
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.harness import Emulator, code_of

_NUMBERS = itertools.count(1)
TRACE = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01")


def shared_emulator(**settings: Any) -> Any:
    """A fixture: one emulator for all tests of a module, which keep apart by references of their own."""

    @pytest.fixture(scope="module")
    def shared(loop: asyncio.AbstractEventLoop) -> Iterator[Emulator]:
        emulator = Emulator(loop, **settings)
        yield emulator
        emulator.close()

    return shared


def new_reference() -> str:
    """A reference that no other test uses."""
    return f"reference-of-test-{next(_NUMBERS)}"


def created(emulator: Emulator, value: int = 10_000, *, msn: str = "123456", **fields: Any) -> str:
    """The reference of a new payment."""
    reference = new_reference()
    total = {"amount": {"currency": _currency(msn), "value": value}}
    answer = emulator.create(reference, msn=msn, **total | fields)
    assert answer.status_code == 201, answer.text
    return reference


def authorized(emulator: Emulator, value: int = 10_000, *, msn: str = "123456", **fields: Any) -> str:
    """The reference of a new payment that is approved."""
    reference = created(emulator, value, msn=msn, **fields)
    answer = emulator.approve(reference, msn=msn)
    assert answer.status_code == 200, answer.text
    return reference


def _currency(msn: str) -> str:
    return {"1": "NOK", "2": "DKK", "3": "EUR", "4": "SEK", "5": "NOK", "6": "NOK"}[msn[0]]


def aggregate(emulator: Emulator, reference: str, *, msn: str = "123456") -> tuple[int, int, int, int]:
    """Authorized, captured, refunded and cancelled."""
    content = emulator.get(reference, msn=msn)["aggregate"]
    names = ("authorizedAmount", "capturedAmount", "refundedAmount", "cancelledAmount")
    values = [content[name]["value"] for name in names]
    return values[0], values[1], values[2], values[3]


def event_names(emulator: Emulator, reference: str, *, msn: str = "123456") -> list[str]:
    """The names in the event log; a failed one with a ``!``."""
    events = emulator.events(reference, msn=msn)
    return [event["name"] + ("" if event["success"] else "!") for event in events]


def set_customer(emulator: Emulator, phone: str, **fields: Any) -> None:
    """Add or change a customer."""
    answer = emulator.control("POST", "/customers", {"phone": phone} | fields)
    assert answer.status_code == 200, answer.text


def configure(emulator: Emulator, msn: str, **configuration: Any) -> None:
    """Change what a sales unit may do."""
    answer = emulator.control("PATCH", f"/sales-units/{msn}", {"configuration": configuration})
    assert answer.status_code == 200, answer.text


def assert_problem(answer: httpx.Response, status: int, code: str | None = None) -> dict[str, str]:
    """The answer is a whole problem of this status and ErrorCode; gives its other details, reason by name."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    content = answer.json()
    assert set(content) == {"type", "title", "detail", "instance", "status", "traceId", "extraDetails"}
    assert content["status"] == status
    assert content["title"]
    assert content["detail"]
    assert content["type"] == f"https://httpstatuses.io/{status}"
    assert content["instance"] == re.sub(r"^/[^/]+(?=/v1/)", "", answer.request.url.path)
    assert TRACE.fullmatch(content["traceId"])
    assert code_of(answer) == code
    return {each["name"]: each["reason"] for each in content["extraDetails"] if each["name"] != "ErrorCode"}


def assert_gateway(answer: httpx.Response, status: int, message: str = "") -> None:
    """The answer is an error in the gateway's shape, its message holding these words."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    content = answer.json()
    assert set(content) == {"statusCode", "message"}
    assert content["statusCode"] == status
    assert message in content["message"]
