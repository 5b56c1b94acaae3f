from tests.harness import Emulator


def test_first(emulator: Emulator) -> None:
    assert emulator.create().status_code == 201
    assert emulator.approve().status_code == 200
    assert emulator.modify("capture", 4000).status_code == 200
    assert emulator.modify("refund", 1000).json()["aggregate"]["refundedAmount"]["value"] == 1000
    assert [event["name"] for event in emulator.events()] == ["CREATED", "AUTHORIZED", "CAPTURED", "REFUNDED"]
    emulator.advance("P181D")
    assert emulator.get()["aggregate"]["cancelledAmount"]["value"] == 6000
