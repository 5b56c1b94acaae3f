"""The dashboard through the server's doors: every view, what others wrote, buttons, who may come in."""

import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mockserver.apis.epayment.control.dashboard import VIEWS as PAYMENTS
from mockserver.app import PRODUCTS
from mockserver.dashboard.curl import curl
from mockserver.dashboard.story import pretty, story
from mockserver.dashboard.views import Moment
from mockserver.products import Products
from tests.apis.management.partner import call as as_partner
from tests.harness import Emulator, csrf_of
from tests.webhooks.receivers import receivers_of, register, settle

Start = Callable[..., Emulator]
HTML = {"Accept": "text/html,application/xhtml+xml"}
VIEWS = (
    "/",
    *(f"/dashboard/{view.name}" for view in PRODUCTS.views()),
    *(
        f"/dashboard/{name}"
        for name in ("requests", "webhooks", "clock", "scenarios", "world", "emails", "checklist", "connect")
    ),
)
NASTY = "</pre><script>alert(1)</script><img src=x onerror=alert(2)>\"'"


def page(emulator: Emulator, path: str, status: int = 200) -> str:
    answer = emulator.request("GET", path, headers=HTML)
    assert answer.status_code == status, answer.text
    return answer.text


def press(emulator: Emulator, call: str, to: str = "/", body: Any = None, **fields: str) -> httpx.Response:
    form = {"csrf": csrf_of(emulator), "call": call, "to": to, "label": "It"}
    form |= {name.replace("_", "."): value for name, value in fields.items()}
    return emulator.request("POST", "/dashboard/do", data=form if body is None else form | {"body": json.dumps(body)})


def after(emulator: Emulator, answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    return page(emulator, answer.headers["location"])


def test_programs_get_links_and_browsers_a_page(emulator: Emulator) -> None:
    for headers in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        answer = emulator.request("GET", "/", headers=headers)
        assert answer.json()["links"]["stream"] == "http://emulator.test/_mock/stream"
    answer = emulator.request("GET", "/", headers=HTML)
    assert "<h1" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert re.findall(r"<script(?! src=\"/dashboard/dashboard.js\" defer></script>)", answer.text) == []
    assert re.findall(r"\son\w+=|style=", answer.text) == []


@pytest.mark.parametrize("path", VIEWS)
def test_every_view_is_there_from_the_start(emulator: Emulator, path: str) -> None:
    text = page(emulator, path)
    assert 'aria-current="page"' in text
    assert text.count("<h1") == 1


def test_one_payment_is_a_story(emulator: Emulator) -> None:
    receivers_of(emulator)
    register(emulator, events=["epayments.payment.created.v1"])
    emulator.create(paymentDescription="Blue socks")
    settle(emulator)
    emulator.control("POST", "/payments/123456/reference-1/decline", {"reason": "insufficient-funds"})
    emulator.approve()
    emulator.modify("capture", 4_000)
    text = page(emulator, "/dashboard/payments/123456/reference-1")
    places = [
        text.index(each)
        for each in ("createPayment", "CREATED</strong>", "failed</span>",
                     "forceApprove", "capturePayment", "CAPTURED</strong>", "epayments.payment.created.v1")
    ]  # fmt: skip
    assert places == sorted(places)
    assert "Blue socks" in text
    assert "not enough money" in text
    assert "40.00 NOK" in text
    assert "$VIPPS_SUBSCRIPTION_KEY" in text
    keys = emulator.unit("123456").keys
    assert keys.subscription_key not in text
    assert "Approve" not in re.findall(r"<button[^>]*>([^<]*)", text)
    assert 'href="/dashboard/payments/123456/reference-1"' in page(emulator, "/")
    assert 'href="/dashboard/payments/123456/reference-1"' in page(emulator, "/dashboard/payments?state=AUTHORIZED")
    assert "reference-1" not in page(emulator, "/dashboard/payments?state=CREATED")
    assert "state:" in page(emulator, "/dashboard/payments?state=NONSENSE")


def test_buttons_are_calls_of_the_control_api(emulator: Emulator) -> None:
    emulator.create()
    here = "/dashboard/payments/123456/reference-1"
    assert "Approve" in page(emulator, here)
    path = "POST /payments/123456/reference-1"
    refused = after(emulator, press(emulator, f"{path}/decline", here, text_reason="nonsense"))
    assert "Error:" in refused
    assert "reason:" in refused
    assert "Done: It." in after(emulator, press(emulator, f"{path}/approve", here, text_customer="4712345678"))
    assert emulator.get()["state"] == "AUTHORIZED"
    before = emulator.control("GET", "/clock").json()["aheadSeconds"]
    after(emulator, press(emulator, "POST /clock/advance", "/dashboard/clock", {"duration": "PT11M"}))
    assert emulator.control("GET", "/clock").json()["aheadSeconds"] - before > 600


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"call": "GET /stream"}, 403),
        ({"call": "POST //evil.example"}, 303),
        ({"call": "nonsense"}, 403),
        ({"call": "POST /reset", "body": "[]"}, 403),
        ({"call": "POST /reset", "body": "{"}, 403),
        ({"call": "POST /reset", "number.x": "x"}, 403),
        ({"call": "POST /reset", "csrf": "guessed"}, 403),
    ],
)
def test_strange_forms_do_nothing(emulator: Emulator, form: dict[str, str], status: int) -> None:
    emulator.create()
    page(emulator, "/")
    sent = {"csrf": csrf_of(emulator), "to": "//evil.example"} | form
    answer = emulator.request("POST", "/dashboard/do", data=sent)
    assert answer.status_code == status, answer.text
    assert answer.headers.get("location", "/").startswith("/?") or status == 403
    assert emulator.get()["state"] == "CREATED"


