"""What people type into the portal's forms, which is read as in all forms."""

from mockserver.web.typed import LONGEST_TEXT, Typed

__all__ = ["LONGEST_TEXT", "Typed"]
