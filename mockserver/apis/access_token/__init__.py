"""The Access token API: keys in, a Bearer token out."""

from mockserver.core.named import Named
from mockserver.product import ApiOf, Product

PRODUCT = Product("access_token", apis=(ApiOf(Named("mockserver.apis.access_token.api.routes:API")),))
