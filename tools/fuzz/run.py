"""Asks one server for everything by chance, and says what is wrong with an answer."""

import contextlib
import http.client
import json
import random
import re
import time
from base64 import b64encode
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from mockserver.world import files
from mockserver.world.variables import partner_variables
from tools.fuzz import targets
from tools.fuzz.forms import Seen
from tools.fuzz.making import Maker, Request
from tools.served import Broken, Served, serving

ADMIN = "fuzzing"
SETUPS: Final[dict[str, tuple[str, ...]]] = {
    "plain": (),
    "data-strict": ("--strict",),
    "any": ("--auth", "any", "--rate-limits", "--processing-time", "0.001"),
    "scenarios": tuple(f"--scenario={name}" for name in ("declines", "flaky-network", "ambiguous-outcomes")),
    "log": (),
    "admin": ("--admin-token", ADMIN),
}
_RUNNING = frozenset({"any"})
"""Where operations take time by the emulator's clock, which must not stand still."""
_FREEZE = "/_mock/clock/freeze"
_HANG = 20.0
"""Seconds in which everything is answered; nothing here asks for longer ones."""
_RESET = 400
"""Requests after which the world is put back."""
_SAMPLE = 40
"""One of so many refusals is looked at for what it changed."""
_GROWTH = 300 * 1024
"""KiB that a server may have grown by after ``_WARM`` requests."""
_WARM = 5000
_STAY = frozenset({"customers", "merchants", "partners", "payments", "product_orders", "sales_units", "consents"})
"""What no refusal changes. Kept answers, failed attempts and counts of rules are changed by some."""
_LET_IN = {"any": frozenset({"merchants", "sales_units"})}
"""What there may be more of after one, by set-up: with ``--auth any``, who is new is let in before anything else."""
_FORM = re.compile(r'name="(\w+)" value="([^"]*)"')
_LARGEST_PAGE = 50_000
_EXPECTED = frozenset({501, 502, 503, 507})
"""A full store, and what a merchant's server is to blame for."""


