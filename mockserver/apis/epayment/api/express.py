"""The wire forms of Express: how and where an order may be shipped."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from mockserver.apis.epayment.domain.shipping import DynamicShipping, Express
from mockserver.apis.epayment.services.wire import ShippingGroupBody
from mockserver.core.countries import COUNTRIES
from mockserver.core.errors import Malformed, Violation
from mockserver.core.policy import Kindness, Lenience
from mockserver.web.wire import Body

CALLBACK_TOKEN = re.compile(r"[a-zA-Z0-9-]{1,50}|Bearer [a-zA-Z0-9._~+/-]+=*")
"""As the documents bound it, or a bearer token (RFC 6750) as their newest example has one."""
PRINTABLE = r"^[\x21-\x7e]([\x20-\x7e]{0,498}[\x21-\x7e])?$"


def _country(code: str) -> str:
    if code not in COUNTRIES:
        raise PydanticCustomError("country", "Must be an ISO 3166-1 alpha-2 code such as NO")
    return code


Country = Annotated[str, Field(pattern="^[A-Z]{2}$"), AfterValidator(_country)]


class DynamicOptionsBody(Body):
    """Where the merchant tells its shipping options."""

    callbackUrl: str
    callbackAuthorizationToken: str | None = Field(None, pattern=PRINTABLE)

    def to_domain(self, lenience: Lenience) -> DynamicShipping:
        """Where to ask; Malformed for a token that the documents do not allow, unless that is forgiven."""
        token = self.callbackAuthorizationToken
        field = "shipping.dynamicOptions.callbackAuthorizationToken"
        reason = "Must be 1 to 50 letters, digits and hyphens, or Bearer with a token"
        if (
            token is not None
            and not CALLBACK_TOKEN.fullmatch(token)
            and not lenience.allow(Kindness.CALLBACK_TOKEN, f"{field}: {reason}")
        ):
            raise Malformed([Violation(field, reason)])
        return DynamicShipping(self.callbackUrl, token)


class ShippingBody(Body):
    """Express: exactly one of the two kinds of options."""

    dynamicOptions: DynamicOptionsBody | None = None
    fixedOptions: list[ShippingGroupBody] | None = None
    allowedCountries: list[Country] | None = Field(None, min_length=1)

    def to_domain(self, lenience: Lenience) -> Express:
        """The ways to ship, and where to."""
        countries = tuple(dict.fromkeys(self.allowedCountries or ()))
        dynamic, fixed = self.dynamicOptions, self.fixedOptions
        if (dynamic is None) == (fixed is None):
            raise Malformed([Violation("shipping", "Must have exactly one of dynamicOptions and fixedOptions")])
        if fixed is not None:
            return Express(groups=tuple(group.to_domain() for group in fixed), allowed_countries=countries)
        assert dynamic is not None
        return Express(dynamic=dynamic.to_domain(lenience), allowed_countries=countries)
