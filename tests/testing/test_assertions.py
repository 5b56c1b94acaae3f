"""Assertions: what passes, and what is said when one fails."""

import pytest

from mockserver.testing import Vipps
from tests.testing.shop import Shop


def failure(check: object, *args: object, **given: object) -> list[str]:
    with pytest.raises(AssertionError) as caught:
        check(*args, **given)  # type: ignore[operator]
    return str(caught.value).splitlines()


def test_requests(vipps: Vipps, shop: Shop) -> None:
    shop.create("order-0001")
    shop.create("order-0002", 500)
    found = vipps.assert_requested("createPayment", times=2)
    assert [each.reference for each in found] == ["order-0001", "order-0002"]
    (one,) = vipps.assert_requested("createPayment", status=201, msn="123456", body={"amount": {"value": 500}})
    assert one.reference == "order-0002"
    vipps.assert_requested("capturePayment", times=0)
    vipps.assert_requested("createPayment")


def test_a_missing_request_lists_what_came_nearest_first(vipps: Vipps, shop: Shop) -> None:
    shop.create("order-0001")
    shop.create("order-0002")
    vipps.approve("order-0001")
    shop.move("capture", "order-0001", 100)
    lines = failure(vipps.assert_requested, "capturePayment", reference="order-0001", body={
        "modificationAmount": {"value": 49_900},
    }, times=1)  # fmt: skip
    assert lines[0].startswith("Wanted 1, got 0: request operation=capturePayment reference=order-0001")
    assert "capturePayment reference=order-0001 msn=123456 -> 200" in lines[2]
    assert lines[2].endswith("(body.modificationAmount.value is 100)")
    assert "createPayment reference=order-0001" in lines[3]
    assert len(lines) == 6
    counted = failure(vipps.assert_requested, "createPayment", times=1)
    assert counted[0] == "Wanted 1, got 2: request operation=createPayment."


def test_nothing_at_all_is_said_so(vipps: Vipps) -> None:
    assert failure(vipps.assert_requested, "createPayment")[-1] == "No requests at all."
    assert failure(vipps.assert_webhook, "captured")[-1] == "No deliveries at all."
    assert failure(vipps.assert_payment, "order-0001")[-1] == "No payments at all."


def test_only_the_nearest_are_listed(vipps: Vipps, shop: Shop) -> None:
    for number in range(12):
        shop.create(f"order-00{number:02}")
    lines = failure(vipps.assert_requested, "createPayment", reference="order-0099")
    assert len(lines) == 2 + 10 + 1
    assert lines[-1] == "  and 3 more"


def test_secrets_are_not_printed(vipps: Vipps, shop: Shop) -> None:
    shop.create("order-0001", metadata={"x": "1"})
    wanted = {"client_secret": "top-1", "metadata": {"token": "top-2", "list": [{"password": "top-3"}]}}
    text = "\n".join(failure(vipps.assert_requested, "createPayment", body=wanted))
    assert "[redacted]" in text
    for secret in ("top-1", "top-2", "top-3", shop.token, *shop.variables["VIPPS_CLIENT_SECRET"].split()):
        assert secret not in text
    shop.register("http://127.0.0.1:9/hook?token=top-4", "cancelled", "terminated", "aborted")
    vipps.abort("order-0001")
    text = "\n".join(failure(vipps.assert_webhook, "aborted"))
    assert "127.0.0.1:9/hook?token=[redacted]" in text
    assert "top-4" not in text


def test_payments(vipps: Vipps, shop: Shop) -> None:
    shop.create("order-0001")
    vipps.decline("order-0001")
    vipps.approve("order-0001", customer="4712345678")
    found = vipps.assert_payment(
        "order-0001", state="AUTHORIZED", amount=49_900, currency="NOK", authorized=49_900, captured=0, refunded=0,
        cancelled=0, customer="4712345678", events=["CREATED", "AUTHORIZED"],
    )  # fmt: skip
    assert found.msn == "123456"
    had = '["CREATED", "AUTHORIZED"]'
    assert failure(vipps.assert_payment, "order-0001", state="AUTHORIZED", captured=100, events=["CREATED"]) == [
        f'Payment order-0001 of 123456: wanted captured=100 events=["CREATED"], but captured is 0, events is {had}.',
        "Its events:",
        "  CREATED 49900",
        "  AUTHORIZED 49900, without success",
        "  AUTHORIZED 49900",
    ]


def test_a_missing_payment_lists_the_nearest_references(vipps: Vipps, shop: Shop) -> None:
    shop.create("something-else")
    shop.create("order-0001")
    lines = failure(vipps.assert_payment, "order-0002", state="CREATED")
    assert lines[0] == "There is no payment reference=order-0002."
    assert lines[2].startswith("  order-0001 of 123456: CREATED 49900 NOK, authorized=0")
    assert lines[3].startswith("  something-else of 123456")


def test_webhooks(vipps: Vipps, shop: Shop) -> None:
    id_ = shop.register(vipps.inbox_url(), "created", "aborted")
    shop.create("order-0001")
    (one,) = vipps.assert_webhook("created", reference="order-0001", webhook=id_, body={"success": True}, times=1)
    assert one.state == "delivered"
    vipps.assert_webhook("aborted", times=0)
    for check, more in ((vipps.assert_webhook, {}), (vipps.wait_for_webhook, {"timeout": 0.1})):
        lines = failure(check, "aborted", reference="order-0001", **more)
        assert "event=epayments.payment.aborted.v1" in lines[0]
        assert lines[2].endswith("delivered, tries 1, answered 204   (event is epayments.payment.created.v1)")
    vipps.set_inbox(status=503)
    vipps.abort("order-0001")
    lines = failure(vipps.assert_webhook, "aborted")
    assert "waiting, tries 1, answered 503   (state is waiting)" in lines[2]
    vipps.set_inbox()
    vipps.advance(hours=1)
    assert vipps.wait_for_webhook("aborted").tries == 2


def test_waiting_where_nobody_registered_is_said_so(vipps: Vipps, shop: Shop) -> None:
    assert failure(vipps.wait_for_webhook, timeout=0)[-1] == "No webhook is registered."
    vipps.register_webhook("http://127.0.0.1:9/hook", "captured", msn="223456")
    shop.create("order-0001")
    lines = failure(vipps.wait_for_webhook, "created", reference="order-0001", msn="123456", timeout=0)
    assert lines[-1] == "No webhook is registered for 123456."
    lines = failure(vipps.wait_for_webhook, "created", timeout=0)
    assert lines[-1] == "No webhook is registered for epayments.payment.created.v1."
    webhook, secret = vipps.register_webhook("http://127.0.0.1:9/hook", "created", partner="partner-plus", secret="x")
    assert (webhook.events, secret) == (("epayments.payment.created.v1",), "x")
    assert failure(vipps.wait_for_webhook, "created", timeout=0)[-1] == "No deliveries at all."
    vipps.reset(keep=["webhooks"])
    assert [each.owner["id"] for each in vipps.webhooks()] == ["223456", "partner-plus"]
