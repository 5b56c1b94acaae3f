"""Real answers, good and bad, of every row of the control API against its document."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.control.guard import OPEN
from mockserver.control.trusted import Trusted
from tests.apis.login.client import Client
from tests.apis.login.till import Till
from tests.apis.management import partner as management
from tests.apis.recurring.shop import Shop
from tests.openapi.test_answers import unseen
from tests.openapi.watched import Watched

FINITE = {"/_mock/stream": {"limit": "0"}}
"""What ends answers that would go on for ever."""


@pytest.fixture
def emulator(loop: asyncio.AbstractEventLoop) -> Iterator[Watched]:
    emulator = Watched(loop)
    yield emulator
    emulator.close()


def order(emulator: Watched, number: int) -> str:
    content = {"businessIdentifier": {"scheme": "business:NO:ORG", "id": "910000004"}, "productType": "LOGIN"}
    headers = {"Idempotency-Key": f"key-{number}"}
    answer = management.call(emulator, "POST", "/v1/product-orders", json=content, headers=headers)
    return str(answer.json()["prefilledOrderId"])


def good(emulator: Watched, method: str, path: str, json: Any = None) -> Any:
    answer = emulator.control(method, path, json)
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


def play_payments(emulator: Watched) -> None:
    for action in ("approve", "decline", "abort", "expire"):
        emulator.create(f"reference-{action}")
        good(emulator, "POST", f"/payments/123456/reference-{action}/{action}")
        emulator.control("POST", f"/payments/123456/reference-abort/{action}")
    good(emulator, "GET", "/payments?msn=123456&state=ABORTED&limit=5")
    good(emulator, "GET", "/payments/123456/reference-approve")
    good(emulator, "GET", "/payments/123456/reference-approve/report")
    assert good(emulator, "GET", "/news?after=0&wait=1&limit=99")["news"]
    newest = good(emulator, "GET", "/requests?limit=1")["requests"][0]
    good(emulator, "GET", f"/requests/{newest['id']}")
    good(emulator, "GET", "/requests?operation=createPayment&api=epayment&warnings=false&status=201&limit=3")
    good(emulator, "GET", "/checklist?msn=123456&api=epayment")
    good(emulator, "GET", "/checklist")


def play_agreements(emulator: Watched) -> None:
    shop = Shop(emulator)
    made = good(emulator, "POST", "/agreements", {"msn": "123456", "periods": 3, "interval": {"unit": "WEEK"}})
    good(emulator, "POST", "/agreements", {"msn": "123456", "pricing": "FLEXIBLE", "interval": None})
    assert emulator.control("POST", "/agreements", {"msn": "423456"}).status_code == 403
    variable = good(emulator, "POST", "/agreements", {"msn": "123456", "pricing": "VARIABLE", "externalId": "mine"})
    good(emulator, "POST", f"/agreements/{variable['id']}/maximum", {"maximum": 5_000})
    initial = {"amount": 151, "description": "Now", "transactionType": "RESERVE_CAPTURE"}
    poor = shop.drafted(phoneNumber="4712345678", initialCharge=initial)
    assert good(emulator, "POST", f"/agreements/{poor}/accept", {"consent": True})["declined"]
    for action in ("accept", "reject", "expire"):
        draft = shop.drafted()
        good(emulator, "POST", f"/agreements/{draft}/{action}")
        emulator.control("POST", f"/agreements/{draft}/{action}")
    good(emulator, "POST", f"/agreements/{variable['id']}/stop", {"by": "ADMIN"})
    for action in ("stop", "maximum"):
        emulator.control(
            "POST", f"/agreements/{variable['id']}/{action}", {"maximum": 5} if action == "maximum" else {}
        )
    paid, failed = (shop.charged(made["id"], "2030-03-19", 1_000) for _ in range(2))
    good(emulator, "POST", f"/charges/123456/{paid}/succeed")
    good(emulator, "POST", f"/charges/123456/{failed}/fail", {"reason": "technical_error", "forGood": False})
    for action in ("succeed", "fail"):
        emulator.control("POST", f"/charges/123456/{paid}/{action}")
    good(emulator, "GET", f"/charges/123456/{paid}")
    good(emulator, "GET", f"/charges?agreement={made['id']}&state=CHARGED&msn=123456&limit=2")
    good(emulator, "GET", "/agreements?msn=123456&status=ACTIVE&customer=4712345678&limit=2")
    good(emulator, "GET", f"/agreements/{made['id']}")
    good(emulator, "POST", "/charges/attempt-due", {"msn": "123456"})


def play_world(emulator: Watched) -> None:
    good(emulator, "POST", "/customers", {"phone": "4799999999", "first_name": "Ada", "gender": "female"})
    for path in ("/customers?market=DK&limit=2", "/customers", "/customers/4712345678", "/merchants", "/sales-units"):
        good(emulator, "GET", path)
    for path in ("/merchants/merchant-no-1", "/sales-units/523456", "/partners", "/partners/partner-plus"):
        good(emulator, "GET", path)
    good(emulator, "PATCH", "/merchants/merchant-no-1", {"name": "New name", "orders": {"decision": "hold"}})
    good(emulator, "PATCH", "/sales-units/123457", {"configuration": {"express_allowed": True}})
    good(emulator, "PATCH", "/partners/partner-plus", {"level": "Partner Premium"})
    good(emulator, "DELETE", "/partners/partner-plus/permissions/prefill")
    good(emulator, "PUT", "/partners/partner-plus/permissions/prefill")


def play_orders(emulator: Watched) -> None:
    ids = [order(emulator, number) for number in range(4)]
    form = {"business": {"scheme": "business:NO:ORG", "id": "910000004"}, "product": "LOGIN"}
    good(emulator, "POST", "/product-orders", {"type": "MANUAL", "partner": "partner-plus", "form": form})
    emulator.control("POST", "/product-orders/" + ids[0] + "/approve")
    good(emulator, "POST", "/merchants/merchant-new/agreement/sign", {"withRights": True})
    good(emulator, "POST", "/merchants/merchant-new/agreement/activate")
    emulator.control("POST", "/merchants/merchant-new/agreement/sign")
    for id_, actions in zip(
        ids, (("view", "submit", "hold", "release", "approve"), ("submit", "reject"), ("expire",), ()), strict=True
    ):
        for action in actions:
            good(emulator, "POST", f"/product-orders/{id_}/{action}")
            if action == "hold":
                given = {"text": "Socks", "documents": ["a.pdf"]}
                good(emulator, "POST", f"/product-orders/{id_}/answer", given)
        good(emulator, "GET", f"/product-orders/{id_}")
    for action in ("view", "submit", "hold", "answer", "release", "approve", "reject", "expire"):
        emulator.control("POST", f"/product-orders/{ids[1]}/{action}", {})
    good(emulator, "GET", "/product-orders?partner=partner-plus&type=PREFILL&status=COMPLETED&limit=9")
    assert good(emulator, "GET", "/emails?limit=5")["emails"]
    good(emulator, "POST", "/reset")
    good(emulator, "POST", "/merchants/merchant-new/agreement/sign", {"withRights": False})
    good(emulator, "POST", "/merchants/merchant-new/agreement/decline")


def play_partners(emulator: Watched) -> None:
    company = {"name": "Ny AS", "organisationNumber": "915000013", "email": "ny@example.com"}
    made = good(emulator, "POST", "/partners", company | {"kinds": ["psp", "reseller"], "approvesAfter": 60})
    at = f"/partners/{made['partner']}"
    good(emulator, "POST", f"{at}/decline", {"reason": "No"})
    emulator.control("POST", f"{at}/decline", {})
    good(emulator, "POST", f"{at}/apply", company | {"market": "NO", "website": "https://ny.example.com"})
    good(emulator, "POST", f"{at}/approve", {"level": "Partner Premium"})
    evidence = {
        "termsAccepted": True,
        "documentation": "https://ny.example.com/docs",
        "demo": "Screens",
        "examples": ["a"],
    }
    good(emulator, "PATCH", f"{at}/road", evidence)
    good(emulator, "PATCH", "/sales-units/523458", {"partner_id": made["partner"]})
    good(emulator, "POST", f"{at}/start-pilot", {"msn": "523458"})
    good(emulator, "POST", f"{at}/send-in")
    good(emulator, "POST", f"{at}/send-back", {"reason": "More"})
    good(emulator, "POST", f"{at}/send-in")
    good(emulator, "POST", f"{at}/verify")
    assert good(emulator, "GET", f"{at}/road")["stage"] == "live"
    assert good(emulator, "GET", "/partners/partner-psp/road")["page"] is None
    for action in ("apply", "approve", "decline", "start-pilot", "send-in", "verify", "send-back"):
        emulator.control(
            "POST", f"{at}/{action}", company if action == "apply" else {"msn": "1"} if "pilot" in action else {}
        )
    emulator.control("PATCH", f"{at}/road", evidence)


def play_companies(emulator: Watched) -> None:
    good(emulator, "POST", "/merchants", {"organisation_number": "923609016", "name": "Ny AS", "market": "NO"})
    person = {"email": "a@example.com", "name": "A", "partner_id": "partner-plus", "rights": ["see"], "units": None}
    good(emulator, "POST", "/merchants/merchant-no-1/users", person | {"units": ["123456"]})
    good(emulator, "PATCH", "/merchants/merchant-no-1/users/a@example.com", {"rights": ["keys"]})
    assert len(good(emulator, "GET", "/merchants/merchant-no-1/users")["users"]) == 2
    good(emulator, "DELETE", "/merchants/merchant-no-1/users/a@example.com")
    good(emulator, "POST", "/partners/partner-plus/employees", {"email": "b@example.com", "name": "B"})
    assert len(good(emulator, "GET", "/partners/partner-plus/employees")["users"]) == 2
    good(emulator, "DELETE", "/partners/partner-plus/employees/b@example.com")
    good(emulator, "POST", "/sales-units/123457/keys/regenerate", {"keys": ["client_secret"]})


def play_webhooks(emulator: Watched) -> None:
    url = {"url": "https://webhooks.invalid/", "events": ["epayments.payment.created.v1"]}
    made = emulator.request("POST", "/webhooks/v1/webhooks", headers=emulator.headers(), json=url).json()
    emulator.create("reference-web")
    found = good(emulator, "GET", "/webhooks/deliveries?msn=123456&reference=reference-web&wait=0")["deliveries"]
    good(emulator, "GET", "/webhooks")
    good(emulator, "POST", f"/webhooks/{made['id']}/faults", {"delaySeconds": 60, "duplicate": True})
    for action, body in (("pause", None), ("resume", None), ("replay", None), ("sample", {"event": url["events"][0]})):
        good(emulator, "POST", f"/webhooks/{made['id']}/{action}", body)
    good(emulator, "POST", f"/webhooks/deliveries/{found[0]['id']}/replay")
    chosen = {"url": "https://shop.example.com/", "events": ["user.checked-in.v1"], "msn": "523456", "secret": "x"}
    assert good(emulator, "POST", "/webhooks", chosen | {"partnerId": "partner-plus"})["owner"]["msn"] == "523456"
    good(emulator, "POST", "/webhooks/settle")
    assert good(emulator, "POST", f"/webhooks/deliveries/{found[0]['id']}/verify")["attempts"]
    news = good(emulator, "GET", "/news?after=0&limit=999")["news"]
    assert {each["kind"] for each in news} >= {"request", "event", "delivery", "replaced"}
    assert "gap" not in emulator.request("GET", "/_mock/stream?limit=1&after=0&kind=event&msn=123456").text
    assert good(emulator, "GET", "/payments/123456/reference-web/report")["deliveries"]
    assert good(emulator, "GET", "/world")["webhooks"]
    good(emulator, "GET", "/webhooks/deliveries?state=waiting&event=epayments.payment.created.v1&limit=3")
    emulator.request("POST", "/_mock/inbox/one", content=b"no JSON")
    good(emulator, "PATCH", "/inbox/one", {"status": 418})
    assert emulator.request("POST", "/_mock/inbox/one", json={"a": 1}).status_code == 418
    assert len(good(emulator, "GET", "/inbox/one?limit=10")["messages"]) == 2
    good(emulator, "DELETE", "/inbox/one")


def play_logins(emulator: Watched) -> None:
    client, till = Client(emulator), Till(emulator)
    client.tokens()
    waiting = client.start()
    good(emulator, "POST", f"/logins/{waiting}/reject", {"reason": "wrong_challenge"})
    emulator.control("POST", f"/logins/{waiting}/approve", {})
    good(emulator, "GET", f"/logins/{waiting}")
    good(emulator, "GET", "/logins?msn=123456&phone=4712345678&state=approved&limit=5")
    for action in ("confirm", "deny", "old-app"):
        asked = till.begin("4792000003")
        emulator.control("POST", f"/ciba/{asked}/{action}", {})
        emulator.control("POST", f"/ciba/{asked}/{action}", {})
        good(emulator, "GET", f"/ciba/{asked}")
    good(emulator, "GET", "/ciba?phone=4792000003&state=denied&limit=5")
    assert good(emulator, "GET", "/consents?msn=123456&phone=4712345678&limit=5")["consents"]
    good(emulator, "POST", "/consents/123456/4712345678/withdraw")
    good(emulator, "POST", "/login-keys/rotate")
    good(emulator, "POST", "/token-keys/rotate")


def play_scenarios(emulator: Watched) -> None:
    rule = {"when": {"operation": "capturePayment", "amount": {"min": 5}}, "then": {"error": 6280}}
    good(emulator, "PUT", "/scenarios", {"profiles": ["declines", "flaky-network", "webhook-chaos", "pending-orders"]})
    good(emulator, "PUT", "/scenarios", {"profiles": []})
    good(emulator, "POST", "/scenarios", rule | {"name": "one", "position": 0, "times": 3, "comment": "a rule"})
    emulator.control("POST", "/scenarios", rule | {"name": "one"})
    good(emulator, "PUT", "/scenarios/one", rule)
    for action in ("off", "on"):
        good(emulator, "POST", f"/scenarios/one/{action}")
    good(emulator, "GET", "/scenarios")
    good(emulator, "GET", "/scenarios/one")
    query = "operation=capturePayment&api=epayment&amount=9&header=X-A:b&header=X-C:d&msn=123456&reference=abc"
    assert good(emulator, "GET", f"/scenarios/one/explain?{query}")["matches"]
    good(emulator, "DELETE", "/scenarios/one")


def play_state(emulator: Watched) -> None:
    state = good(emulator, "GET", "/state")
    good(emulator, "PUT", "/snapshots/one")
    good(emulator, "POST", "/snapshots/one/restore")
    assert good(emulator, "GET", "/snapshots")["snapshots"]
    good(emulator, "DELETE", "/snapshots/one")
    good(emulator, "PUT", "/state", state)


def play_clock(emulator: Watched) -> None:
    for action in ("freeze", "unfreeze"):
        good(emulator, "POST", f"/clock/{action}")
    good(emulator, "POST", "/clock/advance", {"duration": "PT1M"})
    good(emulator, "POST", "/clock/set", {"at": "2031-01-01T00:00:00Z"})
    good(emulator, "GET", "/clock")
    good(emulator, "GET", "/clock/due?limit=3")
    good(emulator, "GET", "/health")


def play_keys(emulator: Watched) -> None:
    for query in ("", "?format=env", "?format=export", "?format=dotenv", "?format=json"):
        assert emulator.request("GET", f"/_mock/keys{query}").status_code == 200


def play_authority(emulator: Watched) -> None:
    emulator.server.runtime.parts.put(Trusted(b"-----BEGIN CERTIFICATE-----"))
    assert emulator.request("GET", "/_mock/ca.pem").status_code == 200
    emulator.server.runtime.parts.put(Trusted(None))


def refuse_all(emulator: Watched) -> None:
    """Every row with an unknown id, filter and body, as another site, and with too much."""
    for method, path in emulator.checker.documents["control"].operations:
        concrete = path.replace("{", "no-such-").replace("}", "")
        emulator.request(method, concrete, params={"colour": "red"})
        emulator.request(method, path.replace("{msn}", "123456"), params=FINITE.get(path), json={"colour": "red"})
        emulator.request(method, concrete, params=FINITE.get(path), content=b"{")
        emulator.request(method, concrete, params=FINITE.get(path), content=b" " * ((1 << 20) + 1))
        if path not in OPEN:
            site = emulator.request(method, concrete, headers={"Sec-Fetch-Site": "cross-site"})
            assert site.status_code == 403


def test_every_row(emulator: Watched) -> None:
    play_payments(emulator)
    play_agreements(emulator)
    play_world(emulator)
    play_orders(emulator)
    play_partners(emulator)
    play_companies(emulator)
    play_webhooks(emulator)
    play_logins(emulator)
    play_scenarios(emulator)
    play_clock(emulator)
    play_authority(emulator)
    play_state(emulator)
    refuse_all(emulator)
    assert emulator.flaws == []
    assert unseen(emulator.checker, "control") == []


def test_the_token_of_the_control_api(loop: asyncio.AbstractEventLoop) -> None:
    emulator = Watched(loop, admin_token="secret")
    for method, path in emulator.checker.documents["control"].operations:
        status = emulator.request(method, path.replace("{name}", "one"), content=b"{}").status_code
        is_open = path in OPEN or (method, path) == ("POST", "/_mock/inbox/{name}")
        assert (status == 401) != is_open
    assert emulator.flaws == []
    emulator.close()


def test_a_filter_that_a_document_does_not_have_is_refused(emulator: Watched) -> None:
    """And the refusal lists all that there are: the document has neither more nor fewer."""
    for (method, path), operation in emulator.checker.documents["control"].operations.items():
        filters = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"}
        if method == "GET" and filters:
            answer = emulator.request("GET", path, params={"colour": "red"})
            assert answer.status_code == 400, answer.text
            listed = answer.json()["extraDetails"][0]["reason"].partition("there are: ")[2]
            assert set(listed.split(", ")) == filters
