"""The official npm SDKs, as published and under the names that they have built in: over TLS, told nothing."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.nginx import free_port
from tests.end_to_end.running import Running, serving
from tests.end_to_end.test_sdk import FOLDER, NEW, OPERATIONS, find_node

pytestmark = pytest.mark.node


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    with serving("--tls", "--tls-port", "0", "--tls-dir", str(tmp_path), "--environment", "by-host") as server:
        yield server


def run(server: Running, script: str, host: str, sdk: str = NEW, **more: str) -> subprocess.CompletedProcess[str]:
    """Node with the real names led to the server, as DNS would do, and with what a user sets to trust it."""
    environment = os.environ | server.variables | {
        "VIPPS_BASE_URL": f"https://{host}",
        "TLS_PORT": str(httpx.URL(server.tls_url).port),
        "NODE_EXTRA_CA_CERTS": server.authority,
    }  # fmt: skip
    command = [find_node(sdk), "--require", "./quick.cjs", "--require", "./drop-in.cjs", script]
    return subprocess.run(
        command, cwd=FOLDER, env=environment | more, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_sdk_pays_at_the_test_environments_own_name(server: Running) -> None:
    done = run(server, "sdk.mjs", "apitest.vipps.no")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert done.stdout.endswith("all steps done\n")
    journal = server.journal()
    assert {entry["operation"] for entry in journal} == OPERATIONS
    assert {dict(entry["request"]["headers"])["host"] for entry in journal} == {"apitest.vipps.no"}
    assert [entry["warnings"] for entry in journal if entry["warnings"]] == []


def of_production(server: Running) -> dict[str, str]:
    """The keys that are good there."""
    unit = httpx.get(f"{server.url}/_mock/sales-units/123463", trust_env=False).json()
    return {
        "VIPPS_CLIENT_ID": unit["keys"]["client_id"],
        "VIPPS_CLIENT_SECRET": unit["keys"]["client_secret"],
        "VIPPS_SUBSCRIPTION_KEY": unit["keys"]["subscription_key"],
        "VIPPS_MSN": unit["msn"],
    }


def test_the_sdk_meets_productions_rules_at_productions_name(server: Running) -> None:
    done = run(server, "production.mjs", "api.vipps.no", **of_production(server))
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert done.stdout.endswith("all steps done\n")
    assert {dict(entry["request"]["headers"])["host"] for entry in server.journal()} == {"api.vipps.no"}


def test_keys_of_the_test_environment_get_nowhere_in_production(server: Running) -> None:
    done = run(server, "production.mjs", "api.vipps.no")
    assert done.returncode != 0
    [entry] = server.journal()
    assert (entry["status"], entry["warnings"][0]["kindness"]) == (401, "other-environment")


def test_the_older_sdk_pays_at_the_test_environments_own_name(server: Running) -> None:
    done = run(server, "node-sdk.mjs", "apitest.vipps.no", "@vippsno/vipps-sdk")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert done.stdout.endswith("all steps done\n")
    journal = server.journal()
    assert {entry["operation"] for entry in journal} >= OPERATIONS
    told = {each["kindness"] for entry in journal for each in entry["warnings"]}
    assert told == {"not-emulated"}
    early = [entry for entry in journal if entry["operation"] == "capturePayment" and entry["status"] == 400]
    assert [entry["replayed"] for entry in sorted(early, key=lambda entry: entry["id"])] == [False, *[True] * 4]


PROXY = str(Path(__file__).parents[2] / "clients" / "node" / "proxy.mjs")


def run_through_proxy(server: Running, script: str, host: str, sdk: str = NEW) -> subprocess.CompletedProcess[str]:
    """Node with HTTPS_PROXY and our preload, which is all that a user sets."""
    more = {"VIPPS_BASE_URL": f"https://{host}", "HTTPS_PROXY": server.url, "NODE_EXTRA_CA_CERTS": server.authority}
    return subprocess.run(
        [find_node(sdk), "--require", "./quick.cjs", "--import", PROXY, script],
        cwd=FOLDER,
        env=os.environ | server.variables | (of_production(server) if host == "api.vipps.no" else {}) | more,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("sdk", "script", "host"),
    [
        (NEW, "sdk.mjs", "apitest.vipps.no"),
        (NEW, "production.mjs", "api.vipps.no"),
        ("@vippsno/vipps-sdk", "node-sdk.mjs", "apitest.vipps.no"),
    ],
)
def test_the_sdks_pay_through_the_proxy(server: Running, sdk: str, script: str, host: str) -> None:
    done = run_through_proxy(server, script, host, sdk)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert done.stdout.endswith("all steps done\n")
    assert {dict(entry["request"]["headers"])["host"] for entry in server.journal()} == {host}


OTHERS = """
import https from "node:https";
import { request } from "node:https";
for (const get of [https.request, request]) {
  const url = "https://api.vipps.no/_mock/health";
  const answer = await new Promise((found, failed) => get(url, found).on("error", failed).end());
  console.log(answer.statusCode, (await answer.toArray()).join("").includes("ok"));
}
const big = await fetch("https://apitest.vipps.no/openapi/epayment.json");
console.log(big.status, (await big.text()).length > 20000);
const body = "x".repeat(900_000);
const there = await fetch("https://apitest.vipps.no/webhooks/v1/webhooks", { method: "POST", body });
console.log(there.status);
await fetch("https://127.0.0.1:" + process.env.FREE).catch((error) => console.log(error.cause.code));
process.env.HTTPS_PROXY = `${process.env.PLAIN}`;
await fetch("https://api.vipps.no/").catch((error) => console.log(error.cause.message));
"""


def test_everything_else_of_node_goes_that_way_too_and_other_names_as_ever(server: Running, tmp_path: Path) -> None:
    script = tmp_path / "others.mjs"
    script.write_text(OTHERS)
    with serving() as plain:
        more = {"HTTPS_PROXY": server.url, "NODE_EXTRA_CA_CERTS": server.authority, "PLAIN": plain.url}
        more["FREE"] = str(free_port())
        done = subprocess.run(
            [find_node(), "--import", PROXY, str(script)],
            env=os.environ | more,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        refused = f"The proxy at {plain.url.removeprefix('http://')} leads to no api.vipps.no: HTTP/1.1 405"
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:5] == ["200 true", "200 true", "200 true", "401", "ECONNREFUSED"]
    assert done.stdout.splitlines()[5].startswith(refused)


def test_without_trust_it_gets_nowhere(server: Running) -> None:
    done = run(server, "sdk.mjs", "apitest.vipps.no", NODE_EXTRA_CA_CERTS="")
    assert done.returncode != 0
    assert server.journal() == []
