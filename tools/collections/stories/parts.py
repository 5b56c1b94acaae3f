"""What several stories send."""

from collections.abc import Mapping
from typing import Any

from tools.collections.steps import NEW_ID, Step

PAYMENTS = "/epayment/v1/payments"
OURS = f"{PAYMENTS}/{{{{reference}}}}"
CUSTOMER = {"customer": {"phoneNumber": "{{VIPPS_PHONE}}"}}
ALL_OF_IT = {"modificationAmount": {"currency": "NOK", "value": 49900}}
APPROVE = "POST /epayment/v1/test/payments/{{reference}}/approve"
SYSTEM = {
    "Vipps-System-Name": "api-client",
    "Vipps-System-Version": "1.0",
    "Vipps-System-Plugin-Name": "vipps-mockserver-collection",
    "Vipps-System-Plugin-Version": "1.0",
}
# A name is settled before a request is sent, so the payment that is created is the one that follows.
NEW_REFERENCE = {"reference": f'"order-" + {NEW_ID}'}
NEW_INBOX = {"inbox": f'"collection-" + {NEW_ID}'}
INBOX = "{{VIPPS_BASE_URL}}/_mock/inbox/{{inbox}}"
_TOKEN = {"token": "access_token"}
_IS_TOKEN = {"token_type": "Bearer", "expires_in": "3600"}


def keys(msn: str | None = "{{VIPPS_MSN}}", subscription: str = "{{VIPPS_SUBSCRIPTION_KEY}}") -> dict[str, str]:
    """The headers of every call with a standard token; for no unit in particular where ``msn`` is None."""
    about = {} if msn is None else {"Merchant-Serial-Number": msn}
    return {"Ocp-Apim-Subscription-Key": subscription, **about, "Authorization": "Bearer {{token}}", **SYSTEM}


def partner_keys(msn: str | None = None) -> dict[str, str]:
    """The same of partner keys."""
    return keys(msn, "{{VIPPS_PARTNER_SUBSCRIPTION_KEY}}")


def once(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers of a request that may be sent again: it has an idempotency key."""
    return {**headers, "Idempotency-Key": "{{$guid}}"}


def token(whose: str = "VIPPS", name: str = "Get a token") -> Step:
    """The standard token of the keys whose variables begin so."""
    headers = {
        "Ocp-Apim-Subscription-Key": f"{{{{{whose}_SUBSCRIPTION_KEY}}}}",
        "client_id": f"{{{{{whose}_CLIENT_ID}}}}",
        "client_secret": f"{{{{{whose}_CLIENT_SECRET}}}}",
        **SYSTEM,
    }
    return Step(name, "POST /accesstoken/get", headers, shows=_IS_TOKEN, keeps=_TOKEN)


def partner_token(name: str = "Get a token with partner keys") -> Step:
    """The standard token of partner keys."""
    return token("VIPPS_PARTNER", name)


def order(value: int = 49900, **more: Any) -> dict[str, Any]:
    """The body of a payment, in minor units."""
    return {
        "reference": "{{reference}}",
        "amount": {"currency": "NOK", "value": value},
        "paymentMethod": {"type": "WALLET"},
        "userFlow": "WEB_REDIRECT",
        "returnUrl": "http://localhost:3000/thanks",
        "paymentDescription": "Socks",
        **more,
    }


def create(name: str, headers: Mapping[str, str], body: Mapping[str, Any]) -> Step:
    """A new payment under a new reference."""
    shows = {"reference": "{{reference}}"}
    return Step(name, f"POST {PAYMENTS}", once(headers), body, status=201, shows=shows, fresh=NEW_REFERENCE)


def approve(headers: Mapping[str, str], name: str = "Force approve it") -> Step:
    """The customer says yes."""
    return Step(name, APPROVE, once(headers), CUSTOMER)


def capture(headers: Mapping[str, str], name: str = "Capture it") -> Step:
    """The whole amount is captured."""
    shows = {"aggregate.capturedAmount.value": 49900}
    return Step(name, f"POST {OURS}/capture", once(headers), ALL_OF_IT, shows=shows)


def state(name: str, headers: Mapping[str, str], **shows: Any) -> Step:
    """The payment as it is now."""
    return Step(name, f"GET {OURS}", headers, shows=shows)
