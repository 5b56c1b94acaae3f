"""The tools that try a server from outside see what they are there to see."""

import random
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest

from tests.end_to_end.running import Running, serving
from tools.fuzz.making import Maker, Request
from tools.fuzz.run import Run
from tools.fuzz.targets import Target, find
from tools.kill.shop import Payment, Shop
from tools.served import Broken, Served


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with serving() as running:
        yield running


def test_everything_that_is_routed_is_asked_for(running: Running) -> None:
    found = find(running.url, {})
    asked = {(target.method, target.path) for target in found}
    assert {
        ("POST", "/epayment/v1/payments"),
        ("POST", "/_mock/reset"),
        ("GET", "/landing"),
        ("POST", "/wallet/{phone}"),
        ("GET", "/openapi"),
        ("POST", "/accesstoken/get"),
    } <= asked
    assert sum(target.kind == "control" for target in found) > 80
    assert len(found) > 130


def test_the_same_seed_asks_the_same(running: Running) -> None:
    every = find(running.url, {})
    first, second, other = (
        [maker.request(target, {"A": "b"}).line() for target in every]
        for maker in (Maker(random.Random(seed)) for seed in (1, 1, 2))
    )
    assert first == second
    assert first != other


def test_all_documents_are_asked_for(running: Running) -> None:
    kinds = {target.kind for target in find(running.url, {})}
    assert {"access-token", "epayment", "login", "management", "recurring", "userinfo", "webhooks"} <= kinds
    assert {"control", "page"} <= kinds


def test_forms_are_filled_in_with_what_pages_offer(running: Running) -> None:
    told = SimpleNamespace(url=running.url, told=lambda: "", variables={})
    run = Run("plain", 3, cast("Served", told), Maker(random.Random(3)), callers=[{}])
    run.step(Target("page", "GET", "/portal"))
    ways = {form.fields["action"][0]: form for form in run.browser.forms.values() if form.path == "/portal"}
    assert {"merchant", "partner", "register"} <= set(ways)
    assert any("merchant-no-2" in each for each in ways["merchant"].fields["merchantUser"])
    run.maker.chance.random = lambda: 0.1  # type: ignore[method-assign]
    run.browser.forms = {("", ()): ways["partner"]}
    run.step(Target("page", "POST", "/portal", form=True))
    assert "mock_portal" in run.browser.cookies
    status, page = run.ask(Request("GET", "/portal", run.browser.header, ""))
    assert (status, b"Companies that have let you in" in page) == (200, True)
    if run.connection is not None:
        run.connection.close()


class Wrong(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        own = self.path.startswith("/_mock/")
        content = b'{"requests": []}' if own else b"wrong"
        self.send_response(200 if own else 500)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        pass


def test_a_500_is_a_finding_that_can_be_asked_for_again(tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Wrong)
    Thread(target=server.serve_forever, daemon=True).start()
    told = SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}", told=lambda: "", variables={})
    maker = Maker(random.Random(3))
    run = Run("plain", 3, cast("Served", told), maker, callers=[{}])
    maker.chance.random = lambda: 0.5  # type: ignore[method-assign]
    with pytest.raises(Broken, match=r"500: b'wrong'.*\n--setup plain --replay .*landing"):
        run.step(Target("page", "GET", "/landing"))
    if run.connection is not None:
        run.connection.close()
    server.shutdown()
    server.server_close()


def test_a_payment_that_is_lost_or_changed_is_seen(running: Running) -> None:
    shop = Shop(cast("Served", running))
    payment = Payment("seen-again")
    shop.go_through(payment, cast("random.Random", SimpleNamespace(randint=lambda least, most: most)))
    assert shop.check(payment) == 4

    payment.changes[2].status = None
    assert shop.check(payment) == 4
    payment.changes.append(payment.changes[3])  # as if it had been done twice
    with pytest.raises(Broken, match="holds"):
        shop.check(payment)
    payment.changes[0].answer = b"another"
    with pytest.raises(Broken, match="was 201 b'another'"):
        shop.check(payment)
    httpx.post(f"{running.url}/_mock/reset", trust_env=False)
    with pytest.raises(Broken, match="seen-again"):
        shop.check(payment)
    shop.close()
