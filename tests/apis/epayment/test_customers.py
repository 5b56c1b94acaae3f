from typing import Any

import pytest

from tests.apis.helpers import assert_problem, authorized, created, new_reference, set_customer, shared_emulator
from tests.harness import Emulator, body

shared = shared_emulator()
strict = shared_emulator(strict=True)
KNOWN = "4712345678"
YOUNG = "4791000001"


def create(emulator: Emulator, customer: Any, *, msn: str = "123456", **fields: Any) -> Any:
    content = body(new_reference(), msn=msn, customer=customer, **fields)
    return emulator.api("POST", "/payments", content, msn=msn, key=new_reference())


def token_of(emulator: Emulator, phone: str) -> str:
    token: str = emulator.control("GET", f"/customers/{phone}").json()["token"]
    return token


def payer(emulator: Emulator, reference: str) -> Any:
    return emulator.control("GET", f"/payments/123456/{reference}").json()["customer"]


@pytest.mark.parametrize("name", ["phoneNumber", "personalQr", "customerToken"])
def test_a_customer_is_named_in_three_ways(shared: Emulator, name: str) -> None:
    value = {
        "phoneNumber": "4798765432",
        "personalQr": "https://qr.vipps.no/p/4798765432",
        "customerToken": token_of(shared, "4798765432"),
    }[name]
    reference = authorized(shared, customer={name: value})
    assert payer(shared, reference) == "4798765432"


@pytest.mark.parametrize(
    "customer",
    [
        {"phoneNumber": KNOWN, "personalQr": f"https://qr.vipps.no/p/{KNOWN}"},
        {"phoneNumber": KNOWN, "customerToken": "x"},
        {"phoneNumber": KNOWN, "personalQr": "x", "customerToken": "x"},
    ],
)
def test_a_customer_is_named_in_one_way_only(shared: Emulator, customer: dict[str, str]) -> None:
    assert set(assert_problem(create(shared, customer), 400)) == {"customer"}


@pytest.mark.parametrize("phone", ["+4712345678", "12345678", "1234567890123456", "47 12 34 56", "004712345678", ""])
def test_a_bad_phone_number_is_4070(shared: Emulator, phone: str) -> None:
    answer = create(shared, {"phoneNumber": phone})
    assert "customer.phoneNumber" in assert_problem(answer, 400, "4070")


@pytest.mark.parametrize(
    "content",
    ["", "not a code", "https://qr.vipps.no/p/", "https://qr.vipps.no/p/12", "https://qr.vipps.no/p/004712345678"],
)
def test_a_bad_personal_qr_is_4060(shared: Emulator, content: str) -> None:
    answer = create(shared, {"personalQr": content})
    assert "customer.personalQr" in assert_problem(answer, 400, "4060")


def test_a_personal_qr_may_be_a_code_that_says_nothing_to_people(shared: Emulator) -> None:
    code = shared.control("GET", "/customers/4798765432").json()["personal_qr"]
    assert code.startswith("https://qr.vipps.no/p/")
    assert "4798765432" not in code
    reference = authorized(shared, customer={"personalQr": code}, userFlow="PUSH_MESSAGE", returnUrl=None)
    assert payer(shared, reference) == "4798765432"


def test_a_code_that_nobody_has_is_4060(shared: Emulator) -> None:
    strangers = "https://qr.vipps.no/p/cXI6Y3Qtbm9ib2R5"
    answer = create(shared, {"personalQr": strangers}, userFlow="PUSH_MESSAGE")
    assert "customer.personalQr" in assert_problem(answer, 400, "4060")


def test_an_unknown_token_is_4050(shared: Emulator) -> None:
    answer = create(shared, {"customerToken": "nobody"}, userFlow="PUSH_MESSAGE")
    assert "customer.customerToken" in assert_problem(answer, 400, "4050")


def test_a_number_of_nobody_is_7010_in_strict(strict: Emulator) -> None:
    assert_problem(create(strict, {"phoneNumber": "4799999999"}, userFlow="PUSH_MESSAGE"), 400, "7010")
    assert strict.control("GET", "/customers/4799999999").status_code == 404


def test_a_number_of_nobody_gets_a_customer_by_default(shared: Emulator) -> None:
    answer = create(shared, {"phoneNumber": "4799999998"}, userFlow="PUSH_MESSAGE")
    assert answer.status_code == 201
    assert "unknown-customers" in answer.headers["x-mock-warning"]
    assert shared.control("GET", "/customers/4799999998").json()["market"] == "NO"


def test_push_works_for_whoever_is_known(shared: Emulator) -> None:
    answer = create(shared, {"phoneNumber": KNOWN}, userFlow="PUSH_MESSAGE", returnUrl=None)
    assert answer.status_code == 201
    assert set(answer.json()) == {"reference"}
    assert "redirectUrl" not in shared.get(answer.json()["reference"])


def test_push_needs_a_customer_and_the_permission(shared: Emulator) -> None:
    assert "customer" in assert_problem(create(shared, None, userFlow="PUSH_MESSAGE"), 400, "4140")
    answer = create(shared, {"phoneNumber": KNOWN}, msn="123457", userFlow="PUSH_MESSAGE")
    assert_problem(answer, 400, "5080")


