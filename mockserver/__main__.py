"""``python -m mockserver`` is the same as ``vipps-mockserver``."""

import gc


def main() -> None:
    """Run the command line."""
    # What a start loads stays: to look for garbage meanwhile takes a tenth of its time. The server turns it on again.
    gc.disable()
    from mockserver.cli import main as run

    run()


if __name__ == "__main__":
    main()
