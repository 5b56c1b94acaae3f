"""The life of a merchant's authentication: every state, every action, and what a form may ask for."""

from dataclasses import replace
from typing import Any

import pytest

from mockserver.apis.login.domain.authorization import OAuthError
from mockserver.apis.login.domain.backchannel import (
    EARLY,
    INTERVAL,
    MOST_AT_ONCE,
    TRANSITIONS,
    Action,
    Authentication,
    BackchannelError,
    Hint,
    State,
    check_crowd,
    check_user,
    read_hint,
    read_request,
)
from mockserver.apis.login.domain.logins import Rejection
from mockserver.core.errors import IllegalAction
from mockserver.core.money import Market
from mockserver.core.policy import Kindness, Lenience, Policy
from mockserver.world.domain.conduct import PaymentBehaviour
from mockserver.world.domain.customer import LoginBehaviour
from tests.harness import START, WORLD

CUSTOMER = WORLD.customers[0]
MINE = Authentication("id", 1, CUSTOMER.phone, START + 600_000)
YEAR = 31_557_600_000

EXPECTED = {
    State.PENDING: {Action.CONFIRM: "confirmed", Action.DENY: "denied", Action.EXPIRE: "expired"},
    State.CONFIRMED: {Action.EXPIRE: "expired", Action.EXCHANGE: "exchanged"},
    State.DENIED: {},
    State.EXPIRED: {},
    State.EXCHANGED: {},
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", Action)
def test_every_state_and_action(state: State, action: Action) -> None:
    before = replace(MINE, state=state)
    following = EXPECTED[state].get(action)
    assert ((state, action) in TRANSITIONS) == (following is not None)
    if following is None:
        with pytest.raises(IllegalAction, match=state):
            before.moved(action)
    else:
        assert before.moved(action) == replace(before, state=State(following))


@pytest.mark.parametrize(
    ("state", "after", "error"),
    [
        (State.PENDING, State.PENDING, "authorization_pending"),
        (State.CONFIRMED, State.EXCHANGED, None),
        (State.DENIED, State.DENIED, "access_denied"),
        (State.EXPIRED, State.EXPIRED, "expired_token"),
        (State.EXCHANGED, State.EXCHANGED, "invalid_grant"),
    ],
)
def test_what_a_poll_gets_in_every_state(state: State, after: State, error: str | None) -> None:
    polled, refusal = replace(MINE, state=state).polled(START)
    assert polled.state is after
    assert (refusal.error if refusal else None) == error
    assert refusal is None or refusal.status == 400


def test_a_poll_in_time_is_pending_and_one_too_early_slows_down_for_good() -> None:
    first, refusal = MINE.polled(START)
    assert refusal is not None
    assert refusal.error == "authorization_pending"
    in_time, refusal = first.polled(START + INTERVAL * 1000 - EARLY)
    assert refusal is not None
    assert refusal.error == "authorization_pending"
    assert in_time.interval == INTERVAL
    too_early, refusal = first.polled(START + INTERVAL * 1000 - EARLY - 1)
    assert refusal is not None
    assert refusal.error == "slow_down"
    assert too_early.interval == INTERVAL + 5
    assert too_early.last_polled_at == START + INTERVAL * 1000 - EARLY - 1
    again, refusal = too_early.polled((too_early.last_polled_at or 0) + INTERVAL * 1000)
    assert refusal is not None
    assert refusal.error == "slow_down"
    assert again.interval == INTERVAL + 10


def test_a_confirmed_one_is_given_however_early_the_poll() -> None:
    asked = replace(MINE, state=State.CONFIRMED, last_polled_at=START)
    assert asked.polled(START + 1) == (replace(asked, state=State.EXCHANGED), None)


def test_an_old_app_is_told_apart_from_a_user_who_said_no() -> None:
    for reason in Rejection:
        refusal = replace(MINE, state=State.DENIED, denied_for=reason).refusal()
        assert isinstance(refusal, BackchannelError)
        assert (refusal.error, refusal.description) == ("access_denied", reason.description)
        assert refusal.error_code == ("old_app" if reason is Rejection.OUTDATED_APP_VERSION else None)


def form(**fields: str | list[str] | None) -> dict[str, list[str]]:
    asked: dict[str, Any] = {"login_hint": "urn:msisdn:4712345678", "scope": "openid name"} | fields
    return {name: value if isinstance(value, list) else [value] for name, value in asked.items() if value is not None}


def test_a_plain_request() -> None:
    request = read_request(form(), Market.NO, Lenience(Policy()))
    assert request.hint == Hint(phone="4712345678")
    assert request.scopes == ("openid", "name")
    assert (request.expiry, request.binding_message, request.redirects) == (600, None, False)


@pytest.mark.parametrize(
    "fields",
    [
        {"login_hint": None, "loginHint": "urn:msisdn:4712345678"},
        {"loginHint": "urn:msisdn:4712345678"},
        {"login_hint": "urn:msisdn:+4712345678"},
        {"login_hint": "", "loginHint": "urn:msisdn:4712345678"},
    ],
)
def test_both_spellings_of_the_hint(fields: dict[str, str | None]) -> None:
    assert read_hint(form(**fields), Market.NO, Lenience(Policy())) == Hint(phone="4712345678")


def test_a_customer_token_as_hint() -> None:
    assert read_hint(form(login_hint="urn:customer-token:abc:def"), Market.NO, Lenience(Policy())) == Hint(
        token="abc:def"
    )


@pytest.mark.parametrize("message", ["4MZ-CQ3", "ABCDE", "12345678", "-----"])
@pytest.mark.parametrize("name", ["binding_message", "bindingMessage"])
def test_binding_messages(name: str, message: str) -> None:
    assert read_request(form(**{name: message}), Market.NO, Lenience(Policy())).binding_message == message


@pytest.mark.parametrize("seconds", [60, 61, 899, 900])
def test_requested_expiries(seconds: int) -> None:
    assert read_request(form(requested_expiry=str(seconds)), Market.NO, Lenience(Policy())).expiry == seconds


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"login_hint": None}, "invalid_request"),
        ({"login_hint": ""}, "invalid_request"),
        ({"login_hint": "4712345678"}, "invalid_request"),
        ({"login_hint": "urn:msisdn:"}, "invalid_request"),
        ({"login_hint": "urn:msisdn:12"}, "invalid_request"),
        ({"login_hint": "urn:msisdn:47 12 34 56 78"}, "invalid_request"),
        ({"login_hint": "urn:msisdn:004712345678"}, "invalid_request"),
        ({"login_hint": "urn:msisdn:٤٧١٢٣٤٥٦٧٨"}, "invalid_request"),
        ({"login_hint": "urn:customer-token:"}, "invalid_request"),
        ({"loginHint": "urn:msisdn:4798765432"}, "invalid_request"),
        ({"login_hint": ["urn:msisdn:4712345678", "urn:msisdn:4712345678"]}, "invalid_request"),
        ({"login_hint_token": "x"}, "invalid_request"),
        ({"id_token_hint": "x"}, "invalid_request"),
        ({"request": "x"}, "invalid_request"),
        ({"scope": None}, "invalid_request"),
        ({"scope": "name"}, "invalid_scope"),
        ({"binding_message": "ABCD"}, "invalid_binding_message"),
        ({"binding_message": "ABCDEFGHI"}, "invalid_binding_message"),
        ({"binding_message": "abcdef"}, "invalid_binding_message"),
        ({"binding_message": "ABCDE\n"}, "invalid_binding_message"),
        ({"binding_message": "ÆØÅÆØ"}, "invalid_binding_message"),
        ({"binding_message": "ABCDE", "bindingMessage": "ABCDF"}, "invalid_request"),
        ({"requested_expiry": "59"}, "invalid_request"),
        ({"requested_expiry": "901"}, "invalid_request"),
        ({"requested_expiry": "-60"}, "invalid_request"),
        ({"requested_expiry": "60.5"}, "invalid_request"),
        ({"requested_expiry": "soon"}, "invalid_request"),
        ({"requested_expiry": "9" * 5000}, "invalid_request"),
        ({"requested_flow": "app_to_app"}, "invalid_request"),
    ],
)
def test_requests_that_are_refused(fields: dict[str, Any], error: str) -> None:
    with pytest.raises(OAuthError) as refused:
        read_request(form(**fields), Market.NO, Lenience(Policy()))
    assert (refused.value.status, refused.value.error) == (400, error)


