"""The Login API on the wire, logins that a merchant starts included."""
