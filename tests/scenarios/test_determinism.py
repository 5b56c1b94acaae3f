"""The same seed and the same calls give the same bytes, in whatever process."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator

from mockserver.scenarios.scenarios import Scenarios
from tests.harness import Emulator
from tests.webhooks.receivers import receivers_of, register

CHANCE = {"name": "chance", "when": {"operation": "getPayment", "probability": 0.5}, "then": {"error": 404}}
WHIM = {"name": "whim", "when": {"operation": "createPayment", "probability": 0.4, "reference": "*-whim"},
        "then": {"payment": "declines", "after": 3}}  # fmt: skip
SLOW = {"name": "slow", "when": {"operation": "capturePayment", "probability": 0.7},
        "then": {"fault": "latency", "seconds": {"median": 0.4, "spread": 2}}}  # fmt: skip
PHONES = [f"47930000{number:02}" for number in (1, 2, 3, 14, 15, 16, 19)]
"""Customers who act at once, late, twice, or for an hour."""


def chances(seed: str) -> Iterator[bytes]:
    """All that a server with this seed says and sends in a day of chance and of customers who take their time."""
    loop = asyncio.new_event_loop()
    emulator = Emulator(loop, seed=seed)
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    emulator.server.runtime.parts.of(Scenarios).pause = pause
    receivers = receivers_of(emulator)
    register(emulator)
    for content in (CHANCE, WHIM, SLOW):
        assert emulator.control("POST", "/scenarios", content).status_code == 200
    for number, phone in enumerate(PHONES * 3):
        reference = f"reference-{number}-{'whim' if number % 2 else 'calm'}"
        yield emulator.create(reference, customer={"phoneNumber": phone}, profile={"scope": "name"}).content
        yield emulator.api("GET", f"/payments/{reference}").content
        yield emulator.api("GET", f"/payments/{reference}", X_Mock_Fault="latency; min=1; max=5").content
        emulator.advance("PT7S")
        yield emulator.modify("capture", 100, reference).content
    emulator.advance("P1D")
    for number in range(len(PHONES) * 3):
        yield json.dumps(emulator.events(f"reference-{number}-{'whim' if number % 2 else 'calm'}")).encode()
    for path in ("/payments?limit=100", "/scenarios"):
        yield emulator.control("GET", path).content
    yield json.dumps(waited).encode()
    yield from (each.body for each in receivers.received)
    emulator.close()
    loop.close()


def write(seed: str) -> None:
    """Put it on the standard output."""
    sys.stdout.buffer.write(b"\n".join(chances(seed)))


def written(seed: str, hashing: str) -> bytes:
    """The same from a process of its own, whose sets and hashes are in an order of their own."""
    code = "import sys; from tests.scenarios import test_determinism as it; it.write(sys.argv[1])"
    environment = os.environ | {"PYTHONHASHSEED": hashing}
    done = subprocess.run([sys.executable, "-c", code, seed], env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_the_same_seed_and_calls_give_the_same_bytes_in_another_process() -> None:
    first = written("one", "1")
    assert first.split(b"\n") == written("one", "2").split(b"\n")
    assert first != written("two", "1")


def test_what_is_compared_is_left_to_chance_and_takes_time() -> None:
    said = list(chances("one"))
    rules = {each["name"]: each for each in json.loads(next(each for each in said if b'"rules"' in each))["rules"]}
    for name in ("chance", "whim", "slow"):
        assert 0 < rules[name]["applied"] < rules[name]["matched"], rules[name]
    events = b"".join(said)
    for word in (b"AUTHORIZED", b"ABORTED", b"EXPIRED", b'"success":false', b"CAPTURED"):
        assert word in events
