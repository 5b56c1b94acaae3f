"""Emails to a mail server: handed in as they are written, tried again on the clock, and given up at last."""

import asyncio
import email
from collections.abc import Callable, Iterator
from email.message import Message
from typing import Any

import pytest

from mockserver.mail.delivery import MailServer
from mockserver.mail.domain import Email
from tests.harness import Emulator

REJECTED = "910400002"
"""The business of the default world whose orders are rejected at once."""


class MailCatcher:
    """The least that a mail server has to say; ``refuses`` makes it turn every recipient away."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.refuses = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        while line := await reader.readline():
            match line[:4].upper():
                case b"RCPT" if self.refuses:
                    writer.write(b"550 nobody here\r\n")
                case b"DATA":
                    writer.write(b"354 go on\r\n")
                    content = await reader.readuntil(b"\r\n.\r\n")
                    self.messages.append(email.message_from_bytes(content[:-5]))
                    writer.write(b"250 kept\r\n")
                case b"QUIT":
                    writer.write(b"221 bye\r\n")
                    break
                case _:
                    writer.write(b"250 fine\r\n")
        await writer.drain()
        writer.close()


@pytest.fixture
def catcher(loop: asyncio.AbstractEventLoop) -> Iterator[tuple[MailCatcher, int]]:
    catcher = MailCatcher()
    server = loop.run_until_complete(asyncio.start_server(catcher.serve, "127.0.0.1", 0))
    yield catcher, server.sockets[0].getsockname()[1]
    server.close()
    loop.run_until_complete(server.wait_closed())


def partner_headers(emulator: Emulator) -> dict[str, str]:
    partner = next(each for each in emulator.world.partners if each.id == "partner-plus")
    assert partner.keys is not None
    return {
        "Authorization": f"Bearer {emulator.token(partner.keys)}",
        "Ocp-Apim-Subscription-Key": partner.keys.subscription_key,
    }


def order_and_reject(emulator: Emulator) -> None:
    """Two emails: the merchant learns of two rejections."""
    content = {"businessIdentifier": {"scheme": "business:NO:ORG", "id": REJECTED}, "productType": "LOGIN"}
    headers = partner_headers(emulator)
    for key in ("order-1", "order-2"):
        sent = headers | {"Idempotency-Key": key}
        answer = emulator.request("POST", "/management/v1/product-orders", json=content, headers=sent)
        assert answer.status_code == 201, answer.text
    emulator.control("GET", "/product-orders")


def running(emulator: Emulator, act: Callable[[], Any]) -> None:
    """Do something while emails are sent."""

    async def start() -> None:
        emulator.server.runtime.outbox.start()

    emulator.loop.run_until_complete(start())
    act()
    emulator.loop.run_until_complete(emulator.server.runtime.outbox.stop(10))


def kept(emulator: Emulator) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = emulator.control("GET", "/emails").json()["emails"]
    return found


def test_without_a_mail_server_emails_are_only_kept(emulator: Emulator) -> None:
    order_and_reject(emulator)
    running(emulator, lambda: emulator.control("POST", "/webhooks/settle"))
    assert [(each["state"], each["tries"]) for each in kept(emulator)] == [("kept", 0)] * 2


def test_both_emails_reach_the_mail_server(start: Callable[..., Emulator], catcher: tuple[MailCatcher, int]) -> None:
    server, port = catcher
    emulator = start(smtp=f"127.0.0.1:{port}")
    order_and_reject(emulator)
    running(emulator, lambda: emulator.control("POST", "/webhooks/settle"))
    assert [(each["state"], each["tries"], each["failure"]) for each in kept(emulator)] == [("sent", 1, None)] * 2
    assert [message["To"] for message in server.messages] == [each["address"] for each in reversed(kept(emulator))]
    texts = [str(message.get_payload()) for message in server.messages]
    assert all("Reason: The company does not meet the requirements" in text for text in texts)
    assert all(REJECTED in text for text in texts)
    assert {message["Subject"] for message in server.messages} == {"The product order is declined"}


def test_a_refusing_mail_server_is_tried_again_on_the_clock_and_given_up(
    start: Callable[..., Emulator], catcher: tuple[MailCatcher, int]
) -> None:
    server, port = catcher
    server.refuses = True
    emulator = start(smtp=f"127.0.0.1:{port}")
    order_and_reject(emulator)

    def advance() -> None:
        emulator.control("POST", "/webhooks/settle")
        assert [each["tries"] for each in kept(emulator)] == [1, 1]
        assert all("550" in each["failure"] for each in kept(emulator))
        emulator.advance("PT59S")
        assert [each["tries"] for each in kept(emulator)] == [1, 1]
        emulator.advance("PT1S")
        assert [each["tries"] for each in kept(emulator)] == [2, 2]
        emulator.advance("PT1H")

    running(emulator, advance)
    assert [(each["state"], each["tries"]) for each in kept(emulator)] == [("failed", 5)] * 2
    assert server.messages == []


def test_a_mail_server_that_comes_back_gets_what_waited(
    start: Callable[..., Emulator], catcher: tuple[MailCatcher, int]
) -> None:
    server, port = catcher
    server.refuses = True
    emulator = start(smtp=f"127.0.0.1:{port}")
    order_and_reject(emulator)

    def recover() -> None:
        emulator.control("POST", "/webhooks/settle")
        server.refuses = False
        emulator.advance("PT1M")

    running(emulator, recover)
    assert [(each["state"], each["tries"]) for each in kept(emulator)] == [("sent", 2)] * 2
    assert len(server.messages) == 2


def test_nobody_listening_is_a_failure_and_no_crash(start: Callable[..., Emulator]) -> None:
    emulator = start(smtp="127.0.0.1:1")
    order_and_reject(emulator)
    running(emulator, lambda: emulator.control("POST", "/webhooks/settle"))
    assert [each["state"] for each in kept(emulator)] == ["waiting"] * 2
    assert all("refused" in each["failure"].lower() for each in kept(emulator))


def with_emails(emulator: Emulator, *emails: dict[str, Any]) -> None:
    """Emails that wait, as a state file may bring them."""
    state = emulator.control("GET", "/state").json()
    usual = {"kind": "k", "order_id": "", "address": "a@b.example", "subject": "Fine", "text": "x", "written_at": 0}
    state["emails"] = [
        {"id": number, "due_at": 0, "email": usual | {"state": "waiting"} | each}
        for number, each in enumerate(emails, 1)
    ]
    assert emulator.control("PUT", "/state", json=state).status_code == 200


def test_lines_in_a_subject_are_no_headers(start: Callable[..., Emulator], catcher: tuple[MailCatcher, int]) -> None:
    server, port = catcher
    emulator = start(smtp=f"127.0.0.1:{port}")
    hostile = "Access to A\r\nBcc: victim@b.example\n\nbody\x00\u2028"
    with_emails(emulator, {"subject": hostile, "kind": hostile, "order_id": hostile}, {})
    running(emulator, lambda: emulator.control("POST", "/webhooks/settle"))
    assert [each["state"] for each in kept(emulator)] == ["sent"] * 2
    first, second = server.messages
    assert first["Subject"] == first["X-Mock-Kind"] == "Access to A Bcc: victim@b.example body"
    assert first["Bcc"] is None
    assert second["Subject"] == "Fine"


@pytest.mark.parametrize(
    "address",
    ["a,b@c.example", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example", "", "a@", "<a@b.example>", "a"],
)
def test_what_is_not_one_address_is_not_sent_and_holds_up_nobody(
    address: str, start: Callable[..., Emulator], catcher: tuple[MailCatcher, int]
) -> None:
    server, port = catcher
    emulator = start(smtp=f"127.0.0.1:{port}")
    with_emails(emulator, {"address": address}, {})
    running(emulator, lambda: emulator.control("POST", "/webhooks/settle"))
    fine, wrong = kept(emulator)
    assert (wrong["state"], wrong["tries"]) == ("waiting", 1)
    assert wrong["failure"] == "ValueError: this is not one email address"
    assert fine["state"] == "sent"
    assert [message["To"] for message in server.messages] == ["a@b.example"]


def test_what_nobody_foresaw_is_a_failed_try(
    start: Callable[..., Emulator], catcher: tuple[MailCatcher, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, port = catcher
    emulator = start(smtp=f"127.0.0.1:{port}")
    with_emails(emulator, {}, {"address": "b@b.example"})
    send = MailServer.send

    def broken(self: MailServer, sent: Email) -> str | None:
        if sent.address == "a@b.example":
            raise LookupError("something")
        return send(self, sent)

    monkeypatch.setattr(MailServer, "send", broken)
    running(emulator, lambda: emulator.control("POST", "/webhooks/settle"))
    assert [(each["state"], each["failure"]) for each in kept(emulator)] == [
        ("sent", None),
        ("waiting", "LookupError: something"),
    ]
    assert len(server.messages) == 1
