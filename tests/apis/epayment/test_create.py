from typing import Any

import pytest

from mockserver.web.parsing import MANDATORY
from tests.apis.helpers import assert_problem, configure, created, event_names, new_reference, shared_emulator
from tests.harness import ORIGIN, Emulator, amount, body

shared = shared_emulator()


def post(emulator: Emulator, content: Any, *, msn: str = "123456") -> Any:
    return emulator.api("POST", "/payments", content, msn=msn, key=new_reference())


def create(emulator: Emulator, *, msn: str = "123456", **fields: Any) -> Any:
    return post(emulator, body(new_reference(), msn=msn, **fields), msn=msn)


def test_the_answer_has_the_reference_and_where_to_send_the_customer(shared: Emulator) -> None:
    reference = new_reference()
    answer = shared.create(reference)
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/json"
    content = answer.json()
    assert set(content) == {"redirectUrl", "reference"}
    assert content["reference"] == reference
    assert content["redirectUrl"].startswith(f"{ORIGIN}/landing?token=")


@pytest.mark.parametrize("msn", ["123456", "223456", "323456", "423456"])
def test_a_new_payment_shows_all_that_the_documents_promise(shared: Emulator, msn: str) -> None:
    reference = created(shared, msn=msn)
    nothing = amount(0, msn)
    content = shared.get(reference, msn=msn)
    assert content.pop("pspReference").isdigit()
    assert content.pop("redirectUrl").startswith(ORIGIN)
    assert content == {
        "aggregate": {
            "authorizedAmount": nothing,
            "cancelledAmount": nothing,
            "capturedAmount": nothing,
            "refundedAmount": nothing,
        },
        "amount": amount(10_000, msn),
        "state": "CREATED",
        "paymentMethod": {"type": "WALLET"},
        "profile": {},
        "reference": reference,
    }


def test_the_log_begins_with_created(shared: Emulator) -> None:
    reference = created(shared)
    events = shared.events(reference)
    assert events == [
        {
            "reference": reference,
            "pspReference": shared.get(reference)["pspReference"],
            "name": "CREATED",
            "amount": amount(10_000),
            "timestamp": "2030-03-17T17:46:40.000Z",
            "success": True,
            "idempotencyKey": f"create-{reference}",
        }
    ]


@pytest.mark.parametrize("reference", ["aB3-5678", "-" * 8, "x" * 64, "ABCDEFGH"])
def test_references_have_8_to_64_letters_digits_and_hyphens(shared: Emulator, reference: str) -> None:
    assert post(shared, body(reference)).json()["reference"] == reference
    assert shared.get(reference)["reference"] == reference


@pytest.mark.parametrize(
    "reference",
    ["", "short-1", "x" * 65, "under_score", "with space", "blåbærtur", "a/b/c/d/e", 1234567, 12345678.0, None],
)
def test_other_references_are_malformed(shared: Emulator, reference: Any) -> None:
    answer = post(shared, body() | {"reference": reference})
    assert set(assert_problem(answer, 400)) == {"reference"}


@pytest.mark.parametrize(
    ("fields", "headers", "status"),
    [
        ({"paymentMethod": {"type": "CARD_PASSTHROUGH"}}, {}, 400),
        ({"cardPassthrough": {}}, {}, 201),
        ({}, {"Psp_Id": "1"}, 201),
    ],
    ids=["method", "field", "header"],
)
def test_a_create_of_a_psp_is_told_that_it_is_not_emulated(
    shared: Emulator, fields: dict[str, Any], headers: dict[str, str], status: int
) -> None:
    answer = shared.api("POST", "/payments", body(new_reference()) | fields, key=new_reference(), **headers)
    assert answer.status_code == status
    assert any(each.startswith("not-emulated: ") for each in answer.headers.get_list("x-mock-warning"))


def test_the_case_of_a_reference_matters(shared: Emulator) -> None:
    reference = created(shared)
    assert_problem(shared.api("GET", f"/payments/{reference.upper()}"), 404, "5090")
    assert shared.create(reference.upper()).status_code == 201


