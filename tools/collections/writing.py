"""All files of both collections, with the keys of the default world, which are public."""

import json
from pathlib import Path

from mockserver.world import files as worlds
from mockserver.world.domain.world import World
from mockserver.world.variables import client_variables, partner_variables
from tools.collections import bruno, postman
from tools.collections.stories import FOLDERS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
BRUNO = DOCS / "bruno"
POSTMAN = "vipps-mockserver.postman_collection.json"
NAME = "vipps-mockserver"
ABOUT = """Payments, partner keys, the Management API, onboarding, webhooks, Userinfo and Login.
Run the requests of a folder in their order; no folder needs another one."""


def files() -> dict[str, str]:
    """The content of each file, by its path in docs/."""
    variables = given()
    kept = dict.fromkeys(
        sorted(name for each in FOLDERS for step in each.steps for name in (*step.keeps, *step.fresh)), ""
    )
    made = {POSTMAN: postman.collection(NAME, ABOUT, FOLDERS, variables | kept)}
    return made | {
        f"{BRUNO.name}/{name}": content for name, content in bruno.collection(NAME, ABOUT, FOLDERS, variables).items()
    }


def given() -> dict[str, str]:
    """The variables that have a value from the start."""
    world = worlds.read(ROOT / "fixtures" / "worlds" / "default.yaml")
    plain = json.loads(worlds.to_json(world))
    variables = client_variables(plain, "http://127.0.0.1:8080")
    return {**variables, **partner_variables(world), **partners_unit(world)}


def partners_unit(world: World) -> dict[str, str]:
    """The merchant of the unit that is given with the partner's keys, and a unit of another partner."""
    partner = next(each for each in world.partners if each.keys and each.management_keys)
    connected = [each for each in world.sales_units if each.partner_id]
    unit = next(each for each in connected if each.partner_id == partner.id)
    merchant = next(each for each in world.merchants if each.id == unit.merchant_id)
    return {
        "VIPPS_PARTNER_BUSINESS": merchant.organisation_number,
        "OTHER_PARTNERS_MSN": next(each.msn for each in connected if each.partner_id != partner.id),
    }
