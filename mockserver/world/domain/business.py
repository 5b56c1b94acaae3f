"""Companies as registers and banks know them: business identifiers, settlement accounts, postal addresses."""

import re
import unicodedata
from importlib import import_module
from typing import Final

from mockserver.core.errors import Violation
from mockserver.core.exact import EXACT
from mockserver.core.money import Market
from mockserver.core.values import frozen

SCHEMES: Final = {
    "business:NO:ORG": Market.NO,
    "business:DK:CVR": Market.DK,
    "business:FI:Y-tunnus": Market.FI,
    "business:SE:ORG": Market.SE,
}
"""The schemes of business identifiers. Sweden's is our choice: the documents give the others."""
_SCHEME_OF: Final = {market: scheme for scheme, market in SCHEMES.items()}
_IDENTIFIER: Final = re.compile(r"[0-9-]{4,50}", re.ASCII)
_FEWEST_DIGITS: Final = 4
_FINNISH_DIGITS: Final = 8
_ACCOUNT: Final = re.compile(r"[0-9]{9,34}", re.ASCII)
_ACCOUNT_DIGITS: Final = {Market.NO: (11, 11), Market.DK: (10, 14), Market.FI: (14, 14), Market.SE: (9, 16)}
"""Fewest and most digits of a domestic account number (BBAN): in Denmark with the registration number in front."""
_REGISTERS: Final = {
    Market.NO: "stdnum.no.orgnr",
    Market.DK: "stdnum.dk.cvr",
    Market.FI: "stdnum.fi.ytunnus",
    Market.SE: "stdnum.se.orgnr",
}
_NAME_SIGNS: Final = frozenset("\\()-_+.` ")
LONGEST_UNIT_NAME: Final = 40
"""Characters of a name in a product order."""


@frozen
class BusinessIdentifier:
    """A company in its national register: ``scheme`` such as ``business:NO:ORG``, ``id`` of digits and hyphens."""

    __pydantic_config__ = EXACT

    scheme: str
    id: str

    @property
    def market(self) -> Market | None:
        """The country of the register, if it is one of ours."""
        return SCHEMES.get(self.scheme)

    @property
    def digits(self) -> str:
        """The id without hyphens, by which companies are compared."""
        return self.id.replace("-", "")


@frozen
class BankAccount:
    """A domestic account (BBAN, never IBAN): ``scheme`` such as ``BBAN:NO``, ``id`` of digits only."""

    __pydantic_config__ = EXACT

    scheme: str
    id: str


@frozen
class PostalAddress:
    """Where a company is: at most 30 characters a line; ``country_code`` as ISO 3166-1 alpha-2."""

    __pydantic_config__ = EXACT

    lines: tuple[str, ...] = ()
    post_code: str | None = None
    city: str | None = None
    country_code: str | None = None


def identifier_of(market: Market, number: str) -> BusinessIdentifier:
    """The identifier of a registered number; Finland's is written with a hyphen before the check digit."""
    digits = number.replace("-", "")
    hyphenated = market is Market.FI and len(digits) == _FINNISH_DIGITS
    return BusinessIdentifier(_SCHEME_OF[market], f"{digits[:-1]}-{digits[-1]}" if hyphenated else digits)


def identifier_violations(identifier: BusinessIdentifier, place: str) -> list[Violation]:
    """What no register would ever write, whatever its check digits; ``place`` is the field."""
    found = []
    if identifier.market is None:
        found.append(Violation(f"{place}.scheme", f"Must be one of {', '.join(SCHEMES)}"))
    if not _IDENTIFIER.fullmatch(identifier.id):
        found.append(Violation(f"{place}.id", "Must be 4 to 50 digits or hyphens"))
    elif len(identifier.digits) < _FEWEST_DIGITS:
        found.append(Violation(f"{place}.id", f"Must have at least {_FEWEST_DIGITS} digits"))
    return found


def is_registrable(identifier: BusinessIdentifier) -> bool:
    """Whether the number has the length and the check digit that its register gives out."""
    return identifier.market is not None and _is_valid(_REGISTERS[identifier.market], identifier.digits)


def account_violations(account: BankAccount, market: Market | None, place: str) -> list[Violation]:
    """What cannot be an account in the company's country; ``place`` is the field."""
    found = []
    if market is not None and account.scheme != f"BBAN:{market}":
        return [Violation(f"{place}.scheme", f"Must be BBAN:{market}, the country of the business")]
    if not _ACCOUNT.fullmatch(account.id):
        found.append(Violation(f"{place}.id", "Must be 9 to 34 digits"))
    elif market is not None:
        fewest, most = _ACCOUNT_DIGITS[market]
        if not fewest <= len(account.id) <= most:
            digits = str(fewest) if fewest == most else f"{fewest} to {most}"
            found.append(Violation(f"{place}.id", f"An account number in {market} has {digits} digits"))
    return found


def is_payable(account: BankAccount) -> bool:
    """Whether the check digit is right, where a country's account numbers have one: in Norway."""
    if account.scheme != f"BBAN:{Market.NO}":
        return True
    return _is_valid("stdnum.no.kontonr", account.id)


def _is_valid(kind: str, number: str) -> bool:
    return bool(import_module(kind).is_valid(number))


def unit_name_flaw(name: str) -> str | None:
    r"""What is wrong with a sales unit's name: letters, marks, digits, spaces and ``\ ( ) - _ + . ` `` are fine."""
    if not 1 <= len(name) <= LONGEST_UNIT_NAME:
        return f"Must have 1 to {LONGEST_UNIT_NAME} characters"
    wrong = next((sign for sign in name if not _may_stand_in_a_name(sign)), None)
    return f"Must not contain {wrong!a}" if wrong is not None else None


def _may_stand_in_a_name(sign: str) -> bool:
    return sign in _NAME_SIGNS or unicodedata.category(sign)[0] in "LM" or unicodedata.category(sign) == "Nd"
