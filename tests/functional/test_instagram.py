"""What is Instagram's own: mentions that are only named, tags, stories, deletions nobody tells of."""

import json
from typing import Any

import pytest

from app.channels.adapter import Acts, Outgoing
from app.channels.errors import Permanent
from app.channels.items import UnknownItem
from app.channels.models import Act, Channel, Kind, Platform
from app.cli import story
from app.credentials.tokens import secret
from app.foundation.errors import Invalid
from app.inbox.models import Contact, Conversation, Message, Post
from app.jobs import topics
from tests.contract.instagram_pilot import InstagramPilot
from tests.functional.test_answering import approve, draft
from tests.functional.test_unknown_outcomes import settle
from tests.stand import Stand
from tests.unit.channels.unpacking import pushed

HOUR = 3600


@pytest.fixture
def pilot(sqlite_stand: Stand, monkeypatch: pytest.MonkeyPatch) -> InstagramPilot:
    return InstagramPilot(sqlite_stand, monkeypatch)


def post(pilot: InstagramPilot, way: str, **body: Any) -> dict[str, Any]:
    found: dict[str, Any] = pilot.stand.platform.post(f"instagram/{pilot.account}/{way}", **body)
    return found


def only(pilot: InstagramPilot) -> tuple[Message, Post | None, str]:
    """The one thing that has come in, the post it is about, and who wrote it."""
    with pilot.stand.database.reading() as db:
        found = db.query(Message, Post, Contact.name).join(Conversation, Message.conversation)
        found = found.outerjoin(Post, Conversation.post).outerjoin(Contact, Message.contact)
        message, about, name = found.one()
        return message, about, name or ""


def read(pilot: InstagramPilot) -> None:
    assert pilot.stand.read(pilot.channel)


# Mentions


@pytest.mark.parametrize("comment", ["Kysy vaikka @testikauppa", None], ids=["comment", "caption"])
def test_a_mention_comes_in_at_once_and_its_words_with_the_next_reading(
    pilot: InstagramPilot, comment: str | None
) -> None:
    words = {"caption": "Retki alkaa" if comment else "Kiitos @testikauppa!"}
    read(pilot)
    with pilot.pushing():
        made = post(
            pilot, "mentions", username="ada", **words, **({"comment": comment} if comment else {})
        )
        pilot.hear()
    bare, about, _ = only(pilot)
    assert (bare.external_id, bare.kind, bare.text) == (made["id"], Kind.MENTION, "")
    assert about is not None and (about.external_id, about.is_ours) == (made["media"], False)
    assert pilot.stand.conversations()[0].waiting_count == 1
    pilot.stand.advance(1)
    topics.polling(pilot.stand.running).run()

    found, about, name = only(pilot)

    assert (found.text, name) == (comment or words["caption"], "ada")
    assert about is not None and about.text == words["caption"]
    assert found.edited_at is None
    assert pilot.stand.conversations()[0].waiting_count == 1


def test_a_mention_taken_back_before_it_was_read_is_deleted_and_asked_for_no_more(
    pilot: InstagramPilot,
) -> None:
    with pilot.pushing():
        made = post(pilot, "mentions", username="ada", caption="Hei @testikauppa")
        pilot.hear()
    pilot.stand.platform.delete(f"instagram/media/{made['id']}")
    read(pilot)
    assert only(pilot)[0].deleted_at is None, "what is fresh may not be readable yet"
    pilot.stand.advance(HOUR + 60)

    read(pilot)

    assert only(pilot)[0].deleted_at is not None
    assert pilot.stand.conversations()[0].waiting_count == 0


@pytest.mark.parametrize("comment", ["Kysy vaikka @testikauppa", None], ids=["comment", "caption"])
def test_a_mention_is_answered_where_it_stands(pilot: InstagramPilot, comment: str | None) -> None:
    with pilot.pushing():
        body = {"caption": "Moi @testikauppa", **({"comment": comment} if comment else {})}
        made = post(pilot, "mentions", username="ada", **body)
        pilot.hear()
    read(pilot)
    sent = approve(pilot.stand, draft(pilot.stand, pilot.stand.conversations()[0].id, text="Kiva!"))
    pilot.stand.advance(11)

    pilot.stand.deliver()

    (write,) = pilot.stand.platform.get("writes")["writes"]
    assert (write["text"], write["target"]) == ("Kiva!", made["id"])
    assert [m.outbox_id for m in pilot.stand.messages() if m.is_ours] == [sent]


