"""The recipes in docs/: the code on their pages, as files in a folder, run as their readers run it."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.end_to_end.running import Running

DOCS = Path(__file__).parent.parent.parent / "docs"
MODULES = Path(__file__).parent / "recipes" / "node_modules"
FILE = re.compile(r"^(?:[^`\n]* )?`([^`\n]+)`:\n\n```\w+\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)


def need(*tools: str) -> None:
    """Skips the test when a program is missing."""
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def need_modules(folder: Path, *names: str) -> None:
    """Skips the test when an npm package is missing, else lets what runs in the folder find it."""
    need("node")
    missing = [name for name in names if not (MODULES / name / "package.json").is_file()]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}: run `npm install` in {MODULES.parent}")
    (folder / "node_modules").symlink_to(MODULES)


def write_files(page: str, folder: Path) -> None:
    """Writes the files that a page shows, each below a line with its name, into a folder."""
    found = FILE.findall((DOCS / page).read_text("utf-8"))
    assert found, f"{page} shows no file"
    for name, content in found:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")


def run(server: Running, folder: Path, *command: str, more: Mapping[str, str] | None = None) -> list[str]:
    """Runs a command with the server's keys in its environment; gives the lines that it prints."""
    environment = os.environ | server.variables | {"NO_PROXY": "127.0.0.1,localhost"} | dict(more or {})
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout.splitlines()


def expect_story(server: Running, printed: list[str]) -> None:
    """Each language tells the same: one payment to its refund, one that expires, and its webhook."""
    shown = {name: rest for name, colon, rest in (line.partition(": ") for line in printed) if colon}
    assert shown["open in a browser"].startswith(f"{server.url}/"), printed
    assert "49900" in shown["captured"]
    assert "49900" in shown["refunded"]
    assert shown["state"] == "EXPIRED"
    assert "EXPIRED" in shown["webhook"]
    journal = list(reversed(server.journal()))
    assert [entry["operation"] for entry in journal if entry["status"] < 300][:7] == [
        "fetchAuthorizationTokenUsingPost",
        "createPayment",
        "forceApprove",
        "capturePayment",
        "refundPayment",
        "registerWebhook",
        "createPayment",
    ]
    assert all(entry["status"] < 300 for entry in journal)
