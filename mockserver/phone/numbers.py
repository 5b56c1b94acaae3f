"""Phone numbers as people type them."""

from typing import Final

from mockserver.core.errors import Malformed, Violation
from mockserver.core.money import Market
from mockserver.web.texts import text
from mockserver.world.domain.customer import MSISDN

EXAMPLES: Final = {
    Market.NO: "4712345678",
    Market.DK: "4512345678",
    Market.FI: "358401234567",
    Market.SE: "46701234567",
}


def plain(typed: str) -> str:
    """What was typed without spaces and plus."""
    return typed.replace(" ", "").removeprefix("+")


def named(form: dict[str, str], market: Market) -> str:
    """The number that a form names: a typed one before a picked one; raises Malformed, in words for people."""
    phone = plain(form.get("phone", "")) or form.get("customer", "")
    if not phone:
        raise Malformed([Violation("customer", "Pick a customer or type a phone number")])
    if not MSISDN.fullmatch(phone):
        said = text("Enter the number with country code, for example {example}", example=EXAMPLES[market])
        raise Malformed([Violation("phone", said)])
    return phone
