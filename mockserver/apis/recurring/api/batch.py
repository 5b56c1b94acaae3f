"""Batches of charges on the wire: taken item by item."""

from typing import Any, Final, Literal

from pydantic import Field, ValidationError
from pydantic_core import to_json

from mockserver.apis.recurring.api.schemas import Description, ExternalId, Int32, OrderId, check_texts, read_date
from mockserver.apis.recurring.domain.batch import MOST, BatchItem
from mockserver.apis.recurring.domain.charge import Mode, TransactionType, Type
from mockserver.apis.recurring.domain.dates import LONGEST_RETRY
from mockserver.apis.recurring.domain.terms import ChargeRequest
from mockserver.core.adapters import adapter
from mockserver.core.errors import Malformed, NamedRefusal, Refusal, Violation
from mockserver.core.policy import Lenience
from mockserver.web.operations import Call
from mockserver.web.parsing import parse, plain
from mockserver.web.shape import Bounds
from mockserver.web.wire import Body

BOUNDS: Final = Bounds(longest=MOST, most_values=MOST * 12)
"""What a whole batch may have: its items, and as many values as all of their fields."""


class BatchItemRequest(Body):
    """The wire's CreateChargeAsyncV3; a type that is no other than RECURRING may stand there too."""

    agreementId: str = Field(min_length=1, max_length=36)
    amount: Int32
    description: Description
    due: str
    retryDays: int = Field(ge=0, le=LONGEST_RETRY)
    transactionType: TransactionType
    orderId: OrderId
    type: Literal[Type.RECURRING] = Type.RECURRING
    processingMode: Mode | None = None
    externalId: ExternalId | None = None

    def to_domain(self, key: str | None, lenience: Lenience) -> BatchItem:
        """The item, under the ``key`` of its batch; raises NamedRefusal."""
        check_texts(self.description, self.orderId, "", lenience)
        request = ChargeRequest(
            amount=self.amount,
            description=self.description,
            transaction_type=self.transactionType,
            due=read_date(self.due),
            retry_days=self.retryDays,
            mode=self.processingMode or Mode.MULTIPLE,
            order_id=self.orderId,
            external_id=self.externalId,
        )
        return BatchItem(self.agreementId, request, key)


def read_items(call: Call) -> list[Any]:
    """The items of a request, those of a batch that is exact as whole as ``BatchItemRequest``, else as they came.

    Raises Malformed for what is no list, or too long a one.
    """
    content = plain(call.body, BOUNDS)
    if not isinstance(content, list):
        raise Malformed([Violation("body", "Must be a list of charges")])
    if len(content) > MOST:
        raise Malformed([Violation("body", f"Must have at most {MOST} charges: it has {len(content)}")])
    try:
        return content if b"null" in call.body else adapter(list[BatchItemRequest]).validate_json(call.body)
    except ValidationError:
        return content


def read_item(content: Any, key: str | None, lenience: Lenience) -> BatchItem | list[str]:
    """An item, or what is wrong with it, field by field."""
    try:
        if isinstance(content, BatchItemRequest):
            return content.to_domain(key, lenience)
        request = parse(BatchItemRequest, to_json(content), lenience)
        return request.to_domain(key, lenience)
    except Refusal as refusal:
        return reasons(refusal)


def reasons(refusal: Refusal) -> list[str]:
    """What a refusal says, one sentence for each field."""
    if isinstance(refusal, Malformed | NamedRefusal) and refusal.violations:
        return [f"{each.field}: {each.reason}" for each in refusal.violations]
    return [str(refusal)]


def echoed(content: Any) -> dict[str, Any]:
    """An item as the answer repeats it: the fields that it knows."""
    if isinstance(content, BatchItemRequest):
        return content.model_dump(exclude_unset=True)
    if not isinstance(content, dict):
        return {}
    return {name: content[name] for name in BatchItemRequest.model_fields if name in content}
