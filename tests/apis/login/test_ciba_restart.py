"""Merchant-initiated logins that outlive the server."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.apis.login.client import CUSTOMER, query_of
from tests.apis.login.till import Till
from tests.harness import Emulator
from tests.webhooks.receivers import receivers_of, register, settle


@pytest.fixture
def restarted(start: Callable[..., Emulator], tmp_path: Path) -> Callable[[], Till]:
    """A till at a server that goes on with what the one before it left."""
    running: list[Emulator] = []

    def restart() -> Till:
        if running:
            running[-1].close()
        running.append(start(data=tmp_path))
        return Till(running[-1])

    return restart


def test_logins_codes_and_pings_survive(restarted: Callable[[], Till]) -> None:
    till = restarted()
    register(till.emulator, events=["login.merchant-initiated.ping.v1"])
    waiting, confirmed, moved = till.begin(), till.begin(), till.begin_redirecting()
    till.act(confirmed, "confirm")
    code = query_of(till.act(moved, "confirm")["redirectTo"])["code"]
    assert till.poll(waiting).json()["error"] == "authorization_pending"
    till = restarted()
    receivers = receivers_of(till.emulator)
    settle(till.emulator)
    assert [each.content for each in receivers.received] == [{"auth_req_id": confirmed}]
    assert till.poll(waiting).json()["error"] == "slow_down"
    assert till.poll(confirmed).status_code == 200
    assert till.redeem(code).status_code == 200
    till = restarted()
    assert till.poll(confirmed).json()["error"] == "invalid_grant"
    till.wait(600)
    assert till.poll(waiting).json()["error"] == "expired_token"


def test_a_reset_forgets_them(restarted: Callable[[], Till]) -> None:
    till = restarted()
    auth_req_id = till.begin()
    till.emulator.control("POST", "/reset")
    assert till.poll(auth_req_id).json()["error"] == "invalid_grant"
    assert "Nothing waits" in till.emulator.request("GET", f"/wallet/{CUSTOMER}").text
