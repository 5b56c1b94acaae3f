"""Every control call has a method of the client, and each of them works on a real server."""

import inspect
import pydoc
import re
import types
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_type_hints

import httpx
import pytest

from mockserver import testing
from mockserver.app import every_control_row
from mockserver.control import answers
from mockserver.testing import ControlError, Server, people
from mockserver.testing.agreements import Interval, Run
from mockserver.testing.calls import Ask
from mockserver.testing.client import Calls
from mockserver.testing.values import News
from mockserver.testing.wire import Wire
from mockserver.world.domain import merchant, partner
from tests.testing.shop import Shop

RULE = {"name": "slow bank", "when": {"operation": "capturePayment"}, "then": {"error": 6280}}


@pytest.fixture
def vipps() -> Iterator[Server]:
    with Server() as vipps:
        yield vipps


@pytest.fixture
def shop(vipps: Server) -> Iterator[Shop]:
    with Shop(vipps.keys()) as shop:
        yield shop


@pytest.fixture(scope="module")
def asked() -> set[str]:
    return set()


@pytest.fixture(autouse=True)
def recording(asked: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    original = Wire.__call__

    def record(self: Wire, ask: Ask) -> Any:
        asked.add(f"{ask.method} {ask.path.partition('?')[0]}")
        return original(self, ask)

    monkeypatch.setattr(Wire, "__call__", record)


def everything(vipps: Server, shop: Shop) -> None:
    basics(vipps, shop)
    webhooks(vipps, shop)
    world(vipps)
    scenarios(vipps)
    logins(vipps)
    orders(vipps)
    partners(vipps)
    recurring(vipps)
    states(vipps)


def basics(vipps: Server, shop: Shop) -> None:
    assert vipps.health()["status"] == "ok"
    assert vipps.control("GET", "/clock")["frozen"] is False
    for number in range(1, 5):
        shop.create(f"order-000{number}")
    assert vipps.decline("order-0001", reason="expired-card").declined == "expired-card"
    assert vipps.approve("order-0001", customer="4798765432", msn="123456").customer == "4798765432"
    assert vipps.abort("order-0002").state == "ABORTED"
    assert vipps.expire("order-0003").state == "EXPIRED"
    assert [each.name for each in vipps.payment("order-0001").events] == ["CREATED", "AUTHORIZED", "AUTHORIZED"]
    assert vipps.payment("order-0004").landing_page
    assert [each["operation"] for each in vipps.report("order-0004")["requests"]] == ["createPayment"]
    assert [each.reference for each in vipps.payments(state="CREATED")] == ["order-0004"]
    assert [each.reference for each in vipps.payments(reference="order-0002")] == ["order-0002"]
    assert len(vipps.requests("createPayment", status=201)) == 4
    assert vipps.requests(reference="order-0002")[0].request.headers
    assert vipps.journal_entry(vipps.requests()[0].id) == vipps.requests()[0]
    assert {each.kind for each in vipps.due(limit=9)} >= {"payment.expire"}
    assert "request" not in vipps.news(0, brief=True).news[0]
    news = vipps.news(0)
    assert [each["kind"] for each in news.news][:3] == ["request", "event", "request"]
    assert vipps.news(news.next) == vipps.news() == News((), news.next, 0)
    shop.create("order-0005")
    assert [each["kind"] for each in vipps.news(news.next, wait=5, limit=1).news] == ["event"]
    start = vipps.freeze()
    assert start.frozen
    assert vipps.advance(minutes=11).now - start.now == timedelta(minutes=11)
    assert vipps.advance("PT1H").now - start.now == timedelta(minutes=71)
    assert vipps.advance(days=1, hours=1, seconds=1).now - start.now == timedelta(days=1, minutes=131, seconds=1)
    assert vipps.set_clock(datetime(2040, 1, 1, tzinfo=UTC)).now.year == 2040
    assert vipps.set_clock("2041-01-01T00:00:00Z").now == vipps.clock().now
    assert not vipps.unfreeze().frozen
    assert {each.verdict for each in vipps.checklist(api="epayment")} >= {"shown", "not seen"}
    vipps.reset()
    assert vipps.payments() == ()


def webhooks(vipps: Server, shop: Shop) -> None:
    id_ = shop.register(vipps.inbox_url(), "created", "aborted")
    assert [each.id for each in vipps.webhooks()] == [id_]
    shop.create("order-0001")
    delivery = vipps.wait_for_webhook("created", reference="order-0001")
    assert vipps.deliveries("created", webhook=id_) == (delivery,)
    (attempt,) = vipps.verify_delivery(delivery.id)
    assert attempt.genuine
    assert [each.part for each in attempt.findings] == ["body hash", "date", "host", "signature"]
    assert [each.genuine for each in vipps.verify_delivery(delivery.id, secret="another")] == [False]
    vipps.replay_delivery(delivery.id)
    assert vipps.replay_webhook(id_) == 2
    vipps.register_webhook("http://127.0.0.1:9/hook", "refunded", msn="223456", secret="chosen")
    vipps.settle()
    assert len(vipps.inbox()) == 4
    assert vipps.set_inbox(status=500) == {"status": 500, "delaySeconds": 0, "hang": False}
    assert vipps.pause_webhook(id_).paused
    assert not vipps.resume_webhook(id_).paused
    assert vipps.break_webhook(id_, duplicate=True, delay=5).faults["delaySeconds"] == 5
    assert vipps.break_webhook(id_).faults["duplicate"] is False
    vipps.sample_webhook(id_, "captured")
    vipps.delete_inbox()
    vipps.post_to_inbox({"hello": "world"}, {"X-Mine": "1"}, "other")
    (message,) = vipps.inbox("other")
    assert (message.body, message.genuine, message.headers["x-mine"]) == ({"hello": "world"}, False, "1")


def world(vipps: Server) -> None:
    assert vipps.customers(market="NO", limit=1)[0]["phone"] == "4712345678"
    assert vipps.save_customer("4712345678", payment="declines")["payment"] == "declines"
    with Server(world=vipps.world()) as other:
        assert other.customer("4712345678")["payment"] == "declines"
    assert vipps.customer("4712345678")["payment"] == "declines"
    id_ = vipps.merchants()[0]["id"]
    assert vipps.change_merchant(id_, name="New name")["name"] == "New name"
    assert vipps.merchant(id_)["name"] == "New name"
    assert vipps.change_sales_unit("123456", active=False)["active"] is False
    assert vipps.sales_unit("123456")["active"] is False
    assert "123456" in [each["msn"] for each in vipps.sales_units()]
    assert "partner-plus" in [each["id"] for each in vipps.partners()]
    assert vipps.change_partner("partner-plus", name="New name")["name"] == "New name"
    assert vipps.revoke("partner-plus", "prefill")["permissions"] == ["management"]
    assert "prefill" in vipps.grant("partner-plus", "prefill")["permissions"]
    assert vipps.partner("partner-plus")["name"] == "New name"


def scenarios(vipps: Server) -> None:
    assert "declines" in vipps.profiles()
    names = [each.name for each in vipps.scenario("declines", RULE)]
    assert names[0] == "slow bank"
    assert len(names) > 5
    assert len(vipps.scenario()) == 0
    assert vipps.add_rule(RULE).operations == ("capturePayment",)
    assert vipps.add_rule({"name": "first", "then": {"payment": "cancels"}}, position=0).name == "first"
    assert [each.name for each in vipps.rules()] == ["first", "slow bank"]
    assert vipps.replace_rule("slow bank", {"then": {"error": 500}}).then == {"error": 500}
    assert not vipps.switch_rule("slow bank", on=False).enabled
    assert vipps.switch_rule("slow bank", on=True).enabled
    assert vipps.rule("slow bank").applied == 0
    assert vipps.explain_rule("slow bank", operation="capturePayment")["matches"] is True
    vipps.delete_rule("slow bank")
    vipps.reset()


def logins(vipps: Server) -> None:
    keys = vipps.keys()
    ids = (keys["VIPPS_CLIENT_ID"], keys["VIPPS_CLIENT_SECRET"])
    with httpx.Client(base_url=vipps.url) as browser:
        for number in range(2):
            query = {
                "client_id": ids[0], "response_type": "code", "scope": "openid name",
                "state": f"1234567{number}", "redirect_uri": "http://localhost:3000/callback",
            }  # fmt: skip
            assert browser.get("/access-management-1.0/access/oauth2/auth", params=query).is_redirect
        second, first = vipps.logins(state="waiting")
        assert "code=" in str(vipps.approve_login(first.id, customer="4712345678").redirect_to)
        assert vipps.reject_login(second.id, reason="server_error").error == "server_error"
        assert vipps.login(first.id).customer == "4712345678"
        assert [each.phone for each in vipps.consents()] == ["4712345678"]
        assert vipps.withdraw_consent(first.msn, "4712345678").webhook is None
        assert vipps.rotate_login_key()
        assert vipps.rotate_token_key()
        started = []
        for _ in range(3):
            form = {"login_hint": "urn:msisdn:4712345678", "scope": "openid name"}
            answer = browser.post("/vipps-login-ciba/api/backchannel/authentication", data=form, auth=ids)
            started.append(answer.json()["auth_req_id"])
    assert {each.auth_req_id for each in vipps.authentications(phone="4712345678")} == set(started)
    assert vipps.authentication(started[0]).state == "pending"
    states = [
        vipps.confirm_authentication(started[0]).error,
        vipps.deny_authentication(started[1]).error,
        vipps.find_old_app(started[2]).error,
    ]
    assert states[0] is None
    assert None not in states[1:]


def recurring(vipps: Server) -> None:
    keys = vipps.keys()
    whole = vipps.make_agreement(periods=12, product_name="News", interval={"unit": "WEEK", "count": 2})
    assert [each.status for each in vipps.agreements(status="ACTIVE", msn=keys["VIPPS_MSN"])] == ["ACTIVE"]
    assert len(whole.charges) == len(vipps.charges(agreement=whole.id, state="CHARGED")) == 12
    assert (whole.interval, whole.start) == (Interval("WEEK", 2), vipps.agreement(whole.id).start)
    assert [each.name for each in vipps.charge(whole.charges[0].id).events] == ["CREATE", "CAPTURE"]
    variable = vipps.make_agreement("123456", pricing="VARIABLE", maximum=20_000)
    assert vipps.change_maximum(variable.id, 30_000).pricing.max_amount == 30_000
    with Shop(keys) as shop:
        drafts = [shop.draft() for _ in range(3)]
        assert vipps.accept_agreement(drafts[0], customer="4798765432").customer == "4798765432"
        assert vipps.reject_agreement(drafts[1]).status == "STOPPED"
        assert vipps.expire_agreement(drafts[2]).status == "EXPIRED"
        tomorrow = (vipps.clock().now + timedelta(days=2)).date().isoformat()
        charges = [shop.charge(whole.id, tomorrow) for _ in range(3)]
    assert vipps.succeed_charge(charges[0]).state == "CHARGED"
    failed = vipps.fail_charge(charges[1], reason="technical_error")
    assert (failed.state, failed.failure_reason) == ("FAILED", "technical_error")
    assert vipps.fail_charge(charges[2], for_good=False, msn="123456").state == "DUE"
    vipps.set_clock(f"{tomorrow}T00:30:00Z")
    assert vipps.attempt_due(msn="123456") == Run(1, 1, 0)
    assert vipps.stop_agreement(whole.id, by="ADMIN").status == "STOPPED"
    vipps.reset()


def states(vipps: Server) -> None:
    state = vipps.export_state()
    taken = vipps.take_snapshot("before")
    vipps.save_customer("4799999999")
    assert vipps.snapshots() == (taken,)
    vipps.restore_snapshot("before")
    assert vipps.export_state()["customers"] == state["customers"]
    vipps.delete_snapshot("before")
    assert vipps.snapshots() == ()
    vipps.save_customer("4799999999")
    vipps.import_state(state)
    assert vipps.export_state() == state
    with pytest.raises(ControlError, match="format: is 99; this server reads 1"):
        vipps.import_state(state | {"format": 99})
    with pytest.raises(ControlError, match="TLS is off"):
        vipps.certificate()


def partners(vipps: Server) -> None:
    company = ("Ny AS", "915000013", "ny@example.com")
    made = vipps.apply_to_be_a_partner(*company, kinds=["platform", "psp"], approvesAfter=60)
    assert (made.stage, made.kinds, made.missing[0]) == ("applied", ("platform", "psp"), "termsAccepted")
    assert made.approves_at is not None
    assert vipps.decline_partner(made.partner, reason="No").history[-1].note == "No"
    assert vipps.apply_again(made.partner, *company, website="https://ny.example.com").stage == "applied"
    approved = vipps.approve_partner(made.partner, level="Partner Plus")
    assert vipps.sales_unit(approved.test_msn or "")["keys"]
    evidence = {"termsAccepted": True, "documentation": "https://ny.example.com/docs", "demo": "Screens"}
    assert vipps.show_evidence(made.partner, **evidence, examples=["order-1"]).missing == ("pilot",)
    vipps.change_sales_unit("523458", partner_id=made.partner)
    assert vipps.start_pilot(made.partner, "523458").evidence["pilot"] == "523458"
    assert vipps.send_in(made.partner).stage == "sent-in"
    assert vipps.send_back(made.partner, reason="More").stage == "piloting"
    vipps.send_in(made.partner)
    assert vipps.verify_partner(made.partner).stage == "live"
    assert vipps.partner_road(made.partner).page
    assert vipps.partner(made.partner)["stage"] == "live"


def orders(vipps: Server) -> None:
    management = vipps.partner("partner-plus")["management_keys"]
    assert management is not None
    ids = (management["client_id"], management["client_secret"])
    with httpx.Client(base_url=vipps.url) as partner_code:
        grant = {"grant_type": "client_credentials"}
        token = partner_code.post("/miami/v1/token", data=grant, auth=ids).json()["access_token"]

        def prefill(number: int) -> str:
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"order-{number}-{number:010}"}
            content = {
                "businessIdentifier": {"scheme": "business:NO:ORG", "id": "910000004"},
                "productType": "PAYMENT_INTEGRATION", "salesUnitName": f"Shop {number}",
                "website": {"url": "https://shop.example.com", "termsUrl": "https://shop.example.com/terms"},
            }  # fmt: skip
            answer = partner_code.post("/management/v1/product-orders", json=content, headers=headers)
            return str(answer.json()["prefilledOrderId"])

        first, second, third, fourth = (prefill(number) for number in range(4))
    assert vipps.view_order(first).status == "MERCHANT_VIEWED"
    assert vipps.sign_agreement("merchant-new", with_rights=True)["agreement"]["state"] == "SIGNED"
    assert vipps.submit_order(first).status == "ORDER_SUBMITTED"
    assert vipps.hold_order(first, reason="purpose-unclear").hold == "purpose-unclear"
    answered = vipps.answer_order(first, purpose="Socks and shoes")
    assert (answered.answered, answered.review_at is not None, len(answered.answers)) == (True, True, 1)
    assert vipps.release_order(first).hold is None
    assert vipps.activate_agreement("merchant-new")["agreement"]["state"] == "ACTIVE"
    assert vipps.approve_order(first).msn
    vipps.submit_order(second)
    assert vipps.reject_order(second, reason="No").rejection == "No"
    assert vipps.expire_order(third).status == "EXPIRED"
    form = dict(vipps.order(fourth).form)
    assert vipps.make_order("TEMPLATE", "partner-plus", form).type == "TEMPLATE"
    assert len(vipps.orders(partner="partner-plus")) == 5
    assert vipps.emails(order=first)
    assert vipps.make_order("MANUAL", None, form).partner is None
    vipps.reset()
    assert vipps.register_merchant("923609016", "Ny AS", email="ny@example.com")["email"] == "ny@example.com"
    invited = vipps.invite_user("merchant-no-1", "a@example.com", "A", partner="partner-plus", units=["123456"])
    assert invited["units"] == ["123456"]
    assert vipps.change_user("merchant-no-1", "a@example.com", rights=["keys"])["rights"] == ["keys"]
    assert [each["name"] for each in vipps.users("merchant-no-1")] == ["Administrator", "A"]
    vipps.remove_user("merchant-no-1", "a@example.com")
    assert vipps.add_employee("partner-plus", "b@example.com", "B")["partner_id"] == "partner-plus"
    assert "b@example.com" in [each["email"] for each in vipps.employees("partner-plus")]
    vipps.remove_employee("partner-plus", "b@example.com")
    before = vipps.sales_unit("123457")["keys"]
    after = vipps.regenerate_keys("123457", "subscription_key")["keys"]
    assert [name for name in before if before[name] != after[name]] == ["subscription_key"]  # type: ignore[literal-required]
    vipps.sign_agreement("merchant-new")
    vipps.decline_agreement("merchant-new")


