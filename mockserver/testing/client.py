"""The client of the control API. It needs nothing else of the server's code: a container is as good."""

from typing import TYPE_CHECKING, Any, Self, TypeVar

from mockserver.testing.asserting import Assertions
from mockserver.testing.basics import BasicCalls
from mockserver.testing.calls import Ask, Awaiting, Blocking, ControlError, Steps, to_json, understood
from mockserver.testing.companies import CompanyCalls
from mockserver.testing.logins import LoginCalls
from mockserver.testing.orders import OrderCalls
from mockserver.testing.partners import PartnerCalls
from mockserver.testing.payments import PaymentCalls
from mockserver.testing.recurring import RecurringCalls
from mockserver.testing.scenarios import ScenarioCalls
from mockserver.testing.states import StateCalls
from mockserver.testing.webhooks import INBOX, WebhookCalls
from mockserver.testing.wire import Wire
from mockserver.testing.world import WorldCalls

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")


class Calls(
    BasicCalls, PaymentCalls, RecurringCalls, WebhookCalls, WorldCalls, OrderCalls, CompanyCalls, PartnerCalls,
    LoginCalls, ScenarioCalls, StateCalls, Assertions,
):  # fmt: skip
    """Every control call. A refusal is a ControlError with the server's reason."""

    url: str

    def inbox_url(self, name: str = INBOX) -> str:
        """The address to register for webhooks that are to arrive at an inbox."""
        return f"{self.url}/_mock/inbox/{name}"


class Vipps(Calls, Blocking):
    """Controls the server at ``url``, which runs wherever it runs. Calls return when the answer is there."""

    _wire: Wire | None = None

    def __init__(self, url: str, admin_token: str | None = None) -> None:
        self.url = url.rstrip("/")
        self._wire = Wire(self.url, admin_token)

    def _run(self, steps: Steps[T]) -> T:
        __tracebackhide__ = True
        if self._wire is None:
            raise ControlError("The server was not started: use it in a with statement, or call start()")
        try:
            ask = next(steps)
            while True:
                try:
                    answer = self._wire(ask)
                except ControlError as error:
                    ask = steps.throw(error)
                else:
                    ask = steps.send(answer)
        except StopIteration as end:
            value: T = end.value
            return value

    def close(self) -> None:
        """Close the connections; the next call opens them again."""
        if self._wire is not None:
            self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class AsyncVipps(Calls, Awaiting):
    """The same for async code: calls are awaited. ``client`` (an httpx.AsyncClient) has the server's ``base_url``."""

    def __init__(self, client: "httpx.AsyncClient", admin_token: str | None = None) -> None:
        self.client = client
        self.url = str(client.base_url).rstrip("/")
        self._headers = {"Authorization": f"Bearer {admin_token}"} if admin_token else {}

    async def _run(self, steps: Steps[T]) -> T:
        __tracebackhide__ = True
        try:
            ask = next(steps)
            while True:
                try:
                    answer = await self._ask(ask)
                except ControlError as error:
                    ask = steps.throw(error)
                else:
                    ask = steps.send(answer)
        except StopIteration as end:
            value: T = end.value
            return value

    async def _ask(self, ask: Ask) -> Any:
        import httpx

        headers = self._headers | dict(ask.headers or {})
        url = f"{self.url}/_mock{ask.path}"
        try:
            response = await self.client.request(
                ask.method, url, content=to_json(ask.body), headers=headers, timeout=ask.patience
            )
        except httpx.HTTPError as error:
            reason = f"no answer from {self.url}: {str(error) or type(error).__name__}"
            raise ControlError(f"{ask.method} /_mock{ask.path}: {reason}") from error
        try:
            content = response.json() if response.content else None
        except ValueError:
            content = None
        return understood(ask, response.status_code, content, response.text)
