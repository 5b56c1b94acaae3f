import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from mockserver.core.fetching import Errand, MerchantUnreachable
from mockserver.webhooks.delivery.outgoing import Answer
from tests.apis.helpers import (
    aggregate,
    assert_problem,
    authorized,
    created,
    event_names,
    new_reference,
    set_customer,
    shared_emulator,
)
from tests.harness import Emulator, amount, body

shared = shared_emulator()
strict = shared_emulator(strict=True)
SCOPES = {"scope": "name address email phoneNumber"}
CALLBACK = "https://shop.example.com/shipping"


def option(id_: str, value: int = 4_900, **fields: Any) -> dict[str, Any]:
    return {"id": id_, "name": f"By {id_}", "amount": amount(value)} | fields


def group(*options: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"type": "HOME_DELIVERY", "brand": "POSTEN", "options": list(options)} | fields


FIXED = {
    "fixedOptions": [group(option("home"), option("door", 9_900)), group(option("pickup", 0), type="PICKUP_POINT")]
}
DYNAMIC = {"dynamicOptions": {"callbackUrl": CALLBACK, "callbackAuthorizationToken": "token-1"}}


@dataclass
class Shop:
    """Answers the shipping callback."""

    status: int = 200
    body: bytes = b""
    requests: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)

    async def __call__(self, url: str, headers: dict[str, str], body: bytes, errand: Errand) -> Answer:
        self.requests.append((url, headers, json.loads(body)))
        if not self.status:
            raise MerchantUnreachable("nobody there")
        return Answer(self.status, self.body)

    async def close(self) -> None:
        pass


def create(emulator: Emulator, shipping: Any, *, msn: str = "123456", **fields: Any) -> Any:
    content = body(new_reference(), msn=msn, shipping=shipping, **{"profile": SCOPES} | fields)
    return emulator.api("POST", "/payments", content, msn=msn, key=new_reference())


def approve(emulator: Emulator, reference: str, **choice: Any) -> Any:
    return emulator.control("POST", f"/payments/123456/{reference}/approve", choice)


def with_shop(emulator: Emulator, status: int = 200, groups: Any = None) -> Shop:
    shop = Shop(status, json.dumps({"groups": groups if groups is not None else FIXED["fixedOptions"]}).encode())
    emulator.server.runtime.fetch = shop
    return shop


def test_the_chosen_option_is_paid_too_and_shows(shared: Emulator) -> None:
    reference = created(shared, shipping=FIXED, profile=SCOPES)
    assert approve(shared, reference, customer="4712345678", shippingOptionId="door").status_code == 200
    content = shared.get(reference)
    address = shared.control("GET", "/customers/4712345678").json()["addresses"][0]
    wire = {
        "addressLine1": address["line1"],
        "city": address["city"],
        "country": "NO",
        "postCode": address["post_code"],
    }
    assert content["amount"] == amount(10_000)
    assert content["aggregate"]["authorizedAmount"] == amount(19_900)
    assert content["shippingDetails"] == {
        "address": wire,
        "shippingCost": 9_900,
        "shippingOptionId": "door",
        "shippingOptionName": "By door",
    }
    assert content["userDetails"]["addresses"] == [wire]
    assert shared.events(reference)[-1]["amount"] == amount(19_900)


def test_shipping_is_captured_and_refunded_with_the_rest(shared: Emulator) -> None:
    reference = created(shared, shipping=FIXED, profile=SCOPES)
    approve(shared, reference, shippingOptionId="door")
    assert shared.modify("capture", 19_900, reference).status_code == 200
    assert shared.modify("refund", 19_900, reference).status_code == 200
    assert aggregate(shared, reference) == (19_900, 19_900, 19_900, 0)


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([group(option("a"), option("b"))], "a"),
        ([group(option("a"), option("b", isDefault=True))], "b"),
        ([group(option("a", priority=2), option("b", priority=1))], "b"),
        ([group(option("a")), group(option("b"), brand="BRING", isDefault=True)], "b"),
        ([group(option("a"), priority=2), group(option("b"), brand="BRING", priority=1)], "b"),
    ],
)
def test_without_a_choice_it_is_the_default_option(shared: Emulator, groups: Any, expected: str) -> None:
    reference = created(shared, shipping={"fixedOptions": groups}, profile=SCOPES)
    approve(shared, reference)
    assert shared.get(reference)["shippingDetails"]["shippingOptionId"] == expected