def test_every_control_call_is_there_and_works(vipps: Server, shop: Shop, asked: set[str]) -> None:
    everything(vipps, shop)
    missing = []
    for method, path, _ in every_control_row():
        pattern = re.compile(method + " " + re.sub(r"\{\w+\}", "[^/]+", path))
        if path != "/stream" and not any(pattern.fullmatch(each) for each in asked):
            missing.append(f"{method} {path}")
    assert missing == []


def test_every_call_says_what_it_does() -> None:
    silent = [
        name
        for name, each in inspect.getmembers(Calls)
        if not name.startswith("_") and not inspect.getdoc(each) and not isinstance(each, types.MemberDescriptorType)
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("shown", "domain"),
    [
        (people.Customer, answers.ShownCustomer),
        (people.SalesUnit, merchant.SalesUnit),
        (people.Merchant, merchant.Merchant),
        (people.Partner, partner.Partner),
        (people.Keys, merchant.KeySet),
    ],
)
def test_people_have_the_fields_of_the_world(shown: type, domain: type) -> None:
    assert list(get_type_hints(shown)) == list(domain.__match_args__)  # type: ignore[attr-defined]


def test_keys_are_those_that_the_command_line_prints(vipps: Server) -> None:
    from click.testing import CliRunner

    from mockserver.process.cli import main

    printed = CliRunner().invoke(main, ["world"]).output
    told = dict(line.split("=", 1) for line in printed.splitlines())
    assert vipps.keys() == told | {"VIPPS_BASE_URL": vipps.url}


