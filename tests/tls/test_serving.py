"""HTTPS beside HTTP, in a process of its own, as a client meets it."""

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from mockserver.core.clock import wall_clock
from mockserver.process.cli import main
from mockserver.tls.authority import find_or_make
from tests.end_to_end.running import Merchant, Running, serving
from tests.harness import Emulator
from tests.process.test_cli import refused


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tls")


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[Running]:
    options = ("--tls", "--tls-port", "0", "--tls-dir", str(folder), "--tls-names", "shop.test,vipps")
    with serving(*options, "--environment", "by-host", "--admin-token", "secret") as running:
        yield running


@pytest.fixture
def client(running: Running) -> Iterator[httpx.Client]:
    """A new one for each test: an open connection would be used for every name."""
    with secure_client(running.authority) as client:
        yield client


def secure_client(authority: str) -> httpx.Client:
    """A strict client that trusts this authority alone, and reaches every name on this machine."""
    context = ssl.create_default_context(cafile=authority)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    return httpx.Client(verify=context, trust_env=False)


def under(client: httpx.Client, url: str, name: str, method: str = "GET", path: str = "/_mock/health") -> Any:
    """A request to the server under one of its names, which need not resolve."""
    address = httpx.URL(url)
    headers = {"Host": f"{name}:{address.port}"}
    return client.request(method, address.join(path), headers=headers, extensions={"sni_hostname": name})


@pytest.mark.parametrize("name", ["apitest.vipps.no", "api.vipps.no", "localhost", "127.0.0.1", "shop.test", "vipps"])
def test_it_is_trusted_under_all_of_its_names(running: Running, client: httpx.Client, name: str) -> None:
    assert under(client, running.tls_url, name).json()["status"] == "ok"


@pytest.mark.parametrize("name", ["www.vipps.no", "example.com"])
def test_it_is_not_trusted_under_another_name(running: Running, client: httpx.Client, name: str) -> None:
    with pytest.raises(httpx.ConnectError, match="certificate is not valid for"):
        under(client, running.tls_url, name)


def test_whoever_trusts_another_authority_is_refused(running: Running, tmp_path: Path) -> None:
    other = find_or_make(tmp_path / "other", ("localhost",), wall_clock())
    with secure_client(str(other.path)) as stranger, pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAIL"):
        stranger.get(f"{running.tls_url}/_mock/health")
    with httpx.Client(trust_env=False) as stranger, pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAIL"):
        stranger.get(f"{running.tls_url}/_mock/health")


def test_everybody_may_fetch_whom_to_trust(running: Running) -> None:
    answer = httpx.get(f"{running.url}/_mock/ca.pem", trust_env=False)
    assert answer.headers["content-type"] == "application/x-pem-file"
    assert answer.content == Path(running.authority).read_bytes()
    assert b"PRIVATE" not in answer.content
    assert httpx.get(f"{running.url}/_mock/clock", trust_env=False).status_code == 401


def test_without_tls_there_is_nobody_to_trust(emulator: Emulator) -> None:
    answer = emulator.control("GET", "/ca.pem")
    assert answer.status_code == 404
    assert answer.json()["detail"] == "TLS is off, so there is no certificate authority; start with --tls"


def test_addresses_in_answers_are_those_of_the_name_and_port(running: Running, client: httpx.Client) -> None:
    port = httpx.URL(running.tls_url).port
    for name in ("apitest.vipps.no", "localhost"):
        path = "/access-management-1.0/access/.well-known/openid-configuration"
        found = under(client, running.tls_url, name, path=path).json()
        assert found["issuer"] == f"https://{name}:{port}/access-management-1.0/access/"
        assert {httpx.URL(found[each]).host for each in found if each.endswith("_endpoint")} == {name}
    asked = httpx.get(f"{running.url}{path}", trust_env=False).json()
    assert asked["issuer"] == f"{running.url}/access-management-1.0/access/"


def test_a_shop_pays_over_tls(running: Running) -> None:
    over_tls = replace(running, variables=running.variables | {"VIPPS_BASE_URL": running.tls_url})
    merchant = Merchant(over_tls, secure_client(running.authority))
    assert merchant.create("over-tls-1").startswith(f"{running.tls_url}/landing?token=")
    assert merchant.get("over-tls-1")["state"] == "CREATED"
    merchant.close()


def test_the_emulators_clock_ages_no_certificate(tmp_path: Path) -> None:
    with serving("--tls", "--tls-port", "0", "--data", str(tmp_path)) as server:
        assert server.authority == str(tmp_path / "authority/ca.pem")
        with secure_client(server.authority) as client:
            moved = client.post(f"{server.tls_url}/_mock/clock/advance", json={"duration": "P4000D"})
            assert moved.status_code == 200
        with secure_client(server.authority) as client:
            assert client.get(f"{server.tls_url}/_mock/health").status_code == 200


def test_a_later_start_has_the_same_authority(running: Running, folder: Path) -> None:
    with serving("--tls", "--tls-port", "0", "--tls-dir", str(folder)) as later:
        assert later.authority == running.authority
        with secure_client(running.authority) as client:
            assert client.get(f"{later.tls_url}/_mock/health").status_code == 200


