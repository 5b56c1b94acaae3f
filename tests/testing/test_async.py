"""Servers in the event loop of a test: no thread, no port."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mockserver.testing import AsyncServer, AsyncVipps, ControlError, Server
from mockserver.testing.asgi import _Lifespan
from tests.testing.shop import headers_of, keys_of, order


class AsyncShop:
    def __init__(self, vipps: AsyncServer) -> None:
        self._vipps = vipps

    async def open(self) -> None:
        self._keys = await self._vipps.keys()
        answer = await self._vipps.client.post("/accesstoken/get", headers=keys_of(self._keys))
        self._token = answer.json()["access_token"]

    async def post(self, path: str, content: Any) -> Any:
        headers = headers_of(self._keys, self._token, f"key-{path}")
        answer = await self._vipps.client.post(path, json=content, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()


@asynccontextmanager
async def opened(**settings: Any) -> AsyncIterator[tuple[AsyncServer, AsyncShop]]:
    async with AsyncServer(**settings) as vipps:
        shop = AsyncShop(vipps)
        await shop.open()
        yield vipps, shop


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def main() -> None:
        await test()

    asyncio.run(main())


def test_a_payment_from_token_to_capture() -> None:
    async def test() -> None:
        async with opened() as (vipps, shop):
            created = await shop.post("/epayment/v1/payments", order("order-0001"))
            assert created["redirectUrl"].startswith("http://vipps.test/landing")
            approved = await vipps.approve("order-0001")
            assert approved.state == "AUTHORIZED"
            amount = {"modificationAmount": {"currency": "NOK", "value": 49_900}}
            await shop.post("/epayment/v1/payments/order-0001/capture", amount)
            await vipps.assert_payment("order-0001", captured=49_900, events=["CREATED", "AUTHORIZED", "CAPTURED"])
            await vipps.assert_requested("capturePayment", reference="order-0001", times=1)
            with pytest.raises(AssertionError, match="captured is 49900"):
                await vipps.assert_payment("order-0001", captured=0)
            with pytest.raises(ControlError, match="no payment with this reference"):
                await vipps.approve("order-0002")

    run(test)


def test_webhooks_reach_the_inbox_without_a_network() -> None:
    async def test() -> None:
        async with opened() as (vipps, shop):
            events = ["epayments.payment.created.v1"]
            await shop.post("/webhooks/v1/webhooks", {"url": vipps.inbox_url(), "events": events})
            await shop.post("/epayment/v1/payments", order("order-0001"))
            delivery = await vipps.wait_for_webhook("created", reference="order-0001")
            assert delivery.state == "delivered"
            (message,) = await vipps.inbox()
            assert message.genuine
            assert message.body["reference"] == "order-0001"

    run(test)


def test_webhooks_reach_an_application_of_this_process() -> None:
    received: list[Any] = []

    async def hook(request: Request) -> Response:
        received.append(await request.json())
        return Response(status_code=500 if len(received) > 1 else 204)

    async def test() -> None:
        app = Starlette(routes=[Route("/hook", hook, methods=["POST"])])
        async with opened(mounts={"http://shop.test": app}) as (vipps, shop):
            events = ["epayments.payment.created.v1", "epayments.payment.aborted.v1"]
            await shop.post("/webhooks/v1/webhooks", {"url": "http://shop.test/hook", "events": events})
            await shop.post("/epayment/v1/payments", order("order-0001"))
            await vipps.assert_webhook("created", times=1)
            await vipps.abort("order-0001")
            with pytest.raises(AssertionError, match=r"aborted.*answered 500"):
                await vipps.assert_webhook("aborted")

    run(test)
    assert [each["name"] for each in received] == ["CREATED", "ABORTED"]


def test_settings_world_and_admin_token() -> None:
    async def test() -> None:
        async with AsyncServer(strict=True, scenario="declines", admin_token="letmein") as vipps:
            assert len(await vipps.rules()) > 1
            stranger = AsyncVipps(vipps.client)
            with pytest.raises(ControlError, match="401"):
                await stranger.rules()

    run(test)


def test_the_lifespan_is_kept() -> None:
    said: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        for _ in range(2):
            said.append((await receive())["type"])
            await send({"type": f"{said[-1]}.complete"})

    async def test() -> None:
        lifespan = _Lifespan(app)
        await lifespan.start()
        assert said == ["lifespan.startup"]
        await lifespan.stop()

    run(test)
    assert said == ["lifespan.startup", "lifespan.shutdown"]


def test_an_application_that_does_not_start_is_told() -> None:
    async def failing(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "lifespan.startup.failed", "message": "no luck"})

    async def dying(scope: Any, receive: Any, send: Any) -> None:
        raise ValueError("no luck at all")

    async def ending(scope: Any, receive: Any, send: Any) -> None:
        return None

    async def test() -> None:
        with pytest.raises(RuntimeError, match="failed at its startup: no luck"):
            await _Lifespan(failing).start()
        with pytest.raises(ValueError, match="no luck at all"):
            await _Lifespan(dying).start()
        with pytest.raises(RuntimeError, match="ended before its startup"):
            await _Lifespan(ending).start()

    run(test)


def test_an_async_client_of_a_server_elsewhere() -> None:
    async def test() -> None:
        async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
            vipps = AsyncVipps(client)
            assert await vipps.payments() == ()
            frozen = await vipps.freeze()
            advanced = await vipps.advance(minutes=11)
            assert advanced.now - frozen.now == timedelta(minutes=11)
        async with httpx.AsyncClient(base_url="http://127.0.0.1:9", trust_env=False) as nowhere:
            with pytest.raises(ControlError, match=r"no answer from http://127.0.0.1:9"):
                await AsyncVipps(nowhere).payments()

    with Server() as server:
        url = server.url
        run(test)


def test_a_server_may_stand_below_a_path() -> None:
    async def test() -> None:
        async with opened(public_url="http://vipps.test/shops/vipps") as (vipps, shop):
            hook = {"url": vipps.inbox_url(), "events": ["epayments.payment.created.v1"]}
            assert hook["url"] == "http://vipps.test/shops/vipps/_mock/inbox/inbox"
            await shop.post("/webhooks/v1/webhooks", hook)
            created = await shop.post("/epayment/v1/payments", order("below-a-path"))
            assert created["redirectUrl"].startswith("http://vipps.test/shops/vipps/landing?token=")
            await vipps.wait_for_webhook("created", reference="below-a-path")
            (message,) = await vipps.inbox()
            assert message.genuine

    run(test)
