"""The Recurring API: agreements and charges through every operation, every state, and every refusal."""

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from uuid import uuid4

from tools.contract.client import Session
from tools.contract.recurring_bodies import (
    CURRENCIES,
    Shop,
    charge,
    day,
    draft,
    examples,
    initial,
    item,
    mutations,
    new_order,
)
from tools.contract.spec import Json
from tools.contract.suite import Suite

DELIBERATE = {
    r"\w+ 200 body: (transactionId|externalId|failureDescription|interval): None .*": (
        "null for what there is none of: the file forgets to say so"
    ),
    r"\w+ 200 body: campaign: None is not valid .*": "nullable, which a reference in the file leaves no room for",
    r"FetchChargeByIdV3 200 body: 'agreementId' is a required property": (
        "documented: it does not say which agreement a charge is of"
    ),
    r"FetchChargeByIdV3 200 never shown: (agreementId|externalAgreementId)": "the same",
    r"\w+ 20\d body: (id|chargeId): '.*' is too long": "an orderId may be longer, and is the charge's id",
    r"\w+ 202 never seen": "whatever is asked for is done at once, which is 204",
    r"\w+ 401 undocumented status: .*": "the gateway refuses keys and tokens before the API sees the request",
    r"\w+ 403 undocumented status: .*": "documented as invalid-sale-unit, and missing from the file",
    r"\w+ 405 undocumented status: .*": "HTTP, and documented as invalid-method",
    r"\w+ 406 undocumented status: .*": "HTTP, and documented as not-acceptable",
    r"\w+ 409 undocumented status: .*": "documented as conflict and idempotency-conflict, and missing from the file",
    r"\w+ 413 undocumented status: .*": "HTTP",
    r"\w+ 415 undocumented status: .*": "HTTP, and documented as unsupported-media-type",
    r"\w+ 429 undocumented status: .*": "documented rate limits, answered by the gateway",
    r"(Fetch\w+|List\w+|CreateChargeAsyncV3) 40[04] undocumented status: .*": (
        "documented as problems, and missing from the file"
    ),
    r"\w+ 20\d accepted: header Idempotency-Key missing": "clients in use leave it out; --strict refuses",
    r"\w+ 20\d accepted: (?!body)\S+: null for \w+": "clients write null for what they leave out",
    r"\w+ 400 refused: Idempotency-Key: Must match .*": "what the file says in words",
    r"\w+ 400 refused: The (charge cannot be (captured|cancelled|refunded)|initial charge was declined): .*": (
        "a status that does not allow it"
    ),
    r"acceptUsingPATCHV3 400 refused: An agreement that is ACTIVE cannot be accepted": "the same",
    r"FetchAgreementV3 400 refused: agreementId: .*": "documented as invalid-agreement-id",
    r"\w+ 400 refused: \S*([aA]mount|price): (Must be (at|above|greater) .*|Is higher .*|The charges .*)": (
        "what can be charged, captured and refunded, which the file leaves to its guide"
    ),
    r"acceptUsingPATCHV3 400 refused: phoneNumber: Must be an MSISDN.*": "what the file shows",
    r"\w+ 400 refused: merchant(Agreement|Redirect)Url: .*": "the file says in words that they are addresses",
    r"\w+ 400 refused: productName: Must have at least 1 character": "an agreement is for something",
    r"UpdateAgreementPatchV3 400 refused: interval\.period: .*": "with RECURRING only, as the file says in words",
    r"CaptureChargeV3 204 accepted: description: \w+": "deprecated, and ignored",
    r"DraftAgreementV3 400 refused: scope: There is no scope .*": "the file says in words which there are",
    r"DraftAgreementV3 400 refused: pricing\.(currency|amount|suggestedMaxAmount): (Must be NOK|Does not go with) .*": (
        "one currency for each market, and the amount that goes with the type"
    ),
    r"DraftAgreementV3 400 refused: campaign\.end: Must be an RFC 3339 time .*": "the file says so in words",
    r"DraftAgreementV3 201 accepted: phoneNumber: (maxLength|integer for string)": "documented: bad ones are ignored",
    r"DraftAgreementV3 201 accepted: campaign: oneOf": "the file's example has slashes in its date; --strict refuses",
    r"DraftAgreementV3 201 accepted: pricing: oneOf": "without a type it is LEGACY",
    r"CreateChargeV3 400 refused: due: .*": "a day, tomorrow at the earliest and in two years at the latest",
    r"CreateChargeV3 400 refused: retryDays: Must be 0 with SINGLE_ATTEMPT": "the file says so in words",
    r"CreateChargeAsyncV3 202 (accepted: .*|body: invalidCharges\.chargeBatchItemDto.*)": (
        "items are judged one by one, and a bad one is repeated as it came"
    ),
    r"CreateChargeAsyncV3 400 refused: body: .*": "at most 2000 charges, which the file says in words",
}
REASONS = ("user_action_required", "charge_amount_too_high", "non_technical_error", "technical_error")


