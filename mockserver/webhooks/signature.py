"""The signature of webhooks (webhooks guide): HMAC-SHA256 over method, path, date, host and a hash of the body."""

import base64
import datetime
import email.utils
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import unquote, urlsplit

from mockserver.core.values import frozen

SIGNED_HEADERS = "x-ms-date;host;x-ms-content-sha256"
_PREFIX = f"HMAC-SHA256 SignedHeaders={SIGNED_HEADERS}&Signature="
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LONGEST_ADDITION = 100
"""Characters that somebody put before or behind a secret."""
FRESH = 300
"""Seconds by which a receiver lets the date differ from its own clock."""


def host_of(url: str) -> str:
    """The Host header: with the port when the URL has one that is not its scheme's own."""
    parts = urlsplit(url)
    name = parts.netloc.rpartition("@")[2]
    if name.endswith(":") or (parts.port is not None and parts.port == _DEFAULT_PORTS.get(parts.scheme)):
        name = name.rpartition(":")[0]
    return name


def target_of(url: str) -> str:
    """Path and query as they stand in the request line."""
    authority = urlsplit(url).netloc
    tail = url.partition("#")[0].partition(f"//{authority}")[2]
    return tail if tail.startswith("/") else f"/{tail}"


def http_date(seconds: float) -> str:
    """An RFC 1123 date in GMT, of seconds since 1970."""
    return email.utils.format_datetime(datetime.datetime.fromtimestamp(seconds, datetime.UTC), usegmt=True)


def content_hash(body: bytes) -> str:
    """What x-ms-content-sha256 says."""
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


def _signature(secret: str, target: str, date: str, host: str, content: str) -> str:
    text = f"POST\n{target}\n{date};{host};{content}"
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), "sha256")).decode()


def sign(secret: str, url: str, body: bytes, seconds: float) -> dict[str, str]:
    """The headers of a delivery to a URL as it goes over the wire.

    ``seconds`` since 1970 by the wall clock, which receivers compare with theirs.
    """
    date, host, content = http_date(seconds), host_of(url), content_hash(body)
    return {
        "x-ms-date": date,
        "x-ms-content-sha256": content,
        "Host": host,
        "Authorization": _PREFIX + _signature(secret, target_of(url), date, host, content),
    }


@frozen
class Finding:
    """One part of a delivery: whether it is right, and in words what is."""

    part: str
    right: bool
    words: str


def examine(secret: str, url: str, headers: dict[str, str], body: bytes, now: float | None) -> list[Finding]:
    """Look at each part of a received delivery; it is genuine when all findings are right.

    ``headers`` by lower-case name. ``now`` in seconds since 1970, or None to leave the age of the date out.
    A wrong signature is tried against the usual mistakes, so that the finding can name what differs.
    """
    missing = [
        Finding(name, False, "the header is missing")
        for name in ("x-ms-date", "x-ms-content-sha256", "host", "authorization")
        if not headers.get(name)
    ]
    if missing:
        return missing
    date, content, host = headers["x-ms-date"], headers["x-ms-content-sha256"], headers["host"]
    return [
        _body_finding(content, body),
        _date_finding(date, now),
        _host_finding(host, url),
        _signature_finding(secret, url, date, host, content, headers["authorization"]),
    ]


def _body_finding(content: str, body: bytes) -> Finding:
    if content == content_hash(body):
        return Finding("body hash", True, "x-ms-content-sha256 is the SHA-256 of the body")
    for words, other in (
        ("the body has a line break at its end that was not sent", body.rstrip(b"\r\n")),
        ("the body is without the line break that was sent", body + b"\n"),
    ):
        if other != body and content == content_hash(other):
            return Finding("body hash", False, words)
    return Finding(
        "body hash", False, "the body is not the one that was sent: take the raw bytes, not JSON written again"
    )


