"""Texts of pages go through one function."""

import re
from pathlib import Path

import mockserver
from mockserver.web.texts import counted, text

TEMPLATES = sorted(Path(mockserver.__file__).parent.rglob("templates/*.html"))
TRANSLATED = re.compile(r"{%-? ?trans\b.*?endtrans ?-?%}", re.DOTALL)
CODE = re.compile(r"{{.*?}}|{%.*?%}|{#.*?#}", re.DOTALL)
READ_OUT = re.compile(r'\b(?:aria-label|placeholder|alt|title)="([^"]*)"')
TAG = re.compile(r"<[^>]*>", re.DOTALL)
WORD = re.compile(r"[A-Za-z]{2,}")
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
