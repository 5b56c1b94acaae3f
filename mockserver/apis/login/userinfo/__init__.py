"""The Userinfo API on the wire."""
