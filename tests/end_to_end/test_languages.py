"""The clients for other languages, each compiled, run against a real server, and held to the same lines."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.recipe import DOCS, need, run, write_files
from tests.end_to_end.running import Merchant, Running, serving
from tools.clients.writing import CLIENTS

FOLDER = Path(__file__).parent / "languages"

EXPIRED = "#3 epayments.payment.expired.v1 of 123456/order-0002: delivered, answered 204 | "
REFUSED = {
    "otherwise": [
        'Payment order-0001 of 123456: state is "AUTHORIZED", wanted "ABORTED". Its events: ',
        "Its events: |   CREATED 49900 |   AUTHORIZED 49900",
    ],
    "nowhere": ["GET /_mock/payments/123456/order-0009: 404: "],
    "no webhook": [
        "Wanted at least one, got 0 of {",
        '"epayments.payment.captured.v1"',
        "The latest deliveries:",
        EXPIRED,
    ],
    "waited": ["No webhook within 1", "epayments.payment.captured.v1", EXPIRED],
    "not captured": [
        'Wanted at least one, got 0 of {"operation":"capturePayment"}',
        " createPayment order-0001 -> 201",
    ],
    "reason": ["400 reason POST /_mock/payments/123456/order-0001/decline: 400: ", " - reason: "],
    "unknown": ["404  GET /_mock/customers/47%20000%2F%3F: 404: "],
    "gone": ["0  GET /_mock/clock: no answer from http://127.0.0.1:1: "],
}
SAID = {
    "unit": "123456",
    "approved": "AUTHORIZED",
    "declined": "insufficient-funds",
    "webhook": "123456/order-0002",
    "webhooks": "1",
    "inbox": "3",
    "created": "order-0001 order-0002",
    "by body": "2",
    "customer": "true",
    "certificate": "404",
    "rules": "true",
    "rule": "true false",
    "replayed": "3",
    "payments": "1 2",
    "state": "49900",
}


def expect(printed: Sequence[str]) -> None:
    said = {what: rest for what, _, rest in (line.partition(": ") for line in printed)}
    assert set(said) == set(SAID) | set(REFUSED), printed
    for what, text in SAID.items():
        assert said[what] == text, what
    assert "payments: 0" in printed
    for what, texts in REFUSED.items():
        for text in texts:
            assert text.lower() in said[what].lower(), said[what]


def prepare(server: Running) -> None:
    shop = Merchant(server)
    for reference in ("order-0001", "order-0002"):
        shop.create(reference, amount={"currency": "NOK", "value": 49900})
    shop.close()


def copy(folder: Path, *files: Path) -> None:
    for file in files:
        shutil.copy(file, folder)


def test_java(tmp_path: Path) -> None:
    need("java", "javac")
    copy(tmp_path, CLIENTS / "java/Vipps.java", FOLDER / "Story.java")
    with serving() as server:
        prepare(server)
        release = ("--release", "11", "-Xlint:all", "-Werror", "-encoding", "UTF-8")
        assert run(server, tmp_path, "javac", *release, "Vipps.java", "Story.java") == []
        expect(run(server, tmp_path, "java", "-Dfile.encoding=UTF-8", "-cp", ".", "Story"))


def test_php(tmp_path: Path) -> None:
    need("php")
    copy(tmp_path, CLIENTS / "php/Vipps.php", FOLDER / "story.php")
    with serving() as server:
        prepare(server)
        expect(run(server, tmp_path, "php", "-d", "error_reporting=-1", "-d", "display_errors=1", "story.php"))


def test_go(tmp_path: Path) -> None:
    need("go")
    (tmp_path / "vippsmock").mkdir()
    copy(tmp_path / "vippsmock", CLIENTS / "go/vippsmock.go")
    copy(tmp_path, FOLDER / "story.go")
    (tmp_path / "go.mod").write_text("module story\n\ngo 1.18\n")
    offline = {"GOFLAGS": "-mod=mod", "GOPROXY": "off"}
    with serving() as server:
        prepare(server)
        assert run(server, tmp_path, "gofmt", "-l", ".", more=offline) == []
        assert run(server, tmp_path, "go", "vet", "./...", more=offline) == []
        expect(run(server, tmp_path, "go", "run", ".", more=offline))


def test_dotnet(tmp_path: Path) -> None:
    need("dotnet")
    more = {"DOTNET_CLI_TELEMETRY_OPTOUT": "1", "DOTNET_CLI_HOME": str(tmp_path)}
    with serving() as server:
        prepare(server)
        run(server, tmp_path, "dotnet", "new", "console", "--output", "story", "--no-restore", more=more)
        (tmp_path / "story/Program.cs").unlink()
        copy(tmp_path / "story", CLIENTS / "dotnet/Vipps.cs", FOLDER / "Story.cs")
        expect(run(server, tmp_path / "story", "dotnet", "run", more=more))


MODULES = FOLDER / "node_modules"


def need_package(folder: Path, *others: str) -> None:
    """Puts our package into a folder as npm would publish it, beside what the tests of it need."""
    need("node", "npm", "tar")
    missing = [name for name in others if not (MODULES / name / "package.json").is_file()]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}: run `npm install` in {FOLDER}")
    (folder / "package.json").write_text("{}")
    modules = folder / "node_modules"
    modules.mkdir()
    for each in MODULES.glob("*") if others else ():
        (modules / each.name).symlink_to(each)
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder)]
    subprocess.run(command, cwd=CLIENTS / "node", check=True, capture_output=True, timeout=120)
    (archive,) = folder.glob("*.tgz")
    subprocess.run(["tar", "-xzf", archive, "-C", modules], check=True)
    (modules / "package").rename(modules / "vipps-mockserver")


def test_node(tmp_path: Path) -> None:
    need_package(tmp_path)
    copy(tmp_path, FOLDER / "story.mjs")
    with serving() as server:
        prepare(server)
        expect(run(server, tmp_path, "node", "story.mjs"))


STARTED_HERE = {"VIPPS_MOCK_COMMAND": f"{sys.executable} -m mockserver", "VIPPS_MOCK_URL": ""}


def run_node(folder: Path, *command: str, good: bool = True, **more: str) -> str:
    """Runs a program of npm's, which starts servers by itself; gives all that it prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VIPPS_")}
    environment |= (
        {"NO_COLOR": "1", "FORCE_COLOR": "0", "CI": "1", "NO_PROXY": "127.0.0.1,localhost"} | STARTED_HERE | more
    )
    done = subprocess.run(
        ["node", *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert (done.returncode == 0) == good, f"{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def test_types_fit_programs(tmp_path: Path) -> None:
    need_package(tmp_path, "typescript", "@types/node", "@playwright/test")
    copy(tmp_path, FOLDER / "types.mts")
    checks = ("--strict", "--noEmit", "--module", "nodenext", "--types", "node", "types.mts")
    run_node(tmp_path, "node_modules/typescript/bin/tsc", *checks)


def test_jest(tmp_path: Path) -> None:
    need_package(tmp_path, "jest")
    write_files("testing-node.md", tmp_path)
    copy(tmp_path, FOLDER / "reset.test.js")
    printed = run_node(tmp_path, "node_modules/jest/bin/jest.js", "--rootDir", ".", "--testMatch", "**/*.test.js")
    assert "Tests:       5 passed, 5 total" in printed


def test_jest_says_why_a_server_does_not_start(tmp_path: Path) -> None:
    need_package(tmp_path, "jest")
    (tmp_path / "bad.test.js").write_text(
        'require("vipps-mockserver/jest").useVipps({ tokenClock: "sundial" });\ntest("nothing", () => {});\n'
    )
    printed = run_node(tmp_path, "node_modules/jest/bin/jest.js", "--rootDir", ".", good=False)
    assert "VIPPS_MOCKSERVER_TOKEN_CLOCK" in printed
    printed = run_node(
        tmp_path, "node_modules/jest/bin/jest.js", "--rootDir", ".", good=False, VIPPS_MOCK_COMMAND="no-such-program"
    )
    assert "no-such-program cannot be started" in printed
    assert "VIPPS_MOCK_COMMAND" in printed


def test_jest_uses_a_server_that_runs(tmp_path: Path) -> None:
    need_package(tmp_path, "jest")
    write_files("testing-node.md", tmp_path)
    with serving() as server:
        run_node(tmp_path, "node_modules/jest/bin/jest.js", "--rootDir", ".", "-i", VIPPS_MOCK_URL=server.url)
        assert server.journal()


@pytest.mark.browser
def test_playwright_fixtures(tmp_path: Path) -> None:
    need_package(tmp_path, "@playwright/test")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    write_files("playwright.md", tmp_path)
    printed = run_node(tmp_path, "node_modules/@playwright/test/cli.js", "test", "shop.spec.mjs", CHROMIUM=chromium)
    assert "2 passed" in printed


BUY = """#!/bin/sh
set -e
token=$(curl -sf -X POST "$VIPPS_BASE_URL/accesstoken/get" -H "client_id: $VIPPS_CLIENT_ID" \\
  -H "client_secret: $VIPPS_CLIENT_SECRET" -H "Ocp-Apim-Subscription-Key: $VIPPS_SUBSCRIPTION_KEY" \\
  | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
curl -sf -o /dev/null "$VIPPS_BASE_URL/epayment/v1/payments" -H "Authorization: Bearer $token" \\
  -H "Ocp-Apim-Subscription-Key: $VIPPS_SUBSCRIPTION_KEY" -H "Merchant-Serial-Number: $VIPPS_MSN" \\
  -H "Idempotency-Key: one" -H "Content-Type: application/json" -d '{"reference": "order-0001",
  "amount": {"currency": "NOK", "value": 49900}, "paymentMethod": {"type": "WALLET"}, "userFlow": "WEB_REDIRECT",
  "returnUrl": "http://localhost:3000/thanks", "paymentDescription": "Socks"}'
printf order-0001
"""
"""The shop of the pages' examples."""

AROUND = {
    "go": (
        "vippsmock/vippsmock.go",
        "shop_test.go",
        """package shop

import (
	"os/exec"
	"testing"

	"shop/vippsmock"
)

func buy(t *testing.T) string {
	reference, err := exec.Command("./buy").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(reference)
}

FRAGMENT""",
        ["go", "test", "./..."],
    ),
    "java": (
        "Vipps.java",
        "ShopTest.java",
        """import java.util.Map;

public class ShopTest {
    @interface Test {}

    FRAGMENT

    String buy() {
        try {
            return new String(new ProcessBuilder("./buy").start().getInputStream().readAllBytes());
        } catch (java.io.IOException error) {
            throw new java.io.UncheckedIOException(error);
        }
    }

    public static void main(String[] args) {
        new ShopTest().aCustomerPays();
    }
}""",
        ["sh", "-c", "javac Vipps.java ShopTest.java && java -cp . ShopTest"],
    ),
    "php": (
        "Vipps.php",
        "shop.php",
        """<?php
require 'Vipps.php';

final class ShopTest
{
    FRAGMENT

    private function buy(): string
    {
        return shell_exec('./buy');
    }
}

(new ShopTest())->testACustomerPays();
""",
        ["php", "shop.php"],
    ),
}
"""By page: where the client goes, the file with the example, what stands around it, and how it is run."""


@pytest.mark.parametrize("page", AROUND)
def test_the_example_on_the_page_of(page: str, tmp_path: Path) -> None:
    client, file, around, command = AROUND[page]
    need("curl", "sed", page)
    section = (DOCS / f"{page}.md").read_text("utf-8").partition("\n## In tests\n")[2]
    example = section.split("```")[1].partition("\n")[2]
    (made,) = (CLIENTS / page).iterdir()
    (tmp_path / client).parent.mkdir(exist_ok=True)
    shutil.copy(made, tmp_path / client)
    (tmp_path / file).write_text(around.replace("FRAGMENT", example), "utf-8")
    (tmp_path / "go.mod").write_text("module shop\n\ngo 1.18\n")
    (tmp_path / "buy").write_text(BUY)
    (tmp_path / "buy").chmod(0o755)
    with serving() as server:
        run(server, tmp_path, *command, more={"GOPROXY": "off"})
        (payment,) = httpx.get(f"{server.url}/_mock/payments").json()["payments"]
    assert payment["state"] == "AUTHORIZED"
