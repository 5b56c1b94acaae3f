from typing import Any

import pytest

from mockserver.apis.epayment.domain import approval as rules
from mockserver.apis.epayment.domain.approval import DeclineReason, Delivery, Magic
from mockserver.apis.epayment.domain.shipping import ShippingOption
from mockserver.core.errors import Code
from mockserver.core.money import Market
from mockserver.core.policy import Environment, Policy
from mockserver.world.domain.customer import Address, Card, CardKind
from tests.apis.epayment.domain.examples import AT, MSN, customer, nok, refuses, terms

DECLINES = {
    151: DeclineReason.INSUFFICIENT_FUNDS,
    182: DeclineReason.REFUSED_BY_ISSUER,
    183: DeclineReason.SUSPECTED_FRAUD,
    184: DeclineReason.WITHDRAWAL_LIMIT,
    186: DeclineReason.EXPIRED_CARD,
    187: DeclineReason.INVALID_CARD,
}
NORWEGIAN = {197: DeclineReason.THREE_D_SECURE, 202: Magic.EXTRA_CONFIRMATION}
EVERYWHERE = {**DECLINES, 201: Magic.UNKNOWN_RESULT}

GOOD = Card("4925000000000004")
EXPIRED = Card("4925000000000079", expired=True)
COMMERCIAL = Card("4571000000000001", CardKind.MASTERCARD, commercial=True)


@pytest.mark.parametrize("environment", [Environment.EMULATOR, Environment.TEST])
@pytest.mark.parametrize("market", Market)
@pytest.mark.parametrize(("value", "expected"), EVERYWHERE.items())
def test_magic_amounts_work_in_every_market(
    value: int, expected: object, market: Market, environment: Environment
) -> None:
    assert rules.magic(value, market, Policy(environment)) is expected


@pytest.mark.parametrize("market", Market)
@pytest.mark.parametrize(("value", "expected"), NORWEGIAN.items())
def test_some_magic_amounts_work_in_norway_only(value: int, expected: object, market: Market) -> None:
    assert rules.magic(value, market, Policy()) is (expected if market is Market.NO else Magic.NONE)


@pytest.mark.parametrize("value", [*EVERYWHERE, *NORWEGIAN])
def test_production_knows_no_magic(value: int) -> None:
    assert rules.magic(value, Market.NO, Policy(Environment.PRODUCTION)) is Magic.NONE


@pytest.mark.parametrize("value", [1, 100, 150, 152, 185, 203, 15_100])
def test_other_amounts_are_not_magic(value: int) -> None:
    assert rules.magic(value, Market.NO, Policy()) is Magic.NONE


@pytest.mark.parametrize("reason", DeclineReason)
def test_every_decline_has_its_sentence(reason: DeclineReason) -> None:
    assert reason.sentence
    assert [other for other in DeclineReason if other.sentence == reason.sentence] == [reason]


@pytest.mark.parametrize(
    ("cards", "expected"),
    [
        ((), DeclineReason.NO_CARDS),
        ((GOOD,), GOOD),
        ((EXPIRED,), DeclineReason.EXPIRED_CARD),
        ((EXPIRED, GOOD), GOOD),
        ((COMMERCIAL, GOOD), COMMERCIAL),
    ],
)
def test_the_first_card_that_works_pays(cards: tuple[Card, ...], expected: object) -> None:
    assert rules.choose_card(terms(), customer(cards=cards)) == expected


@pytest.mark.parametrize(
    ("cards", "expected"),
    [
        ((COMMERCIAL,), DeclineReason.BLOCKED_SOURCE),
        ((COMMERCIAL, GOOD), GOOD),
        ((COMMERCIAL, EXPIRED), DeclineReason.EXPIRED_CARD),
    ],
)
def test_blocked_cards_do_not_pay(cards: tuple[Card, ...], expected: object) -> None:
    assert rules.choose_card(terms(blocked_sources=True), customer(cards=cards)) == expected


def test_a_named_card_pays_or_nothing_does() -> None:
    wallet = customer(cards=(GOOD, COMMERCIAL, EXPIRED))
    assert rules.choose_card(terms(), wallet, COMMERCIAL.number) == COMMERCIAL
    assert rules.choose_card(terms(), wallet, EXPIRED.number) is DeclineReason.EXPIRED_CARD
    assert rules.choose_card(terms(), wallet, "0000") is DeclineReason.NO_CARDS


@pytest.mark.parametrize("born", ["2030-03-17", "2012-03-18"])
def test_who_is_too_young_is_not_found(born: str) -> None:
    with refuses(Code.CUSTOMER_NOT_FOUND):
        rules.check_age(terms(minimum_age=18), customer(birth_date=born), AT)


@pytest.mark.parametrize(("born", "minimum"), [("2012-03-17", 18), ("2030-03-17", 0), ("2030-03-17", None)])
def test_who_is_old_enough_passes(born: str, minimum: int | None) -> None:
    rules.check_age(terms(minimum_age=minimum), customer(birth_date=born), AT)


@pytest.mark.parametrize(
    ("limit", "value", "over"), [(None, 65_000_000, False), (1_000, 1_000, False), (1_000, 1_001, True)]
)
def test_the_limit_is_the_most_that_may_be_paid(limit: int | None, value: int, over: bool) -> None:
    assert rules.over_limit(customer(payment_limit=limit), value) is over


def test_shipping_is_paid_too() -> None:
    delivery = Delivery(customer().addresses[0], ShippingOption("home", "Home", nok(4_900)))
    assert rules.payable(terms(), delivery) == nok(14_900)
    assert rules.payable(terms(), None) == nok(10_000)


def test_nothing_is_shared_without_scopes() -> None:
    approval = rules.record(terms(), customer(), COMMERCIAL, MSN, None)
    assert (approval.subject, approval.user_details, approval.shipping_details) == (None, None, None)
    assert (approval.phone, approval.card_bin, approval.card_kind) == ("4712345678", "457100", CardKind.MASTERCARD)


ADDRESS = {"addressLine1": "Gata 1", "city": "Oslo", "country": "NO", "postCode": "0150"}


@pytest.mark.parametrize(
    ("scope", "shared"),
    [
        ("name", {"firstName": "Kari", "lastName": "Nordmann"}),
        ("email", {"email": "kari@example.com"}),
        ("phoneNumber", {"mobileNumber": "4712345678"}),
        ("birthDate", {"dateOfBirth": "1990-03-17"}),
        ("address", {"addresses": [ADDRESS]}),
        ("nin", {}),
    ],
)
def test_each_scope_shares_its_part_only(scope: str, shared: dict[str, Any]) -> None:
    approval = rules.record(terms(scopes=(scope,)), customer(nin="17039012345"), GOOD, MSN, None)
    assert approval.user_details == shared
    assert approval.subject == customer().subject(MSN)


def test_the_chosen_shipping_is_kept() -> None:
    address = Address("Gata 1", "Oslo", "0150", "NO", "H0101")
    delivery = Delivery(address, ShippingOption("home", "Home delivery", nok(4_900)))
    approval = rules.record(terms(), customer(), GOOD, MSN, delivery)
    assert approval.shipping_cost == 4_900
    assert approval.shipping_details == {
        "address": ADDRESS | {"addressLine2": "H0101"},
        "shippingCost": 4_900,
        "shippingOptionId": "home",
        "shippingOptionName": "Home delivery",
    }
