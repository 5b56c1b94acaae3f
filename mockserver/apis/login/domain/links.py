"""The address of the login page, and what browsers keep."""

LOGIN = "/login"
REMEMBERED = "mock_remembered"
"""The cookie of a browser whose user wants it remembered."""


def login_page(origin: str, token: str) -> str:
    """Where the customer logs in."""
    return f"{origin}{LOGIN}?session={token}"
