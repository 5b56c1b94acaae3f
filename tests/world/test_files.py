"""World files, the packaged world, and worlds made up from a seed."""

import copy
import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.core.money import Market
from mockserver.world import files
from mockserver.world.domain.business import is_payable, is_registrable
from mockserver.world.domain.merchant import CaptureType, Configuration
from mockserver.world.domain.order_policy import Decision
from mockserver.world.domain.partner import PartnerKind, PartnerLevel, PartnerStage
from mockserver.world.domain.world import BadWorld, World
from mockserver.world.generate import generate
from mockserver.world.store.world import rows_of
from tests.harness import WORLD, Emulator

SOURCE = Path(__file__).parents[2] / "fixtures" / "worlds" / "default.yaml"
PLAIN = files.to_plain(WORLD)


def test_the_packaged_world_is_what_its_source_says() -> None:
    assert files.read(SOURCE) == files.packaged()


def test_the_packaged_text_is_what_make_fixtures_writes() -> None:
    packaged = Path(files.__file__).with_name(files.DEFAULT).read_text("utf-8")
    assert packaged == files.to_json(files.read(SOURCE))


def test_the_packaged_rows_are_what_make_fixtures_writes() -> None:
    assert files.packaged_rows() == rows_of(files.read(SOURCE))


def test_the_packaged_rows_give_the_same_store_as_the_world_itself(start: Callable[..., Emulator]) -> None:
    def everything(world: World | None) -> list[str]:
        return list(start(world=world).server.runtime.engine.database.connection.iterdump())

    assert everything(None) == everything(files.packaged())


def test_the_first_keys_and_numbers_are_fixed_for_ever() -> None:
    unit = WORLD.default_unit
    assert (unit.msn, unit.keys.client_id) == ("123456", "d8aaa1f6-d2b6-41ba-9e97-f5f843c901ee")
    assert unit.keys.subscription_key == "68df30833f66761fce464509ee43c243"
    customer = WORLD.default_customer(Market.NO)
    assert customer is not None
    assert customer.phone == "4712345678"


@pytest.mark.parametrize("market", list(Market))
def test_every_market_has_a_working_unit_and_a_customer(market: Market) -> None:
    customer = WORLD.default_customer(market)
    assert customer is not None
    assert customer.has_approved
    assert customer.cards
    assert customer.addresses
    assert not customer.cards[0].expired
    units = [unit for unit in WORLD.sales_units if WORLD.market_of(unit) is market]
    assert any(unit.active and unit.configuration.payment_allowed for unit in units)


@pytest.mark.parametrize("name", [field.name for field in fields(Configuration) if field.type is bool])
def test_every_switch_of_a_unit_is_on_somewhere_and_off_somewhere(name: str) -> None:
    assert {getattr(unit.configuration, name) for unit in WORLD.sales_units} == {True, False}


def test_every_capture_type_and_partner_level_occurs() -> None:
    assert {unit.configuration.capture_type for unit in WORLD.sales_units} == set(CaptureType)
    assert {partner.level for partner in WORLD.partners} == set(PartnerLevel)
    assert {unit.partner_id for unit in WORLD.sales_units} >= {None, "partner-plus", "partner-premium"}


def test_there_are_customers_for_every_trouble() -> None:
    everybody = WORLD.customers
    assert any(not customer.cards for customer in everybody)
    assert any(customer.cards and all(card.expired for card in customer.cards) for customer in everybody)
    assert any(card.commercial for customer in everybody for card in customer.cards)
    assert any(not customer.addresses for customer in everybody)
    assert any(len(customer.addresses) > 1 for customer in everybody)
    assert any(customer.payment_limit for customer in everybody)
    assert any(not customer.has_approved for customer in everybody)
    assert any(customer.birth_date > "2012" for customer in everybody)
    assert any(customer.nin for customer in everybody)
    assert any(not merchant.active for merchant in WORLD.merchants)
    assert any(not unit.active for unit in WORLD.sales_units)


@pytest.mark.parametrize(("suffix", "text"), [(".yaml", files.to_yaml(WORLD)), (".json", files.to_json(WORLD))])
def test_a_world_can_be_written_and_read_again(tmp_path: Path, suffix: str, text: str) -> None:
    path = tmp_path / f"world{suffix}"
    path.write_text(text, "utf-8")
    assert files.read(path) == WORLD


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    plain = copy.deepcopy(PLAIN)
    change(plain)
    return plain


