"""Product orders of the Management API: of every type, in every state, and bodies on both sides of every limit."""

from urllib.parse import quote
from uuid import uuid4

import httpx

from tools.contract.client import Caller, Session
from tools.contract.spec import Json
from tools.contract.variants import BROKEN, sample, variants

PREFIX = "/management"
PARTNER, OTHER_PARTNER, MERCHANT = "partner-plus", "partner-premium", "merchant-no-2"
UNIT, OTHER_UNIT, LONELY_UNIT = "523456", "523457", "123456"
NOT_AUTHORIZED = "Not authorized to create a product order"
PRODUCTS = ("PAYMENT_INTEGRATION", "CASHIER", "CHECKOUT", "LOGIN", "DONATIONS")
SCHEMES = {"NO": "business:NO:ORG", "DK": "business:DK:CVR", "FI": "business:FI:Y-tunnus", "SE": "business:SE:ORG"}


class Checked:
    """Calls with the status that each has to have."""

    def __init__(self, session: Session, caller: Caller, who: str) -> None:
        self.session, self.caller, self.who = session, caller, who

    def call(self, status: int, method: str, path: str, **options: Json) -> httpx.Response:
        """One call; a problem has to have a URN as its instance."""
        answer = self.caller.send(method, path, **options)
        told = f"{method} {path} by {self.who} gives {answer.status_code}, not {status}"
        self.session.expect(answer.status_code == status, told, answer.text)
        if answer.is_error and status != 401:
            urn = str(answer.json().get("instance", "")).startswith("urn:uuid:")
            self.session.expect(urn, f"{method} {path} has no URN as instance", answer.text)
        return answer

    def get(self, path: str, status: int = 200) -> Json:
        """What a GET answers."""
        return self.call(status, "GET", path).json()

    def order(self, **fields: Json) -> str:
        """The id of a new product order."""
        body = {
            "businessIdentifier": business_of(self.session, MERCHANT),
            "productType": "PAYMENT_INTEGRATION",
        } | fields
        made = self.call(201, "POST", "/v1/product-orders", json=body).json()
        self.session.expect(made["prefillUrl"].endswith(made["prefilledOrderId"]), "prefillUrl without the id", made)
        return str(made["prefilledOrderId"])

    def look(self, id_: str, type_: str, status: str) -> None:
        """Where an order stands: the same in both versions and in the list, which hides the expired ones."""
        shown = self.get(f"/v2/product-orders/{id_}/details")
        self.session.expect(self.get(f"/v1/product-orders/{id_}/details") == shown, "v1 and v2 differ", shown)
        listed = self.get("/v2/product-orders?includeExpired=true")
        self.session.expect(shown in listed, "an order is missing in the list", shown)
        hidden = shown not in self.get("/v2/product-orders")
        self.session.expect(hidden == (status == "EXPIRED"), f"the list is wrong about {status}", shown)
        now = (shown["productOrderType"], shown["status"])
        self.session.expect(now == (type_, status), f"order is {now}, not {(type_, status)}", shown)
        has_url, has_unit = shown.get("productOrderUrl") is not None, shown.get("salesUnit") is not None
        self.session.expect(has_url == (type_ == "PREFILL"), f"productOrderUrl of a {type_} order", shown)
        self.session.expect(has_unit == (status == "COMPLETED"), f"salesUnit of a {status} order", shown)


def business_of(session: Session, merchant: str) -> dict[str, str]:
    """The identifier of a merchant of the world."""
    known = session.merchant(merchant)
    return {"scheme": SCHEMES[known["market"]], "id": known["organisation_number"]}


def merchant_path(session: Session, merchant: str) -> str:
    """Where a merchant of the world is found."""
    business = business_of(session, merchant)
    return f"/v1/merchants/{quote(business['scheme'])}/{business['id']}"


