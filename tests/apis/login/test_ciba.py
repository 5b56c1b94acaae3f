"""Merchant-initiated login: starting, polling, the two endings, personas, and what is refused."""

import datetime
from typing import Any

import pytest

from mockserver.apis.login.domain.backchannel import MOST_AT_ONCE
from mockserver.web.redaction import REDACTED
from tests.apis.helpers import set_customer
from tests.apis.login.client import CALLBACK, CUSTOMER, LOCAL, assert_oauth, header_of, query_of, userinfo
from tests.apis.login.client import claims_of as claims_with_rs256
from tests.apis.login.till import Till
from tests.harness import START as NOW
from tests.harness import Emulator

OTHER = "4798765432"
ISSUER = "http://emulator.test/access-management-1.0/access/"


@pytest.fixture
def till(emulator: Emulator) -> Till:
    return Till(emulator)


def assert_pending(till: Till, auth_req_id: str) -> None:
    assert_oauth(till.poll(auth_req_id), 400, "authorization_pending")


def assert_told(answer: Any, status: int, error: str, code: str) -> None:
    """The answer is a refusal with a textual error_code."""
    assert answer.status_code == status, answer.text
    assert answer.headers["cache-control"] == "no-store"
    content = answer.json()
    assert set(content) == {"error", "error_description", "error_code"}
    assert (content["error"], content["error_code"]) == (error, code)


def test_a_login_that_finishes_in_the_app(till: Till) -> None:
    answer = till.ask(scope="openid name phoneNumber", nonce="n-1")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    started = answer.json()
    assert set(started) == {"auth_req_id", "expires_in", "interval"}
    assert (started["expires_in"], started["interval"]) == (600, 5)
    assert len(started["auth_req_id"]) == 27
    assert_pending(till, started["auth_req_id"])
    till.act(started["auth_req_id"], "confirm")
    answer = till.poll(started["auth_req_id"])
    assert answer.status_code == 200, answer.text
    tokens = answer.json()
    assert set(tokens) == {"access_token", "token_type", "expires_in", "id_token"}
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 300)
    assert tokens["access_token"].startswith("ciba.")
    assert header_of(tokens["id_token"])["alg"] == "RS256"
    claims = claims_with_rs256(till.emulator, tokens["id_token"])
    assert claims["auth_req_id"] == started["auth_req_id"]
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (ISSUER, [till.client_id], "n-1")
    shown = userinfo(till.emulator, tokens["access_token"]).json()
    assert shown["sub"] == claims["sub"]
    assert shown["phone_number"] == CUSTOMER


def test_the_sub_is_that_of_a_login_in_a_browser(till: Till) -> None:
    auth_req_id = till.begin()
    till.act(auth_req_id, "confirm")
    claims = claims_with_rs256(till.emulator, till.poll(auth_req_id).json()["id_token"])
    assert claims["sub"] == till.userinfo()["sub"]


def test_one_exchange_for_each_authentication(till: Till) -> None:
    auth_req_id = till.begin()
    till.act(auth_req_id, "confirm")
    access_token = till.poll(auth_req_id).json()["access_token"]
    assert_oauth(till.poll(auth_req_id), 400, "invalid_grant")
    assert userinfo(till.emulator, access_token).status_code == 200


def test_a_login_that_ends_in_the_browser(till: Till) -> None:
    auth_req_id = till.begin_redirecting()
    assert_pending(till, auth_req_id)
    target = till.act(auth_req_id, "confirm")["redirectTo"]
    assert target.startswith(f"{CALLBACK}?code=")
    assert set(query_of(target)) == {"code"}
    answer = till.redeem(query_of(target)["code"])
    assert answer.status_code == 200, answer.text
    tokens = answer.json()
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == ("bearer", 3599, "openid name")
    assert header_of(answer.json()["id_token"])["alg"] == "ES256"
    claims = till.claims(answer.json()["id_token"])
    assert (claims["auth_req_id"], claims["aud"]) == (auth_req_id, till.client_id)
    assert userinfo(till.emulator, answer.json()["access_token"]).json()["sub"] == claims["sub"]
    assert till.emulator.control("GET", f"/ciba/{auth_req_id}").json()["state"] == "exchanged"
    assert_oauth(till.redeem(query_of(target)["code"]), 400, "invalid_grant")
    assert_oauth(till.poll(auth_req_id), 400, "invalid_grant")