def test_a_reference_is_used_once(shared: Emulator) -> None:
    reference = created(shared)
    answer = post(shared, body(reference))
    assert "reference" in assert_problem(answer, 409, "4150")
    assert event_names(shared, reference) == ["CREATED"]


def test_a_reference_stays_taken_when_its_payment_has_ended(shared: Emulator) -> None:
    reference = created(shared)
    shared.api("POST", f"/payments/{reference}/cancel")
    assert_problem(post(shared, body(reference)), 409, "4150")


def test_an_unknown_reference_is_not_found(shared: Emulator) -> None:
    for path in ("", "/events"):
        assert_problem(shared.api("GET", f"/payments/no-such-payment{path}"), 404, "5090")
    for path in ("/capture", "/refund"):
        content = {"modificationAmount": amount(100)}
        answer = shared.api("POST", f"/payments/no-such-payment{path}", content, key=new_reference())
        assert_problem(answer, 404, "5090")
    assert_problem(shared.api("POST", "/payments/no-such-payment/cancel"), 404, "5090")
    assert_problem(shared.api("POST", "/test/payments/no-such-payment/approve"), 404, "5090")


@pytest.mark.parametrize(
    "field",
    ["amount", "amount.value", "amount.currency", "paymentMethod", "paymentMethod.type", "reference", "userFlow"],
)
def test_required_fields_are_named_when_missing(shared: Emulator, field: str) -> None:
    *way, last = field.split(".")
    whole = body(new_reference())
    container: Any = whole
    for step in way:
        container = container[step]
    del container[last]
    assert assert_problem(post(shared, whole), 400) == {field: MANDATORY}


def test_every_wrong_field_is_named(shared: Emulator) -> None:
    content = body("short", amount={"currency": "NOK", "value": "100"}, userFlow="PIGEON", paymentDescription="x")
    assert set(assert_problem(post(shared, content), 400)) == {
        "reference",
        "amount.value",
        "userFlow",
        "paymentDescription",
    }


@pytest.mark.parametrize("value", [-1, 65_000_001, 100.5, 1e3, "100", None, True, [], {}, 2**63, 10**400])
def test_an_amount_is_an_integer_up_to_the_maximum(shared: Emulator, value: Any) -> None:
    answer = create(shared, amount={"currency": "NOK", "value": value})
    assert set(assert_problem(answer, 400)) == {"amount.value"}


@pytest.mark.parametrize(
    ("msn", "value", "status"),
    [
        ("123456", 99, 400),
        ("123456", 100, 201),
        ("123456", 65_000_000, 201),
        ("223456", 0, 400),
        ("223456", 1, 201),
        ("323456", 0, 400),
        ("323456", 1, 201),
        ("423456", 99, 400),
        ("423456", 100, 201),
    ],
)
def test_the_minimum_is_that_of_the_currency(shared: Emulator, msn: str, value: int, status: int) -> None:
    answer = create(shared, msn=msn, amount=amount(value, msn))
    if status == 400:
        assert "amount.value" in assert_problem(answer, 400, "6010")
    else:
        assert answer.status_code == 201


@pytest.mark.parametrize(
    ("msn", "currency"), [("123456", "DKK"), ("223456", "NOK"), ("323456", "SEK"), ("423456", "EUR")]
)
def test_the_currency_is_that_of_the_market(shared: Emulator, msn: str, currency: str) -> None:
    answer = create(shared, msn=msn, amount={"currency": currency, "value": 10_000})
    assert "amount.currency" in assert_problem(answer, 400, "5040")


@pytest.mark.parametrize("currency", ["USD", "nok", "", 578])
def test_other_currencies_do_not_exist(shared: Emulator, currency: Any) -> None:
    answer = create(shared, amount={"currency": currency, "value": 10_000})
    assert set(assert_problem(answer, 400)) == {"amount.currency"}


@pytest.mark.parametrize("description", ["abc", "x" * 100, "æøå €100 <b>&amp;</b>"])
def test_descriptions_have_3_to_100_characters(shared: Emulator, description: str) -> None:
    assert create(shared, paymentDescription=description).status_code == 201


