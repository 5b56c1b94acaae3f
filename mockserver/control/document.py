"""What the document about the control API says besides its table: filters, bodies and answers, by method and path."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from mockserver.control import answers, authority, news, world
from mockserver.core.money import Market
from mockserver.web import control as requests
from mockserver.web.controlled import LIMIT, MSN, REFERENCE, WAIT, NewKey, Number, does, shows
from mockserver.web.described import PROBLEM, Changes, Described, Document, Parameter, Problem, Reply
from mockserver.webhooks.control.answers import ResetAnswer
from mockserver.world.domain.customer import Customer
from mockserver.world.domain.merchant import Merchant, SalesUnit
from mockserver.world.domain.partner import Partner, Permission
from mockserver.world.domain.world import World

_Place = Annotated[int, Field(ge=0, le=news.LARGEST_NUMBER)]
_BRIEF = Parameter("brief", "Whether without headers, bodies and texts.", Literal["true", "false"])

DESCRIBED: Final = {
    "GET /health": Described({200: Reply("It is up.", answers.Health)}, security=()),
    "GET /ca.pem": Described({200: Reply("The certificate.", str, authority.PEM)}, errors=(404,), security=()),
    "POST /reset": does(ResetAnswer, requests.ResetBody),
    "GET /clock": shows(answers.ClockState),
    "POST /clock/advance": does(answers.ClockState, requests.AdvanceBody, needed=True),
    "POST /clock/set": does(answers.ClockState, requests.SetClockBody, needed=True),
    "POST /clock/freeze": does(answers.ClockState),
    "POST /clock/unfreeze": does(answers.ClockState),
    "GET /clock/due": shows(answers.Upcoming, LIMIT),
    "GET /requests/{id}": shows(answers.JournalEntry),
    "GET /requests": shows(
        answers.Requests,
        Parameter("operation", "Official operation id."),
        Parameter("api", "Such as epayment."),
        MSN,
        REFERENCE,
        Parameter("status", "HTTP status of the answer.", Annotated[int, Field(ge=0, le=999)]),
        Parameter("warnings", "Whether a kindness was used.", Literal["true", "false"]),
        LIMIT,
    ),
    "GET /news": shows(
        answers.NewsList,
        Parameter("after", "What happened after this number; left out: from now on.", _Place),
        WAIT,
        Parameter("limit", "At most this many; 100 if left out.", Annotated[int, Field(ge=0, le=news.MOST_NEWS)]),
        _BRIEF,
    ),
    "GET /stream": Described(
        {200: Reply("Each event has a piece of news as its data, in JSON.", str, news.EVENTS)},
        parameters=(
            Parameter("after", "What happened after this number; left out: from now on.", _Place),
            Parameter("kind", "Only these: names, separated by commas."),
            MSN,
            REFERENCE,
            _BRIEF,
            Parameter("limit", "End after so many; left out: never.", Number),
            Parameter("Last-Event-ID", "The id of the last event that was heard.", where="header"),
        ),
        errors=(429,),
    ),
    "GET /world": shows(World, text="Merchants, sales units, customers, partners and webhooks."),
    "GET /keys": Described(
        {200: Reply("The variables, as JSON or as lines.", str, world.PLAIN, other=answers.ClientKeys)},
        parameters=(Parameter("format", "JSON when left out.", Literal["json", "env", "export", "dotenv"]),),
    ),
    "GET /customers": shows(answers.Customers, Parameter("market", "Of this country.", Market), LIMIT),
    "POST /customers": does(answers.ShownCustomer, Changes(Customer, needed=("phone",)), needed=True),
    "GET /customers/{phone}": shows(answers.ShownCustomer),
    "GET /merchants": shows(answers.Merchants),
    "GET /merchants/{id}": shows(Merchant),
    "PATCH /merchants/{id}": does(Merchant, Changes(Merchant, ("id", "agreement")), needed=True),
    "GET /sales-units": shows(answers.SalesUnits),
    "GET /sales-units/{msn}": shows(SalesUnit),
    "PATCH /sales-units/{msn}": does(SalesUnit, Changes(SalesUnit, ("msn", "merchant_id", "keys")), needed=True),
    "POST /token-keys/rotate": does(NewKey),
    "GET /partners": shows(answers.Partners),
    "GET /partners/{id}": shows(Partner),
    "PATCH /partners/{id}": does(Partner, Changes(Partner, ("id",)), needed=True),
    "PUT /partners/{id}/permissions/{permission}": does(Partner, None),
    "DELETE /partners/{id}/permissions/{permission}": does(Partner, None),
}


def document(described: Mapping[str, Described]) -> Document:
    """What the document says of the rows that are ``described``, by method and path."""
    return Document(
        title="Control API",
        version="1",
        operations=described,
        problem=Reply("", Problem, PROBLEM),
        others={401: Reply("", Problem, PROBLEM, ("WWW-Authenticate",))},
        path={
            "msn": Parameter("msn", "Of a sales unit."),
            "phone": Parameter("phone", "Of a customer, country code first."),
            "permission": Parameter("permission", "A right of a partner.", Permission),
        },
    )
