"""QR codes as pictures."""

import io

QUIET_ZONE = 4
"""Modules of white around the code (ISO/IEC 18004)."""


def svg(content: str) -> bytes:
    """The code as an SVG."""
    import segno

    out = io.BytesIO()
    segno.make(content, micro=False).save(out, kind="svg", border=QUIET_ZONE, scale=8)
    return out.getvalue()


def png(content: str, size: int) -> bytes:
    """The code as a PNG of exactly ``size`` by ``size`` pixels: whole modules, centred on white."""
    import png as pypng
    import segno

    matrix = [list(row) for row in segno.make(content, micro=False).matrix]
    scale = max(1, size // (len(matrix) + 2 * QUIET_ZONE))
    margin = (size - scale * len(matrix)) // 2
    white = [1] * size
    rows = [white] * margin
    for modules in matrix:
        dark = [0 if module else 1 for module in modules for _ in range(scale)]
        row = [1] * margin + dark
        rows += [(row + [1] * (size - len(row)))[:size]] * scale
    rows = (rows + [white] * (size - len(rows)))[:size]
    out = io.BytesIO()
    pypng.Writer(size, size, greyscale=True, bitdepth=1).write(out, rows)
    return out.getvalue()
