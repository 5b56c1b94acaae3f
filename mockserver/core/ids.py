"""Where every number and name comes from that the platform makes up: two sources, which a seed makes repeatable.

What must not be guessed has a source of its own: from enough of what is shown to everybody, all that the same source
gives after it can be foretold.
"""

import random
import string
import uuid
from base64 import b64encode, urlsafe_b64encode

_CHARACTERS = string.ascii_letters + string.digits


class Ids:
    """Draws ids; the same seed draws the same ones in the same order. Without a seed: different at each start.

    Without a seed what must not be guessed comes from the operating system; with one, whoever knows it knows all.
    """

    def __init__(self, seed: str | None = None) -> None:
        self._seed = seed
        self._shown = random.Random(seed)
        self._secret = random.SystemRandom() if seed is None else _secrets_of(seed)

    def branch(self, name: str) -> None:
        """Go on with ids that belong to this name: others than before, and with a seed always the same ones."""
        if self._seed is not None:
            branched = f"{self._seed}/{name}"
            self._shown, self._secret = random.Random(branched), _secrets_of(branched)

    def psp_reference(self) -> str:
        """18 digits, practically unique."""
        return str(10**17 + self._shown.getrandbits(59) % (9 * 10**17))

    def number(self, digits: int) -> str:
        """So many digits, the first not 0."""
        low = 10 ** (digits - 1)
        return str(self._shown.randrange(low, 10 * low))

    def characters(self, count: int) -> str:
        """So many letters and digits, for what anybody may see."""
        return "".join(self._shown.choices(_CHARACTERS, k=count))

    def guid(self) -> str:
        """A random UUID in its usual form, for what anybody may see."""
        return str(uuid.UUID(int=self._shown.getrandbits(128), version=4))

    def trace_id(self) -> str:
        """A W3C traceparent, sampled."""
        return f"00-{self._shown.getrandbits(128):032x}-{self._shown.getrandbits(64):016x}-01"

    def chance(self) -> float:
        """A number from 0 (included) to 1 (excluded), evenly."""
        return self._shown.random()

    def secret_guid(self) -> str:
        """A random UUID in its usual form, for what must not be guessed."""
        return str(uuid.UUID(int=self._secret.getrandbits(128), version=4))

    def client_secret(self) -> str:
        """192 random bits as 32 characters of base64."""
        return b64encode(self._secret.randbytes(24)).decode()

    def secret(self) -> str:
        """128 random bits as 32 hex digits, for what must not be guessed."""
        return f"{self._secret.getrandbits(128):032x}"

    def key(self) -> str:
        """384 random bits as 64 characters of base64, for what messages are signed with."""
        return b64encode(self._secret.randbytes(48)).decode()

    def opaque(self) -> str:
        """A code or login token: two parts of 256 random bits each, in URL-safe base64, with a dot between."""
        parts = (urlsafe_b64encode(self._secret.randbytes(32)).decode().rstrip("=") for _ in range(2))
        return ".".join(parts)

    def auth_req_id(self) -> str:
        """160 random bits as 27 characters of URL-safe base64."""
        return urlsafe_b64encode(self._secret.randbytes(20)).decode().rstrip("=")

    def numbers(self) -> tuple[int, ...]:
        """Three different numbers of two digits, to be told apart by a person."""
        return tuple(self._secret.sample(range(10, 100), 3))


def _secrets_of(seed: str) -> random.Random:
    return random.Random(f"{seed}/secrets")
