"""A browser without JavaScript, as far as these tests need one."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx

from tests.harness import Emulator


@dataclass
class Page(HTMLParser):
    """What is on a page: its text, its tags with their attributes, and its form filled in as it came."""

    html: str = ""
    text: str = ""
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    by_id: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()
        self._select: str | None = None
        self._within: list[tuple[str, str | None]] = []
        self.feed(self.html)
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag not in ("input", "meta", "link", "img", "br"):
            self._within.append((tag, given.get("id")))
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self._offer(self._select, value, first=True)
            if "selected" in given:
                self.fields[self._select] = value
        elif tag == "input":
            chooses = given.get("type") in ("checkbox", "radio")
            self._offer(name, value, first=not chooses or "checked" in given)

    def _offer(self, name: str, value: str, *, first: bool) -> None:
        self.choices.setdefault(name, []).append(value)
        if first:
            self.fields.setdefault(name, value)

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop()[0] != tag:
            pass
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        self.text += data
        for _, id_ in self._within:
            if id_:
                self.by_id[id_] = self.by_id.get(id_, "") + data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def buttons(self) -> list[str]:
        return [each.get("value") or "" for each in self.all("button")]

    @property
    def message(self) -> str | None:
        """Whether something is said in an alert; its text is in ``text``."""
        return next(("alert" for each in self.all("div") if each.get("role") == "alert"), None)

    def described(self, id_: str) -> str:
        """What an input's aria-describedby leads to."""
        described = next(given for _, given in self.tags if given.get("id") == id_).get("aria-describedby")
        return " ".join(self.by_id[each].strip() for each in (described or "").split())


@dataclass
class Browser:
    """Walks through the pages of one emulator; cookies are kept by the client."""

    emulator: Emulator
    answer: httpx.Response = field(default_factory=lambda: httpx.Response(200))

    @property
    def page(self) -> Page:
        return Page(self.answer.text)

    @property
    def refused(self) -> bool:
        """Whether a page that can be loaded again says that something is wrong: in its title, and in a summary."""
        errs = "<title>Error: " in self.answer.text and self.page.message is not None
        return errs and self.answer.request.method == "GET"

    def open(self, url: str) -> Page:
        self.answer = self.emulator.request("GET", url)
        return self.page

    def press(self, action: str, **changes: Any) -> Page:
        """Send the form of the page, with some fields changed (None removes one), and follow the redirect."""
        fields = self.page.fields | {"action": action} | changes
        return self.send({name: value for name, value in fields.items() if value is not None})

    def send(self, fields: dict[str, str]) -> Page:
        self.answer = self.emulator.request("POST", "/landing", data=fields)
        if self.answer.status_code == 303:
            return self.open(self.answer.headers["location"])
        return self.page


def visit(emulator: Emulator, **fields: Any) -> Browser:
    """A browser on the landing page of a new payment, reference-1."""
    created = emulator.create(**fields)
    assert created.status_code == 201, created.text
    browser = Browser(emulator)
    browser.open(created.json()["redirectUrl"])
    assert browser.answer.status_code == 200, browser.answer.text
    return browser
