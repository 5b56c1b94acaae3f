"""The checklist command against a server in a process of its own."""

import json

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
        assert json.loads(checklist(*asked, "--json", "--api", "epayment").stdout) == found
        assert {each["id"]: each["verdict"] for each in found["points"]}["epayment-create"] == "wrong"
        assert checklist(*asked, "--fail-on-wrong").exit_code == 1
        assert checklist(*asked).exit_code == 0
        assert "401" in checklist("--url", server.url).stderr
        assert "msn: There is no such sales unit" in checklist(*asked, "--msn", "1").stderr


def test_without_a_server_it_says_so() -> None:
    result = checklist("--url", "http://127.0.0.1:1")
    assert result.exit_code == 2
    assert result.stderr == "vipps-mockserver: no server answers at http://127.0.0.1:1\n"
