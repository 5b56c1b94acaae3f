"""Receipts: order lines and their arithmetic."""

from dataclasses import field
from decimal import Decimal
from typing import Any

from mockserver.core.errors import Malformed, Violation
from mockserver.core.values import frozen


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


_NO_RATE = "Either taxRate or taxPercentage must be set"


def check(receipt: Receipt, currency: str) -> None:
    """Check the sums that follow from the documented meaning of the fields.

    A line's total is its total without tax plus its tax, and its rate is given, if it costs anything. That the lines
    add up to the payment's amount is not asked for: official examples do not. Raises Malformed, naming each wrong line.
    """
    violations = []
    if receipt.currency != currency:
        violations.append(Violation("receipt.bottomLine.currency", f"Must be {currency}, as in amount"))
    for index, line in enumerate(receipt.lines):
        path = f"receipt.orderLines[{index}]"
        if line.total != line.total_excluding_tax + line.tax:
            violations.append(Violation(f"{path}.totalAmount", "Must be totalAmountExcludingTax plus totalTaxAmount"))
        if line.tax_rate is None and line.total:
            violations.append(Violation(f"{path}.taxRate", _NO_RATE))
    if violations:
        raise Malformed(violations)


def forgivable_flaws(receipt: Receipt) -> list[Violation]:
    """What breaks the documents' rules and may pass all the same.

    That is a unit price times quantity less discount which is not the total, give or take one minor unit, and a line
    that costs nothing and has no tax rate.
    """
    flaws = []
    for index, line in enumerate(receipt.lines):
        path = f"receipt.orderLines[{index}]"
        if _mismatch(line):
            flaws.append(Violation(f"{path}.totalAmount", "Must be unitPrice times quantity, less the discount"))
        if line.tax_rate is None and not line.total:
            flaws.append(Violation(f"{path}.taxRate", _NO_RATE))
    return flaws


def _mismatch(line: OrderLine) -> bool:
    if line.unit_price is None or line.quantity is None:
        return False
    return abs(line.unit_price * Decimal(line.quantity) - line.discount - abs(line.total)) > 1
