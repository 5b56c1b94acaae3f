"""Product orders and emails in the control API."""
