"""A company on its road, as the tests of it play it."""

from typing import Any

import httpx

from tests.harness import Emulator

NUMBER = "915000013"
ID = f"partner-no-{NUMBER}"
FORM = {
    "name": "Ny AS",
    "market": "NO",
    "organisationNumber": NUMBER,
    "contact": "Kari Nordmann",
    "email": "kari@ny.example.com",
    "website": "https://ny.example.com",
    "kinds": ["platform"],
    "solution": "Shops for florists",
}
EVIDENCE = {
    "termsAccepted": True,
    "documentation": "https://ny.example.com/docs",
    "demo": "https://ny.example.com/demo",
    "examples": ["order-1, captured", "order-2, refunded"],
}
PILOT = "523458"
STAGES = {
    "applied": [],
    "declined": ["decline"],
    "approved": ["approve"],
    "piloting": ["approve", "evidence", "start-pilot"],
    "sent-in": ["approve", "evidence", "start-pilot", "send-in"],
    "live": ["approve", "evidence", "start-pilot", "send-in", "verify"],
}
"""What is done to a company that has applied, by the stage that it leads to."""


def do(emulator: Emulator, action: str, body: Any = None, *, id_: str = ID) -> httpx.Response:
    """One step, as the control API does it; without a body the one that works."""
    if action == "evidence":
        return emulator.control("PATCH", f"/partners/{id_}/road", EVIDENCE if body is None else body)
    if action == "start-pilot":
        emulator.control("PATCH", f"/sales-units/{PILOT}", {"partner_id": id_})
    usual = {"start-pilot": {"msn": PILOT}, "apply": FORM, "approve": {"level": "Partner Plus"}}
    return emulator.control("POST", f"/partners/{id_}/{action}", usual.get(action, {}) if body is None else body)


def applied(emulator: Emulator, **fields: Any) -> dict[str, Any]:
    """A company that has applied."""
    answer = emulator.control("POST", "/partners", FORM | fields)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def brought_to(emulator: Emulator, stage: str, **fields: Any) -> dict[str, Any]:
    """A company at this stage of its road."""
    found = applied(emulator, **fields)
    for action in STAGES[stage]:
        answer = do(emulator, action)
        assert answer.status_code == 200, answer.text
        found = answer.json()
    assert found["stage"] == stage
    return found


def road(emulator: Emulator, id_: str = ID) -> dict[str, Any]:
    """How far it has come."""
    answer = emulator.control("GET", f"/partners/{id_}/road")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def mails(emulator: Emulator, address: str = FORM["email"]) -> list[dict[str, Any]]:  # type: ignore[assignment]
    """What it was told, the latest last."""
    found: list[dict[str, Any]] = emulator.control("GET", f"/emails?address={address}").json()["emails"]
    return found[::-1]
