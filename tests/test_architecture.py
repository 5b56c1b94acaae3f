"""The rooms of CONTRIBUTING.md, held by reading every import, also those inside of functions."""

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from starlette._utils import is_async_callable
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route, Router

import mockserver
from mockserver.app import build
from mockserver.control.guard import Guard
from mockserver.settings import Settings
from mockserver.web.dispatch import Dispatch

PACKAGE = Path(mockserver.__file__).parent
ROOT = PACKAGE.parent

EVERYTHING = None
ALLOWED: dict[str, set[str] | None] = {
    "domain": set(),
    "signing": set(),
    "settings": set(),
    "clock": set(),
    "ids": set(),
    "adapters": set(),
    "values": set(),
    "reading": set(),
    "tls": {"clock"},
    "worlds": {"domain", "adapters", "reading"},
    "scenarios": {"domain", "reading"},
    "store": {"domain", "adapters"},
    "services": {"domain", "signing", "store", "clock", "ids"},
    "delivery": {"domain", "signing", "services", "clock"},
    "web": {"domain", "services", "clock", "ids"},
    "apis": {"domain", "services", "web", "ids"},
    "control": {"domain", "services", "web", "clock", "adapters"},
    "wallet": {"domain", "services", "web"},
    "portal": {"domain", "services", "web"},
    "accesslog": {"clock", "domain", "web"},
    "openapi": {"domain", "services", "web", "control"},
    "app": EVERYTHING,
    "serving": EVERYTHING,
    "testing": {"app", "domain", "settings", "worlds", "scenarios", "store", "web", "welcome", "reading"},
    "health": set(),
    "headers": set(),
    "remote": set(),
    "report": {"remote"},
    "welcome": {"domain", "settings"},
    "cli": EVERYTHING,
    "__main__": {"cli", "health"},
    "__init__": set(),
}
"""Which rooms a room may import besides itself and ``values``; EVERYTHING is for those who put the others together."""

NOT_IN_DOMAIN = {"asyncio", "io", "os", "random", "secrets", "socket", "sqlite3", "subprocess", "threading", "time"}
PURE = {"idna"}
"""What the domain may import besides the standard library: tables and functions of them, no more."""
ASKS_THE_TIME = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter", "perf_counter_ns"}
LONGEST_FILE = 500

FILES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


@cache
def tree_of(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text("utf-8"))))


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, absolute."""
    package = name_of(path).rpartition(".")[0].split(".")
    for node in tree_of(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, node.module] if node.module else base)
            yield from (f"{module}.{alias.name}" if module == "mockserver" else module for alias in node.names)


def ours(path: Path) -> Iterator[str]:
    for module in imports(path):
        if module.split(".")[0] == "mockserver" and module != "mockserver.__version__":
            yield module


def of_room(*rooms: str) -> list[Path]:
    return [path for path in FILES if room_of(name_of(path)) in rooms]


def test_the_files_of_the_package_are_found() -> None:
    assert len(FILES) > 50
    assert {room_of(module) for path in FILES for module in ours(path)} > {"domain", "store", "services", "web"}


def test_every_room_has_a_rule() -> None:
    assert {room_of(name_of(path)) for path in FILES} == set(ALLOWED)


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_a_room_imports_only_what_it_may(room: str) -> None:
    allowed = ALLOWED[room]
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in of_room(room)
        for module in ours(path)
        if allowed is not EVERYTHING and room_of(module) not in allowed | {room, "values"}
    ]
    assert wrong == []


def test_the_client_of_tests_knows_nothing_of_the_server() -> None:
    serving = {"start", "server", "asgi", "servers"}
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in of_room("testing")
        for module in ours(path)
        if path.stem not in serving
        and path.stem not in ("__init__", "plugin", "fixtures")
        and (room_of(module) not in ("testing", "values", "reading") or module.rpartition(".")[2] in serving)
    ]
    assert wrong == []


def test_no_emulated_api_knows_another_one() -> None:
    def api(module: str) -> str:
        return ".".join(module.split(".")[:3])

    wrong = [
        f"{name_of(path)} imports {module}"
        for path in of_room("apis")
        for module in ours(path)
        if room_of(module) == "apis" and api(module) != api(name_of(path))
    ]
    assert wrong == []


def test_the_domain_is_plain_python_without_time_chance_or_io() -> None:
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in of_room("domain")
        for module in imports(path)
        if (top := module.split(".")[0]) != "mockserver"
        and (top in NOT_IN_DOMAIN or top not in sys.stdlib_module_names | PURE)
    ]
    assert wrong == []


def test_every_request_is_handled_in_the_event_loop() -> None:
    # Starlette runs plain functions in threads, where neither the store nor the journal nor the log may be touched.
    app = build(Settings.model_validate({"access_log": "off"})).app
    assert isinstance(app, Dispatch)
    rest = app._rest
    assert isinstance(rest, Starlette)
    found = [*rest.exception_handlers.values(), *endpoints(rest.routes)]
    assert len(found) > 40
    assert [each for each in found if not is_async_callable(each)] == []


def endpoints(routes: Iterable[BaseRoute]) -> Iterator[Any]:
    """Every endpoint behind these routes, those that are made late too."""
    for route in routes:
        if isinstance(route, Route):
            yield route.endpoint
        elif isinstance(route, Mount):
            late: Any = route.app
            made: Any = late._make()
            router = made._app if isinstance(made, Guard) else made
            assert isinstance(router, Router)
            yield from endpoints(router.routes)


def test_only_the_store_knows_sql() -> None:
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in FILES
        for module in imports(path)
        if module.split(".")[0] == "sqlite3" and room_of(name_of(path)) not in ("store", "services")
    ]
    assert wrong == []


def test_services_use_the_connection_as_a_type_only() -> None:
    for path in of_room("services"):
        called = [
            node
            for node in tree_of(path)
            if isinstance(node, ast.Attribute) and node.attr in ("execute", "executemany", "executescript")
        ]
        assert called == [], name_of(path)


def test_nothing_but_the_clock_asks_for_the_time() -> None:
    wrong = []
    for path in FILES:
        if room_of(name_of(path)) in ("clock", "health"):
            continue
        tree = tree_of(path)
        names = {alias.asname or alias.name for node in tree for alias in getattr(node, "names", ())
                 if isinstance(node, ast.Import | ast.ImportFrom)}  # fmt: skip
        wrong += [
            f"{name_of(path)}:{node.lineno} asks {ast.unparse(node)}"
            for node in tree
            if isinstance(node, ast.Attribute)
            and node.attr in ASKS_THE_TIME
            and ast.unparse(node.value).split(".")[0] in names & {"time", "datetime", "date"}
        ]
        wrong += [f"{name_of(path)} imports time" for module in imports(path) if module.split(".")[0] == "time"]
    assert wrong == []


def test_every_name_and_number_that_is_drawn_comes_from_one_source() -> None:
    wrong = [
        f"{name_of(path)} imports random"
        for path in FILES
        for module in imports(path)
        if module == "random" and name_of(path) not in ("mockserver.ids", "mockserver.worlds.generate")
    ]
    assert wrong == []


def test_every_room_is_in_the_table_of_the_contributors() -> None:
    table = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    missing = [room for room in ALLOWED if not room.startswith("__") and f"`{room}" not in table]
    assert missing == []


def test_no_file_is_too_long() -> None:
    lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in FILES}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}
