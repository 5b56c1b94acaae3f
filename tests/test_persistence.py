"""A data directory: what survives a restart; and what a full store does."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver.core.database import StoreError
from mockserver.core.instants import timestamp
from mockserver.world.generate import generate
from tests.harness import START, Emulator, amount, code_of
from tests.phone.browsing import Browser


@pytest.fixture
def restart(start: Callable[..., Emulator], tmp_path: Path) -> Callable[..., Emulator]:
    """Stops the server before, if there is one, and starts one on the same directory."""
    running: list[Emulator] = []

    def restart(**settings: Any) -> Emulator:
        for emulator in running:
            emulator.server.runtime.engine.database.close()
        emulator = start(**{"data": tmp_path} | settings)
        running[:] = [emulator]
        return emulator

    return restart


def clock(emulator: Emulator) -> dict[str, Any]:
    content: dict[str, Any] = emulator.control("GET", "/clock").json()
    return content


def test_payments_and_their_events_survive_a_restart(restart: Callable[..., Emulator]) -> None:
    emulator = restart()
    emulator.create(metadata={"order": "1"})
    emulator.approve()
    emulator.modify("capture", 4000)
    payment, events = emulator.get(), emulator.events()

    emulator = restart()

    assert emulator.get() == payment
    assert emulator.events() == events
    assert emulator.modify("refund", 1000).json()["aggregate"]["refundedAmount"] == amount(1000)


def test_tokens_survive_a_restart(restart: Callable[..., Emulator]) -> None:
    headers = restart().headers()
    assert restart().request("GET", "/epayment/v1/payments/reference-1", headers=headers).status_code == 404


def test_idempotent_answers_survive_a_restart(restart: Callable[..., Emulator]) -> None:
    first = restart().create()

    emulator = restart()

    assert emulator.create().content == first.content
    assert code_of(emulator.create(amount=amount(5000))) == "4020"
    assert len(emulator.events()) == 1


@pytest.mark.parametrize("frozen", [False, True])
def test_a_moved_clock_survives_a_restart(restart: Callable[..., Emulator], frozen: bool) -> None:
    emulator = restart()
    emulator.advance("P10D")
    if frozen:
        emulator.control("POST", "/clock/freeze")
    before = clock(emulator)

    emulator = restart()

    assert clock(emulator) == before
    assert before["frozen"] is frozen
    assert before["aheadSeconds"] == 864_000


def test_what_was_due_happens_after_a_restart_at_its_own_time(restart: Callable[..., Emulator]) -> None:
    restart().create()

    emulator = restart()
    emulator.advance("PT1H")

    assert emulator.events()[-1]["timestamp"] == timestamp(START + 600_000)
    assert emulator.get()["state"] == "EXPIRED"


def test_landing_pages_survive_a_restart(restart: Callable[..., Emulator]) -> None:
    url = restart().create().json()["redirectUrl"]
    assert restart().request("GET", url).status_code == 200


def test_changes_of_the_world_survive_a_restart(restart: Callable[..., Emulator]) -> None:
    emulator = restart()
    emulator.control("PATCH", "/merchants/merchant-no-1", {"name": "Renamed"})
    emulator.control("POST", "/customers", {"phone": "4790000000"})

    emulator = restart()

    assert emulator.control("GET", "/merchants/merchant-no-1").json()["name"] == "Renamed"
    assert emulator.control("GET", "/customers/4790000000").status_code == 200


def test_reset_after_a_restart_goes_back_to_the_first_world(restart: Callable[..., Emulator]) -> None:
    emulator = restart()
    world = emulator.control("GET", "/merchants").json()
    emulator.create()
    emulator.control("PATCH", "/merchants/merchant-no-1", {"name": "Renamed"})
    emulator.advance("P10D")

    restart().control("POST", "/reset")
    emulator = restart()

    assert emulator.control("GET", "/merchants").json() == world
    assert emulator.control("GET", "/payments").json() == {"payments": []}
    assert clock(emulator) == {"now": timestamp(START), "frozen": False, "aheadSeconds": 0}


def test_another_world_than_the_stored_one_is_refused(restart: Callable[..., Emulator]) -> None:
    restart(world=generate(1, 1, 1))
    restart(world=generate(1, 1, 1))
    with pytest.raises(StoreError, match="another world"):
        restart(world=generate(1, 1, 2))


LARGE = {f"key-{number}": "x" * 500 for number in range(5)}
LINE = {"name": "x" * 1000, "id": "x" * 1000, "totalAmount": 1, "totalAmountExcludingTax": 1, "totalTaxAmount": 0}
RECEIPT = {"orderLines": [LINE | {"taxRate": 0}] * 3, "bottomLine": {"currency": "NOK"}}


def fill(emulator: Emulator) -> tuple[int, httpx.Response]:
    """Create payments until the store is full: how many, and the answer that says so."""
    for number in range(2000):
        answer = emulator.create(f"reference-{number}", metadata=LARGE, receipt=RECEIPT)
        if answer.status_code != 201:
            return number, answer
    raise AssertionError("the store never became full")


@pytest.fixture(params=["memory", "file"])
def full(request: pytest.FixtureRequest, start: Callable[..., Emulator], tmp_path: Path) -> tuple[Emulator, int]:
    settings = {"data": tmp_path} if request.param == "file" else {}
    emulator = start(store_limit=1, **settings)
    number, answer = fill(emulator)
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert code_of(answer) == "3010"
    assert number > 40
    return emulator, number


def test_a_full_store_refuses_and_leaves_nothing_half_done(full: tuple[Emulator, int]) -> None:
    emulator, number = full

    assert emulator.api("GET", f"/payments/reference-{number}").status_code == 404
    assert emulator.create(f"reference-{number}", metadata=LARGE, receipt=RECEIPT).status_code == 500
    connection = emulator.server.runtime.engine.database.connection
    for table in ("payments", "kept_answers", "due"):
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (number,)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_full_store_can_still_be_read(full: tuple[Emulator, int]) -> None:
    emulator, number = full

    assert emulator.get("reference-0")["metadata"] == LARGE
    assert len(emulator.events("reference-0")) == 1
    assert len(emulator.control("GET", "/payments?limit=10000").json()["payments"]) == number
    page = emulator.control("GET", "/payments/123456/reference-0").json()["landingPage"]
    assert emulator.request("GET", page).status_code == 200
    assert emulator.control("GET", "/requests").status_code == 200


def test_a_full_store_answers_the_control_api_and_the_wallet_clearly(full: tuple[Emulator, int]) -> None:
    emulator, number = full
    page = emulator.control("GET", "/payments/123456/reference-0").json()["landingPage"]
    answers = [
        emulator.control("POST", f"/payments/123456/reference-{each}/approve", {"customer": f"47900000{each:02}"})
        for each in range(1, min(number, 99))
    ]

    refused = [answer for answer in answers if answer.status_code != 200]
    assert {answer.status_code for answer in refused} == {507}
    assert all("full" in answer.json()["detail"] for answer in refused)
    browser = Browser(emulator)
    browser.open(page)
    browser.press("approve", phone="4799999999")
    assert browser.answer.status_code == 507
    assert "store is full" in browser.page.text
    assert emulator.get("reference-0")["state"] == "CREATED"
    assert emulator.control("GET", "/customers/4799999999").status_code == 404


def test_a_full_store_does_not_break_time(full: tuple[Emulator, int]) -> None:
    emulator, _ = full

    answer = emulator.control("POST", "/clock/advance", {"duration": "PT11M"})

    assert answer.status_code in (200, 507)
    emulator._tokens.clear()
    assert emulator.get("reference-0")["state"] in ("EXPIRED", "CREATED")


def test_reset_makes_room_again(full: tuple[Emulator, int]) -> None:
    emulator, _ = full
    emulator.control("POST", "/reset")
    assert emulator.create(metadata=LARGE, receipt=RECEIPT).status_code == 201
