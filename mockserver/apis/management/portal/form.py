"""The product order form: from an order to the fields of its page, and from what was typed back to an order's form."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from mockserver.apis.management.domain import needed
from mockserver.apis.management.domain.order_form import CATEGORIES, OrderForm, UseCase, Website, is_https
from mockserver.apis.management.portal.typed import LONGEST_TEXT, Typed
from mockserver.apis.management.portal.visits import Visit
from mockserver.apis.management.services import orders
from mockserver.core.errors import Malformed, Violation
from mockserver.core.policy import KINDNESSES, Kindness, Lenience
from mockserver.web.texts import text
from mockserver.world.domain.business import LONGEST_UNIT_NAME, BankAccount, is_payable
from mockserver.world.domain.partner import ProductType

PERCENTAGES: Final = tuple(str(each) for each in range(10, 101, 10))
USE_CASES: Final = {
    UseCase.WEBSITE: "Website",
    UseCase.WEBSITE_WITH_TEST: "Website, with a test site beside it",
    UseCase.APP: "App",
    UseCase.UNKNOWN: "Not known yet",
}
LABELS: Final = {
    "pricePackageId": "Price package",
    "salesUnitName": "Name of the sales unit",
    "settlementBankAccount": "Settlement account",
    "merchantCategoryCode": "Category",
    "productUseCase": "Where do you sell?",
    "intendedPurpose": "What will you sell, and how?",
    "annualTurnover": "Annual turnover of the company",
    "annualTurnoverPercentage": "How much of it will be paid this way",
    "appName": "Name of the app",
    "hasRecurring": "We will take recurring payments",
    "websiteUrl": "Address of the website",
    "termsUrl": "Address of the terms of sale",
    "testWebsiteUrl": "Address of the test site",
    "testWebsiteUsername": "User name for the test site",
    "testWebsitePassword": "Password for the test site",
}
"""The fields by name, in the order of the page."""
_TURNOVER: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_SPACES: Final = " \t\u00a0\u202f"
SEPARATORS: Final = f"{_SPACES}.-"
"""What people put between the digits of an account number."""
_NEEDED: Final = {
    needed.ACCOUNT: "settlementBankAccount",
    needed.CATEGORY: "merchantCategoryCode",
    needed.PURPOSE: "intendedPurpose",
}
_WEBSITE: Final = ("websiteUrl", "termsUrl", "testWebsiteUrl", "testWebsiteUsername", "testWebsitePassword")


def fields(order_form: OrderForm) -> dict[str, str]:
    """The form's fields as its inputs hold them; a box holds ``yes`` or nothing."""
    site = order_form.website
    addresses = (site.url, site.terms_url, site.test_url, site.test_username, site.test_password) if site else ()
    return {
        "salesUnitName": order_form.unit_name or "",
        "settlementBankAccount": order_form.account.id if order_form.account else "",
        "pricePackageId": order_form.price_package_id or "",
        "productUseCase": order_form.use_case or "",
        "annualTurnover": "" if order_form.annual_turnover is None else str(order_form.annual_turnover),
        "annualTurnoverPercentage": order_form.turnover_percentage or "",
        "intendedPurpose": order_form.purpose or "",
        "appName": order_form.app_name or "",
        "hasRecurring": "yes" if order_form.recurring else "",
        "merchantCategoryCode": order_form.category or "",
        "removeLogo": "",
        **dict.fromkeys(_WEBSITE, ""),
        **{name: value or "" for name, value in zip(_WEBSITE, addresses, strict=False)},
    }


def read(visit: Visit, given: dict[str, str], lenience: Lenience, *, complete: bool) -> OrderForm:
    """The form as the merchant wants it; ``complete``: nothing that is needed to submit may be missing.

    Raises Malformed with everything that is wrong.
    """
    typed, old = Typed(given), visit.order.form
    account = typed.digits("settlementBankAccount", SEPARATORS)
    form = replace(
        old,
        unit_name=typed.line("salesUnitName"),
        logo=None if typed.ticked("removeLogo") else old.logo,
        account=BankAccount(f"BBAN:{old.business.market}", account) if account else None,
        price_package_id=_price_package(typed, visit),
        use_case=_use_case(typed),
        annual_turnover=_turnover(typed),
        turnover_percentage=typed.choice("annualTurnoverPercentage", PERCENTAGES),
        purpose=typed.text("intendedPurpose"),
        app_name=typed.line("appName"),
        recurring=typed.ticked("hasRecurring"),
        category=typed.choice("merchantCategoryCode", CATEGORIES),
    )
    form = replace(form, website=_website(typed, form, complete=complete))
    if complete:
        _check_whole(typed, form)
    try:
        orders.check_form(form, visit.partner, lenience)
    except Malformed as error:
        typed.violations += error.violations
    typed.violations.sort(key=_place)
    typed.check()
    return form


