"""What some bytes are, by themselves: nobody's word for it is believed."""

import struct
from collections.abc import Callable
from dataclasses import dataclass

MOST_PIXELS = 64_000_000
"""More than any camera of a customer's makes; a small file may unfold to it all the same."""
_PNG, _SOS = b"\x89PNG\r\n\x1a\n", 0xDA
_OTHERS = (
    (0, b"%PDF-", "application/pdf", "pdf"),
    (0, b"OggS", "audio/ogg", "ogg"),
    (0, b"ID3", "audio/mpeg", "mp3"),
    (0, b"\xff\xfb", "audio/mpeg", "mp3"),
    (4, b"ftypM4A", "audio/mp4", "m4a"),
    (4, b"ftyp", "video/mp4", "mp4"),
    (8, b"WAVE", "audio/wav", "wav"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm", "webm"),
)


@dataclass(frozen=True)
class Nature:
    """Its type, and the ending of a name for it."""

    mime: str
    ending: str
    is_picture: bool = False


UNKNOWN = Nature("application/octet-stream", "bin")


def nature(content: bytes) -> Nature:
    """A picture only if it tells a size that a browser can show; SVG and HTML are never one."""
    for mime, ending, read in (
        ("image/png", "png", _png),
        ("image/jpeg", "jpg", _jpeg),
        ("image/gif", "gif", _gif),
        ("image/webp", "webp", _webp),
    ):
        width, height = _side_lengths(read, content)
        if width and height:
            is_shown = width * height <= MOST_PIXELS
            return Nature(mime, ending, is_picture=True) if is_shown else UNKNOWN
    for at, mark, mime, ending in _OTHERS:
        if content[at : at + len(mark)] == mark:
            return Nature(mime, ending)
    return UNKNOWN


def _side_lengths(read: Callable[[bytes], tuple[int, int]], content: bytes) -> tuple[int, int]:
    try:
        return read(content)
    except (struct.error, IndexError):
        return 0, 0


def _png(content: bytes) -> tuple[int, int]:
    if content[:8] != _PNG or content[12:16] != b"IHDR":
        return 0, 0
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _gif(content: bytes) -> tuple[int, int]:
    if content[:6] not in (b"GIF87a", b"GIF89a"):
        return 0, 0
    width, height = struct.unpack("<HH", content[6:10])
    return width, height


def _jpeg(content: bytes) -> tuple[int, int]:
    """The sizes stand in the frame's header, behind any number of other parts."""
    if content[:3] != b"\xff\xd8\xff":
        return 0, 0
    at = 2
    while content[at] == 0xFF and content[at + 1] != _SOS:
        kind = content[at + 1]
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + struct.unpack(">H", content[at + 2 : at + 4])[0]
    return 0, 0


def _webp(content: bytes) -> tuple[int, int]:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return 0, 0
    if content[12:16] == b"VP8X":
        width = struct.unpack("<I", content[24:27] + b"\0")[0]
        height = struct.unpack("<I", content[27:30] + b"\0")[0]
        return width + 1, height + 1
    if content[12:16] == b"VP8L":
        bits = struct.unpack("<I", content[21:25])[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack("<HH", content[26:30])
    return width & 0x3FFF, height & 0x3FFF
