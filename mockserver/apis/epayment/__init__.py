"""The ePayment API, version 1."""

from typing import TYPE_CHECKING

from mockserver.core.database import NamedRows
from mockserver.core.named import Named
from mockserver.product import ApiOf, Product

if TYPE_CHECKING:
    from mockserver.core.sending import Sender, Sending

_HERE = "mockserver.apis.epayment"


def _inquiries(sending: "Sending") -> "Sender":
    from mockserver.apis.epayment.delivery import Inquiries

    return Inquiries(sending.engine, sending.fetch)


PRODUCT = Product(
    "epayment",
    apis=(ApiOf(Named(f"{_HERE}.api.routes:API")),),
    asks=(("epayment", "getMerchantDynamicExpressGroups"),),
    due={
        "payment.expire": Named(f"{_HERE}.services.payments:expire_unanswered"),
        "payment.settle": Named(f"{_HERE}.services.payments:settle"),
        "payment.release": Named(f"{_HERE}.services.payments:release_uncaptured"),
        "payment.act": Named(f"{_HERE}.services.personas:act"),
    },
    control=(Named(f"{_HERE}.control.rows:ROWS"),),
    pages=(Named(f"{_HERE}.pages.routes:Wallet"),),
    events=(Named(f"{_HERE}.services.events:EVENTS"),),
    conditions=(Named(f"{_HERE}.services.outcomes:CONDITIONS"),),
    outcomes=(Named(f"{_HERE}.services.outcomes:OUTCOMES"),),
    senders=(_inquiries,),
    described=(Named(f"{_HERE}.control.described:DESCRIBED"),),
    stored=Named(f"{_HERE}.services.state:PART"),
    tables=f"{_HERE}.store",
    names={"payment_names": NamedRows("payments", "msn || ' ' || reference")},
    waiting=(Named(f"{_HERE}.pages.waiting:WAITING"),),
    checks=Named(f"{_HERE}.checks.points:CHECKS"),
    views=(Named(f"{_HERE}.control.dashboard:VIEWS"),),
)
