"""The road in a browser: every form and button, through the doors."""

from collections.abc import Callable, Iterator

import pytest

from mockserver.web.secrets import known
from tests.apis.management.portal.browsing import SHORT_XSS, XSS, Browser
from tests.apis.partners.company import FORM, ID, NUMBER, PILOT, applied, brought_to, mails, road
from tests.harness import ORIGIN, Emulator

Start = Callable[..., Emulator]
TYPED = {name: value for name, value in FORM.items() if isinstance(value, str)}


class Walk(Browser):
    """A browser that posts forms to where they say."""

    def open(self, url: str | None = None):  # type: ignore[no-untyped-def]
        page = super().open(url)
        if url and self.answer.status_code == 200:
            self.url = url.removeprefix(ORIGIN).partition("?")[0]
        return page


def at(emulator: Emulator, stage: str) -> Walk:
    """A browser on the page of a company at this stage."""
    walk = Walk(emulator)
    walk.open(brought_to(emulator, stage)["page"])
    assert walk.answer.status_code == 200, walk.answer.text
    return walk


def state(walk: Walk) -> str | None:
    return next(each["data-state"] for each in walk.page.all("p") if "data-state" in each)


def test_the_whole_road(emulator: Emulator) -> None:
    walk = Walk(emulator)
    walk.open("/partners")
    page = walk.press("apply", **TYPED)
    assert walk.url.startswith("/partners/")
    assert state(walk) == "applied"
    page = walk.press("approve", level="Partner Plus")
    assert state(walk) == "approved"
    assert page.by_id["test-msn"] == road(emulator)["testMsn"]
    page = walk.press("save", termsAccepted="yes", documentation="https://ny.example.com/docs")
    assert "Saved." in page.text
    emulator.control("PATCH", f"/sales-units/{PILOT}", {"partner_id": ID})
    walk.open(walk.url)
    walk.press("start-pilot", msn=PILOT)
    assert state(walk) == "piloting"
    walk.press(
        "send-in", demo="https://ny.example.com/demo", examples="order-1, captured\r\n\r\n order-2, refunded \r\n"
    )
    assert state(walk) == "sent-in"
    assert road(emulator)["evidence"]["examples"] == ["order-1, captured", "order-2, refunded"]
    page = walk.press("send-back", sendBackReason="A cancel is missing")
    assert state(walk) == "piloting"
    assert "A cancel is missing" in page.text
    walk.press("send-in")
    page = walk.press("verify")
    assert state(walk) == "live"
    assert page.buttons == set()
    assert [each["action"] for each in road(emulator)["history"]][-2:] == ["send-in", "verify"]
    assert mails(emulator)[-1]["kind"] == "partner-published"


def test_a_declined_company_applies_again_with_its_form_as_it_was(emulator: Emulator) -> None:
    walk = at(emulator, "applied")
    walk.press("decline", declineReason="Say more")
    assert state(walk) == "declined"
    assert walk.page.form("apply").fields["name"] == FORM["name"]
    walk.press("apply", solution="Much more", **{"kind-psp": "yes"})
    assert state(walk) == "applied"
    assert road(emulator)["application"]["solution"] == "Much more"
    assert road(emulator)["kinds"] == ["platform", "psp"]


def test_mistakes_are_told_at_their_fields_and_nothing_is_lost(emulator: Emulator) -> None:
    walk = Walk(emulator)
    walk.open("/partners")
    bad = TYPED | {"name": "", "email": "nobody", "website": "x", "organisationNumber": "1", "solution": ""}
    page = walk.press("apply", **bad, **{"kind-platform": None})
    assert walk.refused
    for name in ("name", "solution"):
        assert "This is needed" in page.described(name)
    assert "Pick at least one" in page.by_id["kinds-error"]
    page = walk.press("apply", **bad | {"name": "Ny AS", "solution": "x"}, **{"kind-psp": "yes"})
    assert "Must be an email address" in page.described("email")
    assert page.form("apply").fields["contact"] == FORM["contact"]
    assert page.form("apply").fields["kind-psp"] == "yes"
    assert "kind-platform" not in page.form("apply").fields
    assert emulator.control("GET", f"/partners/{ID}").status_code == 404


