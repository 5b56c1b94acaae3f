"""Every block of docs/testing-python.md is run as it is written."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.testing import Vipps, plugin
from mockserver.testing.calls import call
from tests.end_to_end.running import serving

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.usefixtures("imported")

PAGE = (Path(__file__).parent.parent.parent / "docs" / "testing-python.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
PYTHON = [text for language, text in BLOCKS if language == "python"]
SHOP, FIXTURE, FIRST, MARKED, CONFTEST, PLAIN, ASYNC = PYTHON


def test_every_block_is_known() -> None:
    assert [language for language, _ in BLOCKS] == [
        "python", "python", "python", "text", "python", "python", "sh", "python", "python",
    ]  # fmt: skip


@pytest.mark.parametrize(("tests", "passed"), [(FIRST, 2), (MARKED, 2)])
def test_the_tests_pass(pytester: pytest.Pytester, tests: str, passed: int) -> None:
    pytester.makepyfile(shop=SHOP, conftest=FIXTURE, test_shop=tests)
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=passed)


def test_the_settings_hold(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(FIXTURE + CONFTEST)
    pytester.makepyfile(shop=SHOP, test_shop=FIRST.replace("def test_an_order", "def not_this"))
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)
    pytester.makepyfile("def test_it(vipps):\n    assert vipps.control('GET', '/health')\n")
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)


def test_the_failure_is_the_one_that_is_shown(pytester: pytest.Pytester) -> None:
    failing = FIRST.replace('shop.ship("order-0001", 49900)\n', "pass\n")
    pytester.makepyfile(shop=SHOP, conftest=FIXTURE, test_shop=failing)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    shown = next(text for language, text in BLOCKS if language == "text").splitlines()
    assert all(any(line in printed for printed in result.outlines) for line in shown)


def test_the_command_uses_a_running_server(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    pytester.makepyfile(shop=SHOP, conftest=FIXTURE, test_shop=FIRST)
    command = next(text for language, text in BLOCKS if language == "sh")
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    with serving() as server:
        command = command.replace("http://127.0.0.1:8080", server.url).replace("pytest", f"{sys.executable} -m pytest")
        done = subprocess.run(["sh", "-c", command], cwd=pytester.path, capture_output=True, text=True, check=False)
        assert "2 passed" in done.stdout, done.stdout + done.stderr
        assert server.journal()


@pytest.mark.parametrize("script", [PLAIN, ASYNC])
def test_the_scripts_run(script: str, tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", script]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_fixture_is_listed() -> None:
    listed = set(re.findall(r"^\| `(\w+)` \|", PAGE, flags=re.MULTILINE))
    assert listed == {name for name in vars(plugin) if name.split("_")[0] == "vipps"}


def test_every_method_for_a_control_call_is_listed() -> None:
    rows = re.findall(r"^\| [a-z ]+ \| (`.*`) \|$", PAGE, re.MULTILINE)
    listed = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    methods = {name for name in dir(Vipps) if isinstance(getattr(Vipps, name), call)}
    assert sorted(listed) == sorted(name for name in methods if not name.startswith(("_", "assert_")))
