"""Money: integers in minor units, one currency at a time."""

from enum import StrEnum

from mockserver.core.values import frozen


class Currency(StrEnum):
    """The currencies that a sales unit may be paid in."""

    NOK = "NOK"
    DKK = "DKK"
    EUR = "EUR"
    SEK = "SEK"


class Market(StrEnum):
    """The countries where sales units live, as ISO 3166-1 alpha-2."""

    NO = "NO"
    DK = "DK"
    FI = "FI"
    SE = "SE"

    @property
    def currency(self) -> Currency:
        """The one currency that units of this market may charge."""
        return _CURRENCY[self]


_CURRENCY = {
    Market.NO: Currency.NOK,
    Market.DK: Currency.DKK,
    Market.FI: Currency.EUR,
    Market.SE: Currency.SEK,
}

MAXIMUM = 65_000_000
"""The largest payment, in minor units of any currency (official ePayment specification)."""

MINIMUM = {Currency.NOK: 100, Currency.DKK: 1, Currency.EUR: 1, Currency.SEK: 100}
"""The smallest payment by currency, in minor units. SEK is our choice: the documents do not name it."""


@frozen
class Amount:
    """A sum of money: ``value`` in minor units (øre, öre, cent) of ``currency``."""

    currency: Currency
    value: int

    def __str__(self) -> str:
        return f"{self.value // 100}.{self.value % 100:02d} {self.currency}"
