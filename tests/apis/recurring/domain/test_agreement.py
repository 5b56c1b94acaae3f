"""The agreement state machine, pricing, campaigns and what drafts may not say."""

from dataclasses import replace
from itertools import product

import pytest

from mockserver.apis.recurring.domain import agreement as machine
from mockserver.apis.recurring.domain import campaigns, pricing, terms
from mockserver.apis.recurring.domain.agreement import TRANSITIONS, Act, Agreement, Consent, Status
from mockserver.apis.recurring.domain.campaigns import Campaign, CampaignType
from mockserver.apis.recurring.domain.periods import Period, Unit
from mockserver.apis.recurring.domain.pricing import Pricing, PricingType
from mockserver.apis.recurring.domain.refusals import Problem
from mockserver.apis.recurring.domain.terms import Update
from mockserver.core.errors import IllegalAction, NamedRefusal
from mockserver.core.money import Currency, Market

AT = 1_900_000_000_000
LEGACY = Pricing(PricingType.LEGACY, Currency.NOK, 10_000)
VARIABLE = Pricing(PricingType.VARIABLE, Currency.NOK, suggested_max=5_000)
DRAFT = Agreement(
    "agr_1", "u", "123456", "s", Status.PENDING, LEGACY, "Tea", "https://shop.example.com/", AT, AT + 600_000
)
ACTIVE = machine.activate(machine.accepted_by(DRAFT, Consent("4712345678"), LEGACY), AT)


def in_status(status: Status) -> Agreement:
    return replace(ACTIVE if status is Status.ACTIVE else DRAFT, status=status)


@pytest.mark.parametrize(("status", "act"), [*product(Status, Act)])
def test_every_act_leads_where_the_table_says_or_is_refused(status: Status, act: Act) -> None:
    before, expected = in_status(status), TRANSITIONS[status, act]
    acts = {
        Act.ACCEPT: lambda: machine.activate(before, AT),
        Act.REJECT: lambda: machine.reject(before, AT),
        Act.EXPIRE: lambda: machine.expire(before),
        Act.STOP: lambda: machine.stop(before, AT),
    }
    if expected is None:
        with pytest.raises(IllegalAction, match=status):
            acts[act]()
    else:
        assert acts[act]().status is expected


def test_what_the_machine_makes_has_no_flaw() -> None:
    for each in (DRAFT, ACTIVE, machine.stop(ACTIVE, AT), machine.reject(DRAFT, AT), machine.expire(DRAFT)):
        assert machine.flaw(each) is None


def refused(problem: Problem, call: object, *args: object) -> NamedRefusal:
    with pytest.raises(NamedRefusal) as caught:
        call(*args)  # type: ignore[operator]
    assert caught.value.name == problem
    return caught.value


def test_each_type_needs_its_own_amount_and_no_other() -> None:
    for type_, given in (("LEGACY", (None, None)), ("VARIABLE", (None, None)), ("FLEXIBLE", (100, None))):
        refused(Problem.VALIDATION, pricing.price, PricingType(type_), Currency.NOK, Market.NO, *given)
    assert pricing.price(PricingType.FLEXIBLE, Currency.EUR, Market.FI, None, None).ceiling is None


def test_the_currency_is_the_markets() -> None:
    refused(Problem.VALIDATION, pricing.price, PricingType.FLEXIBLE, Currency.NOK, Market.DK, None, None)


@pytest.mark.parametrize(("currency", "most"), [("NOK", 2_000_000), ("DKK", 30_000_000), ("EUR", 200_000)])
def test_maximums(currency: str, most: int) -> None:
    pricing.check_price(most, Currency(currency), "pricing.amount")
    refused(Problem.INVALID_MAXIMUM, pricing.check_price, most + 1, Currency(currency), "pricing.amount")


@pytest.mark.parametrize(("currency", "least"), [("NOK", 100), ("DKK", 1), ("EUR", 1)])
def test_minimums(currency: str, least: int) -> None:
    pricing.check_amount(least, Currency(currency))
    refused(Problem.VALIDATION, pricing.check_amount, least - 1, Currency(currency))


def test_the_charges_of_one_interval_are_five_prices_at_most() -> None:
    pricing.check_charge(LEGACY, 20_000, 30_000)
    refused(Problem.AMOUNT_TOO_HIGH, pricing.check_charge, LEGACY, 20_001, 30_000)
    pricing.check_charge(LEGACY, 900_000, None)


def test_a_variable_charge_is_bounded_by_the_higher_of_both() -> None:
    pricing.check_charge(VARIABLE, 5_000, None)
    chosen = pricing.choose_maximum(VARIABLE, 8_000)
    pricing.check_charge(chosen, 8_000, None)
    refused(Problem.AMOUNT_TOO_HIGH, pricing.check_charge, chosen, 8_001, None)


def test_the_suggested_maximum_is_chosen_by_default_and_offered_among_others() -> None:
    assert pricing.choose_maximum(VARIABLE, None).max_amount == 5_000
    assert pricing.alternatives(VARIABLE) == (2_500, 5_000, 7_500, 10_000)
    refused(Problem.VALIDATION, pricing.choose_maximum, LEGACY, 100)


def test_a_campaign_goes_with_a_price_only() -> None:
    campaign = Campaign(CampaignType.PERIOD, 0, period=Period(Unit.WEEK, 4))
    campaigns.check(campaign, LEGACY, AT)
    refused(Problem.VALIDATION, campaigns.check, campaign, VARIABLE, AT)


def test_a_campaign_ends_in_the_future() -> None:
    refused(Problem.VALIDATION, campaigns.check, Campaign(CampaignType.PRICE, 100, end=AT), LEGACY, AT)


def test_a_campaign_is_explained() -> None:
    campaign = Campaign(CampaignType.PERIOD, 0, period=Period(Unit.MONTH, 1))
    assert campaigns.explanation(campaign, LEGACY, AT) == "Ordinary price 100 kr starts 17/4/2030"


def test_several_changes_are_one() -> None:
    changed = terms.updated(ACTIVE, Update(product_name="Coffee", amount=20_000, pay_per_use=True))
    assert (changed.product_name, changed.pricing.amount, changed.interval) == ("Coffee", 20_000, None)
    refused(Problem.VALIDATION, terms.updated, ACTIVE, Update(suggested_max=20_000))
    refused(Problem.ILLEGAL_UPDATE, terms.updated, DRAFT, Update(product_name="Coffee"))
