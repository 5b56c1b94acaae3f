"""State files and snapshots through the control API."""

from typing import Any

from starlette.requests import Request

from mockserver.core.instants import timestamp
from mockserver.state import state
from mockserver.state.known import Known
from mockserver.state.snapshots import Snapshot, Snapshots
from mockserver.state.state import LARGEST
from mockserver.web import control as requests
from mockserver.web.http import Answer, BodyTooLarge, read_body
from mockserver.web.problems import HttpRefused
from mockserver.web.runtime import Runtime


async def get_state(runtime: Runtime, request: Request) -> Any:
    """Returns everything that the server knows as a state file: see State files and snapshots."""
    return Answer(200, await state.export(runtime.engine, runtime.parts.of(Known)))


async def put_state(runtime: Runtime, request: Request) -> Any:
    """Replaces everything by a state file (64 MiB at most), or changes nothing."""
    try:
        text = await read_body(request.receive, LARGEST)
    except BodyTooLarge:
        raise HttpRefused(413, "Content Too Large", f"The state is larger than {LARGEST} bytes") from None
    known = runtime.parts.of(Known)
    content, name = await state.checked(text, known)
    runtime.leap(lambda: state.replace(runtime.engine, content, name, known), "import")
    return {"status": "ok"}


async def get_snapshots(runtime: Runtime, request: Request) -> Any:
    """Lists the snapshots, by name."""
    return {"snapshots": [_view(name, each) for name, each in runtime.parts.of(Snapshots).all()]}


async def take_snapshot(runtime: Runtime, request: Request) -> Any:
    """Takes a snapshot of everything that the server knows, replacing one of the same name; 20 at most."""
    await requests.read(request, requests.EmptyBody, runtime.largest_body)
    name = request.path_params["name"]
    return _view(name, runtime.parts.of(Snapshots).take(runtime.engine, name))


async def restore_snapshot(runtime: Runtime, request: Request) -> Any:
    """Restores a snapshot, the clock included."""
    await requests.read(request, requests.EmptyBody, runtime.largest_body)
    name = request.path_params["name"]
    snapshot = runtime.parts.of(Snapshots).find(name)
    runtime.leap(lambda: runtime.engine.go_back_to(snapshot.content), "restore")
    return _view(name, snapshot)


async def delete_snapshot(runtime: Runtime, request: Request) -> Any:
    """Deletes a snapshot."""
    runtime.parts.of(Snapshots).delete(request.path_params["name"])
    return {"status": "ok"}


def _view(name: str, snapshot: Snapshot) -> dict[str, Any]:
    return {"name": name, "takenAt": timestamp(snapshot.taken_at)}


ROWS = (
    ("GET", "/state", get_state),
    ("PUT", "/state", put_state),
    ("GET", "/snapshots", get_snapshots),
    ("PUT", "/snapshots/{name}", take_snapshot),
    ("DELETE", "/snapshots/{name}", delete_snapshot),
    ("POST", "/snapshots/{name}/restore", restore_snapshot),
)
"""Method, path under /_mock, handler."""
