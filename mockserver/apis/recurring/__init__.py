"""The Recurring API, version 3: agreements and their charges."""

from mockserver.core.database import NamedRows
from mockserver.core.named import Named
from mockserver.product import ApiOf, Product

_HERE = "mockserver.apis.recurring"

PRODUCT = Product(
    "recurring",
    apis=(ApiOf(Named(f"{_HERE}.api.routes:API"), "recurring"),),
    due={
        "recurring.expire": Named(f"{_HERE}.services.agreements:expire_unanswered"),
        "recurring.act": Named(f"{_HERE}.services.personas:act"),
        "recurring.show": Named(f"{_HERE}.services.attempts:make_due"),
        "recurring.attempt": Named(f"{_HERE}.services.attempts:attempt_due"),
        "recurring.settle": Named(f"{_HERE}.services.attempts:settle"),
        "recurring.release": Named(f"{_HERE}.services.attempts:release_uncaptured"),
        "recurring.batch": Named(f"{_HERE}.services.batches:create_next"),
    },
    control=(Named(f"{_HERE}.control.agreements:ROWS"), Named(f"{_HERE}.control.charges:ROWS")),
    described=(Named(f"{_HERE}.control.described:DESCRIBED"),),
    pages=(Named(f"{_HERE}.pages.routes:AgreementPages"),),
    waiting=(Named(f"{_HERE}.pages.waiting:WAITING"),),
    having=(Named(f"{_HERE}.pages.waiting:HAVING"),),
    events=(Named(f"{_HERE}.services.events:EVENTS"),),
    conditions=(Named(f"{_HERE}.services.outcomes:CONDITIONS"),),
    outcomes=(Named(f"{_HERE}.services.outcomes:OUTCOMES"),),
    closed=Named(f"{_HERE}.services.agreements:stop_all_of"),
    checks=Named(f"{_HERE}.checks.points:CHECKS"),
    stored=Named(f"{_HERE}.services.state:PART"),
    tables=f"{_HERE}.store",
    names={
        "agreement_names": NamedRows("agreements", "agreement_id"),
        "charge_names": NamedRows("charges", "msn || ' ' || charge_id"),
    },
)
