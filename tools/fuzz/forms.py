"""What pages offer to a browser: forms with their fields and buttons, and links on this server."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

_MOST: Final = 60
"""Forms and links that are kept, the latest of each."""


@dataclass(frozen=True)
class Form:
    """Where a form is sent, and what the page offers for each of its fields; texts have what stands in them."""

    path: str
    fields: Mapping[str, tuple[str, ...]]


@dataclass
class Seen:
    """The latest forms and links of pages, and the cookies that came with them."""

    forms: dict[tuple[str, tuple[str, ...]], Form] = field(default_factory=dict)
    links: dict[str, None] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def page(self, path: str, html: str) -> None:
        """Remember what this page offers."""
        reader = _Reader(path)
        reader.feed(html)
        for form in reader.forms:
            name = form.path, tuple(form.fields)
            self.forms.pop(name, None)
            self.forms[name] = form
        for link in reader.links:
            self.link(link)
        while len(self.forms) > _MOST:
            del self.forms[next(iter(self.forms))]

    def link(self, path: str) -> None:
        """Remember an address of this server."""
        self.links.pop(path, None)
        self.links[path] = None
        while len(self.links) > _MOST:
            del self.links[next(iter(self.links))]

    def cookie(self, said: str) -> None:
        """Keep a cookie, or forget it when it is empty, as browsers do."""
        name, _, value = said.partition(";")[0].partition("=")
        if value.strip('"'):
            self.cookies[name] = value
        else:
            self.cookies.pop(name, None)

    @property
    def header(self) -> dict[str, str]:
        """The cookies as they are sent."""
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._path = path
        self._action = ""
        self._fields: dict[str, tuple[str, ...]] | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            link = urljoin(self._path, given.get("href", ""))
            self.links += [link] if link.startswith("/") else []
        elif tag == "form" and given.get("method", "").lower() == "post":
            self._action, self._fields = urljoin(self._path, given.get("action", "")), {}
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option":
            self._offer(self._select, given.get("value", ""))
        elif tag in ("input", "textarea", "button"):
            self._offer(given.get("name", ""), given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._fields is not None:
            self.forms.append(Form(self._action, self._fields))
            self._fields = None

    def _offer(self, name: str, value: str) -> None:
        if self._fields is not None and name:
            self._fields[name] = (*self._fields.get(name, ()), value)
