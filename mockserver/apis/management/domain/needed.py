"""What the platform needs to know before it can approve an order, whatever a partner may leave out of its prefill."""

from dataclasses import replace
from typing import Final

from mockserver.apis.management.domain.order_form import OrderForm, Website
from mockserver.core.money import Market
from mockserver.world.domain.business import BankAccount
from mockserver.world.domain.order_policy import HoldReason
from mockserver.world.domain.partner import ProductType

ACCOUNT: Final = "account"
CATEGORY: Final = "category"
PURPOSE: Final = "purpose"
WEBSITE: Final = "website"
TERMS: Final = "terms"

_ACCOUNTS: Final = {
    Market.NO: "86011117947",
    Market.DK: "98760012345678",
    Market.FI: "12345600000785",
    Market.SE: "9000012345678",
}
_CATEGORY: Final = "5999"
_PURPOSE: Final = "Goods for private customers, paid before they are sent"
_WEBSITE: Final = Website("https://shop.example.com", "https://shop.example.com/terms")


def missing(form: OrderForm) -> tuple[str, ...]:
    """What is still needed, in the order of the form. Where there is nothing to settle, nothing is."""
    if form.product is ProductType.LOGIN:
        return ()
    sold_online = form.product is ProductType.PAYMENT_INTEGRATION
    lacks = {
        ACCOUNT: form.account is None,
        CATEGORY: form.category is None,
        PURPOSE: form.purpose is None,
        WEBSITE: sold_online and (form.website is None or not form.website.url),
        TERMS: sold_online and (form.website is None or not form.website.terms_url),
    }
    return tuple(name for name, is_missing in lacks.items() if is_missing)


def reason(form: OrderForm) -> HoldReason | None:
    """Why an order with this form cannot be approved yet; None when nothing is missing."""
    lacks = missing(form)
    if not lacks:
        return None
    return HoldReason.PURPOSE_UNCLEAR if lacks == (PURPOSE,) else HoldReason.INFORMATION_MISSING


def filled(form: OrderForm) -> OrderForm:
    """The form as a merchant that acts by itself sends it: what is needed is filled in with an example."""
    lacks, market = missing(form), form.business.market
    if ACCOUNT in lacks and market is not None:
        form = replace(form, account=BankAccount(f"BBAN:{market}", _ACCOUNTS[market]))
    if CATEGORY in lacks:
        form = replace(form, category=_CATEGORY)
    if PURPOSE in lacks:
        form = replace(form, purpose=_PURPOSE)
    if WEBSITE in lacks or TERMS in lacks:
        form = replace(form, website=_WEBSITE)
    return form
