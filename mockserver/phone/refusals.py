"""What the customer's pages say of refusals."""

from collections.abc import Mapping
from typing import Final

from mockserver.core.errors import Code, DomainError, IllegalAction, Malformed, NamedRefusal
from mockserver.web.notes import Note

LABELS: Final = {"customer": "Test customer", "phone": "Phone number", "consent": "What you agree to"}
"""Fields that forms of all products have, by name."""
REFUSALS: Final = (DomainError, Malformed, IllegalAction, NamedRefusal)
"""What visitors are told of as a note on the page that they came from."""


def sorry(
    error: DomainError | Malformed | IllegalAction | NamedRefusal,
    form: dict[str, str],
    fields: Mapping[str, str] | None = None,
) -> Note:
    """A refusal in words for the visitor, by field where one is to blame, with what the form sent.

    ``fields``: those that rules know under other names than the page does.
    """
    known = fields or {}
    message: str | None = None
    wrong: dict[str, str] = {}
    if isinstance(error, Malformed) or (isinstance(error, NamedRefusal) and error.violations):
        wrong = {known.get(each.field, each.field): each.reason for each in error.violations}
    elif isinstance(error, DomainError) and error.code is Code.CUSTOMER_NOT_FOUND and "customer" in form:
        wrong = {"phone" if form.get("phone", "").strip() else "customer": error.detail}
    else:
        message = error.detail if isinstance(error, DomainError | NamedRefusal) else str(error)
    step = "" if wrong.keys() & {"customer", "phone"} else form.get("step", "")
    return Note(message, wrong=wrong, typed=form, step=step)
