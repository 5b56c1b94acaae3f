"""The customer's pages of a login: who, confirm, consent, back; remembered browsers; personas; what protects them."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from mockserver.core.fetching import Errand
from mockserver.webhooks.delivery.outgoing import Answer
from tests.apis.helpers import set_customer
from tests.apis.login.browser import LoginBrowser
from tests.apis.login.client import (
    BASE,
    CALLBACK,
    CUSTOMER,
    PKCE,
    STATE,
    VERIFIER,
    Client,
    assert_page,
    assert_sent_back,
    claims_of,
    query_of,
    userinfo,
)
from tests.harness import START, Emulator

XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@pytest.fixture
def client(emulator: Emulator) -> Client:
    return Client(emulator)


def visit(client: Client, **parameters: Any) -> LoginBrowser:
    """A browser on the first page of a new login."""
    answer = client.authorize(**parameters)
    browser = LoginBrowser(client.emulator)
    browser.open(answer.headers["location"])
    assert browser.answer.status_code == 200, browser.answer.text
    return browser


def confirmed(client: Client, **parameters: Any) -> LoginBrowser:
    """A browser on the page after the number."""
    browser = visit(client, **parameters)
    browser.press("continue")
    browser.press(browser.number)
    return browser


def test_a_login_from_the_first_page_to_userinfo(client: Client) -> None:
    browser = visit(client, scope="openid name address", **PKCE)
    assert "Helland nettbutikk" in browser.page.text
    assert CUSTOMER in browser.page.choices["customer"]
    page = browser.press("continue")
    assert "Confirm in the app" in page.text
    assert browser.number in page.buttons
    page = browser.press(browser.number)
    assert "Karen Myklebust" in page.text
    assert "Antonsenhaugen 8" in page.text
    assert page.buttons == ["accept", "cancel"]
    browser.press("accept")
    back = query_of(browser.target)
    assert browser.target.startswith(f"{CALLBACK}?")
    assert back["state"] == STATE
    assert browser.page.all("a")[0]["href"] == browser.target
    tokens = client.exchange(back["code"], code_verifier=VERIFIER).json()
    assert userinfo(client.emulator, tokens["access_token"]).json()["name"] == "Karen Myklebust"


def test_a_typed_number_wins_and_makes_a_customer(client: Client) -> None:
    browser = visit(client)
    browser.press("continue", phone="+47 90 00 00 09")
    browser.press(browser.number)
    assert "Customer 0009" in browser.page.text


@pytest.mark.parametrize("phone", ["12", "not a number", "4" * 20, "004712345678"])
def test_a_bad_number_is_told_and_asked_again(client: Client, phone: str) -> None:
    browser = visit(client)
    page = browser.press("continue", phone=phone)
    assert browser.refused
    assert page.message == "alert"
    assert "Enter the number with country code, for example 4712345678" in page.described("phone")
    assert page.fields["phone"] == phone
    assert page.buttons == ["continue", "cancel"]


def test_nobody_picked_is_told(client: Client) -> None:
    browser = visit(client)
    browser.press("continue", customer=None)
    assert browser.refused


def test_a_hint_fills_the_number_in(client: Client) -> None:
    assert visit(client, login_hint="urn:msisdn:4798765432").page.fields["phone"] == "4798765432"
    assert visit(client, login_hint="karen@example.com").page.fields["phone"] == ""


def test_customers_are_those_of_the_market_that_was_asked_for(client: Client) -> None:
    assert visit(client, market="DK").page.choices["customer"][:2] == ["4512345678", "4591000001"]


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_cancel_goes_back_with_access_denied(client: Client, steps: int) -> None:
    browser = visit(client)
    if steps > 0:
        browser.press("continue")
    if steps > 1:
        browser.press(browser.number)
    browser.press("cancel")
    assert query_of(browser.target)["error"] == "access_denied"
    assert query_of(browser.target)["state"] == STATE


def test_the_wrong_number_is_wrong_challenge(client: Client) -> None:
    browser = visit(client)
    browser.press("continue")
    wrong = next(each for each in browser.page.buttons if each not in (browser.number, "cancel"))
    browser.press(wrong)
    assert query_of(browser.target)["error"] == "wrong_challenge"


def test_openid_alone_needs_no_consent(client: Client) -> None:
    browser = confirmed(client, scope="openid")
    assert "code" in query_of(browser.target)


def test_consent_is_asked_once_and_again_for_more(client: Client) -> None:
    confirmed(client).press("accept")
    assert "code" in query_of(confirmed(client).target)
    assert "Share your data" in confirmed(client, scope="openid name email").page.text
    assert "Share your data" in confirmed(client, prompt="consent").page.text


def test_a_remembered_browser_skips_the_app_and_the_given_consent(start: Callable[..., Emulator]) -> None:
    emulator = start(token_clock="emulator")
    client = Client(emulator)
    browser = visit(client)
    browser.press("continue", remember="yes")
    browser.press(browser.number)
    browser.press("accept")
    emulator.advance("PT1H")
    assert "code" in query_of(client.authorize().headers["location"])
    assert "code" in query_of(client.authorize(prompt="none").headers["location"])
    assert_sent_back(client.authorize(prompt="none", scope="openid email"), "consent_required")
    assert "Share your data" in visit(client, scope="openid email").page.text
    for again in ({"prompt": "login"}, {"acr_values": "urn:vipps:acr:app_auth"}, {"max_age": "3599"}):
        assert "Who are you?" in visit(client, **again).page.text
    assert_sent_back(client.authorize(prompt="none", acr_values="urn:vipps:acr:app_auth"), "login_required")
    code = query_of(client.authorize().headers["location"])["code"]
    claims = claims_of(emulator, client.exchange(code).json()["id_token"])
    assert claims["iat"] - claims["auth_time"] == 3600
    assert "acr" not in claims


def test_logging_out_forgets_the_browser(client: Client) -> None:
    browser = visit(client)
    browser.press("continue", remember="yes")
    browser.press(browser.number)
    browser.press("accept")
    tokens = client.exchange(query_of(browser.target)["code"]).json()
    path = f"{BASE}/oauth2/sessions/logout"
    evil = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": "https://evil.example.com/"}
    assert_page(client.emulator.request("GET", path, params=evil), 400)
    assert "code" in client.authorize().headers["location"]
    assert_page(client.emulator.request("GET", path, params={"id_token_hint": "a.b.c"}), 400)
    good = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": CALLBACK, "state": "s"}
    answer = client.emulator.request("GET", path, params=good)
    assert answer.headers["location"] == f"{CALLBACK}?state=s"
    assert "login?session" in client.authorize().headers["location"]
    assert_page(client.emulator.request("POST", path), 200, "Logged out")


def test_nobody_is_remembered_unasked(client: Client) -> None:
    confirmed(client).press("accept")
    assert "login?session" in client.authorize().headers["location"]


def test_an_app_flow_matches_no_number_and_waits_for_a_tap_to_go_back(client: Client) -> None:
    client.set_up(app_callback_uris=["myapp://back"])
    asked = {"requested_flow": "app_to_app", "app_callback_uri": "myapp://back", "final_redirect_is_app": "true"}
    browser = visit(client, scope="openid", **asked)
    assert "do you want to log in" in browser.press("continue").text
    page = browser.press("accept")
    assert [each for each in page.all("meta") if each.get("http-equiv")] == []
    links = [str(each["href"]) for each in page.all("a")]
    assert "code" in query_of(links[0])
    assert links[1] == "myapp://back"


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [("cancels", "access_denied"), ("wrong-number", "wrong_challenge"), ("old-app", "outdated_app_version")],
)
def test_some_customers_fail(client: Client, behaviour: str, error: str) -> None:
    set_customer(client.emulator, CUSTOMER, login=behaviour)
    browser = visit(client)
    browser.press("continue")
    assert query_of(browser.target)["error"] == error


def test_some_customers_confirm_at_once(client: Client) -> None:
    set_customer(client.emulator, CUSTOMER, login="at-once")
    browser = visit(client)
    browser.press("continue")
    assert "code" in query_of(browser.target)


def test_some_customers_take_their_time_and_some_never_come(client: Client) -> None:
    emulator = client.emulator
    set_customer(emulator, CUSTOMER, login="delayed", login_delay=30)
    browser = visit(client)
    page = browser.press("continue")
    url = str(browser.answer.request.url)
    assert "Waiting for Karen" in page.text
    assert browser.target == "2"
    emulator.advance("PT29S")
    assert "Waiting" in browser.open(url).text
    emulator.advance("PT1S")
    browser.open(url)
    assert "code" in query_of(browser.target)
    set_customer(emulator, CUSTOMER, login="never")
    browser = visit(client)
    browser.press("continue")
    page_url = str(browser.answer.request.url).replace("&returning=yes", "")
    emulator.advance("PT10M")
    answer = emulator.request("GET", page_url)
    assert_sent_back(answer, "server_error")


def test_a_delayed_user_who_cancels_does_not_confirm_later(client: Client) -> None:
    set_customer(client.emulator, CUSTOMER, login="delayed")
    browser = visit(client)
    browser.press("continue")
    browser.press("cancel")
    client.emulator.advance("PT1M")
    newest = client.emulator.control("GET", "/logins?limit=1").json()["logins"][0]
    assert (newest["state"], newest["error"]) == ("rejected", "access_denied")


def test_a_login_confirmed_from_outside_goes_on_from_any_page(client: Client) -> None:
    browser = visit(client)
    newest = client.emulator.control("GET", "/logins?limit=1").json()["logins"][0]
    approved = client.emulator.control("POST", f"/logins/{newest['id']}/approve", {"customer": "4798765432"}).json()
    assert approved["customer"] == "4798765432"
    browser.press("continue")
    assert browser.target == approved["redirectTo"]
    page = client.emulator.request("GET", newest["page"])
    assert (page.status_code, page.headers["location"]) == (302, approved["redirectTo"])


def test_a_used_code_is_not_sent_again(client: Client) -> None:
    browser = confirmed(client, scope="openid")
    url = str(browser.answer.request.url)
    client.exchange(query_of(browser.target)["code"])
    for again in (url, url.replace("&returning=yes", "")):
        page = browser.open(again)
        assert browser.answer.status_code == 200
        assert "You can close this page" in page.text
        assert "code=" not in browser.answer.text


@pytest.mark.parametrize(
    ("phone", "state", "error"),
    [
        ("4792000001", "approved", None),
        ("4792000002", "approved", None),
        ("4792000003", "waiting", None),
        ("4792000004", "rejected", "access_denied"),
        ("4792000005", "rejected", "wrong_challenge"),
        ("4792000006", "rejected", "outdated_app_version"),
    ],
)
def test_customers_of_the_default_world_do_as_the_readme_says(
    client: Client, phone: str, state: str, error: str | None
) -> None:
    visit(client).press("continue", phone=phone)
    client.emulator.advance("PT5S")
    newest = client.emulator.control("GET", "/logins?limit=1").json()["logins"][0]
    assert (newest["state"], newest["error"]) == (state, error)


CONSENTS = {
    "heading": "Shall we write?",
    "consents": [{"id": "email", "text": "By email", "required": True}, {"id": "sms", "text": "By SMS"}],
}


def test_marketing_consents_are_asked_with_the_units_texts_and_told_once(client: Client) -> None:
    client.set_up(delegated_consents=CONSENTS)
    scope = "openid name delegatedConsents"
    browser = confirmed(client, scope=scope)
    assert "Shall we write?" in browser.page.text
    page = browser.press("accept", **{"marketing-sms": "yes"})
    assert browser.refused
    assert "tick: By email" in page.text
    assert page.fields["marketing-sms"] == "yes"
    [needed] = [each for each in page.all("input") if each.get("name") == "marketing-email"]
    assert (needed["aria-invalid"], needed["aria-describedby"]) == ("true", "consent-error")
    assert page.by_id["consent-error"]
    browser.press("accept", **{"marketing-sms": None})
    browser.press("accept", **{"marketing-email": "yes"})
    tokens = client.exchange(query_of(browser.target)["code"]).json()
    told = userinfo(client.emulator, tokens["access_token"]).json()["delegatedConsents"]
    assert told["heading"] == "Shall we write?"
    assert set(told) == {
        "language", "heading", "termsDescription", "confirmConsentButtonText", "links", "timeOfConsent", "consents",
    }  # fmt: skip
    assert told["consents"] == [
        {"id": "email", "accepted": True, "required": True, "textDisplayedToUser": "By email"},
        {"id": "sms", "accepted": False, "required": False, "textDisplayedToUser": "By SMS"},
    ]
    assert "delegatedConsents" not in client.userinfo(scope=scope)


def test_a_custom_flow_shows_its_screens_and_tells_what_was_ticked(client: Client) -> None:
    element = {"id": "club", "title": "Join the club", "description": "Free of charge"}
    link = {"title": "Rules", "url": "https://example.com/rules"}
    screen = {"title": "One more thing", "links": [link], "elements": [element, element | {"id": "news"}]}
    client.set_up(custom_flow={"language": "NO", "screens": [screen]})
    browser = confirmed(client, scope="openid customFlow")
    assert "One more thing" in browser.page.text
    browser.press("accept", **{"flow-club": "yes"})
    tokens = client.exchange(query_of(browser.target)["code"]).json()
    told = userinfo(client.emulator, tokens["access_token"]).json()["flowResult"]
    assert told["language"] == "NO"
    [shown] = told["screens"]
    assert shown["terms"] == {"links": [link]}
    assert [(each["id"], each["checked"]) for each in shown["elements"]] == [("club", True), ("news", False)]
    assert "flowResult" not in client.userinfo(scope="openid customFlow")


def test_texts_that_are_not_set_up_are_not_asked_for(client: Client) -> None:
    client.set_up(delegated_consents=None)
    assert client.callback(scope="openid delegatedConsents customFlow")["scope"] == "openid"


def test_a_user_withdraws_on_a_page_of_their_own(client: Client) -> None:
    tokens = client.tokens(scope="openid name email")
    browser = LoginBrowser(client.emulator)
    page = browser.open(f"/wallet/{CUSTOMER}/consents")
    assert "Helland nettbutikk" in page.text
    assert "Email address" in page.text
    browser.send(page.fields | {"msn": "123456"})
    assert "Nobody has access" in browser.page.text
    assert userinfo(client.emulator, tokens["access_token"]).status_code == 401
    assert "Share your data" in confirmed(client).page.text
    assert client.emulator.request("GET", "/wallet/4799999999/consents").status_code == 404


def test_withdrawing_tells_the_units_webhook(client: Client) -> None:
    client.set_up(consent_webhook_url="http://127.0.0.1:9/hook")
    client.tokens()
    withdrawn = client.emulator.control("POST", f"/consents/123456/{CUSTOMER}/withdraw")
    assert withdrawn.status_code == 200
    assert withdrawn.json()["webhook"].startswith("not delivered")
    sent = client.emulator.control("GET", "/requests?api=login&operation=CONSENT_REVOKED").json()["requests"]
    assert [(each["path"], each["msn"]) for each in sent] == [("http://127.0.0.1:9/hook", "123456")]
    assert sent[0]["durationMs"] > 0
    assert client.emulator.control("GET", "/consents").json() == {"consents": []}
    assert client.emulator.control("POST", f"/consents/123456/{CUSTOMER}/withdraw").status_code == 404


def test_the_webhook_of_a_withdrawal_is_an_unsigned_token_as_text(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[str, dict[str, str], bytes]] = []

    async def fetch(url: str, headers: dict[str, str], body: bytes, errand: Errand) -> Answer:
        sent.append((url, headers, body))
        assert errand == Errand("login", "CONSENT_REVOKED", client.msn)
        return Answer(204, b"")

    monkeypatch.setattr(client.emulator.server.runtime, "fetch", fetch)
    client.set_up(consent_webhook_url="https://shop.example.com/withdrawn")
    sub = client.userinfo()["sub"]
    withdrawn = client.emulator.control("POST", f"/consents/123456/{CUSTOMER}/withdraw").json()
    assert withdrawn["webhook"] == "answered 204"
    [(url, headers, body)] = sent
    assert (url, headers) == ("https://shop.example.com/withdrawn", {"Content-Type": "text/plain"})
    head, payload = (json.loads(urlsafe_b64decode(part + "==")) for part in body.decode().split("."))
    assert head == {"alg": "none", "typ": "JWT"}
    now = START // 1000
    assert payload == {"exp": now + 300, "iat": now, "nbf": now, "sub": sub, "event": "CONSENT_REVOKED"}


@pytest.mark.parametrize("changes", [{"csrf": None}, {"csrf": ""}, {"csrf": "of-another-page"}])
def test_a_forged_form_does_nothing(client: Client, changes: dict[str, str | None]) -> None:
    browser = visit(client)
    browser.press("cancel", **changes)
    assert browser.answer.status_code == 403
    assert client.emulator.control("GET", "/logins").json()["logins"][0]["state"] == "waiting"


@pytest.mark.parametrize("session", ["", "1", "1.", "x.y", "1." + "0" * 32, "-1.0", "9" * 30 + ".0"])
def test_a_session_cannot_be_guessed(client: Client, session: str) -> None:
    visit(client)
    assert client.emulator.request("GET", "/login", params={"session": session}).status_code == 404


@pytest.mark.parametrize("action", ["", "accept", "nonsense", "99", "approve"])
def test_a_step_cannot_be_skipped(client: Client, action: str) -> None:
    browser = visit(client)
    browser.press(action)
    assert browser.refused
    browser.press("continue")
    if action != "99":
        browser.press(action)
        assert browser.refused
    assert client.emulator.control("GET", "/logins").json()["logins"][0]["state"] == "waiting"


def test_what_others_wrote_is_escaped_on_every_page(client: Client) -> None:
    emulator = client.emulator
    emulator.control("PATCH", "/sales-units/123456", {"name": XSS})
    emulator.control("PATCH", "/merchants/merchant-no-1", {"name": XSS[:50]})
    set_customer(emulator, CUSTOMER, first_name=XSS, last_name=XSS, email=XSS)
    screen = {"title": XSS, "description": XSS, "elements": [{"id": XSS, "title": XSS, "description": XSS}]}
    client.set_up(
        custom_flow={"screens": [screen]},
        delegated_consents={"heading": XSS, "terms": XSS, "consents": [{"id": XSS, "text": XSS}]},
    )
    browser = visit(client, scope="openid name email customFlow delegatedConsents", login_hint=XSS, state=XSS)
    for press in ("continue", None, "accept"):
        assert not browser.page.all("script")
        assert not browser.page.all("img")
        browser.press(press or browser.number)
    assert not browser.page.all("script")
    assert parse_qs(urlsplit(browser.target).query)["state"] == [XSS]
    page = browser.open(f"/wallet/{CUSTOMER}/consents")
    assert not page.all("script")


def test_pages_are_safe_and_for_everybody(client: Client) -> None:
    browser = visit(client)
    for press in ("continue", None, "accept"):
        headers, page = browser.answer.headers, browser.page
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "form-action 'self'" in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"
        assert page.all("html")[0]["lang"] == "en"
        assert page.all("main")
        assert "Emulator." in page.text
        assert page.all("h1")
        labelled = {each.get("for") for each in page.all("label")}
        needy = [
            each
            for tag in ("input", "select")
            for each in page.all(tag)
            if each.get("type") not in ("hidden", "checkbox", "radio")
        ]
        assert {each["id"] for each in needy} <= labelled
        browser.press(press or browser.number)


def test_a_remembered_browser_survives_a_restart(start: Callable[..., Emulator], tmp_path: Any) -> None:
    emulator = start(data=tmp_path)
    client = Client(emulator)
    browser = visit(client)
    browser.press("continue", remember="yes")
    browser.press(browser.number)
    browser.press("accept")
    cookies = emulator.client.cookies
    code = query_of(browser.target)["code"]
    emulator.server.runtime.engine.database.close()
    emulator = start(data=tmp_path)
    emulator.client.cookies = cookies
    client = Client(emulator)
    assert client.exchange(code).status_code == 200
    assert "code" in query_of(client.authorize().headers["location"])
