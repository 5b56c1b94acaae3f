"""After submission: where the order stands, and the emulator's own buttons."""

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.world.domain.order_policy import HoldReason
from tests.apis.management.portal.browsing import Browser, Page, management, visit
from tests.apis.management.portal.insider import Insider
from tests.harness import Emulator, csrf_of

MERCHANT_S = {"sign", "save", "submit"}
OPERATOR_S = {"approve", "reject", "hold", "release", "expire", "activate", "decline"}


def submitted(emulator: Emulator, **fields: Any) -> Browser:
    browser = visit(emulator, **fields)
    browser.press("submit")
    assert browser.answer.status_code == 200, browser.answer.text
    return browser


def test_submitting_leads_to_a_page_that_says_how_long_it_takes(emulator: Emulator) -> None:
    page = submitted(emulator).page
    assert "Your product order is being processed" in page.text
    assert "Processing takes until 18 March 2030, 17:46 UTC." in page.text
    assert {"datetime": "2030-03-18T17:46:40.000Z"} in page.all("time")
    assert not page.buttons & MERCHANT_S


def test_time_finishes_it(emulator: Emulator) -> None:
    browser = submitted(emulator)
    emulator.advance("P1D")
    assert "The sales unit is ready" in browser.open().text
    assert browser.status == "COMPLETED"


def test_the_finished_unit_is_shown_with_keys_that_work(emulator: Emulator) -> None:
    browser = submitted(emulator)

    page = browser.press("approve")

    opened = browser.answer.text
    msn = browser.order["msn"]
    assert (page.by_id["msn"], page.by_id["unit-name"]) == (msn, "Solberg nettbutikk")
    assert f"/portal/{msn}/keys" in [each.get("href") for each in page.all("a")]
    signed_out = Page(emulator.request("GET", f"/portal/{msn}/keys").text)
    assert "client-secret" not in signed_out.by_id
    page = Insider(emulator).sign_in("merchant-no-1").open(f"/portal/{msn}/keys")
    shown = {id_: page.by_id[id_] for id_ in ("msn", "client-id", "client-secret")}
    for id_ in ("client-id", "client-secret", "subscription-key", "secondary-subscription-key"):
        assert page.by_id[id_] not in opened
    for id_ in ("subscription-key", "secondary-subscription-key"):
        headers = {
            "client_id": shown["client-id"],
            "client_secret": shown["client-secret"],
            "Ocp-Apim-Subscription-Key": page.by_id[id_],
        }
        assert emulator.request("POST", "/accesstoken/get", headers=headers).status_code == 200
    assert page.by_id["subscription-key"] != page.by_id["secondary-subscription-key"]
    details = management(emulator, "GET", f"/v2/product-orders/{browser.id}/details")
    assert details["salesUnit"] == {"msn": shown["msn"], "name": "Solberg nettbutikk"}
    assert shown["client-secret"] not in str(details)


def test_while_the_platform_does_nothing_the_page_says_so(start: Callable[..., Emulator]) -> None:
    emulator = start(order_decision="wait")
    browser = submitted(emulator)
    emulator.advance("P3D")
    page = browser.open()
    assert "Processing took until 18 March 2030" in page.text
    assert "waits for the platform's decision." in page.text


@pytest.mark.parametrize("reason", HoldReason)
def test_a_hold_shows_its_sentence_to_the_merchant_until_it_is_released(emulator: Emulator, reason: HoldReason) -> None:
    browser = submitted(emulator)
    assert set(browser.page.form("hold").choices["holdReason"]) == set(HoldReason)
    assert "release" not in browser.page.buttons

    page = browser.press("hold", holdReason=str(reason))

    assert f"On hold: {reason.sentence}." in page.text
    assert page.form("hold").fields["holdReason"] == reason
    assert browser.order["hold"] is not None
    emulator.advance("P2D")
    assert "On hold" in browser.open().text
    assert browser.status == "ORDER_SUBMITTED"
    page = browser.press("release")
    assert "The sales unit is ready" in page.text
    assert browser.status == "COMPLETED"


def test_a_held_order_can_be_approved_at_once(emulator: Emulator) -> None:
    browser = submitted(emulator)
    browser.press("hold")
    assert "The sales unit is ready" in browser.press("approve").text


def test_a_rejection_shows_its_reason_to_the_merchant_alone(emulator: Emulator) -> None:
    browser = submitted(emulator)
    assert browser.page.form("reject").fields["rejection"] == "The company does not meet the requirements"

    page = browser.press("reject", rejection="We do not serve sock shops.")

    assert "Declined: We do not serve sock shops." in page.text
    assert "sock shops.." not in page.text
    assert not page.buttons
    assert browser.status == "REJECTED"
    assert "sock shops" not in str(management(emulator, "GET", f"/v2/product-orders/{browser.id}/details"))


@pytest.mark.parametrize(
    ("action", "name", "value", "reason"),
    [
        ("reject", "rejection", "", "Say why"),
        ("reject", "rejection", None, "Say why"),
        ("reject", "rejection", "x" * 501, "at most 500"),
        ("hold", "holdReason", "", "Pick a reason"),
        ("hold", "holdReason", "boredom", "Pick one of the list"),
    ],
)
def test_a_reason_is_needed(emulator: Emulator, action: str, name: str, value: str | None, reason: str) -> None:
    browser = submitted(emulator)
    page = browser.press(action, **{name: value})
    assert browser.refused
    assert reason in page.described(name)
    assert browser.status == "ORDER_SUBMITTED"
    assert browser.order["hold"] is None


