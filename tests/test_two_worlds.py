"""Two worlds in one process, at different times: no trace of one in the other."""

from collections.abc import Callable
from dataclasses import replace

from tests.harness import WORLD, Emulator
from tests.webhooks.receivers import receivers_of, register

Start = Callable[..., Emulator]


def test_what_happens_in_one_world_is_unknown_in_the_other(start: Start) -> None:
    here, there = start(), start()
    told, silent = receivers_of(here), receivers_of(there)
    register(here)
    here.control("POST", "/scenarios", {"name": "never", "when": {"reference": "x*"}, "then": {"error": 500}})
    assert here.create("x-reference").status_code == 500
    assert there.create("x-reference").status_code == 201
    assert here.create().status_code == 201
    assert here.approve().status_code == 200
    here.advance("P40D")
    assert here.get()["state"] == "AUTHORIZED"
    assert told.received
    assert silent.received == []
    assert there.api("GET", "/payments/reference-1").status_code == 404
    assert there.control("GET", "/clock").json()["aheadSeconds"] == 0
    assert there.control("GET", "/webhooks").json()["webhooks"] == []
    assert there.control("GET", "/scenarios").json()["rules"] == []
    operations = [each["operation"] for each in there.control("GET", "/requests").json()["requests"]]
    assert sorted(operations) == ["createPayment", "fetchAuthorizationTokenUsingPost", "getPayment"]


def test_changes_of_people_in_one_world_leave_the_other_alone(start: Start) -> None:
    here, there = start(), start()
    closed = {"active": False}
    assert here.create().status_code == there.create().status_code == 201
    assert here.control("PATCH", "/sales-units/123456", closed).status_code == 200
    assert here.create("reference-2").status_code == 400
    assert there.create("reference-2").status_code == 201
    here.control("POST", "/reset")
    assert there.get()["state"] == "CREATED"
    assert here.api("GET", "/payments/reference-1").status_code in (401, 404)


def test_worlds_with_other_people_and_settings_stand_side_by_side(start: Start) -> None:
    strangers = replace(WORLD, customers=())
    here, there = start(), start(world=strangers, strict=True, environment="production")
    assert here.control("GET", "/customers").json()["customers"]
    assert there.control("GET", "/customers").json()["customers"] == []
    assert here.approve().status_code == 404
    assert here.create().status_code == 201
    assert here.approve().status_code == 200
    assert there.create(returnUrl="http://localhost/").status_code == 400
    assert here.create("reference-3", returnUrl="http://localhost/").status_code == 201


def test_each_is_found_by_its_own_names(start: Start) -> None:
    here = start(own_names="here.example")
    assert here.request("GET", "/style.css", headers={"Host": "here.example"}).status_code == 200
    there = start(own_names="there.example")
    assert there.request("GET", "/style.css", headers={"Host": "there.example"}).status_code == 200
    assert here.request("GET", "/style.css", headers={"Host": "there.example"}).status_code == 421


def test_the_same_seed_draws_the_same_in_each_whatever_the_other_draws(start: Start) -> None:
    alone = start(seed="one").create().json()
    here, there = start(seed="one"), start(seed="one")
    for number in range(3):
        here.create(f"other-{number}")
    assert there.create().json() == alone
