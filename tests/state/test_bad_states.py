"""State files that are wrong somewhere: refused with the place, and nothing changed; or harmless."""

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.app import PRODUCTS, known_to
from mockserver.core.errors import Malformed
from mockserver.state import state as states
from tests.apis.management.partner import ask_for_specialised, call
from tests.harness import Emulator, key_headers
from tests.state.history import export, imported, make, put
from tests.webhooks.receivers import receivers_of

Place = tuple[str | int, ...]
FREE = {"user_details", "shipping_details", "collected", "rule", "login_keys", "token_keys", "metadata", "scopes"}
"""Where other names than ours may stand."""


@pytest.fixture(scope="module")
def whole(loop: Any) -> Iterator[bytes]:
    """The state of a long history."""
    emulator = Emulator(loop)
    make(emulator)
    yield export(emulator)
    emulator.close()


def places(content: Any, place: Place = ()) -> Iterator[Place]:
    """Every place of plain content."""
    if place:
        yield place
    items = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, value in items:
        yield from places(value, (*place, key))


def kinds_of_places(content: Any) -> list[Place]:
    """One place of each kind: entries of one list are alike."""
    found: dict[Place, Place] = {}
    for place in places(content):
        if FREE.isdisjoint(map(str, place[:-1])):
            found.setdefault(tuple(step for step in place if isinstance(step, str)), place)
    return list(found.values())


def at(content: Any, place: Place) -> Any:
    for step in place:
        content = content[step]
    return content


def changed(text: bytes, place: Place, value: Any) -> bytes:
    """The state with something else at this place; ``...`` takes it away."""
    content = json.loads(text)
    container = at(content, place[:-1])
    if value is ...:
        del container[place[-1]]
    else:
        container[place[-1]] = value
    return json.dumps(content).encode()


def refusal(text: bytes) -> str:
    with pytest.raises(Malformed) as refused:
        states.read(text, known_to(PRODUCTS))
    [violation] = refused.value.violations
    return f"{violation.field}: {violation.reason}"


def shown(place: Place) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).removeprefix(".")


def test_a_wrong_type_is_refused_wherever_it_is(whole: bytes) -> None:
    kinds = kinds_of_places(json.loads(whole))
    assert len(kinds) > 200
    for place in kinds:
        if not {"metadata", "collected", "user_details", "shipping_details"} & {str(place[-1])}:
            assert refusal(changed(whole, place, {"never": [1]})).startswith(shown(place)), place


def test_a_key_too_much_is_refused_wherever_it_is(whole: bytes) -> None:
    content = json.loads(whole)
    for place in kinds_of_places(content):
        if isinstance(at(content, place), dict) and str(place[-1]) not in FREE:
            assert "there is no such key" in refusal(changed(whole, (*place, "typo"), 1)), place


STATE = known_to(PRODUCTS).form.state
NEEDED = sorted(each.name for each in dataclasses.fields(STATE) if each.default is dataclasses.MISSING)


def test_only_what_came_later_may_be_left_out() -> None:
    assert {each.name for each in dataclasses.fields(STATE)} - {*NEEDED} == {
        "token_keys", "login_elliptic_keys", "partner_roads", "agreements", "charges", "charge_batch_items", "users",
    }  # fmt: skip


@pytest.mark.parametrize("kind", NEEDED)
def test_every_part_has_to_be_there(whole: bytes, kind: str) -> None:
    assert "is missing" in refusal(changed(whole, (kind,), ...)) or kind == "format"


UNKNOWN = [
    (("sales_units", 0, "unit", "merchant_id"), "there is no merchant 'nobody'"),
    (("sales_units", 0, "unit", "partner_id"), "there is no partner"),
    (("clients", 1, "owner"), "there is no sales unit"),
    (("subscription_keys", 0, "client_id"), "there is no client"),
    (("payments", 0, "payment", "msn"), "there is no sales unit"),
    (("payments", 0, "payment", "approval", "phone"), "there is no customer"),
    (("deliveries", 0, "webhook_id"), "there is no webhook"),
    (("product_orders", 0, "order", "merchant_id"), "there is no merchant"),
    (("product_orders", 0, "order", "partner_id"), "there is no partner"),
    (("logins", 0, "login", "phone"), "there is no customer"),
    (("grants", 0, "grant", "msn"), "there is no sales unit"),
    (("consents", 0, "consent", "phone"), "there is no customer"),
    (("profiles", 0, "phone"), "there is no customer"),
    (("due", 0, "kind"), "there is no 'nobody'; there are: "),
    (("webhooks", 0, "registration", "owner", "id"), "there is no sales unit"),
    (("partner_roads", 0, "road", "partner_id"), "there is no partner"),
    (("partner_roads", 0, "road", "test_msn"), "there is no sales unit"),
    (("partner_roads", 0, "road", "evidence", "pilot"), "there is no sales unit"),
]


