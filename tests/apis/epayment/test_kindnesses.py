"""Each kindness by its name: a warning by default, a refusal when it is off."""

from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from mockserver.core.policy import Kindness
from tests.apis.epayment.test_metadata_and_receipts import LINE, receipt
from tests.apis.helpers import aggregate, assert_problem, authorized, created, new_reference, shared_emulator
from tests.harness import Emulator, amount, body

shared = shared_emulator()
strict = shared_emulator(strict=True)
EXPRESS_PROFILE = {"scope": "name address email phoneNumber"}


@dataclass(frozen=True)
class Use:
    """A createPayment request that needs one kindness; ``culprit`` is what a refusal names."""

    kindness: Kindness
    culprit: str | None
    fields: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    key: bool = True
    code: str | None = None

    def send(self, emulator: Emulator, reference: str) -> httpx.Response:
        headers = emulator.headers(**self.headers)
        if self.key:
            headers["Idempotency-Key"] = new_reference()
        content = body(reference, **self.fields)
        return emulator.request("POST", "/epayment/v1/payments", headers=headers, json=content)


def dynamic(**options: str) -> dict[str, Any]:
    return {
        "shipping": {"dynamicOptions": {"callbackUrl": "https://shop.example.com/x"} | options},
        "profile": EXPRESS_PROFILE,
    }


SUMS = ("totalAmount", "totalAmountExcludingTax", "totalTaxAmount")

USES = [
    Use(Kindness.UNKNOWN_FIELDS, "pluginVersion", {"pluginVersion": "1.2.3"}),
    Use(Kindness.UNKNOWN_FIELDS, "amount.text", {"amount": amount(10_000) | {"text": "100,-"}}),
    Use(Kindness.UNKNOWN_FIELDS, "profile.x", {"profile": {"x": {"deep": [1]}}}),
    Use(Kindness.UNKNOWN_FIELDS, "receipt.orderLines[0].colour", {"receipt": receipt(LINE | {"colour": "red"})}),
    Use(Kindness.SCALAR_TYPES, "metadata.order", {"metadata": {"order": 1001}}),
    Use(
        Kindness.SCALAR_TYPES,
        "receipt.orderLines[0].unitInfo.quantity",
        {"receipt": receipt(LINE | {"unitInfo": {"unitPrice": 5_000, "quantity": 2}})},
    ),
    Use(
        Kindness.MISPLACED_INTERACTION,
        "customer.customerInteraction",
        {"customer": {"phoneNumber": "4712345678", "customerInteraction": "CUSTOMER_PRESENT"}},
    ),
    Use(Kindness.EMPTY_CUSTOMER, "customer", {"customer": {}}),
    Use(Kindness.EMPTY_DESCRIPTION, "paymentDescription", {"paymentDescription": ""}),
    Use(Kindness.NULL_FIELDS, "profile.scope", {"profile": {"scope": None}}),
    Use(
        Kindness.NULL_FIELDS,
        "paymentMethod.blockedSources",
        {"paymentMethod": {"type": "WALLET", "blockedSources": None}},
    ),
    Use(Kindness.NULL_FIELDS, "receipt.orderLines[0].unitInfo", {"receipt": receipt(LINE | {"unitInfo": None})}),
    Use(Kindness.MISSING_IDEMPOTENCY_KEY, "Idempotency-Key", key=False),
    Use(Kindness.MISSING_IDEMPOTENCY_KEY, "Idempotency-Key", key=False, headers={"Idempotency_Key": " "}),
    Use(Kindness.LOCAL_URLS, "returnUrl", {"returnUrl": "http://localhost:3000/x"}, code="4090"),
    Use(Kindness.LOCAL_URLS, "returnUrl", {"returnUrl": "https://127.0.0.1/x"}, code="4090"),
    Use(Kindness.LOCAL_URLS, "receiptUrl", {"receiptUrl": "http://shop:8080/receipt"}, code="4090"),
    Use(
        Kindness.LOCAL_URLS,
        "shipping.dynamicOptions.callbackUrl",
        dynamic(callbackUrl="http://host.docker.internal/shipping"),
        code="4090",
    ),
    Use(
        Kindness.LOCAL_URLS,
        "merchantLegalLinks.termsOfSaleUrl",
        {"merchantLegalLinks": {"termsOfSaleUrl": "http://localhost:3000/terms"}},
        code="4090",
    ),
    Use(Kindness.URL_WITHOUT_SCHEME, "returnUrl", {"returnUrl": "shop.example.com/return"}, code="4090"),
    Use(
        Kindness.RECEIPT_ARITHMETIC,
        "receipt.orderLines[0].totalAmount",
        {"receipt": receipt(LINE | {"unitInfo": {"unitPrice": 1, "quantity": "1"}})},
    ),
    Use(
        Kindness.RECEIPT_ARITHMETIC,
        "receipt.orderLines[0].taxRate",
        {"receipt": receipt({"name": "Gift", "id": "1"} | dict.fromkeys(SUMS, 0))},
    ),
    Use(
        Kindness.CALLBACK_TOKEN,
        "shipping.dynamicOptions.callbackAuthorizationToken",
        dynamic(callbackAuthorizationToken="Basic YTpi"),
    ),
    Use(
        Kindness.UNKNOWN_CUSTOMERS,
        None,
        {"customer": {"phoneNumber": "4799999999"}, "userFlow": "PUSH_MESSAGE"},
        code="7010",
    ),
    Use(Kindness.SYSTEM_HEADER_LENGTH, "Vipps-System-Name", headers={"Vipps_System_Name": "x" * 31}),
    Use(
        Kindness.SYSTEM_HEADER_LENGTH, "Vipps-System-Plugin-Version", headers={"Vipps_System_Plugin_Version": "x" * 31}
    ),
]
EVERY_USE = pytest.mark.parametrize("use", [pytest.param(use, id=f"{use.kindness}-{use.culprit}") for use in USES])