def test_a_poll_uses_up_the_exchange_of_the_browser(till: Till) -> None:
    auth_req_id = till.begin_redirecting()
    code = query_of(till.act(auth_req_id, "confirm")["redirectTo"])["code"]
    assert till.poll(auth_req_id).status_code == 200
    assert_oauth(till.redeem(code), 400, "invalid_grant")


def test_the_code_lives_for_two_minutes_from_the_confirmation(till: Till) -> None:
    codes = []
    for _ in range(2):
        auth_req_id = till.begin_redirecting(requested_expiry="60")
        till.wait(59)
        codes.append(query_of(till.act(auth_req_id, "confirm")["redirectTo"])["code"])
        till.wait(119)
        if len(codes) == 1:
            assert till.redeem(codes[0]).status_code == 200
    till.wait(1)
    assert_oauth(till.redeem(codes[1]), 400, "invalid_grant")
    assert_oauth(till.poll(auth_req_id), 400, "expired_token")


def test_codes_of_the_two_flows_do_not_mix(till: Till) -> None:
    auth_req_id = till.begin_redirecting()
    code = query_of(till.act(auth_req_id, "confirm")["redirectTo"])["code"]
    assert_oauth(till.exchange(code), 400, "invalid_grant")
    assert_oauth(till.redeem(till.code()), 400, "invalid_grant")
    assert till.redeem(code).status_code == 200


def test_the_pace_is_that_of_the_emulators_clock(till: Till) -> None:
    auth_req_id = till.begin()
    assert_pending(till, auth_req_id)
    assert_oauth(till.poll(auth_req_id), 400, "slow_down")
    till.wait(5)
    assert_oauth(till.poll(auth_req_id), 400, "slow_down")
    till.wait(15)
    assert_pending(till, auth_req_id)
    till.act(auth_req_id, "confirm")
    assert till.poll(auth_req_id).status_code == 200


@pytest.mark.parametrize(("asked", "seconds"), [(None, 600), ("60", 60), ("900", 900)])
def test_it_expires_when_the_client_asked_it_to(till: Till, asked: str | None, seconds: int) -> None:
    auth_req_id = till.begin(requested_expiry=asked)
    till.wait(seconds - 1)
    assert_pending(till, auth_req_id)
    till.wait(1)
    assert_oauth(till.poll(auth_req_id), 400, "expired_token")
    answer = till.emulator.control("POST", f"/ciba/{auth_req_id}/confirm", {})
    assert answer.status_code == 409, answer.text


def test_what_is_confirmed_and_not_collected_expires_too(till: Till) -> None:
    auth_req_id = till.begin()
    till.act(auth_req_id, "confirm")
    till.wait(600)
    assert_oauth(till.poll(auth_req_id), 400, "expired_token")


def test_a_user_who_says_no(till: Till) -> None:
    auth_req_id = till.begin()
    assert till.act(auth_req_id, "deny")["state"] == "denied"
    assert_oauth(till.poll(auth_req_id), 400, "access_denied")
    till.wait(600)
    assert_oauth(till.poll(auth_req_id), 400, "access_denied")


def test_a_user_who_says_no_in_the_browser_flow_is_sent_back_with_the_error(till: Till) -> None:
    target = till.act(till.begin_redirecting(), "deny")["redirectTo"]
    assert query_of(target)["error"] == "access_denied"


def test_an_app_that_turns_out_too_old(till: Till) -> None:
    auth_req_id = till.begin()
    till.act(auth_req_id, "old-app")
    assert_told(till.poll(auth_req_id), 400, "access_denied", "old_app")


