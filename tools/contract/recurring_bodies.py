"""Requests of the Recurring API: the file's examples, whole bodies, and every variant of them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx

from tools.contract.client import Caller, Session
from tools.contract.spec import Json
from tools.contract.variants import BROKEN, sample, variants

PREFIX = "/recurring/v3"
CUSTOMERS = {"123456": "4712345678", "223456": "4512345678", "323456": "358412345678"}
CURRENCIES = {"123456": "NOK", "223456": "DKK", "323456": "EUR"}


class Shop(Caller):
    """A sales unit's client of this API."""

    def __init__(self, session: Session, msn: str) -> None:
        super().__init__(session.http, session.unit_caller(msn).headers, PREFIX)
        self.session, self.msn, self.customer = session, msn, CUSTOMERS.get(msn, "")

    def made(self, answer: httpx.Response, name: str) -> str:
        """What a 201 names; what is not there breaks the calls off."""
        self.session.expect(answer.status_code == 201, f"a good request is refused: {answer.status_code}", answer.text)
        return str(answer.json()[name])

    def drafted(self, **fields: Json) -> str:
        """The id of a new draft."""
        return self.made(self.post("/agreements", draft(CURRENCIES[self.msn], **fields)), "agreementId")

    def accept(self, agreement: str) -> httpx.Response:
        """A forced acceptance."""
        return self.send("PATCH", f"/agreements/{agreement}/accept", json={"phoneNumber": self.customer})

    def active(self, **fields: Json) -> str:
        """The id of a new agreement that is accepted."""
        agreement = self.drafted(**fields)
        self.accept(agreement)
        return agreement

    def charged(self, agreement: str, **fields: Json) -> str:
        """The path of a new charge."""
        made = self.post(f"/agreements/{agreement}/charges", charge(**fields))
        return f"/agreements/{agreement}/charges/{self.made(made, 'chargeId')}"

    def reserved(self, captured: int = 0) -> str:
        """The path of a charge that is reserved, and of which so much is captured."""
        order = new_order()
        agreement = self.active(initialCharge=initial(orderId=order))
        path = f"/agreements/{agreement}/charges/{order}"
        if captured:
            self.post(f"{path}/capture", {"amount": captured})
        return path

    def show(self, path: str) -> None:
        """A charge in each way that it can be looked at."""
        agreement, _, id_ = path.rpartition("/")
        self.get(path)
        self.get(agreement)
        self.get(f"/charges/{id_}")


def new_order() -> str:
    """An orderId that was not used before."""
    return f"order-{uuid4()}"


def day(ahead: int) -> str:
    """So many days from now."""
    return f"{datetime.now(UTC) + timedelta(days=ahead):%Y-%m-%d}"


def draft(currency: str = "NOK", **fields: Json) -> Json:
    """A DraftAgreementV3 body."""
    return {
        "pricing": {"type": "LEGACY", "amount": 10_000, "currency": currency},
        "interval": {"unit": "MONTH", "count": 1},
        "merchantRedirectUrl": "https://shop.example.com/return",
        "merchantAgreementUrl": "https://shop.example.com/agreement",
        "productName": "Tea of the month",
        "externalId": "tea-1",
    } | fields


def initial(**fields: Json) -> Json:
    """The initial charge of a draft."""
    return {"amount": 10_000, "description": "First", "transactionType": "RESERVE_CAPTURE"} | fields


def charge(**fields: Json) -> Json:
    """A CreateChargeV3 body."""
    return {
        "amount": 10_000,
        "description": "Tea",
        "transactionType": "DIRECT_CAPTURE",
        "due": day(3),
        "retryDays": 2,
        "externalId": "ext-1",
    } | fields


def item(agreement: str, **fields: Json) -> Json:
    """An item of a CreateChargeAsyncV3 body."""
    return charge(agreementId=agreement, orderId=new_order()) | fields


def renewed(body: Json) -> Json:
    """An example body of the file with its old dates in the future."""
    campaign = dict(body.get("campaign", {}))
    for name in ("end", "eventDate"):
        if name in campaign:
            campaign[name] = re.sub(r"^\d{4}", str(datetime.now(UTC).year + 1), campaign[name])
    return body | ({"campaign": campaign} if campaign else {})


def examples(session: Session, shop: Shop) -> None:
    """What the file shows as requests is taken."""
    paths = session.spec.document["paths"]
    shown = paths["/recurring/v3/agreements"]["post"]["requestBody"]["content"]["application/json"]["examples"]
    for title, example in shown.items():
        answer = shop.post("/agreements", renewed(example["value"]))
        session.expect(answer.status_code == 201, f"DraftAgreementV3 example refused: {title}", answer.text)
    shown = paths["/recurring/v3/agreements/{agreementId}/charges"]["post"]["requestBody"]
    agreement = shop.active(pricing={"type": "FLEXIBLE", "currency": "NOK"})
    for title, example in shown["content"]["application/json"]["examples"].items():
        body = example["value"] | ({"due": day(2)} if "due" in example["value"] else {})
        answer = shop.post(f"/agreements/{agreement}/charges", body)
        session.expect(answer.status_code == 201, f"CreateChargeV3 example refused: {title}", answer.text)


