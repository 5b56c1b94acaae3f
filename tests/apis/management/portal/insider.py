"""Somebody who has signed in on the portal, in a browser of their own."""

import json
from typing import Any, Self

import httpx

from tests.apis.management.portal.browsing import Page
from tests.harness import ORIGIN, Emulator

NUMBER = "923609016"
"""A company that nobody knows."""
FORM = {
    "salesUnitName": "Nye sokker",
    "settlementBankAccount": "86011117904",
    "merchantCategoryCode": "5651",
    "productUseCase": "Website",
    "intendedPurpose": "Socks",
    "websiteUrl": "https://shop.example.com",
    "termsUrl": "https://shop.example.com/terms",
}
"""What an order form needs to be taken."""


def company(id_: str) -> str:
    return f"/portal/companies/{id_}"


class Insider:
    """A browser with its own cookies."""

    def __init__(self, emulator: Emulator, **headers: str) -> None:
        self.emulator = emulator
        transport = httpx.ASGITransport(app=emulator.server.app, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)
        self.answer = httpx.Response(200)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        self.answer = self.emulator.loop.run_until_complete(self.client.request(method, path, **options))
        return self.answer

    @property
    def page(self) -> Page:
        return Page(self.answer.text)

    @property
    def status(self) -> int:
        return self.answer.status_code

    def open(self, path: str) -> Page:
        """A page, redirects followed."""
        self.request("GET", path)
        while self.answer.status_code == 303:
            self.request("GET", self.answer.headers["location"])
        return self.page

    def csrf(self) -> str:
        self.request("GET", "/portal")
        if self.answer.status_code == 303:
            self.request("GET", self.answer.headers["location"])
        return self.page.forms[-1].fields["csrf"]

    def send(self, path: str, action: str, **fields: str) -> Page:
        """A form sent to a path, and the page that it leads to."""
        self.request("POST", path, data={"csrf": self.csrf(), "action": action, **fields})
        if self.answer.status_code == 303:
            return self.open(self.answer.headers["location"])
        return self.page

    def sign_in(self, merchant: str, email: str | None = None) -> Self:
        """Be one of a merchant's people, the administrator unless ``email`` says who."""
        address = email or self.emulator.control("GET", f"/merchants/{merchant}").json()["email"]
        identity = {"email": address or f"{merchant}@merchant.example.com", "merchant_id": merchant}
        self.send("/portal", "merchant", merchantUser=json.dumps(identity))
        assert self.status == 200, self.answer.text
        return self

    def as_employee(self, partner: str, email: str) -> Self:
        """Be a partner's employee."""
        identity = {"email": email, "partner_id": partner}
        self.send("/portal", "partner", employee=json.dumps(identity))
        assert self.status == 200, self.answer.text
        return self

    def invite(self, merchant: str, email: str, *rights: str, partner: str = "", units: str = "") -> Page:
        """Let somebody in, as the merchant's administrator."""
        ticked = {f"right-{right}": "yes" for right in rights}
        fields = {"email": email, "name": email.partition("@")[0], "partner_id": partner, "units": units}
        return self.send(f"{company(merchant)}/users", "invite", **fields, **ticked)

    def order(self, merchant: str, partner: str, product: str = "PAYMENT_INTEGRATION", **fields: str) -> str:
        """Order a product; gives the id of the order."""
        path = f"{company(merchant)}/order?product={product}&partner={partner}"
        self.open(path)
        given = {name: value for name, value in self.page.fields.items() if name != "csrf"}
        self.request("POST", path, data={"csrf": self.csrf(), "action": "submit", **given, **FORM, **fields})
        location = str(self.answer.headers.get("location", ""))
        assert location.startswith("/portal/orders/"), self.open(location).text if location else self.answer.text
        return location.partition("?")[0].rpartition("/")[2]
