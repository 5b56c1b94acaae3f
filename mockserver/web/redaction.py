"""Secrets are taken out of what people read, by the names that they stand under: in headers, queries, forms, JSON and
multipart bodies, in whatever spelling (``client_secret``, ``client-secret``, ``clientSecret``, ``client%5Fsecret``).
"""

import re
from urllib.parse import unquote

REDACTED = "[redacted]"

_ENDINGS = (
    "apikey",
    "assertion",
    "authorization",
    "codeverifier",
    "cookie",
    "password",
    "secret",
    "subscriptionkey",
    "token",
)
"""What names of secrets end with, in small letters without hyphens and underscores."""
_WHOLE = frozenset({"idtokenhint", "nin"})
_IN_FORMS = frozenset({"code"})
"""Secret in forms and queries only: elsewhere it is the code of an error or a category."""

_STRING = r'"(?:[^"\\]|\\.)*\\?(?:"|\Z)'
# Bodies are cut off anywhere, so a value may end with the text, in the middle of an escape too.
_JSON = re.compile(
    rf'({_STRING})(?:(\s*:\s*)(?:{_STRING}|[-0-9][^\s,}}\]]*|\[(?>{_STRING}|[^"\[\]{{}}])*+(?:\]|\Z)))?', re.DOTALL
)
_FORM = re.compile(r'(?<![^?&;\s"])([^=&?;\s"/]{1,200}=)([^&\s"]*)')
_PART = re.compile(r'(name="?([^"\r\n;]{1,200})[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n)(.*?)(?=\r?\n--|\Z)', re.DOTALL)
_PATH = re.compile(r"(/qr/[0-9a-f]+\.)[0-9a-f]+")


def is_secret(name: str) -> bool:
    """Whether what stands under this name is a secret."""
    plain = _plain(name)
    return plain.endswith(_ENDINGS) or plain in _WHOLE


def redact(text: str) -> str:
    """The text without the values of secret JSON members, form, query and multipart fields, and parts of paths."""
    if "=" not in text and '"' not in text and "/qr/" not in text:  # no secret is without one of these
        return text
    text = _JSON.sub(_json, text)
    text = _PART.sub(_part, text)
    text = _PATH.sub(rf"\1{REDACTED}", text)
    return _FORM.sub(_form, text)


def redact_header(name: str, value: str) -> str:
    """A header's value, without what is secret of it."""
    return REDACTED if is_secret(name) else redact(value)


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, unquote(name))).lower()


def _json(match: re.Match[str]) -> str:
    name, colon = match[1], match[2]
    return f'{name}{colon}"{REDACTED}"' if colon and is_secret(_unescaped(name)) else match[0]


def _unescaped(name: str) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda escape: chr(int(escape[1], 16)), name)


def _part(match: re.Match[str]) -> str:
    return f"{match[1]}{REDACTED}" if is_secret(match[2]) else match[0]


def _form(match: re.Match[str]) -> str:
    name = match[1][:-1]
    return f"{match[1]}{REDACTED}" if is_secret(name) or _plain(name) in _IN_FORMS else match[0]
