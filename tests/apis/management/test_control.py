"""Product orders, agreements, partners and emails through the control API: the operator's side."""

from typing import Any

import httpx
import pytest

from mockserver.world.domain.order_policy import HoldReason
from tests.apis.management.partner import order_body
from tests.harness import Emulator

NEW = {"scheme": "business:NO:ORG", "id": "910000004"}
CUSTOMER = {"scheme": "business:NO:ORG", "id": "211756004"}


def partner_call(emulator: Emulator, method: str, path: str, json: Any = None, partner: str = "partner-plus") -> Any:
    keys = next(each for each in emulator.world.partners if each.id == partner).keys
    assert keys is not None
    headers = {
        "Authorization": f"Bearer {emulator.token(keys)}",
        "Ocp-Apim-Subscription-Key": keys.subscription_key,
        "Idempotency-Key": emulator.server.runtime.engine.ids.guid(),
    }
    options: dict[str, Any] = {} if json is None else {"json": json}
    return emulator.request(method, f"/management{path}", headers=headers, **options)


def prefill(emulator: Emulator, business: dict[str, str] = CUSTOMER, **fields: Any) -> str:
    content = order_body((business["scheme"], business["id"]), **fields)
    answer = partner_call(emulator, "POST", "/v1/product-orders", content)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["prefilledOrderId"])


def act(emulator: Emulator, id_: str, action: str, json: Any = None) -> httpx.Response:
    return emulator.control("POST", f"/product-orders/{id_}/{action}", json)


def show(emulator: Emulator, id_: str) -> dict[str, Any]:
    answer = emulator.control("GET", f"/product-orders/{id_}")
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


def test_an_order_shows_what_the_form_dropped(emulator: Emulator) -> None:
    order = show(emulator, prefill(emulator, merchantCategoryCode="9999", salesUnitLogo="bm8gcG5n", website=...))
    assert [each["field"] for each in order["dropped"]] == ["salesUnitLogo", "merchantCategoryCode", "website"]
    assert order["form"].get("category") is None
    assert order["page"] == f"http://emulator.test/register/vippspanett/{order['id']}"
    assert order["status"] == "RECEIVED"


def test_the_whole_way_by_hand(emulator: Emulator) -> None:
    id_ = prefill(emulator)
    assert act(emulator, id_, "view").json()["status"] == "MERCHANT_VIEWED"
    submitted = act(emulator, id_, "submit", {"form": {"unit_name": "Fjord Sport"}}).json()
    assert submitted["status"] == "ORDER_SUBMITTED"
    assert submitted["form"]["unit_name"] == "Fjord Sport"
    held = act(emulator, id_, "hold", {"reason": "purpose-unclear"}).json()
    assert held["hold"] == "purpose-unclear"
    details = partner_call(emulator, "GET", f"/v2/product-orders/{id_}/details")
    assert details.json()["status"] == "ORDER_SUBMITTED"
    assert "purpose" not in details.text
    assert act(emulator, id_, "release").json()["hold"] is None
    approved = act(emulator, id_, "approve").json()
    assert approved["status"] == "COMPLETED"
    unit = emulator.control("GET", f"/sales-units/{approved['msn']}").json()
    assert (unit["name"], unit["partner_id"]) == ("Fjord Sport", "partner-plus")
    kinds = [each["kind"] for each in emulator.control("GET", f"/emails?order={id_}").json()["emails"]]
    assert kinds == ["order-completed", "order-completed", "order-held"]


@pytest.mark.parametrize("reason", HoldReason)
def test_every_hold_is_told_to_the_merchant_alone(emulator: Emulator, reason: HoldReason) -> None:
    id_ = prefill(emulator)
    act(emulator, id_, "submit")
    assert act(emulator, id_, "hold", {"reason": reason}).json()["hold"] == reason
    [mail] = emulator.control("GET", f"/emails?order={id_}").json()["emails"]
    assert mail["address"] == "merchant-no-2@merchant.example.com"
    assert reason.sentence in mail["text"]
    emulator.advance("P30D")
    assert show(emulator, id_)["status"] == "ORDER_SUBMITTED"


def test_a_rejection_keeps_its_reason_from_the_partner(emulator: Emulator) -> None:
    id_ = prefill(emulator)
    act(emulator, id_, "submit")
    assert act(emulator, id_, "reject", {"reason": "Sells goods that we may not touch"}).json()["status"] == "REJECTED"
    (email,) = emulator.control("GET", "/emails").json()["emails"]
    assert "may not touch" in email["text"]
    assert email["address"] == "merchant-no-2@merchant.example.com"
    assert "may not touch" not in partner_call(emulator, "GET", f"/v2/product-orders/{id_}/details").text


