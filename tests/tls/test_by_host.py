"""``--environment by-host``: the official names have the rules of their environments, all others the emulator's."""

from typing import Any

import httpx
import pytest

from mockserver.settings import load
from tests.harness import Emulator, amount, body, code_of, key_headers

TEST, PRODUCTION, OTHER = "https://apitest.vipps.no", "https://api.vipps.no", "https://localhost:8443"
ORIGINS = (TEST, PRODUCTION, OTHER)


@pytest.fixture
def emulator(start: Any) -> Emulator:
    emulator: Emulator = start(environment="by-host", environments_apart=False)
    return emulator


def call(emulator: Emulator, origin: str, path: str, content: Any = None, key: str = "key-1") -> httpx.Response:
    headers = emulator.headers() | {"Idempotency-Key": key}
    return emulator.request("POST", f"{origin}{path}", headers=headers, json=content)


def pay(emulator: Emulator, origin: str, reference: str, **fields: Any) -> httpx.Response:
    return call(emulator, origin, "/epayment/v1/payments", body(reference, **fields), reference)


def approve(emulator: Emulator, origin: str, reference: str) -> httpx.Response:
    return call(emulator, origin, f"/epayment/v1/test/payments/{reference}/approve")


def lifetime(emulator: Emulator, origin: str) -> int:
    headers = key_headers(emulator.unit("123456").keys)
    return int(emulator.request("POST", f"{origin}/accesstoken/get", headers=headers).json()["expires_in"])


def test_tokens_live_as_long_as_their_environment_says(emulator: Emulator) -> None:
    assert [lifetime(emulator, origin) for origin in ORIGINS] == [3_600, 86_400, 3_600]


@pytest.mark.parametrize("host", ["api.vipps.no:8443", "API.VIPPS.NO", "api.vipps.no"])
def test_port_and_case_of_the_name_do_not_matter(emulator: Emulator, host: str) -> None:
    headers = key_headers(emulator.unit("123456").keys) | {"Host": host}
    assert emulator.request("POST", "/accesstoken/get", headers=headers).json()["expires_in"] == "86400"


@pytest.mark.parametrize("setting", ["emulator", "test", "production"])
def test_without_it_the_name_means_nothing(start: Any, setting: str) -> None:
    emulator = start(environment=setting)
    assert len({lifetime(emulator, origin) for origin in ORIGINS}) == 1


def test_the_test_environment_has_no_card(emulator: Emulator) -> None:
    card = {"type": "CARD"}
    assert [pay(emulator, each, f"card-{n}-1", paymentMethod=card).status_code for n, each in enumerate(ORIGINS)] == [
        400,
        201,
        201,
    ]


def test_production_has_no_test_tools(emulator: Emulator) -> None:
    for number, (origin, status) in enumerate(zip(ORIGINS, (200, 403, 200), strict=True)):
        assert pay(emulator, origin, f"tools-{number}-1").status_code == 201
        assert approve(emulator, origin, f"tools-{number}-1").status_code == status


def test_magic_amounts_are_those_of_the_page_that_is_opened(emulator: Emulator) -> None:
    for number, (origin, state) in enumerate(zip(ORIGINS, ("CREATED", "AUTHORIZED", "CREATED"), strict=True)):
        page = pay(emulator, origin, f"magic-{number}-1", amount=amount(151)).json()["redirectUrl"]
        assert page.startswith(f"{origin}/landing?token=")
        token, html = page.partition("token=")[2], emulator.request("GET", page).text
        csrf = html.split('name="csrf" value="')[1].split('"')[0]
        form = {"token": token, "csrf": csrf, "customer": "4712345678", "action": "approve"}
        emulator.request("POST", f"{origin}/landing", data=form, headers={"Origin": origin})
        assert emulator.get(f"magic-{number}-1")["state"] == state


def test_refunds_fail_by_magic_in_the_test_environment_only(emulator: Emulator) -> None:
    for number, (origin, refunded) in enumerate(zip(ORIGINS, (0, 123, 0), strict=True)):
        reference = f"refund-{number}-1"
        pay(emulator, origin, reference)
        emulator.approve(reference)
        emulator.modify("capture", 10_000, reference, key=f"capture-{number}")
        content = {"modificationAmount": amount(123)}
        call(emulator, origin, f"/epayment/v1/payments/{reference}/refund", content, f"refund-{number}")
        assert emulator.get(reference)["aggregate"]["refundedAmount"]["value"] == refunded


def test_partner_keys_are_not_there_for_the_test_environment_also_when_they_were_used_before(
    emulator: Emulator,
) -> None:
    partner = next(each for each in emulator.world.partners if each.valid_keys)
    keys = partner.valid_keys
    assert keys is not None
    token = emulator.request("POST", f"{PRODUCTION}/accesstoken/get", headers=key_headers(keys)).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Ocp-Apim-Subscription-Key": keys.subscription_key}

    def registrations(origin: str) -> int:
        return emulator.request("GET", f"{origin}/webhooks/v1/webhooks", headers=headers).status_code

    assert [registrations(each) for each in (PRODUCTION, TEST, OTHER, TEST)] == [200, 401, 200, 401]
    assert emulator.request("POST", f"{TEST}/accesstoken/get", headers=key_headers(keys)).status_code == 401


def test_the_management_api_is_absent_as_in_the_test_environment(start: Any, emulator: Emulator) -> None:
    path = "/management/v1/partners/price-packages"
    there = start(environment="test").request("GET", path)
    assert there.status_code == 404
    by_name = emulator.request("GET", f"{TEST}{path}")
    assert (by_name.status_code, by_name.json()) == (404, there.json())
    assert emulator.control("GET", "/requests").json()["requests"][0]["api"] is None
    assert [emulator.request("GET", f"{origin}{path}").status_code for origin in (PRODUCTION, OTHER)] == [401, 401]
    assert emulator.request("POST", f"{TEST}//management/v1/product-orders/").status_code == 404


def test_what_falls_due_has_the_rules_of_no_request(emulator: Emulator) -> None:
    """Production's next call finds that a payment of the test environment has come to its end, and changes nothing."""
    pay(emulator, TEST, "settled-later", amount=amount(201))
    assert approve(emulator, TEST, "settled-later").status_code == 200
    assert emulator.get("settled-later")["state"] == "CREATED"
    emulator.advance("PT1H")
    answer = emulator.request("GET", f"{PRODUCTION}/epayment/v1/payments/settled-later", headers=emulator.headers())
    assert answer.json()["state"] == "AUTHORIZED"


def test_a_trusted_proxy_says_which_name_was_asked_for(start: Any) -> None:
    behind = start(environment="by-host", environments_apart=False, trusted_proxies="127.0.0.0/8")
    headers = key_headers(behind.unit("123456").keys) | {"X-Forwarded-Host": "api.vipps.no"}
    assert behind.request("POST", "/accesstoken/get", headers=headers).json()["expires_in"] == "86400"
    alone = start(environment="by-host", environments_apart=False)
    assert alone.request("POST", "/accesstoken/get", headers=headers).json()["expires_in"] == "3600"


def test_a_decline_by_an_expired_card_is_a_500_under_the_test_name_only(emulator: Emulator) -> None:
    for number, (origin, status, code) in enumerate(((TEST, 500, None), (OTHER, 400, "10010"))):
        reference = f"expired-{number}-1"
        pay(emulator, origin, reference, amount=amount(186))
        answer = approve(emulator, origin, reference)
        assert answer.status_code == status
        assert code is None or code_of(answer) == code


def test_it_is_a_setting_like_the_others() -> None:
    assert load({"environment": "by-host"}, {}).environment == "by-host"
