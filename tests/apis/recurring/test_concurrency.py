"""Changes that take five seconds of the clock: those of one agreement and its charges exclude each other."""

from collections.abc import Callable, Coroutine
from typing import Any

import httpx

from tests.apis.helpers import shared_emulator
from tests.apis.recurring.shop import Shop, assert_refused
from tests.harness import Emulator

Sending = Callable[[], Coroutine[Any, Any, httpx.Response]]
INITIAL = {"amount": 10_000, "description": "First", "transactionType": "RESERVE_CAPTURE"}

slow = shared_emulator(processing_time=5)


def sending(shop: Shop, method: str, path: str, content: Any = None) -> Sending:
    headers = shop.emulator.headers(Idempotency_Key=f"{method}-{path[-30:].replace('/', '-')}")
    options: dict[str, Any] = {} if content is None else {"json": content}
    return lambda: shop.emulator.client.request(method, f"/recurring/v3{path}", headers=headers, **options)


def at_once(shop: Shop, *requests: Sending) -> list[httpx.Response]:
    """The answers to requests that are sent together, while the clock then moves on."""

    async def advance() -> httpx.Response:
        return await shop.emulator.client.post("/_mock/clock/advance", json={"seconds": 5})

    return shop.emulator.together(*requests, advance)[:-1]


def reserved(shop: Shop, order: str) -> tuple[str, str]:
    """The paths of a new agreement and of its initial charge, which is reserved."""
    agreement = shop.drafted(initialCharge=INITIAL | {"orderId": order})
    path = f"/agreements/{agreement}"
    (answer,) = at_once(shop, sending(shop, "PATCH", f"{path}/accept", {"phoneNumber": shop.customer}))
    assert answer.status_code == 204, answer.text
    return path, f"{path}/charges/{order}"


def test_a_capture_and_a_stop_exclude_each_other(slow: Emulator) -> None:
    shop = Shop(slow)
    agreement, charge = reserved(shop, "order-0001")
    stop = sending(shop, "PATCH", agreement, {"status": "STOPPED"})
    capture = sending(shop, "POST", f"{charge}/capture", {"amount": 10_000})
    captured, stopped = at_once(shop, capture, stop)
    assert captured.status_code == 204
    content = assert_refused(stopped, 409, "conflict")
    assert content["detail"] == "Another change of this agreement or of one of its charges is in progress"
    assert (shop.got(agreement)["status"], shop.got(charge)["status"]) == ("ACTIVE", "CHARGED")


def test_a_stop_excludes_a_capture(slow: Emulator) -> None:
    shop = Shop(slow)
    agreement, charge = reserved(shop, "order-0002")
    stop = sending(shop, "PATCH", agreement, {"status": "STOPPED"})
    stopped, captured = at_once(shop, stop, sending(shop, "POST", f"{charge}/capture", {"amount": 10_000}))
    assert stopped.status_code == 204
    assert_refused(captured, 409, "conflict")
    assert (shop.got(agreement)["status"], shop.got(charge)["status"]) == ("STOPPED", "CANCELLED")


def test_charges_of_other_agreements_do_not_wait(slow: Emulator) -> None:
    shop = Shop(slow)
    (first, _), (_, charge) = reserved(shop, "order-0003"), reserved(shop, "order-0004")
    stop = sending(shop, "PATCH", first, {"status": "STOPPED"})
    answers = at_once(shop, stop, sending(shop, "POST", f"{charge}/capture", {"amount": 10_000}))
    assert [each.status_code for each in answers] == [204, 204]
