"""Who signs tokens: the packaged keys on open servers, keys of their own on those that keep data or have a token."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver.apis.login.services.keys import packaged_elliptic
from mockserver.apis.login.services.login_keys import ELLIPTIC_KEYS
from mockserver.world import jwt
from mockserver.world.services.keyrings import MOST, Keyring
from mockserver.world.services.tokens import ISSUER
from tests.apis.login.client import JWKS, Client, header_of
from tests.harness import Emulator

TOKEN = "open sesame"
ADMIN = {"Authorization": f"Bearer {TOKEN}"}
Start = Callable[..., Emulator]


@pytest.fixture(params=["data", "admin_token"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    return {"data": tmp_path} if request.param == "data" else {"admin_token": TOKEN}


@pytest.fixture
def own(start: Start, settings: dict[str, Any]) -> Emulator:
    return start(**settings)


def forged(client_id: str, kind: str) -> str:
    now = int(time.time()) + 10 * 365 * 24 * 3600
    claims = {"iss": ISSUER, "appid": client_id, "kind": kind, "iat": 0, "nbf": 0, "exp": now}
    return jwt.sign(claims, jwt.packaged())


def ask_with(emulator: Emulator, token: str) -> httpx.Response:
    """For a payment that is not there."""
    return emulator.api("GET", "/payments/first-1", Authorization=f"Bearer {token}")


def manage_with(emulator: Emulator, token: str) -> httpx.Response:
    return emulator.request("GET", "/management/v1/sales-units", headers={"Authorization": f"Bearer {token}"})


def statuses(emulator: Emulator) -> tuple[int, int]:
    """Of calls with forged tokens: a sales unit's, which asks for a payment that is not there, and a partner's."""
    unit = forged(emulator.unit("123456").keys.client_id, "sales-unit")
    [partner, *_] = [each for each in emulator.world.partners if each.management_keys]
    assert partner.management_keys is not None
    partners = forged(partner.management_keys.client_id, "management")
    return ask_with(emulator, unit).status_code, manage_with(emulator, partners).status_code


def test_an_open_server_takes_the_packaged_key(emulator: Emulator) -> None:
    assert statuses(emulator) == (404, 200)


def test_others_do_not(own: Emulator) -> None:
    assert statuses(own) == (401, 401)
    assert own.create().status_code == 201
    assert statuses(own) == (401, 401)


def test_id_tokens_are_not_signed_by_packaged_keys_either(own: Emulator) -> None:
    packaged = {jwt.packaged()["kid"], packaged_elliptic()["kid"]}
    shown = own.request("GET", JWKS).json()["keys"]
    assert [each["alg"] for each in shown] == ["RS256", "ES256"]
    assert packaged.isdisjoint(each["kid"] for each in shown)
    assert own.request("GET", JWKS).json()["keys"] == shown


def test_the_id_token_s_key_is_the_shown_one(start: Start, tmp_path: Path) -> None:
    emulator = start(data=tmp_path)
    token = Client(emulator).tokens()["id_token"]
    shown = emulator.request("GET", JWKS).json()["keys"]
    assert header_of(token)["kid"] == shown[0]["kid"] != jwt.packaged()["kid"]
    assert jwt.verify(token, shown)["iss"]


def control(emulator: Emulator, method: str, path: str, content: bytes | None = None) -> httpx.Response:
    answer = emulator.request(method, f"/_mock{path}", headers=ADMIN, content=content)
    assert answer.status_code == 200, answer.text
    return answer


def good(emulator: Emulator, token: str) -> bool:
    return ask_with(emulator, token).status_code == 404


def token_of(emulator: Emulator) -> str:
    return emulator.token(emulator.unit("123456").keys)


def test_tokens_outlive_resets_snapshots_and_states_without_keys(own: Emulator, start: Start) -> None:
    control(own, "PUT", "/snapshots/before")
    token, shown = token_of(own), own.request("GET", JWKS).content
    for method, path, content in (
        ("POST", "/reset", None),
        ("POST", "/snapshots/before/restore", None),
        ("PUT", "/state", start().control("GET", "/state").content),
        ("POST", "/reset", None),
    ):
        control(own, method, path, content)
        assert good(own, token)
        assert own.request("GET", JWKS).content == shown


def test_tokens_outlive_a_restart_and_a_reset_after_it(start: Start, tmp_path: Path) -> None:
    emulator = start(data=tmp_path)
    token = token_of(emulator)
    for _ in range(2):
        emulator.server.runtime.engine.database.close()
        emulator = start(data=tmp_path)
        assert good(emulator, token)
        control(emulator, "POST", "/reset")
        assert good(emulator, token)


def test_states_bring_their_keys(own: Emulator, start: Start) -> None:
    token, shown = token_of(own), own.request("GET", JWKS).json()["keys"]
    state = control(own, "GET", "/state").content
    for other in (start(), start(admin_token=TOKEN)):
        assert ask_with(other, token).status_code == 401
        control(other, "PUT", "/state", state)
        assert good(other, token)
        assert [key for key in other.request("GET", JWKS).json()["keys"] if key in shown] == shown


def test_each_server_has_its_own(start: Start) -> None:
    first, second = (start(admin_token=TOKEN) for _ in range(2))
    assert not good(second, token_of(first))
    assert good(first, token_of(first))


@pytest.mark.parametrize("how", [{}, {"admin_token": TOKEN}])
def test_rotation_signs_with_a_new_key_and_takes_what_the_old_one_signed(start: Start, how: dict[str, str]) -> None:
    emulator = start(**how)
    before = token_of(emulator)
    kid = control(emulator, "POST", "/token-keys/rotate").json()["kid"]
    emulator._tokens.clear()
    after = token_of(emulator)
    assert header_of(after)["kid"] == kid != header_of(before)["kid"]
    emulator.server.runtime.tokens.clear()
    emulator.server.runtime.callers.clear()
    assert good(emulator, before)
    assert good(emulator, after)


def test_only_the_key_that_a_token_names_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [jwt.generate_elliptic(str(number)) for number in range(30)]
    token = jwt.sign({"sub": "somebody"}, keys[7])
    read: list[str] = []
    imported = jwt._imported

    def reading(key: str) -> Any:
        read.append(json.loads(key)["kid"])
        return imported(key)

    monkeypatch.setattr(jwt, "_imported", reading)
    assert jwt.verify(token, keys) == {"sub": "somebody"}
    assert read == ["7"]
    with pytest.raises(jwt.BadToken):
        jwt.verify(token, keys[8:])
    assert read == ["7"]


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "e30.e30.", "bnVsbA.e30.e30", "W10.e30.e30"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(jwt.BadToken):
        jwt.verify(token, [jwt.packaged()])


def test_the_oldest_key_ends_when_there_are_too_many(emulator: Emulator) -> None:
    ring = Keyring("test_keys", ELLIPTIC_KEYS.packaged, ELLIPTIC_KEYS.generate)
    with emulator.server.runtime.engine.transaction() as tx:
        made = [ring.rotate(tx) for _ in range(MOST + 2)]
        assert ring.all(tx) == [packaged_elliptic(), *made[2:]]
