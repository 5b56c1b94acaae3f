"""The whole store as one plain value, and back: which entry of a state file is which row."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from typing import Any, NamedTuple
from zlib import crc32

from pydantic_core import from_json

from mockserver.apis.epayment.domain.payment import Payment
from mockserver.apis.epayment.domain.shipping import ShippingGroup
from mockserver.apis.epayment.store import payments
from mockserver.apis.login.domain.backchannel import Authentication
from mockserver.apis.login.domain.logins import Consent, Grant, Login
from mockserver.apis.management.domain.email import Email
from mockserver.apis.management.domain.product_order import ProductOrder
from mockserver.core import codec, meta
from mockserver.state.entries import ClockEntry, State
from mockserver.webhooks.domain import Attempt, DeliveryState, Registration
from mockserver.world.domain.customer import Customer
from mockserver.world.domain.merchant import Merchant, SalesUnit
from mockserver.world.domain.partner import Partner
from mockserver.world.domain.world import World
from mockserver.world.store import world

FORMAT = 1
"""The number of the form that is written and read."""
CLOCK = "clock"
LOGIN_KEYS = "login_keys"
_NEVER = (1 << 63) - 1
"""When things are due that do not come by themselves."""


class Clash(ValueError):
    """Two entries claim the same name or number; ``place`` leads to the second one."""

    def __init__(self, place: tuple[str | int, ...]) -> None:
        super().__init__("has a name or number that another entry has too")
        self.place = place


class Column(NamedTuple):
    """A column: the entry's ``field``, and how its value is told (from the row) and kept (from the entry)."""

    field: str
    column: str
    tell: Callable[[Any], Any] = lambda kept: kept
    keep: Callable[[Any], Any] = lambda value: value


class Kind(NamedTuple):
    """Entries that are the rows of one table.

    ``derived`` columns follow from an entry. ``inside``: these entries stand in those of another kind, which is what
    this column names.
    """

    name: str
    table: str
    order: str
    columns: tuple[Column, ...]
    derived: Mapping[str, Callable[[Any], Any]] = {}
    inside: tuple[str, str] | None = None


def _plain(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, name) for name in names)


def _flag(name: str) -> Column:
    return Column(name, name, bool, int)


def _hex(name: str) -> Column:
    return Column(name, name, bytes.hex, bytes.fromhex)


def _value(field: str, kind: Any = None, column: str = "body") -> Column:
    """A value of the domain, of whatever class it is unless ``kind`` says it."""
    return Column(field, column, from_json, lambda value: codec.dump(kind or type(value), value))


def _json(field: str, column: str) -> Column:
    return Column(field, column, from_json, codec.to_text)


def _optional(column: Column) -> Column:
    return column._replace(
        tell=lambda kept: None if kept is None else column.tell(kept),
        keep=lambda value: None if value is None else column.keep(value),
    )


def _from(field: str, *names: str) -> dict[str, Callable[[Any], Any]]:
    return {name: attrgetter(f"{field}.{name}") for name in names}


def _tell_payment(body: str) -> dict[str, Any]:
    told = zip(Payment._fields, from_json(body), strict=True)
    return {name: value for name, value in told if value is not None}


def _at_rest(state: str) -> str:
    """What is in the air is going to be sent again."""
    return str(DeliveryState.WAITING if state == DeliveryState.SENDING else DeliveryState(state))


