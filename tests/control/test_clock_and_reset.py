"""Time and reset through the control API."""

import datetime
from typing import Any

import pytest

from mockserver.core.instants import DAY, HOUR, MINUTE, timestamp
from tests.control.test_routes import assert_problem
from tests.harness import START, Emulator


def clock(emulator: Emulator) -> dict[str, Any]:
    content: dict[str, Any] = emulator.control("GET", "/clock").json()
    return content


def events(emulator: Emulator, reference: str = "reference-1", msn: str = "123456") -> list[tuple[str, str]]:
    payment = emulator.control("GET", f"/payments/{msn}/{reference}").json()
    return [(event["name"], event["at"]) for event in payment["events"]]


def test_the_clock_says_how_it_stands(emulator: Emulator) -> None:
    assert clock(emulator) == {"now": timestamp(START), "frozen": False, "aheadSeconds": 0}


@pytest.mark.parametrize(
    ("content", "moved"),
    [
        ({"seconds": 90}, 90_000),
        ({"seconds": 0}, 0),
        ({"seconds": 0.25}, 250),
        ({"duration": "PT1H30M"}, 90 * MINUTE),
        ({"duration": "P1D"}, DAY),
        ({"duration": "PT0.5S"}, 500),
    ],
)
def test_advance_takes_seconds_or_a_duration(emulator: Emulator, content: dict[str, Any], moved: int) -> None:
    answer = emulator.control("POST", "/clock/advance", content)

    assert answer.json() == {"now": timestamp(START + moved), "frozen": False, "aheadSeconds": moved / 1000}
    assert clock(emulator) == answer.json()


@pytest.mark.parametrize(
    ("path", "content", "field"),
    [
        ("/clock/advance", {}, "body"),
        ("/clock/advance", {"seconds": 1, "duration": "PT1S"}, "body"),
        ("/clock/advance", {"seconds": -1}, "seconds"),
        ("/clock/advance", {"seconds": "5"}, "seconds"),
        ("/clock/advance", {"seconds": True}, "seconds"),
        ("/clock/advance", {"seconds": [1]}, "seconds"),
        ("/clock/advance", {"seconds": 1e300}, "seconds"),
        ("/clock/advance", {"seconds": 10**30}, "seconds"),
        ("/clock/advance", {"duration": "-PT1S"}, "duration"),
        ("/clock/advance", {"duration": "tomorrow"}, "duration"),
        ("/clock/advance", {"duration": ""}, "duration"),
        ("/clock/advance", {"duration": 5}, "duration"),
        ("/clock/advance", {"duration": "P999999999D"}, "duration"),
        ("/clock/advance", {"duration": "P99999999999D"}, "duration"),
        ("/clock/set", {}, "at"),
        ("/clock/set", {"at": "2030-04-01T00:00:00"}, "at"),
        ("/clock/set", {"at": "2001-01-01T00:00:00Z"}, "at"),
        ("/clock/set", {"at": "2200-01-01T00:00:01Z"}, "at"),
        ("/clock/set", {"at": "next week"}, "at"),
        ("/clock/set", {"at": 1_900_000_000}, "at"),
        ("/clock/set", {"at": "0001-01-01T00:00:00+23:59"}, "at"),
        ("/clock/set", {"at": "9999-12-31T23:59:59-23:59"}, "at"),
        ("/clock/freeze", {"at": "now"}, "at"),
        ("/clock/unfreeze", {"seconds": 1}, "seconds"),
        ("/reset", {"all": True}, "all"),
    ],
)
def test_a_bad_move_is_refused_and_moves_nothing(
    emulator: Emulator, path: str, content: dict[str, Any], field: str
) -> None:
    answer = emulator.control("POST", path, content)

    assert answer.status_code == 400, answer.text
    assert [each["name"] for each in answer.json()["extraDetails"]] == [field]
    assert clock(emulator)["now"] == timestamp(START)


def test_set_moves_to_a_time(emulator: Emulator) -> None:
    answer = emulator.control("POST", "/clock/set", {"at": "2031-01-01T01:00:00+01:00"})

    assert answer.json()["now"] == "2031-01-01T00:00:00.000Z"


