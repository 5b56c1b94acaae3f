"""Receipts: order lines and their arithmetic."""

from dataclasses import field
from decimal import Decimal
from typing import Any

from mockserver.domain.errors import Malformed, Violation
from mockserver.values import frozen


@frozen
class OrderLine:
    """One line of a receipt; amounts in minor units of the receipt's currency.

    ``tax_rate`` is in hundredths of a percent (2500 is 25 %), whichever of the two documented fields it came
    from. ``unit_price`` and ``quantity`` go together.
    """

    name: str
    id: str
    total: int
    total_excluding_tax: int
    tax: int
    tax_rate: int | None = None
    unit_price: int | None = None
    quantity: str | None = None
    quantity_unit: str = "PCS"
    discount: int = 0
    is_return: bool = False
    is_shipping: bool = False


@frozen
class Receipt:
    """What was bought. ``bottom_line`` keeps the rest of the wire's bottomLine as it came."""

    lines: tuple[OrderLine, ...]
    currency: str
    bottom_line: dict[str, Any] = field(default_factory=dict)


def check(receipt: Receipt, currency: str) -> None:
    """Check the sums that follow from the documented meaning of the fields.

    A line's total is its total without tax plus its tax, and its rate is given. Raises Malformed, naming each
    wrong line. That the lines add up to the payment's amount is not asked for: official examples do not.
    """
    violations = []
    if receipt.currency != currency:
        violations.append(Violation("receipt.bottomLine.currency", f"Must be {currency}, as in amount"))
    for index, line in enumerate(receipt.lines):
        path = f"receipt.orderLines[{index}]"
        if line.total != line.total_excluding_tax + line.tax:
            violations.append(Violation(f"{path}.totalAmount", "Must be totalAmountExcludingTax plus totalTaxAmount"))
        if line.tax_rate is None:
            violations.append(Violation(f"{path}.taxRate", "Either taxRate or taxPercentage must be set"))
    if violations:
        raise Malformed(violations)


def unit_price_mismatches(receipt: Receipt) -> list[Violation]:
    """The lines whose unit price times quantity less discount is not the total, give or take one minor unit."""
    return [
        Violation(f"receipt.orderLines[{index}].totalAmount", "Must be unitPrice times quantity, less the discount")
        for index, line in enumerate(receipt.lines)
        if line.unit_price is not None
        and line.quantity is not None
        and abs(line.unit_price * Decimal(line.quantity) - line.discount - abs(line.total)) > 1
    ]