def _place(violation: Violation) -> int:
    """Where its field stands on the page; what belongs to no field comes last."""
    places = [*LABELS]
    name = violation.field.split(".")[0]
    return places.index(name) if name in places else len(places)


def _check_whole(typed: Typed, form: OrderForm) -> None:
    """What is needed to submit and has not been said, the website apart."""
    wrong = {violation.field for violation in typed.violations}
    for name in needed.missing(form):
        field = _NEEDED.get(name, "")
        if field and field not in wrong:
            typed.wrong(field, "This is needed to submit the order")


def _price_package(typed: Typed, visit: Visit) -> str | None:
    choice = [package.id for package in visit.choice_of_packages]
    if not choice:
        return visit.fixed_package_id
    return typed.choice("pricePackageId", choice, missing="Pick a price package")


def _use_case(typed: Typed) -> UseCase | None:
    picked = typed.choice("productUseCase", list(UseCase))
    return UseCase(picked) if picked else None


def _turnover(typed: Typed) -> int | None:
    digits = typed.digits("annualTurnover", _SPACES)
    if digits is None:
        return None
    if not _TURNOVER.fullmatch(digits):
        typed.wrong("annualTurnover", "Must be a whole number of at most 9 digits")
        return None
    return int(digits)


def _website(typed: Typed, form: OrderForm, *, complete: bool) -> Website | None:
    lines = {name: typed.line(name) for name in _WEBSITE}
    with_test = complete and form.use_case is UseCase.WEBSITE_WITH_TEST
    needed = with_test or (complete and form.product is ProductType.PAYMENT_INTEGRATION)
    if not needed and not any(lines.values()):
        return None
    must = {"websiteUrl", "termsUrl"} | ({"testWebsiteUrl"} if with_test else set())
    for name in _WEBSITE[:3]:
        url = lines[name]
        if url is None and name in must:
            typed.wrong(name, "An https address is needed here")
        elif url is not None and (" " in url or not is_https(url)):
            typed.wrong(name, "Must be an https address, such as https://shop.example.com")
    return Website(
        url=lines["websiteUrl"] or "",
        terms_url=lines["termsUrl"] or "",
        test_url=lines["testWebsiteUrl"],
        test_username=lines["testWebsiteUsername"],
        test_password=lines["testWebsitePassword"],
    )


def warnings(visit: Visit) -> dict[str, str]:
    """What to warn about, by field: what the prefill lost on its way into the form, and what strict would refuse."""
    form = visit.order.form
    empty = {
        "salesUnitLogo": form.logo is None,
        "merchantCategoryCode": form.category is None,
        "website": form.website is None,
    }
    dropped = [each for each in visit.order.dropped if empty.get(each.field, True)]
    found = {each.field: text("{why}. The partner was not told.", why=text(each.reason)) for each in dropped}
    if form.account is not None and not is_payable(form.account):
        found["settlementBankAccount"] = text(
            "No account number of {scheme}. This emulator takes it all the same, since {why}; a strict one does not.",
            scheme=form.account.scheme,
            why=text(KINDNESSES[Kindness.CHECK_DIGITS]),
        )
    return found


def values(visit: Visit, typed: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What the form's page shows; ``typed`` is what the visitor sent, if it has to be mended."""
    inputs = fields(visit.order.form)
    if typed is not None:
        inputs = {name: typed.get(name, "") for name in inputs}
    return {
        "fields": inputs,
        "warnings": warnings(visit),
        "use_cases": [(str(value), text(label)) for value, label in USE_CASES.items()],
        "percentages": [(each, f"{each} %") for each in PERCENTAGES],
        "categories": [(code, f"{text(name)} ({code})") for code, name in CATEGORIES.items()],
        "packages": [(each.id, f"{each.name} · {each.description}") for each in visit.choice_of_packages],
        "needed": {
            _NEEDED[name]
            for name in needed.missing(OrderForm(visit.order.form.business, visit.order.form.product))
            if name in _NEEDED
        },
        "website_needed": visit.order.form.product is ProductType.PAYMENT_INTEGRATION,
        "longest_name": LONGEST_UNIT_NAME,
        "longest_text": LONGEST_TEXT,
    }
