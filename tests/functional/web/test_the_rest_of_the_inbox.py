"""Labels, several at once, the customer's page, order numbers and what is older."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import pytest

from app.access.roles import Role
from app.accounts.models import Desk
from app.inbox import labels, threads
from app.inbox.models import ConversationState
from tests import people, talks, web_stand
from tests.stand import Stand
from tests.web_page import Page, Visitor, words

Visit = Callable[[str], Visitor]


def about(told: Stand, name: str = "Olli Niemi") -> str:
    return f"/inbox/{web_stand.conversation_of(told, name)}"


def listed(page: Page) -> list[str]:
    return [e.text or "" for e in page.all("b", class_="clip")]


def boxes(page: Page, *names: str) -> list[str]:
    """The values of the boxes beside these names."""
    found = {}
    for row in page.tree.iter("li"):
        name = next((b.text for b in row.iter("b") if b.attrib.get("class") == "clip"), None)
        box = next((i for i in row.iter("input") if i.attrib.get("name") == "chosen"), None)
        if name and box is not None:
            found[name] = box.attrib["value"]
    return [found[name] for name in names]


def make_label(told: Stand, name: str = "Palautus") -> int:
    with told.database.writing() as db:
        return labels.make(db, told.actor("Ada"), name, told.now).id


def states(told: Stand) -> dict[int, ConversationState]:
    return {c.id: c.state for c in told.conversations()}


def toast(page: Page) -> str:
    return " ".join(
        words(t) for t in page.all("div") if "toast" in t.attrib.get("class", "").split()
    )


class TestLabels:
    def test_an_owner_makes_renames_and_puts_away(self, visit: Visit) -> None:
        ada = visit("Ada")
        ada.post("/settings/labels", name="Palautus")
        page = ada.post("/settings/labels/1", name="Palautukset")
        assert page.one("input", id="f-name-1").attrib["value"] == "Palautukset"

        page = ada.post("/settings/labels/1/end")
        assert "The label is put away." in toast(page)
        assert page.all("form", action="/settings/labels/1/back")
        page = ada.post("/settings/labels/1/back")

        assert page.one("input", id="f-name-1").attrib["value"] == "Palautukset"

    def test_a_refused_name_stays_in_its_field(self, visit: Visit, told: Stand) -> None:
        ada, label = visit("Ada"), make_label(told)
        make_label(told, "Toimitus")

        new = ada.post("/settings/labels", name="palautus", status=422)
        renamed = ada.post(f"/settings/labels/{label}", name="toimitus", status=422)

        assert "There is a label of this name already." in new.text
        assert new.one("input", id="f-name").attrib["value"] == "palautus"
        assert renamed.one("input", id=f"f-name-{label}").attrib["aria-invalid"] == "true"
        assert renamed.one("a", href=f"#f-name-{label}") is not None

    def test_ticked_and_unticked_on_a_conversation(self, visit: Visit, told: Stand) -> None:
        one, two = make_label(told), make_label(told, "Toimitus")
        ben = visit("Ben")
        page = ben.post(f"{about(told)}/labels", label=[one])
        assert "Palautus" in words(page.one("aside", aria_label="The customer"))
        ticked = [
            i.attrib["value"] for i in page.all("input", name="label") if "checked" in i.attrib
        ]
        assert ticked == [str(one)]

        page = ben.post(f"{about(told)}/labels", was=[one], label=[two])

        aside = words(page.one("aside", aria_label="The customer"))
        assert "Toimitus" in aside and "Palautus" not in aside

    def test_a_colleague_s_label_of_the_same_moment_stays(self, visit: Visit, told: Stand) -> None:
        one, two = make_label(told), make_label(told, "Toimitus")
        ben, sam = visit("Ben"), visit("Sam")
        ben.get(about(told))
        sam.post(f"{about(told)}/labels", label=[two])

        page = ben.post(f"{about(told)}/labels", label=[one])

        aside = words(page.one("aside", aria_label="The customer"))
        assert "Palautus" in aside and "Toimitus" in aside

    def test_the_list_is_narrowed_by_label_and_by_channel(self, visit: Visit, told: Stand) -> None:
        label, ben = make_label(told), visit("Ben")
        ben.post(f"{about(told)}/labels", label=[label])
        other = people.channel(told, "Toinen kauppa")
        talks.say(told, other, "Toinen Asiakas", "Hei!")

        by_label = ben.get(f"/inbox?label={label}")
        by_channel = ben.get(f"/inbox?channel={other}")
        by_both = ben.get(f"/inbox?channel={other}&label={label}")

        assert listed(by_label) == ["Olli Niemi"]
        assert "Only: Palautus" in by_label.text
        row = by_label.one("a", class_="li").attrib["href"]
        assert row.endswith(f"?view=to-answer&label={label}")
        assert f"label={label}" in by_label.one("div", id="list").attrib["hx-get"]
        assert listed(by_channel) == ["Toinen Asiakas"]
        assert listed(by_both) == [] and "narrowed the list to" in by_both.text
        fragment = ben.client.get(f"/inbox/list?view=to-answer&label={label}").text
        assert "Olli Niemi" in fragment and "Kaisa Virtanen" not in fragment

    def test_without_labels_and_with_one_channel_there_is_no_choice(self, visit: Visit) -> None:
        assert not visit("Ben").get("/inbox").all("details", class_="narrow")

    def test_who_cannot_make_labels_is_told_who_can(self, visit: Visit, told: Stand) -> None:
        dialog = next(
            d for d in visit("Ben").get(about(told)).all("dialog") if d.attrib["id"] == "labels"
        )

        assert "There are no labels yet." in words(dialog)
        assert "Who can make labels: Ada" in words(dialog)

    def test_a_viewer_sees_labels_and_cannot_change_them(self, visit: Visit, told: Stand) -> None:
        label = make_label(told)
        visit("Ben").post(f"{about(told)}/labels", label=[label])
        vera = visit("Vera")

        page = vera.get(about(told))

        assert "Palautus" in page.text
        assert not page.all("a", data_open="labels")
        assert vera.send(f"{about(told)}/labels", label=[label]).status_code == 403


class TestSeveralAtOnce:
    def test_several_are_done_in_one_go_and_opened_again(self, visit: Visit, told: Stand) -> None:
        ben = visit("Ben")
        chosen = boxes(ben.get("/inbox"), "Olli Niemi", "Henna Kallio")

        page = ben.post("/inbox/bulk/", chosen=chosen, deed="done", back="/inbox?view=to-answer")

        assert "2 conversations are done." in toast(page)
        assert not {"Olli Niemi", "Henna Kallio"} & set(listed(page))
        (undo,) = [f for f in page.all("form") if "undo" in f.attrib["action"]]
        page = ben.post(undo.attrib["action"])
        assert "2 conversations are open again." in toast(page)
        assert {"Olli Niemi", "Henna Kallio"} <= set(listed(page))

    def test_what_was_not_done_is_named_with_its_reason(self, visit: Visit, told: Stand) -> None:
        ben = visit("Ben")
        chosen = boxes(ben.get("/inbox"), "Olli Niemi", "Henna Kallio")
        told.comment(web_stand.comment_of(told, "Olli Niemi"), "Olli Niemi", "Vielä yksi asia")
        told.advance(1)
        told.read(1)
        told.take_in()

        page = ben.post("/inbox/bulk/", chosen=chosen, deed="done")

        assert "1 conversation is done." in toast(page)
        assert "Not Olli Niemi: A customer wrote while you were reading." in toast(page)
        assert "Olli Niemi" in listed(page) and "Henna Kallio" not in listed(page)
        assert page.all("button", data_dismiss="")
        still = [t for t in page.all("div", class_="toast") if "data-fades" in t.attrib]
        assert still == []

    def test_take_hand_over_snooze_and_label(self, visit: Visit, told: Stand) -> None:
        ben, label = visit("Ben"), make_label(told)
        chosen = boxes(ben.get("/inbox"), "Olli Niemi", "Henna Kallio")
        sam = told.actor("Sam").member_id

        taken = ben.post("/inbox/bulk/", chosen=chosen, deed="take")
        labelled = ben.post("/inbox/bulk/", chosen=chosen, deed="label", label_id=label)
        handed = ben.post(
            "/inbox/bulk/",
            chosen=chosen,
            deed="hand-over",
            member_id=sam,
            reason="Sam tietää hinnat.",
        )
        snoozed = ben.post("/inbox/bulk/", chosen=chosen, deed="snooze", until="tomorrow")

        assert "2 conversations are yours." in toast(taken)
        assert "2 conversations have the label." in toast(labelled)
        assert "2 conversations are handed over." in toast(handed)
        assert "2 conversations are snoozed." in toast(snoozed)
        later = ben.get("/inbox?view=snoozed")
        assert set(listed(later)) == {"Olli Niemi", "Henna Kallio"}
        assert later.text.count("Taken: Sam") == 2
        assert "Sam tietää hinnat." in ben.get(about(told)).text

    def test_what_a_colleague_took_meanwhile_is_not_taken_from_them(
        self, visit: Visit, told: Stand
    ) -> None:
        chosen = boxes(visit("Ben").get("/inbox"), "Olli Niemi")
        visit("Sam").post("/inbox/bulk/", chosen=chosen, deed="take")

        taken = visit("Ben").post("/inbox/bulk/", chosen=chosen, deed="take")

        assert "Nothing was changed. Not Olli Niemi: " in toast(taken)

    def test_who_may_not_is_refused_and_names_stay_unsaid(self, visit: Visit, told: Stand) -> None:
        chosen = boxes(visit("Ben").get("/inbox"), "Olli Niemi")
        people.give(told, "Mallory", Role.RESPONDER, channel_id=people.channel(told, "Toinen"))

        page = visit("Mallory").post("/inbox/bulk/", chosen=[*chosen, "999999.1"], deed="done")

        assert "Nothing was changed. 2 are not there, or not open to you." in toast(page)
        assert "Olli" not in page.html
        assert visit("Vera").send("/inbox/bulk/", chosen=chosen, deed="done").status_code == 403

    def test_many_refusals_are_counted_not_listed(self, visit: Visit, told: Stand) -> None:
        ben = visit("Ben")
        found = re.findall(r'name="chosen" value="(\d+)\.', ben.get("/inbox").html)

        page = ben.post("/inbox/bulk/", chosen=[f"{i}.0" for i in found], deed="done")

        assert toast(page).count("Not ") == 3
        assert f"And {len(found) - 3} more were left as they are." in toast(page)

    def test_nothing_chosen_is_said_and_the_list_comes_back(self, visit: Visit) -> None:
        page = visit("Ben").post("/inbox/bulk/", deed="done", back="/inbox?view=done")

        assert "Choose at least one conversation." in page.text
        assert page.one("a", aria_current="page", href="/inbox?view=done") is not None

    @pytest.mark.parametrize("fields", [
        {"chosen": ["x"], "deed": "done"}, {"chosen": ["1"], "deed": "done"},
        {"chosen": ["1.x"], "deed": "done"}, {"chosen": ["1.1"], "deed": "hand-over"},
        {"chosen": ["1.1"], "deed": "snooze", "until": "never"},
        {"chosen": ["1.1"], "deed": "nonsense"}, {"chosen": ["1.1"]},
        {"chosen": [f"{n}.1" for n in range(1, 102)], "deed": "take"},
    ])  # fmt: skip
    def test_a_damaged_form_is_refused(
        self, visit: Visit, told: Stand, fields: dict[str, object]
    ) -> None:
        before = states(told)

        assert visit("Ben").send("/inbox/bulk/", **cast(dict[str, Any], fields)).status_code in (
            404,
            422,
        )
        assert states(told) == before

    def test_another_site_s_address_is_no_way_back(self, visit: Visit, told: Stand) -> None:
        ben = visit("Ben")
        chosen = boxes(ben.get("/inbox"), "Olli Niemi")

        answer = ben.send(
            "/inbox/bulk/", follows=False, chosen=chosen, deed="take", back="https://evil.example/"
        )

        assert answer.headers["Location"] == "/inbox"

    def test_who_only_reads_has_no_boxes(self, visit: Visit) -> None:
        page = visit("Vera").get("/inbox")

        assert not page.all("input", name="chosen") and not page.all("form", id="bulk")


class TestTheCustomer:
    def test_the_side_leads_to_the_customer_s_page(self, visit: Visit, told: Stand) -> None:
        talks.say(told, 1, "Uusi Asiakas", "Kiitos avusta!", ago=timedelta(days=200))
        comment = talks.say(told, 1, "Uusi Asiakas", "Missä pakettini on?")
        ben, talk = visit("Ben"), talks.conversation_of(told, comment).id

        page = ben.get(f"/inbox/{talk}")
        aside = page.one("aside", aria_label="The customer")
        assert "2 times since" in words(aside)
        assert "Kiitos avusta!" in words(aside)
        assert "Public comment," in words(aside)
        link = next(a for a in aside.iter("a") if a.text == "Uusi Asiakas")
        customer = ben.get(link.attrib["href"])

        assert words(customer.one("h1")) == "Uusi Asiakas"
        assert "2 questions have no answer yet" in customer.text
        assert len(listed(customer)) == 2

    def test_a_customer_of_another_channel_is_not_found(self, visit: Visit, told: Stand) -> None:
        people.give(told, "Mallory", Role.RESPONDER, channel_id=people.channel(told, "Toinen"))

        assert visit("Mallory").client.get("/contacts/1").status_code == 404
        assert visit("Ben").client.get("/contacts/999999").status_code == 404
        assert visit("Ben").client.get("/contacts/1").status_code == 200

    def test_who_has_no_name_is_said_to_have_none(self, visit: Visit, told: Stand) -> None:
        comment = talks.say(told, 1, "", "Nimetön kysymys", ago=timedelta(minutes=1))
        talk = talks.conversation_of(told, comment).id

        page = visit("Ben").get(f"/inbox/{talk}")

        assert "Written to you" not in page.text
        assert "Name not given" in page.text


class TestNumbers:
    def test_a_customer_s_number_is_a_link_and_ours_is_none(
        self, visit: Visit, told: Stand
    ) -> None:
        with told.database.writing() as db:
            db.get_one(Desk, 1).order_link = "https://shop.example/{number}"
        talks.write(told, 1, "Petteri", "Tilaus 88214", ago=timedelta(minutes=5))
        comment = talks.write(told, 1, "Petteri", "Se oli 77777.", is_ours=True)

        page = visit("Ben").get(f"/inbox/{talks.conversation_of(told, comment).id}")

        links = page.all("a", href="https://shop.example/88214")
        assert len(links) == 2
        assert {(a.attrib["target"], a.attrib["rel"]) for a in links} == {
            ("_blank", "noopener noreferrer")
        }
        assert "Number found in the message of" in page.text
        assert not page.all("a", href="https://shop.example/77777")

    def test_without_a_pattern_a_number_is_a_number(self, visit: Visit, told: Stand) -> None:
        comment = talks.write(told, 1, "Petteri", "Tilaus 88214")

        page = visit("Ben").get(f"/inbox/{talks.conversation_of(told, comment).id}")

        assert "Tilaus 88214" in page.text and not page.all("a", class_="found")


class TestOlder:
    @pytest.fixture
    def long(self, told: Stand, monkeypatch: pytest.MonkeyPatch) -> str:
        """The page of a thread of which only the newest three comments are shown."""
        monkeypatch.setattr(threads, "NEWEST", 3)
        conversation = threads.conversation
        monkeypatch.setattr(
            "app.inbox.queries.conversation",
            lambda *given, **more: conversation(*given, **{"newest": 3, **more}),
        )
        top = talks.say(told, 1, "Aloittaja", "Kommentti 0", ago=timedelta(minutes=30))
        for n in range(1, 8):
            talks.say(
                told,
                1,
                f"Kirjoittaja {n}",
                f"Kommentti {n}",
                under=top,
                ago=timedelta(minutes=30 - n),
            )
        return f"/inbox/{talks.conversation_of(told, top).id}"

    def test_older_ones_are_a_page_away_and_a_part_for_the_script(
        self, visit: Visit, long: str
    ) -> None:
        ben = visit("Ben")
        page = ben.get(long)
        assert "Kommentti 7" in page.text and "Kommentti 4" not in page.text
        older = next(a for a in page.all("a") if "Show older" in words(a)).attrib["href"]

        second = ben.get(older)
        part = ben.client.get(older, headers={"HX-Request": "true"})

        assert "Kommentti 4" in second.text and "Kommentti 5" not in second.text
        assert "<html" not in part.text and "Kommentti 4" in part.text
        assert 'id="older"' in part.text

    def test_the_live_thread_keeps_what_the_page_began_with(
        self, visit: Visit, told: Stand, long: str
    ) -> None:
        ben = visit("Ben")
        live = ben.get(long).one("div", id="thread").attrib["hx-get"]
        top = told.conversations()[-1].external_key
        talks.say(told, 1, "Uusi", "Kommentti 8", under=top)

        fragment = ben.client.get(live).text

        for n in (5, 6, 7, 8):
            assert f"Kommentti {n}" in fragment
        assert "Kommentti 4" not in fragment

    def test_a_short_thread_offers_nothing_older(self, visit: Visit, told: Stand) -> None:
        talk = about(told)
        page = visit("Ben").get(talk)

        assert "Show older" not in page.text

    def test_a_stranger_and_a_damaged_place_find_nothing(
        self, visit: Visit, told: Stand, long: str
    ) -> None:
        people.give(told, "Mallory", Role.RESPONDER, channel_id=people.channel(told, "Toinen"))

        assert visit("Ben").client.get(f"{long}/older?before=x").status_code == 422
        assert visit("Ben").client.get(f"{long}/older").status_code == 422
        assert visit("Mallory").client.get(f"{long}/older?before=x").status_code == 404
