"""What the document of the control API says about the checklist."""

from typing import Literal

from mockserver.checklist.control import answers
from mockserver.web.controlled import MSN, shows
from mockserver.web.described import Described, Parameter


def described(apis: tuple[str, ...]) -> dict[str, Described]:
    """By method and path, for these checklists."""
    return {
        "GET /checklist": shows(
            answers.Checklist,
            MSN,
            Parameter("api", "Of this checklist.", Literal[apis]),
        ),
    }
