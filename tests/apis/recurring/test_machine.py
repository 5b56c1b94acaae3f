"""Random lives of subscriptions over HTTP, on the emulator's clock, against a model as simple as the guide."""

import asyncio
import datetime
import os
from collections import Counter
from typing import Any

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from mockserver.core.instants import DAY, HOUR, MINUTE
from tests.apis.helpers import configure, set_customer
from tests.apis.recurring.model import NO_ANSWER, NO_LUCK, AgreementModel, ChargeModel, first_day, local
from tests.apis.recurring.shop import Shop, assert_refused
from tests.apis.recurring.told import Told
from tests.harness import CURRENCIES, START, Emulator

WAITS = {
    "PT1H": HOUR, "PT9M59.999S": 10 * MINUTE - 1, "PT10M": 10 * MINUTE, "P1D": DAY, "P3DT7H": 3 * DAY + 7 * HOUR,
    "P14D": 14 * DAY, "P30D": 30 * DAY, "P180D": 180 * DAY, "P365D": 365 * DAY,
}  # fmt: skip
WHICH = st.integers(0, 9)
PARTS = st.one_of(st.sampled_from([0, 1, 4_000, 6_000, 10_000]), st.integers(1_000, 11_000))
AMOUNTS = st.sampled_from([10_000, 10_000, NO_LUCK, NO_ANSWER])
DAYS = st.sampled_from([-1, 0, 0, 1, 5, 28, 29, 30, 40])
EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "12"))


class Remembering(Shop):
    """A shop that knows what it has sent under which key, and what came back."""

    def __init__(self, emulator: Emulator, msn: str) -> None:
        super().__init__(emulator, msn)
        self.sent: list[tuple[str, str, Any, str, httpx.Response]] = []

    def call(
        self, method: str, path: str, json: Any = None, *, key: str | None = None, **headers: str
    ) -> httpx.Response:
        if method == "GET":
            return super().call(method, path, json, **headers)
        key = f"sent-{len(self.sent)}"
        answer = super().call(method, path, json, key=key, **headers)
        self.sent.append((method, path, json, key, answer))
        return answer

    def again(self, which: int) -> None:
        """A request is sent once more, and gets its first answer."""
        method, path, json, key, first = self.sent[which % len(self.sent)]
        answer = super().call(method, path, json, key=key)
        assert (answer.status_code, answer.content) == (first.status_code, first.content)