def test_the_only_unit_with_a_reference_is_meant(vipps: Server, shop: Shop) -> None:
    other = vipps.sales_unit("123457")
    keys = {f"VIPPS_{name.upper()}": str(value) for name, value in other["keys"].items()}
    with Shop(vipps.keys() | keys | {"VIPPS_MSN": other["msn"]}) as second:
        second.create("order-0001", 500)
        assert vipps.payment("order-0001").msn == other["msn"]
        shop.create("order-0001")
        assert vipps.payment("order-0001").msn == "123456"
        assert vipps.payment("order-0001", msn=other["msn"]).amount == 500


def test_a_refusal_has_the_servers_reason(vipps: Server) -> None:
    with pytest.raises(ControlError, match="expired-card") as caught:
        vipps.decline("order-0001", reason="bad luck")
    assert caught.value.status == 400
    assert "reason" in caught.value.violations
    with pytest.raises(ControlError, match="404: The sales unit has no payment with this reference"):
        vipps.approve("order-0001")
    with pytest.raises(ControlError, match="404"):
        vipps.control("GET", "/nothing/here")
    with pytest.raises(ControlError, match="The clock only moves forward"):
        vipps.set_clock("2020-01-01T00:00:00Z")
    with pytest.raises(ValueError, match="not both"):
        vipps.advance("PT1M", minutes=1)


