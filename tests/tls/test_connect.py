"""The plain port as a proxy to the server itself, for clients that are told HTTPS_PROXY and no more."""

import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.running import Merchant, Running, serving
from tests.process.wire import Wire, address

NAMES = ("apitest.vipps.no", "api.vipps.no", "shop.test")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tls")


def options(folder: Path, *more: str) -> tuple[str, ...]:
    names = ("--tls-names", "shop.test,::2")
    return ("--tls", "--tls-port", "0", "--tls-dir", str(folder), *names, "--environment", "by-host", *more)


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[Running]:
    with serving(*options(folder)) as running:
        yield running


def through(running: Running) -> httpx.Client:
    """A client that has a proxy and trusts its authority, as HTTPS_PROXY and SSL_CERT_FILE make it."""
    context = ssl.create_default_context(cafile=running.authority)
    return httpx.Client(proxy=running.url, verify=context, trust_env=False)


def connect(target: str) -> bytes:
    return f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode()


def tunnelled(running: Running, name: str = NAMES[0]) -> ssl.SSLSocket:
    """A connection through the proxy, on which TLS has been agreed on."""
    plain = socket.create_connection(address(running.url), timeout=10)
    plain.sendall(connect(f"{name}:443"))
    assert plain.recv(1000) == b"HTTP/1.1 200 Connection established\r\n\r\n"
    return ssl.create_default_context(cafile=running.authority).wrap_socket(plain, server_hostname=name)


@pytest.mark.parametrize("name", [*NAMES, "APITEST.vipps.no"])
def test_it_answers_as_each_of_its_names(running: Running, name: str) -> None:
    with through(running) as client:
        answer = client.get(f"https://{name}/openapi/epayment.json")
        assert answer.json()["servers"] == [{"url": f"https://{name.lower()}"}]
        assert client.get(f"https://{name}/_mock/health").json()["status"] == "ok"


def test_httpx_pays_through_it(running: Running) -> None:
    with through(running) as client:
        official = Running(running.variables | {"VIPPS_BASE_URL": "https://apitest.vipps.no"}, running.process)
        merchant = Merchant(official, client)
        url = merchant.create("through-1")
        assert url.startswith("https://apitest.vipps.no/landing?token=")
        assert client.get(url).status_code == 200


SCRIPT = "import httpx; print(httpx.get('https://apitest.vipps.no/_mock/health').json()['status'])"


def test_httpx_needs_nothing_but_variables(running: Running) -> None:
    environment = {"HTTPS_PROXY": running.url, "SSL_CERT_FILE": running.authority}
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout == "ok\n"


