"""A session through all products, recorded twice: with one seed, every byte of every answer is the same."""

import re
from itertools import zip_longest

from tools.record.__main__ import record


def test_two_servers_with_the_same_seed_answer_the_same_bytes() -> None:
    first, second = record(), record()

    differences = [pair for pair in zip_longest(first.exchanges, second.exchanges) if pair[0] != pair[1]]
    assert differences == []
    assert len(first.exchanges) > 600
    statuses = set(re.findall(rb"^([2345][0-9]{2})$", first.text, re.MULTILINE))
    assert statuses >= {b"200", b"201", b"204", b"302", b"400", b"401", b"403", b"404", b"405", b"409", b"415"}
    assert b"500" not in statuses
