"""What protects the customer's pages: escaping, headers, CSRF tokens, tokens that cannot be guessed."""

import struct
from collections.abc import Callable
from typing import Any

import png
import pytest

from tests.harness import Emulator, body
from tests.phone.browsing import Browser, Page, visit

XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
SHORT_XSS = "<script>alert(1)</script>\"'><img src=x>"
"""As long as a company's name may be."""
POLICY = "default-src 'none'"


def harmless(page: Page) -> bool:
    """Whether nothing of what was sent became markup."""
    return not page.all("script") and not page.all("img") and "alert(1)" in page.text


def receipt(name: str) -> dict[str, Any]:
    line = {
        "name": name,
        "id": name,
        "totalAmount": 10_000,
        "totalAmountExcludingTax": 8_000,
        "totalTaxAmount": 2_000,
        "taxRate": 2500,
    }
    return {"orderLines": [line], "bottomLine": {"currency": "NOK"}}


@pytest.mark.parametrize(
    "fields",
    [{"paymentDescription": XSS}, {"receipt": receipt(XSS)}],
    ids=["description", "receipt"],
)
@pytest.mark.parametrize("ending", [None, "approve", "cancel"])
def test_what_the_merchant_sends_is_escaped(emulator: Emulator, fields: dict[str, Any], ending: str | None) -> None:
    browser = visit(emulator, **fields)
    page = browser.page if ending is None else browser.press(ending)
    assert harmless(page)


@pytest.mark.parametrize("path", ["/merchants/merchant-no-1", "/sales-units/123456"])
def test_names_of_merchants_and_units_are_escaped(emulator: Emulator, path: str) -> None:
    assert emulator.control("PATCH", path, {"name": SHORT_XSS}).status_code == 200
    browser = visit(emulator, profile={"scope": "name"})

    assert harmless(browser.page)
    assert harmless(browser.press("approve"))


def test_customers_are_escaped(emulator: Emulator) -> None:
    address = {"line1": XSS, "city": XSS, "post_code": XSS, "country": "NO"}
    emulator.control(
        "POST", "/customers", {"phone": "4712345678", "first_name": XSS, "last_name": XSS, "addresses": [address]}
    )
    option = {"id": XSS, "name": XSS, "meta": XSS, "estimatedDelivery": XSS, "amount": body()["amount"]}
    group = {"type": "OTHER", "brand": "OTHER", "options": [option]}
    browser = visit(emulator, profile={"scope": "name address email phoneNumber"}, shipping={"fixedOptions": [group]})

    assert harmless(browser.page)
    page = browser.press("continue")
    assert harmless(page)
    assert page.fields["option"] == XSS
    browser.press("approve")
    assert emulator.get()["shippingDetails"]["shippingOptionId"] == XSS


def test_what_the_visitor_sends_is_escaped(emulator: Emulator) -> None:
    browser = visit(emulator, amount={"currency": "NOK", "value": 202})

    page = browser.press("approve", **{XSS: XSS, '"><script>': "x"})

    assert page.fields[XSS] == XSS
    assert not page.all("script")
    assert not page.all("img")


def test_the_reference_and_metadata_do_not_get_in_as_markup(emulator: Emulator) -> None:
    page = visit(emulator, metadata={XSS: XSS}).page
    assert not page.all("script")
    assert not page.all("img")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", 'https://x.test/"><script>', "JaVaScRiPt:1"]
)
def test_a_return_url_that_could_run_code_is_refused(emulator: Emulator, url: str) -> None:
    assert emulator.create(returnUrl=url).status_code == 400


def pages(emulator: Emulator) -> list[Browser]:
    browsers = [visit(emulator), Browser(emulator), Browser(emulator), Browser(emulator)]
    browsers[1].open(str(browsers[0].answer.url))
    browsers[1].press("cancel")
    browsers[2].open("/landing?token=unknown")
    browsers[3].send({"token": "x"})
    return browsers


