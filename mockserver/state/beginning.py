"""What a server is started with, which reset goes back to: a world and rules, or a state file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any

from mockserver.core import codec, meta
from mockserver.core.database import Database, StoreError
from mockserver.core.digests import digest
from mockserver.core.engine import IDS
from mockserver.scenarios.store import rules
from mockserver.scenarios.store.rules import Row
from mockserver.world.domain.world import World
from mockserver.world.store import world as worlds

if TYPE_CHECKING:
    from mockserver.scenarios.domain.scenario import Rule

_STATE, _RULES = "state", "first_rules"


class Beginning:
    """A world, the rows of the ``default`` when none is asked for, with scenario rules.

    A state comes in the place of both: ``put`` stores one of its text, which is kept for later starts. ``read`` makes a
    rule of its source; raises ValueError.
    """

    def __init__(
        self,
        world: World | None,
        default: Callable[[], str],
        first_rules: Iterable[Rule] = (),
        state: bytes | None = None,
        put: Callable[[Connection, bytes], World] | None = None,
        read: Callable[[Mapping[str, Any]], object] = lambda source: source,
    ) -> None:
        self._world = world
        self._default = default
        self._rules = [Row(codec.to_text(rule.source), rule.on) for rule in first_rules]
        self._state = state
        self._put = put
        self._read_rule = read

    def fill(self, database: Database) -> None:
        """Fill an empty store; one that a state cannot be put in stays empty."""
        if self._state is not None:
            with closing(Database(database.schema)) as scratch:
                scratch.create()
                with scratch.transaction() as connection:
                    self._put_state(connection, self._state)
                database.go_back_to(scratch.connection)
            return
        with database.creation() as connection:
            if self._world is None:
                worlds.insert_rows(connection, self._default())
            else:
                self._put_world(connection, self._world)
            self._put_rules(connection)

    def go_on(self, connection: Connection, pristine: Connection) -> None:
        """Go on with a store that was filled before, and make again what it was at first.

        Other rules than at the start before come in the place of those that were in force. Raises StoreError when
        the store began with another world or state.
        """
        state = meta.get(connection, _STATE)
        self._check(connection, state)
        # Names follow from each other, so that none comes twice, and with a seed the same ones at each run.
        ids = digest((meta.get(connection, IDS) or "").encode()).hex()
        meta.put(connection, IDS, ids)
        self._go_on_from(connection, pristine, state, ids)
        self._check_rules(connection)

    def _go_on_from(self, connection: Connection, pristine: Connection, state: str | None, ids: str) -> None:
        if state is not None:
            self._put_state(pristine, state.encode())
            meta.put(pristine, IDS, ids)
            return
        meta.put(pristine, IDS, ids)
        self._put_world(pristine, worlds.first_world(connection))
        self._put_rules(pristine)
        if meta.get(connection, _RULES) != meta.get(pristine, _RULES):
            self._put_rules(connection)

    def _check_rules(self, connection: Connection) -> None:
        try:
            for row in rules.every(connection):
                self._read_rule(json.loads(row.body))
        except ValueError as error:
            raise StoreError(f"data: a scenario rule in the store cannot be read any more: {error}") from None

    def _check(self, connection: Connection, state: str | None) -> None:
        if self._world is not None and self._world != worlds.first_world(connection):
            raise StoreError("data: holds another world than this one; remove it, or start without a world")
        if self._state is not None and (state is None or json.loads(state) != json.loads(self._state)):
            raise StoreError("data: began with something else than this state; remove it, or start without a state")
        if state is not None and self._rules:
            raise StoreError("data: began with a state, which has its own rules; start without a scenario")

    def _put_world(self, connection: Connection, world: World) -> None:
        worlds.insert_world(connection, world)
        if world.webhooks:
            from mockserver.webhooks.services import first

            first.register(connection, world)

    def _put_state(self, connection: Connection, text: bytes) -> None:
        if self._put is None:
            raise StoreError("data: began with a state file")
        worlds.keep_first_world(connection, self._put(connection, text))
        meta.put(connection, _STATE, text.decode())
        meta.put(connection, IDS, digest(text).hex())

    def _put_rules(self, connection: Connection) -> None:
        rules.replace(connection, self._rules)
        meta.put(connection, _RULES, codec.to_text([row.body for row in self._rules]))
