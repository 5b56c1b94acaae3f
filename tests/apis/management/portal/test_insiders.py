"""Who reads the reasons: the company's people, whom they let in, the browser that submitted; not who has the link."""

from typing import Any

import pytest

from mockserver.apis.management.domain.holds import HEADLINES, TO_DO
from mockserver.world.domain.order_policy import HoldReason
from tests.apis.management.portal.browsing import KNOWN, NEW, Browser, prefill, visit
from tests.apis.management.portal.insider import Insider
from tests.harness import Emulator

MERCHANT = "merchant-no-1"
EMPLOYEE = "employee@plus-partner.example.com"
REASON = "Zebras are not socks"
ANSWER = "Two sisters own it"


def ordered(emulator: Emulator, *steps: tuple[str, Any], business: dict[str, str] = KNOWN) -> str:
    """An order that calls submitted and led on: the path of its page."""
    id_ = prefill(emulator, businessIdentifier=business)["prefilledOrderId"]
    for step, body in (("submit", None), *steps):
        answer = emulator.control("POST", f"/product-orders/{id_}/{step}", body)
        assert answer.status_code == 200, answer.text
    return f"/register/vippspanett/{id_}"


def without_id(visitor: Insider, path: str) -> str:
    """What the page says, apart from the address, the form's token and what the operator's own box says."""
    html = visitor.answer.text.partition('<section class="operator"')[0]
    return html.replace(path, "").replace(path.rpartition("/")[2], "")


@pytest.mark.parametrize("path", ["/register/vippspanett", "/register/prefilled"])
@pytest.mark.parametrize("reason", HoldReason)
def test_an_order_on_hold_is_like_any_other_to_who_has_the_link(
    emulator: Emulator, reason: HoldReason, path: str
) -> None:
    held, free = ordered(emulator, ("hold", {"reason": reason})), ordered(emulator)
    visitor = Insider(emulator)
    seen = []
    for each in (held, free):
        page = visitor.open(each.replace("/register/vippspanett", path))
        seen.append(without_id(visitor, each))
        assert not {"answer", "sign"} & page.buttons
    assert seen[0] == seen[1]
    assert "In process" in seen[0]
    visitor.open(held)
    for said in (HEADLINES[reason], TO_DO[reason], "On hold:"):
        assert said not in visitor.answer.text
    choices = visitor.page.form("hold").fields["holdReason"]
    visitor.open(free)
    assert visitor.page.form("hold").fields["holdReason"] == choices


def test_a_rejection_is_told_without_its_reason(emulator: Emulator) -> None:
    path = ordered(emulator, ("reject", {"reason": REASON}))
    visitor = Insider(emulator)
    assert "Declined: The order is declined." in visitor.open(path).text
    assert REASON not in visitor.answer.text
    assert REASON in visitor.sign_in(MERCHANT).open(path).text


def test_who_has_the_link_sees_that_the_unit_is_there(emulator: Emulator) -> None:
    visitor = Insider(emulator)
    page = visitor.open(ordered(emulator, ("approve", None)))
    assert "Approved: The sales unit is ready." in page.text
    assert page.by_id["msn"].isdigit()
    assert "Sign in at the portal" not in page.text


def test_answers_are_shown_to_insiders_alone(emulator: Emulator) -> None:
    path = ordered(emulator, ("hold", {"reason": "risk-and-compliance"}), ("answer", {"text": ANSWER}))
    visitor = Insider(emulator)
    visitor.open(path)
    assert "owner" not in visitor.answer.text
    assert ANSWER not in visitor.answer.text
    assert ANSWER in visitor.sign_in(MERCHANT).open(path).text


def test_who_has_the_link_cannot_answer(emulator: Emulator) -> None:
    path = ordered(emulator, ("hold", {"reason": "risk-and-compliance"}))
    visitor = Insider(emulator)
    visitor.open(path)
    visitor.send(path, "answer", answerText=ANSWER)
    assert visitor.status == 403
    assert "Sign in at the portal first" in visitor.page.text
    visitor.send(path, "answer")
    assert "answerText" not in visitor.answer.text
    order = emulator.control("GET", f"/product-orders/{path.rpartition('/')[2]}").json()
    assert order["answers"] == []


def test_the_way_in_leads_back(emulator: Emulator) -> None:
    path = ordered(emulator, ("hold", {"reason": "risk-and-compliance"}))
    browser = Browser(emulator, path)
    browser.open()
    page = browser.sign_in()
    assert HEADLINES[HoldReason.RISK_AND_COMPLIANCE] in page.text
    assert "You have answered" in browser.press("answer", answerText=ANSWER).text
    assert f"/portal/companies/{MERCHANT}" in {each.get("href") for each in browser.page.all("a")}


def test_with_an_admin_token_the_way_in_goes_by_it(start: Any) -> None:
    emulator = start(admin_token="hunter2")
    browser = visit(emulator)
    path = f"/register/vippspanett/{browser.id}"
    headers = {"Authorization": "Bearer hunter2"}
    emulator.request("POST", f"/_mock/product-orders/{browser.id}/submit", headers=headers)
    emulator.request("POST", f"/_mock/product-orders/{browser.id}/reject", headers=headers, json={"reason": REASON})
    visitor = Insider(emulator)
    page = visitor.open(path)
    assert REASON not in visitor.answer.text
    way = next(str(each["href"]) for each in page.all("a") if "/portal?" in str(each.get("href")))
    page = visitor.open(way)
    assert visitor.status == 401
    visitor.request("POST", "/operator", data=page.forms[0].fields | {"token": "hunter2"})
    page = visitor.open(str(visitor.answer.headers["location"]))
    assert page.form("merchant").fields["to"] == path


