"""Whether a state can be: what its entries say of each other, and what no request could live with.

Everything here yields places and reasons; the first one is what the user gets to read.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from pydantic_core import from_json

from mockserver.apis.epayment.domain.payment import flaw as payment_flaw
from mockserver.apis.epayment.domain.terms import Terms
from mockserver.apis.login.domain.logins import Consent, Grant
from mockserver.apis.management.domain.choice import OrderChoice
from mockserver.apis.management.domain.product_order import OrderState
from mockserver.core.countries import COUNTRIES
from mockserver.core.errors import DomainError, Malformed
from mockserver.core.instants import parse_timestamp
from mockserver.core.urls import flaw, kept_flaw
from mockserver.scenarios.domain.reading import BadRule
from mockserver.scenarios.domain.scenario_form import read_rule
from mockserver.scenarios.domain.vocabulary import Vocabulary
from mockserver.state.entries import ConductEntry, LoginEntry, OrderEntry, PaymentEntry, State
from mockserver.webhooks.domain import OwnerKind
from mockserver.webhooks.events import EventTypes
from mockserver.world.domain.business import account_violations, identifier_violations
from mockserver.world.domain.conduct import LONGEST_DELAY, Chosen, Conduct
from mockserver.world.domain.customer import KEPT_MSISDN, check_customer
from mockserver.world.domain.merchant import MSN, ClientKind, KeySet, check_unit
from mockserver.world.domain.order_policy import LONGEST_WAIT
from mockserver.world.domain.world import merchant_flaw, partner_flaw

Place = tuple[str | int, ...]
Flaws = Iterator[tuple[Place, str]]

LATEST: Final = parse_timestamp("2500-01-01T00:00:00Z")
"""No time of a state is later; milliseconds since 1970 (UTC)."""
_LARGEST: Final = (1 << 53) - 1
"""What every JSON library takes for a whole number."""
_LONGEST: Final = 10**9
"""Seconds, for numbers that are not whole."""
_TIMES = re.compile(r"at|.*_(at|until|since|deadline|time)", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{32}", re.ASCII)
_QR_SIZES = range(100, 2001)


def number_flaws(content: Any, place: Place = ()) -> Flaws:
    """Numbers that no field could have, wherever they stand in plain content."""
    items: Iterable[tuple[str | int, Any]] = ()
    if isinstance(content, dict):
        items = content.items()
    elif isinstance(content, list):
        items = enumerate(content)
    elif isinstance(content, float):
        if not abs(content) <= _LONGEST:
            yield place, f"must be a number of at most {_LONGEST}"
    elif isinstance(content, int) and not isinstance(content, bool):
        if not -_LARGEST <= content <= _LARGEST:
            yield place, f"must be a number of at most {_LARGEST}"
        elif place and _TIMES.fullmatch(str(place[-1])) and not 0 <= content <= LATEST:
            yield place, "must be a time in milliseconds since 1970 (UTC), before the year 2500"
    for key, value in items:
        yield from number_flaws(value, (*place, key))


def flaws(state: State, kinds: Iterable[str], vocabulary: Vocabulary, events: EventTypes) -> Flaws:
    """All that is wrong with a state; ``kinds`` of what can be due, ``vocabulary`` of scenario rules."""
    known = _Known(state)
    yield from _world(state, known)
    yield from _payments(state, known)
    yield from _webhooks(state, known, events)
    yield from _orders(state, known)
    yield from _logins(state, known)
    due = frozenset(kinds)
    for index, each in enumerate(state.due):
        if each.kind not in due:
            yield ("due", index, "kind"), f"there is no {each.kind[:50]!r}; there are: {', '.join(sorted(due))}"
    yield from _rules(state, vocabulary)


class _Known:
    """Who and what there is, by the names that others use."""

    def __init__(self, state: State) -> None:
        self.merchants = {each.merchant.id for each in state.merchants}
        self.partners = {each.partner.id for each in state.partners}
        self.units = {each.unit.msn for each in state.sales_units}
        self.clients = {each.keys.client_id for each in state.clients}
        self.phones = {each.customer.phone for each in state.customers}
        self.webhooks = {each.registration.id for each in state.webhooks}
        self.logins = {each.id: each.login for each in state.logins}
        self.grants = {each.id for each in state.grants}

    def owners(self, kind: ClientKind | OwnerKind) -> tuple[str, set[str]]:
        """Who may own keys or registrations of a kind, as a word and as all that there are."""
        if kind in (ClientKind.SALES_UNIT, ClientKind.ANYONE, OwnerKind.SALES_UNIT):
            return "sales unit", self.units
        if kind in (ClientKind.DONATIONS, OwnerKind.MERCHANT):
            return "merchant", self.merchants
        return "partner", self.partners


def _missing(place: Place, what: str, name: object, known: Iterable[object]) -> Flaws:
    if name is not None and name not in known:
        yield place, f"there is no {what} {str(name)[:50]!r}"


def _world(state: State, known: _Known) -> Flaws:
    if not state.sales_units:
        yield ("sales_units",), "at least one is needed"
    for index, each in enumerate(state.merchants):
        if found := merchant_flaw(each.merchant):
            yield ("merchants", index, "merchant"), found
    for index, owner in enumerate(state.partners):
        if found := partner_flaw(owner.partner):
            yield ("partners", index, "partner"), found
    for index, shop in enumerate(state.sales_units):
        place: Place = ("sales_units", index, "unit")
        if not MSN.fullmatch(shop.unit.msn):
            yield (*place, "msn"), "must be 4 to 10 digits"
        yield from _missing((*place, "merchant_id"), "merchant", shop.unit.merchant_id, known.merchants)
        yield from _missing((*place, "partner_id"), "partner", shop.unit.partner_id, known.partners)
        yield from _malformed(place, lambda shop=shop: check_unit(shop.unit, kept=True))
    for index, client in enumerate(state.clients):
        place = ("clients", index)
        what, owners = known.owners(client.kind)
        yield from _missing((*place, "owner"), what, client.owner, owners)
        if isinstance(client.keys, KeySet) is client.kind.specialised:
            wanted = "without" if client.kind.specialised else "with"
            yield (*place, "keys"), f"must be {wanted} subscription keys for the kind {client.kind}"
    for index, key in enumerate(state.subscription_keys):
        yield from _missing(("subscription_keys", index, "client_id"), "client", key.client_id, known.clients)
    for index, person in enumerate(state.customers):
        yield from _malformed(
            ("customers", index, "customer"), lambda person=person: check_customer(person.customer, kept=True)
        )


def _malformed(place: Place, check: Any) -> Flaws:
    try:
        check()
    except Malformed as error:
        yield place, str(error)


def _repeated(kind: str, names: list[Any], what: str) -> Flaws:
    seen = set()
    for index, name in enumerate(names):
        if name in seen:
            yield (kind, index), f"has the {what} of another entry"
        seen.add(name)


def _payments(state: State, known: _Known) -> Flaws:
    for index, each in enumerate(state.payments):
        yield from _payment(("payments", index), each, known)
    yield from _repeated(
        "payments", [(each.payment.msn, each.payment.reference) for each in state.payments], "reference"
    )
    for index, answer in enumerate(state.answers):
        for name in ("scope", "request"):
            if not _DIGEST.fullmatch(getattr(answer, name)):
                yield ("answers", index, name), "must be a digest: 32 hex digits in small letters"
        if not 200 <= answer.status < 500:
            yield ("answers", index, "status"), "must be 200 to 499"
    yield from _repeated("answers", [each.scope for each in state.answers], "scope")
    for index, profile in enumerate(state.profiles):
        yield from _missing(("profiles", index, "phone"), "customer", profile.phone, known.phones)
    numbers = {each.id for each in state.payments}
    for index, conduct in enumerate(state.conducts):
        yield from _conduct(("conducts", index), conduct, numbers)


def _payment(place: Place, entry: PaymentEntry, known: _Known) -> Flaws:
    payment, terms = entry.payment, entry.terms
    yield from _missing((*place, "payment", "msn"), "sales unit", payment.msn, known.units)
    if found := payment_flaw(payment):
        yield (*place, "payment"), found
    for name in ("reference", "method", "user_flow"):
        if getattr(payment, name) != getattr(terms, name):
            yield (*place, "payment", name), f"differs from the {name} of the terms"
    if payment.amount != terms.amount.value or payment.currency != terms.amount.currency:
        yield (*place, "payment", "amount"), "differs from the amount of the terms"
    if payment.approval is not None:
        yield from _missing((*place, "payment", "approval", "phone"), "customer", payment.approval.phone, known.phones)
    yield from _terms((*place, "terms"), terms)
    for index, event in enumerate(entry.events):
        if event.number != index:
            yield (*place, "events", index, "number"), f"must be {index}"


def _terms(place: Place, terms: Terms) -> Flaws:
    if terms.metadata is not None:
        yield (*place, "metadata"), "stands beside the terms"
    if terms.qr_size not in _QR_SIZES:
        yield (*place, "qr_size"), "must be 100 to 2000"
    if terms.express is not None and (terms.express.groups is None) is (terms.express.dynamic is None):
        yield (*place, "express"), "must have exactly one of groups and dynamic"
    if terms.express is not None and not COUNTRIES.issuperset(terms.express.allowed_countries):
        yield (*place, "express", "allowed_countries"), "must be ISO 3166-1 alpha-2 codes"
    for name in ("return_url", "receipt_url"):
        url = getattr(terms, name)
        if url is not None and (wrong := kept_flaw(url)):
            yield (*place, name), wrong
    for name in ("terms_of_sale", "privacy_policy"):
        link = getattr(terms.legal_links, name, None)
        if link is not None and (wrong := flaw(link, local=True)):
            yield (*place, "legal_links", name), wrong
    dynamic = None if terms.express is None else terms.express.dynamic
    if dynamic is not None and (wrong := kept_flaw(dynamic.callback_url, called=True)):
        yield (*place, "express", "dynamic", "callback_url"), wrong
    try:
        _ = terms.customer.phone if terms.customer is not None else None
    except DomainError as error:
        if terms.customer is not None and not KEPT_MSISDN.fullmatch(terms.customer.value):
            yield (*place, "customer", "value"), error.detail


def _conduct(place: Place, entry: ConductEntry, payments: set[int]) -> Flaws:
    chosen = entry.chosen
    if entry.kind != "order":
        yield from _missing((*place, "key"), "payment", entry.key, payments)
    if isinstance(chosen, OrderChoice) is (entry.kind != "order"):
        yield (*place, "chosen"), f"is not for {entry.kind}s"
    elif isinstance(chosen, Chosen):
        conduct = chosen.conduct or Conduct()
        if not 0 <= conduct.delay <= LONGEST_DELAY or not 0 <= conduct.pending <= LONGEST_DELAY:
            yield (*place, "chosen", "conduct"), f"must have a delay and pending of 0 to {LONGEST_DELAY} seconds"
    elif not all(0 <= (seconds or 0) <= LONGEST_WAIT for seconds in (chosen.processing, chosen.acts_after)):
        yield (*place, "chosen"), f"must have times of 0 to {LONGEST_WAIT} seconds"


def _webhooks(state: State, known: _Known, events: EventTypes) -> Flaws:
    for index, each in enumerate(state.webhooks):
        registration, place = each.registration, ("webhooks", index, "registration")
        owner = registration.owner
        what, owners = known.owners(owner.kind)
        yield from _missing((*place, "owner", "id"), what, owner.id, owners)
        yield from _missing((*place, "owner", "msn"), "sales unit", owner.msn, known.units)
        if wrong := kept_flaw(registration.url, called=True):
            yield (*place, "url"), wrong
        for event in set(registration.events) - {*events.names}:
            yield (*place, "events"), f"there is no {event[:80]!r}"
        if not 0 <= registration.faults.delay <= LONGEST_DELAY * 1000:
            yield (*place, "faults", "delay"), f"must be 0 to {LONGEST_DELAY * 1000} milliseconds"
    for index, delivery in enumerate(state.deliveries):
        yield from _missing(("deliveries", index, "webhook_id"), "webhook", delivery.webhook_id, known.webhooks)
        if not _is_object(delivery.body):
            yield ("deliveries", index, "body"), "must be the text of a JSON object"
        if any(not 1 <= each.number <= delivery.tries for each in delivery.attempts):
            yield ("deliveries", index, "tries"), "must not be below the numbers of the attempts, which begin with 1"


def _is_object(text: str) -> bool:
    try:
        return isinstance(from_json(text), dict)
    except ValueError:
        return False


def _orders(state: State, known: _Known) -> Flaws:
    for index, each in enumerate(state.product_orders):
        yield from _order(("product_orders", index, "order"), each, known)
    highest = max((each.number for each in state.product_orders), default=0)
    for index, counter in enumerate(state.counters):
        if counter.seq < highest:
            yield ("counters", index, "seq"), f"must be {highest} or more"


def _order(place: Place, entry: OrderEntry, known: _Known) -> Flaws:
    order = entry.order
    yield from _missing((*place, "merchant_id"), "merchant", order.merchant_id, known.merchants)
    yield from _missing((*place, "partner_id"), "partner", order.partner_id, known.partners)
    yield from _missing((*place, "msn"), "sales unit", order.msn, known.units)
    if order.state is OrderState.COMPLETED and order.msn is None:
        yield (*place, "msn"), "is needed for a completed order"
    if order.in_process and order.ready_at is None:
        yield (*place, "ready_at"), "is needed for an order in process"
    found = identifier_violations(order.form.business, "business")
    if order.form.account is not None:
        found += account_violations(order.form.account, order.form.business.market, "account")
    for violation in found:
        yield (*place, "form", *violation.field.split(".")), violation.reason


def _logins(state: State, known: _Known) -> Flaws:
    started = {each.authentication.auth_req_id for each in state.authentications}
    for index, each in enumerate(state.logins):
        yield from _login(("logins", index, "login"), each, known, started)
    for index, owned in enumerate(state.authentications):
        place: Place = ("authentications", index, "authentication")
        yield from _missing((*place, "login_id"), "login", owned.authentication.login_id, known.logins)
        yield from _missing((*place, "phone"), "customer", owned.authentication.phone, known.phones)
    for kind, values in (
        ("grant", [each.grant for each in state.grants]),
        ("consent", [each.consent for each in state.consents]),
    ):
        yield from _shared(kind, values, known)
    for index, browser in enumerate(state.browsers):
        yield from _missing(("browsers", index, "phone"), "customer", browser.phone, known.phones)


def _shared(kind: str, values: Iterable[Grant | Consent], known: _Known) -> Flaws:
    for index, value in enumerate(values):
        yield from _missing((f"{kind}s", index, kind, "msn"), "sales unit", value.msn, known.units)
        yield from _missing((f"{kind}s", index, kind, "phone"), "customer", value.phone, known.phones)


def _login(place: Place, entry: LoginEntry, known: _Known, started: set[str]) -> Flaws:
    login = entry.login
    yield from _missing((*place, "msn"), "sales unit", login.msn, known.units)
    yield from _missing((*place, "phone"), "customer", login.phone, known.phones)
    yield from _missing((*place, "grant"), "grant", login.grant, known.grants)
    yield from _missing((*place, "auth_req_id"), "authentication", login.auth_req_id, started)
    if len(login.challenge) != 3:
        yield (*place, "challenge"), "must be three numbers"
    for name in ("redirect_uri", "app_callback_uri"):
        uri = getattr(login.request, name)
        if uri is not None and (wrong := kept_flaw(uri)):
            yield (*place, "request", name), wrong


def _rules(state: State, vocabulary: Vocabulary) -> Flaws:
    for index, each in enumerate(state.rules):
        try:
            read_rule(each.rule, vocabulary, ("rules", index, "rule"))
        except BadRule as error:
            yield error.place, error.reason
        if min(each.seen, each.applied, each.position) < 0:
            yield ("rules", index), "must not count below 0"
    yield from _repeated("rules", [each.rule.get("name") for each in state.rules], "name")
