"""The checklist of a running server."""

import sys
from typing import Any

import click

from mockserver.process.options import ASKING, URL, WithSettings, asked, fail
from mockserver.settings import BadSetting, load


@click.command(cls=WithSettings, reads=ASKING)
@URL
@click.option("--msn", default=None, metavar="MSN", help="Only judge the integration of one sales unit.")
@click.option("--api", default=None, metavar="API", help="Only one checklist, such as platform.")
@click.option("--format", "form", default="text", type=click.Choice(["text", "json"]), help="How to print it.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--fail-on-wrong", is_flag=True, help="Exit with code 1 if a point is wrong.")
def checklist(
    url: str | None,
    msn: str | None,
    api: str | None,
    form: str,
    *,
    as_json: bool,
    fail_on_wrong: bool,
    **options: Any,
) -> None:
    """Show which points of the official checklists the clients of a running server have covered."""
    import json

    from mockserver.process import report
    from mockserver.process.remote import NoAnswer

    try:
        settings = load(options)
        found = report.fetch(asked(url, options, settings), settings.admin_token, msn, api)
    except (BadSetting, NoAnswer) as error:
        fail(error)
    click.echo(json.dumps(found, indent=2) if as_json or form == "json" else report.table(found))
    if fail_on_wrong and found["summary"]["wrong"]:
        sys.exit(1)
