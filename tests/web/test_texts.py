"""Texts of pages go through one function."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

import mockserver
from mockserver.web import texts
from mockserver.web.texts import counted, text
from tests.apis.login.client import CUSTOMER, Client
from tests.apis.login.till import Till
from tests.apis.management.portal.browsing import Browser as Portal
from tests.apis.management.portal.browsing import prefill
from tests.harness import Emulator
from tests.phone.browsing import Page, visit

TEMPLATES = sorted(
    path for path in Path(mockserver.__file__).parent.rglob("templates/*.html") if "dashboard" not in path.parts
)
"""All but those of the dashboard, which is for developers and stays English."""
TRANSLATED = re.compile(r"{%-? ?trans\b.*?endtrans ?-?%}", re.DOTALL)
CODE = re.compile(r"{{.*?}}|{%.*?%}|{#.*?#}", re.DOTALL)
READ_OUT = re.compile(r'\b(?:aria-label|placeholder|alt|title)="([^"]*)"')
TAG = re.compile(r"<[^>]*>", re.DOTALL)
WORD = re.compile(r"[A-Za-z]{2,}")
SENTENCE = re.compile(r"\b[A-Z][a-z]|[A-Za-z]{2,} [A-Za-z]{2,}")
SAID = {"text", "gettext", "ngettext"}
NO_TEXTS = {'class="wide"', 'aria-describedby="" aria-invalid="true"', "/openapi/.json", "client_id", "client_secret"}
"""Attributes, addresses, and names of the field that are the same in every language."""


def bare(source: str) -> list[str]:
    """What a template says without asking for its translation."""
    rest = CODE.sub("", TRANSLATED.sub("", source))
    said = [*READ_OUT.findall(rest), *(line.strip() for line in TAG.sub("\n", rest).splitlines())]
    return [each for each in said if WORD.search(each) and each not in NO_TEXTS]


def test_no_template_has_a_text_of_its_own() -> None:
    assert len(TEMPLATES) > 20
    assert {path.name: found for path in TEMPLATES if (found := bare(path.read_text("utf-8")))} == {}


def test_a_bare_text_would_be_found() -> None:
    assert bare('<p title="Now">{% trans %}Pay{% endtrans %} or cancel</p>') == ["Now", "or cancel"]


def test_values_stand_in_their_places() -> None:
    assert text("{name} pays {amount}", name="{x}", amount=5) == "{x} pays 5"
    assert text("100 % {sure}") == "100 % {sure}"
    assert [counted("one", "many", each) for each in (0, 1, 2)] == ["many", "one", "many"]


def unsaid(node: nodes.Node) -> Iterator[str]:
    """The texts in a template's expressions that do not ask for their translation."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Call) and isinstance(child.node, nodes.Name) and child.node.name in SAID:
            continue
        if isinstance(child, nodes.Const) and isinstance(child.value, str) and SENTENCE.search(child.value):
            yield child.value
        yield from unsaid(child)


def in_expressions(source: str) -> list[str]:
    return list(unsaid(Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(source)))


def test_no_expression_of_a_template_has_a_text_of_its_own() -> None:
    assert {path.name: found for path in TEMPLATES if (found := in_expressions(path.read_text("utf-8")))} == {}
    assert in_expressions('{{ line("a", hint="Not an IBAN") }}{{ text("Pick one") }}') == ["Not an IBAN"]


class Marks(dict[str, str]):
    """A language in which every text stands in brackets."""

    def get(self, key: str, default: object = None) -> str:
        return f"[{key}]"


OF_CUSTOMERS = re.compile(r"<option [^>]*>[0-9]+ · .*?</option>")
DATA = (
    "Helland nettbutikk", "Helland BA", "One pair of socks", "NOK", "Karen Myklebust", "4MZ-CQ3",
    "Antonsenhaugen", "Brekke", "NO", "Solberg Nybygg AS", "Plus Partner AS", "Standard", "Socks and shoes",
    "business:NO:ORG",
)  # fmt: skip
"""What stands on the pages below and is nobody's language."""


def in_english(html: str) -> list[str]:
    """The words of a page that no translation was asked for."""
    shown, found = Page(OF_CUSTOMERS.sub("", html)).text, 1
    while found:
        shown, found = re.subn(r"\[[^][]*\]", " ", shown)
    return WORD.findall(re.sub("|".join(DATA), " ", shown))


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "CATALOG", Marks())


@pytest.mark.usefixtures("marked")
def test_another_language_needs_no_more_than_a_catalog(emulator: Emulator) -> None:
    browser = visit(emulator, profile={"scope": "name phoneNumber"})
    assert "[[Enter the number with country code, for example 4712345678]]" in browser.press("approve", phone="47").text
    pages = [browser.answer.text]
    browser.press("approve", phone=CUSTOMER)
    pages.append(browser.answer.text)
    emulator.create("reference-2", userFlow="PUSH_MESSAGE", returnUrl=None, customer={"phoneNumber": CUSTOMER})
    Till(emulator).begin(scope="openid name address birthDate", binding_message="4MZ-CQ3")
    login = Client(emulator).authorize().headers["location"]
    portal = Portal(emulator, prefill(emulator)["prefillUrl"])
    portal.open()
    pages.append(portal.answer.text)
    portal.press("sign")
    portal.press("submit", annualTurnover="many")
    pages.append(portal.answer.text)
    portal.press("submit")
    pages.append(portal.answer.text)
    for url in (f"/wallet/{CUSTOMER}", f"/wallet/{CUSTOMER}/consents", login, "/landing?token=nobody"):
        browser.open(url)
        pages.append(browser.answer.text)
    assert [found for each in pages if (found := in_english(each))] == []
