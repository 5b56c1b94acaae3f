"""Every operation of the Management API, with partner keys; and a look with management keys, which are outdated."""

from typing import Any

from tools.collections.steps import NEW_ID, Folder, Step
from tools.collections.stories import parts

ORDERS = "/management/v1/product-orders"
DETAILS = "/details"
OURS = f"{ORDERS}/{{{{order}}}}"
OURS_V2 = "/management/v2/product-orders/{{order}}"
# An organisation number with a right check digit (weights 3 2 7 6 5 4 3 2, modulo 11), which nobody else asked for.
_NUMBER = """(() => {
  for (;;) {
    const digits = "9" + String(Math.floor(Math.random() * 1e7)).padStart(7, "0");
    const sum = [...digits].reduce((total, digit, place) => total + digit * [3, 2, 7, 6, 5, 4, 3, 2][place], 0);
    if (sum % 11 !== 1) return digits + ((11 - (sum % 11)) % 11);
  }
})()"""
_KEYS = parts.partner_keys()
_MERCHANT = "/management/v1/merchants/business:NO:ORG/{{VIPPS_PARTNER_BUSINESS}}"
_OUR_UNIT = 'find(each => each.msn === get("VIPPS_PARTNER_MSN"))?.msn'
_OUR_ORDER = 'find(each => each.productOrderId === get("order"))?.status'
_OTHERS = 'some(each => each.msn === get("OTHER_PARTNERS_MSN"))'


def order_product(name: str, **form: Any) -> Step:
    """A product order for a company that is not yet known, with more in its form."""
    body = {
        "businessIdentifier": {"scheme": "business:NO:ORG", "id": "{{company}}"},
        "productType": "PAYMENT_INTEGRATION",
        "settlementBankAccount": {"scheme": "BBAN:NO", "id": "86011117947"},
        "merchantCategoryCode": "5651",
        "intendedPurpose": "Clothes for children",
        "website": {"url": "https://shop.example.com", "termsUrl": "https://shop.example.com/terms"},
        **form,
    }
    return Step(
        name,
        f"POST {ORDERS}",
        {**_KEYS, "Idempotency-Key": "{{idempotencyKey}}"},
        body,
        status=201,
        shows={"answer.prefillUrl.endsWith(answer.prefilledOrderId)": True},
        keeps={"order": "prefilledOrderId", "prefillUrl": "prefillUrl"},
        fresh={"company": _NUMBER, "idempotencyKey": NEW_ID},
    )


def details(name: str, status: str, **more: Any) -> Step:
    """The order as its partner sees it."""
    shows = {"productOrderId": "{{order}}", "status": status, "businessIdentifier.id": "{{company}}"}
    return Step(name, f"GET {OURS_V2}{DETAILS}", _KEYS, shows=shows | more)


FOLDER = Folder(
    "Management",
    "Price packages, sales units, merchants by business identifier, and product orders.",
    (
        parts.partner_token(),
        Step(
            "Price packages",
            "GET /management/v1/partners/price-packages",
            _KEYS,
            shows={
                'find(each => each.productType === "PAYMENT_INTEGRATION" && each.market === "NO")?.name': "Standard"
            },
            keeps={"pricePackage": 'find(each => each.market === "NO")?.pricePackageId'},
        ),
        Step(
            "Sales units",
            "GET /management/v1/sales-units",
            _KEYS,
            shows={_OUR_UNIT: "{{VIPPS_PARTNER_MSN}}", _OTHERS: False},
        ),
        Step(
            "One sales unit",
            "GET /management/v1/sales-units/{{VIPPS_PARTNER_MSN}}",
            _KEYS,
            shows={
                "msn": "{{VIPPS_PARTNER_MSN}}",
                "businessIdentifier.id": "{{VIPPS_PARTNER_BUSINESS}}",
                "configuration.captureType": "ReserveCapture",
            },
        ),
        Step(
            "Another partner's sales unit",
            "GET /management/v1/sales-units/{{OTHER_PARTNERS_MSN}}",
            _KEYS,
            status=404,
            shows={"status": 404},
        ),
        Step(
            "A merchant by its business identifier",
            f"GET {_MERCHANT}",
            _KEYS,
            shows={"businessIdentifier.id": "{{VIPPS_PARTNER_BUSINESS}}", "status": "ACTIVE"},
        ),
        Step(
            "The merchant's sales units",
            f"GET {_MERCHANT}/sales-units",
            _KEYS,
            shows={_OUR_UNIT: "{{VIPPS_PARTNER_MSN}}", _OTHERS: False},
        ),
        order_product("Order a product", pricePackageId="{{pricePackage}}"),
        Step(
            "The order (version 1)",
            f"GET {OURS}{DETAILS}",
            _KEYS,
            shows={"productOrderId": "{{order}}", "status": "RECEIVED"},
        ),
        details("The order", "RECEIVED", salesUnit=None),
        Step("All orders", "GET /management/v2/product-orders", _KEYS, shows={_OUR_ORDER: "RECEIVED"}),
        Step(
            "All orders with management keys, get a token",
            "POST /miami/v1/token",
            basic=("{{VIPPS_MANAGEMENT_CLIENT_ID}}", "{{VIPPS_MANAGEMENT_CLIENT_SECRET}}"),
            form={"grant_type": "client_credentials"},
            shows={"token_type": "Bearer"},
            keeps={"managementToken": "access_token"},
        ),
        Step(
            "All orders with management keys",
            "GET /management/v2/product-orders",
            {"Authorization": "Bearer {{managementToken}}"},
            shows={_OUR_ORDER: "RECEIVED"},
        ),
        Step("Delete the order", f"DELETE {OURS}", _KEYS),
        Step("It is gone", f"GET {OURS_V2}{DETAILS}", _KEYS, status=404, shows={"status": 404}),
    ),
)
