"""The official npm SDK, as published: its newest version and an old one, each against a server of its own."""

import os
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.running import Running, serving

FOLDER = Path(__file__).parent / "sdk"

pytestmark = pytest.mark.node

TOKEN, BY_ID = "fetchAuthorizationTokenUsingPost", "FetchChargeByIdV3"
OPERATIONS = {
    TOKEN,
    "createPayment",
    "getPayment",
    "getPaymentEventLog",
    "forceApprove",
    "capturePayment",
    "refundPayment",
    "cancelPayment",
}
"""All that the SDK can do with a payment."""


WEBHOOKS = {"registerWebhook", "listWebhooks", "deleteWebhook"}
CUSTOMERS = {"discoverOpenIDConfiguration", "getUserinfo"}
"""What only the old version has."""

AGREEMENTS = {
    "DraftAgreementV3",
    "ListAgreementsV3",
    "FetchAgreementV3",
    "UpdateAgreementPatchV3",
    "acceptUsingPATCHV3",
}
CHARGES = {
    "CreateChargeV3",
    "CreateChargeAsyncV3",
    "ListChargesV3",
    "FetchChargeV3",
    BY_ID,
    "CancelChargeV3",
    "CaptureChargeV3",
    "RefundChargeV3",
}
"""All that the SDK can do with subscriptions."""

NEW, OLD = "@vippsmobilepay/sdk", "sdk-old"


def find_node(package: str = NEW) -> str:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Node.js and npm are not installed")
    if not (FOLDER / "node_modules" / package / "package.json").is_file():
        pytest.skip(f"the official SDK is not installed: run `npm install` in {FOLDER}")
    return node


def run(server: Running, script: str, sdk: str) -> None:
    """Runs a script that drives the SDK under this name, to its last line."""
    done = subprocess.run(
        [find_node(sdk), "--require", "./quick.cjs", "--import", "./redirect.mjs", script],
        cwd=FOLDER,
        env=os.environ | server.variables | {"SDK": sdk},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert done.stdout.endswith("all steps done\n")


@pytest.mark.parametrize("options", [(), ("--strict",)], ids=["default", "strict"])
@pytest.mark.parametrize("sdk", [NEW, OLD])
def test_official_sdk_pays_from_token_to_refund(sdk: str, options: tuple[str, ...]) -> None:
    with serving(*options) as server:
        run(server, "sdk.mjs", sdk)
        journal = server.journal()
    assert {entry["operation"] for entry in journal} == OPERATIONS
    assert [entry["warnings"] for entry in journal if entry["warnings"]] == []


@pytest.mark.parametrize("sdk", [NEW, OLD])
def test_official_sdk_sells_subscriptions(sdk: str) -> None:
    with serving() as server:
        run(server, "agreements.mjs", sdk)
        journal = server.journal()
    asked = {entry["operation"] for entry in journal}
    assert asked - {None} == (AGREEMENTS | CHARGES | {TOKEN}) - ({BY_ID} if sdk == OLD else set())
    assert (None in asked) is (sdk == OLD), "the old version asks for a path that never was"
    forgiven = [entry["warnings"] for entry in journal if entry["warnings"] and entry["operation"]]
    assert forgiven == []


@pytest.mark.parametrize(
    ("sdk", "operations", "absent"), [(NEW, WEBHOOKS, 2), (OLD, WEBHOOKS | CUSTOMERS, 16)], ids=[NEW, OLD]
)
def test_official_sdk_meets_every_other_product(sdk: str, operations: set[str], absent: int) -> None:
    """``absent`` is how many functions it has for products that are not emulated: each fails once, and at once."""
    busy = {"name": "busy", "when": {"operation": "cancelPayment"}, "then": {"error": 503}, "times": 1}
    with serving("--strict") as server:
        httpx.post(f"{server.url}/_mock/scenarios", json=busy).raise_for_status()
        run(server, "products.mjs", sdk)
        journal = server.journal()
    assert operations <= {entry["operation"] for entry in journal}
    tries = [entry["status"] for entry in journal if entry["operation"] == "cancelPayment"]
    assert sorted(tries) == [200, 503]
    refused = [(entry["method"], entry["path"]) for entry in journal if entry["operation"] is None]
    assert len(refused) == len(set(refused)) == absent
