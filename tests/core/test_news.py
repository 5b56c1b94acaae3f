"""News: numbered, forgotten in the end, and true."""

import asyncio
from collections.abc import Collection
from typing import Any

from mockserver.core.news import News


def shown(name: str | None, secrets: Collection[str], brief: bool) -> dict[str, Any] | None:
    return None if name is None else {"name": name}


def note(news: News, name: str) -> None:
    news.tell("test", shown, name)


def names(found: Any) -> list[str]:
    return [each["name"] for _, each in found.shown]


def test_it_goes_on_after_a_number() -> None:
    news = News()
    for name in "abcd":
        note(news, name)

    first = news.after(0, 3, ())
    assert (names(first), first.next, first.missed) == (["a", "b", "c"], 3, 0)
    rest = news.after(first.next, 3, ())
    assert (names(rest), rest.next) == (["d"], 4)
    assert news.after(4, 3, ()).next == news.after(999, 3, ()).next == 4
    assert news.after(1, 0, ()).next == 1


def test_what_is_forgotten_is_counted() -> None:
    news = News(kept=2)
    for name in "abcde":
        note(news, name)

    found = news.after(1, 10, ())
    assert (names(found), found.next, found.missed) == (["d", "e"], 5, 2)


def test_what_is_cleared_was_not_missed() -> None:
    news = News()
    note(news, "a")
    news.clear()
    note(news, "b")

    found = news.after(0, 10, ())
    assert (names(found), found.next, found.missed) == (["b"], 2, 0)


def test_what_is_rolled_back_never_happened() -> None:
    news = News()
    news.note("test", shown, "undone")
    assert news.last == 0
    news.roll_back()
    news.note("test", shown, "done")
    news.commit()
    news.commit()

    assert names(news.after(0, 10, ())) == ["done"]


def test_what_can_no_longer_be_shown_is_left_out() -> None:
    news = News()
    news.tell("test", shown, None)
    note(news, "b")

    assert names(news.after(0, 10, ())) == ["b"]
    assert news.after(0, 10, ()).next == 2


def test_everybody_who_waits_is_woken(loop: asyncio.AbstractEventLoop) -> None:
    news = News()

    async def play() -> None:
        waiting = [asyncio.create_task(news.wait(0, 60)) for _ in range(3)]
        await asyncio.sleep(0)
        assert not any(each.done() for each in waiting)
        note(news, "a")
        await asyncio.wait_for(asyncio.gather(*waiting), 5)
        await asyncio.wait_for(news.wait(0, 60), 5)

    loop.run_until_complete(play())


def test_nobody_waits_longer_than_asked(loop: asyncio.AbstractEventLoop) -> None:
    news = News()
    loop.run_until_complete(asyncio.wait_for(news.wait(0, 0.01), 5))
    assert news.last == 0
