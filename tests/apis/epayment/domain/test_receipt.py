import pytest

from mockserver.apis.epayment.domain.receipt import check, forgivable_flaws
from mockserver.core.errors import Malformed
from tests.apis.epayment.domain.examples import line, receipt


@pytest.mark.parametrize(
    "good",
    [
        line(),
        line(tax=0, total_excluding_tax=10_000, tax_rate=0),
        line(total=-10_000, total_excluding_tax=-8_000, tax=-2_000, is_return=True),
    ],
    ids=["taxed", "tax free", "return"],
)
def test_a_line_whose_sums_fit_passes(good: object) -> None:
    check(receipt(good), "NOK")  # type: ignore[arg-type]


def test_every_wrong_line_is_named() -> None:
    wrong = receipt(line(), line(total=9_999), line(tax_rate=None), line(total=1, tax_rate=None))
    with pytest.raises(Malformed) as caught:
        check(wrong, "NOK")
    assert [violation.field for violation in caught.value.violations] == [
        "receipt.orderLines[1].totalAmount",
        "receipt.orderLines[2].taxRate",
        "receipt.orderLines[3].totalAmount",
        "receipt.orderLines[3].taxRate",
    ]


def test_the_currency_is_that_of_the_payment() -> None:
    with pytest.raises(Malformed) as caught:
        check(receipt(currency="NOK"), "DKK")
    assert caught.value.violations[0].field == "receipt.bottomLine.currency"


@pytest.mark.parametrize(
    ("unit_price", "quantity", "discount"),
    [
        (10_000, "1", 0),
        (5_000, "2.0", 0),
        (5_500, "2", 1_000),
        (3_333, "3", 0),
        (40_000, "0.25", 0),
        (10_001, "1", 0),
        (9_999, "1", 0),
        (None, None, 0),
    ],
)
def test_price_times_quantity_less_discount_is_the_total(
    unit_price: int | None, quantity: str | None, discount: int
) -> None:
    assert not forgivable_flaws(receipt(line(unit_price=unit_price, quantity=quantity, discount=discount)))


@pytest.mark.parametrize(
    ("unit_price", "quantity", "discount"), [(10_002, "1", 0), (5_000, "1", 0), (10_000, "1", 500)]
)
def test_a_price_that_does_not_make_the_total_is_named(unit_price: int, quantity: str, discount: int) -> None:
    wrong = receipt(line(), line(unit_price=unit_price, quantity=quantity, discount=discount))
    assert [violation.field for violation in forgivable_flaws(wrong)] == ["receipt.orderLines[1].totalAmount"]


def test_the_price_of_a_return_is_compared_without_its_sign() -> None:
    returned = line(total=-10_000, total_excluding_tax=-8_000, tax=-2_000, unit_price=5_000, quantity="2")
    assert not forgivable_flaws(receipt(returned))
