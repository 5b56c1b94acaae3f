"""What a partner shows before it is verified: terms, documentation, a pilot customer, a demo, examples."""

from collections.abc import Iterator
from typing import Final

from mockserver.apis.partners.domain.application import LONGEST_TEXT, url_violations
from mockserver.core.errors import Violation
from mockserver.core.values import frozen

MOST_EXAMPLES: Final = 20
LONGEST_EXAMPLE: Final = 200
"""Characters."""


@frozen
class Evidence:
    """What the platform's people look at.

    ``documentation``: where merchants read how to order, configure and get help. ``pilot``: the MSN of the pilot
    customer. ``demo``: a link, or what screenshots show. ``examples``: references of calls, each with what it shows.
    """

    terms_accepted: bool = False
    documentation: str | None = None
    pilot: str | None = None
    demo: str | None = None
    examples: tuple[str, ...] = ()


_NEEDED: Final = {
    "termsAccepted": "The partner terms have to be accepted",
    "documentation": "The address of the technical documentation for merchants is needed",
    "pilot": "One pilot customer is needed",
    "demo": "A link to a demo is needed, or what screenshots show",
    "examples": "At least one reference is needed, as an example",
}


def violations(evidence: Evidence) -> Iterator[Violation]:
    """What cannot be evidence, whatever is missing yet."""
    if evidence.documentation is not None:
        yield from url_violations("documentation", evidence.documentation)
    if evidence.demo is not None and len(evidence.demo) > LONGEST_TEXT:
        yield Violation("demo", f"Must have at most {LONGEST_TEXT} characters")
    if len(evidence.examples) > MOST_EXAMPLES:
        yield Violation("examples", f"Must be at most {MOST_EXAMPLES}")
    elif any(not 1 <= len(each.strip()) <= len(each) <= LONGEST_EXAMPLE for each in evidence.examples):
        yield Violation("examples", f"Each must have 1 to {LONGEST_EXAMPLE} characters")


def missing(evidence: Evidence) -> list[Violation]:
    """What has to be there yet before it can be sent in."""
    there = {
        "termsAccepted": evidence.terms_accepted,
        "documentation": evidence.documentation,
        "pilot": evidence.pilot,
        "demo": evidence.demo,
        "examples": evidence.examples,
    }
    return [Violation(name, why) for name, why in _NEEDED.items() if not there[name]]
