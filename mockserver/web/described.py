"""What a table of operations does not say of them, for the documents that are made of it: bodies and answers.

Each API has a module ``document`` with such values. It is imported when somebody asks for a document, never before.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Final

from typing_extensions import TypedDict

from mockserver.core.values import frozen

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
FORM: Final = "application/x-www-form-urlencoded"
HTML: Final = "text/html"

TOKEN: Final = "token"  # noqa: S105 - the name of a scheme, here and below
SUBSCRIPTION_KEY: Final = "subscriptionKey"
BASIC: Final = "basic"
CLIENT_ID: Final = "clientId"
CLIENT_SECRET: Final = "clientSecret"  # noqa: S105
ADMIN_TOKEN: Final = "adminToken"  # noqa: S105
SCHEMES: Final[Mapping[str, Mapping[str, str]]] = {
    TOKEN: {"type": "http", "scheme": "bearer", "description": "An access token."},
    SUBSCRIPTION_KEY: {"type": "apiKey", "in": "header", "name": "Ocp-Apim-Subscription-Key"},
    BASIC: {"type": "http", "scheme": "basic", "description": "Client id and client secret."},
    CLIENT_ID: {"type": "apiKey", "in": "header", "name": "client_id"},
    CLIENT_SECRET: {"type": "apiKey", "in": "header", "name": "client_secret"},
    ADMIN_TOKEN: {"type": "http", "scheme": "bearer", "description": "The setting admin_token; none when it is unset."},
}
"""How callers say who they are, as OpenAPI has it."""

Alternatives = tuple[tuple[str, ...], ...]
"""Ways to say who calls: each is the names of the schemes that go together."""


class GatewayError(TypedDict):
    """An error in the gateway's shape."""

    statusCode: int
    message: str


class ExtraDetail(TypedDict):
    """One field that is wrong, or an ErrorCode."""

    name: str
    reason: str


class Problem(TypedDict):
    """A problem (RFC 7807)."""

    type: str
    title: str
    detail: str
    instance: str
    status: int
    traceId: str
    extraDetails: list[ExtraDetail]


@frozen
class Parameter:
    """A parameter of the query, the path or the headers (``where``); ``kind`` is the type of its values."""

    name: str
    text: str
    kind: Any = str
    where: str = "query"
    required: bool = False


@frozen
class Reply:
    """An answer: what it means, the type of its body (None for no body) and the headers that it always has.

    ``other`` is the type of a JSON body that comes at times in the place of one that is no JSON.
    """

    text: str
    kind: Any = None
    media: str = JSON
    headers: tuple[str, ...] = ()
    other: Any = None


@frozen
class Changes:
    """A body with any of the fields of a value of the domain but ``fixed``, those of ``needed`` always."""

    of: type
    fixed: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


@frozen
class Described:
    """What a document says of an operation besides its row: ``body`` is the type that is read, or ``Changes``.

    ``replies`` are by status, "default" for all others; ``errors`` are statuses besides those that follow from the row.
    ``security`` is given where the row does not say it.
    """

    replies: Mapping[int | str, Reply]
    body: Any = None
    media: str = JSON
    body_required: bool = True
    parameters: tuple[Parameter, ...] = ()
    errors: tuple[int, ...] = ()
    security: Alternatives | None = None


@frozen
class Document:
    """What a document says of an API: ``operations`` by id, or by method and id where an id is there twice.

    ``problem`` is how errors look, ``others`` how those of certain statuses do. ``path`` has the kinds of path
    parameters by name; those that are not there are any text.
    """

    title: str
    version: str
    operations: Mapping[str, Described]
    problem: Reply
    others: Mapping[int | str, Reply] = field(default_factory=dict)
    path: Mapping[str, Parameter] = field(default_factory=dict)