def test_a_withdrawn_consent_gives_nothing_any_more(till: Till) -> None:
    auth_req_id = till.begin()
    till.act(auth_req_id, "confirm")
    till.emulator.control("POST", f"/consents/{till.msn}/{CUSTOMER}/withdraw")
    assert_oauth(till.poll(auth_req_id), 400, "access_denied")


def test_a_customer_token_names_the_user(till: Till) -> None:
    set_customer(till.emulator, CUSTOMER, token="token-from-a-qr")
    auth_req_id = till.begin(login_hint="urn:customer-token:token-from-a-qr")
    listed = till.emulator.control("GET", f"/ciba/{auth_req_id}").json()
    assert listed["customer"] == CUSTOMER
    nobody = till.ask(login_hint="urn:customer-token:of-nobody")
    assert_told(nobody, 400, "unknown_user_id", "invalid_user")


def a_child(emulator: Emulator) -> None:
    birthday = datetime.datetime.fromtimestamp(NOW / 1000, datetime.UTC).date() - datetime.timedelta(days=14 * 365)
    set_customer(emulator, "4790000014", birth_date=birthday.isoformat())


@pytest.mark.parametrize("who", ["nobody", "inactive", "child"])
def test_users_who_cannot_be_asked(till: Till, who: str) -> None:
    phone = {"nobody": "4790000099", "inactive": "4790000013", "child": "4790000014"}[who]
    set_customer(till.emulator, "4790000013", active=False)
    a_child(till.emulator)
    assert_told(till.ask(phone), 400, "unknown_user_id", "invalid_user")
    assert till.exists(login_hint=f"urn:msisdn:{phone}").json() == {"exists": False}


@pytest.mark.parametrize("phone", ["4792000008", "4792000009"])
def test_the_world_has_customers_who_cannot_be_asked(till: Till, phone: str) -> None:
    assert_told(till.ask(phone), 400, "unknown_user_id", "invalid_user")


@pytest.mark.parametrize("settings", [{"strict": True}, {"auth": "any"}])
def test_with_other_settings(start: Any, settings: dict[str, Any]) -> None:
    till = Till(start(**settings))
    auth_req_id = till.begin()
    till.act(auth_req_id, "confirm")
    assert till.poll(auth_req_id).status_code == 200
    loopback = till.ask(requested_flow="login_to_webpage", redirect_uri=LOCAL)
    assert loopback.status_code == (400 if "strict" in settings else 200)


def test_users_who_can_be_asked_exist(till: Till) -> None:
    for name in ("login_hint", "loginHint"):
        answer = till.exists(**{name: f"urn:msisdn:{CUSTOMER}"})
        assert (answer.status_code, answer.json()) == (200, {"exists": True})
    assert_oauth(till.exists(), 400, "invalid_request")
    assert_oauth(till.exists(login_hint="karen@example.com"), 400, "invalid_request")


def test_an_sdks_own_hint_is_taken_with_a_warning(till: Till) -> None:
    national = CUSTOMER.removeprefix("47")
    for answer in (till.ask(login_hint=f"urn:mobilenumber:{national}"),
                   till.exists(login_hint=f"urn:mobilenumber:{CUSTOMER}")):  # fmt: skip
        assert answer.status_code == 200
        assert answer.headers["x-mock-warning"].startswith("mobile-number-hint: ")


def test_asking_whether_somebody_exists_makes_nobody(till: Till) -> None:
    for _ in range(2):
        assert till.exists(login_hint="urn:msisdn:4790000098").json() == {"exists": False}


def test_too_many_logins_of_one_user_at_once(till: Till) -> None:
    for _ in range(MOST_AT_ONCE):
        till.begin(requested_expiry="60")
    till.wait(10)
    answer = till.ask()
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "50"
    assert set(answer.json()) == {"error", "error_description", "error_code"}
    assert till.ask(OTHER).status_code == 200
    till.wait(50)
    assert till.ask().status_code == 200


