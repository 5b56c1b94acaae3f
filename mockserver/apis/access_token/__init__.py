"""The Access token API: keys in, a Bearer token out."""

from mockserver.core.named import Named
from mockserver.product import ApiOf, Product

_HERE = "mockserver.apis.access_token"
PRODUCT = Product(
    "access_token", apis=(ApiOf(Named(f"{_HERE}.api.routes:API")),), checks=Named(f"{_HERE}.checks:CHECKS")
)