def test_what_others_wrote_stays_text(emulator: Emulator) -> None:
    receivers_of(emulator)
    register(emulator, events=["epayments.payment.created.v1"], url="https://shop.example.com/?a=%3Cscript%3E")
    emulator.create("reference-1", paymentDescription=NASTY)
    emulator.request("GET", f"/nothing/{NASTY}", headers={"x-note": NASTY.replace("\n", "")}, params={"q": NASTY})
    emulator.request("POST", "/epayment/v1/payments", content=NASTY, headers=emulator.headers())
    emulator.control("POST", "/customers", {"phone": "4799999999", "first_name": NASTY, "last_name": NASTY})
    emulator.control("PATCH", "/sales-units/123456", {"name": "A <script>alert(3)</script>"})
    rule = {"name": "<script>alert(4)</script>", "when": {"operation": "getPayment"}, "then": {"error": 500}}
    emulator.control("POST", "/scenarios", rule)
    emulator.api("GET", "/payments/reference-1")
    form = {"businessIdentifier": {"scheme": "business:NO:ORG", "id": "910000004"}, "productType": "LOGIN"}
    as_partner(emulator, "POST", "/v1/product-orders", json=form, headers={"Idempotency-Key": "1"})
    settle(emulator)
    entries = [each["id"] for each in emulator.control("GET", "/requests?limit=1000").json()["requests"]]
    paths = (*VIEWS, "/dashboard/payments/123456/reference-1", *(f"/dashboard/requests/{each}" for each in entries))
    queries = [
        f"/?kind={NASTY}&reference={NASTY}",
        f"/dashboard/payments?reference={NASTY}",
        f"/dashboard/requests?api={NASTY}",
    ]
    seen = 0
    for path in (*paths, *queries):
        text = page(emulator, path)
        seen += "alert(" in text
        assert re.findall(r"<script(?! src=\"/dashboard/dashboard.js\")|<img|<i>", text) == [], path
    assert seen > 8


