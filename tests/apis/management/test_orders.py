"""Product orders as partners see them: from prefill to the end, and how they are repeated and deleted."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.apis.helpers import shared_emulator
from tests.apis.management.partner import (
    CUSTOMER,
    NEW,
    NOBODY,
    agree,
    assert_refused,
    by_hand,
    call,
    control,
    details,
    do,
    get,
    listed,
    partner,
    prefilled,
)
from tests.harness import Emulator

shared = shared_emulator()
FIELDS = {
    "productOrderType",
    "productOrderId",
    "productType",
    "status",
    "businessIdentifier",
    "productOrderUrl",
    "salesUnit",
}


def ready(emulator: Emulator, **fields: Any) -> str:
    """An order of a merchant with an agreement that nobody has submitted."""
    return prefilled(emulator, CUSTOMER, **fields)


def submitted(emulator: Emulator) -> str:
    id_ = ready(emulator)
    do(emulator, id_, "submit")
    return id_


def held(emulator: Emulator) -> str:
    id_ = submitted(emulator)
    do(emulator, id_, "hold", {"reason": "risk-and-compliance"})
    return id_


def viewed(emulator: Emulator) -> str:
    id_ = ready(emulator)
    do(emulator, id_, "view")
    return id_


def completed(emulator: Emulator) -> str:
    id_ = submitted(emulator)
    do(emulator, id_, "approve")
    return id_


def rejected(emulator: Emulator) -> str:
    id_ = held(emulator)
    do(emulator, id_, "reject", {"reason": "The secret reason"})
    return id_


def expired(emulator: Emulator) -> str:
    id_ = ready(emulator)
    do(emulator, id_, "expire")
    return id_


STATES: dict[str, Callable[[Emulator], str]] = {
    "RECEIVED": ready,
    "MERCHANT_VIEWED": viewed,
    "ORDER_SUBMITTED": submitted,
    "COMPLETED": completed,
    "REJECTED": rejected,
    "EXPIRED": expired,
}


def test_the_business_is_shown_as_it_was_sent(shared: Emulator) -> None:
    for id_ in ("910-000-004", "910000004"):
        order = prefilled(shared, ("business:NO:ORG", id_))
        assert details(shared, order)["businessIdentifier"] == {"scheme": "business:NO:ORG", "id": id_}


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_shown_without_hold_or_reason(shared: Emulator, state: str) -> None:
    id_ = STATES[state](shared)
    for who in ("partner-plus", "partner-plus+management"):
        for version in ("v1", "v2"):
            content = get(shared, f"/{version}/product-orders/{id_}/details", who)
            assert set(content) == FIELDS
            assert content["status"] == state
            assert (content["salesUnit"] is not None) == (state == "COMPLETED")
            found = get(shared, "/v2/product-orders?includeExpired=true", who)
            assert [each for each in found if each["productOrderId"] == id_] == [content]


def test_a_hold_does_not_show(shared: Emulator) -> None:
    id_ = submitted(shared)
    before = details(shared, id_)
    do(shared, id_, "hold", {"reason": "website-without-terms"})
    assert details(shared, id_) == before
    do(shared, id_, "release")
    assert details(shared, id_) == before


def test_what_the_form_dropped_does_not_show(shared: Emulator) -> None:
    id_ = prefilled(shared, website=..., salesUnitLogo="AAAA", merchantCategoryCode="0000")
    assert set(details(shared, id_)) == FIELDS
    shown = control(shared, "GET", f"/product-orders/{id_}")
    assert [each["field"] for each in shown["dropped"]] == ["salesUnitLogo", "merchantCategoryCode", "website"]


@pytest.mark.parametrize(("name", "status"), [("Standard", 409), (None, 200)])
def test_a_price_that_the_partner_has_given_stays(shared: Emulator, name: str | None, status: int) -> None:
    prices = {each.name: each.id for each in partner().price_packages}
    given = {"pricePackageId": prices[name]} if name else {}
    id_ = prefilled(shared, CUSTOMER, **given)
    content = {"form": {"price_package_id": prices["Campaign"]}}
    assert shared.control("POST", f"/product-orders/{id_}/submit", content).status_code == status
    assert details(shared, id_)["status"] == ("RECEIVED" if status == 409 else "ORDER_SUBMITTED")


@pytest.mark.parametrize("who", ["partner-premium", "partner-premium+management", "partner-basic+management"])
def test_an_order_of_another_partner_is_not_told_from_none(shared: Emulator, who: str) -> None:
    id_ = ready(shared)
    bodies = []
    for each in (id_, NOBODY):
        for method, path in (
            ("GET", f"/v1/product-orders/{each}/details"),
            ("GET", f"/v2/product-orders/{each}/details"),
            ("DELETE", f"/v1/product-orders/{each}"),
        ):
            answer = call(shared, method, path, who)
            assert_refused(answer, 404, "Not Found")
            bodies.append(answer.json() | {"instance": ""})
    assert all(each == bodies[0] for each in bodies)
    assert id_ not in listed(shared, who=who)
    assert details(shared, id_)["status"] == "RECEIVED"


@pytest.mark.parametrize("path", ["/v1/product-orders/{}/details", "/v2/product-orders/{}/details"])
@pytest.mark.parametrize("id_", ["x", NOBODY[:-1], NOBODY.replace("-", ""), f"{NOBODY}%0A", "%7B" + NOBODY + "%7D"])
def test_what_is_no_uuid_is_malformed(shared: Emulator, path: str, id_: str) -> None:
    answer = call(shared, "GET", path.format(id_))
    assert assert_refused(answer, 400, "Bad Request") == {"productOrderId": "Must be a UUID"}
    answer = call(shared, "DELETE", f"/v1/product-orders/{id_}")
    assert set(assert_refused(answer, 400, "Bad Request")) == {"productOrderId"}


def test_a_uuid_may_be_written_in_capitals_and_with_a_slash_behind(shared: Emulator) -> None:
    id_ = ready(shared)
    assert details(shared, id_.upper())["productOrderId"] == id_
    assert get(shared, f"/v1/product-orders/{id_}/details/")["productOrderId"] == id_
    assert call(shared, "DELETE", f"/v1/product-orders/{id_.upper()}/").status_code == 200
    assert id_ not in listed(shared)


@pytest.mark.parametrize("state", ["RECEIVED", "MERCHANT_VIEWED"])
def test_an_order_that_was_not_submitted_can_be_deleted(shared: Emulator, state: str) -> None:
    id_ = STATES[state](shared)
    answer = call(shared, "DELETE", f"/v1/product-orders/{id_}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert_refused(call(shared, "GET", f"/v2/product-orders/{id_}/details"), 404, "Not Found")
    assert_refused(call(shared, "DELETE", f"/v1/product-orders/{id_}"), 404, "Not Found")
    assert id_ not in listed(shared, "?includeExpired=true")


@pytest.mark.parametrize("state", ["ORDER_SUBMITTED", "COMPLETED", "REJECTED", "EXPIRED"])
def test_any_other_cannot(shared: Emulator, state: str) -> None:
    id_ = STATES[state](shared)
    answer = call(shared, "DELETE", f"/v1/product-orders/{id_}")
    assert_refused(answer, 400, "Bad Request")
    assert state in answer.json()["detail"]
    assert details(shared, id_)["status"] == state


@pytest.mark.parametrize("type_", ["TEMPLATE", "MANUAL"])
def test_nor_can_one_that_did_not_come_by_api(shared: Emulator, type_: str) -> None:
    id_ = by_hand(shared, type_)
    assert_refused(call(shared, "DELETE", f"/v1/product-orders/{id_}"), 400, "Bad Request")
    assert id_ in listed(shared)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"nonsense"])
def test_a_body_of_a_delete_is_not_looked_at(shared: Emulator, content: bytes) -> None:
    id_ = ready(shared)
    headers = {"Content-Type": "application/json"}
    answer = call(shared, "DELETE", f"/v1/product-orders/{id_}", headers=headers, content=content)
    assert answer.status_code == 200


def test_a_deleted_order_does_not_come_back_with_time(emulator: Emulator) -> None:
    control(emulator, "PATCH", "/merchants/merchant-new", {"orders": {"acts_after": 100, "processing": 0}})
    id_ = prefilled(emulator)
    call(emulator, "DELETE", f"/v1/product-orders/{id_}")
    control(emulator, "PATCH", "/merchants/merchant-new", {"orders": None})
    other = prefilled(emulator)
    emulator.advance("PT101S")
    assert details(emulator, other)["status"] == "RECEIVED"
    emulator.advance("P15D")
    assert listed(emulator, "?includeExpired=true") == [other]


def test_the_list_has_the_latest_first_and_hides_what_is_expired(emulator: Emulator) -> None:
    ids = [STATES[state](emulator) for state in STATES]
    assert listed(emulator, "?includeExpired=true") == ids[::-1]
    for query in ("", "?includeExpired=false", "?includeExpired=FALSE", "?other=true", "?includeexpired=true"):
        assert listed(emulator, query) == ids[-2::-1]
    assert listed(emulator, "?includeExpired=True&x=1") == ids[::-1]
    assert listed(emulator, "?includeExpired=true", "partner-premium") == []


@pytest.mark.parametrize(
    "query",
    [
        "includeExpired=",
        "includeExpired=1",
        "includeExpired=yes",
        "includeExpired=true&includeExpired=true",
        "includeExpired=%ff",
        "includeExpired=%00",
        "includeExpired=true%20",
    ],
)
def test_what_is_neither_true_nor_false_is_malformed(shared: Emulator, query: str) -> None:
    answer = call(shared, "GET", f"/v2/product-orders?{query}")
    assert assert_refused(answer, 400, "Bad Request") == {"includeExpired": "Must be true or false"}


@pytest.mark.parametrize("type_", ["TEMPLATE", "MANUAL"])
def test_an_order_that_did_not_come_by_api_has_no_address_and_fewer_states(emulator: Emulator, type_: str) -> None:
    id_ = by_hand(emulator, type_, CUSTOMER)
    content = details(emulator, id_)
    assert set(content) == FIELDS
    assert (content["productOrderType"], content["status"], content["productOrderUrl"]) == (type_, "RECEIVED", None)
    assert get(emulator, "/v2/product-orders") == [content]

    do(emulator, id_, "hold")
    assert details(emulator, id_) == content
    do(emulator, id_, "release")
    emulator.advance("P1D")
    content = details(emulator, id_)
    assert content["status"] == "COMPLETED"
    assert get(emulator, f"/v1/sales-units/{content['salesUnit']['msn']}")["configuration"]["paymentAllowed"] is False


@pytest.mark.parametrize("type_", ["TEMPLATE", "MANUAL"])
def test_it_does_not_expire(emulator: Emulator, type_: str) -> None:
    id_ = by_hand(emulator, type_, NEW)
    emulator.advance("P30D")
    assert details(emulator, id_)["status"] == "RECEIVED"
    agree(emulator, "merchant-new", "sign")
    emulator.advance("P1D")
    assert details(emulator, id_)["status"] == "COMPLETED"


@pytest.mark.parametrize("state", ["RECEIVED", "MERCHANT_VIEWED"])
def test_an_order_expires_after_fourteen_days_to_the_millisecond(emulator: Emulator, state: str) -> None:
    id_ = STATES[state](emulator)
    emulator.advance("P13DT23H59M59.999S")
    assert details(emulator, id_)["status"] == state
    emulator.advance("PT0.001S")
    assert details(emulator, id_)["status"] == "EXPIRED"
    assert (listed(emulator), listed(emulator, "?includeExpired=true")) == ([], [id_])


def test_opening_an_order_does_not_make_it_live_longer(emulator: Emulator) -> None:
    id_ = ready(emulator)
    emulator.advance("P13D")
    do(emulator, id_, "view")
    emulator.advance("P1D")
    assert details(emulator, id_)["status"] == "EXPIRED"


def test_a_submitted_order_does_not_expire(emulator: Emulator) -> None:
    id_ = prefilled(emulator)
    emulator.advance("P13DT23H59M59.999S")
    do(emulator, id_, "submit")
    emulator.advance("P100D")
    assert details(emulator, id_)["status"] == "ORDER_SUBMITTED"


def test_a_unit_that_moved_is_still_named_by_the_order_that_made_it(emulator: Emulator) -> None:
    unit = details(emulator, completed(emulator))["salesUnit"]
    control(emulator, "PATCH", f"/sales-units/{unit['msn']}", {"partner_id": "partner-premium"})

    (order,) = get(emulator, "/v2/product-orders")
    assert order["salesUnit"] == unit
    assert_refused(call(emulator, "GET", f"/v1/sales-units/{unit['msn']}"), 404, "Not Found")
    assert unit in get(emulator, "/v1/sales-units", "partner-premium")
    assert get(emulator, "/v2/product-orders", "partner-premium") == []


def test_a_query_has_a_hundred_parameters_at_most(emulator: Emulator) -> None:
    assert listed(emulator, f"?{'&'.join(['a=1'] * 100)}") == []
    answer = call(emulator, "GET", f"/v2/product-orders?{'&'.join(['a=1'] * 101)}")
    assert answer.status_code == 400
    assert "at most 100 parameters" in answer.text
