"""The authority of this machine: made once, kept, limited, and the certificates it signs."""

import os
import ssl
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from mockserver.core.clock import wall_clock
from mockserver.tls import authority as module
from mockserver.tls.authority import Authority, BadAuthority, find_or_make
from mockserver.tls.context import Certificates
from mockserver.tls.places import folder
from tests.tls.handshakes import client, handshake

NAMES = ("apitest.vipps.no", "api.vipps.no", "localhost", "127.0.0.1", "::1")
DAY = 86_400_000


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return find_or_make(tmp_path / "authority", NAMES, wall_clock())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def ends(der: bytes) -> datetime:
    return x509.load_der_x509_certificate(der).not_valid_after_utc


@pytest.mark.parametrize("name", NAMES)
def test_a_strict_client_accepts_every_name(authority: Authority, name: str) -> None:
    shown = handshake(Certificates(authority, NAMES).context(), client(authority), name)
    assert timedelta(weeks=2) < ends(shown) - datetime.now(UTC) < timedelta(weeks=6)


@pytest.mark.parametrize("name", ["example.com", "vipps.no", "www.api.vipps.no", "127.0.0.2"])
def test_another_name_is_refused(authority: Authority, name: str) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        handshake(Certificates(authority, NAMES).context(), client(authority), name)


def test_another_authority_is_refused(authority: Authority, tmp_path: Path) -> None:
    other = find_or_make(tmp_path / "other", NAMES, wall_clock())
    with pytest.raises(ssl.SSLCertVerificationError, match=r"unable to get local issuer|self.signed"):
        handshake(Certificates(authority, NAMES).context(), client(other), "localhost")


def test_it_is_valid_for_ten_years_and_kept(authority: Authority) -> None:
    assert timedelta(days=3651) < authority.certificate.not_valid_after_utc - datetime.now(UTC) < timedelta(days=3654)
    assert find_or_make(authority.folder, NAMES, wall_clock() + DAY).pem == authority.pem == authority.path.read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_owner_can_read_the_key(authority: Authority) -> None:
    assert mode(authority.folder / "ca-key.pem") == 0o600
    assert mode(authority.path) & 0o400
    assert sorted(each.name for each in authority.folder.parent.iterdir()) == ["authority"]


def test_of_several_servers_that_make_it_at_once_one_does(tmp_path: Path) -> None:
    at_once = threading.Barrier(8)

    def make(_: int) -> bytes:
        at_once.wait(10)
        return find_or_make(tmp_path / "deep" / "authority", NAMES, wall_clock()).pem

    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(make, range(8)))
    assert len(made) == 1
    assert [each.name for each in (tmp_path / "deep").iterdir()] == ["authority"]


def test_a_certificate_near_its_end_is_renewed_by_the_next_connection(authority: Authority) -> None:
    now = wall_clock() - 25 * DAY
    server = Certificates(authority, NAMES, lambda: now).context()
    trusting = client(authority)
    first = handshake(server, trusting, "localhost")
    now += 19 * DAY
    assert handshake(server, trusting, "localhost") == first
    now += 6 * DAY
    second = handshake(server, trusting, "localhost")
    assert ends(second) - ends(first) == timedelta(days=25)
    assert handshake(server, trusting, "127.0.0.1") == second


def test_a_renewal_that_fails_leaves_the_old_one(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = wall_clock() - 25 * DAY
    server = Certificates(authority, NAMES, lambda: now).context()
    now += 25 * DAY
    monkeypatch.setattr("mockserver.tls.context.TemporaryDirectory", _full)
    assert ends(handshake(server, client(authority), "localhost")) - datetime.now(UTC) < timedelta(days=6)
    assert "cannot be renewed: no space" in caplog.text
    monkeypatch.undo()
    now += 60_000
    assert ends(handshake(server, client(authority), "localhost")) - datetime.now(UTC) > timedelta(days=29)


def _full(**_: str) -> None:
    raise OSError("no space")


def test_clients_do_not_believe_it_about_anybody_else(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Authority, "_check", lambda *_: None)
    for name in ("www.example.com", "vipps.no", "8.8.8.8"):
        server = Certificates(authority, (*NAMES, name)).context()
        with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
            handshake(server, client(authority), name)


def test_names_that_it_was_made_for_and_private_ones_can_be_added(tmp_path: Path) -> None:
    made_for = (*NAMES, "vipps", "203.0.113.7")
    authority = find_or_make(tmp_path / "authority", made_for, wall_clock())
    names = (*made_for, "vipps.internal", "shop.test", "192.168.1.9", "fd00::1")
    server = Certificates(authority, names).context()
    for name in names:
        assert handshake(server, client(authority), name)


@pytest.mark.parametrize("name", ["shop.example.com", "vipps", "203.0.113.7"])
def test_a_name_that_it_may_not_sign_for_is_told(authority: Authority, name: str) -> None:
    with pytest.raises(BadAuthority, match=rf"^the certificate authority in .* may not sign for {name}; remove it"):
        authority.issue((*NAMES, name), wall_clock())


def test_one_that_ends_before_its_certificates_is_told(authority: Authority) -> None:
    with pytest.raises(BadAuthority, match="ends too soon"):
        authority.issue(NAMES, wall_clock() + 3640 * DAY)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff\xfe"])
@pytest.mark.parametrize("file", ["ca.pem", "ca-key.pem"])
def test_files_that_are_damaged_are_told(authority: Authority, file: str, content: bytes) -> None:
    (authority.folder / file).write_bytes(content)
    with pytest.raises(BadAuthority, match="holds no certificate and key that can be used"):
        find_or_make(authority.folder, NAMES, wall_clock())


@pytest.mark.parametrize("file", ["ca.pem", "ca-key.pem"])
def test_a_file_that_is_missing_is_told_and_not_made_again(authority: Authority, file: str) -> None:
    (authority.folder / file).unlink()
    with pytest.raises(BadAuthority, match=f"cannot keep a certificate authority in .*{file}"):
        find_or_make(authority.folder, NAMES, wall_clock())


def test_another_key_is_told(authority: Authority) -> None:
    (authority.folder / "ca-key.pem").write_bytes(module._private(ec.generate_private_key(ec.SECP256R1())))
    with pytest.raises(BadAuthority, match=r"is not the key of ca\.pem"):
        find_or_make(authority.folder, NAMES, wall_clock())


def test_a_place_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadAuthority, match=r"^cannot keep a certificate authority in "):
        find_or_make(tmp_path / "file" / "authority", NAMES, wall_clock())


def test_it_is_kept_where_the_settings_say_else_with_the_users_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    monkeypatch.setenv("LOCALAPPDATA", "/state")
    assert folder(Path("/tls"), Path("/data")) == Path("/tls/authority")
    assert folder(None, Path("/data")) == Path("/data/authority")
    assert folder(None, None) == Path("/state/vipps-mockserver/authority")
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", "/home/me")
    if os.name != "nt":
        assert folder(None, None) == Path("/home/me/.local/state/vipps-mockserver/authority")
