"""How the ePayment API refuses: RFC 7807 with an ErrorCode; 401 and 429 in the gateway's shape."""

from typing import Final

from mockserver.core.errors import Code, Refusal
from mockserver.core.ids import Ids
from mockserver.web import problems
from mockserver.web.http import Answer

INVALID: Final = "See extraDetails for further details"
TEXTS: Final = {
    Code.CAPTURE_IDEMPOTENCY: (
        "The capture request in an idempotent retry must be identical to the previous request(s)."
    ),
    Code.INVALID_AMOUNT: (
        "The amount is invalid. Amounts must be integers, no decimals. "
        "They are specified in minor units, like øre or cent."
    ),
    Code.INVALID_CUSTOMER_TOKEN: "The parameter CustomerToken is invalid.",
    Code.INVALID_PERSONAL_QR: "The parameter PersonalQr is invalid.",
    Code.INVALID_PHONE_NUMBER: (
        "The phone number is invalid. Phone numbers must be in MSISDN format: "
        "Country code and subscriber number, but no prefix."
    ),
    Code.REFUND_IDEMPOTENCY: "The request in an idempotent retry must be identical to the previous request(s).",
    Code.EXPRESS_NOT_ALLOWED: "Express payment is not allowed for this sales unit.",
    Code.AMOUNT_TOO_SMALL: "The amount is too small. Amounts are specified in minor units, like øre or cent.",
    Code.REFUND_BEFORE_RESERVATION: "Cannot refund a payment that is not reserved. Check the payment event log.",
    Code.CANNOT_CANCEL_CAPTURED: "Cannot cancel a payment that has been captured. Check the payment event log.",
    Code.CANNOT_CANCEL_NON_RESERVED: "Cannot cancel a payment that is not reserved. Check the payment event log.",
    Code.CANNOT_CAPTURE_CANCELLED: "Cannot capture a payment that has been cancelled. Check the payment event log.",
    Code.CAPTURE_BEFORE_RESERVATION: (
        "The amount you tried to capture is not reserved. The user must accept the payment before capture can be done."
    ),
    Code.CAPTURE_TOO_HIGH: (
        "The total capture amount exceeds the reserved amount. "
        "Cannot capture a higher amount than the amount the user has accepted. Check the payment details."
    ),
    Code.NOT_ENOUGH_REFUNDABLE: "Cannot refund more than the available amount. Check the payment event log.",
    Code.ALREADY_REFUNDED: "Cannot refund a payment that has already been refunded. Check the payment event log.",
    Code.CUSTOMER_NOT_FOUND: (
        "The phone number does not belong to a Vipps or MobilePay user, or the user cannot pay businesses. "
        "We cannot give more details."
    ),
}
"""The details of the errors page that are the same for each payment; others say what is the matter with this one."""


def refuse(ids: Ids, path: str, refusal: Refusal) -> Answer:
    """The answer to a refused request."""
    return problems.of_refusal(ids, problems.within_product(path), refusal, invalid=INVALID, texts=TEXTS)
