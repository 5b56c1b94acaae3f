"""Webhooks that are there from the start, those with a chosen secret, and what a reset leaves of them."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from mockserver import webhooks
from mockserver.app import PRODUCTS, check_world
from mockserver.core.database import StoreError
from mockserver.products import Products
from mockserver.webhooks.services.first import registration
from mockserver.world import files
from mockserver.world.domain.webhook import FirstWebhook
from mockserver.world.domain.world import BadWorld, World, check
from tests import tiny
from tests.apis.management import partner as management
from tests.harness import WORLD, Emulator
from tests.webhooks.test_api import URL, listed, listed_partner, receivers_of_payment, register

CREATED = "epayments.payment.created.v1"
ID = "0b52e5bd-be1e-42a1-acf2-e331f52c68ac"
UNITS = {unit.msn for unit in WORLD.sales_units}
SECRET = "whatever+the/shop=knows"


def first(**fields: Any) -> FirstWebhook:
    return FirstWebhook(**{"url": URL, "events": (CREATED,), "msn": "123456"} | fields)


def with_webhooks(*webhooks: FirstWebhook) -> Any:
    return replace(WORLD, webhooks=webhooks)


def registrations(emulator: Emulator) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = emulator.control("GET", "/webhooks").json()["webhooks"]
    return found


def secret_of(emulator: Emulator) -> str:
    [state] = emulator.control("GET", "/state").json()["webhooks"]
    return str(state["registration"]["secret"])


def reset(emulator: Emulator, content: Any = None) -> Any:
    answer = emulator.control("POST", "/reset", content)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_world_begins_with_webhooks_and_every_reset_goes_back_to_them(start: Any) -> None:
    emulator = start(world=with_webhooks(first(id=ID, secret=SECRET)))
    assert listed(emulator) == [{"id": ID, "url": URL, "events": [CREATED]}]
    assert secret_of(emulator) == SECRET
    emulator.control("POST", f"/webhooks/{ID}/pause")
    emulator.request("DELETE", f"/webhooks/v1/webhooks/{ID}", headers=emulator.headers())
    assert listed(emulator) == []
    assert reset(emulator) == {"status": "ok", "dropped": {"webhooks": []}}
    assert receivers_of_payment(emulator, "123456") == [ID]
    assert secret_of(emulator) == SECRET


def test_ids_and_secrets_that_nobody_chose_are_the_same_at_every_start() -> None:
    one, two = registration(first(), 0), registration(first(), 1)
    assert registration(first(), 0) == one
    assert len({one.id, two.id, one.secret, two.secret}) == 4
    assert len(one.secret) == 64


def test_partners_and_their_units_begin_with_webhooks_too(start: Any) -> None:
    everywhere = first(msn=None, partner_id="partner-plus", id=ID)
    one_unit = first(msn="523456", partner_id="partner-plus")
    emulator = start(world=with_webhooks(everywhere, one_unit))
    assert listed_partner(emulator) == [ID]
    assert listed_partner(emulator, "523456") == [registration(one_unit, 1).id]
    assert listed(emulator, "523456") == []


def test_a_world_file_says_them_as_everything_else() -> None:
    plain = files.to_plain(WORLD) | {"webhooks": [{"url": URL, "events": [CREATED], "msn": "123456", "secret": SECRET}]}
    world = files.of_plain(plain)
    assert world.webhooks == (first(secret=SECRET),)
    assert files.of_plain(files.to_plain(world)) == world


def checked(world: World) -> None:
    check_world(check(world))


def test_a_server_refuses_events_that_its_products_have_not(start: Callable[..., Emulator]) -> None:
    parcel = with_webhooks(first(events=("parcels.parcel.arrived.v1",)))
    with pytest.raises(BadWorld, match=r"webhooks\[0\].events\[0\]: There is no event"):
        start(world=parcel)
    start(world=parcel, products=Products(*PRODUCTS.all, tiny.PRODUCT))
    with pytest.raises(BadWorld, match=r"webhooks\[0\].events\[0\]: There is no event"):
        start(world=with_webhooks(first()), products=Products(webhooks.PRODUCT))


BAD = [
    ({"msn": None}, "msn: msn, partner_id or both are needed"),
    ({"msn": "999999"}, "msn: no sales unit '999999'"),
    ({"partner_id": "nobody"}, "partner_id: no partner 'nobody'"),
    ({"partner_id": "partner-plus"}, "partner_id: sales unit 123456 is not connected to 'partner-plus'"),
    ({"url": "ftp://shop.example.com/"}, "url: The scheme ftp: is not accepted"),
    ({"events": ()}, "events: At least one event is needed"),
    ({"events": (CREATED, "created")}, "events[1]: There is no event 'created'"),
    ({"id": "1"}, "id: must be a UUID in small letters"),
    ({"id": ID.upper()}, "id: must be a UUID in small letters"),
    ({"secret": ""}, "secret: Must be 1 to 255 characters of ASCII without spaces"),
    ({"secret": "with space"}, "secret: Must be 1 to 255 characters of ASCII without spaces"),
]


@pytest.mark.parametrize(("fields", "reason"), BAD, ids=[reason for _, reason in BAD])
def test_a_bad_one_is_named(fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadWorld) as caught:
        checked(with_webhooks(first(**fields)))
    assert str(caught.value) == f"webhooks[0].{reason}"


def test_too_many_and_equal_ids_are_named() -> None:
    with pytest.raises(BadWorld, match="at most 25 of 123456"):
        checked(with_webhooks(*[first()] * 26))
    with pytest.raises(BadWorld, match=f"webhooks.id: '{ID}' occurs more than once"):
        checked(with_webhooks(first(id=ID), first(id=ID)))


def test_another_start_with_the_same_data_goes_on_with_them(start: Any, tmp_path: Any) -> None:
    settings = {"world": with_webhooks(first(id=ID)), "data": tmp_path}
    emulator = start(**settings)
    emulator.close()
    again = start(**settings)
    assert [each["id"] for each in registrations(again)] == [ID]
    again.close()
    with pytest.raises(StoreError, match="another world"):
        start(world=with_webhooks(first()), data=tmp_path)


def test_the_control_api_registers_with_a_chosen_secret(emulator: Emulator) -> None:
    wanted = {"url": "http://localhost:3000/hook", "events": [CREATED], "msn": "123456", "id": ID, "secret": SECRET}
    answer = emulator.control("POST", "/webhooks", wanted)
    assert answer.status_code == 200, answer.text
    assert {name: answer.json()[name] for name in ("id", "url", "events", "secret")} == {
        name: wanted[name] for name in ("id", "url", "events", "secret")
    }
    assert [each["id"] for each in listed(emulator)] == [ID]
    assert secret_of(emulator) == SECRET


def test_local_addresses_are_fine_there_in_strict_mode_too(start: Any) -> None:
    emulator = start(strict=True)
    wanted = {"url": "http://localhost:3000/hook", "events": [CREATED], "partnerId": "partner-plus"}
    answer = emulator.control("POST", "/webhooks", wanted)
    assert answer.status_code == 200, answer.text
    assert answer.json()["owner"] == {"kind": "partner", "id": "partner-plus"}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"msn": None}, "msn"),
        ({"msn": "999999"}, "msn"),
        ({"partnerId": "nobody"}, "partnerId"),
        ({"partnerId": "partner-plus"}, "partnerId"),
        ({"url": "https://shop.example.com:99999"}, "url"),
        ({"url": "http://127.0.0.1:8080/_mock/reset"}, "url"),
        ({"events": ["created"]}, "events[0]"),
        ({"id": "1"}, "id"),
        ({"secret": "ø"}, "secret"),
        ({"secrets": "x"}, "secrets"),
    ],
)
def test_a_bad_registration_is_refused(emulator: Emulator, fields: dict[str, Any], field: str) -> None:
    wanted = {"url": URL, "events": [CREATED], "msn": "123456"} | fields
    answer = emulator.control("POST", "/webhooks", {name: each for name, each in wanted.items() if each is not None})
    assert answer.status_code == 400, answer.text
    assert [each["name"] for each in answer.json()["extraDetails"]] == [field]
    assert registrations(emulator) == []


def test_an_id_is_given_once(emulator: Emulator) -> None:
    wanted = {"url": URL, "events": [CREATED], "msn": "123456", "id": ID}
    assert emulator.control("POST", "/webhooks", wanted).status_code == 200
    assert emulator.control("POST", "/webhooks", wanted).status_code == 400


def test_a_reset_says_which_registrations_it_dropped(start: Any, caplog: pytest.LogCaptureFixture) -> None:
    emulator = start(world=with_webhooks(first(id=ID)))
    made = register(emulator, "http://localhost:3000/hook").json()["id"]
    with caplog.at_level(logging.WARNING):
        [dropped] = reset(emulator)["dropped"]["webhooks"]
    assert (dropped["id"], dropped["owner"]) == (made, {"kind": "sales-unit", "id": "123456"})
    assert "dropped 1 webhook registration(s)" in caplog.text
    assert "http://localhost:3000/hook" in caplog.text
    assert [each["id"] for each in registrations(emulator)] == [ID]
    caplog.clear()
    reset(emulator)
    assert caplog.text == ""


def test_a_reset_can_keep_them(emulator: Emulator) -> None:
    made = register(emulator).json()
    emulator.advance("P1D")
    later = register(emulator).json()["id"]
    emulator.create()
    assert reset(emulator, {"keep": ["webhooks"]}) == {"status": "ok", "dropped": {"webhooks": []}}
    assert [each["id"] for each in registrations(emulator)] == [made["id"], later]
    assert all(each["createdAt"] <= emulator.control("GET", "/clock").json()["now"] for each in registrations(emulator))
    assert emulator.control("GET", "/webhooks/deliveries").json() == {"deliveries": []}
    emulator._tokens.clear()
    assert receivers_of_payment(emulator, "123456") == [made["id"], later][::-1]
    assert emulator.control("GET", "/state").status_code == 200


def test_clients_that_were_let_in_keep_theirs(start: Any) -> None:
    emulator = start(auth="any")
    keys = {"client_id": "my-app", "client_secret": "x", "Ocp-Apim-Subscription-Key": "x"}
    token = emulator.request("POST", "/accesstoken/get", headers=keys).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Ocp-Apim-Subscription-Key": "x"}
    content = {"url": URL, "events": [CREATED]}
    made = emulator.request("POST", "/webhooks/v1/webhooks", headers=headers, json=content)
    assert made.status_code == 201, made.text
    assert reset(emulator, {"keep": ["webhooks"]})["dropped"] == {"webhooks": []}
    kept = emulator.request("GET", "/webhooks/v1/webhooks", headers=headers).json()["webhooks"]
    assert [each["id"] for each in kept] == [made.json()["id"]]


def test_what_is_of_nobody_any_more_cannot_be_kept(emulator: Emulator) -> None:
    emulator.control("PATCH", "/sales-units/523456", {"partner_id": "partner-premium"})
    chosen = {"url": URL, "events": [CREATED], "partnerId": "partner-premium", "msn": "523456"}
    made = emulator.control("POST", "/webhooks", chosen)
    assert made.status_code == 200, made.text
    order = {"businessIdentifier": {"scheme": "business:NO:ORG", "id": "910100009"}, "productType": "LOGIN"}
    management.call(emulator, "POST", "/v1/product-orders", json=order, headers={"Idempotency-Key": "order"})
    emulator.advance("P1D")
    unit = next(each for each in management.get(emulator, "/v1/sales-units") if each["msn"] not in UNITS)
    new = emulator.control("POST", "/webhooks", {"url": URL, "events": [CREATED], "msn": unit["msn"]}).json()

    [dropped] = reset(emulator, {"keep": ["webhooks"]})["dropped"]["webhooks"]
    assert dropped["id"] == new["id"]


@pytest.mark.parametrize("id_", ["x", ID.upper(), ID.replace("-", "")])
def test_a_chosen_id_is_one_that_can_be_deleted(emulator: Emulator, id_: str) -> None:
    answer = emulator.control("POST", "/webhooks", {"url": URL, "events": [CREATED], "msn": "123456", "id": id_})
    assert answer.status_code == 400
    assert answer.json()["extraDetails"] == [{"name": "id", "reason": "Must be a UUID in small letters"}]


@pytest.mark.parametrize("content", [{"keep": ["payments"]}, {"keep": "webhooks"}, {"keep": None}])
def test_other_things_cannot_be_kept(emulator: Emulator, content: Any) -> None:
    register(emulator)
    assert emulator.control("POST", "/reset", content).status_code == 400
    assert len(registrations(emulator)) == 1