def born(years: float) -> str:
    import datetime

    return datetime.datetime.fromtimestamp((START - years * YEAR) / 1000, datetime.UTC).date().isoformat()


def test_who_can_be_asked() -> None:
    assert check_user(CUSTOMER, START) is CUSTOMER
    check_user(replace(CUSTOMER, birth_date=born(15.01)), START)
    gone = replace(CUSTOMER, payment=PaymentBehaviour.UNKNOWN)
    for nobody in (None, gone, replace(CUSTOMER, active=False), replace(CUSTOMER, birth_date=born(14.99))):
        with pytest.raises(BackchannelError) as refused:
            check_user(nobody, START)
        assert (refused.value.error, refused.value.error_code) == ("unknown_user_id", "invalid_user")
    with pytest.raises(BackchannelError) as refused:
        check_user(replace(CUSTOMER, login=LoginBehaviour.OLD_APP), START)
    assert refused.value.error_code == "old_app"


def test_a_crowd_is_told_when_to_come_back() -> None:
    check_crowd(MOST_AT_ONCE - 1, START, START)
    for until, seconds in ((1, 1), (1000, 1), (1001, 2), (600_000, 600)):
        with pytest.raises(BackchannelError) as refused:
            check_crowd(MOST_AT_ONCE, START + until, START)
        assert (refused.value.status, refused.value.retry_after) == (429, seconds)


@pytest.mark.parametrize(
    ("market", "number", "phone"),
    [
        (Market.NO, "47753942", "4747753942"),
        (Market.DK, "47753942", "4547753942"),
        (Market.NO, "4747753942", "4747753942"),
    ],
)
def test_an_sdks_own_hint_is_a_kindness(market: Market, number: str, phone: str) -> None:
    lenience = Lenience(Policy())
    hint = form(login_hint=f"urn:mobilenumber:{number}")
    assert read_hint(hint, market, lenience) == Hint(phone=phone)
    assert [each.kindness for each in lenience.warnings] == [Kindness.MOBILE_NUMBER_HINT]
    with pytest.raises(OAuthError, match="urn:msisdn"):
        read_hint(hint, market, Lenience(Policy(refused=frozenset(Kindness))))
