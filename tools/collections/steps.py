"""What the stories are made of, known to no API client in particular.

Expressions are JavaScript, which both clients run. Those about an answer go on from it (``salesUnit.msn``,
``[0].name``, ``length``), or name it (``"email" in answer``). In all of them ``get("name")`` is a variable.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_VARIABLE = re.compile(r"{{(\w+)}}")
NEW_ID = 'fill("{{$guid}}")'
"""An expression for an id that nobody has used."""


@dataclass(frozen=True)
class Step:
    """One request and what has to be true of its answer.

    ``call``: method and path. ``body`` is sent as JSON, ``form`` as a form, ``basic`` are user and password.
    ``shows``: expressions about the answer, each with the value that it has; ``{{name}}`` is that of a variable.
    ``keeps``: variables and the expressions about the answer that later steps know by their names.
    ``fresh``: variables that are set before the request, each by an expression.
    """

    name: str
    call: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    form: Mapping[str, str] | None = None
    basic: tuple[str, str] | None = None
    status: int = 200
    shows: Mapping[str, Any] = field(default_factory=dict)
    keeps: Mapping[str, str] = field(default_factory=dict)
    fresh: Mapping[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        """The request's method."""
        return self.call.partition(" ")[0]

    @property
    def url(self) -> str:
        """Its address, with variables."""
        return "{{VIPPS_BASE_URL}}" + self.call.partition(" ")[2]

    @property
    def checks(self) -> int:
        """How many things are checked: the status, and each value."""
        return 1 + len(self.shows)


@dataclass(frozen=True)
class Folder:
    """A story: its steps in order; it needs nothing of those before it."""

    name: str
    about: str
    steps: tuple[Step, ...]


def of_answer(expression: str) -> str:
    """The whole expression about an answer."""
    if "answer" in expression:
        return expression
    return f"answer{'' if expression.startswith('[') else '.'}{expression}"


def value(wanted: Any) -> str:
    """A value as JavaScript; a text that is ``{{name}}`` is the variable."""
    if isinstance(wanted, str) and (variable := _VARIABLE.fullmatch(wanted)):
        return f"get({json.dumps(variable[1])})"
    return json.dumps(wanted, ensure_ascii=False)


def title(expression: str, wanted: Any) -> str:
    """How a check of a value is called."""
    shown = _VARIABLE.sub(r"\1", wanted) if isinstance(wanted, str) else json.dumps(wanted)
    return f"{expression} is {shown}"
