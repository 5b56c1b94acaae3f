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

PRODUCTION_ONLY = "mockserver.production-only"
"""In the scope of a request to an API that the environment does not have, but production has."""
_ELSEWHERE = "This API is there in production only, not in the test environment"
_RETIRED = re.compile(r"/recurring/v[12](/.*)?", re.DOTALL)
_TOKEN = re.compile(r".+/(accesstoken/get|miami/v1/token)")
_OTHERS = re.compile(
    r".+?(/(?:epayment|webhooks|management|recurring)/v[123]/.*|/(?:access-management-1\.0|vipps-userinfo-api|vipps-login-ciba)/.*)",
    re.DOTALL,
)
_NOWHERE = "No API has this path: /openapi/ lists all that there are, /openapi/control the calls under /_mock"
_LONGEST = 300
"""Characters of a path that are looked at."""


@lru_cache(maxsize=256)
def notices(path: str, *, elsewhere: bool = False) -> tuple[Forgiven, ...]:
    """What to tell about a path that nobody serves: one notice. ``elsewhere``: production serves it."""
    if elsewhere:
        return (Forgiven(Notice.OTHER_ENVIRONMENT, _ELSEWHERE),)
    asked = path[:_LONGEST].lower()
    token = _TOKEN.fullmatch(asked)
    if token is not None:
        return (Forgiven(Notice.WRONG_ADDRESS, f"The token endpoint is /{token[1]}: does the base URL have a path?"),)
    own = _OTHERS.fullmatch(asked)
    if own is not None:
        return (Forgiven(Notice.WRONG_ADDRESS, f"The API answers at {own[1]}: does the base URL have a path?"),)
    if _RETIRED.fullmatch(asked):
        message = "Versions 1 and 2 of the Recurring API are over: version 3 answers at /recurring/v3"
        return (Forgiven(Notice.WRONG_ADDRESS, message),)
    for beginning, product in PRODUCTS.items():
        if f"{asked}/".startswith(beginning):
            message = f"The platform has the {product}, but the emulator does not emulate it"
            return (Forgiven(Notice.NOT_EMULATED, message),)
    return (Forgiven(Notice.WRONG_ADDRESS, _NOWHERE),)