def test_approval_needs_an_agreement_signed_by_somebody_with_rights(emulator: Emulator) -> None:
    id_ = prefill(emulator, NEW)
    act(emulator, id_, "submit")
    refused = act(emulator, id_, "approve")
    assert refused.status_code == 409
    assert "signing rights" in refused.json()["detail"]
    sign = "/merchants/merchant-new/agreement/sign"
    assert emulator.control("POST", sign, {"withRights": False}).json()["agreement"]["state"] == "SIGNED"
    assert act(emulator, id_, "approve").status_code == 409
    assert emulator.control("POST", sign, {"name": "Solberg AS"}).json()["name"] == "Solberg AS"
    assert emulator.control("POST", sign).status_code == 409
    assert act(emulator, id_, "approve").json()["status"] == "COMPLETED"
    assert emulator.control("GET", "/merchants/merchant-new").json()["agreement"]["state"] == "ACTIVE"


def test_an_order_waits_for_the_agreement_and_goes_on_with_it(emulator: Emulator) -> None:
    id_ = prefill(emulator, NEW)
    act(emulator, id_, "submit")
    emulator.advance("P3D")
    assert show(emulator, id_)["status"] == "ORDER_SUBMITTED"
    emulator.control("POST", "/merchants/merchant-new/agreement/sign")
    assert emulator.control("POST", "/merchants/merchant-new/agreement/activate").status_code == 200
    assert show(emulator, id_)["status"] == "COMPLETED"


def test_a_declined_agreement_takes_its_orders_with_it(emulator: Emulator) -> None:
    submitted, waiting = prefill(emulator, NEW), prefill(emulator, NEW)
    act(emulator, submitted, "submit")
    emulator.control("POST", "/merchants/merchant-new/agreement/sign")
    assert emulator.control("POST", "/merchants/merchant-new/agreement/decline").status_code == 200
    assert show(emulator, submitted)["status"] == "REJECTED"
    assert show(emulator, waiting)["status"] == "RECEIVED"
    assert emulator.control("POST", "/merchants/merchant-new/agreement/activate").status_code == 409


@pytest.mark.parametrize("type_", ["TEMPLATE", "MANUAL"])
def test_orders_by_hand_are_seen_by_their_partner(emulator: Emulator, type_: str) -> None:
    form = {"business": CUSTOMER, "product": "LOGIN"}
    content = {"type": type_, "partner": "partner-plus", "form": form}
    order = emulator.control("POST", "/product-orders", content).json()
    assert (order["status"], order["page"]) == ("RECEIVED", None)
    for action in ("view", "submit", "expire"):
        assert act(emulator, order["id"], action).status_code == 409
    [listed] = partner_call(emulator, "GET", "/v2/product-orders").json()
    assert (listed["productOrderType"], listed["productOrderUrl"]) == (type_, None)
    assert partner_call(emulator, "DELETE", f"/v1/product-orders/{order['id']}").status_code == 400
    assert act(emulator, order["id"], "approve").json()["status"] == "COMPLETED"


def test_expiry_now(emulator: Emulator) -> None:
    id_ = prefill(emulator)
    assert act(emulator, id_, "expire").json()["status"] == "EXPIRED"
    assert act(emulator, id_, "submit").status_code == 409
    assert partner_call(emulator, "GET", "/v2/product-orders").json() == []


def test_orders_are_filtered(emulator: Emulator) -> None:
    first, second = prefill(emulator), prefill(emulator, NEW)
    act(emulator, first, "view")

    def ids(query: str) -> list[str]:
        listed = emulator.control("GET", f"/product-orders{query}").json()["productOrders"]
        return [order["id"] for order in listed]

    assert ids("") == [second, first]
    assert ids("?status=MERCHANT_VIEWED") == [first]
    assert ids("?merchant=merchant-new") == [second]
    assert ids("?partner=partner-premium") == ids("?type=MANUAL") == ids("?limit=0") == []


