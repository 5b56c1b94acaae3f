"""Where every number and name comes from that the platform makes up: one source, which a seed makes repeatable."""

import random
import uuid
from base64 import b64encode, urlsafe_b64encode


class Ids:
    """Draws ids; the same seed draws the same ones in the same order. Without a seed: different at each start."""

    def __init__(self, seed: str | None = None) -> None:
        self._seed = seed
        self._random = random.Random(seed)

    def branch(self, name: str) -> None:
        """Go on with ids that belong to this name: others than before, and with a seed always the same ones."""
        if self._seed is not None:
            self._random = random.Random(f"{self._seed}/{name}")

    def psp_reference(self) -> str:
        """18 digits, practically unique."""
        return str(10**17 + self._random.getrandbits(59) % (9 * 10**17))

    def number(self, digits: int) -> str:
        """So many digits, the first not 0."""
        low = 10 ** (digits - 1)
        return str(self._random.randrange(low, 10 * low))

    def client_secret(self) -> str:
        """192 random bits as 32 characters of base64."""
        return b64encode(self._random.randbytes(24)).decode()

    def guid(self) -> str:
        """A random UUID in its usual form."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def secret(self) -> str:
        """128 random bits as 32 hex digits, for what must not be guessed."""
        return f"{self._random.getrandbits(128):032x}"

    def key(self) -> str:
        """384 random bits as 64 characters of base64, for what messages are signed with."""
        return b64encode(self._random.randbytes(48)).decode()

    def opaque(self) -> str:
        """A code or login token: two parts of 256 random bits each, in URL-safe base64, with a dot between."""
        parts = (urlsafe_b64encode(self._random.randbytes(32)).decode().rstrip("=") for _ in range(2))
        return ".".join(parts)

    def auth_req_id(self) -> str:
        """160 random bits as 27 characters of URL-safe base64."""
        return urlsafe_b64encode(self._random.randbytes(20)).decode().rstrip("=")

    def numbers(self) -> tuple[int, ...]:
        """Three different numbers of two digits, to be told apart by a person."""
        return tuple(self._random.sample(range(10, 100), 3))

    def chance(self) -> float:
        """A number from 0 (included) to 1 (excluded), evenly."""
        return self._random.random()

    def trace_id(self) -> str:
        """A W3C traceparent, sampled."""
        return f"00-{self._random.getrandbits(128):032x}-{self._random.getrandbits(64):016x}-01"
