"""Judges of the Login checklist."""

from collections import Counter
from typing import Final

from mockserver.apis.login.services import logins
from mockserver.checklist.points.finding import Finding, Judge, cannot_tell, not_seen, shown, times, used, wrong
from mockserver.checklist.points.points import Checks, point
from mockserver.checklist.points.seen import Calls, Detail, History, Request
from mockserver.core.engine import Tx
from mockserver.core.values import frozen

MOST: Final = 1000
"""How many logins are looked at, the latest."""
_SHORTEST_STATE: Final = 8
_CODE: Final = "authorization_code"
_GRANTS: Final = (_CODE, "urn:openid:params:grant-type:ciba", "urn:vipps:params:grant-type:ciba-redirect")
_NOT_LET_IN: Final = 401
_USERS_OWN: Final = ("authorization_pending", "slow_down", "access_denied", "expired_token")
"""Answers of the token endpoint about a login that goes on, or that its user has ended."""


@frozen
class Logins:
    """How many logins went back with an error, and the ``state`` of every login that could begin."""

    errors: int = 0
    started: frozenset[str | None] = frozenset()


def _evidence(tx: Tx, msn: str | None) -> Logins:
    known = logins.newest(tx, msn=msn, phone=None, state=None, limit=MOST)
    return Logins(
        sum(1 for each in known if each.login.error is not None),
        frozenset(each.login.request.state for each in known if each.login.request.state),
    )


def public(operation: str) -> Judge:
    """A judge of whether that was read which anybody may read, without saying for which sales unit."""

    def judge(history: History) -> Finding:
        calls = history.of(operation)
        accepted = [each for each in calls if each.accepted]
        if history.narrowed and calls:
            return cannot_tell(f"{operation} was called, but the request does not say for which sales unit.", calls)
        if accepted:
            return shown(f"{operation} succeeded {times(len(accepted), 'time')}.", accepted)
        return not_seen(f"No {operation} that reached its end.", calls)

    return judge


def authorize_used(history: History) -> Finding:
    """Whether a login was started that did not fail for its request."""
    calls = history.of("oauthAuth")
    good = [each for each in calls if each.form.get("state") in history.evidence.of(Logins).started]
    if good:
        return shown(f"{times(len(good), 'login')} started.", good)
    bad = [each for each in calls if not each.contrived]
    if bad:
        return wrong("Every authorize request was refused.", bad)
    return not_seen("No login was started.")


def fresh(name: str, shortest: int = 1) -> Judge:
    """A judge of whether each authorize request has a value of its own for this parameter."""

    def judge(history: History) -> Finding:
        asked = history.of("oauthAuth")
        given = Counter(each.form[name] for each in asked if each.form.get(name))
        if asked and not given and shortest == 1:
            return not_seen(f"No authorize request has a {name}.", asked)
        bad = [each for each in asked if len(each.form.get(name, "")) < shortest or given[each.form[name]] > 1]
        if bad:
            return wrong(
                f"{times(len(bad), 'authorize request')} with a {name} that is missing, short or used before.", bad
            )
        if len(asked) < 2:
            return not_seen(f"One authorize request cannot show that its {name} is new each time.", asked)
        return shown(f"{times(len(asked), 'authorize request')}, each with a {name} of its own.", asked)

    return judge


state_used = fresh("state", _SHORTEST_STATE)


def pkce_used(history: History) -> Finding:
    """Whether logins are started with S256 challenges of their own and finished with the verifier."""
    asked = history.of("oauthAuth")
    challenged = [each for each in asked if each.form.get("code_challenge")]
    if not challenged:
        return not_seen("No authorize request has a code_challenge.", asked)
    counts = Counter(each.form["code_challenge"] for each in challenged)
    bad = [
        each
        for each in asked
        if each.form.get("code_challenge_method") != "S256" or counts[each.form.get("code_challenge", "")] != 1
    ]
    if bad:
        return wrong(f"{times(len(bad), 'authorize request')} without a challenge of their own by S256.", bad)
    done = [each for each in _exchanges(history) if each.accepted and each.form.get("code_verifier")]
    if not done:
        return not_seen("Challenges were sent, and no code was exchanged with its verifier.", challenged)
    return shown(f"{times(len(done), 'code')} exchanged with the verifier of an S256 challenge.", done)


