"""Random histories over HTTP, against a model of a payment that is as simple as the guide."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from mockserver.core.instants import DAY, MINUTE
from tests.harness import START, Emulator, amount, body, code_of

RESERVE, DIRECT, FULL_ONLY = "123456", "123458", "223457"
CAPTURE_PERIOD = {RESERVE: 180 * DAY, DIRECT: 180 * DAY, FULL_ONLY: 14 * DAY}
WAITS = {"PT1M": MINUTE, "PT9M59.999S": 10 * MINUTE - 1, "PT10M": 10 * MINUTE, "P14D": 14 * DAY, "P180D": 180 * DAY}
CONFLICTS = {"payments": "4020", "capture": "4010", "refund": "4150", "cancel": "4020", "approve": "4020"}
WHICH = st.integers(0, 3)
PARTS = st.one_of(st.sampled_from([0, 1, 123, 124, 500, 5_000, 10_000]), st.integers(1, 11_000))


@dataclass
class Model:
    """What a payment has to look like."""

    reference: str
    msn: str
    value: int
    expires_at: int
    state: str = "CREATED"
    authorized: int = 0
    captured: int = 0
    refunded: int = 0
    cancelled: int = 0
    deadline: int = 0
    captured_at: int = 0
    log: list[tuple[str, int, bool]] = field(default_factory=list)

    @property
    def rest(self) -> int:
        return self.authorized - self.captured - self.cancelled

    def note(self, name: str, value: int, *, success: bool = True) -> None:
        self.log.append((name, value, success))

    def end(self, state: str) -> None:
        self.state = state
        self.note(state, self.value)

    def release(self) -> None:
        self.note("CANCELLED", self.rest)
        self.cancelled += self.rest

    def pass_time(self, now: int) -> None:
        if self.state == "CREATED" and now >= self.expires_at:
            self.end("EXPIRED")
        elif self.state == "AUTHORIZED" and self.rest and now >= self.deadline:
            self.release()

    def approve(self, now: int) -> str | None:
        if self.state != "CREATED":
            return "6230" if self.state == "AUTHORIZED" else "10020"
        if self.value == 151:
            self.note("AUTHORIZED", self.value, success=False)
            return "10010"
        self.state, self.authorized, self.authorized_at = "AUTHORIZED", self.value, now
        self.deadline = now + CAPTURE_PERIOD[self.msn]
        self.note("AUTHORIZED", self.value)
        return None

    def capture(self, value: int, now: int) -> str | None:
        if self.state != "AUTHORIZED":
            return {"CREATED": "6080", "TERMINATED": "6070"}.get(self.state, "6200")
        wrong = {
            "4040": value == 0,
            "6170": self.captured == self.authorized,
            "6100": now >= self.deadline,
            "6070": self.rest == 0,
            "6090": value > self.rest,
            "6140": self.msn == FULL_ONLY and value != self.authorized,
        }
        for code, applies in wrong.items():
            if applies:
                return code
        self.captured += value
        self.note("CAPTURED", value)
        return None

    def refund(self, value: int, now: int) -> str | None:
        if self.state != "AUTHORIZED":
            return "6020" if self.state == "CREATED" else "6210"
        wrong = {
            "4040": value == 0,
            "6220": bool(self.captured) and now >= self.authorized_at + 365 * DAY,
            "6180": bool(self.captured) and self.refunded == self.captured,
            "6150": value > self.captured - self.refunded,
        }
        for code, applies in wrong.items():
            if applies:
                return code
        self.note("REFUNDED", value, success=value not in (123, 124))
        if value in (123, 124):
            return "5100" if value == 123 else "6220"
        self.refunded += value
        return None

    def cancel(self, now: int, *, transaction_only: bool) -> str | None:
        if self.state == "CREATED":
            self.end("TERMINATED")
            return None
        if self.state != "AUTHORIZED":
            return "6190" if self.state == "TERMINATED" else "6050"
        wrong = {
            "6060": transaction_only,
            "6040": self.captured == self.authorized,
            "6030": now >= self.deadline,
            "6190": self.rest == 0,
        }
        for code, applies in wrong.items():
            if applies:
                return code
        self.release()
        return None


@dataclass(frozen=True)
class Sent:
    """A request that was answered under its key."""

    path: str
    content: Any
    msn: str
    key: str
    answer: httpx.Response


class Histories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.emulator = Emulator(self.loop)
        self.now = START
        self.payments: list[Model] = []
        self.sent: list[Sent] = []

    def teardown(self) -> None:
        seen = Counter(each["pspReference"] for payment in self.payments for each in self.check(payment))
        assert not [number for number, times in seen.items() if times > 1]
        self.emulator.close()
        self.loop.close()

    def send(self, path: str, content: Any, msn: str) -> httpx.Response:
        key = f"key-{len(self.sent)}"
        answer = self.emulator.api("POST", path, content, msn=msn, key=key)
        self.sent.append(Sent(path, content, msn, key, answer))
        return answer

    def act(self, payment: Model, action: str, content: Any, code: str | None) -> None:
        """Send an action that the model has just taken or refused with this code."""
        test = "/test" if action == "approve" else ""
        answer = self.send(f"{test}/payments/{payment.reference}/{action}", content, payment.msn)
        if code is None:
            assert answer.status_code == 200, answer.text
        else:
            assert (answer.status_code, code_of(answer)) == (400, code)
        self.check(payment)

    def check(self, payment: Model) -> list[dict[str, Any]]:
        """What the server shows is what the model says, and the money adds up; gives the event log."""
        content = self.emulator.get(payment.reference, msn=payment.msn)
        assert content["state"] == payment.state
        shown = {name.removesuffix("Amount"): part["value"] for name, part in content["aggregate"].items()}
        assert shown == {
            "authorized": payment.authorized,
            "captured": payment.captured,
            "refunded": payment.refunded,
            "cancelled": payment.value if payment.state == "TERMINATED" else payment.cancelled,
        }
        assert min(shown.values()) >= 0
        if payment.state == "AUTHORIZED":
            assert shown["captured"] + shown["cancelled"] <= shown["authorized"]
        assert shown["refunded"] <= shown["captured"]
        events = self.emulator.events(payment.reference, msn=payment.msn)
        assert [(each["name"], each["amount"]["value"], each["success"]) for each in events] == payment.log
        sums: Counter[str] = Counter()
        for each in events:
            if each["success"]:
                name = "cancelled" if each["name"] == "TERMINATED" else each["name"].lower()
                sums[name] += each["amount"]["value"]
        assert {name: sums[name] for name in shown} == shown
        assert events[0]["pspReference"] == content["pspReference"]
        times = [each["timestamp"] for each in events]
        assert times == sorted(times)
        return events

    def payment(self, which: int) -> Model:
        return self.payments[which % len(self.payments)]

    @initialize(msn=st.sampled_from([RESERVE, RESERVE, DIRECT, FULL_ONLY]))
    def begin(self, msn: str) -> None:
        self.create(msn, 10_000)

    @precondition(lambda self: len(self.payments) < 4)
    @rule(msn=st.sampled_from([RESERVE, RESERVE, DIRECT, FULL_ONLY]), value=st.sampled_from([10_000, 1_000, 151]))
    def add(self, msn: str, value: int) -> None:
        self.create(msn, value)

    def create(self, msn: str, value: int) -> None:
        reference = f"reference-{len(self.payments)}"
        payment = Model(reference, msn, value, self.now + 10 * MINUTE, log=[("CREATED", value, True)])
        self.payments.append(payment)
        content = body(reference, msn=msn, amount=amount(value, msn))
        assert self.send("/payments", content, msn).status_code == 201
        self.check(payment)

    @rule(which=WHICH)
    def approve(self, which: int) -> None:
        payment = self.payment(which)
        self.act(payment, "approve", None, payment.approve(self.now))

    @rule(which=WHICH, end=st.sampled_from(["decline", "abort", "expire"]))
    def do_as_customer_or_time(self, which: int, end: str) -> None:
        payment = self.payment(which)
        answer = self.emulator.control("POST", f"/payments/{payment.msn}/{payment.reference}/{end}")
        assert answer.status_code == (200 if payment.state == "CREATED" else 409)
        if payment.state == "CREATED" and end == "decline":
            payment.note("AUTHORIZED", payment.value, success=False)
        elif payment.state == "CREATED":
            payment.end({"abort": "ABORTED", "expire": "EXPIRED"}[end])
        self.check(payment)

    @rule(which=WHICH, value=PARTS)
    def capture(self, which: int, value: int) -> None:
        payment = self.payment(which)
        content = {"modificationAmount": amount(value, payment.msn)}
        self.act(payment, "capture", content, payment.capture(value, self.now))

    @rule(which=WHICH, value=PARTS)
    def refund(self, which: int, value: int) -> None:
        payment = self.payment(which)
        content = {"modificationAmount": amount(value, payment.msn)}
        self.act(payment, "refund", content, payment.refund(value, self.now))

    @rule(which=WHICH, only=st.sampled_from([False, False, True]))
    def cancel(self, which: int, only: bool) -> None:
        payment = self.payment(which)
        content = {"cancelTransactionOnly": True} if only else None
        self.act(payment, "cancel", content, payment.cancel(self.now, transaction_only=only))

    @rule(wait=st.sampled_from(sorted(WAITS)))
    def advance(self, wait: str) -> None:
        self.emulator.advance(wait)
        self.now += WAITS[wait]
        for payment in self.payments:
            payment.pass_time(self.now)
            self.check(payment)

    @rule(which=st.integers(0, 30))
    def repeat(self, which: int) -> None:
        first = self.sent[which % len(self.sent)]
        answer = self.emulator.api("POST", first.path, first.content, msn=first.msn, key=first.key)
        assert (answer.status_code, answer.content) == (first.answer.status_code, first.answer.content)
        for payment in self.payments:
            self.check(payment)

    @rule(which=st.integers(0, 30))
    def repeat_with_another_body(self, which: int) -> None:
        first = self.sent[which % len(self.sent)]
        other = {"modificationAmount": amount(7, first.msn)}
        answer = self.emulator.api("POST", first.path, other, msn=first.msn, key=first.key)
        assert (answer.status_code, code_of(answer)) == (409, CONFLICTS[first.path.rpartition("/")[2]])
        for payment in self.payments:
            self.check(payment)


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
