"""Writes the tables of docs/security.md that say who may do what: ``python -m tools.security``."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from mockserver.app import PRODUCTS, build, every_control_row, every_page
from mockserver.control.guard import asks_for_token
from mockserver.settings import of_keywords
from mockserver.web.operations import Operation
from mockserver.web.pages import Who
from mockserver.world.services.access import Audience

PAGE: Final = Path(__file__).parents[1] / "docs" / "security.md"
BEGIN: Final = "### Every path\n"
ANYBODY: Final = "anybody"
LINK: Final = "whoever has the link"
TOKEN: Final = "the admin token"  # noqa: S105 - what there is to say of it
_KEYS: Final = {
    Audience.UNIT: "keys of a sales unit, or of a partner for one",
    Audience.PARTNER: "keys of a sales unit, a partner, or for donations",
    Audience.MANAGEMENT: "keys for management, of a partner, or of a sales unit",
}
_CLIENT: Final = "client id and secret"
_OWN_WAY: Final = {
    "fetchAuthorizationTokenUsingPost": f"{_CLIENT} with a subscription key",
    "fetchToken": _CLIENT,
    "discoverOpenIDConfiguration": ANYBODY,
    "wellKnown": ANYBODY,
    "oauthAuth": ANYBODY,
    "oauth2Token": _CLIENT,
    "revokeOAuth2Token": _CLIENT,
    "revokeOidcSession": ANYBODY,
    "ciba-auth": f"{_CLIENT}, or a partner's access token",
    "user-exists": f"{_CLIENT}, or a partner's access token",
    "userinfoAuthorizationCode": "the access token of a login",
    "getUserinfo": "an access token",
}
"""What operations ask for that find out themselves who calls."""


class Way(NamedTuple):
    """A call, and who may make it without and with an admin token."""

    method: str
    path: str
    without: str
    with_token: str


def keys_for(operation: Operation) -> str:
    """What an operation asks for."""
    return _KEYS[operation.audience] if operation.authenticated else _OWN_WAY[operation.id]


def operations() -> list[Way]:
    """Every operation of the emulated APIs."""
    found = ((api.prefix, each) for api in PRODUCTS.every_api() for each in api.operations)
    return [Way(each.method, f"{prefix}{each.path}", keys_for(each), keys_for(each)) for prefix, each in found]


def control() -> list[Way]:
    """Every call of the control API."""
    found = ((method, f"/_mock{path}") for method, path, _ in every_control_row())
    return [Way(method, path, ANYBODY, TOKEN if asks_for_token(method, path) else ANYBODY) for method, path in found]


def pages() -> list[Way]:
    """Every page."""
    server = build(of_keywords({"access_log": "off"}))
    try:
        words = {Who.ANYBODY: (ANYBODY, ANYBODY), Who.LINK: (LINK, LINK), Who.OPERATOR: (ANYBODY, TOKEN)}
        return [
            Way("POST" if "POST" in (each.methods or ()) else "GET", each.path, *words[each.who])
            for each in every_page(server.runtime, PRODUCTS)
        ]
    finally:
        server.runtime.engine.database.close()


def table(paths: Iterable[Way]) -> str:
    """The paths as a table."""
    rows = (f"| `{each.method} {each.path}` | {each.without} | {each.with_token} |\n" for each in paths)
    return f"\n| call | without `admin_token` | with it |\n|---|---|---|\n{''.join(rows)}"


def tables() -> str:
    """All tables of the page."""
    parts = (("Emulated APIs", operations()), ("Control API", control()), ("Pages", pages()))
    return "".join(f"\n**{title}**\n{table(paths)}" for title, paths in parts)


def written(text: str) -> str:
    """The page with the tables as they are now."""
    before, _, after = text.partition(BEGIN)
    _, rest, end = after.partition("\n## ")
    return f"{before}{BEGIN}{tables()}{rest}{end}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
