"""The checklist of a running server."""

import sys
from typing import Any, Final

import click

from mockserver.process.options import ASKING, URL, WithSettings, asked, fail
from mockserver.settings import BadSetting, load

FORMS: Final = ("text", "markdown", "html", "json")


@click.command(cls=WithSettings, reads=ASKING)
@URL
@click.option("--msn", default=None, metavar="MSN", help="Only judge the integration of one sales unit.")
@click.option("--api", default=None, metavar="API", help="Only one checklist, such as platform.")
@click.option("--format", "form", default="text", type=click.Choice(FORMS), help="How to print it.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--description", default=None, metavar="TEXT", help="What you say: how your solution is set up.")
@click.option(
    "--documentation", multiple=True, metavar="URL", help="What you say: documentation for merchants; repeatable."
)
@click.option("--pilot", default=None, metavar="MSN", help="What you say: your pilot customer.")
@click.option("--demo", multiple=True, metavar="URL", help="What you say: a demo, screenshots or a video; repeatable.")
@click.option("--fail-on-wrong", is_flag=True, help="Exit with code 1 if a point is wrong.")
def checklist(
    url: str | None,
    msn: str | None,
    api: str | None,
    form: str,
    description: str | None,
    documentation: tuple[str, ...],
    pilot: str | None,
    demo: tuple[str, ...],
    *,
    as_json: bool,
    fail_on_wrong: bool,
    **options: Any,
) -> None:
    """Show which points of the official checklists the clients of a running server have covered."""
    from mockserver.process import report
    from mockserver.process.remote import NoAnswer

    try:
        settings = load(options)
        found = report.fetch(
            asked(url, options, settings),
            settings.admin_token,
            msn=msn,
            api=api,
            description=description,
            documentation=" ".join(documentation) or None,
            pilot=pilot,
            demo=" ".join(demo) or None,
        )
    except (BadSetting, NoAnswer) as error:
        fail(error)
    click.echo(report.printed(found, "json" if as_json else form))
    if fail_on_wrong and found["summary"]["wrong"]:
        sys.exit(1)
