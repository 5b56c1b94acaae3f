"""The pytest plugin, as tests of others use it."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from mockserver.testing.servers import TOKEN, URL
from tests.end_to_end.running import serving

pytest_plugins = ["pytester"]
Run = Callable[..., pytest.RunResult]

HEADER = """
import pytest
from tests.testing.shop import Shop

@pytest.fixture
def shop(vipps_keys):
    with Shop(vipps_keys) as shop:
        yield shop
"""
CREATES = """
def test_{name}(vipps, shop):
    assert vipps.payments() == ()
    shop.create("order-{name}")
    assert len(vipps.payments()) == 1
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, imported: None) -> Run:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)

    def run(
        text: str, *options: str, header: str = HEADER, conftest: str = "", process: bool = False
    ) -> pytest.RunResult:
        pytester.makeconftest(header + conftest)
        pytester.makepyfile("import pytest\n" + text)
        given = ("-W", "error", "--strict-markers", "-p", "no:cacheprovider", *options)
        if process:
            monkeypatch.setenv("PYTHONPATH", ROOT)
            return pytester.runpytest_subprocess(*given)
        return pytester.runpytest_inprocess(*given)

    return run


ROOT = __file__.rpartition("/tests/")[0]


def test_importing_the_plugin_imports_nothing_heavy() -> None:
    script = (
        "import sys, pytest\nbefore = set(sys.modules)\nimport mockserver.testing.plugin\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["mockserver", "mockserver.testing", "mockserver.testing.plugin"]


def test_a_test_that_does_not_use_it_pays_nothing(run: Run) -> None:
    text = """
import sys
def test_it():
    assert "mockserver.testing.plugin" in sys.modules
    assert not {"starlette", "uvicorn", "pydantic", "mockserver.app"} & set(sys.modules)
"""
    run(text, "-p", "no:hypothesispytest", header="", process=True).assert_outcomes(passed=1)


def test_each_test_gets_a_server_as_it_was_at_the_start(run: Run) -> None:
    run(CREATES.format(name="0001") + CREATES.format(name="0002")).assert_outcomes(passed=2)


def test_the_clock_and_rules_are_reset_too(run: Run) -> None:
    run("""
@pytest.mark.vipps(scenario="declines")
def test_one(vipps, vipps_clock):
    before = vipps_clock.now
    vipps_clock.advance(minutes=11)
    assert (vipps_clock.now - before).total_seconds() == 660
    assert vipps.rules()

def test_two(vipps):
    assert not vipps.clock().frozen and vipps.clock().ahead_seconds == 0
    assert vipps.rules() == ()
""").assert_outcomes(passed=2)


def test_a_failure_lists_near_misses_at_the_line_of_the_test(run: Run) -> None:
    result = run("""
def test_it(vipps, shop):
    shop.create("order-0001")
    vipps.assert_requested("capturePayment", reference="order-0001", times=1)
""")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            ">*vipps.assert_requested(*",
            "E*AssertionError: Wanted 1, got 0: request operation=capturePayment reference=order-0001.",
            "E*createPayment reference=order-0001 msn=123456 -> 201*(operation is createPayment)",
        ]
    )
    assert "calls.py" not in result.stdout.str()


def test_keys_and_environment(run: Run) -> None:
    run("""
import os
def test_one(vipps_env, vipps):
    assert os.environ["VIPPS_BASE_URL"] == vipps.url == vipps_env["VIPPS_BASE_URL"]
    assert os.environ["VIPPS_MSN"] == "123456"

def test_two(vipps_server, vipps_keys):
    assert "VIPPS_MSN" not in os.environ
    assert vipps_keys["VIPPS_BASE_URL"] == vipps_server.url
""").assert_outcomes(passed=2)


def test_the_inbox(run: Run) -> None:
    run("""
def test_one(vipps, shop, vipps_inbox):
    shop.register(vipps_inbox.url, "created", "aborted")
    shop.create("order-0001")
    assert vipps_inbox.wait("created", reference="order-0001").state == "delivered"
    vipps.abort("order-0001")
    assert [each.body["name"] for each in vipps_inbox.messages()] == ["CREATED", "ABORTED"]
    vipps_inbox.answer(status=500)
    shop.create("order-0002")  # on its way when the test ends

def test_two(vipps_inbox):
    assert vipps_inbox.messages() == ()
""").assert_outcomes(passed=2)


def test_the_marker_chooses_server_and_scenario(run: Run) -> None:
    run("""
pytestmark = pytest.mark.vipps(scenario="declines")

@pytest.mark.vipps(environment="production", journal_size=5)
def test_own_settings(vipps, vipps_server):
    assert vipps.url != vipps_server.url
    assert vipps.checklist() and "insufficient funds" in [each.name for each in vipps.rules()]

@pytest.mark.vipps(journal_size=5, environment="production", scenario=[{"name": "mine", "then": {"error": 500}}])
def test_the_same_settings(vipps):
    assert [each.name for each in vipps.rules()] == ["mine"]

class TestFiles:
    @pytest.mark.vipps(scenario="mine.yaml")
    def test_a_file(self, vipps, vipps_server):
        assert vipps is vipps_server
        assert [each.name for each in vipps.rules()] == ["from a file"]

    @pytest.mark.vipps(world="world.json", scenario=None)
    def test_a_world(self, vipps):
        assert len(vipps.customers()) == 1 and vipps.rules() == ()

@pytest.mark.vipps()
def test_without_a_fixture():
    pass
""", conftest="""
import json, pathlib
from mockserver.world import files
plain = files.to_plain(files.packaged())
pathlib.Path("world.json").write_text(json.dumps(plain | {"customers": plain["customers"][:1]}))
pathlib.Path("mine.yaml").write_text("rules:\\n- {name: from a file, then: {error: 500}}\\n")
""").assert_outcomes(passed=5)  # fmt: skip


