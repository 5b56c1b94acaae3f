"""A server in this process, called without a network, with something behind every path."""

import asyncio
import itertools
import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from bench.hostile import PAYMENT
from mockserver.app import build
from mockserver.settings import Settings
from mockserver.world import files
from mockserver.world.variables import partner_variables

COOKIE: Final = "visitor"
_RETURN: Final = "https://shop.example.com/"
_AUTH: Final = "/access-management-1.0/access/oauth2"
_CIBA: Final = "/vipps-login-ciba/api/backchannel/authentication"
_JSON: Final = (b"content-type", b"application/json")
_FORM: Final = (b"content-type", b"application/x-www-form-urlencoded")
Header = tuple[bytes, bytes]


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[bytes, bytes]
    body: bytes

    @property
    def content(self) -> Any:
        """The body, which has to be JSON."""
        return json.loads(self.body)


class Stage:
    """The server, who calls, and names of what is there."""

    def __init__(self) -> None:
        options: dict[str, Any] = {"access_log": "off"}
        self.server = build(Settings(**options), None)
        world = files.packaged()
        self._unit = world.sales_units[0]
        self._phone = world.customers[0].phone
        self._partner = partner_variables(world)
        keys = self._unit.keys
        pair = b64encode(f"{keys.client_id}:{keys.client_secret}".encode())
        self._basic: tuple[Header, ...] = ((b"authorization", b"Basic " + pair), _FORM)
        ours = _keys(keys.client_id, keys.client_secret, keys.subscription_key)
        self._callers: dict[str, tuple[Header, ...]] = {
            "/_mock": (_JSON,), "/access-management": self._basic, "/vipps-login-ciba": self._basic,
            "/accesstoken": (*ours, _JSON), "/miami": (*ours, _JSON),
        }  # fmt: skip
        self._numbers = itertools.count()
        self._names = {
            "/openapi/": "epayment",
            "/_mock/merchants": world.merchants[0].id,
            "/_mock/partners": world.partners[0].id,
        }
        self.landing = self.login = ""

    @property
    def csrf(self) -> str:
        """What forms have to hold."""
        return self.server.runtime.sessions.of_form(COOKIE)

    async def ask(
        self, method: str, path: str, body: bytes = b"", query: bytes = b"", headers: Iterable[Header] | None = None
    ) -> Reply:
        """One request; with the headers of whoever has the right to it, unless there are others."""
        told: list[Any] = []
        messages = iter([{"type": "http.request", "body": body}])

        async def receive() -> dict[str, Any]:
            for message in messages:
                return message
            return await asyncio.Future[dict[str, Any]]()

        async def send(message: Any) -> None:
            told.append(message)

        own = self.headers(path) if headers is None else headers
        await self.server.app(_scope(method, path, query, [*own, (b"host", b"127.0.0.1:8080")]), receive, send)
        return Reply(told[0]["status"], dict(told[0]["headers"]), b"".join(each.get("body", b"") for each in told[1:]))

    def headers(self, path: str) -> tuple[Header, ...]:
        """Who may call this."""
        key = (b"idempotency-key", b"%d" % next(self._numbers))
        for begin, caller in self._callers.items():
            if path.startswith(begin):
                return (*caller, key)
        return ((b"cookie", f"mock_visitor={COOKIE}".encode()), _FORM, key)

    def place(self, pattern: str) -> str:
        """A path whose names lead to what is there."""
        for begin, value in self._names.items():
            if pattern.startswith(begin):
                pattern = re.sub(r"\{\w+\}", value, pattern, count=1)
        names = {"reference": "reference-1", "msn": self._unit.msn, "phone": self._phone, "scheme": "business:NO:ORG"}
        return re.sub(r"\{(\w+)\}", lambda name: names.get(name[1], name[1]), pattern)

    async def let_in(self, path: str) -> None:
        """Let callers in who need a token for this path, if it is one of an API with tokens."""
        if path.startswith(("/epayment", "/webhooks", "/management")):
            await self._let_in()

    async def set(self) -> None:
        """Begin anew, and make all that paths name."""
        await self.ask("POST", "/_mock/reset", b"{}")
        await self._let_in()
        payment = await self._made("/epayment/v1/payments", PAYMENT)
        qr = await self._made("/epayment/v1/payments", PAYMENT | {"reference": "reference-2", "userFlow": "QR"})
        link = urlsplit(payment.get("redirectUrl", ""))
        self.landing = link.query
        self._name("/qr/", urlsplit(qr.get("redirectUrl", "")).path.rpartition("/")[2].partition(".svg")[0])
        await self._world()
        await self._logins()

    def _name(self, begin: str, value: str) -> None:
        self._names[begin] = value

    async def _made(self, path: str, content: Any) -> Any:
        reply = await self.ask("POST", path, json.dumps(content).encode())
        if reply.status >= 300:
            raise AssertionError(f"{path}: {reply.status} {reply.body!r}")
        return reply.content

    async def _let_in(self) -> None:
        keys, partner = self._unit.keys, self._partner
        ours = (keys.client_id, keys.client_secret, keys.subscription_key)
        theirs = tuple(partner[f"VIPPS_PARTNER_{name}"] for name in ("CLIENT_ID", "CLIENT_SECRET", "SUBSCRIPTION_KEY"))
        self._callers["/management"] = (*await self._with_token(*theirs), _JSON)
        msn = (b"merchant-serial-number", self._unit.msn.encode())
        unit = (*await self._with_token(*ours), _JSON, msn)
        for begin in ("/epayment", "/webhooks"):
            self._callers[begin] = unit

    async def _with_token(self, *keys: str) -> tuple[Header, ...]:
        reply = await self.ask("POST", "/accesstoken/get", headers=_keys(*keys))
        return (*_keys(*keys), (b"authorization", f"Bearer {reply.content['access_token']}".encode()))

    async def _world(self) -> None:
        rule = {"name": "worst", "when": {"operation": "getPayment", "nth": 1000}, "then": {"error": 404}}
        await self._made("/_mock/scenarios", rule)
        webhook = {"url": "https://shop.example.com/hook", "events": ["epayments.payment.created.v1"]}
        made = await self._made("/webhooks/v1/webhooks", webhook)
        await self.ask("POST", f"/_mock/webhooks/{made['id']}/pause", b"{}")
        await self.ask("PUT", "/_mock/snapshots/worst", b"{}")
        await self.ask("GET", "/_mock/inbox/worst")
        form = {"businessIdentifier": {"scheme": "business:NO:ORG", "id": "910000004"}, "salesUnitName": "Shop",
                "productType": "PAYMENT_INTEGRATION"}  # fmt: skip
        order = (await self._made("/management/v1/product-orders", form))["prefilledOrderId"]
        for begin in ("/management/v1/p", "/management/v2/p", "/_mock/product-orders", "/register/"):
            self._name(begin, order)
        self._name("/_mock/webhooks/deliveries", "1")
        self._name("/webhooks/v1", made["id"])
        self._name("/_mock/webhooks/{", made["id"])
        for begin in ("/_mock/inbox", "/_mock/scenarios", "/_mock/snapshots"):
            self._name(begin, "worst")

    async def _logins(self) -> None:
        change = json.dumps({"login": {"redirect_uris": [_RETURN]}}).encode()
        await self.ask("PATCH", f"/_mock/sales-units/{self._unit.msn}", change)
        code = await self._code()
        form = urlencode({"grant_type": "authorization_code", "code": code, "redirect_uri": _RETURN}).encode()
        token = (await self.ask("POST", f"{_AUTH}/token", form)).content["access_token"]
        self._callers["/vipps-userinfo"] = ((b"authorization", f"Bearer {token}".encode()),)
        self.login = urlsplit(await self.begin_login()).query
        self._name("/_mock/logins", await self._latest())
        asked = urlencode({"login_hint": f"urn:msisdn:{self._phone}", "scope": "openid"}).encode()
        self._name("/_mock/ciba", (await self.ask("POST", _CIBA, asked)).content["auth_req_id"])

    async def begin_login(self) -> str:
        """Where the browser is sent."""
        asked = {"response_type": "code", "client_id": self._unit.keys.client_id, "redirect_uri": _RETURN,
                 "scope": "openid name", "state": "12345678"}  # fmt: skip
        reply = await self.ask("GET", f"{_AUTH}/auth", query=urlencode(asked).encode())
        where: bytes = reply.headers[b"location"]
        return where.decode()

    async def _latest(self) -> str:
        latest: str = (await self.ask("GET", "/_mock/logins", query=b"limit=1")).content["logins"][0]["id"]
        return latest

    async def _code(self) -> str:
        await self.begin_login()
        body = json.dumps({"customer": self._phone}).encode()
        reply = await self.ask("POST", f"/_mock/logins/{await self._latest()}/approve", body)
        code: str = parse_qs(urlsplit(reply.content["redirectTo"]).query)["code"][0]
        return code


def _keys(client_id: str, client_secret: str, subscription_key: str) -> tuple[Header, ...]:
    names = (b"client_id", b"client_secret", b"ocp-apim-subscription-key")
    values = (client_id.encode(), client_secret.encode(), subscription_key.encode())
    return tuple(zip(names, values, strict=True))


def _scope(method: str, path: str, query: bytes, headers: list[Header]) -> dict[str, Any]:
    return {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": query,
        "headers": headers, "scheme": "http", "http_version": "1.1", "server": ("127.0.0.1", 8080),
        "client": ("127.0.0.1", 1), "extensions": {},
    }  # fmt: skip
