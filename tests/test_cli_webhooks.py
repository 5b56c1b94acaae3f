"""``vipps-mockserver webhooks verify``: what it says of captured deliveries."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mockserver.cli import main
from mockserver.signing.webhooks import sign

URL = "http://localhost:3000/hook?shop=7"
SECRET = "c2VjcmV0LXNlY3JldA=="
BODY = b'{"name":"CREATED"}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A genuine delivery in two files, the headers as curl prints them."""
    headers = sign(SECRET, URL, BODY, 1_700_000_000)
    lines = ["POST /hook?shop=7 HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", "ignored"]
    (tmp_path / "headers").write_text("\r\n".join(lines), "utf-8")
    (tmp_path / "headers.json").write_text(json.dumps(headers), "utf-8")
    (tmp_path / "body").write_bytes(BODY)
    return tmp_path


def verify(folder: Path, headers: str = "headers", *, secret: str = SECRET, url: str = URL, more: str = "") -> Result:
    files = ["--headers", str(folder / headers), "--body", str(folder / "body")]
    return CliRunner().invoke(main, ["webhooks", "verify", *files, "--secret", secret, "--url", url, *more.split()])


@pytest.mark.parametrize("headers", ["headers", "headers.json"])
def test_a_genuine_delivery_is_right_in_all_parts(folder: Path, headers: str) -> None:
    result = verify(folder, headers)
    assert result.exit_code == 0
    assert [line.split(":")[0] for line in result.output.splitlines()] == [
        "ok    body hash",
        "ok    date",
        "ok    host",
        "ok    signature",
    ]


def test_an_old_date_is_named_when_it_is_asked_for(folder: Path) -> None:
    result = verify(folder, more="--now")
    assert result.exit_code == 1
    assert "WRONG date" in result.output


def test_another_body_is_named(folder: Path) -> None:
    (folder / "body").write_bytes(BODY + b"\n")
    result = verify(folder)
    assert result.exit_code == 1
    assert "WRONG body hash: the body has a line break at its end" in result.output


@pytest.mark.parametrize(
    ("secret", "url", "words"),
    [
        ("another", URL, "WRONG signature"),
        (SECRET, "http://localhost:3000/hook", "WRONG signature"),
        (SECRET, "http://localhost:4000/hook?shop=7", "WRONG host: the Host header is localhost:3000"),
    ],
)
def test_what_differs_is_named(folder: Path, secret: str, url: str, words: str) -> None:
    result = verify(folder, secret=secret, url=url)
    assert result.exit_code == 1
    assert words in result.output


@pytest.mark.parametrize("text", ["", "no headers at all\nnone", "{", '{"a": 1}', "Host: a\nbroken line\n"])
def test_bad_headers_are_one_line(folder: Path, text: str) -> None:
    (folder / "headers").write_text(text, "utf-8")
    result = verify(folder)
    assert result.exit_code == 2
    assert len(result.output.splitlines()) == 1
    assert "headers" in result.output
