"""A browser on the page of an agreement, and on the phone of its customer."""

from typing import Any
from urllib.parse import urlsplit

from tests.apis.recurring.shop import Shop
from tests.harness import Emulator
from tests.phone.browsing import Browser, Page

CUSTOMER = "4712345678"
PHONE = f"/wallet/{CUSTOMER}"


class Visitor(Browser):
    """Sends each form to where its page stands."""

    def send(self, fields: dict[str, str]) -> Page:
        path = urlsplit(str(self.answer.request.url)).path
        self.answer = self.emulator.request("POST", path, data=fields)
        if self.answer.status_code == 303:
            return self.open(self.answer.headers["location"])
        return self.page

    @property
    def page_url(self) -> str:
        """The address of the page, without what it was to say once."""
        url = self.answer.request.url
        return f"{url.path}?token={url.params['token']}"

    @property
    def goes_to(self) -> str | None:
        """Where the page sends the browser by itself."""
        refresh = (str(each["content"]) for each in self.page.all("meta") if each.get("http-equiv") == "refresh")
        return next((each.removeprefix("0; url=") for each in refresh), None)


class Visited:
    """A draft, its shop, and a browser on its page."""

    def __init__(self, emulator: Emulator, msn: str = "123456", **fields: Any) -> None:
        self.shop = Shop(emulator, msn)
        answer = self.shop.draft(**fields)
        assert answer.status_code == 201, answer.text
        self.id: str = answer.json()["agreementId"]
        self.charge: str | None = answer.json()["chargeId"]
        self.browser = Visitor(emulator)
        self.browser.open(answer.json()["vippsConfirmationUrl"])
        assert self.browser.answer.status_code == 200, self.browser.answer.text

    @property
    def page(self) -> Page:
        """What the browser shows."""
        return self.browser.page

    @property
    def status(self) -> str:
        """The status of the agreement."""
        return str(self.shop.agreement(self.id)["status"])