@pytest.mark.parametrize("description", [" ", "ab", "x" * 101])
def test_other_descriptions_are_malformed(shared: Emulator, description: str) -> None:
    assert set(assert_problem(create(shared, paymentDescription=description), 400)) == {"paymentDescription"}


@pytest.mark.parametrize("kind", ["PAYPAL", "wallet", ""])
def test_an_unknown_payment_method_is_4160(shared: Emulator, kind: str) -> None:
    answer = create(shared, paymentMethod={"type": kind})
    assert "paymentMethod.type" in assert_problem(answer, 400, "4160")


def test_card_works_and_shows(shared: Emulator) -> None:
    reference = created(shared, paymentMethod={"type": "CARD"})
    assert shared.get(reference)["paymentMethod"] == {"type": "CARD"}


@pytest.mark.parametrize(
    ("msn", "fields"),
    [
        ("123457", {"paymentMethod": {"type": "CARD"}}),
        ("123456", {"paymentMethod": {"type": "CARD"}, "userFlow": "QR"}),
    ],
    ids=["unit", "flow"],
)
def test_card_where_it_cannot_be_is_4160(shared: Emulator, msn: str, fields: dict[str, Any]) -> None:
    assert_problem(create(shared, msn=msn, **fields), 400, "4160")


@pytest.mark.parametrize("msn", ["123456", "223456", "323456", "423456"])
def test_sources_are_blocked_in_denmark_and_finland_only(shared: Emulator, msn: str) -> None:
    answer = create(shared, msn=msn, paymentMethod={"type": "WALLET", "blockedSources": ["COMMERCIAL_CARDS"]})
    if msn in ("223456", "323456"):
        assert answer.status_code == 201
    else:
        assert_problem(answer, 400, "5010")


@pytest.mark.parametrize(
    ("msn", "code"), [("123460", "5060"), ("123461", "5070"), ("623456", "5070"), ("123459", None)]
)
def test_units_that_may_not_create_say_why(shared: Emulator, msn: str, code: str | None) -> None:
    assert_problem(create(shared, msn=msn), 400 if code else 403, code)


def test_a_change_of_the_unit_counts_at_once(emulator: Emulator) -> None:
    assert create(emulator).status_code == 201
    configure(emulator, "123456", bank_account_verified=False)
    assert_problem(create(emulator), 400, "5060")


@pytest.mark.parametrize("scope", ["name", "name address email phoneNumber birthDate", "nin", "", "  name   email "])
def test_known_scopes_pass(shared: Emulator, scope: str) -> None:
    assert create(shared, profile={"scope": scope}).status_code == 201


@pytest.mark.parametrize(
    ("msn", "scope", "code"),
    [("123456", "openid", "4080"), ("123456", "name,email", "4080"), ("123457", "nin", "5030")],
)
def test_scopes_that_may_not_be_asked_for_are_refused(shared: Emulator, msn: str, scope: str, code: str) -> None:
    assert "profile.scope" in assert_problem(create(shared, msn=msn, profile={"scope": scope}), 400, code)


def test_airline_data_is_checked_and_taken(shared: Emulator) -> None:
    airline = {
        "agencyInvoiceNumber": "123456",
        "airlineCode": "074",
        "airlineDesignatorCode": "KL",
        "passengerName": "FLYER / MARY MS.",
        "ticketNumber": "123-1234-5678",
    }
    assert create(shared, industryData={"airlineData": airline}).status_code == 201
    answer = create(shared, industryData={"airlineData": airline | {"airlineCode": "74"}})
    assert set(assert_problem(answer, 400)) == {"industryData.airlineData.airlineCode"}


@pytest.mark.parametrize("interaction", ["CUSTOMER_PRESENT", "CUSTOMER_NOT_PRESENT"])
def test_the_customer_may_be_there_or_not(shared: Emulator, interaction: str) -> None:
    assert create(shared, customerInteraction=interaction).status_code == 201


def test_a_refused_create_leaves_the_reference_free(shared: Emulator) -> None:
    reference = new_reference()
    assert_problem(post(shared, body(reference, amount=amount(1))), 400, "6010")
    assert_problem(shared.api("GET", f"/payments/{reference}"), 404, "5090")
    assert post(shared, body(reference)).status_code == 201
