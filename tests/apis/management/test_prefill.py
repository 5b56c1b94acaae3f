"""orderProduct: its answer, its idempotency key, and the merchants that it makes."""

import asyncio
from typing import Any

import pytest

from tests.apis.helpers import shared_emulator
from tests.apis.management.partner import (
    AT_ONCE,
    CUSTOMER,
    agree,
    assert_refused,
    call,
    control,
    details,
    do,
    get,
    headers_of,
    listed,
    order_body,
    partner_keys,
    post,
    prefilled,
    standard,
    warnings_of,
)
from tests.harness import Emulator

shared = shared_emulator()
strict = shared_emulator(strict=True)


def test_a_new_order_is_received_and_has_an_address(shared: Emulator) -> None:
    answer = post(shared, order_body())
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/json"
    id_ = answer.json()["prefilledOrderId"]
    url = f"http://emulator.test/register/vippspanett/{id_}"
    assert answer.json() == {"prefilledOrderId": id_, "prefillUrl": url}
    assert details(shared, id_) == {
        "productOrderType": "PREFILL",
        "productOrderId": id_,
        "productType": "PAYMENT_INTEGRATION",
        "status": "RECEIVED",
        "businessIdentifier": {"scheme": "business:NO:ORG", "id": "910000004"},
        "productOrderUrl": url,
        "salesUnit": None,
    }


@pytest.mark.parametrize("host", ["shop.example.com", "localhost:9000", "[::1]:8080"])
def test_addresses_follow_the_name_that_the_client_called(shared: Emulator, host: str) -> None:
    answer = post(shared, order_body(), Host=host)
    id_ = answer.json()["prefilledOrderId"]
    assert answer.json()["prefillUrl"] == f"http://{host}/register/vippspanett/{id_}"
    shown = call(shared, "GET", f"/v2/product-orders/{id_}/details", headers={"Host": "other.example.com"})
    assert shown.json()["productOrderUrl"] == f"http://other.example.com/register/vippspanett/{id_}"


def test_a_public_url_wins(start: Any) -> None:
    emulator = start(public_url="https://vipps.example.com")
    url = post(emulator, order_body(), Host="other.example.com").json()["prefillUrl"]
    assert url.startswith("https://vipps.example.com/register/vippspanett/")


def test_the_same_key_and_body_give_the_same_answer_and_one_order(emulator: Emulator) -> None:
    first = post(emulator, order_body(), key="key-1")
    for who in ("partner-plus+management", "partner-plus+management"):
        again = post(emulator, order_body(), who, key="key-1")
        assert (again.status_code, again.content) == (201, first.content)
        assert again.headers["content-type"] == "application/json"
    assert listed(emulator) == [first.json()["prefilledOrderId"]]


def test_the_answer_is_the_same_whatever_became_of_the_order(emulator: Emulator) -> None:
    first = post(emulator, order_body(AT_ONCE), key="key-1")
    id_ = first.json()["prefilledOrderId"]
    assert details(emulator, id_)["status"] == "COMPLETED"
    emulator.advance("P30D")
    assert post(emulator, order_body(AT_ONCE), key="key-1").content == first.content


@pytest.mark.parametrize("other", [order_body(CUSTOMER), order_body(hasRecurring=True), {}, []])
def test_the_same_key_with_another_body_is_a_conflict(emulator: Emulator, other: Any) -> None:
    first = post(emulator, order_body(), key="key-1").json()["prefilledOrderId"]
    assert_refused(post(emulator, other, key="key-1"), 409, "Idempotency error")
    assert listed(emulator) == [first]


def test_keys_of_different_callers_do_not_meet(emulator: Emulator) -> None:
    for who in ("partner-plus", "partner-plus+management", "partner-premium", "partner-basic+management"):
        assert post(emulator, order_body(), who, key="key-1").status_code == 201
    assert len(listed(emulator)) == 2


def test_a_refusal_is_repeated_too(emulator: Emulator) -> None:
    first = post(emulator, order_body(salesUnitName="a&b"), key="key-1")
    assert_refused(first, 400, "Bad Request")
    again = post(emulator, order_body(salesUnitName="a&b"), key="key-1")
    assert (again.status_code, again.content) == (400, first.content)
    assert again.headers["content-type"] == "application/problem+json"
    assert_refused(post(emulator, order_body(), key="key-1"), 409, "Idempotency error")
    assert post(emulator, order_body(), key="key-2").status_code == 201


def test_a_401_is_not(emulator: Emulator) -> None:
    headers = standard(emulator, partner_keys()) | {"Idempotency-Key": "key-1"}
    wrong = headers | {"Ocp-Apim-Subscription-Key": "0" * 32}
    for sent, status in ((wrong, 401), (headers, 201)):
        answer = emulator.request("POST", "/management/v1/product-orders", headers=sent, json=order_body())
        assert answer.status_code == status


def test_a_missing_key_is_a_kindness(shared: Emulator, strict: Emulator) -> None:
    answer = post(shared, order_body(), key="")
    assert (answer.status_code, warnings_of(answer)) == (201, ["missing-idempotency-key"])
    assert set(assert_refused(post(strict, order_body(), key=""), 400, "Bad Request")) == {"Idempotency-Key"}


@pytest.mark.parametrize("key", ["a", "0", "-", "x" * 50, "3C2E7E57-c279-4d8d-a297-0baf40188696"])
def test_a_key_is_letters_digits_and_hyphens(strict: Emulator, key: str) -> None:
    assert post(strict, order_body(), key=key).status_code == 201


