"""Calls about customers, merchants, sales units and partners; fields have the names of the world file."""

from typing import Any

from mockserver.testing.calls import Steps, call, get, post, send
from mockserver.testing.people import Customer, Merchant, Partner, SalesUnit


class WorldCalls:
    """Who there is, and how to change them."""

    @call
    def world(self) -> Steps[dict[str, Any]]:
        """Everybody who is there now, with the keys of a world file: for ``Server(world=...)``, say."""
        found: dict[str, Any] = yield get("world")
        return found

    @call
    def customers(self, *, market: str | None = None, limit: int | None = None) -> Steps[list[Customer]]:
        """Customers in the order of the world, 100 unless ``limit`` says otherwise."""
        found = yield get("customers", market=market, limit=limit)
        return list(found["customers"])

    @call
    def customer(self, phone: str) -> Steps[Customer]:
        """One customer."""
        found: Customer = yield get("customers", phone)
        return found

    @call
    def save_customer(self, /, phone: str, **fields: Any) -> Steps[Customer]:
        """Add a customer, or change the one with this phone: ``payment="declines"``, ``payment_limit=1000``, ..."""
        found: Customer = yield send("POST", "customers", body={"phone": phone} | fields)
        return found

    @call
    def merchants(self) -> Steps[list[Merchant]]:
        """All merchants."""
        found = yield get("merchants")
        return list(found["merchants"])

    @call
    def merchant(self, merchant: str) -> Steps[Merchant]:
        """One merchant."""
        found: Merchant = yield get("merchants", merchant)
        return found

    @call
    def change_merchant(self, /, merchant: str, **fields: Any) -> Steps[Merchant]:
        """Change any field but id and agreement."""
        found: Merchant = yield send("PATCH", "merchants", merchant, body=fields)
        return found

    @call
    def sales_units(self) -> Steps[list[SalesUnit]]:
        """All sales units with their keys."""
        found = yield get("sales-units")
        return list(found["salesUnits"])

    @call
    def sales_unit(self, msn: str) -> Steps[SalesUnit]:
        """One sales unit with its keys."""
        found: SalesUnit = yield get("sales-units", msn)
        return found

    @call
    def change_sales_unit(self, /, msn: str, **fields: Any) -> Steps[SalesUnit]:
        """Change any field but msn, merchant_id and keys; configuration and login are merged."""
        found: SalesUnit = yield send("PATCH", "sales-units", msn, body=fields)
        return found

    @call
    def rotate_token_key(self) -> Steps[str]:
        """Make a new key for access tokens; gives its id."""
        answer = yield post("token-keys", "rotate")
        return str(answer["kid"])

    @call
    def partners(self) -> Steps[list[Partner]]:
        """All partners with their keys."""
        found = yield get("partners")
        return list(found["partners"])

    @call
    def partner(self, partner: str) -> Steps[Partner]:
        """One partner."""
        found: Partner = yield get("partners", partner)
        return found

    @call
    def change_partner(self, /, partner: str, **fields: Any) -> Steps[Partner]:
        """Change any field but id."""
        found: Partner = yield send("PATCH", "partners", partner, body=fields)
        return found

    @call
    def grant(self, partner: str, permission: str) -> Steps[Partner]:
        """Give a partner a right: management or prefill."""
        found: Partner = yield send("PUT", "partners", partner, "permissions", permission)
        return found

    @call
    def revoke(self, partner: str, permission: str) -> Steps[Partner]:
        """Take a right away, from the next call on."""
        found: Partner = yield send("DELETE", "partners", partner, "permissions", permission)
        return found
