"""Agreements over HTTP: draft, look up, accept, reject, change, stop, expire."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.apis.helpers import assert_gateway, configure, set_customer, shared_emulator
from tests.apis.recurring.shop import Shop, assert_refused
from tests.harness import ORIGIN, Emulator

shared = shared_emulator()
ACCEPTS_AT_ONCE = "4793000001"
INITIAL = {"amount": 10_000, "description": "First", "transactionType": "RESERVE_CAPTURE"}


@pytest.fixture
def shop(shared: Emulator) -> Shop:
    return Shop(shared)


def test_a_draft_answers_all_that_clients_need(shop: Shop) -> None:
    content = shop.draft().json()
    assert set(content) == {"agreementId", "uuid", "vippsConfirmationUrl", "chargeId"}
    assert content["agreementId"].startswith("agr_")
    assert len(content["agreementId"]) == 11
    assert content["chargeId"] is None
    assert content["vippsConfirmationUrl"].startswith(f"{ORIGIN}/agreement?token=")


def test_a_draft_is_pending(shop: Shop) -> None:
    content = shop.agreement(shop.drafted(externalId="sub-1", productDescription="Loose leaves"))
    assert content["status"] == "PENDING"
    assert content["countryCode"] == "NO"
    assert content["pricing"] == {"type": "LEGACY", "currency": "NOK", "amount": 10_000}
    assert content["interval"] == {"unit": "MONTH", "count": 1, "text": "every month"}
    assert (content["externalId"], content["productDescription"]) == ("sub-1", "Loose leaves")
    assert [content[name] for name in ("start", "stop", "sub", "userinfoUrl", "campaign")] == [None] * 5


def test_an_agreement_without_interval_and_external_id_has_none(shop: Shop) -> None:
    content = shop.agreement(shop.drafted(interval=None))
    assert (content["interval"], content["externalId"]) == (None, None)


def test_a_draft_in_an_app_opens_the_app(shop: Shop) -> None:
    content = shop.draft(isApp=True, merchantRedirectUrl="whatever it is").json()
    assert content["vippsConfirmationUrl"].startswith("vipps://?token=")
    assert shop.agreement(content["agreementId"])["vippsConfirmationUrl"] == content["vippsConfirmationUrl"]


def test_the_test_environment_has_an_app_of_its_own(start: Callable[..., Emulator]) -> None:
    content = Shop(start(environment="test")).draft(isApp=True).json()
    assert content["vippsConfirmationUrl"].startswith("vippsMT://?token=")


def test_force_accept_makes_it_active(shop: Shop) -> None:
    agreement = shop.drafted()
    answer = shop.accept(agreement)
    assert (answer.status_code, answer.content) == (204, b"")
    content = shop.agreement(agreement)
    assert content["status"] == "ACTIVE"
    assert content["start"] is not None


def test_who_nobody_knows_cannot_be_forced_to_accept(start: Callable[..., Emulator]) -> None:
    shop = Shop(start(strict=True))
    assert_refused(shop.accept(shop.drafted(), "4799999999"), 400, "operation-failed", phoneNumber="No customer")
    assert_refused(shop.accept(shop.drafted(), "12"), 400, "validation-error", phoneNumber="MSISDN")


def test_who_has_no_card_cannot_be_forced_to_accept(shop: Shop) -> None:
    set_customer(shop.emulator, "4790000001", cards=[])
    content = assert_refused(shop.accept(shop.drafted(), "4790000001"), 400, "operation-failed")
    assert "payment source" in content["detail"]


def test_force_accept_is_for_tests(start: Callable[..., Emulator]) -> None:
    shop = Shop(start(environment="production"))
    assert_refused(shop.accept(shop.drafted()), 403, "invalid-sale-unit")


def test_an_agreement_is_accepted_once(shop: Shop) -> None:
    agreement = shop.active()
    assert_refused(shop.accept(agreement), 400, "operation-failed")


@pytest.mark.parametrize(
    ("fields", "problem", "field"),
    [
        ({"productName": None}, "validation-error", "productName"),
        ({"productName": "x" * 46}, "validation-error", "productName"),
        ({"productDescription": "x" * 101}, "validation-error", "productDescription"),
        ({"externalId": ""}, "validation-error", "externalId"),
        ({"merchantAgreementUrl": None}, "validation-error", "merchantAgreementUrl"),
        ({"merchantAgreementUrl": "myapp://return"}, "validation-error", "merchantAgreementUrl"),
        ({"merchantRedirectUrl": "javascript:alert(1)"}, "validation-error", "merchantRedirectUrl"),
        ({"merchantRedirectUrl": "https://a.example.com/" + "x" * 2048}, "validation-error", "merchantRedirectUrl"),
        ({"interval": {"unit": "MONTH", "count": 32}}, "validation-error", "interval.count"),
        ({"interval": {"unit": "HOUR", "count": 1}}, "validation-error", "interval.unit"),
        ({"countryCode": "DK"}, "validation-error", "countryCode"),
        ({"scope": "name shoeSize"}, "validation-error", "scope"),
        ({"pricing": {"type": "LEGACY", "amount": 10_000, "currency": "DKK"}}, "validation-error", "pricing.currency"),
        ({"pricing": {"type": "LEGACY", "currency": "NOK"}}, "validation-error", "pricing.amount"),
        ({"pricing": {"type": "LEGACY", "amount": 99, "currency": "NOK"}}, "validation-error", "pricing.amount"),
        (
            {"pricing": {"type": "LEGACY", "amount": 2_000_001, "currency": "NOK"}},
            "invalid-suggested-max-amount",
            "pricing.amount",
        ),
        ({"pricing": {"type": "VARIABLE", "currency": "NOK"}}, "validation-error", "pricing.suggestedMaxAmount"),
        ({"initialCharge": INITIAL | {"amount": 99}}, "validation-error", "initialCharge.amount"),
        ({"initialCharge": INITIAL | {"orderId": "no spaces"}}, "validation-error", "initialCharge.orderId"),
        ({"skipLandingPage": True}, "validation-error", "phoneNumber"),
        ({"skipLandingPage": True, "phoneNumber": "12"}, "validation-error", "phoneNumber"),
    ],
)
def test_bad_drafts_are_refused_with_the_field(shop: Shop, fields: dict[str, Any], problem: str, field: str) -> None:
    content = assert_refused(shop.draft(**fields), 400, problem)
    assert field in {each["name"] for each in content["extraDetails"]}


def test_a_bad_number_is_ignored_where_the_landing_page_asks(shop: Shop) -> None:
    assert shop.draft(phoneNumber="12").status_code == 201


def test_what_is_no_json_has_a_problem_of_its_own(shop: Shop) -> None:
    headers = shop.emulator.headers(Content_Type="application/json")
    answer = shop.emulator.request("POST", "/recurring/v3/agreements", headers=headers, content=b"{")
    assert_refused(answer, 400, "invalid-json")
    headers["Content-Type"] = "text/plain"
    answer = shop.emulator.request("POST", "/recurring/v3/agreements", headers=headers, content=b"{}")
    assert_refused(answer, 415, "unsupported-media-type")
    answer = shop.emulator.request("PUT", "/recurring/v3/agreements", headers=headers)
    assert_refused(answer, 405, "invalid-method")


@pytest.mark.parametrize("accept", ["text/html", "application/xml, text/*;q=0.5", "application/json;q=0", "image/png"])
def test_answers_are_json_or_none(shared: Emulator, accept: str) -> None:
    shop = Shop(shared)
    assert_refused(shop.call("GET", "/agreements", Accept=accept), 406, "not-acceptable")
    agreement = shop.drafted()
    content = {"phoneNumber": shop.customer}
    answer = shop.call("PATCH", f"/agreements/{agreement}/accept", content, Accept=accept)
    assert_refused(answer, 406, "not-acceptable")
    assert shop.agreement(agreement)["status"] == "PENDING"


@pytest.mark.parametrize(
    "accept", ["", "*/*", "text/html, */*;q=0.8", "application/problem+json", "Application/JSON;v=1"]
)
def test_who_takes_json_in_some_way_gets_it(shared: Emulator, accept: str) -> None:
    assert Shop(shared).call("GET", "/agreements", Accept=accept).status_code == 200


def test_danish_units_need_no_agreement_url(shared: Emulator) -> None:
    assert Shop(shared, "223456").draft(merchantAgreementUrl=None).status_code == 201


def test_a_unit_without_recurring_is_refused(shared: Emulator) -> None:
    shop = Shop(shared, "123457")
    assert_refused(shop.draft(), 403, "invalid-sale-unit")
    assert_refused(shop.call("GET", "/agreements"), 403, "invalid-sale-unit")
    assert_refused(shop.call("GET", "/charges/chr-1"), 403, "invalid-sale-unit")


def test_swedish_units_have_no_recurring(shared: Emulator) -> None:
    fields = {"pricing": {"type": "FLEXIBLE", "currency": "NOK"}}
    assert_refused(Shop(shared, "423456").draft(**fields), 403, "invalid-sale-unit")


def test_skipping_the_landing_page_needs_a_permission(start: Callable[..., Emulator]) -> None:
    emulator = start()
    configure(emulator, "123456", skip_landing_page_allowed=False)
    shop = Shop(emulator)
    assert_refused(shop.draft(skipLandingPage=True, phoneNumber=shop.customer), 403, "invalid-sale-unit")


def test_a_wrong_subscription_key_gets_the_gateways_shape(shop: Shop) -> None:
    answer = shop.call("GET", "/agreements", Ocp_Apim_Subscription_Key="0" * 32)
    assert_gateway(answer, 401, "invalid subscription key")


def test_another_units_agreement_is_not_found(shared: Emulator) -> None:
    agreement = Shop(shared).drafted()
    assert_refused(Shop(shared, "223456").call("GET", f"/agreements/{agreement}"), 404, "resource-not-found")
    answer = Shop(shared).call("GET", "/agreements/agr_nobody1")
    assert assert_refused(answer, 404, "resource-not-found")["detail"] == "Agreement not found."
    assert_refused(Shop(shared).call("GET", "/agreements/what%20is"), 400, "invalid-agreement-id")


def test_the_same_key_and_body_make_one_agreement(shop: Shop) -> None:
    body = {"pricing": {"type": "FLEXIBLE", "currency": "NOK"}, "productName": "Tea"}
    body |= {f"merchant{name}Url": "https://shop.example.com/" for name in ("Redirect", "Agreement")}
    first, again = (shop.call("POST", "/agreements", body, key="once") for _ in range(2))
    assert first.status_code == 201
    assert first.content == again.content
    answer = shop.call("POST", "/agreements", body | {"productName": "Coffee"}, key="once")
    assert_refused(answer, 409, "idempotency-conflict")


@pytest.mark.parametrize("key", ["x" * 41, "a#b", "a?b", "a/b", "a\\b"])
def test_keys_that_are_none(shop: Shop, key: str) -> None:
    assert_refused(shop.call("POST", "/agreements", {}, key=key), 400, "idempotency-key-header")


def test_a_key_is_needed_in_strict_mode(start: Callable[..., Emulator]) -> None:
    emulator = start(strict=True)
    answer = emulator.request("POST", "/recurring/v3/agreements", headers=emulator.headers(), json={})
    assert_refused(answer, 400, "idempotency-key-header")


@pytest.mark.parametrize("type_", ["VARIABLE", "FLEXIBLE"])
def test_a_campaign_needs_a_price(shop: Shop, type_: str) -> None:
    pricing = {"type": type_, "currency": "NOK"} | ({"suggestedMaxAmount": 5_000} if type_ == "VARIABLE" else {})
    campaign = {"type": "PERIOD_CAMPAIGN", "price": 0, "period": {"unit": "WEEK", "count": 4}}
    assert_refused(shop.draft(pricing=pricing, campaign=campaign), 400, "validation-error", campaign="LEGACY")


@pytest.mark.parametrize(
    ("campaign", "shown"),
    [
        (
            {"type": "PERIOD_CAMPAIGN", "price": 0, "period": {"unit": "WEEK", "count": 4}},
            {"end": "2030-04-14T17:46:40.000Z", "explanation": "Ordinary price 100 kr starts 14/4/2030"},
        ),
        (
            {"type": "PRICE_CAMPAIGN", "price": 100, "end": "2030-06-01T00:00:00Z"},
            {"explanation": "Ordinary price 100 kr starts 1/6/2030"},
        ),
        (
            {"type": "EVENT_CAMPAIGN", "price": 100, "eventDate": "2030-12-24T00:00:00Z", "eventText": "until Yule"},
            {"explanation": "Ordinary price 100 kr starts 24/12/2030"},
        ),
    ],
)
def test_campaigns_are_explained(shop: Shop, campaign: dict[str, Any], shown: dict[str, Any]) -> None:
    found = shop.agreement(shop.drafted(campaign=campaign))["campaign"]
    wanted = campaign | shown
    assert {name: found[name] for name in wanted if name not in ("end", "eventDate")} == {
        name: value for name, value in wanted.items() if name not in ("end", "eventDate")
    }
    for name in ("end", "eventDate"):
        if name in wanted:
            assert found[name][:19] == wanted[name][:19]


def test_dates_with_slashes_and_counts_in_text_are_forgiven(shop: Shop, start: Callable[..., Emulator]) -> None:
    campaign = {"type": "PRICE_CAMPAIGN", "price": 100, "end": "2030/12/25T00:00:00Z"}
    answer = shop.draft(campaign=campaign, interval={"unit": "WEEK", "count": "12"})
    assert answer.status_code == 201
    assert len(answer.headers.get_list("x-mock-warning")) == 2
    content = shop.agreement(answer.json()["agreementId"])
    assert (content["campaign"]["end"], content["interval"]["count"]) == ("2030-12-25T00:00:00.000Z", 12)
    strict = Shop(start(strict=True))
    assert_refused(strict.draft(campaign=campaign), 400, "validation-error", campaign__end="RFC 3339")
    assert_refused(strict.draft(interval={"unit": "WEEK", "count": "12"}), 400, "validation-error")


def test_fields_of_older_clients_are_forgiven_unless_strict(shop: Shop, start: Callable[..., Emulator]) -> None:
    strict = Shop(start(strict=True))
    for fields, warning, field in (
        ({"countryCode": "NO"}, "unknown-fields: countryCode", "countryCode"),
        ({"phoneNumber": 4712345678}, "scalar-types: phoneNumber", "phoneNumber"),
    ):
        answer = shop.draft(**fields)
        assert answer.status_code == 201
        assert answer.headers["x-mock-warning"].startswith(warning)
        content = assert_refused(strict.draft(**fields), 400, "validation-error")
        assert [each["name"] for each in content["extraDetails"]] == [field]


@pytest.mark.parametrize("zone", ["Z", "z", "+00:00", "-00:00"])
def test_campaigns_end_in_utc(start: Callable[..., Emulator], zone: str) -> None:
    strict = Shop(start(strict=True))
    campaign = {"type": "PRICE_CAMPAIGN", "price": 100, "end": f"2030-12-25T00:00:00.000{zone}"}
    assert strict.draft(campaign=campaign).status_code == 201


def test_another_zone_is_forgiven_unless_strict(shop: Shop, start: Callable[..., Emulator]) -> None:
    campaign = {"type": "PRICE_CAMPAIGN", "price": 100, "end": "2030-12-25T00:00:00+02:00"}
    answer = shop.draft(campaign=campaign)
    assert answer.headers["x-mock-warning"].startswith("zoned-dates: campaign.end")
    assert shop.agreement(answer.json()["agreementId"])["campaign"]["end"] == "2030-12-24T22:00:00.000Z"
    assert_refused(Shop(start(strict=True)).draft(campaign=campaign), 400, "validation-error", campaign__end="in UTC")


def test_a_phone_number_may_be_a_number_when_accepting(shop: Shop) -> None:
    agreement = shop.drafted()
    answer = shop.call("PATCH", f"/agreements/{agreement}/accept", {"phoneNumber": 4712345678})
    assert answer.status_code == 204
    assert answer.headers["x-mock-warning"].startswith("scalar-types: phoneNumber")
    for wrong in (True, 47.5, ["4712345678"], 12):
        refused = shop.call("PATCH", f"/agreements/{shop.drafted()}/accept", {"phoneNumber": wrong})
        assert_refused(refused, 400, "validation-error")


def test_a_count_in_text_is_forgiven_in_changes_too(shop: Shop) -> None:
    agreement = shop.active()
    answer = shop.patch(agreement, interval={"type": "RECURRING", "period": {"unit": "WEEK", "count": "2"}})
    assert answer.status_code == 204
    assert answer.headers["x-mock-warning"].startswith("scalar-types: interval.period.count")
    assert shop.agreement(agreement)["interval"]["count"] == 2


@pytest.mark.parametrize(
    ("campaign", "problem"),
    [
        ({"type": "FULL_FLEX_CAMPAIGN", "price": 1}, "unsupported-feature"),
        ({"type": "LEGACY_CAMPAIGN", "price": 1, "end": "2030-12-25T00:00:00Z"}, "validation-error"),
        ({"type": "PRICE_CAMPAIGN", "price": 1}, "validation-error"),
        ({"type": "PRICE_CAMPAIGN", "price": 1, "end": "2029-12-25T00:00:00Z"}, "validation-error"),
        ({"type": "PRICE_CAMPAIGN", "price": 1, "end": "soon"}, "validation-error"),
        ({"type": "PRICE_CAMPAIGN", "price": 1, "end": "2030-12-25T00:00:00"}, "validation-error"),
        ({"type": "PRICE_CAMPAIGN", "price": 1, "end": "2030-12-25"}, "validation-error"),
        ({"type": "PRICE_CAMPAIGN", "price": 1, "end": "20301225T000000Z"}, "validation-error"),
        ({"type": "PRICE_CAMPAIGN", "price": 1, "end": "2030-W52-3T00:00:00Z"}, "validation-error"),
        ({"type": "PRICE_CAMPAIGN", "price": 1, "end": "2030-02-30T00:00:00Z"}, "validation-error"),
        ({"type": "PRICE_CAMPAIGN", "price": 1, "end": "2030-12-25T00:00:00+99:00"}, "validation-error"),
    ],
)
def test_bad_campaigns_are_refused(shop: Shop, campaign: dict[str, Any], problem: str) -> None:
    assert_refused(shop.draft(campaign=campaign), 400, problem)


def test_several_changes_at_once(shop: Shop) -> None:
    agreement = shop.active()
    interval = {"type": "RECURRING", "period": {"unit": "WEEK", "count": 2}}
    answer = shop.patch(agreement, productName="Coffee", pricing={"amount": 20_000}, interval=interval)
    assert (answer.status_code, answer.content) == (204, b"")
    content = shop.agreement(agreement)
    assert (content["productName"], content["pricing"]["amount"]) == ("Coffee", 20_000)
    assert content["interval"] == {"unit": "WEEK", "count": 2, "text": "every 2 weeks"}
    assert shop.patch(agreement, interval={"type": "FLEXIBLE"}).status_code == 204
    assert shop.agreement(agreement)["interval"] is None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"pricing": {"suggestedMaxAmount": 5_000}}, "pricing.suggestedMaxAmount"),
        ({"pricing": {"type": "VARIABLE"}}, "pricing.type"),
        ({"pricing": {"currency": "EUR"}}, "pricing.currency"),
        ({"campaign": {"type": "PRICE_CAMPAIGN"}}, "campaign"),
        ({"interval": {"type": "FLEXIBLE", "period": {"unit": "WEEK", "count": 2}}}, "interval.period"),
        ({"interval": {"type": "RECURRING"}}, "interval.period"),
        ({"interval": {"unit": "WEEK", "count": 2}}, "interval"),
        ({"interval": {"unit": ["MONTH"], "count": 1}}, "interval"),
        ({"status": "PENDING"}, "status"),
        ({"status": "STOPPED", "productName": "Coffee"}, "status"),
    ],
)
def test_changes_that_nobody_can_make(shop: Shop, fields: dict[str, Any], field: str) -> None:
    agreement = shop.active()
    before = shop.agreement(agreement)
    content = assert_refused(shop.patch(agreement, **fields), 400, "validation-error")
    assert field in {each["name"] for each in content["extraDetails"]}
    assert shop.agreement(agreement) == before


def test_what_older_clients_send_changes_what_it_can(shop: Shop, start: Callable[..., Emulator]) -> None:
    fields = {"suggestedMaxAmount": 5_000, "interval": {"period": {"unit": "WEEK", "count": "12"}}}
    agreement = shop.active()
    answer = shop.patch(agreement, **fields)
    assert answer.status_code == 204, answer.text
    assert len(answer.headers.get_list("x-mock-warning")) == 2
    content = shop.agreement(agreement)
    assert (content["interval"]["count"], content["pricing"]["amount"]) == (12, 10_000)
    strict = Shop(start(strict=True))
    assert_refused(strict.patch(strict.active(), **fields), 400, "validation-error")


def test_drafts_and_stopped_agreements_cannot_be_changed(shop: Shop) -> None:
    draft, stopped = shop.drafted(), shop.active()
    assert shop.patch(stopped, status="STOPPED").status_code == 204
    for agreement in (draft, stopped):
        for fields in ({"productName": "Coffee"}, {"status": "STOPPED"}):
            content = assert_refused(shop.patch(agreement, **fields), 400, "illegal-agreement-update")
            assert content["detail"] == "Illegal update"
            reason = {"name": "status", "reason": "Cannot modify an agreement which is not active."}
            assert content["extraDetails"] == [reason]


def test_a_whole_agreement_sent_back_changes_what_can_change(shop: Shop, start: Callable[..., Emulator]) -> None:
    agreement = shop.active()
    before = shop.agreement(agreement)
    answer = shop.patch(agreement, **before | {"productName": "Coffee"})
    assert answer.status_code == 204, answer.text
    assert answer.headers.get_list("x-mock-warning")
    assert shop.agreement(agreement) == before | {"productName": "Coffee"}
    strict = Shop(start(strict=True))
    agreement = strict.active()
    assert_refused(strict.patch(agreement, **before), 400, "validation-error")


def test_agreements_are_listed_by_status_and_page(start: Callable[..., Emulator]) -> None:
    shop = Shop(start())
    active = [shop.active() for _ in range(3)]
    draft = shop.drafted()
    assert [each["id"] for each in shop.got("/agreements")] == active
    assert [each["id"] for each in shop.got("/agreements?status=PENDING")] == [draft]
    assert [each["id"] for each in shop.got("/agreements?pageSize=2&pageNumber=2")] == active[2:]
    assert shop.got("/agreements?pageNumber=9") == []
    assert shop.got(f"/agreements?createdAfter={1_900_000_000_000}") == []
    assert len(shop.got(f"/agreements?createdAfter={1_899_999_999_999}")) == 3


@pytest.mark.parametrize(
    ("query", "field"), [("status=GONE", "status"), ("pageNumber=0", "pageNumber"), ("pageSize=2001", "pageSize"),
                         ("createdAfter=yesterday", "createdAfter")]
)  # fmt: skip
def test_bad_queries_are_refused(shop: Shop, query: str, field: str) -> None:
    content = assert_refused(shop.call("GET", f"/agreements?{query}"), 400, "validation-error")
    assert [each["name"] for each in content["extraDetails"]] == [field]


def test_a_page_has_five_hundred_agreements(start: Callable[..., Emulator]) -> None:
    shop = Shop(start())
    made = [shop.drafted(phoneNumber=ACCEPTS_AT_ONCE) for _ in range(501)]
    shop.emulator.advance("PT1S")
    assert [each["id"] for each in shop.got("/agreements")] == made[:500]
    assert [each["id"] for each in shop.got("/agreements?pageNumber=2")] == made[500:]
    assert [each["id"] for each in shop.got("/agreements?pageNumber=3&pageSize=250")] == made[500:]
    assert len(shop.got("/agreements?pageSize=2000")) == 501


def test_a_shared_profile_can_be_read(shop: Shop) -> None:
    agreement = shop.active(scope="name phoneNumber")
    content = shop.agreement(agreement)
    assert content["userinfoUrl"] == f"{ORIGIN}/vipps-userinfo-api/userinfo/{content['sub']}"
    headers = shop.emulator.headers()
    shared = shop.emulator.request("GET", content["userinfoUrl"], headers=headers).json()
    assert shared["phone_number"] == shop.customer
    assert shared["sub"] == content["sub"]
