"""A forgotten password: by mail, by a link that is handed over, and by a command on the machine."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from app.access.identity import DESK
from app.access.roles import Role
from app.accounts import (
    members,
    password_links,
    passwords,
    second_factor,
    sessions,
    sign_in,
    upkeep,
)
from app.accounts.models import LinkState, Member, OneTimeLink, PasswordRequest, SignInAttempt
from app.cli import cli
from app.foundation.errors import Conflict, NotFound
from app.jobs import topics
from app.notices.mail import Mail, NotDelivered, Recording
from tests import people
from tests.mail_server import listening
from tests.stand import PASSWORD, Stand

NEW = "hirvi-kalevala-pulkka"


def make(stand: Stand, name: str = "Ben", by: str = "Ada") -> tuple[OneTimeLink, str]:
    with stand.database.writing() as db:
        return password_links.make(db, stand.actor(by), people.member(stand, name).id, stand.now)


def use(stand: Stand, token: str, password: str = NEW) -> Member:
    hashed = passwords.hash_password(password)
    with stand.database.writing() as db:
        return password_links.use(db, token, hashed, stand.now)


def opens(stand: Stand, password: str, email: str = "ben@example.com") -> bool:
    with stand.database.reading() as db:
        return sign_in.check_password(sign_in.candidate(db, email), password)


def ask(stand: Stand, email: str) -> None:
    with stand.database.writing() as db:
        password_links.ask(db, email, stand.now)


def requests(stand: Stand) -> list[PasswordRequest]:
    with stand.database.reading() as db:
        return list(db.scalars(select(PasswordRequest)))


def work(stand: Stand, mailer: Any) -> None:
    """What the worker does, with another mailer."""
    made = topics.passwords_by_mail(stand.running)
    object.__setattr__(made, "mailer", mailer)
    made.run()


class Broken:
    """A mail server that takes nothing."""

    def send(self, mail: Mail) -> None:
        raise NotDelivered("SMTPServerDisconnected")


def test_a_link_that_was_handed_over_gives_a_new_password(stand: Stand) -> None:
    _, token = make(stand)

    use(stand, token)

    assert opens(stand, NEW)
    assert not opens(stand, PASSWORD)


def test_it_works_once_and_for_a_day(stand: Stand) -> None:
    link, token = make(stand)
    assert link.expires_at - link.made_at == timedelta(hours=24)
    use(stand, token)
    with pytest.raises(Conflict, match="used already"):
        use(stand, token)

    _, late = make(stand)
    stand.advance(24 * 3600 + 1)
    with pytest.raises(Conflict, match="run out"):
        use(stand, late)
    assert opens(stand, NEW)


def test_a_newer_link_closes_the_one_before(stand: Stand) -> None:
    _, old = make(stand)
    _, new = make(stand)

    with pytest.raises(Conflict, match="cancelled"):
        use(stand, old)
    use(stand, new)


def test_a_new_password_ends_every_session_and_waits(stand: Stand) -> None:
    ben = people.member(stand, "Ben")
    with stand.database.writing() as db:
        _, cookie = sessions.start(
            db, db.get_one(Member, ben.id), device="", address="", now=stand.now
        )
        for _ in range(5):
            sign_in.count_try(db, ["email:ben@example.com"], stand.now)
    _, token = make(stand)

    use(stand, token)

    with stand.database.writing() as db:
        assert sessions.find(db, cookie, stand.now) is None
        sign_in.count_try(db, ["email:ben@example.com"], stand.now)


def test_it_leaves_the_second_factor_as_it_is(stand: Stand) -> None:
    with stand.database.writing() as db:
        second_factor.begin(db, stand.actor("Ben"), stand.running.keys.tokens)
        ben = db.get_one(Member, people.member(stand, "Ben").id)
        ben.totp_sealed = ben.totp_pending
    _, token = make(stand)

    use(stand, token)

    assert people.member(stand, "Ben").totp_sealed is not None


def test_a_link_of_an_admin_who_left_does_not_work(stand: Stand) -> None:
    _, token = make(stand, by="Dan")
    with stand.database.writing() as db:
        members.leave(db, stand.actor("Ada"), people.member(stand, "Dan").id, stand.now)

    with pytest.raises(Conflict):
        use(stand, token)
    assert opens(stand, PASSWORD)


def test_an_admins_link_is_void_once_its_member_is_an_owner(stand: Stand) -> None:
    _, token = make(stand, by="Dan")
    people.give(stand, "Ben", Role.OWNER)

    with pytest.raises(Conflict, match="may not do so any more"):
        use(stand, token)


def test_a_link_for_somebody_who_left_does_not_work(stand: Stand) -> None:
    _, token = make(stand)
    with stand.database.writing() as db:
        members.leave(db, stand.actor("Ada"), people.member(stand, "Ben").id, stand.now)

    with pytest.raises(Conflict):
        use(stand, token)


def test_an_invitation_is_no_password_link(stand: Stand) -> None:
    _, token = people.invite(stand)

    with pytest.raises(NotFound):
        use(stand, token)


def test_the_log_says_who_made_it_and_how(stand: Stand) -> None:
    _, token = make(stand)
    use(stand, token)
    ben = f"member:{people.member(stand, 'Ben').id}"

    ((by, about, line),) = people.logged(stand, "accounts:password-link:made")
    assert (by, about) == (stand.actor("Ada").log_name, ben)
    assert '"hand"' in line
    ((by, about, line),) = people.logged(stand, "accounts:password:changed")
    assert (by, about) == (ben, ben)
    assert '"link"' in line
    assert token not in people.whole_database(stand)


def test_who_asks_by_mail_gets_a_link_that_works(stand: Stand) -> None:
    mailer = Recording()
    ask(stand, " Ben@Example.com ")

    work(stand, mailer)

    (mail,) = mailer.sent
    assert mail.to == "ben@example.com"
    assert mail.subject.startswith("PRACTICE: ")
    assert mail.text.startswith("Practice. Nothing here reaches a customer.")
    address = next(line for line in mail.text.splitlines() if line.startswith("http"))
    base, _, token = address.rpartition(password_links.PATH)
    assert base == stand.running.settings.base_url
    use(stand, token)
    assert opens(stand, NEW)
    assert requests(stand) == []


def test_an_address_that_nobody_has_gets_nothing(stand: Stand) -> None:
    mailer = Recording()
    ask(stand, "nobody@example.com")

    work(stand, mailer)

    assert mailer.sent == []
    assert requests(stand) == []


def test_who_left_gets_nothing(stand: Stand) -> None:
    mailer = Recording()
    with stand.database.writing() as db:
        members.leave(db, stand.actor("Ada"), people.member(stand, "Ben").id, stand.now)
    ask(stand, "ben@example.com")

    work(stand, mailer)

    assert mailer.sent == []


def test_what_was_not_delivered_is_tried_again_for_an_hour(stand: Stand) -> None:
    ask(stand, "ben@example.com")
    work(stand, Broken())
    mailer = Recording()

    work(stand, mailer)
    assert mailer.sent == []
    assert [r.tries for r in requests(stand)] == [1]
    stand.advance(121)
    work(stand, mailer)
    assert len(mailer.sent) == 1

    ask(stand, "ben@example.com")
    work(stand, Broken())
    stand.advance(3601)
    work(stand, mailer)
    assert len(mailer.sent) == 1
    assert requests(stand) == []


def test_a_clock_that_was_put_back_keeps_nobody_waiting(stand: Stand) -> None:
    stand.advance(7 * 86400)
    ask(stand, "ben@example.com")
    stand.advance(-7 * 86400)

    work(stand, mailer := Recording())

    assert (len(mailer.sent), requests(stand)) == (1, [])


def test_a_mailed_link_works_for_an_hour_beside_one_handed_over(stand: Stand) -> None:
    mailer = Recording()
    _, handed = make(stand)
    ask(stand, "ben@example.com")
    work(stand, mailer)
    with stand.database.reading() as db:
        links = {x.made_by_id: x for x in db.scalars(select(OneTimeLink))}
    assert links[None].expires_at - links[None].made_at == timedelta(hours=1)

    use(stand, handed)

    with stand.database.reading() as db:
        states = {x.state(stand.now) for x in db.scalars(select(OneTimeLink))}
    assert states == {LinkState.USED, LinkState.CANCELLED}


def test_the_mail_speaks_the_members_language(stand: Stand) -> None:
    mailer = Recording()
    with stand.database.writing() as db:
        db.get_one(Member, people.member(stand, "Ben").id).locale = "fi"
    ask(stand, "ben@example.com")
    made = topics.passwords_by_mail(stand.running)
    object.__setattr__(made, "mailer", mailer)
    object.__setattr__(made, "speaker", lambda locale: lambda words: f"[{locale}] {words}")

    made.run()

    assert mailer.sent[0].text.count("[fi]") == 2


def test_the_worker_mails_over_smtp(stand: Stand) -> None:
    with listening() as inbox:
        url = f"{inbox.url}?from=desk@riekkorinne.example"
        given = stand.running.settings.model_copy(update={"SMTP_URL": url})
        object.__setattr__(stand.running, "settings", given)
        ask(stand, "ben@example.com")

        topics.install(stand.running)
        stand.running.queue.topics["mail"]()

    ((to, mail),) = inbox.mails
    assert (to, mail["From"]) == ("ben@example.com", "desk@riekkorinne.example")


def test_without_a_mail_server_the_worker_leaves_it(stand: Stand) -> None:
    ask(stand, "ben@example.com")

    topics.mail_passwords(stand.running)

    assert len(requests(stand)) == 1


def test_counters_and_requests_that_are_over_are_forgotten(stand: Stand) -> None:
    ask(stand, "ben@example.com")
    with stand.database.writing() as db:
        sign_in.count_try(db, ["email:x"], stand.now)
        upkeep.forget(db, stand.now)
        assert len(list(db.scalars(select(SignInAttempt)))) == 1
    stand.advance(24 * 3600 + 1)
    with stand.database.writing() as db:
        sign_in.count_try(db, ["email:y"], stand.now)

    topics.housekeeping(stand.running)

    with stand.database.reading() as db:
        assert len(list(db.scalars(select(SignInAttempt)))) == 1
    assert requests(stand) == []


def test_reset_on_the_machine_opens_the_door_again(stand: Stand, tmp_path: Path) -> None:
    ben = people.member(stand, "Ben").id
    with stand.database.writing() as db:
        second_factor.begin(db, stand.actor("Ben"), stand.running.keys.tokens)
        row = db.get_one(Member, ben)
        row.totp_sealed = row.totp_pending
        _, cookie = sessions.start(db, row, device="", address="", now=stand.now)
        for _ in range(5):
            sign_in.count_try(db, ["email:ben@example.com"], stand.now)
    _, handed = make(stand)

    done = run(stand, tmp_path, NEW, "--email", "BEN@example.com")

    assert done.exit_code == 0, done.output
    assert "The code from the phone is off." in done.output
    assert opens(stand, NEW)
    assert people.member(stand, "Ben").totp_sealed is None
    with stand.database.writing() as db:
        assert sessions.find(db, cookie, stand.now) is None
        sign_in.count_try(db, ["email:ben@example.com"], stand.now)
    with pytest.raises(Conflict):
        use(stand, handed)
    assert '"machine"' in people.logged(stand, "accounts:password:changed")[-1][2]
    assert people.logged(stand, "accounts:second-factor:off")[-1][0] == DESK.log_name


def test_reset_refuses_a_name_in_place_of_a_password(stand: Stand, tmp_path: Path) -> None:
    done = run(stand, tmp_path, "ben@example.com", "--email", "ben@example.com")

    assert done.exit_code != 0
    assert opens(stand, PASSWORD)


def test_reset_of_nobody_is_said(stand: Stand, tmp_path: Path) -> None:
    done = run(stand, tmp_path, NEW, "--email", "nobody@example.com")

    assert "Nobody here signs in with" in str(done.exception)


def run(stand: Stand, folder: Path, password: str, *arguments: str) -> Any:
    """`vuoro member reset` on this desk."""
    file = folder / "password.txt"
    file.write_text(f"{password}\n")
    settings = stand.running.settings
    environ = {
        "VUORO_DATA_DIR": str(settings.DATA_DIR),
        "VUORO_DATABASE_URL": settings.DATABASE_URL,
        "VUORO_META_GRAPH_URL": settings.META_GRAPH_URL,
    }
    command = ["member", "reset", *arguments, "--password-file", str(file)]
    return CliRunner().invoke(cli, command, env=environ)
