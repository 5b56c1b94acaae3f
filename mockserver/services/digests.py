"""Short digests, for scopes of keys and for things that must come out the same every time."""

from hashlib import blake2b


def digest(*parts: bytes) -> bytes:
    """16 bytes that stand for these parts, each kept apart from its neighbours."""
    total = blake2b(digest_size=16)
    for part in parts:
        total.update(len(part).to_bytes(8, "big"))
        total.update(part)
    return total.digest()


def stable_number(text: str, digits: int) -> str:
    """The same number of so many digits for the same text, not beginning with 0."""
    low = 10 ** (digits - 1)
    return str(low + int.from_bytes(digest(text.encode()), "big") % (9 * low))
