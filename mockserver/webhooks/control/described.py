"""What the document of the control API says about webhooks."""

from typing import Any, Final

from typing_extensions import TypedDict

from mockserver.web.controlled import LIMIT, WAIT, Done, does, shows
from mockserver.web.described import Described, Parameter, Reply
from mockserver.webhooks.control import answers, inbox, webhooks
from mockserver.webhooks.domain import DeliveryState


class Told(TypedDict):
    """The status that the inbox was told to answer with."""

    status: int


DESCRIBED: Final = {
    "GET /webhooks": shows(answers.Registrations),
    "POST /webhooks": does(answers.NewRegistration, webhooks.RegistrationBody, needed=True),
    "POST /webhooks/settle": does(Done),
    "GET /webhooks/deliveries": shows(
        answers.Deliveries,
        Parameter("webhook", "Of this registration."),
        Parameter("msn", "Of this sales unit, together with reference."),
        Parameter("reference", "Of this payment, together with msn."),
        Parameter("event", "Of this event."),
        Parameter("state", "In this state.", DeliveryState),
        LIMIT,
        WAIT,
    ),
    "POST /webhooks/deliveries/{id}/replay": does(Done),
    "POST /webhooks/deliveries/{id}/verify": does(answers.Verified, webhooks.VerifyBody),
    "POST /webhooks/{id}/pause": does(answers.RegistrationView),
    "POST /webhooks/{id}/resume": does(answers.RegistrationView),
    "POST /webhooks/{id}/faults": does(answers.RegistrationView, webhooks.FaultsBody),
    "POST /webhooks/{id}/sample": does(Done, webhooks.SampleBody, needed=True),
    "POST /webhooks/{id}/replay": does(answers.Replayed),
    "POST /inbox/{name}": Described(
        {204: Reply("Received."), "default": Reply("Received, answered as the inbox is configured to.", Told)},
        Any,
        "*/*",
        body_required=False,
        errors=(400, 404),
        security=(),
    ),
    "GET /inbox/{name}": shows(answers.InboxView, LIMIT),
    "PATCH /inbox/{name}": does(answers.Behaving, inbox.BehaviourBody),
    "DELETE /inbox/{name}": does(Done, None),
}
