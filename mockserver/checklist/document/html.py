"""The document as one HTML file, which loads nothing."""

from importlib import resources

from markupsafe import Markup

from mockserver.checklist.document.sheet import Sheet
from mockserver.web import pages

PACKAGE = "mockserver.checklist"


def as_html(sheet: Sheet) -> str:
    """The document, as a file's content."""
    css = resources.files("mockserver.web").joinpath("templates/style.css").read_text("utf-8")
    return pages.rendered(PACKAGE, "document.html", sheet=sheet, css=Markup(css))  # noqa: S704 - our own file
