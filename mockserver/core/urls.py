"""What kind of URL a merchant sent, what is wrong with it, and how it goes over the wire (knowledge base: URL
validation; RFC 3986, 3987).
"""

import ipaddress
import re
from contextlib import suppress
from enum import Enum, auto
from functools import lru_cache
from urllib.parse import SplitResult, quote, urlsplit

MAXIMUM_LENGTH = 2500
"""Characters; the official ePayment specification gives it for returnUrl."""

_FORBIDDEN = re.compile(r'[\x00-\x20<>"\\\x7f-\x9f\ud800-\udfff]')
_PLAIN = re.compile(r"https://(?!xn--)((?:(?!xn--)[a-z0-9-]{1,63}\.){1,3}[a-z]{2,63})(?:[/?#]|$)")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_BARE_HOST = re.compile(r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d+)?(/|\?|$)|^localhost(:\d+)?(/|\?|$)")
_HOST_NAME = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?", re.ASCII)
_LIKE_AN_ADDRESS = re.compile(r"[0-9]+.[0-9]+.[0-9]+.[0-9]+", re.ASCII)
_SHORT_ADDRESS = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+)){0,3}", re.ASCII)
_LOCAL_SUFFIXES = (".local", ".localhost", ".internal", ".test", ".lan")
_NO_APP = re.compile(
    "about|blob|chrome|data|dav|feed|file|filesystem|ftps?|git|gopher|imap|ircs?|jar|javascript|ldaps?|magnet|mailto"
    "|news|nfs|nntp|pop|resource|rsync|rtmp|rtsp|sftp|sips?|sms|smb|smtp|ssh|svn|tel|telnet|tftp|urn|vbscript"
    "|view-source|wss?|xmpp"
)
"""Schemes that belong to a protocol or to the browser, so that no app can have them."""
_NO_SCHEME = "Must begin with its scheme, as in https://shop.example.com"
_PREFIX = re.compile(r"(?:/(?!\.{1,2}(?:/|\Z))[A-Za-z0-9._~-]+)*")
_LONGEST_PREFIX = 200
_SPACE = re.compile(r"[\x00-\x20]")
_UNSAFE = re.compile(r"[^\x21-\x7e]+")


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


class _BadUrl(ValueError):
    """Nobody takes this URL; the message says what is wrong with it."""


def classify(url: str) -> UrlKind:
    """Tell what kind of URL this is, without looking anything up."""
    try:
        return _kind(url)
    except _BadUrl:
        return UrlKind.INVALID


def prefix_flaw(path: str) -> str | None:
    """What keeps a path from being one that a whole server may stand below, such as /vipps; None when nothing does.

    It has plain characters only, which nobody escapes on the way; nothing at all will do too.
    """
    if len(path) > _LONGEST_PREFIX:
        return f"its path has more than {_LONGEST_PREFIX} characters"
    if not _PREFIX.fullmatch(path):
        return "its path may have only letters, digits and . _ ~ - between single slashes"
    return None


def flaw(url: str, *, app: bool = False, local: bool = False) -> str | None:
    """What is wrong with a URL that has to be https with a public host, as a sentence; None when nothing is.

    ``app``: an app's own scheme will do too. ``local``: http and hosts that only this network knows will do too.
    """
    try:
        kind = _kind(url)
    except _BadUrl as bad:
        return str(bad)
    if kind is UrlKind.PUBLIC or (kind is UrlKind.APP and app) or (kind is UrlKind.LOCAL and local):
        return None
    if kind is UrlKind.BARE:
        return _NO_SCHEME
    scheme = url.partition(":")[0]
    if kind is UrlKind.APP:
        return f"Must begin with https://, not with an app's scheme ({scheme[:40]}:)"
    if scheme.lower() == "http":
        return "Must begin with https://, not with http://"
    return f"Must have a public host: {(urlsplit(url).hostname or '')[:100]} is known on this network only"


def kept_flaw(url: str, *, called: bool = False) -> str | None:
    """What is wrong with a URL that was taken once, maybe by an earlier version, which knew fewer rules.

    ``called``: the emulator sends requests there. Those that cannot be sent fail, as they did then.
    """
    if called and not url.startswith(("http://", "https://")):
        return "must be an http or https URL"
    return None if 0 < len(url) <= MAXIMUM_LENGTH and not _SPACE.search(url) else "must be a URL"


def _kind(url: str) -> UrlKind:
    if (plain := _PLAIN.match(url)) and len(url) <= MAXIMUM_LENGTH and not _FORBIDDEN.search(url):
        return UrlKind.LOCAL if is_local_host(plain[1]) else UrlKind.PUBLIC
    if not url:
        raise _BadUrl("Must not be empty")
    if len(url) > MAXIMUM_LENGTH:
        raise _BadUrl(f"Must have at most {MAXIMUM_LENGTH} characters: it has {len(url)}")
    if forbidden := _FORBIDDEN.search(url):
        raise _BadUrl(_forbidden(forbidden[0]))
    if _BARE_HOST.match(url):
        return UrlKind.BARE
    if not (scheme := _SCHEME.match(url)):
        raise _BadUrl(_NO_SCHEME)
    name = scheme[1].lower()
    if name not in ("http", "https"):
        return _app(url, name)
    return _web(url)