def test_the_browser_that_submits_reads_on_and_no_other(emulator: Emulator) -> None:
    merchant = visit(emulator)
    partner = Insider(emulator)
    path = f"/register/vippspanett/{merchant.id}"
    before = partner.open(path)
    assert "submit" in before.buttons
    merchant.press("submit")
    merchant.press("hold", holdReason="purpose-unclear")
    assert HEADLINES[HoldReason.PURPOSE_UNCLEAR] in merchant.page.text
    partner.open(path)
    assert HEADLINES[HoldReason.PURPOSE_UNCLEAR] not in partner.answer.text


def test_signing_first_does_not_make_a_merchant_of_who_has_not_submitted(emulator: Emulator) -> None:
    path = prefill(emulator, businessIdentifier=NEW)["prefillUrl"].removeprefix("http://emulator.test")
    early = Insider(emulator)
    early.open(path)
    early.send(path, "sign", companyName="Solberg", withRights="no")
    merchant = Browser(emulator, path)
    merchant.open()
    assert "without signing rights" not in merchant.answer.text
    merchant.press("submit")
    emulator.advance("P1D")
    assert HEADLINES[HoldReason.SIGNATORY_WITHOUT_RIGHTS] in merchant.open().text
    early.open(path)
    assert HEADLINES[HoldReason.SIGNATORY_WITHOUT_RIGHTS] not in early.answer.text
    assert "without signing rights" not in early.page.text.partition("The emulator's own buttons")[0]
    early.send(path, "sign", companyName="Solberg", withRights="yes")
    assert early.status == 403


def test_who_signed_reads_no_reason_of_an_order_that_was_submitted_elsewhere(emulator: Emulator) -> None:
    signer = visit(emulator, signed=False)
    signer.press("sign", withRights="yes")
    emulator.control("POST", f"/product-orders/{signer.id}/submit")
    emulator.control("POST", f"/product-orders/{signer.id}/reject", {"reason": REASON})
    signer.open()
    assert "The order is declined" in signer.page.text
    assert REASON not in signer.answer.text


def test_another_order_does_not_tell_how_the_agreement_was_signed(emulator: Emulator) -> None:
    first = visit(emulator, signed=False)
    first.press("sign", withRights="no")
    assert "without signing rights" in first.page.text
    second = Insider(emulator)
    second.open(prefill(emulator, partner="partner-premium", businessIdentifier=NEW, pricePackageId=None)["prefillUrl"])
    assert "submit" in second.page.buttons
    assert "without signing rights" not in second.page.text.partition("The emulator's own buttons")[0]


@pytest.mark.parametrize(
    ("rights", "units", "reads", "answers"),
    [
        ((), "", False, False),
        (("see",), "", True, False),
        (("see", "keys"), "", True, False),
        (("see", "manage"), "", True, True),
        (("see", "manage"), "123456", False, False),
    ],
)
def test_rights_at_the_portal_count_here(
    emulator: Emulator, rights: tuple[str, ...], units: str, reads: bool, answers: bool
) -> None:
    path = ordered(emulator, ("hold", {"reason": "risk-and-compliance"}))
    if rights:
        Insider(emulator).sign_in(MERCHANT).invite(MERCHANT, EMPLOYEE, *rights, partner="partner-plus", units=units)
    employee = Insider(emulator).as_employee("partner-plus", EMPLOYEE)
    employee.open(path)
    assert (HEADLINES[HoldReason.RISK_AND_COMPLIANCE] in employee.answer.text) is reads
    employee.send(path, "answer", answerText=ANSWER)
    assert (employee.status == 200) is answers
    order = emulator.control("GET", f"/product-orders/{path.rpartition('/')[2]}").json()
    assert bool(order["answers"]) is answers


def test_people_of_another_company_read_nothing(emulator: Emulator) -> None:
    path = ordered(emulator, ("reject", {"reason": REASON}))
    visitor = Insider(emulator).sign_in("merchant-no-2")
    visitor.open(path)
    assert REASON not in visitor.answer.text
    assert "Sign in at the portal" in visitor.page.text


def test_whose_access_ends_reads_no_more(emulator: Emulator) -> None:
    path = ordered(emulator, ("reject", {"reason": REASON}))
    Insider(emulator).sign_in(MERCHANT).invite(MERCHANT, EMPLOYEE, "see", partner="partner-plus")
    employee = Insider(emulator).as_employee("partner-plus", EMPLOYEE)
    employee.open(path)
    assert REASON in employee.answer.text
    assert emulator.control("DELETE", f"/merchants/{MERCHANT}/users/{EMPLOYEE}").status_code == 200
    employee.open(path)
    assert REASON not in employee.answer.text


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example",
        "//evil.example",
        "/register/vippspanett/../../mail",
        "/register/vippspanett/a?b=c",
        "/_mock",
    ],
)
def test_the_portal_leads_to_no_other_address(emulator: Emulator, to: str) -> None:
    visitor = Insider(emulator)
    visitor.request("GET", "/portal", params={"to": to, "find": "148014000"})
    form = visitor.page.form("merchant")
    assert form.fields["to"] == to
    visitor.request("POST", "/portal", data=form.fields | {"action": "merchant"})
    assert visitor.answer.headers["location"] == "/portal"
