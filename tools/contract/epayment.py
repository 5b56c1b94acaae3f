"""The ePayment API: payments through every operation, every way to end, and every refusal."""

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from uuid import uuid4

from tools.contract.client import Session
from tools.contract.epayment_bodies import Unit, examples, modification, mutations, order
from tools.contract.spec import METHODS, Json
from tools.contract.suite import Suite

DELIBERATE = {
    r"(capture|refund|cancel)Payment 200 content type: application/json": (
        "success is application/json; the file names application/problem+json for it by mistake"
    ),
    r"getPaymentEventLog 200 body: 'paymentAction' is a required property": (
        "the file requires paymentAction, but describes the property as name, which clients read"
    ),
    r"\w+ \d+ body: \S*currency: 'SEK' .*": "Swedish sales units are newer than the file",
    r"(createPayment 201|\w+Payment 200) accepted: (amount|modificationAmount)\.currency: enum": (
        "Swedish sales units are newer than the file"
    ),
    r"getPayment 200 undocumented property: captureGuaranteedUntil": "documented, and newer than the file",
    r"\w+ [45]\d\d undocumented property: instance": "part of RFC 7807; the platform sends the request's path",
    r"\w+ 401 undocumented status: .*": "the gateway refuses keys and tokens before the API sees the request",
    r"get\w+ 404 undocumented status: 5090": "the file forgets that a reference may be unknown",
    r"forceApprove 404 undocumented status: 5090": "the file forgets that a reference may be unknown",
    r"forceApprove 400 undocumented status: .*": "documented with its own codes, and missing from the file",
    r"forceApprove 409 undocumented status: 4020": "idempotency holds here as everywhere",
    r"forceApprove 500 undocumented status: 3010": "what an expired card gives in the official test environment",
    r"\w+ 405 undocumented status: .*": "HTTP",
    r"\w+ 413 undocumented status: .*": "HTTP",
    r"createPayment 201 accepted: reference: integer for string": "an official example sends a number",
    r"\w+ 415 undocumented status: .*": "HTTP",
    r"\w+ 423 undocumented status: .*": "documented for concurrent operations, and missing from the file",
    r"\w+ 429 undocumented status: .*": "documented rate limits, answered by the gateway",
    r"\w+ 20\d accepted: header Merchant-Serial-Number missing": (
        "sales unit keys say who calls; documented as recommended, required with partner keys only"
    ),
    r"\w+ 20\d accepted: header Idempotency-Key missing": "clients in use leave it out; --strict refuses",
    r"(createPayment 201|forceApprove 200) accepted: customer: oneOf": "a customer that names nobody counts as none",
    r"\w+ 20\d accepted: (?!body)\S+: null for \w+": "clients write null for what they leave out",
    r"(cancelPayment|forceApprove) 200 accepted: body: null for object": "clients send null for no body",
    r"createPayment 201 accepted: (metadata\.\w+|\S+\.quantity): (integer|number) for string": (
        "clients send numbers there; --strict refuses"
    ),
    r"createPayment 201 accepted: paymentDescription: minLength": "an official example has it; --strict refuses",
    r"createPayment 400 refused: receipt\.(orderLines\[0\]\.totalAmount|bottomLine\.currency): .*": (
        "a receipt adds up and has the payment's currency"
    ),
    r"createPayment 400 refused: shipping(\.fixedOptions)?: .*": (
        "one way to ship, with options in the payment's currency and within its limit: the file says it in words only"
    ),
    r"createPayment 400 refused: shipping\.fixedOptions\[0\]\.options\[0\]\.id: .*": "an option is chosen by its id",
    r"createPayment 400 refused: shipping\.dynamicOptions\.callbackAuthorizationToken: .*": (
        "it becomes a header, for which the file has a narrower pattern elsewhere"
    ),
    r"(capture|refund)Payment 400 refused: body: .* EOF .*": "the file forgets that the body is required",
    r"(forceApprove|cancelPayment) 400 refused: Idempotency-Key: At most 50 characters": (
        "the file forgets the header here; its length is documented for all that changes state"
    ),
    r"(capture|refund)Payment 200 never shown: state=(CREATED|ABORTED|EXPIRED|TERMINATED)": "only what is approved",
    r"cancelPayment 200 never shown: state=(CREATED|ABORTED|EXPIRED)": "a cancelled payment is in neither of them",
}


def life(unit: Unit, currency: str) -> None:
    """One payment through every operation, and each way to end."""
    reference = unit.approved(currency=currency)
    path = f"/payments/{reference}"
    for action, value in (("capture", 4000), ("refund", 1000), ("capture", 60_000_000), ("refund", 60_000_000)):
        unit.post(f"{path}/{action}", modification(value, currency))
    unit.post(f"{path}/cancel")
    unit.post(f"{path}/cancel", {})
    for each in (reference, unit.created(currency=currency), unit.created(151, currency), unit.created(186, currency)):
        unit.post(f"/test/payments/{each}/approve", {})
        unit.get(f"/payments/{each}")
        unit.get(f"/payments/{each}/events")
    terminated = unit.created(currency=currency)
    unit.post(f"/payments/{terminated}/cancel", {"cancelTransactionOnly": True})
    unit.get(f"/payments/{terminated}")
    unit.get(f"/payments/{terminated}/events")
    for flow in ("NATIVE_REDIRECT", "QR", "PUSH_MESSAGE"):
        unit.get(f"/payments/{unit.created(currency=currency, userFlow=flow, customer={'phoneNumber': '4712345678'})}")


