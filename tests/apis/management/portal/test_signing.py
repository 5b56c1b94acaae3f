"""The merchant agreement: the step before the form, and the second signature."""

from collections.abc import Callable

import pytest

from tests.apis.management.portal.browsing import Browser, prefill, visit
from tests.harness import Emulator

WITHOUT_RIGHTS = {"scheme": "business:NO:ORG", "id": "910600001"}


def agreement(emulator: Emulator, merchant: str = "merchant-new") -> dict[str, object]:
    found = emulator.control("GET", f"/merchants/{merchant}").json()
    return {"state": found["agreement"]["state"], "with_rights": found["agreement"]["with_rights"]}


def test_the_agreement_comes_before_the_form(emulator: Emulator) -> None:
    page = visit(emulator, signed=False).page

    assert "Merchant agreement" in page.text
    assert "910000004" in page.text
    assert "submit" not in page.buttons
    fields = page.form("sign").fields
    assert (fields["companyName"], fields["withRights"]) == ("Solberg Nybygg AS", "yes")
    assert page.tag_of("companyName")["maxlength"] == "50"


def test_signing_leads_to_the_form(emulator: Emulator) -> None:
    browser = visit(emulator, signed=False)

    page = browser.press("sign", companyName="  Solberg   Nytt Bygg AS ")

    assert browser.answer.status_code == 200
    assert page.fields["salesUnitName"] == "Solberg nettbutikk"
    assert "Solberg Nytt Bygg AS" in page.text
    assert "Signed, and in process" in page.text
    assert "sign" not in page.buttons
    assert agreement(emulator) == {"state": "SIGNED", "with_rights": True}
    assert emulator.control("GET", "/merchants/merchant-new").json()["name"] == "Solberg Nytt Bygg AS"
    assert browser.status == "MERCHANT_VIEWED"


@pytest.mark.parametrize(
    ("changes", "name", "reason"),
    [
        ({"companyName": ""}, "companyName", "Must have 1 to 50 characters"),
        ({"companyName": "   "}, "companyName", "Must have 1 to 50 characters"),
        ({"companyName": None}, "companyName", "Must have 1 to 50 characters"),
        ({"companyName": "x" * 51}, "companyName", "at most 50 characters"),
        ({"companyName": "a\x1bb"}, "companyName", "control characters"),
        ({"withRights": None}, "withRights", "Say who signs"),
        ({"withRights": "perhaps"}, "withRights", "Pick one of the list"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_signed(
    emulator: Emulator, changes: dict[str, str | None], name: str, reason: str
) -> None:
    browser = visit(emulator, signed=False)

    page = browser.press("sign", **changes)

    assert browser.refused
    assert reason in page.described(name)
    assert page.form("sign").fields.get(name, "") == ("" if name == "withRights" else changes[name] or "")
    assert agreement(emulator)["state"] == "NONE"


def test_the_form_cannot_be_sent_before(emulator: Emulator) -> None:
    browser = visit(emulator, signed=False)
    fields = browser.page.form("sign").fields
    page = browser.send(fields | {"action": "submit"})
    assert browser.refused
    assert "has to be signed first" in page.text
    assert browser.status == "MERCHANT_VIEWED"


def test_the_merchant_s_policy_says_who_signs(start: Callable[..., Emulator]) -> None:
    emulator = start()
    changes = {"orders": {"acts_after": None}}
    answer = emulator.control("PATCH", "/merchants/merchant-signatory-without-rights", changes)
    assert answer.status_code == 200, answer.text
    browser = Browser(emulator, prefill(emulator, businessIdentifier=WITHOUT_RIGHTS)["prefillUrl"])

    assert browser.open().form("sign").fields["withRights"] == "no"
    assert browser.press("sign").form("sign").fields["withRights"] == "yes"


def test_a_signature_without_rights_does_not_stop_the_form_and_asks_for_another(emulator: Emulator) -> None:
    browser = visit(emulator, signed=False)

    page = browser.press("sign", withRights="no")

    assert {"sign", "save", "submit"} <= page.buttons
    assert page.form("sign") is not page.form("submit")
    assert "Somebody with signing rights must also sign it" in page.text
    assert page.form("sign").fields["withRights"] == "yes"
    assert agreement(emulator) == {"state": "SIGNED", "with_rights": False}
    page = browser.press("sign")
    assert "sign" not in page.buttons
    assert agreement(emulator) == {"state": "SIGNED", "with_rights": True}


def test_a_wrong_second_signature_keeps_the_form_as_it_was(emulator: Emulator) -> None:
    browser = visit(emulator, signed=False)
    browser.press("sign", withRights="no")
    page = browser.press("sign", companyName="")
    assert browser.refused
    assert page.fields["salesUnitName"] == "Solberg nettbutikk"
    assert "Must have 1 to 50 characters" in page.described("companyName")


def test_an_order_that_is_held_for_the_signature_goes_on_when_it_comes(emulator: Emulator) -> None:
    browser = visit(emulator, signed=False)
    browser.press("sign", withRights="no")
    page = browser.press("submit")
    assert "sign" in page.buttons
    assert "approve" not in page.buttons
    emulator.advance("P2D")
    page = browser.open()
    assert "On hold: The merchant agreement was signed by somebody without signing rights." in page.text
    assert browser.status == "ORDER_SUBMITTED"

    page = browser.press("sign")

    assert "On hold" not in page.text
    assert "sign" not in page.buttons
    emulator.advance("P2D")
    assert "The sales unit is ready" in browser.open().text
    assert browser.status == "COMPLETED"


def test_an_order_that_was_submitted_without_any_agreement_asks_for_it(emulator: Emulator) -> None:
    browser = visit(emulator, signed=False)
    assert emulator.control("POST", f"/product-orders/{browser.id}/submit").status_code == 200

    browser.open()
    page = browser.sign_in()

    assert "The merchant agreement is not signed yet" in page.text
    page = browser.press("sign")
    assert agreement(emulator) == {"state": "SIGNED", "with_rights": True}
    assert "Processing takes until" in page.text


def test_signing_twice_is_said(emulator: Emulator) -> None:
    browser = visit(emulator, signed=False)
    stale = browser.page.form("sign").fields | {"action": "sign"}
    browser.send(stale)

    page = browser.send(stale | {"companyName": "Another AS"})

    assert browser.refused
    assert "signed already" in page.text
    assert "submit" in page.buttons
    assert emulator.control("GET", "/merchants/merchant-new").json()["name"] == "Solberg Nybygg AS"


def test_a_declined_agreement_is_said_on_form_and_status(emulator: Emulator) -> None:
    browser = visit(emulator, signed=False)
    browser.press("sign")

    page = browser.press("decline")

    assert "The merchant agreement was declined" in page.text
    assert agreement(emulator)["state"] == "DECLINED"
    page = browser.press("submit")
    assert "The merchant agreement was declined" in page.text
    emulator.advance("P2D")
    assert "Declined: The merchant agreement was declined." in browser.open().text
    assert browser.status == "REJECTED"


def test_what_is_declined_while_the_order_is_in_process_ends_it(emulator: Emulator) -> None:
    browser = visit(emulator, signed=False)
    browser.press("sign")
    browser.press("submit")
    page = browser.press("decline")
    assert "Declined: The merchant agreement was declined." in page.text
    assert browser.status == "REJECTED"
