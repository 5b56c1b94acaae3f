"""What a client has to know: where the server is, and which keys it takes."""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from shutil import which
from typing import Any

from mockserver.core.policy import HOSTS
from mockserver.core.variables import quoted
from mockserver.settings import PREFIX, Settings, in_url, reached_as
from mockserver.world.variables import client_variables


def base_url(settings: Settings) -> str:
    """Where clients reach the server: its public URL, or where this machine does."""
    return settings.public_url or local_url(settings)


def local_url(settings: Settings) -> str:
    """Where this machine reaches the server."""
    return f"http://{in_url(reached_as(settings))}:{settings.port}"


def tls_url(settings: Settings) -> str:
    """The same over TLS."""
    return f"https://{in_url(reached_as(settings))}:{settings.tls_port}"


def banner(settings: Settings, world: Mapping[str, Any], authority: str | None = None) -> str:
    """What is printed once the server listens: where, with which keys of a plain world, and what to do next.

    ``authority``: the file to trust, of a server that speaks TLS.
    """
    url = base_url(settings)
    program = _program()
    keys = "\n".join(f"export {name}={quoted(value)}" for name, value in client_variables(world, url).items())
    kept = f"kept in {settings.data}" if settings.data else "in memory"
    mode = f"{settings.environment} environment{', strict' if settings.strict else ''}, {kept}"
    secure = (
        f"""
Over TLS at {tls_url(settings)}, also for {" and ".join(HOSTS)}
Clients trust it by {authority} ({program} {_ca(settings)} says how)"""
        if authority
        else ""
    )
    watch = f"\nWatch what happens in a browser: {url}/" if settings.dashboard == "on" else ""
    control, admin = f"curl {url}/_mock", ""
    if settings.admin_token is not None:
        variable = f"{PREFIX}ADMIN_TOKEN"
        control = f'curl -H "Authorization: Bearer ${variable}" {url}/_mock'
        admin = f", once {variable} is set there"
    return f"""
Vipps MobilePay emulator at {url} ({mode}){secure}{watch}

{keys}

To set these and the partner's keys in another terminal, in this folder{admin}:
eval "$({program} world --url {local_url(settings)} --format export)"

Next: get a token      curl -X POST {url}/accesstoken/get -H "client_id: $VIPPS_CLIENT_ID" \\
                         -H "client_secret: $VIPPS_CLIENT_SECRET" \\
                         -H "Ocp-Apim-Subscription-Key: $VIPPS_SUBSCRIPTION_KEY"
      see requests     {control}/requests
      move the clock   {control}/clock/advance -d '{{"duration": "PT11M"}}'
      read the APIs    {url}/openapi/
      other keys       {program} world --format yaml
Stop with Ctrl-C.
"""


def _ca(settings: Settings) -> str:
    kept = [(f"--{name}", where) for name, where in (("tls-dir", settings.tls_dir), ("data", settings.data)) if where]
    return " ".join(["ca", *(f"{option} {_word(str(where))}" for option, where in kept[:1])])


def _program() -> str:
    """This program as a shell in the same folder finds it."""
    began = Path(sys.argv[0])
    if began.name == "__main__.py":
        return f"{_word(sys.executable)} -m mockserver"
    if (found := which(began.name)) is not None and Path(found).resolve() == began.resolve():
        return began.name
    return _word(os.path.relpath(began) if began.resolve().is_relative_to(Path.cwd()) else str(began.absolute()))


def _word(text: str) -> str:
    return text if re.fullmatch(r"[\w./+-]+", text) else quoted(text)
