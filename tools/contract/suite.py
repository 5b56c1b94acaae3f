"""What is asked of one API."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tools.contract.client import Session
from tools.contract.spec import Json


@dataclass(frozen=True)
class Suite:
    """The calls and the differences of one API. ``mark`` is an operation that only its file describes.

    A finding reads "operation status kind: detail"; ``deliberate`` has patterns for whole findings, each with the
    reason for the difference. ``other_calls`` go to a server with ``other_settings``; ``prepare`` mends the file.
    """

    title: str
    mark: str
    deliberate: Mapping[str, str]
    calls: Callable[[Session], None]
    other_settings: tuple[str, ...] = ()
    other_calls: Callable[[Session], None] | None = None
    prepare: Callable[[Json], None] | None = None
