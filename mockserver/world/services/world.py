"""Merchants, sales units and customers: looked up, changed, and made on first sight where that is allowed."""

import datetime
import uuid
from base64 import b64encode
from collections.abc import Iterable
from typing import Any

from mockserver.core.digests import digest, stable_number
from mockserver.core.engine import Tx
from mockserver.core.errors import AccessDenied, Code, DomainError, NotFound
from mockserver.core.money import Market
from mockserver.core.policy import Kindness, Lenience
from mockserver.world.domain.customer import (
    Address,
    Card,
    CardKind,
    Customer,
    CustomerKey,
    CustomerReference,
    bad_personal_qr,
    check_phone,
    market_of,
)
from mockserver.world.domain.merchant import MSN, Client, ClientKind, Configuration, KeySet, Merchant, SalesUnit
from mockserver.world.domain.world import World
from mockserver.world.services.closings import Closings
from mockserver.world.services.directory import directory
from mockserver.world.store import world as store

_NAMESPACE = uuid.UUID("0c7f3f0e-8f39-4a3b-9d0c-51b2f6f3a9c4")
_CAPITALS = {
    Market.NO: ("Oslo", "0150"),
    Market.DK: ("København", "1050"),
    Market.FI: ("Helsinki", "00100"),
    Market.SE: ("Stockholm", "11120"),
}
_TEST_CARD = Card("4925000000000004", CardKind.VISA)


def sales_unit(tx: Tx, msn: str) -> SalesUnit:
    """The unit of this MSN; raises NotFound."""
    unit = directory(tx).unit(tx.connection, msn)
    if unit is None:
        raise NotFound(f"There is no sales unit {msn}")
    return unit


def market_of_unit(tx: Tx, msn: str) -> Market:
    """The market of the sales unit of this MSN; raises NotFound."""
    return directory(tx).merchant_of(tx.connection, sales_unit(tx, msn)).market


def first_world(tx: Tx) -> World:
    """The world that the store began with, whatever has changed since."""
    return store.first_world(tx.connection)


def everybody(tx: Tx) -> World:
    """Everybody who is there now."""
    return store.everybody(tx.connection)


def first_plain_world(tx: Tx) -> dict[str, Any]:
    """The same as plain values, what equals the default left out: to read it as values takes a while."""
    return store.first_plain(tx.connection)


def merchant(tx: Tx, id_: str) -> Merchant:
    """The merchant of this id; raises NotFound."""
    found = store.merchant(tx.connection, id_)
    if found is None:
        raise NotFound(f"There is no merchant {id_}")
    return found


def is_business_taken(tx: Tx, merchant: Merchant) -> bool:
    """Whether another merchant has the same business identifier."""
    other = store.merchant_of_business(tx.connection, merchant.identifier)
    return other is not None and other.id != merchant.id


def merchants(tx: Tx) -> list[Merchant]:
    """All merchants."""
    return list(store.merchants(tx.connection))


def merchants_with(tx: Tx, part: str, limit: int) -> list[Merchant]:
    """Merchants, so many at most, whose name, number, id or email has this in it."""
    return list(store.merchants_with(tx.connection, part, limit))


def sales_units(tx: Tx) -> list[SalesUnit]:
    """All sales units, by MSN."""
    return list(store.sales_units(tx.connection))


def let_in(tx: Tx) -> list[Client]:
    """The clients that nobody knew before they came (``--auth any``)."""
    return store.let_in(tx.connection)


def is_partner(tx: Tx, id_: str) -> bool:
    """Whether there is a partner with this id."""
    return any(partner.id == id_ for partner in store.partners(tx.connection))


def customers(tx: Tx, market: Market | None = None, limit: int = 100) -> list[Customer]:
    """The first customers of the environment that is played, of one market when asked."""
    return [each for each in store.customers(tx.connection, market, limit) if tx.policy.knows(each.environment)]


def save_sales_unit(tx: Tx, unit: SalesUnit) -> None:
    """Store a changed unit; what was looked up before is forgotten."""
    store.save_sales_unit(tx.connection, unit)
    tx.memory.clear()


def save_merchant(tx: Tx, changed: Merchant) -> None:
    """Store a changed merchant; what was looked up before is forgotten."""
    store.save_merchant(tx.connection, changed)
    tx.memory.clear()


def replace_clients(tx: Tx, before: Iterable[Client], after: Iterable[Client]) -> None:
    """Put sets of keys in the place of others; raises ValueError, naming the field, when somebody else has one."""
    for client in before:
        store.remove_client(tx.connection, client.keys.client_id)
    for client in after:
        if store.client(tx.connection, client.keys.client_id) is not None:
            raise ValueError(f"client_id: {client.keys.client_id} is already taken")
        if any(store.client_of_subscription_key(tx.connection, key) for key in client.subscription_keys):
            raise ValueError("subscription_key: is already taken")
        store.save_client(tx.connection, client)


def customer(tx: Tx, phone: str) -> Customer | None:
    """The customer with this phone number, if there is one."""
    return store.customer(tx.connection, phone)


def customer_here(tx: Tx, phone: str) -> Customer | None:
    """The customer with this phone number, if there is one in the environment that is played."""
    found = store.customer(tx.connection, phone)
    return found if found is not None and tx.policy.knows(found.environment) else None


def customer_of_token(tx: Tx, named: CustomerReference) -> Customer:
    """The customer whose token a reference is or holds; raises DomainError 4050, or 4060 for a personal QR."""
    found = store.customer_of_token(tx.connection, named.token)
    found = found if found is None or tx.policy.knows(found.environment) else None
    if found is None and named.key is CustomerKey.PERSONAL_QR:
        raise bad_personal_qr()
    if found is None:
        raise DomainError(Code.INVALID_CUSTOMER_TOKEN, "The token belongs to no customer", "customer.customerToken")
    return _user(tx, found)


