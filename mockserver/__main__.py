"""``python -m mockserver`` is the same as ``vipps-mockserver``."""

from mockserver.cli import main

if __name__ == "__main__":
    main()
