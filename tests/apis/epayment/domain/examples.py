"""Values of the domain to start from; each takes the fields that a test is about."""

from typing import Any

import pytest

from mockserver.apis.epayment.domain import payment as rules
from mockserver.apis.epayment.domain.payment import Approval, Payment, State
from mockserver.apis.epayment.domain.receipt import OrderLine, Receipt
from mockserver.apis.epayment.domain.terms import PaymentMethod, Terms, UserFlow
from mockserver.core.errors import Code, DomainError
from mockserver.core.instants import MINUTE
from mockserver.core.money import Amount, Currency, Market
from mockserver.world.domain.customer import Address, Card, Customer
from mockserver.world.domain.merchant import CaptureType, Configuration, KeySet, Merchant, SalesUnit

AT = 1_900_000_000_000
"""2030-03-17T17:46:40Z."""
MSN = "123456"

RESERVE = Configuration()
DIRECT = Configuration(capture_type=CaptureType.DIRECT)
FULL_ONLY = Configuration(partial_capture_allowed=False)
EVERYTHING = Configuration(long_living_payment_allowed=True, express_allowed=True, nin_allowed=True)


def nok(value: int) -> Amount:
    return Amount(Currency.NOK, value)


def terms(**fields: Any) -> Terms:
    defaults: dict[str, Any] = {
        "reference": "reference-1",
        "amount": nok(10_000),
        "method": PaymentMethod.WALLET,
        "user_flow": UserFlow.WEB_REDIRECT,
        "return_url": "https://shop.example.com/return",
    }
    return Terms(**(defaults | fields))


def created(value: int = 10_000, **fields: Any) -> Payment:
    change = rules.create(terms(amount=nok(value), **fields), MSN, "100000000000000001", "secret", AT)
    return change.payment


def authorized(value: int = 10_000, configuration: Configuration = RESERVE, market: Market = Market.NO) -> Payment:
    approval = Approval("4712345678")
    return rules.approve(created(value), approval, market, configuration, AT + MINUTE).payment


def captured(value: int, of: int = 10_000) -> Payment:
    return rules.capture(authorized(of), nok(value), RESERVE, AT + MINUTE).payment


def in_state(state: State) -> Payment:
    """A payment in this state; an authorised one is captured by half."""
    match state:
        case State.CREATED:
            return created()
        case State.AUTHORIZED:
            return captured(5_000)
        case State.ABORTED:
            return rules.abort(created()).payment
        case State.EXPIRED:
            return rules.expire(created()).payment
        case State.TERMINATED:
            return rules.cancel(created(), AT).payment


def merchant(market: Market = Market.NO, *, active: bool = True) -> Merchant:
    return Merchant("merchant-1", "Shop AS", "123456789", market, active)


def unit(configuration: Configuration = RESERVE, *, active: bool = True) -> SalesUnit:
    return SalesUnit(MSN, "merchant-1", "Shop", KeySet("id", "secret", "key", "key-2"), configuration, active=active)


def customer(**fields: Any) -> Customer:
    defaults: dict[str, Any] = {
        "phone": "4712345678",
        "first_name": "Kari",
        "last_name": "Nordmann",
        "email": "kari@example.com",
        "birth_date": "1990-03-17",
        "market": Market.NO,
        "token": "ct-1",
        "addresses": (Address("Gata 1", "Oslo", "0150", "NO"),),
        "cards": (Card("4925000000000004"),),
    }
    return Customer(**(defaults | fields))


def line(**fields: Any) -> OrderLine:
    defaults: dict[str, Any] = {
        "name": "Socks",
        "id": "socks",
        "total": 10_000,
        "total_excluding_tax": 8_000,
        "tax": 2_000,
        "tax_rate": 2_500,
    }
    return OrderLine(**(defaults | fields))


def receipt(*lines: OrderLine, currency: str = "NOK") -> Receipt:
    return Receipt(lines or (line(),), currency)


def refuses(code: Code) -> Any:
    """A context that passes when the block raises a DomainError with this very code."""
    return pytest.raises(DomainError, check=lambda error: error.code is code)
