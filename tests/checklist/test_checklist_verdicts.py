"""Every point of the checklist with a history for each verdict that its judge can give."""

import re
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any
from urllib.parse import urlencode

import pytest

from mockserver.app import PRODUCTS
from mockserver.checklist.points import finding
from mockserver.checklist.points.points import Checklist
from mockserver.world.domain.merchant import KeySet
from tests.apis.login.client import BASE, JWKS, PKCE, VERIFIER, Client
from tests.apis.login.till import Till
from tests.apis.management.partner import (
    AT_ONCE,
    call,
    details,
    get,
    order_body,
    partner_keys,
    post,
    prefilled,
    standard,
)
from tests.checklist.recurring_histories import RECURRING
from tests.checklist.test_checklist import HALF, SYSTEM, point
from tests.harness import Emulator, body, key_headers
from tests.webhooks.receivers import receivers_of, register, settle

PACKAGES = "/v1/partners/price-packages"
LISTED = "1b75ab1b-f6d1-4fd0-aaca-d4bfb5d790a5"
PLUS = "523456"
"""A sales unit of partner-plus."""
DISCOVERY = f"{BASE}/.well-known/openid-configuration"
PATH = "/payments/reference-1"
History = Callable[[Emulator], object]

POINTS = Checklist(PRODUCTS.checks()).points


def waiting(emulator: Emulator) -> None:
    assert emulator.create().status_code == 201


def reserved(emulator: Emulator) -> None:
    waiting(emulator)
    assert emulator.approve().status_code == 200


def captured(emulator: Emulator) -> None:
    reserved(emulator)
    assert emulator.modify("capture", 10_000).status_code == 200


def look(emulator: Emulator) -> None:
    emulator.get()


def act(action: str) -> History:
    return lambda emulator: emulator.control("POST", f"/payments/123456/reference-1/{action}")


def change(action: str, value: int) -> History:
    return lambda emulator: emulator.modify(action, value, key=f"{action}-of-{value}")


def cancel(emulator: Emulator) -> None:
    emulator.api("POST", f"{PATH}/cancel", key="cancel")


def ask(path: str) -> History:
    return lambda emulator: emulator.api("GET", path)


def wait(duration: str) -> History:
    return lambda emulator: emulator.advance(duration)


def told(event: str, status: int = 200) -> History:
    """A webhook for this event, answered so."""

    def listen(emulator: Emulator) -> None:
        receivers_of(emulator).answer = lambda received: status
        register(emulator, events=[f"epayments.payment.{event}.v1"])

    return listen


def fetch_tokens(emulator: Emulator) -> None:
    for _ in range(4):
        emulator.request("POST", "/accesstoken/get", headers=key_headers(emulator.unit("123456").keys))


def with_headers(**changes: str) -> History:
    return lambda emulator: emulator.api("GET", PATH, **changes)


def fetch_named(emulator: Emulator) -> None:
    named = {name.replace("_", "-"): value for name, value in SYSTEM.items()}
    emulator.request("POST", "/accesstoken/get", headers=key_headers(emulator.unit("123456").keys) | named)


def refused_webhook(emulator: Emulator) -> None:
    content = {"url": "https://shop.example.com/hook", "events": ["epayments.payment.eaten.v1"]}
    emulator.request("POST", "/webhooks/v1/webhooks", headers=emulator.headers(), json=content)


def forged(status: int) -> History:
    """A webhook with a right signature that is taken, and one with a wrong one that is answered so."""

    def deliver(emulator: Emulator) -> None:
        receivers = receivers_of(emulator)
        made = register(emulator)
        waiting(emulator)
        settle(emulator)
        receivers.answer = lambda received: status
        emulator.control("POST", f"/webhooks/{made['id']}/faults", {"wrongSignature": True})
        emulator.create("reference-2")
        settle(emulator)

    return deliver


def polls(first: str, gap: str) -> History:
    def poll(emulator: Emulator) -> None:
        waiting(emulator)
        emulator.advance(first)
        for _ in range(3):
            emulator.get()
            emulator.advance(gap)

    return poll


def unclear_capture(emulator: Emulator) -> None:
    emulator.api("POST", f"{PATH}/capture", HALF, key="one", X_Mock_Fault="status")
    emulator.api("POST", f"{PATH}/capture", HALF, key="two")


