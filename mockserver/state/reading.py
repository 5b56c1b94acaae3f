"""State files as they lie on disk."""

from pathlib import Path

from mockserver.core import kinds
from mockserver.core.engine import StoreError
from mockserver.state.state import LARGEST


def read_file(path: Path) -> bytes:
    """The content of a state file; raises StoreError, which names the file, for what cannot be one."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise StoreError(f"state: {path}: cannot be read: {error.strerror or error}") from error
    if len(content) > LARGEST:
        raise StoreError(f"state: {path}: is larger than {LARGEST} bytes")
    if wrong := kinds.of_bytes(content) or kinds.of_yaml(content):
        raise StoreError(f"state: {path}: {wrong}")
    return content
