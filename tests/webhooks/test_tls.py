"""Receivers with a certificate of their own: trusted when they are named, or when nobody is checked."""

import asyncio
import datetime
import ipaddress
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mockserver.settings import BadSetting, load
from tests.harness import Emulator


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1 and shop.test, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver")])
    names = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("shop.test")]
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "receiver.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def port(loop: asyncio.AbstractEventLoop, certificate: Path) -> Iterator[int]:
    """The port of a receiver that answers 200 over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = loop.run_until_complete(asyncio.start_server(answer, "127.0.0.1", 0, ssl=context))
    yield server.sockets[0].getsockname()[1]
    server.close()
    loop.run_until_complete(server.wait_closed())


def status(emulator: Emulator, port: int, host: str = "127.0.0.1") -> int:
    """What the first try to deliver an event came to."""
    content = {"url": f"https://{host}:{port}/hook", "events": ["epayments.payment.created.v1"]}
    answer = emulator.request("POST", "/webhooks/v1/webhooks", headers=emulator.headers(), json=content)
    assert answer.status_code == 201, answer.text
    emulator.create()
    emulator.control("POST", "/webhooks/settle")
    found: int = emulator.control("GET", "/webhooks/deliveries").json()["deliveries"][0]["attempts"][0]["status"]
    emulator.loop.run_until_complete(emulator.server.runtime.fetch.close())
    return found


def test_an_unknown_certificate_is_refused(start: Callable[..., Emulator], port: int) -> None:
    assert status(start(), port) == 0


def test_a_named_authority_is_trusted(start: Callable[..., Emulator], port: int, certificate: Path) -> None:
    assert status(start(webhook_trust=str(certificate)), port) == 200


def test_with_none_nothing_is_checked(start: Callable[..., Emulator], port: int) -> None:
    assert status(start(webhook_trust="none"), port) == 200


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_that_holds_no_certificates_stops_the_start(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "authorities.pem"
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(BadSetting, match=r"^--webhook-trust: must be none or a file of certificates"):
        load({"webhook_trust": str(path)}, {})


@pytest.mark.parametrize(("host", "expected"), [("shop.test", 200), ("other.test", 0)])
def test_on_a_detour_the_certificate_has_to_be_for_the_registered_name(
    start: Callable[..., Emulator], port: int, certificate: Path, host: str, expected: int
) -> None:
    emulator = start(webhook_trust=str(certificate), connect_to=f"::127.0.0.1:{port}")
    assert status(emulator, port, host) == expected


def test_a_detour_opens_no_way_to_hosts_that_are_not_allowed(
    start: Callable[..., Emulator], port: int, certificate: Path
) -> None:
    detour = f"shop.test::127.0.0.1:{port}"
    trusting = {"webhook_trust": str(certificate), "connect_to": detour}
    with pytest.raises(AssertionError, match=r"shop.test is not on this server's list of allowed hosts"):
        status(start(**trusting, allowed_hosts="127.0.0.1"), port, "shop.test")
    assert status(start(**trusting, allowed_hosts="shop.test"), port, "shop.test") == 200
