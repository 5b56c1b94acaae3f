"""The composition root: from settings and a world to an application. Only wiring."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Mount, Route, Router
from starlette.types import ASGIApp

from mockserver import mail, scenarios, webhooks
from mockserver.apis import access_token, epayment, login, management, partners, recurring
from mockserver.apis.partners.domain.policy import RoadPolicy
from mockserver.control.health import at_once
from mockserver.control.trusted import Trusted
from mockserver.control.unrouted import failure, unrouted
from mockserver.core.clock import Clock
from mockserver.core.database import Database, NamedRows, Schema
from mockserver.core.engine import Engine, StoreError, StoreFull
from mockserver.core.errors import Malformed, Violation
from mockserver.core.fetching import Errand, Fetched
from mockserver.core.ids import Ids
from mockserver.core.money import Market
from mockserver.core.named import Named
from mockserver.core.pace import Pace
from mockserver.core.places import Places
from mockserver.core.policy import HOSTS, Environment, Kindness, Policy
from mockserver.core.sending import Sending
from mockserver.core.stopping import LIMIT, Stop
from mockserver.core.urls import ascii_host
from mockserver.core.values import frozen
from mockserver.product import ApiOf
from mockserver.products import Products
from mockserver.scenarios import told as rules_told
from mockserver.scenarios.rulebook import Rulebook
from mockserver.scenarios.scenarios import Scenarios
from mockserver.scenarios.staging.stager import ScenarioStager
from mockserver.settings import BY_HOST, Settings, in_url, own_names, tls_names
from mockserver.state.beginning import Beginning
from mockserver.state.known import Known
from mockserver.state.snapshots import Snapshots
from mockserver.web.accesslog import AccessLog
from mockserver.web.callers import Callers
from mockserver.web.dispatch import Dispatch, ForPartners
from mockserver.web.flights import Flights
from mockserver.web.guard import Guard
from mockserver.web.journal import Entry, Journal
from mockserver.web.late import Late
from mockserver.web.names import Names
from mockserver.web.origin import Origins
from mockserver.web.policies import Policies
from mockserver.web.prefix import below_prefixes
from mockserver.web.ratelimits import RateLimits
from mockserver.web.routing import ApiApplication, failed
from mockserver.web.runtime import Runtime
from mockserver.web.secrets import Secrets, known
from mockserver.web.stager import Stager
from mockserver.webhooks.delivery.outbox import Outbox
from mockserver.webhooks.delivery.outgoing import Outgoing, Reach, Sent
from mockserver.webhooks.delivery.senders import Senders
from mockserver.webhooks.delivery.told import entry_of
from mockserver.webhooks.events import EventTypes
from mockserver.webhooks.services.webhooks import Receivers
from mockserver.webhooks.store import recover
from mockserver.world import TABLES, files
from mockserver.world.domain.order_policy import AnswerRule, Decision, HoldReason, OrderPolicy
from mockserver.world.domain.recurring_policy import RecurringPolicy
from mockserver.world.domain.world import World
from mockserver.world.services.access import Access
from mockserver.world.services.closings import Closings
from mockserver.world.services.keyrings import Trust
from mockserver.world.services.tokens import Tokens
from mockserver.world.services.variables import of_first_world
from mockserver.world.services.world import NewUnits, first_world

if TYPE_CHECKING:
    from mockserver.core.stored import Part
    from mockserver.scenarios.domain.scenario import Rule
    from mockserver.scenarios.domain.vocabulary import Vocabulary
    from mockserver.web.control import Row
    from mockserver.web.described import Document
    from mockserver.web.pages import PageRoute

PRODUCTS = Products(
    *(
        each.PRODUCT
        for each in (epayment, recurring, management, mail, scenarios, webhooks, access_token, login, partners)
    )
)
"""What is emulated, and what shared rooms bring in the same way: a new product is one name more here."""
CONTROL: tuple[Named[Sequence[Row]], ...] = tuple(
    Named(f"mockserver.{room}:ROWS") for room in ("control.routes", "checklist.control.rows", "state.control.rows")
)
"""What the control API has for all of them."""


@frozen
class Server:
    """An application with what its owner may want to hold on to."""

    app: ASGIApp
    runtime: Runtime

    @property
    def world(self) -> World:
        """What its store began with."""
        return first_world(self.runtime.engine.reading())


def build(
    settings: Settings,
    world: World | None = None,
    clock: Clock | None = None,
    log: Callable[[Entry], None] | None = None,
    authority: bytes | None = None,
    inside: Mapping[str, ASGIApp] | None = None,
    products: Products = PRODUCTS,
) -> Server:
    """The application of these settings; an empty store is filled with ``world``, by default the packaged one.

    ``authority``: the certificate (PEM) that clients have to trust over TLS, if the server speaks it.
    ``inside``: applications of this process, by origin, that requests to merchants reach without a network.
    Raises BadScenario, BadWorld for webhooks about events that these products have not, and StoreError for a bad state
    file, or when the store cannot be opened or holds another world.
    """
    if world is not None:
        check_world(world, products)
    clock = clock or Clock()
    told = known_to(products)
    beginning = _beginning(settings, world, products, told)
    database = Database(schema(products), settings.data, settings.store_limit)
    wall_tokens = settings.token_clock == "wall"  # noqa: S105 - the name of a clock
    secrets = Secrets(products.secrets, () if settings.admin_token is None else (settings.admin_token,))
    own_keys = settings.data is not None or settings.admin_token is not None
    parts = Places(
        told.events,
        told,
        secrets,
        Names(products.operations),
        Trust(packaged=not own_keys),
        Closings(products.closings),
    )
    ids, usual = Ids(settings.seed), policy(settings)
    engine = Engine(database, clock, ids, usual, products.due, parts, wall_tokens=wall_tokens, keeps_keys=own_keys)
    engine.on_going_back.append(recover)
    _start(engine, beginning, settings)
    rules = Rulebook(database, settings.seed, partial(_read_rule, products))
    rules.on_match = partial(rules_told.tell, engine)
    access_log = AccessLog(settings.access_log, secrets=lambda: known(engine.reading()))
    runtime = _runtime(settings, engine, rules, log or access_log, authority, inside or {}, products)
    runtime.variables = lambda: of_first_world(engine.reading())

    def pages() -> list[PageRoute]:
        return every_page(runtime, products, dashboard=settings.dashboard == "on")

    app = _rest(runtime, products, access_log, pages)
    apis = _apis(runtime, products, app)
    dispatch = Dispatch(apis, app, partial(failed, runtime), parts.of(Stop))
    return Server(below_prefixes(dispatch, runtime.origins, {"_mock", *apis}, pages), runtime)


def _rest(
    runtime: Runtime, products: Products, access_log: AccessLog, pages: Callable[[], list[PageRoute]]
) -> Starlette:
    """Control API and pages: all that is no emulated API."""
    app = Starlette(
        routes=[
            Route("/_mock/health", at_once, methods=["GET"]),
            Mount("/_mock", app=Late(partial(_control, runtime, products))),
            Mount("", app=Late(partial(_pages, pages))),
        ],
        exception_handlers={HTTPException: unrouted(runtime), Exception: failure},
        lifespan=_lifespan(runtime, access_log),
    )
    app.router.redirect_slashes = False
    return app


def _start(engine: Engine, beginning: Beginning, settings: Settings) -> None:
    with ExitStack() as failing:
        failing.callback(engine.database.close)
        try:
            engine.start(beginning)
        except Malformed as error:
            raise StoreError(f"state: {settings.state or settings.data}: {error}") from None
        except StoreFull:
            raise StoreError(_no_room(settings)) from None
        failing.pop_all()


def _no_room(settings: Settings) -> str:
    if settings.state is not None:
        return f"state: {settings.state}: is larger than store_limit, or than the disk has room for"
    return f"data: {settings.data}: the disk is full, or store_limit too small for the world"


def _apis(runtime: Runtime, products: Products, rest: ASGIApp) -> dict[str, ASGIApp]:
    apis: dict[str, ASGIApp] = {}
    stager = ScenarioStager(runtime.parts.of(Scenarios))
    for each in products.apis:
        if each.segment is None:
            table = each.table.get()
            apis |= dict.fromkeys(table.segments, ApiApplication(table, runtime, stager))
        else:
            late = Late(partial(_late_api, each, runtime, stager))
            apis[each.segment] = ForPartners(late, rest, runtime.policies) if each.partners else late
    return apis


def schema(products: Products = PRODUCTS) -> Schema:
    """The tables of a server."""
    return products.schema(*TABLES, "mockserver.web", answer_names=NamedRows("kept_answers", "scope"))


@lru_cache(maxsize=8)
def known_to(products: Products) -> Known:
    """What state files may speak of; one for all servers with these products, since a reader takes long to make."""
    rooms: list[Named[Part]] = [Named(f"mockserver.{room}.stored:PART") for room in ("world", "web")]
    return Known(
        frozenset(products.due),
        lambda: products.vocabulary,
        EventTypes(products.events),
        lambda: [*(each.get() for each in rooms), *products.stored()],
    )


def control_document(products: Products) -> Document:
    """What the document of the control API says of these rows."""
    from mockserver.checklist.control import described as checklist
    from mockserver.control.document import DESCRIBED, document
    from mockserver.scenarios.control.described import described
    from mockserver.state.control.described import DESCRIBED as STATE

    rules = described(products.vocabulary)
    points = checklist.described(products.checklist().apis)
    return document(DESCRIBED | points | STATE | rules | products.described())


def check_world(world: World, products: Products = PRODUCTS) -> None:
    """Refuse a world that says of the products what is not so; raises BadWorld."""
    if world.webhooks:
        from mockserver.webhooks.services import first

        first.check(EventTypes(products.events), world)


def every_control_row(products: Products = PRODUCTS) -> tuple[Row, ...]:
    """The whole control API."""
    return (*(row for rows in CONTROL for row in rows.get()), *products.control())


class _Packaged:
    """The packaged profiles, for the control API."""

    def names(self) -> Sequence[str]:
        from mockserver.scenarios import files

        return files.names()

    def read(self, names: Sequence[str], vocabulary: Vocabulary) -> tuple[Rule, ...]:
        from mockserver.scenarios import BadScenario, files

        try:
            return files.together(files.packaged(name, vocabulary) for name in names)
        except BadScenario as error:
            raise Malformed([Violation("profiles", str(error))]) from None


def _beginning(settings: Settings, world: World | None, products: Products, known: Known) -> Beginning:
    state = None if settings.state is None else _read_state(settings.state)
    put, read = partial(_put_state, known), partial(_read_rule, products)
    return Beginning(world, files.packaged_rows, _first_rules(settings, products), state, put, read)


def _read_state(path: Path) -> bytes:
    from mockserver.state.reading import read_file

    return read_file(path)


def _put_state(known: Known, connection: Connection, text: bytes) -> World:
    from mockserver.state import state

    return state.put(connection, state.read(text, known), known)


def _read_rule(products: Products, source: Mapping[str, Any]) -> Rule:
    from mockserver.scenarios.domain.scenario_form import read_rule

    return read_rule(source, products.vocabulary)


def _first_rules(settings: Settings, products: Products) -> tuple[Rule, ...]:
    if not settings.scenario:
        return ()
    from mockserver.scenarios import files

    return files.together(files.find(name, products.vocabulary) for name in settings.scenario)


def _late_api(api: ApiOf, runtime: Runtime, stager: Stager) -> ASGIApp:
    if api.pages:
        from mockserver.web import pages

        pages.prepare()
    return ApiApplication(api.table.get(), runtime, stager)


def _control(runtime: Runtime, products: Products) -> ASGIApp:
    from mockserver.control.guard import ControlGuard

    return ControlGuard(_unguarded_control(runtime, products), runtime)


def _unguarded_control(runtime: Runtime, products: Products) -> ASGIApp:
    from mockserver.control.routes import control

    runtime.parts.put(products.checklist())
    return control(runtime, every_control_row(products))


def _pages(made: Callable[[], list[PageRoute]]) -> ASGIApp:
    from mockserver.web import pages

    pages.prepare()
    return Router(made(), redirect_slashes=False)


def every_page(runtime: Runtime, products: Products = PRODUCTS, *, dashboard: bool = True) -> list[PageRoute]:
    """The pages of customers and merchants, and the documents, each behind its door."""
    from mockserver.checklist.pages import ChecklistPages
    from mockserver.dashboard.asking import Asking
    from mockserver.dashboard.pages import Dashboard
    from mockserver.openapi.routes import OpenApi
    from mockserver.phone.phone import PhonePages
    from mockserver.web import pages
    from mockserver.web.doors import behind_doors

    served = products.every_api(partners=runtime.engine.policy.partner_keys)
    documents = OpenApi(runtime, served, lambda: (every_control_row(products), control_document(products)))
    control = Late(partial(_unguarded_control, runtime, products))
    routes = [
        *(Dashboard(runtime, Asking(control), products.views()).routes() if dashboard else ()),
        *products.pages(runtime),
        *PhonePages(runtime, *products.phones()).routes(),
        *ChecklistPages(runtime, products.checklist).routes(),
        *documents.routes(),
        *pages.shared(),
    ]
    return behind_doors(runtime, routes)


def policy(settings: Settings) -> Policy:
    """The rules that the settings choose, for every name that has none of its own."""
    refused = frozenset(Kindness) if settings.strict else frozenset(map(Kindness, settings.refuse))
    decision, hold = Decision(settings.order_decision), HoldReason(settings.order_hold)
    answer, review = AnswerRule(settings.order_answer), settings.order_review
    orders = OrderPolicy(
        decision, settings.order_processing, hold, settings.merchant_acts_after, answer=answer, review=review
    )
    environment = Environment.EMULATOR if settings.environment == BY_HOST else Environment(settings.environment)
    apart = settings.environments_apart
    apart = settings.environment == BY_HOST if apart is None else apart
    recurring = RecurringPolicy(settings.charges_page, settings.interval_ceiling)
    own = (orders, RoadPolicy(settings.partner_approval), recurring)
    return Policy(environment, refused, apart, mail=settings.smtp is not None, own=own)


def _policies(settings: Settings, origins: Origins, usual: Policy) -> Policies:
    if settings.environment != BY_HOST:
        return Policies(origins, usual)
    return Policies(
        origins, usual, {host.encode(): replace(usual, environment=environment) for host, environment in HOSTS.items()}
    )


def _runtime(
    settings: Settings,
    engine: Engine,
    rules: Rulebook,
    log: Callable[[Entry], None],
    authority: bytes | None,
    inside: Mapping[str, ASGIApp],
    products: Products,
) -> Runtime:
    tokens = Tokens()
    access = _access(settings, tokens)
    own_origins = _own_origins(settings)
    origins = Origins(f"http://{in_url(settings.host)}:{settings.port}", settings.public_url, settings.trusted_proxies)
    allowed_hosts = frozenset(map(ascii_host, settings.allowed_hosts))

    def record(sent: Sent) -> None:
        runtime.record(entry_of(runtime, sent))

    outgoing = Outgoing(Reach(allowed_hosts, _trust(settings.webhook_trust), settings.connect_to), record, inside)

    def fetch(url: str, headers: dict[str, str], body: bytes, errand: Errand) -> Awaitable[Fetched]:
        return runtime.fetch(url, headers, body, errand)

    others = products.senders(Sending(engine, fetch, settings.smtp))
    pace = Pace()
    senders = Senders(Outbox(engine, outgoing, own_origins, pace), *others)
    engine.on_emitted = senders.wake
    staged = Scenarios(rules, _Packaged(), lambda: products.vocabulary, engine.parts.of(Stop).sleep)
    for part in (staged, Receivers(own_origins, allowed_hosts), Trusted(authority)):
        engine.parts.put(part)

    runtime = Runtime(
        engine=engine,
        tokens=tokens,
        access=access,
        callers=Callers(access),
        journal=Journal(settings.journal_size),
        origins=origins,
        guard=Guard(origins, own_names(settings), frozenset(settings.trusted_origins)),
        policies=_policies(settings, origins, engine.policy),
        fetch=outgoing,
        outbox=senders,
        pace=pace,
        log=log,
        largest_body=settings.max_body,
        flights=_flights(settings, engine),
        limits=RateLimits() if settings.rate_limits else None,
        admin_token=settings.admin_token,
        on_leap=[rules.load, tokens.clear],
    )
    return runtime


def _access(settings: Settings, tokens: Tokens) -> Access:
    newcomers = NewUnits(Market(settings.auth_market)) if settings.auth == "any" else None
    return Access(tokens, open_to_all=newcomers)


def _flights(settings: Settings, engine: Engine) -> Flights | None:
    milliseconds = round(settings.processing_time * 1000)
    return Flights(engine.clock, milliseconds) if milliseconds else None


def _own_origins(settings: Settings) -> frozenset[str]:
    names = {*tls_names(settings), settings.host.lower(), "0.0.0.0", "::"}  # noqa: S104 - names of ourselves
    ports = {"http": settings.port} | ({"https": settings.tls_port} if settings.tls else {})
    origins = {f"{scheme}://{in_url(name)}:{port}" for name in names for scheme, port in ports.items()}
    if settings.public_url is None:
        return frozenset(origins)
    path = urlsplit(settings.public_url).path
    origins.add(settings.public_url.removesuffix(path).lower())
    return frozenset(origins | {each + path for each in origins})


def _trust(trust: str | None) -> Path | bool:
    if trust is None:
        return True
    return False if trust == "none" else Path(trust)


def _lifespan(runtime: Runtime, access_log: AccessLog) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        runtime.engine.clock.ring()
        runtime.outbox.start()
        yield
        await runtime.outbox.stop(LIMIT)
        await runtime.fetch.close()
        access_log.flush()
        runtime.parts.of(Snapshots).clear()
        runtime.engine.database.close()

    return lifespan