def journal_of(emulator: Emulator, answer: httpx.Response) -> dict[str, Any]:
    """The journal's entry of the latest create."""
    [entry] = emulator.control("GET", "/requests?operation=createPayment&limit=1").json()["requests"]
    assert entry["status"] == answer.status_code
    content: dict[str, Any] = entry
    return content


def test_every_kindness_has_its_tests() -> None:
    elsewhere = {
        Kindness.CHECK_DIGITS,
        Kindness.UNREGISTERED_REDIRECT,
        Kindness.CLIENT_AUTHENTICATION,
        Kindness.MOBILE_NUMBER_HINT,
        Kindness.USERINFO_SUBSCRIPTION_KEY,
        Kindness.FAULT_HEADER,
        Kindness.SLASHED_DATES,
        Kindness.ZONED_DATES,
        Kindness.LONG_DESCRIPTION,
        Kindness.UNCHANGEABLE_FIELDS,
        Kindness.SHORT_ORDER_ID,
        Kindness.MISSING_RETRY_DAYS,
    }
    assert {use.kindness for use in USES} == set(Kindness) - elsewhere


@EVERY_USE
def test_a_kindness_is_said_in_the_answer_and_in_the_journal(emulator: Emulator, use: Use) -> None:
    reference = new_reference()
    answer = use.send(emulator, reference)
    assert answer.status_code == 201, answer.text
    warnings = answer.headers.get_list("x-mock-warning")
    assert [warning.partition(": ")[0] for warning in warnings] == [use.kindness]
    entry = journal_of(emulator, answer)
    assert [warning["kindness"] for warning in entry["warnings"]] == [use.kindness]
    assert [f"{each['kindness']}: {each['message']}" for each in entry["warnings"]] == warnings
    assert emulator.get(reference)["state"] == "CREATED"


