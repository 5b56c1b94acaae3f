"""What clients of the world that a server began with need, by the names of environment variables."""

from collections.abc import Mapping

from mockserver.core.engine import Tx
from mockserver.world.services.world import first_plain_world, first_world
from mockserver.world.variables import client_variables, donation_variables, partner_variables


def of_first_world(tx: Tx) -> Mapping[str, str]:
    """Those of all of its clients; what has changed since does not count."""
    world = first_world(tx)
    return client_variables(first_plain_world(tx), "") | partner_variables(world) | donation_variables(world)
