"""What is made to happen: rules, faults, and packaged profiles of them."""

from mockserver.core.named import Named
from mockserver.product import Product

_HERE = "mockserver.scenarios"
PRODUCT = Product(
    "scenarios",
    outcomes=(Named(f"{_HERE}.domain.outcomes:OWN"),),
    control=(Named(f"{_HERE}.control.rows:ROWS"),),
    stored=Named(f"{_HERE}.stored:PART"),
    tables=f"{_HERE}.store",
)


class BadScenario(ValueError):
    """A scenario cannot be had; the message is one line with file, line, and what is wrong."""