def test_curl_pays_through_it(running: Running, tmp_path: Path) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not installed")
    keys = running.variables
    done = subprocess.run(
        [
            *(curl, "--silent", "--show-error", "--fail", "-X", "POST", "https://apitest.vipps.no/accesstoken/get"),
            *("-H", f"client_id: {keys['VIPPS_CLIENT_ID']}", "-H", f"client_secret: {keys['VIPPS_CLIENT_SECRET']}"),
            *("-H", f"Ocp-Apim-Subscription-Key: {keys['VIPPS_SUBSCRIPTION_KEY']}"),
        ],
        env={"HTTPS_PROXY": running.url, "CURL_CA_BUNDLE": running.authority},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "access_token" in done.stdout


PHP = """
$handle = curl_init('https://apitest.vipps.no/_mock/health');
curl_setopt_array($handle, [CURLOPT_RETURNTRANSFER => true, CURLOPT_CAINFO => getenv('CA')]);
echo curl_exec($handle), curl_error($handle);
"""


def test_php_goes_through_it(running: Running) -> None:
    php = shutil.which("php")
    if php is None or "curl" not in subprocess.run([php, "-m"], capture_output=True, text=True, check=True).stdout:
        pytest.skip("PHP with curl is not installed")
    environment = {"HTTPS_PROXY": running.url, "CA": running.authority}
    done = subprocess.run([php, "-r", PHP], env=environment, capture_output=True, text=True, timeout=30, check=True)
    assert '"status":"ok"' in done.stdout


@pytest.mark.parametrize(
    "target",
    [
        *("example.com:443", "apitest.vipps.no:80", "apitest.vipps.no:8443", "localhost:443", "127.0.0.1:443"),
        *("apitest.vipps.no.example.com:443", "xapitest.vipps.no:443", "[::1]:443", "169.254.169.254:443"),
    ],
)
def test_it_leads_nowhere_else(running: Running, target: str) -> None:
    with Wire(running.url) as wire:
        wire.send(connect(target))
        status, headers, body = wire.answer()
        assert (status, headers["connection"]) == (403, "close")
        said = "This proxy leads to apitest.vipps.no and api.vipps.no and shop.test and ::2 at port 443 only"
        assert f"{said}, not to {target}".encode() in body
        assert wire.closed()


def test_addresses_stand_in_brackets(running: Running) -> None:
    with Wire(running.url) as wire:
        wire.send(connect("[::2]:443"))
        assert wire.answer()[0] == 200


def test_without_tls_it_is_none_and_says_how_to_be_one() -> None:
    with serving() as running, Wire(running.url) as wire:
        wire.send(connect("apitest.vipps.no:443"))
        status, headers, body = wire.answer()
        assert (status, headers["allow"]) == (405, "DELETE, GET, PATCH, POST, PUT")
        assert b"--tls" in body


def test_what_is_secure_already_leads_no_further(running: Running) -> None:
    with tunnelled(running) as secured:
        secured.sendall(connect("apitest.vipps.no:443"))
        assert secured.recv(1000).startswith(b"HTTP/1.1 405 ")


@pytest.mark.parametrize(
    ("segments", "statuses"),
    [
        ([connect("apitest.vipps.no:443") + b"\x16\x03\x01"], [400]),
        ([b"GET /_mock/health HTTP/1.1\r\nHost: a\r\n\r\n" + connect("apitest.vipps.no:443")], [200, 400]),
        ([b"CONNECT apitest.vipps.no HTTP/1.1\r\nHost: a\r\n\r\n"], [403]),
    ],
)
def test_connect_stands_alone(running: Running, segments: list[bytes], statuses: list[int]) -> None:
    with Wire(running.url) as wire:
        wire.send(*segments)
        assert [status for status, _, _ in wire.answers()] == statuses


def test_a_connection_may_have_been_used_before(running: Running) -> None:
    plain = socket.create_connection(address(running.url), timeout=10)
    plain.sendall(b"GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
    answer = b""
    while b"}" not in answer:
        answer += plain.recv(1000)
    plain.sendall(connect("api.vipps.no:443"))
    assert plain.recv(1000).startswith(b"HTTP/1.1 200 ")
    context = ssl.create_default_context(cafile=running.authority)
    with context.wrap_socket(plain, server_hostname="api.vipps.no") as secured:
        secured.sendall(b"GET /_mock/health HTTP/1.1\r\nHost: api.vipps.no\r\n\r\n")
        assert secured.recv(1000).startswith(b"HTTP/1.1 200 ")


def test_requests_in_it_have_their_bounds(folder: Path) -> None:
    with serving(*options(folder, "--request-timeout", "0.3", "--idle-timeout", "1")) as running:
        with tunnelled(running) as secured:
            secured.sendall(b"GET / HTTP/1.1\r\n")
            assert secured.recv(1000).startswith(b"HTTP/1.1 408 ")
        with tunnelled(running) as secured:
            assert secured.recv(1000) == b""
        with Wire(running.url) as wire:
            wire.send(connect("apitest.vipps.no:443"))
            assert wire.answer()[0] == 200
            assert wire.closed()  # without a greeting
        with Wire(running.url) as wire:
            wire.send(connect("apitest.vipps.no:443"))
            assert wire.answer()[0] == 200
            wire.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")  # no TLS
            wire.closed()
        assert httpx.get(f"{running.url}/_mock/health", trust_env=False).status_code == 200


def test_they_count_as_connections(folder: Path) -> None:
    with serving(*options(folder, "--max-connections", "2")) as running:
        with tunnelled(running) as first, Wire(running.url) as second:
            second.send(connect("apitest.vipps.no:443"))
            assert second.answer()[0] == 200
            with Wire(running.url) as third:
                assert third.answer()[0] == 503
            first.sendall(b"GET /_mock/health HTTP/1.1\r\nHost: apitest.vipps.no\r\n\r\n")
            assert first.recv(1000).startswith(b"HTTP/1.1 200 ")
        until = time.monotonic() + 10
        while time.monotonic() < until:  # they are counted no more
            with Wire(running.url) as wire:
                wire.send(b"GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
                if wire.answer()[0] == 200:
                    return
        pytest.fail("connections that have gone are counted")


def test_a_stop_ends_them(folder: Path) -> None:
    with serving(*options(folder)) as running, tunnelled(running) as idle, Wire(running.url) as greeting:
        greeting.send(connect("apitest.vipps.no:443"))
        assert greeting.answer()[0] == 200
        begun = time.monotonic()
        running.process.terminate()
        assert running.process.wait(10) == 0
        assert time.monotonic() - begun < 5
        assert greeting.closed()
        assert idle.recv(1000) == b""
