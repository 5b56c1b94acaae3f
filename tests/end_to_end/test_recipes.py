"""Each recipe in docs/ that pays, run as it stands on its page."""

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.recipe import expect_story, need, need_modules, run, write_files
from tests.end_to_end.running import serving


@pytest.mark.parametrize(
    ("page", "command"),
    [
        ("curl.md", ["bash", "recipe.sh"]),
        ("go.md", ["go", "run", "recipe.go"]),
        ("java.md", ["java", "Recipe.java"]),
        ("python.md", [sys.executable, "recipe.py"]),
    ],
)
def test_a_payment_in(page: str, command: list[str], tmp_path: Path) -> None:
    need(command[0], *(["curl", "jq"] if page == "curl.md" else []))
    write_files(page, tmp_path)
    with serving() as server:
        expect_story(server, run(server, tmp_path, *command))


def test_the_official_npm_sdk(tmp_path: Path) -> None:
    need_modules(tmp_path, "@vippsmobilepay/sdk")
    write_files("node-sdk.md", tmp_path)
    with serving() as server:
        expect_story(server, run(server, tmp_path, "node", "recipe.mjs"))


def test_a_subscription_by_the_official_npm_sdk(tmp_path: Path) -> None:
    need_modules(tmp_path, "@vippsmobilepay/sdk")
    write_files("node-sdk.md", tmp_path)
    with serving() as server:
        printed = run(server, tmp_path, "node", "subscription.mjs")
    assert printed[0].startswith("open in a browser: ")
    assert printed[1:] == [
        "webhook: recurring.agreement-activated.v1 ACTIVE",
        *["webhook: recurring.charge-captured.v1 49900"] * 3,
        "charged: 3 times",
        "webhook: recurring.agreement-stopped.v1 STOPPED",
    ]


@contextmanager
def php_serving(folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = ["php", "-S", address, "webhook.php"]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            assert "started" in process.stderr.readline()
            yield f"http://{address}/vipps"
        finally:
            process.terminate()


def test_php(tmp_path: Path) -> None:
    need("php")
    if not Path("/usr/share/php/GuzzleHttp/autoload.php").is_file():
        pytest.skip("not installed: php-guzzlehttp-guzzle")
    write_files("php.md", tmp_path)
    with serving() as server, php_serving(tmp_path) as url:
        expect_story(server, run(server, tmp_path, "php", "recipe.php", more={"SHOP_WEBHOOK_URL": url}))
        assert httpx.post(url, content=b"{}").status_code == 401


def test_subscriptions_as_shop_plugins_in_php_sell_them(tmp_path: Path) -> None:
    need("php")
    write_files("php.md", tmp_path)
    script = str(Path(__file__).parent / "recipes" / "subscriptions.php")
    with serving() as server, php_serving(tmp_path) as url:
        printed = run(server, tmp_path, "php", script, more={"SHOP_WEBHOOK_URL": url})
        deliveries = httpx.get(f"{server.url}/_mock/webhooks/deliveries").json()["deliveries"]
    shown = dict(line.split(": ", 1) for line in printed)
    assert json.loads(shown.pop("webhook"))["eventType"] == "recurring.agreement-stopped.v1"
    assert shown == {
        "status": "CHARGED, captured: 30000",
        "captured before": "400 yes",
        "renamed": "Warm socks",
        "renewed": "CHARGED",
    }
    told = [(json.loads(each["body"])["eventType"], each["state"]) for each in reversed(deliveries)]
    assert told == [
        ("recurring.agreement-activated.v1", "delivered"),
        ("recurring.charge-captured.v1", "delivered"),
        ("recurring.charge-captured.v1", "delivered"),
        ("recurring.agreement-stopped.v1", "delivered"),
    ]


@pytest.mark.browser
def test_playwright(tmp_path: Path) -> None:
    need_modules(tmp_path, "playwright-core")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    write_files("playwright.md", tmp_path)
    with serving() as server:
        printed = run(server, tmp_path, "node", "--test", "--test-reporter=tap", more={"CHROMIUM": chromium})
        payments = httpx.get(f"{server.url}/_mock/payments").json()["payments"]
    assert "# pass 3" in printed
    assert [payment["state"] for payment in payments] == ["CREATED", "ABORTED", "AUTHORIZED"]
