"""A merchant's browser without JavaScript: pages with several forms, each filled in as it came."""

import struct
import zlib
from base64 import b64encode
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx

from mockserver.world.domain.merchant import KeySet
from mockserver.world.domain.partner import Partner
from tests.harness import Emulator

NEW = {"scheme": "business:NO:ORG", "id": "910000004"}
"""A merchant of the packaged world that has signed nothing and has no policy of its own."""
KNOWN = {"scheme": "business:NO:ORG", "id": "148014000"}
"""A merchant of the packaged world whose agreement is in place."""
WEBSITE = {"url": "https://shop.example.com", "termsUrl": "https://shop.example.com/terms"}
STANDARD = "1b75ab1b-f6d1-4fd0-aaca-d4bfb5d790a5"
CAMPAIGN = "cae42f62-065d-4aa0-af47-3f18a6e147ad"
"""A price package of partner-plus that merchants cannot pick."""
XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"

SHORT_XSS = "<script>alert(1)</script>\"'><img src=x>"
"""As long as names may be."""


def picture(width: int = 120, height: int = 120) -> bytes:
    """A PNG, all black."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\0" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def full(**fields: Any) -> dict[str, Any]:
    """The body of an orderProduct request with every field; ``fields`` on top (None removes one)."""
    content = {
        "businessIdentifier": NEW,
        "productType": "PAYMENT_INTEGRATION",
        "salesUnitName": "Solberg nettbutikk",
        "salesUnitLogo": b64encode(picture()).decode(),
        "settlementBankAccount": {"scheme": "BBAN:NO", "id": "86011117904"},
        "pricePackageId": STANDARD,
        "productUseCase": "WebsiteWithTest",
        "annualTurnover": 1_500_000,
        "annualTurnoverPercentage": "30",
        "intendedPurpose": "Socks\nand shoes",
        "app": {"appName": "Sock app"},
        "website": WEBSITE
        | {
            "testWebsiteUrl": "https://test.example.com",
            "testWebsiteUsername": "tester",
            "testWebsitePassword": "secret word",
        },
        "hasRecurring": True,
        "merchantCategoryCode": "5651",
    } | fields
    return {name: value for name, value in content.items() if value is not None}


def partner_of(emulator: Emulator, id_: str = "partner-plus") -> tuple[Partner, KeySet]:
    """A partner of the world with its keys."""
    partner = next(partner for partner in emulator.world.partners if partner.id == id_)
    assert partner.keys is not None
    return partner, partner.keys


def management(emulator: Emulator, method: str, path: str, json: Any = None, partner: str = "partner-plus") -> Any:
    """A call to the Management API with partner keys."""
    keys = partner_of(emulator, partner)[1]
    headers = {
        "Authorization": f"Bearer {emulator.token(keys)}",
        "Ocp-Apim-Subscription-Key": keys.subscription_key,
        "Idempotency-Key": emulator.server.runtime.engine.ids.guid(),
    }
    options: dict[str, Any] = {} if json is None else {"json": json}
    answer = emulator.request(method, f"/management{path}", headers=headers, **options)
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else None


def prefill(emulator: Emulator, partner: str = "partner-plus", **fields: Any) -> dict[str, str]:
    """A product order by API: its id and the address of its form."""
    made: dict[str, str] = management(emulator, "POST", "/v1/product-orders", full(**fields), partner)
    return made


@dataclass
class Form:
    """One form: what it would send, what it offers, and its buttons."""

    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """What is on a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.forms: list[Form] = []
        self.by_id: dict[str, str] = {}
        self._select, self._textarea, self._texts = "", "", [""]
        self._within: list[tuple[str, str | None]] = []
        self.feed(html)
        self.text = " ".join(self._texts[0].split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag not in ("input", "meta", "link", "img", "br"):
            self._within.append((tag, given.get("id")))
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self.forms.append(Form())
        elif tag == "button":
            self.forms[-1].buttons.append(value)
        elif tag == "select":
            self._select = name
        elif tag == "textarea":
            self._textarea = name
            self.forms[-1].fields[name] = ""
        elif tag == "option":
            self._offer(self._select, value, chosen="selected" in given)
            self.forms[-1].fields.setdefault(self._select, value)
        elif tag == "input":
            self._offer(name, value, chosen=given.get("type") not in ("checkbox", "radio") or "checked" in given)

    def _offer(self, name: str, value: str, *, chosen: bool) -> None:
        self.forms[-1].choices.setdefault(name, []).append(value)
        if chosen:
            self.forms[-1].fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop()[0] != tag:
            pass
        if tag == "textarea":
            # The first line break after the tag is not the text's.
            self.forms[-1].fields[self._textarea] = self.forms[-1].fields[self._textarea].removeprefix("\n")
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        self._texts[0] += data
        if self._textarea:
            self.forms[-1].fields[self._textarea] += data
        for _, id_ in self._within:
            if id_:
                self.by_id[id_] = " ".join((self.by_id.get(id_, "") + data).split(" "))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def ids_of(self, tag: str) -> set[str | None]:
        return {each.get("id") for each in self.all(tag)}

    def tag_of(self, id_: str) -> dict[str, str | None]:
        """The attributes of what has this id."""
        return next(attributes for _, attributes in self.tags if attributes.get("id") == id_)

    @property
    def buttons(self) -> set[str]:
        return {button for form in self.forms for button in form.buttons}

    def form(self, action: str) -> Form:
        """The form with this button."""
        return next(form for form in self.forms if action in form.buttons)

    @property
    def fields(self) -> dict[str, str]:
        """What the product order form would send."""
        return self.form("submit").fields

    def described(self, id_: str) -> str:
        """Everything that an input's aria-describedby leads to."""
        described = (self.tag_of(id_).get("aria-describedby") or "").split()
        return " ".join(self.by_id[each].strip() for each in described)


@dataclass
class Browser:
    """Walks through the portal of one emulator; cookies are kept by the client."""

    emulator: Emulator
    url: str = ""
    answer: httpx.Response = field(default_factory=lambda: httpx.Response(200))

    @property
    def page(self) -> Page:
        return Page(self.answer.text)

    @property
    def id(self) -> str:
        return self.url.rpartition("/")[2]

    @property
    def refused(self) -> bool:
        """Whether a page that can be loaded again says that something is wrong: in its title, and in a summary."""
        summed_up = any(each.get("role") == "alert" for each in self.page.all("div"))
        return "<title>Error: " in self.answer.text and summed_up and self.answer.request.method == "GET"

    def open(self, url: str | None = None) -> Page:
        self.answer = self.emulator.request("GET", url or self.url)
        return self.page

    def press(self, action: str, **changes: str | None) -> Page:
        """Press a button of the page, with some fields of its form changed (None removes one)."""
        return self.send(self.page.form(action).fields | {"action": action} | changes)

    def send(self, fields: dict[str, Any]) -> Page:
        data = {name: value for name, value in fields.items() if value is not None}
        self.answer = self.emulator.request("POST", self.url, data=data)
        return self.open(self.answer.headers["location"]) if self.answer.status_code == 303 else self.page

    def sign_in(self) -> Page:
        """Follow the page's way to the portal, be the first of the company's people, and come back."""
        address = self.url
        way = next(str(each["href"]) for each in self.page.all("a") if "/portal?" in str(each.get("href")))
        self.open(way)
        data = self.page.form("merchant").fields | {"action": "merchant"}
        self.answer = self.emulator.request("POST", "/portal", data=data)
        assert self.answer.headers["location"] == httpx.URL(address).path
        return self.open()

    @property
    def status(self) -> str:
        """The order's, as the partner sees it."""
        shown = management(self.emulator, "GET", f"/v2/product-orders/{self.id}/details")
        return str(shown["status"])

    @property
    def order(self) -> Any:
        """All of the order, as the control API shows it."""
        answer = self.emulator.control("GET", f"/product-orders/{self.id}")
        assert answer.status_code == 200, answer.text
        return answer.json()


def visit(emulator: Emulator, *, signed: bool = True, **fields: Any) -> Browser:
    """A browser on the page of a new order; ``signed``: the merchant agreement is in place."""
    if signed:
        fields = {"businessIdentifier": KNOWN} | fields
    browser = Browser(emulator, prefill(emulator, **fields)["prefillUrl"])
    browser.open()
    assert browser.answer.status_code == 200, browser.answer.text
    return browser
