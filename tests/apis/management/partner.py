"""What the tests of the Management API share: three kinds of callers, and orders on their way."""

import itertools
import re
from base64 import b64encode
from typing import Any

import httpx

from mockserver.world.domain.business import SCHEMES
from mockserver.world.domain.merchant import KeySet
from mockserver.world.domain.order_policy import HoldReason
from mockserver.world.domain.partner import Partner
from tests.harness import WORLD, Emulator

_NUMBERS = itertools.count(1)
_URN = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NOBODY = "00000000-0000-4000-8000-000000000000"
NEW = ("business:NO:ORG", "910000004")
"""A merchant without an agreement."""
AT_ONCE = ("business:NO:ORG", "910100009")
"""A merchant that signs and submits at once, and is approved at once."""
CUSTOMER = ("business:NO:ORG", "211756004")
"""A merchant that has an agreement and units at two partners."""


ACCOUNTS = {"NO": "86011117947", "DK": "98760012345678", "FI": "12345600000785", "SE": "9000012345678"}


ANSWERS: dict[HoldReason, dict[str, Any]] = {
    HoldReason.INFORMATION_MISSING: {"text": "We sell socks", "documents": ["accounts.pdf"]},
    HoldReason.NO_PRODUCT_ORDERED: {"product": "PAYMENT_INTEGRATION"},
    HoldReason.SIGNATORY_WITHOUT_RIGHTS: {"signatory": "Kari Nordmann"},
    HoldReason.WEBSITE_WITHOUT_TERMS: {"terms": "https://shop.example.com/conditions"},
    HoldReason.WEBSITE_WITHOUT_ORGANISATION_NUMBER: {"website": "https://shop.example.com/about"},
    HoldReason.PURPOSE_UNCLEAR: {"purpose": "Wool socks, sent the same day"},
    HoldReason.NOT_SOLD_ON_WEBSITE: {"website": "https://socks.example.com"},
    HoldReason.RISK_AND_COMPLIANCE: {"documents": ["owners.pdf"], "text": "Two sisters own it"},
}
"""An answer to each hold of an order that lacks nothing."""


def partner(id_: str = "partner-plus") -> Partner:
    """A partner of the world."""
    return next(each for each in WORLD.partners if each.id == id_)


def ask_for_specialised(emulator: Emulator, id_: str, *, accounting: bool = False) -> httpx.Response:
    """What the token endpoint says to a partner's management or accounting keys."""
    keys = partner(id_).accounting_keys if accounting else partner(id_).management_keys
    assert keys is not None
    basic = b64encode(f"{keys.client_id}:{keys.client_secret}".encode()).decode()
    headers, form = {"Authorization": f"Basic {basic}"}, {"grant_type": "client_credentials"}
    return emulator.request("POST", "/miami/v1/token", headers=headers, data=form)


def specialised(emulator: Emulator, id_: str, *, accounting: bool = False) -> dict[str, str]:
    """Headers with a new specialised token of a partner's management or accounting keys."""
    answer = ask_for_specialised(emulator, id_, accounting=accounting)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def standard(emulator: Emulator, keys: KeySet, msn: str | None = None) -> dict[str, str]:
    """Headers with a standard token and its subscription key."""
    headers = {
        "Authorization": f"Bearer {emulator.token(keys)}",
        "Ocp-Apim-Subscription-Key": keys.subscription_key,
    }
    return headers if msn is None else headers | {"Merchant-Serial-Number": msn}


def partner_keys(id_: str = "partner-plus") -> KeySet:
    """The partner keys of a partner of the world."""
    keys = partner(id_).keys
    assert keys is not None
    return keys


def headers_of(emulator: Emulator, who: str) -> dict[str, str]:
    """Headers of a caller: an MSN, a partner's id for its keys, ``id+management`` for its management keys."""
    if who.isdigit():
        return standard(emulator, emulator.unit(who).keys)
    id_, _, management = who.partition("+")
    return specialised(emulator, id_) if management else standard(emulator, partner_keys(id_))


def call(
    emulator: Emulator, method: str, path: str, who: str = "partner-plus+management", **options: Any
) -> httpx.Response:
    """A call to the Management API: ``path`` under /management."""
    headers = headers_of(emulator, who) | options.pop("headers", {})
    return emulator.request(method, f"/management{path}", headers=headers, **options)


def get(emulator: Emulator, path: str, who: str = "partner-plus+management") -> Any:
    """What a GET that succeeds answers."""
    answer = call(emulator, "GET", path, who)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


