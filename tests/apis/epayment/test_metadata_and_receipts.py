from typing import Any

import pytest

from tests.apis.helpers import assert_problem, authorized, created, new_reference, shared_emulator
from tests.harness import Emulator, body

shared = shared_emulator()
strict = shared_emulator(strict=True)

LINE = {
    "name": "Socks",
    "id": "socks-1",
    "totalAmount": 10_000,
    "totalAmountExcludingTax": 8_000,
    "totalTaxAmount": 2_000,
    "taxRate": 2_500,
}
UNIT_INFO = {"unitPrice": 5_000, "quantity": "2", "quantityUnit": "PCS"}


def create(emulator: Emulator, *, msn: str = "123456", **fields: Any) -> Any:
    content = body(new_reference(), msn=msn, **fields)
    return emulator.api("POST", "/payments", content, msn=msn, key=new_reference())


def receipt(*lines: dict[str, Any], **bottom_line: Any) -> dict[str, Any]:
    return {"orderLines": list(lines) or [LINE], "bottomLine": {"currency": "NOK"} | bottom_line}


def without(content: dict[str, Any], name: str) -> dict[str, Any]:
    return {other: value for other, value in content.items() if other != name}


def test_metadata_comes_back(shared: Emulator) -> None:
    metadata = {"order": "1001", "æ": "€ ❄", "k" * 100: "v" * 500, "": "", "last": "x"}
    assert shared.get(created(shared, metadata=metadata))["metadata"] == metadata
    assert shared.get(authorized(shared, metadata=metadata))["metadata"] == metadata


def test_without_metadata_there_is_none(shared: Emulator) -> None:
    assert "metadata" not in shared.get(created(shared))


@pytest.mark.parametrize(
    ("metadata", "code"),
    [
        ({str(number): "x" for number in range(6)}, "4100"),
        ({"k" * 101: "x"}, "4120"),
        ({"k": "v" * 501}, "4130"),
    ],
    ids=["pairs", "key", "value"],
)
def test_metadata_beyond_its_limits_is_refused(shared: Emulator, metadata: dict[str, str], code: str) -> None:
    assert_problem(create(shared, metadata=metadata), 400, code)


def test_a_repeated_metadata_key_is_4110(shared: Emulator) -> None:
    text = '{"metadata": {"a": "1", "b": "2", "a": "3"}, '
    content = text + shared.client.build_request("POST", "/", json=body(new_reference())).content.decode()[1:]
    headers = shared.headers(Idempotency_Key=new_reference(), Content_Type="application/json")
    answer = shared.request("POST", "/epayment/v1/payments", headers=headers, content=content)
    assert "metadata" in assert_problem(answer, 400, "4110")


@pytest.mark.parametrize("metadata", [[], "x", {"a": None}, {"a": {"b": "c"}}, {"a": ["b"]}, {"a": True}])
def test_metadata_of_another_form_is_malformed(shared: Emulator, metadata: Any) -> None:
    fields = assert_problem(create(shared, metadata=metadata), 400)
    assert set(fields) <= {"metadata", "metadata.a"}
    assert fields


@pytest.mark.parametrize(
    "lines",
    [
        [LINE],
        [LINE | {"unitInfo": UNIT_INFO}],
        [without(LINE, "taxRate") | {"taxPercentage": 25}],
        [LINE | {"discount": 100, "isReturn": False, "isShipping": True, "productUrl": "https://shop.example.com"}],
        [LINE | {"unitInfo": {"unitPrice": 40_000, "quantity": "0.25", "quantityUnit": "KG"}}],
        [LINE, LINE | {"id": "2"}],
    ],
    ids=["plain", "unit", "percentage", "more", "kilos", "two"],
)
def test_good_receipts_pass_without_a_warning(strict: Emulator, lines: list[dict[str, Any]]) -> None:
    answer = create(strict, receipt=receipt(*lines))
    assert answer.status_code == 201, answer.text
    assert "x-mock-warning" not in answer.headers


def test_the_bottom_line_takes_all_documented_fields(strict: Emulator) -> None:
    whole = receipt(
        tipAmount=100,
        giftCardAmount=0,
        posId="pos-1",
        totalAmount=10_000,
        totalTax=2_000,
        totalDiscount=0,
        shippingAmount=0,
        shippingInfo={"amount": 0, "amountExcludingTax": 0, "taxAmount": 0, "taxPercentage": 25},
        paymentSources={"giftCard": 0, "card": 10_000, "voucher": 0, "cash": 0},
        barcode={"format": "EAN-13", "data": "1234567890128"},
        receiptNumber="0527013501",
        terminalId="vipps_pos_122",
    )
    assert create(strict, receipt=whole).status_code == 201


@pytest.mark.parametrize("name", ["name", "id", "totalAmount", "totalAmountExcludingTax", "totalTaxAmount"])
def test_required_fields_of_a_line_are_named(shared: Emulator, name: str) -> None:
    answer = create(shared, receipt=receipt(LINE, without(LINE, name)))
    assert set(assert_problem(answer, 400)) == {f"receipt.orderLines[1].{name}"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"totalAmount": 9_999}, "totalAmount"),
        ({"taxRate": None}, "taxRate"),
        ({"taxRate": 10_001}, "taxRate"),
        ({"taxRate": None, "taxPercentage": 101}, "taxPercentage"),
        ({"totalAmount": "10000"}, "totalAmount"),
        ({"discount": -1}, "discount"),
        ({"unitInfo": UNIT_INFO | {"quantity": "two"}}, "unitInfo.quantity"),
        ({"unitInfo": UNIT_INFO | {"quantityUnit": "STONE"}}, "unitInfo.quantityUnit"),
    ],
)
def test_a_wrong_line_is_named(shared: Emulator, change: dict[str, Any], field: str) -> None:
    answer = create(shared, receipt=receipt(LINE, LINE | change))
    assert set(assert_problem(answer, 400)) == {f"receipt.orderLines[1].{field}"}


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"orderLines": [], "bottomLine": {"currency": "NOK"}}, "receipt.orderLines"),
        ({"orderLines": [LINE]}, "receipt.bottomLine"),
        ({"orderLines": [LINE], "bottomLine": {}}, "receipt.bottomLine.currency"),
        ({"orderLines": [LINE], "bottomLine": {"currency": "EUR"}}, "receipt.bottomLine.currency"),
        ("receipt", "receipt"),
    ],
    ids=["no lines", "no bottom line", "no currency", "other currency", "text"],
)
def test_a_wrong_receipt_is_malformed(shared: Emulator, content: Any, field: str) -> None:
    assert set(assert_problem(create(shared, receipt=content), 400)) == {field}


def test_numbers_beyond_64_bits_are_malformed_and_not_a_failure(shared: Emulator) -> None:
    answer = create(shared, receipt=receipt(LINE | {"totalAmount": 2**70}))
    assert set(assert_problem(answer, 400)) == {"receipt.orderLines[0].totalAmount"}
