import pytest

from mockserver.core.errors import Violation
from mockserver.core.money import Market
from mockserver.world.domain.business import (
    SCHEMES,
    BankAccount,
    BusinessIdentifier,
    account_violations,
    identifier_of,
    identifier_violations,
    is_payable,
    is_registrable,
    unit_name_flaw,
)

NO, DK, FI, SE = "business:NO:ORG", "business:DK:CVR", "business:FI:Y-tunnus", "business:SE:ORG"


def fields(violations: list[Violation]) -> list[str]:
    return [each.field for each in violations]


def test_every_market_has_one_scheme() -> None:
    assert SCHEMES == {NO: Market.NO, DK: Market.DK, FI: Market.FI, SE: Market.SE}


@pytest.mark.parametrize(
    ("scheme", "id_"),
    [
        (NO, "923609016"),
        (NO, "923-609-016"),
        (DK, "13585628"),
        (DK, "13-58-56-28"),
        (FI, "0112038-9"),
        (FI, "01120389"),
        (SE, "5560360793"),
        (SE, "556036-0793"),
    ],
)
def test_a_number_with_the_right_check_digit_is_registrable(scheme: str, id_: str) -> None:
    identifier = BusinessIdentifier(scheme, id_)
    assert is_registrable(identifier)
    assert identifier_violations(identifier, "x") == []


@pytest.mark.parametrize(
    ("scheme", "id_"),
    [
        (NO, "923609017"),
        (NO, "92360901"),
        (NO, "9236090160"),
        (DK, "13585629"),
        (DK, "1358562"),
        (FI, "0112038-8"),
        (FI, "1120389"),
        (SE, "5560360794"),
        (SE, "556036079"),
    ],
)
def test_a_number_with_another_check_digit_or_length_is_not(scheme: str, id_: str) -> None:
    identifier = BusinessIdentifier(scheme, id_)
    assert not is_registrable(identifier)
    assert identifier_violations(identifier, "x") == []


@pytest.mark.parametrize("scheme", ["business:GB:CRN", "business:no:org", "business:NO:ORG ", "NO", ""])
def test_a_scheme_that_nobody_knows_is_a_violation(scheme: str) -> None:
    identifier = BusinessIdentifier(scheme, "923609016")
    assert fields(identifier_violations(identifier, "place")) == ["place.scheme"]
    assert identifier.market is None
    assert not is_registrable(identifier)


@pytest.mark.parametrize(
    "id_", ["", "123", "1" * 51, "92360901a", "NO923609016", "923 609 016", "٩٢٣٦٠٩٠١٦", "923609016\n"]
)
def test_what_is_not_4_to_50_digits_or_hyphens_is_a_violation(id_: str) -> None:
    assert fields(identifier_violations(BusinessIdentifier(NO, id_), "place")) == ["place.id"]


@pytest.mark.parametrize("id_", ["----", "---1", "1--23", "-" * 47 + "123"])
def test_hyphens_are_not_digits(id_: str) -> None:
    assert fields(identifier_violations(BusinessIdentifier(NO, id_), "place")) == ["place.id"]


@pytest.mark.parametrize("id_", ["1234", "1" * 50, "1-2-3-4"])
def test_the_bounds_belong_to_it(id_: str) -> None:
    assert identifier_violations(BusinessIdentifier(NO, id_), "place") == []


def test_both_fields_can_be_wrong_at_once() -> None:
    assert fields(identifier_violations(BusinessIdentifier("x", "y"), "place")) == ["place.scheme", "place.id"]


@pytest.mark.parametrize(
    ("market", "number", "id_"),
    [
        (Market.NO, "923609016", "923609016"),
        (Market.NO, "923-609-016", "923609016"),
        (Market.DK, "13-58-56-28", "13585628"),
        (Market.FI, "01120389", "0112038-9"),
        (Market.FI, "0112038-9", "0112038-9"),
        (Market.FI, "1234", "1234"),
        (Market.FI, "----", ""),
        (Market.SE, "556036-0793", "5560360793"),
    ],
)
def test_identifiers_are_written_as_their_register_writes_them(market: Market, number: str, id_: str) -> None:
    identifier = identifier_of(market, number)
    assert (identifier.market, identifier.id) == (market, id_)
    assert identifier.digits == number.replace("-", "")


@pytest.mark.parametrize(
    ("market", "fewest", "most"), [(Market.NO, 11, 11), (Market.DK, 10, 14), (Market.FI, 14, 14), (Market.SE, 9, 16)]
)
def test_accounts_have_as_many_digits_as_the_country_gives_them(market: Market, fewest: int, most: int) -> None:
    scheme = f"BBAN:{market}"
    for length in range(1, 40):
        found = fields(account_violations(BankAccount(scheme, "1" * length), market, "account"))
        assert found == ([] if fewest <= length <= most else ["account.id"])


@pytest.mark.parametrize("scheme", ["BBAN:DK", "IBAN:NO", "BBAN", "bban:no", ""])
def test_an_account_is_a_domestic_one_of_the_business(scheme: str) -> None:
    found = account_violations(BankAccount(scheme, "86011117904"), Market.NO, "account")
    assert fields(found) == ["account.scheme"]


@pytest.mark.parametrize("id_", ["8601 1117904", "8601.11.17904", "NO8601111790", "٨٦٠١١١١٧٩٠٤", ""])
def test_an_account_has_digits_only(id_: str) -> None:
    assert fields(account_violations(BankAccount("BBAN:NO", id_), Market.NO, "account")) == ["account.id"]


def test_of_an_unknown_country_only_the_form_is_looked_at() -> None:
    assert account_violations(BankAccount("BBAN:GB", "123456789"), None, "account") == []
    assert fields(account_violations(BankAccount("BBAN:GB", "12345678"), None, "account")) == ["account.id"]


@pytest.mark.parametrize(
    ("scheme", "id_", "payable"),
    [
        ("BBAN:NO", "86011117947", True),
        ("BBAN:NO", "86011117948", False),
        ("BBAN:NO", "8601111794", False),
        ("BBAN:DK", "00400440116243", True),
        ("BBAN:DK", "1111111111", True),
        ("BBAN:FI", "12345600000785", True),
        ("BBAN:SE", "123456789", True),
    ],
)
def test_only_norwegian_accounts_have_a_check_digit(scheme: str, id_: str, payable: bool) -> None:
    assert is_payable(BankAccount(scheme, id_)) is payable


@pytest.mark.parametrize(
    "name",
    [
        "A",
        "1",
        "x" * 40,
        "Shop 2",
        r"\()-_+.` ",
        "Blåbærsyltetøy",
        "Äkäslompolo",
        "日本の店",
        "Магазин",
        "متجر",
        "נעליים",
        "cafe\u0301",
        "हिन्दी",
        "٣ متاجر",
    ],
)
def test_letters_marks_and_digits_of_any_script_make_a_name(name: str) -> None:
    assert unit_name_flaw(name) is None


@pytest.mark.parametrize(
    "sign", [*"&/'\",;:!?@#$%*=<>[]{}|~^", "\t", "\n", "\0", "\u00a0", "²", "½", "Ⅷ", "€", "–", "“", "\u200b", "😀"]
)
def test_other_signs_do_not(sign: str) -> None:
    flaw = unit_name_flaw(f"Shop{sign}2")
    assert flaw == f"Must not contain {sign!a}"
    assert flaw.isascii()


@pytest.mark.parametrize("name", ["", "x" * 41])
def test_a_name_has_1_to_40_characters(name: str) -> None:
    assert unit_name_flaw(name) == "Must have 1 to 40 characters"
