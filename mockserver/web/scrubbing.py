"""Secrets are taken out of values that are JSON: by the names of members, and out of every text."""

from collections.abc import Mapping
from typing import Any

from mockserver.web.known import Known
from mockserver.web.redaction import REDACTED, is_secret, redact


def scrubbed(value: Any, known: Known) -> Any:
    """The value without what stands under the name of a secret, and without ``known`` secrets anywhere."""
    if isinstance(value, str):
        return redact(known.without(value))
    if isinstance(value, Mapping):
        return {
            name: REDACTED if is_secret(name) and not isinstance(each, bool | None) else scrubbed(each, known)
            for name, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [scrubbed(each, known) for each in value]
    return value
