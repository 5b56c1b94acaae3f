"""Streams of requests, as a seed has it."""

from dataclasses import dataclass
from itertools import pairwise
from random import Random

LAST = "last"
"""The path of a plain request at the end of each stream, which asks to close."""
_METHODS = (b"GET", b"POST", b"POST", b"POST", b"PUT", b"DELETE", b"HEAD", b"OPTIONS", b"CONNECT", b"post", b"PRI")
_VERSIONS = (*(b"HTTP/1.1",) * 12, b"HTTP/1.0", b"HTTP/1.0", b"HTTP/2.0", b"HTTP/1.2", b"http/1.1", b"")
_ENDS = (*(b"\r\n",) * 60, b"\n", b"\r", b"\r\r\n", b"\n\r\n", b" \r\n")
_LENGTHS = (
    "{}",
    "{}",
    "{}",
    "{}",
    "0{}",
    "+{}",
    " {} ",
    "{}, {}",
    "{},0",
    "-{}",
    "0x{:x}",
    "{}\t",
    "{}.0",
    "{}\x0b",
    "\x0b{}",
)
_CODINGS = (
    *(b"chunked",) * 8,
    *(b"Chunked", b"CHUNKED", b" chunked ", b"chunked\t", b"identity", b"gzip", b"gzip, chunked", b"chunked, gzip"),
    *(
        b"chunked, chunked",
        b"chunked,",
        b",chunked",
        b"xchunked",
        b"chunkedx",
        b"\x0bchunked",
        b'"chunked"',
        b"chunked;q=1",
    ),
    *(b"chunk", b"", b"chunked\x00", b"identity, chunked", b"ch\tunked"),
)
_TE_NAMES = (
    *(b"Transfer-Encoding",) * 8,
    b"transfer-encoding",
    b"TRANSFER-ENCODING",
    b"Transfer_Encoding",
    b"Transfer-Encoding ",
)
_SIZES = (
    *("{:x}",) * 12,
    "{:X}",
    "0{:x}",
    "0x{:x}",
    "+{:x}",
    " {:x}",
    "{:x} ",
    "{:x};a=b",
    '{:x};a="\r\n"',
    "{:x};",
    "{:x}\t",
    "-{:x}",
)
_OFFERS = (
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk",
    b"Connection: upgrade\r\nUpgrade: H2C",
    b"connection:upgrade\r\nupgrade:h2c",
    b"Connection: upgrade\r\nUpgrade: h2c, foo",
    b"Upgrade: websocket\r\nConnection: keep-alive, Upgrade",
    b"Upgrade: h2c",
    b"Connection: upgrade",
)
_ODD = (
    *(
        b"X: a",
        b"X:a",
        b"X:",
        b"X: a\r\n b",
        b"X: a\r\n\tb",
        b" X: a",
        b"X : a",
        b"X",
        b": a",
        b"X: a\nY: b",
        b"X: a\rY: b",
    ),
    *(b"X: a\x00", b"X\x00: a", b"Host: other", b"Connection: close", b"Connection: keep-alive", b"Expect: nothing"),
    *(b"Content-Length", b"X: \xff\xfe", b"X(: a", b"Trailer: X", b"TE: trailers", b"X: GET / HTTP/1.1"),
)


@dataclass(frozen=True)
class Stream:
    """The bytes of one connection, and where they are split. ``name`` begins the path of each request in it."""

    name: str
    content: bytes
    cuts: tuple[int, ...]

    @property
    def segments(self) -> list[bytes]:
        """The content, cut."""
        places = (0, *self.cuts, len(self.content))
        return [self.content[a:b] for a, b in pairwise(places) if a < b]


