"""The report of one payment: all that is known of it, and no secret of the world."""

import json
from typing import Any

import pytest

from mockserver.web.known import Known
from mockserver.web.redaction import REDACTED
from mockserver.web.scrubbing import scrubbed
from tests.control.test_routes import assert_problem
from tests.harness import Emulator
from tests.webhooks.receivers import receivers_of, register, settle

EVENTS = ["epayments.payment.created.v1", "epayments.payment.authorized.v1"]


def report(emulator: Emulator) -> dict[str, Any]:
    answer = emulator.control("GET", "/payments/123456/reference-1/report")
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


def secrets(emulator: Emulator) -> set[str]:
    """Every secret that the world has, and what was given out since."""
    world = emulator.control("GET", "/world").json()
    found: set[str] = set()

    def collect(value: Any, name: str = "") -> None:
        if isinstance(value, dict):
            for key, each in value.items():
                collect(each, key)
        elif isinstance(value, list):
            for each in value:
                collect(each, name)
        elif isinstance(value, str) and ("secret" in name or "subscription_key" in name or "token" in name):
            found.add(value)

    collect(world)
    return {each for each in found if len(each) >= 12} | set(emulator._tokens.values())


def test_it_has_everything_about_the_payment_and_nothing_else(emulator: Emulator) -> None:
    receivers_of(emulator)
    webhook = register(emulator, events=EVENTS)["id"]
    other = register(emulator, events=["epayments.payment.expired.v1"])["id"]
    emulator.create("reference-1", colour="red")
    emulator.create("reference-2")
    emulator.approve("reference-1")
    settle(emulator)

    found = report(emulator)

    assert [each["operation"] for each in found["requests"]] == ["createPayment", "forceApprove"]
    assert found["requests"][0]["warnings"][0]["kindness"] == "unknown-fields"
    assert [each["name"] for each in found["payment"]["events"]] == ["CREATED", "AUTHORIZED"]
    assert [each["event"] for each in found["deliveries"]] == EVENTS
    assert [each["attempts"][0]["status"] for each in found["deliveries"]] == [200, 200]
    assert [each["id"] for each in found["webhooks"]] == [webhook]
    assert other not in json.dumps(found)
    assert "reference-2" not in json.dumps(found)
    assert found["environment"] == "emulator"


def test_no_secret_of_the_world_is_in_it(emulator: Emulator) -> None:
    keys = emulator.unit("123456").keys
    chosen = {"url": "https://shop.example.com/hook", "events": EVENTS, "msn": "123456", "secret": "a/chosen-secret+x="}
    assert emulator.control("POST", "/webhooks", chosen).status_code == 200
    receivers = receivers_of(emulator)
    register(emulator, events=EVENTS)
    known = secrets(emulator)
    assert {keys.client_secret, keys.subscription_key, "a/chosen-secret+x="} <= known
    assert len(known) > 30
    emulator.create(metadata={"note": keys.client_secret, "hook": "a/chosen-secret+x=", "password": "hunter2hunter2"})
    emulator.approve()
    settle(emulator)
    assert receivers.received

    text = json.dumps(report(emulator), ensure_ascii=False)

    assert [each for each in known if each in text] == []
    assert "hunter2hunter2" not in text
    assert "Signature=" not in text
    token = emulator.control("GET", "/payments/123456/reference-1").json()["landingPage"].partition("token=")[2]
    assert token
    assert token not in text


def test_a_payment_that_there_is_not_has_none(emulator: Emulator) -> None:
    assert_problem(emulator.control("GET", "/payments/123456/reference-1/report"), 404)


@pytest.mark.parametrize(
    ("value", "cleaned"),
    [
        ({"client_secret": "x", "n": 1}, {"client_secret": REDACTED, "n": 1}),
        ({"token": None, "secret": True}, {"token": None, "secret": True}),
        ({"secret": 7}, {"secret": REDACTED}),
        ({"authorization": {"deep": "Bearer abcdefgh12"}}, {"authorization": REDACTED}),
        (["/landing?token=abc", ("known-secret-x",)], [f"/landing?token={REDACTED}", [REDACTED]]),
        (1.5, 1.5),
    ],
)
def test_values_are_scrubbed_wherever_they_stand(value: Any, cleaned: Any) -> None:
    known = Known()
    known.add(["known-secret-x"])
    assert scrubbed(value, known) == cleaned