def orders(session: Session, who: Checked) -> None:
    """Orders of every type and product, in every state."""
    for product in PRODUCTS:
        who.look(who.order(productType=product), "PREFILL", "RECEIVED")
    way = ("RECEIVED",), ("MERCHANT_VIEWED", "view"), ("ORDER_SUBMITTED", "submit")
    for last in (("COMPLETED", "approve"), ("REJECTED", "reject"), ("ORDER_SUBMITTED", "hold")):
        order = who.order(salesUnitName="Contract")
        for status, *actions in (*way, last):
            for action in actions:
                session.control("POST", f"/product-orders/{order}/{action}")
            who.look(order, "PREFILL", status)
        who.call(400, "DELETE", f"/v1/product-orders/{order}")
    expired = who.order()
    session.control("POST", f"/product-orders/{expired}/expire")
    who.look(expired, "PREFILL", "EXPIRED")
    who.call(400, "DELETE", f"/v1/product-orders/{expired}")
    for type_ in ("TEMPLATE", "MANUAL"):
        for action, status in (("approve", "COMPLETED"), ("reject", "REJECTED")):
            form = {"business": business_of(session, MERCHANT), "product": "CASHIER"}
            made = session.control("POST", "/product-orders", {"type": type_, "partner": PARTNER, "form": form})
            who.look(made["id"], type_, "RECEIVED")
            who.call(400, "DELETE", f"/v1/product-orders/{made['id']}")
            session.control("POST", f"/product-orders/{made['id']}/{action}")
            who.look(made["id"], type_, status)
    for opened in (False, True):
        gone = who.order()
        if opened:
            session.control("POST", f"/product-orders/{gone}/view")
        who.call(200, "DELETE", f"/v1/product-orders/{gone}", json=[])
        who.call(404, "DELETE", f"/v1/product-orders/{gone}")


def prefilling(session: Session, by_kind: dict[str, Checked]) -> None:
    """Who may prefill, and idempotency."""
    body = {"businessIdentifier": business_of(session, MERCHANT), "productType": "LOGIN"}
    path = "/v1/product-orders"
    for name, who in by_kind.items():
        session.control("DELETE", f"/partners/{PARTNER}/permissions/prefill")
        refused = who.call(403, "POST", path, json=body).json()
        session.expect(refused["title"] == NOT_AUTHORIZED, f"title of a prefill refused to {name}", refused)
        session.control("PUT", f"/partners/{PARTNER}/permissions/prefill")
        if name == "sales unit keys":
            continue
        for key, status in ((None, 201), ("", 201), ("k" * 50, 201), ("k" * 51, 400), ("k_k", 400), ("k k", 400)):
            who.call(status, "POST", path, headers={"Idempotency-Key": key}, json=body)
        keyed = {"headers": {"Idempotency-Key": str(uuid4())}}
        first = who.call(201, "POST", path, json=body, **keyed).json()
        again = who.call(201, "POST", path, json=body, **keyed).json()
        session.expect(first == again, "the same key gives another order", again)
        who.call(409, "POST", path, json=body | {"productType": "CHECKOUT"}, **keyed)


def bodies(session: Session, who: Checked) -> None:
    """orderProduct with every field, with few, and with one thing wrong or unusual each."""
    schema = session.spec.operations["orderProduct"].request_schema
    business = business_of(session, MERCHANT)
    package = session.partner(PARTNER)["price_packages"][0]["id"]
    whole = sample(session.spec, schema) | {
        "businessIdentifier": business,
        "salesUnitLogo": "aGVp",
        "settlementBankAccount": {"scheme": "BBAN:NO", "id": "86011117904"},
        "pricePackageId": package,
        "annualTurnoverPercentage": "50",
        "merchantCategoryCode": "5499",
    }
    for body in (whole, {"businessIdentifier": business, "productType": "LOGIN"}):
        who.call(201, "POST", "/v1/product-orders", json=body)
        for changed in variants(session.spec, schema, body):
            who.caller.post("/v1/product-orders", changed)
    who.call(201, "POST", "/v1/product-orders", json=whole | {"merchantCategoryCode": 5499})
    for raw in BROKEN:
        who.call(400, "POST", "/v1/product-orders", content=raw)


def strict_calls(session: Session) -> None:
    """What only --strict refuses."""
    who = Checked(session, session.specialised_caller(PARTNER, PREFIX), "management keys")
    business = business_of(session, MERCHANT)
    order = {"businessIdentifier": business, "productType": "LOGIN"}
    for key in (None, ""):
        who.call(400, "POST", "/v1/product-orders", json=order, headers={"Idempotency-Key": key})
    who.call(201, "POST", "/v1/product-orders", json=order | {"merchantCategoryCode": 5499})
    for field in (
        {"unknown": 1},
        {"businessIdentifier": business | {"id": "211756005"}},
        {"settlementBankAccount": {"scheme": "BBAN:NO", "id": "86011117905"}},
    ):
        who.call(400, "POST", "/v1/product-orders", json=order | field)
