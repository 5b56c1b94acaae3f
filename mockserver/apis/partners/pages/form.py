"""The forms of the road: from a partner's papers to fields, and from what was typed back to values."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.apis.partners.domain.application import (
    LONGEST_LINE,
    LONGEST_NAME,
    LONGEST_TEXT,
    Application,
)
from mockserver.apis.partners.domain.evidence import LONGEST_EXAMPLE, MOST_EXAMPLES, Evidence
from mockserver.core.money import Market
from mockserver.web.texts import text
from mockserver.web.typed import Typed
from mockserver.world.domain.partner import PartnerKind

LABELS: Final = {
    "name": "Company name",
    "market": "Country",
    "organisationNumber": "Organisation number",
    "contact": "Contact person",
    "email": "Email address",
    "website": "Address of the website",
    "kinds": "What do you offer?",
    "solution": "Describe your solution",
    "termsAccepted": "We accept the partner terms",
    "documentation": "Address of your documentation for merchants",
    "demo": "Demo",
    "examples": "References of examples",
    "msn": "Pilot customer",
}
"""The fields by name, in the order of the pages."""
KINDS: Final = {
    PartnerKind.PLATFORM: "Platform partner: merchants use our platform, and we call the APIs for them",
    PartnerKind.RESELLER: "Reseller: we build for merchants, who give us their keys",
    PartnerKind.PLUGIN: "Plugin supplier: merchants put their keys into our plugin",
    PartnerKind.PSP: "Payment service provider (PSP)",
}
MARKETS: Final = {Market.NO: "Norway", Market.DK: "Denmark", Market.FI: "Finland", Market.SE: "Sweden"}
_NEEDED: Final = "This is needed"
_LONGEST_EXAMPLES: Final = MOST_EXAMPLES * (LONGEST_EXAMPLE + 2)


def application(given: Mapping[str, str]) -> Application:
    """What the form asks for; raises Malformed with all that is missing or cannot be read."""
    typed = Typed(given)
    made = {
        "name": typed.line("name", LONGEST_NAME, missing=_NEEDED),
        "market": typed.choice("market", list(Market), missing="Pick a country"),
        "organisation_number": typed.digits("organisationNumber", " \t\u00a0\u202f."),
        "contact": typed.line("contact", LONGEST_NAME, missing=_NEEDED),
        "email": typed.line("email", LONGEST_LINE, missing=_NEEDED),
        "website": typed.line("website", LONGEST_TEXT, missing=_NEEDED),
        "solution": typed.text("solution", LONGEST_TEXT),
    }
    for field, name in (("organisation_number", "organisationNumber"), ("solution", "solution")):
        if made[field] is None and all(each.field != name for each in typed.violations):
            typed.wrong(name, _NEEDED)
    kinds = tuple(kind for kind in PartnerKind if typed.ticked(f"kind-{kind}"))
    if not kinds:
        typed.wrong("kinds", "Pick at least one")
    typed.check()
    texts = {name: value or "" for name, value in made.items() if name != "market"}
    return Application(**texts, market=Market(made["market"] or ""), kinds=kinds)


def evidence(given: Mapping[str, str], known: Evidence) -> Evidence:
    """What the partner shows, its pilot as it is ``known``; raises Malformed."""
    typed = Typed(given)
    documentation = typed.line("documentation", LONGEST_TEXT)
    demo = typed.text("demo", LONGEST_TEXT)
    lines = (typed.text("examples", _LONGEST_EXAMPLES) or "").splitlines()
    typed.check()
    examples = tuple(line.strip() for line in lines if line.strip())
    return Evidence(typed.ticked("termsAccepted"), documentation, known.pilot, demo, examples)


def application_values(known: Application | None, typed: Mapping[str, str] | None) -> dict[str, Any]:
    """What the form of the application shows; ``typed`` is what the visitor sent, if it has to be mended."""
    names = ("name", "market", "organisationNumber", "contact", "email", "website", "solution")
    fields = dict.fromkeys(names, "")
    ticked = {PartnerKind.PLATFORM} if known is None else set(known.kinds)
    if known is not None:
        values = (known.name, known.market, known.organisation_number, known.contact, known.email, known.website)
        fields |= dict(zip(names, (*values, known.solution), strict=True))
    if typed is not None:
        fields = {name: typed.get(name, "") for name in names}
        ticked = {kind for kind in PartnerKind if typed.get(f"kind-{kind}") == "yes"}
    return {
        "fields": fields,
        "kinds": [(str(kind), text(said), kind in ticked) for kind, said in KINDS.items()],
        "markets": [(str(market), text(said)) for market, said in MARKETS.items()],
        "longest_name": LONGEST_NAME,
        "longest_line": LONGEST_LINE,
        "longest_text": LONGEST_TEXT,
    }


def evidence_values(known: Evidence, typed: Mapping[str, str] | None) -> dict[str, Any]:
    """The same for what a partner shows."""
    fields = {
        "termsAccepted": "yes" if known.terms_accepted else "",
        "documentation": known.documentation or "",
        "demo": known.demo or "",
        "examples": "\n".join(known.examples),
    }
    if typed is not None:
        fields = {name: typed.get(name, "") for name in fields}
    return {"shown": fields, "longest_text": LONGEST_TEXT, "longest_examples": _LONGEST_EXAMPLES}
