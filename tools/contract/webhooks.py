"""The Webhooks API: registrations of units and partners, whole and broken."""

from uuid import uuid4

from tools.contract.client import Caller, Session
from tools.contract.spec import Json
from tools.contract.suite import Suite
from tools.contract.variants import BROKEN, variants

DELIBERATE = {
    r"\w+ 401 undocumented status: .*": "the gateway refuses keys and tokens before the API sees the request",
    r"\w+ 403 undocumented status: .*": "documented for partners that are not connected, and missing from the file",
    r"deleteWebhook 404 undocumented status: .*": "the file forgets that an id may be unknown",
    r"\w+ 405 undocumented status: .*": "HTTP",
    r"\w+ 413 undocumented status: .*": "HTTP",
    r"\w+ 400 refused: Vipps-System-Name: .*": "documented lengths of headers, and missing from the file",
    r"registerWebhook 400 refused: url: Must begin with https://, not with http://": "as in reality; --strict only",
    r"registerWebhook 400 refused: more: There is no such field": "documented: --strict refuses unknown fields",
    r"registerWebhook 201 accepted: url: format": "host names in national letters are taken",
    r"registerWebhook 400 refused: url: (Must (not |name |begin with its )|The scheme |.*an app's scheme).*": (
        "the file says in words that it has to be https"
    ),
    r"registerWebhook 400 refused: events\[0\]: There is no event .*": "the events are documented, and not in the file",
    r"registerWebhook 400 refused: events: At least one event is needed": "a webhook for nothing is never called",
    r"registerWebhook 400 refused: events\[0\]: At most (1|25) registrations for .*": "documented limits",
}
PREFIX = "/webhooks"
PATH = "/v1/webhooks"
PAYMENTS = ("created", "aborted", "expired", "cancelled", "captured", "refunded", "authorized", "terminated")
AGREEMENTS = ("activated", "rejected", "stopped", "expired")
CHARGES = ("reserved", "captured", "canceled", "refunded", "failed", "creation-failed")
DONATIONS = ("started", "stopped", "withdrawal-day-changed", "amount-changed")
CHECKED_IN = "user.checked-in.v1"
EVENTS = (
    *(f"epayments.payment.{each}.v1" for each in PAYMENTS),
    *(f"recurring.agreement-{each}.v1" for each in AGREEMENTS),
    *(f"recurring.charge-{each}.v1" for each in CHARGES),
    *(f"donations.agreement.{each}.v1" for each in DONATIONS),
    "login.merchant-initiated.ping.v1",
    CHECKED_IN,
)


def registration(*events: str) -> Json:
    """A registerWebhook body."""
    return {"url": "https://shop.example.com/webhooks?of=contract", "events": list(events or EVENTS[:1])}


def life(session: Session, caller: Caller, stranger: Caller) -> None:
    """Registered, listed without the secret, out of a stranger's reach, deleted."""
    body = registration(*EVENTS)
    made = caller.post(PATH, body)
    session.expect(made.status_code == 201, "registerWebhook for all events fails", made.text)
    id_ = made.json()["id"]
    listed = caller.get(PATH)
    session.expect(listed.json()["webhooks"] == [body | {"id": id_}], "the list is wrong", listed.text)
    session.expect(made.json()["secret"] not in listed.text, "the list shows a secret", listed.text)
    session.expect(stranger.get(PATH).json() == {"webhooks": []}, "a stranger sees webhooks", "")
    for who, wanted, status in ((stranger, id_, 404), (caller, id_, 204), (caller, id_, 404), (caller, "x", 400)):
        answer = who.send("DELETE", f"{PATH}/{wanted}", json=[])
        session.expect(answer.status_code == status, f"deleteWebhook {answer.status_code}, not {status}", answer.text)
    session.expect(caller.get(PATH).json() == {"webhooks": []}, "a deleted webhook is listed", "")


def limits(session: Session, caller: Caller) -> None:
    """As many registrations for an event as one owner may have, and one more."""
    for event, most in ((EVENTS[0], 25), (CHECKED_IN, 1)):
        answers = [caller.post(PATH, registration(event)) for _ in range(most + 1)]
        statuses = [answer.status_code for answer in answers]
        session.expect(statuses == [201] * most + [400], f"the limit for {event} is not {most}", statuses)
        for answer in answers[:-1]:
            caller.delete(f"{PATH}/{answer.json()['id']}")


def refusals(session: Session, caller: Caller, elsewhere: int) -> None:
    """What any operation may refuse; ``elsewhere`` is how it does so for a unit that the keys are not for."""
    management = session.specialised_caller("partner-plus", PREFIX)
    for method, path in (("GET", PATH), ("POST", PATH), ("DELETE", f"{PATH}/{uuid4()}")):
        options = {"json": registration()} if method == "POST" else {}
        for name in ("Authorization", "Ocp-Apim-Subscription-Key"):
            caller.send(method, path, {name: None}, **options)
            caller.send(method, path, {name: "wrong"}, **options)
        refused = management.send(method, path, **options)
        session.expect(refused.status_code == 401, "management keys may use webhooks", refused.text)
        refused = caller.send(method, path, {"Merchant-Serial-Number": "999999"}, **options)
        session.expect(refused.status_code == elsewhere, "a webhook for another unit", refused.text)
        caller.send("PUT", path)
        caller.send(method, f"{path}/nothing/here", **options)
        if method != "GET":
            caller.send(method, path, content=b" " * 2_000_000)
            caller.send(method, path, {"Content-Type": "text/plain"}, content=b"hello")


def bodies(session: Session, caller: Caller) -> None:
    """registerWebhook with one thing wrong or unusual each; every event by itself."""
    schema = session.spec.operations["registerWebhook"].request_schema
    urls = (
        "http://127.0.0.1:8080/hook",
        "ftp://shop.example.com/hook",
        "shop://hook",
        "https://",
        "https://æøå.example/",
    )
    of_urls = [registration() | {"url": url} for url in urls]
    every = [*variants(session.spec, schema, registration()), *map(registration, EVENTS), *of_urls]
    for body in every:
        made = caller.post(PATH, body)
        if made.is_success:
            caller.delete(f"{PATH}/{made.json()['id']}")
    for raw in BROKEN:
        refused = caller.send("POST", PATH, content=raw)
        session.expect(refused.status_code == 400, f"registerWebhook takes {raw[:20]!r}", refused.text)


def calls(session: Session) -> None:
    """Everything, as a unit, as a partner, and as a partner for one of its units."""
    unit = session.unit_caller("123456", PREFIX)
    partner = session.partner_caller("partner-plus", PREFIX)
    for_unit = session.partner_caller("partner-plus", PREFIX, "523456")
    for caller, stranger in ((unit, partner), (partner, for_unit), (for_unit, unit)):
        life(session, caller, stranger)
        refusals(session, caller, 401 if caller is unit else 403)
    limits(session, unit)
    bodies(session, unit)


def strict_calls(session: Session) -> None:
    """What only --strict refuses."""
    caller = session.unit_caller("123456", PREFIX)
    for body in (registration() | {"url": "http://127.0.0.1/hook"}, registration() | {"more": 1}):
        refused = caller.post(PATH, body)
        session.expect(refused.status_code == 400, f"--strict takes {body}", refused.text)
    long = caller.send("GET", PATH, {"Vipps-System-Name": "x" * 31})
    session.expect(long.status_code == 400, "--strict takes a long system header", long.text)


SUITE = Suite(
    title="Webhooks",
    mark="registerWebhook",
    deliberate=DELIBERATE,
    calls=calls,
    other_settings=("--strict",),
    other_calls=strict_calls,
)
