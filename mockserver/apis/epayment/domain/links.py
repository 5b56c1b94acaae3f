"""The addresses that payments lead to."""

LANDING = "/landing"


def landing_page(origin: str, token: str) -> str:
    """Where the customer approves in a browser."""
    return f"{origin}{LANDING}?token={token}"


def qr_image(origin: str, token: str, *, png: bool) -> str:
    """The picture of a code that leads to the landing page."""
    return f"{origin}/qr/{token}.{'png' if png else 'svg'}"


def app(token: str, *, test: bool) -> str:
    """The address that opens the app on a phone; the test environment's app has a scheme of its own."""
    return f"{'vippsMT' if test else 'vipps'}://?token={token}"
