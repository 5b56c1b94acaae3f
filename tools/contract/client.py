"""Clients of the emulated APIs: merchants, partners, and whoever plays the platform."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from tools.contract.spec import Json, Spec

Headers = Mapping[str, str | None]


class Caller:
    """Somebody with a token. Paths are under ``prefix``; None takes a header away."""

    def __init__(self, http: httpx.Client, headers: Headers, prefix: str = "") -> None:
        self.http, self.prefix = http, prefix
        self.headers = {**headers, "Content-Type": "application/json"}

    def send(self, method: str, path: str, headers: Headers | None = None, **options: Any) -> httpx.Response:
        """One request with a new idempotency key."""
        sent = without_none({**self.headers, "Idempotency-Key": str(uuid4())} | dict(headers or {}))
        return self.http.request(method, f"{self.prefix}{path}", headers=sent, **options)

    def get(self, path: str) -> httpx.Response:
        """A GET."""
        return self.send("GET", path)

    def post(self, path: str, body: Json = None, headers: Headers | None = None) -> httpx.Response:
        """A POST of JSON; without a body when it is None."""
        return self.send("POST", path, headers, **({} if body is None else {"json": body}))

    def delete(self, path: str) -> httpx.Response:
        """A DELETE."""
        return self.send("DELETE", path)


@dataclass(frozen=True)
class Session:
    """One server and the file that it is held against. ``world`` is what the server was started with.

    ``expect`` takes what has to hold, its description, and an example for a report.
    """

    http: httpx.Client
    spec: Spec
    world: Json
    expect: Callable[[bool, str, object], None]

    def unit(self, msn: str) -> Json:
        """A sales unit of the world."""
        return next(each for each in self.world["sales_units"] if each["msn"] == msn)

    def partner(self, id_: str) -> Json:
        """A partner of the world."""
        return next(each for each in self.world["partners"] if each["id"] == id_)

    def merchant(self, id_: str) -> Json:
        """A merchant of the world."""
        return next(each for each in self.world["merchants"] if each["id"] == id_)

    def unit_caller(self, msn: str, prefix: str = "") -> Caller:
        """A caller with sales unit keys."""
        return Caller(self.http, standard_token(self.http, self.unit(msn)["keys"]) | merchant_header(msn), prefix)

    def partner_caller(self, id_: str, prefix: str = "", msn: str | None = None) -> Caller:
        """A caller with partner keys; ``msn`` is the sales unit that it speaks for."""
        keys = self.partner(id_)["keys"]
        return Caller(self.http, standard_token(self.http, keys) | (merchant_header(msn) if msn else {}), prefix)

    def specialised_caller(self, id_: str, prefix: str = "", kind: str = "management_keys") -> Caller:
        """A caller with management or accounting keys."""
        return Caller(self.http, specialised_token(self.http, self.partner(id_)[kind]), prefix)

    def control(self, method: str, path: str, body: Json = None) -> Json:
        """A call of the control API under /_mock; gives what it answers."""
        return self.http.request(method, f"/_mock{path}", json={} if body is None else body).json()


def merchant_header(msn: str) -> dict[str, str]:
    """What says for which sales unit a call is."""
    return {"Merchant-Serial-Number": msn}


def key_headers(keys: Json, **changes: str | None) -> dict[str, str]:
    """What the token endpoint wants; ``changes`` by the names of the keys."""
    names = {
        "client_id": "client_id",
        "client_secret": "client_secret",
        "subscription_key": "Ocp-Apim-Subscription-Key",
    }
    return without_none({header: changes.get(name, keys[name]) for name, header in names.items()})


def standard_token(http: httpx.Client, keys: Json) -> dict[str, str]:
    """The headers of a caller with sales unit keys or partner keys."""
    answer = http.post("/accesstoken/get", headers=key_headers(keys)).json()
    subscription_key = keys["subscription_key"]
    return {"Authorization": f"Bearer {answer['access_token']}", "Ocp-Apim-Subscription-Key": subscription_key}


def specialised_token(http: httpx.Client, keys: Json) -> dict[str, str]:
    """The headers of a caller with management or accounting keys."""
    form = {"grant_type": "client_credentials"}
    answer = http.post("/miami/v1/token", headers={"Authorization": basic(keys)}, data=form).json()
    return {"Authorization": f"Bearer {answer['access_token']}"}


def basic(keys: Json) -> str:
    """Keys as HTTP Basic."""
    return "Basic " + b64encode(f"{keys['client_id']}:{keys['client_secret']}".encode()).decode()


def without_none(headers: Headers) -> dict[str, str]:
    """The headers that have a value."""
    return {name: value for name, value in headers.items() if value is not None}