def test_a_marker_alone_is_enough(run: Run) -> None:
    result = run("""
@pytest.mark.vipps(strct=True)
def test_it():
    pass
""")
    result.assert_outcomes(errors=1)


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ("strct=True", "*strct: there is no such setting; did you mean strict?*"),
        ("'declines'", "*takes keyword arguments only, such as scenario=...; got 'declines'*"),
        ("scenario='declinez'", "*could not be made ready*declinez*"),
        ("scenario={'name': 'x', 'then': {'eror': 500}}", "*could not be made ready*eror*"),
        ("scenario='nowhere.yaml'", "*nowhere.yaml: cannot be read*"),
        ("world='nowhere.yaml'", "*nowhere.yaml: cannot be read*"),
        ("world={'merchants': []}", "*sales_units*"),
        ("environment='moon'", "*environment: *"),
        ("port='x'", "*port: *"),
    ],
)
def test_wrong_arguments_are_told(run: Run, marker: str, message: str) -> None:
    result = run(f"""
@pytest.mark.vipps({marker})
def test_it(vipps):
    pass

def test_another(vipps):
    pass
""")
    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines([message])
    assert "Traceback" not in result.stdout.str()


def test_settings_are_overridden_for_the_session(run: Run) -> None:
    override = """
@pytest.fixture(scope="session")
def vipps_settings():
    return {"scenario": "declines", "admin_token": "letmein"}
"""
    run("""
def test_one(vipps):
    assert vipps.rules()

@pytest.mark.vipps(scenario="happy", strict=True)
def test_two(vipps):
    assert vipps.rules() == ()
""", conftest=override).assert_outcomes(passed=2)  # fmt: skip
    wrong = run("def test_it(vipps_server): pass", conftest=override.replace('"scenario"', '"scenary"'))
    wrong.assert_outcomes(errors=1)
    wrong.stdout.fnmatch_lines(["*scenary: there is no such setting; did you mean scenario?*"])
    none = run("def test_it(vipps): pass", conftest=override.replace("return {", "return []  # {"))
    none.stdout.fnmatch_lines(["*vipps_settings must give a dict of settings*"])


def test_fixtures_and_marker_are_listed(run: Run) -> None:
    run("", "--markers").stdout.fnmatch_lines(["@pytest.mark.vipps(world=..., scenario=...*"])


def test_workers_have_servers_of_their_own(run: Run, pytester: pytest.Pytester) -> None:
    tests = "".join(CREATES.format(name=f"{number:04}") for number in range(8))
    told = """
@pytest.fixture(autouse=True, scope="session")
def told(vipps_server, worker_id, pytestconfig):
    (pytestconfig.rootpath / f"{worker_id}.url").write_text(vipps_server.url)
"""
    run(tests, "-n", "2", conftest=told, process=True).assert_outcomes(passed=8)
    urls = [path.read_text() for path in pytester.path.glob("gw*.url")]
    assert len(set(urls)) == len(urls) == 2


def test_a_server_elsewhere(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        CREATES.format(name="0001")
        + CREATES.format(name="0002")
        + """
@pytest.mark.vipps(scenario="declines")
def test_a_scenario_works(vipps):
    assert vipps.rules()

@pytest.mark.vipps(strict=True)
def test_settings_do_not(vipps):
    pass
"""
    )
    with serving("--admin-token", "letmein") as server:
        monkeypatch.setenv(URL, server.url)
        monkeypatch.setenv(TOKEN, "letmein")
        for process in (False, True):
            result = run(text, "-rs", process=process)
            result.assert_outcomes(passed=3, skipped=1)
            result.stdout.fnmatch_lines([f"*needs a server with its own strict, but {URL} names one that runs*"])
        parallel = run(text, "-n", "2", process=True)
        parallel.assert_outcomes(errors=3, skipped=1)
        parallel.stdout.fnmatch_lines([f"*{URL}: workers that run in parallel would reset each other's server*"])
        monkeypatch.setenv(TOKEN, "wrong")
        refused = run(CREATES.format(name="0001"))
        refused.assert_outcomes(errors=1)
        refused.stdout.fnmatch_lines([f"*401*{TOKEN} is its admin token*"])
    monkeypatch.setenv(URL, "http://127.0.0.1:9")
    nobody = run(CREATES.format(name="0001"))
    nobody.assert_outcomes(errors=1)
    nobody.stdout.fnmatch_lines([f"*{URL}: *no answer from http://127.0.0.1:9*"])


def test_a_failed_test_shows_what_came(run: Run) -> None:
    text = """
import httpx

def test_fails(vipps):
    httpx.get(f"{vipps.url}/checkout/v3/session")
    httpx.get(f"{vipps.url}/epayment/v1/payments/order-0001")
    raise AssertionError("of the shop's own")

def test_passes(vipps):
    httpx.get(f"{vipps.url}/nothing")
"""
    result = run(text)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*vipps: what came, latest last*",
            "#1 GET /checkout/v3/session -> 404*Resource not found*",
            "    warning: The platform has the Checkout API*",
            "#2 getPayment -> 401*missing subscription key*",
        ]
    )
    assert "/nothing" not in result.stdout.str()
