"""What a browser has to load before the first page: script and style, compressed, fonts aside."""

import gzip
from collections.abc import Iterator
from pathlib import Path

from tools.benches.measure import Measure

STATIC = Path(__file__).resolve().parents[2] / "static"


def sizes(_folder: Path) -> Iterator[Measure]:
    files = [p for p in STATIC.rglob("*") if p.suffix in (".js", ".css", ".svg")]
    total = sum(len(gzip.compress(p.read_bytes())) for p in files) / 1000
    yield Measure("script and style of a page, kB compressed", total, 120.0)
