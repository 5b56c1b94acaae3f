"""The table of bounds in docs/security.md says what holds."""

import re
from typing import Final

import pytest

from mockserver.apis.epayment.pages import qr
from mockserver.apis.login.api import forms
from mockserver.apis.management.api import routes
from mockserver.apis.management.domain import answers as holds
from mockserver.apis.recurring.api import batch
from mockserver.apis.recurring.domain import past
from mockserver.apis.recurring.services import phones
from mockserver.checklist.points import stated
from mockserver.core import errors, policy
from mockserver.mail import services as mail
from mockserver.mail.pages import inbox as mailbox
from mockserver.settings import Settings
from mockserver.web import http, journal, sessions, shape
from mockserver.webhooks import inbox
from mockserver.world.domain import user
from tests.documents import section

_KIB: Final = 1024


_STORE: Final = Settings.model_fields["store_limit"].default
BOUNDS: Final = {
    "All that is stored: payments, agreements, logins, orders, webhooks": (_STORE, 4096, "4,096 MiB"),
    "Entries of a list, members of an object, in JSON": (shape.LONGEST, 1000, "1,000"),
    "Values of a JSON body": (shape.MOST_VALUES, 10_000, "10,000"),
    "Charges of a batch; values of its body": (batch.BOUNDS, (2_000, 24_000), "2,000; 24,000"),
    "Paid periods of an agreement that is made": (past.MOST, 366, "366"),
    "Drafts, agreements, charges to come of each, on a phone": (
        (phones.MOST_WAITING, phones.MOST_RUNNING, phones.MOST_UPCOMING), (20, 50, 12), "20; 50; 12",
    ),
    "Levels of a JSON body": (shape.DEEPEST, 128, "128"),
    "Mistakes that a 400 names": (errors.MOST_VIOLATIONS, 25, "25"),
    "Warnings of a request in the journal": (policy.MOST_WARNINGS, 25, "25"),
    "An `X-Mock-Warning` header": (http.LONGEST_WARNING, 340, "340 characters"),
    "Bodies of a journal entry, each": (journal.LONGEST_BODY, 16 * _KIB, "16 KiB"),
    "Headers of a journal entry": (journal.LONGEST_HEADERS, 16 * _KIB, "16 KiB"),
    "Path, query, reference of a journal entry": (
        (journal.LONGEST_PATH, journal.LONGEST_QUERY, journal.LONGEST_NAME), (2 * _KIB, 8 * _KIB, 200),
        "2 KiB, 8 KiB, 200",
    ),
    "Inboxes": (inbox.MOST_INBOXES, 100, "100"),
    "Messages of an inbox": (inbox.MOST_MESSAGES, 500, "500"),
    "Body and headers of a message": (
        (inbox.LONGEST_BODY, inbox.LONGEST_HEADERS), (64 * _KIB, 16 * _KIB), "64 KiB, 16 KiB",
    ),
    "Messages of all inboxes": (inbox.LARGEST, 16 * 1024 * _KIB, "16 MiB"),
    "Body of a form": (http.LARGEST_FORM, 64 * _KIB, "64 KiB"),
    "Fields of a form or of a login's query": (forms._MOST_FIELDS, 100, "100"),
    "Parameters of a query that an API reads": (routes._MOST_PARAMETERS, 100, "100"),
    "Each text that is said with a checklist": (stated.LONGEST, 2000, "2,000 characters"),
    "Answers to holds that an order keeps, documents of one": (
        (holds.MOST_ANSWERS, holds.MOST_DOCUMENTS), (20, 3), "20, 3",
    ),
    "A text, a name in an answer to a hold": (
        (holds.LONGEST_TEXT, holds.LONGEST_NAME), (5000, 200), "5,000, 200 characters",
    ),
    "Emails, those on a page, inboxes on a page": (
        (mail.MOST, mailbox.ON_A_PAGE, mailbox.MOST_ADDRESSES), (10_000, 25, 100), "10,000, 25, 100",
    ),
    "People of a merchant on the portal; employees of a partner": (user.MOST_USERS, 100, "100 each"),
    "Browsers that are signed in on the portal": (sessions.MOST_OPEN, 10_000, "10,000"),
    "Pictures of QR codes that are remembered": (qr._KEPT, 64, "64 of each kind"),
    "Time that the clock may be moved to": (None, None, "the year 2199"),
}  # fmt: skip
"""What holds, what the table means, and how it says that. What happens beyond is tested where the bound is."""


def _rows() -> dict[str, str]:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \| [^|]+ \|$", section("Bounds of content"), re.MULTILINE)
    return {what: bound for what, bound in rows if what != "what"}


@pytest.mark.parametrize("what", BOUNDS)
def test_a_bound_is_what_the_page_says(what: str) -> None:
    holds, meant, said = BOUNDS[what]
    assert holds == meant
    assert _rows()[what] == said


def test_the_page_has_no_other_bounds() -> None:
    assert _rows().keys() == BOUNDS.keys()