@pytest.mark.parametrize("age", [-1, 101, "18", 18.5])
def test_a_minimum_age_lies_between_0_and_100(shared: Emulator, age: Any) -> None:
    assert set(assert_problem(create(shared, None, minimumUserAge=age), 400)) == {"minimumUserAge"}


@pytest.mark.parametrize("age", [0, 100])
def test_a_minimum_age_may_be_at_its_limits(shared: Emulator, age: int) -> None:
    assert create(shared, None, minimumUserAge=age).status_code == 201


def test_a_minimum_age_of_null_is_none(shared: Emulator) -> None:
    content = body(new_reference()) | {"minimumUserAge": None}
    assert shared.api("POST", "/payments", content, key=new_reference()).status_code == 201


def test_a_push_to_who_is_too_young_is_7010(shared: Emulator) -> None:
    answer = create(shared, {"phoneNumber": YOUNG}, userFlow="PUSH_MESSAGE", minimumUserAge=18)
    assert "minimumUserAge" in assert_problem(answer, 400, "7010")
    assert create(shared, {"phoneNumber": YOUNG}, userFlow="PUSH_MESSAGE", minimumUserAge=16).status_code == 201


@pytest.mark.parametrize("flow", ["WEB_REDIRECT", "NATIVE_REDIRECT", "QR"])
def test_others_who_are_too_young_learn_it_when_they_approve(shared: Emulator, flow: str) -> None:
    reference = created(shared, customer={"phoneNumber": YOUNG}, userFlow=flow, minimumUserAge=18)
    assert "minimumUserAge" in assert_problem(shared.approve(reference), 400, "7010")
    assert shared.get(reference)["state"] == "CREATED"


def test_who_is_too_young_cannot_approve(shared: Emulator) -> None:
    reference = created(shared, minimumUserAge=18)
    answer = shared.api(
        "POST", f"/test/payments/{reference}/approve", {"customer": {"phoneNumber": YOUNG}}, key=new_reference()
    )
    assert_problem(answer, 400, "7010")
    assert shared.get(reference)["state"] == "CREATED"


def test_a_birthday_makes_old_enough(emulator: Emulator) -> None:
    set_customer(emulator, "4790000001", birth_date="2012-03-19")
    asked: dict[str, Any] = {"userFlow": "PUSH_MESSAGE", "minimumUserAge": 18}
    assert_problem(create(emulator, {"phoneNumber": "4790000001"}, **asked), 400, "7010")
    emulator.advance("P2D")
    assert create(emulator, {"phoneNumber": "4790000001"}, **asked).status_code == 201


def test_consent_shares_what_was_asked_for(shared: Emulator) -> None:
    reference = authorized(shared, customer={"phoneNumber": KNOWN}, profile={"scope": "name phoneNumber birthDate"})
    content = shared.get(reference)
    known = shared.control("GET", f"/customers/{KNOWN}").json()
    assert content["userDetails"] == {
        "firstName": known["first_name"],
        "lastName": known["last_name"],
        "mobileNumber": KNOWN,
        "dateOfBirth": known["birth_date"],
    }
    assert set(content["profile"]) == {"sub"}


def test_the_sub_is_the_same_for_one_customer_at_one_unit(shared: Emulator) -> None:
    scope = {"scope": "name"}
    one, same = (shared.get(authorized(shared, customer={"phoneNumber": KNOWN}, profile=scope)) for _ in range(2))
    other = shared.get(authorized(shared, customer={"phoneNumber": "4798765432"}, profile=scope))
    elsewhere = authorized(shared, msn="123457", customer={"phoneNumber": KNOWN}, profile=scope)
    subs = [content["profile"]["sub"] for content in (one, same, other, shared.get(elsewhere, msn="123457"))]
    assert subs[0] == subs[1]
    assert len(set(subs)) == 3


def test_without_scopes_nothing_is_shared(shared: Emulator) -> None:
    content = shared.get(authorized(shared, customer={"phoneNumber": KNOWN}))
    assert content["profile"] == {}
    assert "userDetails" not in content


def test_without_consent_the_payment_fails(shared: Emulator) -> None:
    reference = created(shared, profile={"scope": "name"})
    stranger = {"customer": "4791000005", "consent": False}
    shared.control("POST", f"/payments/123456/{reference}/approve", stranger)
    content = shared.get(reference)
    assert (content["state"], content["profile"]) == ("ABORTED", {})
    assert "userDetails" not in content


def test_a_made_up_customer_who_approves_is_told_of(emulator: Emulator) -> None:
    emulator.create()
    answer = emulator.control("POST", "/payments/123456/reference-1/approve", {"customer": "4799999999"})
    assert answer.headers["x-mock-warning"] == "unknown-customers: no customer has the phone number 4799999999"
    [entry] = emulator.control("GET", "/requests?warnings=true").json()["requests"]
    assert (entry["path"], entry["reference"]) == ("/_mock/payments/123456/reference-1/approve", "reference-1")
    assert entry["warnings"][0]["kindness"] == "unknown-customers"
    emulator.create("reference-2")
    known = emulator.control("POST", "/payments/123456/reference-2/approve")
    assert "x-mock-warning" not in known.headers
