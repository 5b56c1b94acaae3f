"""The ping: who registered is told, signed, that a user has confirmed a login that the merchant started."""

from typing import Any

import pytest

from mockserver.webhooks.signature import examine
from tests.apis.helpers import set_customer
from tests.apis.login.client import CUSTOMER
from tests.apis.login.till import Till
from tests.harness import Emulator
from tests.webhooks.receivers import URL, Receivers, deliveries, receivers_of, register, settle

PING = "login.merchant-initiated.ping.v1"


@pytest.fixture
def till(emulator: Emulator) -> Till:
    return Till(emulator)


@pytest.fixture
def receivers(emulator: Emulator) -> Receivers:
    return receivers_of(emulator)


def test_a_confirmed_login_is_told_and_signed(till: Till, receivers: Receivers) -> None:
    secret = register(till.emulator, events=[PING])["secret"]
    auth_req_id = till.begin()
    settle(till.emulator)
    assert receivers.received == []
    till.act(auth_req_id, "confirm")
    settle(till.emulator)
    [received] = receivers.received
    assert received.content == {"auth_req_id": auth_req_id}
    headers = {name.lower(): value for name, value in received.headers.items()}
    assert [each for each in examine(secret, URL, headers, received.body, None) if not each.right] == []
    assert till.poll(received.content["auth_req_id"]).status_code == 200
    [delivery] = deliveries(till.emulator, f"?msn={till.msn}&reference={auth_req_id}")
    assert (delivery["event"], delivery["state"]) == (PING, "delivered")


@pytest.mark.parametrize("action", ["deny", "old-app"])
def test_nobody_is_told_of_a_rejected_login(till: Till, receivers: Receivers, action: str) -> None:
    register(till.emulator, events=[PING])
    till.act(till.begin(), action)
    settle(till.emulator)
    assert receivers.received == []


def test_nobody_is_told_of_an_expired_login(till: Till, receivers: Receivers) -> None:
    register(till.emulator, events=[PING])
    till.begin()
    till.wait(600)
    settle(till.emulator)
    assert receivers.received == []


def test_nobody_is_told_of_a_login_that_ends_in_the_browser(till: Till, receivers: Receivers) -> None:
    register(till.emulator, events=[PING])
    till.act(till.begin_redirecting(), "confirm")
    till.userinfo()
    settle(till.emulator)
    assert receivers.received == []


def test_only_who_registered_is_told(till: Till, receivers: Receivers) -> None:
    register(till.emulator)
    register(till.emulator, url="https://other.example.com/", events=[PING], msn="123457")
    till.act(till.begin(), "confirm")
    settle(till.emulator)
    assert receivers.received == []


@pytest.mark.parametrize("behaviour", [{"login": "at-once"}, {"login": "delayed", "login_delay": 30}])
def test_a_customer_who_confirms_alone_is_told_too(till: Till, receivers: Receivers, behaviour: dict[str, Any]) -> None:
    register(till.emulator, events=[PING])
    set_customer(till.emulator, CUSTOMER, **behaviour)
    auth_req_id = till.begin()
    till.wait(30)
    settle(till.emulator)
    assert [each.content for each in receivers.received] == [{"auth_req_id": auth_req_id}]


def test_a_ping_is_tried_again(till: Till, receivers: Receivers) -> None:
    register(till.emulator, events=[PING])
    receivers.answer = lambda received: 500
    till.act(till.begin(), "confirm")
    settle(till.emulator)
    receivers.answer = lambda received: 204
    till.wait(2)
    settle(till.emulator)
    assert len(receivers.received) == 2
    assert receivers.received[0].body == receivers.received[1].body
