"""What is shown and what must not be guessed come from two sources."""

import random
from collections.abc import Callable

import pytest

from mockserver.core.ids import Ids

SECRET: list[Callable[[Ids], object]] = [
    Ids.secret,
    Ids.secret_guid,
    Ids.client_secret,
    Ids.key,
    Ids.opaque,
    Ids.auth_req_id,
    Ids.numbers,
]
SHOWN: list[Callable[[Ids], object]] = [
    Ids.trace_id,
    Ids.guid,
    Ids.psp_reference,
    lambda ids: ids.number(7),
    lambda ids: ids.characters(7),
    Ids.chance,
]
"""Every way to draw, between the two lists."""


def test_every_way_to_draw_is_on_one_of_the_lists() -> None:
    ways = {name for name, each in vars(Ids).items() if callable(each) and not name.startswith("_")}
    named = {each.__name__ for each in (*SECRET, *SHOWN)} - {"<lambda>"} | {"number", "characters"}
    assert ways - {"branch"} == named


@pytest.mark.parametrize("draw", SECRET)
def test_secrets_take_nothing_from_what_is_shown(draw: Callable[[Ids], object]) -> None:
    ids, other = Ids("seed"), Ids("seed")
    draw(ids)
    assert [ids.trace_id() for _ in range(3)] == [other.trace_id() for _ in range(3)]


@pytest.mark.parametrize("draw", SHOWN)
def test_what_is_shown_takes_nothing_from_secrets(draw: Callable[[Ids], object]) -> None:
    ids, other = Ids("seed"), Ids("seed")
    draw(ids)
    assert [ids.secret() for _ in range(3)] == [other.secret() for _ in range(3)]


@pytest.mark.parametrize("seed", [None, "seed"])
def test_no_secret_is_foretold_by_trace_ids(seed: str | None) -> None:
    """The whole state of a Mersenne Twister follows from 624 of its 32-bit numbers: here from 104 trace ids."""
    ids = Ids(seed)
    words: list[int] = []
    while len(words) < 624:
        _, trace, span, _ = ids.trace_id().split("-")
        for number, count in ((int(trace, 16), 4), (int(span, 16), 2)):
            words += [number >> 32 * place & 0xFFFFFFFF for place in range(count)]
    known = random.Random()
    known.setstate((3, (*map(_untempered, words[:624]), 624), None))

    foretold = [f"{known.getrandbits(128):032x}" for _ in range(50)]

    assert ids.trace_id().split("-")[1] == foretold[0]
    assert ids.secret() not in foretold


def _untempered(word: int) -> int:
    word ^= word >> 18
    word ^= word << 15 & 0xEFC60000
    undone = word
    for _ in range(5):
        undone = word ^ (undone << 7 & 0x9D2C5680)
    word = undone
    undone = word
    for _ in range(3):
        undone = word ^ undone >> 11
    return undone & 0xFFFFFFFF


@pytest.mark.parametrize("draw", [*SECRET, *SHOWN])
def test_a_seed_repeats_and_a_branch_goes_another_way(draw: Callable[[Ids], object]) -> None:
    ids, other = Ids("seed"), Ids("seed")
    first = [draw(ids) for _ in range(5)]
    assert first == [draw(other) for _ in range(5)]
    ids.branch("name")
    other.branch("name")
    branched = [draw(ids) for _ in range(5)]
    assert branched == [draw(other) for _ in range(5)] != first


def test_without_a_seed_secrets_are_the_operating_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "_urandom", lambda size: b"\xab" * size)
    assert Ids().secret() == "ab" * 16
