"""The official npm SDK, as published, against a server of its own."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.end_to_end.running import serving

FOLDER = Path(__file__).parent / "sdk"

pytestmark = pytest.mark.node

OPERATIONS = {
    "fetchAuthorizationTokenUsingPost",
    "createPayment",
    "getPayment",
    "getPaymentEventLog",
    "forceApprove",
    "capturePayment",
    "refundPayment",
    "cancelPayment",
}
"""All that the SDK can do with a payment."""


def find_node() -> str:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Node.js and npm are not installed")
    if not (FOLDER / "node_modules/@vippsmobilepay/sdk/package.json").is_file():
        pytest.skip(f"the official SDK is not installed: run `npm install` in {FOLDER}")
    return node


@pytest.mark.parametrize("options", [(), ("--strict",)], ids=["default", "strict"])
def test_official_sdk_pays_from_token_to_refund(options: tuple[str, ...]) -> None:
    node = find_node()
    with serving(*options) as server:
        environment = os.environ | server.variables
        run = subprocess.run(
            [node, "--import", "./redirect.mjs", "sdk.mjs"],
            cwd=FOLDER,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        journal = server.journal()
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"
    assert run.stdout.endswith("all steps done\n")
    assert {entry["operation"] for entry in journal} == OPERATIONS
    assert [entry["warnings"] for entry in journal if entry["warnings"]] == []
