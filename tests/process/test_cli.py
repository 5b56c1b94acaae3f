"""The command line: in this process where that is enough, in one of its own to see it start and stop."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from click.testing import CliRunner, Result

from mockserver import __version__
from mockserver.process.cli import main
from mockserver.process.welcome import banner
from mockserver.settings import PREFIX, Settings, of_keywords
from mockserver.world import files
from tests.harness import WORLD

CLEAN = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("VIPPS_BASE_URL", "VIPPS_MOCK_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def run(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(main, arguments, env=variables)


def refused(*arguments: str, **variables: str) -> str:
    """The one line that a command says when it cannot start."""
    result = run(*arguments, **variables)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("vipps-mockserver: ")
    return line.removeprefix("vipps-mockserver: ")


def test_it_says_its_version_and_its_commands() -> None:
    assert run("--version").output == f"vipps-mockserver, version {__version__}\n"
    for command in ("serve", "health", "world"):
        assert command in run("--help").output


def shown(*command: str) -> set[str]:
    return set(re.findall(r"^  (?:-h, )?--([a-z-]+)", run(*command, "-h").output, flags=re.MULTILINE))


def test_every_setting_is_listed_for_serve() -> None:
    assert {name.replace("_", "-") for name in Settings.model_fields} <= shown("serve")


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("health", {"url", "wait", "host", "port"}),
        ("ca", {"pem", "export", "host", "tls-port", "tls-names", "tls-dir", "data"}),
        ("world", {"url", "format", "host", "port", "public-url", "world", "admin-token"}),
        ("export", {"url", "payment", "format", "host", "port", "admin-token"}),
        ("import", {"url", "host", "port", "admin-token"}),
        (
            "checklist",
            {
                "url",
                "msn",
                "api",
                "format",
                "json",
                "description",
                "documentation",
                "pilot",
                "demo",
                "fail-on-wrong",
                "host",
                "port",
                "admin-token",
            },
        ),
    ],
)
def test_other_commands_list_only_what_they_read_and_take_the_rest(command: str, options: set[str]) -> None:
    assert shown(command) == options | {"help", "config"}
    for name in Settings.model_fields:
        assert f"No such option: --{name}" not in run(command, f"--{name.replace('_', '-')}", "-h").stderr


@pytest.mark.parametrize("command", ["serve", "health", "world"])
def test_a_bad_setting_stops_the_start_with_one_line(command: str, directory: Path) -> None:
    assert refused(command, "--port", "http").startswith("--port: ")
    assert refused(command, VIPPS_MOCKSERVER_PORT="-1").startswith("VIPPS_MOCKSERVER_PORT: ")
    assert "did you mean VIPPS_MOCKSERVER_PORT?" in refused(command, VIPPS_MOCKSERVER_PROT="1")
    (directory / "vipps-mockserver.toml").write_text("strikt = true\n")
    assert refused(command) == "vipps-mockserver.toml: strikt: there is no such setting; did you mean strict?"


@pytest.mark.parametrize("command", ["serve", "health", "world"])
def test_a_misspelled_option_is_named_with_the_nearest_one(command: str) -> None:
    result = run(command, "--prot", "1")
    assert result.exit_code == 2
    assert "No such option" in result.stderr
    assert "--port" in result.stderr


@pytest.mark.parametrize("command", ["serve", "world"])
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("merchants: [", "not valid YAML"),
        ("shops: []", "merchants: "),
        (json.dumps(files.to_plain(WORLD) | {"shops": []}), "shops: "),
        (json.dumps(files.to_plain(WORLD)).replace("123457", "123456"), "sales_units.msn: '123456' occurs more than"),
        (json.dumps(files.to_plain(WORLD)).replace('"merchant_id": "merchant-fi-1"', '"merchant_id": "x"'), "no mer"),
    ],
)
def test_a_bad_world_stops_the_start_with_one_line(directory: Path, command: str, text: str, reason: str) -> None:
    (directory / "world.yaml").write_text(text)
    line = refused(command, "--world", "world.yaml")
    assert line.startswith("world.yaml: ")
    assert reason in line


@pytest.mark.parametrize("command", ["serve", "world"])
def test_a_missing_world_stops_the_start_with_one_line(command: str) -> None:
    assert refused(command, "--world", "nowhere.yaml").startswith("nowhere.yaml: cannot be read: ")


def test_a_port_in_use_stops_the_start_with_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert refused("serve", "--port", str(port)).startswith(f"cannot listen on 127.0.0.1 port {port}: ")


@pytest.mark.parametrize("host", ["256.256.256.256", "192.0.2.1", "a" * 300, "::zz"])
def test_a_host_that_is_not_here_stops_the_start_with_one_line(host: str) -> None:
    assert refused("serve", "--host", host, "--port", "0").startswith(f"cannot listen on {host} port 0: ")


def test_a_data_directory_that_cannot_be_used_stops_the_start_with_one_line(directory: Path) -> None:
    (directory / "file").write_text("x")
    assert refused("serve", "--port", "0", "--data", "file").startswith("data: file is no directory")


def test_world_prints_the_variables_of_the_default_unit_and_partner() -> None:
    lines = dict(line.split("=", 1) for line in run("world", "--port", "9000").output.splitlines())

    keys = WORLD.default_unit.keys
    partner = next(partner for partner in WORLD.partners if partner.id == "partner-plus")
    assert partner.keys is not None
    assert partner.management_keys is not None
    (donations,) = next(merchant.donation_keys for merchant in WORLD.merchants if merchant.donation_keys)
    assert lines == {
        "VIPPS_BASE_URL": "http://127.0.0.1:9000",
        "VIPPS_CLIENT_ID": keys.client_id,
        "VIPPS_CLIENT_SECRET": keys.client_secret,
        "VIPPS_SUBSCRIPTION_KEY": keys.subscription_key,
        "VIPPS_MSN": "123456",
        "VIPPS_PHONE": "4712345678",
        "VIPPS_PARTNER_CLIENT_ID": partner.keys.client_id,
        "VIPPS_PARTNER_CLIENT_SECRET": partner.keys.client_secret,
        "VIPPS_PARTNER_SUBSCRIPTION_KEY": partner.keys.subscription_key,
        "VIPPS_MANAGEMENT_CLIENT_ID": partner.management_keys.client_id,
        "VIPPS_MANAGEMENT_CLIENT_SECRET": partner.management_keys.client_secret,
        "VIPPS_PARTNER_MSN": "523456",
        "VIPPS_DONATIONS_CLIENT_ID": donations.client_id,
        "VIPPS_DONATIONS_CLIENT_SECRET": donations.client_secret,
    }


@pytest.mark.parametrize(
    ("options", "url"),
    [
        ({"host": "0.0.0.0"}, "http://127.0.0.1:8080"),
        ({"host": "::"}, "http://[::1]:8080"),
        ({"host": "::1", "port": "1"}, "http://[::1]:1"),
        ({"public_url": "https://vipps.example.com"}, "https://vipps.example.com"),
    ],
)
def test_the_base_url_is_one_that_clients_can_use(options: dict[str, str], url: str) -> None:
    arguments = [text for name, value in options.items() for text in (f"--{name.replace('_', '-')}", value)]
    assert run("world", *arguments).output.startswith(f"VIPPS_BASE_URL={url}\n")
    assert f" at {url} (" in banner(Settings(**options), files.to_plain(WORLD))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "ca"),
    [
        ({}, "ca"),
        ({"data": "kept"}, "ca --data kept"),
        ({"data": "kept", "tls_dir": "of shops"}, "ca --tls-dir 'of shops'"),
    ],
)
def test_the_banner_names_the_authority_of_this_server(options: dict[str, str], ca: str) -> None:
    assert f" {ca} says how)" in banner(Settings(**options), files.to_plain(WORLD), "ca.pem")  # type: ignore[arg-type]


def test_the_banner_says_that_the_admin_token_comes_first() -> None:
    said = banner(of_keywords({"admin_token": "hush"}), files.to_plain(WORLD))
    assert f", once {PREFIX}ADMIN_TOKEN is set there:\neval " in said


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_world_prints_the_whole_world(directory: Path, form: str) -> None:
    text = run("world", "--format", form).output
    assert (json.loads(text) if form == "json" else yaml.safe_load(text)) == files.to_plain(WORLD)

    (directory / f"world.{form}").write_text(text, "utf-8")
    assert run("world", "--world", f"world.{form}", "--format", form).output == text


GENERATE = ("world", "generate", "--merchants", "3", "--customers", "4")


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_a_generated_world_is_the_same_for_a_seed_and_can_be_used(directory: Path, form: str) -> None:
    name = f"made.{form}"
    first = run(*GENERATE, "--seed", "7", "--format", form).output
    assert run(*GENERATE, "--seed", "7", "--format", form, "--output", name).output == ""

    assert (directory / name).read_text("utf-8") == first
    assert run(*GENERATE, "--seed", "8", "--format", form).output != first
    assert len(files.read(directory / name).merchants) == 3
    assert run("world", "--world", name).output.startswith("VIPPS_BASE_URL=")


@pytest.mark.parametrize("arguments", [("--merchants", "0"), ("--customers", "-1"), ("--seed", "x"), ("--format", "x")])
def test_a_world_cannot_be_generated_from_nonsense(arguments: tuple[str, str]) -> None:
    result = run("world", "generate", *arguments)
    assert result.exit_code == 2
    assert arguments[0] in result.stderr


def test_a_world_cannot_be_written_to_a_place_that_does_not_exist() -> None:
    assert "nowhere" in refused(*GENERATE, "--output", "nowhere/world.yaml")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def test_health_without_a_server_says_so() -> None:
    port = free_port()
    result = run("health", "--port", str(port))
    assert result.exit_code == 1
    assert result.stderr == f"no server answers at http://127.0.0.1:{port}\n"


def test_health_asks_the_server_that_is_named(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    url = serve("--port", str(free_port())).url
    place = url.removeprefix("http://")
    for named in (url, place, f"{url}/"):
        result = run("health", "--url", named)
        assert (result.exit_code, result.stdout.startswith(f"ok http://{place}")) == (0, True), result.output
    monkeypatch.setenv("VIPPS_MOCK_URL", place)
    assert run("health").exit_code == 0
    assert run("world", "--url", place).exit_code == 0
    assert run("health", "--url", "ftp://x").stderr.endswith("--url: ftp://x is not an http or https address\n")
    assert run("health", "--url", "https://x").stderr.endswith("--url: https://x: this asks over HTTP only\n")


def test_health_waits_for_as_long_as_asked() -> None:
    assert run("health", "--port", str(free_port()), "--wait", "0.2").exit_code == 1


@pytest.mark.parametrize("wait", ["-1", "forever", "99999"])
def test_health_waits_for_a_sensible_time_only(wait: str) -> None:
    assert run("health", "--wait", wait).exit_code == 2


@pytest.mark.parametrize(
    "answer", [b"SSH-2.0-x\r\n", b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", b"", b"\x00" * 99]
)
def test_health_is_not_fooled_by_something_else(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        assert run("health", "--port", str(listener.getsockname()[1])).exit_code == 1
        thread.join()


class Process:
    """``serve`` in a process of its own, and what it printed until it was ready."""

    def __init__(self, *arguments: str, program: tuple[str, ...] = (sys.executable, "-m", "mockserver")) -> None:
        self.popen = subprocess.Popen(
            [*program, "serve", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=CLEAN,
        )
        self.banner = ""
        assert self.popen.stdout is not None
        for line in self.popen.stdout:
            self.banner += line
            if line.startswith("Stop with"):
                break

    @property
    def variables(self) -> dict[str, str]:
        lines = [line.removeprefix("export ") for line in self.banner.splitlines() if line.startswith("export ")]
        return {name: value.strip("'") for name, _, value in (line.partition("=") for line in lines)}

    @property
    def url(self) -> str:
        return self.variables["VIPPS_BASE_URL"]

    def stop(self, by: signal.Signals) -> tuple[int, str]:
        """The exit code and what was written on standard error."""
        self.popen.send_signal(by)
        _, errors = self.popen.communicate(timeout=10)
        return self.popen.returncode, errors

    def close(self) -> None:
        if self.popen.poll() is None:
            self.popen.kill()
            self.popen.communicate()


@pytest.fixture
def serve() -> Iterator[Any]:
    started: list[Process] = []

    def serve(*arguments: str, **options: Any) -> Process:
        started.append(Process(*arguments, **options))
        return started[-1]

    yield serve
    for process in started:
        process.close()


SCRIPT = (str(Path(sys.executable).with_name("vipps-mockserver")),)
MODULE = (sys.executable, "-m", "mockserver")


@pytest.mark.parametrize(("program", "by"), [(SCRIPT, signal.SIGTERM), (MODULE, signal.SIGINT)], ids=["term", "int"])
def test_it_prints_where_and_with_which_keys_and_stops_in_good_order(
    serve: Any, program: tuple[str, ...], by: signal.Signals
) -> None:
    process = serve(program=program)
    variables, keys = process.variables, WORLD.default_unit.keys

    with httpx.Client(base_url=process.url, trust_env=False) as client:
        headers = {
            "client_id": variables["VIPPS_CLIENT_ID"],
            "client_secret": variables["VIPPS_CLIENT_SECRET"],
            "Ocp-Apim-Subscription-Key": variables["VIPPS_SUBSCRIPTION_KEY"],
        }
        assert client.post("/accesstoken/get", headers=headers).status_code == 200
        assert run("health", "--port", process.url.rpartition(":")[2]).output == f"ok {process.url}\n"
        code, errors = process.stop(by)

    assert variables["VIPPS_CLIENT_SECRET"] == keys.client_secret
    assert f"{process.url}/_mock/requests" in process.banner
    assert code == 0
    (line,) = errors.splitlines()
    assert " 200 fetchAuthorizationTokenUsingPost POST /accesstoken/get " in line
    assert keys.client_secret not in errors


ASKED = ("world", "--format", "export")


def test_world_asks_the_server_that_is_named_not_the_settings(serve: Any) -> None:
    url = serve().url
    first = f"export VIPPS_BASE_URL='{url}'\n"

    assert run(*ASKED, "--url", url).output.startswith(first)
    assert run(*ASKED, "--port", url.rpartition(":")[2]).output.startswith(first)
    assert run(*ASKED, VIPPS_MOCK_URL=url, VIPPS_BASE_URL="http://127.0.0.1:1").output.startswith(first)
    assert run(*ASKED, VIPPS_BASE_URL=url).output.startswith(first)
    assert run("world", "--format", "dotenv", "--url", url).output.startswith(f"VIPPS_BASE_URL='{url}'\n")
    assert run("world", VIPPS_MOCK_URL=url).output.startswith(f"VIPPS_BASE_URL={url}\n")
    assert run("world", "--port", "9000", VIPPS_MOCK_URL=url).output.startswith(
        "VIPPS_BASE_URL=http://127.0.0.1:9000\n"
    )


def test_world_never_asks_the_real_platform() -> None:
    assert run("world", VIPPS_BASE_URL="https://api.vipps.no").output.startswith(
        "VIPPS_BASE_URL=http://127.0.0.1:8080\n"
    )


def test_a_shell_that_finds_no_server_is_left_without_an_address() -> None:
    result = run(*ASKED, "--url", "http://127.0.0.1:1")
    assert result.exit_code == 2
    assert result.stdout == "unset VIPPS_BASE_URL; false\n"
    assert result.stderr == "vipps-mockserver: no server answers at http://127.0.0.1:1\n"


def test_world_evaluates_nothing_that_another_server_says() -> None:
    said = b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"variables": {"A; touch x": "1"}}'
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(said)

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        result = run(*ASKED, "--url", url)
        thread.join()
    assert result.stdout == "unset VIPPS_BASE_URL; false\n"
    assert result.stderr == f"vipps-mockserver: {url} is not a vipps-mockserver\n"


@pytest.mark.skipif(shutil.which("sh") is None or shutil.which("curl") is None, reason="needs sh and curl")
@pytest.mark.parametrize("program", [SCRIPT, MODULE], ids=["script", "module"])
def test_the_lines_of_the_banner_work_where_they_are_printed(serve: Any, program: tuple[str, ...]) -> None:
    process = serve("--admin-token", "hush", program=program)
    lines = [line.split("   ")[-1].strip() for line in process.banner.splitlines()]
    (line,) = (line for line in lines if line.startswith("eval "))
    (requests,) = (line for line in lines if line.endswith("/_mock/requests"))
    script = f'{line}\necho "$VIPPS_BASE_URL"\n{requests}'
    variables = CLEAN | {f"{PREFIX}ADMIN_TOKEN": "hush"}
    done = subprocess.run(["sh", "-eu", "-c", script], capture_output=True, text=True, check=False, env=variables)

    assert done.returncode == 0, done.stderr
    url, answer = done.stdout.splitlines()
    assert url == process.url
    assert '"requests":' in answer
    assert "hush" not in process.banner


def test_health_can_wait_for_a_server_that_starts_later(serve: Any) -> None:
    port = free_port()
    results: list[Result] = []
    waiting = threading.Thread(target=lambda: results.append(run("health", "--port", str(port), "--wait", "10")))
    waiting.start()
    process = serve("--port", str(port), "--public-url", "https://vipps.example.com")
    waiting.join()

    assert results[0].exit_code == 0
    assert process.url == "https://vipps.example.com"


def test_two_servers_do_not_share_a_data_directory(serve: Any, directory: Path) -> None:
    first = serve("--data", "data")
    assert refused("serve", "--port", "0", "--data", "data").endswith("another server is using it")
    assert first.stop(signal.SIGTERM)[0] == 0
    assert serve("--data", "data").stop(signal.SIGTERM) == (0, "")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "'' names no host"),
        ("http://me:secret@127.0.0.1:1", "must not contain a user name or password"),
        ("http://", "'http://' names no host"),
        ("http://:8080", "'http://:8080' names no host"),
        ("a b", "'a b' names no host"),
        ("http://127.0.0.1:99999", "its port is not a number from 1 to 65535"),
        ("http://127.0.0.1:x", "its port is not a number from 1 to 65535"),
        ("127.0.0.1:0", "its port is not a number from 1 to 65535"),
        ("http://[::1", "has no valid host"),
        ("ftp://x", "ftp://x is not an http or https address"),
    ],
)
@pytest.mark.parametrize("command", ["health", "export"])
def test_a_url_that_is_none_is_refused_in_a_line(command: str, url: str, reason: str) -> None:
    line = refused(command, "--url", url)
    assert line.startswith("--url: ")
    assert reason in line


def test_a_file_that_cannot_be_written_is_told_in_a_line(serve: Any, tmp_path: Path) -> None:
    url = serve().banner.split("http://")[1].split()[0]
    assert refused("export", "/nodir/x", "--url", url) == "/nodir/x: cannot be written: No such file or directory"
    assert refused("ca", "--export", "/nodir/x", "--tls-dir", str(tmp_path / "tls")) == (
        "/nodir/x: cannot be written: No such file or directory"
    )


@pytest.mark.parametrize("name", ["world.yaml", "world.json"])
def test_a_world_file_may_begin_with_a_byte_order_mark(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(files.to_json(WORLD), "utf-8-sig")
    assert run("world", "--world", name).exit_code == 0
