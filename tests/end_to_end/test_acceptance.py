"""Feature by feature, as users meet it: a server process, a real HTTP client, nothing else."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.end_to_end.running import Merchant, Running, serving
from tests.harness import amount, body, code_of


class Shop(Merchant):
    """A merchant with a finger on the control API."""

    def __init__(self, server: Running) -> None:
        super().__init__(server)
        self.server = server

    def post(self, path: str, content: Any = None, key: str | None = None) -> httpx.Response:
        headers = {"Idempotency-Key": key or str(uuid4())}
        return self._client.post(f"/epayment/v1{path}", json=content, headers=headers)

    def move(self, action: str, reference: str, value: int) -> httpx.Response:
        return self.post(f"/payments/{reference}/{action}", {"modificationAmount": amount(value)})

    def control(self, path: str, content: Any = None) -> httpx.Response:
        return self._client.post(f"/_mock{path}", json=content or {})

    def aggregate(self, reference: str) -> dict[str, int]:
        return {name: each["value"] for name, each in self.get(reference)["aggregate"].items()}


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with serving() as running:
        yield running


@pytest.fixture
def shop(server: Running) -> Iterator[Shop]:
    httpx.post(f"{server.url}/_mock/reset").raise_for_status()
    shop = Shop(server)
    yield shop
    shop.close()


def test_a_payment_is_captured_and_refunded_in_parts(shop: Shop) -> None:
    shop.create("order-0001")
    assert shop.post("/test/payments/order-0001/approve").status_code == 200
    for action, value in (("capture", 3000), ("capture", 2000), ("refund", 1000)):
        assert shop.move(action, "order-0001", value).status_code == 200
    assert shop.post("/payments/order-0001/cancel").status_code == 200
    assert shop.aggregate("order-0001") == {
        "authorizedAmount": 10_000,
        "capturedAmount": 5000,
        "refundedAmount": 1000,
        "cancelledAmount": 5000,
    }
    assert [name for name, _ in shop.events("order-0001")] == [
        "CREATED",
        "AUTHORIZED",
        "CAPTURED",
        "CAPTURED",
        "REFUNDED",
        "CANCELLED",
    ]


def test_a_payment_that_nobody_approves_expires_after_ten_minutes(shop: Shop) -> None:
    shop.create("order-0001")
    shop.control("/clock/advance", {"duration": "PT9M"})
    assert shop.get("order-0001")["state"] == "CREATED"
    shop.control("/clock/advance", {"duration": "PT1M"})
    assert shop.get("order-0001")["state"] == "EXPIRED"
    assert code_of(shop.move("capture", "order-0001", 100)) == "6200"


def test_a_magic_amount_is_declined_and_the_customer_may_try_again(shop: Shop) -> None:
    shop.create("order-0001", amount=amount(151))
    answer = shop.post("/test/payments/order-0001/approve")
    assert (answer.status_code, code_of(answer)) == (400, "10010")
    assert shop.get("order-0001")["state"] == "CREATED"
    assert shop.control("/payments/123456/order-0001/approve").status_code == 200
    assert shop.events("order-0001") == [("CREATED", True), ("AUTHORIZED", False), ("AUTHORIZED", True)]


def test_the_customer_cancels(shop: Shop) -> None:
    shop.create("order-0001")
    assert shop.control("/payments/123456/order-0001/abort").status_code == 200
    assert shop.get("order-0001")["state"] == "ABORTED"


def test_express_adds_the_chosen_shipping(shop: Shop) -> None:
    option = {"id": "door", "name": "To your door", "amount": amount(9900)}
    group = {"type": "HOME_DELIVERY", "brand": "POSTEN", "options": [option]}
    scope = "name address email phoneNumber"
    shop.create("order-0001", profile={"scope": scope}, shipping={"fixedOptions": [group]})
    shop.control("/payments/123456/order-0001/approve", {"shippingOptionId": "door"})
    payment = shop.get("order-0001")
    assert payment["aggregate"]["authorizedAmount"]["value"] == 19_900
    assert payment["shippingDetails"]["shippingOptionId"] == "door"
    assert payment["userDetails"]["mobileNumber"] == "4712345678"
    assert payment["profile"]["sub"]


def test_a_qr_code_is_a_picture_of_the_asked_size(shop: Shop) -> None:
    picture = httpx.get(
        shop.create("order-0001", userFlow="QR", returnUrl=None, qrFormat={"format": "IMAGE/PNG", "size": 300})
    )
    assert picture.headers["content-type"] == "image/png"
    assert picture.content[16:24] == (300).to_bytes(4, "big") * 2


def test_equal_requests_at_once_have_one_effect_and_one_answer(shop: Shop) -> None:
    shop.create("order-0001")
    shop.post("/test/payments/order-0001/approve")
    content = {"modificationAmount": amount(1000)}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: shop.post("/payments/order-0001/capture", content, "one-key"), range(16)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert shop.aggregate("order-0001")["capturedAmount"] == 1000


def test_the_inbox_gets_genuine_webhooks(shop: Shop) -> None:
    inbox = f"{shop.server.url}/_mock/inbox/acceptance"
    shop.register(inbox, "epayments.payment.created.v1", "epayments.payment.authorized.v1")
    shop.create("order-0001")
    shop.post("/test/payments/order-0001/approve")
    shop.control("/webhooks/settle")
    messages = httpx.get(inbox).json()["messages"]
    assert [each["body"]["name"] for each in reversed(messages)] == ["CREATED", "AUTHORIZED"]
    assert all(each["genuine"] for each in messages)


def test_strict_refuses_what_is_warned_of_by_default(shop: Shop) -> None:
    lenient = shop.post("/payments", body("order-0001") | {"colour": "red"})
    assert lenient.status_code == 201
    assert "unknown-fields" in lenient.headers["x-mock-warning"]
    with serving("--strict") as strict:
        other = Shop(strict)
        refused = other.post("/payments", body("order-0001") | {"colour": "red"})
        other.close()
    assert refused.status_code == 400
    assert "x-mock-warning" not in refused.headers
    assert refused.json()["extraDetails"] == [{"name": "colour", "reason": "There is no such field"}]


def test_production_has_no_force_approve_and_day_long_tokens() -> None:
    with serving("--environment", "production") as running:
        shop = Shop(running)
        shop.create("order-0001")
        answer = shop.post("/test/payments/order-0001/approve")
        shop.control("/clock/advance", {"duration": "PT23H"})
        still = shop.get("order-0001")["state"]
        shop.close()
    assert answer.status_code == 403
    assert still == "EXPIRED"


def test_with_auth_any_a_stranger_has_a_shop_of_its_own() -> None:
    with serving("--auth", "any") as running, httpx.Client(base_url=running.url) as client:
        keys = {"client_id": "my-app", "client_secret": "anything", "Ocp-Apim-Subscription-Key": "whatever"}
        token = client.post("/accesstoken/get", headers=keys).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}", "Ocp-Apim-Subscription-Key": "whatever"}
        answer = client.post("/epayment/v1/payments", headers=headers, json=body("order-0001"))
    assert answer.status_code == 201
