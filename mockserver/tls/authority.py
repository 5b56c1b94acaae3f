"""The certificate authority of this machine: made once, kept in a folder, known by nobody who was not told.

Its key could sign for anybody, so it may not: name constraints limit it to the names that the emulator plays, those
that it was made for, and names and addresses that exist in private networks only. Clients keep it to that.
"""

import ipaddress
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mockserver.core.values import frozen

CERTIFICATE = "ca.pem"
KEY = "ca-key.pem"
LIFETIME = timedelta(days=3653)
LEAF_LIFETIME = timedelta(days=30)
RENEWED_BEFORE = timedelta(days=10)
_CLOCK_SKEW = timedelta(days=1)
"""So far may a client's clock be behind."""
_PRIVATE_NAMES = ("localhost", "test", "internal", "local")
_PRIVATE_NETWORKS = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class BadAuthority(Exception):
    """The authority cannot be made, read or used; the message is one line for the user."""


@frozen
class Leaf:
    """A server's certificate: ``pem`` has the key and the chain; to be renewed at ``renew_at`` (ms since 1970, UTC)."""

    pem: bytes
    renew_at: int


@frozen
class Authority:
    """An authority that is kept in a folder."""

    folder: Path
    certificate: x509.Certificate
    key: PrivateKey

    @property
    def path(self) -> Path:
        """The file that clients trust."""
        return self.folder / CERTIFICATE

    @property
    def pem(self) -> bytes:
        """What is in that file."""
        return self.certificate.public_bytes(Encoding.PEM)

    def issue(self, names: tuple[str, ...], at: int) -> Leaf:
        """A certificate for these names and IP addresses; ``at`` is now (ms since 1970, UTC).

        Raises BadAuthority for a name that the authority may not sign for, and when it ends too soon.
        """
        now = _instant(at)
        self._check(names, now)
        key = ec.generate_private_key(ec.SECP256R1())
        builder = (
            _begin(_named("vipps-mockserver"), self.certificate.subject, key, now, LEAF_LIFETIME)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
            .add_extension(self._identifier(), critical=False)
        )
        certificate = builder.sign(self.key, hashes.SHA256())
        renewed = now + LEAF_LIFETIME - RENEWED_BEFORE
        return Leaf(_private(key) + certificate.public_bytes(Encoding.PEM), round(renewed.timestamp() * 1000))

    def _check(self, names: tuple[str, ...], now: datetime) -> None:
        if now + LEAF_LIFETIME > self.certificate.not_valid_after_utc:
            raise BadAuthority(f"{self.path} ends too soon; remove {self.folder}, and trust the next one")
        refused = [name for name in names if not _permits(self.certificate, name)]
        if refused:
            told = f"the certificate authority in {self.folder} may not sign for {', '.join(refused)}"
            raise BadAuthority(f"{told}; remove it to have one that may, which clients must then trust")

    def _identifier(self) -> x509.AuthorityKeyIdentifier:
        try:
            own = self.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        except x509.ExtensionNotFound:
            return x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)


def find_or_make(folder: Path, names: tuple[str, ...], at: int) -> Authority:
    """The authority in this folder, made when there is none: for these names, from now on (ms since 1970, UTC).

    Of several servers that make it at once, one does. Raises BadAuthority.
    """
    try:
        if not (folder / CERTIFICATE).exists() and not (folder / KEY).exists():
            _make(folder, names, _instant(at))
        return _read(folder)
    except OSError as error:
        raise BadAuthority(f"cannot keep a certificate authority in {folder}: {error}") from error


def _read(folder: Path) -> Authority:
    try:
        certificate = x509.load_pem_x509_certificate((folder / CERTIFICATE).read_bytes())
        key = load_pem_private_key((folder / KEY).read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadAuthority(f"{folder}: holds no certificate and key that can be used: {error}") from error
    if not isinstance(key, PrivateKey) or key.public_key() != certificate.public_key():
        raise BadAuthority(f"{folder}: {KEY} is not the key of {CERTIFICATE}")
    return Authority(folder, certificate, key)


def _make(folder: Path, names: tuple[str, ...], now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    name = _named(f"vipps-mockserver local authority {identifier.digest.hex()[:8]}")
    permitted = [*_PRIVATE_NAMES, *(each for each in names if not _is_private(each))]
    networks = [x509.IPAddress(ipaddress.ip_network(each)) for each in _PRIVATE_NETWORKS]
    certificate = (
        _begin(name, name, key, now, LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints([*map(_constraint, permitted), *networks], None), critical=True)
        .sign(key, hashes.SHA256())
    )
    # Whole or not at all, and by one of several at once: a folder is renamed, which fails where there is one already.
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".authority-", dir=folder.parent) as temporary:
        made = Path(temporary) / "made"
        made.mkdir()
        _write(made / KEY, _private(key), 0o600)
        _write(made / CERTIFICATE, certificate.public_bytes(Encoding.PEM), 0o644)
        try:
            made.rename(folder)
        except OSError:
            if not (folder / CERTIFICATE).exists():
                raise


def _write(path: Path, content: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _begin(
    subject: x509.Name, issuer: x509.Name, key: PrivateKey, now: datetime, lifetime: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + lifetime)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _private(key: PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _instant(at: int) -> datetime:
    return datetime.fromtimestamp(at // 1000, UTC)


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _general(name: str) -> x509.GeneralName:
    address = _address(name)
    return x509.DNSName(name) if address is None else x509.IPAddress(address)


def _constraint(name: str) -> x509.GeneralName:
    address = _address(name)
    return x509.DNSName(name) if address is None else x509.IPAddress(ipaddress.ip_network(address))


def _is_private(name: str) -> bool:
    address = _address(name)
    if address is None:
        return name.rpartition(".")[2] in _PRIVATE_NAMES
    return any(address in ipaddress.ip_network(network) for network in _PRIVATE_NETWORKS)


def _permits(certificate: x509.Certificate, name: str) -> bool:
    try:
        limits = certificate.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    except x509.ExtensionNotFound:
        return True
    address = _address(name)
    if address is not None:
        networks = [ipaddress.ip_network(str(limit.value)) for limit in limits if isinstance(limit, x509.IPAddress)]
        return any(address in network for network in networks)
    domains = [limit.value for limit in limits if isinstance(limit, x509.DNSName)]
    return any(name == domain or name.endswith(f".{domain}") for domain in domains)
