"""The form with which a company asks to be a partner."""

import re
from collections.abc import Iterator
from typing import Final

from mockserver.core.errors import Violation
from mockserver.core.money import Market
from mockserver.core.urls import flaw
from mockserver.core.values import frozen
from mockserver.world.domain.business import BusinessIdentifier, identifier_of, identifier_violations
from mockserver.world.domain.partner import PartnerKind

LONGEST_NAME: Final = 50
LONGEST_LINE: Final = 254
LONGEST_TEXT: Final = 2000
"""Characters."""
_EMAIL: Final = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII | re.IGNORECASE)
"""What browsers take for one address (HTML: type=email), with a dot in its domain."""


@frozen
class Application:
    """A company, whom to write to, and what it wants to do for merchants; ``website`` is an https address."""

    name: str
    market: Market
    organisation_number: str
    contact: str
    email: str
    website: str
    kinds: tuple[PartnerKind, ...]
    solution: str

    @property
    def identifier(self) -> BusinessIdentifier:
        """The company in its national register."""
        return identifier_of(self.market, self.organisation_number)

    @property
    def partner_id(self) -> str:
        """The id of the partner that it asks to be: one for each company."""
        return f"partner-{self.market.lower()}-{self.identifier.digits}"


def violations(application: Application) -> Iterator[Violation]:
    """What nobody could answer to; fields by the names of the control API."""
    yield from _name("name", application.name)
    for each in identifier_violations(application.identifier, "organisationNumber"):
        yield Violation("organisationNumber", each.reason)
    yield from _name("contact", application.contact)
    if len(application.email) > LONGEST_LINE or not _EMAIL.fullmatch(application.email):
        yield Violation("email", "Must be an email address, such as partner@example.com")
    yield from url_violations("website", application.website)
    if not application.kinds:
        yield Violation("kinds", "Pick at least one")
    elif len(set(application.kinds)) != len(application.kinds):
        yield Violation("kinds", "Each must be there once")
    yield from _text("solution", application.solution, LONGEST_TEXT)


def url_violations(name: str, url: str) -> Iterator[Violation]:
    """What keeps an address from being one that the platform's people can open."""
    if len(url) > LONGEST_TEXT:
        yield Violation(name, f"Must have at most {LONGEST_TEXT} characters")
    elif wrong := flaw(url):
        yield Violation(name, wrong)


def _text(name: str, value: str, most: int) -> Iterator[Violation]:
    if not 1 <= len(value.strip()) <= len(value) <= most:
        yield Violation(name, f"Must have 1 to {most} characters")


def _name(field: str, value: str) -> Iterator[Violation]:
    if not value.strip() or len(value) > LONGEST_NAME or not value.isprintable():
        yield Violation(field, f"Must have 1 to {LONGEST_NAME} characters, all of them printable")
