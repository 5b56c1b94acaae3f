"""How fast and how small the emulator is, beside a bare server in the same run: ``python -m bench``."""


class Broken(Exception):
    """Nothing can be measured: a server died, or did not answer as it must."""
