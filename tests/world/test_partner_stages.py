"""Which keys work for a partner on its road: by environment, by stage, and from one call to the next."""

from collections.abc import Callable

import pytest

from mockserver.world.domain.partner import PartnerStage
from tests.apis.management.partner import ask_for_specialised, partner_keys, specialised, standard
from tests.harness import Emulator, key_headers

Start = Callable[..., Emulator]
ORDERS = "/management/v1/product-orders"
OPEN = [PartnerStage.APPROVED, PartnerStage.PILOTING, PartnerStage.SENT_IN, PartnerStage.LIVE]


def staged(emulator: Emulator, stage: PartnerStage, **fields: object) -> None:
    answer = emulator.control("PATCH", "/partners/partner-plus", {"stage": stage, **fields})
    assert answer.status_code == 200, answer.text
    assert answer.json()["stage"] == stage


def tokens(emulator: Emulator) -> tuple[int, int]:
    """How partner keys and management keys fare at their token endpoints."""
    asked = emulator.request("POST", "/accesstoken/get", headers=key_headers(partner_keys()))
    return asked.status_code, ask_for_specialised(emulator, "partner-plus").status_code


@pytest.mark.parametrize("stage", PartnerStage)
@pytest.mark.parametrize("environment", ["emulator", "production", "test"])
def test_keys_work_from_the_approval_on_and_in_production_when_all_is_verified(
    start: Start, environment: str, stage: PartnerStage
) -> None:
    emulator = start(environment=environment)
    staged(emulator, stage)
    works = {"emulator": stage in OPEN, "production": stage is PartnerStage.LIVE, "test": False}[environment]
    assert tokens(emulator) == ((200, 200) if works else (401, 401))


@pytest.mark.parametrize("stage", [each for each in PartnerStage if each is not PartnerStage.LIVE])
def test_tokens_from_before_stop_with_the_stage(start: Start, stage: PartnerStage) -> None:
    emulator = start(environment="production")
    held, own = specialised(emulator, "partner-plus"), standard(emulator, partner_keys())
    order = {"businessIdentifier": {"scheme": "business:NO:ORG", "id": "910000004"}, "productType": "LOGIN"}
    assert emulator.request("POST", ORDERS, headers=own | {"Idempotency-Key": "1"}, json=order).status_code == 201
    staged(emulator, stage)
    for headers in (held, own):
        refused = emulator.request("POST", ORDERS, headers=headers | {"Idempotency-Key": "2"}, json=order)
        assert refused.status_code == 401, refused.text
        assert set(refused.json()) == {"statusCode", "message"}
    staged(emulator, PartnerStage.LIVE)
    assert emulator.request("GET", "/management/v1/sales-units", headers=held).status_code == 200


def test_the_refusal_says_why_where_production_waits(start: Start) -> None:
    emulator = start(environment="production")
    staged(emulator, PartnerStage.SENT_IN)
    refused = emulator.request("POST", "/accesstoken/get", headers=key_headers(partner_keys()))
    assert "partner-plus is not verified yet" in refused.headers["x-mock-warning"]
    assert "invalid subscription key" in refused.json()["message"]
    refused = ask_for_specialised(emulator, "partner-plus")
    assert "partner-plus is not verified yet" in refused.headers["x-mock-warning"]
    assert refused.json()["error"] == "invalid_client"


@pytest.mark.parametrize("kinds", [["reseller"], ["plugin"], ["psp"], ["reseller", "psp"]])
def test_kinds_without_keys_have_none(start: Start, kinds: list[str]) -> None:
    emulator = start()
    staged(emulator, PartnerStage.LIVE, kinds=kinds)
    assert tokens(emulator) == (401, 401)
    staged(emulator, PartnerStage.LIVE, kinds=[*kinds, "platform"])
    assert tokens(emulator) == (200, 200)


def test_a_partner_of_production_leaves_its_merchants_alone(start: Start) -> None:
    emulator = start(environment="production")
    staged(emulator, PartnerStage.PILOTING)
    assert emulator.create(msn="523456").status_code == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [({"kinds": []}, "kinds"), ({"kinds": ["shop"]}, "kinds[0]"), ({"kinds": ["psp", "psp"]}, "kinds"),
     ({"stage": "gone"}, "stage"), ({"kinds": "psp"}, "kinds")],
)  # fmt: skip
def test_bad_kinds_and_stages_change_nothing(start: Start, change: dict[str, object], field: str) -> None:
    emulator = start()
    before = emulator.control("GET", "/partners/partner-plus").json()
    refused = emulator.control("PATCH", "/partners/partner-plus", change)
    assert refused.status_code == 400, refused.text
    assert field in refused.text
    assert emulator.control("GET", "/partners/partner-plus").json() == before


def test_the_default_world_has_a_partner_of_each_kind_and_one_on_the_road(start: Start) -> None:
    found = {each["id"]: each for each in start().control("GET", "/partners").json()["partners"]}
    kinds = {kind for each in found.values() for kind in each["kinds"]}
    assert kinds == {"platform", "reseller", "plugin", "psp"}
    assert [id_ for id_, each in found.items() if each["stage"] != "live"] == ["partner-on-the-road"]
