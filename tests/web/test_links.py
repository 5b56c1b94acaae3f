"""Addresses from elsewhere on pages and in redirects: what a browser would run or open where it is, is none."""

import json
import re
from pathlib import Path

import pytest

import mockserver
from mockserver.apis.login.api.problems import redirect
from mockserver.core.urls import leads_away
from tests.harness import Emulator

TEMPLATES = sorted(Path(mockserver.__file__).parent.rglob("templates/*.html"))
OWN = {
    "about",
    "address",
    "change",
    "company",
    "each.address",
    "each.page",
    "each.unit_page",
    "emails",
    "icon",
    "inbox",
    "keys",
    "mail",
    "newest",
    "older",
    "operator_page",
    "path",
    "portal",
    "style",
    "unit_page",
    "user_list",
    "users",
    "way_in",
}
"""Addresses that the server makes itself."""
BAD = [
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:http://x/y",
    "view-source:http://x",
]


@pytest.mark.parametrize("url", BAD)
def test_what_leads_nowhere_good(url: str) -> None:
    assert not leads_away(url)
    assert redirect(url).status == 400
    assert b"location" not in dict(redirect(url).headers or ())


@pytest.mark.parametrize(
    "url", ["https://shop.example.com/a?b#c", "http://localhost:3000", "shop://return", "vipps://x", "/login?a=b"]
)
def test_what_leads_somewhere(url: str) -> None:
    assert leads_away(url)
    assert dict(redirect(url).headers or ())[b"location"] == url.encode()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_address_from_elsewhere_is_asked(template: Path) -> None:
    named = re.findall(r'(?:href|action|src)="\{\{ ([^}]+) \}\}|url=\{\{ ([^}]+) \}\}', template.read_text("utf-8"))
    for name in filter(None, (each for pair in named for each in pair)):
        assert name in OWN or name.endswith("|link"), name


def test_an_address_that_came_with_a_state_is_no_link(emulator: Emulator) -> None:
    page = emulator.create().json()["redirectUrl"]
    state = json.loads(emulator.control("GET", "/state").content)
    state["payments"][0]["terms"]["return_url"] = "javascript:alert(1)"
    assert emulator.control("PUT", "/state", state).status_code == 200
    emulator.control("POST", "/payments/123456/reference-1/abort")
    for address in (page, f"{page}&returning=yes"):
        html = emulator.request("GET", address).text
        assert "Back to" in html
        assert "javascript" not in html
        assert "about:blank" in html
