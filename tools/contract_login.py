"""Holds real answers of a server against the official file of the Login API: python -m tools.contract_login.

Logins of several customers, units and scopes are done from discovery to Userinfo, and refused in every way; each
answer's status, content type and body are checked. What differs on purpose stands in DELIBERATE; an entry that is not
needed is a failure. Needs httpx, pyyaml and openapi-schema-validator.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from tools.contract.server import packaged_world, serving
from tools.contract.spec import Operation, Spec

Json = Any

DELIBERATE = {
    r"oauth2Token 400 undocumented status": "OAuth refuses grants with 400; the file forgets it",
    r"oauthAuth 400 undocumented status": "a page for what must not be redirected; the file knows 401 only",
    r"oauth2Token 40[01] undocumented property: error_description": "OAuth's own member",
    r"discoverOpenIDConfiguration 200 undocumented property: \w+": "further standard metadata, in use by clients",
    r"userinfoAuthorizationCode 200 body: phone_number: .*": "the file wants 14 digits, which no Nordic number has",
    r"userinfoAuthorizationCode 200 undocumented property: flowResult": "the custom flow is newer than the file",
    r"ciba-auth 4\d\d undocumented status": "the guide has its errors; the file knows 200 only",
    r"user-exists 4\d\d undocumented status": "as ciba-auth",
    r"\w+ 405 undocumented status": "HTTP",
}
OPERATIONS = ("discoverOpenIDConfiguration", "wellKnown", "oauthAuth", "oauth2Token", "userinfoAuthorizationCode",
              "ciba-auth", "user-exists")  # fmt: skip
YOUNGEST = "2010-01-01"
"""Who was born later may not log in."""
EVERYTHING = "openid name phoneNumber email address birthDate gender nin delegatedConsents customFlow"
BACK = "http://localhost:3000/callback"


class LoginChecker:
    """Checks every exchange and keeps what it found."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.seen: Counter[tuple[str, int]] = Counter()
        self.used: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.passed = 0

    def __call__(self, response: httpx.Response) -> None:
        """Check one exchange (a hook of httpx)."""
        response.read()
        path = response.request.url.path
        if path.startswith("/_mock/"):
            response.raise_for_status()
            return
        method = response.request.method
        # The file writes Userinfo with a slash at the end; both are the same.
        operation = self.spec.find(method, path)[0] or self.spec.find(method, f"{path}/")[0]
        if operation is None:
            return
        operation_id = operation.id
        self.seen[operation_id, response.status_code] += 1
        label = f"{operation_id} {response.status_code}"
        self.judge([f"{label} {finding}" for finding in dict.fromkeys(self._findings(operation, response))])

    def judge(self, findings: list[str]) -> None:
        """One check: passed unless a finding is not deliberate."""
        bad = False
        for finding in findings:
            reasons = [pattern for pattern in DELIBERATE if re.fullmatch(pattern, finding)]
            self.used.update(reasons)
            if not reasons:
                bad = True
                self.failures[finding] += 1
        self.passed += not bad

    def _findings(self, operation: Operation, response: httpx.Response) -> Iterator[str]:
        responses = operation.responses
        documented = responses.get(str(response.status_code))
        if documented is None:
            yield "undocumented status"
            documented = responses.get("401", {})
        content = documented.get("content", {})
        kind = response.headers.get("content-type", "").replace(" ", "")
        if kind.startswith("text/html") or not content or response.status_code == 405:
            return
        if kind not in content and "*/*" not in content:
            yield f"content type: {kind}"
        schema = next(each["schema"] for each in content.values())
        body = response.json()
        for error in self.spec.errors(schema, body):
            where = ".".join(str(part) for part in error.path)
            yield f"body: {where + ': ' if where else ''}{error.message[:160]}"
        for name in self.spec.unknown(schema, body):
            yield f"undocumented property: {name}"


def login(http: httpx.Client, unit: Json, customer: str, scope: str) -> None:
    """One login from discovery to Userinfo, and what comes of using its parts again."""
    base = "/access-management-1.0/access"
    found = http.get(f"{base}/.well-known/openid-configuration").json()
    http.get(found["jwks_uri"])
    keys = unit["keys"]
    asked = {"client_id": keys["client_id"], "response_type": "code", "state": "12345678", "redirect_uri": BACK}
    http.get(found["authorization_endpoint"], params=asked | {"scope": scope})
    waiting = http.get("/_mock/logins?limit=1").json()["logins"][0]
    approved = http.post(f"/_mock/logins/{waiting['id']}/approve", json={"customer": customer}).json()
    form = {"grant_type": "authorization_code", "redirect_uri": BACK}
    form["code"] = httpx.URL(approved["redirectTo"]).params["code"]
    token_endpoint, basic = found["token_endpoint"], (keys["client_id"], keys["client_secret"])
    http.post(token_endpoint, data=form)
    http.post(token_endpoint, data=form, auth=(keys["client_id"], "wrong"))
    http.post(token_endpoint, data=form | {"grant_type": "password"}, auth=basic)
    token = http.post(token_endpoint, data=form, auth=basic).json()["access_token"]
    for bearer in (token, "x.y"):
        http.get(found["userinfo_endpoint"], headers={"Authorization": f"Bearer {bearer}"})
    http.post(token_endpoint, data=form, auth=basic)


