"""What the document of the control API says about payments."""

from typing import Final

from mockserver.apis.epayment.control import answers, rows
from mockserver.apis.epayment.domain.payment import State
from mockserver.web.controlled import LIMIT, MSN, REFERENCE, does, shows
from mockserver.web.described import Parameter

DESCRIBED: Final = {
    "GET /payments": shows(answers.Payments, MSN, Parameter("state", "In this state.", State), REFERENCE, LIMIT),
    "GET /payments/{msn}/{reference}": shows(answers.WholePayment),
    "GET /payments/{msn}/{reference}/report": shows(answers.Report),
    "POST /payments/{msn}/{reference}/approve": does(answers.PaymentView, rows.ApproveBody, errors=(409,)),
    "POST /payments/{msn}/{reference}/decline": does(answers.DeclinedPayment, rows.DeclineBody, errors=(409,)),
    "POST /payments/{msn}/{reference}/abort": does(answers.PaymentView, errors=(409,)),
    "POST /payments/{msn}/{reference}/expire": does(answers.PaymentView, errors=(409,)),
}
