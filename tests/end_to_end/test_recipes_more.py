"""The pages in docs/ that are no program in a language: what of them can be run here."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from mockserver.settings import PREFIX
from tests.end_to_end.recipe import MODULES, expect_story, need, need_modules, run, write_files
from tests.end_to_end.running import serving

WORDPRESS = Path(os.environ.get("WORDPRESS", "/usr/share/wordpress"))
WORKFLOWS = ".github/workflows"


def test_dotnet(tmp_path: Path) -> None:
    need("dotnet")
    run_dotnet = ["dotnet", "new", "console", "--output", "recipe", "--no-restore"]
    more = {"DOTNET_CLI_TELEMETRY_OPTOUT": "1", "DOTNET_CLI_HOME": str(tmp_path), "SHOP_PORT": str(free_port())}
    with serving() as server:
        run(server, tmp_path, *run_dotnet, more=more)
        write_files("dotnet.md", tmp_path / "recipe")
        expect_story(server, run(server, tmp_path / "recipe", "dotnet", "run", more=more))


@pytest.mark.parametrize("plugin", ["vipps-mockserver.php", "vipps-mockserver-proxy.php"])
def test_wordpress_sends_its_calls_here(tmp_path: Path, plugin: str) -> None:
    need("php")
    if not (WORDPRESS / "wp-includes").is_dir():
        pytest.skip("WordPress is not installed: the variable WORDPRESS names its folder")
    write_files("woocommerce.md", tmp_path)
    script = str(MODULES.parent / "wordpress.php")
    with serving("--tls", "--tls-port", "0", "--tls-dir", str(tmp_path)) as server:
        more = {"VIPPS_PROXY": server.url, "VIPPS_CA": server.authority}
        printed = run(server, tmp_path, "php", script, str(WORDPRESS), plugin, more=more)
    assert printed == [
        "200 POST accessToken/get",
        "201 POST epayment/v1/payments",
        "200 POST epayment/v1/test/payments/woo-order-1/approve",
        "200 POST epayment/v1/payments/woo-order-1/capture",
        "200 POST epayment/v1/payments/woo-order-1/refund",
        "49900",
        "404 POST order-management/v1/images/",
    ]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def workflow(name: str, folder: Path) -> dict[str, Any]:
    write_files("github-actions.md", folder)
    read: dict[str, Any] = yaml.safe_load((folder / WORKFLOWS / name).read_text("utf-8"))
    return read


def test_the_workflows_fit_the_schema(tmp_path: Path) -> None:
    pytest.importorskip("check_jsonschema", reason="not installed: check-jsonschema")
    write_files("github-actions.md", tmp_path)
    files = sorted(str(path) for path in (tmp_path / WORKFLOWS).iterdir())
    assert len(files) == 2
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", *files]
    checked = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert checked.returncode == 0, checked.stdout


def test_the_service_container_has_the_keys_of_the_default_world(tmp_path: Path) -> None:
    with serving() as server:
        expected = server.variables | {"VIPPS_BASE_URL": "http://127.0.0.1:8080"}
    assert workflow("service.yml", tmp_path)["jobs"]["test"]["env"] == expected


def test_the_step_that_starts_the_emulator(tmp_path: Path) -> None:
    need("bash")
    steps = workflow("process.yml", tmp_path)["jobs"]["test"]["steps"]
    script = next(step["run"] for step in steps if step.get("name") == "Start the emulator")
    command = tmp_path / "bin" / "vipps-mockserver"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mockserver "$@"\n')
    command.chmod(0o755)
    variables = tmp_path / "variables"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environment |= {"GITHUB_ENV": str(variables), f"{PREFIX}PORT": str(free_port())}
    environment["PATH"] = f"{command.parent}:{environment['PATH']}"
    with subprocess.Popen(["bash", "-e", "-c", script], cwd=tmp_path, env=environment, start_new_session=True) as job:
        try:
            assert job.wait(60) == 0
            given = dict(line.split("=", 1) for line in variables.read_text("utf-8").splitlines())
            unit = httpx.get(f"{given['VIPPS_BASE_URL']}/_mock/sales-units/{given['VIPPS_MSN']}").json()
        finally:
            os.killpg(job.pid, signal.SIGTERM)
    assert unit["keys"]["client_id"] == given["VIPPS_CLIENT_ID"]


def has_engine() -> bool:
    docker = shutil.which("docker")
    if docker is None:
        return False
    asked = subprocess.run([docker, "image", "inspect", "vipps-mockserver"], capture_output=True, check=False)
    return asked.returncode == 0


def without_engine(folder: Path, *command: str) -> str:
    """Runs a Testcontainers program where nothing listens for an engine; gives its complaint."""
    nowhere = {"DOCKER_HOST": f"unix://{folder}/no-engine.sock", "HOME": str(folder)}
    done = subprocess.run(
        command, cwd=folder, env=os.environ | nowhere, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode != 0
    return done.stderr


def test_testcontainers_in_python(tmp_path: Path) -> None:
    pytest.importorskip("testcontainers", reason="not installed: testcontainers")
    write_files("testcontainers.md", tmp_path)
    command = [sys.executable, "emulator.py"]
    if not has_engine():
        assert "Error while fetching server API version" in without_engine(tmp_path, *command)
        return
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.startswith("http://")


def test_testcontainers_in_node(tmp_path: Path) -> None:
    need_modules(tmp_path, "testcontainers")
    write_files("testcontainers.md", tmp_path)
    command = ["node", "emulator.mjs"]
    if not has_engine():
        assert "Could not find a working container runtime strategy" in without_engine(tmp_path, *command)
        return
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.startswith("http://")
