"""How the Webhooks API refuses: RFC 7807, as the ePayment API without codes; 401 and 429 in the gateway's shape."""

from typing import Final

from mockserver.core.errors import Refusal
from mockserver.core.ids import Ids
from mockserver.web import problems
from mockserver.web.http import Answer

INVALID: Final = "One or more validation errors occurred."


def refuse(ids: Ids, path: str, refusal: Refusal) -> Answer:
    """The answer to a refused request."""
    return problems.of_refusal(ids, problems.within_product(path), refusal, invalid=INVALID)