def fetch(path: str) -> History:
    return lambda emulator: emulator.request("GET", path)


def logins(count: int = 2, **parameters: Any) -> History:
    """Logins with a state, nonce and challenge of their own each; ``parameters`` in place of those."""

    def log_in(emulator: Emulator) -> None:
        client = Client(emulator)
        for number in range(count):
            own = PKCE if number == 0 else PKCE | {"code_challenge": str(number) * 43}
            asked = own | {"state": f"state-{number}-long", "nonce": f"nonce-{number}"} | parameters
            code = client.code(**asked)
            if number == 0:
                assert client.exchange(code, code_verifier=VERIFIER).status_code == 200

    return log_in


def code_twice(emulator: Emulator) -> None:
    client = Client(emulator)
    code = client.code()
    assert client.exchange(code).status_code == 200
    assert client.exchange(code).status_code == 400


def rejected_login(emulator: Emulator) -> None:
    emulator.control("POST", f"/logins/{Client(emulator).start()}/reject")


def merchant_login(emulator: Emulator) -> None:
    till = Till(emulator)
    auth_req_id = till.begin()
    till.act(auth_req_id, "confirm")
    till.wait()
    assert till.poll(auth_req_id).status_code == 200


def by_partner(msn: str | None) -> History:
    return lambda emulator: emulator.request(
        "GET", "/epayment/v1/payments/reference-1", headers=standard(emulator, partner_keys(), msn)
    )


def order(**fields: Any) -> History:
    return lambda emulator: post(emulator, order_body(**fields))


def followed(emulator: Emulator) -> None:
    id_ = prefilled(emulator, AT_ONCE)
    details(emulator, id_)
    details(emulator, id_)


def looked_up(emulator: Emulator) -> None:
    get(emulator, "/v1/sales-units")
    followed(emulator)


def partner_webhook(**fields: Any) -> History:
    """A partner registers one, with its keys and for all its units."""
    content = {"url": "https://partner.example.com/hook", "events": ["epayments.payment.created.v1"]} | fields

    def register_it(emulator: Emulator) -> None:
        headers = standard(emulator, partner_keys(), None)
        emulator.request("POST", "/webhooks/v1/webhooks", headers=headers, json=content)

    return register_it


def bare_payment(keys: KeySet | None = None, reference: str = "reference-2", msn: str = PLUS) -> History:
    """A payment without a description, by the unit's keys or these."""

    def create(emulator: Emulator) -> None:
        headers = emulator.headers(msn) if keys is None else standard(emulator, keys, msn)
        content = body(reference, msn=msn, paymentDescription=None)
        headers["Idempotency-Key"] = reference
        answer = emulator.request("POST", "/epayment/v1/payments", headers=headers, json=content)
        assert answer.status_code == 201, answer.text

    return create


def nothing(emulator: Emulator) -> None:
    """What is judged was said with the call."""