def test_an_answer_to_a_mention_without_an_answer_of_theirs_is_left_to_a_person(
    pilot: InstagramPilot,
) -> None:
    """Nothing shows us our own words elsewhere: sending again would be a guess."""
    with pilot.pushing():
        post(pilot, "mentions", username="ada", caption="Moi @testikauppa")
        pilot.hear()
    read(pilot)
    sent = approve(pilot.stand, draft(pilot.stand, pilot.stand.conversations()[0].id, text="Kiva!"))
    pilot.stand.advance(11)
    pilot.fault(kind="timeout_after", seconds=0, method="write", count=1)
    pilot.stand.deliver()

    assert settle(pilot.stand, sent).state.value == "needs_person"
    assert pilot.written() == ["Kiva!"]


# Tags and stories


def test_a_picture_with_our_tag_comes_in_by_reading(pilot: InstagramPilot) -> None:
    made = post(pilot, "tags", username="cleo", caption="Uusi rinkka")

    read(pilot)

    found, about, _ = only(pilot)
    assert (found.external_id, found.kind, found.text) == (made["id"], Kind.TAG, "Uusi rinkka")
    assert about is not None and not about.is_ours
    assert found.abilities == ""


@pytest.mark.parametrize("is_pushed", [True, False])
@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"text": "Upea!", "story": {"id": "1", "url": "https://example.com/s"}}, Kind.STORY_REPLY),
        ({"text": "", "story_mention": True}, Kind.STORY_MENTION),
    ],
)
def test_stories_are_told_apart_and_never_kept(
    pilot: InstagramPilot, given: dict[str, Any], kind: Kind, is_pushed: bool
) -> None:
    with pilot.pushing():
        if not is_pushed:
            pilot.fault(kind="webhooks_off")
        pilot.stand.platform.post(
            "instagram/messages", account=pilot.account, username="ada", **given
        )
        pilot.hear()
    read(pilot)

    found, _, name = only(pilot)
    assert (found.kind, found.text, name) == (kind, given["text"], "ada")
    assert "http" not in found.attachments
    assert (found.attachments == "[]") == (kind is Kind.STORY_REPLY)


@pytest.mark.parametrize("field", ["live_comments", "story_insights", "x"])
def test_what_is_not_shown_here_is_known_as_that(field: str) -> None:
    value = {"id": "1", "text": "Hei", "media": {"id": "2"}}
    body = {
        "object": "instagram",
        "entry": [{"id": "9", "changes": [{"field": field, "value": value}]}],
    }

    found = pushed(json.dumps(body).encode())

    assert found.items == (("9", UnknownItem(field)),)
    assert found.platform is Platform.INSTAGRAM


# Sweeping


def test_what_is_young_is_not_taken_for_deleted(pilot: InstagramPilot) -> None:
    comment = pilot.comment(pilot.post(), "Hei", "ada")
    read(pilot)
    pilot.delete(comment)
    for wait, is_gone in ((1800, False), (7200, True)):
        pilot.stand.advance(wait)
        read(pilot)
        with pilot.stand.database.writing() as db:
            db.get_one(Channel, pilot.channel).cursor = ""
        read(pilot)

        assert (only(pilot)[0].deleted_at is not None) == is_gone


def test_a_private_message_that_was_changed_is_seen_by_reading(pilot: InstagramPilot) -> None:
    written = pilot.write("ada", "Onko koko M?")
    read(pilot)
    pilot.stand.platform.post(f"messages/{written}/edit", text="Onko koko L?")
    pilot.stand.advance(60)

    read(pilot)

    assert (only(pilot)[0].text, only(pilot)[0].edited_at is not None) == ("Onko koko L?", True)


# Rights and connecting


def test_what_can_be_done_with_a_comment_is_known(pilot: InstagramPilot) -> None:
    top = pilot.comment(pilot.post(), "Hei", "ada")
    pilot.stand.platform.post(f"instagram/comments/{top}/hide")
    pilot.comment(top, "Hei Ada!")

    read(pilot)

    found = {m.is_ours: set((m.abilities or "").split(",")) for m in pilot.stand.messages()}
    acts = {Act.REPLY, Act.HIDE, Act.UNHIDE, Act.DELETE, Act.PRIVATE_REPLY}
    assert found == {False: {a.value for a in acts}, True: {"reply", "delete"}}
    hidden = {m.is_ours: m.hidden_at is not None for m in pilot.stand.messages()}
    assert hidden == {False: True, True: False}


