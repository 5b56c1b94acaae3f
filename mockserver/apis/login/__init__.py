"""The Login API: an OpenID Connect provider (official specification 1.1.0)."""
