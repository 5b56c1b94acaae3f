"""Merchants, sales units, partners, keys, customers."""

import sqlite3
from collections.abc import Iterator
from typing import Any

from pydantic_core import from_json

from mockserver.core import codec, meta
from mockserver.core.adapters import adapter
from mockserver.core.database import Database, Schema
from mockserver.core.money import Market
from mockserver.world import TABLES
from mockserver.world.domain.business import BusinessIdentifier
from mockserver.world.domain.customer import Customer
from mockserver.world.domain.merchant import Client, ClientKeys, ClientKind, KeySet, Merchant, SalesUnit
from mockserver.world.domain.partner import Partner
from mockserver.world.domain.world import World, clients
from mockserver.world.store import users


def insert_world(connection: sqlite3.Connection, world: World) -> None:
    """Store everybody of a checked world, and the world itself, to know later what there was at first."""
    # Taken apart from one piece: to write each kind by itself, all of them would have to be learnt at the start.
    plain = adapter(World).dump_python(world, mode="json", exclude_defaults=True)
    meta.put(connection, "world", codec.to_text(plain))
    for merchant, body in zip(world.merchants, plain["merchants"], strict=True):
        _put_merchant(connection, merchant, codec.to_text(body))
    for partner, body in zip(world.partners, plain.get("partners", ()), strict=True):
        _put_partner(connection, partner, codec.to_text(body))
    for unit, body in zip(world.sales_units, plain["sales_units"], strict=True):
        _put_sales_unit(connection, unit, codec.to_text(body))
    for customer, body in zip(world.customers, plain.get("customers", ()), strict=True):
        _put_customer(connection, customer, codec.to_text(body))
    for client in clients(world):
        save_client(connection, client)
    for user in world.users:
        users.save(connection, user)


def insert_rows(connection: sqlite3.Connection, rows: str) -> None:
    """Store a world that ``rows_of`` wrote: much faster, since nothing has to be understood."""
    for statement in rows.splitlines():
        connection.execute(statement)


def rows_of(world: World) -> str:
    """What the tables of an empty database hold once this world is in it, as SQL, a statement a line."""
    database = Database(Schema(TABLES))
    with database.creation() as connection:
        insert_world(connection, world)
        # Here there is nothing yet but the world.
        statements = [line for line in connection.iterdump() if line.startswith("INSERT INTO")]
    database.close()
    return "\n".join(statements) + "\n"


def first_plain(connection: sqlite3.Connection) -> dict[str, Any]:
    """The world that was stored at first as plain values, what equals the default left out."""
    plain: dict[str, Any] = from_json(meta.get(connection, "world") or "")
    return plain


def keep_first_world(connection: sqlite3.Connection, world: World) -> None:
    """Write down what there was at first, without storing any of it."""
    meta.put(connection, "world", codec.dump(World, world))


def first_world(connection: sqlite3.Connection) -> World:
    """The world that was stored at first, whatever has changed since."""
    return codec.load(World, meta.get(connection, "world") or "")


def save_merchant(connection: sqlite3.Connection, merchant: Merchant) -> None:
    """Add or replace a merchant."""
    _put_merchant(connection, merchant, codec.dump(Merchant, merchant))


def _put_merchant(connection: sqlite3.Connection, merchant: Merchant, body: str) -> None:
    connection.execute(
        "INSERT INTO merchants (id, market, digits, body) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
        " SET market = excluded.market, digits = excluded.digits, body = excluded.body",
        (merchant.id, merchant.market, merchant.identifier.digits, body),
    )


def merchant(connection: sqlite3.Connection, id_: str) -> Merchant | None:
    """The merchant of this id."""
    row = connection.execute("SELECT body FROM merchants WHERE id = ?", (id_,)).fetchone()
    return codec.load(Merchant, row[0]) if row else None


def merchant_of_business(connection: sqlite3.Connection, identifier: BusinessIdentifier) -> Merchant | None:
    """The merchant with this business identifier."""
    row = connection.execute(
        "SELECT body FROM merchants WHERE digits = ? AND market = ?", (identifier.digits, identifier.market)
    ).fetchone()
    return codec.load(Merchant, row[0]) if row else None


