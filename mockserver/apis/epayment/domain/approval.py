"""What comes of an approval: the magic amounts, the customer's cards, age and limit, and what is shared."""

from typing import Any, Final

from mockserver.apis.epayment.domain.payment import Approval
from mockserver.apis.epayment.domain.shipping import ShippingOption
from mockserver.apis.epayment.domain.terms import Terms
from mockserver.core.errors import Code, DomainError
from mockserver.core.money import Amount
from mockserver.core.values import frozen
from mockserver.world.domain import bank
from mockserver.world.domain.bank import MAGIC_DECLINES as MAGIC_DECLINES
from mockserver.world.domain.bank import Magic as Magic
from mockserver.world.domain.bank import magic as magic
from mockserver.world.domain.bank import over_limit as over_limit
from mockserver.world.domain.conduct import DeclineReason as DeclineReason
from mockserver.world.domain.customer import YOUNGEST, Address, Card, CardKind, Customer

FORCE_APPROVE_CODES: Final = {
    DeclineReason.NO_CARDS: Code.NO_CARDS,
    DeclineReason.BLOCKED_SOURCE: Code.INVALID_PAYMENT_SOURCE,
    DeclineReason.PAYMENT_LIMIT: Code.PAYMENT_LIMIT_EXCEEDED,
}
"""The code of a failed force approve; 10010 for the reasons that are not named here."""


def check_age(terms: Terms, customer: Customer, at: int) -> None:
    """Raise DomainError 7010 for a customer below the payment's minimum age, or too young to share a profile."""
    age = customer.age_at(at)
    if terms.minimum_age and age < terms.minimum_age:
        raise DomainError(Code.CUSTOMER_NOT_FOUND, f"The customer is below {terms.minimum_age} years", "minimumUserAge")
    if terms.scopes and age < YOUNGEST:
        reason = f"The customer is below {YOUNGEST} years, and so cannot share a profile"
        raise DomainError(Code.CUSTOMER_NOT_FOUND, reason, "profile.scope")


def choose_card(terms: Terms, customer: Customer, number: str | None = None) -> Card | DeclineReason:
    """The card that pays: the named one, else the first that works; or why none does."""
    return bank.choose_card(customer, number, no_commercial=terms.blocked_sources)


@frozen
class Delivery:
    """Where an Express order goes, and by which option."""

    address: Address
    option: ShippingOption


def record(terms: Terms, customer: Customer, card: Card | None, msn: str, delivery: Delivery | None) -> Approval:
    """What is kept of an approval: the sub and details that the scopes cover, and the chosen shipping."""
    return Approval(
        phone=customer.phone,
        card_bin=card.bin if card else None,
        card_kind=card.kind if card else CardKind.VISA,
        shipping_cost=delivery.option.amount.value if delivery else 0,
        subject=customer.subject(msn) if terms.scopes else None,
        user_details=user_details(customer, terms.scopes) if terms.scopes else None,
        shipping_details=_shipping_details(delivery) if delivery else None,
    )


def user_details(customer: Customer, scopes: tuple[str, ...]) -> dict[str, Any]:
    """The wire's userDetails: what the scopes cover, and nothing else."""
    details: dict[str, Any] = {}
    if "name" in scopes:
        details |= {"firstName": customer.first_name, "lastName": customer.last_name}
    if "email" in scopes:
        details["email"] = customer.email
    if "phoneNumber" in scopes:
        details["mobileNumber"] = customer.phone
    if "birthDate" in scopes:
        details["dateOfBirth"] = customer.birth_date
    if "address" in scopes:
        details["addresses"] = [wire_address(address) for address in customer.addresses]
    return details


def wire_address(address: Address) -> dict[str, str]:
    """An address in the form of userDetails and shippingDetails."""
    wire = {
        "addressLine1": address.line1,
        "city": address.city,
        "country": address.country,
        "postCode": address.post_code,
    }
    return wire | {"addressLine2": address.line2} if address.line2 else wire


def _shipping_details(delivery: Delivery) -> dict[str, Any]:
    return {
        "address": wire_address(delivery.address),
        "shippingCost": delivery.option.amount.value,
        "shippingOptionId": delivery.option.id,
        "shippingOptionName": delivery.option.name,
    }


def payable(terms: Terms, delivery: Delivery | None) -> Amount:
    """What the customer pays: the amount, with shipping."""
    shipping = delivery.option.amount.value if delivery else 0
    return Amount(terms.amount.currency, terms.amount.value + shipping)