@pytest.mark.parametrize("key", ["a_b", "a b", "a.b", "x" * 51, "å", "a/b"])
def test_any_other_key_is_malformed(shared: Emulator, key: str) -> None:
    headers = {"Idempotency-Key": key.encode("latin-1")}
    answer = call(shared, "POST", "/v1/product-orders", headers=headers, json=order_body())
    assert set(assert_refused(answer, 400, "Bad Request")) == {"Idempotency-Key"}


def test_reading_and_deleting_take_no_key(emulator: Emulator) -> None:
    id_ = prefilled(emulator, CUSTOMER)
    headers = {"Idempotency-Key": "not a key at all"}
    for method, path, status in (
        ("GET", "/v2/product-orders", 200),
        ("DELETE", f"/v1/product-orders/{id_}", 200),
        ("DELETE", f"/v1/product-orders/{id_}", 404),
    ):
        assert call(emulator, method, path, headers=headers).status_code == status


def test_a_company_that_nobody_knows_becomes_a_merchant_once(emulator: Emulator) -> None:
    before = {each["id"] for each in control(emulator, "GET", "/merchants")["merchants"]}
    for id_ in ("923609016", "923-609-016"):
        prefilled(emulator, ("business:NO:ORG", id_))
    (made,) = (each for each in control(emulator, "GET", "/merchants")["merchants"] if each["id"] not in before)
    assert (made["name"], made["organisation_number"], made["market"]) == ("Company 923609016", "923609016", "NO")
    assert made["agreement"]["state"] == "NONE"
    assert_refused(call(emulator, "GET", "/v1/merchants/business:NO:ORG/923609016"), 404, "Not Found")


@pytest.mark.parametrize("id_", ["1" * 50, "1234", "1-2-3-4"])
def test_no_number_makes_a_merchant_that_the_api_could_not_show(emulator: Emulator, id_: str) -> None:
    order = prefilled(emulator, ("business:NO:ORG", id_))
    merchant = control(emulator, "GET", f"/product-orders/{order}")["merchant"]
    agree(emulator, merchant, "sign")
    do(emulator, order, "submit")
    do(emulator, order, "approve")
    assert 1 <= len(get(emulator, f"/v1/merchants/business:NO:ORG/{id_}")["name"]) <= 50


def test_a_new_company_never_takes_the_place_of_a_known_merchant(emulator: Emulator) -> None:
    control(emulator, "PATCH", "/merchants/merchant-new", {"organisation_number": "923609016"})
    prefilled(emulator, ("business:NO:ORG", "910000004"))
    made = control(emulator, "GET", "/merchants/merchant-no-910000004")
    control(emulator, "PATCH", f"/merchants/{made['id']}", {"organisation_number": "914778271"})
    other = prefilled(emulator, ("business:NO:ORG", "910000004"))
    assert control(emulator, "GET", f"/product-orders/{other}")["merchant"] != made["id"]
    assert control(emulator, "GET", f"/merchants/{made['id']}")["organisation_number"] == "914778271"


def test_an_order_is_no_payment_that_takes_its_time(start: Any) -> None:
    emulator = start(processing_time=60)
    headers = headers_of(emulator, "partner-plus") | {"Idempotency-Key": "key-1"}
    content = order_body(reference="reference-1")
    request = emulator.client.post("/management/v1/product-orders", headers=headers, json=content)
    answer = emulator.loop.run_until_complete(asyncio.wait_for(request, 10))
    assert (answer.status_code, warnings_of(answer)) == (201, ["unknown-fields"])


NUMBERS = [
    # scheme, id, taken by default, warned of, taken when strict
    ("business:NO:ORG", "923609016", True, False, True),
    ("business:NO:ORG", "923-609-016", True, False, True),
    ("business:NO:ORG", "923609017", True, True, False),
    ("business:NO:ORG", "1234", True, True, False),
    ("business:DK:CVR", "13585628", True, False, True),
    ("business:DK:CVR", "13585629", True, True, False),
    ("business:FI:Y-tunnus", "0112038-9", True, False, True),
    ("business:FI:Y-tunnus", "0112038-8", True, True, False),
    ("business:SE:ORG", "556036-0793", True, False, True),
    ("business:SE:ORG", "556036-0794", True, True, False),
    ("business:NO:ORG", "123", False, False, False),
    ("business:NO:ORG", "12-3", False, False, False),
    ("business:NO:ORG", "92360901a", False, False, False),
    ("business:NO:ORG", "1" * 51, False, False, False),
    ("business:NO:ORG", "", False, False, False),
    ("business:GB:CRN", "923609016", False, False, False),
]


@pytest.mark.parametrize(("scheme", "id_", "taken", "warned", "strictly"), NUMBERS)
def test_which_organisation_numbers_are_taken(
    shared: Emulator, strict: Emulator, scheme: str, id_: str, *, taken: bool, warned: bool, strictly: bool
) -> None:
    order = order_body((scheme, id_))
    by_default, when_strict = post(shared, order), post(strict, order)
    assert (by_default.status_code, when_strict.status_code) == (201 if taken else 400, 201 if strictly else 400)
    told = [each for each in by_default.headers.get_list("x-mock-warning") if "businessIdentifier.id" in each]
    assert bool(told) is warned
