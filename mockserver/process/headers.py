"""Headers as people keep them: lines of an HTTP message, or a JSON object."""

import json


class BadHeaders(ValueError):
    """The text is no list of headers; the message is one line for the user."""


def read_headers(text: str) -> dict[str, str]:
    """Headers by lower-case name; raises BadHeaders. A request or status line before them is passed over."""
    stripped = text.lstrip("\ufeff \r\n\t")
    if stripped.startswith("{"):
        return _from_json(stripped)
    headers: dict[str, str] = {}
    for number, line in enumerate(stripped.splitlines()):
        name, colon, value = line.partition(":")
        if number == 0 and (not colon or " " in name):
            continue
        if not line.strip():
            break
        if not colon or not name.strip() or " " in name.strip():
            raise BadHeaders(f"headers: line {number + 1} is no header: {line[:60]}")
        headers[name.strip().lower()] = value.strip()
    if not headers:
        raise BadHeaders("headers: there are none")
    return headers


def _from_json(text: str) -> dict[str, str]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadHeaders(f"headers: not valid JSON: {error}") from error
    if not all(isinstance(value, str) for value in content.values()):
        raise BadHeaders("headers: every value of the JSON object must be text")
    return {name.lower(): value for name, value in content.items()}
