"""Everything that a running server knows, or one payment, to files and back."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mockserver.process.options import ASKING, FILE, URL, WithSettings, asked, fail
from mockserver.settings import BadSetting, load

if TYPE_CHECKING:
    from mockserver.process.remote import Server


@click.command(cls=WithSettings, reads=ASKING)
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@URL
@click.option("--payment", metavar="[MSN/]REFERENCE", help="Only what there is of one payment, without any secret.")
@click.option("--format", "form", type=click.Choice(["json", "markdown"]), help="Of --payment; by the file's ending.")
def export(file: Path | None, url: str | None, payment: str | None, form: str | None, **options: Any) -> None:
    """Write everything that a running server knows to a state file, or print it.

    With --payment: the payment's requests, events and deliveries, to be attached to a bug report.
    """
    from mockserver.process.remote import NoAnswer, Server, call

    if form is not None and payment is None:
        raise click.UsageError("--format is for --payment: a state file is JSON.")
    try:
        settings = load(options)
        server = Server(asked(url, options, settings), settings.admin_token)
        if payment is not None:
            content = _report(server, payment, form or ("markdown" if file and file.suffix == ".md" else "json"))
        else:
            content = call(server.url, server.token, "/state")
        if file is None:
            click.echo(content, nl=False)
        else:
            file.write_bytes(content)
    except NoAnswer as error:
        fail(error, 2 if payment is None else 1)
    except BadSetting as error:
        fail(error)
    except OSError as error:
        fail(f"{file}: cannot be written: {error.strerror}")


def _report(server: "Server", payment: str, form: str) -> bytes:
    import json

    from mockserver.process.asking import found
    from mockserver.process.markdown import as_markdown

    report = server.get("payments", *found(server, payment), "report")
    text = as_markdown(report) if form == "markdown" else json.dumps(report, indent=2, ensure_ascii=False) + "\n"
    return text.encode()


@click.command(name="import", cls=WithSettings, reads=ASKING)
@click.argument("file", type=FILE)
@URL
def import_state(file: Path, url: str | None, **options: Any) -> None:
    """Replace everything that a running server knows by a state file; a bad file changes nothing, exit code 2."""
    from mockserver.process.remote import NoAnswer, Refused, call

    try:
        settings = load(options)
        server = asked(url, options, settings)
        call(server, settings.admin_token, "/state", file.read_bytes())
    except Refused as error:
        fail(f"{file}: {error.reason}" if error.status == 400 else error)
    except (BadSetting, NoAnswer) as error:
        fail(error)
    except OSError as error:
        fail(f"{file}: cannot be read: {error.strerror}")
    click.echo(f"ok {file} at {server}")
