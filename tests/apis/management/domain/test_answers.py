"""What each hold asks for, what is wrong with an answer, and what an answer makes of the order's form."""

from dataclasses import replace
from typing import Any

import pytest

from mockserver.apis.management.domain import answers, holds, needed
from mockserver.apis.management.domain import product_order as rules
from mockserver.apis.management.domain.answers import Given
from mockserver.apis.management.domain.order_form import OrderForm, UseCase, Website
from mockserver.core.errors import IllegalAction, Malformed
from mockserver.core.money import Market
from mockserver.world.domain.business import SCHEMES, BankAccount, BusinessIdentifier, account_violations, is_payable
from mockserver.world.domain.order_policy import HoldReason
from mockserver.world.domain.partner import ProductType
from tests.apis.epayment.domain.examples import AT
from tests.apis.management.domain.test_product_order import LATER, SUBMITTED, order
from tests.apis.management.partner import ANSWERS

COMPANY = BusinessIdentifier("business:NO:ORG", "910000004")
ACCOUNT = BankAccount("BBAN:NO", "86011117947")
SITE = Website("https://shop.example.com", "https://shop.example.com/terms")
WHOLE = OrderForm(
    COMPANY, ProductType.PAYMENT_INTEGRATION, account=ACCOUNT, purpose="Socks", website=SITE, category="5999"
)
R = HoldReason


def given(reason: HoldReason) -> Given:
    """A good answer, of an order that lacks nothing."""
    content = dict(ANSWERS[reason])
    content |= {"documents": tuple(content["documents"])} if "documents" in content else {}
    content |= {"product": ProductType(content["product"])} if "product" in content else {}
    return Given(**content)


def wrong(answer: Given, reason: HoldReason, form: OrderForm = WHOLE) -> dict[str, str]:
    found = answers.violations(answer, answers.asked(reason, form), form)
    return {each.field: each.reason for each in found}


@pytest.mark.parametrize("reason", list(HoldReason))
def test_every_reason_has_words_of_its_own_and_takes_its_answer(reason: HoldReason) -> None:
    assert holds.HEADLINES[reason]
    assert holds.TO_DO[reason].endswith(".")
    assert wrong(given(reason), reason) == {}
    assert wrong(Given(), reason)


def test_no_two_reasons_are_told_alike() -> None:
    assert len(set(holds.HEADLINES.values())) == len(set(holds.TO_DO.values())) == len(HoldReason)


@pytest.mark.parametrize("reason", list(HoldReason))
@pytest.mark.parametrize("other", list(HoldReason))
def test_what_nobody_asked_for_is_refused(reason: HoldReason, other: HoldReason) -> None:
    fields = {name for name in Given.__dataclass_fields__ if getattr(given(other), name)}
    unasked = fields - set(answers.asked(reason, WHOLE).fields)
    assert {name for name, why in wrong(given(other), reason).items() if why == "Is not asked for"} == unasked


@pytest.mark.parametrize(
    ("change", "lacks", "reason"),
    [
        ({}, (), None),
        ({"account": None}, ("account",), R.INFORMATION_MISSING),
        ({"category": None}, ("category",), R.INFORMATION_MISSING),
        ({"purpose": None}, ("purpose",), R.PURPOSE_UNCLEAR),
        ({"website": None}, ("website", "terms"), R.INFORMATION_MISSING),
        ({"website": Website("https://shop.example.com", "")}, ("terms",), R.INFORMATION_MISSING),
        ({"purpose": None, "account": None}, ("account", "purpose"), R.INFORMATION_MISSING),
        ({"website": None, "product": ProductType.CASHIER}, (), None),
        ({"purpose": None, "product": ProductType.CHECKOUT, "website": None}, ("purpose",), R.PURPOSE_UNCLEAR),
    ],
)
def test_what_an_order_lacks(change: dict[str, Any], lacks: tuple[str, ...], reason: HoldReason | None) -> None:
    form = replace(WHOLE, **change)
    assert (needed.missing(form), needed.reason(form)) == (lacks, reason)


def test_login_needs_nothing() -> None:
    assert needed.missing(OrderForm(COMPANY, ProductType.LOGIN)) == ()


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
@pytest.mark.parametrize("product", list(ProductType))
def test_who_acts_by_itself_fills_in_what_is_needed_and_nothing_else(scheme: str, product: ProductType) -> None:
    form = OrderForm(BusinessIdentifier(scheme, "910000004"), product)
    filled = needed.filled(form)
    assert needed.missing(filled) == ()
    assert needed.filled(filled) == filled
    if filled.account is not None:
        assert account_violations(filled.account, Market(SCHEMES[scheme]), "account") == []
        assert is_payable(filled.account)
    own = replace(WHOLE, website=Website("https://own.example.com", "https://own.example.com/t"), purpose="Own")
    assert needed.filled(own) == own


def test_a_hold_for_missing_information_asks_for_each_thing_that_the_order_lacks() -> None:
    bare = OrderForm(COMPANY, ProductType.PAYMENT_INTEGRATION)
    assert set(wrong(Given(text="Hello"), R.INFORMATION_MISSING, bare)) == set(needed.missing(bare))
    whole = Given(website=SITE.url, terms=SITE.terms_url, account=ACCOUNT, category="5999", purpose="Socks")
    assert wrong(whole, R.INFORMATION_MISSING, bare) == {}
    assert answers.applied(bare, R.INFORMATION_MISSING, whole) == WHOLE
    assert holds.to_do(R.INFORMATION_MISSING, lacking=True) != holds.to_do(R.INFORMATION_MISSING, lacking=False)