class Lives(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.emulator = Emulator(self.loop)
        self.now, self.rich, self.made = START, True, 0
        self.agreements: list[AgreementModel] = []

    @initialize(msn=st.sampled_from(["123456", "223456"]), type_=st.sampled_from(["FLEXIBLE", "VARIABLE"]))
    def begin(self, msn: str, type_: str) -> None:
        self.shop, self.market, self.told = Remembering(self.emulator, msn), msn[0], Told(self.emulator, msn)
        configure(self.emulator, msn, unscheduled_charges_allowed=True)
        self.pricing: dict[str, Any] = {"type": type_, "currency": CURRENCIES[msn[0]]}
        if type_ == "VARIABLE":
            self.pricing["suggestedMaxAmount"] = 10_000
        self.draft("RESERVE_CAPTURE", 10_000)
        self.accept(0)
        self.charge(0, 0, 10_000, 2, direct=False)

    def teardown(self) -> None:
        if hasattr(self, "told"):
            self.check_events()
            self.check_transactions()
        self.emulator.close()
        self.loop.close()

    def one(self, which: int) -> AgreementModel:
        return self.agreements[which % len(self.agreements)]

    def charge_of(self, which: int) -> tuple[AgreementModel, ChargeModel]:
        known = [(agreement, charge) for agreement in self.agreements for charge in agreement.charges]
        return known[-1 - which % len(known)]

    def order_id(self) -> str:
        self.made += 1
        return f"order-{self.made:04d}"

    # What merchants do

    @precondition(lambda self: len(self.agreements) < 3)
    @rule(kind=st.sampled_from([None, "RESERVE_CAPTURE", "DIRECT_CAPTURE"]), amount=AMOUNTS)
    def draft(self, kind: str | None, amount: int) -> None:
        order = self.order_id()
        initial = {"amount": amount, "description": "First", "transactionType": kind, "orderId": order}
        id_ = self.shop.drafted(pricing=self.pricing, initialCharge=initial if kind else None)
        model = AgreementModel(id_, self.now)
        if kind is not None:
            day = local(self.now, self.market).date()
            model.initial = ChargeModel(order, self.market, "INITIAL", amount, kind == "DIRECT_CAPTURE", day)
            model.charges.append(model.initial)
        self.agreements.append(model)
        self.check(model)

    @rule(which=WHICH)
    def accept(self, which: int) -> None:
        model = self.one(which)
        answer = self.shop.accept(model.id)
        if model.accept(self.now, rich=self.rich):
            assert (answer.status_code, answer.content) == (204, b"")
        else:
            assert_refused(answer, 400, "operation-failed")
        self.check(model)

    @precondition(lambda self: self.made < 12)
    @rule(which=WHICH, days=DAYS, amount=AMOUNTS, retry_days=st.sampled_from([0, 0, 2, 14]), direct=st.booleans())
    def charge(self, which: int, days: int, amount: int, retry_days: int, *, direct: bool) -> None:
        model, order = self.one(which), self.order_id()
        due = first_day(self.now, self.market) + datetime.timedelta(days=days)
        kind = "DIRECT_CAPTURE" if direct else "RESERVE_CAPTURE"
        fields = {"retryDays": retry_days, "transactionType": kind, "orderId": order}
        answer = self.shop.charge(model.id, str(due), amount, **fields)
        if days < 0:
            assert_refused(answer, 400, "charge-due-too-soon")
        elif model.status != "ACTIVE":
            assert_refused(answer, 400, "charge-creation-failed")
        else:
            assert (answer.status_code, answer.json()) == (201, {"chargeId": order})
            made = ChargeModel(order, self.market, "RECURRING", amount, direct, due, retry_days)
            made.pass_time(self.now, rich=self.rich)
            model.charges.append(made)
        self.check(model)

    @precondition(lambda self: self.made < 12)
    @rule(which=WHICH, amount=AMOUNTS, direct=st.booleans())
    def charge_at_once(self, which: int, amount: int, *, direct: bool) -> None:
        model, order = self.one(which), self.order_id()
        kind = "DIRECT_CAPTURE" if direct else "RESERVE_CAPTURE"
        fields: dict[str, Any] = {"retryDays": None, "transactionType": kind, "orderId": order, "type": "UNSCHEDULED"}
        answer = self.shop.charge(model.id, None, amount, **fields)
        if model.status != "ACTIVE":
            assert_refused(answer, 400, "charge-creation-failed")
        else:
            assert answer.status_code == 201
            day = local(self.now, self.market).date()
            made = ChargeModel(order, self.market, "UNSCHEDULED", amount, direct, day)
            made.attempt(self.now, rich=self.rich)
            model.charges.append(made)
        self.check(model)

    @rule(which=WHICH, value=PARTS)
    def capture(self, which: int, value: int) -> None:
        model, charge = self.charge_of(which)
        self.settled(model, self.shop.capture(model.id, charge.id, value), charge.capture(value, self.now))

    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        model, charge = self.charge_of(which)
        self.settled(model, self.shop.cancel(model.id, charge.id), charge.cancel())

    @rule(which=WHICH, value=PARTS)
    def refund(self, which: int, value: int) -> None:
        model, charge = self.charge_of(which)
        self.settled(model, self.shop.refund(model.id, charge.id, value), charge.refund(value, self.now))

    def settled(self, model: AgreementModel, answer: Any, problem: str | None) -> None:
        if problem is None:
            assert (answer.status_code, answer.content) == (204, b"")
        else:
            assert_refused(answer, 409 if problem == "conflict" else 400, problem)
        self.check(model)

    @rule(which=WHICH)
    def stop(self, which: int) -> None:
        model = self.one(which)
        answer = self.shop.patch(model.id, status="STOPPED")
        if model.status == "ACTIVE":
            assert answer.status_code == 204
            model.stop("MERCHANT")
        else:
            assert_refused(answer, 400, "illegal-agreement-update")
        self.check(model)

    @rule(which=st.integers(0, 40))
    def repeat(self, which: int) -> None:
        self.shop.again(which)
        for model in self.agreements:
            self.check(model)

    # What customers and time do

    @rule(which=WHICH)
    def accept_by_hand(self, which: int) -> None:
        """Unlike a forced acceptance, a declined one leaves the draft waiting for another card."""
        model = self.one(which)
        taken = self.played(model, "accept", waiting=True)
        if taken and (model.initial is None or model.initial.attempt(self.now, rich=self.rich)):
            model.activate()
        self.check(model)

    @rule(which=WHICH)
    def reject(self, which: int) -> None:
        model = self.one(which)
        if self.played(model, "reject", waiting=True):
            model.reject()
        self.check(model)

    @rule(which=WHICH, actor=st.sampled_from(["USER", "USER", "ADMIN"]))
    def leave(self, which: int, actor: str) -> None:
        model = self.one(which)
        if self.played(model, "stop", {"by": actor}):
            model.stop(actor)
        self.check(model)

    def played(self, model: AgreementModel, action: str, content: Any = None, *, waiting: bool = False) -> bool:
        """Whether the control API could do this, to a draft that waits or else to an agreement that runs."""
        possible = model.status == "PENDING" and not model.processing if waiting else model.status == "ACTIVE"
        answer = self.emulator.control("POST", f"/agreements/{model.id}/{action}", content or {})
        assert answer.status_code == (200 if possible else 409), answer.text
        return possible

    @rule()
    def spend_or_earn(self) -> None:
        self.rich = not self.rich
        habit = {"payment": "by-hand"} if self.rich else {"payment": "declines", "payment_delay": 0}
        set_customer(self.emulator, self.shop.customer, **habit)

    @rule(wait=st.sampled_from(sorted(WAITS)))
    def wait(self, wait: str) -> None:
        self.emulator.advance(wait)
        self.now += WAITS[wait]
        for model in self.agreements:
            model.pass_time(self.now, rich=self.rich)
            self.check(model)

    # What has to hold

    def check(self, model: AgreementModel) -> None:
        """What the server shows is what the model says, and the money adds up."""
        shown = self.shop.agreement(model.id)
        assert (shown["status"], shown["start"] is not None, shown["stop"] is not None) == (
            model.status, model.started, model.stopped,
        )  # fmt: skip
        charges = {each["id"]: each for each in self.shop.got(f"/agreements/{model.id}/charges")}
        assert list(charges) == [each.id for each in model.charges]
        for each in model.charges:
            self.check_charge(charges[each.id], each)

    def check_charge(self, shown: dict[str, Any], model: ChargeModel) -> None:
        summary = shown["summary"]
        assert (shown["status"], shown["type"]) == (model.state, model.type)
        assert summary == {"captured": model.captured, "refunded": model.refunded, "cancelled": model.cancelled}
        assert 0 <= summary["refunded"] <= summary["captured"] <= model.amount - summary["cancelled"]
        assert (shown["failureReason"] is not None) is model.failed
        assert [(each["event"], each["amount"]) for each in shown["history"]] == model.log
        sums: Counter[str] = Counter()
        for each in shown["history"]:
            sums[each["event"]] += each["amount"]
        assert (sums["CAPTURE"], sums["REFUND"], sums["CANCEL"]) == (
            summary["captured"], summary["refunded"], summary["cancelled"],
        )  # fmt: skip
        assert sums["RESERVE"] in (0, model.amount), "charged twice"
        if model.direct:
            assert sums["CAPTURE"] in (0, model.amount), "charged twice"
        times = [each["occurred"] for each in shown["history"]]
        assert times == sorted(times)

    def check_events(self) -> None:
        """Merchants were told what has happened, no more and no less, in order."""
        contents = self.told.contents
        for model in self.agreements:
            mine = [each for each in contents if each["agreementId"] == model.id]
            assert [each["occurred"] for each in mine] == sorted(each["occurred"] for each in mine)
            assert [(self.short(each), each["actor"]) for each in mine if "actor" in each] == model.told
            for charge in model.charges:
                assert [
                    (self.short(each), each["amountCaptured"], each["amountCanceled"], each["amountRefunded"])
                    for each in mine
                    if each.get("chargeId") == charge.id
                ] == charge.told
        assert len(contents) == sum(
            len(model.told) + sum(len(each.told) for each in model.charges) for model in self.agreements
        )

    @staticmethod
    def short(content: dict[str, Any]) -> str:
        return str(content["eventType"].removeprefix("recurring.").removesuffix(".v1"))

    def check_transactions(self) -> None:
        """Each movement of money has a number of its own."""
        moved = [
            each["transactionId"]
            for model in self.agreements
            for charge in self.shop.got(f"/agreements/{model.id}/charges")
            for each in charge["history"]
            if "transactionId" in each
        ]
        assert len(moved) == len(set(moved))


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=EXAMPLES, stateful_step_count=20, deadline=None)
