"""The table of what the partner program says: every statement leads to a page and to a test, and both are there."""

import ast
import re
from pathlib import Path

import pytest

from mockserver.app import PRODUCTS
from mockserver.web.absent import PRODUCTS as ABSENT
from mockserver.world.domain.partner import RIGHTS, PartnerKind, PartnerLevel
from tests.documents import ROOT, section
from tests.harness import Emulator
from tests.test_readme import rows

TABLE = [row for row in rows("The program, statement by statement")[1:] if not row[0].startswith("**")]
_CALLED = {
    "ePayment": "/epayment/v1/payments",
    "Webhooks": "/webhooks/v1/webhooks",
    "Userinfo": "/vipps-userinfo-api/userinfo/x",
    "Login": "/access-management-1.0/access/.well-known/openid-configuration",
    "eCom": "/ecomm/v2/payments",
    "Checkout": "/checkout/v3/session",
}


def functions(file: Path) -> set[str]:
    """The tests of a file."""
    parsed = ast.parse(file.read_text("utf-8"))
    return {each.name for each in ast.walk(parsed) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_there_are_many_statements_each_said_once() -> None:
    said = [row[0] for row in TABLE]
    assert len(said) > 40
    assert len(set(said)) == len(said)
    assert all(len(row) == 3 for row in TABLE)


@pytest.mark.parametrize("row", TABLE, ids=[row[0][:40] for row in TABLE])
def test_each_statement_is_played_somewhere_by_a_test(row: list[str]) -> None:
    _, where, tests = row
    assert where
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", tests)
    assert named
    assert ", ".join(f"`{file}::{name}`" for file, name in named) == tests
    for file, name in named:
        assert name in functions(ROOT / "tests" / file), f"{file} has no {name}"


def test_the_readme_says_which_keys_a_partner_has() -> None:
    lines = (ROOT / "README.md").read_text("utf-8").splitlines()
    start = lines.index("| kind of partner | Partner | Partner Plus | Partner Premium |") + 2
    found = {
        kind: [cell.split(" (")[0].strip() for cell in cells]
        for kind, *cells in (line.strip("| ").split(" | ") for line in lines[start : start + len(PartnerKind)])
    }
    names = {"platform": "platform", "reseller": "reseller", "plugin": "plugin supplier", "psp": "PSP"}
    assert found == {names[kind]: [_keys(kind, level) for level in PartnerLevel] for kind in PartnerKind}


def _keys(kind: PartnerKind, level: PartnerLevel) -> str:
    rights = RIGHTS[kind][level]
    had = {"management keys": rights.management_keys, "partner keys": rights.partner_keys}
    return ", ".join(name for name, has in had.items() if has) or "none"


def test_paths_and_operations_of_the_table_are_there(emulator: Emulator) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for _, where, _ in TABLE:
        for path in re.findall(r"`(/[\w/]*)`", where):
            assert emulator.request("GET", path).status_code == 200, path
        for operation in re.findall(r"`(get\w+)`", where):
            assert f"| `{operation}` |" in readme, operation


def test_every_question_has_its_answer() -> None:
    page = section("Questions that partners ask")
    asked = re.findall(r"^\*\*(.+?)\*\* ?(.*)$", page, flags=re.MULTILINE)
    assert len(asked) >= 15
    assert all(answer for _, answer in asked)
    for topic in ("partner terms", "partner manager", "keys for production", "consent", "technical documentation"):
        assert topic in page or topic.replace("consent", "agree to tell us more") in page, topic


def test_nothing_asks_for_consent_to_tell_partners_more(emulator: Emulator) -> None:
    document = emulator.request("GET", "/openapi/management.json").text
    assert "product-orders" in document
    assert "consent" not in document.lower()


def test_what_plugins_call_is_emulated_or_named(emulator: Emulator) -> None:
    table = {row[0]: row[1:] for row in rows("Plugins of other shops")[1:]}
    assert {"WooCommerce", "Shopware", "Magento, Adobe Commerce", "Drupal Commerce", "PrestaShop"} <= set(table)
    for shop, (apis, how) in table.items():
        called = {name: path for name, path in _CALLED.items() if re.search(rf"\b{name}\b", apis)}
        assert called or apis == "not known", shop
        for name, path in called.items():
            answer = emulator.request("GET", path)
            missing = "does not emulate" in answer.headers.get("x-mock-warning", "")
            assert missing == (name in ("eCom", "Checkout")), (shop, name, answer.status_code)
            assert (answer.status_code == 404 and f"{name} API" in answer.headers["x-mock-warning"]) or not missing
        if how.startswith("no: the emulator"):
            assert set(called) <= {"eCom", "Checkout"}


def test_the_api_of_psps_is_named_as_missing(emulator: Emulator) -> None:
    """Whoever emulates it changes what the page says of PSPs."""
    assert "not emulated yet" in section("A PSP")
    assert ABSENT["/psp/"] == "PSP API"
    assert not [each for each in PRODUCTS.apis if "psp" in str(each).lower()]
    answer = emulator.request("GET", "/psp/v1/anything")
    assert answer.status_code == 404
    assert "PSP API" in answer.headers["x-mock-warning"]
