"""What kind of URL a merchant sent (knowledge base: URL validation)."""

import ipaddress
import re
from enum import Enum, auto
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

MAXIMUM_LENGTH = 2500
"""Characters; the official ePayment specification gives it for returnUrl."""

_FORBIDDEN = re.compile(r'[\x00-\x20<>"\\\x7f]')
_PLAIN = re.compile(r"https://([a-z0-9][a-z0-9.-]*[a-z])(?:[/?#]|$)")
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")
_BARE_HOST = re.compile(r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d+)?(/|\?|$)|^localhost(:\d+)?(/|\?|$)")
_FORBIDDEN_SCHEMES = frozenset({"javascript", "data", "vbscript", "file", "blob", "about"})
_LOCAL_SUFFIXES = (".local", ".localhost", ".internal", ".test", ".lan")


class UrlKind(Enum):
    """How the platform would take a URL."""

    PUBLIC = auto()
    """https and a public host: accepted everywhere."""
    APP = auto()
    """A custom scheme with a path, for returning to an app."""
    LOCAL = auto()
    """http, loopback, private or without a dot: the real platform refuses it."""
    BARE = auto()
    """A host without a scheme: plugins send it, the real platform may refuse it."""
    INVALID = auto()


def classify(url: str) -> UrlKind:
    """Tell what kind of URL this is, without looking anything up."""
    if not url or len(url) > MAXIMUM_LENGTH or _FORBIDDEN.search(url):
        return UrlKind.INVALID
    if plain := _PLAIN.match(url):
        return UrlKind.LOCAL if is_local_host(plain[1]) else UrlKind.PUBLIC
    if _BARE_HOST.match(url):
        return UrlKind.BARE
    if not _SCHEME.match(url):
        return UrlKind.INVALID
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return UrlKind.INVALID
    if parts.scheme in ("http", "https"):
        return _classify_web(parts)
    return _classify_app(parts)


def _classify_web(parts: SplitResult) -> UrlKind:
    host = parts.hostname
    if not host or parts.username is not None:
        return UrlKind.INVALID
    if parts.scheme == "http" or is_local_host(host):
        return UrlKind.LOCAL
    return UrlKind.PUBLIC


def _classify_app(parts: SplitResult) -> UrlKind:
    if parts.scheme in _FORBIDDEN_SCHEMES:
        return UrlKind.INVALID
    return UrlKind.APP if parts.netloc or parts.path.strip("/") else UrlKind.INVALID


@lru_cache(maxsize=256)
def is_local_host(host: str) -> bool:
    """True for loopback and private addresses, and for names that no public resolver knows."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        name = host.lower().rstrip(".")
        return "." not in name or name.endswith(_LOCAL_SUFFIXES)
