"""Secrets of the world under names that tell nothing."""

import io
from typing import Any

import pytest

from mockserver.web.accesslog import AccessLog
from mockserver.web.redaction import REDACTED, pieces
from tests.harness import WORLD, Emulator

KEYS = WORLD.default_unit.keys


@pytest.mark.parametrize("secret", [KEYS.client_secret, KEYS.subscription_key], ids=["client secret", "key"])
def test_they_are_taken_out_wherever_they_stand(emulator: Emulator, secret: str) -> None:
    emulator.request("GET", f"/epayment/v1/payments/{secret}", headers=emulator.headers(X_Odd=secret))
    emulator.api("POST", "/payments", {"foo": secret, "reference": "reference-1"}, key="1")
    found = emulator.control("GET", "/requests").text
    assert pieces(secret)
    assert not any(piece in found for piece in pieces(secret))
    assert REDACTED in found


def test_the_access_log_takes_them_out_of_paths(emulator: Emulator) -> None:
    out = io.StringIO()
    log = AccessLog("text", out, secrets=lambda: frozenset(pieces(KEYS.client_secret)))
    emulator.request("GET", f"/epayment/v1/payments/{KEYS.client_secret}")
    entry: Any = next(iter(emulator.server.runtime.journal.newest()))
    log._waiting.append((0, entry))
    log.flush()
    assert not any(piece in out.getvalue() for piece in pieces(KEYS.client_secret))
