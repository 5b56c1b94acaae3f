"""What the document of the control API says about the road to being a partner."""

from typing import Final

from mockserver.apis.partners.control import answers, rows
from mockserver.web.controlled import does, shows

DESCRIBED: Final = {
    "POST /partners": does(answers.RoadView, rows.ApplyBody, needed=True),
    "GET /partners/{id}/road": shows(answers.RoadView),
    "PATCH /partners/{id}/road": does(answers.RoadView, rows.EvidenceBody, errors=(409,)),
    "POST /partners/{id}/apply": does(answers.RoadView, rows.ApplyBody, needed=True, errors=(409,)),
    "POST /partners/{id}/approve": does(answers.RoadView, rows.ApproveBody, errors=(409,)),
    "POST /partners/{id}/decline": does(answers.RoadView, rows.DeclineBody, errors=(409,)),
    "POST /partners/{id}/start-pilot": does(answers.RoadView, rows.PilotBody, needed=True, errors=(409,)),
    "POST /partners/{id}/send-in": does(answers.RoadView, errors=(409,)),
    "POST /partners/{id}/verify": does(answers.RoadView, errors=(409,)),
    "POST /partners/{id}/send-back": does(answers.RoadView, rows.SendBackBody, errors=(409,)),
}
