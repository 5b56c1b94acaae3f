"""The checklist over real histories: what shows a point, what does not, and what is wrong."""

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.app import PRODUCTS
from mockserver.checklist.points.points import Checklist
from tests.apis.login.client import PKCE, VERIFIER, Client
from tests.apis.management.partner import call, get, partner_keys, standard
from tests.harness import Emulator, amount, key_headers
from tests.webhooks.receivers import receivers_of, register, settle

SYSTEM = {"Vipps_System_Name": "acme", "Vipps_System_Version": "1"}
HALF = {"modificationAmount": amount(5_000)}

POINTS = Checklist(PRODUCTS.checks()).points
APIS = Checklist(PRODUCTS.checks()).apis


def point(emulator: Emulator, id_: str, query: str = "") -> dict[str, Any]:
    answer = emulator.control("GET", f"/checklist{query}")
    assert answer.status_code == 200, answer.text
    return next(each for each in answer.json()["points"] if each["id"] == id_)


def verdict(emulator: Emulator, id_: str) -> str:
    return str(point(emulator, id_)["verdict"])


def test_nothing_is_shown_nor_wrong_before_anything_happened(emulator: Emulator) -> None:
    content = emulator.control("GET", "/checklist").json()
    assert {each["verdict"] for each in content["points"]} == {"not seen"}
    assert [each["id"] for each in content["points"]] == [each.id for each in POINTS]


@pytest.mark.parametrize("api", APIS)
def test_one_api_is_asked_for(emulator: Emulator, api: str) -> None:
    points = emulator.control("GET", f"/checklist?api={api}").json()["points"]
    assert [each["id"] for each in points] == [each.id for each in POINTS if each.api == api]


@pytest.mark.parametrize("query", ["?api=x", "?msn=1", "?x=1"])
def test_a_bad_filter_is_refused(emulator: Emulator, query: str) -> None:
    assert emulator.control("GET", f"/checklist{query}").status_code == 400


def test_a_payment_shows_the_endpoints_that_were_used(emulator: Emulator) -> None:
    emulator.create()
    emulator.approve()
    emulator.modify("capture", 5_000)
    emulator.modify("refund", 5_000)
    emulator.get()

    for name in ("create", "get", "capture-partial", "refund-full", "captured", "refunded", "authorized", "keys-sent"):
        assert verdict(emulator, f"epayment-{name}") == "shown", name
    for name in ("capture-full", "refund-partial", "aborted", "cancel", "keys-reused", "polling"):
        assert verdict(emulator, f"epayment-{name}") == "not seen", name
    assert verdict(emulator, "epayment-shipped") == "cannot tell"
    assert point(emulator, "epayment-create")["requests"] == [2]
    assert point(emulator, "epayment-create", "?msn=223456")["verdict"] == "not seen"


def test_calls_that_never_succeed_are_wrong(emulator: Emulator) -> None:
    emulator.create(returnUrl=None)
    assert verdict(emulator, "epayment-create") == "wrong"


def test_a_capture_of_what_was_seen_as_waiting_is_wrong(emulator: Emulator) -> None:
    emulator.create()
    emulator.get()
    assert verdict(emulator, "epayment-created") == "shown"
    emulator.modify("capture", 100)
    assert verdict(emulator, "epayment-created") == "wrong"


def test_a_retry_with_the_same_key_and_body_is_shown(emulator: Emulator) -> None:
    emulator.create()
    emulator.create()
    assert verdict(emulator, "epayment-keys-reused") == "shown"
    emulator.create(paymentDescription="Another text")
    assert verdict(emulator, "epayment-keys-reused") == "wrong"


@pytest.mark.parametrize(("look", "expected"), [(False, "wrong"), (True, "not seen")])
def test_a_retry_with_another_key_is_wrong_unless_somebody_looked(
    emulator: Emulator, look: bool, expected: str
) -> None:
    emulator.create()
    emulator.approve()
    emulator.api("POST", "/payments/reference-1/capture", HALF, key="one", X_Mock_Fault="status")
    if look:
        emulator.get()
    emulator.api("POST", "/payments/reference-1/capture", HALF, key="two")
    assert verdict(emulator, "epayment-keys-reused") == expected


def test_a_change_without_key_is_wrong(emulator: Emulator) -> None:
    emulator.create()
    emulator.api("POST", "/payments/reference-1/cancel")
    assert verdict(emulator, "epayment-keys-sent") == "wrong"


@pytest.mark.parametrize(
    ("pause", "gap", "expected"), [("PT5S", "PT2S", "shown"), ("PT5S", "PT1S", "wrong"), ("PT1S", "PT2S", "wrong")]
)
def test_polling_has_to_begin_late_and_go_slowly(emulator: Emulator, pause: str, gap: str, expected: str) -> None:
    emulator.create()
    emulator.advance(pause)
    for _ in range(3):
        emulator.get()
        emulator.advance(gap)
    assert verdict(emulator, "epayment-polling") == expected


def test_reservations_are_cancelled_or_lapse(emulator: Emulator) -> None:
    emulator.create()
    emulator.approve()
    assert verdict(emulator, "epayment-unused-cancelled") == "not seen"
    emulator.api("POST", "/payments/reference-1/cancel", key="cancel")
    assert verdict(emulator, "epayment-unused-cancelled") == "shown"
    emulator.create("reference-2")
    emulator.approve("reference-2")
    emulator.advance("P181D")
    assert verdict(emulator, "epayment-unused-cancelled") == "wrong"


def test_a_token_that_is_used_again_is_cached_and_many_of_them_are_not(emulator: Emulator) -> None:
    emulator.create()
    assert verdict(emulator, "platform-token-cached") == "not seen"
    emulator.get()
    emulator.get()
    assert verdict(emulator, "platform-token-cached") == "shown"
    for _ in range(4):
        emulator.request("POST", "/accesstoken/get", headers=key_headers(emulator.unit("123456").keys))
    assert verdict(emulator, "platform-token-cached") == "wrong"


