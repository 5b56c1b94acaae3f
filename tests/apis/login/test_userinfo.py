"""Userinfo by a login's token: claims by scope, addresses, nin, gender, lifetimes, refusals."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.apis.helpers import set_customer, shared_emulator
from tests.apis.login.client import CUSTOMER, USERINFO, Client, userinfo
from tests.harness import Emulator

EVERYTHING = "openid name phoneNumber email birthDate address gender nin"

shared = shared_emulator()


@pytest.fixture
def client(shared: Emulator) -> Client:
    return Client(shared)


def assert_userinfo_problem(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json;charset=UTF-8"
    content = answer.json()
    assert set(content) == {"type", "title", "status", "detail", "instance", "extraInfo"}
    assert content["status"] == str(status)
    assert content["title"]
    assert content["detail"]
    uuid.UUID(content["instance"])
    assert content["extraInfo"] == {}


def test_every_scope_has_its_claims(client: Client) -> None:
    set_customer(client.emulator, CUSTOMER, gender="female")
    claims = client.userinfo(scope=EVERYTHING)
    for name in ("sub", "sid"):
        uuid.UUID(claims.pop(name))
    assert claims == {
        "name": "Karen Myklebust",
        "given_name": "Karen",
        "family_name": "Myklebust",
        "phone_number": CUSTOMER,
        "phone_number_verified": True,
        "email": "customer1@example.com",
        "email_verified": True,
        "birthdate": "1962-08-23",
        "address": {
            "address_type": "home",
            "country": "NO",
            "formatted": "Antonsenhaugen 8\n0258\nBrekke\nNO",
            "postal_code": "0258",
            "region": "Brekke",
            "street_address": "Antonsenhaugen 8",
        },
        "other_addresses": [],
        "gender": "female",
    }


def test_openid_alone_shares_the_sub_only(client: Client) -> None:
    assert set(client.userinfo(scope="openid")) == {"sub", "sid"}


def test_three_addresses_have_three_types(client: Client) -> None:
    claims = client.userinfo("4798765432", scope="openid address")
    assert claims["address"]["address_type"] == "home"
    assert [each["address_type"] for each in claims["other_addresses"]] == ["work", "other"]


def test_the_first_address_is_the_default_whatever_its_type(client: Client) -> None:
    one = {"line1": "Gata 1", "line2": "2. etg", "city": "Oslo", "post_code": "0150", "country": "NO", "type": "work"}
    set_customer(client.emulator, "4790000001", market="NO", addresses=[one, one | {"type": "home"}])
    claims = client.userinfo("4790000001", scope="openid address")
    assert claims["address"]["address_type"] == "work"
    assert claims["address"]["street_address"] == "Gata 1\n2. etg"
    assert claims["address"]["formatted"] == "Gata 1\n2. etg\n0150\nOslo\nNO"
    assert claims["other_addresses"][0]["address_type"] == "home"


def test_a_user_without_addresses_has_an_empty_one(client: Client) -> None:
    claims = client.userinfo("4791000005", scope="openid address")
    assert set(claims["address"].values()) == {""}
    assert set(claims["address"]) == {
        "address_type", "country", "formatted", "postal_code", "region", "street_address"
    }  # fmt: skip
    assert claims["other_addresses"] == []


def test_gender_nin_and_verified_email_are_the_users(client: Client) -> None:
    set_customer(client.emulator, "4790000002", email_verified=False)
    claims = client.userinfo("4790000002", scope=EVERYTHING)
    assert claims["email_verified"] is False
    assert claims.keys().isdisjoint({"gender", "nin"})


def test_nin_needs_permission(shared: Emulator) -> None:
    assert "nin" not in Client(shared, "123457").userinfo(scope="openid nin")


@pytest.mark.parametrize("path", [USERINFO, USERINFO + "/", "/" + USERINFO])
def test_every_spelling_of_the_path_works(client: Client, path: str) -> None:
    token = client.tokens()["access_token"]
    answer = client.emulator.request("GET", f"http://emulator.test{path}", headers={"Authorization": f"bearer {token}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer x.y", "Basic abc", "Bearer a b c"])
def test_without_a_good_token_it_is_401(shared: Emulator, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = shared.request("GET", USERINFO, headers=headers)
    assert_userinfo_problem(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_the_journal_knows_whose_login_it_was(client: Client) -> None:
    client.userinfo()
    newest = client.emulator.control("GET", "/requests?operation=userinfoAuthorizationCode&limit=1").json()
    assert [(each["api"], each["msn"]) for each in newest["requests"]] == [("userinfo", client.msn)]


def test_a_merchants_own_token_is_no_login(client: Client) -> None:
    token = client.emulator.token(client.emulator.unit(client.msn).keys)
    assert_userinfo_problem(userinfo(client.emulator, token), 401)


def test_a_token_is_good_for_ten_minutes_of_the_clock_of_tokens(start: Callable[..., Emulator]) -> None:
    emulator = start(token_clock="emulator")
    token = Client(emulator).tokens()["access_token"]
    emulator.advance("PT9M59S")
    assert userinfo(emulator, token).status_code == 200
    emulator.advance("PT1S")
    answer = userinfo(emulator, token)
    assert_userinfo_problem(answer, 401)
    assert answer.json()["detail"].endswith("expired. The emulator's clock is 10 min ahead of the real one.")


def test_a_subscription_key_is_ignored_with_a_warning_and_refused_in_strict(start: Callable[..., Emulator]) -> None:
    key = {"Ocp_Apim_Subscription_Key": "68df30833f66761fce464509ee43c243"}
    kind, strict = Client(start()), Client(start(strict=True))
    answer = userinfo(kind.emulator, kind.tokens()["access_token"], **key)
    assert answer.status_code == 200
    assert "userinfo-subscription-key" in answer.headers["x-mock-warning"]
    token = strict.tokens()["access_token"]
    assert_userinfo_problem(userinfo(strict.emulator, token, **key), 401)
    assert userinfo(strict.emulator, token).status_code == 200


def shared_by_payment(emulator: Emulator, scope: str = "name email", **fields: Any) -> str:
    """The sub of a payment that shares a profile."""
    reference = f"payment-{uuid.uuid4().hex[:12]}"
    assert emulator.create(reference, profile={"scope": scope}, **fields).status_code == 201
    msn = fields.get("msn", "123456")
    assert emulator.approve(reference, msn=msn).status_code == 200
    sub: str = emulator.get(reference, msn=msn)["profile"]["sub"]
    return sub


def by_sub(emulator: Emulator, sub: str, msn: str = "123456") -> httpx.Response:
    return emulator.request("GET", f"{USERINFO}/{sub}", headers=emulator.headers(msn))


def test_a_payments_sub_is_the_logins_sub_and_resolves(emulator: Emulator) -> None:
    sub = shared_by_payment(emulator)
    answer = by_sub(emulator, sub)
    assert answer.status_code == 200
    claims = answer.json()
    assert re.fullmatch("[0-9a-f]{16}", claims.pop("sid"))
    assert claims == {
        "sub": sub,
        "name": "Karen Myklebust",
        "given_name": "Karen",
        "family_name": "Myklebust",
        "email": "customer1@example.com",
        "email_verified": True,
    }
    assert Client(emulator).userinfo()["sub"] == sub


def test_a_sub_resolves_for_168_hours_and_then_reads_expired(emulator: Emulator) -> None:
    sub = shared_by_payment(emulator, "name address")
    emulator.advance("PT167H59M")
    assert by_sub(emulator, sub).json()["name"] == "Karen Myklebust"
    again = shared_by_payment(emulator, "birthDate")
    assert again == sub
    emulator.advance("PT1M")
    claims = by_sub(emulator, sub).json()
    assert claims["sub"] == sub
    assert claims["name"] == claims["given_name"] == "[Expired]"
    assert set(claims["address"].values()) == {"[Expired]"}
    assert claims["birthdate"] == "1962-08-23"


def test_a_sub_of_another_unit_or_of_nobody_is_unknown(emulator: Emulator) -> None:
    sub = shared_by_payment(emulator)
    assert_userinfo_problem(by_sub(emulator, sub, "123457"), 404)
    for unknown in (str(uuid.uuid4()), "x", Client(emulator).userinfo("4798765432")["sub"]):
        assert_userinfo_problem(by_sub(emulator, unknown), 404)


def test_a_payment_that_shares_nothing_shares_nothing(emulator: Emulator) -> None:
    emulator.create("plain-payment")
    emulator.approve("plain-payment")
    assert_userinfo_problem(by_sub(emulator, Client(emulator).userinfo()["sub"]), 404)


def test_a_sub_needs_a_merchants_token(emulator: Emulator) -> None:
    sub = shared_by_payment(emulator)
    path, headers = f"{USERINFO}/{sub}", emulator.headers()
    assert_userinfo_problem(emulator.request("GET", path), 401)
    login = {"Authorization": f"Bearer {Client(emulator).tokens()['access_token']}"}
    assert_userinfo_problem(emulator.request("GET", path, headers=login), 401)
    assert_userinfo_problem(emulator.request("GET", path, headers=headers | {"Ocp-Apim-Subscription-Key": "x"}), 401)
    assert_userinfo_problem(emulator.request("GET", path, headers=headers | {"Merchant-Serial-Number": "123457"}), 401)
    del headers["Ocp-Apim-Subscription-Key"]
    assert emulator.request("GET", path, headers=headers).status_code == 200


def test_an_unknown_result_shares_when_it_is_known(emulator: Emulator) -> None:
    fields: dict[str, Any] = {"amount": {"currency": "NOK", "value": 201}, "profile": {"scope": "name"}}
    assert emulator.create("slow-payment", **fields).status_code == 201
    assert emulator.approve("slow-payment").status_code == 200
    sub = Client(emulator).userinfo()["sub"]
    assert_userinfo_problem(by_sub(emulator, sub), 404)
    emulator.advance("PT1H")
    assert by_sub(emulator, sub).json()["name"] == "Karen Myklebust"
