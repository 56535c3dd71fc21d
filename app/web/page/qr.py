"""QR codes as one SVG path: attributes only, since the page allows no inline style."""

from dataclasses import dataclass

import segno

QUIET = 4
"""White modules around it, without which cameras do not find it."""


@dataclass(frozen=True)
class Qr:
    """A drawing of `size` by `size` modules, the quiet zone included."""

    size: int
    path: str

    @property
    def box(self) -> str:
        return f"{-QUIET} {-QUIET} {self.size} {self.size}"


def draw(text: str) -> Qr:
    """The code for a text."""
    matrix = list(segno.make(text, error="m", micro=False).matrix)
    path = "".join(_row(y, [bool(dark) for dark in row]) for y, row in enumerate(matrix))
    return Qr(len(matrix) + 2 * QUIET, path)


def _row(y: int, row: list[bool]) -> str:
    """Neighbours in a row are drawn as one bar."""
    bars, x = [], 0
    while x < len(row):
        width = 0
        while x + width < len(row) and row[x + width]:
            width += 1
        if width:
            bars.append(f"M{x} {y}h{width}v1h-{width}z")
        x += width or 1
    return "".join(bars)