@EVERY_USE
def test_strict_refuses_and_does_not_warn(strict: Emulator, use: Use) -> None:
    reference = new_reference()
    answer = use.send(strict, reference)
    named = assert_problem(answer, 400, use.code)
    assert set(named) == ({use.culprit} if use.culprit else set())
    assert "x-mock-warning" not in answer.headers
    assert journal_of(strict, answer)["warnings"] == []
    assert_problem(strict.api("GET", f"/payments/{reference}"), 404, "5090")


@EVERY_USE
def test_a_single_kindness_can_be_turned_off(start: Any, use: Use) -> None:
    emulator = start(refuse=use.kindness)
    assert_problem(use.send(emulator, new_reference()), 400, use.code)
    other = next(each for each in USES if each.kindness is not use.kindness)
    assert other.send(emulator, new_reference()).status_code == 201


def test_several_kindnesses_in_one_request_warn_each(shared: Emulator) -> None:
    answer = Use(
        Kindness.UNKNOWN_FIELDS,
        None,
        {"x": 1, "y": 2, "metadata": {"a": 1}, "returnUrl": "http://localhost"},
        key=False,
    ).send(shared, new_reference())
    assert answer.headers.get_list("x-mock-warning")[-1] == "and 3 more: see the journal"
    kindnesses = [each["kindness"] for each in shared.control("GET", "/requests").json()["requests"][0]["warnings"]]
    assert sorted(kindnesses) == [
        "local-urls",
        "missing-idempotency-key",
        "scalar-types",
        "unknown-fields",
        "unknown-fields",
    ]


def test_a_correct_request_is_not_warned_of(shared: Emulator, strict: Emulator) -> None:
    for emulator in (shared, strict):
        reference = authorized(emulator)
        answers = [
            emulator.modify("capture", 1_000, reference),
            emulator.modify("refund", 500, reference),
            emulator.api("POST", f"/payments/{reference}/cancel"),
            emulator.api("GET", f"/payments/{reference}"),
        ]
        assert [answer.status_code for answer in answers] == [200] * 4
        assert all("x-mock-warning" not in answer.headers for answer in answers)


def test_numbers_in_metadata_come_back_as_text(shared: Emulator) -> None:
    reference = created(shared, metadata={"order": 1001, "price": 9.5, "text": "x"})
    assert shared.get(reference)["metadata"] == {"order": "1001", "price": "9.5", "text": "x"}


AS_IN_OFFICIAL_EXAMPLES = [
    {"customer": {"phoneNumber": 4796844569}, "userFlow": "PUSH_MESSAGE"},
    dynamic(callbackAuthorizationToken=f"Bearer {'eyJhbGciOi.' * 10}a_b-c=="),
]


@pytest.mark.parametrize("fields", AS_IN_OFFICIAL_EXAMPLES, ids=["number", "bearer"])
def test_what_official_examples_send_passes_in_strict_and_is_not_warned_of(
    shared: Emulator, strict: Emulator, fields: dict[str, Any]
) -> None:
    for emulator in (shared, strict):
        answer = Use(Kindness.SCALAR_TYPES, None, fields).send(emulator, new_reference())
        assert answer.status_code == 201, answer.text
        assert "x-mock-warning" not in answer.headers


def test_a_phone_number_that_is_a_number_finds_its_customer(strict: Emulator) -> None:
    named = authorized(strict, customer={"phoneNumber": 4798765432})
    by_force = created(strict)
    answer = strict.api(
        "POST", f"/test/payments/{by_force}/approve", {"customer": {"phoneNumber": 4798765432}}, key=new_reference()
    )
    assert answer.status_code == 200, answer.text
    assert "x-mock-warning" not in answer.headers
    for reference in (named, by_force):
        assert strict.control("GET", f"/payments/123456/{reference}").json()["customer"] == "4798765432"


