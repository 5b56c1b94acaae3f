"""A whole server inside the test process: real bytes through the real application, on a clock that stands still."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx

from mockserver.app import PRODUCTS, Server, build
from mockserver.core.clock import Clock
from mockserver.products import Products
from mockserver.settings import Settings
from mockserver.state.snapshots import Snapshots
from mockserver.world import files
from mockserver.world.domain.merchant import KeySet, SalesUnit
from mockserver.world.domain.world import World

START = 1_900_000_000_000
"""What the clock shows at first, in milliseconds since 1970 (UTC)."""
ORIGIN = "http://emulator.test"

WORLD: World = files.packaged()


class Emulator:
    """One server and its clients. Every call is synchronous: it returns when the answer is there."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        world: World | None = None,
        products: Products = PRODUCTS,
        **settings: Any,
    ) -> None:
        self.loop = loop
        self.world = world or WORLD
        clock = Clock(lambda: START)
        chosen = Settings(access_log="off", **({"seed": "test"} | settings))
        self.server: Server = build(chosen, world, clock, products=products)
        self._tokens: dict[str, str] = {}
        transport = httpx.ASGITransport(app=self.server.app, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url=ORIGIN)

    def close(self) -> None:
        """Let go of everything."""
        self.loop.run_until_complete(self.client.aclose())
        self.server.runtime.parts.of(Snapshots).clear()
        self.server.runtime.engine.database.close()

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One request, exactly as given (options of httpx)."""
        return self.loop.run_until_complete(self.client.request(method, path, **options))

    def together(self, *requests: Callable[[], Any]) -> list[Any]:
        """Run coroutines made by these functions at once, and give their results."""

        async def gather() -> list[Any]:
            return await asyncio.gather(*(request() for request in requests))

        return self.loop.run_until_complete(gather())

    def unit(self, msn: str) -> SalesUnit:
        """A sales unit of the world."""
        return next(unit for unit in self.world.sales_units if unit.msn == msn)

    def token(self, keys: KeySet) -> str:
        """An access token for these keys, fetched once."""
        if keys.client_id not in self._tokens:
            answer = self.request("POST", "/accesstoken/get", headers=key_headers(keys))
            assert answer.status_code == 200, answer.text
            self._tokens[keys.client_id] = answer.json()["access_token"]
        return self._tokens[keys.client_id]

    def headers(self, msn: str = "123456", **more: str) -> dict[str, str]:
        """What a well-behaved client of this unit sends; names in ``more`` with underscores for hyphens."""
        unit = self.unit(msn)
        return {
            "Authorization": f"Bearer {self.token(unit.keys)}",
            "Ocp-Apim-Subscription-Key": unit.keys.subscription_key,
            "Merchant-Serial-Number": msn,
        } | {name.replace("_", "-"): value for name, value in more.items()}

    def api(
        self, method: str, path: str, json: Any = None, *, msn: str = "123456", key: str | None = None, **headers: str
    ) -> httpx.Response:
        """A call to the ePayment API: ``path`` under /epayment/v1, ``key`` the Idempotency-Key."""
        sent = self.headers(msn, **headers)
        if key is not None:
            sent["Idempotency-Key"] = key
        options: dict[str, Any] = {} if json is None else {"json": json}
        return self.request(method, f"/epayment/v1{path}", headers=sent, **options)

    def create(self, reference: str = "reference-1", *, msn: str = "123456", **fields: Any) -> httpx.Response:
        """A createPayment request of 100.00 that works for the unit, ``fields`` on top (None removes one)."""
        return self.api("POST", "/payments", body(reference, msn=msn, **fields), msn=msn, key=f"create-{reference}")

    def approve(self, reference: str = "reference-1", *, msn: str = "123456") -> httpx.Response:
        """A force approve without a body."""
        return self.api("POST", f"/test/payments/{reference}/approve", msn=msn)

    def get(self, reference: str = "reference-1", *, msn: str = "123456") -> dict[str, Any]:
        """The payment as getPayment shows it."""
        answer = self.api("GET", f"/payments/{reference}", msn=msn)
        assert answer.status_code == 200, answer.text
        content: dict[str, Any] = answer.json()
        return content

    def events(self, reference: str = "reference-1", *, msn: str = "123456") -> list[dict[str, Any]]:
        """The payment's event log."""
        answer = self.api("GET", f"/payments/{reference}/events", msn=msn)
        assert answer.status_code == 200, answer.text
        content: list[dict[str, Any]] = answer.json()
        return content

    def modify(
        self, action: str, value: int, reference: str = "reference-1", *, msn: str = "123456", key: str | None = None
    ) -> httpx.Response:
        """A capture or refund (``action``) of so many minor units."""
        content = {"modificationAmount": amount(value, msn)}
        return self.api("POST", f"/payments/{reference}/{action}", content, msn=msn, key=key or f"{action}-{value}")

    def control(self, method: str, path: str, json: Any = None) -> httpx.Response:
        """A call to the control API: ``path`` under /_mock."""
        options: dict[str, Any] = {} if json is None else {"json": json}
        return self.request(method, f"/_mock{path}", **options)

    def advance(self, duration: str) -> None:
        """Move the clock by an ISO 8601 duration; tokens are fetched anew after it."""
        answer = self.control("POST", "/clock/advance", {"duration": duration})
        assert answer.status_code == 200, answer.text
        self._tokens.clear()


CURRENCIES = {"1": "NOK", "2": "DKK", "3": "EUR", "4": "SEK", "5": "NOK", "6": "NOK"}
"""By the first digit of the packaged world's MSNs."""


def amount(value: int, msn: str = "123456") -> dict[str, Any]:
    """An amount in the unit's currency."""
    return {"currency": CURRENCIES[msn[0]], "value": value}


def body(reference: str = "reference-1", *, msn: str = "123456", **fields: Any) -> dict[str, Any]:
    """The body of a createPayment request that works; ``fields`` on top (None removes one)."""
    content = {
        "amount": amount(10_000, msn),
        "paymentMethod": {"type": "WALLET"},
        "reference": reference,
        "userFlow": "WEB_REDIRECT",
        "returnUrl": "https://shop.example.com/return",
        "paymentDescription": "One pair of socks",
    } | fields
    return {name: value for name, value in content.items() if value is not None}


def key_headers(keys: KeySet) -> dict[str, str]:
    """What the standard token endpoint wants."""
    return {
        "client_id": keys.client_id,
        "client_secret": keys.client_secret,
        "Ocp-Apim-Subscription-Key": keys.subscription_key,
    }


def csrf_of(emulator: Emulator) -> str:
    """What forms hold that are for the emulator's client, which has seen a page."""
    return emulator.server.runtime.sessions.of_form(emulator.client.cookies["mock_visitor"])


def code_of(answer: httpx.Response) -> str | None:
    """The ErrorCode of a problem."""
    details = answer.json().get("extraDetails") or []
    return next((each["reason"] for each in details if each["name"] == "ErrorCode"), None)
