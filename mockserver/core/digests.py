"""Short digests, for scopes of keys and for things that must come out the same every time."""

from hashlib import blake2b


def digest(content: bytes) -> bytes:
    """16 bytes that stand for these."""
    return blake2b(content, digest_size=16).digest()


def name_sum(name: str | bytes) -> int:
    """32 bits that a name is looked up by in this process.

    Python's own hash has a random key (SipHash), so nobody outside can choose names that share a sum, as they can for
    CRC-32; and it is as fast.
    """
    return hash(name) & 0xFFFFFFFF


def stable_number(text: str, digits: int) -> str:
    """The same number of so many digits for the same text, not beginning with 0."""
    low = 10 ** (digits - 1)
    return str(low + int.from_bytes(digest(text.encode()), "big") % (9 * low))
