"""The first request of a fresh process, whatever it is: an answer, a line in the log, an entry in the journal."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.end_to_end.running import serving

GATEWAY_404 = {"statusCode": 404, "message": "Resource not found"}
FAILED = {"statusCode": 500, "message": "Internal server error. The emulator failed; its log says why."}
WAYS = [
    ("POST", "/", 405),
    ("GET", "/nothing", 404),
    ("GET", "/nothing/here?x=1", 404),
    ("POST", "/nothing", 404),
    ("OPTIONS", "/nothing", 404),
    ("POST", "/recurring/accessToken/get", 404),
    ("POST", "/checkout/v3/session", 404),
    ("POST", "/recurring/v3/agreements", 401),
    ("GET", "/epayment/v1/nothing", 404),
    ("GET", "/management/v1/nothing", 404),
    ("PUT", "/epayment/v1/payments", 405),
    ("GET", "/accesstoken/get", 405),
    ("DELETE", "/landing", 405),
    ("GET", "/epayment/v1/payments/reference-1", 401),
    ("GET", "/access-management-1.0/access/oauth2/auth", 400),
    ("GET", "/vipps-userinfo-api/userinfo", 401),
]
BROKEN = """
import mockserver.apis.login.userinfo.routes as late, mockserver.phone.phone as phone, mockserver.process.cli as cli
def fail(*_, **__):
    raise RuntimeError("broken on purpose")
phone.PhonePages.all = fail
del late.API
raise SystemExit(cli.main())
"""
"""A server with a page that fails, and an API that cannot be imported."""


def answers(tmp_path: Path, method: str, path: str, *program: str) -> tuple[httpx.Response, list[Any], str]:
    """The answer to the first request, the journal after three more, and the whole log."""
    options: dict[str, Any] = {"program": program} if program else {}
    with (tmp_path / "log").open("w") as log:
        with serving("--access-log", "json", log=log, **options) as server, httpx.Client(base_url=server.url) as client:
            first = client.request(method, path)
            for _ in range(3):
                assert client.get("/accesstoken/get").status_code == 405
            journal = server.journal()
        server.process.wait()
    return first, journal, (tmp_path / "log").read_text()


@pytest.mark.parametrize(("method", "path", "status"), WAYS)
def test_the_first_request_of_a_process(tmp_path: Path, method: str, path: str, status: int) -> None:
    first, journal, log = answers(tmp_path, method, path)

    assert first.status_code == status, first.text
    if status == 404:
        assert (first.json(), first.headers["content-type"]) == (GATEWAY_404, "application/json")
    assert [each["status"] for each in reversed(journal)] == [status, 405, 405, 405]
    assert "Traceback" not in log
    assert [json.loads(line)["status"] for line in log.splitlines()] == [status, 405, 405, 405]


@pytest.mark.parametrize("path", ["/wallet", "/vipps-userinfo-api/userinfo"])
def test_a_failure_is_the_gateways_500_and_the_server_goes_on(tmp_path: Path, path: str) -> None:
    first, journal, log = answers(tmp_path, "GET", path, "-c", BROKEN)

    assert (first.status_code, first.json()) == (500, FAILED)
    assert [each["status"] for each in reversed(journal)] == [500, 405, 405, 405]
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert [line["status"] for line in lines] == [500, 405, 405, 405]
    assert f"GET '{path}' failed" in log
    assert log.count("Traceback") == 1


@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_a_browser_that_comes_first_finds_the_dashboard(tmp_path: Path, accept: str) -> None:
    with (tmp_path / "log").open("w") as log:
        with serving("--access-log", "json", log=log) as server:
            client = httpx.Client(base_url=server.url, headers={"Accept": accept}, trust_env=False)
            with client:
                first = client.get("/")
                assert client.get("/accesstoken/get").status_code == 405
            journal = server.journal()
        server.process.wait()
    assert first.status_code == 200
    assert ("<h1" in first.text) == (accept == "text/html")
    assert [each["status"] for each in journal] == [405]
    assert [json.loads(line)["status"] for line in (tmp_path / "log").read_text().splitlines()] == [405]
