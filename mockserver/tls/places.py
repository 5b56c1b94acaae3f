"""Where the certificate authority is kept, for who does not say."""

import os
import sys
from pathlib import Path

from mockserver.tls.authority import BadAuthority

_FOLDER = "authority"


def folder(tls_dir: Path | None, data: Path | None) -> Path:
    """The authority's own folder: in ``tls_dir``, else in ``data``, else with the user's state.

    Raises BadAuthority for a user without a home.
    """
    return (tls_dir or data or _state()) / _FOLDER


def _state() -> Path:
    given = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_STATE_HOME")
    try:
        home = Path(given) if given else Path.home() / ".local" / "state"
    except RuntimeError as error:
        raise BadAuthority(
            f"tls: there is no home to keep the certificate authority in; set tls_dir ({error})"
        ) from error
    return home / "vipps-mockserver"