def test_the_customer_chooses_among_their_addresses(shared: Emulator) -> None:
    addresses = shared.control("GET", "/customers/4798765432").json()["addresses"]
    reference = created(shared, shipping=FIXED, profile=SCOPES)
    approve(shared, reference, customer="4798765432", address=2)
    assert shared.get(reference)["shippingDetails"]["address"]["addressLine1"] == addresses[2]["line1"]


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        ({"shippingOptionId": "pigeon"}, "shippingOptionId"),
        ({"customer": "4791000005"}, "address"),
        ({"customer": "4712345678", "address": 1}, "address"),
    ],
    ids=["option", "no address", "other address"],
)
def test_a_choice_that_does_not_exist_is_refused(shared: Emulator, choice: Any, field: str) -> None:
    reference = created(shared, shipping=FIXED, profile=SCOPES)
    assert set(assert_problem(approve(shared, reference, **choice), 400)) == {field}
    assert event_names(shared, reference) == ["CREATED"]


def test_without_consent_the_payment_fails(emulator: Emulator) -> None:
    reference = created(emulator, shipping=FIXED, profile=SCOPES)
    assert approve(emulator, reference, consent=False).json()["state"] == "ABORTED"
    assert "shippingDetails" not in emulator.get(reference)


@pytest.mark.parametrize(
    ("shipping", "field"),
    [
        ({}, "shipping"),
        (FIXED | DYNAMIC, "shipping"),
        ({"fixedOptions": []}, "shipping.fixedOptions"),
        ({"fixedOptions": [group()]}, "shipping.fixedOptions"),
        ({"fixedOptions": [group(option("a"), option("a"))]}, "shipping.fixedOptions"),
        ({"fixedOptions": [group(option("a", amount={"currency": "EUR", "value": 1}))]}, "shipping.fixedOptions"),
        ({"fixedOptions": [group(option("a", 65_000_000))]}, "shipping.fixedOptions"),
        ({"fixedOptions": [group(option(""))]}, "shipping.fixedOptions[0].options[0].id"),
        ({"fixedOptions": [group(option("a"), brand="PIGEON")]}, "shipping.fixedOptions[0].brand"),
        ({"dynamicOptions": {}}, "shipping.dynamicOptions.callbackUrl"),
        ({"fixedOptions": [group(option("a")), group(option("b"))]}, "shipping.fixedOptions"),
        (
            {"fixedOptions": [group(option("a")), group(option("a"), brand="BRING")]},
            "shipping.fixedOptions",
        ),
        (FIXED | {"allowedCountries": []}, "shipping.allowedCountries"),
        (FIXED | {"allowedCountries": ["NO", "no"]}, "shipping.allowedCountries[1]"),
        (FIXED | {"allowedCountries": ["NOR"]}, "shipping.allowedCountries[0]"),
        (FIXED | {"allowedCountries": ["XX"]}, "shipping.allowedCountries[0]"),
        (FIXED | {"allowedCountries": "NO"}, "shipping.allowedCountries"),
        (FIXED | {"allowedCountries": [47]}, "shipping.allowedCountries[0]"),
    ],
)
def test_other_shipping_is_malformed(shared: Emulator, shipping: Any, field: str) -> None:
    assert set(assert_problem(create(shared, shipping), 400)) == {field}


@pytest.mark.parametrize("scope", ["", "name email phoneNumber", "email"])
def test_the_address_is_needed(shared: Emulator, scope: str) -> None:
    assert "profile.scope" in assert_problem(create(shared, FIXED, profile={"scope": scope}), 400, "4080")


def test_the_address_alone_is_enough_and_nothing_else_is_shared(strict: Emulator) -> None:
    reference = created(strict, shipping=FIXED, profile={"scope": "address"})
    approve(strict, reference)
    content = strict.get(reference)
    assert content["userDetails"] == {"addresses": [content["shippingDetails"]["address"]]}


HOMES = [
    {"line1": f"Vej {country}", "city": "By", "post_code": "1000", "country": country} for country in ("DK", "NO", "SE")
]


@pytest.mark.parametrize(
    ("allowed", "choice", "country"),
    [
        (None, {}, "NO"),
        (None, {"address": 0}, None),
        (None, {"address": 1}, "NO"),
        (["NO", "DK"], {}, "DK"),
        (["NO", "DK"], {"address": 1}, "NO"),
        (["SE"], {}, "SE"),
        (["SE"], {"address": 1}, None),
        (["FI", "FI"], {}, None),
    ],
)
@pytest.mark.parametrize("kind", [FIXED, DYNAMIC], ids=["fixed", "dynamic"])
def test_only_an_address_in_a_country_of_the_merchant_is_shipped_to(
    emulator: Emulator, kind: Any, allowed: Any, choice: dict[str, Any], country: str | None
) -> None:
    shop = with_shop(emulator)
    set_customer(emulator, "4790000001", addresses=HOMES)
    shipping = kind | ({"allowedCountries": allowed} if allowed else {})
    reference = created(emulator, shipping=shipping, profile=SCOPES)
    answer = approve(emulator, reference, customer="4790000001", **choice)
    if country is None:
        reason = assert_problem(answer, 400)["address"]
        assert reason.startswith(f"The payment is shipped to {allowed[0] if allowed else 'NO'} only, not to ")
        assert event_names(emulator, reference) == ["CREATED"]
        assert shop.requests == []
    else:
        assert answer.status_code == 200, answer.text
        assert emulator.get(reference)["shippingDetails"]["address"]["country"] == country


