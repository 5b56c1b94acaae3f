"""What pages keep for their visitors between a form and the page after it."""

import pytest
from starlette.requests import Request

from mockserver.web.notes import NOTHING, Note, Notes

ADDRESS = "/landing?token=1.a"


def visitor(name: str, location: str = "") -> Request:
    """The request of a visitor to where a redirect leads."""
    headers = [(b"cookie", f"mock_visitor={name}".encode())] if name else []
    query = location.partition("?")[2].encode()
    return Request({"type": "http", "method": "GET", "path": "/landing", "query_string": query, "headers": headers})


def leave(notes: Notes, note: Note, name: str = "anna", address: str = ADDRESS) -> str:
    answer = notes.redirect(visitor(name), address, note)
    assert answer.status_code == 303
    return answer.headers["location"]


def test_a_note_is_read_as_often_as_its_page_is_opened() -> None:
    notes = Notes()
    location = leave(notes, Note("No money"))
    assert location.startswith(f"{ADDRESS}&note=")
    for _ in range(2):
        assert notes.read(visitor("anna", location), ADDRESS).message == "No money"
    assert leave(notes, Note("No money"), address="/wallet/47").startswith("/wallet/47?note=")


@pytest.mark.parametrize("name", ["bent", ""])
def test_nobody_else_reads_it(name: str) -> None:
    notes = Notes()
    location = leave(notes, Note("No money"))
    assert notes.read(visitor(name, location), ADDRESS) == NOTHING
    assert notes.read(visitor("anna", location), "/landing?token=2.b") == NOTHING
    assert notes.read(visitor("anna", f"{ADDRESS}&note=made-up"), ADDRESS) == NOTHING


def test_the_oldest_are_given_up_for_new_ones() -> None:
    notes = Notes(most=3)
    locations = [leave(notes, Note(str(number))) for number in range(5)]
    kept = [notes.read(visitor("anna", location), ADDRESS).message for location in locations]
    assert kept == [None, None, "2", "3", "4"]


def test_all_of_them_together_have_a_largest_size() -> None:
    notes = Notes(largest=100)
    for _ in range(50):
        leave(notes, Note(typed={"text": "x" * 40}))
    assert len(notes) == 2
    location = leave(notes, Note(typed={"text": "x" * 1000}))
    assert len(notes) == 1
    assert notes.read(visitor("anna", location), ADDRESS).typed["text"] == "x" * 1000
    leave(notes, Note("short"))
    assert len(notes) == 1
