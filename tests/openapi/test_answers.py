"""Real answers, good and bad, of every operation against the documents that the same server gives out."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.apis.login.client import CALLBACK, Client, userinfo
from tests.apis.login.till import Till
from tests.apis.management import partner as management
from tests.apis.management.partner import NOBODY
from tests.openapi.checking import Checker
from tests.openapi.watched import Watched

SHIPPING = {
    "fixedOptions": [
        {
            "type": "HOME_DELIVERY",
            "brand": "POSTEN",
            "options": [{"id": "a", "amount": {"currency": "NOK", "value": 900}, "name": "Home"}],
        }
    ]
}


@pytest.fixture
def watch(loop: asyncio.AbstractEventLoop) -> Iterator[Callable[..., Watched]]:
    """Starts emulators that share what was seen."""
    started: list[Watched] = []

    def watch(**settings: Any) -> Watched:
        checker = started[0].checker if started else None
        started.append(Watched(loop, checker, **settings))
        return started[-1]

    yield watch
    for emulator in started:
        emulator.close()


@pytest.fixture
def emulator(watch: Callable[..., Watched]) -> Watched:
    return watch()


def unseen(checker: Checker, name: str) -> list[str]:
    """The operations of a document that were not seen to succeed, or not to be refused."""
    statuses: dict[str, set[bool]] = {}
    for (api, operation, status), _ in checker.seen.items():
        if api == name:
            statuses.setdefault(operation, set()).add(status < 400)
    operations = (f"{method} {path}" for method, path in checker.documents[name].operations)
    return [each for each in operations if statuses.get(each, set()) != {True, False} and each not in NEVER_REFUSED]


NEVER_REFUSED = {
    "GET /access-management-1.0/access/.well-known/openid-configuration",
    "GET /access-management-1.0/access/.well-known/jwks.json",
    "GET /_mock/health",
}


def refuse_all(emulator: Watched, name: str) -> None:
    """Call every operation of an API without keys, without sense, and with too much."""
    for method, path in emulator.checker.documents[name].operations:
        concrete = path.replace("{reference}", "reference-1").replace("{productOrderId}", NOBODY)
        for key in ("{id}", "{scheme}", "{msn}", "{sub}"):
            concrete = concrete.replace(key, "1")
        emulator.request(method, concrete)
        emulator.request(method, concrete, headers=emulator.headers(), content=b"{")
        emulator.request(method, concrete, headers=emulator.headers(Content_Type="application/json"), content=b"{")
        if method != "GET":
            emulator.request(method, concrete, headers=emulator.headers(), content=b" " * (1 << 20) + b"{")


def test_epayment(emulator: Watched, watch: Callable[..., Watched]) -> None:
    emulator.create(profile={"scope": "name phoneNumber email birthDate address"}, metadata={"a": "b"})
    emulator.get()
    emulator.approve()
    emulator.get()
    emulator.modify("capture", 5_000)
    emulator.modify("refund", 1_000)
    emulator.api("POST", "/payments/reference-1/cancel", {"cancelTransactionOnly": False}, key="cancel")
    assert len(emulator.events()) == 5
    emulator.create("reference-2", userFlow="QR", qrFormat={"format": "IMAGE/PNG", "size": 200})
    emulator.api("POST", "/payments/reference-2/cancel")
    emulator.create("reference-3", userFlow="PUSH_MESSAGE", customer={"phoneNumber": "4712345678"}, returnUrl=None)
    emulator.create("reference-4", shipping=SHIPPING, profile={"scope": "name address email phoneNumber"})
    emulator.control("POST", "/payments/123456/reference-4/approve", {})
    assert "shippingDetails" in emulator.get("reference-4")

    emulator.create(amount={"currency": "NOK", "value": 1})
    emulator.modify("capture", 60_000_000)
    emulator.modify("refund", 60_000_000)
    emulator.api("GET", "/payments/reference-9")
    emulator.api("GET", "/payments/reference-9/events")
    emulator.api("POST", "/payments/reference-9/cancel")
    refuse_all(emulator, "epayment")

    limited = watch(rate_limits=True, environment="production")
    limited.create()
    assert limited.approve().status_code == 403
    assert {limited.modify("capture", 1, key=str(number)).status_code for number in range(7)} == {400, 429}
    assert emulator.flaws + limited.flaws == []
    assert unseen(emulator.checker, "epayment") == []


def test_access_token(emulator: Watched) -> None:
    emulator.token(emulator.unit("123456").keys)
    management.specialised(emulator, "partner-plus")
    keys = emulator.unit("123456").keys
    wrong = {"client_id": keys.client_id, "Ocp-Apim-Subscription-Key": keys.subscription_key}
    for secret in ("", "wrong"):
        answer = emulator.request("POST", "/accesstoken/get", headers=wrong | {"client_secret": secret})
        assert answer.status_code == 401
    answer = emulator.request("POST", "/accesstoken/get", headers=wrong | {"client_id": "nobody"})
    assert answer.status_code == 400
    answer = emulator.request("POST", "/miami/v1/token", data={"grant_type": "client_credentials"})
    assert answer.status_code == 401
    refuse_all(emulator, "access-token")
    assert emulator.flaws == []
    assert unseen(emulator.checker, "access-token") == []


def test_webhooks(emulator: Watched) -> None:
    path, headers = "/webhooks/v1/webhooks", emulator.headers()
    content = {"url": "https://example.com/", "events": ["epayments.payment.created.v1"]}
    registered = emulator.request("POST", path, headers=headers, json=content).json()
    emulator.request("POST", path, headers=headers, json=content | {"events": ["nothing"]})
    emulator.request("GET", path, headers=headers)
    for _ in range(2):
        emulator.request("DELETE", f"{path}/{registered['id']}", headers=headers)
    refuse_all(emulator, "webhooks")
    assert emulator.flaws == []
    assert unseen(emulator.checker, "webhooks") == []


def test_management(emulator: Watched) -> None:
    order = {"businessIdentifier": {"scheme": "business:NO:ORG", "id": "910100009"}, "productType": "LOGIN"}
    ids = []
    for number in range(2):
        key = {"Idempotency-Key": f"key-{number}"}
        answer = management.call(emulator, "POST", "/v1/product-orders", json=order, headers=key)
        ids.append(answer.json()["prefilledOrderId"])
        order["businessIdentifier"] = {"scheme": "business:NO:ORG", "id": "910000004"}
    for path in (
        "/v1/partners/price-packages",
        f"/v1/product-orders/{ids[0]}/details",
        f"/v2/product-orders/{ids[1]}/details",
        "/v2/product-orders?includeExpired=true",
        "/v1/merchants/business:NO:ORG/211756004",
        "/v1/merchants/business:NO:ORG/211756004/sales-units",
        "/v1/sales-units",
        "/v1/sales-units/523456",
    ):
        management.get(emulator, path)
    assert management.call(emulator, "DELETE", f"/v1/product-orders/{ids[1]}").status_code == 200
    for path in (
        f"/v1/product-orders/{ids[1]}/details",
        "/v2/product-orders?includeExpired=x",
        "/v1/merchants/business:NO:ORG/999999999",
        "/v1/merchants/x/1/sales-units",
        "/v1/sales-units/1",
        "/v1/sales-units/999999",
    ):
        assert management.call(emulator, "GET", path).is_error
    management.call(emulator, "GET", "/v1/partners/price-packages", "523456")
    refuse_all(emulator, "management")
    assert emulator.flaws == []
    assert unseen(emulator.checker, "management") == []


def test_login_and_userinfo(emulator: Watched) -> None:
    client = Client(emulator)
    scopes = "openid name email phoneNumber birthDate address gender delegatedConsents customFlow"
    client.set_up(custom_flow={"screens": [{"title": "Club", "elements": [{"id": "join", "title": "Join"}]}]})
    for customer in ("4712345678", "4798765432", "4791000005"):
        token = client.tokens(customer, scope=scopes)["access_token"]
        shared = userinfo(emulator, token).json()
        assert {"delegatedConsents", "flowResult", "address"} <= set(shared)
    client.authorize(state="short")
    client.authorize(redirect_uri="https://elsewhere.example.com")
    client.authorize(client_id="nobody")
    emulator.request("POST", "/access-management-1.0/access/oauth2/auth", data={"client_id": client.client_id})
    good = {"client_id": client.client_id, "redirect_uri": CALLBACK, "response_type": "code"}
    posted = good | {"scope": "openid", "state": "12345678"}
    emulator.request("POST", "/access-management-1.0/access/oauth2/auth", data=posted)
    revoke = "/access-management-1.0/access/oauth2/revoke"
    emulator.request("POST", revoke, data={"token": token}, headers=client.basic())
    assert userinfo(emulator, token).status_code == 401
    logout = "/access-management-1.0/access/oauth2/sessions/logout"
    for method in ("GET", "POST"):
        emulator.request(method, logout)
        sent = {"post_logout_redirect_uri": CALLBACK, "client_id": client.client_id}
        for given in (sent, sent | {"client_id": "nobody"}, {"id_token_hint": "x"}):
            emulator.request(method, logout, **({"params": given} if method == "GET" else {"data": given}))
    client.exchange("wrong")
    client.exchange("wrong", headers={})
    emulator.request("GET", "/access-management-1.0/access/.well-known/openid-configuration")
    emulator.request("GET", "/access-management-1.0/access/.well-known/jwks.json")

    till = Till(emulator)
    asked = till.begin(binding_message="4MZ-CQ3", requested_expiry="60")
    till.poll(asked)
    till.act(asked, "confirm")
    assert till.poll(asked).status_code == 200
    assert [till.ask("4792000003").status_code for _ in range(6)] == [200] * 5 + [429]
    till.ask("1", binding_message="x")
    till.exists(login_hint="urn:msisdn:4712345678")
    till.exists()

    emulator.create(profile={"scope": "name address"})
    emulator.approve()
    sub = emulator.get()["profile"]["sub"]
    for path in (sub, NOBODY):
        emulator.request("GET", f"/vipps-userinfo-api/userinfo/{path}", headers=emulator.headers())
    other = emulator.headers() | {"Merchant-Serial-Number": "223456"}
    emulator.request("GET", f"/vipps-userinfo-api/userinfo/{sub}", headers=other)
    for name in ("login", "userinfo"):
        refuse_all(emulator, name)
        assert unseen(emulator.checker, name) == []
    assert emulator.flaws == []
