"""The scripts in README and docs, run as they are written against a running server."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver.settings import PREFIX
from tests.documents import FILES, section
from tests.end_to_end.running import serving

TOOLS = [shutil.which(tool) for tool in ("bash", "curl", "sed")]
pytestmark = pytest.mark.skipif(None in TOOLS, reason="needs bash, curl and sed")


def script_of(heading: str) -> str:
    found = re.search(r"```sh\n(.*?)```", section(heading), flags=re.DOTALL)
    assert found is not None
    return found[1]


EVAL = 'eval "$(.venv/bin/vipps-mockserver world --format export)"'


def run(heading: str, folder: Path, named_by: str = f"{PREFIX}PORT") -> list[str]:
    """Run a section's script in a folder that looks like a checkout; gives the lines that it prints.

    The server has another port than the usual one, which the variable ``named_by`` tells, or the line of its banner.
    """
    script = script_of(heading)
    command = folder / ".venv" / "bin" / "vipps-mockserver"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mockserver "$@"\n')
    command.chmod(0o755)
    with serving() as server:
        names = {
            f"{PREFIX}PORT": server.url.rpartition(":")[2],
            "VIPPS_MOCK_URL": server.url,
            "VIPPS_BASE_URL": server.url,
        }
        if named_by == "banner":
            script = script.replace(EVAL, EVAL.replace("world", f"world --url {server.url}"))
            assert server.url in script
        environment = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, *names))}
        done = subprocess.run(
            ["bash", "-eu", "-c", script],
            cwd=folder,
            env=environment | {name: value for name, value in names.items() if name == named_by},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("named_by", [f"{PREFIX}PORT", "VIPPS_MOCK_URL", "VIPPS_BASE_URL", "banner"])
def test_the_first_payment(tmp_path: Path, named_by: str) -> None:
    created, _, captured, shown = run("A first payment", tmp_path, named_by)
    assert "redirectUrl" in created
    assert '"capturedAmount":{"currency":"NOK","value":49900}' in captured
    assert '"state":"AUTHORIZED"' in shown


def test_onboarding_a_merchant(tmp_path: Path) -> None:
    packages, order, submitted, completed, created, _, captured = run("Partners and onboarding", tmp_path)
    assert "pricePackageId" in packages
    assert "/register/vippspanett/" in order
    assert '"status":"ORDER_SUBMITTED"' in submitted
    assert '"status":"COMPLETED"' in completed
    assert '"msn":"' in completed
    assert "redirectUrl" in created
    assert '"capturedAmount":{"currency":"NOK","value":19900}' in captured


def test_a_login_without_a_browser(tmp_path: Path) -> None:
    tokens, userinfo = run("Login", tmp_path)
    assert '"token_type":"bearer"' in tokens
    assert '"name":"Karen Myklebust"' in userinfo
    assert '"email_verified":true' in userinfo


def test_a_login_that_a_merchant_starts(tmp_path: Path) -> None:
    exists, pending, tokens = run("Merchant-initiated login", tmp_path)
    assert exists == '{"exists":true}'
    assert '"error":"authorization_pending"' in pending
    assert '"token_type":"Bearer"' in tokens


def test_a_state_file_and_a_snapshot(tmp_path: Path) -> None:
    printed = "\n".join(run("State files and snapshots", tmp_path))
    assert '"name":"clean"' in printed
    assert "ok before.json at http:" in printed
    assert (tmp_path / "before.json").read_text("utf-8").startswith("{\n")


def test_the_calls_of_the_control_page(tmp_path: Path) -> None:
    advanced, requests = run("Control", tmp_path)
    assert '"now":' in advanced
    assert '"requests":[' in requests


def test_no_page_asks_a_fixed_address_in_a_shell() -> None:
    for file in FILES:
        for script in re.findall(r"```sh\n(.*?)```", file.read_text("utf-8"), flags=re.DOTALL):
            assert "curl -s http://127.0.0.1:8080" not in script, file.name
            assert "| sed 's/^/export" not in script, file.name
