"""Secrets by their values: whatever they stand under, and however they are written."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.web.accesslog import AccessLog
from mockserver.web.journal import LONGEST_BODY
from mockserver.web.known import _BEGINNING, SHORTEST, Known
from mockserver.web.redaction import REDACTED
from mockserver.web.secrets import Secrets, known
from tests.harness import WORLD, Emulator

KEYS = WORLD.default_unit.keys
SECRET = "aZ+/09=.~-_xyzQ"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0NTYifQ.sig-na_ture"


def knowing(*secrets: str) -> Known:
    found = Known()
    found.add(secrets)
    return found


def by_percent(text: str, form: str = "%{:02X}") -> str:
    return "".join(map(form.format, text.encode()))


def by_unicode(text: str) -> str:
    return "".join(f"\\u{ord(each):04x}" for each in text)


def as_json(text: str) -> str:
    return json.dumps(text)[1:-1]


WAYS: list[Callable[[str], str]] = [
    str,
    str.upper,
    str.lower,
    str.swapcase,
    lambda text: quote(text, safe=""),
    lambda text: quote(quote(text, safe=""), safe=""),
    lambda text: quote(quote(quote(text, safe=""), safe=""), safe=""),
    by_percent,
    lambda text: by_percent(text, "%{:02x}"),
    lambda text: by_percent(by_percent(text)),
    by_unicode,
    lambda text: by_unicode(text).replace("\\u00", "\\x"),
    lambda text: text.replace("/", "\\/"),
    lambda text: as_json(by_unicode(text)),
    lambda text: as_json(text.replace("/", "\\/")),
    lambda text: by_percent(by_unicode(text)),
    lambda text: by_unicode(by_percent(text)),
    lambda text: text.replace("+", " "),
]
# Some ways leave a sign that begins escapes as it is, which makes another text of it.
characters = st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="%\\")
secrets = st.text(characters, min_size=SHORTEST, max_size=80)
# Without what an escape before it would make another text of.
around = st.text(st.characters(codec="utf-8", exclude_characters="%\\"), max_size=30)


@given(secrets, st.lists(secrets, max_size=20), st.sampled_from(WAYS), around, around)
def test_a_secret_is_taken_out_however_it_is_written(
    secret: str, others: list[str], way: Callable[[str], str], before: str, after: str
) -> None:
    cleaned = knowing(secret, *others).without(f"{before}{way(secret)}{after}")
    assert way(secret) not in cleaned
    assert REDACTED in cleaned


@pytest.mark.parametrize("way", [str, quote, by_percent, by_unicode, as_json, lambda text: quote(as_json(text))])
def test_a_secret_may_have_signs_that_begin_escapes(way: Callable[[str], str]) -> None:
    secret = "some-a%41b\\c\\u0041%"
    assert knowing(secret).without(f"x{way(secret)}x") == f"x{REDACTED}x"


@given(secrets, st.sampled_from(WAYS), around, around)
def test_nothing_else_goes_with_it(secret: str, way: Callable[[str], str], before: str, after: str) -> None:
    text = f"{before}\n{way(secret)}\n{after}"
    known = knowing(secret)
    if known.without(f"{before}\n") == f"{before}\n" and known.without(f"\n{after}") == f"\n{after}":
        assert known.without(text) == f"{before}\n{REDACTED}\n{after}"


@given(st.lists(secrets, max_size=5), st.text(max_size=200))
def test_a_text_without_secrets_is_left_alone(some: list[str], text: str) -> None:
    if "eyj" not in text.lower() and not any(character in text for character in "%\\"):
        known, plain = knowing(*some), text.lower().replace(" ", "+")
        if not any(secret.lower() in plain for secret in some):
            assert known.without(text) == text


@given(secrets, st.sampled_from(WAYS), around, st.data())
def test_the_beginning_of_a_secret_at_a_cut_is_taken_out(
    secret: str, way: Callable[[str], str], before: str, data: st.DataObject
) -> None:
    written = way(secret)
    begun = way(secret[:_BEGINNING])
    if not written.startswith(begun):
        return  # the beginning is another text
    at = data.draw(st.integers(len(begun), len(written)))
    cleaned = knowing(secret).without_bytes(f"{before}{written[:at]}".encode(), cut=True).decode()
    assert cleaned.endswith(REDACTED)
    assert begun not in cleaned[len(before) :] or begun in REDACTED


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "frame",
    ["{}", "a={}&b", "x.{}", "~{}", "/payments/{}/x", "client_secret: {}", '{{"client_secret":"{}"}}', "id{}id"],
)
def test_no_part_is_left_whatever_the_secret_stands_beside(emulator: Emulator, way: Any, frame: str) -> None:
    emulator.server.runtime.engine.parts.of(Secrets).learn(SECRET)
    content = frame.format(way(SECRET))
    emulator.request("POST", "/epayment/v1/payments", headers=emulator.headers(), content=content.encode())
    [shown] = emulator.control("GET", "/requests?limit=1").json()["requests"]
    assert shown["request"]["body"] == frame.format(REDACTED)


@pytest.mark.parametrize(
    "text", [JWT, f"id{JWT}", f"-{JWT}", JWT.swapcase(), by_percent(JWT), by_unicode(JWT), f"a.b.{JWT}"]
)
def test_a_jwt_is_taken_out_wherever_it_stands(text: str) -> None:
    cleaned = Known().without(f"({text})")
    assert cleaned in (f"({REDACTED})", f"(id{REDACTED})", f"(-{REDACTED})", f"(a.b.{REDACTED})")


@pytest.mark.parametrize("at", [7, 12, 20, 21, 25, 40, len(JWT) - 1])
def test_a_jwt_that_is_cut_off_is_taken_out(at: int) -> None:
    assert Known().without_bytes(f"token {JWT[:at]}".encode(), cut=True).decode() == f"token {REDACTED}"


def test_other_words_with_dots_are_left_alone() -> None:
    text = "shop.monkeyjungle-example.com, eyJ.a.b"
    assert Known().without(text) == text


class Counting(set[bytes]):
    """Counts how often somebody looks into it."""

    looks = 0

    def __contains__(self, thing: object) -> bool:
        self.looks += 1
        return super().__contains__(thing)


@pytest.mark.parametrize("unit", [SECRET, SECRET[:9], SECRET[:5], "aZ+/aZ+/", "x", by_percent(SECRET), "\\"])
def test_twice_the_text_takes_twice_the_looks_however_many_secrets_there_are(unit: str) -> None:
    def looks(length: int) -> int:
        known = knowing(*(f"{SECRET}{number:06}" for number in range(2000)), SECRET)
        known._secrets = counting = Counting(known._secrets)
        known.without((unit * length)[:length])
        return counting.looks

    short, long = looks(20_000), looks(40_000)
    assert long <= 2 * short + 50
    assert long <= 3 * 40_000


@pytest.mark.parametrize(
    "unit",
    [
        *("eyJ", "-eyJ", "eyJ-", "eyJ.", "eyJaaaaaaaa.", ".eyJ", "a.", SECRET),
        *("%", "%4", "%41", "%25", "%252541", "\\", "\\u00", "\\u0041"),
    ],
)
@pytest.mark.parametrize("cut", [False, True])
def test_a_large_text_is_cleaned_in_no_time(unit: str, cut: bool) -> None:
    # Real time is not asserted: what is not linear would take minutes here.
    content = (unit * 1_000_000)[:1_000_000].encode()
    assert len(knowing(SECRET).without_bytes(content, cut=cut)) >= len(REDACTED)


@pytest.mark.parametrize("secret", [KEYS.client_secret, KEYS.subscription_key], ids=["client secret", "key"])
def test_keys_are_taken_out_of_every_part_of_an_entry(emulator: Emulator, secret: str) -> None:
    headers = emulator.headers(X_Odd=secret, Referer=f"https://shop.test/{secret}.html", **{secret.strip("=/+"): "x"})
    emulator.request("GET", f"/epayment/v1/payments/{quote(secret, safe='')}?a={quote(secret)}b", headers=headers)
    emulator.api("POST", "/payments", {"foo": secret, "reference": secret}, key=secret)
    found = emulator.control("GET", "/requests").text
    assert secret not in found
    assert secret.strip("=/+").lower() not in found.lower()
    assert REDACTED in found


def webhook_secret(emulator: Emulator) -> list[str]:
    asked = {"url": "https://shop.example.com/hook", "events": ["epayments.payment.created.v1"]}
    answer = emulator.request("POST", "/webhooks/v1/webhooks", json=asked, headers=emulator.headers())
    assert answer.status_code == 201, answer.text
    return [answer.json()["secret"]]


def access_token(emulator: Emulator) -> list[str]:
    return [emulator.token(emulator.unit("123456").keys)]


def admin_token(emulator: Emulator) -> list[str]:
    return ["the-admin-token"]


MADE = [webhook_secret, access_token, admin_token]


def shown_of(emulator: Emulator, secret: str) -> str:
    emulator.request("GET", f"/elsewhere/{quote(secret, safe='')}", headers={"X-Odd": f"x{secret}x"})
    answer = emulator.request("GET", "/_mock/requests?limit=1", headers={"Authorization": "Bearer the-admin-token"})
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.parametrize("make", MADE)
def test_what_is_made_later_is_taken_out_too(start: Callable[..., Emulator], make: Any) -> None:
    emulator = start(admin_token="the-admin-token")
    for secret in make(emulator):
        assert secret not in shown_of(emulator, secret)


@pytest.mark.parametrize("make", MADE)
def test_what_an_earlier_start_made_is_taken_out_too(start: Callable[..., Emulator], make: Any, tmp_path: Path) -> None:
    before = start(admin_token="the-admin-token", data=tmp_path)
    made = make(before)
    before.close()
    after = start(admin_token="the-admin-token", data=tmp_path)
    for secret in made:
        assert secret not in shown_of(after, secret)


def test_a_secret_at_the_cut_of_a_body_is_taken_out(emulator: Emulator) -> None:
    secret = KEYS.client_secret
    for left in range(_BEGINNING, len(secret)):
        content = "x" * (LONGEST_BODY - left) + secret + "x" * 100
        emulator.request("POST", "/epayment/v1/payments", headers=emulator.headers(), content=content.encode())
        [entry] = emulator.control("GET", "/requests?limit=1").json()["requests"]
        assert entry["request"]["body"].endswith(f"x{REDACTED}")


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_access_log_takes_them_out(emulator: Emulator, form: str) -> None:
    out = io.StringIO()
    log = AccessLog(form, out, secrets=lambda: known(emulator.server.runtime.engine.reading()))
    secret = KEYS.subscription_key
    for written in (secret, by_percent(secret), by_percent(by_percent(secret)), secret.upper()):
        emulator.request("GET", f"/epayment/v1/payments/x{quote(written)}x", headers=emulator.headers())
        entry: Any = next(iter(emulator.server.runtime.journal.newest()))
        log._waiting.append((0, entry))
        log.flush()
        assert written not in out.getvalue()
    assert out.getvalue().count(f"x{REDACTED}") == (4 if form == "text" else 8)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nothing/{}"),
        ("GET", "/payments/{}/x"),
        ("DELETE", "/payments/{}/x"),
        ("GET", "/customers/{}"),
        ("GET", "/requests?{}=1"),
        ("GET", "/requests?limit={}"),
        ("GET", "/requests?operation={}"),
        ("GET", "/webhooks/deliveries?event={}"),
        ("POST", "/webhooks/{}/enable"),
    ],
)
@pytest.mark.parametrize("secret", [KEYS.client_secret, KEYS.subscription_key, JWT, "the-admin-token"])
@pytest.mark.parametrize("allowed", [True, False])
def test_refusals_of_the_control_api_repeat_no_key(
    start: Callable[..., Emulator], method: str, path: str, secret: str, allowed: bool
) -> None:
    emulator = start(admin_token="the-admin-token")
    headers = {"Authorization": "Bearer the-admin-token"} if allowed else {}
    answer = emulator.request(method, f"/_mock{path.format(quote(secret, safe=''))}", headers=headers)
    assert 400 <= answer.status_code < 500
    assert secret not in answer.text
    assert secret.strip("=") not in answer.text