@pytest.mark.parametrize(("place", "reason"), UNKNOWN, ids=[shown(place) for place, _ in UNKNOWN])
def test_who_is_named_has_to_be_there(whole: bytes, place: Place, reason: str) -> None:
    said = refusal(changed(whole, place, "nobody"))
    assert said.startswith(f"{shown(place)}: ")
    assert reason in said


IMPOSSIBLE: list[tuple[Place, Any, str]] = [
    (("format",), 2, "format: is 2; this server reads 1"),
    (("format",), ..., "the state: is no state file: it has no format"),
    (("clock", "offset"), 10**15, "clock.offset: "),
    (("clock", "frozen_at"), -1, "clock.frozen_at: must be a time"),
    (("sales_units",), [], "sales_units: at least one is needed"),
    (("sales_units", 0, "unit", "msn"), "12", "sales_units[0].unit.msn: must be 4 to 10 digits"),
    (("merchants", 0, "merchant", "name"), "", "merchants[0].merchant: name: must have 1 to 50"),
    (("customers", 0, "customer", "birth_date"), "today", "customers[0].customer: birth_date: Must be a date"),
    (("payments", 0, "payment", "captured"), 10**6, "payments[0].payment: captured: with cancelled"),
    (("payments", 0, "payment", "refunded"), 10**6, "payments[0].payment: refunded: is above"),
    (("payments", 0, "payment", "amount"), 1 << 60, "payments[0].payment.amount: must be a number of at most"),
    (("payments", 0, "payment", "created_at"), 10**15, "payments[0].payment.created_at: must be a time"),
    (("payments", 0, "payment", "authorized_at"), ..., "payments[0].payment: state: needs approval"),
    (("payments", 0, "payment", "reference"), "other-reference", "differs from the reference of the terms"),
    (("payments", 0, "payment", "currency"), "XXX", "payments[0].payment: currency: there is no 'XXX'"),
    (("payments", 0, "events", 0, "number"), 7, "payments[0].events[0].number: must be 0"),
    (("payments", 0, "terms", "metadata"), {"a": "b"}, "payments[0].terms.metadata: stands beside the terms"),
    (("payments", 0, "terms", "return_url"), "no url", "payments[0].terms.return_url: must be a URL"),
    (("payments", 0, "terms", "customer"), {"key": "phoneNumber", "value": "1"}, "terms.customer.value: "),
    (("answers", 0, "scope"), "zz", "answers[0].scope: must be a digest"),
    (("answers", 0, "status"), 500, "answers[0].status: must be 200 to 499"),
    (("webhooks", 0, "registration", "url"), "ftp://x", "webhooks[0].registration.url: must be an http or https URL"),
    (("webhooks", 0, "registration", "events"), ["no"], "webhooks[0].registration.events: there is no 'no'"),
    (("webhooks", 0, "registration", "faults"), {"delay": 10**14}, "registration.faults.delay: must be 0 to"),
    (("deliveries", 0, "body"), "no JSON", "deliveries[0].body: must be the text of a JSON object"),
    (("deliveries", 0, "tries"), 0, "deliveries[0].tries: must not be below the numbers of the attempts"),
    (("counters", 0, "seq"), 0, "counters[0].seq: must be 2 or more"),
    (("product_orders", 0, "order", "state"), "COMPLETED", "order.msn: is needed for a completed order"),
    (("product_orders", 0, "order", "form", "business", "id"), "x", "form.business.id: Must be 4 to 50 digits"),
    (
        ("product_orders", 0, "order", "answers"),
        [{"reason": "purpose-unclear", "at": 1}] * 21,
        "order.answers: must be at most 20",
    ),
    (
        ("product_orders", 0, "order", "answers"),
        [{"reason": "purpose-unclear", "at": 1, "given": {"purpose": "x" * 5001}}],
        "order.answers[0].given.purpose: Must have at most 5000 characters",
    ),
    (("product_orders", 0, "order", "form", "logo"), "AAAAA", "order.form.logo: The logo is not base64"),
    (("product_orders", 0, "order", "form", "logo"), "QUJD", "order.form.logo: The logo is not a PNG"),
    (("logins", 0, "login", "challenge"), [1], "logins[0].login.challenge: must be three numbers"),
    (("conducts", 0, "kind"), "payment", "conducts[0]"),
    (("rules", 0, "rule", "when"), {"nth": 0}, "rules[0].rule.when.nth: must be a whole number from 1"),
    (("rules", 1, "rule", "name"), "often", "rules[1]: has the name of another entry"),
    (("rules", 1, "rule", "name"), ["no", "text"], "rules[1].rule.name: must be a text of 1 to 100"),
    (("rules", 1, "rule", "name"), "a\nb", "rules[1].rule.name: must be a text of 1 to 100"),
    (("format",), True, "format: is True; this server reads 1"),
    (("format",), 1.0, "format: is 1.0; this server reads 1"),
    (("payments", 0, "payment", "reference"), 5, "payments[0].payment.reference: must be a text"),
    (("payments", 0, "payment", "amount"), "5", "payments[0].payment.amount: must be a whole number"),
    (("rules", 1, "seen"), -1, "rules[1]: must not count below 0"),
    (("login_keys",), [{"kty": "RSA"}], "login_keys[0]: is no private"),
    (("login_elliptic_keys",), [{"kty": "EC"}], "login_elliptic_keys[0]: is no private"),
    (("token_keys",), [{"kty": "RSA"}], "token_keys[0]: is no private"),
    (("partner_roads", 0, "road", "page"), "", "partner_roads[0].road.page: must not be empty"),
    (("partner_roads", 0, "road", "application", "email"), "x", "road.application.email: Must be an email address"),
    (("partner_roads", 0, "road", "evidence", "examples"), [""], "road.evidence.examples: Each must have 1 to 200"),
    (("partner_roads", 0, "road", "history", 0, "action"), "fly", "partner_roads[0].road.history[0].action: must be"),
]


