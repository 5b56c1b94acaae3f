"""Operations that take five seconds of the clock, which only moves when it is told to."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import httpx
import pytest

from tests.apis.helpers import aggregate, assert_gateway, assert_problem, event_names, new_reference, shared_emulator
from tests.harness import Emulator, amount, body

Sending = Callable[[], Coroutine[Any, Any, httpx.Response]]

slow = shared_emulator(processing_time=5)
quick = shared_emulator()


def sending(emulator: Emulator, path: str, content: Any = None, *, key: str | None = None) -> Sending:
    headers = emulator.headers() | ({"Idempotency-Key": key} if key else {})
    options: dict[str, Any] = {} if content is None else {"json": content}
    return lambda: emulator.client.request("POST", f"/epayment/v1{path}", headers=headers, **options)


def capturing(emulator: Emulator, reference: str, value: int, key: str | None = None) -> Sending:
    content = {"modificationAmount": amount(value)}
    return sending(emulator, f"/payments/{reference}/capture", content, key=key)


def at_once(emulator: Emulator, *requests: Sending, seconds: float = 5) -> list[httpx.Response]:
    """The answers to requests that are sent together, while the clock then moves on."""

    async def advance() -> httpx.Response:
        return await emulator.client.post("/_mock/clock/advance", json={"seconds": seconds})

    return emulator.together(*requests, advance)[:-1]


def authorized(emulator: Emulator, value: int = 10_000) -> str:
    reference = new_reference()
    content = body(reference, amount=amount(value))
    at_once(emulator, sending(emulator, "/payments", content, key=reference))
    at_once(emulator, sending(emulator, f"/test/payments/{reference}/approve"))
    assert emulator.get(reference)["state"] == "AUTHORIZED"
    return reference


def test_equal_requests_at_once_have_one_effect_and_one_answer(slow: Emulator) -> None:
    reference = authorized(slow)
    answers = at_once(slow, *[capturing(slow, reference, 4_000, "same") for _ in range(5)])
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert aggregate(slow, reference) == (10_000, 4_000, 0, 0)


def test_equal_creates_at_once_make_one_payment(slow: Emulator) -> None:
    reference = new_reference()
    answers = at_once(slow, *[sending(slow, "/payments", body(reference), key="same") for _ in range(3)])
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert event_names(slow, reference) == ["CREATED"]


def test_the_same_key_with_another_body_at_once_is_a_conflict(slow: Emulator) -> None:
    reference = authorized(slow)
    first, second = at_once(slow, capturing(slow, reference, 4_000, "same"), capturing(slow, reference, 5_000, "same"))
    assert first.status_code == 200
    assert_problem(second, 409, "4010")
    assert aggregate(slow, reference) == (10_000, 4_000, 0, 0)


@pytest.mark.parametrize("keys", [("one", "other"), (None, None)], ids=["other key", "no key"])
def test_another_operation_on_the_same_payment_is_423(slow: Emulator, keys: tuple[str | None, str | None]) -> None:
    reference = authorized(slow)
    first, second = at_once(slow, *[capturing(slow, reference, 4_000, key) for key in keys])
    assert first.status_code == 200
    assert_problem(second, 423)
    assert aggregate(slow, reference) == (10_000, 4_000, 0, 0)


@pytest.mark.parametrize("action", ["cancel", "refund"])
def test_every_operation_is_locked_out_by_any_other(slow: Emulator, action: str) -> None:
    reference = authorized(slow)
    content = None if action == "cancel" else {"modificationAmount": amount(1)}
    other = sending(slow, f"/payments/{reference}/{action}", content, key="other")
    first, second = at_once(slow, capturing(slow, reference, 4_000, "one"), other)
    assert first.status_code == 200
    assert_problem(second, 423)
    assert event_names(slow, reference) == ["CREATED", "AUTHORIZED", "CAPTURED"]


def test_a_locked_request_goes_through_later_under_its_key(slow: Emulator) -> None:
    reference = authorized(slow)
    _, locked = at_once(slow, capturing(slow, reference, 1_000, "one"), capturing(slow, reference, 2_000, "two"))
    assert locked.status_code == 423
    [again] = at_once(slow, capturing(slow, reference, 2_000, "two"))
    assert again.status_code == 200
    assert aggregate(slow, reference) == (10_000, 3_000, 0, 0)


def test_creates_of_one_reference_lock_each_other_out(slow: Emulator) -> None:
    reference = new_reference()
    content = body(reference)
    first, second = at_once(slow, *[sending(slow, "/payments", content, key=key) for key in ("one", "two")])
    assert first.status_code == 201
    assert_problem(second, 423)


def test_other_payments_are_not_locked(slow: Emulator) -> None:
    references = [authorized(slow) for _ in range(2)]
    answers = at_once(slow, *[capturing(slow, reference, 1_000, "same") for reference in references])
    assert [answer.status_code for answer in answers] == [200, 200]


def test_nothing_shows_before_the_time_has_passed(slow: Emulator) -> None:
    reference = authorized(slow)

    async def in_steps() -> list[Any]:
        capture = asyncio.ensure_future(capturing(slow, reference, 4_000, "key")())
        seen = []
        for seconds in (4.999, 0.001):
            await asyncio.sleep(0)
            seen.append((await slow.client.get(f"/epayment/v1/payments/{reference}", headers=headers)).json())
            await slow.client.post("/_mock/clock/advance", json={"seconds": seconds})
        return [*seen, (await capture).json()]

    headers = slow.headers()
    before, almost, after = slow.loop.run_until_complete(in_steps())
    captured = [content["aggregate"]["capturedAmount"]["value"] for content in (before, almost, after)]
    assert captured == [0, 0, 4_000]


def test_a_repeated_request_that_was_answered_takes_no_time(slow: Emulator) -> None:
    reference = authorized(slow)
    [first] = at_once(slow, capturing(slow, reference, 1_000, "key"))
    assert slow.modify("capture", 1_000, reference, key="key").content == first.content


def test_a_caller_who_is_refused_locks_nothing(slow: Emulator) -> None:
    reference = authorized(slow)
    path = f"/epayment/v1/payments/{reference}/capture"
    headers = slow.headers() | {"Authorization": "Bearer x"}
    assert_gateway(slow.request("POST", path, headers=headers, json={}), 401)


def test_a_client_that_goes_away_unlocks_the_payment(slow: Emulator) -> None:
    reference = authorized(slow)

    async def give_up() -> None:
        capture = asyncio.ensure_future(capturing(slow, reference, 1_000, "gone")())
        await asyncio.sleep(0)
        capture.cancel()
        await asyncio.gather(capture, return_exceptions=True)

    slow.loop.run_until_complete(give_up())
    [answer] = at_once(slow, capturing(slow, reference, 2_000, "next"))
    assert answer.status_code == 200
    assert aggregate(slow, reference) == (10_000, 2_000, 0, 0)


def test_without_processing_time_nothing_is_ever_locked(quick: Emulator) -> None:
    reference = new_reference()
    quick.create(reference)
    quick.approve(reference)
    answers = quick.together(*[capturing(quick, reference, 3_000, f"key-{number}") for number in range(5)])
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 400, 400]
    assert aggregate(quick, reference) == (10_000, 9_000, 0, 0)


def test_equal_requests_at_once_have_one_effect_without_processing_time_too(quick: Emulator) -> None:
    reference = new_reference()
    quick.create(reference)
    quick.approve(reference)
    answers = quick.together(*[capturing(quick, reference, 3_000, "same") for _ in range(10)])
    assert len({answer.content for answer in answers}) == 1
    assert aggregate(quick, reference) == (10_000, 3_000, 0, 0)
