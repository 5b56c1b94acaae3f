"""Work that blocks, in a thread that nobody has to wait for."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Generic, TypeVar

K = TypeVar("K")
T = TypeVar("T")


def in_background(work: Callable[[], T]) -> "asyncio.Future[T]":
    """What ``work`` gives, or raises. Whoever gives up waiting leaves it behind, and so does the end of the process.

    Threads of the event loop's own executor would be waited for at the end, however long a mail server hangs.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(result: T | None, error: BaseException | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]  # None only where work gives that

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as raised:
            error = raised
        with suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(tell, result, error)

    Thread(target=run, daemon=True).start()
    return done


class Making(Generic[K, T]):
    """Things by their names, each made once by ``make``, in a thread: it must leave store, journal and log alone."""

    def __init__(self, make: Callable[[K], T]) -> None:
        self._make = make
        self._made: dict[K, T] = {}
        self._under_way: dict[K, asyncio.Future[T]] = {}

    async def get(self, name: K) -> T:
        """The thing of this name; raises what ``make`` raises, and then it is tried again for who comes next."""
        if name not in self._made:
            # Whoever gives up waiting must not take it from the others.
            self._made[name] = await asyncio.shield(self._begun(name))
        return self._made[name]

    def _begun(self, name: K) -> "asyncio.Future[T]":
        if name not in self._under_way:
            self._under_way[name] = making = in_background(partial(self._make, name))
            making.add_done_callback(lambda _: self._under_way.pop(name))
        return self._under_way[name]
