"""Variables as text: for shells, for .env files, and for whatever reads plain lines."""

from collections.abc import Mapping
from typing import Final

VARIABLE_FORMS: Final = ("env", "export", "dotenv")
"""``NAME=value`` as it is, lines for a POSIX shell to evaluate, and lines of a .env file."""


def as_lines(variables: Mapping[str, str], form: str) -> str:
    """One line for each variable, in one of VARIABLE_FORMS, each with its line end."""
    return "".join(f"{_line(name, value, form)}\n" for name, value in variables.items())


def _line(name: str, value: str, form: str) -> str:
    if form == "export":
        return f"export {name}={quoted(value)}"
    return f"{name}={_in_dotenv(value)}" if form == "dotenv" else f"{name}={value}"


def quoted(value: str) -> str:
    """A value as one word of a POSIX shell, which changes nothing in it."""
    return "'" + value.replace("'", "'\\''") + "'"


def _in_dotenv(value: str) -> str:
    # Between single quotes nothing is replaced, but there is no way to write one.
    if "'" not in value:
        return f"'{value}'"
    for special in ("\\", '"', "$"):
        value = value.replace(special, f"\\{special}")
    return f'"{value}"'
