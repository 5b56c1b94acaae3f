"""A till that starts logins: a client of merchant-initiated login, and its customers by control API."""

from dataclasses import dataclass
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet

from mockserver.apis.login.domain.backchannel import INTERVAL
from tests.apis.login.client import CALLBACK, CUSTOMER, JWKS, TOKEN, Client

START = "/vipps-login-ciba/api/backchannel/authentication"
EXISTS = "/vipps-login-ciba/api/v1/user-exists"
CIBA = "urn:openid:params:grant-type:ciba"
CIBA_REDIRECT = "urn:vipps:params:grant-type:ciba-redirect"


@dataclass
class Till(Client):
    """Starts logins of a unit and collects what comes of them."""

    def ask(self, phone: str = CUSTOMER, headers: dict[str, str] | None = None, **form: Any) -> httpx.Response:
        """The authentication request; fields that are None are left out."""
        fields = {"login_hint": f"urn:msisdn:{phone}", "scope": "openid name"} | form
        given = {name: value for name, value in fields.items() if value is not None}
        return self.emulator.request("POST", START, data=given, headers=self.basic() if headers is None else headers)

    def begin(self, phone: str = CUSTOMER, **form: Any) -> str:
        """The auth_req_id of a login that was started."""
        answer = self.ask(phone, **form)
        assert answer.status_code == 200, answer.text
        auth_req_id: str = answer.json()["auth_req_id"]
        return auth_req_id

    def begin_redirecting(self, phone: str = CUSTOMER, **form: Any) -> str:
        """The auth_req_id of a login that ends in a browser."""
        return self.begin(phone, requested_flow="login_to_webpage", redirect_uri=CALLBACK, **form)

    def poll(self, auth_req_id: str, **form: Any) -> httpx.Response:
        """A token request."""
        fields = {"grant_type": CIBA, "auth_req_id": auth_req_id} | form
        return self.emulator.request("POST", TOKEN, data=fields, headers=self.basic())

    def redeem(self, code: str) -> httpx.Response:
        """The token request of a redirecting login."""
        fields = {"grant_type": CIBA_REDIRECT, "code": code}
        return self.emulator.request("POST", TOKEN, data=fields, headers=self.basic())

    def exists(self, **form: Any) -> httpx.Response:
        """The user-exists request."""
        return self.emulator.request("POST", EXISTS, data=form, headers=self.basic())

    def act(self, auth_req_id: str, action: str, **body: Any) -> dict[str, Any]:
        """The customer's answer by control API: confirm, deny, old-app."""
        answer = self.emulator.control("POST", f"/ciba/{auth_req_id}/{action}", body)
        assert answer.status_code == 200, answer.text
        content: dict[str, Any] = answer.json()
        return content

    def wait(self, seconds: int = INTERVAL) -> None:
        """Let the emulator's clock go on."""
        self.emulator.advance(f"PT{seconds}S")

    def claims(self, id_token: str) -> dict[str, Any]:
        """The claims of an id token that a key of the JWKS signed with ES256."""
        keys = KeySet.import_key_set(self.emulator.request("GET", JWKS).json())
        return dict(jwt.decode(id_token, keys, algorithms=["ES256"]).claims)
