"""Settings from options, environment and file: what wins, and what stops the start."""

from pathlib import Path
from typing import Any

import pytest

from mockserver.app import policy
from mockserver.core.policy import Kindness
from mockserver.settings import FILE_NAME, PREFIX, BadSetting, KindnessName, Settings, load, of_keywords

DEFAULTS = Settings.model_validate({})


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, without a settings file at first."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def variables(**values: str) -> dict[str, str]:
    return {PREFIX + name.upper(): value for name, value in values.items()}


def write(directory: Path, text: str, name: str = FILE_NAME) -> Path:
    path = directory / name
    path.write_text(text, "utf-8")
    return path


def message(options: dict[str, Any], environment: dict[str, str] | None = None) -> str:
    with pytest.raises(BadSetting) as caught:
        load(options, environment or {})
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_nothing_has_to_be_set() -> None:
    settings = load({}, {})

    assert settings == DEFAULTS
    assert (settings.host, settings.port, settings.data, settings.world) == ("127.0.0.1", 8080, None, None)
    assert (settings.strict, settings.environment, settings.auth, settings.admin_token) == (
        False,
        "emulator",
        "known",
        None,
    )


def test_options_win_over_the_environment_which_wins_over_the_file(directory: Path) -> None:
    write(directory, "port = 1\nstore_limit = 1\njournal_size = 1\n")

    settings = load({"port": "3"}, variables(port="2", store_limit="2"))

    assert (settings.port, settings.store_limit, settings.journal_size) == (3, 2, 1)


def test_an_option_can_turn_off_what_another_source_turned_on(directory: Path) -> None:
    write(directory, "strict = true\nrate_limits = true\n")
    settings = load({"strict": False, "rate_limits": None}, {})
    assert (settings.strict, settings.rate_limits) == (False, True)


def test_the_file_may_be_named(directory: Path) -> None:
    write(directory, "port = 1\n")
    path = write(directory, "port = 2\n", "other.toml")

    assert load({"config": str(path)}, {}).port == 2
    assert load({}, variables(config=str(path))).port == 2
    assert load({"config": str(directory / FILE_NAME)}, variables(config=str(path))).port == 1


def test_empty_variables_count_as_unset() -> None:
    assert load({}, variables(port="", admin_token="", data="")) == DEFAULTS


def test_other_variables_are_left_alone() -> None:
    assert load({}, {"VIPPS_MSN": "123456", "PORT": "1", "MOCKSERVER_PORT": "2"}) == DEFAULTS


@pytest.mark.parametrize(("text", "expected"), [("true", True), ("1", True), ("false", False), ("0", False)])
def test_switches_are_read_from_text(text: str, expected: bool) -> None:
    assert load({}, variables(strict=text)).strict is expected


def test_lists_are_separated_by_commas_or_written_as_lists(directory: Path) -> None:
    from_text = load({}, variables(refuse="local-urls, unknown-fields,", trusted_proxies="10.0.0.0/8,::1/128"))
    assert from_text.refuse == ("local-urls", "unknown-fields")
    assert [str(network) for network in from_text.trusted_proxies] == ["10.0.0.0/8", "::1/128"]
    assert load({"allowed_hosts": "a.test,b.test"}, {}).allowed_hosts == ("a.test", "b.test")

    both = load({"own_names": "A.example,b.example", "trusted_origins": "null,https://Shop.example.com:81"}, {})
    assert both.own_names == ("a.example", "b.example")
    assert both.trusted_origins == ("null", "https://shop.example.com:81")

    write(directory, 'allowed_hosts = ["a.test"]\nrefuse = ["local-urls"]\n')
    assert (load({}, {}).allowed_hosts, load({}, {}).refuse) == (("a.test",), ("local-urls",))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://vipps.example.com", "https://vipps.example.com"),
        ("https://vipps.example.com/", "https://vipps.example.com"),
        ("http://localhost:81", "http://localhost:81"),
        ("https://example.com/vipps", "https://example.com/vipps"),
        ("https://example.com/shops/a-b_c~1.x/", "https://example.com/shops/a-b_c~1.x"),
    ],
)
def test_the_public_url_is_an_origin_perhaps_with_a_path(given: str, kept: str) -> None:
    assert load({"public_url": given}, {}).public_url == kept


