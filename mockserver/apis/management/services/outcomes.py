"""What scenario rules may ask of product orders, and make of them."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.apis.management.domain.choice import OrderChoice
from mockserver.scenarios.domain.reading import Place, choice, seconds
from mockserver.scenarios.domain.vocabulary import Condition, Look, OutcomeKind, members, only, text
from mockserver.world.domain.order_policy import LONGEST_WAIT, AnswerRule, Decision, HoldReason


def _product(look: Look) -> str | None:
    return text(look.content.get("productType"))


def _business(look: Look) -> str | None:
    if look.named("scheme"):
        return look.named("id")
    return text(members(look.content.get("businessIdentifier")).get("id"))


CONDITIONS: Final = (
    Condition(
        "product", "`productType` of an order", _product, lambda known: frozenset({"orderProduct"}) & known.keys()
    ),
    Condition("business", "business identifier of an order or in the path", _business),
)


def _read(given: Mapping[str, Any], place: Place) -> OrderChoice:
    return OrderChoice(
        Decision(choice(given["order"], Decision, (*place, "order"))),
        HoldReason(choice(given["reason"], HoldReason, (*place, "reason"))) if "reason" in given else None,
        seconds(given["after"], (*place, "after"), LONGEST_WAIT) if "after" in given else None,
        seconds(given["acts_after"], (*place, "acts_after"), LONGEST_WAIT) if "acts_after" in given else None,
        AnswerRule(choice(given["answer"], AnswerRule, (*place, "answer"))) if "answer" in given else None,
        seconds(given["review"], (*place, "review"), LONGEST_WAIT) if "review" in given else None,
    )


OUTCOMES: Final = (
    OutcomeKind(
        "order",
        "`complete`, `hold` (`reason`), `reject` or `wait`, `after` so many seconds; `acts_after`: the merchant's; "
        "`answer` to a hold: `release`, `review` (`review`: seconds) or `wait`",
        _read,
        only("orderProduct"),
        details=("reason", "after", "acts_after", "answer", "review"),
        goes_with={"reason": (Decision.HOLD,)},
    ),
)
