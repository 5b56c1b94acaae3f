"""Express shipping: asking the merchant for shipping groups by address, and choosing among them."""

import json

from pydantic import BaseModel, ConfigDict, ValidationError

from mockserver.apis.epayment.domain.approval import Delivery
from mockserver.apis.epayment.domain.payment import Payment, StoredPayment
from mockserver.apis.epayment.domain.shipping import (
    DynamicShipping,
    Express,
    ShippingGroup,
    default_option,
    find_option,
    flaws,
)
from mockserver.apis.epayment.services.wire import ShippingGroupBody
from mockserver.apis.epayment.store import payments as store
from mockserver.core.engine import Tx
from mockserver.core.errors import Malformed, Violation
from mockserver.core.fetching import Errand, Fetch, MerchantUnreachable
from mockserver.core.money import MAXIMUM, Market
from mockserver.world.domain.customer import Address, Customer

CALLBACK = "getMerchantDynamicExpressGroups"
"""How the journal calls the request to the merchant."""


class _Offer(BaseModel):
    model_config = ConfigDict(extra="ignore")
    groups: list[ShippingGroupBody]


class CannotShip(Exception):
    """The merchant answered that it does not ship to this address."""


async def ask(fetch: Fetch, payment: Payment, dynamic: DynamicShipping, address: Address) -> tuple[ShippingGroup, ...]:
    """Ask the merchant how it ships to an address (official Merchant dynamic shipping callback).

    Raises CannotShip when it answers 400, MerchantUnreachable for anything that is not a list of groups.
    """
    headers = {"Content-Type": "application/json;charset=UTF-8"}
    if dynamic.authorization:
        headers["Authorization"] = dynamic.authorization
    errand = Errand("epayment", CALLBACK, payment.msn, payment.reference)
    answer = await fetch(dynamic.callback_url, headers, callback_body(payment.reference, address), errand)
    if answer.status == 400:
        raise CannotShip
    if answer.status != 200:
        raise MerchantUnreachable(f"the merchant answered {answer.status}")
    return _read_groups(answer.body, payment)


def callback_body(reference: str, address: Address) -> bytes:
    """The wire's DynamicShippingGroupsRequest."""
    content = {
        "reference": reference,
        "AddressLine1": address.line1,
        "AddressLine2": address.line2,
        "City": address.city,
        "PostCode": address.post_code,
        "Country": address.country,
    }
    return json.dumps(content, ensure_ascii=False).encode()


def _read_groups(body: bytes, payment: Payment) -> tuple[ShippingGroup, ...]:
    try:
        groups = tuple(group.to_domain() for group in _Offer.model_validate_json(body).groups)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the body"
        raise MerchantUnreachable(f"the merchant's answer is not right: {where}: {first['msg']}") from error
    options = [option for group in groups for option in group.options]
    if not options:
        raise CannotShip
    if any(option.amount.currency != payment.currency for option in options):
        raise MerchantUnreachable(f"the merchant's answer is not priced in {payment.currency}")
    if any(option.amount.value + payment.amount > MAXIMUM for option in options):
        raise MerchantUnreachable(f"with the merchant's shipping the payment is above {MAXIMUM}")
    if found := flaws(groups):
        raise MerchantUnreachable(f"the merchant's answer is not right: {found[0]}")
    return groups


def keep_offer(tx: Tx, stored: StoredPayment, groups: tuple[ShippingGroup, ...]) -> None:
    """Remember what the merchant offered, so that a choice can be checked against it."""
    store.save_offers(tx.connection, stored.id, groups)


def offered(tx: Tx, stored: StoredPayment, express: Express) -> tuple[ShippingGroup, ...]:
    """The groups that the customer may choose from now."""
    return express.groups if express.groups is not None else store.offers(tx.connection, stored.id)


def destination(express: Express, market: Market, customer: Customer, place: int | None = None) -> Address:
    """The address at this place among the customer's, or the first that the merchant ships to; Malformed says why none.

    ``market`` is that of the sales unit.
    """
    reachable = express.reachable(market, customer.addresses)
    place = next(iter(reachable), None) if place is None else place
    if place in reachable:
        return reachable[place]
    if not customer.addresses:
        reason = "The customer has no address to ship to"
    elif place is None or 0 <= place < len(customer.addresses):
        reason = f"The payment is shipped to {', '.join(express.countries(market))} only"
        reason += f", not to {customer.addresses[place or 0].country}"
    else:
        reason = "The customer has no such address"
    raise Malformed([Violation("address", reason)])


def choose(groups: tuple[ShippingGroup, ...], option_id: str | None, address: Address) -> Delivery:
    """The chosen option, or the default one; raises Malformed where there is no such option."""
    option = find_option(groups, option_id) if option_id else default_option(groups)
    if option is None:
        known = ", ".join(option.id for group in groups for option in group.options) or "none"
        raise Malformed([Violation("shippingOptionId", f"There is no such option; there are: {known}")])
    return Delivery(address, option)
