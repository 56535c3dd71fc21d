"""What customers attach is seen through the desk, by those who may read it, as what it is."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from app.accounts.models import Desk
from app.channels.models import Channel
from app.factory import create_app
from app.inbox import upkeep
from app.inbox.models import Blob, KeptMedia, Message
from app.jobs import topics
from tests.contract.instagram_pilot import InstagramPilot
from tests.functional import messaging
from tests.stand import Stand
from tests.web_page import Visitor, as_member

HOUR, DAY = 3600, 86400
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def sent(stand: Stand, kind: str = "image", **more: str) -> Message:
    """A customer's message with something attached, read by the desk."""
    channel = messaging.connect(stand)
    messaging.write(stand, "", attachment={"type": kind, **more})
    assert stand.read(channel)
    return messaging.last(stand)


def visitor(stand: Stand, name: str = "Ben") -> Visitor:
    return as_member(create_app(stand.running), stand, name)


def fetch(stand: Stand, message: Message, place: int = 0, name: str = "Ben") -> TestResponse:
    return visitor(stand, name).client.get(f"/media/{message.id}/{place}")


def keep(stand: Stand) -> None:
    topics.keep_media(stand.running)


def kept(stand: Stand) -> tuple[int, int]:
    """How many contents, for how many attachments."""
    with stand.database.reading() as db:
        found = [db.scalar(select(func.count()).select_from(t)) or 0 for t in (Blob, KeptMedia)]
    return found[0], found[1]


def test_a_picture_stands_in_the_thread_and_opens(sqlite_stand: Stand) -> None:
    message = sent(sqlite_stand)

    page = visitor(sqlite_stand).get(f"/inbox/{message.conversation_id}")
    shown = fetch(sqlite_stand, message)

    (picture,) = page.all("img", src=f"/media/{message.id}/0")
    assert picture.attrib["alt"] == f"Picture from {messaging.NAME}"
    assert (shown.status_code, shown.mimetype) == (200, "image/png")
    assert shown.data.startswith(b"\x89PNG")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown.headers["Content-Disposition"].startswith("inline; ")


def test_what_is_no_picture_is_downloaded_whatever_it_says(sqlite_stand: Stand) -> None:
    message = sent(sqlite_stand, "file")

    plain = fetch(sqlite_stand, message)
    keep(sqlite_stand)
    with sqlite_stand.database.writing() as db:
        db.execute(update(Blob).values(content=SVG))
    hostile = fetch(sqlite_stand, message)

    for found in (plain, hostile):
        assert found.mimetype == "application/octet-stream"
        assert found.headers["Content-Disposition"] == (
            f'attachment; filename="facebook-{message.id}-1.bin"'
        )
    assert hostile.data == SVG


@pytest.mark.parametrize("name", ["Dan", "Mallory"])
def test_whoever_may_not_read_the_conversation_finds_nothing(
    name: str, sqlite_stand: Stand
) -> None:
    message = sent(sqlite_stand)

    refused = fetch(sqlite_stand, message, name=name)

    assert refused.status_code in (403, 404) and b"PNG" not in refused.data
    assert Visitor(create_app(sqlite_stand.running)).client.get(
        f"/media/{message.id}/0"
    ).status_code == 302  # fmt: skip


def test_only_what_there_is_can_be_asked_for(sqlite_stand: Stand) -> None:
    message = sent(sqlite_stand)

    assert fetch(sqlite_stand, message, place=1).status_code == 404
    assert visitor(sqlite_stand).client.get("/media/99999/0").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["http://169.254.169.254/latest/meta-data", "http://127.0.0.1:1/x", "https://fbcdn.net/x"],
)
def test_an_address_that_is_not_the_platform_s_is_never_asked(
    address: str, sqlite_stand: Stand
) -> None:
    message = sent(sqlite_stand, url=address)

    page = visitor(sqlite_stand).get(f"/media/{message.id}/0", status=404)

    assert "This is no longer available here. Open it on Facebook." in page.text


def test_an_address_that_ended_is_asked_for_afresh_and_remembered(sqlite_stand: Stand) -> None:
    message = sent(sqlite_stand)
    sqlite_stand.advance(2 * DAY)

    shown = fetch(sqlite_stand, message)

    assert shown.mimetype == "image/png"
    assert messaging.last(sqlite_stand).sources != message.sources


def test_it_is_kept_once_and_survives_the_platform(stand: Stand) -> None:
    message = sent(stand)

    keep(stand)
    keep(stand)
    with stand.database.writing() as db:
        db.execute(update(Message).values(sources=None))
        db.execute(update(Channel).values(external_id="0"))

    assert kept(stand) == (1, 1)
    assert fetch(stand, message).data.startswith(b"\x89PNG")
    assert not messaging.last(stand).is_media_due


def test_deleted_there_its_bytes_go_with_the_words(stand: Stand) -> None:
    message = sent(stand)
    keep(stand)
    with stand.database.writing() as db:
        db.get_one(Message, message.id).deleted_at = stand.now

    hidden = fetch(stand, message)
    with stand.database.writing() as db:
        upkeep.erase(db, stand.now + timedelta(hours=2))

    assert hidden.status_code == 404
    assert kept(stand) == (0, 0)
    assert messaging.last(stand).sources is None


def test_of_instagram_nothing_is_kept_nor_cached(
    sqlite_stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    pilot = InstagramPilot(sqlite_stand, monkeypatch)
    given = {"type": "image"}
    sqlite_stand.platform.post(
        "instagram/messages", account=pilot.account, username="ada", text="", attachment=given
    )
    sqlite_stand.read(pilot.channel)
    sqlite_stand.advance(2 * DAY)

    keep(sqlite_stand)
    shown = fetch(sqlite_stand, messaging.last(sqlite_stand))

    assert shown.mimetype == "image/png"
    assert shown.headers["Cache-Control"] == "no-store"
    assert kept(sqlite_stand) == (0, 0)


def test_the_oldest_gives_way_where_there_is_no_more_room(sqlite_stand: Stand) -> None:
    first = sent(sqlite_stand)
    keep(sqlite_stand)
    with sqlite_stand.database.writing() as db:
        db.execute(update(Blob).values(size=900_000_000))
        db.get_one(Desk, 1).media_megabytes = 900
    sqlite_stand.advance(HOUR)
    messaging.write(sqlite_stand, "", attachment={"type": "image"})
    sqlite_stand.read(1)

    keep(sqlite_stand)

    assert kept(sqlite_stand) == (1, 1)
    assert fetch(sqlite_stand, first).data.startswith(b"\x89PNG"), "it is fetched again"


def test_a_comment_s_picture_is_shown_too(sqlite_stand: Stand) -> None:
    channel = messaging.connect(sqlite_stand)
    post = sqlite_stand.post(messaging.PAGE)
    sqlite_stand.platform.post(
        "comments", on=post, name="Kaisa Virtanen", message="Rikki!", attachment={"type": "image"}
    )
    sqlite_stand.read(channel)
    sqlite_stand.advance(2 * DAY)

    shown = fetch(sqlite_stand, messaging.last(sqlite_stand))

    assert shown.mimetype == "image/png"