BAD = [
    ("port", "http"),
    ("port", "65536"),
    ("port", "-1"),
    ("port", "80.5"),
    ("host", ""),
    ("strict", "maybe"),
    ("environment", "Production"),
    ("auth", "none"),
    ("auth_market", "GB"),
    ("public_url", "vipps.example.com"),
    ("public_url", "ftp://vipps.example.com"),
    ("public_url", "https://vipps.example.com/a//b"),
    ("public_url", "https://vipps.example.com/a/../b"),
    ("public_url", "https://vipps.example.com/a%20b"),
    ("public_url", "https://vipps.example.com/" + "a" * 200),
    ("public_url", "https://vipps.example.com?x=1"),
    ("public_url", "https://[::1"),
    ("public_url", "https://user:password@vipps.example.com"),
    ("public_url", "https://vipps.example.com:99999"),
    ("public_url", "https://blåbær.no"),
    ("public_url", "https://vipps.example.com#x"),
    ("trusted_proxies", "10.0.0.0/8,localhost"),
    ("own_names", "emu.example,a b"),
    ("own_names", "emu.example:8080"),
    ("own_names", "https://emu.example"),
    ("trusted_origins", "shop.example.com"),
    ("trusted_origins", "https://shop.example.com/path"),
    ("trusted_origins", "https://shop.example.com/"),
    ("trusted_origins", "null,https://[::1"),
    ("trusted_origins", "*"),
    ("refuse", "local-urls,everything"),
    ("processing_time", "-1"),
    ("processing_time", "nan"),
    ("processing_time", "inf"),
    ("journal_size", "-1"),
    ("journal_size", "1e3000"),
    ("max_body", "10"),
    ("store_limit", "0"),
    ("store_limit", "9" * 30),
    ("access_log", "xml"),
    ("idle_timeout", "0"),
    ("request_timeout", "0"),
    ("max_connections", "0"),
    ("smtp", "localhost:0"),
    ("smtp", "localhost:65536"),
    ("smtp", "a..b:25"),
    ("smtp", "::1:25"),
    ("smtp", "[::zz]:25"),
    ("connect_to", "a..b:80:127.0.0.1:80"),
    ("connect_to", "shop.test:80:999.1.1.1:80"),
    ("allowed_hosts", "http://shop.example.com"),
    ("allowed_hosts", "shop.example.com:80"),
    ("allowed_hosts", "*.example.com"),
    ("tls_names", "*.example.com"),
]


@pytest.mark.parametrize(("name", "value"), [pair for pair in BAD if pair[1]])
def test_a_bad_value_in_the_environment_is_named(name: str, value: str) -> None:
    text = message({}, variables(**{name: value}))
    assert text.startswith(f"{PREFIX}{name.upper()}: ")
    assert "got " in text


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_option_is_named(name: str, value: str) -> None:
    assert message({name: value}).startswith(f"--{name.replace('_', '-')}: ")


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_in_the_file_is_named(directory: Path, name: str, value: str) -> None:
    write(directory, f"{name} = {value!r}\n")
    assert message({}).startswith(f"{FILE_NAME}: {name}: ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("smtp", "localhost:25"),
        ("smtp", "[::1]:25"),
        ("smtp", "127.0.0.1:1025"),
        ("allowed_hosts", "shop.example.com,127.0.0.1,::1,mail_hook,blåbær.no"),
        ("connect_to", "shop.test:80:[::1]:8000,::127.0.0.1:8000,:443::8443"),
        ("admin_token", "open sesame"),
    ],
)
def test_what_can_work_is_taken(name: str, value: str) -> None:
    assert getattr(load({name: value}, {}), name)


def test_ports_are_two() -> None:
    assert message({"tls": True, "port": "8443"}).startswith("tls_port: must be another one than port")
    assert message({"tls": True, "port": "1", "tls_port": "1"}).startswith("--tls-port: must be another one than port")
    assert load({"port": "1", "tls_port": "1"}, {}).port == 1
    assert load({"tls": True, "port": "0", "tls_port": "0"}, {}).port == 0


def test_an_origin_is_kept_as_browsers_say_it() -> None:
    given = "https://Shop.example.com:443,http://a.test:80,http://b.test:443"
    assert load({"trusted_origins": given}, {}).trusted_origins == (
        "https://shop.example.com",
        "http://a.test",
        "http://b.test:443",
    )


def test_what_excludes_each_other_is_named() -> None:
    assert message({"world": "a", "state": "b"}).startswith("--state: cannot be combined with world")
    assert message({"state": "b", "scenario": "happy"}).startswith("--scenario: cannot be combined with state")


