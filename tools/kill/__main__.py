"""Kill servers, and stop at the first that has lost something, done it twice, or does not start again."""

import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import click
import httpx

from mockserver.core.database import FILE_NAME
from tools.kill.receiver import Receiver
from tools.kill.shop import Payment, Shop
from tools.served import Broken, Served

_CLIENTS = 4
_FIRST_STARTS = 5
"""One of so many kills is at the first start of a directory."""
_MAKING = 0.1
"""Seconds after its file is there in which a first start is killed."""
_MOST_CHANGES = 80
"""Changes that are acknowledged before a kill under load, at most; and seconds that they may take."""
_PATIENCE = 20.0
_OLDER = 20
"""Payments of earlier kills that are looked at again after each."""


@dataclass
class Run:
    """What was done so far. ``now`` is the latest time on the clock that was acknowledged."""

    folder: Path
    chance: random.Random
    receiver: Receiver
    payments: list[Payment] = field(default_factory=list)
    now: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def data(self) -> Path:
        """The directory that lives through all kills."""
        return self.folder / "data"

    def start(self, data: Path) -> Served:
        """A server of a directory, without waiting for it."""
        return Served("--data", str(data), log=self.folder / "log")


def _kill_first_start(run: Run) -> None:
    """Kill a first start at any moment: the directory has to start again, with everything in it."""
    data = run.folder / "first"
    served = run.start(data)
    while not (data / FILE_NAME).exists() and served.process.poll() is None:
        time.sleep(0.0005)
    time.sleep(run.chance.uniform(0, _MAKING))
    served.kill()
    served = run.start(data)
    try:
        shop, payment = Shop(served.wait()), Payment("first-start")
        shop.go_through(payment, run.chance)
        shop.check(payment)
        shop.close()
    finally:
        served.kill()
        shutil.rmtree(data, ignore_errors=True)
    run.counts["first starts"] += 1


def _kill_under_load(run: Run, number: int) -> None:
    served = run.start(run.data).wait()
    try:
        if not number:
            shop = Shop(served)
            shop.register(run.receiver.url)
            shop.close()
        run.stopped.clear()
        changes = threading.Semaphore(0)
        with ThreadPoolExecutor(_CLIENTS + 1) as pool:
            work = [pool.submit(_advance, run, served)]
            for client in range(_CLIENTS):
                seed = run.chance.randrange(1 << 30)
                work.append(pool.submit(_buy, run, served, f"kill-{number}-{client}", seed, changes))
            until = time.monotonic() + _PATIENCE
            for _ in range(run.chance.randint(1, _MOST_CHANGES)):
                changes.acquire(timeout=max(0.0, until - time.monotonic()))
            time.sleep(run.chance.uniform(0, _MAKING))
            served.kill()
            run.stopped.set()
        bought = [payment for each in work for payment in each.result()]
    finally:
        served.kill()
    _look(run, bought)
    run.counts["under load"] += 1


def _buy(run: Run, served: Served, name: str, seed: int, changes: threading.Semaphore) -> list[Payment]:
    chance, payments = random.Random(seed), list[Payment]()
    try:
        shop = Shop(served)
        while not run.stopped.is_set():
            payments.append(Payment(f"{name}-{len(payments)}"))
            shop.go_through(payments[-1], chance, changes.release)
    except httpx.TransportError:
        pass
    return payments


def _advance(run: Run, served: Served) -> list[Payment]:
    with httpx.Client(base_url=served.url, trust_env=False, timeout=30) as client:
        while not run.stopped.is_set():
            try:
                answer = client.post("/_mock/clock/advance", json={"seconds": 1})
            except httpx.TransportError:
                break
            run.now = answer.raise_for_status().json()["now"]
            run.counts["advances"] += 1
    return []


def _look(run: Run, bought: list[Payment]) -> None:
    """Start again, and compare everything with what was acknowledged."""
    begun = time.monotonic()
    served = run.start(run.data).wait()
    run.counts["slowest start, ms"] = max(run.counts["slowest start, ms"], int((time.monotonic() - begun) * 1000))
    try:
        with httpx.Client(base_url=served.url, trust_env=False, timeout=60) as control:
            now = control.get("/_mock/clock").json()["now"]
            if now < run.now:
                raise Broken(f"the clock is at {now}, and was at {run.now}")
            shop = Shop(served)
            for payment in bought:
                run.counts["acknowledged"] += sum(each.status is not None for each in payment.changes)
                run.counts["without an answer"] += sum(each.status is None for each in payment.changes)
                run.counts["answers compared"] += shop.check(payment)
            for payment in run.chance.sample(run.payments, min(_OLDER, len(run.payments))):
                run.counts["answers compared"] += shop.check(payment)
            shop.close()
            run.payments += bought
            control.post("/_mock/clock/advance", json={"seconds": 10}).raise_for_status()  # refused tries, once more
            run.now = control.get("/_mock/clock").json()["now"]
    finally:
        served.kill()
    _check_events(run, bought)


def _check_events(run: Run, bought: list[Payment]) -> None:
    for payment in bought:
        expected = payment.events()
        if (came := run.receiver.of(payment.reference, expected)) != expected:
            raise Broken(f"{payment.reference}: the receiver was told {came}, not {expected}")
        run.counts["events"] += expected.total()


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--kills", default=20, show_default=True, type=click.IntRange(1), help="How many.")
@click.option("--seed", default=1, show_default=True, help="What is bought, and for how long, follows from it.")
def main(kills: int, seed: int) -> None:
    """Kill servers under load and at their first start; exit code 1 at the first that is not as it was."""
    folder = Path(tempfile.mkdtemp(prefix="kill-"))
    run = Run(folder, random.Random(seed), Receiver(seed))
    for number in range(kills):
        try:
            if number % _FIRST_STARTS == _FIRST_STARTS - 1:
                _kill_first_start(run)
            else:
                _kill_under_load(run, number)
        except (Broken, httpx.HTTPError) as error:
            click.echo(f"kill {number + 1} (--seed {seed}): {error!r}\nwhat is left: {folder}", err=True)
            sys.exit(1)
    shutil.rmtree(folder, ignore_errors=True)
    run.counts |= Counter({"payments": len(run.payments), "events more than once": run.receiver.more_than_once})
    click.echo("\n".join(f"{name:24}{number:>10,}" for name, number in run.counts.items()))


main(prog_name="python -m tools.kill")
