"""The session: every product, good and bad requests, with the packaged world and its keys."""

from base64 import b64encode
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tools.record.recorder import Recorder

World = dict[str, Any]
CURRENCIES = {"1": "NOK", "2": "DKK", "3": "EUR", "4": "SEK", "5": "NOK", "6": "NOK"}
CALLBACK = "https://shop.example.com/callback"
AUTH = "/access-management-1.0/access"


class Session:
    """A merchant, a partner and a test author who do everything once."""

    def __init__(self, recorder: Recorder, world: World) -> None:
        self._ask = recorder.ask
        self._units = {unit["msn"]: unit for unit in world["sales_units"]}
        self._partners = {partner["id"]: partner for partner in world["partners"]}
        self._customers = [customer["phone"] for customer in world["customers"]]
        self._headers: dict[str, dict[str, str]] = {}

    def play(self) -> None:
        """The whole of it; the clock has to stand still."""
        self._tokens()
        for msn in self._units:
            self._payment(msn)
        for phone in self._customers:
            self._customer(phone)
        self._errors()
        self._webhooks()
        self._management()
        self._logins()
        self._control_api()
        self._unrouted()
        self._time()

    def _control(self, method: str, path: str, content: Any = None) -> Any:
        options = {} if content is None else {"json": content}
        answer = self._ask(method, f"/_mock{path}", **options)
        return answer.json() if answer.content.startswith(b"{") else None

    def _tokens(self) -> None:
        for name, keys in self._keys():
            headers = {"client_id": keys["client_id"], "client_secret": keys["client_secret"]}
            key = {"Ocp-Apim-Subscription-Key": keys["subscription_key"]}
            answer = self._ask("POST", "/accesstoken/get", headers=headers | key)
            token = answer.json().get("access_token", "none")
            self._headers[name] = key | {"Authorization": f"Bearer {token}"}
        self._ask("POST", "/accesstoken/get", headers=headers)
        self._ask("POST", "/accesstoken/get", headers=headers | {"Ocp-Apim-Subscription-Key": "0" * 32})
        self._ask("POST", "/accesstoken/get", headers=headers | key | {"client_secret": "wrong"})
        for partner in self._partners.values():
            keys = partner.get("management_keys") or partner.get("accounting_keys")
            if keys is None:
                continue
            form = {"grant_type": "client_credentials"}
            answer = self._ask("POST", "/miami/v1/token", headers=_basic(keys), data=form)
            self._headers[f"{partner['id']}+"] = {
                "Authorization": f"Bearer {answer.json().get('access_token', 'none')}"
            }

    def _keys(self) -> Iterable[tuple[str, dict[str, str]]]:
        yield from ((msn, unit["keys"]) for msn, unit in self._units.items())
        yield from ((id_, partner["keys"]) for id_, partner in self._partners.items() if partner.get("keys"))

    def _api(self, msn: str, method: str, path: str, content: Any = None, key: str | None = None, **more: str) -> Any:
        headers = self._headers[msn] | {"Merchant-Serial-Number": msn} | more
        if key is not None:
            headers["Idempotency-Key"] = key
        options = {} if content is None else {"json": content}
        return self._ask(method, f"/epayment/v1{path}", headers=headers, **options)

    def _create(self, msn: str, reference: str, **fields: Any) -> Any:
        content = {
            "amount": {"currency": CURRENCIES[msn[0]], "value": 10_000},
            "paymentMethod": {"type": "WALLET"},
            "reference": reference,
            "userFlow": "WEB_REDIRECT",
            "returnUrl": "https://shop.example.com/return",
            "paymentDescription": "One pair of socks",
        } | fields
        return self._api(msn, "POST", "/payments", content, f"create-{reference}")

    def _payment(self, msn: str) -> None:
        reference = f"payment-{msn}"
        self._create(msn, reference, metadata={"order": "1"})
        self._create(msn, reference, metadata={"order": "1"})
        self._create(msn, reference)
        self._api(msn, "GET", f"/payments/{reference}")
        self._api(msn, "POST", f"/test/payments/{reference}/approve")
        for action, value in (("capture", 4000), ("capture", 4000), ("refund", 1000), ("capture", 99_999)):
            amount = {"currency": CURRENCIES[msn[0]], "value": value}
            path = f"/payments/{reference}/{action}"
            self._api(msn, "POST", path, {"modificationAmount": amount}, f"{action}-{value}")
        self._api(msn, "POST", f"/payments/{reference}/cancel", key="cancel")
        self._api(msn, "GET", f"/payments/{reference}/events")

    def _customer(self, phone: str) -> None:
        msn = {"47": "123456", "45": "223456", "35": "323456", "46": "423456"}[phone[:2]]
        reference = f"customer-{phone}"
        self._create(msn, reference, customer={"phoneNumber": phone}, profile={"scope": "name phoneNumber"})
        self._api(msn, "POST", f"/test/payments/{reference}/approve", {"customer": {"phoneNumber": phone}})
        self._api(msn, "GET", f"/payments/{reference}")

    def _errors(self) -> None:
        wrong: tuple[dict[str, Any], ...] = (
            {"amount": {"currency": "NOK", "value": 99}},
            {"amount": {"currency": "EUR", "value": 1000}},
            {"amount": None},
            {"colour": "red"},
            {"returnUrl": "no url"},
            {"returnUrl": "http://localhost:3000/"},
            {"userFlow": "PUSH_MESSAGE"},
            {"userFlow": "QR", "returnUrl": None},
            {"userFlow": "NATIVE_REDIRECT"},
            {"customer": {"phoneNumber": "12"}},
            {"profile": {"scope": "shoe-size"}},
            {"minimumUserAge": 101},
            {"expiresAt": "2100-01-01T00:01:00Z"},
            {"paymentMethod": {"type": "CASH"}},
            {"metadata": {f"key-{number}": "x" for number in range(6)}},
            {"paymentDescription": "x"},
            {"merchantLegalLinks": {"termsOfSaleUrl": "https://shop.example.com/terms"}},
        )
        for number, fields in enumerate(wrong):
            self._create("123456", f"wrong-{number:03}", **fields)
        for value in (151, 182, 183, 184, 186, 187, 197, 201, 202):
            reference = f"magic-{value}"
            self._create("123456", reference, amount={"currency": "NOK", "value": value})
            self._api("123456", "POST", f"/test/payments/{reference}/approve")
            self._api("123456", "GET", f"/payments/{reference}/events")
        self._api("123456", "GET", "/payments/not-there-at-all")
        self._ask("POST", "/epayment/v1/payments", headers=self._headers["123456"], content=b"{")
        self._ask("GET", "/epayment/v1/payments/wrong-001")
        self._api("123456", "GET", "/payments/wrong-001", **{"Merchant-Serial-Number": "223456"})
        self._ask("DELETE", "/epayment/v1/payments")

    def _webhooks(self) -> None:
        headers = self._headers["123456"]
        events = ["epayments.payment.created.v1", "epayments.payment.authorized.v1"]
        for url in (f"http://{CALLBACK[8:]}", f"https://127.0.0.1:1/{events[0]}", "https://user:pw@shop.example.com/"):
            self._ask("POST", "/webhooks/v1/webhooks", headers=headers, json={"url": url, "events": events})
        made = self._ask("GET", "/webhooks/v1/webhooks", headers=headers).json()["webhooks"]
        self._ask("POST", "/webhooks/v1/webhooks", headers=headers, json={"url": CALLBACK, "events": ["nothing"]})
        for each in made:
            self._ask("DELETE", f"/webhooks/v1/webhooks/{each['id']}", headers=headers)
            self._ask("DELETE", f"/webhooks/v1/webhooks/{each['id']}", headers=headers)

    def _management(self) -> None:
        for who in ("123456", "partner-plus", "partner-plus+", "partner-premium+", "partner-accounting+"):
            for path in ("/v1/sales-units", "/v1/sales-units/523456", "/v1/partners/price-packages",
                         "/v2/product-orders", "/v1/merchants/business:NO:ORG/211756004/sales-units"):  # fmt: skip
                self._ask("GET", f"/management{path}", headers=self._headers[who])
        headers = self._headers["partner-plus+"]
        for number, business in enumerate(("910000004", "910100009", "910400002", "910500007", "1")):
            order = {"businessIdentifier": {"scheme": "business:NO:ORG", "id": business},
                     "productType": "PAYMENT_INTEGRATION", "salesUnitName": "Recorded shop"}  # fmt: skip
            key = {"Idempotency-Key": f"order-{number}"}
            answer = self._ask("POST", "/management/v1/product-orders", headers=headers | key, json=order)
            id_ = answer.json().get("prefilledOrderId")
            if id_ is None:
                continue
            for action in ("view", "submit", "hold", "release", "approve"):
                self._control("POST", f"/product-orders/{id_}/{action}")
            self._ask("GET", f"/management/v2/product-orders/{id_}/details", headers=headers)
            self._ask("DELETE", f"/management/v1/product-orders/{id_}", headers=headers)
            self._ask("GET", urlsplit(answer.json()["prefillUrl"]).path)

    def _logins(self) -> None:
        unit = self._units["123456"]
        self._control("PATCH", "/sales-units/123456", {"login": {"redirect_uris": [CALLBACK]}})
        for path in ("/.well-known/openid-configuration", "/.well-known/jwks.json"):
            self._ask("GET", f"{AUTH}{path}")
        asked = {"response_type": "code", "client_id": unit["keys"]["client_id"], "redirect_uri": CALLBACK,
                 "scope": "openid name email", "state": "recorded-state"}  # fmt: skip
        for wrong in (
            {"client_id": "x"},
            {"redirect_uri": "https://other.example.com/"},
            {"state": "x"},
            {"scope": "x"},
        ):
            self._ask("GET", f"{AUTH}/oauth2/auth", params=asked | wrong)
        for phone in self._customers[:12]:
            page = self._ask("GET", f"{AUTH}/oauth2/auth", params=asked).headers["location"]
            self._ask("GET", page.partition("emulator.test")[2])
            login = self._control("GET", "/logins?limit=1")["logins"][0]["id"]
            came_to = (self._control("POST", f"/logins/{login}/approve", {"customer": phone}) or {}).get("redirectTo")
            code = parse_qs(urlsplit(came_to or "").query).get("code", [""])[0]
            form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
            for _ in range(2):
                answer = self._ask("POST", f"{AUTH}/oauth2/token", headers=_basic(unit["keys"]), data=form)
                bearer = {"Authorization": f"Bearer {answer.json().get('access_token', 'none')}"}
                self._ask("GET", "/vipps-userinfo-api/userinfo", headers=bearer)
        for phone in self._customers[:12]:
            form = {"login_hint": f"urn:msisdn:{phone}", "scope": "openid name"}
            self._ask("POST", "/vipps-login-ciba/api/v1/user-exists", headers=_basic(unit["keys"]), data=form)
            address = "/vipps-login-ciba/api/backchannel/authentication"
            answer = self._ask("POST", address, headers=_basic(unit["keys"]), data=form)
            id_ = answer.json().get("auth_req_id")
            if id_ is not None:
                self._control("POST", f"/ciba/{id_}/confirm")
                form = {"grant_type": "urn:openid:params:grant-type:ciba", "auth_req_id": id_}
                self._ask("POST", f"{AUTH}/oauth2/token", headers=_basic(unit["keys"]), data=form)

    def _control_api(self) -> None:
        for path in ("/clock", "/payments?limit=20", "/payments/123456/payment-123456", "/customers", "/merchants",
                     "/sales-units", "/partners", "/product-orders", "/emails", "/logins", "/ciba", "/consents",
                     "/webhooks", "/webhooks/deliveries", "/scenarios", "/checklist", "/keys", "/snapshots",
                     "/inbox/shop", "/requests?limit=1000", "/nothing", "/payments?colour=red"):  # fmt: skip
            self._control("GET", path)
        for action in ("decline", "approve", "abort", "expire"):
            self._create("123456", f"control-{action}")
            self._control("POST", f"/payments/123456/control-{action}/{action}")
            self._control("GET", f"/payments/123456/control-{action}")
        rule = {"name": "recorded", "when": {"operation": "getPayment", "nth": 2}, "then": {"error": 404}}
        self._control("POST", "/scenarios", rule)
        for _ in range(3):
            self._api("123456", "GET", "/payments/control-approve")
        self._control("DELETE", "/scenarios/recorded")
        state = self._ask("GET", "/_mock/state")
        self._ask("PUT", "/_mock/state", content=state.content)
        for path in ("/openapi/epayment.json", "/openapi/control.json", "/openapi/", "/wallet", "/wallet/4712345678"):
            self._ask("GET", path)

    def _time(self) -> None:
        self._create("123456", "waits-for-time")
        page = self._create("123456", "page-in-time").json()["redirectUrl"]
        self._ask("GET", page.partition("emulator.test")[2])
        for duration in ("PT11M", "P7D", "P181D"):
            self._control("POST", "/clock/advance", {"duration": duration})
            self._control("GET", "/payments?limit=50")
            self._api("123456", "GET", "/payments/waits-for-time")
        self._control("POST", "/reset")
        self._control("GET", "/payments")

    def _unrouted(self) -> None:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            for path in (
                "/",
                "/nothing",
                "/recurring/v3/agreements",
                "/epayment/v1/nothing",
                "/landing",
                "/_mock/clock",
            ):
                self._ask(method, path)


def _basic(keys: dict[str, str]) -> dict[str, str]:
    pair = f"{keys['client_id']}:{keys['client_secret']}"
    return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
