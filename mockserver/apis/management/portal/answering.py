"""The form of a hold: what its reason asks for, from what was typed to an answer."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.apis.management.domain import answers as rules
from mockserver.apis.management.domain import holds, needed
from mockserver.apis.management.domain.answers import LONGEST_NAME, MOST_DOCUMENTS, Given, HoldAnswer
from mockserver.apis.management.domain.order_form import CATEGORIES
from mockserver.apis.management.domain.product_order import ProductOrder
from mockserver.apis.management.portal import form as order_form
from mockserver.apis.management.portal import status
from mockserver.apis.management.portal.typed import LONGEST_TEXT, Typed
from mockserver.apis.management.portal.visits import Visit
from mockserver.apis.management.services import answers
from mockserver.core.engine import Tx
from mockserver.core.errors import IllegalAction, Malformed, Violation
from mockserver.core.policy import Lenience
from mockserver.web.texts import text
from mockserver.world.domain.business import BankAccount
from mockserver.world.domain.order_policy import HoldReason
from mockserver.world.domain.partner import ProductType

DOCUMENTS: Final = tuple(f"document{number}" for number in range(1, MOST_DOCUMENTS + 1))
"""Inputs for files. A form without parts sends a file's name and nothing of what is in it."""
INPUTS: Final = {
    "text": "answerText",
    "documents": DOCUMENTS[0],
    "website": "websiteUrl",
    "terms": "termsUrl",
    "app": "appName",
    "purpose": "intendedPurpose",
    "signatory": "signatory",
    "product": "productType",
    "account": "settlementBankAccount",
    "category": "merchantCategoryCode",
}
"""What an answer gives, by the input that it is typed into."""
LABELS: Final = {
    "answerText": "Your answer",
    "signatory": "Who has signing rights?",
    "productType": "Product",
    **{name: f"Document {number}" for number, name in enumerate(DOCUMENTS, 1)},
}
SHOWN: Final = {
    "text": "Your answer",
    "documents": "Documents",
    "website": order_form.LABELS["websiteUrl"],
    "terms": order_form.LABELS["termsUrl"],
    "app": order_form.LABELS["appName"],
    "purpose": order_form.LABELS["intendedPurpose"],
    "signatory": LABELS["signatory"],
    "product": LABELS["productType"],
    "account": order_form.LABELS["settlementBankAccount"],
    "category": order_form.LABELS["merchantCategoryCode"],
}
"""What answers that were given are shown under."""


def answer(tx: Tx, visit: Visit, given: dict[str, str]) -> None:
    """Answer as the form says; raises Malformed by input, and IllegalAction when nothing is asked."""
    order = visit.order
    if order.hold is None:
        raise IllegalAction("The order is not held")
    typed = Typed(given)
    read = _read(typed, order, rules.asked(order.hold, order.form).fields)
    typed.check()
    try:
        answers.answer(tx, order, read, Lenience(tx.policy))
    except Malformed as error:
        raise Malformed([_at_input(each) for each in error.violations]) from None


def _at_input(violation: Violation) -> Violation:
    name, _, _ = violation.field.partition(".")
    return Violation(INPUTS.get(name, name), violation.reason)


def _read(typed: Typed, order: ProductOrder, fields: tuple[str, ...]) -> Given:
    """What was typed into the inputs of ``fields``; others are not looked at."""
    lines = {name: typed.line(INPUTS[name]) for name in ("website", "terms", "app", "signatory") if name in fields}
    texts = {name: typed.text(INPUTS[name]) for name in ("text", "purpose") if name in fields}
    product = typed.choice("productType", list(ProductType)) if "product" in fields else None
    account = typed.digits("settlementBankAccount", order_form.SEPARATORS) if "account" in fields else None
    return Given(
        **lines,
        **texts,
        documents=_documents(typed) if "documents" in fields else (),
        product=ProductType(product) if product else None,
        account=BankAccount(f"BBAN:{order.form.business.market}", account) if account else None,
        category=typed.choice("merchantCategoryCode", CATEGORIES) if "category" in fields else None,
    )


def _documents(typed: Typed) -> tuple[str, ...]:
    names = (typed.line(name, LONGEST_NAME) for name in DOCUMENTS)
    return tuple(name for name in names if name)


def values(visit: Visit, typed: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What the page shows of a hold, and of answers to earlier ones; ``typed``: what has to be mended."""
    order, reason = visit.order, visit.order.hold
    shown: dict[str, Any] = {"answers": [_shown(each) for each in order.answers]}
    if reason is None:
        return shown
    asked, lacking = rules.asked(reason, order.form), bool(needed.missing(order.form))
    signs = reason is HoldReason.SIGNATORY_WITHOUT_RIGHTS and visit.merchant.agreement.can_be_signed
    return shown | {
        "to_do": text(holds.to_do(reason, lacking=lacking)),
        "signs": signs,
        "asked": asked.fields,
        "must": {name for group in asked.needed if len(group) == 1 for name in group},
        "answer_inputs": INPUTS,
        "answer_typed": _inputs(visit, typed),
        "documents": DOCUMENTS,
        "products": [(str(each), status.product_word(each)) for each in ProductType],
        "categories": [(code, f"{text(name)} ({code})") for code, name in CATEGORIES.items()],
        "longest_text": LONGEST_TEXT,
        "longest_person": LONGEST_NAME,
    }


def _inputs(visit: Visit, typed: Mapping[str, str] | None) -> dict[str, str]:
    """What stands in the inputs: what was typed, else what the order says."""
    if typed is not None:
        return {name: typed.get(name, "") for name in INPUTS.values()}
    known = order_form.fields(visit.order.form)
    return {name: known.get(name, "") for name in INPUTS.values()} | {"productType": visit.order.form.product}


def _shown(answer: HoldAnswer) -> dict[str, Any]:
    given = {name: getattr(answer.given, name) for name in SHOWN}
    said = [(text(SHOWN[name]), _said(value)) for name, value in given.items() if value]
    return {"at": answer.at, "reason": text(holds.HEADLINES[answer.reason]), "said": said}


def _said(value: object) -> str:
    match value:
        case tuple():
            return ", ".join(value)
        case BankAccount():
            return value.id
        case ProductType():
            return status.product_word(value)
        case _:
            return str(value)
