"""QR codes as pictures: pure computing, so pages have it done in a thread, and once for each picture."""

import io
from functools import lru_cache

QUIET_ZONE = 4
"""Modules of white around the code (ISO/IEC 18004)."""
_KEPT = 64
"""Pictures; the largest has some 20 KB."""


@lru_cache(maxsize=_KEPT)
def svg(content: str) -> bytes:
    """The code as an SVG."""
    import segno

    out = io.BytesIO()
    segno.make(content, micro=False).save(out, kind="svg", border=QUIET_ZONE, scale=8)
    return out.getvalue()


@lru_cache(maxsize=_KEPT)
def png(content: str, size: int) -> bytes:
    """The code as a PNG of exactly ``size`` by ``size`` pixels: whole modules, centred on white."""
    import png as pypng
    import segno

    matrix = [list(row) for row in segno.make(content, micro=False).matrix]
    scale = max(1, size // (len(matrix) + 2 * QUIET_ZONE))
    margin = (size - scale * len(matrix)) // 2
    white = _packed("", size, margin)
    rows = [white] * margin
    for modules in matrix:
        rows += [_packed("".join(("1", "0")[bool(module)] * scale for module in modules), size, margin)] * scale
    rows = (rows + [white] * (size - len(rows)))[:size]
    out = io.BytesIO()
    pypng.Writer(size, size, greyscale=True, bitdepth=1).write_packed(out, rows)
    return out.getvalue()


def _packed(pixels: str, size: int, margin: int) -> bytes:
    """A row of pixels behind a margin of white, eight in a byte: a picture is made of few different ones."""
    row = ("1" * margin + pixels).ljust(size, "1")[:size]
    width = (size + 7) // 8
    return int(row.ljust(8 * width, "0"), 2).to_bytes(width, "big")
