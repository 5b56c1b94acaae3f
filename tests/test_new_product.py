"""A new product is one value: what it brings shows up everywhere, and nowhere without it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import PRODUCTS
from mockserver.products import Products
from tests import tiny
from tests.harness import Emulator, csrf_of
from tests.phone.browsing import Browser
from tests.tiny import services
from tests.webhooks.receivers import receivers_of, register

PHONE = "4712345678"
Start = Callable[..., Emulator]


@pytest.fixture
def parcels(start: Start) -> Emulator:
    return start(products=Products(*PRODUCTS.all, tiny.PRODUCT))


def order(emulator: Emulator, size: str = "small", *, key: str | None = None) -> Any:
    headers = emulator.headers() | ({"Idempotency-Key": key} if key else {})
    return emulator.request("POST", "/parcels/v1/parcels", headers=headers, json={"size": size, "phone": PHONE})


def states(emulator: Emulator) -> list[str]:
    return [each["state"] for each in emulator.control("GET", "/parcels").json()["parcels"]]


def test_it_is_routed_journalled_and_kept_for_idempotency_keys(parcels: Emulator) -> None:
    first, second = order(parcels, key="1"), order(parcels, key="1")
    assert (first.status_code, first.json()) == (201, {"parcel": 1}) == (second.status_code, second.json())
    entries = parcels.control("GET", "/requests?operation=orderParcel").json()["requests"]
    assert [(each["api"], each["replayed"]) for each in entries] == [("parcels", True), ("parcels", False)]
    assert order(parcels, "large", key="1").status_code == 409


def test_time_moves_it_and_webhooks_tell_of_it(parcels: Emulator) -> None:
    receivers = receivers_of(parcels)
    register(parcels, events=["parcels.parcel.arrived.v1"])
    order(parcels)
    assert states(parcels) == ["travels"]
    parcels.advance("PT1H")
    assert states(parcels) == ["arrived"]
    assert [each.content for each in receivers.received] == [{"msn": "123456", "parcel": 1}]


def test_what_is_due_at_one_time_happens_once_each(parcels: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[int] = []
    monkeypatch.setattr(services, "arrive", lambda _, number: happened.append(number))
    parcels.control("POST", "/clock/freeze")
    order(parcels)
    order(parcels)
    parcels.advance("PT1H")
    assert happened == [1, 2]


def test_scenario_rules_ask_for_it_and_choose_for_it(parcels: Emulator) -> None:
    rule = {"name": "late", "when": {"size": "l*"}, "then": {"parcel_delay": 3600}}
    assert parcels.control("POST", "/scenarios", rule).json()["outcome"] == "parcel 3600000 late"
    order(parcels, "small")
    order(parcels, "large")
    parcels.advance("PT1H")
    assert states(parcels) == ["arrived", "travels"]
    wrong = parcels.control("POST", "/scenarios", rule | {"name": "x", "when": {"operation": "createPayment"}})
    assert "parcel_delay does not work for createPayment, but for orderParcel" in wrong.text


def test_it_stands_in_state_files_and_is_reset(parcels: Emulator) -> None:
    order(parcels)
    state = parcels.control("GET", "/state").json()
    assert state["parcels"] == [{"id": 1, "msn": "123456", "phone": PHONE, "size": "small", "state": "travels"}]
    parcels.control("POST", "/reset")
    assert states(parcels) == []
    assert parcels.request("PUT", "/_mock/state", content=json.dumps(state)).status_code == 200
    parcels.advance("PT1H")
    assert states(parcels) == ["arrived"]
    older = {name: each for name, each in state.items() if name != "parcels"} | {"due": []}
    assert parcels.request("PUT", "/_mock/state", content=json.dumps(older)).status_code == 200
    assert states(parcels) == []
    state["parcels"][0]["msn"] = "999999"
    refused = parcels.request("PUT", "/_mock/state", content=json.dumps(state))
    assert "parcels[0].msn" in refused.text
    assert "there is no sales unit '999999'" in refused.text


def test_it_has_pages_documents_and_points(parcels: Emulator) -> None:
    order(parcels)
    assert "<h1>1 parcels</h1>" in parcels.request("GET", "/parcels-page").text
    assert set(parcels.request("GET", "/openapi/parcels.json").json()["paths"]) == {"/parcels/v1/parcels"}
    assert "/_mock/parcels" in parcels.request("GET", "/openapi/control.json").json()["paths"]
    points = parcels.control("GET", "/checklist?api=parcels").json()["points"]
    assert [(each["id"], each["verdict"]) for each in points] == [("parcels-order", "shown")]
    platform = {each["id"]: each for each in parcels.control("GET", "/checklist?api=platform").json()["points"]}
    assert platform["platform-no-kindness"]["verdict"] == "shown"
    assert "No request has Vipps-System-Name" in platform["platform-system-headers"]["explanation"]


def test_the_dashboard_lists_it(parcels: Emulator) -> None:
    order(parcels)
    html = {"Accept": "text/html"}
    assert "Parcels" in parcels.request("GET", "/", headers=html).text
    assert 'href="/dashboard/parcels/1"' in parcels.request("GET", "/dashboard/parcels", headers=html).text
    shown = parcels.request("GET", "/dashboard/parcels/1", headers=html).text
    assert "Send back" in shown
    form = {"csrf": csrf_of(parcels), "call": "POST /parcels/1/refuse", "to": "/dashboard/parcels/1"}
    address = parcels.request("POST", "/dashboard/do", data=form).headers["location"]
    assert "Send back" not in parcels.request("GET", address, headers=html).text
    assert states(parcels) == ["refused"]


def test_it_waits_on_phones(parcels: Emulator) -> None:
    order(parcels)
    browser = Browser(parcels)
    assert "1 waiting" in browser.open("/wallet").text
    page = browser.open(f"/wallet/{PHONE}")
    assert "A small parcel" in page.text
    assert {f"/parcels/of/{PHONE}", f"/wallet/{PHONE}/consents"} < {each["href"] for each in page.all("a")}
    pressed = parcels.request("POST", f"/wallet/{PHONE}", data=page.fields | {"action": "refuse"})
    assert "It goes back." in browser.open(pressed.headers["location"]).text
    assert states(parcels) == ["refused"]


def test_what_customers_have_of_it_is_on_their_phones(parcels: Emulator) -> None:
    order(parcels, "large")
    browser = Browser(parcels)
    assert "Your parcels" not in browser.open(f"/wallet/{PHONE}").text
    parcels.advance("PT1H")
    page = browser.open(f"/wallet/{PHONE}")
    assert "Nothing waits for an answer. Your parcels A large parcel" in page.text
    assert "waiting" not in browser.open("/wallet").text
    page = browser.open(f"/wallet/{PHONE}")
    pressed = parcels.request("POST", f"/wallet/{PHONE}", data=page.fields | {"action": "again"})
    assert "It travels once more." in browser.open(pressed.headers["location"]).text
    assert states(parcels) == ["travels"]


def test_a_directory_made_without_it_is_taken_up(start: Start, tmp_path: Path) -> None:
    start(data=tmp_path).close()
    emulator = start(data=tmp_path, products=Products(*PRODUCTS.all, tiny.PRODUCT))
    assert order(emulator).status_code == 201
    emulator.close()
    again = start(data=tmp_path, products=Products(*PRODUCTS.all, tiny.PRODUCT))
    assert states(again) == ["travels"]


def test_a_directory_with_something_due_of_it_serves_without_it(
    start: Start, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    emulator = start(data=tmp_path, products=Products(*PRODUCTS.all, tiny.PRODUCT))
    order(emulator)
    emulator.close()
    start(data=tmp_path).advance("PT1H")
    assert [each.getMessage() for each in caplog.records if each.levelname == "ERROR"] == [
        "parcel.arrive of 1 is dropped: the products of this server do not know it"
    ]
    assert caplog.records[-1].exc_info is None


def test_nothing_is_left_of_it_in_servers_without_it(parcels: Emulator, start: Start) -> None:
    order(parcels)
    other = start()
    assert other.request("GET", "/parcels/v1/parcels", headers=other.headers()).status_code == 404
    assert "parcels" not in other.control("GET", "/state").json()
    assert other.control("GET", "/checklist?api=parcels").status_code == 400
    with pytest.raises(AssertionError, match="There is no event"):
        register(other, events=["parcels.parcel.arrived.v1"])
    rule = {"name": "late", "then": {"parcel_delay": 3600}}
    assert other.control("POST", "/scenarios", rule).status_code == 400
