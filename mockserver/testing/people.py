"""Who is in the world, as the control API shows them: the keys of a world file."""

from typing import Any, TypedDict


class Customer(TypedDict):
    """A user of the app; ``payment_limit`` in minor units, delays in seconds of the clock."""

    phone: str
    first_name: str
    last_name: str
    email: str
    birth_date: str
    market: str
    token: str
    nin: str | None
    addresses: list[dict[str, Any]]
    cards: list[dict[str, Any]]
    payment_limit: int | None
    has_approved: bool
    gender: str | None
    email_verified: bool
    login: str
    login_delay: int
    active: bool
    payment: str
    payment_delay: int
    decline_reason: str
    environment: str | None
    personal_qr: str


class Keys(TypedDict):
    """API keys."""

    client_id: str
    client_secret: str
    subscription_key: str
    secondary_subscription_key: str


class SalesUnit(TypedDict):
    """A point of sale."""

    msn: str
    merchant_id: str
    name: str
    keys: Keys
    configuration: dict[str, Any]
    partner_id: str | None
    active: bool
    account: dict[str, Any] | None
    login: dict[str, Any]
    environment: str | None


class User(TypedDict):
    """Somebody who may use the portal; ``units`` None for all of the merchant's."""

    email: str
    name: str
    merchant_id: str | None
    partner_id: str | None
    rights: list[str]
    units: list[str] | None


class Merchant(TypedDict):
    """A company."""

    id: str
    name: str
    organisation_number: str
    market: str
    active: bool
    agreement: dict[str, Any]
    orders: dict[str, Any] | None
    created_at: str
    updated_at: str | None
    business_address: dict[str, Any] | None
    post_address: dict[str, Any] | None
    email: str | None
    donation_keys: list[dict[str, str]]


class Partner(TypedDict):
    """A company that serves merchants."""

    id: str
    name: str
    level: str
    market: str
    keys: Keys | None
    management_keys: dict[str, str] | None
    accounting_keys: dict[str, str] | None
    permissions: list[str]
    price_packages: list[dict[str, Any]]
    email: str | None
    kinds: list[str]
    stage: str
