"""The rooms of CONTRIBUTING.md, held by reading every import, also those inside of functions."""

import ast
import asyncio
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from starlette._utils import is_async_callable
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route, Router

import mockserver
from mockserver.app import PRODUCTS, build
from mockserver.control.guard import ControlGuard
from mockserver.settings import Settings
from mockserver.web.dispatch import Dispatch
from mockserver.webhooks.api.routes import API as WEBHOOKS

PACKAGE = Path(mockserver.__file__).parent
ROOT = PACKAGE.parent

EVERYTHING = None
BELOW_PRODUCTS = {"core", "product", "web", "world", "webhooks", "scenarios"}
FRAMES = {"mail", "phone", "checklist", "state", "control", "openapi", "dashboard"}
ALLOWED: dict[str, set[str] | None] = {
    "core": set(),
    "product": EVERYTHING,  # as types; make lint looks at what is imported
    "settings": {"core"},
    "tls": {"core"},
    "world": {"core"},
    "web": {"core", "world"},
    "webhooks": {"core", "web", "world", "product", "scenarios"},
    "scenarios": {"core", "web", "world", "product"},
    "mail": BELOW_PRODUCTS,
    "phone": BELOW_PRODUCTS,
    "checklist": BELOW_PRODUCTS,
    "state": BELOW_PRODUCTS,
    "control": BELOW_PRODUCTS | {"tls"},
    "openapi": BELOW_PRODUCTS | {"control"},
    "dashboard": BELOW_PRODUCTS | {"control"},
    "products": BELOW_PRODUCTS | FRAMES,
    "apis": BELOW_PRODUCTS | FRAMES,
    "app": BELOW_PRODUCTS | FRAMES | {"apis", "products", "settings", "tls"},
    "process": EVERYTHING,
    "testing": {"app", "core", "settings", "world", "scenarios", "state", "web", "process"},
    "__main__": {"process"},
    "__init__": set(),
}
"""Which rooms a room may import besides itself; EVERYTHING is for those who put the others together."""

ROOMS = {"domain", "store", "services", "api", "pages", "control", "delivery", "checks"}
"""What a product's folder is made of."""
BESIDE = {"login": {"userinfo"}, "management": {"portal"}}
"""What some have beside those."""

BUILDS_ON: dict[str, set[str]] = {}
"""Products that the platform itself builds on others, as make lint has it."""

NOT_IN_DOMAIN = {"asyncio", "io", "os", "random", "secrets", "socket", "sqlite3", "subprocess", "threading", "time"}
PURE = {"idna"}
"""What the domain may import besides the standard library: tables and functions of them, no more."""
ASKS_THE_TIME = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter", "perf_counter_ns"}
LONGEST_FILE = 500

FILES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


MODULES = frozenset(name_of(path).removesuffix(".__init__") for path in FILES)


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
            yield from (full if (full := f"{module}.{alias.name}") in MODULES else module for alias in node.names)


def ours(path: Path) -> Iterator[str]:
    for module in imports(path):
        if module.split(".")[0] == "mockserver" and module != "mockserver":
            yield module


def of_room(*rooms: str) -> list[Path]:
    return [path for path in FILES if room_of(name_of(path)) in rooms]


def test_the_files_of_the_package_are_found() -> None:
    assert len(FILES) > 50
    assert {room_of(module) for path in FILES for module in ours(path)} > {"core", "web", "world", "apis"}


def test_every_room_has_a_rule() -> None:
    assert {room_of(name_of(path)) for path in FILES} == set(ALLOWED)


@pytest.mark.parametrize("room", sorted(ALLOWED))
def test_a_room_imports_only_what_it_may(room: str) -> None:
    allowed = ALLOWED[room]
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in of_room(room)
        for module in ours(path)
        if allowed is not EVERYTHING
        and room_of(module) not in allowed | {room}
        and product_of(module) not in BUILDS_ON.get(product_of(name_of(path)), ())
    ]
    assert wrong == []


CLIENT = {"mockserver.core.values", "mockserver.core.reading", "mockserver.core"}


def test_the_client_of_tests_knows_nothing_of_the_server() -> None:
    serving = {"start", "server", "asgi", "servers"}
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in of_room("testing")
        for module in ours(path)
        if path.stem not in serving
        and path.stem not in ("__init__", "plugin", "fixtures")
        and ((module not in CLIENT and room_of(module) != "testing") or module.rpartition(".")[2] in serving)
    ]
    assert wrong == []


def product_of(module: str) -> str:
    return module.split(".")[2]