_DUE = Column("due_at", "due_at", lambda at: None if at == _NEVER else at, lambda at: _NEVER if at is None else at)
KINDS = (
    Kind(
        "merchants",
        "merchants",
        "id",
        (*_plain("number"), _value("merchant", Merchant)),
        _from("merchant", "id", "market") | {"digits": attrgetter("merchant.identifier.digits")},
    ),
    Kind("partners", "partners", "id", (_value("partner", Partner),), _from("partner", "id")),
    Kind(
        "sales_units",
        "sales_units",
        "msn",
        (_value("unit", SalesUnit),),
        _from("unit", "msn", "merchant_id", "partner_id"),
    ),
    Kind("clients", "clients", "client_id", (*_plain("kind", "owner"), _value("keys")), _from("keys", "client_id")),
    Kind("subscription_keys", "subscription_keys", "subscription_key", _plain("subscription_key", "client_id")),
    Kind(
        "customers",
        "customers",
        "phone",
        (*_plain("position"), _value("customer", Customer)),
        _from("customer", "phone", "token", "market"),
    ),
    Kind(
        "payments",
        "payments",
        "id",
        (
            *_plain("id", "idempotency_key"),
            Column("payment", "body", _tell_payment, payments.body_of),
            Column("terms", "terms", from_json, payments.terms_text),
            _optional(_json("metadata", "metadata")),
            _optional(_value("offers", tuple[ShippingGroup, ...], "offers")),
        ),
        _from("payment", "msn", "reference", "state") | {"lookup": lambda entry: payments.name_of(entry.payment)[0]},
    ),
    Kind(
        "events",
        "payment_events",
        "payment_id, number",
        (
            *_plain("number", "name", "amount", "at", "psp_reference", "idempotency_key", "reason", "phone"),
            _flag("success"),
        ),
        inside=("payments", "payment_id"),
    ),
    Kind(
        "answers",
        "kept_answers",
        "id",
        (
            _hex("scope"),
            _hex("request"),
            *_plain("kept_at", "status"),
            Column("body", "body", bytes.decode, str.encode),
            _optional(_json("warnings", "warnings")),
        ),
        {"lookup": lambda entry: crc32(bytes.fromhex(entry.scope))},
    ),
    Kind("due", "due", "due_at, kind, key", _plain("due_at", "kind", "key")),
    Kind(
        "webhooks",
        "webhooks",
        "position",
        (*_plain("position"), _value("registration", Registration)),
        {
            "id": attrgetter("registration.id"),
            "owner_kind": attrgetter("registration.owner.kind"),
            "owner_id": attrgetter("registration.owner.id"),
        },
    ),
    Kind(
        "deliveries",
        "deliveries",
        "id",
        (
            *_plain("id", "webhook_id", "event", "subject", "body", "created_at", "tries"),
            Column("state", "state", _at_rest, _at_rest),
            _DUE,
        ),
    ),
    Kind(
        "attempts",
        "delivery_attempts",
        "delivery_id, number",
        (*_plain("number"), _value("attempt", Attempt)),
        inside=("deliveries", "delivery_id"),
    ),
    Kind(
        "product_orders",
        "product_orders",
        "number",
        (*_plain("number"), _value("order", ProductOrder)),
        _from("order", "id", "partner_id", "merchant_id", "type", "state"),
    ),
    # Behind the orders: SQLite counts by itself while they are written.
    Kind("counters", "sqlite_sequence", "name", _plain("name", "seq")),
    Kind(
        "emails",
        "emails",
        "id",
        (*_plain("id"), _DUE, _value("email", Email)),
        _from("email", "order_id", "address", "state"),
    ),
    Kind(
        "logins",
        "logins",
        "id",
        (*_plain("id"), _value("login", Login)),
        _from("login", "msn", "phone", "state") | {"guid": attrgetter("login.id")},
    ),
    Kind(
        "authentications",
        "authentications",
        "login_id",
        (_value("authentication", Authentication),),
        _from("authentication", "auth_req_id", "login_id", "phone", "state", "expires_at"),
    ),
    Kind(
        "grants",
        "login_grants",
        "id",
        (*_plain("id", "code", "code_expires_at", "used_at", "token", "token_expires_at"), _value("grant", Grant)),
        _from("grant", "msn", "phone"),
    ),
    Kind("consents", "login_consents", "msn, phone", (_value("consent", Consent),), _from("consent", "msn", "phone")),
    Kind("browsers", "login_browsers", "token", _plain("token", "phone", "remembered_at")),
    Kind("profiles", "shared_profiles", "sub", (*_plain("sub", "msn", "phone"), _json("scopes", "scopes"))),
    Kind("conducts", "conducts", "kind, key", (*_plain("kind", "key"), _value("chosen"))),
    Kind(
        "rules", "rules", "position", (*_plain("position", "seen", "applied"), _flag("enabled"), _json("rule", "body"))
    ),
)
"""Every table but meta. Who stands inside of others comes behind them."""


def tell(connection: sqlite3.Connection, clock: ClockEntry) -> dict[str, Any]:
    """All that is stored, as the plain content of a state file."""
    told: dict[str, Any] = {
        "format": FORMAT,
        "clock": {"offset": clock.offset, "frozen_at": clock.frozen_at},
        LOGIN_KEYS: from_json(meta.get(connection, LOGIN_KEYS) or "[]"),
    }
    for kind in KINDS:
        if kind.inside is None:
            told[kind.name] = [entry for _, entry in _read(connection, kind, "0")]
            continue
        outside, column = kind.inside
        by_id = {entry["id"]: entry for entry in told[outside]}
        for id_, entry in _read(connection, kind, column):
            by_id[id_].setdefault(kind.name, []).append(entry)
    return told


def _read(connection: sqlite3.Connection, kind: Kind, first: str) -> Iterator[tuple[int, dict[str, Any]]]:
    names = ", ".join([first, *(each.column for each in kind.columns)])
    for id_, *row in connection.execute(f"SELECT {names} FROM {kind.table} ORDER BY {kind.order}"):  # noqa: S608
        told = {each.field: each.tell(kept) for each, kept in zip(kind.columns, row, strict=True)}
        yield id_, {field: value for field, value in told.items() if value is not None}


def keep(connection: sqlite3.Connection, state: State) -> None:
    """Put a checked state in the place of all that is stored, inside of a transaction; raises Clash.

    The index of names has to be made again after it.
    """
    for kind in KINDS:
        connection.execute(f"DELETE FROM {kind.table}")  # noqa: S608 - our own names
        if kind.inside is None:
            for index, entry in enumerate(getattr(state, kind.name)):
                _write(connection, kind, entry, {}, (kind.name, index))
            continue
        outside, column = kind.inside
        for index, other in enumerate(getattr(state, outside)):
            for number, entry in enumerate(getattr(other, kind.name)):
                _write(connection, kind, entry, {column: other.id}, (outside, index, kind.name, number))
    meta.put(connection, LOGIN_KEYS, codec.to_text(state.login_keys))
    meta.put(connection, CLOCK, codec.dump(ClockEntry, state.clock))


def _write(
    connection: sqlite3.Connection, kind: Kind, entry: Any, row: dict[str, Any], place: tuple[str | int, ...]
) -> None:
    row |= {each.column: each.keep(getattr(entry, each.field)) for each in kind.columns}
    row |= {column: get(entry) for column, get in kind.derived.items()}
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    try:
        connection.execute(f"INSERT INTO {kind.table} ({names}) VALUES ({marks})", tuple(row.values()))  # noqa: S608
    except sqlite3.IntegrityError as error:
        raise Clash(place) from error


def everybody(connection: sqlite3.Connection) -> World:
    """Everybody who is there now."""
    return World(
        tuple(world.merchants(connection)),
        tuple(world.sales_units(connection)),
        tuple(world.customers(connection, limit=-1)),
        tuple(world.partners(connection)),
    )
