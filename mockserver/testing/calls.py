"""How a control call is written once, for clients that block and for clients that are awaited.

A call is a generator: it yields what it asks of the server, gets the answer's JSON, and returns a value.
"""

import functools
import inspect
import json
from collections.abc import Awaitable, Callable, Generator, Mapping
from datetime import datetime
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, get_args, overload
from urllib.parse import quote, urlencode

from mockserver.core.values import frozen

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = 30.0
"""Seconds for an answer, beyond those that were asked to be waited."""


class ControlError(Exception):
    """The server refused a control call, or gave no answer (``status`` 0); the message says what and why.

    ``violations`` are the fields that were wrong, with their reasons.
    """

    def __init__(self, message: str, status: int = 0, violations: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.violations = dict(violations or {})


@frozen
class Ask:
    """One request to the control API: ``path`` under /_mock, ``patience`` in seconds."""

    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] | None = None
    patience: float = PATIENCE


Steps = Generator[Ask, Any, T]


def get(*parts: str, patience: float = PATIENCE, **query: Any) -> Ask:
    """A GET of ``/part/part``; query fields that are None are left out, truth values written as JSON does."""
    known = {name: _text(value) for name, value in query.items() if value is not None}
    return Ask("GET", f"{_path(parts)}?{urlencode(known)}" if known else _path(parts), patience=patience)


def post(*parts: str, **body: Any) -> Ask:
    """A POST; fields of the body that are None are left out."""
    return Ask("POST", _path(parts), {name: value for name, value in body.items() if value is not None})


def send(method: str, *parts: str, body: Any = None) -> Ask:
    """Any other request, with its body as it is."""
    return Ask(method, _path(parts), body)


def _path(parts: tuple[str, ...]) -> str:
    return "/" + "/".join(quote(str(part), safe="") for part in parts)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class Blocking:
    """A client whose calls return when the answer is there."""

    def _run(self, steps: Steps[T]) -> T:
        raise NotImplementedError


class Awaiting:
    """A client whose calls are awaited."""

    async def _run(self, steps: Steps[T]) -> T:
        raise NotImplementedError


class call(Generic[P, T]):  # noqa: N801 - a decorator, as property is
    """Makes a method of a generator: one that blocks or one that is awaited, as the client is."""

    def __init__(self, steps: Callable[Concatenate[Any, P], Steps[T]]) -> None:
        self._steps = steps
        functools.update_wrapper(self, steps)  # type: ignore[arg-type]
        self.__signature__ = _signature(steps)

    @overload
    def __get__(self, instance: Blocking, owner: Any = None) -> Callable[P, T]: ...
    @overload
    def __get__(self, instance: Awaiting, owner: Any = None) -> Callable[P, Awaitable[T]]: ...
    @overload
    def __get__(self, instance: None, owner: Any = None) -> "call[P, T]": ...
    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        steps = self._steps

        @functools.wraps(steps)
        def bound(*args: P.args, **given: P.kwargs) -> Any:
            __tracebackhide__ = True
            return instance._run(steps(instance, *args, **given))

        signature = _signature(steps)
        bound.__signature__ = signature.replace(parameters=list(signature.parameters.values())[1:])  # type: ignore[attr-defined]
        return bound


def _signature(steps: Callable[..., Any]) -> inspect.Signature:
    """As the call is seen from outside: it gives the result, not the steps to it."""
    signature = inspect.signature(steps)
    parts = get_args(signature.return_annotation)
    return signature.replace(return_annotation=parts[-1]) if parts else signature


def to_json(body: Any) -> bytes | None:
    """A body as it is sent, if there is one; times in files are times already."""
    return None if body is None else json.dumps(body, default=datetime.isoformat).encode()


def understood(ask: Ask, status: int, content: Any, text: str) -> Any:
    """The answer's JSON (``content``, None where it is none), else its text; raises ControlError for a refusal."""
    if status < 400:
        return content if content is not None else text or None
    problem = content if isinstance(content, dict) else {}
    violations = {each["name"]: each["reason"] for each in problem.get("extraDetails") or []}
    named = "; ".join(f"{name}: {why}" for name, why in violations.items())
    reason = " - ".join(part for part in (problem.get("detail"), named) if part) or text[:200]
    raise ControlError(f"{ask.method} /_mock{ask.path}: {status}: {reason}", status, violations)
