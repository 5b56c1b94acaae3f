"""The checklist command against a server in a process of its own."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
from click.testing import CliRunner, Result

from mockserver.app import PRODUCTS
from mockserver.checklist.points.points import Checklist
from mockserver.process.cli import main
from tests.end_to_end.running import serving

POINTS = Checklist(PRODUCTS.checks()).points


def checklist(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["checklist", *arguments])


def test_it_prints_every_point_and_fails_when_asked_to() -> None:
    with serving("--admin-token", "secret") as server:
        asked = ("--url", server.url, "--admin-token", "secret")
        printed = checklist(*asked)
        assert printed.exit_code == 0, printed.output
        assert all(point.id in printed.output for point in POINTS)
        assert checklist(*asked, "--fail-on-wrong").exit_code == 0

        assert httpx.post(f"{server.url}/epayment/v1/payments", json={}).status_code == 401

        found = json.loads(checklist(*asked, "--format", "json", "--api", "epayment").stdout)
        assert json.loads(checklist(*asked, "--json", "--api", "epayment").stdout) | {"at": found["at"]} == found
        assert {each["id"]: each["verdict"] for each in found["points"]}["epayment-create"] == "wrong"
        assert checklist(*asked, "--fail-on-wrong").exit_code == 1
        assert checklist(*asked).exit_code == 0
        assert "401" in checklist("--url", server.url).stderr
        assert "msn: There is no such sales unit" in checklist(*asked, "--msn", "1").stderr


def test_a_document_is_made_in_each_format() -> None:
    said = ("--description", "One | plugin for all shops", "--demo", "https://a.example.com", "--demo", "OK")
    with serving("--admin-token", "secret") as server:
        asked = ("--url", server.url, "--admin-token", "secret", "--msn", "123456", *said)
        markdown = checklist(*asked, "--format", "markdown")
        html = checklist(*asked, "--format", "html", "--fail-on-wrong")
        found = json.loads(checklist(*asked, "--format", "json").stdout)
        question = {"msn": "123456", "description": "One | plugin for all shops"}
        page = httpx.get(f"{server.url}/checklist", params=question, headers={"Authorization": "Bearer secret"})
        stranger = httpx.get(f"{server.url}/checklist")
        too_long = checklist(*asked, "--pilot", "1" * 2001)
    assert (markdown.exit_code, html.exit_code, page.status_code, stranger.status_code) == (0, 1, 200, 401)
    assert markdown.stdout.startswith("# Checklist\n\n| about | what |\n")
    assert "| The solution | One \\| plugin for all shops |" in markdown.stdout
    assert html.stdout.startswith("<!doctype html>\n")
    assert html.stdout.endswith("</html>\n")
    for text in (html.stdout, page.text):
        assert "One | plugin for all shops" in text
    assert all(point.id in text for point in POINTS for text in (markdown.stdout, html.stdout, page.text))
    assert found["statements"]["demo"] == "https://a.example.com OK"
    assert next(each for each in found["points"] if each["id"] == "partner-demo")["facts"] == ["OK"]
    assert too_long.exit_code == 2
    assert "pilot: Must have at most 2000 characters" in too_long.stderr


class _Earlier(BaseHTTPRequestHandler):
    """A server of an earlier version, which knows no examples."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"points": [], "summary": {}, "journal": {"size": 1, "lost": 0}}')

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_a_server_of_an_earlier_version_is_told() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Earlier) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        result = checklist("--url", f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
    assert result.exit_code == 2
    assert "of an earlier version" in result.stderr


def test_without_a_server_it_says_so() -> None:
    result = checklist("--url", "http://127.0.0.1:1")
    assert result.exit_code == 2
    assert result.stderr == "vipps-mockserver: no server answers at http://127.0.0.1:1\n"
