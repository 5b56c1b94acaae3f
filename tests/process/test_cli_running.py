"""Commands that ask a running server: each against one in a process of its own, with what they print read again."""

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from mockserver.core.stopping import Stopping
from mockserver.process import remote
from mockserver.process.cli import main
from mockserver.process.printing import amount, clean, fields, table, time
from mockserver.settings import PREFIX
from mockserver.testing import Server, Vipps
from mockserver.world import files
from tests.documents import ROOT
from tests.process.test_cli import CLEAN, MODULE, Process, free_port
from tests.testing.shop import Shop

CAPTURED = "epayments.payment.captured.v1"
CREATED = "epayments.payment.created.v1"
CHOSEN = "a-secret-that-somebody-chose"


@pytest.fixture(scope="module")
def process() -> Iterator[Process]:
    started = Process()
    yield started
    started.close()


@pytest.fixture
def vipps(process: Process, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Vipps]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VIPPS_BASE_URL", raising=False)
    monkeypatch.setenv("VIPPS_MOCK_URL", process.url)
    with Vipps(process.url) as vipps:
        vipps.reset()
        yield vipps


@pytest.fixture
def shop(vipps: Vipps) -> Iterator[Shop]:
    with Shop(vipps.keys()) as shop:
        yield shop


def run(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(main, arguments, env=variables)


def read(*arguments: str) -> Any:
    """The JSON that a command prints."""
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def said(*arguments: str) -> list[str]:
    """The lines that a command prints for people."""
    done = run(*arguments)
    assert done.exit_code == 0, done.output
    return done.stdout.splitlines()


def refused(*arguments: str, code: int = 1) -> str:
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (code, ""), done.output
    (line,) = done.stderr.splitlines()
    return line.removeprefix("vipps-mockserver: ")


def test_payments_are_listed_and_shown(vipps: Vipps, shop: Shop) -> None:
    assert said("payments", "list") == ["no payments"]
    shop.create("order-0001")
    shop.create("order-0002")

    assert [each["reference"] for each in read("payments", "list")["payments"]] == ["order-0002", "order-0001"]
    assert read("payments", "list", "--state", "ABORTED", "--msn", "123456") == {"payments": []}
    assert len(read("payments", "list", "--limit", "1", "--reference", "order-0001")["payments"]) == 1
    head, row, _ = said("payments", "list")
    assert row.split()[:4] == ["123456/order-0002", "CREATED", "499.00", "NOK"]
    assert head.index("state") == row.index("CREATED")
    assert read("payments", "show", "order-0001")["landingPage"]
    shown = said("payments", "show", "123456/order-0001")
    assert "amount      499.00 NOK" in shown
    assert any(line.endswith("CREATED  499.00 NOK  ok") for line in shown)


def test_payments_are_approved_declined_aborted_and_expired(vipps: Vipps, shop: Shop) -> None:
    for number in range(1, 7):
        shop.create(f"order-000{number}")

    assert read("payments", "approve", "order-0001", "--customer", "4798765432")["customer"] == "4798765432"
    assert said("payments", "approve", "order-0002") == [
        "123456/order-0002: AUTHORIZED, 499.00 NOK, approved by 4712345678"
    ]
    assert read("payments", "decline", "order-0003", "--reason", "expired-card")["declined"] == "expired-card"
    (line,) = said("payments", "decline", "order-0003")
    assert line.startswith("123456/order-0003: CREATED, 499.00 NOK, declined: ")
    assert read("payments", "abort", "order-0004")["state"] == "ABORTED"
    assert read("payments", "expire", "order-0005")["state"] == "EXPIRED"
    assert said("payments", "expire", "order-0006") == ["123456/order-0006: EXPIRED, 499.00 NOK"]
    assert "A payment that is EXPIRED" in refused("payments", "decline", "order-0006")
    assert refused("payments", "approve", "order-0001").endswith(
        " answers 400: Payment is already reserved: the payment is AUTHORIZED (6230)"
    )
    assert "reason: " in refused("payments", "decline", "order-0003", "--reason", "bored")
    assert refused("payments", "show", "nothing") == "there is no payment nothing"


def test_a_reference_that_several_units_have_is_named_with_them(vipps: Vipps, shop: Shop) -> None:
    shop.create("order-0001")
    keys = vipps.sales_unit("123457")["keys"]
    other = vipps.keys() | {
        "VIPPS_CLIENT_ID": keys["client_id"],
        "VIPPS_CLIENT_SECRET": keys["client_secret"],
        "VIPPS_SUBSCRIPTION_KEY": keys["subscription_key"],
        "VIPPS_MSN": "123457",
    }
    with Shop(other) as second:
        second.create("order-0001")
    line = refused("payments", "show", "order-0001", code=2)
    assert "123456/order-0001" in line
    assert "123457/order-0001" in line
    assert read("payments", "show", "123457/order-0001")["msn"] == "123457"


def test_webhooks_are_listed_replayed_triggered_and_verified(vipps: Vipps, shop: Shop) -> None:
    assert said("webhooks", "list") == ["no webhooks"]
    assert refused("webhooks", "trigger", "captured") == f"no webhook is registered for {CAPTURED}"
    made, _ = vipps.register_webhook(vipps.inbox_url(), "created", "captured", msn="123456", secret=CHOSEN)
    shop.create("order-0001")
    delivery = vipps.wait_for_webhook("created")

    assert [each["id"] for each in read("webhooks", "list")["webhooks"]] == [made.id]
    assert f"id       {made.id}" in said("webhooks", "list")
    assert CHOSEN not in "".join(said("webhooks", "list"))
    assert [each["id"] for each in read("webhooks", "deliveries")["deliveries"]] == [delivery.id]
    assert read("webhooks", "deliveries", "--state", "dropped", "--webhook", made.id) == {"deliveries": []}
    assert said("webhooks", "deliveries")[1].split()[:4] == [
        str(delivery.id),
        CREATED,
        "123456/order-0001",
        "delivered",
    ]
    number = str(delivery.id)
    assert read("webhooks", "replay", number) == {"status": "ok"}
    assert read("webhooks", "trigger", "captured") == {"event": CAPTURED, "webhooks": [made.id]}
    assert said("webhooks", "trigger", "user.checked-in.v1", "--webhook", made.id) == [
        f"ok: a sample of user.checked-in.v1 is sent to {made.id}"
    ]
    vipps.settle()
    assert len(vipps.inbox()) == 4
    assert read("webhooks", "replay", "--webhook", made.id) == {"replayed": 4}
    assert "There is no such event" in refused("webhooks", "trigger", "a.b.c", "--webhook", made.id)
    assert refused("webhooks", "replay", code=2) == "Name one of a delivery's number and --webhook ID."
    assert "There is no delivery 999999" in refused("webhooks", "replay", "999999")


def test_a_delivery_is_verified_by_the_registrations_secret_or_yours(vipps: Vipps, shop: Shop) -> None:
    made, _ = vipps.register_webhook(vipps.inbox_url(), "created", msn="123456", secret=CHOSEN)
    shop.create("order-0001")
    number = str(vipps.wait_for_webhook("created").id)

    assert [each["genuine"] for each in read("webhooks", "verify", "--delivery", number)["attempts"]] == [True]
    assert said("webhooks", "verify", "--delivery", number)[1:] == [
        "ok    body hash: x-ms-content-sha256 is the SHA-256 of the body",
        "ok    date: x-ms-date is an RFC 1123 date",
        f"ok    host: the Host header is the URL's: {vipps.url.removeprefix('http://')}",
        "ok    signature: the signature is right for this secret, path, date, host and body hash",
    ]
    wrong = run("webhooks", "verify", "--delivery", number, "--secret", f" {CHOSEN}")
    assert (wrong.exit_code, "WRONG signature: the secret has white space around it" in wrong.stdout) == (1, True)
    vipps.break_webhook(made.id, wrong_signature=True)
    shop.create("order-0002")
    broken = vipps.wait_for_webhook(reference="order-0002")
    assert run("webhooks", "verify", "--delivery", str(broken.id)).exit_code == 1
    vipps.pause_webhook(made.id)
    shop.create("order-0003")
    waiting = str(vipps.deliveries(reference="order-0003")[0].id)
    assert refused("webhooks", "verify", "--delivery", waiting) == f"delivery {waiting} has not been sent yet"
    assert "stands in the place of" in refused("webhooks", "verify", "--delivery", number, "--now", code=2)
    assert refused("webhooks", "verify", code=2) == (
        "Missing option '--headers'; for a delivery of the server, use '--delivery'."
    )


def test_the_clock_is_shown_moved_and_stopped(vipps: Vipps) -> None:
    assert read("clock", "show")["frozen"] is False
    assert read("clock", "freeze")["frozen"] is True
    assert read("clock", "set", "2040-01-01T00:00:00Z")["now"] == "2040-01-01T00:00:00.000Z"
    assert read("clock", "advance", "PT11M")["now"] == "2040-01-01T00:11:00.000Z"
    (line,) = said("clock", "advance", "90")
    assert line.startswith("2040-01-01 00:12:30Z, frozen, ")
    assert line.endswith(" seconds ahead")
    assert read("clock", "unfreeze")["frozen"] is False
    assert "duration: Must be an ISO 8601 duration" in refused("clock", "advance", "soon")
    assert "The clock only moves forward" in refused("clock", "set", "1999-01-01T00:00:00Z")


def test_a_reset_says_what_it_dropped(vipps: Vipps, shop: Shop) -> None:
    vipps.register_webhook(vipps.inbox_url(), "created", msn="123456")
    shop.create("order-0001")
    assert read("reset", "--keep-webhooks") == {"status": "ok", "dropped": {"webhooks": []}}
    assert said("reset") == ["ok", f"dropped webhook: {vipps.inbox_url()}"]
    assert read("payments", "list") == {"payments": []}


def test_keys_and_the_world_are_those_of_the_server(vipps: Vipps, tmp_path: Path) -> None:
    vipps.save_customer("4799999999", first_name="Ada")
    made, _ = vipps.register_webhook(vipps.inbox_url(), "created", msn="123456", secret=CHOSEN)

    assert read("keys") == {"variables": vipps.keys()} == json.loads(run("keys", "--format", "json").stdout)
    assert f"VIPPS_BASE_URL={vipps.url}" in said("keys")
    assert said("keys", "--format", "export")[0] == f"export VIPPS_BASE_URL='{vipps.url}'"
    assert said("keys", "--format", "dotenv")[0] == f"VIPPS_BASE_URL='{vipps.url}'"
    as_json = json.loads(run("world", "--url", vipps.url, "--format", "json").stdout)
    as_yaml = run("world", "--url", vipps.url, "--format", "yaml").stdout
    assert as_json == yaml.safe_load(as_yaml)
    assert "Ada" in [each.get("first_name") for each in as_json["customers"]]
    (tmp_path / "world.yaml").write_text(as_yaml)
    with Server(world=tmp_path / "world.yaml") as other:
        assert other.customer("4799999999")["first_name"] == "Ada"
        assert [each.id for each in other.webhooks()] == [made.id]
        assert files.of_plain(other.world()).webhooks[0].secret == CHOSEN


def test_one_payment_is_exported_for_a_bug_report(vipps: Vipps, shop: Shop, tmp_path: Path) -> None:
    vipps.register_webhook(vipps.inbox_url(), "created", "captured", msn="123456", secret=CHOSEN)
    shop.create("order-0001", paymentDescription="socks ``` and | more", metadata={"note": CHOSEN})
    shop.create("order-0002")
    vipps.settle()

    assert run("export", "--payment", "123456/order-0001", "report.json").exit_code == 0
    assert run("export", "--payment", "order-0001", "report.md").exit_code == 0
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    page = (tmp_path / "report.md").read_text("utf-8")
    assert report == vipps.report("order-0001") | {"at": report["at"]}
    assert json.loads(run("export", "--payment", "order-0001").stdout)["payment"] == report["payment"]
    assert run("export", "--payment", "order-0001", "--format", "markdown").stdout.startswith("# Payment `123456/")
    assert [each["operation"] for each in report["requests"]] == ["createPayment"]
    assert [each["state"] for each in report["deliveries"]] == ["delivered"]
    for part in ("## Events", "`createPayment`: 201", f"`{CREATED}`: delivered", "````\n"):
        assert part in page
    secrets = {
        CHOSEN,
        shop.token,
        *(value for name, value in vipps.keys().items() if "SECRET" in name or "KEY" in name),
    }
    for text in (page, (tmp_path / "report.json").read_text("utf-8")):
        assert [each for each in secrets if each in text] == []
        assert "order-0002" not in text
    assert refused("export", "--payment", "nothing") == "there is no payment nothing"
    assert "is for --payment" in refused("export", "--format", "json", code=2)


def test_tail_shows_what_happened_and_what_filters_leave(vipps: Vipps, shop: Shop) -> None:
    vipps.register_webhook(vipps.inbox_url(), "created", msn="123456")
    shop.create("order-0001")
    vipps.wait_for_webhook("created")

    lines = said("tail", "--all", "--reference", "order-0001", "--count", "3")
    assert [line.split()[2:4] for line in lines] == [["event", "-"], ["request", "201"], ["delivery", "204"]]
    assert "499.00 NOK" in lines[0]
    assert "POST /epayment/v1/payments" in lines[1]
    assert "delivered, try 1" in lines[2]
    for options in (
        ("--kind", "request", "--msn", "123456"),
        ("--operation", "createPayment"),
        ("--status", "201"),
    ):  # fmt: skip
        assert read("tail", "--all", "--count", "1", *options)["operation"] == "createPayment"
    for event in ("created", CREATED):
        assert read("tail", "--all", "--count", "1", "--event", event, "--kind", "delivery")["status"] == 204


def tail(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    program = [*MODULE, "tail", "--json", *arguments]
    return subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=CLEAN, **options)


def test_tail_waits_for_what_comes_and_ends_by_ctrl_c(process: Process, vipps: Vipps, shop: Shop) -> None:
    with tail("--url", process.url, "--all", "--operation", "createPayment") as waiting:
        assert waiting.stdout is not None
        for number in range(1, 4):
            shop.create(f"order-000{number}")
            assert json.loads(waiting.stdout.readline())["reference"] == f"order-000{number}"
        waiting.send_signal(signal.SIGINT)
        assert waiting.communicate(timeout=20) == ("", "")
    assert waiting.returncode == 0


def test_tail_ends_when_the_server_goes_which_it_does_at_once() -> None:
    server = Process()
    try:
        with tail("--url", server.url, "--all") as waiting, Shop(server.variables):
            assert waiting.stdout is not None
            assert json.loads(waiting.stdout.readline())["operation"] == "fetchAuthorizationTokenUsingPost"
            code, _ = server.stop(signal.SIGTERM)
            output, errors = waiting.communicate(timeout=20)
    finally:
        server.close()
    assert (code, waiting.returncode, output) == (0, 0, "")
    assert errors == f"the server at {server.url} is gone\n"


@pytest.mark.parametrize(
    ("reason", "code", "line"),
    [
        (str(Stopping()), 0, "the server at http://127.0.0.1:9 is gone\n"),
        ("Too busy", 1, "vipps-mockserver: http://127.0.0.1:9 answers 503: Too busy\n"),
    ],
)
def test_tail_takes_a_server_that_is_being_stopped_for_gone(
    monkeypatch: pytest.MonkeyPatch, reason: str, code: int, line: str
) -> None:
    def refuse(self: remote.Server, *parts: str, **query: Any) -> Any:
        raise remote.Refused(self.url, 503, reason)

    monkeypatch.setattr(remote.Server, "get", refuse)
    ended = run("tail", "--all", "--url", "http://127.0.0.1:9")
    assert (ended.exit_code, ended.stderr) == (code, line)


def test_a_reader_that_has_seen_enough_is_no_mistake(vipps: Vipps, shop: Shop) -> None:
    for number in range(1, 4):
        shop.create(f"order-000{number}")
    script = '"$0" -m mockserver tail --all | head -n 1; echo "${PIPESTATUS[0]}"'
    if not Path("/bin/bash").exists():
        pytest.skip("needs bash")
    command = ["/bin/bash", "-c", script, sys.executable]
    variables = CLEAN | {"VIPPS_MOCK_URL": vipps.url}
    done = subprocess.run(command, capture_output=True, text=True, env=variables, check=True, timeout=60)
    assert done.stdout.splitlines()[1:] == ["0"]
    assert done.stderr == ""


def test_a_server_that_is_not_there_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    url = f"http://127.0.0.1:{free_port()}"
    for command in (("payments", "list"), ("tail",), ("reset",), ("clock", "show"), ("webhooks", "list")):
        assert refused(*command, "--url", url) == f"no server answers at {url}"
    done = run("keys", "--format", "export", "--url", url)
    assert (done.exit_code, done.stdout) == (1, "unset VIPPS_BASE_URL; false\n")
    assert refused("reset", "--port", "http", code=2).startswith("--port: ")
    assert "No such option" in refused("reset", "--strict", code=2)
    assert "--url: ftp://x" in refused("reset", "--url", "ftp://x")


def test_something_else_that_answers_is_said_to_be_that(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<html>")

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        assert refused("payments", "list", "--url", url) == f"{url} is not a vipps-mockserver"
        thread.join()


def test_the_admin_token_comes_from_option_variable_and_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    server = Process("--admin-token", "hush")
    try:
        ask = ("payments", "list", "--url", server.url)
        line = f"{server.url} answers 401: the control API asks for the admin token: set {PREFIX}ADMIN_TOKEN to it"
        assert refused(*ask).startswith(line)
        assert refused(*ask, "--admin-token", "loud").startswith(line)
        assert run(*ask, "--admin-token", "hush").exit_code == 0
        assert run(*ask, **{f"{PREFIX}ADMIN_TOKEN": "hush"}).exit_code == 0
        (tmp_path / "vipps-mockserver.toml").write_text('admin_token = "hush"\n')
        assert run(*ask).exit_code == 0
    finally:
        server.close()


def test_amounts_times_and_text_are_for_people() -> None:
    assert [amount(value, "NOK") for value in (49900, 5, -150)] == ["499.00 NOK", "0.05 NOK", "-1.50 NOK"]
    assert time("2030-03-17T17:46:40.123Z") == "2030-03-17 17:46:40Z"
    assert clean("a\x1b[31m\nb\u202eø") == "a\\x1b[31m\\nb\\u202eø"
    assert fields({"a": 1, "long name": "x", "none": None}) == "a          1\nlong name  x"


@pytest.mark.parametrize("columns", [10, 200])
def test_a_narrow_terminal_gets_blocks(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setattr("mockserver.process.printing._columns", lambda: columns)
    text = table(("name", "state"), [("order-0001", "CREATED"), ("x", "ABORTED")], "nothing")
    wide = "name        state\norder-0001  CREATED\nx           ABORTED"
    assert text == (wide if columns == 200 else "name   order-0001\nstate  CREATED\n\nname   x\nstate  ABORTED")
    assert table(("name",), [], "nothing") == "nothing"


def test_the_examples_of_the_page_are_commands() -> None:
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    examples = [shlex.split(line)[1:] for line in page.splitlines() if line.startswith("vipps-mockserver ")]
    assert len(examples) > 5
    for example in examples:
        assert run(*example, "-h").exit_code == 0, example


def test_a_start_loads_none_of_the_commands() -> None:
    code = "import sys, mockserver.process.cli; print([name for name in sys.modules if 'process.commands' in name])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stdout == "[]\n"
