"""Requests of the ePayment API: the file's examples, whole bodies, and every variant of them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from tools.contract.client import Caller, Session
from tools.contract.spec import Json
from tools.contract.variants import BROKEN, sample, variants

PREFIX = "/epayment/v1"


class Unit(Caller):
    """A sales unit's client of this API."""

    def __init__(self, session: Session, msn: str) -> None:
        super().__init__(session.http, session.unit_caller(msn).headers, PREFIX)
        self.msn = msn

    def reference(self) -> str:
        """A new one."""
        return f"contract-{uuid4()}"

    def created(self, value: int = 10_000, currency: str = "NOK", **fields: Json) -> str:
        """The reference of a new payment."""
        reference = self.reference()
        answer = self.post("/payments", order(reference, value, currency, **fields))
        if answer.status_code != 201:
            raise SystemExit(f"createPayment fails: {answer.text}")
        return reference

    def approved(self, value: int = 10_000, currency: str = "NOK", captured: int = 0) -> str:
        """The reference of an approved payment."""
        reference = self.created(value, currency)
        self.post(f"/test/payments/{reference}/approve", {})
        if captured:
            self.post(f"/payments/{reference}/capture", modification(captured, currency))
        return reference


def order(reference: str, value: int = 10_000, currency: str = "NOK", **fields: Json) -> Json:
    """A createPayment body."""
    return {
        "amount": {"currency": currency, "value": value},
        "paymentMethod": {"type": "WALLET"},
        "reference": reference,
        "userFlow": "WEB_REDIRECT",
        "returnUrl": "https://shop.example.com/return",
    } | fields


def modification(value: int, currency: str = "NOK") -> Json:
    """A capture or refund body."""
    return {"modificationAmount": {"currency": currency, "value": value}}


def mended(body: Json, reference: str) -> Json:
    """An example body of the file without what makes it fail: it is old, and does not add up."""
    body = body | {"reference": reference}
    if "expiresAt" in body:
        body["expiresAt"] = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%dT%H:%M:%SZ}"
    receipt = body.get("receipt", {})
    if isinstance(receipt.get("bottomLine"), list):
        receipt["bottomLine"] = receipt["bottomLine"][0]
    for line in receipt.get("orderLines", ()):
        line["totalTaxAmount"] = line["totalAmount"] - line["totalAmountExcludingTax"]
    return body


def examples(session: Session, unit: Unit) -> None:
    """What the file shows as requests is taken."""
    schema = session.spec.resolve(session.spec.operations["createPayment"].request_schema)
    for title, shown in schema["x-examples"].items():
        unit.post("/payments", session.spec.inlined(shown))
        answer = unit.post("/payments", mended(session.spec.inlined(shown), unit.reference()))
        session.expect(answer.status_code == 201, f"createPayment example refused: {title}", answer.text)


def whole_orders(session: Session, unit: Unit) -> list[Json]:
    """createPayment bodies with every field that the file knows: one for each way to ship."""
    body = mended(sample(session.spec, session.spec.operations["createPayment"].request_schema), unit.reference())
    body["profile"]["scope"] = "name address email phoneNumber birthDate"
    body["customer"] = {"phoneNumber": "4712345678"}
    del body["paymentMethod"]["blockedSources"]
    dynamic = {"callbackUrl": "https://shop.example.com/shipping", "callbackAuthorizationToken": "ae0cb90d91b4a84a"}
    ways = ({"fixedOptions": body["shipping"]["fixedOptions"]}, {"dynamicOptions": dynamic})
    bodies = [body | {"shipping": way} for way in ways]
    for each in bodies:
        answer = unit.post("/payments", each | {"reference": unit.reference()})
        session.expect(answer.status_code == 201, "createPayment with every field refused", answer.text)
    return bodies


def mutations(session: Session, unit: Unit) -> None:
    """Every operation that takes a body, with every variant of it."""
    operations = session.spec.operations
    for body in whole_orders(session, unit):
        for changed in variants(session.spec, operations["createPayment"].request_schema, body):
            if isinstance(changed, dict) and changed.get("reference") == body["reference"]:
                changed["reference"] = unit.reference()
            unit.send("POST", "/payments", json=changed)
    for raw in BROKEN:
        unit.send("POST", "/payments", content=raw)
    targets: dict[str, tuple[Callable[[], str], str, Json]] = {
        "capturePayment": (unit.approved, "/payments/{}/capture", modification(100)),
        "refundPayment": (lambda: unit.approved(captured=500), "/payments/{}/refund", modification(100)),
        "cancelPayment": (unit.created, "/payments/{}/cancel", {"cancelTransactionOnly": False}),
        "forceApprove": (unit.created, "/test/payments/{}/approve", {"customer": {"phoneNumber": "4712345678"}}),
    }
    for operation_id, (fresh, path, body) in targets.items():
        for changed in variants(session.spec, operations[operation_id].request_schema, body):
            unit.send("POST", path.format(fresh()), json=changed)
        for raw in BROKEN:
            unit.send("POST", path.format(fresh()), content=raw)