def nobody(phone: str) -> DomainError:
    """The refusal of a number that no user of the app has."""
    return DomainError(Code.CUSTOMER_NOT_FOUND, f"No customer has the phone number {phone}")


def _user(tx: Tx, customer: Customer) -> Customer:
    if not tx.policy.knows(customer.environment):
        raise nobody(customer.phone)
    if not customer.is_user:
        raise no_user(customer)
    return customer


def no_user(customer: Customer) -> DomainError:
    """The refusal of somebody whose account is not active, or who has none."""
    if customer.active:
        return nobody(customer.phone)
    return DomainError(Code.CUSTOMER_NOT_FOUND, f"The account of {customer.phone} is not active")


def save_customer(tx: Tx, changed: Customer) -> None:
    """Add or replace a customer, and tell who wants to know of an account that is closed.

    Raises ValueError when another customer has its token.
    """
    other = store.customer_of_token(tx.connection, changed.token)
    if other is not None and other.phone != changed.phone:
        raise ValueError(f"token: {changed.token!r} belongs to {other.phone}")
    before = store.customer(tx.connection, changed.phone)
    store.save_customer(tx.connection, changed)
    if before is not None and before.active and not changed.active:
        tx.parts.of(Closings).tell(tx, changed.phone)


def customer_for(tx: Tx, phone: str, market: Market, lenience: Lenience, *, keep: bool = True) -> Customer:
    """The customer with this number, made when nobody has it and that kindness is on; DomainError 7010 else.

    What can be no number is DomainError 4070. Without ``keep`` whoever is made is not stored: for those who only look.
    """
    found = store.customer(tx.connection, phone)
    if found is not None:
        return _user(tx, found)
    check_phone(phone, "customer")
    if not lenience.allow(Kindness.UNKNOWN_CUSTOMERS, f"no customer has the phone number {phone}"):
        raise nobody(phone)
    made = new_customer(phone, market_of(phone) or market)
    if keep:
        store.save_customer(tx.connection, made)
    return made


def new_customer(phone: str, market: Market, **given: Any) -> Customer:
    """An adult with a card and an address in the capital; ``given`` fields of Customer win."""
    city, post_code = _CAPITALS[market]
    defaults: dict[str, Any] = {
        "first_name": "Test",
        "last_name": f"Customer {phone[-4:]}",
        "email": f"customer{phone}@example.com",
        "birth_date": datetime.date(1990, 1, 1).isoformat(),
        "token": f"ct-{digest(phone.encode()).hex()}",
        "addresses": (Address("Test Street 1", city, post_code, market),),
        "cards": (_TEST_CARD,),
    }
    return Customer(phone=phone, market=market, **(defaults | given))


def other_unit(msn: str) -> AccessDenied:
    """The refusal of keys that are not those of the sales unit that is named."""
    return AccessDenied(f"Unauthorized. These API keys are not for the Merchant-Serial-Number {msn[:20]}")


class NewUnits:
    """Gives a merchant and a sales unit to client ids that nobody knows (``--auth any``), always the same ones."""

    def __init__(self, market: Market) -> None:
        self._market = market

    def adopt(self, tx: Tx, client_id: str, client_secret: str, msn: str | None) -> Client:
        """Let a client in: with the MSN it asks for if that is a free one, else with one made from its id."""
        merchant_id = str(uuid.uuid5(_NAMESPACE, client_id))
        number = msn if msn and MSN.fullmatch(msn) and not self._taken(tx, msn) else self._free_msn(tx, client_id)
        name = f"Demo merchant {merchant_id[:4].upper()}"
        store.save_merchant(tx.connection, Merchant(merchant_id, name, stable_number(client_id, 9), self._market))
        keys = KeySet(
            client_id,
            client_secret or b64encode(digest(f"secret {client_id}".encode())).decode(),
            digest(f"primary {client_id}".encode()).hex(),
            digest(f"secondary {client_id}".encode()).hex(),
        )
        client = Client(ClientKind.ANYONE, number, keys)
        store.save_client(tx.connection, client)
        self._open(tx, number, merchant_id, keys)
        return client

    def another_unit(self, tx: Tx, client: Client, msn: str) -> SalesUnit:
        """The unit that a let-in client names: its own, or a new one for it; AccessDenied for anybody else's."""
        own = sales_unit(tx, client.owner)
        unit = directory(tx).unit(tx.connection, msn)
        if unit is None and MSN.fullmatch(msn):
            return self._open(tx, msn, own.merchant_id, own.keys)
        if unit is None or unit.merchant_id != own.merchant_id:
            raise other_unit(msn)
        return unit

    def _open(self, tx: Tx, msn: str, merchant_id: str, keys: KeySet) -> SalesUnit:
        everything = Configuration(
            recurring_allowed=True,
            late_capture_allowed=True,
            long_living_payment_allowed=True,
            express_allowed=True,
            nin_allowed=True,
            unscheduled_charges_allowed=True,
        )
        unit = SalesUnit(msn, merchant_id, f"Demo shop {msn}", keys, everything)
        save_sales_unit(tx, unit)
        return unit

    def _free_msn(self, tx: Tx, client_id: str) -> str:
        attempt = 0
        while self._taken(tx, number := stable_number(f"{client_id} {attempt}", 7)):
            attempt += 1
        return number

    def _taken(self, tx: Tx, msn: str) -> bool:
        return directory(tx).unit(tx.connection, msn) is not None


def secrets(tx: Tx, limit: int) -> list[str]:
    """Client secrets and subscription keys, those of so many clients at most."""
    return list(store.secrets(tx.connection, limit))