def test_a_comment_is_hidden_shown_again_and_deleted(pilot: InstagramPilot) -> None:
    comment, adapter = pilot.comment(pilot.post(), "Osta kelloja", "kello.shop"), pilot.adapter()
    assert isinstance(adapter, Acts)

    seen = []
    for act in (Act.HIDE, Act.UNHIDE, Act.DELETE, Act.DELETE):
        adapter.act(act, comment)
        shown = adapter.look(comment)
        seen.append((shown.is_there, shown.is_hidden))

    assert seen == [(True, True), (True, False), (False, None), (False, None)]
    with pytest.raises(Permanent):
        adapter.act(Act.LIKE, comment)


def test_what_names_us_elsewhere_is_there_although_its_id_leads_nowhere(
    pilot: InstagramPilot,
) -> None:
    made = post(pilot, "mentions", username="ada", caption="Moi", comment="Kysy @testikauppa")
    adapter = pilot.adapter()
    assert isinstance(adapter, Acts)

    assert adapter.look(made["id"]).abilities == frozenset({Act.REPLY})


def test_the_page_s_own_list_of_what_it_tells_stays_as_it_is(pilot: InstagramPilot) -> None:
    def fields() -> list[str]:
        pages = pilot.stand.platform.get("state")["pages"]
        return list(next(p["subscribed_fields"] for p in pages if p["id"] == "900"))

    alone = fields()
    pilot.stand.connect("900")
    whole = fields()
    story.connect_instagram(pilot.stand.running, pilot.stand.platform, pilot.account)

    assert alone == ["messaging_policy_enforcement"]
    assert "feed" in whole
    assert fields() == whole


def test_a_setting_of_the_owner_s_is_named_and_stops_nothing_else(pilot: InstagramPilot) -> None:
    pilot.comment(pilot.post(), "Hei", "ada")
    pilot.write("ada", "Hei")
    post(pilot, "settings", messages_allowed=False)
    story.connect_instagram(pilot.stand.running, pilot.stand.platform, pilot.account)

    read(pilot)

    assert pilot.stand.channel(pilot.channel).missing == ["instagram_message_access"]
    assert [m.text for m in pilot.stand.messages()] == ["Hei"]
    with pytest.raises(Permanent) as refused:
        pilot.adapter().send(
            Outgoing("message", pilot.target("ada"), "x", last_customer_at=pilot.stand.now)
        )
    assert refused.value.kind == "owner-setting"


@pytest.mark.parametrize(
    ("account", "words"),
    [("17841000000000000", "belongs to another"), (None, "no Instagram account")],
)
def test_the_wrong_account_is_refused_by_name(
    pilot: InstagramPilot, account: str | None, words: str
) -> None:
    page = pilot.stand.page("901", "Toinen")
    tokens = {p["id"]: p["token"] for p in pilot.stand.platform.get("state")["pages"]}
    token = secret(tokens["900" if account else page])

    with pytest.raises(Invalid) as refused:
        topics.connections(pilot.stand.running).check(
            Platform.INSTAGRAM, account or pilot.account, token
        )

    assert words in str(refused.value.reason)


# Lengths


@pytest.mark.parametrize("text", ["ä" * 501, "x" * 1001])
def test_a_private_answer_is_counted_in_bytes(pilot: InstagramPilot, text: str) -> None:
    pilot.write("ada", "Hei")
    read(pilot)
    conversation = pilot.stand.conversations()[0].id

    with pytest.raises(Invalid, match=r"1000 bytes.*100[12]"):
        draft(pilot.stand, conversation, text=text)
    assert draft(pilot.stand, conversation, text="ä" * 500)


# The practice story


def test_the_practice_desk_begins_with_the_shop_on_facebook_and_instagram(
    sqlite_stand: Stand,
) -> None:
    for _ in range(2):
        story.prepare(sqlite_stand.running, sqlite_stand.running.platforms.graph_url)

    with sqlite_stand.database.reading() as db:
        found = [(c.platform, c.name) for c in db.query(Channel).order_by(Channel.id)]
        waiting = (
            db.query(Conversation).filter_by(channel_id=2).filter(Conversation.due_at.is_not(None))
        )
        assert waiting.count() == 6
    assert found == [
        (Platform.FACEBOOK, "Riekko & Rinne"),
        (Platform.INSTAGRAM, "riekkojarinne"),
    ]
