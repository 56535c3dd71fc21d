"""Facebook takes our token no more; meanwhile customers go on writing. Nothing of it is lost."""

from sqlalchemy import select

from app.channels import gaps
from app.channels.models import ChannelState
from app.inbox.models import Message
from tests.stand import Stand

COMMENTS, MESSAGES = 50, 20


def write_on(stand: Stand, page: str, post: str) -> list[str]:
    """What customers write while we cannot see it; the ids in order."""
    ids = []
    for number in range(COMMENTS):
        stand.advance(20)
        ids.append(stand.comment(post, f"Asiakas {number % 7}", f"Kysymys {number}"))
    for number in range(MESSAGES):
        stand.advance(20)
        talk = {"page": page, "name": f"Viestijä {number % 3}", "text": f"Viesti {number}"}
        ids.append(stand.platform.post("messages", **talk)["id"])
    return ids


def test_all_that_was_written_meanwhile_is_there_once_and_the_gap_is_in_the_ledger(
    stand: Stand,
) -> None:
    page = stand.page()
    post = stand.post(page)
    channel_id = stand.connect(page)
    stand.comment(post, "Kaisa Virtanen", "Ennen katkosta")
    assert stand.read(channel_id)
    stand.platform.post("faults", kind="webhooks_off")
    stand.platform.post("faults", kind="token", subcode=460)

    assert not stand.read(channel_id)
    written = write_on(stand, page, post)
    assert stand.channel(channel_id).state is ChannelState.FROZEN
    assert len(stand.messages()) == 1
    stand.platform.delete("faults")
    assert stand.connect(page) == channel_id
    assert stand.read(channel_id)
    stand.advance(300)
    assert stand.read(channel_id), "and again"
    stand.take_in()

    with stand.database.reading() as db:
        found = list(db.scalars(select(Message).order_by(Message.sent_at, Message.id)))
        (gap,) = gaps.newest(db, channel_id)
    assert [m.external_id for m in found[1:]] == written
    assert (gap.reason, gap.recovered) == ("token 190.460", COMMENTS + MESSAGES)
    assert gap.ended_at is not None
    assert gap.began_at <= found[1].sent_at < found[-1].sent_at <= gap.ended_at
    assert stand.platform.get("writes")["writes"] == [], "and nobody was answered by it"