def _date_finding(date: str, now: float | None) -> Finding:
    try:
        sent = email.utils.parsedate_to_datetime(date).timestamp()
    except ValueError:
        return Finding("date", False, f"x-ms-date is no RFC 1123 date: {date}")
    if now is not None and abs(now - sent) > FRESH:
        return Finding("date", False, f"x-ms-date is {abs(now - sent):.0f} seconds off, {FRESH} are allowed")
    return Finding("date", True, "x-ms-date is an RFC 1123 date" + (" of now" if now is not None else ""))


def _host_finding(host: str, url: str) -> Finding:
    if host == host_of(url):
        return Finding("host", True, f"the Host header is the URL's: {host}")
    return Finding("host", False, f"the Host header is {host}, the registered URL's is {host_of(url)}")


def _signature_finding(secret: str, url: str, date: str, host: str, content: str, authorization: str) -> Finding:
    if not authorization.startswith(_PREFIX):
        return Finding("authorization", False, f"the header does not begin with {_PREFIX}")
    given, target = authorization.removeprefix(_PREFIX), target_of(url)
    if hmac.compare_digest(given.encode(), _signature(secret, target, date, host, content).encode()):
        return Finding("signature", True, "the signature is right for this secret, path, date, host and body hash")
    return Finding("signature", False, _explain(given, secret, url, date, host, content))


def _explain(given: str, secret: str, url: str, date: str, host: str, content: str) -> str:
    target = target_of(url)
    path = urlsplit(url).path or "/"
    guesses = [
        ("the path was signed without its query", secret, path, host),
        ("the path was signed with a slash at its end", secret, f"{path.rstrip('/')}/", host),
        ("the path was signed without the slash at its end", secret, path.rstrip("/") or "/", host),
        ("the host was signed without its port", secret, target, host.rpartition(":")[0] or host),
        ("the host of the URL was signed, not that of the request", secret, target, host_of(url)),
    ]
    for words, other_secret, other_target, other_host in guesses:
        if given == _signature(other_secret, other_target, date, other_host, content):
            return words
    text = f"POST\n{target}\n{date};{host};{content}"
    for words, key in _other_keys(secret):
        if given == base64.b64encode(hmac.digest(key, text.encode(), "sha256")).decode():
            return words
    return "the signature is not one of this secret: another secret, or another path than the registered URL's"


def _other_keys(secret: str) -> Iterator[tuple[str, bytes]]:
    """The keys that a secret stands for which lost its form on the way, each with what happened to it."""
    for words, mended in _mended(secret):
        if mended != secret:
            yield words, mended.encode()
    raw = secret.encode("utf-8", "surrogateescape")
    with suppress(ValueError):
        yield "the secret was decoded from base64: its UTF-8 bytes are the key", base64.b64decode(raw, validate=True)
    yield "the secret is what its characters decode to from base64: they themselves are the key", base64.b64encode(raw)
    with suppress(ValueError):
        yield "the secret is written in hexadecimal", bytes.fromhex(secret)
    with suppress(ValueError):
        decoded = base64.b64encode(bytes.fromhex(secret))
        yield "the secret was decoded from base64 and written in hexadecimal: its UTF-8 bytes are the key", decoded
    for length in range(1, min(len(secret), _LONGEST_ADDITION)):
        yield f"the secret has something in front of it: {secret[:length]}", secret[length:].encode()
        yield f"the secret has something behind it: {secret[-length:]}", secret[:-length].encode()


def _mended(secret: str) -> Iterator[tuple[str, str]]:
    yield "the secret has white space around it", secret.strip()
    yield "the secret's + became spaces (it was form-decoded)", secret.replace(" ", "+")
    yield "the secret has white space in it", "".join(secret.split())
    bare = secret.strip().strip("\"'`\u2018\u2019\u201c\u201d")
    yield "the secret has quotation marks around it", bare
    yield "the secret lost the = at its end", f"{secret}="
    yield "the secret lost the = at its end", f"{secret}=="
    yield "the secret's + and / became - and _ (URL-safe base64)", secret.translate(str.maketrans("-_", "+/"))
    yield "the secret is percent-encoded", unquote(secret)
    with suppress(ValueError):
        yield "the secret is escaped as in JSON", str(json.loads(f'"{bare}"'))
