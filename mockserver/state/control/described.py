"""What the document of the control API says about states."""

from typing import Any, Final

from mockserver.state.control import answers
from mockserver.web.controlled import Done, does, shows

_STATE_FILE: Final = dict[str, Any]

DESCRIBED: Final = {
    "GET /state": shows(_STATE_FILE, text="Everything that the server knows, as a state file."),
    "PUT /state": does(Done, _STATE_FILE, needed=True),
    "GET /snapshots": shows(answers.Snapshots),
    "PUT /snapshots/{name}": does(answers.SnapshotView, errors=(409,)),
    "DELETE /snapshots/{name}": does(Done, None),
    "POST /snapshots/{name}/restore": does(answers.SnapshotView),
}