CASES: tuple[tuple[str, str, tuple[History, ...]], ...] = (
    ("platform-token-cached", "shown", (waiting, look, look)),
    ("platform-token-cached", "wrong", (fetch_tokens,)),
    ("platform-system-headers", "shown", (fetch_named,)),
    ("platform-system-headers", "wrong", (fetch_named, waiting)),
    ("platform-msn", "shown", (waiting,)),
    ("platform-msn", "wrong", (waiting, with_headers(Merchant_Serial_Number="223456"))),
    ("platform-no-kindness", "shown", (waiting,)),
    ("platform-no-kindness", "wrong", (lambda emulator: emulator.create(colour="red"),)),
    ("platform-errors", "cannot tell", (lambda emulator: emulator.create(returnUrl=None),)),
    ("epayment-create", "shown", (waiting,)),
    ("epayment-create", "wrong", (lambda emulator: emulator.create(returnUrl=None),)),
    ("epayment-description", "shown", (waiting,)),
    ("epayment-description", "not seen", (bare_payment(),)),
    ("epayment-description", "wrong", (waiting, bare_payment())),
    ("epayment-description", "wrong", (bare_payment(partner_keys()),)),
    ("epayment-get", "shown", (waiting, look)),
    ("epayment-get", "wrong", (ask(PATH),)),
    ("epayment-event-log", "shown", (waiting, ask(f"{PATH}/events"))),
    ("epayment-event-log", "wrong", (ask(f"{PATH}/events"),)),
    ("epayment-event-log", "not seen", (waiting, look)),
    ("epayment-cancel", "shown", (waiting, cancel)),
    ("epayment-cancel", "wrong", (cancel,)),
    ("epayment-capture-full", "shown", (captured,)),
    ("epayment-capture-full", "wrong", (waiting, change("capture", 10_000))),
    ("epayment-capture-full", "not seen", (reserved, change("capture", 9_999))),
    ("epayment-capture-partial", "shown", (reserved, change("capture", 9_999))),
    ("epayment-capture-partial", "wrong", (waiting, change("capture", 9_999))),
    ("epayment-capture-partial", "not seen", (captured,)),
    ("epayment-refund-full", "shown", (captured, change("refund", 10_000))),
    ("epayment-refund-full", "wrong", (reserved, change("refund", 10_000))),
    ("epayment-refund-full", "not seen", (captured, change("refund", 9_999))),
    ("epayment-refund-partial", "shown", (captured, change("refund", 9_999))),
    ("epayment-refund-partial", "wrong", (reserved, change("refund", 9_999))),
    ("epayment-refund-partial", "not seen", (captured, change("refund", 10_000))),
    ("epayment-created", "shown", (waiting, look)),
    ("epayment-created", "wrong", (waiting, look, change("capture", 100))),
    ("epayment-created", "not seen", (reserved, look)),
    ("epayment-authorized", "shown", (reserved, look)),
    ("epayment-authorized", "not seen", (waiting, act("decline"), ask(f"{PATH}/events"))),
    ("epayment-captured", "shown", (captured, look)),
    ("epayment-captured", "not seen", (captured,)),
    ("epayment-refunded", "shown", (captured, change("refund", 1), ask(f"{PATH}/events"))),
    ("epayment-refunded", "not seen", (captured, look)),
    ("epayment-cancelled", "shown", (reserved, cancel, look)),
    ("epayment-cancelled", "not seen", (waiting, cancel, look)),
    ("epayment-aborted", "shown", (waiting, act("abort"), look)),
    ("epayment-aborted", "shown", (told("aborted"), waiting, act("abort"), settle)),
    ("epayment-aborted", "wrong", (waiting, act("abort"), look, change("capture", 100))),
    ("epayment-aborted", "not seen", (told("aborted", 500), waiting, act("abort"), settle)),
    ("epayment-expired", "shown", (waiting, wait("PT11M"), look)),
    ("epayment-expired", "wrong", (waiting, wait("PT11M"), look, change("capture", 100))),
    ("epayment-expired", "not seen", (waiting, look, wait("PT11M"), change("capture", 100))),
    ("epayment-terminated", "shown", (waiting, cancel, ask(f"{PATH}/events"))),
    ("epayment-terminated", "wrong", (waiting, cancel, look, change("capture", 100))),
    ("epayment-terminated", "not seen", (waiting, cancel)),
    ("epayment-webhooks-registered", "shown", (register,)),
    ("epayment-webhooks-registered", "wrong", (refused_webhook,)),
    ("epayment-webhooks-answered", "shown", (told("created", 202), waiting, settle)),
    ("epayment-webhooks-answered", "wrong", (told("created", 500), waiting, settle)),
    ("epayment-webhooks-verified", "shown", (forged(401),)),
    ("epayment-webhooks-verified", "wrong", (forged(200),)),
    ("epayment-polling", "shown", (polls("PT5S", "PT2S"),)),
    ("epayment-polling", "wrong", (polls("PT5S", "PT1S"),)),
    ("epayment-polling", "wrong", (polls("PT1S", "PT2S"),)),
    ("epayment-keys-sent", "shown", (waiting,)),
    ("epayment-keys-sent", "wrong", (waiting, lambda emulator: emulator.api("POST", f"{PATH}/cancel"))),
    ("epayment-keys-reused", "shown", (waiting, waiting)),
    ("epayment-keys-reused", "wrong", (waiting, lambda emulator: emulator.create(paymentDescription="Other"))),
    ("epayment-keys-reused", "wrong", (reserved, unclear_capture)),
    ("epayment-unused-cancelled", "shown", (reserved, cancel)),
    ("epayment-unused-cancelled", "wrong", (reserved, wait("P181D"))),
    ("epayment-shipped", "cannot tell", (captured,)),
    ("epayment-return", "cannot tell", (waiting,)),
    ("login-discovery", "shown", (fetch(DISCOVERY),)),
    ("login-discovery", "cannot tell for 123456", (fetch(DISCOVERY),)),
    ("login-keys", "shown", (fetch(JWKS),)),
    ("login-keys", "cannot tell for 123456", (fetch(JWKS),)),
    ("login-authorize", "shown", (logins(),)),
    ("login-authorize", "shown for 123456", (logins(),)),
    ("login-authorize", "not seen for 223456", (logins(),)),
    ("login-authorize", "wrong", (lambda emulator: Client(emulator).authorize(redirect_uri="https://x.example"),)),
    ("login-token", "shown", (logins(),)),
    ("login-token", "shown", (merchant_login,)),
    ("login-token", "wrong", (lambda emulator: Client(emulator).exchange("no-code"),)),
    ("login-token", "not seen", (lambda emulator: Till(emulator).poll(Till(emulator).begin()),)),
    ("login-ciba", "shown", (lambda emulator: Till(emulator).begin(),)),
    ("login-ciba", "wrong", (lambda emulator: Till(emulator).ask("12"),)),
    ("login-user-exists", "shown", (lambda emulator: Till(emulator).exists(login_hint="urn:msisdn:4712345678"),)),
    ("login-user-exists", "wrong", (lambda emulator: Till(emulator).exists(),)),
    ("login-state", "shown", (logins(),)),
    ("login-state", "shown for 123456", (logins(),)),
    ("login-state", "not seen", (logins(1),)),
    ("login-state", "wrong", (logins(state="the-same-state"),)),
    ("login-nonce", "shown", (logins(),)),
    ("login-nonce", "wrong", (logins(nonce="the-same-nonce"),)),
    ("login-nonce", "not seen", (logins(nonce=None),)),
    ("login-pkce", "shown", (logins(),)),
    ("login-pkce", "wrong", (logins(code_challenge=PKCE["code_challenge"]),)),
    ("login-code-once", "shown", (logins(),)),
    ("login-code-once", "shown for 123456", (logins(),)),
    ("login-code-once", "wrong", (code_twice,)),
    ("login-errors", "wrong", (rejected_login, lambda emulator: Client(emulator).exchange(None))),
    ("login-errors", "cannot tell", (rejected_login,)),
    ("login-browsers", "cannot tell", (logins(),)),
    ("login-browsers", "not seen", (merchant_login,)),
    ("login-linked", "cannot tell", (logins(),)),
    ("login-linked", "cannot tell", (merchant_login,)),
    ("partner-msn", "shown", (lambda emulator: emulator.create(msn=PLUS), by_partner(PLUS))),
    ("partner-msn", "wrong", (by_partner(None),)),
    ("partner-prices", "shown", (lambda emulator: get(emulator, PACKAGES),)),
    ("partner-prices", "wrong", (lambda emulator: call(emulator, "GET", PACKAGES, "123456"),)),
    ("partner-price-from-list", "shown", (lambda emulator: get(emulator, PACKAGES), order(pricePackageId=LISTED))),
    ("partner-price-from-list", "wrong", (lambda emulator: get(emulator, PACKAGES),
                                          order(pricePackageId=LISTED[::-1].replace("-", "0")[:8] + LISTED[8:]))),
    ("partner-price-from-list", "not seen", (order(pricePackageId=LISTED),)),
    ("partner-prefill", "shown", (order(),)),
    ("partner-prefill", "wrong", (order(productType="SOCKS"),)),
    ("partner-prefill", "not seen", (lambda emulator: get(emulator, PACKAGES),)),
    ("partner-order-followed", "shown", (followed,)),
    ("partner-order-followed", "wrong", (lambda emulator: call(
        emulator, "GET", "/v2/product-orders/8a11afb7-c223-48ed-8ca6-4722b97261aa/details"),)),
    ("partner-self-service", "shown", (looked_up,)),
    ("partner-self-service", "not seen", (followed,)),
    ("partner-self-service", "not seen", (lambda emulator: call(emulator, "GET", "/v1/sales-units", "123456"),)),
    ("partner-self-service", "wrong", (lambda emulator: call(emulator, "GET", "/v1/sales-units/999999"),)),
    ("partner-webhooks", "shown", (partner_webhook(),)),
    ("partner-webhooks", "shown for 523456", (partner_webhook(),)),
    ("partner-webhooks", "not seen for 123456", (partner_webhook(),)),
    ("partner-webhooks", "not seen", (register,)),
    ("partner-webhooks", "wrong", (partner_webhook(events=["epayments.payment.eaten.v1"]),)),
    ("partner-description", "shown saying description=Shops pay in a plugin of ours", (nothing,)),
    ("partner-description", "wrong saying description=OK", (nothing,)),
    ("partner-documentation", "shown saying documentation=https://a.example.com,https://b.example.com", (nothing,)),
    ("partner-documentation", "wrong saying documentation=OK", (nothing,)),
    ("partner-documentation", "wrong saying documentation=https://a.example.com javascript:alert(1)", (nothing,)),
    ("partner-documentation", "wrong saying documentation=http://localhost/docs", (nothing,)),
    ("partner-pilot", "shown saying pilot=123456", (waiting,)),
    ("partner-pilot", "not seen saying pilot=223456", (waiting,)),
    ("partner-pilot", "wrong saying pilot=OK", (waiting,)),
    ("partner-demo", "shown saying demo=https://video.example.com/flow.mp4", (nothing,)),
    ("partner-demo", "wrong saying demo=OK", (nothing,)),
    *RECURRING,
)  # fmt: skip
"""Point, verdict (of one sales unit where that is asked for, with what is said), and what happened."""


