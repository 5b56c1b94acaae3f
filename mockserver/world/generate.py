"""Worlds made up from a seed: the same seed, the same world."""

import datetime
import random
import uuid
from base64 import b64encode
from typing import Final

from faker import Faker

from mockserver.core.money import Market
from mockserver.world.domain.business import identifier_of, is_registrable
from mockserver.world.domain.customer import Address, Card, CardKind, Customer
from mockserver.world.domain.merchant import Configuration, KeySet, Merchant, SalesUnit
from mockserver.world.domain.world import World, check

_LOCALES: Final = {Market.NO: "no_NO", Market.DK: "da_DK", Market.FI: "fi_FI", Market.SE: "sv_SE"}
_PHONES: Final = {
    Market.NO: ("474", 7),
    Market.DK: ("452", 7),
    Market.FI: ("35840", 7),
    Market.SE: ("4670", 7),
}
_ORGANISATION_DIGITS: Final = {Market.NO: 9, Market.DK: 8, Market.FI: 8, Market.SE: 10}
_LONGEST_NAME: Final = 50
_CARDS: Final = (
    Card("4925000000000004", CardKind.VISA),
    Card("5413000000000000", CardKind.MASTERCARD),
    Card("9578100000000004", CardKind.BANKAXEPT),
)
_OLDEST: Final = datetime.date(1940, 1, 1)
_YOUNGEST: Final = datetime.date(2006, 12, 31)


class _Maker:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._organisations: set[str] = set()
        self._fakers = {market: Faker(locale) for market, locale in _LOCALES.items()}
        for number, faker in enumerate(self._fakers.values()):
            faker.seed_instance(seed * 10 + number)

    def guid(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def keys(self) -> KeySet:
        secret = b64encode(self._random.randbytes(24)).decode()
        primary, secondary = (self._random.randbytes(16).hex() for _ in range(2))
        return KeySet(self.guid(), secret, primary, secondary)

    def merchant(self, number: int, market: Market) -> Merchant:
        name = self._fakers[market].company()
        return Merchant(f"merchant-{number}", name[:_LONGEST_NAME], self.organisation_number(market), market)

    def organisation_number(self, market: Market) -> str:
        digits = _ORGANISATION_DIGITS[market]
        while True:
            number = str(10 ** (digits - 1) + self._random.randrange(9 * 10 ** (digits - 1)))
            if number not in self._organisations and is_registrable(identifier_of(market, number)):
                self._organisations.add(number)
                return identifier_of(market, number).id

    def sales_unit(self, msn: int, merchant: Merchant) -> SalesUnit:
        def flip() -> bool:
            return self._random.random() < 0.5

        configuration = Configuration(
            skip_landing_page_allowed=flip(),
            recurring_allowed=flip(),
            partial_capture_allowed=merchant.market in (Market.NO, Market.SE) or flip(),
            late_capture_allowed=flip(),
            long_living_payment_allowed=flip(),
            express_allowed=flip(),
        )
        return SalesUnit(str(msn), merchant.id, f"{merchant.name} {msn % 1000}", self.keys(), configuration)

    def customer(self, number: int, market: Market) -> Customer:
        faker = self._fakers[market]
        prefix, digits = _PHONES[market]
        first, last = faker.first_name(), faker.last_name()
        address = Address(faker.street_address(), faker.city(), faker.postcode(), market)
        return Customer(
            phone=f"{prefix}{number:0{digits}d}",
            first_name=first,
            last_name=last,
            email=f"customer{number}@example.com",
            birth_date=faker.date_between_dates(_OLDEST, _YOUNGEST).isoformat(),
            market=market,
            token=f"ct-{self._random.randbytes(16).hex()}",
            addresses=(address,),
            cards=(self._random.choice(_CARDS),),
        )


def generate(merchants: int, customers: int, seed: int) -> World:
    """A world of this size: each merchant with one to three sales units, all four markets in turn."""
    maker, markets = _Maker(seed), tuple(Market)
    all_merchants, units, msn = [], [], 500_000
    for number in range(merchants):
        merchant = maker.merchant(number + 1, markets[number % len(markets)])
        all_merchants.append(merchant)
        for _ in range(1 + number % 3):
            units.append(maker.sales_unit(msn, merchant))
            msn += 1
    people = [maker.customer(number, markets[number % len(markets)]) for number in range(customers)]
    return check(World(tuple(all_merchants), tuple(units), tuple(people)))
