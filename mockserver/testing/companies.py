"""Calls about companies on the portal: new ones, who may use it for whom, and keys made anew."""

from collections.abc import Sequence

from mockserver.testing.calls import Steps, call, get, post, send
from mockserver.testing.people import Merchant, SalesUnit, User


class CompanyCalls:
    """A ``merchant`` and a ``partner`` are known by their ids, a person by an email address."""

    @call
    def register_merchant(
        self, organisation_number: str, name: str, market: str = "NO", *, email: str | None = None
    ) -> Steps[Merchant]:
        """A company that nobody knows yet, without a merchant agreement."""
        found: Merchant = yield post(
            "merchants", organisation_number=organisation_number, name=name, market=market, email=email
        )
        return found

    @call
    def users(self, merchant: str) -> Steps[list[User]]:
        """Who may use the portal for a merchant, its administrator first."""
        found = yield get("merchants", merchant, "users")
        return list(found["users"])

    @call
    def invite_user(
        self,
        merchant: str,
        email: str,
        name: str,
        *,
        rights: Sequence[str] = ("see",),
        partner: str | None = None,
        units: Sequence[str] | None = None,
    ) -> Steps[User]:
        """Let somebody in: see, manage, keys, administer; ``partner`` for one of its employees; some ``units`` only."""
        found: User = yield post(
            "merchants", merchant, "users", email=email, name=name, partner_id=partner, rights=rights, units=units
        )
        return found

    @call
    def change_user(
        self, merchant: str, email: str, *, rights: Sequence[str], units: Sequence[str] | None = None
    ) -> Steps[User]:
        """Change what somebody may do, at some ``units`` only or at all of them."""
        body = {"rights": list(rights), "units": None if units is None else list(units)}
        found: User = yield send("PATCH", "merchants", merchant, "users", email, body=body)
        return found

    @call
    def remove_user(self, merchant: str, email: str) -> Steps[None]:
        """Take somebody's access away."""
        yield send("DELETE", "merchants", merchant, "users", email)

    @call
    def employees(self, partner: str) -> Steps[list[User]]:
        """A partner's employees."""
        found = yield get("partners", partner, "employees")
        return list(found["users"])

    @call
    def add_employee(self, partner: str, email: str, name: str) -> Steps[User]:
        """Add an employee of a partner, or change the name of one."""
        found: User = yield post("partners", partner, "employees", email=email, name=name)
        return found

    @call
    def remove_employee(self, partner: str, email: str) -> Steps[None]:
        """Remove an employee of a partner, and every access that merchants have given."""
        yield send("DELETE", "partners", partner, "employees", email)

    @call
    def regenerate_keys(self, msn: str, *keys: str) -> Steps[SalesUnit]:
        """Make keys of a sales unit anew, all but client_id unless some are named; the old ones end at once."""
        found: SalesUnit = yield post("sales-units", msn, "keys", "regenerate", keys=list(keys) or None)
        return found
