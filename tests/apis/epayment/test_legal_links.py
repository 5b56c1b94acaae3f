"""merchantLegalLinks: what is taken, and where the links are to be found again."""

from typing import Any

import pytest

from tests.apis.helpers import assert_problem, created, new_reference, shared_emulator
from tests.harness import Emulator, body

shared = shared_emulator()
strict = shared_emulator(strict=True)
LINKS = {"termsOfSaleUrl": "https://shop.example.com/terms", "privacyPolicyUrl": "https://shop.example.com/privacy?a=1"}


def create(emulator: Emulator, links: Any) -> Any:
    content = body(new_reference(), merchantLegalLinks=links)
    return emulator.api("POST", "/payments", content, key=new_reference())


@pytest.mark.parametrize(
    "links", [LINKS, *({name: url} for name, url in LINKS.items())], ids=["both", "terms", "privacy"]
)
def test_links_are_kept_for_the_control_api(strict: Emulator, links: dict[str, str]) -> None:
    reference = created(strict, merchantLegalLinks=links)
    shown = strict.control("GET", f"/payments/123456/{reference}").json()["merchantLegalLinks"]
    assert shown == {"termsOfSaleUrl": None, "privacyPolicyUrl": None} | links


def test_a_payment_without_links_shows_none(shared: Emulator) -> None:
    assert shared.control("GET", f"/payments/123456/{created(shared)}").json()["merchantLegalLinks"] is None


@pytest.mark.parametrize(
    ("links", "field", "code"),
    [
        ({}, "merchantLegalLinks", None),
        ("https://shop.example.com/", "merchantLegalLinks", None),
        ({"termsOfSaleUrl": 1}, "merchantLegalLinks.termsOfSaleUrl", None),
        (LINKS | {"termsOfSaleUrl": "terms"}, "merchantLegalLinks.termsOfSaleUrl", "4090"),
        (LINKS | {"termsOfSaleUrl": ""}, "merchantLegalLinks.termsOfSaleUrl", "4090"),
        (LINKS | {"privacyPolicyUrl": "myapp://privacy"}, "merchantLegalLinks.privacyPolicyUrl", "4090"),
        (LINKS | {"privacyPolicyUrl": "javascript:alert(1)"}, "merchantLegalLinks.privacyPolicyUrl", "4090"),
        (LINKS | {"privacyPolicyUrl": "shop.example.com"}, "merchantLegalLinks.privacyPolicyUrl", "4090"),
    ],
)
def test_other_links_are_refused(shared: Emulator, links: Any, field: str, code: str | None) -> None:
    assert set(assert_problem(create(shared, links), 400, code)) == {field}


def test_force_approve_and_the_control_api_accept_the_terms(strict: Emulator) -> None:
    by_force, by_control = (created(strict, merchantLegalLinks=LINKS) for _ in range(2))
    assert strict.approve(by_force).status_code == 200
    assert strict.control("POST", f"/payments/123456/{by_control}/approve").status_code == 200
    assert [strict.get(each)["state"] for each in (by_force, by_control)] == ["AUTHORIZED"] * 2


def test_links_and_countries_outlive_a_state_file(emulator: Emulator) -> None:
    option = {"id": "home", "name": "Home", "amount": {"currency": "NOK", "value": 100}}
    group = {"type": "HOME_DELIVERY", "brand": "POSTEN", "options": [option]}
    shipping = {"fixedOptions": [group], "allowedCountries": ["NO", "DK"]}
    emulator.create(merchantLegalLinks=LINKS, shipping=shipping, profile={"scope": "address"})
    state = emulator.control("GET", "/state").json()
    [payment] = state["payments"]
    assert payment["terms"]["legal_links"]["terms_of_sale"] == LINKS["termsOfSaleUrl"]
    assert payment["terms"]["express"]["allowed_countries"] == ["NO", "DK"]

    emulator.control("POST", "/reset")
    assert emulator.control("PUT", "/state", state).status_code == 200
    assert emulator.control("GET", "/payments/123456/reference-1").json()["merchantLegalLinks"] == LINKS

    payment["terms"]["legal_links"]["terms_of_sale"] = "javascript:alert(1)"
    wrong = assert_problem(emulator.control("PUT", "/state", state), 400)
    assert set(wrong) == {"payments[0].terms.legal_links.terms_of_sale"}
    payment["terms"]["express"]["allowed_countries"] = ["XX"]
    wrong = assert_problem(emulator.control("PUT", "/state", state), 400)
    assert set(wrong) == {"payments[0].terms.express.allowed_countries"}