def whole_drafts(session: Session, shop: Shop) -> list[Json]:
    """Drafts with every field that the file knows: one for each kind of campaign, and of pricing."""
    schemas = session.spec.document["components"]["schemas"]
    whole = sample(session.spec, {"$ref": "#/components/schemas/DraftAgreementV3"})
    whole |= {"phoneNumber": shop.customer, "isApp": False, "skipLandingPage": False}
    del whole["campaign"]
    bodies = [
        whole | {"campaign": sample(session.spec, each)} for each in schemas["campaignV3"]["oneOf"]
    ]  # fmt: skip
    for each in schemas["PricingRequestV3"]["oneOf"]:
        kind = each["$ref"].rpartition("/")[2].removesuffix("PricingRequestV3").upper()
        name = "FLEXIBLE" if kind.startswith("FLEX") else kind
        bodies.append(whole | {"pricing": sample(session.spec, each) | {"type": name}})
    for each in bodies:
        each["pricing"] = each["pricing"] | ({"type": "LEGACY"} if "campaign" in each else {})
        answer = shop.post("/agreements", renewed(each) | {"initialCharge": fresh(each["initialCharge"])})
        session.expect(answer.status_code == 201, "DraftAgreementV3 with every field refused", answer.text)
    return [renewed(each) for each in bodies]


def fresh(body: Json) -> Json:
    """The same with an orderId that was not used before, where it has one that is good."""
    if isinstance(body, dict) and isinstance(body.get("orderId"), str) and body["orderId"].startswith("acme"):
        return body | {"orderId": new_order()}
    return body


def mutations(session: Session, shop: Shop) -> None:
    """Every operation that takes a body, with every variant of it."""
    operations = session.spec.operations
    for body in whole_drafts(session, shop):
        for changed in variants(session.spec, operations["DraftAgreementV3"].request_schema, body):
            if isinstance(changed, dict) and "initialCharge" in changed:
                changed["initialCharge"] = fresh(changed["initialCharge"])
            shop.send("POST", "/agreements", json=changed)
    agreement = shop.active(pricing={"type": "FLEXIBLE", "currency": "NOK"})
    charges = f"/agreements/{agreement}/charges"
    whole = charge(orderId="acme-1", type="RECURRING", processingMode="MULTIPLE_ATTEMPTS")
    for changed in variants(session.spec, operations["CreateChargeV3"].request_schema, whole):
        shop.send("POST", charges, json=fresh(changed))
    items(session, shop, agreement)
    change = sample(session.spec, operations["UpdateAgreementPatchV3"].request_schema)
    del change["status"]
    change["pricing"] = {"amount": 20_000}
    targets: dict[str, tuple[Callable[[], str], str, str, Json]] = {
        "UpdateAgreementPatchV3": (shop.active, "PATCH", "/agreements/{}", change),
        "acceptUsingPATCHV3": (shop.drafted, "PATCH", "/agreements/{}/accept", {"phoneNumber": shop.customer}),
        "CaptureChargeV3": (shop.reserved, "POST", "{}/capture", {"amount": 1_000, "description": "Tea"}),
        "RefundChargeV3": (
            lambda: shop.reserved(5_000), "POST", "{}/refund", {"amount": 1_000, "description": "Sorry"},
        ),
    }  # fmt: skip
    for operation_id, (new, method, path, body) in targets.items():
        target = ""
        for changed in variants(session.spec, operations[operation_id].request_schema, body):
            # What has succeeded has changed it.
            target = target or new()
            if shop.send(method, path.format(target), json=changed).is_success:
                target = ""
        for raw in BROKEN:
            shop.send(method, path.format(new()), content=raw)
    for raw in BROKEN:
        for path in ("/agreements", "/agreements/charges", charges):
            shop.send("POST", path, content=raw)


def items(session: Session, shop: Shop, agreement: str) -> None:
    """Every variant of an item of a batch: what the file forbids is told at once, and nothing comes of it."""
    schema = session.spec.resolve(session.spec.operations["CreateChargeAsyncV3"].request_schema)["items"]
    whole = item(agreement, orderId="acme-1", processingMode="MULTIPLE_ATTEMPTS")
    for changed in variants(session.spec, schema, whole):
        sent = fresh(changed)
        answer = shop.send("POST", "/agreements/charges", json=[sent])
        wrong = [each for each in session.spec.errors(schema, sent) if each.instance is not None]
        if wrong and answer.status_code == 202:
            refused = len(answer.json()["invalidCharges"]) == 1
            session.expect(refused, f"a bad item is taken: {wrong[0].message[:80]}", answer.text)
