"""Login in a browser, whose user the control API plays, and a login that the merchant starts."""

from typing import Any

from tools.collections.steps import NEW_ID, Folder, Step

_OIDC = "/access-management-1.0/access"
_CLIENT = ("{{VIPPS_CLIENT_ID}}", "{{VIPPS_CLIENT_SECRET}}")
_BACK = "http://localhost:3000/callback"
_QUERY = (
    "client_id={{VIPPS_CLIENT_ID}}&response_type=code&scope=openid%20name%20email"
    "&state={{state}}&redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fcallback"
)
_ME = {"name": "Karen Myklebust", "sub.length": 36}
_ASK = {
    "login_hint": "urn:msisdn:{{VIPPS_PHONE}}",
    "scope": "openid name",
    "binding_message": "4MZ-CQ3",
}


def _token(name: str, form: dict[str, str], **more: Any) -> Step:
    return Step(name, f"POST {_OIDC}/oauth2/token", form=form, basic=_CLIENT, **more)


def _userinfo(name: str, shows: dict[str, Any]) -> Step:
    return Step(name, "GET /vipps-userinfo-api/userinfo", {"Authorization": "Bearer {{loginToken}}"}, shows=shows)


_CIBA = {"grant_type": "urn:openid:params:grant-type:ciba", "auth_req_id": "{{authReqId}}"}
_SIGNED = {'id_token.split(".").length': 3}
_KEEP = {"loginToken": "access_token"}

FOLDER = Folder(
    "Login",
    "A login by authorization code, and one that the merchant starts (CIBA).",
    (
        Step(
            "Discovery",
            f"GET {_OIDC}/.well-known/openid-configuration",
            shows={'issuer.endsWith("/access-management-1.0/access/")': True},
        ),
        Step("A browser opens the login", f"GET {_OIDC}/oauth2/auth?{_QUERY}", fresh={"state": NEW_ID}),
        Step(
            "The login waits",
            "GET /_mock/logins?state=waiting&msn={{VIPPS_MSN}}&limit=1",
            shows={"logins[0].scopes": ["openid", "name", "email"]},
            keeps={"login": "logins[0].id"},
        ),
        Step(
            "The user confirms",
            "POST /_mock/logins/{{login}}/approve",
            body={"customer": "{{VIPPS_PHONE}}"},
            shows={"state": "approved", "redirectTo.match(/state=([^&]*)/)[1]": "{{state}}"},
            keeps={"code": "redirectTo.match(/code=([^&]*)/)[1]"},
        ),
        _token(
            "Exchange the code",
            {"grant_type": "authorization_code", "code": "{{code}}", "redirect_uri": _BACK},
            shows={"token_type": "bearer", **_SIGNED},
            keeps=_KEEP,
        ),
        _userinfo("Userinfo of the login", _ME | {"email": "customer1@example.com"}),
        Step(
            "The merchant starts a login",
            "POST /vipps-login-ciba/api/backchannel/authentication",
            form=_ASK,
            basic=_CLIENT,
            shows={"expires_in > 0": True},
            keeps={"authReqId": "auth_req_id"},
        ),
        _token("It is pending", _CIBA, status=400, shows={"error": "authorization_pending"}),
        Step(
            "The user confirms on the phone",
            "POST /_mock/ciba/{{authReqId}}/confirm",
            shows={"state": "confirmed"},
        ),
        Step("Five seconds pass", "POST /_mock/clock/advance", body={"seconds": 5}, shows={"frozen": False}),
        _token("It is confirmed", _CIBA, shows={"token_type": "Bearer", **_SIGNED}, keeps=_KEEP),
        _userinfo("Userinfo of that login", _ME | {'"name" in answer && !("email" in answer)': True}),
    ),
)