def test_a_scenario_is_a_file_too(vipps: Server, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "rules:\n- name: late\n  when: {operation: createPayment, from: 2030-01-01T00:00:00Z}\n  then: {error: 500}\n"
    )
    assert [each.name for each in vipps.scenario(path)] == ["late"]
    assert [each.name for each in vipps.scenario([str(path), RULE])] == ["late", "slow bank"]
    path.write_text("- not rules")
    with pytest.raises(ControlError, match=r"mine\.yaml: must have rules"):
        vipps.scenario(path)
    path.write_text("rules: [")
    with pytest.raises(ControlError, match=r"mine\.yaml: cannot be read"):
        vipps.scenario(path)
    path.write_text("rules: []\nrules: []")
    with pytest.raises(ControlError, match=r"mine\.yaml: cannot be read: .*the key 'rules' stands twice, in line 2"):
        vipps.scenario(path)
    path.write_text("[" * 5000)
    with pytest.raises(ControlError, match=r"mine\.yaml: cannot be read"):
        vipps.scenario(path)
    with pytest.raises(ControlError, match=r"none\.json: cannot be read"):
        vipps.scenario(tmp_path / "none.json")
    with pytest.raises(ControlError, match="declinez"):
        vipps.scenario("declinez")


def test_help_shows_what_a_call_gives(vipps: Server) -> None:
    assert str(inspect.signature(vipps.approve)).endswith("-> mockserver.testing.values.Payment")
    assert "self" not in inspect.signature(vipps.approve).parameters
    assert "Generator" not in pydoc.render_doc(vipps.approve)


@pytest.mark.parametrize("name", testing.__all__)
def test_help_has_a_text_for_everything(name: str) -> None:
    kind = getattr(testing, name)
    assert kind.__doc__
    assert kind.__doc__.split(".")[0].strip() in pydoc.plain(pydoc.render_doc(kind))
    for method in (each for each in dir(kind) if not each.startswith("_")):
        if callable(getattr(kind, method)) or isinstance(getattr(kind, method), property):
            assert getattr(kind, method).__doc__, method
