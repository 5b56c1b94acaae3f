"""Writes the collections in docs/: ``python -m tools.collections``."""

import shutil

from tools.collections.writing import BRUNO, DOCS, files


def main() -> None:
    """Write all files, and leave none of those that were written before."""
    shutil.rmtree(BRUNO, ignore_errors=True)
    for name, content in files().items():
        path = DOCS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")


if __name__ == "__main__":
    main()