@pytest.mark.parametrize(
    ("reason", "answer", "field"),
    [
        (R.WEBSITE_WITHOUT_TERMS, {"terms": "http://shop.example.com"}, "terms"),
        (R.WEBSITE_WITHOUT_TERMS, {"terms": "javascript:alert(1)"}, "terms"),
        (R.WEBSITE_WITHOUT_TERMS, {"terms": "https://shop.example.com/a b"}, "terms"),
        (R.WEBSITE_WITHOUT_TERMS, {"terms": "https://shop.example.com/\x00"}, "terms"),
        (R.WEBSITE_WITHOUT_TERMS, {"terms": "https://" + "x" * 5000}, "terms"),
        (R.NOT_SOLD_ON_WEBSITE, {"website": "shop.example.com"}, "website"),
        (R.RISK_AND_COMPLIANCE, {"text": "x" * 5001}, "text"),
        (R.RISK_AND_COMPLIANCE, {"documents": ("a", "b", "c", "d")}, "documents"),
        (R.RISK_AND_COMPLIANCE, {"documents": ("x" * 201,)}, "documents"),
        (R.RISK_AND_COMPLIANCE, {"text": "x", "documents": ("",)}, "documents"),
        (R.SIGNATORY_WITHOUT_RIGHTS, {"signatory": "x" * 201}, "signatory"),
        (R.PURPOSE_UNCLEAR, {"purpose": "x" * 5001}, "purpose"),
    ],
)
def test_what_cannot_be_in_an_answer_is_named(reason: HoldReason, answer: dict[str, Any], field: str) -> None:
    assert list(wrong(Given(**answer), reason)) == [field]


@pytest.mark.parametrize("account", [BankAccount("BBAN:DK", "98760012345678"), BankAccount("BBAN:NO", "1")])
def test_an_account_that_cannot_be_is_named(account: BankAccount) -> None:
    bare = replace(WHOLE, account=None)
    (field,) = wrong(Given(account=account), R.INFORMATION_MISSING, bare)
    assert field.startswith("account.")
    assert list(wrong(Given(category="1234"), R.INFORMATION_MISSING, replace(WHOLE, category=None))) == ["category"]


def test_answers_change_the_order_where_they_say_something_of_it() -> None:
    def after(reason: HoldReason) -> OrderForm:
        return answers.applied(WHOLE, reason, given(reason))

    assert after(R.WEBSITE_WITHOUT_TERMS).website == replace(SITE, terms_url="https://shop.example.com/conditions")
    assert after(R.NOT_SOLD_ON_WEBSITE).website == replace(SITE, url="https://socks.example.com")
    assert after(R.PURPOSE_UNCLEAR).purpose == "Wool socks, sent the same day"
    for reason in (R.WEBSITE_WITHOUT_ORGANISATION_NUMBER, R.RISK_AND_COMPLIANCE, R.SIGNATORY_WITHOUT_RIGHTS):
        assert after(reason) == WHOLE
    app = answers.applied(WHOLE, R.NOT_SOLD_ON_WEBSITE, Given(app="Sock app"))
    assert (app.app_name, app.use_case, app.website) == ("Sock app", UseCase.APP, SITE)


@pytest.mark.parametrize("reason", list(HoldReason))
def test_an_answer_is_kept_and_ends_the_reminders_but_not_the_hold(reason: HoldReason) -> None:
    held = rules.hold(order(SUBMITTED, form=WHOLE), AT, reason)
    answered = rules.answer(held, LATER, given(reason))
    assert (answered.hold, answered.answered, answered.remind_at) == (reason, True, None)
    assert [(each.reason, each.at) for each in answered.answers] == [(reason, LATER)]
    with pytest.raises(IllegalAction):
        rules.remind(answered, LATER)
    released = rules.release(answered)
    assert (released.answered, released.answers) == (False, answered.answers)


def test_an_order_keeps_only_so_many_answers() -> None:
    held = rules.hold(order(SUBMITTED, form=WHOLE), AT, R.RISK_AND_COMPLIANCE)
    for _ in range(answers.MOST_ANSWERS):
        held = rules.answer(held, LATER, Given(text="More"))
    with pytest.raises(IllegalAction, match="keeps 20 answers"):
        rules.answer(held, LATER, Given(text="More"))


def test_a_wrong_answer_is_refused_before_anything_is_done() -> None:
    with pytest.raises(IllegalAction, match="not held"):
        rules.answer(order(SUBMITTED), LATER, Given(text="Hello"))
    with pytest.raises(Malformed):
        rules.answer(rules.hold(order(SUBMITTED), AT, R.RISK_AND_COMPLIANCE), LATER, Given(terms="x"))


def test_a_merchant_is_reminded_so_often_and_no_more() -> None:
    held = rules.hold(order(SUBMITTED), AT, R.RISK_AND_COMPLIANCE)
    for count in range(1, holds.MOST_REMINDERS + 1):
        assert held.remind_at == AT + count * holds.REMIND_EVERY
        held = rules.remind(held, held.remind_at)
    assert (held.remind_at, held.reminders) == (None, holds.MOST_REMINDERS)