def test_letting_it_expire_is_possible_before_submission_only(emulator: Emulator) -> None:
    browser = visit(emulator)
    page = browser.press("expire")
    assert browser.answer.status_code == 410
    assert "has expired" in page.text
    assert browser.status == "EXPIRED"
    assert "expire" not in submitted(emulator).page.buttons


def test_activating_the_agreement_lets_the_order_be_completed_in_time(emulator: Emulator) -> None:
    browser = visit(emulator, signed=False)
    browser.press("sign")
    page = browser.press("activate")
    assert "In place" in page.text
    assert not page.buttons & {"activate", "decline"}
    browser.press("submit")
    emulator.advance("P1D")
    assert browser.status == "COMPLETED"


def test_the_buttons_are_those_that_work_now(emulator: Emulator) -> None:
    browser = visit(emulator, signed=False)
    assert browser.page.buttons == {"sign", "expire"}
    assert browser.press("sign").buttons == {"save", "submit", "expire", "activate", "decline"}
    assert browser.press("submit").buttons == {"approve", "reject", "hold", "activate", "decline"}
    assert browser.press("hold").buttons == {
        "approve",
        "reject",
        "hold",
        "release",
        "activate",
        "decline",
        "answer",
    }
    assert browser.press("activate").buttons == {"approve", "reject", "hold", "release", "answer"}


def test_the_emulator_s_buttons_are_marked_as_such(emulator: Emulator) -> None:
    browser = submitted(emulator)
    page = browser.page
    assert page.by_id["operator"] == "The emulator's own buttons"
    assert "Not part of the real portal" in page.text
    sections = [each.get("aria-labelledby") for each in page.all("section") if each.get("class") == "operator"]
    assert sections == ["operator"]
    marked = browser.answer.text.partition('class="operator"')
    for action in ("approve", "reject", "hold"):
        assert f'value="{action}"' not in marked[0]
        assert f'value="{action}"' in marked[2]


@pytest.mark.parametrize("action", sorted(OPERATOR_S))
@pytest.mark.parametrize("stage", ["new", "signed", "submitted"])
def test_with_an_admin_token_the_page_has_no_power(start: Callable[..., Emulator], action: str, stage: str) -> None:
    emulator = start(admin_token="hunter2")
    browser = visit(emulator, signed=False)
    if stage != "new":
        browser.press("sign")
    if stage == "submitted":
        browser.press("submit")
    page, before = browser.page, browser.status
    assert not page.buttons & OPERATOR_S
    assert "This server has an admin token: show it, or use the control API" in page.text

    csrf = page.forms[0].fields["csrf"] if page.forms else csrf_of(emulator)
    reasons = {"rejection": "no", "holdReason": "purpose-unclear"}
    page = browser.send({"csrf": csrf, "action": action} | reasons)

    assert browser.answer.status_code == 403
    assert "Show the admin token first" in page.text
    assert browser.status == before
    headers = {"Authorization": "Bearer hunter2"}
    order = emulator.request("GET", f"/_mock/product-orders/{browser.id}", headers=headers).json()
    merchant = emulator.request("GET", "/_mock/merchants/merchant-new", headers=headers).json()
    assert order["hold"] is None
    assert merchant["agreement"]["state"] == ("NONE" if stage == "new" else "SIGNED")


@pytest.mark.parametrize("action", ["save", "submit"])
def test_sending_the_form_twice_is_said_and_done_once(emulator: Emulator, action: str) -> None:
    browser = visit(emulator)
    stale = dict(browser.page.fields)
    browser.send(stale | {"action": "submit"})
    before = browser.order

    page = browser.send(stale | {"action": action, "salesUnitName": "Too late"})

    assert browser.refused
    assert "This could not be done: The product order has been submitted already" in page.text
    assert not [each for each in page.all("p") if each.get("role") == "status"]
    assert "Processing takes until" in page.text
    assert browser.order == before


def test_two_submissions_at_once_make_one(emulator: Emulator) -> None:
    browser = visit(emulator)
    fields = browser.page.fields | {"action": "submit"}
    answers = emulator.together(*[lambda: emulator.client.post(browser.url, data=fields)] * 5)
    refused = []
    for answer in answers:
        browser.open(answer.headers["location"])
        refused.append(browser.refused)
    assert sorted(refused) == [False, True, True, True, True]
    assert browser.status == "ORDER_SUBMITTED"


@pytest.mark.parametrize("action", sorted(OPERATOR_S - {"reject", "hold"}))
def test_a_button_of_a_stale_page_is_refused(emulator: Emulator, action: str) -> None:
    browser = submitted(emulator)
    csrf = browser.page.form("approve").fields["csrf"]
    browser.press("reject")

    page = browser.send({"csrf": csrf, "action": action})

    assert browser.refused
    assert "This could not be done" in page.text
    assert "Your product order is declined" in page.text
    assert browser.status == "REJECTED"


@pytest.mark.parametrize("action", ["", "APPROVE", "delete", None])
def test_an_unknown_button_is_refused(emulator: Emulator, action: str | None) -> None:
    browser = submitted(emulator)
    csrf = browser.page.form("approve").fields["csrf"]
    browser.send({"csrf": csrf, "action": action})
    assert browser.refused
    assert browser.status == "ORDER_SUBMITTED"


def test_an_approval_that_waits_for_a_signature_says_so(emulator: Emulator) -> None:
    browser = visit(emulator, signed=False)
    browser.press("sign", withRights="no")
    page = browser.press("submit")
    assert "can be approved when somebody with signing rights has signed" in page.text
    page = browser.send({"csrf": page.form("hold").fields["csrf"], "action": "approve"})
    assert browser.refused
    assert browser.status == "ORDER_SUBMITTED"
