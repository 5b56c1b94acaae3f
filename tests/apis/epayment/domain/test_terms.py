from dataclasses import replace
from typing import Any

import pytest

from mockserver.apis.epayment.domain import terms as rules
from mockserver.apis.epayment.domain.shipping import (
    DynamicShipping,
    Express,
    ShippingBrand,
    ShippingGroup,
    ShippingOption,
)
from mockserver.apis.epayment.domain.shipping import ShippingType as Type
from mockserver.apis.epayment.domain.terms import PaymentMethod, UserFlow
from mockserver.core.errors import Code, DomainError, Forbidden, Malformed
from mockserver.core.instants import DAY, MINUTE
from mockserver.core.money import Amount, Currency, Market
from mockserver.core.policy import Environment, Policy
from mockserver.world.domain.customer import CustomerKey, CustomerReference
from mockserver.world.domain.merchant import Configuration
from tests.apis.epayment.domain.examples import AT, EVERYTHING, line, merchant, nok, receipt, refuses, terms, unit

SOMEBODY = CustomerReference(CustomerKey.PHONE_NUMBER, "4712345678")
EXPRESS_SCOPES = ("address",)


def check(
    configuration: Configuration = EVERYTHING,
    market: Market = Market.NO,
    environment: Environment = Environment.EMULATOR,
    **fields: Any,
) -> None:
    asked = terms(**{"amount": Amount(market.currency, 10_000)} | fields)
    rules.check(asked, unit(configuration), merchant(market), Policy(environment), AT)


def option(id_: str = "home", value: int = 4_900, currency: Currency = Currency.NOK) -> ShippingOption:
    return ShippingOption(id_, "Home", Amount(currency, value))


def express(*options: ShippingOption) -> Express:
    return Express(groups=(ShippingGroup(Type.HOME_DELIVERY, ShippingBrand.POSTEN, options),))


@pytest.mark.parametrize("market", Market)
def test_plain_terms_pass_in_every_market(market: Market) -> None:
    check(market=market)


@pytest.mark.parametrize(("unit_active", "merchant_active"), [(False, True), (True, False)])
def test_an_inactive_unit_or_merchant_creates_nothing(unit_active: bool, merchant_active: bool) -> None:
    with refuses(Code.CANNOT_BE_CREATED):
        rules.check(terms(), unit(active=unit_active), merchant(active=merchant_active), Policy(), AT)


def test_a_unit_without_the_product_is_forbidden() -> None:
    with pytest.raises(Forbidden, match="Merchant Not Allowed"):
        check(Configuration(payment_allowed=False))


def test_an_unverified_bank_account_is_5060() -> None:
    with refuses(Code.ACCOUNT_NOT_VERIFIED):
        check(Configuration(bank_account_verified=False))


@pytest.mark.parametrize("market", Market)
@pytest.mark.parametrize("currency", Currency)
def test_only_the_currency_of_the_market_is_taken(market: Market, currency: Currency) -> None:
    amount = Amount(currency, 10_000)
    if currency is market.currency:
        check(market=market, amount=amount)
    else:
        with refuses(Code.INVALID_CURRENCY):
            check(market=market, amount=amount)


@pytest.mark.parametrize(("market", "smallest"), [(Market.NO, 100), (Market.DK, 1), (Market.FI, 1), (Market.SE, 100)])
def test_an_amount_below_the_minimum_of_its_currency_is_6010(market: Market, smallest: int) -> None:
    check(market=market, amount=Amount(market.currency, smallest))
    with refuses(Code.AMOUNT_TOO_SMALL):
        check(market=market, amount=Amount(market.currency, smallest - 1))


@pytest.mark.parametrize("url", [None, ""])
def test_a_web_redirect_needs_a_return_url(url: str | None) -> None:
    with pytest.raises(DomainError) as caught:
        check(return_url=url)
    assert (caught.value.code, caught.value.field) == (Code.MISSING_PARAMETER, "returnUrl")


@pytest.mark.parametrize("flow", [UserFlow.NATIVE_REDIRECT, UserFlow.QR])
def test_other_flows_do_not_need_a_return_url(flow: UserFlow) -> None:
    check(user_flow=flow, return_url=None)


