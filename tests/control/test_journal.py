"""The journal through the control API: filters, bounds, and never a secret."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from mockserver.apis.epayment.services import payments
from mockserver.apis.epayment.services.shipping import CALLBACK
from mockserver.apis.login.domain.logins import CONSENT_REVOKED
from mockserver.core.instants import timestamp
from mockserver.web.journal import LONGEST_BODY
from mockserver.web.redaction import REDACTED, redact
from tests.apis.epayment.test_control import DYNAMIC, Merchant
from tests.harness import START, Emulator, amount, key_headers


def journal(emulator: Emulator, query: str = "") -> list[dict[str, Any]]:
    answer = emulator.control("GET", f"/requests{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["requests"]
    return found


def operations(emulator: Emulator, query: str = "") -> list[str]:
    return [each["operation"] for each in journal(emulator, query)]


def test_an_entry_shows_what_came_and_what_was_answered(emulator: Emulator) -> None:
    answer = emulator.create(colour="red")

    entry = journal(emulator)[0]

    assert {name: entry[name] for name in ("at", "direction", "api", "operation", "msn", "reference")} == {
        "at": timestamp(START),
        "direction": "incoming",
        "api": "epayment",
        "operation": "createPayment",
        "msn": "123456",
        "reference": "reference-1",
    }
    assert (entry["method"], entry["path"], entry["status"]) == ("POST", "/epayment/v1/payments", 201)
    assert json.loads(entry["request"]["body"])["colour"] == "red"
    assert ["idempotency-key", "create-reference-1"] in entry["request"]["headers"]
    assert entry["warnings"] == [{"kindness": "unknown-fields", "message": "colour: There is no such field"}]
    assert json.loads(entry["response"]["body"])["reference"] == answer.json()["reference"]
    assert entry["durationMs"] >= 0


def test_the_latest_request_comes_first(emulator: Emulator) -> None:
    emulator.create()
    emulator.get()

    entries = journal(emulator)

    assert [each["operation"] for each in entries] == [
        "getPayment",
        "createPayment",
        "fetchAuthorizationTokenUsingPost",
    ]
    assert [each["id"] for each in entries] == [3, 2, 1]


def test_requests_are_filtered(emulator: Emulator) -> None:
    emulator.create("reference-1")
    emulator.create("reference-2", colour="red")
    emulator.create("reference-1", msn="223456")
    emulator.modify("capture", 1, "reference-1")

    token, create, capture = "fetchAuthorizationTokenUsingPost", "createPayment", "capturePayment"
    assert operations(emulator, "?operation=createPayment") == [create] * 3
    assert operations(emulator, "?api=access-token") == [token] * 2
    assert operations(emulator, "?msn=223456") == [create]
    assert operations(emulator, "?reference=reference-1") == [capture, create, create]
    assert operations(emulator, "?reference=reference-1&msn=123456") == [capture, create]
    assert operations(emulator, "?status=400") == [capture]
    assert operations(emulator, "?warnings=true") == [create]
    assert len(operations(emulator, "?warnings=false")) == 5
    assert operations(emulator, "?limit=1") == [capture]
    assert operations(emulator, "?limit=0") == []
    assert operations(emulator, "?msn=") == []


def test_unknown_paths_and_wrong_methods_are_kept_too(emulator: Emulator) -> None:
    emulator.request("GET", "/epayment/v2/payments?x=1")
    emulator.request("DELETE", "/epayment/v1/payments")

    wrong, unknown = journal(emulator)

    assert (unknown["status"], unknown["path"], unknown["query"]) == (404, "/epayment/v2/payments", "x=1")
    assert (wrong["status"], wrong["api"], wrong["operation"]) == (405, "epayment", None)


@pytest.mark.parametrize("size", [0, 1, 3])
def test_the_journal_keeps_the_latest_requests_only(start: Callable[..., Emulator], size: int) -> None:
    emulator = start(journal_size=size)
    for number in range(5):
        emulator.request("GET", f"/unknown/{number}")

    paths = [entry["path"] for entry in journal(emulator)]

    assert paths == [f"/unknown/{number}" for number in (4, 3, 2, 1, 0)][:size]


def test_long_bodies_are_cut(emulator: Emulator) -> None:
    emulator.api("POST", "/payments", {"text": "x" * 100_000})
    assert len(journal(emulator)[0]["request"]["body"]) == LONGEST_BODY


def test_control_requests_are_not_in_the_journal(emulator: Emulator) -> None:
    emulator.control("GET", "/clock")
    emulator.control("POST", "/clock/freeze")
    assert journal(emulator) == []


def everything(emulator: Emulator) -> str:
    return json.dumps(journal(emulator, "?limit=1000"), ensure_ascii=False)


def test_keys_and_tokens_are_not_shown(emulator: Emulator) -> None:
    keys = emulator.unit("123456").keys
    token = emulator.token(keys)
    emulator.create()
    emulator.api("POST", "/payments", {}, Cookie="session=biscuit")

    shown = everything(emulator)

    for secret in (token, keys.client_secret, keys.subscription_key, "biscuit"):
        assert secret not in shown
    assert keys.client_id in shown
    assert REDACTED in shown


def test_specialised_keys_and_tokens_are_not_shown(emulator: Emulator) -> None:
    keys = next(partner.management_keys for partner in emulator.world.partners if partner.management_keys)
    pair = f"{keys.client_id}:{keys.client_secret}"
    basic = base64.b64encode(pair.encode()).decode()
    form = {"grant_type": "client_credentials"}
    answer = emulator.request("POST", "/miami/v1/token", headers={"Authorization": f"Basic {basic}"}, data=form)
    emulator.request("POST", "/miami/v1/token", data=form | {"client_secret": keys.client_secret, "assertion": "jwt"})

    shown = everything(emulator)

    for secret in (answer.json()["access_token"], keys.client_secret, basic, "jwt"):
        assert secret not in shown
    assert "grant_type=client_credentials" in shown


FLOWS: list[dict[str, Any]] = [
    {},
    {"userFlow": "NATIVE_REDIRECT"},
    {"userFlow": "QR", "returnUrl": None},
    {"userFlow": "QR", "returnUrl": None, "qrFormat": {"format": "IMAGE/PNG", "size": 100}},
    {"userFlow": "QR", "returnUrl": None, "qrFormat": {"format": "TEXT/TARGETURL"}},
]


@pytest.mark.parametrize("fields", FLOWS, ids=["landing page", "app", "svg", "png", "text"])
def test_landing_tokens_are_not_shown(emulator: Emulator, fields: dict[str, Any]) -> None:
    assert emulator.create(**fields).status_code == 201
    emulator.get()
    secret = payments.find(emulator.server.runtime.engine.reading(), "123456", "reference-1").payment.secret
    emulator.api("POST", "/test/payments/reference-1/approve", {"token": f"1.{secret}"})
    emulator.request("GET", f"/landingpage?token=1.{secret}")
    emulator.request("PUT", f"/qr/1.{secret}.svg")
    emulator.request("GET", f"/elsewhere?a=b&token=1.{secret}&c=d")

    assert len(journal(emulator)) == 7
    assert secret not in everything(emulator)


@pytest.mark.parametrize(
    "content",
    [
        '{"client_secret": "hush"}',
        '{"client_secret":"hush',
        '{"CLIENT_SECRET" : "hush"',
        '{"token":"hush"}',
        '{"token":"a\\"hush"}',
        '{"token":"a\\\nhush"}',
        '{"token":"hush\\',
        '{"token":"hush\\u00',
        '{"token":\n"hush"}',
        '{"customer":{"customerToken":"hush"}}',
        '{"shipping":{"dynamicOptions":{"callbackAuthorizationToken":"hush"}}}',
        '{"nin":"hush"}',
        '{"nin": 40404, "a": 1}',
        "client_secret=hush",
        "grant_type=x&client_secret=hush&scope=y",
        "password=hush more",
        '{"clientSecret":"hush"}',
        '{"Ocp-Apim-Subscription-Key":"hush"}',
        '{"subscription_key":"hush"}',
        '{"client\\u005fsecret":"hush"}',
        '{"x":["a",":"],"access_token" : ["hush","hush]"]}',
        '{"token":[40404,"hush',
        '{"client_secret":{"a":{"b":"hush"},"c":["}","hush"]}}',
        '{"token":[["hush"]]}',
        '{"access_tokens":"hush"}',
        '{"authReqId":"hush"}',
        "#code=hush",
        "login_hint=urn%3Acustomer-token%3Ahush-40404",
        '<input type="hidden" name="code" value="hush">',
        "{'client_secret': 'hush'}",
        '{client_secret:"hush"}',
        "client_secret: hush",
        "Ocp-Apim-Subscription-Key = hush",
        "<client_secret>hush</client_secret>",
        '{"text":"{\\"client_secret\\":\\"hush\\"}"}',
        '{"url":"https://user:hush@shop.example.com/"}',
        "Authorisation Bearer hush-hush",
        "eyJhbGciOiJSUzI1NiJ9.hush-hush-hush.hush",
        "a=b&client%5Fsecret=hush",
        "a=b&Ocp-Apim-Subscription-Key=hush&c=d",
        "Client-Secret=hush",
        '--x\r\nContent-Disposition: form-data; name="client_secret"\r\n\r\nhush\r\nhush\r\n--x--',
        '--x\nContent-Disposition: form-data; name="token"; filename="a"\nContent-Type: text/plain\n\nhush',
    ],
)
def test_secrets_in_bodies_are_not_shown_however_the_body_ends(emulator: Emulator, content: str) -> None:
    emulator.api("POST", "/payments")
    emulator.request("POST", "/epayment/v1/payments", headers=emulator.headers(), content=content.encode())

    shown = journal(emulator)[0]["request"]["body"]

    assert "hush" not in shown
    assert "40404" not in shown
    assert REDACTED in shown


@pytest.mark.parametrize(
    "query",
    [
        "subscription-key=hush",
        "client_id=1&ClientSecret=hush",
        "Ocp-Apim-Subscription-Key=hush",
        "%74oken=hush",
        "a=1;client_secret=hush",
        "passwd=hush&pwd=hush&sig=hush&credentials=hush",
        "private_key=hush&secretKey=hush&access-key=hush",
    ],
)
def test_secrets_in_queries_are_not_shown_whatever_their_spelling(emulator: Emulator, query: str) -> None:
    emulator.request("POST", f"/accesstoken/get?{query}")

    assert "hush" not in everything(emulator)
    assert journal(emulator)[0]["query"].endswith(f"={REDACTED}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Subscription-Key", "hush"),
        ("X-Client-Secret", "hush"),
        ("clientSecret", "hush"),
        ("X-Api-Key", "hush"),
        ("X-Functions-Key", "hush"),
        ("X-Auth-Key", "hush"),
        ("Authorisation", "Bearer hush-hush"),
        ("Referer", "http://shop.test/return?token=hush"),
    ],
)
def test_secrets_in_headers_are_not_shown_whatever_their_spelling(emulator: Emulator, name: str, value: str) -> None:
    emulator.request("POST", "/accesstoken/get", headers={name: value})

    assert "hush" not in everything(emulator)
    assert dict(journal(emulator)[0]["request"]["headers"])[name.lower()].endswith(REDACTED)


@pytest.mark.parametrize(
    "query",
    [
        "%7B%22client_secret%22%3A%22hush%22%2C%22Ocp-Apim-Subscription-Key%22%3A%22hush%22%7D",
        "keys=%7B%22clientSecret%22:%22hush%22%7D&a=b",
        "redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcb%3Ftoken%3Dhush",
    ],
)
def test_secrets_that_are_encoded_in_queries_are_not_shown(emulator: Emulator, query: str) -> None:
    emulator.request("POST", f"/accesstoken/get?{query}")

    assert "hush" not in everything(emulator)
    assert REDACTED in journal(emulator)[0]["query"]


def test_a_query_without_secrets_is_shown_as_sent(emulator: Emulator) -> None:
    query = "state=a%2Bb%3D&scope=openid%20name&redirect_uri=https%3A%2F%2Fshop.example.com%2Fcb&x"
    emulator.request("GET", f"/nothing?{query}")
    assert journal(emulator)[0]["query"] == query


def test_a_long_body_is_redacted_in_no_time(emulator: Emulator) -> None:
    # Real time is not asserted: what is not linear would take minutes here.
    for content in (
        '"token":[' + "1" * 16_000 + "{",
        '"' * 16_000,
        "name=" * 20_000,
        'name="' * 20_000,
        '"a":[' * 20_000,
        '"token":[' * 20_000,
        "form-data; name=" * 6_000 + '"',
        "form-data\n" * 20_000 + '"',
        "a=&" * 30_000,
        "a;" * 50_000 + "=",
        " " * 100_000 + '=":',
        '"token"' + " " * 100_000,
        "\\" * 100_000 + '"=',
    ):
        assert len(redact(content)) >= len(REDACTED)


def test_a_secret_at_the_cut_of_a_long_body_is_not_shown(emulator: Emulator) -> None:
    start = '{"x":"' + "x" * (LONGEST_BODY - 40) + '","client_secret":"'
    content = (start + "hush-" * 100 + '"}').encode()
    emulator.request("POST", "/epayment/v1/payments", headers=emulator.headers(), content=content)

    assert "hush" not in everything(emulator)


def test_a_cut_through_an_escape_shows_no_secret(emulator: Emulator) -> None:
    start = '{"token":"hush'
    content = start + "x" * (LONGEST_BODY - len(start) - 1) + '\\"hush"}'
    emulator.request("POST", "/epayment/v1/payments", headers=emulator.headers(), content=content.encode())

    assert "hush" not in everything(emulator)


def test_other_words_are_left_alone(emulator: Emulator) -> None:
    content = {"reference": "token-shop-1", "paymentDescription": "a secret gift", "metadata": {"order": "token"}}
    emulator.api("POST", "/payments", content)

    assert json.loads(journal(emulator)[0]["request"]["body"]) == content


def test_every_key_header_is_redacted_under_its_name(emulator: Emulator) -> None:
    headers = key_headers(emulator.unit("123456").keys) | {"Authorization": "Bearer x"}
    emulator.request("POST", "/accesstoken/get", headers=headers)

    shown = dict(journal(emulator)[0]["request"]["headers"])

    assert {name: shown[name] for name in ("authorization", "client_secret", "ocp-apim-subscription-key")} == {
        "authorization": REDACTED,
        "client_secret": REDACTED,
        "ocp-apim-subscription-key": REDACTED,
    }


def test_the_request_to_a_merchant_goes_through_the_fetcher_and_its_secret_is_not_shown(emulator: Emulator) -> None:
    merchant = emulator.server.runtime.fetch = Merchant()
    emulator.create(**DYNAMIC)
    emulator.control("POST", "/payments/123456/reference-1/approve")

    assert merchant.asked[0][1]["Authorization"] == "callback-secret"
    assert "callback-secret" not in everything(emulator)


def test_amounts_and_other_data_are_shown_as_sent(emulator: Emulator) -> None:
    emulator.create()
    assert json.loads(journal(emulator)[0]["request"]["body"])["amount"] == amount(10_000)


def test_a_request_to_a_merchant_is_found_by_its_payment_and_says_how_long_it_took(emulator: Emulator) -> None:
    shipping = {"dynamicOptions": {"callbackUrl": "http://127.0.0.1:9/shipping/æ"}}
    assert emulator.create(**DYNAMIC | {"shipping": shipping}).status_code == 201
    emulator.control("POST", "/payments/123456/reference-1/approve")

    [asked, *_] = journal(emulator, "?msn=123456&reference=reference-1&operation=getMerchantDynamicExpressGroups")

    assert (asked["direction"], asked["status"]) == ("outgoing", 0)
    assert 0 < asked["durationMs"] < 10_000


@pytest.mark.parametrize(
    ("query", "name", "reason"),
    [
        ("operation=createPaymnt", "operation", "There is no operation 'createPaymnt'; did you mean createPayment?"),
        ("api=epaymnt", "api", "There is no api 'epaymnt'; did you mean epayment?"),
        (
            "api=",
            "api",
            "There is no api ''; there are: access-token, epayment, login, management, recurring, userinfo, webhooks",
        ),
    ],
)
def test_a_filter_by_an_unknown_name_is_refused_with_the_nearest(
    emulator: Emulator, query: str, name: str, reason: str
) -> None:
    answer = emulator.control("GET", f"/requests?{query}")
    assert answer.status_code == 400
    assert answer.json()["extraDetails"] == [{"name": name, "reason": reason}]


@pytest.mark.parametrize("operation", [CALLBACK, CONSENT_REVOKED, "getPayment", "orderProduct", "ciba-auth"])
def test_a_filter_may_name_what_has_not_come_yet(emulator: Emulator, operation: str) -> None:
    assert operations(emulator, f"?operation={operation}") == []


def test_deliveries_of_an_unknown_event_are_refused_with_the_nearest(emulator: Emulator) -> None:
    answer = emulator.control("GET", "/webhooks/deliveries?event=epayments.payment.create.v1")
    assert answer.status_code == 400
    [told] = answer.json()["extraDetails"]
    assert told["reason"].endswith("; did you mean epayments.payment.created.v1?")
    assert emulator.control("GET", "/webhooks/deliveries?event=epayments.payment.created.v1").status_code == 200