def test_an_answer_makes_room_for_the_next_login(till: Till) -> None:
    first, *_ = [till.begin() for _ in range(MOST_AT_ONCE)]
    assert till.ask().status_code == 429
    till.act(first, "deny")
    assert till.ask().status_code == 200


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [("at-once", None), ("cancels", "access_denied"), ("wrong-number", "access_denied"),
     ("never", "authorization_pending"), ("by-hand", "authorization_pending")],
)  # fmt: skip
def test_customers_behave_by_themselves(till: Till, behaviour: str, error: str | None) -> None:
    set_customer(till.emulator, CUSTOMER, login=behaviour)
    answer = till.poll(till.begin())
    assert answer.json().get("error") == error


def test_a_delayed_customer_confirms_in_time(till: Till) -> None:
    set_customer(till.emulator, CUSTOMER, login="delayed", login_delay=30)
    auth_req_id = till.begin()
    till.wait(29)
    assert_pending(till, auth_req_id)
    till.wait(1)
    assert till.poll(auth_req_id).status_code == 200


def test_a_customer_with_an_old_app_cannot_be_asked(till: Till) -> None:
    set_customer(till.emulator, CUSTOMER, login="old-app")
    assert_told(till.ask(), 400, "access_denied", "old_app")


def test_nobody_else_confirms(till: Till) -> None:
    auth_req_id = till.begin()
    login_id = till.emulator.control("GET", f"/ciba/{auth_req_id}").json()["loginId"]
    answer = till.emulator.control("POST", f"/logins/{login_id}/approve", {"customer": OTHER})
    assert answer.status_code == 409
    assert_pending(till, auth_req_id)
    assert till.emulator.control("POST", f"/logins/{login_id}/approve").status_code == 200
    assert till.poll(auth_req_id).status_code == 200


def test_another_client_gets_nothing(till: Till) -> None:
    stranger = Till(till.emulator, msn="123459")
    auth_req_id = till.begin_redirecting()
    assert_oauth(stranger.poll(auth_req_id), 400, "invalid_grant")
    code = query_of(till.act(auth_req_id, "confirm")["redirectTo"])["code"]
    assert_oauth(stranger.poll(auth_req_id), 400, "invalid_grant")
    assert_oauth(stranger.redeem(code), 400, "invalid_grant")
    assert till.redeem(code).status_code == 200


@pytest.mark.parametrize("auth_req_id", ["", "of-nobody", "x" * 5000])
def test_an_unknown_auth_req_id(till: Till, auth_req_id: str) -> None:
    assert_oauth(till.poll(auth_req_id), 400, "invalid_grant" if auth_req_id else "invalid_request")


def test_a_client_has_to_prove_who_it_is(till: Till) -> None:
    assert_oauth(till.ask(headers={}), 401, "invalid_client")
    assert_oauth(till.ask(headers=till.basic(secret="wrong")), 401, "invalid_client")
    posted = till.ask(headers={}, client_id=till.client_id, client_secret=till.secret)
    assert posted.status_code == 200
    assert "client-authentication" in posted.headers["x-mock-warning"]


def test_an_inactive_unit_starts_no_logins(till: Till) -> None:
    assert_oauth(Till(till.emulator, msn="123461").ask(), 401, "invalid_client")


@pytest.mark.parametrize(
    "fields",
    [{}, {"redirect_uri": "https://elsewhere.example.com/"}, {"redirect_uri": "javascript:alert(1)"},
     {"redirect_uri": f"{CALLBACK}/"}],
)  # fmt: skip
def test_a_redirecting_login_needs_a_registered_address(till: Till, fields: dict[str, Any]) -> None:
    assert_oauth(till.ask(requested_flow="login_to_webpage", **fields), 400, "invalid_request")


def test_a_loopback_address_is_taken_with_a_warning(till: Till) -> None:
    answer = till.ask(requested_flow="login_to_webpage", redirect_uri=LOCAL)
    assert answer.status_code == 200
    assert "unregistered-redirect" in answer.headers["x-mock-warning"]


