"""The Webhooks API: who registers what for whom, and what is refused."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from mockserver.app import PRODUCTS
from mockserver.webhooks.events import EventTypes
from mockserver.webhooks.later import CHECKED_IN
from tests.apis.helpers import assert_gateway, assert_problem
from tests.harness import Emulator

PATH = "/webhooks/v1/webhooks"
URL = "https://shop.example.com/hook"
CREATED = "epayments.payment.created.v1"
NOBODY = "00000000-0000-4000-8000-000000000000"


def call(emulator: Emulator, method: str, path: str = "", *, msn: str = "123456", **options: Any) -> httpx.Response:
    headers = emulator.headers(msn, Content_Type="application/json")
    return emulator.request(method, PATH + path, headers=headers, **options)


def register(
    emulator: Emulator, url: str = URL, events: list[str] | None = None, *, msn: str = "123456"
) -> httpx.Response:
    return call(emulator, "POST", msn=msn, json={"url": url, "events": [CREATED] if events is None else events})


def listed(emulator: Emulator, msn: str = "123456") -> list[dict[str, Any]]:
    answer = call(emulator, "GET", msn=msn)
    assert answer.status_code == 200, answer.text
    content = answer.json()
    assert set(content) == {"webhooks"}
    found: list[dict[str, Any]] = content["webhooks"]
    return found


def partner_headers(emulator: Emulator, msn: str | None = None, partner: str = "partner-plus") -> dict[str, str]:
    keys = next(each.keys for each in emulator.world.partners if each.id == partner)
    assert keys is not None
    headers = {
        "Authorization": f"Bearer {emulator.token(keys)}",
        "Ocp-Apim-Subscription-Key": keys.subscription_key,
    }
    return headers if msn is None else headers | {"Merchant-Serial-Number": msn}


def register_partner(emulator: Emulator, msn: str | None = None) -> httpx.Response:
    content = {"url": URL, "events": [CREATED]}
    return emulator.request("POST", PATH, headers=partner_headers(emulator, msn), json=content)


def listed_partner(emulator: Emulator, msn: str | None = None, partner: str = "partner-plus") -> list[str]:
    answer = emulator.request("GET", PATH, headers=partner_headers(emulator, msn, partner))
    return [each["id"] for each in answer.json()["webhooks"]]


def receivers_of_payment(emulator: Emulator, msn: str) -> list[str]:
    assert emulator.create(msn=msn).status_code == 201
    found = emulator.control("GET", f"/webhooks/deliveries?msn={msn}&reference=reference-1").json()["deliveries"]
    return [each["webhook"] for each in found]


def test_registering_answers_with_an_id_and_a_secret(emulator: Emulator) -> None:
    answer = register(emulator)
    assert answer.status_code == 201
    content = answer.json()
    assert set(content) == {"id", "secret"}
    assert str(UUID(content["id"])) == content["id"]
    assert len(content["secret"]) >= 32
    assert register(emulator).json()["secret"] != content["secret"]


def test_lists_show_id_url_and_events_in_the_order_of_registration(emulator: Emulator) -> None:
    events = EventTypes(PRODUCTS.events).names
    first = register(emulator, events=events).json()
    second = register(emulator, f"{URL}/2").json()
    assert listed(emulator) == [
        {"id": first["id"], "url": URL, "events": events},
        {"id": second["id"], "url": f"{URL}/2", "events": [CREATED]},
    ]


def test_a_new_shop_has_no_webhooks(emulator: Emulator) -> None:
    assert listed(emulator) == []


@pytest.mark.parametrize("path", ["webhooks", "webhooks/deliveries"])
def test_secrets_are_never_listed(emulator: Emulator, path: str) -> None:
    secret = register(emulator).json()["secret"]
    emulator.create()
    assert secret not in call(emulator, "GET").text
    assert secret not in emulator.control("GET", f"/{path}").text


def test_an_event_named_twice_is_registered_once(emulator: Emulator) -> None:
    assert register(emulator, events=[CREATED, CREATED]).status_code == 201
    assert listed(emulator)[0]["events"] == [CREATED]


@pytest.mark.parametrize("content", [b"", b"[]"])
def test_deleting_answers_204_and_ends_deliveries(emulator: Emulator, content: bytes) -> None:
    id_ = register(emulator).json()["id"]
    emulator.create("reference-before")

    answer = call(emulator, "DELETE", f"/{id_}", content=content)

    assert (answer.status_code, answer.content) == (204, b"")
    assert listed(emulator) == []
    emulator.create("reference-after")
    assert emulator.control("GET", "/webhooks/deliveries").json()["deliveries"] == []
    assert_problem(call(emulator, "DELETE", f"/{id_}"), 404)


def test_a_webhook_that_does_not_exist_is_not_found(emulator: Emulator) -> None:
    assert_problem(call(emulator, "DELETE", f"/{NOBODY}"), 404)


@pytest.mark.parametrize("id_", ["1", "not-a-uuid", NOBODY[:-1], f"{NOBODY}0"])
def test_an_id_that_is_no_uuid_is_malformed(emulator: Emulator, id_: str) -> None:
    assert set(assert_problem(call(emulator, "DELETE", f"/{id_}"), 400)) == {"id"}


def test_units_do_not_see_each_others_webhooks(emulator: Emulator) -> None:
    id_ = register(emulator).json()["id"]
    assert listed(emulator, "123457") == []
    assert_problem(call(emulator, "DELETE", f"/{id_}", msn="123457"), 404)
    assert [each["id"] for each in listed(emulator)] == [id_]
    assert emulator.create(msn="123457").status_code == 201
    assert emulator.control("GET", "/webhooks/deliveries").json()["deliveries"] == []


def test_a_partner_without_msn_is_told_of_its_units_and_no_others(emulator: Emulator) -> None:
    id_ = register_partner(emulator).json()["id"]
    assert listed_partner(emulator) == [id_]
    assert listed_partner(emulator, "523456") == []
    assert listed_partner(emulator, partner="partner-premium") == []
    assert receivers_of_payment(emulator, "523456") == [id_]
    assert receivers_of_payment(emulator, "523457") == []


def test_a_unit_that_is_connected_later_is_covered_too(emulator: Emulator) -> None:
    id_ = register_partner(emulator).json()["id"]
    emulator.create("reference-before")
    answer = emulator.control("PATCH", "/sales-units/123456", {"partner_id": "partner-plus"})
    assert answer.status_code == 200, answer.text
    assert receivers_of_payment(emulator, "123456") == [id_]


def test_a_partner_with_msn_registers_for_that_unit(emulator: Emulator) -> None:
    id_ = register_partner(emulator, "523456").json()["id"]
    assert listed_partner(emulator, "523456") == [id_]
    assert listed_partner(emulator) == []
    assert emulator.control("GET", "/webhooks").json()["webhooks"][0]["owner"] == {
        "kind": "partner",
        "id": "partner-plus",
        "msn": "523456",
    }
    assert receivers_of_payment(emulator, "523456") == [id_]


def test_unit_and_partner_share_neither_list_nor_deletion(emulator: Emulator) -> None:
    own = register(emulator, msn="523456").json()["id"]
    partners = register_partner(emulator, "523456").json()["id"]
    assert [each["id"] for each in listed(emulator, "523456")] == [own]
    assert listed_partner(emulator, "523456") == [partners]
    assert_problem(call(emulator, "DELETE", f"/{partners}", msn="523456"), 404)
    headers = partner_headers(emulator, "523456")
    assert_problem(emulator.request("DELETE", f"{PATH}/{own}", headers=headers), 404)
    assert emulator.request("DELETE", f"{PATH}/{partners}", headers=headers).status_code == 204
    assert receivers_of_payment(emulator, "523456") == [own]


def test_unit_and_partner_have_limits_of_their_own(emulator: Emulator) -> None:
    for _ in range(25):
        assert register(emulator, msn="523456").status_code == 201
        assert register_partner(emulator, "523456").status_code == 201
    assert_problem(register(emulator, msn="523456"), 400)
    assert_problem(register_partner(emulator, "523456"), 400)
    assert register_partner(emulator).status_code == 201


def test_what_a_partner_registered_for_a_unit_ends_with_their_connection(emulator: Emulator) -> None:
    register_partner(emulator, "523456")
    assert emulator.control("PATCH", "/sales-units/523456", {"partner_id": None}).status_code == 200
    assert receivers_of_payment(emulator, "523456") == []


TYPES = [None, "application/x-www-form-urlencoded", "text/plain", "application/json; charset=utf-8"]


@pytest.mark.parametrize("kind", TYPES)
def test_json_is_read_whatever_its_type_is_called(emulator: Emulator, kind: str | None) -> None:
    headers = emulator.headers() | ({} if kind is None else {"Content-Type": kind})
    content = b'{"url": "https://shop.example.com/hook", "events": ["epayments.payment.created.v1"]}'
    answer = emulator.request("POST", PATH, headers=headers, content=content)
    assert answer.status_code == 201, answer.text
    assert "x-mock-warning" not in answer.headers


@pytest.mark.parametrize("content", [b"url=https%3A%2F%2Fshop.example.com", b"{", b"\xff"])
def test_what_is_no_json_is_refused_for_that_whatever_its_type(emulator: Emulator, content: bytes) -> None:
    headers = emulator.headers(Content_Type="application/x-www-form-urlencoded")
    answer = emulator.request("POST", PATH, headers=headers, content=content)
    assert answer.status_code == 400
    assert "not valid JSON" in answer.json()["extraDetails"][0]["reason"]


def test_unit_and_partner_are_both_told(emulator: Emulator) -> None:
    ids = {register(emulator, msn="523456").json()["id"], register_partner(emulator).json()["id"]}
    assert set(receivers_of_payment(emulator, "523456")) == ids


def test_a_partner_does_not_register_for_units_of_others(emulator: Emulator) -> None:
    assert register_partner(emulator, "523457").status_code == 403


def test_a_unit_cannot_delete_the_webhook_of_its_partner(emulator: Emulator) -> None:
    id_ = register_partner(emulator).json()["id"]
    assert_problem(call(emulator, "DELETE", f"/{id_}", msn="523456"), 404)
    gone = emulator.request("DELETE", f"{PATH}/{id_}", headers=partner_headers(emulator))
    assert gone.status_code == 204


def test_25_registrations_for_an_event_are_the_most_of_one_owner(emulator: Emulator) -> None:
    ids = [register(emulator).json()["id"] for _ in range(25)]
    assert set(assert_problem(register(emulator), 400)) == {"events[0]"}
    assert register(emulator, events=["epayments.payment.captured.v1"]).status_code == 201
    assert register(emulator, msn="123457").status_code == 201
    call(emulator, "DELETE", f"/{ids[0]}")
    assert register(emulator).status_code == 201
    assert_problem(register(emulator), 400)


def test_one_registration_for_check_ins_is_the_most(emulator: Emulator) -> None:
    assert register(emulator, events=[CHECKED_IN]).status_code == 201
    assert set(assert_problem(register(emulator, events=[CREATED, CHECKED_IN]), 400)) == {"events[1]"}
    assert register(emulator, events=[CHECKED_IN], msn="123457").status_code == 201


@pytest.mark.parametrize("event", EventTypes(PRODUCTS.events).names)
def test_every_documented_event_can_be_registered(emulator: Emulator, event: str) -> None:
    assert register(emulator, events=[event]).status_code == 201


@pytest.mark.parametrize(
    "event",
    ["", "CREATED", "epayments.payment.created", f"{CREATED} ", CREATED.upper(), "recurring.charge-cancelled.v1"],
)
def test_an_unknown_event_is_malformed(emulator: Emulator, event: str) -> None:
    assert set(assert_problem(register(emulator, events=[CREATED, event]), 400)) == {"events[1]"}
    assert listed(emulator) == []


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"events": [CREATED]}, "url"),
        ({"url": URL}, "events"),
        ({"url": URL, "events": []}, "events"),
        ({"url": URL, "events": CREATED}, "events"),
        ({"url": 7, "events": [CREATED]}, "url"),
        ({"url": URL, "events": [7]}, "events[0]"),
        ({"url": None, "events": [CREATED]}, "url"),
    ],
)
def test_a_wrong_body_is_malformed(emulator: Emulator, content: Any, field: str) -> None:
    assert set(assert_problem(call(emulator, "POST", json=content), 400)) == {field}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null"])
def test_a_body_that_is_no_object_is_malformed(emulator: Emulator, content: bytes) -> None:
    assert_problem(call(emulator, "POST", content=content), 400)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "Must not be empty"),
        ("shop.example.com/hook", "Must begin with its scheme"),
        ("/hook", "Must begin with its scheme"),
        ("ftp://shop.example.com/", "The scheme ftp: is not accepted"),
        ("myshop://hook/1", "not with an app's scheme"),
        ("https://", "Must name a host"),
        ("https://shop.example.com/a b", "a space"),
        ("https://user:password@shop.example.com/", "user name or password"),
        ("http://127.0.0.1:99999/", "The port must be"),
        (f"https://shop.example.com/{'x' * 2500}", "at most 2500 characters"),
    ],
)
def test_a_bad_url_is_malformed_and_the_reason_says_why(emulator: Emulator, url: str, reason: str) -> None:
    reasons = assert_problem(register(emulator, url), 400)
    assert set(reasons) == {"url"}
    assert reason in reasons["url"]


@pytest.mark.parametrize(
    "url",
    [
        "https://Shop.Example.com",
        "https://shop.example.com/a%2Fb/../c//d/?q=%C3%A6&q=1+2&empty=",
        "https://shop.example.com:443/hook",
        "https://shop.example.com:8443/hook?code=abc==#part",
        "http://LOCALHOST:3000/hook",
        "http://127.0.0.1:9111/æøå?navn=Bjørn",
        "https://blåbær.no/æ",
        "http://[::1]:3000/hook",
    ],
)
def test_the_url_is_kept_byte_for_byte(emulator: Emulator, url: str) -> None:
    assert register(emulator, url).status_code == 201
    assert listed(emulator)[0]["url"] == url


LOCAL = [
    "http://localhost:3000/hook",
    "http://127.0.0.1/",
    "https://localhost/hook",
    "http://shop:80/",
    "http://a.example.com/",
]


@pytest.mark.parametrize("url", LOCAL)
def test_a_local_url_is_accepted_with_a_warning(emulator: Emulator, url: str) -> None:
    answer = register(emulator, url)
    assert answer.status_code == 201
    assert "local-urls" in answer.headers["x-mock-warning"]


def test_a_public_url_has_no_warning(emulator: Emulator) -> None:
    assert "x-mock-warning" not in register(emulator).headers


@pytest.mark.parametrize("settings", [{"strict": True}, {"refuse": ("local-urls",)}], ids=["strict", "refused"])
@pytest.mark.parametrize("url", LOCAL)
def test_a_local_url_is_refused_on_demand(start: Callable[..., Emulator], settings: Any, url: str) -> None:
    emulator = start(**settings)
    wanted = "Must begin with https://, not" if url.startswith("http:") else "Must have a public host: localhost"
    assert wanted in assert_problem(register(emulator, url), 400)["url"]
    assert register(emulator).status_code == 201


def test_an_allow_list_lets_no_other_host_in(start: Callable[..., Emulator]) -> None:
    emulator = start(allowed_hosts=("shop.example.com", "Localhost", "Blåbær.no"))
    for url in (
        URL,
        "https://blåbær.no/",
        "https://xn--blbr-roah.no/",
        "https://SHOP.example.com:8443/",
        "http://localhost:3000/",
    ):
        assert register(emulator, url).status_code == 201
    for url in ("https://evil.example.com/", "https://shop.example.com.evil.example.com/", "http://127.0.0.1:3000/"):
        assert set(assert_problem(register(emulator, url), 400)) == {"url"}


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080", "LOCALHOST:8080", "[::1]:8080", "0.0.0.0:8080"])
@pytest.mark.parametrize(
    "path", ["/_mock/reset", "//_mock/reset", "/%5Fmock/reset", "/_mock/inbox/../reset", "/_mock/inbox/%2e%2e/reset"]
)
def test_the_own_control_api_takes_no_webhooks(emulator: Emulator, host: str, path: str) -> None:
    assert set(assert_problem(register(emulator, f"http://{host}{path}"), 400)) == {"url"}


@pytest.mark.parametrize(
    ("public_url", "url"),
    [
        ("https://vipps.example.com", "https://vipps.example.com/_mock/reset"),
        ("https://vipps.example.com", "https://vipps.example.com:443/_mock/reset"),
        ("https://vipps.example.com:443", "https://vipps.example.com/_mock/reset"),
    ],
)
def test_the_own_control_api_is_known_by_its_public_name(
    start: Callable[..., Emulator], public_url: str, url: str
) -> None:
    assert_problem(register(start(public_url=public_url), url), 400)


@pytest.mark.parametrize("path", ["/_mock/inbox/mine", "/hook"])
def test_other_paths_of_the_own_server_are_fine(emulator: Emulator, path: str) -> None:
    assert register(emulator, f"http://127.0.0.1:8080{path}").status_code == 201


def test_the_control_api_refuses_webhooks_under_any_name(emulator: Emulator) -> None:
    answer = emulator.request("POST", "/_mock/reset", headers={"x-ms-content-sha256": "x"})
    assert answer.status_code == 403


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_callers_without_keys_are_turned_away(emulator: Emulator, method: str) -> None:
    assert_gateway(emulator.request(method, PATH), 401)
    headers = emulator.headers() | {"Authorization": "Bearer nonsense"}
    assert_gateway(emulator.request(method, PATH, headers=headers), 401)


def test_a_reset_forgets_webhooks(emulator: Emulator) -> None:
    register(emulator)
    emulator.control("POST", "/reset")
    assert listed(emulator) == []
