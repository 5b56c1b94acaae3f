"""How rows of the control API are described in its document."""

from typing import Annotated, Any, Final, Literal

from pydantic import Field
from typing_extensions import TypedDict

from mockserver.web.control import LONGEST_WAIT, EmptyBody
from mockserver.web.described import Described, Parameter, Reply


class Done(TypedDict):
    """It is done."""

    status: Literal["ok"]


class NewKey(TypedDict):
    """The key that signs from now on."""

    kid: str


Number = Annotated[int, Field(ge=0, le=10_000)]


LIMIT: Final = Parameter("limit", "At most this many; 100 if left out.", Number)


WAIT: Final = Parameter("wait", "Seconds to wait for the first one.", Annotated[int, Field(ge=0, le=LONGEST_WAIT)])


MSN: Final = Parameter("msn", "Of this sales unit.")


REFERENCE: Final = Parameter("reference", "Of this payment.")


PHONE: Final = Parameter("phone", "Of this customer.")


def shows(kind: Any, *filters: Parameter, text: str = "The requested data.", **more: Any) -> Described:
    """A row that shows something of this type, narrowed by filters."""
    return Described({200: Reply(text, kind)}, parameters=filters, **more)


def does(kind: Any, body: Any = EmptyBody, *, needed: bool = False, **more: Any) -> Described:
    """A row that does something and shows what came of it; ``needed``: not without a body."""
    return Described({200: Reply("Done.", kind)}, body, body_required=needed, **more)
