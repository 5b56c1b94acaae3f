"""Partners that begin a login with the unit's MSN."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.apis.login.client import AUTH, CALLBACK, STATE, Client, assert_page, claims_of
from tests.harness import ORIGIN, Emulator

PARTNERS_UNIT = "523456"
ASKED = {
    "msn": PARTNERS_UNIT,
    "response_type": "code",
    "scope": "openid name",
    "state": STATE,
    "redirect_uri": CALLBACK,
}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_msn_is_sent_on_to_the_same_address_with_the_client_id(emulator: Emulator, method: str) -> None:
    client = Client(emulator, PARTNERS_UNIT)
    answer = emulator.request(method, AUTH, **{"params" if method == "GET" else "data": ASKED})
    assert answer.status_code == 302, answer.text
    location = urlsplit(answer.headers["location"])
    assert f"{location.scheme}://{location.netloc}{location.path}" == f"{ORIGIN}{AUTH}"
    others = {name: value for name, value in ASKED.items() if name != "msn"}
    assert dict(parse_qsl(location.query)) == others | {"client_id": client.client_id}
    assert "/login?session=" in emulator.request("GET", answer.headers["location"]).headers["location"]


@pytest.mark.parametrize("begin_with", ["msn", "client_id"])
def test_the_partner_exchanges_the_code_and_is_told_the_msn(emulator: Emulator, begin_with: str) -> None:
    client = Client(emulator, PARTNERS_UNIT)
    partner = next(each for each in emulator.world.partners if each.keys)
    assert partner.keys is not None
    bearer = {"Authorization": f"Bearer {emulator.token(partner.keys)}", "Merchant-Serial-Number": PARTNERS_UNIT}
    client_id = PARTNERS_UNIT
    if begin_with == "msn":
        onward = emulator.request("GET", AUTH, params=ASKED).headers["location"]
        client_id = dict(parse_qsl(urlsplit(onward).query))["client_id"]
    answer = client.exchange(client.code(client_id=client_id), headers=bearer)
    assert answer.status_code == 200, answer.text
    claims = claims_of(emulator, answer.json()["id_token"])
    assert (claims["aud"], claims["msn"]) == ([client_id], PARTNERS_UNIT)


@pytest.mark.parametrize("msn", ["123456", "999999", "x"])
def test_an_msn_of_no_partner_is_a_page(emulator: Emulator, msn: str) -> None:
    assert_page(emulator.request("GET", AUTH, params=ASKED | {"msn": msn}), 401, "partner")


def test_the_test_environment_has_no_partner_keys(start: Callable[..., Emulator]) -> None:
    emulator = start(environment="test")
    assert_page(emulator.request("GET", AUTH, params=ASKED), 401)
    assert_page(Client(emulator, PARTNERS_UNIT).authorize(client_id=PARTNERS_UNIT), 401)


def test_msn_twice_is_a_page(emulator: Emulator) -> None:
    answer = emulator.request("GET", AUTH, params=[*ASKED.items(), ("msn", "523457")])
    assert_page(answer, 400)
    assert "more than once" in answer.text