def test_a_copied_line_is_one_command() -> None:
    entry = {
        "method": "POST",
        "path": "/epayment/v1/payments/$(reboot)",
        "query": "a=';reboot;'",
        "request": {
            "headers": [["Host", "x"], ["authorization", "Basic abc"], ["X-A", "it's `reboot`"], ["client_id", "abc"]],
            "body": 'it\'s\x1b[2J "fine" $HOME',
        },
    }
    assert curl(entry) == (
        "curl -X POST \"$VIPPS_BASE_URL\"'/epayment/v1/payments/$(reboot)?a='\\'';reboot;'\\''' \\\n"
        '  -u "$VIPPS_CLIENT_ID:$VIPPS_CLIENT_SECRET" \\\n'
        "  -H 'X-A: it'\\''s `reboot`' \\\n"
        '  -H "client_id: $VIPPS_CLIENT_ID" \\\n'
        "  --data-raw 'it'\\''s[2J \"fine\" $HOME'"
    )


def test_bodies_that_are_no_json_are_shown_as_they_are() -> None:
    assert pretty('{"a":1}') == '{\n  "a": 1\n}'
    assert pretty("[" * 16_000) == "[" * 16_000
    assert story([Moment("2026-01-01T00:00:00.000Z", "x")], [], [])[0].title == "x"


def test_it_can_be_left_out(start: Start) -> None:
    emulator = start(dashboard="off")
    for path in (*VIEWS, "/dashboard/dashboard.js", "/dashboard/stream"):
        assert emulator.request("GET", path, headers=HTML).status_code == 404
    assert emulator.request("GET", "/wallet").status_code == 200


def test_with_an_admin_token_it_is_behind_a_door(start: Start) -> None:
    emulator = start(admin_token="open sesame")
    for path in (*VIEWS, "/dashboard/stream"):
        answer = emulator.request("GET", path, headers=HTML)
        assert answer.status_code == 401
        assert 'name="token"' in answer.text
    assert emulator.request("GET", "/").json() == {
        "statusCode": 401, "message": "The admin token is needed: Authorization: Bearer",
    }  # fmt: skip
    form = {"csrf": csrf_of(emulator), "call": "POST /reset", "to": "/"}
    assert emulator.request("POST", "/dashboard/do", data=form).status_code == 401
    shown = {"csrf": csrf_of(emulator), "to": "/dashboard/clock", "token": "open sesame"}
    assert emulator.request("POST", "/operator", data=shown).headers["location"] == "/dashboard/clock"
    assert "Clock" in page(emulator, "/dashboard/clock")
    assert "Done: It." in after(emulator, press(emulator, "POST /clock/freeze", "/dashboard/clock"))
    text = page(emulator, "/dashboard/connect")
    assert "open sesame" not in text


def test_pages_of_other_sites_press_no_buttons(emulator: Emulator) -> None:
    page(emulator, "/")
    form = {"csrf": csrf_of(emulator), "call": "POST /reset", "to": "/"}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert emulator.request("POST", "/dashboard/do", data=form, headers=headers).status_code == 403
    assert emulator.request("GET", "/", headers=HTML | {"Host": "evil.example"}).status_code == 421


def test_it_stands_below_a_prefix(start: Start) -> None:
    emulator = start(public_url="https://tools.example.com/vipps", own_names=["tools.example.com"])
    text = emulator.request("GET", "/vipps/", headers=HTML | {"Host": "tools.example.com"}).text
    assert 'href="/vipps/dashboard/stream?brief=true"' in text
    assert 'src="/vipps/dashboard/dashboard.js"' in text


def test_a_product_without_views_is_not_listed(start: Start) -> None:
    emulator = start(products=Products(*(each for each in PRODUCTS.all if each.name != "login")))
    assert "/dashboard/logins" not in page(emulator, "/")
    assert PAYMENTS[0].address({"msn": "123456"}) is None
    assert PAYMENTS[0].address({"msn": "1", "reference": "a/b"}) == "/dashboard/payments/1/a%2Fb"
