"""Who may call the Management API, and how everybody else is refused."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.apis.helpers import assert_gateway, assert_problem, shared_emulator
from tests.apis.management.partner import (
    CUSTOMER,
    NOBODY,
    assert_refused,
    call,
    control,
    get,
    headers_of,
    order_body,
    partner_keys,
    post,
    prefilled,
    specialised,
    standard,
)
from tests.harness import Emulator, body, key_headers

shared = shared_emulator()
PREFILL_REFUSED = "Not authorized to create a product order"
MERCHANT = f"/v1/merchants/{'/'.join(CUSTOMER)}"
READS = {
    "getPartnerPricePackages": "/v1/partners/price-packages",
    "getProductOrders": "/v2/product-orders",
    "getMerchantByBusinessIdentifier": MERCHANT,
    "getSalesUnitsByBusinessIdentifier": f"{MERCHANT}/sales-units",
    "getAllSalesUnits": "/v1/sales-units",
    "getMsn": "/v1/sales-units/523456",
}
FOR_PARTNERS = {
    "getPartnerPricePackages": ("GET", "/v1/partners/price-packages"),
    "getProductOrders": ("GET", "/v2/product-orders"),
    "getProductOrderDetails": ("GET", f"/v2/product-orders/{NOBODY}/details"),
    "getProductOrderDetailsV1": ("GET", f"/v1/product-orders/{NOBODY}/details"),
    "deleteProductOrder": ("DELETE", f"/v1/product-orders/{NOBODY}"),
}
EVERY = (
    FOR_PARTNERS
    | {name: ("GET", path) for name, path in READS.items()}
    | {"orderProduct": ("POST", "/v1/product-orders")}
)


@pytest.mark.parametrize("who", ["partner-plus", "partner-plus+management"])
def test_both_kinds_of_partner_credentials_reach_all_operations(shared: Emulator, who: str) -> None:
    for path in READS.values():
        get(shared, path, who)
    id_ = prefilled(shared, who=who)
    v1 = get(shared, f"/v1/product-orders/{id_}/details", who)
    assert v1 == get(shared, f"/v2/product-orders/{id_}/details", who)
    answer = call(shared, "DELETE", f"/v1/product-orders/{id_}", who)
    assert (answer.status_code, answer.content) == (200, b"")


def test_both_kinds_of_partner_credentials_see_the_same(shared: Emulator) -> None:
    prefilled(shared)
    for path in READS.values():
        assert get(shared, path, "partner-plus") == get(shared, path, "partner-plus+management")


@pytest.mark.parametrize("name", [name for name in READS if name not in FOR_PARTNERS])
def test_sales_unit_keys_reach_what_is_about_merchants_and_units(shared: Emulator, name: str) -> None:
    get(shared, READS[name], "523456")


@pytest.mark.parametrize("name", FOR_PARTNERS)
@pytest.mark.parametrize("who", ["123456", "523456"])
def test_sales_unit_keys_do_not_reach_what_is_the_partners(shared: Emulator, who: str, name: str) -> None:
    method, path = FOR_PARTNERS[name]
    assert_refused(call(shared, method, path, who), 403, "Forbidden")


def test_sales_unit_keys_prefill_nothing(shared: Emulator) -> None:
    assert_refused(post(shared, order_body(), "523456"), 403, PREFILL_REFUSED)


@pytest.mark.parametrize("name", EVERY)
def test_accounting_keys_are_for_something_else(shared: Emulator, name: str) -> None:
    method, path = EVERY[name]
    headers = specialised(shared, "partner-accounting", accounting=True)
    answer = shared.request(method, f"/management{path}", headers=headers)
    assert_refused(answer, 403, "Forbidden")
    assert "Report API" in answer.json()["detail"]


def test_a_management_token_ends_after_fifteen_minutes(start: Callable[..., Emulator]) -> None:
    emulator = start(token_clock="emulator")
    headers = specialised(emulator, "partner-plus")
    emulator.advance("PT14M59.999S")
    assert emulator.request("GET", "/management/v1/sales-units", headers=headers).status_code == 200
    emulator.advance("PT0.001S")
    answer = emulator.request("GET", "/management/v1/sales-units", headers=headers)
    assert_gateway(answer, 401, "expired")


def test_a_management_token_may_come_with_any_subscription_key(shared: Emulator) -> None:
    headers = specialised(shared, "partner-plus") | {"Ocp-Apim-Subscription-Key": "whatever"}
    assert shared.request("GET", "/management/v1/sales-units", headers=headers).status_code == 200


@pytest.mark.parametrize("who", ["partner-plus", "523456"])
def test_a_standard_token_needs_its_subscription_key(shared: Emulator, who: str) -> None:
    headers = headers_of(shared, who)
    del headers["Ocp-Apim-Subscription-Key"]
    answer = shared.request("GET", "/management/v1/sales-units", headers=headers)
    assert_gateway(answer, 401, "missing subscription key")


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer nonsense", "Basic YTpi"])
def test_without_a_token_the_gateway_refuses(shared: Emulator, name: str, authorization: str | None) -> None:
    method, path = EVERY[name]
    headers = {} if authorization is None else {"Authorization": authorization}
    assert_gateway(shared.request(method, f"/management{path}", headers=headers), 401, "missing subscription key")
    headers["Ocp-Apim-Subscription-Key"] = partner_keys().subscription_key
    assert_gateway(shared.request(method, f"/management{path}", headers=headers), 401, "access token")


def test_a_standard_token_with_other_keys_subscription_is_refused(shared: Emulator) -> None:
    headers = standard(shared, partner_keys()) | {
        "Ocp-Apim-Subscription-Key": partner_keys("partner-premium").subscription_key
    }
    assert_gateway(shared.request("GET", "/management/v1/sales-units", headers=headers), 401, "different API keys")


def test_a_management_token_opens_no_other_api(shared: Emulator) -> None:
    alone = specialised(shared, "partner-plus") | {"Merchant-Serial-Number": "523456"}
    with_key = alone | {"Ocp-Apim-Subscription-Key": partner_keys().subscription_key}
    for method, path, content in (
        ("POST", "/epayment/v1/payments", body(msn="523456")),
        ("GET", "/epayment/v1/payments/reference-1", None),
        ("GET", "/webhooks/v1/webhooks", None),
    ):
        assert_gateway(shared.request(method, path, headers=alone, json=content), 401, "missing subscription key")
        assert_gateway(shared.request(method, path, headers=with_key, json=content), 401, "access token is not valid")


def test_partner_keys_need_no_msn_here_and_may_name_a_unit_of_theirs(shared: Emulator) -> None:
    for msn in (None, "523456"):
        headers = standard(shared, partner_keys(), msn)
        answer = shared.request("GET", "/management/v1/sales-units", headers=headers)
        assert answer.json() == [{"msn": "523456", "name": "Mathisen via partner"}]


@pytest.mark.parametrize("msn", ["123456", "523457", "999999"])
def test_partner_keys_cannot_name_another_unit(shared: Emulator, msn: str) -> None:
    headers = standard(shared, partner_keys(), msn)
    answer = shared.request("GET", "/management/v1/sales-units", headers=headers)
    assert_refused(answer, 403, "Forbidden")


def epayment(emulator: Emulator, token: dict[str, str]) -> Any:
    headers = token | {"Idempotency-Key": "key-of-partner"}
    return emulator.request("POST", "/epayment/v1/payments", headers=headers, json=body(msn="523456"))


def test_at_level_partner_there_are_no_partner_keys_anywhere(emulator: Emulator) -> None:
    token = standard(emulator, partner_keys(), "523456")
    management = specialised(emulator, "partner-plus")
    assert epayment(emulator, token).status_code == 201
    control(emulator, "PATCH", "/partners/partner-plus", {"level": "Partner"})

    assert_gateway(epayment(emulator, token), 401)
    for method, path in EVERY.values():
        assert_gateway(emulator.request(method, f"/management{path}", headers=token), 401)
    assert_gateway(emulator.request("GET", "/webhooks/v1/webhooks", headers=token), 401)
    assert_gateway(emulator.request("POST", "/accesstoken/get", headers=key_headers(partner_keys())), 401)
    assert emulator.request("GET", "/management/v1/sales-units", headers=management).status_code == 200


def test_partner_keys_come_back_with_the_level(emulator: Emulator) -> None:
    token = standard(emulator, partner_keys(), "523456")
    for level in ("Partner", "Partner Premium"):
        control(emulator, "PATCH", "/partners/partner-plus", {"level": level})
    assert epayment(emulator, token).status_code == 201
    assert get(emulator, "/v1/sales-units", "partner-plus")


@pytest.mark.parametrize("who", ["partner-plus", "partner-plus+management"])
def test_without_the_management_right_all_is_forbidden(emulator: Emulator, who: str) -> None:
    control(emulator, "DELETE", "/partners/partner-plus/permissions/management")
    for name, (method, path) in EVERY.items():
        if name != "orderProduct":
            assert_refused(call(emulator, method, path, who), 403, "Forbidden")
    assert_refused(post(emulator, order_body(), who), 403, PREFILL_REFUSED)
    assert epayment(emulator, standard(emulator, partner_keys(), "523456")).status_code == 201

    control(emulator, "PUT", "/partners/partner-plus/permissions/management")
    for path in READS.values():
        get(emulator, path, who)


@pytest.mark.parametrize("who", ["partner-plus", "partner-plus+management"])
def test_without_the_prefill_right_everything_else_works(emulator: Emulator, who: str) -> None:
    id_ = prefilled(emulator)
    control(emulator, "DELETE", "/partners/partner-plus/permissions/prefill")
    answer = post(emulator, order_body(), who)
    assert_refused(answer, 403, PREFILL_REFUSED)
    for path in READS.values():
        get(emulator, path, who)
    assert call(emulator, "DELETE", f"/v1/product-orders/{id_}", who).status_code == 200

    control(emulator, "PUT", "/partners/partner-plus/permissions/prefill")
    prefilled(emulator, who=who)


def test_the_right_is_asked_for_before_the_request_is_read(emulator: Emulator) -> None:
    control(emulator, "DELETE", "/partners/partner-plus/permissions/prefill")
    assert_refused(post(emulator, {"nonsense": True}), 403, PREFILL_REFUSED)


def test_a_partner_of_the_lowest_level_has_management_keys(shared: Emulator) -> None:
    assert get(shared, "/v1/sales-units", "partner-basic+management") == []
    prefilled(shared, who="partner-basic+management")


def test_any_client_manages_the_units_that_it_was_given(start: Any) -> None:
    emulator = start(auth="any")
    headers = {"client_id": "demo", "client_secret": "x", "Ocp-Apim-Subscription-Key": "y"}
    token = emulator.request("POST", "/accesstoken/get", headers=headers).json()["access_token"]
    sent = {"Authorization": f"Bearer {token}", "Ocp-Apim-Subscription-Key": "y"}
    units = emulator.request("GET", "/management/v1/sales-units", headers=sent).json()
    assert len(units) == 1
    answer = emulator.request("GET", f"/management/v1/sales-units/{units[0]['msn']}", headers=sent)
    assert answer.json()["configuration"]["recurringAllowed"] is True
    assert_refused(emulator.request("GET", "/management/v2/product-orders", headers=sent), 403, "Forbidden")


def test_the_epayment_api_keeps_its_own_shape_of_problems(shared: Emulator) -> None:
    headers = standard(shared, partner_keys(), "999999")
    assert_problem(shared.request("GET", "/epayment/v1/payments/reference-1", headers=headers), 403)