@pytest.mark.parametrize("fault", ["answer-lost", "connection-closed"])
def test_connections_break_without_an_answer_over_tls_too(running: Running, client: httpx.Client, fault: str) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="disconnected without sending a response"):
        client.post(f"{running.tls_url}/accesstoken/get", headers={"X-Mock-Fault": fault})


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x00\x02xx", b""])
def test_what_is_no_tls_disturbs_nobody(running: Running, client: httpx.Client, sent: bytes) -> None:
    address = httpx.URL(running.tls_url)
    with socket.create_connection((address.host, address.port or 0), timeout=10) as wire:
        wire.sendall(sent)
    assert client.get(f"{running.tls_url}/_mock/health").status_code == 200


def test_a_webhook_may_not_command_the_server_under_any_of_its_names(running: Running) -> None:
    port = httpx.URL(running.tls_url).port
    merchant = Merchant(running)
    for url in (f"https://{name}:{port}/_mock/reset" for name in ("127.0.0.1", "shop.test", "apitest.vipps.no")):
        answer = merchant.ask_to_register(url, "epayments.payment.created.v1")
        assert answer.status_code == 400, url
        assert "control" in answer.text
    assert merchant.register(f"https://127.0.0.1:{port}/_mock/inbox/mine", "epayments.payment.created.v1")
    assert merchant.register("https://127.0.0.1:1/_mock/reset", "epayments.payment.created.v1")
    merchant.close()


def test_it_stops_in_good_order_with_clients_on_both_ports(tmp_path: Path) -> None:
    with serving("--tls", "--tls-port", "0", "--tls-dir", str(tmp_path)) as server:
        with secure_client(server.authority) as secure, httpx.Client(trust_env=False) as plain:
            for client, url in ((secure, server.tls_url), (plain, server.url)):
                assert client.get(f"{url}/_mock/health").status_code == 200
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(8) == 0
        for url in (server.url, server.tls_url):
            address = httpx.URL(url)
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((address.host, address.port or 0))


def test_a_tls_port_in_use_stops_the_start_with_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = refused("serve", "--port", "0", "--tls", "--tls-port", str(port), "--tls-dir", str(tmp_path))
    assert line.startswith(f"cannot listen on 127.0.0.1 port {port}: ")


def test_an_authority_that_cannot_be_kept_stops_the_start_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    line = refused("serve", "--port", "0", "--tls", "--tls-port", "0", "--tls-dir", str(tmp_path / "file"))
    assert line.startswith(f"cannot keep a certificate authority in {tmp_path}/file/authority: ")


def test_a_name_that_the_authority_was_not_made_for_stops_the_start_with_one_line(tmp_path: Path) -> None:
    assert ca(tmp_path, "--pem").exit_code == 0
    options = ("--tls", "--tls-port", "0", "--tls-dir", str(tmp_path), "--tls-names", "shop.example.com")
    assert "may not sign for shop.example.com" in refused("serve", "--port", "0", *options)


@pytest.mark.parametrize("name", ["a b", "-x", "x..y", "http://x", "*.x", "256.1.1.1", "x" * 64, "é.test"])
def test_a_name_that_is_none_is_told(name: str) -> None:
    assert refused("serve", "--tls-names", f"ok.test,{name}").startswith("--tls-names: ")


def ca(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["ca", "--tls-dir", str(folder), *options])


def test_ca_says_how_each_client_learns_to_trust_it(tmp_path: Path) -> None:
    said = ca(tmp_path, "--tls-port", "9443").output
    assert str(tmp_path / "authority/ca.pem") in said
    known = (
        "NODE_EXTRA_CA_CERTS SSL_CERT_FILE REQUESTS_CA_BUNDLE keytool curl.cainfo openssl.cafile --cacert certutil .NET"
    )
    assert [word for word in known.split() if word not in said] == []
    assert "--resolve apitest.vipps.no:9443:127.0.0.1" in said
    assert max(map(len, re.sub(re.escape(str(tmp_path)), "", said).splitlines())) < 150


def test_ca_exports_it_and_makes_it_when_there_is_none_yet(tmp_path: Path) -> None:
    assert ca(tmp_path, "--export", str(tmp_path / "out.pem")).exit_code == 0
    made = (tmp_path / "authority/ca.pem").read_bytes()
    assert (tmp_path / "out.pem").read_bytes() == made
    assert ca(tmp_path, "--pem").stdout_bytes == made


def test_ca_says_in_one_line_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "authority").mkdir()
    (tmp_path / "authority/ca.pem").write_text("nonsense")
    for result in (ca(tmp_path), ca(tmp_path / "authority/ca.pem"), ca(tmp_path / "new", "--export", "/no/where")):
        assert result.exit_code == 2
        assert len(result.stderr.splitlines()) == 1


def test_nothing_of_tls_is_loaded_without_it(tmp_path: Path) -> None:
    code = """
import sys, json, mockserver.process.cli, mockserver.process.serving
from mockserver.app import build
from mockserver.settings import Settings
build(Settings())
print(json.dumps([name for name in ("cryptography", "mockserver.tls") if name in sys.modules]))
"""
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path, env=dict(os.environ)
    )
    assert json.loads(run.stdout) == []
