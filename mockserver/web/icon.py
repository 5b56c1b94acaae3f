"""The icon of all pages, drawn when it is first asked for: a coin that goes into a slot, in the emulator's yellow."""

import struct
import zlib
from functools import cache

SIDE = 32
"""Pixels."""
_FINE = 4
"""Points per pixel and direction, for smooth edges."""
_YELLOW = (0xFF, 0xD5, 0x4D)
_INK = (0x2B, 0x23, 0x00)


def _is_tile(x: float, y: float) -> bool:
    radius, far = 7, SIDE - 7
    across, down = max(radius - x, 0, x - far), max(radius - y, 0, y - far)
    return across**2 + down**2 <= radius**2


def _is_ink(x: float, y: float) -> bool:
    if 22 <= y <= 25:
        return 5 <= x <= 27
    from_centre = ((x - 16) ** 2 + (y - 16) ** 2) ** 0.5
    return y < 20 and (7 <= from_centre <= 10 or from_centre <= 3)


def _pixel(column: int, row: int) -> bytes:
    points = [(column + (i + 0.5) / _FINE, row + (j + 0.5) / _FINE) for i in range(_FINE) for j in range(_FINE)]
    tile = [point for point in points if _is_tile(*point)]
    if not tile:
        return bytes(4)
    ink = sum(_is_ink(*point) for point in tile) / len(tile)
    colour = [round(dark * ink + light * (1 - ink)) for dark, light in zip(_INK, _YELLOW, strict=True)]
    return bytes((*colour, round(255 * len(tile) / len(points))))


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"".join(_pixel(column, row) for column in range(SIDE)) for row in range(SIDE))
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


@cache
def ico() -> bytes:
    """The icon as an ICO file with one PNG in it."""
    png = _png()
    entry = struct.pack("<BBBBHHII", SIDE, SIDE, 0, 0, 1, 32, len(png), 6 + 16)
    return struct.pack("<HHH", 0, 1, 1) + entry + png