@pytest.mark.parametrize(("place", "value", "reason"), IMPOSSIBLE)
def test_what_cannot_be_is_refused(whole: bytes, place: Place, value: Any, reason: str) -> None:
    assert reason in refusal(changed(whole, place, value))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "the state: not valid JSON: EOF"),
        (b'{"format": 1,', "the state: not valid JSON: EOF while parsing"),
        (b"[]", "the state: is no state file"),
        (b'{"format": NaN}', "not valid JSON"),
        (b"[" * 5000, "not valid JSON: recursion limit"),
        (b'{"format": 1, "x": "\\ud800"}', "not valid JSON"),
        (b"\xff", "not valid JSON"),
    ],
)
def test_what_is_no_state_is_refused(text: bytes, reason: str) -> None:
    assert reason in refusal(text)


def test_a_number_of_no_size_is_refused(whole: bytes) -> None:
    text = whole.replace(b'"seen": 0', b'"seen": 1e400', 1)
    assert "must be a number of at most" in refusal(text)


TWICE = ("merchants", "sales_units", "clients", "customers", "payments", "deliveries", "webhooks", "logins", "grants")


def test_nothing_changes_by_a_refused_state(whole: bytes, emulator: Emulator) -> None:
    imported(emulator, whole)
    content = json.loads(whole)
    bad = [changed(whole, place, value) for place, value, _ in IMPOSSIBLE[:5]]
    bad += [changed(whole, (kind,), [*content[kind], content[kind][0]]) for kind in TWICE]
    for text in bad:
        answer = put(emulator, text)
        assert answer.status_code == 400, answer.text
        [detail] = answer.json()["extraDetails"]
        assert detail["name"]
        assert detail["reason"]
    assert export(emulator) == whole


def test_two_of_one_name_are_refused_with_the_second_one_s_place(whole: bytes, emulator: Emulator) -> None:
    phones = json.loads(whole)["customers"]
    text = changed(whole, ("customers", 1, "customer", "token"), phones[0]["customer"]["token"])
    assert put(emulator, text).json()["extraDetails"] == [
        {"name": "customers[1]", "reason": "has a name or number that another entry has too"}
    ]


PATHS = (
    "/_mock/state", "/_mock/payments", "/_mock/customers", "/_mock/merchants", "/_mock/sales-units", "/_mock/webhooks",
    "/_mock/webhooks/deliveries", "/_mock/product-orders", "/_mock/emails", "/_mock/logins", "/_mock/consents",
    "/_mock/ciba", "/_mock/scenarios", "/_mock/checklist", "/_mock/partners", "/wallet/4712345678",
    "/access-management-1.0/access/.well-known/jwks.json",
)  # fmt: skip


