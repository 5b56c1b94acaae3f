from collections.abc import Iterable
from dataclasses import replace
from itertools import permutations

import pytest

from mockserver.core.money import Market
from mockserver.world.domain.merchant import ClientKeys, KeySet
from mockserver.world.domain.order_policy import LONGEST_WAIT, OrderPolicy, policy_flaw
from mockserver.world.domain.partner import (
    Partner,
    PartnerKind,
    PartnerLevel,
    PartnerStage,
    Permission,
    PricePackage,
    ProductType,
    Rights,
)
from mockserver.world.domain.world import partner_clients, partner_flaw

KEYS = KeySet("id", "secret", "key", "key-2")
MANAGEMENT = ClientKeys("id-2", "secret")
PLUS = Partner("partner-1", "Partner AS", PartnerLevel.PLUS, Market.NO, KEYS, MANAGEMENT)
INTEGRATION, CHECKOUT = ProductType.PAYMENT_INTEGRATION, ProductType.CHECKOUT


def package(id_: str, product: ProductType = INTEGRATION, market: Market = Market.NO) -> PricePackage:
    return PricePackage(id_, "Standard", "2.99%", product, market)


@pytest.mark.parametrize("level", PartnerLevel)
@pytest.mark.parametrize("kind", PartnerKind)
def test_keys_work_where_kind_and_level_have_them(kind: PartnerKind, level: PartnerLevel) -> None:
    partner = replace(PLUS, level=level, kinds=(kind,))
    is_platform = kind is PartnerKind.PLATFORM
    with_keys = is_platform and level is not PartnerLevel.PARTNER
    assert partner.valid_keys == (KEYS if with_keys else None)
    assert partner.valid_management_keys == (MANAGEMENT if is_platform else None)
    expected = [KEYS] * with_keys + [MANAGEMENT] * is_platform
    assert [client.keys for client in partner_clients(partner)] == expected
    assert partner.rights.prefill is is_platform


@pytest.mark.parametrize("kinds", [*permutations(PartnerKind, 2), tuple(PartnerKind)])
def test_who_is_several_kinds_has_the_rights_of_all(kinds: tuple[PartnerKind, ...]) -> None:
    partner, platform = replace(PLUS, kinds=kinds), PartnerKind.PLATFORM in kinds
    priced = platform or PartnerKind.RESELLER in kinds
    assert partner.rights == Rights(platform, platform, priced)
    assert bool(replace(partner, price_packages=(package("a"),)).packages_for(INTEGRATION, Market.NO)) is priced


@pytest.mark.parametrize("stage", PartnerStage)
def test_keys_are_given_with_the_approval_and_the_list_is_for_who_is_through(stage: PartnerStage) -> None:
    partner = replace(PLUS, stage=stage, accounting_keys=ClientKeys("id-3", "secret"))
    has_access = stage not in (PartnerStage.APPLIED, PartnerStage.DECLINED)
    assert len([*partner_clients(partner)]) == (3 if has_access else 0)
    assert partner.published is (stage is PartnerStage.LIVE)


@pytest.mark.parametrize("kinds", [(), (PartnerKind.PSP, PartnerKind.PSP)])
def test_a_partner_is_of_some_kinds_each_once(kinds: tuple[PartnerKind, ...]) -> None:
    assert (partner_flaw(replace(PLUS, kinds=kinds)) or "").startswith("kinds: ")


def test_a_partner_may_everything_unless_its_world_says_otherwise() -> None:
    assert all(PLUS.may(permission) for permission in Permission)


@pytest.mark.parametrize("held", [(), (Permission.MANAGEMENT,), (Permission.PREFILL,), tuple(Permission)])
def test_a_partner_may_what_it_has_the_permission_for(held: tuple[Permission, ...]) -> None:
    partner = replace(PLUS, permissions=held)
    assert [permission for permission in Permission if partner.may(permission)] == [*held]


@pytest.mark.parametrize(
    ("product", "market", "ids"),
    [
        (INTEGRATION, Market.NO, ["a", "d"]),
        (INTEGRATION, Market.DK, ["b"]),
        (CHECKOUT, Market.NO, ["c"]),
        (CHECKOUT, Market.DK, []),
        (ProductType.LOGIN, Market.NO, []),
        (INTEGRATION, None, []),
    ],
)
def test_prices_are_for_one_product_in_one_market(
    product: ProductType, market: Market | None, ids: Iterable[str]
) -> None:
    packages = (package("a"), package("b", market=Market.DK), package("c", CHECKOUT), package("d"))
    partner = replace(PLUS, price_packages=packages)
    assert [each.id for each in partner.packages_for(product, market)] == ids


@pytest.mark.parametrize(("email", "address"), [(None, "partner-1@partner.example.com"), ("a@b.no", "a@b.no")])
def test_a_partner_has_an_address_for_emails(email: str | None, address: str) -> None:
    assert replace(PLUS, email=email).address == address


@pytest.mark.parametrize("seconds", [0, 0.001, 86_400, LONGEST_WAIT])
def test_a_policy_waits_up_to_a_year(seconds: float) -> None:
    assert policy_flaw(OrderPolicy(processing=seconds, acts_after=seconds)) is None


@pytest.mark.parametrize("seconds", [-0.001, -1, LONGEST_WAIT + 0.001, float("inf"), float("nan")])
def test_a_policy_does_not_wait_longer_nor_backwards(seconds: float) -> None:
    reason = f"must be 0 to {LONGEST_WAIT} seconds"
    assert policy_flaw(OrderPolicy(processing=seconds)) == f"processing: {reason}"
    assert policy_flaw(OrderPolicy(acts_after=seconds)) == f"acts_after: {reason}"


def test_the_default_policy_is_one_day_and_somebody_else_acts() -> None:
    policy = OrderPolicy()
    assert (policy.processing, policy.acts_after, policy_flaw(policy)) == (86_400, None, None)
