"""Logins on the dashboard."""

from typing import Final

from mockserver.apis.login.domain.logins import LoginState, Rejection
from mockserver.dashboard.views import Button, Column, Field, Moment, Thing, View

_WAITING: Final = frozenset({LoginState.WAITING})
_ONE: Final = "/logins/{id}"


def _moments(login: Thing) -> list[Moment]:
    found = [Moment(login["createdAt"], "The login began", login["scopes"])]
    if login["state"] in (LoginState.WAITING, LoginState.EXPIRED):
        title = "Its time ends" if login["state"] == LoginState.WAITING else "It expired"
        found.append(Moment(login["expiresAt"], title, failed=login["state"] == LoginState.EXPIRED))
    return found


def _links(login: Thing) -> list[tuple[str, str]]:
    return [("Login page", login["page"])]


VIEWS: Final = (
    View(
        "logins",
        "Logins",
        "Login",
        "/logins",
        "logins",
        _ONE,
        ("id",),
        columns=(
            Column("Login", lambda login: login["id"]),
            Column("State", lambda login: login["state"]),
            Column("Sales unit", lambda login: login["msn"]),
            Column("Customer", lambda login: login["customer"]),
            Column("Error", lambda login: login["error"]),
            Column("Created", lambda login: login["createdAt"], "time"),
        ),
        filters=(Field("msn", "MSN"), Field("phone", "Phone"), Field("state", "State", tuple(LoginState))),
        buttons=(
            Button("Approve", f"{_ONE}/approve", fields=(Field("customer", "Phone, if any"),), states=_WAITING),
            Button(
                "Reject",
                f"{_ONE}/reject",
                fields=(Field("reason", "Error", tuple(Rejection), Rejection.ACCESS_DENIED),),
                states=_WAITING,
            ),
        ),
        moments=_moments,
        links=_links,
    ),
)
