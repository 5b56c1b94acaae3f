"""The rules in force: in order, switched on and off, counted, and found fast by operation."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from mockserver.domain.conduct import Conduct
from mockserver.domain.errors import IllegalAction, NotFound
from mockserver.domain.scenario import Draw, Facts, Finding, Outcome, Rule, Vocabulary, is_pattern
from mockserver.ids import Ids


@dataclass(slots=True)
class Standing:
    """A rule and what happened to it: requests that it was ``seen`` to fit, and how often it ``applied``."""

    rule: Rule
    on: bool
    draw: Draw
    seen: int = 0
    applied: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that decides about a request; ``draw`` is its chance."""

    name: str
    outcome: Outcome
    draw: Draw


class Profiles(Protocol):
    """The packaged sets of rules."""

    def names(self) -> Sequence[str]:
        """All of them."""
        ...

    def read(self, names: Sequence[str], vocabulary: Vocabulary) -> tuple[Rule, ...]:
        """The rules of these, in order; raises NotFound, IllegalAction when two rules have one name."""
        ...


class NoProfiles:
    """There are none."""

    def names(self) -> Sequence[str]:
        """Nothing."""
        return ()

    def read(self, names: Sequence[str], vocabulary: Vocabulary) -> tuple[Rule, ...]:
        """Nothing for no names; raises NotFound."""
        for name in names:
            raise NotFound(f"There is no profile {name[:100]}")
        return ()


class _Bucket:
    """The rules of one operation. Those with an exact text are found by it, so that hundreds cost no more than one."""

    def __init__(self) -> None:
        self.always: list[tuple[int, Standing]] = []
        self.exact: dict[str, dict[str, list[tuple[int, Standing]]]] = {}

    def add(self, number: int, standing: Standing) -> None:
        for name, patterns in standing.rule.when.texts:
            if not any(map(is_pattern, patterns)):
                values = self.exact.setdefault(name, {})
                for each in patterns:
                    values.setdefault(each, []).append((number, standing))
                return
        self.always.append((number, standing))

    def candidates(self, facts: Facts) -> list[tuple[int, Standing]]:
        found, mixed = self.always, False
        for name, values in self.exact.items():
            more = values.get(getattr(facts, name))
            if more:
                found, mixed = found + more, True
        return sorted(found, key=lambda each: each[0]) if mixed else found


class Rulebook:
    """Holds the rules of a server; ``seed`` decides about everything that is left to chance.

    ``engaged``: whether there is any rule to look at. ``begun_with`` are the rules that ``reset`` goes back to.
    """

    def __init__(self, seed: str | None = None, begun_with: Iterable[Rule] = ()) -> None:
        self._seed = seed
        self._begun_with = tuple(begun_with)
        self._standings: list[Standing] = []
        self._index: dict[str, _Bucket] = {}
        self.engaged = False
        self.reset()

    def reset(self) -> None:
        """Back to the first rules, nothing counted."""
        self._standings = [self._standing(rule) for rule in self._begun_with]
        self._arrange()

    def _standing(self, rule: Rule) -> Standing:
        return Standing(rule, rule.on, self.chance(rule.name))

    def chance(self, name: str) -> Callable[[], float]:
        """A source of chance of its own, so that no rule shifts what another one draws."""
        return Ids(None if self._seed is None else f"{self._seed}/{name}").chance

    def _arrange(self) -> None:
        self._index = {}
        for number, standing in enumerate(self._standings):
            if standing.on:
                for operation in standing.rule.when.operations:
                    self._index.setdefault(operation, _Bucket()).add(number, standing)
        self.engaged = bool(self._index)

    def all(self) -> list[Standing]:
        """The rules in order."""
        return list(self._standings)

    def find(self, name: str) -> Standing:
        """The rule of this name; raises NotFound."""
        for standing in self._standings:
            if standing.rule.name == name:
                return standing
        raise NotFound(f"There is no rule {name[:100]}")

    def add(self, rule: Rule, position: int | None = None) -> Standing:
        """Put a rule behind the others, or before the one at ``position``; raises IllegalAction for a taken name."""
        if any(each.rule.name == rule.name for each in self._standings):
            raise IllegalAction(f"There is a rule {rule.name} already: replace or delete it")
        standing = self._standing(rule)
        self._standings.insert(len(self._standings) if position is None else position, standing)
        self._arrange()
        return standing

    def replace(self, name: str, rule: Rule) -> Standing:
        """Put a rule in the place of another one, nothing counted; raises NotFound, IllegalAction."""
        position = self._standings.index(self.find(name))
        if rule.name != name and any(each.rule.name == rule.name for each in self._standings):
            raise IllegalAction(f"There is a rule {rule.name} already")
        self._standings[position] = standing = self._standing(rule)
        self._arrange()
        return standing

    def switch(self, name: str, *, on: bool) -> Standing:
        """Switch a rule on or off; raises NotFound."""
        standing = self.find(name)
        standing.on = on
        self._arrange()
        return standing

    def remove(self, name: str) -> None:
        """Delete a rule; raises NotFound."""
        self._standings.remove(self.find(name))
        self._arrange()

    def use(self, rules: Iterable[Rule]) -> None:
        """Put these in the place of all rules."""
        self._standings = [self._standing(rule) for rule in rules]
        self._arrange()

    def concerns(self, operation: str) -> bool:
        """Whether any rule is for this operation."""
        return operation in self._index

    def match(self, facts: Facts, *, by_phone: bool = False) -> Match | None:
        """The first rule that decides about a request, counted; ``by_phone``: only payment rules that ask for one."""
        bucket = self._index.get(facts.operation)
        if bucket is None:
            return None
        for _, standing in bucket.candidates(facts):
            when = standing.rule.when
            if by_phone and not (isinstance(standing.rule.then, Conduct) and any(n == "phone" for n, _ in when.texts)):
                continue
            if not when.fit(facts) or self._used_up(standing):
                continue
            standing.seen += 1
            if when.nth is not None and standing.seen != when.nth:
                continue
            if when.probability < 1 and standing.draw() >= when.probability:
                continue
            standing.applied += 1
            return Match(standing.rule.name, standing.rule.then, standing.draw)
        return None

    def _used_up(self, standing: Standing) -> bool:
        return standing.rule.times is not None and standing.applied >= standing.rule.times

    def explain(self, name: str, facts: Facts) -> tuple[bool, list[Finding]]:
        """Whether a rule would decide about a request now, and each condition; nothing is counted.

        A rule that stands before it and fits is a condition too: the first match wins. Raises NotFound.
        """
        standing = self.find(name)
        when, rule = standing.rule.when, standing.rule
        findings = [Finding("on", standing.on, "on", "on" if standing.on else "off"), *when.findings(facts)]
        if rule.times is not None:
            findings.append(
                Finding("times", standing.applied < rule.times, f"{rule.times} at most", f"applied {standing.applied}")
            )
        if when.nth is not None:
            following = standing.seen + 1
            findings.append(Finding("nth", following == when.nth, str(when.nth), f"would be {following}"))
        before = self._first_before(standing, facts)
        if before is not None:
            findings.append(Finding("first match", False, rule.name, before.rule.name))
        if when.probability < 1:
            findings.append(Finding("probability", when.probability > 0, f"{when.probability:g}", "left to chance"))
        return all(each.matched for each in findings), findings

    def _first_before(self, standing: Standing, facts: Facts) -> Standing | None:
        for other in self._standings[: self._standings.index(standing)]:
            when = other.rule.when
            certain = when.nth is None and when.probability == 1 and not self._used_up(other)
            if other.on and certain and facts.operation in when.operations and when.fit(facts):
                return other
        return None