@dataclass
class Run:
    """A server of one set-up, and what was asked of it."""

    setup: str
    seed: int
    served: Served
    maker: Maker
    counts: Counter[str] = field(default_factory=Counter)
    connection: http.client.HTTPConnection | None = None
    callers: list[dict[str, str]] = field(default_factory=list)
    browser: Seen = field(default_factory=Seen)

    @property
    def admin(self) -> dict[str, str]:
        """What the control API wants to see."""
        return {"Authorization": f"Bearer {ADMIN}"} if self.setup == "admin" else {}

    def ask(self, request: Request) -> tuple[int, bytes]:
        """Status and body; 0 when the connection was closed instead, as faults do; raises Broken for a hang."""
        new = http.client.HTTPConnection(urlsplit(self.served.url).netloc, timeout=_HANG)
        connection = self.connection = self.connection or new
        try:
            body = request.body.encode("utf-8", "surrogatepass")
            connection.request(request.method, request.path, body, request.headers)
            answer = connection.getresponse()
            for said in answer.headers.get_all("Set-Cookie") or ():
                self.browser.cookie(said)
            if 300 < answer.status < 400 and (to := answer.headers.get("Location", "")).startswith("/"):
                self.browser.link(to)
            if answer.headers.get_content_type() == "text/event-stream":  # which has no end
                connection.close()
                self.connection = None
                return answer.status, b""
            return answer.status, answer.read()
        except TimeoutError:
            raise Broken("a hang") from None
        except (OSError, http.client.HTTPException):
            connection.close()
            self.connection = None
            if self.served.process.poll() is not None:
                raise Broken(f"the server has ended: {self.served.told()}") from None
            return 0, b""

    def control(self, method: str, path: str, content: Any = None) -> Any:
        """A call of the fuzzer's own."""
        headers = self.admin | {"Content-Type": "application/json"}
        body = "" if content is None else json.dumps(content)
        status, answer = self.ask(Request(method, f"/_mock{path}", headers, body))
        if not status:  # the connection was an old one
            status, answer = self.ask(Request(method, f"/_mock{path}", headers, body))
        if status != 200:
            raise Broken(f"{method} /_mock{path} of the fuzzer itself is {status}: {answer[:300]!r}")
        return json.loads(answer)

    def begin(self) -> None:
        """The world as it was at first, with its keys, and names to ask for."""
        self.control("POST", "/reset", {})
        state = self.control("GET", "/state")
        for kind in ("customers", "sales_units", "merchants", "partners"):
            self.maker.learn(kind, state[kind])
        self.maker.learn("msn", self.served.variables["VIPPS_MSN"])
        self.callers = [{}, *self._callers()]

    def _callers(self) -> list[dict[str, str]]:
        """Keys alone, and with tokens, of a merchant, a partner, and a partner's management."""
        told, found = self.served.variables | partner_variables(files.packaged()), []
        for name in ("", "PARTNER_"):
            key = {"Ocp-Apim-Subscription-Key": told[f"VIPPS_{name}SUBSCRIPTION_KEY"]}
            ids = {"client_id": told[f"VIPPS_{name}CLIENT_ID"], "client_secret": told[f"VIPPS_{name}CLIENT_SECRET"]}
            token = self._token("/accesstoken/get", ids | key, "")
            found += [ids | key, token | key | {"Merchant-Serial-Number": told["VIPPS_MSN"]}]
        pair = f"{told['VIPPS_MANAGEMENT_CLIENT_ID']}:{told['VIPPS_MANAGEMENT_CLIENT_SECRET']}"
        basic = {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
        form = basic | {"Content-Type": "application/x-www-form-urlencoded"}
        return [*found, basic, self._token("/miami/v1/token", form, "grant_type=client_credentials")]

    def _token(self, path: str, headers: dict[str, str], body: str) -> dict[str, str]:
        status, answer = self.ask(Request("POST", path, headers, body))
        return {"Authorization": f"Bearer {json.loads(answer)['access_token']}"} if status == 200 else {}

    def step(self, target: targets.Target) -> None:
        """Make a request, send it, and look at the answer."""
        chance = self.maker.chance
        request = self._visit(target) if target.kind == "page" else self._call(target)
        looked_at = chance.random() < 1 / _SAMPLE
        before = self._kept() if looked_at else None
        try:
            status, body = self.ask(request)
            self._judge(request, status, body)
            if before is not None and 400 <= status < 500 and (changed := self._changed(before)):
                raise Broken(f"a refusal ({status}) changed {changed}")
            self.counts["refusals compared"] += looked_at and 400 <= status < 500
        except Broken as error:
            raise Broken(f"{error}\n--setup {self.setup} --replay {json.dumps(request.line())}") from None

    def _call(self, target: targets.Target) -> Request:
        chance = self.maker.chance
        caller = self.admin if target.kind == "control" and chance.random() < 0.95 else chance.choice(self.callers)
        return self.maker.request(target, caller)

    def _visit(self, target: targets.Target) -> Request:
        """What a browser does next that has seen some pages, or knows nothing but the routing table."""
        chance, keys = self.maker.chance, self.browser.header
        if chance.random() < 0.8:
            keys |= self.admin
        if target.method == "POST" and self.browser.forms and chance.random() < 0.8:
            return self.maker.filled(chance.choice([*self.browser.forms.values()]), keys)
        if target.method == "GET" and self.browser.links and chance.random() < 0.6:
            return Request("GET", chance.choice([*self.browser.links]), keys, "")
        return self.maker.request(target, keys)

    def _judge(self, request: Request, status: int, body: bytes) -> None:
        self.counts["requests"] += 1
        self.counts[f"{status // 100}xx" if status else "closed"] += 1
        if status >= 500 and status not in _EXPECTED and not self._meant(request):
            raise Broken(f"{status}: {body[:300]!r} {self.served.told()}")
        if not status and self.setup != "scenarios" and "X-Mock-Fault" not in request.headers and not self._rules():
            self.counts["closed without a rule"] += 1
        if body[:1] in b"{[" and len(body) < 50_000:
            with contextlib.suppress(ValueError, RecursionError):
                self.maker.learn("", json.loads(body))
        if body[:20].lstrip()[:1] == b"<":
            self._read(request.path, body[:_LARGEST_PAGE].decode("utf-8", "replace"))

    def _read(self, path: str, page: str) -> None:
        self.browser.page(path, page)
        for name, value in _FORM.findall(page):
            self.maker.learn(name, value)

    def _meant(self, request: Request) -> bool:
        """Whether a rule or an inbox was told to answer so."""
        if request.path.startswith("/_mock/inbox/"):
            return True
        newest = self.control("GET", "/requests?limit=1")["requests"]
        return bool(newest and newest[0].get("scenario"))

    def _rules(self) -> bool:
        return bool(self.control("GET", "/scenarios").get("rules"))

    def _kept(self) -> dict[str, Any]:
        if self.setup not in _RUNNING:
            self.control("POST", "/clock/freeze", {})
        state = self.control("GET", "/state")
        return {kind: state[kind] for kind in _STAY - _LET_IN.get(self.setup, frozenset())}

    def _changed(self, before: dict[str, Any]) -> list[str]:
        after = self.control("GET", "/state")
        return sorted(kind for kind in before if _plain(before[kind]) != _plain(after[kind]))


def _plain(entries: list[dict[str, Any]]) -> str:
    # A failed attempt is an event, and so are the counts of what was tried.
    dropped = ("events", "attempts", "tries")
    return json.dumps([{name: each for name, each in entry.items() if name not in dropped} for entry in entries])


def fuzz(setup: str, seed: int, requests: int, seconds: float, folder: Path) -> Counter[str]:
    """What was counted in so many requests or seconds, whichever are over first; raises Broken."""
    options = [*SETUPS[setup], "--seed", str(seed), "--allowed-hosts", "127.0.0.1"]
    if setup == "data-strict":
        options += ["--data", str(folder / "data")]
    log = folder / f"{setup}.log"
    with serving(*options, log=log, access_log="text" if setup == "log" else "off") as served:
        run = Run(setup, seed, served, Maker(random.Random(f"{setup} {seed}")))
        every = [each for each in targets.find(served.url, run.admin) if setup not in _RUNNING or each.path != _FREEZE]
        until, grown_from = time.monotonic() + seconds, 0
        while run.counts["requests"] < requests and time.monotonic() < until:
            run.begin()
            for _ in range(_RESET):
                run.step(run.maker.chance.choice(every))
            if not grown_from and run.counts["requests"] >= _WARM:
                grown_from = served.resident()
            if grown_from and served.resident() - grown_from > _GROWTH:
                raise Broken(f"{setup}: memory grew from {grown_from:,} to {served.resident():,} KiB")
        run.counts["KiB at the end"] = served.resident()
    return run.counts
