"""What clients of a world have to know, by the names of environment variables."""

from collections.abc import Mapping
from typing import Any

from mockserver.world.domain.partner import Partner
from mockserver.world.domain.world import World


def client_variables(world: Mapping[str, Any], url: str) -> dict[str, str]:
    """What a client has to know to use the first sales unit of a world, which is given as plain values."""
    unit = world["sales_units"][0]
    keys = unit["keys"]
    market = next(each["market"] for each in world["merchants"] if each["id"] == unit["merchant_id"])
    phones = (each["phone"] for each in world.get("customers", ()) if each["market"] == market)
    return {
        "VIPPS_BASE_URL": url,
        "VIPPS_CLIENT_ID": keys["client_id"],
        "VIPPS_CLIENT_SECRET": keys["client_secret"],
        "VIPPS_SUBSCRIPTION_KEY": keys["subscription_key"],
        "VIPPS_MSN": unit["msn"],
        "VIPPS_PHONE": next(phones, ""),
    }


def partner_variables(world: World) -> dict[str, str]:
    """What a partner has to know: the keys of the first partner that has both kinds, nothing where there is none.

    And which sales unit to try them with, if any is connected to it.
    """
    for partner in world.partners:
        keys, management = partner.valid_keys, partner.valid_management_keys
        if keys is not None and management is not None:
            return {
                "VIPPS_PARTNER_CLIENT_ID": keys.client_id,
                "VIPPS_PARTNER_CLIENT_SECRET": keys.client_secret,
                "VIPPS_PARTNER_SUBSCRIPTION_KEY": keys.subscription_key,
                "VIPPS_MANAGEMENT_CLIENT_ID": management.client_id,
                "VIPPS_MANAGEMENT_CLIENT_SECRET": management.client_secret,
                **_unit_of(partner, world),
            }
    return {}


def _unit_of(partner: Partner, world: World) -> dict[str, str]:
    units = (unit.msn for unit in world.sales_units if unit.partner_id == partner.id and unit.active)
    msn = next(units, None)
    return {} if msn is None else {"VIPPS_PARTNER_MSN": msn}


def donation_variables(world: World) -> dict[str, str]:
    """What an organisation that receives donations has to know: the first keys of that kind, nothing without any."""
    for keys in (keys for merchant in world.merchants for keys in merchant.donation_keys):
        return {"VIPPS_DONATIONS_CLIENT_ID": keys.client_id, "VIPPS_DONATIONS_CLIENT_SECRET": keys.client_secret}
    return {}