def test_a_frozen_clock_stands_and_can_be_moved(emulator: Emulator) -> None:
    assert emulator.control("POST", "/clock/freeze").json()["frozen"] is True
    emulator.advance("PT1H")

    assert clock(emulator) == {"now": timestamp(START + HOUR), "frozen": True, "aheadSeconds": 3600}
    assert emulator.control("POST", "/clock/unfreeze").json()["frozen"] is False
    assert clock(emulator)["now"] == timestamp(START + HOUR)


def test_advance_expires_each_payment_at_its_own_time(emulator: Emulator) -> None:
    emulator.create("reference-1")
    emulator.advance("PT3M")
    emulator.create("reference-2")

    emulator.advance("P1D")

    assert events(emulator, "reference-1") == [
        ("CREATED", timestamp(START)),
        ("EXPIRED", timestamp(START + 10 * MINUTE)),
    ]
    assert events(emulator, "reference-2")[-1] == ("EXPIRED", timestamp(START + 13 * MINUTE))
    assert emulator.get("reference-2")["state"] == "EXPIRED"


def test_a_payment_expires_at_the_last_moment_and_not_before(emulator: Emulator) -> None:
    emulator.create()
    emulator.control("POST", "/clock/set", {"at": timestamp(START + 10 * MINUTE - 1)})
    assert emulator.get()["state"] == "CREATED"

    emulator.control("POST", "/clock/advance", {"seconds": 0.001})
    assert emulator.get()["state"] == "EXPIRED"


@pytest.mark.parametrize(("msn", "days"), [("123456", 180), ("223456", 14), ("223458", 180), ("323456", 14)])
def test_what_is_not_captured_is_released_at_the_deadline(emulator: Emulator, msn: str, days: int) -> None:
    emulator.create(msn=msn)
    emulator.approve(msn=msn)
    emulator.modify("capture", 4000, msn=msn)

    emulator.advance(f"P{days + 1}D")

    assert events(emulator, msn=msn)[-1] == ("CANCELLED", timestamp(START + days * DAY))
    aggregate = emulator.get(msn=msn)["aggregate"]
    assert aggregate["cancelledAmount"]["value"] == 6000
    assert aggregate["capturedAmount"]["value"] == 4000


def test_an_unknown_result_settles_after_one_hour(emulator: Emulator) -> None:
    emulator.create(amount={"currency": "NOK", "value": 201})
    assert emulator.approve().status_code == 200
    emulator.control("POST", "/clock/advance", {"seconds": 3599.999})
    assert emulator.get()["state"] == "CREATED"

    emulator.advance("P2D")

    assert emulator.get()["state"] == "AUTHORIZED"
    assert events(emulator)[-1] == ("AUTHORIZED", timestamp(START + HOUR))


def test_one_thing_that_became_due_leads_to_the_next_at_its_own_time(emulator: Emulator) -> None:
    emulator.create(amount={"currency": "NOK", "value": 201})
    emulator.approve()

    emulator.advance("P200D")

    assert events(emulator) == [
        ("CREATED", timestamp(START)),
        ("AUTHORIZED", timestamp(START + HOUR)),
        ("CANCELLED", timestamp(START + HOUR + 180 * DAY)),
    ]


def test_what_falls_due_happens_in_order(emulator: Emulator) -> None:
    for number in range(5):
        emulator.create(f"reference-{number}")
        emulator.advance("PT1M")

    emulator.advance("PT1H")

    expired = [events(emulator, f"reference-{number}")[-1] for number in range(5)]
    assert expired == [("EXPIRED", timestamp(START + (10 + number) * MINUTE)) for number in range(5)]


def test_more_than_one_turn_of_due_things_all_happen_before_the_answer(emulator: Emulator) -> None:
    insert_many(emulator, 1200)

    emulator.advance("PT11M")

    states = emulator.server.runtime.engine.database.connection.execute("SELECT DISTINCT state FROM payments")
    assert [state for (state,) in states] == ["EXPIRED"]


