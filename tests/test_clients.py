"""The clients in clients/ are made of the control API's document as it is, under the names that Python has."""

import json

import pytest

from mockserver import __version__
from mockserver.app import every_control_row
from mockserver.testing.calls import call
from mockserver.testing.client import Vipps
from tools.clients.calls import LEFT_OUT, NAMES, calls, control
from tools.clients.writing import CLIENTS, FILES, camel, files

CALLS = calls(control())
MADE = files()

BY_LANGUAGE = {
    "node/index.cjs": "  async {camel}(",
    "node/index.d.ts": "  {camel}(",
    "java/Vipps.java": " {camel}(",
    "dotnet/Vipps.cs": " {pascal}(",
    "php/Vipps.php": "public function {camel}(",
    "go/vippsmock.go": "func (v *Vipps) {pascal}(",
}
ASSERTIONS = ("assert_payment", "assert_requested", "assert_webhook", "wait_for_webhook")


@pytest.mark.parametrize("name", FILES)
def test_files_are_up_to_date(name: str) -> None:
    assert (CLIENTS / name).read_text("utf-8") == MADE[name], "run: python -m tools.clients"


def test_every_row_is_a_call() -> None:
    assert len(CALLS) == len(every_control_row()) - len(LEFT_OUT)
    assert len({each.name for each in CALLS}) == len(CALLS)


def test_names_stand_for_operations_that_there_are() -> None:
    document = control()
    ids = {operation["operationId"] for each in document["paths"].values() for operation in each.values()}
    assert set(NAMES) | LEFT_OUT <= ids


def test_calls_have_the_names_of_python() -> None:
    known = {name for name in dir(Vipps) if isinstance(getattr(Vipps, name), call)}
    assert {each.name for each in CALLS} - known == {"switch_on", "switch_off"}
    of_python_alone = {"control", "profiles", "switch_rule", "post_to_inbox"}
    assert known - {each.name for each in CALLS} == of_python_alone | set(ASSERTIONS)


@pytest.mark.parametrize(("name", "form"), BY_LANGUAGE.items())
def test_every_language_has_every_call_and_assertion(name: str, form: str) -> None:
    for each in (*(one.name for one in CALLS), *ASSERTIONS):
        wanted = form.format(camel=camel(each), pascal=camel(f"_{each}"))
        assert wanted in MADE[name], each


def test_the_package_has_our_version_and_all_that_it_exports() -> None:
    package = json.loads(MADE["node/package.json"])
    assert package["version"] == __version__
    exported = [path for each in package["exports"].values() if isinstance(each, dict) for path in each.values()]
    assert len(exported) == 12
    for path in (package["main"], package["types"], *exported):
        assert (CLIENTS / "node" / path).is_file(), path
