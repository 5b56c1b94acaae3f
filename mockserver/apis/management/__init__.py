"""The Management API, versions 1 and 2, and the portal where merchants fill their orders in."""

from mockserver.core.named import Named
from mockserver.product import ApiOf, Product

_HERE = "mockserver.apis.management"


PRODUCT = Product(
    "management",
    apis=(ApiOf(Named(f"{_HERE}.api.routes:API"), "management", partners=True),),
    due={
        "order.expire": Named(f"{_HERE}.services.orders:expire_if_due"),
        "order.act": Named(f"{_HERE}.services.onboarding:act"),
        "order.process": Named(f"{_HERE}.services.onboarding:process"),
        "order.remind": Named(f"{_HERE}.services.holds:remind"),
        "order.review": Named(f"{_HERE}.services.answers:review"),
        "agreement.process": Named(f"{_HERE}.services.onboarding:process_agreement"),
    },
    control=(Named(f"{_HERE}.control.rows:ROWS"), Named(f"{_HERE}.control.people:ROWS")),
    pages=(Named(f"{_HERE}.portal.routes:Portal"), Named(f"{_HERE}.portal.company.routes:Companies")),
    conditions=(Named(f"{_HERE}.services.outcomes:CONDITIONS"),),
    outcomes=(Named(f"{_HERE}.services.outcomes:OUTCOMES"),),
    described=(Named(f"{_HERE}.control.described:DESCRIBED"),),
    stored=Named(f"{_HERE}.services.state:PART"),
    tables=f"{_HERE}.store",
    checks=Named(f"{_HERE}.checks.points:CHECKS"),
    views=(Named(f"{_HERE}.control.dashboard:VIEWS"),),
)
