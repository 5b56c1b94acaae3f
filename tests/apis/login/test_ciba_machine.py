"""Random histories of merchant-initiated logins over HTTP, against a model as simple as the guide."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from mockserver.apis.login.domain.backchannel import MOST_AT_ONCE
from tests.apis.login.client import CUSTOMER, query_of
from tests.apis.login.till import Till
from tests.harness import START, Emulator
from tests.webhooks.receivers import receivers_of, register, settle

PHONES = (CUSTOMER, "4798765432")
WHICH = st.integers(0, 50)
CODE_LIFE = 120_000


@dataclass
class Model:
    """What an authentication has to look like."""

    auth_req_id: str
    phone: str
    redirects: bool
    ends_at: int
    state: str = "pending"
    interval: int = 5
    polled_at: int | None = None
    code: str | None = None
    code_ends_at: int = 0

    def pass_time(self, now: int) -> None:
        if self.state == "pending" and now >= self.ends_at:
            self.state = "expired"
        kept_until = self.code_ends_at if self.redirects else self.ends_at
        if self.state == "confirmed" and now >= kept_until:
            self.state = "expired"

    def poll(self, now: int) -> str | None:
        """The error that the client gets, None for tokens."""
        if self.state == "confirmed":
            self.state = "exchanged"
            return None
        if self.state != "pending":
            return {"denied": "access_denied", "expired": "expired_token", "exchanged": "invalid_grant"}[self.state]
        early = self.polled_at is not None and now - self.polled_at < self.interval * 1000
        self.polled_at = now
        if early:
            self.interval += 5
        return "slow_down" if early else "authorization_pending"


class Histories(RuleBasedStateMachine):
    """Starts, polls, redeems, answers and waits in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.emulator = Emulator(self.loop)
        self.till = Till(self.emulator)
        self.receivers = receivers_of(self.emulator)
        self.known: list[Model] = []
        self.pinged: list[str] = []
        self.now = START

    def teardown(self) -> None:
        settle(self.emulator)
        assert [each.content["auth_req_id"] for each in self.receivers.received] == self.pinged
        self.emulator.close()
        self.loop.close()

    @initialize()
    def listen(self) -> None:
        register(self.emulator, events=["login.merchant-initiated.ping.v1"])

    @rule(phone=st.sampled_from(PHONES), seconds=st.sampled_from([60, 61, 600, 900]), redirects=st.booleans())
    def begin(self, phone: str, seconds: int, redirects: bool) -> None:
        waiting = [each for each in self.known if each.phone == phone and each.state == "pending"]
        fields: dict[str, Any] = {"requested_expiry": str(seconds)}
        if redirects:
            fields |= {"requested_flow": "login_to_webpage", "redirect_uri": self.till.redirect_uri}
        answer = self.till.ask(phone, **fields)
        if len(waiting) >= MOST_AT_ONCE:
            assert answer.status_code == 429
            first = min(each.ends_at for each in waiting)
            assert int(answer.headers["retry-after"]) == -(-(first - self.now) // 1000)
            return
        assert answer.status_code == 200
        auth_req_id = answer.json()["auth_req_id"]
        self.known.append(Model(auth_req_id, phone, redirects, self.now + seconds * 1000))

    def pick(self, which: int) -> Model:
        return self.known[which % len(self.known)]

    @precondition(lambda self: self.known)
    @rule(which=WHICH)
    def poll(self, which: int) -> None:
        model = self.pick(which)
        self.expect(self.till.poll(model.auth_req_id), model.poll(self.now))

    def expect(self, answer: httpx.Response, error: str | None) -> None:
        assert answer.status_code == (200 if error is None else 400), answer.text
        assert answer.json().get("error") == error

    @precondition(lambda self: any(each.code for each in self.known))
    @rule(which=WHICH)
    def redeem(self, which: int) -> None:
        with_code = [each for each in self.known if each.code]
        model = with_code[which % len(with_code)]
        error = None if model.state == "confirmed" else "invalid_grant"
        if error is None:
            model.state = "exchanged"
        self.expect(self.till.redeem(model.code or ""), error)

    @precondition(lambda self: self.known)
    @rule(which=WHICH, action=st.sampled_from(["confirm", "confirm", "deny", "old-app"]))
    def answer(self, which: int, action: str) -> None:
        model = self.pick(which)
        answer = self.emulator.control("POST", f"/ciba/{model.auth_req_id}/{action}", {})
        if model.state != "pending":
            assert answer.status_code == 409
            return
        assert answer.status_code == 200
        model.state = "confirmed" if action == "confirm" else "denied"
        assert answer.json()["state"] == model.state
        if model.state == "confirmed" and model.redirects:
            model.code, model.code_ends_at = query_of(answer.json()["redirectTo"])["code"], self.now + CODE_LIFE
        elif model.state == "confirmed":
            self.pinged.append(model.auth_req_id)
            settle(self.emulator)

    @rule(seconds=st.sampled_from([1, 4, 5, 10, 59, 60, 119, 120, 600]))
    def wait(self, seconds: int) -> None:
        self.till.wait(seconds)
        self.now += seconds * 1000
        for model in self.known:
            model.pass_time(self.now)

    @precondition(lambda self: self.known)
    @rule()
    def look(self) -> None:
        listed = self.emulator.control("GET", "/ciba?limit=1000").json()["authentications"]
        shown = [(each["authReqId"], each["customer"], each["state"], each["interval"]) for each in listed]
        assert shown == [(each.auth_req_id, each.phone, each.state, each.interval) for each in reversed(self.known)]
        for phone in PHONES:
            page = self.emulator.request("GET", f"/wallet/{phone}").text
            pending = sum(each.phone == phone and each.state == "pending" for each in self.known)
            assert page.count('name="login"') == pending


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
