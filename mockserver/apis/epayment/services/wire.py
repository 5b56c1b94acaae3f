"""The wire forms that merchants send in requests and in answers to our own requests alike."""

from pydantic import Field

from mockserver.apis.epayment.domain.shipping import ShippingBrand, ShippingGroup, ShippingOption, ShippingType
from mockserver.core.money import MAXIMUM, Amount, Currency
from mockserver.web.wire import Body


class AmountBody(Body):
    """The wire's Amount."""

    value: int = Field(ge=0, le=MAXIMUM)
    currency: Currency

    def to_domain(self) -> Amount:
        """The amount."""
        return Amount(self.currency, self.value)


class ShippingOptionBody(Body):
    """The wire's ShippingOption."""

    id: str = Field(min_length=1)
    amount: AmountBody
    name: str
    isDefault: bool | None = None  # noqa: N815 - as on the wire, here and below
    priority: int | None = None
    meta: str | None = None
    estimatedDelivery: str | None = None  # noqa: N815

    def to_domain(self) -> ShippingOption:
        """The option."""
        return ShippingOption(
            id=self.id,
            name=self.name,
            amount=self.amount.to_domain(),
            is_default=bool(self.isDefault),
            priority=self.priority,
            meta=self.meta,
            estimated_delivery=self.estimatedDelivery,
        )


class ShippingGroupBody(Body):
    """The wire's ShippingGroup."""

    type: ShippingType
    brand: ShippingBrand
    options: list[ShippingOptionBody]
    isDefault: bool | None = None  # noqa: N815
    priority: int | None = None

    def to_domain(self) -> ShippingGroup:
        """The group."""
        return ShippingGroup(
            type=self.type,
            brand=self.brand,
            options=tuple(option.to_domain() for option in self.options),
            is_default=bool(self.isDefault),
            priority=self.priority,
        )
