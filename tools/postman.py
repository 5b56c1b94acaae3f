"""Writes docs/vipps-mockserver.postman_collection.json: ``python -m tools.postman``."""

import json
from pathlib import Path
from typing import Any

from mockserver.world import files
from mockserver.world.variables import client_variables

DOCS = Path(__file__).parents[1] / "docs"
FIXTURES = Path(__file__).parents[1] / "fixtures"
NAME = "vipps-mockserver.postman_collection.json"
SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"

KEYS = {
    "Ocp-Apim-Subscription-Key": "{{VIPPS_SUBSCRIPTION_KEY}}",
    "Merchant-Serial-Number": "{{VIPPS_MSN}}",
    "Authorization": "Bearer {{token}}",
    "Idempotency-Key": "{{$guid}}",
}
LOGIN = {"client_id": "{{VIPPS_CLIENT_ID}}", "client_secret": "{{VIPPS_CLIENT_SECRET}}"}
PAYMENTS = "/epayment/v1/payments"
OURS = f"{PAYMENTS}/{{{{reference}}}}"
MONEY = {"modificationAmount": {"currency": "NOK", "value": 49900}}
HOOK = {"url": "{{VIPPS_BASE_URL}}/_mock/inbox/postman", "events": ["epayments.payment.expired.v1"]}
# A name is settled before a request is sent, so the payment that is created is the one that follows.
NEW_REFERENCE = ['pm.collectionVariables.set("reference", "order-" + pm.variables.replaceIn("{{$guid}}"));']


def order(value: int) -> dict[str, Any]:
    """The body of a payment."""
    return {
        "reference": "{{reference}}",
        "amount": {"currency": "NOK", "value": value},
        "paymentMethod": {"type": "WALLET"},
        "userFlow": "WEB_REDIRECT",
        "returnUrl": "http://localhost:3000/thanks",
        "paymentDescription": "Socks",
    }


def step(
    name: str,
    call: str,
    body: Any = None,
    *,
    status: int = 200,
    expect: str = "",
    before: list[str] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """One request of the collection; ``expect`` is an expression over ``answer`` that has to be true."""
    method, _, path = call.partition(" ")
    checks = [f"pm.response.to.have.status({status});"]
    if expect:
        checks += ["const answer = pm.response.json();", f"pm.expect({expect}).to.equal(true);"]
    lines = [f"pm.test({json.dumps(name)}, () => {{", *(f"  {line}" for line in checks), "});"]
    request: dict[str, Any] = {
        "method": method,
        "header": [{"key": key, "value": value} for key, value in more.get("headers", KEYS).items()],
        "url": "{{VIPPS_BASE_URL}}" + path,
    }
    if body is not None:
        raw = {"raw": json.dumps(body, indent=2), "options": {"raw": {"language": "json"}}}
        request["body"] = {"mode": "raw", **raw}
    events = {"test": [*lines, *more.get("after", [])], "prerequest": before}
    listeners = [
        {"listen": kind, "script": {"type": "text/javascript", "exec": lines}}
        for kind, lines in events.items()
        if lines
    ]
    return {"name": name, "request": request, "event": listeners}


def steps() -> list[dict[str, Any]]:
    """The same story as in every recipe."""
    login = {"Ocp-Apim-Subscription-Key": KEYS["Ocp-Apim-Subscription-Key"], **LOGIN}
    keep_token = ['pm.collectionVariables.set("token", pm.response.json().access_token);']
    approve = "POST /epayment/v1/test/payments/{{reference}}/approve"
    customer = {"customer": {"phoneNumber": "{{VIPPS_PHONE}}"}}
    return [
        step("Get a token", "POST /accesstoken/get", headers=login, after=keep_token),
        step("Create a payment", f"POST {PAYMENTS}", order(49900), status=201, before=NEW_REFERENCE),
        step("Force approve it", approve, customer),
        step("Capture it", f"POST {OURS}/capture", MONEY, expect="answer.aggregate.capturedAmount.value === 49900"),
        step("Refund it", f"POST {OURS}/refund", MONEY, expect="answer.aggregate.refundedAmount.value === 49900"),
        step("See its events", f"GET {OURS}/events", expect="answer.length === 4"),
        step("Register a webhook", "POST /webhooks/v1/webhooks", HOOK, status=201),
        step("Create one that nobody approves", f"POST {PAYMENTS}", order(9900), status=201, before=NEW_REFERENCE),
        step("Move the clock", "POST /_mock/clock/advance", {"duration": "PT11M"}),
        step("It has expired", f"GET {OURS}", expect='answer.state === "EXPIRED"'),
        step("Its webhook is signed", "GET /_mock/inbox/postman", expect="answer.messages[0].genuine"),
    ]


def collection() -> str:
    """The collection as a file; its variables are the keys of the default sales unit, which are public."""
    world = json.loads(files.to_json(files.read(FIXTURES / "worlds" / "default.yaml")))
    variables = client_variables(world, "http://127.0.0.1:8080")
    made = {
        "info": {
            "name": "vipps-mockserver",
            "description": "A payment from token to refund, and one that expires. Run the requests in their order.",
            "schema": SCHEMA,
        },
        "variable": [
            {"key": key, "value": value} for key, value in {**variables, "token": "", "reference": ""}.items()
        ],
        "item": steps(),
    }
    return json.dumps(made, indent=2) + "\n"


if __name__ == "__main__":
    (DOCS / NAME).write_text(collection(), "utf-8")
