"""Whatever merchants allow and take away: nobody sees a unit that nobody let them see, nor a key without the right."""

import asyncio
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.apis.management.portal.insider import Insider, company
from tests.harness import Emulator

MERCHANTS = {"merchant-no-2": ("523456", "523457"), "merchant-dk-1": ("223456", "223457", "223458")}
PARTNERS = {
    "employee@plus-partner.example.com": "partner-plus",
    "employee@premium-partner.example.com": "partner-premium",
}
PEOPLE = (*PARTNERS, "own@example.com")
RIGHTS = ("see", "manage", "keys")

steps = st.tuples(
    st.sampled_from(PEOPLE),
    st.sampled_from(sorted(MERCHANTS)),
    st.one_of(st.none(), st.sets(st.sampled_from(RIGHTS), min_size=1)),
    st.one_of(st.none(), st.sets(st.integers(0, 2), min_size=1)),
)
"""Somebody, a merchant, rights (None: taken away), and units by their place (None: all)."""


def apply(emulator: Emulator, step: Any, allowed: dict[tuple[str, str], tuple[set[str], set[str]]]) -> None:
    """Do a step by the control API, and write down what it allows: rights and units."""
    email, merchant, rights, places = step
    there, path = (email, merchant) in allowed, f"/merchants/{merchant}/users"
    if rights is None:
        answer = emulator.control("DELETE", f"{path}/{email}")
        assert answer.status_code == (200 if there else 404)
        allowed.pop((email, merchant), None)
        return
    own = MERCHANTS[merchant]
    units = None if places is None else sorted({own[place % len(own)] for place in places})
    content: dict[str, Any] = {"rights": sorted(rights), "units": units}
    if there:
        answer = emulator.control("PATCH", f"{path}/{email}", content)
    else:
        content |= {"email": email, "name": "Somebody", "partner_id": PARTNERS.get(email)}
        answer = emulator.control("POST", path, content)
    assert answer.status_code == 200, answer.text
    allowed[email, merchant] = (rights, set(units or own))


def check(emulator: Emulator, insider: Insider, email: str, allowed: Any) -> None:
    """Ask for every page of every unit, and compare with what was written down."""
    for merchant, own in MERCHANTS.items():
        rights, units = allowed.get((email, merchant), (set(), set()))
        listed = insider.open(company(merchant)).text
        for msn in own:
            seen = msn in units
            insider.open(f"/portal/{msn}")
            assert (insider.page.by_id.get("msn") == msn) is seen
            assert (f"/portal/{msn}" in str(insider.page.all("a"))) is (seen and "keys" in rights)
            assert (msn in listed) is seen
            insider.open(f"/portal/{msn}/keys")
            keys = emulator.unit(msn).keys
            shown = [each in insider.answer.text for each in (keys.client_secret, keys.subscription_key)]
            assert shown == [seen and "keys" in rights] * 2


def sign_in(emulator: Emulator, email: str, allowed: Any) -> list[Insider]:
    """The browsers in which somebody has signed in: one for a partner's employee, one a merchant for own people."""
    if email in PARTNERS:
        return [Insider(emulator).as_employee(PARTNERS[email], email)]
    return [Insider(emulator).sign_in(merchant, email) for person, merchant in allowed if person == email]


@settings(max_examples=20, deadline=None)
@given(first=st.lists(steps, max_size=6), then=st.lists(steps, max_size=4))
def test_everybody_sees_what_was_allowed_last_and_nothing_else(first: list[Any], then: list[Any]) -> None:
    loop = asyncio.new_event_loop()
    emulator = Emulator(loop)
    try:
        for merchant in MERCHANTS:
            for email in ("employee@plus-partner.example.com",):
                emulator.control("DELETE", f"/merchants/{merchant}/users/{email}")
        allowed: dict[tuple[str, str], tuple[set[str], set[str]]] = {}
        for step in first:
            apply(emulator, step, allowed)
        browsers = {email: sign_in(emulator, email, allowed) for email in PEOPLE}
        for step in then:
            apply(emulator, step, allowed)
        for email, insiders in browsers.items():
            for insider in insiders:
                mine = dict(allowed)
                if email not in PARTNERS:
                    mine = {key: value for key, value in allowed.items() if key[1] == merchant_of(insider)}
                check(emulator, insider, email, mine)
    finally:
        emulator.close()
        loop.close()


def merchant_of(insider: Insider) -> str:
    """The merchant that an own person has signed in at; a name that is none when that is over."""
    insider.request("GET", "/portal")
    return str(insider.answer.headers.get("location", "")).rpartition("/")[2]
