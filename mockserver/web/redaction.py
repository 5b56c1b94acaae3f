"""Secrets are taken out of what people read, by the names that they stand under.

That is in headers, queries, forms, JSON, multipart bodies and forms of pages, in whatever spelling: ``client_secret``,
``client-secret``, ``clientSecret``, ``client%5Fsecret``. All of it takes time that grows with the text, and no faster.
Those that ``known`` finds by their values are gone before.
"""

import re
from urllib.parse import quote, unquote

REDACTED = "[redacted]"

_ENDINGS = (
    "accesskey",
    "apikey",
    "assertion",
    "authkey",
    "authorization",
    "codeverifier",
    "cookie",
    "credential",
    "encryptionkey",
    "functionskey",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "pwd",
    "secret",
    "secretkey",
    "signingkey",
    "subscriptionkey",
    "token",
)
"""What names of secrets end with, in small letters without hyphens and underscores; one more ``s`` is the same."""
_WHOLE = frozenset({"authreqid", "idtokenhint", "nin"})
_IN_FORMS = frozenset({"code", "sig"})
"""Secret in forms and queries only: elsewhere it is the code of an error or a category. ``sig`` signs an address."""

# Bodies are cut off anywhere, so a string may end with the text, in the middle of an escape too.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+\\?(?:"|\Z)', re.DOTALL)
_COLON = re.compile(r"\s*+:\s*+")
_PLAIN = re.compile(r"[^\s,}\]]*+")
_SUSPICIOUS = re.compile(r'[=":>]|/qr/|Bearer|Basic')
"""No secret is without one of these."""
_BRACKET_OR_STRING = re.compile(r'["\[\]{}]')
_FORM = re.compile(r'(?<![^?&;#\s"])([^=&?;#\s"/]{1,100}=)([^&\s"]*+)')
_INPUT = re.compile(r'(name="([\w-]{1,100})" value=")[^"]*+')
_LOOSE = re.compile(r"""(?<![\w-])([A-Za-z][\w-]{1,59}\\?['"]?[ \t]*[:=>][ \t]*\\?['"]?)([^\s'"\\,;&<>}\]]++)""")
_BEARER = re.compile(r"((?:Bearer|Basic)(?: |%20|\+))[\w.~+/=%-]{8,}+", re.IGNORECASE)
_USER = re.compile(r"(://[^\s/@:\"]{0,100}:)[^\s/@\"]{1,200}(?=@)")
_PART_NAME = re.compile(r'[; ]name="?([^";]{1,100})')
_KNOWN = re.compile(r"(/qr/[0-9a-f]+\.|urn(?::|%3a)customer-token(?::|%3a))[^&\s\"/.]++", re.IGNORECASE)
"""Secrets that no name tells."""


def is_secret(name: str) -> bool:
    """Whether what stands under this name is a secret."""
    plain = _bare(name).removesuffix("s")
    return plain.endswith(_ENDINGS) or plain in _WHOLE


def _is_secret_in_forms(name: str) -> bool:
    return is_secret(name) or _bare(name) in _IN_FORMS


def redact(text: str, *, loose: bool = True) -> str:
    """The text without the values of secret JSON members, form, query and multipart fields, and known secrets.

    ``loose``: what looks like a name and its value is such, as in a pasted ``client_secret: x``.
    """
    if not _SUSPICIOUS.search(text):
        return text
    if '"' in text:
        text = _INPUT.sub(_input, _json(text))
        if "form-data" in text:
            text = _multipart(text)
    text = _FORM.sub(_form, _KNOWN.sub(rf"\1{REDACTED}", text))
    text = _USER.sub(rf"\1{REDACTED}", text)
    if loose:
        text = _LOOSE.sub(_loose, text)
    return _BEARER.sub(rf"\1{REDACTED}", text)


def redact_query(text: str) -> str:
    """The same of a query, also of what is encoded in it: JSON, or an address with a query of its own."""
    return "&".join(map(_pair, text.split("&")))


def _pair(pair: str) -> str:
    name, equals, value = pair.partition("=")
    if equals and _is_secret_in_forms(name):
        return f"{name}={REDACTED}"
    return f"{_decoded(name)}{equals}{_decoded(value)}"


def _decoded(text: str) -> str:
    decoded = unquote(text)
    cleaned = redact(decoded)
    return text if cleaned == decoded else quote(cleaned, safe="?/:+[]{},\"'=")


def redact_header(name: str, value: str) -> str:
    """A header's value, without what is secret of it."""
    return REDACTED if is_secret(name) else redact(value)


def _bare(name: str) -> str:
    return "".join(filter(str.isalnum, unquote(name))).lower()


def _json(text: str) -> str:
    parts, done, at = [], 0, text.find('"')
    while at >= 0 and (name := _STRING.match(text, at)):
        at = name.end()
        colon = _COLON.match(text, at)
        if colon is not None and is_secret(_unescaped(name[0])) and (end := _end_of_value(text, colon.end())):
            parts += [text[done : colon.end()], f'"{REDACTED}"']
            done = at = end
        at = text.find('"', at)
    return "".join((*parts, text[done:]))


def _end_of_value(text: str, at: int) -> int | None:
    """Where a secret's value ends; None for true, false and null, which tell nothing."""
    first = text[at : at + 1]
    if first == '"':
        string = _STRING.match(text, at)
        return string.end() if string is not None else None
    if first in ("[", "{"):
        return _end_of_nested(text, at)
    plain = _PLAIN.match(text, at)
    return None if plain is None or plain[0] in ("", "true", "false", "null") else plain.end()


def _end_of_nested(text: str, at: int) -> int:
    depth = 0
    while (found := _BRACKET_OR_STRING.search(text, at)) is not None:
        at = found.end()
        if found[0] == '"':
            string = _STRING.match(text, found.start())
            at = string.end() if string is not None else len(text)
            continue
        depth += 1 if found[0] in "[{" else -1
        if depth == 0:
            return at
    return len(text)


def _unescaped(name: str) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda escape: chr(int(escape[1], 16)), name)


def _multipart(text: str) -> str:
    """The text, line by line: after the headers of a secret's part comes its value, up to the next boundary."""
    lines, secret, within = text.split("\n"), False, False
    for number, line in enumerate(lines):
        if line.startswith("--"):
            secret = within = False
        elif within and secret:
            lines[number] = REDACTED
        elif not within and "form-data" in line:
            name = _PART_NAME.search(line)
            secret = name is not None and is_secret(name[1])
        elif not line.strip():
            within = True
    return "\n".join(lines)


def _loose(match: re.Match[str]) -> str:
    name = match[1].rstrip("\\'\" \t:=>")
    secret = is_secret(name) and match[2] not in ("true", "false", "null", "None", REDACTED.rstrip("]"))
    return f"{match[1]}{REDACTED}" if secret else match[0]


def _input(match: re.Match[str]) -> str:
    return f"{match[1]}{REDACTED}" if _is_secret_in_forms(match[2]) else match[0]


def _form(match: re.Match[str]) -> str:
    name = match[1][:-1]
    return f"{match[1]}{REDACTED}" if _is_secret_in_forms(name) else match[0]
