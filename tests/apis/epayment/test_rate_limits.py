from typing import Any

import pytest

from tests.apis.helpers import assert_gateway, assert_problem, authorized, created, new_reference, shared_emulator
from tests.harness import Emulator, amount, body

limited = shared_emulator(rate_limits=True)
shared = shared_emulator()


def capture(emulator: Emulator, reference: str) -> Any:
    return emulator.modify("capture", 100, reference, key=new_reference())


@pytest.mark.parametrize("action", ["capture", "refund", "cancel"])
def test_five_changes_a_minute(limited: Emulator, action: str) -> None:
    reference = authorized(limited)
    content = None if action == "cancel" else {"modificationAmount": amount(100)}
    path = f"/payments/{reference}/{action}"
    for _ in range(5):
        assert limited.api("POST", path, content, key=new_reference()).status_code != 429
    answer = limited.api("POST", path, content, key=new_reference())
    assert_gateway(answer, 429, "Rate limit")
    assert answer.headers["retry-after"] == "60"


def test_five_creates_of_one_reference_a_minute(limited: Emulator) -> None:
    content = body(new_reference())
    statuses = [limited.api("POST", "/payments", content, key=new_reference()).status_code for _ in range(6)]
    assert statuses == [201, 409, 409, 409, 409, 429]


@pytest.mark.parametrize("path", ["", "/events"])
def test_120_looks_a_minute(limited: Emulator, path: str) -> None:
    reference = created(limited)
    statuses = [limited.api("GET", f"/payments/{reference}{path}").status_code for _ in range(121)]
    assert statuses == [200] * 120 + [429]


def test_looks_are_counted_by_subscription_key_and_changes_by_unit(limited: Emulator) -> None:
    reference = authorized(limited)
    headers = limited.headers()
    keys = next(unit.keys for unit in limited.world.sales_units if unit.msn == "123456")
    second = headers | {"Ocp-Apim-Subscription-Key": keys.secondary_subscription_key}
    path = f"/epayment/v1/payments/{reference}"
    statuses = [limited.request("GET", path, headers=headers).status_code for _ in range(121)]
    assert statuses[-2:] == [200, 429]
    assert limited.request("GET", path, headers=second).status_code == 200
    cancels = [limited.request("POST", f"{path}/cancel", headers=one).status_code for one in (headers, second) * 3]
    assert cancels == [200, 400, 400, 400, 400, 429]


def test_every_operation_payment_and_unit_counts_by_itself(limited: Emulator) -> None:
    reference, other = authorized(limited), authorized(limited)
    for _ in range(6):
        answer = capture(limited, reference)
    assert answer.status_code == 429
    assert limited.modify("refund", 100, reference).status_code == 200
    assert capture(limited, other).status_code == 200
    assert_problem(limited.modify("capture", 100, reference, msn="123457"), 404, "5090")


def test_repeats_under_one_key_count_too(limited: Emulator) -> None:
    reference = authorized(limited)
    statuses = [limited.modify("capture", 100, reference, key="same").status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]


def test_the_limit_slides_with_the_clock(start: Any) -> None:
    emulator = start(rate_limits=True)
    reference = authorized(emulator)
    assert capture(emulator, reference).status_code == 200
    emulator.advance("PT30S")
    for _ in range(4):
        assert capture(emulator, reference).status_code == 200
    refused = capture(emulator, reference)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "30")
    emulator.advance("PT30S")
    assert capture(emulator, reference).status_code == 200
    assert capture(emulator, reference).status_code == 429


def test_a_limited_request_is_not_kept_under_its_key(start: Any) -> None:
    emulator = start(rate_limits=True)
    reference = authorized(emulator)
    for _ in range(5):
        capture(emulator, reference)
    assert emulator.modify("capture", 200, reference, key="later").status_code == 429
    emulator.advance("PT1M")
    assert emulator.modify("capture", 200, reference, key="later").status_code == 200


def test_a_reset_forgets_the_calls(start: Any) -> None:
    emulator = start(rate_limits=True)
    content = body(new_reference())
    for _ in range(6):
        emulator.api("POST", "/payments", content, key=new_reference())
    emulator.control("POST", "/reset")
    assert emulator.api("POST", "/payments", content, key=new_reference()).status_code == 201


def test_there_are_no_limits_unless_asked_for(shared: Emulator) -> None:
    reference = created(shared)
    assert {shared.api("GET", f"/payments/{reference}").status_code for _ in range(130)} == {200}