def life(shop: Shop) -> None:
    """An initial charge through all that can be done with it, and a charge that is given up."""
    path = shop.reserved()
    agreement = path.partition("/charges/")[0]
    shop.get(agreement)
    shop.show(path)
    for action, amount in (("capture", 6_000), ("refund", 1_000)):
        shop.post(f"{path}/{action}", {"amount": amount, "description": "Tea"})
        shop.show(path)
    for captured in (4_000, 10_000):
        path = shop.reserved(captured)
        shop.show(path)
        shop.delete(path)
        shop.post(f"{path}/refund", {"amount": captured, "description": "Sorry"})
        shop.show(path)
    for ahead in (3, 60):
        due = shop.charged(agreement.rpartition("/")[2], due=day(ahead))
        shop.show(due)
        shop.delete(due)
        shop.show(due)
    shop.send("PATCH", agreement, json={"productName": "Coffee", "pricing": {"amount": 20_000}})
    shop.send("PATCH", agreement, json={"status": "STOPPED"})
    shop.get(agreement)


def agreements(session: Session, shop: Shop) -> None:
    """Agreements of every kind, with all that an answer can hold, in every status."""
    currency = CURRENCIES[shop.msn]
    year = int(day(400)[:4])
    campaigns: list[Json] = [
        {"type": "PRICE_CAMPAIGN", "price": 100, "end": f"{year}-12-24T00:00:00Z"},
        {"type": "PERIOD_CAMPAIGN", "price": 0, "period": {"unit": "WEEK", "count": 4}},
        {"type": "EVENT_CAMPAIGN", "price": 100, "eventDate": f"{year}-12-24T00:00:00Z", "eventText": "until Yule"},
    ]
    for each in campaigns:
        shop.get(f"/agreements/{shop.active(campaign=each, productDescription='Green', scope='name email')}")
    for pricing in ({"type": "VARIABLE", "suggestedMaxAmount": 5_000}, {"type": "FLEXIBLE"}):
        shop.get(f"/agreements/{shop.active(pricing=pricing | {'currency': currency})}")
    for unit in ("DAY", "WEEK", "YEAR"):
        shop.get(f"/agreements/{shop.active(interval={'unit': unit, 'count': 2})}")
    free = shop.post("/agreements", {key: value for key, value in draft(currency).items() if key != "interval"})
    shop.get(f"/agreements/{shop.made(free, 'agreementId')}")
    shop.get(f"/agreements/{shop.drafted(isApp=True)}")
    declined = shop.drafted(initialCharge=initial(amount=151))
    shop.accept(declined)
    for each in (declined, shop.drafted(), "agr_nobody1", "what%20is"):
        shop.get(f"/agreements/{each}")
    for status in ("PENDING", "ACTIVE", "STOPPED", "EXPIRED", "GONE"):
        shop.get(f"/agreements?status={status}&pageNumber=1&pageSize=50&createdAfter=0")