@pytest.mark.parametrize(
    ("phone", "code"), [(4712345678.5, None), (True, None), (-4712345678, "4070"), (12, "4070"), (10**30, "4070")]
)
def test_a_number_that_is_no_phone_number_is_refused(shared: Emulator, phone: Any, code: str | None) -> None:
    answer = Use(Kindness.SCALAR_TYPES, None, {"customer": {"phoneNumber": phone}}).send(shared, new_reference())
    assert set(assert_problem(answer, 400, code)) == {"customer.phoneNumber"}


@pytest.mark.parametrize("action", ["capture", "refund"])
def test_a_change_without_a_key_is_refused_in_strict(shared: Emulator, strict: Emulator, action: str) -> None:
    content = {"modificationAmount": amount(100)}
    for emulator in (shared, strict):
        reference = authorized(emulator)
        emulator.modify("capture", 1_000, reference)
        answer = emulator.api("POST", f"/payments/{reference}/{action}", content)
        if emulator is strict:
            assert set(assert_problem(answer, 400)) == {"Idempotency-Key"}
            assert aggregate(emulator, reference) == (10_000, 1_000, 0, 0)
        else:
            assert answer.status_code == 200
            assert "missing-idempotency-key" in answer.headers["x-mock-warning"]


@pytest.mark.parametrize(
    ("action", "content"),
    [
        ("capture", {"modificationAmount": amount(100), "text": "x"}),
        ("capture", {"modificationAmount": amount(100) | {"text": "x"}}),
        ("cancel", {"text": "x"}),
    ],
)
def test_unknown_fields_of_a_change_are_refused_in_strict(
    shared: Emulator, strict: Emulator, action: str, content: Any
) -> None:
    for emulator in (shared, strict):
        reference = authorized(emulator)
        answer = emulator.api("POST", f"/payments/{reference}/{action}", content, key="1")
        if emulator is strict:
            assert_problem(answer, 400)
        else:
            assert answer.status_code == 200
            assert "unknown-fields" in answer.headers["x-mock-warning"]


def test_a_cancel_and_a_force_approve_need_no_key_even_in_strict(strict: Emulator) -> None:
    reference = created(strict)
    assert strict.approve(reference).status_code == 200
    assert strict.api("POST", f"/payments/{reference}/cancel").status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"qrFormat": {"format": "IMAGE/PNG", "size": None}},
        {"receipt": receipt(LINE | {"taxPercentage": None, "discount": None})},
        {"paymentDescription": "null and void"},
    ],
    ids=["size", "line", "text"],
)
def test_null_passes_in_strict_where_the_api_allows_it(strict: Emulator, fields: dict[str, Any]) -> None:
    answer = Use(Kindness.NULL_FIELDS, None, fields).send(strict, new_reference())
    assert answer.status_code == 201, answer.text


def test_a_warning_is_one_line_of_plain_text(shared: Emulator) -> None:
    answer = Use(Kindness.UNKNOWN_FIELDS, None, {"ø\r\nSet-Cookie: x=y" + "z" * 900: 1}).send(shared, new_reference())
    assert answer.status_code == 201
    assert "set-cookie" not in answer.headers
    [warning] = answer.headers.get_list("x-mock-warning")
    assert warning.isascii()
    assert len(warning) <= 500


@pytest.mark.parametrize("length", [0, 30])
def test_system_headers_of_up_to_30_characters_pass(strict: Emulator, length: int) -> None:
    answer = Use(Kindness.SYSTEM_HEADER_LENGTH, None, headers={"Vipps_System_Name": "x" * length}).send(
        strict, new_reference()
    )
    assert answer.status_code == 201


def test_a_reference_may_be_written_as_a_number_as_an_official_example_does(strict: Emulator) -> None:
    answer = strict.api("POST", "/payments", body("x") | {"reference": 2810171731400321010}, key=new_reference())
    assert (answer.status_code, answer.json()["reference"]) == (201, "2810171731400321010")
    assert "x-mock-warning" not in answer.headers
    assert strict.get("2810171731400321010")["state"] == "CREATED"