def merchant_number(connection: sqlite3.Connection, id_: str) -> int:
    """The number that a merchant is stored under; raises LookupError when there is none of this id."""
    row = connection.execute("SELECT number FROM merchants WHERE id = ?", (id_,)).fetchone()
    if row is None:
        raise LookupError(f"no merchant {id_}")
    return int(row[0])


def merchant_of_number(connection: sqlite3.Connection, number: int) -> Merchant | None:
    """The merchant that is stored under this number."""
    row = connection.execute("SELECT body FROM merchants WHERE number = ?", (number,)).fetchone()
    return codec.load(Merchant, row[0]) if row else None


def merchants(connection: sqlite3.Connection) -> Iterator[Merchant]:
    """All merchants, by id."""
    return (codec.load(Merchant, body) for (body,) in connection.execute("SELECT body FROM merchants ORDER BY id"))


def merchants_with(connection: sqlite3.Connection, part: str, limit: int) -> Iterator[Merchant]:
    """Merchants whose name, number, id or email has this in it, by id; letters of any case where they are ASCII."""
    rows = connection.execute(
        "SELECT body FROM merchants WHERE ?1 = '' OR instr(lower(json_extract(body, '$.name')), ?1)"
        " OR instr(digits, replace(?1, '-', '')) OR instr(lower(id), ?1)"
        " OR instr(lower(ifnull(json_extract(body, '$.email'), '')), ?1) ORDER BY id LIMIT ?2",
        (part.lower(), limit),
    )
    return (codec.load(Merchant, body) for (body,) in rows)


def save_partner(connection: sqlite3.Connection, partner: Partner) -> None:
    """Add or replace a partner."""
    _put_partner(connection, partner, codec.dump(Partner, partner))


def _put_partner(connection: sqlite3.Connection, partner: Partner, body: str) -> None:
    connection.execute(
        "INSERT INTO partners (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
        (partner.id, body),
    )


def partner(connection: sqlite3.Connection, id_: str) -> Partner | None:
    """The partner of this id."""
    row = connection.execute("SELECT body FROM partners WHERE id = ?", (id_,)).fetchone()
    return codec.load(Partner, row[0]) if row else None


def partners(connection: sqlite3.Connection) -> Iterator[Partner]:
    """All partners, by id."""
    return (codec.load(Partner, body) for (body,) in connection.execute("SELECT body FROM partners ORDER BY id"))


def save_sales_unit(connection: sqlite3.Connection, unit: SalesUnit) -> None:
    """Add or replace a sales unit; its keys are stored as a client, by ``save_client``."""
    _put_sales_unit(connection, unit, codec.dump(SalesUnit, unit))


def _put_sales_unit(connection: sqlite3.Connection, unit: SalesUnit, body: str) -> None:
    connection.execute(
        "INSERT INTO sales_units (msn, merchant_id, partner_id, body) VALUES (?, ?, ?, ?) ON CONFLICT (msn) DO UPDATE"
        " SET merchant_id = excluded.merchant_id, partner_id = excluded.partner_id, body = excluded.body",
        (unit.msn, unit.merchant_id, unit.partner_id, body),
    )


def sales_unit(connection: sqlite3.Connection, msn: str) -> SalesUnit | None:
    """The unit of this merchant serial number."""
    row = connection.execute("SELECT body FROM sales_units WHERE msn = ?", (msn,)).fetchone()
    return codec.load(SalesUnit, row[0]) if row else None


def sales_units(connection: sqlite3.Connection) -> Iterator[SalesUnit]:
    """All units, by MSN."""
    rows = connection.execute("SELECT body FROM sales_units ORDER BY msn")
    return (codec.load(SalesUnit, body) for (body,) in rows)


def sales_units_of_merchant(connection: sqlite3.Connection, merchant_id: str) -> Iterator[SalesUnit]:
    """A merchant's units, by MSN."""
    rows = connection.execute("SELECT body FROM sales_units WHERE merchant_id = ? ORDER BY msn", (merchant_id,))
    return (codec.load(SalesUnit, body) for (body,) in rows)


def sales_units_of_partner(connection: sqlite3.Connection, partner_id: str) -> Iterator[SalesUnit]:
    """The units that are connected to a partner, by MSN."""
    rows = connection.execute("SELECT body FROM sales_units WHERE partner_id = ? ORDER BY msn", (partner_id,))
    return (codec.load(SalesUnit, body) for (body,) in rows)


