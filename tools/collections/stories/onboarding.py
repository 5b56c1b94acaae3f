"""From the prefilled order of a company that nobody knows to a payment on its new sales unit."""

from typing import Any

from tools.collections.steps import Folder, Step
from tools.collections.stories import parts
from tools.collections.stories.management import details, order_product

_KEYS = parts.partner_keys("{{newMsn}}")


def _by_merchant(name: str, call: str, status: str, **more: Any) -> Step:
    return Step(name, f"POST /_mock/product-orders/{{{{order}}}}/{call}", shows={"status": status}, **more)


FOLDER = Folder(
    "Onboarding",
    "Prefill an order, play its merchant, let a day pass, and take a payment on the new sales unit with partner keys.",
    (
        parts.partner_token(),
        order_product("Prefill an order", salesUnitName="Solberg nettbutikk"),
        details("It was received", "RECEIVED", salesUnit=None),
        _by_merchant("The merchant opens it", "view", "MERCHANT_VIEWED", keeps={"merchant": "merchant"}),
        details("The partner sees that", "MERCHANT_VIEWED"),
        Step(
            "The merchant signs the agreement",
            "POST /_mock/merchants/{{merchant}}/agreement/sign",
            shows={"agreement.state": "SIGNED"},
        ),
        _by_merchant("The merchant submits it", "submit", "ORDER_SUBMITTED"),
        details("The platform looks at it", "ORDER_SUBMITTED", salesUnit=None),
        Step("A day passes", "POST /_mock/clock/advance", body={"duration": "P1D"}, shows={"frozen": False}),
        parts.partner_token("Get a new token"),
        Step(
            "It is completed",
            "GET /management/v2/product-orders/{{order}}/details",
            parts.partner_keys(),
            shows={"status": "COMPLETED", "salesUnit.name": "Solberg nettbutikk"},
            keeps={"newMsn": "salesUnit.msn"},
        ),
        Step(
            "The new sales unit",
            "GET /management/v1/sales-units/{{newMsn}}",
            parts.partner_keys(),
            shows={
                "msn": "{{newMsn}}",
                "businessIdentifier.id": "{{company}}",
                "configuration.paymentAllowed": True,
            },
        ),
        Step(
            "Its merchant",
            "GET /management/v1/merchants/business:NO:ORG/{{company}}",
            parts.partner_keys(),
            shows={"status": "ACTIVE"},
        ),
        parts.create("Create a payment for it", _KEYS, parts.order()),
        parts.approve(_KEYS),
        parts.capture(_KEYS),
        parts.state("It is captured", _KEYS, **{"aggregate.capturedAmount.value": 49900}),
    ),
)
