"""Userinfo: the profile behind a login's access token, and behind the sub of a payment."""