def tokens_had(history: History) -> Finding:
    """Whether a login gave tokens; a user who takes its time or says no is nobody's fault."""
    calls = history.of("oauth2Token")
    done = [each for each in calls if each.accepted]
    if done:
        return shown(f"oauth2Token succeeded {times(len(done), 'time')}.", done)
    refused = [each for each in calls if each.refused and each.value("error") not in _USERS_OWN]
    if refused:
        return wrong(f"oauth2Token never succeeded; the latest answer was {refused[-1].status}.", refused)
    return not_seen("No oauth2Token that reached its end.", calls)


def browsers_tried(history: History) -> Finding:
    """In which browsers a login was tried is not told by its requests."""
    done = [each for each in _exchanges(history) if each.accepted]
    if not done:
        return not_seen("No login was finished in a browser.")
    return cannot_tell(f"{times(len(done), 'login')} finished; in which browsers is not seen from here.", done)


def _exchanges(history: History) -> list[Request]:
    return [each for each in history.of("oauth2Token") if each.form.get("grant_type") == _CODE]


def code_once(history: History) -> Finding:
    """Whether each code is exchanged once; again only after an unclear answer."""
    # Libraries try Basic and then post: a client that is not let in has not used its code.
    exchanges = [each for each in _exchanges(history) if each.form.get("code") and each.status != _NOT_LET_IN]
    clear = Counter(each.form["code"] for each in exchanges if not each.unclear)
    twice = [each for each in exchanges if clear[each.form["code"]] > 1]
    if twice:
        return wrong("A code was sent again after it had been answered.", twice)
    done = [each for each in exchanges if each.accepted and each.value("id_token")]
    if not done:
        return not_seen("No code was exchanged for an id token.", exchanges)
    return shown(f"{times(len(done), 'code')} exchanged for an id token, once each.", done)


def errors_handled(history: History) -> Finding:
    """Whether logins that end with an error are taken for what they are, as far as that can be seen."""
    empty = [each for each in _exchanges(history) if not each.form.get("code")]
    if empty:
        return wrong("A token was asked for without a code, as after an error that was taken for success.", empty)
    errors = history.evidence.of(Logins).errors
    if not errors:
        return not_seen("No login went back with an error.")
    return cannot_tell(f"{times(errors, 'login')} went back with an error; what the user saw shows elsewhere.")


def accounts_linked(history: History) -> Finding:
    """How users are found again is the integration's own affair."""
    done = [each for each in history.of("oauth2Token") if each.accepted and each.form.get("grant_type") in _GRANTS]
    if not done:
        return not_seen("No login was finished.")
    return cannot_tell("Logins were finished; whether accounts are linked by sub is not seen from here.", done)


_LOG: Final = "Login checklist"
_OIDC: Final = "Login guide"

CHECKS: Final = Checks(
    "login",
    (
        point("login-discovery", "the OpenID configuration is read", _LOG, public("discoverOpenIDConfiguration")),
        point("login-keys", "the public keys are read", _LOG, public("wellKnown")),
        point("login-authorize", "logins are started (in a browser)", _LOG, authorize_used),
        point("login-token", "logins give tokens", _LOG, tokens_had),
        point("login-ciba", "users are asked to log in (merchant-initiated)", _LOG, used("ciba-auth")),
        point("login-user-exists", "users are looked for (merchant-initiated)", _LOG, used("user-exists")),
        point("login-state", "each login has a state of its own", _OIDC, state_used),
        point("login-nonce", "each login has a nonce of its own", _OIDC, fresh("nonce")),
        point("login-pkce", "each login has a PKCE challenge (S256)", _OIDC, pkce_used),
        point("login-code-once", "each code is exchanged once for an id token", _OIDC, code_once),
        point("login-errors", "logins that end with an error are handled", _LOG, errors_handled),
        point("login-browsers", "logins work in any browser", _LOG, browsers_tried),
        point("login-linked", "users are linked to accounts", _LOG, accounts_linked),
    ),
    Calls(
        deeds=frozenset({"oauth2Token", "ciba-auth"}),
        public=frozenset({"discoverOpenIDConfiguration", "wellKnown"}),
        forms=frozenset({"login"}),
        details=(Detail("scope", sent=("scope",)), Detail("redirect_uri", sent=("redirect_uri",))),
    ),
    _evidence,
)