def test_what_is_missing_is_told_when_it_is_sent_in(emulator: Emulator) -> None:
    walk = at(emulator, "piloting")
    page = walk.press("send-in", termsAccepted=None, documentation="", examples="", demo=XSS)
    assert walk.refused
    assert "have to be accepted" in page.described("termsAccepted")
    assert "is needed" in page.described("documentation")
    assert "At least one" in page.described("examples")
    assert road(emulator)["evidence"]["demo"] == "https://ny.example.com/demo"
    assert state(walk) == "piloting"


def test_a_number_that_no_register_has_is_taken_and_told(start: Start) -> None:
    walk = Walk(start())
    walk.open("/partners")
    page = walk.press("apply", **TYPED | {"organisationNumber": "915000014"})
    assert "Taken, although a strict server would refuse it" in page.text
    walk = Walk(start(strict=True))
    walk.open("/partners")
    page = walk.press("apply", **TYPED | {"organisationNumber": "915000014"})
    assert "No number of business:NO:ORG" in page.described("organisationNumber")


def test_the_checklist_is_asked_with_what_the_partner_says(emulator: Emulator) -> None:
    walk = at(emulator, "sent-in")
    address = next(each["href"] or "" for each in walk.page.all("a") if "/checklist" in (each["href"] or ""))
    shown = emulator.request("GET", address)
    assert shown.status_code == 200, shown.text
    for said in ("https://ny.example.com/docs", "https://ny.example.com/demo", PILOT, FORM["solution"]):
        assert str(said) in shown.text


def test_buttons_come_and_go_with_the_stage(emulator: Emulator) -> None:
    found = {}
    for stage in ("applied", "approved", "piloting", "sent-in", "live", "declined"):
        found[stage] = at(emulator, stage).page.buttons
        emulator.control("POST", "/reset")
    assert found == {
        "applied": {"approve", "decline"},
        "approved": {"save"},
        "piloting": {"save", "start-pilot", "send-in"},
        "sent-in": {"verify", "send-back"},
        "live": set(),
        "declined": {"apply"},
    }


@pytest.mark.parametrize(
    "action", ["approve", "decline", "verify", "send-back", "apply", "start-pilot", "send-in", "x", ""]
)
def test_a_page_that_is_out_of_date_does_nothing(emulator: Emulator, action: str) -> None:
    walk = at(emulator, "live")
    before = road(emulator)
    token = Walk(emulator)
    token.open("/partners")
    csrf = token.page.form("apply").fields["csrf"]
    typed = TYPED | {"kind-psp": "yes", "level": "Partner", "declineReason": "x", "sendBackReason": "x", "msn": PILOT}
    page = walk.send(typed | {"csrf": csrf, "action": action})
    assert "This could not be done" in page.text
    assert road(emulator) == before


def test_forms_need_the_token_of_their_page(emulator: Emulator) -> None:
    walk = at(emulator, "sent-in")
    for fields in ({"action": "verify"}, {"action": "verify", "csrf": "0" * 64}):
        walk.send(fields)
        assert walk.answer.status_code == 403
    refused = emulator.request("POST", "/partners", data=TYPED | {"action": "apply"})
    assert refused.status_code == 403
    assert road(emulator)["stage"] == "sent-in"


def test_with_an_admin_token_a_company_sees_its_own_page_and_no_more(start: Start) -> None:
    emulator = start(admin_token="secret-token")
    headers = {"Authorization": "Bearer secret-token"}
    made = emulator.request("POST", "/_mock/partners", headers=headers, json=FORM).json()
    for path in ("/partners", f"/partners/of/{ID}", "/partners/of/partner-plus"):
        assert emulator.request("GET", path).status_code == 401
        assert "Plus Partner" not in emulator.request("GET", path).text
    assert emulator.request("POST", "/partners", data=TYPED).status_code == 401
    walk = Walk(emulator)
    page = walk.open(made["page"])
    assert page.buttons == set()
    assert "show it" in page.text
    csrf = {"csrf": _csrf(walk)}
    for action in ("approve", "decline"):
        walk.send(csrf | {"action": action, "level": "Partner Plus", "declineReason": "x"})
        assert walk.answer.status_code == 403
    shown = emulator.request("GET", f"/_mock/partners/{ID}/road", headers=headers).json()
    assert shown["stage"] == "applied"
    opened = emulator.request("GET", "/partners/of/partner-plus", headers=headers)
    assert opened.status_code == 303
    assert len(opened.headers["location"]) > len("/partners/") + 20


