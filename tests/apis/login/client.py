"""A small OpenID Connect client of one sales unit, and the shapes of what it gets."""

from base64 import b64encode, urlsafe_b64decode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet

from mockserver.apis.login.domain.authorization import s256
from tests.harness import Emulator

BASE = "/access-management-1.0/access"
AUTH, TOKEN, JWKS = f"{BASE}/oauth2/auth", f"{BASE}/oauth2/token", f"{BASE}/.well-known/jwks.json"
USERINFO = "/vipps-userinfo-api/userinfo"
CALLBACK = "https://shop.example.com/callback"
LOCAL = "http://localhost:3000/callback"
VERIFIER = "a-verifier-of-at-least-43-characters-0123456789"
STATE = "state-of-12+/= characters"
CUSTOMER = "4712345678"


@dataclass
class Client:
    """Asks for logins of a unit, and has them approved by the control API."""

    emulator: Emulator
    msn: str = "123456"
    redirect_uri: str = CALLBACK
    defaults: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unit = self.emulator.unit(self.msn)
        self.client_id, self.secret = unit.keys.client_id, unit.keys.client_secret
        self.set_up(redirect_uris=[CALLBACK])

    def set_up(self, **login: Any) -> None:
        """Change the unit's login settings."""
        answer = self.emulator.control("PATCH", f"/sales-units/{self.msn}", {"login": login})
        assert answer.status_code == 200, answer.text

    def authorize(self, **parameters: Any) -> httpx.Response:
        """The authorize request; parameters that are None are left out."""
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid name",
            "state": STATE,
        } | self.defaults
        given = {name: value for name, value in (asked | parameters).items() if value is not None}
        return self.emulator.request("GET", AUTH, params=given)

    def start(self, **parameters: Any) -> str:
        """The id of a login that waits."""
        answer = self.authorize(**parameters)
        assert answer.status_code == 302, answer.text
        assert "/login?session=" in answer.headers["location"], answer.headers["location"]
        newest = self.emulator.control("GET", "/logins?limit=1").json()["logins"][0]
        assert newest["page"] == answer.headers["location"]
        login_id: str = newest["id"]
        return login_id

    def callback(self, customer: str = CUSTOMER, **parameters: Any) -> dict[str, str]:
        """What comes back to the redirect URI of a login that its customer approves."""
        login_id = self.start(**parameters)
        answer = self.emulator.control("POST", f"/logins/{login_id}/approve", {"customer": customer})
        assert answer.status_code == 200, answer.text
        return query_of(answer.json()["redirectTo"])

    def code(self, customer: str = CUSTOMER, **parameters: Any) -> str:
        """The code of an approved login."""
        return self.callback(customer, **parameters)["code"]

    def basic(self, client_id: str | None = None, secret: str | None = None) -> dict[str, str]:
        """HTTP Basic of this client."""
        pair = f"{client_id or self.client_id}:{secret or self.secret}"
        return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}

    def exchange(self, code: str | None, headers: dict[str, str] | None = None, **form: Any) -> httpx.Response:
        """The token request of a code; fields that are None are left out."""
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri} | form
        given = {name: value for name, value in fields.items() if value is not None}
        return self.emulator.request("POST", TOKEN, data=given, headers=self.basic() if headers is None else headers)

    def tokens(self, customer: str = CUSTOMER, **parameters: Any) -> dict[str, Any]:
        """The tokens of an approved login."""
        answer = self.exchange(self.code(customer, **parameters))
        assert answer.status_code == 200, answer.text
        content: dict[str, Any] = answer.json()
        return content

    def userinfo(self, customer: str = CUSTOMER, **parameters: Any) -> dict[str, Any]:
        """What Userinfo says of an approved login."""
        answer = userinfo(self.emulator, self.tokens(customer, **parameters)["access_token"])
        assert answer.status_code == 200, answer.text
        content: dict[str, Any] = answer.json()
        return content


PKCE = {"code_challenge": s256(VERIFIER), "code_challenge_method": "S256"}


def userinfo(emulator: Emulator, access_token: str, **headers: str) -> httpx.Response:
    """A Userinfo request; names in ``headers`` with underscores for hyphens."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return emulator.request("GET", USERINFO, headers={"Authorization": f"Bearer {access_token}"} | sent)


def query_of(url: str) -> dict[str, str]:
    """The query of an address, each name once."""
    fields = parse_qs(urlsplit(url).query, keep_blank_values=True, strict_parsing=True)
    assert all(len(values) == 1 for values in fields.values())
    return {name: values[0] for name, values in fields.items()}


def claims_of(emulator: Emulator, id_token: str) -> dict[str, Any]:
    """The claims of an id token that a key of the JWKS signed."""
    keys = KeySet.import_key_set(emulator.request("GET", JWKS).json())
    return dict(jwt.decode(id_token, keys, algorithms=["RS256"]).claims)


def header_of(token: str) -> dict[str, Any]:
    """The header of a JWT."""
    import json

    part = token.split(".")[0]
    content: dict[str, Any] = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return content


def assert_sent_back(answer: httpx.Response, error: str, *, to: str = CALLBACK, state: str | None = STATE) -> None:
    """The browser is sent back to the client with this error."""
    assert answer.status_code == 302, answer.text
    location = answer.headers["location"]
    assert location.startswith(f"{to}?"), location
    fields = query_of(location)
    assert fields["error"] == error, fields
    assert fields["error_description"]
    assert fields.get("state") == state


def assert_page(answer: httpx.Response, status: int, words: str = "") -> None:
    """The browser is shown an error, and sent nowhere."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "location" not in answer.headers
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert words in answer.text


ERROR = {"error", "error_description", "error_code", "error_debug"}


def assert_oauth(answer: httpx.Response, status: int, error: str) -> None:
    """The answer is a refusal in OAuth's shape."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    content = answer.json()
    assert {"error", "error_description", "error_code"} <= set(content) <= ERROR
    assert content["error"] == error
    assert content["error_description"]
    assert content["error_code"] == status
    assert ("www-authenticate" in answer.headers) == (status == 401)
