"""The collections for API clients, run by newman and by Bruno's command line against a real server."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from mockserver.apis.management.api.routes import API as MANAGEMENT
from tests.end_to_end.recipe import MODULES, need_modules
from tests.end_to_end.running import serving
from tests.test_readme import rows
from tools.collections.bruno import ENVIRONMENT
from tools.collections.stories import FOLDERS
from tools.collections.writing import BRUNO, DOCS, POSTMAN, files

STEPS = [step for folder in FOLDERS for step in folder.steps]
CHECKS = sum(step.checks for step in STEPS)
PACKAGES = {"newman": "newman", "bruno": "@usebruno/cli"}


def test_the_files_are_as_written() -> None:
    made = files()
    there = {path.relative_to(DOCS).as_posix() for path in BRUNO.rglob("*") if path.is_file()} | {POSTMAN}
    assert there == set(made)
    for name, content in made.items():
        assert (DOCS / name).read_text("utf-8") == content, "run: python -m tools.collections"


def test_no_variable_comes_from_nowhere() -> None:
    given = {each["key"]: each["value"] for each in json.loads(files()[POSTMAN])["variable"]}
    known = {name for name, value in given.items() if value}
    for folder in FOLDERS:
        so_far = set(known)
        for step in folder.steps:
            so_far |= set(step.fresh)
            sent = json.dumps([step.url, dict(step.headers), step.body, step.form, step.basic])
            used = {part.partition("}}")[0] for part in sent.split("{{")[1:]} - {"$guid"}
            assert used <= so_far, (folder.name, step.name)
            so_far |= set(step.keeps)


def test_the_page_names_every_folder() -> None:
    assert rows("Postman and Bruno")[1 : len(FOLDERS) + 1] == [[each.name, each.about] for each in FOLDERS]


def run(client: str, url: str, folder: Path) -> tuple[int, dict[str, int]]:
    """The exit status of a client that ran its whole collection, and how many checks it made and failed."""
    report = folder / f"{client}.json"
    done = subprocess.run(
        ["node", *(newman if client == "newman" else bruno)(url, report)],
        cwd=BRUNO,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert report.is_file(), f"{done.stdout}\n{done.stderr}"
    return done.returncode, (of_newman if client == "newman" else of_bruno)(json.loads(report.read_text("utf-8")))


def newman(url: str, report: Path) -> Sequence[str]:
    program = str(MODULES / "newman/bin/newman.js")
    more = ["--env-var", f"VIPPS_BASE_URL={url}", "--reporters", "json", "--reporter-json-export", str(report)]
    return [program, "run", str(DOCS / POSTMAN), *more]


def of_newman(report: dict[str, Any]) -> dict[str, int]:
    stats = report["run"]["stats"]
    return {
        "requests": stats["requests"]["total"],
        "checks": stats["assertions"]["total"],
        "failed": stats["assertions"]["failed"],
        "left out": stats["assertions"]["pending"],
    }


def bruno(url: str, report: Path) -> Sequence[str]:
    program = str(MODULES / "@usebruno/cli/bin/bru.js")
    more = ["--env", ENVIRONMENT, "--env-var", f"VIPPS_BASE_URL={url}", "--reporter-json", str(report)]
    return [program, "run", "-r", *more]


def of_bruno(report: list[dict[str, Any]]) -> dict[str, int]:
    (only,) = report
    summary = only["summary"]
    return {
        "requests": summary["totalRequests"],
        "checks": summary["totalTests"],
        "failed": summary["failedTests"],
        "left out": summary["skippedRequests"],
    }


@pytest.mark.parametrize("client", PACKAGES)
def test_everything_is_as_the_collection_says(client: str, tmp_path: Path) -> None:
    need_modules(tmp_path, PACKAGES[client])
    with serving() as server:
        status, seen = run(client, server.url, tmp_path)
        journal = server.journal()
    assert seen == {"requests": len(STEPS), "checks": CHECKS, "failed": 0, "left out": 0}
    assert status == 0
    assert {each.id for each in MANAGEMENT.operations} <= {entry["operation"] for entry in journal}


@pytest.mark.parametrize("client", PACKAGES)
def test_every_check_can_fail(client: str, tmp_path: Path) -> None:
    need_modules(tmp_path, PACKAGES[client])
    with hollow() as url:
        status, seen = run(client, url, tmp_path)
    assert seen == {"requests": len(STEPS), "checks": CHECKS, "failed": CHECKS, "left out": 0}
    assert status != 0


@contextmanager
def hollow() -> Iterator[str]:
    """A server that has nothing to say, in a status that nobody expects; gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hollow)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Hollow(BaseHTTPRequestHandler):
    """Answers everything with 418 and an empty object."""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(418)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def do_POST(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""
