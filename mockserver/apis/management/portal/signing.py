"""The step before the form: the merchant agreement."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.apis.management.portal.typed import Typed
from mockserver.apis.management.portal.visits import Visit
from mockserver.apis.management.services import onboarding
from mockserver.core.engine import Tx
from mockserver.web.texts import text
from mockserver.world.domain.merchant import Merchant

LONGEST_NAME: Final = 50
"""Characters of a company's name."""

LABELS: Final = {"companyName": "Company name", "withRights": "Who signs?"}


def sign(tx: Tx, visit: Visit, given: dict[str, str]) -> None:
    """Sign as the form says; raises Malformed, and IllegalAction when no signature is missing."""
    sign_for(tx, visit.merchant, given)


def sign_for(tx: Tx, merchant: Merchant, given: dict[str, str]) -> None:
    """The same for a merchant without an order."""
    typed = Typed(given)
    name = typed.line("companyName", LONGEST_NAME, missing=text("Must have 1 to {most} characters", most=LONGEST_NAME))
    rights = typed.choice("withRights", ("yes", "no"), missing="Say who signs")
    typed.check()
    onboarding.sign(tx, merchant, with_rights=rights == "yes", name=name)


def values(visit: Visit, typed: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What the step shows; ``typed`` is what the visitor sent, if it has to be mended."""
    rights = visit.signs_with_rights or not visit.signs_first
    return {"signing": fields_of(visit.merchant, typed, rights=rights), "longest_company_name": LONGEST_NAME}


def fields_of(merchant: Merchant, typed: Mapping[str, str] | None = None, *, rights: bool = True) -> dict[str, str]:
    """The step's fields, as they begin or as they were typed."""
    signing = {"companyName": merchant.name, "withRights": "yes" if rights else "no"}
    return signing if typed is None else {name: typed.get(name, "") for name in signing}