def test_every_page_carries_its_headers(emulator: Emulator) -> None:
    for browser in pages(emulator):
        headers = browser.answer.headers
        policy = headers["content-security-policy"]
        assert headers["content-type"] == "text/html; charset=utf-8"
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"
        assert policy.startswith(POLICY)
        for part in ("form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
            assert part in policy
        assert "unsafe" not in policy
        assert "script" not in policy


def test_no_page_needs_what_the_policy_forbids(emulator: Emulator) -> None:
    for browser in pages(emulator):
        page = browser.page
        assert not page.all("script")
        assert not page.all("style")
        assert not [attributes for _, attributes in page.tags if "style" in attributes]
        assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
        assert [each["href"] for each in page.all("link")] == ["/style.css", "/favicon.ico"]


def test_the_style_sheet_is_served(emulator: Emulator) -> None:
    answer = emulator.request("GET", "/style.css")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert answer.text


def test_the_icon_is_served_and_may_be_kept(emulator: Emulator) -> None:
    answer = emulator.request("GET", "/favicon.ico")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "max-age=86400"
    kind, count, width, height = struct.unpack_from("<xxHHBB", answer.content)
    size, offset = struct.unpack_from("<II", answer.content, 14)
    assert (kind, count) == (1, 1)
    assert offset + size == len(answer.content)
    across, down, pixels, _ = png.Reader(bytes=answer.content[offset:]).asRGBA8()
    assert (across, down) == (width, height) == (32, 32)
    colours = {bytes(row[at : at + 4]) for row in pixels for at in range(0, len(row), 4)}
    assert {b"\xff\xd5\x4d\xff", b"\x2b\x23\x00\xff", bytes(4)} <= colours


def test_every_page_says_that_it_is_an_emulator(emulator: Emulator) -> None:
    for browser in pages(emulator):
        assert "Emulator. No real money moves here." in browser.page.text
        assert len(browser.page.all("header")) == 1
        assert "emulator" in browser.answer.text.partition("</title>")[0]


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(emulator: Emulator) -> None:
    cookie = visit(emulator).answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie

    url = emulator.create("reference-2").json()["redirectUrl"].replace("http://", "https://")
    emulator.client.cookies.clear()
    assert "secure" in emulator.request("GET", url).headers["set-cookie"].lower()


@pytest.mark.parametrize("action", ["approve", "cancel", "continue"])
@pytest.mark.parametrize("token", [None, "", "wrong", "ö", "x" * 10_000])
def test_a_form_without_the_page_s_own_token_is_refused(emulator: Emulator, action: str, token: str | None) -> None:
    browser = visit(emulator)

    page = browser.press(action, csrf=token)

    assert browser.answer.status_code == 403
    assert "This form has expired" in page.text
    assert emulator.get()["state"] == "CREATED"
    assert len(emulator.events()) == 1


@pytest.mark.parametrize("cookie", [None, "", "other"])
def test_a_form_without_the_browser_s_cookie_is_refused(emulator: Emulator, cookie: str | None) -> None:
    browser = visit(emulator)
    emulator.client.cookies.clear()
    if cookie is not None:
        emulator.client.cookies.set("mock_visitor", cookie)

    browser.press("approve")

    assert browser.answer.status_code == 403
    assert emulator.get()["state"] == "CREATED"


def test_an_empty_cookie_and_an_empty_token_do_not_match(emulator: Emulator) -> None:
    browser = visit(emulator)
    emulator.client.cookies.clear()
    browser.press("approve", csrf="")
    assert browser.answer.status_code == 403


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 403),
        (b"{}", 403),
        (b"\xff\xfe=\xff", 403),
        (b"a&" * 500, 403),
        (b"csrf=%ff&token=%00", 403),
        (b"a=" + b"x" * 70_000, 413),
    ],
    ids=["empty", "json", "no utf-8", "many fields", "odd bytes", "huge"],
)
def test_what_is_no_form_of_ours_is_refused(emulator: Emulator, content: bytes, status: int) -> None:
    visit(emulator)
    answer = emulator.request(
        "POST", "/landing", content=content, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == status
    assert "Not accepted" in answer.text
    assert emulator.get()["state"] == "CREATED"


TOKENS: list[Callable[[str], str]] = [
    lambda token: "",
    lambda token: token[:-1],
    lambda token: token + "0",
    lambda token: token.upper() + "A",
    lambda token: token.partition(".")[2],
    lambda token: "2." + token.partition(".")[2],
    lambda token: token.partition(".")[0] + ".",
    lambda token: "01" * 6000 + token,
    lambda token: "%00" + token,
    lambda token: "١." + token.partition(".")[2],
    lambda token: "fffffffffffff." + token.partition(".")[2],
    lambda token: "-1." + token.partition(".")[2],
]


@pytest.mark.parametrize("change", TOKENS)
def test_a_token_that_is_not_a_payment_s_leads_nowhere(emulator: Emulator, change: Callable[[str], str]) -> None:
    browser = visit(emulator)
    token = browser.page.fields["token"]

    page = browser.open(f"/landing?token={change(token)}")

    assert browser.answer.status_code == 404
    assert "There is no payment behind this address." in page.text


def test_a_form_for_another_token_leads_nowhere(emulator: Emulator) -> None:
    browser = visit(emulator)
    browser.press("approve", token="1.00000000000000000000000000000000")
    assert browser.answer.status_code == 404
    assert emulator.get()["state"] == "CREATED"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(emulator: Emulator, method: str) -> None:
    answer = emulator.request(method, "/landing")
    assert answer.status_code == 405
    assert answer.json()
