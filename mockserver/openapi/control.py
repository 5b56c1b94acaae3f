"""The document of the control API: its rows, and what its module says of them."""

from collections.abc import Iterable
from typing import Any, Final

from mockserver.control.guard import OPEN
from mockserver.openapi.build import Row, errors, first_line, of_rows, path_parameters
from mockserver.web.described import ADMIN_TOKEN, Alternatives, Described, Document

PREFIX: Final = "/_mock"
_IN_MEMORY: Final = ("reset", "inbox", "scenarios")
"""What changes nothing in the store."""


def of_control(table: Iterable[tuple[str, str, Any]], document: Document, *, guarded: bool) -> dict[str, Any]:
    """The document of these rows (method, path under /_mock, handler) and what is said of them, without ``servers``.

    ``guarded``: whether an admin token is asked for.
    """
    rows = sorted(table, key=lambda row: row[1])
    return of_rows([_row(document, method, path, handler, guarded=guarded) for method, path, handler in rows], document)


def _row(document: Document, method: str, path: str, handler: Any, *, guarded: bool) -> Row:
    described = document.operations[f"{method} {path}"]
    usual: Alternatives = ((ADMIN_TOKEN,),) if guarded else ()
    return Row(
        handler.__name__,
        method,
        f"{PREFIX}{path}",
        first_line(handler.__doc__),
        described,
        (*path_parameters(path, document), *described.parameters),
        errors(_statuses(method, path, described, guarded=guarded) - set(described.replies), document),
        described.security if described.security is not None else usual,
        path.split("/")[1],
    )


def _statuses(method: str, path: str, described: Described, *, guarded: bool) -> set[int | str]:
    statuses: set[int | str] = set(described.errors)
    if f"{PREFIX}{path}" in OPEN:
        return statuses
    statuses |= {400, 403}
    if guarded and described.security is None:
        statuses.add(401)
    if path == "/webhooks/settle" or any(each.name == "wait" for each in described.parameters):
        statuses.add(429)
    if described.body is not None:
        statuses.add(413)
    if "{" in path and not path.startswith("/inbox"):
        statuses.add(404)
    if path.startswith("/inbox") and method == "DELETE":
        statuses.add(404)
    if method != "GET" and path.split("/")[1] not in _IN_MEMORY:
        statuses.add(507)
    return statuses
