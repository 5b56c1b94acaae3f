"""The pytest plugin: a server for the session, as it was at its start before each test.

It is loaded wherever the package is installed, so it imports nothing that is not there already.
"""

import os
from collections.abc import Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mockserver.testing.client import Vipps
    from mockserver.testing.fixtures import Clock, Inbox
    from mockserver.testing.servers import Servers

_MARKER = (
    "vipps(world=..., scenario=..., **settings): the Vipps MobilePay emulator that a test gets. "
    "scenario is the name of a packaged profile, a file, a rule, or a list of these."
)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _MARKER)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each marked test the server that its marker speaks of."""
    for item in items:
        names = getattr(item, "fixturenames", None)
        if names is not None and "vipps" not in names and item.get_closest_marker("vipps") is not None:
            names.insert(0, "vipps")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show in the report of a failed test what its server was asked last, and with what success."""
    report = yield
    server = getattr(item, "funcargs", {}).get("vipps")
    if report.when == "call" and report.failed and server is not None:
        from mockserver.testing.fixtures import last_requests

        report.sections.append(("vipps: what came, latest last", last_requests(server)))
    return report


@pytest.fixture(scope="session")
def vipps_settings() -> Mapping[str, Any]:
    """Settings of all servers that the tests use, ``world`` and ``scenario`` among them; to be overridden."""
    return {}


@pytest.fixture(scope="session")
def vipps_servers(vipps_settings: Mapping[str, Any], pytestconfig: pytest.Config) -> "Iterator[Servers]":
    """The servers of this session, started when they are needed."""
    from mockserver.testing.servers import BadUse, Servers

    try:
        servers = Servers(vipps_settings, pytestconfig.rootpath, parallel="PYTEST_XDIST_WORKER" in os.environ)
    except BadUse as error:
        pytest.fail(str(error), pytrace=False)
    yield servers
    servers.close()


@pytest.fixture(scope="session")
def vipps_server(vipps_servers: "Servers") -> "Vipps":
    """The server of tests without a marker of their own, for fixtures that live as long as the session."""
    from mockserver.testing.servers import BadUse

    try:
        return vipps_servers.get({})
    except BadUse as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture
def vipps(request: pytest.FixtureRequest, vipps_servers: "Servers") -> "Vipps":
    """The server of this test, reset, under the scenario of its marker: its client and assertions."""
    from mockserver.testing.calls import ControlError
    from mockserver.testing.fixtures import fresh, marked
    from mockserver.testing.servers import BadUse, NeedsOwnServer

    try:
        settings, scenario = marked(request.node)
        server = vipps_servers.get(settings)
        fresh(server, vipps_servers.scenario(scenario))
    except NeedsOwnServer as error:
        pytest.skip(str(error))
    except BadUse as error:
        pytest.fail(str(error), pytrace=False)
    except ControlError as error:
        pytest.fail(f"the server could not be made ready: {error}", pytrace=False)
    return server


@pytest.fixture
def vipps_keys(vipps: "Vipps") -> dict[str, str]:
    """What a client needs, by the names of the VIPPS_* variables: address, keys, MSN and a customer's phone."""
    return vipps.keys()


@pytest.fixture
def vipps_env(vipps_keys: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The same, set in the environment for this test."""
    for name, value in vipps_keys.items():
        monkeypatch.setenv(name, value)
    return vipps_keys


@pytest.fixture
def vipps_clock(vipps: "Vipps") -> "Clock":
    """The server's clock, frozen: it moves only when the test moves it."""
    from mockserver.testing.fixtures import Clock

    vipps.freeze()
    return Clock(vipps)


@pytest.fixture
def vipps_inbox(vipps: "Vipps") -> "Inbox":
    """An address to register for webhooks, and what arrives there."""
    from mockserver.testing.fixtures import Inbox

    return Inbox(vipps)