def test_the_country_is_that_of_the_unit(shared: Emulator) -> None:
    content = {"fixedOptions": [group(option("a", amount={"currency": "DKK", "value": 1}))]}
    reference = created(shared, msn="223456", shipping=content, profile=SCOPES)
    path = f"/payments/223456/{reference}/approve"
    assert "address" in assert_problem(shared.control("POST", path, {"customer": "4712345678"}), 400)
    assert shared.control("POST", path, {"customer": "4512345678"}).status_code == 200


def test_the_permission_and_the_wallet_are_needed(shared: Emulator) -> None:
    assert_problem(create(shared, FIXED, msn="123458"), 400, "5020")
    assert_problem(create(shared, FIXED, paymentMethod={"type": "CARD"}), 400, "4160")


@pytest.mark.parametrize("url", ["myapp://shipping", "shop.example.com/shipping", "not a url"])
def test_the_callback_needs_a_web_url(shared: Emulator, url: str) -> None:
    answer = create(shared, {"dynamicOptions": {"callbackUrl": url}})
    assert "shipping.dynamicOptions.callbackUrl" in assert_problem(answer, 400, "4090")


def test_the_merchant_is_asked_for_dynamic_options(emulator: Emulator) -> None:
    shop = with_shop(emulator)
    set_customer(
        emulator,
        "4790000001",
        addresses=[{"line1": "Gata 1", "line2": "H0101", "city": "Oslo", "post_code": "0150", "country": "NO"}],
    )
    reference = created(emulator, shipping=DYNAMIC, profile=SCOPES)
    assert approve(emulator, reference, customer="4790000001", shippingOptionId="pickup").status_code == 200
    [(url, headers, asked)] = shop.requests
    assert url == CALLBACK
    assert headers["Authorization"] == "token-1"
    assert asked == {
        "reference": reference,
        "AddressLine1": "Gata 1",
        "AddressLine2": "H0101",
        "City": "Oslo",
        "PostCode": "0150",
        "Country": "NO",
    }
    assert emulator.get(reference)["shippingDetails"]["shippingOptionId"] == "pickup"


@pytest.mark.parametrize(
    ("status", "groups", "field"),
    [
        (400, None, "address"),
        (200, [], "address"),
        (500, None, "shipping.dynamicOptions.callbackUrl"),
        (302, None, "shipping.dynamicOptions.callbackUrl"),
        (0, None, "shipping.dynamicOptions.callbackUrl"),
        (200, "groups", "shipping.dynamicOptions.callbackUrl"),
        (200, [{"type": "HOME_DELIVERY"}], "shipping.dynamicOptions.callbackUrl"),
        (
            200,
            [group(option("a", amount={"currency": "EUR", "value": 1}))],
            "shipping.dynamicOptions.callbackUrl",
        ),
        (200, [group(option("a")), group(option("b"))], "shipping.dynamicOptions.callbackUrl"),
        (200, [group(option("a"), option("a"))], "shipping.dynamicOptions.callbackUrl"),
    ],
    ids=[
        "cannot ship",
        "no groups",
        "failed",
        "moved",
        "unreachable",
        "text",
        "half a group",
        "other currency",
        "equal groups",
        "equal ids",
    ],
)
def test_an_offer_that_is_none_leaves_the_payment_waiting(
    emulator: Emulator, status: int, groups: Any, field: str
) -> None:
    with_shop(emulator, status, groups)
    reference = created(emulator, shipping=DYNAMIC, profile=SCOPES)
    assert set(assert_problem(approve(emulator, reference), 400)) == {field}
    assert event_names(emulator, reference) == ["CREATED"]


def test_the_merchant_is_not_asked_about_a_payment_that_has_ended(emulator: Emulator) -> None:
    shop = with_shop(emulator)
    reference = created(emulator, shipping=DYNAMIC, profile=SCOPES)
    emulator.api("POST", f"/payments/{reference}/cancel")
    assert approve(emulator, reference).status_code == 400
    assert shop.requests == []


def test_a_payment_that_is_not_express_has_no_shipping(shared: Emulator) -> None:
    assert "shippingDetails" not in shared.get(authorized(shared, profile=SCOPES))
