"""What a merchant answers to a hold: what each reason asks for, and what the answer makes of the order's form."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from mockserver.apis.management.domain import needed
from mockserver.apis.management.domain.order_form import CATEGORIES, OrderForm, UseCase, Website, is_https
from mockserver.core.errors import Violation
from mockserver.core.values import frozen
from mockserver.world.domain.business import BankAccount, account_violations
from mockserver.world.domain.order_policy import HoldReason
from mockserver.world.domain.partner import ProductType

LONGEST_TEXT: Final = 5000
"""Characters of a text or an address."""
LONGEST_NAME: Final = 200
"""Characters of a document's or a person's name."""
MOST_DOCUMENTS: Final = 3
"""Documents of one answer."""
MOST_ANSWERS: Final = 20
"""Answers that an order keeps."""


@frozen
class Given:
    """What somebody answers. ``documents`` are names: nobody looks into them. ``website``: where the shop or the
    organisation number is, and ``terms`` where the terms of sale are: https addresses. ``signatory``: who has signing
    rights. ``product`` is ordered with the answer.
    """

    text: str | None = None
    documents: tuple[str, ...] = ()
    website: str | None = None
    terms: str | None = None
    app: str | None = None
    purpose: str | None = None
    signatory: str | None = None
    product: ProductType | None = None
    account: BankAccount | None = None
    category: str | None = None


@frozen
class HoldAnswer:
    """An answer to a hold for ``reason``, at ``at`` (milliseconds since 1970, UTC)."""

    reason: HoldReason
    at: int
    given: Given = Given()


@frozen
class Asked:
    """What a hold asks for: one of each group of ``needed`` has to be there; ``more`` may be."""

    needed: tuple[tuple[str, ...], ...]
    more: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """All that an answer may have, what is needed first."""
        return (*(name for group in self.needed for name in group), *self.more)


_IN_WORDS: Final = ("text", "documents")
_ASKED: Final = {
    HoldReason.INFORMATION_MISSING: Asked((_IN_WORDS,)),
    HoldReason.NO_PRODUCT_ORDERED: Asked((("product",),), ("text",)),
    HoldReason.SIGNATORY_WITHOUT_RIGHTS: Asked((("signatory",),), _IN_WORDS),
    HoldReason.WEBSITE_WITHOUT_TERMS: Asked((("terms",),), ("text",)),
    HoldReason.WEBSITE_WITHOUT_ORGANISATION_NUMBER: Asked((("website",),), ("text",)),
    HoldReason.PURPOSE_UNCLEAR: Asked((("purpose",),), ("documents",)),
    HoldReason.NOT_SOLD_ON_WEBSITE: Asked((("website", "app"),), ("text",)),
    HoldReason.RISK_AND_COMPLIANCE: Asked((_IN_WORDS,)),
}


def asked(reason: HoldReason, form: OrderForm) -> Asked:
    """What a hold for this reason asks for: of an order that lacks something, each thing that it lacks."""
    lacks = needed.missing(form)
    if reason is HoldReason.INFORMATION_MISSING and lacks:
        return Asked(tuple((name,) for name in lacks), _IN_WORDS)
    return _ASKED[reason]


def violations(given: Given, asked: Asked, form: OrderForm) -> Iterator[Violation]:
    """What is wrong with an answer: what is missing, what nobody asked for, and what cannot be."""
    there = {name for name in Given.__dataclass_fields__ if getattr(given, name)}
    for group in asked.needed:
        if not there & set(group):
            yield Violation(group[0], "Is needed" if len(group) == 1 else f"One of {' and '.join(group)} is needed")
    for name in sorted(there - set(asked.fields)):
        yield Violation(name, "Is not asked for")
    yield from flaws(given, form)


def flaws(given: Given, form: OrderForm) -> Iterator[Violation]:
    """What cannot be in an answer, whatever it answers."""
    for name in ("text", "website", "terms", "app", "purpose", "signatory"):
        most, value = LONGEST_NAME if name == "signatory" else LONGEST_TEXT, getattr(given, name)
        if value is not None and len(value) > most:
            yield Violation(name, f"Must have at most {most} characters")
        elif value and name in ("website", "terms") and not _is_address(value):
            yield Violation(name, "Must be an https address, such as https://shop.example.com")
    if len(given.documents) > MOST_DOCUMENTS:
        yield Violation("documents", f"Must be at most {MOST_DOCUMENTS}")
    if not all(1 <= len(name) <= LONGEST_NAME for name in given.documents):
        yield Violation("documents", f"Must have names of 1 to {LONGEST_NAME} characters")
    if given.category is not None and given.category not in CATEGORIES:
        yield Violation("category", "Pick one of the list")
    if given.account is not None:
        yield from account_violations(given.account, form.business.market, "account")


def _is_address(url: str) -> bool:
    return url.isprintable() and " " not in url and is_https(url)


def applied(form: OrderForm, reason: HoldReason, given: Given) -> OrderForm:
    """The form with what the answer says of the order itself."""
    form = replace(
        form,
        account=given.account or form.account,
        category=given.category or form.category,
        purpose=given.purpose or form.purpose,
        app_name=given.app or form.app_name,
        use_case=UseCase.APP if given.app and not given.website else form.use_case,
    )
    # Where the organisation number stands is a page of the website, not another website.
    url = None if reason is HoldReason.WEBSITE_WITHOUT_ORGANISATION_NUMBER and form.website else given.website
    if not (url or given.terms):
        return form
    site = form.website or Website("", "")
    return replace(form, website=replace(site, url=url or site.url, terms_url=given.terms or site.terms_url))
