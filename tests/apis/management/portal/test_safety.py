"""What protects the merchant's pages: escaping, headers, CSRF tokens; and what everybody can use."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.apis.management.portal.browsing import SHORT_XSS, XSS, Browser, prefill, visit
from tests.harness import Emulator


def states(emulator: Emulator, signed: bool = False) -> Iterator[tuple[str, Browser]]:
    """Every page that there is, one after the other."""
    browser = visit(emulator, signed=signed)
    yield "agreement", browser
    browser.press("sign", companyName=SHORT_XSS, withRights="no")
    yield "form", browser
    browser.press("save", salesUnitName="/", websiteUrl=XSS, intendedPurpose=f"</textarea>{XSS}")
    yield "wrong form", browser
    browser.open()
    browser.press("submit")
    yield "submitted", browser
    browser.press("sign")
    browser.press("hold")
    yield "held", browser
    browser.press("reject", rejection=XSS)
    yield "rejected", browser
    done = Browser(emulator, prefill(emulator)["prefillUrl"])
    done.open()
    done.press("submit")
    done.press("approve")
    yield "completed", done
    gone = Browser(emulator, prefill(emulator)["prefillUrl"])
    gone.open()
    gone.press("expire")
    yield "expired", gone
    nowhere = Browser(emulator, "/register/vippspanett/nobody")
    nowhere.open()
    yield "not found", nowhere


def test_every_page_is_reached(emulator: Emulator) -> None:
    found = {name: browser.answer.status_code for name, browser in states(emulator)}
    assert found == {
        "agreement": 200,
        "form": 200,
        "wrong form": 200,
        "submitted": 200,
        "held": 200,
        "rejected": 200,
        "completed": 200,
        "expired": 410,
        "not found": 404,
    }


def test_every_page_carries_its_headers(emulator: Emulator) -> None:
    for _, browser in states(emulator):
        headers = browser.answer.headers
        policy = headers["content-security-policy"]
        assert headers["content-type"] == "text/html; charset=utf-8"
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"
        assert policy.startswith("default-src 'none'")
        assert "img-src 'self'" in policy
        assert "data:" not in policy
        assert "unsafe" not in policy


def test_no_page_needs_what_the_policy_forbids(emulator: Emulator) -> None:
    for name, browser in states(emulator):
        page = browser.page
        assert not page.all("script"), name
        assert not page.all("style"), name
        assert not [attributes for _, attributes in page.tags if "style" in attributes]
        assert not [each for _, attributes in page.tags for each in attributes if each.startswith("on")]
        assert [each["href"] for each in page.all("link")] == ["/style.css", "/favicon.ico"]
        assert all((each["src"] or "").startswith("/register/vippspanett/") for each in page.all("img"))


def test_every_page_says_that_it_is_an_emulator(emulator: Emulator) -> None:
    for _, browser in states(emulator):
        assert "Emulator." in browser.page.text
        assert "emulator" in browser.answer.text.partition("</title>")[0]


def test_every_input_has_a_label_and_every_description_exists_once(emulator: Emulator) -> None:
    for name, browser in states(emulator):
        page = browser.page
        labelled = {each.get("for") for each in page.all("label")}
        for tag in ("input", "select", "textarea"):
            for each in page.all(tag):
                if each.get("type") not in ("hidden", "radio", "checkbox"):
                    assert each["id"] in labelled, (name, each)
        ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
        assert len(ids) == len(set(ids)), name
        for _, attributes in page.tags:
            described = (attributes.get("aria-describedby") or "").split()
            assert set(described) <= set(ids), (name, attributes)
            assert attributes.get("aria-labelledby", None) in {None, *ids}


def test_what_the_merchant_types_is_escaped(emulator: Emulator) -> None:
    for name, browser in states(emulator):
        assert not browser.page.all("script"), name
        if name in ("form", "held", "rejected"):
            assert "alert(1)" in browser.page.text
        if name == "wrong form":
            assert browser.page.fields["websiteUrl"] == XSS
            assert browser.page.fields["intendedPurpose"] == f"</textarea>{XSS}"


def test_what_the_partner_sends_is_escaped(emulator: Emulator) -> None:
    url = f"https://x.test/{XSS}"
    texts = {"testWebsiteUrl": url, "testWebsiteUsername": XSS, "testWebsitePassword": XSS}
    page = visit(
        emulator,
        intendedPurpose=f"</textarea>{XSS}",
        app={"appName": XSS},
        website={"url": url, "termsUrl": url} | texts,
        salesUnitLogo=None,
    ).page
    assert not page.all("script")
    assert not page.all("img")
    assert page.fields["intendedPurpose"] == f"</textarea>{XSS}"
    assert {page.fields[name] for name in ("appName", "testWebsiteUsername", "testWebsitePassword")} == {XSS}
    assert {page.fields[name] for name in ("websiteUrl", "termsUrl", "testWebsiteUrl")} == {url}


def test_what_is_dropped_is_escaped(emulator: Emulator) -> None:
    page = visit(emulator, website={"url": XSS, "termsUrl": XSS}, salesUnitLogo=None).page
    assert "alert(1)" in page.by_id["website-warning"]
    assert not page.all("script")
    assert not page.all("img")


def test_names_of_partner_and_unit_are_escaped(emulator: Emulator) -> None:
    assert emulator.control("PATCH", "/partners/partner-plus", {"name": SHORT_XSS}).status_code == 200
    browser = visit(emulator, salesUnitLogo=None)
    browser.press("submit")
    page = browser.press("approve")
    answer = emulator.control("PATCH", f"/sales-units/{page.by_id['msn']}", {"name": SHORT_XSS})
    assert answer.status_code == 200, answer.text
    page = browser.open()
    assert "alert(1)" in page.by_id["unit-name"]
    assert not page.all("script")
    assert not page.all("img")


@pytest.mark.parametrize("token", [None, "", "wrong", "ö", "x" * 10_000])
@pytest.mark.parametrize("action", ["sign", "save", "submit", "expire"])
def test_a_form_without_the_page_s_own_token_is_refused(emulator: Emulator, action: str, token: str | None) -> None:
    browser = visit(emulator, signed=action == "sign")
    before = browser.order
    fields = {"companyName": "A", "withRights": "yes", "action": action, "csrf": token}

    page = browser.send(fields)

    assert browser.answer.status_code == 403
    assert "This form has expired" in page.text
    assert browser.order == before


@pytest.mark.parametrize("cookie", [None, "", "other"])
def test_a_form_without_the_browser_s_cookie_is_refused(emulator: Emulator, cookie: str | None) -> None:
    browser = visit(emulator)
    emulator.client.cookies.clear()
    if cookie is not None:
        emulator.client.cookies.set("mock_visitor", cookie)

    browser.press("submit")

    assert browser.answer.status_code == 403
    assert browser.status == "MERCHANT_VIEWED"


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"", 403), (b"\xff\xfe=\xff", 403), (b"a&" * 500, 403), (b"a=" + b"x" * 600_000, 413)],
    ids=["empty", "no utf-8", "many fields", "huge"],
)
def test_what_is_no_form_of_ours_is_refused(emulator: Emulator, content: bytes, status: int) -> None:
    browser = visit(emulator)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = emulator.request("POST", browser.url, content=content, headers=headers)
    assert answer.status_code == status
    assert "Not accepted" in answer.text


def test_a_browser_that_leaves_in_the_middle_of_a_form_does_no_harm(emulator: Emulator) -> None:
    browser = visit(emulator)
    path, sent = f"/register/vippspanett/{browser.id}", list[Any]()
    parts = [{"type": "http.request", "body": b"csrf=", "more_body": True}, {"type": "http.disconnect"}]

    async def receive() -> Any:
        return parts.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b""}
    app = emulator.server.app(scope | {"headers": [], "scheme": "http", "server": ("x", 80)}, receive, send)
    emulator.loop.run_until_complete(app)

    assert sent[0]["status"] == 400
    assert browser.status == "MERCHANT_VIEWED"


def test_a_form_for_no_order_leads_nowhere(emulator: Emulator) -> None:
    browser = visit(emulator)
    fields = browser.page.fields | {"action": "submit"}
    browser.url = browser.url[:-1] + ("0" if browser.url[-1] != "0" else "1")
    browser.send(fields)
    assert browser.answer.status_code == 404


def test_a_full_store_is_said_and_changes_nothing(start: Callable[..., Emulator]) -> None:
    emulator = start(store_limit=1)
    browser = visit(emulator)
    unopened = Browser(emulator, prefill(emulator)["prefillUrl"])
    before = browser.order
    filler = {str(each): "x" * 500 for each in range(5)}
    assert any(emulator.create(f"filler-{number}", metadata=filler).status_code == 500 for number in range(2000))

    page = browser.press("submit", intendedPurpose="袜" * 5000)

    assert browser.answer.status_code == 507
    assert "store is full" in page.text
    assert browser.order == before
    unopened.open()
    assert unopened.answer.status_code in (200, 507)