def refusal(tmp_path: Path, text: str, name: str = "world.yaml") -> str:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    with pytest.raises(BadWorld) as caught:
        files.read(path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{path}: ")
    return message.removeprefix(f"{path}: ")


def unit(number: int = 0, **values: Any) -> Callable[[dict[str, Any]], object]:
    return lambda plain: plain["sales_units"][number].update(values)


def customer(**values: Any) -> Callable[[dict[str, Any]], object]:
    return lambda plain: plain["customers"][1].update(values)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (unit(1, msn="123456"), "sales_units.msn: '123456' occurs more than once"),
        (unit(msn=123456), "sales_units.0.msn: "),
        (unit(msn="12"), "sales_units[12].msn: must be 4 to 10 digits"),
        (unit(merchant_id="nobody"), "sales_units[123456].merchant_id: no merchant 'nobody'"),
        (unit(partner_id="nobody"), "sales_units[123456].partner_id: no partner 'nobody'"),
        (unit(colour="red"), "sales_units.0.colour: "),
        (unit(environment="home"), "sales_units.0.environment: Input should be 'test' or 'production'"),
        (unit(configuration={"express": True}), "sales_units.0.configuration.express: "),
        (unit(configuration={"capture_type": "Late"}), "sales_units.0.configuration.capture_type: "),
        (unit(1, keys=PLAIN["sales_units"][0]["keys"]), "client_id: "),
        (lambda plain: plain["sales_units"].clear(), "sales_units: at least one is needed"),
        (lambda plain: plain.pop("merchants"), "merchants: "),
        (lambda plain: plain["sales_units"][0].pop("keys"), "sales_units.0.keys: "),
        (lambda plain: plain.update(shops=[]), "shops: "),
        (lambda plain: plain["merchants"][0].update(market="GB"), "merchants.0.market: "),
        (lambda plain: plain["merchants"][1].update(id="merchant-no-1"), "merchants.id: "),
        (lambda plain: plain["partners"][1].update(id="partner-basic"), "partners.id: "),
        (lambda plain: plain["partners"][1].update(level="Gold"), "partners.1.level: "),
        (customer(phone="4712345678"), "customers.phone: '4712345678' occurs more than once"),
        (customer(phone="+4798765432"), "customers[+4798765432].phone: "),
        (customer(phone="004798765432"), "customers[004798765432].phone: "),
        (customer(token=PLAIN["customers"][0]["token"]), "customers.token: "),
        (customer(birth_date="1990-13-01"), "customers[4798765432].birth_date: "),
        (customer(payment_limit=-5), "customers[4798765432].payment_limit: "),
        (
            lambda plain: plain["sales_units"][0]["keys"].update(
                secondary_subscription_key=plain["sales_units"][0]["keys"]["subscription_key"]
            ),
            "subscription keys: ",
        ),
    ],
)
def test_a_contradiction_is_named_with_its_place(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], expected: str
) -> None:
    assert refusal(tmp_path, json.dumps(changed(change)), "world.json").startswith(expected)


def merchant(number: int = 0, **values: Any) -> Callable[[dict[str, Any]], object]:
    return lambda plain: plain["merchants"][number].update(values)


def partner(**values: Any) -> Callable[[dict[str, Any]], object]:
    return lambda plain: plain["partners"][1].update(values)


def package(**values: Any) -> Callable[[dict[str, Any]], object]:
    return lambda plain: plain["partners"][1]["price_packages"][0].update(values)


