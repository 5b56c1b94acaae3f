"""The servers of a test session: one for each set of settings that a test asks for, or one that runs elsewhere."""

import json
import os
from collections.abc import Mapping
from contextlib import ExitStack
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.testing.client import Vipps

URL = "VIPPS_MOCK_URL"
"""The environment variable that names a running server."""
TOKEN = "VIPPS_MOCK_ADMIN_TOKEN"  # noqa: S105 - the name of a variable
"""The environment variable with its admin token."""


class BadUse(Exception):
    """The plugin is used wrongly, or the server cannot be used; the message is for the test's author."""


class NeedsOwnServer(Exception):
    """The test wants settings that a server which runs already cannot have; the message says which."""


class Servers:
    """Starts servers when they are first asked for. ``shared`` are the settings of every one of them.

    ``root`` is where paths of worlds and scenarios begin.
    """

    def __init__(self, shared: Mapping[str, Any], root: Path, *, parallel: bool = False) -> None:
        if not isinstance(shared, Mapping):
            raise BadUse("vipps_settings must give a dict of settings")
        self._shared = shared
        self._root = root
        self._parallel = parallel
        self._url = os.environ.get(URL)
        self._known: dict[str, Vipps] = {}
        self._open = ExitStack()

    def get(self, own: Mapping[str, Any]) -> "Vipps":
        """The server with these settings on top of the shared ones; raises BadUse, NeedsOwnServer."""
        if self._url:
            return self._elsewhere(self._url, own)
        settings = {**self._shared, **own}
        _check_names(settings)
        for name in ("world", "scenario"):
            if name in settings:
                settings[name] = self._found(settings[name])
        key = json.dumps(settings, sort_keys=True, default=repr)
        if key not in self._known:
            self._known[key] = self._started(settings)
        return self._known[key]

    def _started(self, settings: Mapping[str, Any]) -> "Vipps":
        from mockserver.core.database import StoreError
        from mockserver.scenarios import BadScenario
        from mockserver.settings import BadSetting
        from mockserver.testing.server import Server
        from mockserver.world.domain.world import BadWorld

        try:
            return self._open.enter_context(Server(**settings))
        except (BadSetting, BadWorld, BadScenario, StoreError) as error:
            raise BadUse(str(error)) from None

    def _elsewhere(self, url: str, own: Mapping[str, Any]) -> "Vipps":
        from mockserver.testing.client import Vipps

        if own:
            raise NeedsOwnServer(f"needs a server with its own {', '.join(own)}, but {URL} names one that runs already")
        if self._parallel:
            raise BadUse(f"{URL}: workers that run in parallel would reset each other's server; run with -n 0")
        if url not in self._known:
            from mockserver.testing.calls import ControlError

            try:
                server = self._open.enter_context(Vipps(url, os.environ.get(TOKEN)))
                server.clock()
            except ControlError as error:
                hint = f"; {TOKEN} is its admin token" if error.status == 401 else ""
                raise BadUse(f"{URL}: {error}{hint}") from None
            self._known[url] = server
        return self._known[url]

    def _found(self, given: Any) -> Any:
        if isinstance(given, list | tuple):
            return [self._found(each) for each in given]
        path = isinstance(given, Path) or (isinstance(given, str) and Path(given).suffix in (".yaml", ".yml", ".json"))
        return str(self._root / given) if path else given

    def scenario(self, given: Any) -> Any:
        """A marker's scenario, its files found."""
        return self._found(given)

    def close(self) -> None:
        """Stop all that were started here."""
        self._open.close()


def _check_names(settings: Mapping[str, Any]) -> None:
    from mockserver.settings import Settings

    known = set(Settings.model_fields)
    for name in settings:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise BadUse(f"{name}: there is no such setting{hint}")
