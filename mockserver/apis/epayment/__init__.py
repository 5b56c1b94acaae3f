"""The ePayment API, version 1."""

from mockserver.core.named import Named
from mockserver.product import ApiOf, Product

_HERE = "mockserver.apis.epayment"
PRODUCT = Product(
    "epayment",
    apis=(ApiOf(Named(f"{_HERE}.api.routes:API")),),
    due={
        "payment.expire": Named(f"{_HERE}.services.payments:expire_unanswered"),
        "payment.settle": Named(f"{_HERE}.services.payments:settle"),
        "payment.release": Named(f"{_HERE}.services.payments:release_uncaptured"),
        "payment.act": Named(f"{_HERE}.services.personas:act"),
    },
    control=(Named(f"{_HERE}.control:ROWS"),),
    pages=(Named(f"{_HERE}.pages.routes:Wallet"),),
    events=(Named(f"{_HERE}.services.events:EVENTS"),),
)
