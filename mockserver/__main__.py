"""``python -m mockserver`` is the same as ``vipps-mockserver``."""

import gc
import sys


def main() -> None:
    """Run the command line."""
    # What a start loads stays: to look for garbage meanwhile takes a tenth of its time. The server turns it on again.
    gc.disable()
    if sys.argv[1:] == ["health"]:
        _say_when_up()
    from mockserver.process.cli import main as run

    run()


def _say_when_up() -> None:
    # A container asks for ever: a good answer does not need the command line. Why there is none, that one tells.
    from mockserver.process.health import is_up, url_by_environment

    url = url_by_environment()
    if url is not None and is_up(url, wait=0):
        print(f"ok {url}")  # noqa: T201 - the answer
        sys.exit()


if __name__ == "__main__":
    main()
