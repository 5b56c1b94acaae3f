"""A product order as its merchant's pages need it."""

from mockserver.apis.management.domain.product_order import OrderType, ProductOrder
from mockserver.apis.management.services import orders
from mockserver.core.engine import Tx
from mockserver.core.errors import NotFound
from mockserver.core.uuids import UUID
from mockserver.core.values import frozen
from mockserver.world.domain.agreement import AgreementState
from mockserver.world.domain.merchant import Merchant, SalesUnit
from mockserver.world.domain.partner import Partner, PricePackage
from mockserver.world.services import world


@frozen
class Visit:
    """An order with everybody that it names.

    ``signs_with_rights``: whether the merchant's policy has somebody with signing rights sign. ``at`` is now, in
    milliseconds since 1970 (UTC).
    """

    order: ProductOrder
    merchant: Merchant
    partner: Partner
    unit: SalesUnit | None
    signs_with_rights: bool
    at: int

    @property
    def signs_first(self) -> bool:
        """Whether the merchant agreement comes before the form."""
        return self.merchant.agreement.state is AgreementState.NONE

    @property
    def packages(self) -> tuple[PricePackage, ...]:
        """What the partner has for the order's product and market."""
        form = self.order.form
        return self.partner.packages_for(form.product, form.business.market)

    @property
    def fixed_package_id(self) -> str | None:
        """The price package that the merchant does not choose: given by the partner, or the only one there is."""
        if self.order.price_locked:
            return self.order.form.price_package_id
        return self.packages[0].id if len(self.packages) == 1 else None

    @property
    def choice_of_packages(self) -> tuple[PricePackage, ...]:
        """The price packages that the merchant may choose from; none where there is no choice."""
        if self.order.price_locked or len(self.packages) == 1:
            return ()
        return tuple(package for package in self.packages if package.visible)

    @property
    def package(self) -> PricePackage | None:
        """The price package that stands in the order."""
        id_ = self.order.form.price_package_id
        return next((each for each in self.partner.price_packages if id_ and each.id == id_.lower()), None)


def find(tx: Tx, id_: str) -> Visit:
    """The prefilled order of this id; raises NotFound, also for orders that did not come by API."""
    order = orders.find(tx, id_) if UUID.fullmatch(id_) else None
    if order is None or order.type is not OrderType.PREFILL:
        raise NotFound("There is no prefilled order with this id")
    return of(tx, order)


def by_hand(tx: Tx, id_: str) -> Visit:
    """The order of this id that did not come by API; raises NotFound, also for those that did."""
    order = orders.find(tx, id_) if UUID.fullmatch(id_) else None
    if order is None or order.type is OrderType.PREFILL:
        raise NotFound("There is no such order")
    return of(tx, order)


def of(tx: Tx, order: ProductOrder) -> Visit:
    """An order with everybody that it names."""
    merchant = world.merchant(tx, order.merchant_id)
    return Visit(
        order=order,
        merchant=merchant,
        partner=orders.partner_of(tx, order),
        unit=world.sales_unit(tx, order.msn) if order.msn else None,
        signs_with_rights=orders.policy_for(tx, merchant).signs_with_rights,
        at=tx.at,
    )