BASIC, PLUS = PLAIN["partners"][0], PLAIN["partners"][1]
NO_NUMBER = "merchants[merchant-no-1].organisation_number: "


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (merchant(organisation_number="123"), f"{NO_NUMBER}Must be 4 to 50 digits or hyphens"),
        (merchant(organisation_number="1" * 51), f"{NO_NUMBER}Must be 4 to 50 digits or hyphens"),
        (merchant(organisation_number="14801400a"), f"{NO_NUMBER}Must be 4 to 50 digits or hyphens"),
        (merchant(organisation_number=""), f"{NO_NUMBER}Must be 4 to 50 digits or hyphens"),
        (merchant(organisation_number=148014000), "merchants.0.organisation_number: "),
        (merchant(4, organisation_number="148014000"), "organisation numbers: 'NO 148014000' occurs more than once"),
        (merchant(4, organisation_number="148-014-000"), "organisation numbers: 'NO 148014000' occurs more than once"),
        (merchant(name=""), "merchants[merchant-no-1].name: must have 1 to 50 characters"),
        (merchant(name="x" * 51), "merchants[merchant-no-1].name: must have 1 to 50 characters"),
        (merchant(created_at="yesterday"), "merchants[merchant-no-1].created_at: must be an RFC 3339 time"),
        (merchant(created_at="2024-01-02T09:00:00"), "merchants[merchant-no-1].created_at: must be an RFC 3339 time"),
        (merchant(updated_at="2024-13-02T09:00:00Z"), "merchants[merchant-no-1].updated_at: must be an RFC 3339 time"),
        (merchant(business_address={"lines": ["x" * 31]}), "merchants[merchant-no-1].business_address: must have at"),
        (merchant(post_address={"city": "x" * 31}), "merchants[merchant-no-1].post_address: must have at most 30"),
        (merchant(post_address={"town": "Oslo"}), "merchants.0.post_address.town: "),
        (merchant(agreement={"state": "LOST"}), "merchants.0.agreement.state: "),
        (merchant(orders={"decision": "maybe"}), "merchants.0.orders.decision: "),
        (merchant(orders={"hold": "no-mood"}), "merchants.0.orders.hold: "),
        (merchant(orders={"processing": -1}), "merchants[merchant-no-1].orders.processing: must be 0 to 31622400"),
        (merchant(orders={"acts_after": 31622401}), "merchants[merchant-no-1].orders.acts_after: must be 0 to"),
        (partner(permissions=["everything"]), "partners.1.permissions.0: "),
        (partner(kinds=[]), "partners[partner-plus].kinds: at least one is needed"),
        (partner(kinds=["psp", "psp"]), "partners[partner-plus].kinds: each must be there once"),
        (partner(kinds=["shop"]), "partners.1.kinds.0: "),
        (partner(kinds="psp"), "partners.1.kinds: "),
        (partner(stage="gone"), "partners.1.stage: "),
        (partner(management_keys=BASIC["management_keys"]), "client_id: "),
        (partner(accounting_keys=PLUS["management_keys"]), "client_id: "),
        (partner(keys=PLAIN["sales_units"][0]["keys"]), "client_id: "),
        (package(id="1B75AB1B-F6D1-4FD0-AACA-D4BFB5D790A5"), "partners[partner-plus].price_packages[0].id: must be a"),
        (package(id="standard"), "partners[partner-plus].price_packages[0].id: must be a UUID"),
        (package(id=PLUS["price_packages"][1]["id"]), "price_packages.id: "),
        (package(id=BASIC["price_packages"][0]["id"]), "price_packages.id: "),
        (package(name=""), "partners[partner-plus].price_packages[0].name: must have 1 to 30 characters"),
        (package(name="x" * 31), "partners[partner-plus].price_packages[0].name: must have 1 to 30 characters"),
        (package(description=""), "partners[partner-plus].price_packages[0].description: must have 1 to 6"),
        (package(description="12.345%"), "partners[partner-plus].price_packages[0].description: must have 1 to 6"),
        (package(product="LOGIN"), "partners[partner-plus].price_packages[0].product: LOGIN has no prices"),
        (package(product="DONATIONS"), "partners[partner-plus].price_packages[0].product: DONATIONS has no prices"),
        (package(product="SOCKS"), "partners.1.price_packages.0.product: "),
        (package(market="SE"), "partners[partner-plus].price_packages[0].market: there are no price packages in SE"),
    ],
)
def test_a_flaw_of_a_merchant_or_partner_is_named_with_its_place(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], expected: str
) -> None:
    assert refusal(tmp_path, json.dumps(changed(change)), "world.json").startswith(expected)


@pytest.mark.parametrize("number", ["----", "---1"])
@pytest.mark.parametrize("position", [0, 2], ids=["NO", "FI"])
def test_hyphens_alone_are_no_organisation_number(tmp_path: Path, position: int, number: str) -> None:
    text = json.dumps(changed(merchant(position, organisation_number=number)))
    assert ".organisation_number: " in refusal(tmp_path, text, "world.json")


