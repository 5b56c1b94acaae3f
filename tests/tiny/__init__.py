"""A product of its own: parcels that are ordered, wait on the customer's phone, and arrive by themselves."""

from mockserver.core.named import Named
from mockserver.product import ApiOf, Product

_HERE = "tests.tiny"
PRODUCT = Product(
    "parcels",
    apis=(ApiOf(Named(f"{_HERE}.routes:API"), "parcels"),),
    due={"parcel.arrive": Named(f"{_HERE}.services:arrive")},
    tables=_HERE,
    stored=Named(f"{_HERE}.services:PART"),
    control=(Named(f"{_HERE}.edges:ROWS"),),
    described=(Named(f"{_HERE}.edges:DESCRIBED"),),
    pages=(Named(f"{_HERE}.edges:ParcelPages"),),
    waiting=(Named(f"{_HERE}.edges:WAITING"),),
    having=(Named(f"{_HERE}.edges:HAVING"),),
    events=(Named(f"{_HERE}.services:EVENTS"),),
    conditions=(Named(f"{_HERE}.edges:CONDITIONS"),),
    outcomes=(Named(f"{_HERE}.edges:OUTCOMES"),),
    checks=Named(f"{_HERE}.edges:CHECKS"),
    views=(Named(f"{_HERE}.edges:VIEWS"),),
)
