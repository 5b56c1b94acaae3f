"""What a company gets with the approval of its application: a sales unit to test with, and keys of its own."""

from dataclasses import replace

from mockserver.apis.partners.domain.road import Road
from mockserver.core.digests import stable_number
from mockserver.core.engine import Tx
from mockserver.core.instants import timestamp
from mockserver.core.policy import Environment
from mockserver.world.domain.agreement import Agreement, AgreementState
from mockserver.world.domain.business import LONGEST_UNIT_NAME
from mockserver.world.domain.merchant import (
    Client,
    ClientKeys,
    ClientKind,
    Configuration,
    KeySet,
    Merchant,
    SalesUnit,
)
from mockserver.world.domain.partner import Partner
from mockserver.world.services import world
from mockserver.world.services.directory import directory
from mockserver.world.store import world as store


def with_keys(tx: Tx, partner: Partner) -> Partner:
    """The partner with the keys that its kinds have at its level; those that it has stay."""
    keys, management = partner.keys, partner.management_keys
    if keys is None and partner.rights.partner_keys:
        keys = _keys(tx)
    if management is None and partner.rights.management_keys:
        management = ClientKeys(tx.ids.guid(), tx.ids.client_secret())
    return replace(partner, keys=keys, management_keys=management)


def test_unit(tx: Tx, partner: Partner, road: Road) -> SalesUnit:
    """A sales unit of the company itself, in the test environment, where everything is allowed; made once."""
    if road.test_msn is not None:
        return world.sales_unit(tx, road.test_msn)
    unit = SalesUnit(
        msn=_free_msn(tx),
        merchant_id=_company(tx, partner, road).id,
        name=f"{partner.name[: LONGEST_UNIT_NAME - 5]} test",
        keys=_keys(tx),
        configuration=Configuration(
            recurring_allowed=True,
            late_capture_allowed=True,
            long_living_payment_allowed=True,
            express_allowed=True,
            nin_allowed=True,
        ),
        partner_id=partner.id,
        environment=Environment.TEST,
    )
    store.save_client(tx.connection, Client(ClientKind.SALES_UNIT, unit.msn, unit.keys))
    world.save_sales_unit(tx, unit)
    return unit


def _company(tx: Tx, partner: Partner, road: Road) -> Merchant:
    """The partner's company as a merchant, written down when nobody knows it as one yet."""
    number = road.application.organisation_number if road.application else stable_number(partner.id, 9)
    made = Merchant(
        id=f"company-of-{partner.id}",
        name=partner.name[:50],
        organisation_number=number,
        market=partner.market,
        agreement=Agreement(AgreementState.NONE),
        created_at=timestamp(tx.at),
        email=partner.email,
    )
    known = store.merchant_of_business(tx.connection, made.identifier)
    if known is not None:
        return known
    world.save_merchant(tx, made)
    return made


def _keys(tx: Tx) -> KeySet:
    return KeySet(tx.ids.guid(), tx.ids.client_secret(), tx.ids.secret(), tx.ids.secret())


def _free_msn(tx: Tx) -> str:
    while True:
        msn = tx.ids.number(7)
        if directory(tx).unit(tx.connection, msn) is None:
            return msn
