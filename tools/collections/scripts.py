"""The scripts around a request: the same lines for each client, in the words that the client has for it."""

import json
from dataclasses import dataclass

from tools.collections.steps import Step, of_answer, title, value


@dataclass(frozen=True)
class Dialect:
    """How a client's scripts say what all of them can do: ``status`` and ``answer`` are values, the others functions.

    ``get``: of a variable's name. ``fill``: of a text with variables in it. ``keep``: of a variable's name and value.
    """

    test: str
    expect: str
    status: str
    answer: str
    get: str
    fill: str
    keep: str

    def before(self, step: Step) -> list[str]:
        """The lines that run before the request."""
        return self._with_helpers([line for each in step.fresh.items() for line in self._kept(*each)])

    def after(self, step: Step) -> list[str]:
        """The lines that check the answer, then keep what later requests need of it."""
        lines = self._check(f"answers {step.status}", self.status, str(step.status))
        for expression, wanted in step.shows.items():
            lines += self._check(title(expression, wanted), of_answer(expression), value(wanted))
        for name, expression in step.keeps.items():
            lines += self._kept(name, of_answer(expression))
        if step.shows or step.keeps:
            lines.insert(0, f"const answer = {self.answer};")
        return self._with_helpers(lines)

    def _check(self, name: str, seen: str, wanted: str) -> list[str]:
        head = f"{self.test}({json.dumps(name, ensure_ascii=False)}, () => {{"
        return [head, f"  {self.expect}({seen}).to.eql({wanted});", "});"]

    def _kept(self, name: str, expression: str) -> list[str]:
        return f"{self.keep}({json.dumps(name)}, {expression});".splitlines()

    def _with_helpers(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        helpers = {"get": self.get, "fill": self.fill}
        used = [f"const {name} = {call};" for name, call in helpers.items() if f"{name}(" in text]
        return used + lines