def save_client(connection: sqlite3.Connection, client: Client) -> None:
    """Add or replace a set of keys."""
    keys = client.keys
    connection.execute(
        "INSERT INTO clients (client_id, kind, owner, body) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (client_id) DO UPDATE SET body = excluded.body",
        (keys.client_id, client.kind, client.owner, codec.dump(type(keys), keys)),
    )
    for key in client.subscription_keys:
        connection.execute(
            "INSERT INTO subscription_keys (subscription_key, client_id) VALUES (?, ?)"
            " ON CONFLICT (subscription_key) DO UPDATE SET client_id = excluded.client_id",
            (key, keys.client_id),
        )


def remove_client(connection: sqlite3.Connection, client_id: str) -> None:
    """Take a set of keys away, its subscription keys included."""
    connection.execute("DELETE FROM subscription_keys WHERE client_id = ?", (client_id,))
    connection.execute("DELETE FROM clients WHERE client_id = ?", (client_id,))


def let_in(connection: sqlite3.Connection) -> list[Client]:
    """The clients that nobody knew before they came (``--auth any``)."""
    rows = connection.execute("SELECT owner, body FROM clients WHERE kind = ?", (ClientKind.ANYONE,))
    return [Client(ClientKind.ANYONE, owner, codec.load(KeySet, body)) for owner, body in rows]


def client(connection: sqlite3.Connection, client_id: str) -> Client | None:
    """The keys of this client id."""
    row = connection.execute("SELECT kind, owner, body FROM clients WHERE client_id = ?", (client_id,)).fetchone()
    if not row:
        return None
    kind = ClientKind(row[0])
    keys: ClientKeys = codec.load(ClientKeys if kind.specialised else KeySet, row[2])
    return Client(kind, row[1], keys)


def client_of_subscription_key(connection: sqlite3.Connection, key: str) -> str | None:
    """The client id that a primary or secondary subscription key belongs to."""
    row = connection.execute("SELECT client_id FROM subscription_keys WHERE subscription_key = ?", (key,)).fetchone()
    return row[0] if row else None


def save_customer(connection: sqlite3.Connection, customer: Customer) -> None:
    """Add a customer at the end, or replace the one with this phone number where it stands."""
    _put_customer(connection, customer, codec.dump(Customer, customer))


def _put_customer(connection: sqlite3.Connection, customer: Customer, body: str) -> None:
    connection.execute(
        "INSERT INTO customers (phone, token, market, body) VALUES (?, ?, ?, ?) ON CONFLICT (phone) DO UPDATE"
        " SET token = excluded.token, market = excluded.market, body = excluded.body",
        (customer.phone, customer.token, customer.market, body),
    )


def customer(connection: sqlite3.Connection, phone: str) -> Customer | None:
    """The customer with this phone number."""
    row = connection.execute("SELECT body FROM customers WHERE phone = ?", (phone,)).fetchone()
    return codec.load(Customer, row[0]) if row else None


def customer_of_token(connection: sqlite3.Connection, token: str) -> Customer | None:
    """The customer that a customer token stands for."""
    row = connection.execute("SELECT body FROM customers WHERE token = ?", (token,)).fetchone()
    return codec.load(Customer, row[0]) if row else None


def customers(connection: sqlite3.Connection, market: Market | None = None, limit: int = 1000) -> Iterator[Customer]:
    """The customers in the order of the world, of one market when asked."""
    rows = connection.execute(
        "SELECT body FROM customers WHERE ?1 IS NULL OR market = ?1 ORDER BY position LIMIT ?2",
        (market, limit),
    )
    return (codec.load(Customer, body) for (body,) in rows)


def everybody(connection: sqlite3.Connection) -> World:
    """Everybody who is there now."""
    return World(
        tuple(merchants(connection)),
        tuple(sales_units(connection)),
        tuple(customers(connection, limit=-1)),
        tuple(partners(connection)),
        users=tuple(users.every(connection)),
    )


def secrets(connection: sqlite3.Connection, limit: int) -> Iterator[str]:
    """Client secrets and subscription keys, those of so many clients at most."""
    rows = connection.execute("SELECT json_extract(body, '$.client_secret') FROM clients LIMIT ?", (limit,))
    yield from (secret for (secret,) in rows if secret)
    rows = connection.execute("SELECT subscription_key FROM subscription_keys LIMIT ?", (2 * limit,))
    yield from (key for (key,) in rows)