def insert_many(emulator: Emulator, number: int) -> None:
    """Copies of one payment, each due by itself."""
    emulator.create()
    connection = emulator.server.runtime.engine.database.connection
    columns = [row[1] for row in connection.execute("PRAGMA table_info(payments)")]
    copied = ", ".join("reference || '-' || n.value" if name == "reference" else name for name in columns[1:])
    connection.execute(
        "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ?)"
        f" INSERT INTO payments ({', '.join(columns[1:])}) SELECT {copied} FROM payments, n",
        (number,),
    )
    connection.execute("INSERT INTO due SELECT due_at + payments.id, kind, payments.id FROM due, payments WHERE id > 1")


def everything(emulator: Emulator) -> list[Any]:
    paths = ("/clock", "/payments", "/requests", "/customers", "/merchants", "/sales-units")
    return [emulator.control("GET", path).json() for path in paths]


def test_reset_goes_back_to_the_world_as_started(emulator: Emulator) -> None:
    at_start = everything(emulator)
    emulator.create()
    emulator.approve()
    emulator.control("POST", "/customers", {"phone": "4712345678", "first_name": "Somebody"})
    emulator.control("POST", "/customers", {"phone": "4790000000"})
    emulator.control("PATCH", "/merchants/merchant-no-1", {"name": "Other", "active": False})
    emulator.control("PATCH", "/sales-units/123456", {"active": False, "configuration": {"express_allowed": False}})
    emulator.advance("P30D")
    emulator.control("POST", "/clock/freeze")
    assert all(then != now for then, now in zip(at_start, everything(emulator), strict=True))

    answer = emulator.control("POST", "/reset")

    assert answer.status_code == 200
    assert everything(emulator) == at_start


def test_after_a_reset_everything_can_be_done_again(emulator: Emulator) -> None:
    assert emulator.create().status_code == 201
    emulator.advance("P200D")
    emulator.control("POST", "/reset")
    emulator._tokens.clear()

    assert emulator.create().status_code == 201
    assert emulator.get()["state"] == "CREATED"
    emulator.advance("PT10M")
    assert events(emulator)[-1] == ("EXPIRED", timestamp(START + 10 * MINUTE))


def test_a_reset_forgets_idempotent_answers_and_changed_units(emulator: Emulator) -> None:
    emulator.control("PATCH", "/sales-units/123456", {"active": False})
    assert emulator.create().status_code == 400

    emulator.control("POST", "/reset")

    assert emulator.create().status_code == 201


def test_reset_forgets_thousands_of_payments_and_what_was_due(emulator: Emulator) -> None:
    insert_many(emulator, 5000)
    assert len(emulator.control("GET", "/payments?limit=10000").json()["payments"]) == 5001

    emulator.control("POST", "/reset")

    assert emulator.control("GET", "/payments?limit=10000").json() == {"payments": []}
    emulator.advance("P1D")
    assert emulator.control("GET", "/payments").json() == {"payments": []}


def test_reset_forgets_rate_limits(start: Any) -> None:
    emulator = start(rate_limits=True)
    for number in range(6):
        answer = emulator.api("POST", "/payments", {}, key=f"key-{number}")
    assert answer.status_code == 429

    emulator.control("POST", "/reset")

    assert emulator.api("POST", "/payments", {}, key="key").status_code == 400


def test_every_time_shown_has_its_zone(emulator: Emulator) -> None:
    emulator.create()
    payment = emulator.control("GET", "/payments/123456/reference-1").json()
    for text in (payment["createdAt"], payment["expiresAt"], payment["events"][0]["at"], clock(emulator)["now"]):
        assert datetime.datetime.fromisoformat(text).tzinfo is not None


def test_moving_back_is_refused(emulator: Emulator) -> None:
    emulator.advance("PT1H")
    assert_problem(emulator.control("POST", "/clock/set", {"at": timestamp(START)}), 400, "at")


def test_what_fell_due_while_nobody_looked_happened_at_its_own_time(emulator: Emulator) -> None:
    emulator.create(amount={"currency": "NOK", "value": 201})
    emulator.approve()
    emulator.create("reference-2")

    emulator.server.runtime.engine.clock.move_to(START + 200 * DAY)

    assert events(emulator)[1:] == [
        ("AUTHORIZED", timestamp(START + HOUR)),
        ("CANCELLED", timestamp(START + HOUR + 180 * DAY)),
    ]
    assert events(emulator, "reference-2")[-1] == ("EXPIRED", timestamp(START + 10 * MINUTE))
