"""What a sales unit has set up for Login: where it sends users back to, what it may ask for, and its own texts."""

import re
from collections.abc import Iterator
from dataclasses import field
from enum import StrEnum
from typing import Final

from mockserver.core.errors import Malformed, Violation
from mockserver.core.exact import EXACT
from mockserver.core.urls import flaw, kept_flaw
from mockserver.core.values import frozen

OPENID: Final = "openid"
NIN: Final = "nin"
DELEGATED_CONSENTS: Final = "delegatedConsents"
CUSTOM_FLOW: Final = "customFlow"
SCOPES: Final = (OPENID, "address", "name", "email", "phoneNumber", NIN, "birthDate", "gender",
                 DELEGATED_CONSENTS, CUSTOM_FLOW)  # fmt: skip
"""Every scope there is; all others are dropped in silence."""

_LOOPBACK = re.compile(r"https?://(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?(?:[/?]|$)")


class AuthMethod(StrEnum):
    """How a unit's client proves who it is at the token endpoint (core concepts: token endpoint authentication)."""

    BASIC = "client_secret_basic"
    POST = "client_secret_post"


@frozen
class MarketingConsent:
    """One consent that is asked for: ``id`` is email, sms, digital or personal."""

    __pydantic_config__ = EXACT

    id: str
    text: str
    required: bool = False


@frozen
class MarketingConsents:
    """The texts of ``delegatedConsents``; empty links are left out of the answer."""

    __pydantic_config__ = EXACT

    language: str = "EN"
    heading: str = "May we write to you?"
    terms: str = "By confirming you agree to our terms. You can withdraw your consents with us at any time."
    button: str = "Confirm"
    terms_text: str = "Terms of use"
    terms_url: str = "https://example.com/terms"
    privacy_text: str = "Privacy statement"
    privacy_url: str = "https://example.com/privacy"
    consents: tuple[MarketingConsent, ...] = (MarketingConsent("email", "Email"), MarketingConsent("sms", "SMS"))


@frozen
class FlowElement:
    """A checkbox of a custom flow, known to the merchant by its ``id``."""

    __pydantic_config__ = EXACT

    id: str
    title: str
    description: str = ""
    required: bool = False


@frozen
class FlowLink:
    """A link under the checkboxes of a screen."""

    __pydantic_config__ = EXACT

    title: str
    url: str


@frozen
class FlowScreen:
    """One screen of a custom flow."""

    __pydantic_config__ = EXACT

    title: str
    description: str = ""
    links: tuple[FlowLink, ...] = ()
    elements: tuple[FlowElement, ...] = ()


@frozen
class CustomFlow:
    """The screens of ``customFlow``."""

    __pydantic_config__ = EXACT

    language: str = "EN"
    screens: tuple[FlowScreen, ...] = ()


@frozen
class LoginSettings:
    """A unit's Login set-up, as its portal has it.

    ``scopes`` is what its plan covers of the profile; ``nin`` needs the unit's ``nin_allowed`` besides.
    ``app_callback_uris`` are further addresses of its app; its redirect URIs count as such too.
    ``consent_webhook_url`` is told when a user withdraws a consent.
    """

    __pydantic_config__ = EXACT

    redirect_uris: tuple[str, ...] = ()
    app_callback_uris: tuple[str, ...] = ()
    token_endpoint_auth_method: AuthMethod = AuthMethod.BASIC
    scopes: tuple[str, ...] = SCOPES
    delegated_consents: MarketingConsents | None = field(default_factory=MarketingConsents)
    custom_flow: CustomFlow | None = None
    consent_webhook_url: str | None = None

    def covered(self, scopes: tuple[str, ...], *, nin_allowed: bool) -> tuple[str, ...]:
        """What remains of the scopes that were asked for, each once and in that order."""
        without = {NIN} if not nin_allowed else set()
        if self.delegated_consents is None:
            without.add(DELEGATED_CONSENTS)
        if self.custom_flow is None:
            without.add(CUSTOM_FLOW)
        plan = ({OPENID, *self.scopes} & set(SCOPES)) - without
        return tuple(dict.fromkeys(scope for scope in scopes if scope in plan))


def check_login(settings: LoginSettings, *, kept: bool = False) -> LoginSettings:
    """Give the settings back; raises Malformed for addresses and scopes that no unit can register.

    ``kept``: they were registered once, maybe at an earlier version, which knew fewer rules for addresses.
    """
    violations = list(_violations(settings, kept=kept))
    if violations:
        raise Malformed(violations)
    return settings


def _violations(settings: LoginSettings, *, kept: bool) -> Iterator[Violation]:
    for name, uris in (("redirect_uris", settings.redirect_uris), ("app_callback_uris", settings.app_callback_uris)):
        for index, uri in enumerate(uris):
            if wrong := kept_flaw(uri) if kept else redirect_uri_flaw(uri):
                yield Violation(f"login.{name}[{index}]", wrong)
    for index, scope in enumerate(settings.scopes):
        if scope not in SCOPES:
            yield Violation(f"login.scopes[{index}]", f"There is no scope {scope[:40]!r}")
    for name, url in _addresses(settings):
        if wrong := kept_flaw(url) if kept else flaw(url, local=True):
            yield Violation(f"login.{name}", wrong)


def _addresses(settings: LoginSettings) -> Iterator[tuple[str, str]]:
    """Every address that is called or shown, with the name of its field; links that are left out are empty."""
    if settings.consent_webhook_url is not None:
        yield "consent_webhook_url", settings.consent_webhook_url
    links: list[tuple[str, str]] = []
    if consents := settings.delegated_consents:
        links += [(f"delegated_consents.{name}", getattr(consents, name)) for name in ("terms_url", "privacy_url")]
    if flow := settings.custom_flow:
        links += [
            (f"custom_flow.screens[{number}].links[{index}].url", link.url)
            for number, screen in enumerate(flow.screens)
            for index, link in enumerate(screen.links)
        ]
    yield from ((name, url) for name, url in links if url)


def redirect_uri_flaw(uri: str) -> str | None:
    """Why no user can be sent there: it is neither http, https nor an app's own scheme with a path, or has a #."""
    if wrong := flaw(uri, app=True, local=True):
        return wrong
    return "Must not contain a fragment (#)" if "#" in uri else None


def is_redirect_uri(uri: str) -> bool:
    """Whether users can be sent there."""
    return redirect_uri_flaw(uri) is None


def is_web(uri: str) -> bool:
    """Whether a redirect URI leads to a website, and not to an app by its own scheme."""
    return uri.lower().startswith(("https://", "http://"))


def is_loopback(uri: str) -> bool:
    """Whether a redirect URI leads to this very machine."""
    return bool(_LOOPBACK.match(uri)) and is_redirect_uri(uri)
