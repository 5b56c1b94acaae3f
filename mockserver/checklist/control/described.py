"""What the document of the control API says about the checklist."""

from typing import Final, Literal

from mockserver.checklist.control import answers
from mockserver.web.controlled import MSN, shows
from mockserver.web.described import Parameter

DESCRIBED: Final = {
    "GET /checklist": shows(
        answers.Checklist,
        MSN,
        Parameter("api", "Of this checklist.", Literal["platform", "epayment", "login", "partner"]),
    ),
}
