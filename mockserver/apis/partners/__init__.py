"""The road to being a partner: application, access to the test environment, checklist, verification."""

from mockserver.core.named import Named
from mockserver.product import Product

_HERE = "mockserver.apis.partners"

PRODUCT = Product(
    "partners",
    due={"partner.approve": Named(f"{_HERE}.services.roads:approve_if_due")},
    control=(Named(f"{_HERE}.control.rows:ROWS"),),
    pages=(Named(f"{_HERE}.pages.routes:PartnerPages"),),
    described=(Named(f"{_HERE}.control.described:DESCRIBED"),),
    stored=Named(f"{_HERE}.services.state:PART"),
    tables=f"{_HERE}.store",
    secrets=Named(f"{_HERE}.services.secrets:secrets"),
)