def look_around(emulator: Emulator) -> None:
    """Ask for everything, and let time go on; nothing of it may be an error of the server."""
    emulator._tokens.clear()
    answers = [emulator.request("GET", path) for path in PATHS]
    content = answers[0].json()
    for each in content["payments"]:
        msn, reference = each["payment"]["msn"], each["payment"]["reference"]
        answers.append(emulator.control("GET", f"/payments/{msn}/{reference}"))
        if (page := answers[-1].json().get("landingPage")) is not None:
            answers.append(emulator.request("GET", page))
    # The keys of the world may be no good after a change.
    answers += [emulator.request("POST", "/accesstoken/get", headers=key_headers(emulator.unit("123456").keys))]
    if answers[-1].status_code == 200:
        answers += [emulator.api("GET", f"/payments/approved{path}") for path in ("", "/events")]
        answers += [emulator.api("POST", "/payments/approved/cancel", key="around")]
    answers += [ask_for_specialised(emulator, "partner-plus")]
    if answers[-1].status_code == 200:
        answers += [call(emulator, "GET", f"/{path}") for path in ("v2/product-orders", "v1/sales-units")]
    answers += [emulator.control("POST", "/clock/advance", {"duration": "P30D"})]
    answers += [emulator.control("GET", "/payments"), emulator.control("GET", "/webhooks/deliveries")]
    wrong = [(answer.request.url.path, answer.text) for answer in answers if answer.status_code >= 500]
    assert wrong == []


VALUES = st.one_of(
    st.sampled_from(["", "x", "é\u0000", "4712345678", "2030-01-01T00:00:00Z", "https://x.example.com/", None, True]),
    st.integers(-1, 3),
    st.sampled_from([1 << 53, (1 << 53) - 1, 16_000_000_000_000, 0.5, 1e9]),
    st.sampled_from([[], {}, [""], ...]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.integers(0, 9999), value=VALUES)
def test_a_state_with_anything_anywhere_is_refused_or_harmless(
    whole: bytes, emulator: Emulator, number: int, value: Any
) -> None:
    kinds = kinds_of_places(json.loads(whole))
    text = changed(whole, kinds[number % len(kinds)], value)
    receivers_of(emulator)
    emulator.control("POST", "/reset")
    before = export(emulator)
    answer = put(emulator, text)
    if answer.status_code != 200:
        assert answer.status_code == 400, answer.text
        assert export(emulator) == before
    else:
        look_around(emulator)


@pytest.mark.parametrize("chosen", ["", 1, [], None])
def test_a_choice_of_no_known_form_is_refused(whole: bytes, chosen: object) -> None:
    entry = {"kind": "payment", "key": 1, "chosen": chosen}
    assert refusal(changed(whole, ("conducts",), [entry])).startswith("conducts[0].chosen")


def test_a_key_that_stands_twice_is_refused(whole: bytes) -> None:
    text = whole.replace(b"{", b'{"clock": {"offset": 0},', 1)
    assert refusal(text) == "the state: not valid JSON: the key 'clock' stands twice"
    inside = whole.replace(b'"seen": 0', b'"seen": 0, "seen": 0', 1)
    assert refusal(inside) == "the state: not valid JSON: the key 'seen' stands twice"


def test_what_was_chosen_for_an_order_that_there_is_not_is_refused(whole: bytes) -> None:
    content = json.loads(whole)
    [index, *_] = [index for index, each in enumerate(content["conducts"]) if each["kind"] == "order"]
    reason = refusal(changed(whole, ("conducts", index, "key"), -1))
    assert reason == f"conducts[{index}].key: there is no product order '-1'"


def test_a_byte_order_mark_is_passed_over(whole: bytes) -> None:
    known = known_to(PRODUCTS)
    assert states.read(b"\xef\xbb\xbf" + whole, known) == states.read(whole, known)


def test_a_bad_name_of_a_rule_is_a_refusal_of_the_import(whole: bytes, emulator: Emulator) -> None:
    answer = put(emulator, changed(whole, ("rules", 1, "rule", "name"), {"no": "text"}))
    assert answer.status_code == 400
    [told] = answer.json()["extraDetails"]
    assert told["name"] == "rules[1].rule.name"
