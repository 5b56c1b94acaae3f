"""Writes all files of clients/ that are made."""

from tools.clients.writing import CLIENTS, files


def main() -> None:
    """Write them, and say so."""
    for name, content in files().items():
        path = CLIENTS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
        print(path)


if __name__ == "__main__":
    main()
