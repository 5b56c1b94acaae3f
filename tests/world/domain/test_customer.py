import datetime
import uuid

import pytest

from mockserver.core.errors import Code, DomainError
from mockserver.core.money import Amount, Currency, Market
from mockserver.world.domain.customer import (
    Address,
    Card,
    CardKind,
    CustomerKey,
    CustomerReference,
    check_phone,
    market_of,
)
from tests.apis.epayment.domain.examples import customer, refuses


@pytest.mark.parametrize(
    ("today", "age"),
    [("2008-03-16", 17), ("2008-03-17", 18), ("2008-03-18", 18), ("1990-03-17", 0), ("2007-12-31", 17)],
)
def test_age_changes_on_the_birthday(today: str, age: int) -> None:
    assert customer(birth_date="1990-03-17").age(datetime.date.fromisoformat(today)) == age


@pytest.mark.parametrize(("today", "age"), [("2018-02-28", 17), ("2018-03-01", 18)])
def test_who_is_born_on_a_leap_day_has_a_birthday_in_other_years_too(today: str, age: int) -> None:
    assert customer(birth_date="2000-02-29").age(datetime.date.fromisoformat(today)) == age


@pytest.mark.parametrize("phone", ["471234567", "4712345678", "358401234567", "123456789012345"])
def test_nine_to_fifteen_digits_are_a_phone_number(phone: str) -> None:
    assert check_phone(phone) == phone


@pytest.mark.parametrize(
    "phone",
    ["", "12345678", "1234567890123456", "+4712345678", "47 12345678", "4712345678\n", "٤٧١٢٣٤٥٦٧٨", "phone",
     "004712345678", "0712345678"],
)  # fmt: skip
def test_anything_else_is_4070(phone: str) -> None:
    with pytest.raises(DomainError) as caught:
        check_phone(phone, "phone")
    assert (caught.value.code, caught.value.field) == (Code.INVALID_PHONE_NUMBER, "phone")


@pytest.mark.parametrize(
    ("phone", "market"),
    [
        ("4712345678", Market.NO),
        ("4512345678", Market.DK),
        ("358401234567", Market.FI),
        ("46701234567", Market.SE),
        ("441234567890", None),
        ("35412345678", None),
    ],
)
def test_the_country_code_tells_the_market(phone: str, market: Market | None) -> None:
    assert market_of(phone) is market


@pytest.mark.parametrize(
    "content",
    [
        "https://qr.vipps.no/p/4712345678",
        "https://qr.vipps.no/p/4712345678/",
        "https://qr.vipps.no/p/4712345678?x=y",
        "https://qr.mobilepay.dk/p/4712345678",
    ],
)
def test_a_personal_qr_holds_a_phone_number(content: str) -> None:
    assert CustomerReference(CustomerKey.PERSONAL_QR, content).phone == "4712345678"


@pytest.mark.parametrize(
    "content",
    ["", "x", "4712345678", "https://qr.vipps.no/p/", "https://qr.vipps.no/p/abc", f"https://q/{'x' * 240}/4712345678"],
)
def test_anything_else_is_4060(content: str) -> None:
    with refuses(Code.INVALID_PERSONAL_QR):
        _ = CustomerReference(CustomerKey.PERSONAL_QR, content).phone


def test_a_token_holds_no_phone_number() -> None:
    assert CustomerReference(CustomerKey.CUSTOMER_TOKEN, "ct-1").phone is None


def test_the_subject_is_a_uuid_of_its_own_at_every_unit_for_ever() -> None:
    one, same, other = (customer().subject(msn) for msn in ("123456", "123456", "123457"))
    assert one == same != other
    assert str(uuid.UUID(one)) == one
    assert customer(phone="4798765432").subject("123456") != one


def test_people_cards_and_addresses_have_a_readable_form() -> None:
    assert customer().name == "Kari Nordmann"
    assert str(Card("4925000000000004", CardKind.VISA)) == "VISA •••• 0004"
    assert Card("4925000000000004").bin == "492500"
    assert str(Address("Gata 1", "Oslo", "0150", "NO", "H0101")) == "Gata 1, H0101, 0150 Oslo, NO"
    assert str(Address("Gata 1", "Oslo", "0150", "NO")) == "Gata 1, 0150 Oslo, NO"


@pytest.mark.parametrize(("value", "text"), [(10_000, "100.00 NOK"), (5, "0.05 NOK"), (99, "0.99 NOK")])
def test_money_has_a_readable_form(value: int, text: str) -> None:
    assert str(Amount(Currency.NOK, value)) == text
