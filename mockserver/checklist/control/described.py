"""What the document of the control API says about the checklist."""

from typing import Annotated, Final, Literal

from pydantic import Field

from mockserver.checklist.control import answers
from mockserver.checklist.points.stated import LONGEST
from mockserver.web.controlled import MSN, shows
from mockserver.web.described import Described, Parameter

_SAID: Final = Annotated[str, Field(max_length=LONGEST)]


def described(apis: tuple[str, ...]) -> dict[str, Described]:
    """By method and path, for these checklists."""
    return {
        "GET /checklist": shows(
            answers.Checklist,
            MSN,
            Parameter("api", "Of this checklist.", Literal[apis]),
            Parameter("description", "What you say: how your solution is set up.", _SAID),
            Parameter(
                "documentation", "What you say: links to documentation for merchants, separated by blanks.", _SAID
            ),
            Parameter("pilot", "What you say: the MSN of your pilot customer.", _SAID),
            Parameter("demo", "What you say: links to a demo, screenshots or a video, separated by blanks.", _SAID),
        ),
    }