@pytest.mark.parametrize("text", ["seed = true", "host = 7", "strict = []", "refuse = 1", "[port]\na = 1"])
def test_a_wrong_type_in_the_file_is_named(directory: Path, text: str) -> None:
    write(directory, text)
    name = text.split(" ")[0].split("\n")[0].strip("[]")
    assert message({}).startswith(f"{FILE_NAME}: {name}: ")


def test_a_misspelled_variable_is_named_with_the_nearest_one() -> None:
    assert message({}, variables(prot="1")) == (
        "VIPPS_MOCKSERVER_PROT: there is no such setting; did you mean VIPPS_MOCKSERVER_PORT?"
    )


def test_a_misspelled_name_in_the_file_is_named_with_the_nearest_one(directory: Path) -> None:
    write(directory, "port = 1\nstrikt = true\n")
    assert message({}) == f"{FILE_NAME}: strikt: there is no such setting; did you mean strict?"


def test_a_name_like_no_other_gets_no_hint() -> None:
    assert message({}, variables(qqqq="1")) == "VIPPS_MOCKSERVER_QQQQ: there is no such setting"


@pytest.mark.parametrize("text", ["port 1", "port = ", "port = 1\nport = 2", "[", "a.b = \x00"])
def test_a_file_that_is_no_toml_is_named(directory: Path, text: str) -> None:
    write(directory, text)
    assert message({}).startswith(f"{FILE_NAME}: cannot be read: ")


def test_a_file_in_another_encoding_is_named(directory: Path) -> None:
    (directory / FILE_NAME).write_bytes(b'host = "\xff"')
    assert message({}).startswith(f"{FILE_NAME}: cannot be read: ")


def test_a_named_file_that_is_missing_or_a_directory_is_named(directory: Path) -> None:
    for path in (directory / "missing.toml", directory):
        assert message({"config": str(path)}).startswith(f"{path}: cannot be read: ")


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_every_kindness_can_be_refused_by_name() -> None:
    assert set(KindnessName.__args__) == {str(kindness) for kindness in Kindness}  # type: ignore[attr-defined]
    assert policy(load({"refuse": ",".join(Kindness)}, {})).refused == frozenset(Kindness)


def test_strict_refuses_every_kindness() -> None:
    assert policy(load({"strict": True}, {})).refused == frozenset(Kindness)
    assert policy(DEFAULTS).refused == frozenset()
    assert policy(load({"refuse": "local-urls"}, {})).refused == frozenset({Kindness.LOCAL_URLS})


@pytest.mark.parametrize("given", [",", " , ,"])
def test_a_list_that_names_nothing_is_refused(given: str) -> None:
    with pytest.raises(BadSetting, match=r"allowed.hosts"):
        load({"allowed_hosts": given}, {})


def test_a_seed_may_be_written_as_a_number(directory: Path) -> None:
    write(directory, "seed = 7\n")
    assert load({}, {}).seed == "7" == of_keywords({"seed": 7}).seed


@pytest.mark.parametrize("value", [{"rules": []}, [{"name": "x"}], {"name": "x"}, 7])
def test_rules_are_no_scenario_of_a_setting(value: Any) -> None:
    with pytest.raises(BadSetting) as refused:
        of_keywords({"scenario": value})
    assert str(refused.value).startswith(
        "scenario: must be names or files of scenarios; rules themselves are added at /_mock/scenarios (got "
    )


def test_a_file_may_begin_with_a_byte_order_mark(directory: Path) -> None:
    (directory / FILE_NAME).write_text("port = 7\n", "utf-8-sig")
    assert load({}, {}).port == 7


@pytest.mark.parametrize("token", [" ", "secret ", " secret", "secret\n", "a\tb", "bj\u00f8rn", "a\u0000b"])
def test_an_admin_token_is_what_a_header_can_bring(token: str) -> None:
    """What is wrong with it is said without it."""
    told = message({}, variables(admin_token=token))
    assert told == ("VIPPS_MOCKSERVER_ADMIN_TOKEN: must be printable ASCII characters without white space around them")
    assert load({"admin_token": "open sesame"}, {}).admin_token == "open sesame"


def test_a_seed_that_is_empty_stops_the_start() -> None:
    assert message({"seed": ""}).startswith("--seed: string should have at least 1 character")