def test_a_push_message_needs_a_customer() -> None:
    with pytest.raises(DomainError) as caught:
        check(user_flow=UserFlow.PUSH_MESSAGE)
    assert (caught.value.code, caught.value.field) == (Code.MISSING_PARAMETER, "customer")
    check(user_flow=UserFlow.PUSH_MESSAGE, customer=SOMEBODY, return_url=None)


def test_a_push_message_needs_the_permission() -> None:
    with refuses(Code.PUSH_NOT_ALLOWED):
        check(Configuration(skip_landing_page_allowed=False), user_flow=UserFlow.PUSH_MESSAGE, customer=SOMEBODY)


@pytest.mark.parametrize("flow", UserFlow)
def test_card_goes_with_a_web_redirect_only(flow: UserFlow) -> None:
    fields: dict[str, Any] = {"method": PaymentMethod.CARD, "user_flow": flow, "customer": SOMEBODY}
    if flow is UserFlow.WEB_REDIRECT:
        check(**fields)
    else:
        with refuses(Code.INVALID_METHOD_TYPE):
            check(**fields)


def test_card_needs_the_permission() -> None:
    with refuses(Code.INVALID_METHOD_TYPE):
        check(Configuration(credit_card_payment_allowed=False), method=PaymentMethod.CARD)


@pytest.mark.parametrize("environment", Environment)
def test_the_test_environment_has_no_card(environment: Environment) -> None:
    if environment is Environment.TEST:
        with refuses(Code.INVALID_METHOD_TYPE):
            check(environment=environment, method=PaymentMethod.CARD)
    else:
        check(environment=environment, method=PaymentMethod.CARD)


@pytest.mark.parametrize("market", Market)
def test_sources_are_blocked_in_denmark_and_finland_only(market: Market) -> None:
    if market in (Market.DK, Market.FI):
        check(market=market, blocked_sources=True)
    else:
        with pytest.raises(DomainError, match="5010") as caught:
            check(market=market, blocked_sources=True)
        people = {Market.NO: "Norwegian", Market.SE: "Swedish"}[market]
        assert caught.value.detail == f"Not possible to block payment sources for market: '{people}'"


def test_sources_are_blocked_for_the_wallet_only() -> None:
    with refuses(Code.BLOCKING_NOT_APPLICABLE):
        check(market=Market.DK, blocked_sources=True, method=PaymentMethod.CARD)


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        (CustomerKey.PHONE_NUMBER, "+4712345678", Code.INVALID_PHONE_NUMBER),
        (CustomerKey.PERSONAL_QR, "not a QR", Code.INVALID_PERSONAL_QR),
    ],
)
def test_a_customer_reference_has_to_have_its_form(key: CustomerKey, value: str, code: Code) -> None:
    with refuses(code):
        check(customer=CustomerReference(key, value))


@pytest.mark.parametrize("scope", ["name", "address", "email", "phoneNumber", "birthDate", "nin"])
def test_every_documented_scope_may_be_asked_for(scope: str) -> None:
    check(scopes=(scope,))


@pytest.mark.parametrize("scope", ["openid", "Name", "gender", "phonenumber"])
def test_an_unknown_scope_is_4080(scope: str) -> None:
    with refuses(Code.INVALID_SCOPE):
        check(scopes=("name", scope))


def test_nin_needs_the_permission() -> None:
    with refuses(Code.ILLEGAL_SCOPE):
        check(Configuration(), scopes=("nin",))


def test_account_numbers_need_a_permission_that_nobody_has() -> None:
    with refuses(Code.ILLEGAL_SCOPE):
        check(scopes=("name", "accountNumbers"))


def test_metadata_at_its_limits_passes() -> None:
    check(metadata={str(number) * 100: "v" * 500 for number in range(5)})


@pytest.mark.parametrize(
    ("metadata", "code"),
    [
        ({str(number): "" for number in range(6)}, Code.METADATA_CAPACITY),
        ({"k" * 101: ""}, Code.METADATA_KEY_LENGTH),
        ({"k": "v" * 501}, Code.METADATA_VALUE_LENGTH),
    ],
    ids=["pairs", "key", "value"],
)
def test_metadata_beyond_its_limits_is_refused(metadata: dict[str, str], code: Code) -> None:
    with refuses(code):
        check(metadata=metadata)


