"""Which clock tokens go by: the client's own, unless told otherwise."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockserver.core.clock import Clock
from tests.apis.helpers import set_customer
from tests.apis.login.client import CUSTOMER, Client, claims_of, userinfo
from tests.apis.login.till import Till
from tests.harness import START, WORLD, Emulator, key_headers

NOW = START // 1000


def fetched(emulator: Emulator) -> dict[str, Any]:
    """The answer of the standard token endpoint."""
    content: dict[str, Any] = emulator.request(
        "POST", "/accesstoken/get", headers=key_headers(WORLD.default_unit.keys)
    ).json()
    return content


@pytest.mark.parametrize(("clock", "ahead"), [("wall", 0), ("emulator", 660)])
def test_after_moving_the_clock_new_tokens_go_by(start: Callable[..., Emulator], clock: str, ahead: int) -> None:
    emulator = start(token_clock=clock)
    emulator.advance("PT11M")
    client = Client(emulator)
    claims = claims_of(emulator, client.tokens()["id_token"])
    assert (claims["iat"], claims["auth_time"], claims["rat"]) == (NOW + ahead,) * 3
    assert claims["exp"] == NOW + ahead + 3600
    till = Till(emulator)
    auth_req_id = till.begin()
    till.act(auth_req_id, "confirm")
    claims = claims_of(emulator, till.poll(auth_req_id).json()["id_token"])
    assert (claims["iat"], claims["auth_time"], claims["rat"]) == (NOW + ahead,) * 3
    token = fetched(emulator)
    assert (token["not_before"], token["expires_on"]) == (str(NOW + ahead), str(NOW + ahead + 3600))


def test_moving_the_clock_between_the_steps_of_a_login_puts_no_time_before_another(emulator: Emulator) -> None:
    client = Client(emulator)
    set_customer(emulator, CUSTOMER, login="delayed", login_delay=60)
    till = Till(emulator)
    auth_req_id = till.begin()
    emulator.advance("PT5M")
    claims = claims_of(emulator, till.poll(auth_req_id).json()["id_token"])
    assert (claims["rat"], claims["auth_time"], claims["iat"]) == (NOW, NOW, NOW)
    assert client.msn == till.msn


def test_moving_the_clock_ends_no_token_of_a_client(emulator: Emulator) -> None:
    headers, token = emulator.headers(), Client(emulator).tokens()["access_token"]
    keys = next(each.management_keys for each in WORLD.partners if each.management_keys)
    fields = {"data": {"grant_type": "client_credentials"}, "auth": (keys.client_id, keys.client_secret)}
    special = emulator.request("POST", "/miami/v1/token", **fields).json()["access_token"]
    emulator.advance("P40D")
    assert emulator.request("GET", "/epayment/v1/payments/none-such", headers=headers).status_code == 404
    assert userinfo(emulator, token).status_code == 200
    bearer = {"Authorization": f"Bearer {special}"}
    assert emulator.request("GET", "/management/v1/sales-units", headers=bearer).status_code == 200


@pytest.mark.parametrize("frozen", [False, True])
def test_tokens_end_by_the_real_time(start: Callable[..., Emulator], frozen: bool) -> None:
    emulator = start()
    real = [START]
    emulator.server.runtime.engine.clock = Clock(lambda: real[0])
    if frozen:
        emulator.control("POST", "/clock/freeze")
    headers, token = emulator.headers(), Client(emulator).tokens()["access_token"]
    real[0] += 600_000
    answer = userinfo(emulator, token)
    assert (answer.status_code, answer.json()["detail"]) == (401, "The access token has expired.")
    real[0] += 3_000_000
    answer = emulator.request("GET", "/epayment/v1/payments/none-such", headers=headers)
    assert (answer.status_code, answer.json()["message"]) == (401, "Unauthorized. The access token has expired.")


def test_an_expired_token_says_how_far_the_emulators_clock_is_ahead(start: Callable[..., Emulator]) -> None:
    emulator = start(token_clock="emulator")
    headers, token = emulator.headers(), Client(emulator).tokens()["access_token"]
    emulator.advance("P1DT2H33M")
    ahead = "The emulator's clock is 1 d 2 h 33 min ahead of the real one."
    answer = emulator.request("GET", "/epayment/v1/payments/none-such", headers=headers)
    assert (answer.status_code, answer.json()["message"]) == (
        401,
        f"Unauthorized. The access token has expired. {ahead}",
    )
    assert userinfo(emulator, token).json()["detail"] == f"The access token has expired. {ahead}"


def test_an_expired_code_says_so_too(emulator: Emulator) -> None:
    client = Client(emulator)
    code = client.code()
    emulator.advance("PT2M")
    debug = client.exchange(code).json()["error_debug"]
    assert debug == "The code has expired. The emulator's clock is 2 min ahead of the real one."


def test_tokens_repeat_with_a_seed_a_frozen_clock_and_the_emulators_clock(start: Callable[..., Emulator]) -> None:
    tokens = []
    for real in (START, START + 5000):
        emulator = start(token_clock="emulator", seed="again")
        emulator.server.runtime.engine.clock = Clock(lambda real=real: real)  # type: ignore[misc]
        emulator.control("POST", "/clock/freeze")
        emulator.control("POST", "/clock/set", {"at": "2031-01-01T00:00:00Z"})
        tokens.append((fetched(emulator)["access_token"], Client(emulator).tokens()["id_token"]))
    assert tokens[0] == tokens[1]


def test_a_token_outlives_a_restart_with_a_moved_clock(start: Callable[..., Emulator], tmp_path: Path) -> None:
    emulator = start(data=tmp_path)
    headers, token = emulator.headers(), Client(emulator).tokens()["access_token"]
    emulator.advance("PT2H")
    emulator.server.runtime.engine.database.close()
    again = start(data=tmp_path)
    assert again.request("GET", "/epayment/v1/payments/none-such", headers=headers).status_code == 404
    assert userinfo(again, token).status_code == 200
