"""The sequence diagrams in docs/ are what happens: each story is played over HTTP and compared, arrow by arrow."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from mockserver.world.domain.merchant import KeySet
from tests.end_to_end.recipe import DOCS
from tests.end_to_end.running import Running, serving
from tests.end_to_end.sequences import Arrow, Made, Stage, compare, diagrams, receiving
from tests.harness import WORLD, body, key_headers

DRAWN = diagrams((DOCS / "sequences.md").read_text("utf-8"))
ORDERS = "/management/v1/product-orders"
UNITS = "/management/v1/sales-units"
PAYMENTS = "/epayment/v1/payments"
DAY = {"duration": "P1D"}
NEWCOMER = "910000004"
CUSTOMER_OF_BOTH = "211756004"
OLD_MSN = "523456"
APIS = {"accesstoken", "management", "epayment", "webhooks"}
"""The first segments of the paths that the journal is about."""
MONEY = {"modificationAmount": {"currency": "NOK", "value": 10_000}}


class Caller:
    """A partner in a story, with its keys and what it sends with each call."""

    def __init__(self, stage: Stage, name: str, id_: str) -> None:
        self._stage, self._name = stage, name
        self._keys = keys_of(id_)
        self._token = self.post("/accesstoken/get", headers=key_headers(self._keys))["access_token"]

    def call(self, method: str, path: str, msn: str | None = None, json: Any = None) -> Any:
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Ocp-Apim-Subscription-Key": self._keys.subscription_key,
            "Idempotency-Key": str(uuid4()),
        } | ({} if msn is None else {"Merchant-Serial-Number": msn})
        sent = {} if json is None else {"json": json}
        answer = self._stage.call(self._name, method, path, headers=headers, **sent)
        return answer.json() if answer.content else None

    def get(self, path: str, msn: str | None = None) -> Any:
        return self.call("GET", path, msn)

    def post(self, path: str, **options: Any) -> Any:
        return self._stage.call(self._name, "POST", path, **options).json()

    def details(self, order: str) -> Any:
        return self.get(f"/management/v2/product-orders/{order}/details")

    def sell(self, msn: str) -> str:
        reference = f"order-{uuid4()}"
        self.call("POST", PAYMENTS, msn, body(reference))
        return reference


def keys_of(partner: str) -> KeySet:
    keys = next(each.keys for each in WORLD.partners if each.id == partner)
    assert keys is not None
    return keys


def pay(stage: Stage, msn: str, reference: str) -> None:
    stage.call("Customer", "POST", f"/_mock/payments/{msn}/{reference}/approve")


def signup(stage: Stage) -> None:
    partner = Caller(stage, "Partner", "partner-plus")
    (package, *_) = partner.get("/management/v1/partners/price-packages")
    form = {
        "businessIdentifier": {"scheme": "business:NO:ORG", "id": NEWCOMER},
        "productType": "PAYMENT_INTEGRATION",
        "pricePackageId": package["pricePackageId"],
        "settlementBankAccount": {"scheme": "BBAN:NO", "id": "86011117947"},
        "merchantCategoryCode": "5651",
        "intendedPurpose": "Clothes for children",
        "website": {"url": "https://shop.example.com", "termsUrl": "https://shop.example.com/terms"},
    }
    ordered = partner.call("POST", ORDERS, json=form)
    order = ordered["prefilledOrderId"]
    stage.call("Merchant", "GET", ordered["prefillUrl"])
    partner.details(order)
    stage.call("Merchant", "POST", "/_mock/merchants/merchant-new/agreement/sign")
    stage.call("Merchant", "POST", f"/_mock/product-orders/{order}/submit")
    partner.details(order)
    stage.call("Time", "POST", "/_mock/clock/advance", json=DAY)
    msn = partner.details(order)["salesUnit"]["msn"]
    partner.get(f"{UNITS}/{msn}")


def payment(stage: Stage) -> None:
    with receiving(stage, "Partner") as receiver:
        partner = Caller(stage, "Partner", "partner-plus")
        steps = ("created", "authorized", "captured", "refunded")
        created, authorized, captured, refunded = events = [f"epayments.payment.{each}.v1" for each in steps]
        hook = partner.call("POST", "/webhooks/v1/webhooks", json={"url": receiver.url, "events": events})
        receiver.secret = hook["secret"]
        reference = f"order-{uuid4()}"
        made = partner.call("POST", PAYMENTS, OLD_MSN, body(reference))
        stage.wait_for(created)
        stage.call("Customer", "GET", made["redirectUrl"])
        pay(stage, OLD_MSN, reference)
        stage.wait_for(authorized)
        partner.get(f"{PAYMENTS}/{reference}", OLD_MSN)
        partner.call("POST", f"{PAYMENTS}/{reference}/capture", OLD_MSN, MONEY)
        stage.wait_for(captured)
        partner.call("POST", f"{PAYMENTS}/{reference}/refund", OLD_MSN, MONEY)
        stage.wait_for(refunded)
        partner.call("DELETE", f"/webhooks/v1/webhooks/{hook['id']}")
    assert receiver.forged == 0


def change(stage: Stage) -> None:
    old, new = Caller(stage, "Old", "partner-plus"), Caller(stage, "New", "partner-premium")
    form = {
        "business": {"scheme": "business:NO:ORG", "id": CUSTOMER_OF_BOTH},
        "product": "PAYMENT_INTEGRATION",
        "account": {"scheme": "BBAN:NO", "id": "86011117947"},
        "category": "5651",
        "purpose": "Clothes for children",
        "website": {"url": "https://shop.example.com", "terms_url": "https://shop.example.com/terms"},
    }
    asked = {"type": "MANUAL", "partner": "partner-premium", "form": form}
    order = stage.call("Merchant", "POST", "/_mock/product-orders", json=asked).json()["id"]
    reference = old.sell(OLD_MSN)
    pay(stage, OLD_MSN, reference)
    stage.call("Time", "POST", "/_mock/clock/advance", json=DAY)
    msn = new.details(order)["salesUnit"]["msn"]
    for each in (old, new):
        each.get(f"{UNITS}/{msn}")
    new.sell(msn)
    old.call("POST", f"{PAYMENTS}/{reference}/capture", OLD_MSN, MONEY)
    stage.call("Merchant", "PATCH", f"/_mock/sales-units/{OLD_MSN}", json={"active": False})
    old.sell(OLD_MSN)
    old.call("POST", f"{PAYMENTS}/{reference}/refund", OLD_MSN, MONEY)
    old.get(f"{UNITS}/{OLD_MSN}")
    new.get(f"{UNITS}/{msn}")


STORIES: dict[str, Callable[[Stage], None]] = {
    "Signup with prefill": signup,
    "Payment with partner keys and webhooks": payment,
    "Change of partner": change,
}


def play(server: Running, story: Callable[[Stage], None]) -> list[Made]:
    """Every call of a story, from a fresh start."""
    stage = Stage(server.url)
    try:
        story(stage)
    finally:
        stage.close()
    return stage.made


@pytest.fixture(scope="module", params=STORIES)
def story(request: pytest.FixtureRequest) -> tuple[str, list[Made], list[dict[str, Any]]]:
    """A story's heading, what was called, and the server's journal of it."""
    with serving() as server:
        made = play(server, STORIES[request.param])
        return request.param, made, server.journal()


def test_every_diagram_has_its_story() -> None:
    assert set(DRAWN) == set(STORIES)


def test_what_is_drawn_is_what_is_called(story: Any) -> None:
    heading, made, journal = story
    compare(DRAWN[heading], made)
    made_to_apis = [(each.method, each.path) for each in made if each.path.split("/")[1] in APIS]
    assert [(entry["method"], entry["path"]) for entry in reversed(journal)] == made_to_apis


def test_every_arrow_and_every_call_counts(story: Any) -> None:
    heading, made, _ = story
    drawn = DRAWN[heading]
    for place in range(len(drawn)):
        with pytest.raises(AssertionError):
            compare(drawn[:place] + drawn[place + 1 :], made)
        with pytest.raises(AssertionError):
            compare(drawn, made[:place] + made[place + 1 :])
        with pytest.raises(AssertionError):
            compare(drawn, [*made[:place], Made("Partner", "Vipps", "GET", "/other", []), *made[place:]])


def test_every_answer_that_is_drawn_counts(story: Any) -> None:
    heading, made, _ = story
    drawn = DRAWN[heading]
    answered = [place for place, each in enumerate(drawn) if each.answer]
    assert len(answered) > len(drawn) / 2
    for place in answered:
        each = drawn[place]
        for wrong in ("418", f"{each.answer} not-in-any-answer"):
            changed = Arrow(each.source, each.target, each.label, wrong)
            with pytest.raises(AssertionError):
                compare([*drawn[:place], changed, *drawn[place + 1 :]], made)


def test_lines_that_nobody_understands_are_refused() -> None:
    text = (DOCS / "sequences.md").read_text("utf-8")
    with pytest.raises(AssertionError):
        diagrams(re.sub("Note over", "Note above", text, count=1))
