"""Random histories of product orders over HTTP, against a model that is as simple as the guide."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mockserver.core.instants import DAY, HOUR
from mockserver.world.domain.order_policy import HoldReason
from tests.apis.management.partner import ANSWERS, headers_of, order_body
from tests.harness import START, Emulator

SCHEME = "business:NO:ORG"
MERCHANTS = {"merchant-new": "910000004", "merchant-no-2": "211756004"}
"""One without an agreement, one with."""
WAITS = {"PT1H": HOUR, "P1D": DAY, "P3D": 3 * DAY, "P13DT23H59M59.999S": 14 * DAY - 1, "P14D": 14 * DAY}
PROCESSING = DAY
WHOLE = {
    "account": {"scheme": "BBAN:NO", "id": "86011117947"},
    "category": "5999",
    "purpose": "Socks and shoes",
}
"""What orders that were made by hand lack."""
REASON = "The reason that no partner may know"
WHICH = st.integers(0, 5)
WHO = st.sampled_from(sorted(MERCHANTS))
PARTNER = "partner-plus"


@dataclass
class Paper:
    """A merchant agreement as it has to be; ``due`` are the times at which somebody looks at it."""

    state: str
    with_rights: bool = True
    due: list[int] = field(default_factory=list)


@dataclass
class Model:
    """A product order as it has to be."""

    id: str
    type: str
    merchant: str
    created_at: int
    state: str = "RECEIVED"
    ready_at: int | None = None
    hold: str | None = None
    processed: bool = False
    lacks: bool = False
    released: bool = False
    review_at: int | None = None

    @property
    def waits(self) -> bool:
        return self.type == "PREFILL" and self.state in ("RECEIVED", "MERCHANT_VIEWED")

    @property
    def in_process(self) -> bool:
        return self.state == ("ORDER_SUBMITTED" if self.type == "PREFILL" else "RECEIVED")


class Histories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.emulator = Emulator(self.loop)
        self.now = START
        self.orders: list[Model] = []
        self.gone: list[str] = []
        self.ended: dict[str, dict[str, Any]] = {}
        self.papers = {"merchant-new": Paper("NONE"), "merchant-no-2": Paper("ACTIVE")}
        self.units_before = self.units()
        self.keys = 0

    def teardown(self) -> None:
        self.emulator.close()
        self.loop.close()

    # What the server shows.

    def call(self, method: str, path: str, who: str = PARTNER, **options: Any) -> Any:
        headers = headers_of(self.emulator, who) | options.pop("headers", {})
        return self.emulator.request(method, f"/management{path}", headers=headers, **options)

    def units(self) -> set[str]:
        return {each["msn"] for each in self.emulator.control("GET", "/sales-units").json()["salesUnits"]}

    # What the model says.

    def settle(self, order: Model) -> None:
        """The platform looks at an order whose processing is over."""
        paper = self.papers[order.merchant]
        if not order.in_process or order.hold or order.ready_at is None or order.ready_at > self.now:
            return
        if paper.state == "DECLINED":
            order.state = "REJECTED"
        elif order.lacks and not order.released:
            self.put_on_hold(order, HoldReason.INFORMATION_MISSING)
        elif paper.state == "ACTIVE":
            order.state = "COMPLETED"
        elif paper.state == "SIGNED" and not paper.with_rights:
            self.put_on_hold(order, HoldReason.SIGNATORY_WITHOUT_RIGHTS)

    def put_on_hold(self, order: Model, reason: str | None) -> None:
        order.hold, order.review_at = reason, None

    def settle_all(self, merchant: str) -> None:
        for order in self.orders:
            if order.merchant == merchant:
                self.settle(order)

    def pass_time(self, until: int) -> None:
        """Do what falls due on the way, at its own time: agreements before orders."""
        while True:
            due = [
                *((at, 0, name) for name, paper in self.papers.items() for at in paper.due),
                *((order.created_at + 14 * DAY, 1, order.id) for order in self.orders if order.waits),
                *((order.ready_at, 2, order.id) for order in self.orders if order.in_process and not order.processed),
                *((order.review_at, 3, order.id) for order in self.orders if order.in_process and order.review_at),
            ]
            upcoming = [(at, kind, name) for at, kind, name in due if at is not None and at <= until]
            if not upcoming:
                self.now = until
                return
            at, kind, name = min(upcoming)
            self.now = max(self.now, at)
            self.take(kind, name)

    def take(self, kind: int, name: str) -> None:
        if kind == 0:
            paper = self.papers[name]
            paper.due.remove(min(paper.due))
            if paper.state == "SIGNED":
                paper.state = "ACTIVE" if paper.with_rights else "SIGNED"
                self.settle_all(name)
            return
        order = next(each for each in self.orders if each.id == name)
        if kind == 1:
            order.state = "EXPIRED"
        elif kind == 2:
            order.processed = True
            self.settle(order)
        elif order.lacks:
            self.put_on_hold(order, HoldReason.INFORMATION_MISSING)
        else:
            self.let_go(order)

    def let_go(self, order: Model) -> None:
        self.put_on_hold(order, None)
        order.released = True
        self.settle(order)

    def order(self, which: int) -> Model:
        return self.orders[which % len(self.orders)]

    def act(self, order: Model, action: str, content: Any = None, *, fine: bool) -> None:
        answer = self.emulator.control("POST", f"/product-orders/{order.id}/{action}", content)
        assert answer.status_code == (200 if fine else 409), answer.text

    def agree(self, merchant: str, action: str, content: Any = None, *, fine: bool) -> None:
        answer = self.emulator.control("POST", f"/merchants/{merchant}/agreement/{action}", content)
        assert answer.status_code == (200 if fine else 409), answer.text

    # What everybody does.

    @initialize(merchant=WHO)
    def begin(self, merchant: str) -> None:
        self.prefill(merchant)

    @precondition(lambda self: len(self.orders) < 5)
    @rule(merchant=WHO)
    def prefill(self, merchant: str) -> None:
        self.keys += 1
        headers = {"Idempotency-Key": f"key-{self.keys}"}
        content = order_body((SCHEME, MERCHANTS[merchant]))
        first = self.call("POST", "/v1/product-orders", headers=headers, json=content)
        assert first.status_code == 201, first.text
        again = self.call("POST", "/v1/product-orders", headers=headers, json=content)
        assert again.content == first.content
        self.orders.append(Model(first.json()["prefilledOrderId"], "PREFILL", merchant, self.now))

    @precondition(lambda self: len(self.orders) < 5)
    @rule(merchant=WHO, type_=st.sampled_from(["TEMPLATE", "MANUAL"]))
    def make_by_hand(self, merchant: str, type_: str) -> None:
        form = {"business": {"scheme": SCHEME, "id": MERCHANTS[merchant]}, "product": "CASHIER"}
        content = {"type": type_, "partner": PARTNER, "form": form}
        made = self.emulator.control("POST", "/product-orders", content)
        assert made.status_code == 200, made.text
        self.orders.append(
            Model(made.json()["id"], type_, merchant, self.now, ready_at=self.now + PROCESSING, lacks=True),
        )

    @precondition(lambda self: self.orders)
    @rule(which=WHICH)
    def view(self, which: int) -> None:
        order = self.order(which)
        self.act(order, "view", fine=order.waits)
        if order.waits:
            order.state = "MERCHANT_VIEWED"

    @precondition(lambda self: self.orders)
    @rule(which=WHICH)
    def submit(self, which: int) -> None:
        order = self.order(which)
        self.act(order, "submit", fine=order.waits)
        if order.waits:
            order.state, order.ready_at = "ORDER_SUBMITTED", self.now + PROCESSING

    @precondition(lambda self: self.orders)
    @rule(which=WHICH, reason=st.sampled_from(sorted(HoldReason)))
    def hold(self, which: int, reason: str) -> None:
        order = self.order(which)
        self.act(order, "hold", {"reason": reason}, fine=order.in_process)
        if order.in_process:
            self.put_on_hold(order, reason)

    @precondition(lambda self: self.orders)
    @rule(which=WHICH)
    def answer(self, which: int) -> None:
        order = self.order(which)
        reason = order.hold or HoldReason.RISK_AND_COMPLIANCE
        lacking = order.lacks and reason == HoldReason.INFORMATION_MISSING
        given = WHOLE if lacking else ANSWERS[HoldReason(reason)]
        if reason == HoldReason.NO_PRODUCT_ORDERED:
            given = {"product": "PAYMENT_INTEGRATION" if order.type == "PREFILL" else "CASHIER"}
        self.act(order, "answer", given, fine=order.hold is not None)
        if order.hold is None:
            return
        order.lacks = order.lacks and not lacking
        paper = self.papers[order.merchant]
        unsigned = paper.state == "NONE" or (paper.state == "SIGNED" and not paper.with_rights)
        if reason == HoldReason.SIGNATORY_WITHOUT_RIGHTS and unsigned:
            self.signed(order.merchant, with_rights=True)
        else:
            order.review_at = self.now + PROCESSING

    @precondition(lambda self: self.orders)
    @rule(which=WHICH)
    def release(self, which: int) -> None:
        order = self.order(which)
        self.act(order, "release", fine=order.hold is not None)
        if order.hold is not None:
            self.let_go(order)

    @precondition(lambda self: self.orders)
    @rule(which=WHICH)
    def approve(self, which: int) -> None:
        order = self.order(which)
        paper = self.papers[order.merchant]
        in_place = paper.state == "ACTIVE" or (paper.state == "SIGNED" and paper.with_rights)
        self.act(order, "approve", fine=order.in_process and in_place)
        if order.in_process and in_place:
            order.state, order.hold, paper.state = "COMPLETED", None, "ACTIVE"
            self.settle_all(order.merchant)

    @precondition(lambda self: self.orders)
    @rule(which=WHICH)
    def reject(self, which: int) -> None:
        order = self.order(which)
        self.act(order, "reject", {"reason": REASON}, fine=order.in_process)
        if order.in_process:
            order.state, order.hold = "REJECTED", None

    @precondition(lambda self: self.orders)
    @rule(which=WHICH)
    def expire(self, which: int) -> None:
        order = self.order(which)
        self.act(order, "expire", fine=order.waits)
        if order.waits:
            order.state = "EXPIRED"

    @precondition(lambda self: self.orders)
    @rule(which=WHICH)
    def delete(self, which: int) -> None:
        order = self.order(which)
        answer = self.call("DELETE", f"/v1/product-orders/{order.id}")
        assert answer.status_code == (200 if order.waits else 400), answer.text
        if order.waits:
            self.orders.remove(order)
            self.gone.append(order.id)

    @rule(merchant=WHO, with_rights=st.booleans())
    def sign(self, merchant: str, with_rights: bool) -> None:
        paper = self.papers[merchant]
        fine = paper.state == "NONE" or (paper.state == "SIGNED" and not paper.with_rights)
        self.agree(merchant, "sign", {"withRights": with_rights}, fine=fine)
        if fine:
            self.signed(merchant, with_rights=with_rights)

    def signed(self, merchant: str, *, with_rights: bool) -> None:
        paper = self.papers[merchant]
        paper.state, paper.with_rights = "SIGNED", with_rights
        if (at := self.now + PROCESSING) not in paper.due:
            paper.due.append(at)
        for order in self.orders:
            if with_rights and order.merchant == merchant and order.hold == HoldReason.SIGNATORY_WITHOUT_RIGHTS:
                self.put_on_hold(order, None)

    @rule(merchant=WHO, action=st.sampled_from(["activate", "decline"]))
    def process_agreement(self, merchant: str, action: str) -> None:
        paper = self.papers[merchant]
        fine = paper.state == "SIGNED" and (paper.with_rights or action == "decline")
        self.agree(merchant, action, fine=fine)
        if not fine:
            return
        paper.state = "ACTIVE" if action == "activate" else "DECLINED"
        if action == "activate":
            self.settle_all(merchant)
            return
        for order in self.orders:
            if order.merchant == merchant and order.in_process:
                order.state, order.hold = "REJECTED", None

    @rule(wait=st.sampled_from(sorted(WAITS)))
    def advance(self, wait: str) -> None:
        self.emulator.advance(wait)
        self.pass_time(self.now + WAITS[wait])

    # What always holds.

    @invariant()
    def every_order_is_in_one_state_and_in_one_list(self) -> None:
        every = self.call("GET", "/v2/product-orders?includeExpired=true")
        shown = every.json()
        expected = [(order.id, order.state) for order in reversed(self.orders)]
        assert [(each["productOrderId"], each["status"]) for each in shown] == expected
        lively = self.call("GET", "/v2/product-orders").json()
        assert lively == [each for each in shown if each["status"] != "EXPIRED"]
        inside = self.emulator.control("GET", "/product-orders").json()["productOrders"]
        assert [(each["id"], each["hold"]) for each in inside] == [
            (order.id, order.hold) for order in self.orders[::-1]
        ]
        assert not any(text in every.text for text in (REASON, *HoldReason))
        self.check_units(shown)
        for each in shown:
            if each["status"] in ("COMPLETED", "REJECTED", "EXPIRED"):
                assert self.ended.setdefault(each["productOrderId"], each) == each
        for each in shown[:1]:
            for version in ("v1", "v2"):
                path = f"/{version}/product-orders/{each['productOrderId']}/details"
                assert self.call("GET", path).json() == each
                assert self.call("GET", path, "partner-premium").status_code == 404

    def check_units(self, shown: list[dict[str, Any]]) -> None:
        """A unit exists for every completed order, one for each, and for no other."""
        named = [each["salesUnit"]["msn"] for each in shown if each["salesUnit"]]
        assert len(named) == sum(order.state == "COMPLETED" for order in self.orders)
        assert len(set(named)) == len(named)
        assert self.units() - self.units_before == set(named)
        assert {each["msn"] for each in self.call("GET", "/v1/sales-units").json()} == {*named, "523456"}

    @invariant()
    def what_was_deleted_stays_away(self) -> None:
        for id_ in self.gone[-1:]:
            assert self.call("GET", f"/v2/product-orders/{id_}/details").status_code == 404


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=12, stateful_step_count=20, deadline=None)
