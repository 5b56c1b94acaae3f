"""The documents themselves: valid, whole, true to the request's origin, and readable."""

import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from openapi_spec_validator import validate

from mockserver.app import PRODUCTS, control_document, every_control_row
from mockserver.openapi.build import document_of
from tests.harness import ORIGIN, Emulator
from tests.openapi.watched import documents, names

CONTROL = control_document(PRODUCTS)
NAMES = ["epayment", "recurring", "management", "webhooks", "access-token", "login", "userinfo", "control"]


def read(emulator: Emulator, name: str, **headers: str) -> dict[str, Any]:
    answer = emulator.request("GET", f"/openapi/{name}.json", headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    content: dict[str, Any] = answer.json()
    return content


def operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    paths = document["paths"].items()
    return {(method.upper(), path): each for path, item in paths for method, each in item.items()}


def test_there_is_one_document_for_each_name_in_the_tables(emulator: Emulator) -> None:
    assert names(emulator) == NAMES
    assert {api.name for api in PRODUCTS.every_api()} | {"control"} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_valid(emulator: Emulator, name: str) -> None:
    document = read(emulator, name)
    validate(document)
    assert document["openapi"] == "3.1.0"
    ids = Counter(each["operationId"] for each in operations(document).values())
    assert max(ids.values()) == 1
    assert all(each["summary"] for each in operations(document).values())


def test_every_operation_is_in_a_document_and_none_else(emulator: Emulator) -> None:
    found = {
        (name, method, path): each["operationId"].removesuffix(f"-{method.lower()}")
        for name, document in documents(emulator).items()
        for (method, path), each in operations(document).items()
    }
    tables = {
        (api.name, operation.method, f"{api.prefix}{operation.path}"): operation.id
        for api in PRODUCTS.every_api()
        for operation in api.operations
    }
    rows = {("control", method, f"/_mock{path}"): handler.__name__ for method, path, handler in every_control_row()}
    assert found == tables | rows


def test_nothing_is_described_that_is_in_no_table() -> None:
    for api in PRODUCTS.every_api():
        known = {
            name
            for each in PRODUCTS.every_api()
            if document_of(each) is document_of(api)
            for operation in each.operations
            for name in (operation.id, f"{operation.method} {operation.id}")
        }
        assert set(document_of(api).operations) <= known
    assert set(CONTROL.operations) == {f"{method} {path}" for method, path, _ in every_control_row()}


def test_path_parameters_are_those_of_the_path(emulator: Emulator) -> None:
    for document in documents(emulator).values():
        for (_, path), operation in operations(document).items():
            told = [each["name"] for each in operation.get("parameters", ()) if each["in"] == "path"]
            assert told == re.findall(r"\{(\w+)\}", path)


def test_everything_that_is_referred_to_is_there_and_used(emulator: Emulator) -> None:
    for name, document in documents(emulator).items():
        text = json.dumps(document)
        used = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
        assert used == set(document["components"]["schemas"]), name
        assert "mockserver__" not in text


def test_null_is_allowed_only_where_the_body_says_so(emulator: Emulator) -> None:
    schemas = read(emulator, "epayment")["components"]["schemas"]
    fields = schemas["CreatePaymentRequest"]["properties"]
    assert fields["returnUrl"] == {"type": "string"}
    assert {"type": "null"} in fields["minimumUserAge"]["anyOf"]
    assert schemas["CreatePaymentRequest"]["additionalProperties"] is False


def test_the_idempotency_key_is_as_the_table_has_it(emulator: Emulator) -> None:
    for api in PRODUCTS.every_api():
        told = operations(read(emulator, api.name))
        for operation in api.operations:
            parameters = told[operation.method, f"{api.prefix}{operation.path}"].get("parameters", ())
            keys = [each["required"] for each in parameters if each["name"] == "Idempotency-Key"]
            assert keys == ([] if operation.conflict is None else [operation.key_required])


def test_the_server_is_where_the_client_reached_us(emulator: Emulator, start: Callable[..., Emulator]) -> None:
    assert read(emulator, "epayment")["servers"] == [{"url": ORIGIN}]
    assert read(emulator, "epayment", Host="mock:9000")["servers"] == [{"url": "http://mock:9000"}]
    assert read(start(public_url="https://mock.example.com"), "control")["servers"] == [
        {"url": "https://mock.example.com"}
    ]


def test_the_admin_token_is_asked_for_only_where_there_is_one(
    emulator: Emulator, start: Callable[..., Emulator]
) -> None:
    path = ("GET", "/_mock/clock")
    assert operations(read(emulator, "control"))[path]["security"] == []
    assert operations(read(start(admin_token="secret"), "control", Authorization="Bearer secret"))[path][
        "security"
    ] == [{"adminToken": []}]


def test_the_test_environment_has_no_management_api(start: Callable[..., Emulator]) -> None:
    assert names(start(environment="test")) == [name for name in NAMES if name != "management"]


@pytest.mark.parametrize("name", ["nothing", "Epayment", "epayment.json", "%2e%2e", "<b>"])
def test_an_unknown_name_is_refused_with_those_that_there_are(emulator: Emulator, name: str) -> None:
    answer = emulator.request("GET", f"/openapi/{name}.json")
    assert answer.status_code == 404
    assert "epayment, recurring" in answer.json()["message"]
    if "." not in name:
        page = emulator.request("GET", f"/openapi/{name}")
        assert page.status_code == 404
        assert "epayment, recurring" in page.text
        assert "<b>" not in page.text


@pytest.mark.parametrize("path", ["", "/epayment", "/epayment.json"])
def test_documents_are_only_read(emulator: Emulator, path: str) -> None:
    assert emulator.request("POST", f"/openapi{path}").status_code == 405


def test_the_index_leads_to_every_document_and_page(emulator: Emulator) -> None:
    for path in ("/openapi", "/openapi/"):
        answer = emulator.request("GET", path)
        assert answer.status_code == 200
        linked = re.findall(r'href="(/openapi/[^"]+)"', answer.text)
        assert set(linked) == {f"/openapi/{name}" for name in NAMES} | {f"/openapi/{name}.json" for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_page_shows_every_operation_and_type_and_asks_nobody_else(emulator: Emulator, name: str) -> None:
    answer = emulator.request("GET", f"/openapi/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "Emulator." in answer.text
    assert "<script" not in answer.text
    assert re.findall(r'(?:src|href)="(?!/|#)[^"]*"', answer.text) == []
    places = set(re.findall(r' id="([^"]+)"', answer.text))
    assert set(re.findall(r'href="#([^"]+)"', answer.text)) <= places
    document = read(emulator, name)
    assert {each["operationId"] for each in operations(document).values()} <= places
    assert {f"type-{each}" for each in document["components"]["schemas"]} <= places


def test_what_is_described_is_escaped_on_a_page(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = next(handler for _, path, handler in every_control_row() if path == "/clock")
    monkeypatch.setattr(handler, "__doc__", "<script>alert(1)</script>")
    text = emulator.request("GET", "/openapi/control").text
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>" not in text


def test_documents_are_made_once_whatever_the_origin(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    read(emulator, "webhooks")
    monkeypatch.setattr("mockserver.openapi.build.of_apis", None)
    for number in range(5):
        assert read(emulator, "webhooks", Host=f"host-{number}")["servers"] == [{"url": f"http://host-{number}"}]