@pytest.mark.parametrize(
    ("method", "path", "content", "field"),
    [
        ("GET", "/product-orders?status=LOST", None, "status"),
        ("GET", "/product-orders?colour=red", None, "colour"),
        ("GET", "/emails?colour=red", None, "colour"),
        ("POST", "/product-orders", {"type": "PREFILL", "partner": "partner-plus", "form": {}}, "type"),
        ("POST", "/product-orders", {"type": "MANUAL", "partner": "partner-plus", "form": {}}, "form.business"),
        (
            "POST",
            "/product-orders",
            {"type": "MANUAL", "partner": "partner-plus", "form": {"business": NEW, "product": "SOCKS"}},
            "form.product",
        ),
        ("PATCH", "/partners/partner-plus", {"level": "Gold"}, "level"),
        ("PATCH", "/partners/partner-plus", {"id": "x"}, "id"),
        ("PATCH", "/partners/partner-plus", {"price_packages": [{}]}, "price_packages[0].id"),
        ("PATCH", "/merchants/merchant-new", {"agreement": {"state": "ACTIVE"}}, "agreement"),
        ("PATCH", "/merchants/merchant-new", {"organisation_number": "211756004"}, "organisation_number"),
        ("PATCH", "/merchants/merchant-new", {"orders": {"processing": -1}}, "orders.processing"),
        ("POST", "/merchants/merchant-new/agreement/sign", {"withRights": "yes"}, "withRights"),
    ],
)
def test_bad_calls_name_the_field_and_change_nothing(
    emulator: Emulator, method: str, path: str, content: Any, field: str
) -> None:
    before = emulator.control("GET", "/partners").json(), emulator.control("GET", "/merchants").json()
    answer = emulator.control(method, path, content)
    assert answer.status_code == 400, answer.text
    assert field in [each["name"] for each in answer.json()["extraDetails"]]
    assert (emulator.control("GET", "/partners").json(), emulator.control("GET", "/merchants").json()) == before
    assert emulator.control("GET", "/product-orders").json() == {"productOrders": []}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/product-orders/nothing"),
        ("POST", "/product-orders/nothing/approve"),
        ("GET", "/partners/nobody"),
        ("PATCH", "/partners/nobody"),
        ("PUT", "/partners/nobody/permissions/management"),
        ("PUT", "/partners/partner-plus/permissions/flying"),
        ("DELETE", "/partners/partner-plus/permissions/flying"),
        ("POST", "/merchants/nobody/agreement/sign"),
    ],
)
def test_what_is_not_there_is_404(emulator: Emulator, method: str, path: str) -> None:
    assert emulator.control(method, path, {} if method == "PATCH" else None).status_code == 404


def test_permissions_come_and_go(emulator: Emulator) -> None:
    right = "/partners/partner-plus/permissions/prefill"
    content = {"businessIdentifier": CUSTOMER, "productType": "LOGIN"}
    assert emulator.control("DELETE", right).json()["permissions"] == ["management"]
    refused = partner_call(emulator, "POST", "/v1/product-orders", content)
    assert (refused.status_code, refused.json()["title"]) == (403, "Not authorized to create a product order")
    assert partner_call(emulator, "GET", "/v1/sales-units").status_code == 200
    assert emulator.control("PUT", right).json()["permissions"] == ["management", "prefill"]
    assert emulator.control("PUT", right).json()["permissions"] == ["management", "prefill"]
    assert partner_call(emulator, "POST", "/v1/product-orders", content).status_code == 201


def test_partner_keys_live_and_die_with_the_level(emulator: Emulator) -> None:
    assert partner_call(emulator, "GET", "/v1/sales-units").status_code == 200
    assert emulator.control("PATCH", "/partners/partner-plus", {"level": "Partner"}).status_code == 200
    refused = partner_call(emulator, "GET", "/v1/sales-units")
    assert refused.status_code == 401
    assert refused.json()["message"].startswith("Access denied due to invalid subscription key")
    emulator.control("PATCH", "/partners/partner-plus", {"level": "Partner Plus"})
    assert partner_call(emulator, "GET", "/v1/sales-units").status_code == 200


def test_keys_of_others_cannot_be_taken(emulator: Emulator) -> None:
    other = emulator.unit("123456").keys
    keys = {"client_id": other.client_id, "client_secret": "x"}
    answer = emulator.control("PATCH", "/partners/partner-plus", {"management_keys": keys})
    assert answer.status_code == 400
    assert emulator.create().status_code == 201
    taken = {"subscription_key": other.subscription_key}
    assert emulator.control("PATCH", "/partners/partner-plus", {"keys": taken}).status_code == 400
    assert partner_call(emulator, "GET", "/v1/sales-units").status_code == 200


def test_a_unit_moves_to_another_partner(emulator: Emulator) -> None:
    assert partner_call(emulator, "GET", "/v1/sales-units/523456").status_code == 200
    moved = emulator.control("PATCH", "/sales-units/523456", {"partner_id": "partner-premium"})
    assert moved.status_code == 200
    assert partner_call(emulator, "GET", "/v1/sales-units/523456").status_code == 404
    assert partner_call(emulator, "GET", "/v1/sales-units/523456", partner="partner-premium").status_code == 200


def test_a_change_of_a_merchant_is_dated(emulator: Emulator) -> None:
    before = emulator.control("GET", "/merchants/merchant-no-2").json()
    emulator.advance("PT1H")
    changed = emulator.control("PATCH", "/merchants/merchant-no-2", {"active": False}).json()
    assert before["updated_at"] is None
    assert changed["updated_at"] > changed["created_at"]