def ends(session: Session, shop: Shop) -> None:
    """What becomes of charges that are not paid at once, with each reason for it."""
    session.control("PATCH", f"/sales-units/{shop.msn}", {"configuration": {"unscheduled_charges_allowed": True}})
    agreement = shop.active(pricing={"type": "FLEXIBLE", "currency": CURRENCIES[shop.msn]})
    at_once = {"type": "UNSCHEDULED", "amount": 20_000}
    body = {name: value for name, value in charge(**at_once).items() if name not in ("due", "retryDays")}
    paid = shop.made(shop.post(f"/agreements/{agreement}/charges", body), "chargeId")
    late = shop.made(shop.post(f"/agreements/{agreement}/charges", body | {"amount": 201}), "chargeId")
    for each in (paid, late):
        shop.show(f"/agreements/{agreement}/charges/{each}")
    shop.delete(f"/agreements/{agreement}/charges/{late}")
    for number, reason in enumerate(REASONS):
        rule = {"name": reason, "when": {"amount": 30_000 + number}, "then": {"charge": "fails", "reason": reason}}
        session.control("POST", "/scenarios", rule)
        failed = body | {"amount": 30_000 + number}
        failed_id = shop.made(shop.post(f"/agreements/{agreement}/charges", failed), "chargeId")
        shop.show(f"/agreements/{agreement}/charges/{failed_id}")
    single = shop.charged(agreement, retryDays=0, processingMode="SINGLE_ATTEMPT")
    shop.show(single)


def batches(shop: Shop) -> None:
    """Batches that are taken in part, and one that is none."""
    agreement = shop.active()
    wrong = item(agreement, due=day(0), processingMode="MULTIPLE_ATTEMPTS")
    direct = item(agreement, transactionType="RESERVE_CAPTURE", due=day(0), processingMode="SINGLE_ATTEMPT")
    shop.post("/agreements/charges", [item(agreement), wrong, direct | {"retryDays": 0}])
    shop.post("/agreements/charges", [item(agreement)] * 2_001)


def refusals(session: Session, shop: Shop) -> None:
    """Every refusal that any operation may give."""
    path, key, without_product = shop.reserved(), str(uuid4()), Shop(session, "123457")
    agreement = path.partition("/charges/")[0]
    spent = {"amount": 20_000, "description": "Tea"}
    for action in ("capture", "refund"):
        shop.post(f"{path}/{action}", spent)
    done = shop.reserved(10_000)
    shop.delete(done)
    order = new_order()
    for _ in range(2):
        shop.post(f"{agreement}/charges", charge(orderId=order))
        shop.post("/agreements", draft(initialCharge=initial(orderId=f"{order}-1")))
    shop.post(f"{agreement}/charges", charge(due=day(0)))
    shop.post(f"{agreement}/charges", charge(due=day(800)))
    shop.post(f"{agreement}/charges", charge(amount=50_001))
    shop.accept(agreement.rpartition("/")[2])
    modify = {"capture": {"amount": 100}, "refund": {"amount": 100, "description": "Sorry"}}
    calls: list[tuple[str, str, Json]] = [
        ("GET", "/agreements", None), ("POST", "/agreements", draft()), ("GET", agreement, None),
        ("PATCH", agreement, {"productName": "Tea"}),
        ("PATCH", f"{agreement}/accept", {"phoneNumber": shop.customer}),
        ("GET", f"{agreement}/charges", None), ("POST", f"{agreement}/charges", charge()),
        ("POST", "/agreements/charges", [item("agr_nobody1")]), ("GET", path, None), ("DELETE", path, None),
        ("GET", f"/charges/{path.rpartition('/')[2]}", None),
        *(("POST", f"{path}/{action}", body) for action, body in modify.items()),
    ]  # fmt: skip
    for method, where, body in calls:
        without_product.send(method, where, **({} if body is None else {"json": body}))
        refused(shop, method, where, body, key)


