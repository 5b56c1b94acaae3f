"""Logins in state files."""

from collections.abc import Iterable
from operator import attrgetter
from typing import Any, Final

from mockserver.apis.login.domain.backchannel import Authentication
from mockserver.apis.login.domain.logins import Consent, Grant, Login
from mockserver.apis.login.services.login_keys import ELLIPTIC_KEYS, KEYS
from mockserver.core.stored import (
    Flaws,
    Kind,
    Part,
    Place,
    missing,
    plain,
    taken,
    value,
)
from mockserver.core.urls import kept_flaw
from mockserver.core.values import frozen
from mockserver.world.services.keyrings import flaws
from mockserver.world.stored import People


@frozen
class LoginEntry:
    """A login under its number."""

    id: int
    login: Login


@frozen
class AuthenticationEntry:
    """A login that a merchant started, as its client knows it."""

    authentication: Authentication


@frozen
class GrantEntry:
    """What an approved login gives, with its code and access token."""

    id: int
    grant: Grant
    code: str | None = None
    code_expires_at: int | None = None
    used_at: int | None = None
    token: str | None = None
    token_expires_at: int | None = None


@frozen
class ConsentEntry:
    """What a user agreed to share with a unit."""

    consent: Consent


@frozen
class BrowserEntry:
    """A remembered browser."""

    token: str
    phone: str
    remembered_at: int


def _flaws(state: Any, known: People) -> Flaws:
    numbers = {each.id for each in state.logins}
    grants = {each.id for each in state.grants}
    started = {each.authentication.auth_req_id for each in state.authentications}
    for index, each in enumerate(state.logins):
        yield from _login(("logins", index, "login"), each, known, started, grants)
    for index, owned in enumerate(state.authentications):
        place: Place = ("authentications", index, "authentication")
        yield from missing((*place, "login_id"), "login", owned.authentication.login_id, numbers)
        yield from missing((*place, "phone"), "customer", owned.authentication.phone, known.phones)
    for kind, values in (
        ("grant", [each.grant for each in state.grants]),
        ("consent", [each.consent for each in state.consents]),
    ):
        yield from _shared(kind, values, known)
    for index, browser in enumerate(state.browsers):
        yield from missing(("browsers", index, "phone"), "customer", browser.phone, known.phones)
    for ring in (KEYS, ELLIPTIC_KEYS):
        yield from flaws(ring.name, getattr(state, ring.name))


def _shared(kind: str, values: Iterable[Grant | Consent], known: People) -> Flaws:
    for index, shared in enumerate(values):
        yield from missing((f"{kind}s", index, kind, "msn"), "sales unit", shared.msn, known.units)
        yield from missing((f"{kind}s", index, kind, "phone"), "customer", shared.phone, known.phones)


def _login(place: Place, entry: LoginEntry, known: People, started: set[str], grants: set[int]) -> Flaws:
    login = entry.login
    yield from missing((*place, "msn"), "sales unit", login.msn, known.units)
    yield from missing((*place, "phone"), "customer", login.phone, known.phones)
    yield from missing((*place, "grant"), "grant", login.grant, grants)
    yield from missing((*place, "auth_req_id"), "authentication", login.auth_req_id, started)
    if len(login.challenge) != 3:
        yield (*place, "challenge"), "must be three numbers"
    for name in ("redirect_uri", "app_callback_uri"):
        uri = getattr(login.request, name)
        if uri is not None and (wrong := kept_flaw(uri)):
            yield (*place, "request", name), wrong


PART: Final = Part(
    kinds=(
        Kind(
            "logins",
            "logins",
            "id",
            (*plain("id"), value("login", Login)),
            taken("login", "msn", "phone", "state") | {"guid": attrgetter("login.id")},
            entry=LoginEntry,
        ),
        Kind(
            "authentications",
            "authentications",
            "login_id",
            (value("authentication", Authentication),),
            taken("authentication", "auth_req_id", "login_id", "phone", "state", "expires_at"),
            entry=AuthenticationEntry,
        ),
        Kind(
            "grants",
            "login_grants",
            "id",
            (*plain("id", "code", "code_expires_at", "used_at", "token", "token_expires_at"), value("grant", Grant)),
            taken("grant", "msn", "phone"),
            entry=GrantEntry,
        ),
        Kind(
            "consents",
            "login_consents",
            "msn, phone",
            (value("consent", Consent),),
            taken("consent", "msn", "phone"),
            entry=ConsentEntry,
        ),
        Kind("browsers", "login_browsers", "token", plain("token", "phone", "remembered_at"), entry=BrowserEntry),
    ),
    lists={KEYS.name: dict[str, Any]},
    later_lists={ELLIPTIC_KEYS.name: dict[str, Any]},
    flaws=_flaws,
)