def test_a_receipt_is_checked() -> None:
    with pytest.raises(Malformed):
        check(receipt=receipt(line(total=1)))
    with pytest.raises(Malformed):
        check(receipt=receipt(currency="EUR"))


def test_a_receipt_and_its_url_may_come_together() -> None:
    check(receipt=receipt(), receipt_url="https://shop.example.com/receipt")


@pytest.mark.parametrize("ahead", [10 * MINUTE + 1, DAY, 60 * DAY - 1])
def test_expires_at_lies_between_ten_minutes_and_sixty_days(ahead: int) -> None:
    check(expires_at=AT + ahead, receipt=receipt())


@pytest.mark.parametrize("ahead", [-DAY, 0, 10 * MINUTE])
def test_an_early_expires_at_is_6120(ahead: int) -> None:
    with refuses(Code.EXPIRATION_TOO_SOON):
        check(expires_at=AT + ahead, receipt=receipt())


@pytest.mark.parametrize("ahead", [60 * DAY, 61 * DAY])
def test_a_late_expires_at_is_6110(ahead: int) -> None:
    with refuses(Code.EXPIRATION_TOO_LATE):
        check(expires_at=AT + ahead, receipt=receipt())


def test_a_unit_may_have_a_maximum_of_its_own() -> None:
    unit = replace(EVERYTHING, long_living_maximum=86_400)
    check(unit, expires_at=AT + DAY, receipt=receipt())
    with refuses(Code.EXPIRATION_TOO_LATE):
        check(unit, expires_at=AT + DAY + 1, receipt=receipt())


def test_expires_at_needs_a_receipt() -> None:
    with refuses(Code.RECEIPT_REQUIRED):
        check(expires_at=AT + DAY)


def test_expires_at_goes_with_the_wallet() -> None:
    with refuses(Code.INVALID_METHOD_TYPE):
        check(expires_at=AT + DAY, receipt=receipt(), method=PaymentMethod.CARD)


def test_expires_at_needs_the_permission() -> None:
    with refuses(Code.LONG_LIVING_NOT_ALLOWED):
        check(Configuration(), expires_at=AT + DAY, receipt=receipt())


@pytest.mark.parametrize(
    "shipping",
    [express(option()), Express(dynamic=DynamicShipping("https://shop.example.com/shipping"))],
    ids=["fixed", "dynamic"],
)
def test_express_passes_with_its_scopes(shipping: Express) -> None:
    check(express=shipping, scopes=EXPRESS_SCOPES)
    check(express=shipping, scopes=(*EXPRESS_SCOPES, "name", "birthDate"))


@pytest.mark.parametrize("scopes", [(), ("name", "email", "phoneNumber")])
def test_express_needs_the_address(scopes: tuple[str, ...]) -> None:
    with pytest.raises(DomainError, match="4080") as caught:
        check(express=express(option()), scopes=scopes)
    assert "address" in caught.value.detail


def test_express_needs_the_permission() -> None:
    with refuses(Code.EXPRESS_NOT_ALLOWED):
        check(Configuration(), express=express(option()), scopes=EXPRESS_SCOPES)


def test_express_is_paid_with_the_wallet() -> None:
    with refuses(Code.INVALID_METHOD_TYPE):
        check(express=express(option()), scopes=EXPRESS_SCOPES, method=PaymentMethod.CARD)


@pytest.mark.parametrize(
    ("shipping", "reason"),
    [
        (express(), "At least one"),
        (express(option("a"), option("a")), "unique"),
        (express(option(currency=Currency.EUR)), "not priced in NOK"),
        (express(option(value=64_990_001)), "above"),
    ],
    ids=["none", "repeated", "currency", "sum"],
)
def test_fixed_options_that_cannot_be_chosen_are_malformed(shipping: Express, reason: str) -> None:
    with pytest.raises(Malformed, match=reason) as caught:
        check(express=shipping, scopes=EXPRESS_SCOPES)
    assert {violation.field for violation in caught.value.violations} == {"shipping.fixedOptions"}


def test_an_option_may_take_the_payment_up_to_the_maximum() -> None:
    check(express=express(option(value=64_990_000)), scopes=EXPRESS_SCOPES, amount=nok(10_000))
