"""The report of one payment as Markdown, for people and bug trackers."""

import json
import re
from collections.abc import Iterator
from typing import Any

from mockserver.process.printing import amount, clean, time


def as_markdown(report: dict[str, Any]) -> str:
    """The report as a page: the payment, then what happened, in order and with all bodies."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: dict[str, Any]) -> Iterator[str]:
    payment = report["payment"]
    currency = payment["currency"]
    yield f"# Payment {_code(payment['msn'] + '/' + payment['reference'])}"
    yield f"\n{payment['state']}, {amount(payment['amount'], currency)}. vipps-mockserver {report['version']},"
    yield f"environment {report['environment']}, at {time(report['at'])}. Secrets are taken out."
    yield "\n## Events\n\n| at | event | amount | result |\n|---|---|---|---|"
    for each in payment["events"]:
        result = "ok" if each["success"] else (each["declined"] or {}).get("detail", "failed")
        yield f"| {time(each['at'])} | {each['name']} | {amount(each['amount'], currency)} | {result} |"
    yield "\n## Requests"
    for each in report["requests"]:
        yield from _request(each)
    yield "\n## Deliveries"
    for each in report["webhooks"]:
        yield f"\nWebhook {_code(each['id'])} at {_code(each['url'])}, for {', '.join(each['events'])}."
    for each in report["deliveries"]:
        yield from _delivery(each)


def _request(entry: dict[str, Any]) -> Iterator[str]:
    path = entry["path"] + (f"?{entry['query']}" if entry["query"] else "")
    yield f"\n### {time(entry['at'])} {_code(entry['operation'] or '-')}: {entry['status']}"
    headers = [f"{name}: {value}" for name, value in entry["request"]["headers"]]
    yield _block("\n".join([f"{entry['method']} {path}", *headers, "", _pretty(entry["request"]["body"])]))
    yield _block(_pretty(entry["response"]["body"]))
    for warning in entry["warnings"]:
        yield f"- warning: {_code(warning['message'])}"


def _delivery(delivery: dict[str, Any]) -> Iterator[str]:
    yield f"\n### {time(delivery['createdAt'])} {_code(delivery['event'])}: {delivery['state']}"
    yield _block(_pretty(delivery["body"]))
    for each in delivery["attempts"]:
        yield f"- {time(each['at'])} to {_code(delivery['webhook'])}: {each['status'] or 'no answer'}"
        if each["response"]:
            yield _block(each["response"])


def _pretty(body: str) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body


def _block(text: str) -> str:
    """A block of code that nothing in the text can end."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"\n{fence}\n{text.strip()}\n{fence}\n"


def _code(text: str) -> str:
    quotable = clean(text).replace("`", "'")
    return f"`{quotable}`"
