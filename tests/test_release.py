"""What happens when a tag is pushed: the workflow, and its steps as scripts."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver import __version__

ROOT = Path(__file__).parent.parent
WORKFLOW = ROOT / ".github/workflows/build.yml"
JOBS: dict[str, dict[str, Any]] = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]
AGREEING = ("mockserver/__init__.py", "clients/node/package.json", "Dockerfile", "CHANGELOG.md", ".ci/version")
"""Where a version stands, and what compares them."""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The files of a checkout that is about to be released as 1.2.3."""
    for name in AGREEING:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    for name in AGREEING[:3]:
        text = (tmp_path / name).read_text("utf-8")
        assert text.count(__version__) == 1, name
        (tmp_path / name).write_text(text.replace(__version__, "1.2.3"), "utf-8")
    changes = (tmp_path / "CHANGELOG.md").read_text("utf-8")
    assert changes.startswith("# Changelog\n\n## Unreleased\n")
    released = changes.replace("## Unreleased\n", "## Unreleased\n\n## 1.2.3 (2027-01-02)\n", 1)
    (tmp_path / "CHANGELOG.md").write_text(released, "utf-8")
    return tmp_path


def step(job: str, name: str) -> str:
    (found,) = [each["run"] for each in JOBS[job]["steps"] if each.get("name") == name]
    return str(found)


def version(checkout: Path, tag: str) -> subprocess.CompletedProcess[str]:
    """Runs the step of the workflow as GitHub does; what it says is in the file ``output``."""
    script = step("release", "The tag, the packages and the changelog agree")
    environment = {"GITHUB_REF_NAME": tag, "GITHUB_OUTPUT": "output", "PATH": "/usr/bin:/bin"}
    command = ["bash", "-e", "-c", script]
    return subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)


def test_a_tag_that_agrees_gives_its_version(checkout: Path) -> None:
    assert version(checkout, "v1.2.3").stderr == ""
    assert (checkout / "output").read_text() == "version=1.2.3\n"


@pytest.mark.parametrize("file", AGREEING[:4])
def test_a_file_that_does_not_agree_is_named(checkout: Path, file: str) -> None:
    path = checkout / file
    path.write_text(path.read_text("utf-8").replace("1.2.3", "1.2.2", 1), "utf-8")
    asked = subprocess.run([".ci/version", "v1.2.3"], cwd=checkout, capture_output=True, text=True, check=False)
    assert (asked.returncode, asked.stdout) == (1, "")
    assert asked.stderr.startswith(f".ci/version: v1.2.3: {file} has ")
    assert asked.stderr.count("\n") == 1


@pytest.mark.parametrize("tag", ["1.2.3", "v1.2", "v1.2.3rc1", "v1.2.3; true"])
def test_a_tag_that_is_no_version_is_refused(checkout: Path, tag: str) -> None:
    asked = subprocess.run([".ci/version", tag], cwd=checkout, capture_output=True, text=True, check=False)
    assert (asked.returncode, asked.stdout) == (1, "")
    assert "must be v and a version of three numbers" in asked.stderr


def test_the_changelog_is_by_version() -> None:
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert headings[1:]
    for each in headings[1:]:
        assert re.fullmatch(r"\d+\.\d+\.\d+( \(\d{4}-\d{2}-\d{2}\))?", each)


def test_the_workflow_fits_the_schema() -> None:
    pytest.importorskip("check_jsonschema", reason="not installed: check-jsonschema")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(WORKFLOW)]
    checked = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert checked.returncode == 0, checked.stdout


def test_nothing_is_published_before_everything_is_tested_and_agrees() -> None:
    assert set(JOBS["release"]["needs"]) == {"test", "image"}
    assert JOBS["release"]["if"] == "startsWith(github.ref, 'refs/tags/v')"
    publishing = {name for name in JOBS if name.startswith("publish-")}
    assert len(publishing) == 3
    for name in publishing:
        assert JOBS[name]["needs"] == "release"


def test_only_who_publishes_may_write() -> None:
    rights = {name: job.get("permissions", {}) for name, job in JOBS.items()}
    may_write = {name for name, given in rights.items() if "write" in given.values()}
    assert may_write == {name for name in JOBS if name.startswith("publish-")}


def test_the_image_is_made_for_both_processors_with_the_version_of_the_package() -> None:
    (build,) = [each["with"] for each in JOBS["publish-image"]["steps"] if "build-push-action" in each.get("uses", "")]
    assert build["platforms"] == "linux/amd64,linux/arm64"
    assert build["build-args"] == "VERSION=${{ needs.release.outputs.version }}"


def test_scripts_that_steps_run_are_there_and_can_be_read() -> None:
    scripts = {
        each for job in JOBS.values() for one in job["steps"] for each in re.findall(r"\.ci/\w+", one.get("run", ""))
    }
    assert scripts == {".ci/run", ".ci/image", ".ci/version"}
    for each in scripts:
        assert (ROOT / each).stat().st_mode & 0o111
        subprocess.run(["bash", "-n", str(ROOT / each)], check=True)
