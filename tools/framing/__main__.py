"""``python -m tools.framing``: see the package."""

import asyncio
import logging
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator

import click

import tools.framing
from tools.framing.proxy import installed, nginx
from tools.framing.seen import Ours, Seen, by_h11, difference
from tools.framing.streams import Stream, stream

_AT_ONCE = 64


Compared = tuple[Counter[str], list[str]]
"""Figures of two readers, and what they disagree about."""


async def compare(seeds: range, other: Callable[[Stream], Awaitable[Seen]], at_once: int = 1) -> Compared:
    """How the emulator's protocol and another reader see the streams of these seeds."""
    ours, figures, wrong = Ours(), Counter[str](), list[str]()
    ahead: Iterator[int] = iter(seeds)

    async def work() -> None:
        for seed in ahead:
            made = stream(seed)
            theirs = await other(made)
            async with one_at_a_time:
                own = await ours.sees(made)
            figures["streams"] += 1
            figures["requests here"] += len(own.requests)
            figures["requests there"] += len(theirs.requests)
            figures["refused here"] += own.refused
            figures["refused there"] += theirs.refused
            figures["taken whole by both"] += not own.refused and not theirs.refused
            if found := difference(own, theirs):
                wrong.append(f"seed {seed}: {found}")

    one_at_a_time = asyncio.Lock()
    await asyncio.gather(*(work() for _ in range(at_once)))
    return figures, wrong


async def with_h11(seeds: range) -> Compared:
    """The comparison with h11."""

    async def other(made: Stream) -> Seen:
        return by_h11(made)

    return await compare(seeds, other)


async def with_nginx(seeds: range, program: str) -> Compared:
    """The comparison with nginx in front."""
    async with nginx(program) as behind:
        figures, wrong = await compare(seeds, behind.sees, _AT_ONCE)
        return figures, wrong + [f"nginx knows nothing of {request}" for request in behind.smuggled]


@click.command(help=tools.framing.__doc__, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--first", default=0, show_default=True, help="The first seed.")
@click.option("--streams", default=100_000, show_default=True, help="How many for h11; a fifth of them for nginx.")
def main(first: int, streams: int) -> None:
    """Compare, and say how much; exit code 1 for any difference."""
    logging.disable()
    results = {"h11": asyncio.run(with_h11(range(first, first + streams)))}
    if program := installed():
        results["nginx"] = asyncio.run(with_nginx(range(first, first + streams // 5), program))
    for name, (figures, wrong) in results.items():
        print(f"{name}: {', '.join(f'{count} {what}' for what, count in figures.items())}; {len(wrong)} differences")
        for each in wrong[:20]:
            print(f"  {each[:500]}")
    if "nginx" not in results:
        print("nginx: not installed")
    sys.exit(any(wrong for _, wrong in results.values()))


if __name__ == "__main__":
    main()
