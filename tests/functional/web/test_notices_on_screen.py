"""One's own list of notices, what each opens, how one is told, and the live count."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.factory import create_app
from app.inbox import conversations
from app.notices import notices
from app.notices.models import Kind, MailState, Notice
from app.notices.notices import About
from tests import web_stand
from tests.stand import Stand
from tests.web_page import Page, Visitor, as_member

Visit = Callable[[str], Visitor]


def about(told: Stand, name: str = "Olli Niemi") -> str:
    return f"/inbox/{web_stand.conversation_of(told, name)}"


def listed(page: Page) -> list[str]:
    """The lines of the list."""
    return [
        " ".join("".join(li.itertext()).split()) for li in page.one("div", id="notices").iter("li")
    ]


def count(page: Page) -> str:
    return "".join(page.one("span", id="n-rail-notices").itertext()).strip()


def tell(told: Stand, kind: Kind, ref: str, who: str, name: str = "Olli Niemi") -> None:
    conversation = next(
        c for c in told.conversations() if c.id == web_stand.conversation_of(told, name)
    )
    with told.database.writing() as db:
        notices.tell(
            db,
            [told.actor(who).member_id or 0],
            kind,
            About(ref, conversation.channel_id, conversation.id),
            told.now,
        )


def test_a_draft_that_waits_opens_its_card(visit: Visit, told: Stand) -> None:
    web_stand.submit(told, "Olli Niemi", "Ben")
    ada = visit("Ada")

    page = ada.get("/notices")
    assert listed(page)[0].startswith("Ben asks for your approval. NewOlli Niemi,")
    assert count(page) == "1 unread"
    link = page.one("div", id="notices").find(".//a")
    assert link is not None
    card = ada.get(link.attrib["href"])

    assert "Goes out exactly like this" in card.text
    assert "New" not in listed(ada.get("/notices"))[0]
    assert "hidden" in ada.get("/notices").one("span", id="n-rail-notices").attrib


def test_one_that_was_decided_meanwhile_opens_the_conversation(visit: Visit, told: Stand) -> None:
    tell(told, Kind.DRAFT_WAITS, "draft:99", "Ada")
    ada = visit("Ada")

    page = ada.get("/notices/1")

    assert page.one("h1").text == "Olli Niemi"


@pytest.mark.parametrize(
    ("kind", "ref", "anchor"),
    [
        (Kind.MENTIONED, "note:7", "#note-7"),
        (Kind.REPLY_TROUBLE, "outbox:3", "#trouble-3"),
        (Kind.ASSIGNED, "conversation:1", ""),
        (Kind.DRAFT_RETURNED, "draft:1", ""),
    ],
)
def test_each_opens_just_what_it_is_about(
    visit: Visit, told: Stand, kind: Kind, ref: str, anchor: str
) -> None:
    tell(told, kind, ref, "Ben")
    ben = visit("Ben")

    answer = ben.client.get("/notices/1")

    assert answer.headers["Location"] == about(told) + anchor


def test_a_mention_is_told_and_the_writer_hears_who_was(visit: Visit, told: Stand) -> None:
    page = visit("Ben").post(f"{about(told)}/note", text="@Sam ja @Dan katsokaa @Ben")

    assert "Told: Sam Sender" in page.text
    assert "Not told, since this channel is not open to them: Dan Dahl" in page.text
    assert listed(visit("Sam").get("/notices"))[0].startswith("Ben mentioned you in a note.")
    assert listed(visit("Dan").get("/notices")) == []


def test_names_that_can_be_mentioned_stand_beside_the_note(visit: Visit, told: Stand) -> None:
    page = visit("Ben").post(f"{about(told)}/composer", mode="note", was="reply", text="")

    names = [b.attrib["data-mention"] for b in page.all("button") if "data-mention" in b.attrib]
    assert {"Ada", "Cleo", "Sam", "Vera"} <= set(names)
    assert not {"Ben", "Dan", "Mallory"} & set(names)


def test_all_are_marked_as_read_by_one_press(visit: Visit, told: Stand) -> None:
    for number in range(3):
        tell(told, Kind.MENTIONED, f"note:{number}", "Ben")
    ben = visit("Ben")

    page = ben.post("/notices/read")

    assert len(listed(page)) == 3
    assert not any("New" in line for line in listed(page))


def test_ten_at_once_are_one_line_that_opens_their_place(visit: Visit, told: Stand) -> None:
    for number in range(10):
        tell(told, Kind.DRAFT_WAITS, f"draft:{number}", "Ada")
    ada = visit("Ada")

    page = ada.get("/notices")
    assert [line.split(" New")[0] for line in listed(page)] == [
        "10 answers wait for your approval."
    ]
    assert count(page) == "10 unread"
    link = page.one("div", id="notices").find(".//a")
    assert link is not None
    opened = ada.get(link.attrib["href"])

    assert "Nothing waits for you." in opened.text
    assert len(listed(ada.get("/notices"))) == 10


@pytest.mark.parametrize("kind", [k.value for k in Kind])
def test_every_kind_has_its_place(visit: Visit, told: Stand, kind: str) -> None:
    visit("Ada").get(f"/notices/all/{kind}")


def test_nobody_opens_anothers_notice_or_one_of_no_kind(visit: Visit, told: Stand) -> None:
    tell(told, Kind.MENTIONED, "note:1", "Ben")

    visit("Sam").get("/notices/1", status=404)
    visit("Sam").get("/notices/all/nonsense", status=404)
    visit("Sam").get(f"/notices/{2**70}", status=404)
    assert "New" in listed(visit("Ben").get("/notices"))[0]


def test_the_count_says_nothing_until_it_changes(visit: Visit, told: Stand) -> None:
    ben = visit("Ben")
    poll = ben.get("/inbox").one("span", id="notices-live").attrib["hx-get"]
    assert ben.client.get(poll).status_code == 204

    tell(told, Kind.MENTIONED, "note:1", "Ben")
    after = ben.client.get(poll)

    assert after.status_code == 200
    assert 'id="n-rail-notices" hx-swap-oob="true"' in after.text
    assert 'id="notices"' not in after.text


def test_the_list_itself_is_live(visit: Visit, told: Stand) -> None:
    ben = visit("Ben")
    poll = ben.get("/notices").one("span", id="notices-live").attrib["hx-get"]
    assert "list=yes" in poll

    with told.database.writing() as db:
        ben_id = told.actor("Ben").member_id
        assert ben_id is not None
        conversations.hand_over(
            db, told.actor("Ada"), int(about(told).rpartition("/")[2]), ben_id, "", told.now
        )

    assert "Ada handed a conversation over to you." in ben.client.get(poll).text


def test_a_mail_that_did_not_arrive_is_said_on_the_list(visit: Visit, told: Stand) -> None:
    tell(told, Kind.MENTIONED, "note:1", "Ben")
    tell(told, Kind.MENTIONED, "note:2", "Ben")
    with told.database.writing() as db:
        first, second = db.query(Notice).order_by(Notice.id)
        first.mail, second.mail_tries = MailState.FAILED, 1

    lines = listed(visit("Ben").get("/notices"))

    assert "It is tried again." in lines[0]
    assert "Could not be mailed to you. It stands only here." in lines[1]


def test_each_kind_can_be_switched_off(visit: Visit, told: Stand) -> None:
    ben = visit("Ben")
    form = ben.get("/settings/notices")
    chosen = {
        name: [i.attrib["value"] for i in form.all("input", name=name) if "checked" in i.attrib]
        for name in ("desk", "mail")
    }
    assert "assigned" in chosen["desk"] and "assigned" not in chosen["mail"]

    page = ben.post(
        "/settings/notices",
        desk=["assigned"],
        mail=[],
        quiet_from="22:00",
        quiet_until="07:00",
        has_words="yes",
    )
    tell(told, Kind.MENTIONED, "note:1", "Ben")
    tell(told, Kind.ASSIGNED, "conversation:1", "Ben")

    assert "Saved." in page.text
    assert page.one("input", id="f-quiet_from").attrib["value"] == "22:00"
    assert len(listed(ben.get("/notices"))) == 1


@pytest.mark.parametrize(
    ("begins", "ends"), [("22:00", ""), ("22:00", "22:00"), ("25:00", "07:00"), ("x", "y")]
)
def test_quiet_hours_that_cannot_be_are_refused_and_stay_in_the_form(
    visit: Visit, begins: str, ends: str
) -> None:
    page = visit("Ben").post(
        "/settings/notices", status=422, desk=["assigned"], quiet_from=begins, quiet_until=ends
    )

    assert "There is 1 thing to fix" in page.text
    assert page.one("input", id="f-quiet_from").attrib["value"] == begins


def test_without_a_mail_server_the_settings_say_so(visit: Visit, told: Stand) -> None:
    assert "no mail server yet" in visit("Ben").get("/settings/notices").text

    given = told.running.settings.model_copy(update={"SMTP_URL": "smtp://127.0.0.1:25"})
    app: Flask = create_app(type(told.running)(**{**vars(told.running), "settings": given}))

    assert "no mail server yet" not in as_member(app, told, "Ben").get("/settings/notices").text


def test_an_admin_hears_of_a_channel_and_reads_no_customers_name(visit: Visit, told: Stand) -> None:
    channel = told.conversations()[0].channel_id
    with told.database.writing() as db:
        notices.tell(
            db,
            [told.actor("Dan").member_id or 0],
            Kind.CHANNEL_FROZEN,
            About(f"channel:{channel}", channel),
            told.now,
        )
    dan = visit("Dan")

    page = dan.get("/notices")

    assert "A channel refuses our access." in listed(page)[0]
    assert "Riekko" in listed(page)[0]
    assert dan.client.get("/notices/1").headers["Location"] == f"/channels/{channel}"


def test_a_test_stands_in_the_list_and_leads_back(visit: Visit, told: Stand) -> None:
    mallory = visit("Mallory")
    mallory.get("/settings/notices", status=403)
    ben = visit("Ben")

    page = ben.post("/settings/notices/test")

    assert "The test is on its way." in page.text
    assert listed(ben.get("/notices"))[0].startswith("The test you asked for has arrived. New")
    assert ben.client.get("/notices/1").headers["Location"] == "/settings/notices"


@pytest.mark.parametrize(
    ("state", "tries", "said"),
    [
        (MailState.SENT, 1, "Last mail to you:"),
        (MailState.FAILED, 6, "The last mail to you could not be delivered."),
        (MailState.WAITS, 1, "has not gone out yet. It is tried again"),
        (MailState.WAITS, 0, "Nothing has been mailed to you yet."),
        (MailState.NONE, 0, "Nothing has been mailed to you yet."),
    ],
)
def test_the_settings_say_how_the_last_mail_did(
    told: Stand, state: MailState, tries: int, said: str
) -> None:
    tell(told, Kind.MENTIONED, "note:1", "Ben")
    with told.database.writing() as db:
        notice = db.query(Notice).one()
        notice.mail, notice.mail_tries, notice.mail_at = state, tries, told.now
    given = told.running.settings.model_copy(update={"SMTP_URL": "smtp://127.0.0.1:25"})
    app: Flask = create_app(type(told.running)(**{**vars(told.running), "settings": given}))

    assert said in as_member(app, told, "Ben").get("/settings/notices").text
