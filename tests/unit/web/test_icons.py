"""The icons that a phone puts on its home screen."""

import json
import struct
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[3] / "static"
MANIFEST = json.loads((STATIC / "manifest.webmanifest").read_text())
PICTURES = [i for i in MANIFEST["icons"] if i["type"] == "image/png"]


def header(name: str) -> tuple[int, int, int]:
    """Width, height and kind of colour (2: no transparency) of a PNG."""
    data = (STATIC / name).read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, _, colour = struct.unpack(">IIBB", data[16:26])
    return width, height, colour


@pytest.mark.parametrize("icon", PICTURES, ids=lambda icon: icon["src"])
def test_each_picture_has_the_size_that_the_manifest_says(icon: dict[str, str]) -> None:
    width, height, _ = header(icon["src"])

    assert f"{width}x{height}" == icon["sizes"]


def test_both_kinds_are_there_in_the_sizes_that_phones_ask_for() -> None:
    found = {(i["sizes"], i["purpose"]) for i in PICTURES}

    assert found == {(s, p) for s in ("192x192", "512x512") for p in ("any", "maskable")}


def test_an_iphone_gets_its_own_without_transparency() -> None:
    assert header("apple-touch-icon.png") == (180, 180, 2)
    assert "apple-touch-icon.png" in (STATIC.parent / "templates/components/head.html").read_text()
