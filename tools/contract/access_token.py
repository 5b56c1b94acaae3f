"""The token endpoints: standard and specialised tokens, good and bad."""

from tools.contract.client import Session, basic, key_headers, specialised_token, standard_token
from tools.contract.suite import Suite

DELIBERATE = {
    r"fetchAuthorizationTokenUsingPost 40[01] undocumented status: .*": (
        "the identity provider refuses a wrong client in its own way"
    ),
}


def calls(session: Session) -> None:
    """Both endpoints, for every kind of keys."""
    keys = session.unit("123456")["keys"]
    standard_token(session.http, keys)
    standard_token(session.http, session.partner("partner-plus")["keys"])
    refused: tuple[dict[str, str | None], ...] = (
        {"client_id": None},
        {"client_id": "wrong"},
        {"client_secret": None},
        {"client_secret": "wrong"},
        {"subscription_key": None},
        {"subscription_key": "wrong"},
    )
    for changes in refused:
        session.http.post("/accesstoken/get", headers=key_headers(keys, **changes))
    specialised_token(session.http, session.partner("partner-accounting")["accounting_keys"])
    right = basic(session.partner("partner-plus")["management_keys"])
    form = {"grant_type": "client_credentials"}
    for authorization, data, more in (
        (right, form, {}),
        (right, form | {"scope": "any"}, {}),
        (right, {}, {}),
        (right, {"grant_type": "password"}, {}),
        ("Basic d3Jvbmc6a2V5cw==", form, {}),
        ("Basic %", form, {}),
        (right, form, {"Ocp-Apim-Subscription-Key": "any"}),
    ):
        session.http.post("/miami/v1/token", headers={"Authorization": authorization} | more, data=data)


SUITE = Suite(title="Access token", mark="fetchToken", deliberate=DELIBERATE, calls=calls)
