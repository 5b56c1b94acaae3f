"""Judges of what people say of their integration: a word such as OK bears nothing out."""

from typing import Final

from mockserver.checklist.points.finding import Finding, Judge, not_seen, shown, times, wrong
from mockserver.checklist.points.seen import History
from mockserver.core.urls import flaw

FEWEST_WORDS: Final = 5
"""With fewer, nothing is described."""


def described(history: History) -> Finding:
    """Whether somebody says in a few words how the solution is set up."""
    said = history.statements.description
    count = len(said.split())
    if not said:
        return not_seen("Nobody has said yet how the solution is set up (description).")
    if count < FEWEST_WORDS:
        return wrong(f"A description of {times(count, 'word')} describes nothing.", facts=[said])
    return shown("It is described; only its readers can tell if it is so.", facts=[said])


def linked(name: str, what: str) -> Judge:
    """A judge of whether the statement of this name holds links that everybody can open, and nothing else."""

    def judge(history: History) -> Finding:
        said = history.statements.as_given()[name].replace(",", " ").split()
        if not said:
            return not_seen(f"No link to {what} was given ({name}).")
        flaws = [(each, reason) for each in said if (reason := flaw(each)) is not None]
        if flaws:
            words = f"{times(len(flaws), 'link')} to {what} that nobody else can open: {flaws[0][1]}."
            return wrong(words, facts=[each for each, _ in flaws])
        return shown(f"{times(len(said), 'link')} to {what}, which nobody has opened from here.", facts=said)

    return judge


def piloted(history: History) -> Finding:
    """Whether a pilot customer is named by its MSN, and something was done for it."""
    said = history.statements
    if not said.pilot:
        return not_seen("No pilot customer was named (pilot).")
    if not said.pilot_exists:
        return wrong("The pilot customer is named by an MSN, and this is none that exists.", facts=[said.pilot])
    deeds = [each for each in history.of(*history.calls.deeds) if each.accepted and each.msn == said.pilot]
    if deeds:
        return shown(f"{times(len(deeds))} changed something for sales unit {said.pilot}.", deeds)
    return not_seen(f"Nothing was done yet for sales unit {said.pilot}, the pilot customer.")
