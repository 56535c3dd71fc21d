"""What bytes are, by themselves."""

import struct

import pytest

from app.foundation.sniffing import UNKNOWN, nature
from app.practice.files import picture

PNG = picture("1")
BOMB = PNG[:16] + struct.pack(">II", 60_000, 60_000) + PNG[24:]
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 480, 640) + b"\1" * 9
WEBP = b"RIFF\0\0\0\0WEBP"


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (b"GIF89a" + struct.pack("<HH", 10, 10), "image/gif"),
        (WEBP + b"VP8X" + b"\0" * 8 + b"\x09\0\0\x09\0\0", "image/webp"),
        (WEBP + b"VP8L" + b"\0\0\0\0\x2f" + struct.pack("<I", 99), "image/webp"),
        (WEBP + b"VP8 " + b"\0" * 10 + struct.pack("<HH", 10, 10), "image/webp"),
        (b"\0\0\0\x18ftypmp42", "video/mp4"),
        (b"\0\0\0\x18ftypM4A ", "audio/mp4"),
        (b"%PDF-1.7", "application/pdf"),
    ],
)
def test_a_type_is_known_by_its_beginning(content: bytes, mime: str) -> None:
    assert nature(content).mime == mime
    assert nature(content).is_picture == mime.startswith("image/")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        PNG[:20],
        JPEG[:8],
        b"\xff\xd8\xff\xe0\xff\xff",
        b"GIF89a",
        WEBP + b"VP8X",
        BOMB,
    ],
)
def test_everything_else_is_only_bytes(content: bytes) -> None:
    assert nature(content) is UNKNOWN
