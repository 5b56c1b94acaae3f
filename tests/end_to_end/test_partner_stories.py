"""docs/partners.md: the table of kinds, and the story of each kind as it is written."""

from pathlib import Path

import pytest

from mockserver.world.domain.partner import RIGHTS, PartnerKind, PartnerLevel, PartnerStage
from tests.documents import section
from tests.end_to_end import test_readme_scripts as scripts
from tests.test_readme import rows

pytestmark = scripts.pytestmark


def test_the_table_says_what_the_rules_say() -> None:
    found = {}
    for kind, levels, *cells, _ in rows("Kinds of partners")[1:]:
        for level in levels.split(", "):
            found[PartnerKind(kind.strip("`")), PartnerLevel(level)] = [cell == "yes" for cell in cells]
            assert set(cells) <= {"yes", "no"}
    assert found == {
        (kind, level): [rights.partner_keys, rights.management_keys, rights.prefill, rights.price_packages]
        for kind, levels in RIGHTS.items()
        for level, rights in levels.items()
    }


def test_the_road_has_every_stage() -> None:
    assert [row[0].strip("`") for row in rows("The road to a partner")[1:]] == [*PartnerStage]


def test_a_platform_partner(tmp_path: Path) -> None:
    units, paid, other, without = scripts.run("A platform partner", tmp_path)
    assert '"msn":"523456"' in units
    assert "523457" not in units
    assert "redirectUrl" in paid
    assert '"status":403' in other
    assert without.startswith('{"statusCode":401')


def test_a_reseller(tmp_path: Path) -> None:
    unit, created, _, captured = scripts.run("A reseller", tmp_path)
    assert unit.startswith("new sales unit ")
    assert unit.split()[-1].isdigit()
    assert "redirectUrl" in created
    assert '"capturedAmount":{"currency":"NOK","value":19900}' in captured


def test_a_plugin_supplier(tmp_path: Path) -> None:
    created, seen = scripts.run("A plugin supplier", tmp_path)
    assert "redirectUrl" in created
    assert seen == "vipps-system-plugin-name: webshop-payments"


def test_the_road(tmp_path: Path) -> None:
    printed = scripts.run("The road to a partner", tmp_path)
    mail = printed.pop(2)
    assert mail.startswith("Merchant serial number (MSN): ")
    assert mail.split()[-1].isdigit()
    assert printed == ["applied", "approved", "approved", "piloting", "sent-in", "piloting", "sent-in", "live"]


@pytest.mark.parametrize("kind", PartnerKind)
def test_every_kind_has_its_story(kind: PartnerKind) -> None:
    headings = {
        "platform": "A platform partner",
        "reseller": "A reseller",
        "plugin": "A plugin supplier",
        "psp": "A PSP",
    }
    text = section(headings[kind])
    assert kind is PartnerKind.PSP or "```sh" in text