def test_a_partner_starts_logins_of_its_units(till: Till) -> None:
    emulator = till.emulator
    partner = next(each for each in emulator.world.partners if each.valid_keys)
    keys = partner.valid_keys
    assert keys is not None
    msn = next(unit.msn for unit in emulator.world.sales_units if unit.partner_id == partner.id)
    headers = {"Authorization": f"Bearer {emulator.token(keys)}", "Merchant-Serial-Number": msn}
    auth_req_id = till.ask(headers=headers).json()["auth_req_id"]
    till.act(auth_req_id, "confirm")
    assert_oauth(till.poll(auth_req_id), 400, "invalid_grant")
    form = {"grant_type": "urn:openid:params:grant-type:ciba", "auth_req_id": auth_req_id}
    answer = emulator.request("POST", "/access-management-1.0/access/oauth2/token", data=form, headers=headers)
    claims = claims_with_rs256(emulator, answer.json()["id_token"])
    assert (claims["aud"], claims["msn"]) == ([msn], msn)


def test_scopes_that_the_plan_does_not_cover_are_dropped(till: Till) -> None:
    till.set_up(scopes=["openid", "name"])
    auth_req_id = till.begin(scope="openid name email whatever")
    till.act(auth_req_id, "confirm")
    shown = userinfo(till.emulator, till.poll(auth_req_id).json()["access_token"]).json()
    assert "name" in shown
    assert "email" not in shown


def test_marketing_consents_are_collected(till: Till) -> None:
    auth_req_id = till.begin(scope="openid delegatedConsents")
    till.act(auth_req_id, "confirm", marketing=["email"])
    told = userinfo(till.emulator, till.poll(auth_req_id).json()["access_token"]).json()
    assert {each["id"]: each["accepted"] for each in told["delegatedConsents"]["consents"]} == {
        "email": True,
        "sms": False,
    }


def test_app_auth_shows_in_the_id_token(till: Till) -> None:
    auth_req_id = till.begin(acr_values="urn:vipps:acr:app_auth")
    till.act(auth_req_id, "confirm")
    claims = claims_with_rs256(till.emulator, till.poll(auth_req_id).json()["id_token"])
    assert claims["acr"] == "urn:vipps:acr:app_auth"


def test_the_control_api_lists_the_waiting_logins_of_a_phone(till: Till) -> None:
    first, second = till.begin(binding_message="4MZ-CQ3"), till.begin(OTHER)
    listed = till.emulator.control("GET", f"/ciba?phone={CUSTOMER}&state=pending").json()["authentications"]
    assert [each["authReqId"] for each in listed] == [first]
    assert listed[0]["bindingMessage"] == "4MZ-CQ3"
    assert listed[0]["scopes"] == ["openid", "name"]
    till.act(first, "confirm")
    everything = till.emulator.control("GET", "/ciba").json()["authentications"]
    assert [(each["authReqId"], each["state"]) for each in everything] == [(second, "pending"), (first, "confirmed")]
    assert till.emulator.control("GET", "/ciba?state=done").status_code == 400
    for action in ("", "/confirm", "/deny", "/old-app"):
        method = "POST" if action else "GET"
        assert till.emulator.control(method, f"/ciba/nobody{action}").status_code == 404


def test_ids_come_from_the_seed(start: Any) -> None:
    assert Till(start()).begin() == Till(start()).begin()


def test_the_journal_knows_the_operations(till: Till) -> None:
    auth_req_id = till.begin()
    till.exists(login_hint=f"urn:msisdn:{CUSTOMER}")
    entries = till.emulator.control("GET", "/requests").json()["requests"]
    found = {each["operation"]: each for each in entries}
    assert {"ciba-auth", "user-exists"} <= set(found)
    assert (found["ciba-auth"]["msn"], found["ciba-auth"]["reference"]) == (till.msn, REDACTED)
    [named] = till.emulator.control("GET", f"/requests?reference={auth_req_id}").json()["requests"]
    assert named["id"] == found["ciba-auth"]["id"]
