"""A request of the journal as a command line, with the variables that clients have instead of keys."""

import re
from collections.abc import Mapping
from typing import Any, Final

_LEFT_OUT: Final = frozenset(
    {
        "host", "user-agent", "accept", "accept-encoding", "connection", "content-length", "transfer-encoding",
        "keep-alive", "expect", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-prefix",
        "cookie",
    }
)  # fmt: skip
"""What curl says by itself, or what is of one connection."""
_VARIABLES: Final = {
    "client_id": "$VIPPS_CLIENT_ID",
    "client_secret": "$VIPPS_CLIENT_SECRET",
    "ocp-apim-subscription-key": "$VIPPS_SUBSCRIPTION_KEY",
}
_BASIC: Final = re.compile(r"basic\b", re.IGNORECASE)


def curl(entry: Mapping[str, Any]) -> str:
    """The lines to paste; keys are variables, and so is the token."""
    query = f"?{entry['query']}" if entry["query"] else ""
    lines = [f'curl -X {_plain(entry["method"])} "$VIPPS_BASE_URL"{_word(entry["path"] + query)}']
    for name, value in entry["request"]["headers"]:
        if name.lower() not in _LEFT_OUT:
            lines += _header(name, value)
    if entry["request"]["body"]:
        lines.append(f"--data-raw {_word(entry['request']['body'])}")
    return " \\\n  ".join(lines)


def _header(name: str, value: str) -> list[str]:
    if name.lower() == "authorization":
        basic, bearer = '-u "$VIPPS_CLIENT_ID:$VIPPS_CLIENT_SECRET"', '-H "Authorization: Bearer $TOKEN"'
        return [basic if _BASIC.match(value) else bearer]
    if name.lower() in _VARIABLES:
        return [f'-H "{_plain(name)}: {_VARIABLES[name.lower()]}"']
    return [f"-H {_word(f'{name}: {value}')}"]


def _word(text: str) -> str:
    """Any text as one word of a shell; characters that end or hide lines are taken out."""
    clean = "".join(each for each in text if each in "\n\t" or each.isprintable())
    return "'" + clean.replace("'", "'\\''") + "'"


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "", text)
