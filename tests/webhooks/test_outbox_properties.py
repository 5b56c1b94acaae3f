"""The promises of the outbox, whatever receivers do."""

import asyncio
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.harness import Emulator
from tests.webhooks.receivers import URL, Received, deliveries, receivers_of, register


@settings(max_examples=25, deadline=None)
@given(
    outcomes=st.lists(st.sampled_from([200, 204, 302, 404, 500, None]), max_size=60),
    payments=st.integers(1, 3),
    pauses=st.lists(st.sampled_from(["PT0S", "PT2S", "PT1M", "PT2H"]), min_size=1, max_size=4),
    faults=st.fixed_dictionaries({}, optional={"duplicate": st.booleans(), "reorder": st.booleans()}),
)
def test_whatever_receivers_do_all_arrives_at_least_once_and_in_order(
    outcomes: list[int | None], payments: int, pauses: list[str], faults: dict[str, bool]
) -> None:
    loop = asyncio.new_event_loop()
    emulator = Emulator(loop)
    try:
        receivers = receivers_of(emulator)
        urls = [URL, f"{URL}/2"]
        ids = [register(emulator, url)["id"] for url in urls]
        emulator.control("POST", f"/webhooks/{ids[0]}/faults", faults)
        results = iter(outcomes)
        done: list[tuple[str, str, str]] = []

        def answer(received: Received) -> int | None:
            status = next(results, 200)
            if status in (200, 204):
                done.append((received.url, *received.step))
            return status

        receivers.answer = answer
        references = [f"reference-{number}" for number in range(payments)]
        steps: list[Callable[[str], Any]] = [
            emulator.create,
            emulator.approve,
            lambda reference: emulator.modify("capture", 10_000, reference, key=f"capture-{reference}"),
        ]
        for step, pause in zip(steps, pauses * 3, strict=False):
            for reference in references:
                step(reference)
            emulator.advance(pause)
        emulator.advance("P6D")
        for url in urls:
            for reference in references:
                names = [event["name"] for event in emulator.events(reference)]
                arrived = [name for to, each, name in done if (to, each) == (url, reference)]
                assert list(dict.fromkeys(arrived)) == names
        assert {each["state"] for each in deliveries(emulator)} == {"delivered"}
    finally:
        emulator.close()
        loop.close()
