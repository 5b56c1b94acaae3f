"""Short digests, for scopes of keys and for things that must come out the same every time."""

from hashlib import blake2b


def digest(content: bytes) -> bytes:
    """16 bytes that stand for these."""
    return blake2b(content, digest_size=16).digest()


def stable_number(text: str, digits: int) -> str:
    """The same number of so many digits for the same text, not beginning with 0."""
    low = 10 ** (digits - 1)
    return str(low + int.from_bytes(digest(text.encode()), "big") % (9 * low))
