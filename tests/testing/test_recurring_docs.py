"""The tests of docs/recurring.md are run as they are written."""

import re
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.usefixtures("imported")

PAGE = (Path(__file__).parent.parent.parent / "docs" / "recurring.md").read_text("utf-8")
CODE, FIXTURE, TESTS = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)


def test_a_year_of_a_subscription_passes(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(subscriptions=CODE, conftest=FIXTURE, test_subscriptions=TESTS)
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)