def stream(seed: int) -> Stream:
    """The stream of a seed."""
    chance = Random(seed)
    name = f"s{seed}"
    parts = [_request(chance, name, number) for number in range(chance.choice((1, 1, 2, 2, 3)))]
    if chance.random() < 0.05:
        parts.insert(chance.randrange(len(parts) + 1), chance.choice((b"\r\n", b"\r\n\r\n", b"\n", b"\x00", b" ")))
    content = b"".join(parts) + b"GET /%b/%b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % (
        name.encode(),
        LAST.encode(),
    )
    if chance.random() < 0.1:
        place = chance.randrange(len(content) - 60)
        if name.encode() not in content[max(0, place - 10) : place + 10]:  # what tells streams apart behind a proxy
            content = content[:place] + bytes([chance.randrange(256)]) + content[place + chance.randrange(2) :]
    cuts = sorted(chance.sample(range(1, len(content)), chance.choice((0, 0, 1, 2, 5, min(40, len(content) - 1)))))
    return Stream(name, content, tuple(cuts))


def _request(chance: Random, name: str, number: int) -> bytes:
    """One request: most have no more than one thing that is odd, since the first ends the stream."""
    odd = chance.random() < 0.4
    end = chance.choice(_ENDS) if odd and chance.random() < 0.15 else b"\r\n"
    method = chance.choice(_METHODS) if odd else chance.choice(_METHODS[:5])
    path = f"/{name}/{number}".encode()
    if chance.random() < 0.1:
        path = b"http://elsewhere.example" + path
    version = chance.choice(_VERSIONS) if odd and chance.random() < 0.15 else b"HTTP/1.1"
    headers = [b"Host: x"] if chance.random() < 0.97 else []
    body = b""
    if method not in (b"GET", b"HEAD") or chance.random() < 0.2:
        framing, body = _framed(chance, name, odd)
        headers += framing
    if chance.random() < 0.25:
        headers.append(chance.choice(_OFFERS))
    if odd and chance.random() < 0.4:
        headers.append(chance.choice(_ODD))
    chance.shuffle(headers)
    return end.join([b" ".join(filter(None, (method, path, version))), *headers, b"", b""]) + body


def _framed(chance: Random, name: str, odd: bool) -> tuple[list[bytes], bytes]:
    """Headers that say how long a body is, and the body."""
    hidden = f"GET /{name}/hidden HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    payload = chance.choice((b"", b"a", b"abc", b"0\r\n\r\n", b"0\r\n\r\n" + hidden, hidden, b"\r\n", b"x" * 300))
    kind = chance.choice(("length", "length", "chunks", "chunks", "none") + (("both", "twice") if odd else ()))
    length = (chance.choice(_LENGTHS) if odd else "{}").format(len(payload), len(payload)).encode()
    lengths = [b"Content-Length: " + length]
    name_, coding = (chance.choice(_TE_NAMES), chance.choice(_CODINGS)) if odd else (_TE_NAMES[0], _CODINGS[0])
    codings = [name_ + b": " + coding]
    match kind:
        case "length":
            return lengths, payload
        case "chunks":
            return codings, _chunked(chance, payload, odd)
        case "both":
            return lengths + codings, chance.choice((payload, _chunked(chance, payload, odd)))
        case "twice":
            other = str(len(payload) + chance.choice((0, 0, 1, -1))).encode()
            return chance.choice(([*lengths, b"Content-Length: " + other], [*codings, *codings])), payload
        case _:
            return [], b"" if not odd else payload


def _chunked(chance: Random, payload: bytes, odd: bool) -> bytes:
    place = chance.randrange(len(payload) + 1)
    made = b""
    for part in filter(None, (payload[:place], payload[place:])):
        end = chance.choice(_ENDS) if odd and chance.random() < 0.2 else b"\r\n"
        size = chance.choice(_SIZES) if odd and chance.random() < 0.4 else "{:x}"
        made += size.format(len(part)).encode() + end + part + (chance.choice(_ENDS) if odd else b"\r\n")
    trailer = chance.choice((b"", b"", b"", b"X: a\r\n", b"Content-Length: 5\r\n", b"Host: other\r\n"))
    last = chance.choice((b"0", b"0", b"0", b"00", b"0;a", b"000000")) if odd else b"0"
    return made + last + b"\r\n" + trailer + b"\r\n"
