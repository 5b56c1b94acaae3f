"""The Management API: what each kind of caller sees, and what it is refused."""

from uuid import uuid4

from tools.contract.client import Session
from tools.contract.management_orders import (
    LONELY_UNIT,
    MERCHANT,
    OTHER_PARTNER,
    OTHER_UNIT,
    PARTNER,
    PREFIX,
    UNIT,
    Checked,
    bodies,
    merchant_path,
    orders,
    prefilling,
    strict_calls,
)
from tools.contract.spec import Json
from tools.contract.suite import Suite

DELIBERATE = {
    r"\w+ 401 content type: application/json": "the gateway refuses keys and tokens in its own shape",
    r"\w+ 401 body: '(type|title|status|detail|instance)' is a required property": "the gateway's shape",
    r"\w+ 401 undocumented property: (statusCode|message)": "the gateway's shape",
    r"orderProduct 201 accepted: header Idempotency-Key missing": "clients in use leave it out; --strict refuses",
    r"orderProduct 201 accepted: header Idempotency-Key invalid": "an empty one counts as none; --strict refuses",
    r"orderProduct 201 accepted: merchantCategoryCode: integer for string": "official examples have a number",
    r"getProductOrders 200 accepted: query includeExpired invalid": "clients write True as their language does",
    r"deleteProductOrder 400 refused: .* order in state \w+ cannot do this: delete": "the file says it in words only",
    r"orderProduct 400 refused: businessIdentifier\.scheme: Must be one of .*": "there are registers in four markets",
    r"orderProduct 400 refused: businessIdentifier\.id: Must have at least 4 digits": "hyphens alone are no number",
    r"orderProduct 400 refused: settlementBankAccount\.scheme: Must be BBAN:.*": "an account in the company's country",
    r"orderProduct 400 refused: settlementBankAccount\.id: An account number in .*": "each country has its own length",
    r"orderProduct 400 refused: salesUnitName: Must not contain .*": "the file says in words which signs are allowed",
    r"orderProduct 400 refused: pricePackageId: The partner has no such .*": "a partner gives only prices that it has",
    r"orderProduct 400 refused: \S+: No number of .*": "--strict looks at check digits",
    r"orderProduct 400 refused: settlementBankAccount\.id: No account number of .*": "--strict looks at check digits",
    r"orderProduct 400 refused: unknown: There is no such field": "documented: --strict refuses unknown fields",
    r"get(Merchant|SalesUnits)By\w+ 400 refused: (scheme|id): Must .*": (
        "the file bounds both in BusinessIdentifier, and forgets to for paths"
    ),
    r"getPartnerPricePackages 200 never shown: productType=(LOGIN|DONATIONS)": "there is one price for each of them",
}


def callers(session: Session) -> dict[str, Checked]:
    """One of each kind."""
    made = {
        "sales unit keys": session.unit_caller(LONELY_UNIT, PREFIX),
        "partner keys": session.partner_caller(PARTNER, PREFIX),
        "management keys": session.specialised_caller(PARTNER, PREFIX),
    }
    return {who: Checked(session, caller, who) for who, caller in made.items()}


def merchants_see(session: Session) -> None:
    """Sales unit keys of every market: the merchant's own units, and nothing that is for partners."""
    for msn in (LONELY_UNIT, "223456", "323456", "423456"):
        who = Checked(session, session.unit_caller(msn, PREFIX), f"sales unit keys of {msn}")
        merchant = session.unit(msn)["merchant_id"]
        own = [each for each in session.world["sales_units"] if each["merchant_id"] == merchant]
        active = [each["msn"] for each in own if each.get("active", True)]
        for path in ("/v1/sales-units", f"{merchant_path(session, merchant)}/sales-units"):
            session.expect([each["msn"] for each in who.get(path)] == active, f"{who.who} see other units", path)
        who.get(merchant_path(session, merchant))
        for each in own:
            who.get(f"/v1/sales-units/{each['msn']}", 200 if each["msn"] in active else 404)
        for path in (f"/v1/sales-units/{UNIT}", "/v1/sales-units/9999", merchant_path(session, MERCHANT)):
            who.get(path, 404)
    for path in ("/v1/partners/price-packages", "/v2/product-orders", f"/v2/product-orders/{uuid4()}/details"):
        who.get(path, 403)


