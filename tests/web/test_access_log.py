"""What is logged of requests to emulated APIs."""

import io
import json
from collections.abc import Callable

import pytest

from mockserver.core.policy import Forgiven, Kindness
from mockserver.web.accesslog import AccessLog
from mockserver.web.journal import Entry, packed
from tests.harness import START, Emulator


def entry(path: str = "/epayment/v1/payments", **values: object) -> Entry:
    made = Entry(
        number=1,
        at=START,
        method="POST",
        path=path,
        query="token=query-secret",
        headers=packed([(b"authorization", b"Bearer header-secret")]),
        body=b'{"token":"body-secret"}',
        status=201,
        answer=b'{"access_token":"answer-secret"}',
        duration=1234,
        api="epayment",
        operation="createPayment",
        msn="123456",
        reference="reference-1",
        warnings=[Forgiven(Kindness.UNKNOWN_FIELDS, "colour")],
    )
    for name, value in values.items():
        setattr(made, name, value)
    return made


@pytest.fixture
def logged(emulator: Emulator) -> Callable[..., str]:
    def logged(form: str, *entries: Entry, wall: int = START) -> str:
        out = io.StringIO()
        log = AccessLog(form, out, lambda: wall)

        async def write() -> None:
            for each in entries:
                log(each)
            log.flush()

        emulator.loop.run_until_complete(write())
        return out.getvalue()

    return logged


def test_text_is_one_line_for_each_request(logged: Callable[..., str]) -> None:
    line = "2030-03-17T17:46:40.000Z 201 createPayment POST /epayment/v1/payments 1.2ms"
    assert logged("text", entry(), entry(msn=None, warnings=[], operation=None)) == (
        f"{line} msn=123456 warnings=unknown-fields\n{line.replace('createPayment', '-')}\n"
    )


def test_json_is_one_object_for_each_request(logged: Callable[..., str]) -> None:
    assert [json.loads(line) for line in logged("json", entry(), entry()).splitlines()] == [
        {
            "at": "2030-03-17T17:46:40.000Z",
            "clock": "2030-03-17T17:46:40.000Z",
            "status": 201,
            "operation": "createPayment",
            "method": "POST",
            "path": "/epayment/v1/payments",
            "durationMs": 1.234,
            "msn": "123456",
            "reference": "reference-1",
            "warnings": ["unknown-fields"],
        }
    ] * 2


def test_lines_are_in_real_time_and_tell_another_time_of_the_emulator(logged: Callable[..., str]) -> None:
    assert logged("text", entry(warnings=[]), wall=START - 86_400_000) == (
        "2030-03-16T17:46:40.000Z 201 createPayment POST /epayment/v1/payments 1.2ms clock=2030-03-17T17:46:40.000Z"
        " msn=123456\n"
    )
    line = json.loads(logged("json", entry(), wall=START - 86_400_000))
    assert (line["at"], line["clock"]) == ("2030-03-16T17:46:40.000Z", "2030-03-17T17:46:40.000Z")


def test_a_failed_flush_does_not_silence_the_log(emulator: Emulator) -> None:
    out = io.StringIO()
    log = AccessLog("text", out, lambda: START)

    async def write() -> None:
        log(entry())
        out.close()
        with pytest.raises(ValueError, match="closed"):
            log.flush()
        log._out = good
        log(entry())
        log.flush()

    good = io.StringIO()
    emulator.loop.run_until_complete(write())
    assert good.getvalue().count("\n") == 1


def test_off_is_silent(logged: Callable[..., str]) -> None:
    assert logged("off", entry()) == ""


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_is_logged(logged: Callable[..., str], form: str) -> None:
    paths = ("/x?token=path-secret", "/qr/1.00facade.png", "/landing")
    written = logged(form, *map(entry, paths))

    assert "secret" not in written
    assert "facade" not in written
    assert "/landing" in written


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("path", ["/a\n201 forged", "/a\x1b[31m", "/\u2028", "/\udcff", "/é"])
def test_a_path_cannot_forge_a_line(logged: Callable[..., str], form: str, path: str) -> None:
    written = logged(form, entry(path))

    assert written.count("\n") == 1
    assert written.isascii()
    assert "\x1b" not in written


def test_nothing_waits_after_a_flush(logged: Callable[..., str], emulator: Emulator) -> None:
    out = io.StringIO()
    log = AccessLog("text", out)
    log.flush()
    assert out.getvalue() == ""
