"""Customers who delete their profile: by a rule after so many charges, or when their account is closed."""

import pytest

from tests.apis.helpers import set_customer
from tests.apis.recurring.shop import Shop, assert_refused
from tests.apis.recurring.test_checks import rule
from tests.apis.recurring.told import Told
from tests.harness import Emulator

CUSTOMER = "4712345678"


@pytest.fixture
def shop(emulator: Emulator) -> Shop:
    return Shop(emulator)


def test_a_rule_lets_the_customer_delete_its_profile_after_some_charges(shop: Shop) -> None:
    rule(shop, {"agreement": "by-hand", "leaves_after": 2}, operation="DraftAgreementV3", phone=CUSTOMER)
    agreement = shop.active(CUSTOMER, phoneNumber=CUSTOMER)
    other = shop.active(CUSTOMER)
    told = Told(shop.emulator)
    charges = [shop.charged(agreement, f"2030-0{month}-01") for month in (4, 5, 6)]
    shop.emulator.advance("P90D")
    assert [shop.status(agreement, each) for each in charges] == ["CHARGED", "CHARGED", "CANCELLED"]
    assert {shop.agreement(each)["status"] for each in (agreement, other)} == {"STOPPED"}
    assert [each["actor"] for each in told.contents if "actor" in each] == ["ADMIN", "ADMIN"]
    assert_refused(shop.accept(shop.drafted(), CUSTOMER), 400, "operation-failed")


def test_closing_the_account_is_deleting_the_profile(shop: Shop) -> None:
    agreement = shop.active(CUSTOMER)
    set_customer(shop.emulator, CUSTOMER, active=False)
    assert shop.agreement(agreement)["status"] == "STOPPED"
