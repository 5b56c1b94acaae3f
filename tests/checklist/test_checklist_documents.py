"""The checklist as a document: the same in each format, with evidence, whatever texts clients have chosen."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mockserver.app import PRODUCTS
from mockserver.checklist.document.html import as_html
from mockserver.checklist.document.markdown import as_markdown, escaped
from mockserver.checklist.document.sheet import one_line, sheet
from mockserver.checklist.points.finding import Verdict, not_seen, shown
from mockserver.checklist.points.points import Checklist, Checks, point
from mockserver.checklist.points.seen import History
from mockserver.core.named import Named
from mockserver.product import Product
from mockserver.products import Products
from tests import tiny
from tests.harness import Emulator
from tests.phone.browsing import Browser, Page
from tests.test_new_product import order
from tests.webhooks.receivers import receivers_of, register, settle

POINTS = Checklist(PRODUCTS.checks()).points
HOSTILE = "a|b `c` <script>alert(1)</script> **d** [e](javascript:f) &lt; \\| ~~g~~"
SAID = "documentation=https://docs.example.com/a%7Cb&demo=OK&pilot=123456&description=One%20plugin%20for%20all%20shops"
FORMATS: dict[str, Callable[[Any], str]] = {"markdown": as_markdown, "html": as_html}


def asked(emulator: Emulator, query: str = "") -> dict[str, Any]:
    answer = emulator.control("GET", f"/checklist?{query}")
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


def markdown(emulator: Emulator, query: str = "") -> str:
    return as_markdown(sheet(asked(emulator, query)))


def story(emulator: Emulator, **fields: Any) -> None:
    """One payment that is reserved, captured in part and looked at."""
    assert emulator.create(**fields).status_code == 201
    emulator.approve()
    emulator.modify("capture", 5_000)
    emulator.get()


def example(emulator: Emulator, operation: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in asked(emulator)["examples"] if each["operation"] == operation)
    return found


def cells(row: str) -> list[str]:
    """The cells of a row of a table, as a reader sees them."""
    parts = re.split(r"(?<!\\)(?:\\\\)*\|", row)[1:-1]
    return [html.unescape(re.sub(r"\\(.)", r"\1", part.strip())) for part in parts]


def test_an_example_has_what_is_to_be_sent_in(emulator: Emulator) -> None:
    story(emulator)
    created, got = example(emulator, "createPayment"), emulator.get()
    assert created["reference"] == "reference-1"
    assert (created["method"], created["path"], created["status"]) == ("POST", "/epayment/v1/payments", 201)
    assert created["at"] == "2030-03-17T17:46:40.000Z"
    assert created["msn"] == created["headers"]["Merchant-Serial-Number"] == "123456"
    assert created["headers"]["Idempotency-Key"] == "create-reference-1"
    assert created["details"] == {"paymentDescription": "One pair of socks", "pspReference": got["pspReference"]}
    assert {"Authorization", "Ocp-Apim-Subscription-Key"}.isdisjoint(created["headers"])


def test_every_example_bears_something_out_and_stands_there_once(emulator: Emulator) -> None:
    receivers_of(emulator).answer = lambda received: 202
    register(emulator)
    story(emulator)
    settle(emulator)
    answer = asked(emulator)
    named = {(each, None) for one in answer["points"] for each in one["requests"]}
    named |= {(None, each) for one in answer["points"] for each in one["deliveries"]}
    shown_ones = [(each["request"], each["delivery"]) for each in answer["examples"]]
    assert len(shown_ones) == len(set(shown_ones))
    assert set(shown_ones) <= named
    told = next(each for each in answer["examples"] if each["operation"] == "epayments.payment.captured.v1")
    assert (told["reference"], told["status"], told["request"]) == ("reference-1", 202, None)
    assert told["details"]["pspReference"]


@pytest.mark.parametrize("form", FORMATS)
def test_every_point_stands_in_each_format_with_its_verdict(emulator: Emulator, form: str) -> None:
    story(emulator)
    emulator.modify("capture", 100, reference="nowhere")
    answer = asked(emulator, SAID)
    text = FORMATS[form](sheet(answer))
    verdicts = {each["id"]: each["verdict"] for each in answer["points"]}
    assert {*verdicts.values()} == {*map(str, Verdict)}
    assert verdicts.keys() == {each.id for each in POINTS}
    for id_, verdict in verdicts.items():
        if form == "markdown":
            assert re.search(rf"^\| \*\*{verdict}\*\* \| .*\({id_}\) \|", text, re.MULTILINE), id_
        else:
            assert re.search(rf'<li id="{id_}">\s*<h3><span class="verdict [a-z-]+">{verdict}</span>', text), id_
    for said in ("ePayment", "Partner", "paymentDescription", "One plugin for all shops"):
        assert said in text


def test_what_is_given_as_ok_is_never_shown(emulator: Emulator) -> None:
    said = "&".join(f"{name}=OK" for name in ("description", "documentation", "pilot", "demo"))
    stated = {each["id"]: each["verdict"] for each in asked(emulator, said)["points"] if each["api"] == "partner"}
    for name in ("description", "documentation", "pilot", "demo"):
        assert stated[f"partner-{name}"] == "wrong"
    assert "shown" not in stated.values()


def _ticked(history: History) -> Any:
    return shown("OK.") if history.requests else not_seen("Nothing.")


TICKED = Checks("ticked", (point("ticked-ok", "it is said to be OK", "nowhere", _ticked),))


@pytest.mark.parametrize("form", FORMATS)
def test_ok_without_evidence_is_not_done(start: Callable[..., Emulator], form: str) -> None:
    product = Product("ticked", checks=Named(f"{__name__}:TICKED"))
    emulator = start(products=Products(*PRODUCTS.all, product))
    emulator.create()
    answer = asked(emulator, "api=ticked")
    assert [each["verdict"] for each in answer["points"]] == ["not seen"]
    assert answer["summary"]["shown"] == 0
    text = FORMATS[form](sheet(answer))
    assert "not seen" in text
    assert "Nothing bears it out." in text


@pytest.mark.parametrize("form", FORMATS)
def test_the_points_of_a_new_product_appear_by_themselves(start: Callable[..., Emulator], form: str) -> None:
    emulator = start(products=Products(*PRODUCTS.all, tiny.PRODUCT))
    order(emulator)
    text = FORMATS[form](sheet(asked(emulator)))
    assert "Parcels" in text
    assert "parcels-order" in text
    assert "orderParcel" in text
    page = emulator.request("GET", "/checklist?api=parcels").text
    assert "parcels-order" in page
    assert "epayment-create" not in page


def hostile(emulator: Emulator) -> None:
    story(emulator, paymentDescription=f"{HOSTILE}\n\n# big\n")
    emulator.api("GET", "/payments/reference-1", Vipps_System_Name=HOSTILE.replace("\\", ""))


def test_hostile_texts_are_just_texts_in_markdown(emulator: Emulator) -> None:
    hostile(emulator)
    text = markdown(emulator, "description=x%7Cy%20%60z%60%0A%23%20big%20%3Cb%3E%20www.evil.example%20a")
    assert not re.search(r"<(?!https://)", text)
    assert "www.evil" not in text
    assert len(re.findall("^# ", text, re.MULTILINE)) == 1
    assert all(re.match(r"(#{1,3} |\||- |\d+ |All of it |$)", line) for line in text.splitlines())
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(cells(line)) for line in tables} == {2, 5}
    said = next(line for line in tables if "The solution" in line)
    assert cells(said) == ["The solution", "x|y `z` # big <b> www.evil.example a"]
    bodies = [line for line in text.splitlines() if line.startswith("- paymentDescription: ")]
    assert html.unescape(re.sub(r"\\(.)", r"\1", bodies[0])) == f"- paymentDescription: {HOSTILE} # big"


@given(some.text(min_size=1))
def test_what_is_escaped_says_the_same_and_formats_nothing(text: str) -> None:
    line = one_line(text)
    written = escaped(line)
    assert "\n" not in written
    assert line.isprintable()
    assert html.unescape(re.sub(r"\\(.)", r"\1", written)) == line
    assert not re.search(r"[`*_\[\]|~!<>$@]|://", re.sub(r"\\.", "", written))
    assert not re.search(r"&(?!amp;|lt;|gt;|#58;|#64;|#46;)", written)


@pytest.mark.parametrize("where", ["page", "file"])
def test_hostile_texts_are_just_texts_in_html(emulator: Emulator, where: str) -> None:
    hostile(emulator)
    said = "description=%22%3E%3Cscript%3Ealert(2)%3C/script%3E%20two%20three%20four%20five&demo=javascript:alert(3)"
    if where == "page":
        text = emulator.request("GET", f"/checklist?{said}").text
    else:
        text = as_html(sheet(asked(emulator, said)))
    page = Page(text)
    assert page.all("script") == []
    assert "<script" not in text
    assert HOSTILE in page.text
    assert '"><script>alert(2)</script> two three' in page.text
    links = [each["href"] or "" for each in page.all("a")]
    assert links
    assert not [each for each in links if each.startswith("javascript")]
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]


def test_a_file_loads_nothing(emulator: Emulator) -> None:
    text = as_html(sheet(asked(emulator, SAID)))
    page = Page(text)
    assert not page.all("link")
    assert not page.all("img")
    assert not page.all("form")
    assert not page.all("input")
    assert "url(" not in text
    assert "@import" not in text
    policy = next(each["content"] for each in page.all("meta") if each.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    assert "https://docs.example.com/a|b" in {each["href"] for each in page.all("a")}


def test_links_of_evidence_lead_to_their_examples(emulator: Emulator) -> None:
    story(emulator)
    page = Page(as_html(sheet(asked(emulator, SAID))))
    anchors = {(each["href"] or "")[1:] for each in page.all("a") if (each["href"] or "").startswith("#")}
    assert anchors
    assert anchors <= {attributes.get("id") for _, attributes in page.tags}


@pytest.mark.parametrize("form", ["json", *FORMATS])
def test_secrets_are_taken_out(emulator: Emulator, form: str) -> None:
    keys = emulator.unit("123456").keys
    story(emulator, paymentDescription=f"for {keys.client_secret}")
    emulator.api("GET", "/payments/reference-1", Vipps_System_Name=f"token={keys.subscription_key}")
    query = f"description=the+key+is+{keys.client_secret}+here&demo=https://x.example.com/{keys.client_secret}"
    answer = asked(emulator, query)
    text = str(answer) if form == "json" else FORMATS[form](sheet(answer))
    assert keys.client_secret not in text
    assert keys.subscription_key not in text
    assert "redacted" in text
    assert emulator.token(keys) not in text


def test_a_secret_that_is_cut_off_is_taken_out_too(emulator: Emulator) -> None:
    secret = emulator.unit("123456").keys.client_secret
    name = "x" * (200 - len(secret) + 3) + secret
    emulator.api("GET", "/payments/reference-1", Vipps_System_Name=name)
    assert secret[:8] not in str(asked(emulator))


def test_older_requests_that_are_gone_are_told(start: Callable[..., Emulator]) -> None:
    emulator = start(journal_size=2)
    story(emulator)
    gone = "The journal keeps 2 requests; 3 older ones are not judged."
    assert gone in markdown(emulator)
    assert gone in emulator.request("GET", "/checklist").text


def test_the_page_answers_for_one_unit_and_keeps_what_was_typed(emulator: Emulator) -> None:
    story(emulator)
    answer = emulator.request("GET", f"/checklist?msn=123456&api=&{SAID}")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert answer.headers["cache-control"] == "no-store"
    page = Page(answer.text)
    assert page.fields == {
        "msn": "123456",
        "api": "",
        "description": "One plugin for all shops",
        "documentation": "https://docs.example.com/a|b",
        "pilot": "123456",
        "demo": "OK",
    }
    assert "createPayment succeeded 1 time." in page.text
    assert "createPayment succeeded" not in emulator.request("GET", "/checklist?msn=223456").text


def test_a_bad_question_is_answered_at_its_field(emulator: Emulator) -> None:
    browser = Browser(emulator)
    page = browser.open(f"/checklist?msn=9&api=socks&pilot=1&demo={'x' * 2001}")
    assert browser.answer.status_code == 400
    assert browser.refused
    assert "There is no such sales unit" in page.described("msn")
    assert "there are: platform, epayment" in page.described("api")
    assert "at most 2000 characters" in page.described("demo")
    assert page.fields["pilot"] == "1"
    assert "epayment-create" not in browser.answer.text
    refused = emulator.control("GET", f"/checklist?demo={'x' * 2001}")
    assert refused.status_code == 400
    assert "demo" in refused.text