def test_the_same_number_in_two_countries_is_two_companies(tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    path.write_text(json.dumps(changed(merchant(1, organisation_number="148014000"))), "utf-8")
    assert files.read(path).merchants[1].identifier.id == "148014000"


def test_partners_without_partner_keys_may_have_them_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    path.write_text(json.dumps(changed(partner(level="Partner"))), "utf-8")
    assert files.read(path).partners[1].valid_keys is None


def test_kinds_and_stage_of_a_partner_stand_in_the_file_and_may_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    path.write_text(json.dumps(changed(partner(kinds=["reseller", "plugin"], stage="piloting"))), "utf-8")
    basic, plus, *_ = files.read(path).partners
    assert (basic.kinds, basic.stage) == ((PartnerKind.PLATFORM,), PartnerStage.LIVE)
    assert (plus.kinds, plus.stage) == ((PartnerKind.RESELLER, PartnerKind.PLUGIN), PartnerStage.PILOTING)
    assert (plus.valid_keys, plus.valid_management_keys) == (None, None)


def test_every_packaged_company_and_account_is_such_as_registers_and_banks_give_out() -> None:
    assert all(is_registrable(merchant.identifier) for merchant in WORLD.merchants)
    accounts = [unit.account for unit in WORLD.sales_units if unit.account is not None]
    assert {account.scheme for account in accounts} == {"BBAN:NO", "BBAN:DK", "BBAN:FI"}
    assert all(is_payable(account) for account in accounts)


def test_every_fate_of_an_order_has_a_merchant() -> None:
    policies = [merchant.orders for merchant in WORLD.merchants if merchant.orders is not None]
    assert {policy.decision for policy in policies} == set(Decision)
    assert any(policy.processing >= 3 * 86_400 for policy in policies)
    assert any(not policy.signs_with_rights for policy in policies)
    assert {merchant.market for merchant in WORLD.merchants if merchant.orders} == {Market.NO, Market.DK, Market.FI}


def test_a_contradiction_is_named_in_yaml_too(tmp_path: Path) -> None:
    text = yaml.safe_dump(changed(unit(1, msn="123456")))
    assert refusal(tmp_path, text) == "sales_units.msn: '123456' occurs more than once"


@pytest.mark.parametrize("text", ["", "5", "[]", "null", "text", "- a\n- b"])
def test_a_file_that_holds_no_world_is_named(tmp_path: Path, text: str) -> None:
    assert refusal(tmp_path, text)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("w.yaml", "merchants: [", "not valid YAML: "),
        ("w.yaml", "a: b: c", "not valid YAML: "),
        ("w.yaml", "!!python/object:os.system x", "not valid YAML: "),
        ("w.yml", "\t- x", "not valid YAML: "),
        ("w.json", "{", "not valid JSON: "),
        ("w.json", "", "is empty"),
        ("w.yaml", "[" * 5000, "not valid YAML: "),
        ("w.json", "[" * 200_000, "not valid JSON: "),
        ("w.yaml", "merchants: []\nmerchants: []", "not valid YAML: the key 'merchants' stands twice, in line 2"),
        ("w.yaml", "a: !!int x", "not valid YAML: invalid literal"),
        ("w.yaml", "a: 0x_", "not valid YAML: invalid literal"),
        ("w.yaml", "a: " + "1" * 5000, "not valid YAML: Exceeds the limit"),
        ("w.json", '{"merchants": [], "merchants": []}', "not valid JSON: the key 'merchants' stands twice"),
    ],
    ids=[
        "cut",
        "yaml",
        "object",
        "tab",
        "json",
        "empty",
        "deep yaml",
        "deep json",
        "twice in yaml",
        "no number",
        "half a number",
        "long number",
        "twice in json",
    ],
)
def test_a_file_that_cannot_be_parsed_is_named(tmp_path: Path, name: str, text: str, expected: str) -> None:
    assert refusal(tmp_path, text, name).startswith(expected)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "missing.yaml", tmp_path, broken):
        with pytest.raises(BadWorld, match="cannot be read") as caught:
            files.read(path)
        assert str(caught.value).startswith(f"{path}: ")


def test_the_same_seed_makes_the_same_world() -> None:
    assert generate(5, 9, 1) == generate(5, 9, 1)
    assert generate(5, 9, 1) != generate(5, 9, 2)


def test_a_generated_world_has_the_asked_size_in_all_markets() -> None:
    world = generate(8, 12, 3)

    assert (len(world.merchants), len(world.customers)) == (8, 12)
    assert {merchant.market for merchant in world.merchants} == set(Market)
    assert {customer.market for customer in world.customers} == set(Market)
    assert {unit.merchant_id for unit in world.sales_units} == {merchant.id for merchant in world.merchants}


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
def test_a_generated_world_can_be_written_and_read_again(tmp_path: Path, suffix: str) -> None:
    world = generate(4, 8, 7)
    path = tmp_path / f"world{suffix}"
    path.write_text(files.to_json(world) if suffix == ".json" else files.to_yaml(world), "utf-8")
    assert files.read(path) == world


def test_the_smallest_world_is_enough(start: Callable[..., Any]) -> None:
    world = generate(1, 0, 1)
    emulator = start(world=world)
    assert emulator.create(msn=world.default_unit.msn).status_code == 201
