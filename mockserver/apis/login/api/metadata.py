"""What discovery says: the provider's addresses under the name that the client uses, and what it can do."""

from typing import Any, Final

from mockserver.world.domain.login import SCOPES

PREFIX: Final = "/access-management-1.0/access"
USERINFO: Final = "/vipps-userinfo-api/userinfo"
BACKCHANNEL: Final = "/vipps-login-ciba/api/backchannel/authentication"

AUTHORIZATION_CODE: Final = "authorization_code"
CLIENT_CREDENTIALS: Final = "client_credentials"
CIBA: Final = "urn:openid:params:grant-type:ciba"
CIBA_REDIRECT: Final = "urn:vipps:params:grant-type:ciba-redirect"

_CLAIMS: Final = (
    "sub", "sid", "name", "given_name", "family_name", "phone_number", "phone_number_verified", "email",
    "email_verified", "birthdate", "address", "other_addresses", "gender", "nin", "delegatedConsents", "flowResult",
)  # fmt: skip


def issuer(origin: str) -> str:
    """The issuer: it ends with a slash, and id tokens have it to the letter."""
    return f"{origin}{PREFIX}/"


def configuration(origin: str) -> dict[str, Any]:
    """The OpenID provider metadata under this origin."""
    base = f"{origin}{PREFIX}"
    return {
        "issuer": issuer(origin),
        "authorization_endpoint": f"{base}/oauth2/auth",
        "token_endpoint": f"{base}/oauth2/token",
        "userinfo_endpoint": f"{origin}{USERINFO}",
        "jwks_uri": f"{base}/.well-known/jwks.json",
        "revocation_endpoint": f"{base}/oauth2/revoke",
        "end_session_endpoint": f"{base}/oauth2/sessions/logout",
        "backchannel_authentication_endpoint": f"{origin}{BACKCHANNEL}",
        "backchannel_token_delivery_modes_supported": ["poll", "ping"],
        "backchannel_user_code_parameter_supported": False,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": [AUTHORIZATION_CODE, CLIENT_CREDENTIALS],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "userinfo_signing_alg_values_supported": ["none"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": list(SCOPES),
        "claims_supported": list(_CLAIMS),
        "acr_values_supported": ["urn:vipps:acr:app_auth"],
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "require_request_uri_registration": False,
    }
