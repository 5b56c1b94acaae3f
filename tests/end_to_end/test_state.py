"""State files by the commands that users have, between servers in processes of their own."""

from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from mockserver.process.cli import main
from mockserver.settings import PREFIX
from tests.end_to_end.running import Merchant, serving


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, env={f"{PREFIX}CONFIG": None})


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_payment_goes_on_in_another_server(tmp_path: Path) -> None:
    with serving() as server:
        shop = Merchant(server)
        page = shop.create("order-0001").partition("/landing")[2]
        assert run("export", "state.json", "--url", server.url).exit_code == 0
        assert run("export", "--url", server.url).stdout_bytes == Path("state.json").read_bytes()
        shop.close()
    with serving("--state", "state.json") as server:
        check_payment(server.url, page)
    with serving("--data", str(tmp_path / "data")) as server:
        imported = run("import", "state.json", "--url", server.url)
        assert (imported.exit_code, imported.output) == (0, f"ok state.json at {server.url}\n")
        check_payment(server.url, page)
        server.kill()
    with serving("--data", str(tmp_path / "data")) as server:
        check_payment(server.url, page)


def check_payment(url: str, page: str) -> None:
    assert httpx.get(f"{url}/_mock/payments/123456/order-0001").json()["state"] == "CREATED"
    assert httpx.get(f"{url}/landing{page}").status_code == 200


def test_a_bad_file_is_refused_in_one_line(tmp_path: Path) -> None:
    with serving("--admin-token", "secret") as server:
        options = ("--url", server.url, "--admin-token", "secret")
        assert run("export", "--url", server.url).exit_code == 2
        assert run("export", "state.json", *options).exit_code == 0
        text = Path("state.json").read_text("utf-8")
        Path("bad.json").write_text(text.replace('"active": false', '"active": 0', 1), "utf-8")
        refused = run("import", "bad.json", *options)
        assert refused.exit_code == 2
        assert refused.stderr.startswith("vipps-mockserver: bad.json: ")
        assert refused.stderr.endswith(".active: must be true or false\n")
        assert refused.stderr.count("\n") == 1
        assert run("import", "none.json", *options).exit_code == 2
        assert run("export", "no/folder.json", *options).exit_code == 2
    gone = run("export", "--url", server.url)
    assert gone.stderr == f"vipps-mockserver: no server answers at {server.url}\n"
    started = run("serve", "--state", "bad.json", "--port", "0")
    assert started.exit_code == 2
    assert started.stderr.startswith("vipps-mockserver: state: bad.json: ")
    for option, value in (("--world", "state.json"), ("--scenario", "declines")):
        assert "cannot be combined with" in run("serve", "--state", "state.json", option, value).stderr


def test_commands_ask_the_server_that_the_shell_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        monkeypatch.setenv("VIPPS_BASE_URL", server.url)
        assert run("export", "state.json").exit_code == 0
        assert run("import", "state.json").output == f"ok state.json at {server.url}\n"
        assert run("checklist").exit_code == 0
        monkeypatch.setenv("VIPPS_BASE_URL", "https://apitest.vipps.no")
        assert run("export", "state.json", "--port", "1").exit_code == 2