@pytest.mark.parametrize(("id_", "expected", "history"), CASES, ids=[f"{each[0]}, {each[1]}" for each in CASES])
def test_a_history_gets_its_verdict(emulator: Emulator, id_: str, expected: str, history: tuple[History, ...]) -> None:
    for step in history:
        step(emulator)
    expected, _, said = expected.partition(" saying ")
    verdict, _, msn = expected.partition(" for ")
    query = dict([said.split("=", 1)] if said else [], **({"msn": msn} if msn else {}))
    found = point(emulator, id_, f"?{urlencode(query)}")
    assert found["verdict"] == verdict, found
    assert verdict == "not seen" or any(found[each] for each in EVIDENCE) or id_ == COUNTED, found


EVIDENCE = ("requests", "deliveries", "facts")
COUNTED = "login-errors"
"""Logins that end with an error are counted, and only what the user saw would show anything."""


def _functions(judge: object, seen: set[object]) -> Iterator[FunctionType]:
    """A judge with everything of the checklist that it calls."""
    if not isinstance(judge, FunctionType) or judge in seen or not re.search(r"\.check", judge.__module__):
        return
    seen.add(judge)
    yield judge
    for name in judge.__code__.co_names:
        yield from _functions(judge.__globals__.get(name), seen)
    for cell in judge.__closure__ or ():
        yield from _functions(cell.cell_contents, seen)


