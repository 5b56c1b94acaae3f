"""Room on the disk that is kept for going back to the start, which has to work when the disk is full."""

import logging
import os
from pathlib import Path

logger = logging.getLogger(__name__)

_NAME = "vipps-mockserver.reserve"


class Reserve:
    """A file beside the store that holds nothing, and is given up when its room is needed."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / _NAME

    def keep(self, size: int) -> None:
        """Keep so many bytes, if there are as many; a smaller reserve is no failure."""
        try:
            if self._path.exists() and self._path.stat().st_size == size:
                return
            with open(self._path, "wb", opener=_own) as file:
                _occupy(file.fileno(), size)
        except OSError as error:
            logger.debug("no room is kept for a reset on a full disk: %s", error)
            self.release()

    def release(self) -> bool:
        """Give the room up; False when there was none."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True


def _own(path: str, flags: int) -> int:
    # Where a link leads is somebody else's file.
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)


def _occupy(file: int, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file, 0, size)
    else:
        os.write(file, b"\1" * size)  # zeros might become a hole, which occupies nothing
