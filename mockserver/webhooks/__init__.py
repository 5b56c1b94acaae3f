"""Events to registrations to signed deliveries, and the Webhooks API."""

from mockserver.core.named import Named
from mockserver.product import ApiOf, Product

_HERE = "mockserver.webhooks"
PRODUCT = Product(
    "webhooks",
    apis=(ApiOf(Named(f"{_HERE}.api.routes:API")),),
    due={"webhook.dead": Named(f"{_HERE}.services.webhooks:delete_dead")},
    control=(Named(f"{_HERE}.control.webhooks:ROWS"), Named(f"{_HERE}.control.inbox:ROWS")),
    events=(Named(f"{_HERE}.later:EVENTS"),),
    outcomes=(Named(f"{_HERE}.services.outcomes:OUTCOMES"),),
    described=(Named(f"{_HERE}.control.described:DESCRIBED"),),
    stored=Named(f"{_HERE}.stored:PART"),
    tables=_HERE,
    secrets=Named(f"{_HERE}.services.webhooks:secrets"),
)
