"""What the control API answers about snapshots, as types for its document."""

from typing_extensions import TypedDict


class SnapshotView(TypedDict):
    """A snapshot, and what the clock showed when it was taken."""

    name: str
    takenAt: str


class Snapshots(TypedDict):
    """All snapshots."""

    snapshots: list[SnapshotView]
