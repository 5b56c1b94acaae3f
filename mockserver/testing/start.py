"""From keyword arguments to a server's settings and world."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockserver.settings import BadSetting, Settings, of_keywords
from mockserver.world import files
from mockserver.world.domain.world import World

Given = World | Mapping[str, Any] | str | Path | None
"""A world: itself, with the keys of a world file, or the path of such a file; None is the packaged one."""


def settings_of(given: Mapping[str, Any]) -> Settings:
    """Settings with what suits tests: any free port, no access log; raises BadSetting."""
    settings = of_keywords({"port": 0, "access_log": "off"} | dict(given))
    if settings.tls:
        raise BadSetting("tls: servers of tests speak HTTP only; start vipps-mockserver serve --tls for more")
    return settings


def world_of(given: Given) -> World | None:
    """The world to start with; raises BadWorld."""
    if given is None or isinstance(given, World):
        return given
    from mockserver.app import check_world

    return files.of_plain(given, check_world) if isinstance(given, Mapping) else files.read(Path(given), check_world)