def partners_see(session: Session, who: Checked) -> None:
    """A partner's keys of either kind: connected units under active merchants, whatever hides one."""
    unit, home = f"/v1/sales-units/{UNIT}", merchant_path(session, MERCHANT)
    for path in ("/v1/sales-units", f"{home}/sales-units"):
        session.expect([each["msn"] for each in who.get(path)] == [UNIT], f"{who.who} see other units", path)
    session.expect(who.get(home)["status"] == "ACTIVE", "an active merchant is not", home)
    who.get(unit)
    for msn in (OTHER_UNIT, LONELY_UNIT, "1234", "1234567890"):
        who.get(f"/v1/sales-units/{msn}", 404)
    for path in ("", "/sales-units"):
        who.get(f"{merchant_path(session, 'merchant-no-1')}{path}", 404)
        who.get(f"/v1/merchants/business:XX:ORG/1234{path}", 404)
    for hiding, undoing in (
        ((f"/sales-units/{UNIT}", {"active": False}), {"active": True}),
        ((f"/sales-units/{UNIT}", {"partner_id": OTHER_PARTNER}), {"partner_id": PARTNER}),
        ((f"/merchants/{MERCHANT}", {"active": False}), {"active": True}),
    ):
        session.control("PATCH", *hiding)
        who.get(unit, 404)
        session.expect(who.get("/v1/sales-units") == [], "a list shows what is hidden", hiding)
        if "merchants" in hiding[0]:
            session.expect(who.get(home)["status"] == "DEACTIVATED", "a deactivated merchant is not", home)
        session.control("PATCH", hiding[0], undoing)
    who.get("/v1/partners/price-packages")


def every_operation(session: Session, order: str) -> list[tuple[str, str, Json]]:
    """Method, path and body of all ten."""
    home, body = merchant_path(session, MERCHANT), {"businessIdentifier": {"scheme": "x", "id": "x"}}
    details = [("GET", f"/v{version}/product-orders/{order}/details", None) for version in (1, 2)]
    units = [
        ("GET", path, None) for path in (home, f"{home}/sales-units", "/v1/sales-units", f"/v1/sales-units/{UNIT}")
    ]
    packages = ("GET", "/v1/partners/price-packages", None)
    lists = [("GET", "/v2/product-orders", None), ("DELETE", f"/v1/product-orders/{order}", None)]
    return [packages, ("POST", "/v1/product-orders", body), *lists, *details, *units]


def refusals(session: Session, who: Checked) -> None:
    """What any operation may refuse, and each right that may be missing."""
    order = who.order()
    accounting = session.specialised_caller("partner-accounting", PREFIX, "accounting_keys")
    for method, path, body in every_operation(session, order):
        options: Json = {} if body is None else {"json": body}
        for name in ("Authorization", "Ocp-Apim-Subscription-Key"):
            if name in who.caller.headers:
                who.call(401, method, path, headers={name: None}, **options)
                who.call(401, method, path, headers={name: "wrong"}, **options)
        Checked(session, accounting, "accounting keys").call(403, method, path, **options)
        session.control("DELETE", f"/partners/{PARTNER}/permissions/management")
        who.call(403, method, path, **options)
        session.control("PUT", f"/partners/{PARTNER}/permissions/management")
        who.call(405, "PUT", path)
        who.caller.get(f"{path}/nothing")
        if method in ("POST", "DELETE"):
            who.call(413, method, path, content=b" " * 2_000_000)
        if method == "POST":
            who.call(415, method, path, headers={"Content-Type": "text/plain"}, content=b"hello")
    stranger = Checked(session, session.partner_caller(OTHER_PARTNER, PREFIX), OTHER_PARTNER)
    for method, path in (("GET", "/v1/{}/details"), ("GET", "/v2/{}/details"), ("DELETE", "/v1/{}")):
        for id_, status in ((order, 404), (str(uuid4()), 404), ("x", 400), (order.replace("-", ""), 400)):
            stranger.call(status, method, path.format(f"product-orders/{id_}"))
    for msn in ("123", "12345678901", "abcd", "-123"):
        who.get(f"/v1/sales-units/{msn}", 400)
    for business in ("x/1234", f"business:NO:ORG/{'1' * 51}", "business:NO:ORG/x", f"{'b' * 31}/1234"):
        who.get(f"/v1/merchants/{business}", 400)
        who.get(f"/v1/merchants/{business}/sales-units", 400)
    for flag, status in (("true", 200), ("false", 200), ("True", 200), ("maybe", 400), ("", 400), ("1", 400)):
        who.get(f"/v2/product-orders?includeExpired={flag}", status)


def calls(session: Session) -> None:
    """Everything, as each kind of caller."""
    by_kind = callers(session)
    merchants_see(session)
    partners = ("partner keys", "management keys")
    for name in partners:
        partners_see(session, by_kind[name])
    for name in partners:
        orders(session, by_kind[name])
        refusals(session, by_kind[name])
    other = Checked(session, session.partner_caller(OTHER_PARTNER, PREFIX), OTHER_PARTNER)
    other.get("/v1/partners/price-packages")
    prefilling(session, by_kind)
    bodies(session, by_kind["partner keys"])
    session.control("POST", "/clock/advance", {"seconds": 901})
    by_kind["management keys"].get("/v1/sales-units", 401)
    session.control("POST", "/clock/advance", {"seconds": 3600})
    by_kind["sales unit keys"].get("/v1/sales-units", 401)


SUITE = Suite(
    title="Management",
    mark="orderProduct",
    deliberate=DELIBERATE,
    calls=calls,
    other_settings=("--strict",),
    other_calls=strict_calls,
)
