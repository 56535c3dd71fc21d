"""Pictures and files of the platform: kept here, handed out at addresses that end.

An address carries its end (`oe`) and a mark made with the file's own key (`oh`), so it works for
whoever has it, as on the real platform, and for a day of practice time.
"""

import hashlib
import hmac
import json
import secrets
import sqlite3
import struct
import zlib
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, has_request_context, request
from werkzeug.utils import secure_filename

from app.practice import ids
from app.practice.platform import current
from app.practice.times import DAY

LASTS = DAY
SIDE = 96
Attachment = dict[str, Any]
MIMES = {"image": "image/png", "video": "video/mp4", "audio": "audio/mp4", "file": "text/plain"}
NAMES = {"image": "picture.png", "video": "film.mp4", "audio": "sound.m4a", "file": "note.txt"}
_MP4 = bytes.fromhex("00000018667479706d703432000000006d70343269736f6d")
files = Blueprint("files", __name__)


def keep(db: sqlite3.Connection, now: int, page_id: str, mime: str, name: str, data: bytes) -> str:
    """The new file's id."""
    found = ids.fresh()
    db.execute(
        "INSERT INTO files (id, page_id, mime, name, content, key, created) VALUES (?,?,?,?,?,?,?)",
        (
            found,
            page_id,
            mime[:100],
            secure_filename(name) or "file",
            data,
            secrets.token_hex(16),
            now,
        ),
    )
    return found


def sample(db: sqlite3.Connection, now: int, page_id: str, kind: str) -> Attachment:
    """A small real picture (or a stand-in for a film, a sound, a file), as an attachment."""
    plain = kind if kind in MIMES else "image"
    made = {"image": picture(ids.fresh()), "file": b"From the practice platform.\n"}
    found = keep(db, now, page_id, MIMES[plain], NAMES[plain], made.get(plain, _MP4))
    return {"type": kind, "file": found}


def picture(seed: str) -> bytes:
    """A PNG of one colour with a lighter square in its middle."""
    red, green, blue = hashlib.sha256(seed.encode()).digest()[:3]
    dark, light = bytes((red // 2, green // 2, blue // 2)), bytes((red | 128, green | 128, 200))
    third = SIDE // 3
    edge, middle = dark * SIDE, dark * third + light * third + dark * third
    rows = b"".join(b"\0" + (middle if third <= y < 2 * third else edge) for y in range(SIDE))
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def get(db: sqlite3.Connection, file_id: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute("SELECT * FROM files WHERE id = ?", (file_id,)).fetchone()
    return row


def every(kept: str | None) -> list[Attachment]:
    """What a row's `attachment` holds: nothing, one, or several."""
    found = json.loads(kept) if kept else []
    return found if isinstance(found, list) else [found]


def link(db: sqlite3.Connection, now: int, attachment: Mapping[str, Any]) -> str | None:
    """Where the attachment can be fetched from now on; None for one that has no address."""
    if "file" not in attachment:
        return attachment.get("url")
    row = get(db, str(attachment["file"]))
    return _address(row, now + LASTS) if row is not None else None


def first_link(db: sqlite3.Connection, now: int, kept: str | None) -> str | None:
    found = every(kept)
    return link(db, now, found[0]) if found else None


@files.get("/practice/files/<file_id>/<name>")
def fetch(file_id: str, name: str) -> Response:
    """403 when the address has ended or was changed, as a content network says it."""
    end, platform = request.args.get("oe", ""), current()
    with platform.store.reading() as db:
        row = get(db, file_id)
    if row is None:
        abort(404)
    is_right = hmac.compare_digest(_mark(row, end).encode(), request.args.get("oh", "").encode())
    if not is_right or int(end, 16) < platform.now():
        abort(403, "URL signature expired")
    return Response(row["content"], content_type=row["mime"])


def _address(row: sqlite3.Row, end: int) -> str:
    base = request.host_url if has_request_context() else "http://127.0.0.1:8001/"
    oe = f"{end:x}"
    return f"{base}practice/files/{row['id']}/{row['name']}?oe={oe}&oh={_mark(row, oe)}"


def _mark(row: sqlite3.Row, end: str) -> str:
    return hmac.new(row["key"].encode(), end.encode(), hashlib.sha256).hexdigest()[:32]


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
