"""The official npm SDKs, as published and under the names that they have built in: over TLS, told nothing."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

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


def test_the_sdk_meets_productions_rules_at_productions_name(server: Running) -> None:
    unit = httpx.get(f"{server.url}/_mock/sales-units/123463", trust_env=False).json()
    keys = {
        "VIPPS_CLIENT_ID": unit["keys"]["client_id"],
        "VIPPS_CLIENT_SECRET": unit["keys"]["client_secret"],
        "VIPPS_SUBSCRIPTION_KEY": unit["keys"]["subscription_key"],
        "VIPPS_MSN": unit["msn"],
    }
    done = run(server, "production.mjs", "api.vipps.no", **keys)
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


def test_without_trust_it_gets_nowhere(server: Running) -> None:
    done = run(server, "sdk.mjs", "apitest.vipps.no", NODE_EXTRA_CA_CERTS="")
    assert done.returncode != 0
    assert server.journal() == []
