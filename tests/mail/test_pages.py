"""Emails in a browser: who has some, one inbox, one email, whatever stands in them."""

from collections.abc import Callable
from urllib.parse import quote

import pytest

from mockserver.mail import services as mail
from mockserver.mail.pages.linked import Piece, pieces
from tests.apis.management.portal.browsing import XSS, Page
from tests.harness import Emulator

ADDRESS = "shop@merchant.example.com"


def write(emulator: Emulator, subject: str = "Hello", *lines: str, address: str = ADDRESS, order: str = "") -> None:
    with emulator.server.runtime.engine.transaction() as tx:
        mail.write(tx, "test", address, subject, lines, order_id=order)


def open_(emulator: Emulator, path: str, status: int = 200) -> Page:
    answer = emulator.request("GET", path)
    assert answer.status_code == status, answer.text
    assert "script-src" not in answer.headers["content-security-policy"]
    assert not Page(answer.text).all("script")
    return Page(answer.text)


def hrefs(page: Page) -> list[str]:
    return [each.get("href") or "" for each in page.all("a")]


def test_nobody_has_emails_at_first(emulator: Emulator) -> None:
    assert "There are no emails here." in open_(emulator, "/mail").text


def test_inboxes_are_listed_with_their_counts_the_latest_first(emulator: Emulator) -> None:
    for address in ("a@example.com", "b@example.com", "a@example.com", "c+d@example.com"):
        write(emulator, f"To {address}", address=address)
    page = open_(emulator, "/mail")
    assert "c+d@example.com one email a@example.com 2 emails b@example.com one email" in page.text
    inbox = next(each for each in hrefs(page) if "d%40example.com" in each)
    assert inbox == "/mail?address=c%2Bd%40example.com"
    assert "To c+d@example.com" in open_(emulator, inbox).text


def test_an_inbox_shows_what_came_to_its_address_alone(emulator: Emulator) -> None:
    write(emulator, "Mine")
    write(emulator, "Another's", address="other@merchant.example.com")
    page = open_(emulator, f"/mail?address={ADDRESS}")
    assert f"Emails to {ADDRESS}" in page.text
    assert "Mine" in page.text
    assert "Another's" not in page.text


def test_emails_about_an_order_are_found_by_it(emulator: Emulator) -> None:
    write(emulator, "About it", order="order-1")
    write(emulator, "About another", order="order-2")
    page = open_(emulator, "/mail?order=order-1")
    assert "About it" in page.text
    assert "About another" not in page.text
    email = open_(emulator, next(each for each in hrefs(page) if each.startswith("/mail/")))
    assert "/mail?order=order-1" in hrefs(email)


def test_a_page_has_so_many_and_leads_to_the_next(emulator: Emulator) -> None:
    for number in range(60):
        write(emulator, f"Number {number:02}.")
    seen, path = [], f"/mail?address={ADDRESS}"
    for most in (25, 25, 10):
        page = open_(emulator, path)
        found = [f"Number {number:02}." for number in range(60) if f"Number {number:02}." in page.text]
        assert len(found) == most
        seen += found
        path = next((each for each in hrefs(page) if "before=" in each), "")
    assert path == ""
    assert len(set(seen)) == 60
    assert f"/mail?address={quote(ADDRESS, safe='')}" in hrefs(page)


@pytest.mark.parametrize("before", ["0", "-1", "x", "9" * 30, "1;DROP", "%00"])
def test_a_place_that_is_none_is_the_beginning(emulator: Emulator, before: str) -> None:
    write(emulator, "Here")
    assert "Here" in open_(emulator, f"/mail?before={before}").text


@pytest.mark.parametrize("id_", ["0", "2", "x", "9" * 18, "9" * 30, "-1", "%00"])
def test_an_email_that_is_not_there_is_not_found(emulator: Emulator, id_: str) -> None:
    write(emulator)
    assert "There is no such email." in open_(emulator, f"/mail/{id_}", 404).text


def test_links_of_http_can_be_followed_and_no_others(emulator: Emulator) -> None:
    write(
        emulator,
        "Links",
        "Answer here: https://shop.example.com/a?b=1&c=2.",
        "(http://localhost:8080/x) javascript:alert(1) data:text/html,x ftp://a.example.com //evil.example.com",
    )
    page = open_(emulator, "/mail/1")
    assert [each for each in hrefs(page) if not each.startswith("/mail")] == [
        "https://shop.example.com/a?b=1&c=2",
        "http://localhost:8080/x",
    ]
    assert all(each.get("rel") == "noopener noreferrer" for each in page.all("a") if "://" in (each.get("href") or ""))


def test_hostile_text_is_text_everywhere(emulator: Emulator) -> None:
    hostile = f"{XSS} https://a.example.com/{XSS} https://\"onmouseover='x"
    write(emulator, XSS, hostile, address=XSS, order=XSS)
    for path in ("/mail", f"/mail?address={quote(XSS)}", f"/mail?order={quote(XSS)}", "/mail/1"):
        page = open_(emulator, path)
        assert XSS in page.text
        assert not page.all("img")
        assert not [attributes for _, attributes in page.tags if any(name.startswith("on") for name in attributes)]
    assert [each for each in hrefs(open_(emulator, "/mail/1")) if "://" in each] == ["https://a.example.com/"]


def test_whatever_is_asked_for_is_shown_short(emulator: Emulator) -> None:
    page = open_(emulator, f"/mail?address={'x' * 5000}")
    assert "x" * 200 in page.text
    assert "x" * 201 not in page.text


@pytest.mark.parametrize("path", ["/mail", "/mail?address=a@example.com", "/mail/1"])
def test_with_an_admin_token_emails_are_for_its_holders(start: Callable[..., Emulator], path: str) -> None:
    emulator = start(admin_token="hunter2")
    write(emulator, "Secret subject", "Secret text")
    asked = emulator.request("GET", path)
    assert asked.status_code == 401
    assert "Secret" not in asked.text
    shown = emulator.request("GET", path, headers={"Authorization": "Bearer hunter2"})
    assert shown.status_code == 200


@pytest.mark.parametrize(
    "text", ["", "https://", "http://a", "a https://b c", "https://" + "x" * 9999, "https://." * 500]
)
def test_pieces_are_all_of_the_text(text: str) -> None:
    assert "".join(each.text for each in pieces(text)) == text


def test_what_stands_behind_an_address_is_not_in_it() -> None:
    assert list(pieces("See https://a.example.com/b, or so")) == [
        Piece("See "),
        Piece("https://a.example.com/b", link=True),
        Piece(", or so"),
    ]
