"""The Login API, an OpenID Connect provider (official specification 1.1.0), with the Userinfo API."""

from mockserver.core.named import Named
from mockserver.product import ApiOf, Product

_HERE = "mockserver.apis.login"
PRODUCT = Product(
    "login",
    apis=(
        ApiOf(Named(f"{_HERE}.api.routes:API"), "access-management-1.0", pages=True),
        ApiOf(Named(f"{_HERE}.userinfo.routes:API"), "vipps-userinfo-api"),
        ApiOf(Named(f"{_HERE}.api.backchannel:API"), "vipps-login-ciba"),
    ),
    asks=(("login", "CONSENT_REVOKED"),),
    due={
        "login.act": Named(f"{_HERE}.services.logins:act"),
        "login.expire": Named(f"{_HERE}.services.logins:expire"),
        "authentication.expire": Named(f"{_HERE}.services.authentications:expire"),
    },
    control=(Named(f"{_HERE}.control.logins:ROWS"), Named(f"{_HERE}.control.backchannel:ROWS")),
    pages=(Named(f"{_HERE}.pages.login:LoginPages"),),
    events=(Named(f"{_HERE}.services.events:EVENTS"),),
    described=(Named(f"{_HERE}.control.described:DESCRIBED"),),
    stored=Named(f"{_HERE}.services.state:PART"),
    tables=f"{_HERE}.store",
    secrets=Named(f"{_HERE}.services.secrets:secrets"),
    waiting=(Named(f"{_HERE}.pages.waiting:WAITING"),),
    checks=Named(f"{_HERE}.checks:CHECKS"),
    views=(Named(f"{_HERE}.control.dashboard:VIEWS"),),
)
