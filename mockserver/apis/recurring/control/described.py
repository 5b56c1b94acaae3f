"""What the document of the control API says about agreements and charges."""

from typing import Final

from mockserver.apis.recurring.control import answers, bodies
from mockserver.apis.recurring.domain.agreement import Status
from mockserver.apis.recurring.domain.charge import State
from mockserver.web.controlled import LIMIT, MSN, does, shows
from mockserver.web.described import Parameter

_FORBIDDEN: Final = 403
"""For a unit without the Recurring product."""

DESCRIBED: Final = {
    "GET /agreements": shows(
        answers.Agreements,
        MSN,
        Parameter("status", "In this status.", Status),
        Parameter("customer", "Of this phone number.", str),
        LIMIT,
    ),
    "POST /agreements": does(answers.WholeAgreement, bodies.MakeBody, needed=True, errors=(_FORBIDDEN, 404)),
    "GET /agreements/{id}": shows(answers.WholeAgreement),
    "POST /agreements/{id}/accept": does(answers.Accepted, bodies.AcceptBody, errors=(409,)),
    "POST /agreements/{id}/reject": does(answers.AgreementView, errors=(409,)),
    "POST /agreements/{id}/expire": does(answers.AgreementView, errors=(409,)),
    "POST /agreements/{id}/stop": does(answers.AgreementView, bodies.StopBody, errors=(409,)),
    "POST /agreements/{id}/maximum": does(answers.AgreementView, bodies.MaximumBody, needed=True, errors=(409,)),
    "GET /charges": shows(
        answers.Charges,
        MSN,
        Parameter("state", "In this state.", State),
        Parameter("agreement", "Of the agreement with this id.", str),
        LIMIT,
        errors=(404,),
    ),
    "POST /charges/attempt-due": does(answers.Run, bodies.RunBody, errors=(404, 409)),
    "GET /charges/{msn}/{charge}": shows(answers.WholeCharge),
    "POST /charges/{msn}/{charge}/succeed": does(answers.ChargeView, errors=(409,)),
    "POST /charges/{msn}/{charge}/fail": does(answers.ChargeView, bodies.FailBody, errors=(409,)),
}
