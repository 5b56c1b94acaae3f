"""What a user shares: the claims that each scope stands for (Userinfo)."""

from typing import Any, Final

from mockserver.core.instants import HOUR
from mockserver.world.domain.customer import Address, AddressType, Customer

SHARED_FOR: Final = 168 * HOUR
"""For how long a profile shared with a payment can be read, in milliseconds."""
EXPIRED: Final = "[Expired]"
"""What each value reads after that."""

NO_ADDRESS: Final = dict.fromkeys(
    ("address_type", "country", "formatted", "postal_code", "region", "street_address"), ""
)
"""What a user without addresses shares."""


def claims(customer: Customer, scopes: tuple[str, ...]) -> dict[str, Any]:
    """The profile claims of these scopes, without ``sub``; what the user has not got is left out."""
    shared: dict[str, Any] = {}
    if "name" in scopes:
        shared |= {"name": customer.name, "given_name": customer.first_name, "family_name": customer.last_name}
    if "phoneNumber" in scopes:
        shared |= {"phone_number": customer.phone, "phone_number_verified": True}
    if "email" in scopes:
        shared |= {"email": customer.email, "email_verified": customer.email_verified}
    if "birthDate" in scopes:
        shared["birthdate"] = customer.birth_date
    if "address" in scopes:
        shared |= _addresses(customer)
    if "gender" in scopes and customer.gender is not None:
        shared["gender"] = str(customer.gender)
    if "nin" in scopes and customer.nin is not None:
        shared["nin"] = customer.nin
    return shared


def _addresses(customer: Customer) -> dict[str, Any]:
    known = [_address(kind, address) for kind, address in customer.typed_addresses]
    return {"address": known[0] if known else dict(NO_ADDRESS), "other_addresses": known[1:]}


def _address(kind: AddressType, address: Address) -> dict[str, str]:
    street = f"{address.line1}\n{address.line2}" if address.line2 else address.line1
    return {
        "address_type": str(kind),
        "country": address.country,
        "formatted": "\n".join((street, address.post_code, address.city, address.country)),
        "postal_code": address.post_code,
        "region": address.city,
        "street_address": street,
    }


def expired(value: Any) -> Any:
    """The same claims with every text in them gone; truth values stay."""
    if isinstance(value, dict):
        return {name: expired(each) for name, each in value.items()}
    if isinstance(value, list):
        return [expired(each) for each in value]
    return EXPIRED if isinstance(value, str) else value