def refused(shop: Shop, method: str, where: str, body: Json, key: str) -> None:
    """What an operation refuses whatever it is about; it may succeed when the key is new."""
    options = {} if body is None else {"json": body}
    for name in ("Authorization", "Ocp-Apim-Subscription-Key"):
        shop.send(method, where, {name: None}, **options)
        shop.send(method, where, {name: "wrong"}, **options)
    shop.send("PUT", where)
    shop.send(method, where, {"Accept": "text/html"}, **options)
    *_, last = where.split("/agreements/", 1)[-1].split("/charges/", 1)
    if last and not where.endswith(("/agreements", "/agreements/charges")):
        for each in (last, where.split("/")[2]):
            shop.send(method, where.replace(each, "nobody-knows-it"), **options)
    if method == "GET":
        return
    shop.send(method, where, content=b" " * 2_000_000)
    shop.send(method, where, {"Content-Type": "text/plain"}, content=b"hello")
    shop.send(method, where, {"Idempotency-Key": "k" * 41}, **options)
    shop.send(method, where, {"Idempotency-Key": None}, **options)
    shop.send(method, where, {"Idempotency-Key": key}, **options)
    shop.send(method, where, {"Idempotency-Key": key}, json={"another": "request"})


def under_way(session: Session) -> None:
    """What takes a server with other settings: 409 for what is locked, 429."""
    shop, http = Shop(session, "123456"), session.http
    for _ in range(6):
        shop.get("/agreements")
    path = shop.reserved()
    agreement = path.partition("/charges/")[0]
    http.post("/_mock/clock/freeze")
    with ThreadPoolExecutor() as threads:
        calls = [
            threads.submit(shop.post, f"{path}/capture", {"amount": 100}),
            threads.submit(shop.send, "PATCH", agreement, json={"status": "STOPPED"}),
        ]
        done, _ = wait(calls, return_when=FIRST_COMPLETED)
        http.post("/_mock/clock/unfreeze")
    statuses = [each.result().status_code for each in done]
    session.expect(statuses == [409], "a stop and a capture do not exclude each other", statuses)


def calls(session: Session) -> None:
    """Every operation, on units of every market."""
    for msn in CURRENCIES:
        shop = Shop(session, msn)
        life(shop)
        agreements(session, shop)
    shop = Shop(session, "123456")
    ends(session, shop)
    batches(shop)
    refusals(session, shop)
    examples(session, shop)
    mutations(session, shop)


def prepare(document: Json) -> None:
    """Say what the file means: which kind of pricing and campaign is which, and that a 204 has no body."""
    schemas = document["components"]["schemas"]
    for way in ("Request", "Response"):
        del schemas[f"Pricing{way}V3"]["discriminator"]
        for kind in ("Legacy", "Flexible", "Variable"):
            schema = schemas[f"{kind}Pricing{way}V3"]
            schema["properties"]["type"] = {"type": "string", "enum": [kind.upper()]}
    for name in ("price", "period", "event", "legacy"):
        schema = schemas[f"{name}CampaignResponseV3"]
        schema["properties"]["type"] = {"type": "string", "enum": [f"{name.upper()}_CAMPAIGN"]}
    campaign = schemas["AgreementResponseV3"]["properties"]["campaign"]
    schemas["AgreementResponseV3"]["properties"]["campaign"] = {"nullable": True, "allOf": [dict(campaign)]}
    accept = document["paths"]["/recurring/v3/agreements/{agreementId}/accept"]["patch"]
    del accept["responses"]["204"]["content"]


SUITE = Suite(
    title="Recurring",
    mark="DraftAgreementV3",
    deliberate=DELIBERATE,
    calls=calls,
    other_settings=("--environment", "test", "--rate-limits", "--processing-time", "0.02"),
    other_calls=under_way,
    prepare=prepare,
)
