"""Paths that no emulated API has: what is probably the matter, where that can be told.

The answer is the gateway's 404, as on the real platform. A notice beside it tells a product that is not emulated from a
typing error, and a base URL that has a path of its own from a right one.
"""

import re
from functools import lru_cache

from mockserver.core.policy import Forgiven, Notice

PRODUCTS = {
    "/checkout/": "Checkout API",
    "/ecomm/": "eCom API",
    "/epayment-psp/": "PSP ePayment API",
    "/merchant-management/psp/": "PSP Merchant API",
    "/order-management/": "Order Management API",
    "/point-of-sale/": "Check-in API",
    "/psp/": "PSP API",
    "/qr/v": "QR API",
    "/report/": "Report API",
    "/settlement/": "Report API",
}
"""The platform's products that the emulator does not have, by the beginning of their paths."""

_TOKEN = re.compile(r".+/(accesstoken/get|miami/v1/token)")
_OTHERS = re.compile(
    r".+?(/(?:epayment|webhooks|management|recurring)/v[123]/.*|/(?:access-management-1\.0|vipps-userinfo-api|vipps-login-ciba)/.*)",
    re.DOTALL,
)
_NOWHERE = "No API has this path: /openapi/ lists all that there are, /openapi/control the calls under /_mock"
_LONGEST = 300
"""Characters of a path that are looked at."""


@lru_cache(maxsize=256)
def notices(path: str) -> tuple[Forgiven, ...]:
    """What to tell about a path that nobody serves: one notice."""
    asked = path[:_LONGEST].lower()
    token = _TOKEN.fullmatch(asked)
    if token is not None:
        return (Forgiven(Notice.WRONG_ADDRESS, f"The token endpoint is /{token[1]}: does the base URL have a path?"),)
    own = _OTHERS.fullmatch(asked)
    if own is not None:
        return (Forgiven(Notice.WRONG_ADDRESS, f"The API answers at {own[1]}: does the base URL have a path?"),)
    for beginning, product in PRODUCTS.items():
        if f"{asked}/".startswith(beginning):
            message = f"The platform has the {product}, but the emulator does not emulate it"
            return (Forgiven(Notice.NOT_EMULATED, message),)
    return (Forgiven(Notice.WRONG_ADDRESS, _NOWHERE),)
