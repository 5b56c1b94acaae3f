"""Calls about logins, consents, and logins that merchants started."""

from collections.abc import Sequence

from mockserver.testing.calls import Steps, call, get, post
from mockserver.testing.values import Authentication, Consent, Login, build, build_all


class LoginCalls:
    """``marketing`` and ``flow`` are the ids that the user ticks, all by default."""

    @call
    def logins(
        self, *, msn: str | None = None, phone: str | None = None, state: str | None = None, limit: int | None = None
    ) -> Steps[tuple[Login, ...]]:
        """Logins, the latest first."""
        found = yield get("logins", msn=msn, phone=phone, state=state, limit=limit)
        return build_all(Login, found["logins"])

    @call
    def login(self, login: str) -> Steps[Login]:
        """One login."""
        return build(Login, (yield get("logins", login)))

    @call
    def approve_login(
        self,
        login: str,
        *,
        customer: str | None = None,
        marketing: Sequence[str] | None = None,
        flow: Sequence[str] | None = None,
    ) -> Steps[Login]:
        """Confirm a login for a customer (phone number), with consent; ``redirect_to`` is where the browser goes."""
        asked = post("logins", login, "approve", customer=customer, marketing=marketing, flow=flow)
        return build(Login, (yield asked))

    @call
    def reject_login(self, login: str, *, reason: str | None = None) -> Steps[Login]:
        """Let a login come to nothing; ``reason`` is the client's error, access_denied by default."""
        return build(Login, (yield post("logins", login, "reject", reason=reason)))

    @call
    def consents(
        self, *, msn: str | None = None, phone: str | None = None, limit: int | None = None
    ) -> Steps[tuple[Consent, ...]]:
        """What users share with sales units."""
        found = yield get("consents", msn=msn, phone=phone, limit=limit)
        return build_all(Consent, found["consents"])

    @call
    def withdraw_consent(self, msn: str, phone: str) -> Steps[Consent]:
        """Let a user withdraw: tokens end, and the unit's consent webhook is told."""
        return build(Consent, (yield post("consents", msn, phone, "withdraw")))

    @call
    def rotate_login_key(self) -> Steps[str]:
        """Make a new key for id tokens; gives its id."""
        answer = yield post("login-keys", "rotate")
        return str(answer["kid"])

    @call
    def authentications(
        self, *, phone: str | None = None, state: str | None = None, limit: int | None = None
    ) -> Steps[tuple[Authentication, ...]]:
        """Logins that merchants started, the latest first."""
        found = yield get("ciba", phone=phone, state=state, limit=limit)
        return build_all(Authentication, found["authentications"])

    @call
    def authentication(self, auth_req_id: str) -> Steps[Authentication]:
        """One of them."""
        return build(Authentication, (yield get("ciba", auth_req_id)))

    @call
    def confirm_authentication(
        self, auth_req_id: str, *, marketing: Sequence[str] | None = None, flow: Sequence[str] | None = None
    ) -> Steps[Authentication]:
        """Confirm one on the phone, with consent."""
        return build(Authentication, (yield post("ciba", auth_req_id, "confirm", marketing=marketing, flow=flow)))

    @call
    def deny_authentication(self, auth_req_id: str) -> Steps[Authentication]:
        """Reject one on the phone."""
        return build(Authentication, (yield post("ciba", auth_req_id, "deny")))

    @call
    def find_old_app(self, auth_req_id: str) -> Steps[Authentication]:
        """Find the app on the phone too old for one."""
        return build(Authentication, (yield post("ciba", auth_req_id, "old-app")))