def merchant_login(http: httpx.Client, unit: Json, customer: str) -> None:
    """Logins that the merchant starts, with either spelling of the file and the guide, and their refusals."""
    basic = (unit["keys"]["client_id"], unit["keys"]["client_secret"])
    start, exists = "/vipps-login-ciba/api/backchannel/authentication", "/vipps-login-ciba/api/v1/user-exists"
    token = "/access-management-1.0/access/oauth2/token"  # noqa: S105 - a path
    for name in ("login_hint", "loginHint"):
        hint = {name: f"urn:msisdn:{customer}"}
        http.post(exists, data=hint, auth=basic)
        answer = http.post(start, data=hint | {"scope": "openid name", "bindingMessage": "4MZ-CQ3"}, auth=basic)
        form = {"grant_type": "urn:openid:params:grant-type:ciba", "auth_req_id": answer.json().get("auth_req_id", "")}
        http.post(token, data=form, auth=basic)
        if answer.status_code == 200 and http.get(f"/_mock/ciba/{form['auth_req_id']}").json()["state"] == "pending":
            http.post(f"/_mock/ciba/{form['auth_req_id']}/confirm")
        http.post(token, data=form, auth=basic)
    for path in (start, exists):
        http.post(path, data={"login_hint": "x"}, auth=basic)
        http.post(path, auth=("x", "x"))
    http.post(exists, data={"login_hint": "urn:msisdn:4790000099"}, auth=basic)


def refusals(http: httpx.Client, unit: Json) -> None:
    """What starts no login."""
    path, client_id = "/access-management-1.0/access/oauth2/auth", unit["keys"]["client_id"]
    for parameters in ({}, {"client_id": "x"}, {"client_id": client_id}, {"client_id": client_id, "redirect_uri": "x"}):
        http.get(path, params=parameters)
    http.get(path, params={"client_id": client_id, "redirect_uri": BACK})
    http.request("DELETE", path)
    http.get("/access-management-1.0/access/oauth2/token")


def main() -> int:
    """Check, print, and give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spec", type=Path, required=True, help="the official OpenAPI file of the Login API")
    spec = Spec(parser.parse_args().spec)
    checker = LoginChecker(spec)
    world = packaged_world()
    flow = {"screens": [{"title": "Club", "elements": [{"id": "join", "title": "Join"}]}]}
    with serving() as url, httpx.Client(base_url=url, timeout=30, event_hooks={"response": [checker]}) as http:
        for unit in world["sales_units"]:
            if not unit.get("active", True) or unit["merchant_id"] == "merchant-no-inactive":
                continue
            http.patch(f"/_mock/sales-units/{unit['msn']}", json={"login": {"custom_flow": flow}})
            refusals(http, unit)
            users = [each for each in world["customers"] if each.get("payment") != "unknown"]
            for customer in users[: None if unit["msn"] == "123456" else 2]:
                http.post("/_mock/customers", json={"phone": customer["phone"], "gender": "other"})
                merchant_login(http, unit, customer["phone"])
                logs_in = customer.get("active", True) and customer["birth_date"] < YOUNGEST
                for scope in ("openid", EVERYTHING) if logs_in else ():
                    login(http, unit, customer["phone"], scope)
    for operation_id in OPERATIONS:
        for status in spec.operations[operation_id].responses:
            # No server error is brought about here; a token knows 400, 403 and 404 in the file's words only.
            never = status == "500" or (operation_id, status) == ("discoverOpenIDConfiguration", "401")
            if operation_id == "userinfoAuthorizationCode" and status in ("400", "403", "404"):
                never = True
            if not never and not checker.seen[operation_id, int(status)]:
                checker.judge([f"{operation_id} {status} never seen"])
    for pattern in DELIBERATE:
        checker.judge([] if checker.used[pattern] else [f"deliberate difference not needed: {pattern}"])
    for (operation_id, status_code), times in sorted(checker.seen.items()):
        print(f"{operation_id:34} {status_code}: {times}")
    for finding, times in checker.failures.most_common(40):
        print(f"FAILED {times} times: {finding}")
    print(f"{checker.passed} passed, {sum(checker.failures.values())} failed")
    return 1 if checker.failures else 0


if __name__ == "__main__":
    sys.exit(main())
