"""Publishing takes two steps: a container that fetches the picture, then its publication."""

import sqlite3

from app.practice import ids, pages
from app.practice.errors import GraphError, bad_parameter, not_found
from app.practice.instagram import media
from app.practice.times import DAY

KINDS = {"": "FEED", "IMAGE": "FEED", "CAROUSEL": "FEED", "REELS": "REELS", "STORIES": "STORY"}
A_DAY = 100
CAPTION = 2200


def container(
    db: sqlite3.Connection, now: int, ig_id: str, media_type: str, caption: str, url: str
) -> str:
    """There is no text-only post; the picture is fetched from a public address."""
    if media_type not in KINDS:
        raise bad_parameter("Param media_type must be one of " + ", ".join(filter(None, KINDS)))
    if not url:
        raise bad_parameter("The parameter image_url is required", 2207003)
    if not url.startswith(("http://", "https://")):
        raise GraphError(
            9004, "(#9004) The media could not be fetched from this URI", subcode=2207052
        )
    if len(caption) > CAPTION:
        raise bad_parameter("The caption was too long", 2207010)
    found = "180" + ids.fresh()[:14]
    db.execute(
        "INSERT INTO containers (id, ig_id, kind, caption, url, created) VALUES (?,?,?,?,?,?)",
        (found, ig_id, KINDS[media_type], caption, url, now),
    )
    return found


def publish(db: sqlite3.Connection, now: int, ig_id: str, container_id: str) -> sqlite3.Row:
    """Once; a container lives for a day."""
    row = get(db, container_id)
    if row is None or row["ig_id"] != ig_id:
        raise not_found(container_id, "post")
    if row["media_id"]:
        raise GraphError(9007, "(#9007) The media was published already", subcode=2207027)
    if now - row["created"] > DAY:
        raise GraphError(100, "(#100) The container has expired", subcode=2207008)
    if used(db, now, ig_id) >= A_DAY:
        raise GraphError(9, "(#9) Application request limit reached", subcode=2207042, status=403)
    made = media.add(db, now, ig_id, row["caption"], kind=row["kind"], url=row["url"])
    db.execute("UPDATE containers SET media_id = ? WHERE id = ?", (made["id"], container_id))
    pages.log(db, now, ig_id, "ig_publish", container_id, made["id"], row["caption"])
    return made


def get(db: sqlite3.Connection, container_id: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM containers WHERE id = ?", (container_id,)
    ).fetchone()
    return row


def used(db: sqlite3.Connection, now: int, ig_id: str) -> int:
    """Published in the last 24 hours."""
    found = db.execute(
        "SELECT count(*) FROM containers WHERE ig_id = ? AND media_id IS NOT NULL AND created > ?",
        (ig_id, now - DAY),
    ).fetchone()
    return int(found[0])


def status(row: sqlite3.Row, now: int) -> str:
    if row["media_id"]:
        return "PUBLISHED"
    return "EXPIRED" if now - row["created"] > DAY else "FINISHED"