def _forbidden(character: str) -> str:
    if character == " ":
        return "Must not contain a space: write %20 in its place"
    if character.isprintable():
        return f"Must not contain {character}: write {quote(character)} in its place"
    return f"Must not contain the control character U+{ord(character):04X}"


def _app(url: str, scheme: str) -> UrlKind:
    if _NO_APP.fullmatch(scheme):
        raise _BadUrl(f"The scheme {scheme}: is not accepted")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise _BadUrl("The host is not valid") from None
    if not parts.netloc and not parts.path.strip("/"):
        raise _BadUrl(f"An app's scheme needs a path, as in {scheme[:40]}://return")
    return UrlKind.APP


def _web(url: str) -> UrlKind:
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:  # brackets that are no IPv6 address, or letters that stand for other ones
        raise _BadUrl("The host is not valid") from None
    if "@" in parts.netloc:
        raise _BadUrl("Must not contain a user name or password")
    if not host:
        raise _BadUrl("Must name a host")
    _check_port(parts)
    name = _address(host, ipaddress.IPv6Address) if parts.netloc.startswith("[") else _ascii_host(host)
    if parts.scheme == "http" or is_local_host(name):
        return UrlKind.LOCAL
    return UrlKind.PUBLIC


def _check_port(parts: SplitResult) -> None:
    port = parts.netloc.rpartition("]")[2].partition(":")[2]
    if port and not (port.isascii() and port.isdigit() and len(port) <= 5 and 1 <= int(port) <= 65535):
        raise _BadUrl(f"The port must be a number from 1 to 65535: it is {port[:20]}")


def _ascii_host(host: str) -> str:
    """A name or IPv4 address as it is looked up: an internationalised one in punycode."""
    if not host.isascii() or "xn--" in host:
        host = _punycode(host)
    if not _HOST_NAME.fullmatch(host.lower()):
        raise _BadUrl(f"The host is not valid: {host[:100]}")
    if _LIKE_AN_ADDRESS.fullmatch(host):  # as the HTTP client has it, which takes no other for a name
        return _address(host, ipaddress.IPv4Address)
    return host


def _address(host: str, version: type[ipaddress.IPv4Address] | type[ipaddress.IPv6Address]) -> str:
    try:
        if "%" in host:
            raise ValueError("an interface of one machine only")
        version(host)
    except ValueError:
        raise _BadUrl(f"The host is not a valid address: {host[:100]}") from None
    return host


def _punycode(host: str) -> str:
    import idna

    try:
        encoded = idna.encode(host, uts46=True).decode()
        idna.decode(encoded)
    except idna.IDNAError:
        raise _BadUrl(f"The host is not a valid internationalised name: {host[:100]}") from None
    return encoded


def ascii_host(host: str) -> str:
    """A host's name in small letters as it is looked up; what is no name stays as it is."""
    try:
        return _ascii_host(host.lower())
    except _BadUrl:
        return host.lower()


@lru_cache(maxsize=256)
def is_local_host(host: str) -> bool:
    """True for loopback and private addresses, other forms of addresses, and names that no public resolver knows."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        name = host.lower().rstrip(".")
        return "." not in name or name.endswith(_LOCAL_SUFFIXES) or bool(_SHORT_ADDRESS.fullmatch(name))


def leads_away(url: str) -> bool:
    """Whether a browser that follows this address goes to a server or an app, and runs or opens nothing where it is.

    Links and redirects ask, since what was taken by an earlier version, or came with a world or a state, is kept.
    """
    scheme = _SCHEME.match(url)
    return not _SPACE.search(url) and (scheme is None or not _NO_APP.fullmatch(scheme[1].lower()))


def on_the_wire(url: str) -> str:
    """A URL that is taken as it is sent and signed: ASCII without a fragment, byte for byte where it was ASCII.

    What is not ASCII in path and query is percent-encoded as UTF-8, an internationalised host becomes punycode.
    """
    sent = url.partition("#")[0]
    if sent.isascii():
        return sent
    scheme, _, rest = sent.partition("://")
    authority = urlsplit(sent).netloc
    target = _UNSAFE.sub(_percent_encoded, rest[len(authority) :])
    if not authority.isascii():
        host, colon, port = authority.partition(":")
        with suppress(_BadUrl):  # kept from an earlier version, and nobody can be reached there
            host = _ascii_host(host)
        authority = _UNSAFE.sub(_percent_encoded, host) + colon + port
    return f"{scheme}://{authority}{target}"


def _percent_encoded(match: re.Match[str]) -> str:
    return quote(match[0], safe="")
