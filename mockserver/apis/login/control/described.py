"""What the document of the control API says about logins."""

from typing import Final

from mockserver.apis.login.control import answers, logins
from mockserver.apis.login.domain.backchannel import State as AuthenticationState
from mockserver.apis.login.domain.logins import LoginState
from mockserver.web.controlled import LIMIT, MSN, PHONE, NewKey, does, shows
from mockserver.web.described import Parameter

DESCRIBED: Final = {
    "GET /logins": shows(answers.Logins, MSN, PHONE, Parameter("state", "In this state.", LoginState), LIMIT),
    "GET /logins/{id}": shows(answers.LoginView),
    "POST /logins/{id}/approve": does(answers.LoginView, logins.ApproveLoginBody, errors=(409,)),
    "POST /logins/{id}/reject": does(answers.LoginView, logins.RejectLoginBody, errors=(409,)),
    "GET /consents": shows(answers.Consents, MSN, PHONE, LIMIT),
    "POST /consents/{msn}/{phone}/withdraw": does(answers.WithdrawnConsent),
    "POST /login-keys/rotate": does(NewKey),
    "GET /ciba": shows(
        answers.Authentications, PHONE, Parameter("state", "In this state.", AuthenticationState), LIMIT
    ),
    "GET /ciba/{authReqId}": shows(answers.AuthenticationView),
    "POST /ciba/{authReqId}/confirm": does(answers.AuthenticationView, logins.AnswersBody, errors=(409,)),
    "POST /ciba/{authReqId}/deny": does(answers.AuthenticationView, errors=(409,)),
    "POST /ciba/{authReqId}/old-app": does(answers.AuthenticationView, errors=(409,)),
}
