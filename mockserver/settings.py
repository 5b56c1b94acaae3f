"""Settings: from options, environment variables and one file, in that order; a bad one stops the start."""

import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from mockserver.core import detours
from mockserver.core.detours import Detour
from mockserver.core.policy import HOSTS
from mockserver.core.urls import ascii_host, prefix_flaw

PREFIX = "VIPPS_MOCKSERVER_"
"""Before the name of every environment variable."""
FILE_NAME = "vipps-mockserver.toml"
"""The settings file, looked for in the working directory unless another one is named."""
CONFIG = "config"
"""The setting that names the file."""
BY_HOST = "by-host"
"""The environment that is not one, but as many as there are official names."""
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - how to reach a server that listens everywhere
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class BadSetting(Exception):
    """A setting is misspelled or has a bad value; the message is one line that names it and where it stands."""


def _split(value: object) -> object:
    if not isinstance(value, str):
        return value
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if value.strip() and not parts:
        raise ValueError("names nothing")
    return parts


def _no_flag(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("must be a number")  # noqa: TRY004 - what pydantic listens to
    return value


def _detour(value: object) -> object:
    return detours.read(value) if isinstance(value, str) else value


def _digits(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _sendable(token: str | None) -> str | None:
    """What a header brings as it is: space around it would be lost, and other characters have several encodings."""
    if token is not None and re.fullmatch("[!-~]([ -~]*[!-~])?", token) is None:
        raise ValueError("must be printable ASCII characters without white space around them")
    return token


def _named(value: object) -> object:
    given = [value] if isinstance(value, str | Path | Mapping) or not isinstance(value, list | tuple) else value
    if not all(isinstance(each, str | Path) for each in given):
        raise ValueError("must be names or files of scenarios; rules themselves are added at /_mock/scenarios")
    return value if isinstance(value, str) else [str(each) for each in given]


_SECRET = frozenset({"admin_token"})
"""Settings whose values no message repeats."""
Whole = Annotated[int, BeforeValidator(_no_flag)]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Names = Annotated[tuple[str, ...], BeforeValidator(_split)]
Networks = Annotated[tuple[Network, ...], BeforeValidator(_split)]
Detours = Annotated[tuple[Annotated[Detour, BeforeValidator(_detour)], ...], BeforeValidator(_split)]
KindnessName = Literal[
    "unknown-fields",
    "null-fields",
    "scalar-types",
    "misplaced-interaction",
    "empty-customer",
    "empty-description",
    "missing-idempotency-key",
    "local-urls",
    "url-without-scheme",
    "receipt-arithmetic",
    "callback-token",
    "unknown-customers",
    "system-header-length",
    "check-digits",
    "unregistered-redirect",
    "client-authentication",
    "mobile-number-hint",
    "userinfo-subscription-key",
    "missing-retry-days",
    "long-description",
    "short-order-id",
    "slashed-dates",
    "zoned-dates",
    "unchangeable-fields",
    "fault-header",
]
HoldName = Literal[
    "information-missing",
    "no-product-ordered",
    "signatory-without-rights",
    "website-without-terms",
    "website-without-organisation-number",
    "purpose-unclear",
    "not-sold-on-website",
    "risk-and-compliance",
]
_YEAR = 366 * 24 * 3600
"""Seconds."""

_HOST_NAME = r"(?!.*\.[0-9]+\Z)(?=.{1,253}\Z)(?:(?!-)[A-Za-z0-9_-]{1,63}(?<!-)\.)*(?!-)[A-Za-z0-9_-]{1,63}(?<!-)"


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_host(text: str) -> bool:
    return bool(re.fullmatch(_HOST_NAME, text)) or _is_address(text)


class Settings(BaseModel):
    """Every setting with its default; the description is what ``--help`` and the README say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field("127.0.0.1", min_length=1, description="Address to listen on.")
    port: Whole = Field(8080, ge=0, le=65535, description="Port to listen on; 0 takes any free one.")
    tls: bool = Field(False, description="Serve HTTPS too, with a certificate authority local to this machine.")
    tls_port: Whole = Field(
        8443, ge=0, le=65535, validate_default=True, description="Port to listen on for HTTPS; 0 takes any free one."
    )
    tls_names: Names = Field((), description="Further names and IP addresses for the certificate, separated by commas.")
    tls_dir: Path | None = Field(
        None,
        description="Directory of the certificate authority; default: the data directory, else one in the user's home.",
    )
    world: Path | None = Field(None, description="World file (YAML or JSON) to start with.")
    state: Path | None = Field(None, description="State file to start with, instead of a world and scenarios.")
    data: Path | None = Field(None, description="Directory to store everything in; unset: in memory only.")
    strict: bool = Field(False, description="Turn off every kindness: follow the documents exactly.")
    refuse: Annotated[tuple[KindnessName, ...], BeforeValidator(_split)] = Field(
        (), description="Kindnesses to turn off, by name, separated by commas."
    )
    environment: Literal["emulator", "test", "production", "by-host"] = Field(
        "emulator",
        description="Environment to emulate; by-host: test for apitest.vipps.no, production for api.vipps.no.",
    )
    environments_apart: bool | None = Field(
        None,
        description="Whether keys and customers that the world gives to test or production are unknown in the other "
        "one; by default with by-host only.",
    )
    auth: Literal["known", "any"] = Field(
        "known",
        description="Which keys are accepted: those of the world, or any (each client id gets its own sales unit).",
    )
    auth_market: Literal["NO", "DK", "FI", "SE"] = Field(
        "NO", description="Market of the sales units that auth=any creates."
    )
    token_clock: Literal["wall", "emulator"] = Field(
        "wall", description="Clock that tokens follow: real time (wall), or the emulator's clock, which can be moved."
    )
    public_url: str | None = Field(
        None, description="What all addresses in answers begin with, whatever host clients use; it may have a path."
    )
    trusted_proxies: Networks = Field(
        (), description="Networks whose X-Forwarded-Proto, -Host and -Prefix are trusted, separated by commas."
    )
    own_names: Names = Field(
        (), description="Further host names at which control API and pages are found, separated by commas."
    )
    trusted_origins: Names = Field(
        (), description="Origins of other sites whose pages may send requests to control API and pages, or null."
    )
    allowed_hosts: Names = Field(
        (), description="Hosts that the server may send requests to, separated by commas; empty: any."
    )
    connect_to: Detours = Field(
        (),
        description="Where to connect for names that only others can look up, as curl's --connect-to says it "
        "(shop.test:80:127.0.0.1:8000), separated by commas.",
    )
    webhook_trust: str | None = Field(
        None,
        min_length=1,
        description="Certificate authorities to trust when sending over TLS: a file, or none to skip the check.",
    )
    admin_token: Annotated[str | None, AfterValidator(_sendable)] = Field(
        None,
        min_length=1,
        description="Bearer token that the control API and pages about people require; unset: no token needed.",
    )
    rate_limits: bool = Field(False, description="Enforce the documented rate limits.")
    charges_page: int = Field(100, ge=1, le=2000, description="Charges of one page of a list of charges.")
    interval_ceiling: bool = Field(
        True, description="Refuse charges of one interval that are together above 5 times the price of their agreement."
    )
    processing_time: float = Field(
        0,
        ge=0,
        le=3600,
        description="Seconds on the emulator's clock for which a change locks its payment.",
    )
    order_decision: Literal["complete", "hold", "reject", "wait"] = Field(
        "complete", description="What happens to product orders of merchants without a policy of their own."
    )
    order_processing: float = Field(
        86_400,
        ge=0,
        le=_YEAR,
        description="Seconds on the emulator's clock to process an order or a merchant agreement.",
    )
    order_hold: HoldName = Field("information-missing", description="Reason for the hold when order_decision is hold.")
    order_answer: Literal["release", "review", "wait"] = Field(
        "review", description="What a merchant's answer to a hold leads to; wait: only you release it."
    )
    order_review: float = Field(
        86_400,
        ge=0,
        le=_YEAR,
        description="Seconds on the emulator's clock to review an answer when order_answer is review.",
    )
    merchant_acts_after: float | None = Field(
        None,
        ge=0,
        le=_YEAR,
        description="Seconds on the emulator's clock until a merchant signs and submits by itself; unset: never.",
    )
    partner_approval: float | None = Field(
        None,
        ge=0,
        le=_YEAR,
        description="Seconds on the emulator's clock until an application to be a partner is approved by itself; "
        "unset: never.",
    )
    smtp: str | None = Field(
        None, description="Mail server to send emails to, as host:port; unset: emails are only kept."
    )
    scenario: Annotated[Names, BeforeValidator(_named)] = Field(
        (), description="Scenarios to start with: packaged profiles or files, separated by commas; unset: happy."
    )
    seed: Annotated[str | None, BeforeValidator(_digits)] = Field(
        None, min_length=1, description="Seed for ids, references and chance, to make runs repeatable."
    )
    idle_timeout: Whole = Field(
        75, ge=1, le=3600, description="Seconds until an idle connection is closed, announced in `Keep-Alive`."
    )
    request_timeout: float = Field(
        30, gt=0, le=3600, description="Seconds of real time from the first byte of a request to its last."
    )
    max_connections: Whole = Field(2000, ge=1, le=100_000, description="Largest number of connections at a time.")
    journal_size: Whole = Field(1000, ge=0, le=100_000, description="Number of requests that the journal keeps.")
    max_body: Whole = Field(1024 * 1024, ge=1024, le=64 * 1024 * 1024, description="Largest request body, in bytes.")
    store_limit: Whole = Field(4096, ge=1, le=1_000_000, description="Largest store, in MiB.")
    dashboard: Literal["on", "off"] = Field("on", description="Whether there is a dashboard at /.")
    access_log: Literal["off", "text", "json"] = Field(
        "text", description="Format of the log of requests to emulated APIs, on standard error."
    )

    @field_validator("scenario")
    @classmethod
    def _check_scenario(cls, value: tuple[str, ...], others: ValidationInfo) -> tuple[str, ...]:
        if value and others.data.get("state") is not None:
            raise ValueError("cannot be combined with state, which has its own rules")
        return value

    @field_validator("state")
    @classmethod
    def _check_state(cls, value: Path | None, others: ValidationInfo) -> Path | None:
        if value is not None and others.data.get("world") is not None:
            raise ValueError("cannot be combined with world, since a state has its own")
        return value

    @field_validator("webhook_trust")
    @classmethod
    def _check_trust(cls, value: str | None) -> str | None:
        if value is None or value == "none":
            return value
        import ssl

        try:
            ssl.create_default_context(cafile=value)
        except OSError as error:
            raise ValueError(f"must be none or a file of certificates: {error}") from None
        return value

    @field_validator("tls_port")
    @classmethod
    def _check_ports(cls, value: int, others: ValidationInfo) -> int:
        if value and others.data.get("tls") and value == others.data.get("port"):
            raise ValueError("must be another one than port: HTTP and HTTPS have a port each")
        return value

    @field_validator("allowed_hosts")
    @classmethod
    def _check_hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            if not _is_host(ascii_host(each)):
                raise ValueError(f"{each[:100]!r} is neither a host name nor an IP address")
        return value

    @field_validator("connect_to")
    @classmethod
    def _check_detours(cls, value: tuple[Detour, ...]) -> tuple[Detour, ...]:
        for host in (host for each in value for host in (each.host, each.to_host) if host):
            if not _is_host(ascii_host(host)):
                raise ValueError(f"{host[:100]!r} is neither a host name nor an IP address")
        return value

    @field_validator("tls_names", "own_names")
    @classmethod
    def _check_names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if not _is_host(name):
                raise ValueError(f"{name[:100]!r} is neither a host name nor an IP address")
        return tuple(name.lower() for name in value)

    @field_validator("trusted_origins")
    @classmethod
    def _check_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            wrong = None if each == "null" else _origin_flaw(urlsplit(each))
            if wrong or each.endswith("/"):
                reason = wrong or "it ends with a slash"
                raise ValueError(f"{each[:100]!r} is no origin such as https://shop.example.com: {reason}")
        return tuple(_as_browsers_say_it(each.lower()) for each in value)

    @field_validator("smtp")
    @classmethod
    def _check_smtp(cls, value: str | None) -> str | None:
        host, _, port = (value or "localhost:25").rpartition(":")
        bracketed = re.fullmatch(r"\[(.*:.*)\]", host)
        good = _is_host(bracketed[1] if bracketed else host) and (bracketed or ":" not in host)
        if not good or not re.fullmatch("[0-9]{1,5}", port) or not 0 < int(port) <= 65535:
            raise ValueError("must be host:port, such as localhost:1025")
        return value

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        path = parts.path.rstrip("/")
        if wrong := _origin_flaw(parts._replace(path="")) or prefix_flaw(path):
            raise ValueError(f"must be an address such as https://example.com or https://example.com/vipps: {wrong}")
        return f"{parts.scheme}://{parts.netloc}{path}"


def _as_browsers_say_it(origin: str) -> str:
    usual = {"http": ":80", "https": ":443"}.get(origin.partition(":")[0], ":")
    return origin.removesuffix(usual)


def _origin_flaw(parts: SplitResult) -> str | None:
    """What keeps a URL from being an origin that addresses can begin with."""
    if parts.scheme not in ("http", "https"):
        return "it has to begin with http:// or https://"
    if not parts.hostname:
        return "it names no host"
    if "@" in parts.netloc:
        return "it has a user name or password"
    if parts.path.strip("/") or parts.query or parts.fragment:
        return "it continues after the host"
    if not _is_host(parts.hostname):
        return "its host is not valid" + ("" if parts.netloc.isascii() else ", which has to be in punycode")
    try:
        return "its port is 0" if parts.port == 0 else None
    except ValueError:
        return "its port is not a number from 1 to 65535"


def load(options: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this start; raises BadSetting.

    ``options`` (from the command line) win over environment variables, which win over the settings file.
    """
    variables = _from_environment(os.environ if environment is None else environment)
    from_environment = variables.pop(CONFIG, None)
    config = options.get(CONFIG) or from_environment
    given = {name: value for name, value in options.items() if name != CONFIG and value is not None}
    merged: dict[str, tuple[Any, str]] = {}
    for source, values in (
        (_file_label(config), _from_file(config)),
        ("environment", variables),
        ("options", given),
    ):
        merged |= {name: (value, _place(source, name)) for name, value in values.items()}
    return _checked(merged)


def of_keywords(given: Mapping[str, Any]) -> Settings:
    """These settings and defaults alone, whatever environment and file say; raises BadSetting."""
    for name in given:
        _check_name(name, name, _known(), str)
    return _checked({name: (value, name) for name, value in given.items()})


def _checked(merged: Mapping[str, tuple[Any, str]]) -> Settings:
    """The settings of these values, each with the place that it comes from; raises BadSetting."""
    try:
        return Settings(**{name: value for name, (value, _) in merged.items()})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        place = merged[name][1] if name in merged else name
        reason = first["msg"].removeprefix("Value error, ")
        got = "" if name in _SECRET else f" (got {first['input']!r})"
        raise BadSetting(f"{place}: {reason[:1].lower()}{reason[1:]}{got}") from None


def _place(source: str, name: str) -> str:
    if source == "environment":
        return PREFIX + name.upper()
    return f"--{name.replace('_', '-')}" if source == "options" else f"{source}: {name}"


def _known() -> set[str]:
    return set(Settings.model_fields)


def _check_name(name: str, shown: str, known: set[str], form: Any) -> None:
    if name not in known:
        from difflib import get_close_matches

        near = get_close_matches(name, known, n=1)
        hint = f"; did you mean {form(near[0])}?" if near else ""
        raise BadSetting(f"{shown}: there is no such setting{hint}")


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for variable, value in environment.items():
        if variable.startswith(PREFIX) and value != "":
            name = variable.removeprefix(PREFIX).lower()
            _check_name(name, variable, _known() | {CONFIG}, lambda near: PREFIX + near.upper())
            values[name] = value
    return values


def _file_label(config: str | None) -> str:
    return str(config or FILE_NAME)


def _from_file(config: str | None) -> dict[str, Any]:
    path = Path(config or FILE_NAME)
    if not config and not path.is_file():
        return {}
    import tomllib

    try:
        values = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise BadSetting(f"{path}: cannot be read: {error}") from error
    for name in values:
        _check_name(name, f"{path}: {name}", _known(), str)
    return values


def tls_names(settings: Settings) -> tuple[str, ...]:
    """Every name and IP address that the server's certificate is for."""
    return tuple(dict.fromkeys((*HOSTS, *_LOOPBACK, reached_as(settings).lower(), *settings.tls_names)))


def own_names(settings: Settings) -> frozenset[str]:
    """Every name at which pages and control API are found, besides those that no stranger can own; in small letters."""
    public = urlsplit(settings.public_url).hostname if settings.public_url else None
    return frozenset((*tls_names(settings), *settings.own_names, *((public.lower(),) if public else ())))


def in_url(host: str) -> str:
    """A name or address as it stands in a URL."""
    return f"[{host}]" if ":" in host else host


def reached_as(settings: Settings) -> str:
    """The name by which this machine reaches the server."""
    return _ANY.get(settings.host, settings.host)