def _csrf(walk: Walk) -> str:
    """The token of forms for this visitor, from a page that has one for everybody."""
    walk.emulator.request("GET", "/operator")
    page = Walk(walk.emulator)
    page.open("/operator")
    found = next(each["value"] for each in page.page.all("input") if each.get("name") == "csrf")
    assert found
    return found


@pytest.mark.parametrize("path", ["/partners/nobody", "/partners/of/nobody", f"/partners/{ID}"])
def test_no_page_can_be_guessed(emulator: Emulator, path: str) -> None:
    applied(emulator)
    assert emulator.request("GET", path).status_code == 404


def test_the_page_of_a_partner_of_the_world_stays_where_it_is(emulator: Emulator) -> None:
    first = emulator.request("GET", "/partners/of/partner-plus").headers["location"]
    assert emulator.request("GET", "/partners/of/partner-plus").headers["location"] == first
    assert emulator.request("GET", first).status_code == 200
    assert emulator.request("GET", "/partners/of/partner-basic").headers["location"] != first


def every_page(emulator: Emulator) -> Iterator[Walk]:
    walk = Walk(emulator)
    walk.open("/partners")
    yield walk
    walk.press("apply", **TYPED | {"name": SHORT_XSS, "contact": SHORT_XSS, "solution": f"</textarea>{XSS}"})
    yield walk
    walk.press("decline", declineReason=XSS)
    yield walk
    walk.press("apply", email=XSS)
    yield walk
    walk.open(walk.url)
    walk.press("apply")
    walk.press("approve")
    walk.press(
        "save", termsAccepted="yes", demo=f"</textarea>{XSS}", examples=XSS, documentation="https://ny.example.com/'\"<"
    )
    yield walk
    walk.press("save", termsAccepted="yes", demo=XSS, examples=XSS, documentation="https://ny.example.com/")
    emulator.control("PATCH", f"/sales-units/{PILOT}", {"partner_id": ID, "name": SHORT_XSS})
    walk.open(walk.url)
    walk.press("start-pilot", msn=PILOT)
    walk.press("send-in")
    yield walk
    walk.press("send-back", sendBackReason=XSS)
    yield walk
    walk.press("send-in")
    walk.press("verify")
    yield walk


def test_every_page_is_safe_and_can_be_used_by_everybody(emulator: Emulator) -> None:
    number = 0
    for walk in every_page(emulator):
        number += 1
        assert "<script" not in walk.answer.text
        assert "onerror=alert(2)>" not in walk.answer.text
        assert "default-src 'none'" in walk.answer.headers["content-security-policy"]
        assert walk.answer.headers["cache-control"] == "no-store"
        page = walk.page
        labelled = {each.get("for") for each in page.all("label")}
        for tag in ("input", "select", "textarea"):
            for each in page.all(tag):
                if each.get("type") not in ("hidden", "checkbox"):
                    assert each.get("id") in labelled
        ids = [given["id"] for _, given in page.tags if given.get("id")]
        assert len(ids) == len(set(ids))
        assert len(page.all("h1")) == 1
    assert number == 8
    assert road(emulator)["stage"] == "live"


def test_the_address_of_a_page_is_not_in_the_log(emulator: Emulator) -> None:
    page = applied(emulator)["page"].rpartition("/")[2]
    assert page not in known(emulator.server.runtime.engine.reading()).without(f"GET /partners/{page}")


def test_the_number_may_be_typed_as_people_write_it(emulator: Emulator) -> None:
    walk = Walk(emulator)
    walk.open("/partners")
    walk.press("apply", **TYPED | {"organisationNumber": "915 000 013"})
    assert road(emulator)["application"]["organisationNumber"] == NUMBER
