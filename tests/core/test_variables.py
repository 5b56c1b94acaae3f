"""Variables as lines: what a shell and a .env file make of them is what they were."""

import shutil
import subprocess

import pytest

from mockserver.core.variables import as_lines

AWKWARD = {"VIPPS_MSN": "123456", "VIPPS_SECRET": "a b'c\"d$HOME`id`\\e", "VIPPS_EMPTY": ""}


def test_plain_lines_hold_values_as_they_are() -> None:
    assert as_lines(AWKWARD, "env").splitlines()[:2] == ["VIPPS_MSN=123456", "VIPPS_SECRET=a b'c\"d$HOME`id`\\e"]


@pytest.mark.skipif(shutil.which("sh") is None, reason="needs sh")
def test_a_shell_takes_exported_values_as_they_are() -> None:
    script = (
        as_lines(AWKWARD, "export")
        + 'printf "%s|%s" "$VIPPS_SECRET" "$VIPPS_EMPTY"; env | grep -c "^VIPPS_MSN=123456$"'
    )
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == f"{AWKWARD['VIPPS_SECRET']}|1\n"


def test_a_dotenv_file_quotes_what_could_be_replaced() -> None:
    assert as_lines({"A": "x$y", "B": "it's $5"}, "dotenv") == "A='x$y'\nB=\"it's \\$5\"\n"