def other_ends(session: Session, unit: Unit) -> None:
    """What becomes of payments that nobody approves, and one by card."""
    for action in ("abort", "expire"):
        reference = unit.created()
        session.control("POST", f"/payments/{unit.msn}/{reference}/{action}")
        unit.get(f"/payments/{reference}")
        unit.get(f"/payments/{reference}/events")
    unit.get(f"/payments/{unit.created(paymentMethod={'type': 'CARD'})}")


def shared_and_shipped(session: Session, unit: Unit) -> None:
    """A payment with everything that an answer can hold."""
    address = {"line1": "Storgata 1", "line2": "c/o Hansen", "city": "Oslo", "post_code": "0155", "country": "NO"}
    session.control("POST", "/customers", {"phone": "4712345678", "addresses": [address]})
    groups = [{"type": "MAILBOX", "brand": "POSTEN", "options": [{"id": "post", "name": "Post", "amount": amount}]}
              for amount in [{"currency": "NOK", "value": 4900}]]  # fmt: skip
    profile = {"scope": "name address email phoneNumber birthDate"}
    reference = unit.created(profile=profile, shipping={"fixedOptions": groups}, metadata={"order": "1"})
    unit.post(f"/test/payments/{reference}/approve", {})
    session.control("POST", f"/payments/{unit.msn}/{reference}/approve", {"customer": "4712345678"})
    unit.get(f"/payments/{reference}")


def refusals(unit: Unit, without_product: Unit) -> None:
    """Every refusal that any operation may give."""
    without_product.post("/payments", order(unit.reference()))
    reference, key = unit.approved(), str(uuid4())
    modify = {"capture": modification(100), "refund": modification(100), "cancel": {}}
    calls = [("GET", f"/payments/{reference}", None), ("GET", f"/payments/{reference}/events", None),
             ("POST", "/payments", order(unit.reference())), ("POST", f"/test/payments/{reference}/approve", {}),
             *(("POST", f"/payments/{reference}/{action}", body) for action, body in modify.items())]  # fmt: skip
    for method, path, body in calls:
        options = {} if body is None else {"json": body}
        for name in ("Authorization", "Ocp-Apim-Subscription-Key"):
            unit.send(method, path, {name: None}, **options)
            unit.send(method, path, {name: "wrong"}, **options)
        unit.send("DELETE", path)
        unit.send(method, path.replace(reference, "nobody-knows-it"), **options)
        unit.send(method, f"{path}/nothing", **options)
        if method == "POST":
            unit.send(method, path, content=b" " * 2_000_000)
            unit.send(method, path, {"Content-Type": "text/plain"}, content=b"hello")
            unit.send(method, path, {"Idempotency-Key": "k" * 51}, **options)
            unit.send(method, path, {"Idempotency-Key": key}, **options)
            unit.send(method, path, {"Idempotency-Key": key}, json={"another": "request"})
    unit.post("/payments", order(reference))
    unit.post("/payments", order(unit.reference()), {"Merchant-Serial-Number": None, "Idempotency-Key": None})
    unit.post("/payments", order(unit.reference()), {"Content-Type": 'application/json; charset="utf-8"'})


def under_way(session: Session) -> None:
    """What takes a server with other settings: 423, 429, and the 500 of an expired card."""
    unit, http = Unit(session, "123456"), session.http
    for _ in range(121):
        unit.get("/payments/asked-too-often")
    unit.post(f"/test/payments/{unit.created(186)}/approve", {})
    reference = unit.approved()
    http.post("/_mock/clock/freeze")
    with ThreadPoolExecutor() as threads:
        both = {threads.submit(unit.post, f"/payments/{reference}/capture", modification(100)) for _ in range(2)}
        wait(both, return_when=FIRST_COMPLETED)
        http.post("/_mock/clock/unfreeze")


def calls(session: Session) -> None:
    """Every operation, on units of every market."""
    for msn, currency in (("123456", "NOK"), ("223456", "DKK"), ("323456", "EUR"), ("423456", "SEK")):
        life(Unit(session, msn), currency)
    unit = Unit(session, "123456")
    other_ends(session, unit)
    shared_and_shipped(session, unit)
    refusals(unit, Unit(session, "123459"))
    examples(session, unit)
    mutations(session, unit)


def prepare(document: Json) -> None:
    """Leave out what the merchant serves; tell the three kinds of customer apart, of which it requires nothing."""
    for item in document["paths"].values():
        for method in [name for name in METHODS if "Merchant Endpoints" in item.get(name, {}).get("tags", ())]:
            del item[method]
    schemas = document["components"]["schemas"]
    for reference in schemas["Customer"]["oneOf"]:
        kind = schemas[reference["$ref"].rpartition("/")[2]]
        kind["required"] = list(kind["properties"])


SUITE = Suite(
    title="ePayment",
    mark="getPaymentEventLog",
    deliberate=DELIBERATE,
    calls=calls,
    other_settings=("--environment", "test", "--rate-limits", "--processing-time", "0.02"),
    other_calls=under_way,
    prepare=prepare,
)
