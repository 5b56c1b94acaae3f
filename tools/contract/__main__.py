"""``python -m tools.contract``: see the package."""

import argparse
import re
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import httpx

import tools.contract
from tools.contract import access_token, epayment, management, recurring, webhooks
from tools.contract.checker import Checker
from tools.contract.client import Session
from tools.contract.server import packaged_world, serving
from tools.contract.spec import Spec
from tools.contract.suite import Suite

SUITES = (access_token.SUITE, epayment.SUITE, management.SUITE, recurring.SUITE, webhooks.SUITE)


def main() -> int:
    """Check, print, and give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.contract", description=tools.contract.__doc__)
    parser.add_argument("--spec", type=Path, action="append", required=True, help="an official OpenAPI file")
    parser.add_argument("--url", help="a running server with the packaged world; else each API gets one of its own")
    given = parser.parse_args()
    files = {suite.title: (suite, Spec(path, suite.prepare)) for path in given.spec if (suite := suite_of(path))}
    if not files:
        parser.error("none of the files is of an API that is checked")
    checker = Checker(files)
    for suite, spec in files.values():
        ask(checker, suite, spec, given.url)
    for suite, spec in files.values():
        checker.complete(suite, spec)
        if not given.url:
            checker.needless(suite)
    for suite in SUITES:
        if suite.title not in files:
            print(f"No file was given for {suite.title}")
    report(checker)
    return 1 if checker.failed else 0


def suite_of(path: Path) -> Suite | None:
    """The suite for a file, None when there is none; files of other APIs are not read any further."""
    operations = set(re.findall(r"operationId: *['\"]?([\w-]+)", path.read_text("utf-8")))
    suite = next((suite for suite in SUITES if suite.mark in operations), None)
    if suite is None:
        print(f"Nothing is asked of the API that {path.name} describes")
    return suite


def ask(checker: Checker, suite: Suite, spec: Spec, url: str | None) -> None:
    """Everything that is to be asked of one API."""
    if url is not None:
        _call(suite.calls, checker, spec, url)
        return
    with serving() as own:
        _call(suite.calls, checker, spec, own)
    if suite.other_calls is not None:
        with serving(*suite.other_settings) as own:
            _call(suite.other_calls, checker, spec, own)


def _call(calls: Callable[[Session], None], checker: Checker, spec: Spec, url: str) -> None:
    with httpx.Client(base_url=url, timeout=30, event_hooks={"response": [checker]}) as http:
        try:
            calls(Session(http, spec, packaged_world(), checker.expect))
        except (KeyError, TypeError, ValueError, httpx.HTTPError) as error:
            # What an answer should have held was not there: the report says why, and what else was found.
            checker.expect(False, f"the calls for {spec.name} broke off: {error!r}", traceback.format_exc()[-500:])


def report(checker: Checker) -> None:
    """A line for each operation, the failures, the sum."""
    for operation in sorted({name for name, _ in checker.exchanges}):
        seen = sorted((status, times) for (name, status), times in checker.exchanges.items() if name == operation)
        print(f"{operation:34}", "  ".join(f"{status}: {times}" for status, times in seen))
    print(f"{sum(checker.used.values())} differences on purpose, of {len(checker.used)} kinds")
    for finding, times in checker.failures.most_common(40):
        print(f"FAILED {times} times: {finding}\n    {checker.examples[finding]}")
    print(f"{checker.passed} passed, {checker.failed} failed")


if __name__ == "__main__":
    sys.exit(main())
