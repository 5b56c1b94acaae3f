"""The two operations of Userinfo: by a login's token, and by the sub that a payment gave."""

from mockserver.apis.login.services import grants
from mockserver.apis.login.userinfo.problems import CONTENT_TYPE, refuse
from mockserver.core.engine import Tx
from mockserver.core.errors import AccessDenied
from mockserver.core.policy import Kindness
from mockserver.web.callers import credentials
from mockserver.web.http import Answer, json_answer, never_kept
from mockserver.web.operations import Api, Call, Operation
from mockserver.world.domain.merchant import ClientKind
from mockserver.world.services import profiles, world
from mockserver.world.services.access import Caller
from mockserver.world.services.directory import directory


def userinfo_authorization_code(tx: Tx, call: Call) -> Answer:
    """userinfoAuthorizationCode: what the user of a login shares, for ten minutes."""
    sent = credentials(call.headers)
    if sent.subscription_key and not call.lenience.allow(
        Kindness.USERINFO_SUBSCRIPTION_KEY, "Userinfo is no part of the subscription: no Ocp-Apim-Subscription-Key"
    ):
        raise AccessDenied("Userinfo takes the access token of a login and no subscription key.")
    scheme, _, token = (sent.authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise AccessDenied("The Authorization header with the Bearer access token of a login is missing.")
    grant = grants.of_token(tx, token.strip())
    unit = world.sales_unit(tx, grant.msn)
    merchant = directory(tx).merchant_of(tx.connection, unit)
    call.caller = Caller(unit.keys.client_id, ClientKind.SALES_UNIT, unit.msn, unit, merchant, 0)
    return _answer(grants.userinfo(tx, grant))


def get_userinfo(tx: Tx, call: Call) -> Answer:
    """getUserinfo: the profile shared with a payment, for 168 hours from the consent, then `[Expired]`."""
    sent = credentials(call.headers)
    call.caller = call.runtime.access.bearer(tx, sent.authorization, sent.msn, sent.subscription_key)
    return _answer(profiles.read(tx, call.unit.msn, call.scope["path_params"]["sub"]))


def _answer(claims: dict[str, object]) -> Answer:
    return never_kept(json_answer(200, claims, CONTENT_TYPE))


API = Api(
    name="userinfo",
    prefix="/vipps-userinfo-api",
    refuse=refuse,
    operations=(
        Operation(
            "userinfoAuthorizationCode", "GET", "/userinfo", userinfo_authorization_code,
            authenticated=False, browsers=True,
        ),
        Operation("getUserinfo", "GET", "/userinfo/{sub}", get_userinfo, authenticated=False),
    ),
)  # fmt: skip
