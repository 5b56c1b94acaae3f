"""Hostile requests: bodies, queries and headers that are small to write and may be slow to read."""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

LIMIT: Final = 1024 * 1024 - 64
"""Bytes of a body: as many as a server takes by default, less what stands around it."""
HEAD: Final = 60 * 1024
"""Bytes of a query, or of all headers."""
FORM: Final = 64 * 1024 - 256
"""Bytes of a form's body."""
Shape = Callable[[int], bytes]
"""Makes a body of about so many bytes."""
Parts = tuple[bytes, bytes, tuple[tuple[bytes, bytes], ...]]
"""Body, query and headers."""
Request = Callable[[int], Parts]
"""Makes a request whose body has about so many bytes, and whose other parts are smaller in the same proportion."""


def _repeated(one: bytes, before: bytes = b"[", after: bytes = b"]", between: bytes = b",") -> Shape:
    def make(size: int) -> bytes:
        times = max(1, (size - len(before) - len(after)) // (len(one) + len(between)))
        return before + between.join([one] * times) + after

    return make


def _members(value: bytes) -> Shape:
    def make(size: int) -> bytes:
        return b"{" + b",".join(b'"a%06d":%b' % (n, value) for n in range(size // (11 + len(value)))) + b"}"

    return make


def _within(name: str, shape: Shape, given: dict[str, Any]) -> Shape:
    """A good body with one field of a hostile shape."""
    begin = json.dumps({key: value for key, value in given.items() if key != name}).encode()[:-1]
    begin += (b", " if len(begin) > 1 else b"") + json.dumps(name).encode() + b": "
    return lambda size: begin + shape(size - len(begin) - 1) + b"}"


PAYMENT: Final = {
    "amount": {"currency": "NOK", "value": 100},
    "paymentMethod": {"type": "WALLET"},
    "reference": "reference-1",
    "userFlow": "WEB_REDIRECT",
    "returnUrl": "https://shop.example.com/",
}
_LINE = b'{"name":"a","id":"1","totalAmount":1,"totalAmountExcludingTax":1,"totalTaxAmount":1}'
SHAPES: Final[dict[str, Shape]] = {
    "lists": _repeated(b"[]"),
    "objects": _repeated(b"{}"),
    "texts": _repeated(b'""'),
    "texts without commas": lambda size: b'""' * (size // 2),
    "members": _members(b"1"),
    "members that are objects": _members(b"{}"),
    "lists that were never opened": lambda size: b"]" * (size - 1100) + b"," * 1100,
    "deep lists": lambda size: b"[" * (size // 2) + b"]" * (size // 2),
    "deep objects": lambda size: b'{"a":' * (size // 6) + b"1" + b"}" * (size // 6),
    "a long text": lambda size: b'"' + b"x" * (size - 2) + b'"',
    "escapes": lambda size: b'"' + b"\\u00e6" * (size // 6) + b'"',
    "quotes": lambda size: b'"' + b'\\"' * (size // 2 - 1) + b'"',
    "an open text": lambda size: b'"' + b'\\"' * (size // 2 - 1),
    "digits": lambda size: b"9" * size,
    "names of secrets": _members(b'"client_secret: x token=y"'),
    "equals": lambda size: b"a=b&" * (size // 4),
    "colons": lambda size: b"a: 'b' " * (size // 7),
    "a bearer": lambda size: b"Bearer " * (size // 7),
    "tokens": lambda size: b"eyJaaaaaaaa." * (size // 12),
    "a payment with many members": lambda size: _within("zzz", _members(b"1"), PAYMENT)(size),
    "a payment with a thousand members": lambda size: json.dumps(
        PAYMENT | {f"member-{n}" + "x" * (size // 1100): 1 for n in range(990)}
    ).encode(),
    "a payment with lines": lambda size: _within(
        "receipt", _repeated(_LINE, b'{"orderLines":[', b'],"bottomLine":{"currency":"NOK"}}'), PAYMENT
    )(size),
    "a payment with a thousand wrong lines": lambda size: _within(
        "receipt", _repeated(b"{}" + b" " * (size // 1000), b'{"orderLines":[', b'],"bottomLine":{}}'), PAYMENT
    )(size),
    "a payment with a long address": lambda size: _within("returnUrl", SHAPES["a long text"], PAYMENT)(size),
    "events": lambda size: _within(
        "events", _repeated(b'"' + b"x" * (size // 1000) + b'"'), {"url": "https://shop.example.com/"}
    )(size),
}
"""By a name for people."""
FORMS: Final[dict[str, Shape]] = {
    "a long field": lambda size: b"&a=" + b"x" * size,
    "a long number": lambda size: b"&amount=" + b"9" * size,
    "escapes in a field": lambda size: b"&a=" + b"%C3%A6" * (size // 6),
    "wrong escapes in a field": lambda size: b"&a=" + b"%%%" * (size // 3),
    "many fields": lambda size: b"&a=b" * (size // 4),
}
"""What stands behind the fields that a page asks for."""


def requests(method: str, form: bytes | None) -> Iterator[tuple[str, Request]]:
    """By a name for people; ``form``: the fields that a form has to have, None where it is none."""
    if method != "GET":
        for name, shape in SHAPES.items():
            yield name, lambda size, shape=shape: (shape(size), b"", ())  # type: ignore[misc]
    if form is not None:
        for name, shape in FORMS.items():
            yield name, lambda size, shape=shape: (form + shape(size * FORM // LIMIT - len(form)), b"", ())  # type: ignore[misc]
    share = LIMIT // HEAD
    yield "many parameters", lambda size: (b"", b"a=b&" * (size // share // 4), ())
    yield "parameters of other names", lambda size: (
        b"", b"&".join(b"a%d=" % n for n in range(size // share // 8)), (),
    )  # fmt: skip
    yield "a long parameter", lambda size: (b"", b"limit=" + b"9" * (size // share), ())
    yield "many headers", lambda size: (b"", b"", ((b"x-a", b"b"),) * (size // share // 8))
    yield "a long header", lambda size: (b"", b"", ((b"cookie", b"a=b; " * (size // share // 5)),))
