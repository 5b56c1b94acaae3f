"""The table of points: what is judged, how, and where it comes from."""

from typing import Final

from mockserver.apis.management.checks.orders import order_followed, price_from_list
from mockserver.apis.management.checks.partners import keys_with_msn, registered, self_service, told_by_webhooks
from mockserver.checklist.points.finding import used
from mockserver.checklist.points.points import Checks, point
from mockserver.checklist.points.seen import Calls, Detail
from mockserver.checklist.points.statements import described, linked, piloted

_PART: Final = "Partner keys guide"
_MANAGE: Final = "Management guide"
_FAQ: Final = "Partner FAQ"
_PAY: Final = "ePayment checklist"
_BECOME: Final = "How to become a partner"

CHECKS: Final = Checks(
    "partner",
    (
        point("partner-msn", "partner keys come with a Merchant-Serial-Number", _PART, keys_with_msn),
        point("partner-prices", "the price packages are read", _MANAGE, used("getPartnerPricePackages")),
        point("partner-price-from-list", "orders take their price package from the list", _MANAGE, price_from_list),
        point("partner-prefill", "product orders are prefilled", _MANAGE, used("orderProduct")),
        point("partner-order-followed", "a prefilled order is followed to its end", _MANAGE, order_followed),
        point("partner-self-service", "sales units and orders are looked up by the partner itself", _FAQ, self_service),
        point("partner-webhooks", "webhooks are registered with partner keys", _PART, told_by_webhooks),
        point("partner-description", "the solution is described", _PAY, described),
        point(
            "partner-documentation",
            "merchants find documentation: how to apply, to configure, to get help",
            _BECOME,
            linked("documentation", "documentation for merchants"),
        ),
        point("partner-pilot", "there is a pilot customer", _BECOME, piloted),
        point(
            "partner-demo",
            "there is a demo, or screenshots or a video of the flow",
            _BECOME,
            linked("demo", "a demo, screenshots or a video"),
        ),
    ),
    Calls(
        deeds=frozenset({"orderProduct"}),
        say_system=frozenset({"management"}),
        details=(Detail("prefilledOrderId", answered=("prefilledOrderId",)),),
    ),
    registered,
)
