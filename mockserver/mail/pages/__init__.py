"""Emails as people read them in a browser: who has some, one inbox, one email."""
