"""Refusals of the control API, which tell what was asked for, but no key that stood in it."""

from mockserver.web.http import Answer
from mockserver.web.redaction import redact
from mockserver.web.runtime import Runtime
from mockserver.web.secrets import known


def discreet(runtime: Runtime, answer: Answer) -> Answer:
    """The answer, without secrets if it is a refusal."""
    if answer.status >= 400:
        text = known(runtime.engine.reading()).without(answer.body.decode())
        answer.body = redact(text, loose=False).encode()
    return answer