def test_no_product_knows_another_one() -> None:
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in of_room("apis")
        for module in ours(path)
        if room_of(module) == "apis"
        and product_of(module) != product_of(name_of(path))
        and product_of(module) not in BUILDS_ON.get(product_of(name_of(path)), ())
    ]
    assert wrong == []


def test_no_shared_room_mentions_a_product() -> None:
    wrong = [
        f"{name_of(path)}: {node.value[:60]}"
        for path in FILES
        if room_of(name_of(path)) not in ("apis", "app")
        for node in tree_of(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "mockserver.apis" in node.value
    ]
    assert wrong == []


def test_no_shared_room_mentions_an_operation_of_a_product() -> None:
    own = {each.id for each in WEBHOOKS.operations}
    ids = {each.id for api in PRODUCTS.every_api() for each in api.operations} - own
    wrong = [
        f"{name_of(path)}: {node.value}"
        for path in FILES
        if room_of(name_of(path)) not in ("apis", "app", "testing")
        for node in tree_of(path)
        if isinstance(node, ast.Constant) and node.value in ids
    ]
    assert len(ids) > 20
    assert wrong == []


def test_no_files_import_each_other_in_a_circle() -> None:
    files = [path for path in FILES if path != PACKAGE / "product.py"]
    everything = {name_of(path).removesuffix(".__init__"): set(ours(path)) for path in files}
    assert list(circles(everything)) == []


def circles(arrows: dict[str, set[str]]) -> Iterator[list[str]]:
    """The first circle behind each module that is in one."""
    done: set[str] = set()

    def walk(module: str, way: list[str]) -> Iterator[list[str]]:
        if module in way:
            yield [*way[way.index(module) :], module]
            return
        if module in done:
            return
        for other in sorted(arrows.get(module, ())):
            yield from walk(other, [*way, module])
        done.add(module)

    for module in arrows:
        yield from walk(module, [])


def test_a_product_is_made_of_the_same_rooms() -> None:
    products = [path for path in (PACKAGE / "apis").iterdir() if path.is_dir() and path.name != "__pycache__"]
    others = [
        str(each.relative_to(PACKAGE))
        for product in products
        for each in product.iterdir()
        if each.stem not in ROOMS | BESIDE.get(product.name, set()) | {"__init__", "__pycache__"}
        and each.suffix in ("", ".py")
    ]
    assert others == []


def test_the_domains_are_plain_python_without_time_chance_or_io() -> None:
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in FILES
        if "domain" in name_of(path).split(".")
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
            made: Any = asyncio.run(late._making.get(None))
            router = made._app if isinstance(made, ControlGuard) else made
            assert isinstance(router, Router)
            yield from endpoints(router.routes)


def test_the_import_rules_know_every_product() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    [inside] = [each["containers"] for each in rules if "containers" in each]
    products = {f"mockserver.apis.{each.parent.name}" for each in PACKAGE.glob("apis/*/__init__.py")}
    assert set(inside) == products


SQL_BESIDE_STORES = {
    f"mockserver.{module}"
    for module in (
        "core.database",
        "core.datafile",
        "core.meta",
        "core.schedule",
        "core.upgrades",
        "state.form",
        "web.answers",
    )
}


def test_only_stores_ask_the_database() -> None:
    for path in FILES:
        if "store" in name_of(path).split(".") or name_of(path) in SQL_BESIDE_STORES:
            continue
        called = [
            node
            for node in tree_of(path)
            if isinstance(node, ast.Attribute) and node.attr in ("execute", "executemany", "executescript")
        ]
        assert called == [], name_of(path)


EDGES = {"api", "pages", "control", "checks", "portal", "userinfo"}


def test_edges_do_not_know_stores() -> None:
    wrong = [
        f"{name_of(path)} imports {module}"
        for path in FILES
        if EDGES & set(name_of(path).split(".")[1:])
        for module in ours(path)
        if "store" in module.split(".")
    ]
    assert wrong == []


def test_nothing_but_the_clock_asks_for_the_time() -> None:
    wrong = []
    for path in FILES:
        if name_of(path) in ("mockserver.core.clock", "mockserver.process.health"):
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
        if module == "random" and name_of(path) not in ("mockserver.core.ids", "mockserver.world.generate")
    ]
    assert wrong == []


def test_every_room_is_in_the_table_of_the_contributors() -> None:
    table = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    missing = [room for room in ALLOWED if not room.startswith("__") and f"`{room}" not in table]
    assert missing == []


def test_no_file_is_too_long() -> None:
    lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in FILES}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}