def test_system_headers_are_all_or_wrong(emulator: Emulator) -> None:
    keys = emulator.unit("123456").keys
    named = {name.replace("_", "-"): value for name, value in SYSTEM.items()}
    emulator.request("POST", "/accesstoken/get", headers=key_headers(keys) | named)
    assert verdict(emulator, "platform-system-headers") == "shown"
    emulator.create()
    assert verdict(emulator, "platform-system-headers") == "wrong"


def test_a_kindness_is_wrong(emulator: Emulator) -> None:
    emulator.create()
    assert verdict(emulator, "platform-no-kindness") == "shown"
    emulator.create("reference-2", colour="red")
    assert verdict(emulator, "platform-no-kindness") == "wrong"


def test_logins_show_state_nonce_pkce_and_single_codes(emulator: Emulator) -> None:
    client = Client(emulator)
    for number in ("1", "2"):
        challenge = PKCE if number == "1" else PKCE | {"code_challenge": "A" * 43}
        code = client.code(state=f"state-{number}-long", nonce=f"nonce-{number}", **challenge)
        if number == "1":
            assert client.exchange(code, code_verifier=VERIFIER).status_code == 200
            assert verdict(emulator, "login-state") == "not seen"
            used = code
    for name in ("state", "nonce", "pkce", "code-once", "authorize", "token"):
        assert verdict(emulator, f"login-{name}") == "shown", name

    client.exchange(used, code_verifier=VERIFIER)
    client.authorize(state="state-1-long", nonce="nonce-1")
    for name in ("state", "nonce", "pkce", "code-once"):
        assert verdict(emulator, f"login-{name}") == "wrong", name


def test_older_requests_that_are_gone_are_told(start: Any) -> None:
    emulator = start(journal_size=2)
    emulator.create()
    emulator.get()
    assert emulator.control("GET", "/checklist").json()["journal"] == {"size": 2, "lost": 1}


def test_partner_keys_need_an_msn(emulator: Emulator) -> None:
    path, keys = "/epayment/v1/payments/reference-1", partner_keys()
    msn = next(each.msn for each in emulator.world.sales_units if each.partner_id == "partner-plus")
    emulator.create(msn=msn)
    assert verdict(emulator, "partner-msn") == "not seen"
    assert emulator.request("GET", path, headers=standard(emulator, keys, msn)).status_code == 200
    assert verdict(emulator, "partner-msn") == "shown"
    emulator.request("GET", path, headers=standard(emulator, keys))
    assert verdict(emulator, "partner-msn") == "wrong"


def test_price_packages_are_read_by_a_partner_and_not_by_a_merchant(emulator: Emulator) -> None:
    call(emulator, "GET", "/v1/partners/price-packages", "123456")
    assert verdict(emulator, "partner-prices") == "wrong"
    assert get(emulator, "/v1/partners/price-packages")
    assert verdict(emulator, "partner-prices") == "shown"


@pytest.mark.parametrize(("status", "expected"), [(200, "shown"), (500, "wrong")])
def test_webhooks_have_to_be_answered(emulator: Emulator, status: int, expected: str) -> None:
    receivers_of(emulator).answer = lambda received: status
    register(emulator)
    assert verdict(emulator, "epayment-webhooks-registered") == "shown"
    assert verdict(emulator, "epayment-webhooks-answered") == "not seen"
    emulator.create()
    settle(emulator)
    assert verdict(emulator, "epayment-webhooks-answered") == expected
    assert verdict(emulator, "epayment-created") == ("shown" if status == 200 else "not seen")
    assert verdict(emulator, "epayment-webhooks-verified") == "not seen"


@pytest.mark.parametrize(("status", "expected"), [(401, "shown"), (200, "wrong")])
def test_webhooks_with_a_wrong_signature_have_to_be_refused(emulator: Emulator, status: int, expected: str) -> None:
    receivers = receivers_of(emulator)
    made = register(emulator)
    emulator.create()
    settle(emulator)
    receivers.answer = lambda received: status
    emulator.control("POST", f"/webhooks/{made['id']}/faults", {"wrongSignature": True})
    emulator.create("reference-2")
    settle(emulator)
    assert verdict(emulator, "epayment-webhooks-verified") == expected
    assert verdict(emulator, "epayment-webhooks-answered") == "shown"


def test_a_first_answer_that_is_given_again_is_not_counted_twice(emulator: Emulator) -> None:
    for _ in range(3):
        emulator.create()
    emulator.approve()
    for value, key in ((100, "one"), (100, "one"), (100, "two")):
        emulator.modify("capture", value, key=key)
    emulator.modify("capture", 9_800, key="three")
    for _ in range(2):
        emulator.modify("refund", 100, key="refund")
    said = {
        name: point(emulator, f"epayment-{name}")
        for name in ("create", "capture-partial", "refund-partial", "shipped", "return")
    }
    assert said["create"]["explanation"] == "createPayment succeeded 1 time."
    assert said["capture-partial"]["explanation"] == "capturePayment in part succeeded 3 times."
    assert said["refund-partial"]["explanation"] == "refundPayment in part succeeded 1 time."
    assert said["shipped"]["explanation"].startswith("3 captures;")
    assert said["return"]["explanation"].startswith("1 payment with")


def test_what_was_given_again_counts_once_when_the_first_is_gone(start: Callable[..., Emulator]) -> None:
    emulator = start(journal_size=2)
    for _ in range(4):
        emulator.create()
    assert point(emulator, "epayment-create")["explanation"] == "createPayment succeeded 1 time."
