"""Servers in threads."""

import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver.scenarios import BadScenario
from mockserver.settings import PREFIX, BadSetting
from mockserver.testing import ControlError, Server, Vipps
from mockserver.world import files
from mockserver.world.domain.world import BadWorld
from tests.testing.shop import Shop


def threads() -> list[str]:
    return [each.name for each in threading.enumerate() if each.name == "vipps-mockserver"]


def test_a_server_serves_until_it_is_stopped() -> None:
    before = threads()
    with Server() as vipps:
        assert httpx.get(f"{vipps.url}/_mock/health").status_code == 200
        assert len(threads()) == len(before) + 1
    assert threads() == before
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{vipps.url}/_mock/health")


def test_a_server_can_be_started_again() -> None:
    server = Server()
    for _ in range(2):
        with server as vipps:
            assert vipps.payments() == ()


def test_a_server_that_was_not_started_says_so() -> None:
    with pytest.raises(ControlError, match="not started"):
        Server().payments()


def test_a_server_is_not_started_twice() -> None:
    with Server() as vipps, pytest.raises(RuntimeError, match="runs already"):
        vipps.start()


def test_several_servers_do_not_know_each_other() -> None:
    with Server() as one, Server(strict=True) as other, Shop(one.keys()) as shop:
        shop.create("order-0001")
        assert len(one.payments()) == 1
        assert other.payments() == ()
        one.advance(days=1)
        assert other.clock().ahead_seconds == 0


def test_settings_are_keyword_arguments() -> None:
    with Server(environment="production") as vipps, Shop(vipps.keys()) as shop:
        shop.create("order-0001")
        answer = shop.client.post("/epayment/v1/test/payments/order-0001/approve")
        assert answer.status_code in (401, 404)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"strct": True}, "strct: there is no such setting; did you mean strict"),
        ({"port": -1}, "port: input should be greater than or equal to 0"),
        ({"environment": "moon"}, "environment: "),
        ({"tls": True}, "tls: servers of tests speak HTTP only"),
    ],
)
def test_a_bad_setting_is_named(settings: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadSetting, match=reason):
        Server(**settings)


def test_a_taken_port_is_told() -> None:
    with Server() as vipps, pytest.raises(BadSetting, match=r"cannot listen on 127.0.0.1 port"):
        Server(port=int(vipps.url.rpartition(":")[2])).start()


def test_environment_and_settings_file_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "vipps-mockserver.toml").write_text("nonsense = 1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(f"{PREFIX}PORT", "nonsense")
    with Server() as vipps:
        assert vipps.health()["status"] == "ok"


def small_world() -> dict[str, object]:
    plain = files.to_plain(files.packaged())
    return plain | {"customers": [each for each in plain["customers"] if each["phone"] == "4791000001"]}


def test_a_world_is_a_dict_or_a_file(tmp_path: Path) -> None:
    path = tmp_path / "world.yaml"
    path.write_text(files.to_yaml(files.of_plain(small_world())))
    for world in (small_world(), path, str(path)):
        with Server(world=world) as vipps:
            assert [each["phone"] for each in vipps.customers()] == ["4791000001"]
            assert vipps.keys()["VIPPS_PHONE"] == "4791000001"


def test_a_bad_world_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadWorld, match="sales_units"):
        Server(world=small_world() | {"sales_units": []})
    with pytest.raises(BadWorld, match="cannot be read"):
        Server(world=tmp_path / "nowhere.yaml")


def test_a_scenario_holds_from_the_start_and_after_resets() -> None:
    with Server(scenario="declines") as vipps:
        rules = [each.name for each in vipps.rules()]
        assert "insufficient funds" in rules
        vipps.scenario()
        assert vipps.rules() == ()
        vipps.reset()
        assert [each.name for each in vipps.rules()] == rules


def test_a_scenario_that_is_not_there_is_told_at_the_start() -> None:
    before = threads()
    with pytest.raises(BadScenario, match="declinez"):
        Server(scenario="declinez").start()
    assert threads() == before


def test_the_admin_token_is_sent() -> None:
    with Server(admin_token="letmein") as vipps:
        assert vipps.payments() == ()
        with Vipps(vipps.url) as stranger, pytest.raises(ControlError, match=r"401.*admin token") as caught:
            stranger.payments()
        assert caught.value.status == 401
        with Vipps(vipps.url, "letmein") as friend:
            assert friend.payments() == ()


def test_a_server_stops_while_somebody_waits_for_an_answer() -> None:
    started = threading.Event()

    def wait() -> None:
        started.set()
        with pytest.raises((AssertionError, ControlError)):
            vipps.wait_for_webhook(timeout=30)

    with Server() as vipps:
        waiter = threading.Thread(target=wait)
        waiter.start()
        started.wait()
    waiter.join(20)
    assert not waiter.is_alive()


def test_a_client_works_from_many_threads_and_after_the_server_closed_its_connections() -> None:
    with Server() as vipps:
        found: list[int] = []
        workers = [threading.Thread(target=lambda: found.append(len(vipps.customers()))) for _ in range(8)]
        for each in workers:
            each.start()
        for each in workers:
            each.join()
        assert len(set(found)) == 1
        assert len(found) == 8
        again = Server(port=int(vipps.url.rpartition(":")[2]))
        client = Vipps(vipps.url)
        client.payments()
    with again:
        assert client.payments() == ()
    with pytest.raises(ControlError, match=r"no answer from http://127.0.0.1") as caught:
        client.payments()
    assert caught.value.status == 0
    client.close()


def test_an_address_that_is_none_is_told() -> None:
    with pytest.raises(ControlError, match="must be an http or https address"):
        Vipps("localhost:8080")