def order_body(business: tuple[str, str] = NEW, **fields: Any) -> dict[str, Any]:
    """The body of an orderProduct request that lacks nothing, ``fields`` on top (``...`` removes one)."""
    scheme, id_ = business
    content: dict[str, Any] = {
        "businessIdentifier": {"scheme": scheme, "id": id_},
        "productType": "PAYMENT_INTEGRATION",
        "website": {"url": "https://shop.example.com", "termsUrl": "https://shop.example.com/terms"},
        "merchantCategoryCode": "5999",
        "intendedPurpose": "Socks and shoes",
    } | fields
    named = content["businessIdentifier"]
    if market := SCHEMES.get(named.get("scheme", "")) if isinstance(named, dict) else None:
        content = {"settlementBankAccount": {"scheme": f"BBAN:{market}", "id": ACCOUNTS[market]}} | content
    return {name: value for name, value in content.items() if value is not ...}


def post(
    emulator: Emulator, content: Any, who: str = "partner-plus+management", key: str | None = None, **headers: str
) -> httpx.Response:
    """An orderProduct request, with a key of its own unless one is given; an empty key is not sent."""
    key = f"order-of-test-{next(_NUMBERS)}" if key is None else key
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if key:
        sent["Idempotency-Key"] = key
    body: dict[str, Any] = {"content": content} if isinstance(content, bytes) else {"json": content}
    sent = {"Content-Type": "application/json"} | sent
    return call(emulator, "POST", "/v1/product-orders", who, headers=sent, **body)


def prefilled(
    emulator: Emulator, business: tuple[str, str] = NEW, who: str = "partner-plus+management", **fields: Any
) -> str:
    """The id of a new prefilled order."""
    answer = post(emulator, order_body(business, **fields), who)
    assert answer.status_code == 201, answer.text
    id_: str = answer.json()["prefilledOrderId"]
    return id_


def details(emulator: Emulator, id_: str, who: str = "partner-plus+management") -> dict[str, Any]:
    """An order as its partner sees it."""
    content: dict[str, Any] = get(emulator, f"/v2/product-orders/{id_}/details", who)
    return content


def listed(emulator: Emulator, query: str = "", who: str = "partner-plus+management") -> list[str]:
    """The ids of the orders that a partner sees."""
    return [each["productOrderId"] for each in get(emulator, f"/v2/product-orders{query}", who)]


def do(emulator: Emulator, id_: str, action: str, content: Any = None) -> dict[str, Any]:
    """What the operator or the merchant does to an order; gives the order as the control API shows it."""
    return control(emulator, "POST", f"/product-orders/{id_}/{action}", content)


def agree(emulator: Emulator, merchant: str, action: str, content: Any = None) -> dict[str, Any]:
    """Sign, activate or decline a merchant's agreement."""
    return control(emulator, "POST", f"/merchants/{merchant}/agreement/{action}", content)


def control(emulator: Emulator, method: str, path: str, content: Any = None) -> dict[str, Any]:
    """What a control call that succeeds answers."""
    answer = emulator.control(method, path, content)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def by_hand(emulator: Emulator, type_: str = "MANUAL", business: tuple[str, str] = NEW, **form: Any) -> str:
    """The id of a new TEMPLATE or MANUAL order of partner-plus; ``form`` in the control API's names."""
    scheme, id_ = business
    content = {"business": {"scheme": scheme, "id": id_}, "product": "LOGIN"} | form
    made = control(emulator, "POST", "/product-orders", {"type": type_, "partner": "partner-plus", "form": content})
    return str(made["id"])


def status(emulator: Emulator, id_: str) -> str:
    """Where an order stands, as its partner sees it."""
    text: str = details(emulator, id_)["status"]
    return text


def inside(emulator: Emulator, id_: str) -> dict[str, Any]:
    """The order as merchant and operator see it."""
    return control(emulator, "GET", f"/product-orders/{id_}")


def unit_of(emulator: Emulator, id_: str) -> dict[str, Any]:
    """The sales unit of a completed order, keys included."""
    content = details(emulator, id_)
    assert content["status"] == "COMPLETED"
    return control(emulator, "GET", f"/sales-units/{content['salesUnit']['msn']}")


def emails(emulator: Emulator, id_: str) -> list[dict[str, Any]]:
    """What was written about an order, the first one first."""
    found: list[dict[str, Any]] = control(emulator, "GET", f"/emails?order={id_}")["emails"]
    return found[::-1]


def assert_refused(answer: httpx.Response, status: int, title: str) -> dict[str, str]:
    """The answer is a whole problem of the Management API; gives its details, value by key."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    content = answer.json()
    assert set(content) == {"type", "title", "status", "detail", "instance", "extraDetails"}
    assert (content["status"], content["title"]) == (status, title)
    assert content["type"].startswith("https://")
    assert content["detail"]
    assert _URN.fullmatch(content["instance"])
    extra = content["extraDetails"]
    if status != 400:
        assert extra is None
    assert all(set(each) == {"key", "value"} and each["value"] for each in extra or [])
    return {each["key"]: each["value"] for each in extra or []}


def warnings_of(answer: httpx.Response) -> list[str]:
    """The names of the kindnesses that an answer tells of."""
    return [value.partition(":")[0] for value in answer.headers.get_list("x-mock-warning")]