def possible(judge: object) -> set[str]:
    """The verdicts that stand in a judge's code."""
    makers = {finding.shown: "shown", finding.not_seen: "not seen", finding.wrong: "wrong"}
    makers[finding.cannot_tell] = "cannot tell"
    return {makers[each] for each in _functions(judge, set()) if each in makers}


@pytest.mark.parametrize("judged", POINTS, ids=lambda each: each.id)
def test_each_point_has_a_history_for_each_verdict(judged: Any) -> None:
    """That all are not seen before anything happened is asked in test_checklist."""
    tried = {re.split(" for | saying ", verdict)[0] for id_, verdict, _ in CASES if id_ == judged.id}
    assert len(possible(judged.judge)) > 1
    assert tried | {"not seen"} == possible(judged.judge)


def test_every_case_is_of_a_point() -> None:
    assert {id_ for id_, _, _ in CASES} == {each.id for each in POINTS}


def test_a_capture_that_is_refused_for_its_amount_is_not_held_against_a_state(emulator: Emulator) -> None:
    waiting(emulator)
    look(emulator)
    emulator.approve()
    assert emulator.modify("capture", 20_000).status_code == 400
    assert point(emulator, "epayment-created")["verdict"] == "shown"


def test_a_client_that_was_not_let_in_may_send_its_code_again(emulator: Emulator) -> None:
    client = Client(emulator)
    code = client.code()
    assert client.exchange(code, headers=client.basic(secret="wrong")).status_code == 401
    assert client.exchange(code).status_code == 200
    assert point(emulator, "login-code-once")["verdict"] == "shown"
