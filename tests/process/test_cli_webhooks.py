"""``vipps-mockserver webhooks verify``: what it says of captured deliveries."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner, Result

from mockserver.process.cli import main
from mockserver.webhooks.signature import sign

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


TRUE = "a+b/c" + SECRET
WRONG_FORMS = [
    (TRUE.replace("+", " "), "the secret's + became spaces (it was form-decoded)"),
    (f'"{TRUE}"', "the secret has quotation marks around it"),
    (f"'{TRUE}' ", "the secret has quotation marks around it"),
    (TRUE.rstrip("="), "the secret lost the = at its end"),
    (f"{TRUE[:-1]}", "the secret lost the = at its end"),
    (f"whsec_{TRUE}", "the secret has something in front of it: whsec_"),
    (f"secret={TRUE}", "the secret has something in front of it: secret="),
    (f"{TRUE};", "the secret has something behind it: ;"),
    (f"{TRUE}\n", "the secret has white space around it"),
    (f"{TRUE[:9]}\n{TRUE[9:]}", "the secret has white space in it"),
    (TRUE.translate(str.maketrans("+/", "-_")), "the secret's + and / became - and _ (URL-safe base64)"),
    (quote(TRUE, safe=""), "the secret is percent-encoded"),
    (TRUE.replace("+", "\\u002B").replace("/", "\\/"), "the secret is escaped as in JSON"),
    (TRUE.encode().hex(), "the secret is written in hexadecimal"),
    (base64.b64encode(TRUE.encode()).decode(), "the secret was decoded from base64: its UTF-8 bytes are the key"),
]


@pytest.mark.parametrize(("secret", "words"), WRONG_FORMS, ids=[words for _, words in WRONG_FORMS])
def test_a_secret_in_another_form_is_named(folder: Path, secret: str, words: str) -> None:
    (folder / "headers.json").write_text(json.dumps(sign(TRUE, URL, BODY, 1_700_000_000)), "utf-8")
    result = verify(folder, "headers.json", secret=secret)
    assert result.exit_code == 1
    assert f"WRONG signature: {words}\n" in result.output


@pytest.mark.parametrize("write", [bytes.decode, bytes.hex], ids=["text", "hexadecimal"])
def test_a_secret_that_was_decoded_from_base64_is_named(folder: Path, write: Callable[[bytes], str]) -> None:
    result = verify(folder, secret=write(base64.b64decode(SECRET)))
    assert result.exit_code == 1
    assert "base64" in result.output


def test_a_url_that_nobody_can_register_is_one_line(folder: Path) -> None:
    result = verify(folder, url="localhost:3000/hook")
    assert (result.exit_code, result.output) == (
        2,
        "vipps-mockserver: url: Must begin with its scheme, as in https://shop.example.com\n",
    )


@pytest.mark.parametrize("text", ["", "no headers at all\nnone", "{", '{"a": 1}', "Host: a\nbroken line\n"])
def test_bad_headers_are_one_line(folder: Path, text: str) -> None:
    (folder / "headers").write_text(text, "utf-8")
    result = verify(folder)
    assert result.exit_code == 2
    assert len(result.output.splitlines()) == 1
    assert "headers" in result.output
