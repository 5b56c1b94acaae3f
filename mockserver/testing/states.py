"""Calls about all that the server knows: state files, and snapshots to go back to."""

from collections.abc import Mapping
from typing import Any

from mockserver.testing.calls import Steps, call, get, post, send
from mockserver.testing.values import Snapshot, build, build_all


class StateCalls:
    """Everything at once."""

    @call
    def export_state(self) -> Steps[dict[str, Any]]:
        """All that the server knows, with the keys of a state file."""
        found: dict[str, Any] = yield get("state")
        return found

    @call
    def import_state(self, state: Mapping[str, Any]) -> Steps[None]:
        """Put a state in the place of everything; a bad one changes nothing."""
        yield send("PUT", "state", body=dict(state))

    @call
    def snapshots(self) -> Steps[tuple[Snapshot, ...]]:
        """All snapshots, by name."""
        found = yield get("snapshots")
        return build_all(Snapshot, found["snapshots"])

    @call
    def take_snapshot(self, name: str) -> Steps[Snapshot]:
        """Keep all that the server knows, clock and rules included, in the place of another one of this name."""
        return build(Snapshot, (yield send("PUT", "snapshots", name)))

    @call
    def restore_snapshot(self, name: str) -> Steps[Snapshot]:
        """Go back to a snapshot."""
        return build(Snapshot, (yield post("snapshots", name, "restore")))

    @call
    def delete_snapshot(self, name: str) -> Steps[None]:
        """Forget a snapshot."""
        yield send("DELETE", "snapshots", name)

    @call
    def certificate(self) -> Steps[str]:
        """Whom clients have to trust over TLS, as PEM; refused where the server speaks none."""
        found: str = yield get("ca.pem")
        return found
