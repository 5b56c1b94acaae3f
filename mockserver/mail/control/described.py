"""What the document of the control API says about emails."""

from typing import Final

from mockserver.mail.control import answers
from mockserver.web.controlled import LIMIT, shows
from mockserver.web.described import Parameter

DESCRIBED: Final = {
    "GET /emails": shows(
        answers.Emails, Parameter("address", "To this address."), Parameter("order", "About this order."), LIMIT
    ),
}
