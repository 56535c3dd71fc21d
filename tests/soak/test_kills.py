"""`kill -9` of web and worker at random moments: nothing is lost and nothing is sent twice.

A small count runs with every `make test`, the full one with `make soak`. The seed is printed.
"""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app import runtime
from app.audit import checking
from app.audit.events import Event
from app.audit.models import AuditRow
from app.inbox.models import Message
from app.practice import settings as practice_settings
from app.practice.client import PracticeClient
from app.replies import approvals, cards, saving, submitting
from app.replies.models import OutboxItem, OutboxState
from tests import stand as stands
from tests.soak.programs import Programs, free_port, wait_for
from tests.stand import Stand

PAGE = "900"
ENDED = {OutboxState.SENT, OutboxState.FAILED, OutboxState.NEEDS_PERSON}


@pytest.fixture
def live(tmp_path: Path, sqlite_template: Path) -> Iterator[tuple[Stand, Programs]]:
    """A desk whose programs run for real, and a handle on its database."""
    folder = tmp_path / "data"
    stands.copy_desk(sqlite_template, folder)
    desk, platform = free_port(), free_port()
    practice_settings.create(folder, f"http://127.0.0.1:{platform}", f"http://127.0.0.1:{desk}")
    listening = {"BIND": desk, "PRACTICE_BIND": platform}
    programs = Programs(folder, {f"VUORO_{k}": f"127.0.0.1:{v}" for k, v in listening.items()})
    programs.start("practice")
    wait_for(f"http://127.0.0.1:{platform}/practice/api/state")
    running = runtime.start(stands.settings(folder, BIND=f"127.0.0.1:{desk}"))
    try:
        yield Stand(running, PracticeClient(f"http://127.0.0.1:{platform}")), programs
    finally:
        running.close()
        programs.stop()


@pytest.mark.long
def test_a_few_kills(live: tuple[Stand, Programs]) -> None:
    play(*live, replies=40, kills=20)


@pytest.mark.soak
def test_two_hundred_kills(live: tuple[Stand, Programs]) -> None:
    play(*live, replies=500, kills=200)


def play(stand: Stand, programs: Programs, *, replies: int, kills: int) -> None:
    """Replies go out and comments come in while programs die; then everything is counted."""
    seed = int(os.environ.get("KILLS_SEED", random.randrange(10**6)))
    print(f"seed {seed}")
    conversations = _prepare(stand, replies)
    for name in ("serve", "worker"):
        programs.start(name)
    wait_for(f"{stand.running.settings.base_url}/healthz")

    is_over = threading.Event()
    asked: list[str] = []
    answering = threading.Thread(target=_answer, args=(stand, conversations))
    writing = threading.Thread(target=_write, args=(stand, is_over, asked))
    answering.start()
    writing.start()
    _kill(programs, kills, random.Random(seed))
    answering.join()
    is_over.set()
    writing.join()
    _let_time_pass(stand)

    _check_replies(stand, replies)
    _check_comments(stand, asked)
    _check_audit(stand)


def _prepare(stand: Stand, count: int) -> list[int]:
    """So many conversations, each with one customer who waits."""
    stand.page(PAGE)
    post = stand.post(PAGE)
    items = [
        {"id": f"{post.split('_')[1]}_{n}", "name": f"Asiakas {n}", "message": f"Kysymys {n}"}
        for n in range(count)
    ]
    for row in items:
        stand.comment(post, row["name"], row["message"])
    channel = stand.connect(PAGE)
    assert stand.read(channel)
    found = [c.id for c in stand.conversations()]
    assert len(found) == count
    return found


def _answer(stand: Stand, conversations: list[int]) -> None:
    """Ben writes and Ada approves, one after the other, while programs die around them."""
    ben, ada = stand.actor("Ben"), stand.actor("Ada")
    for number in conversations:
        text = f"Vastaus {number}"
        with stand.database.writing() as db:
            made = saving.save(db, ben, number, text=text, turn_ids=[], version=None, now=stand.now)
            submitting.submit(
                db, ben, made.id, text=text, turn_ids=[], question="", version=None, now=stand.now
            )
            draft_id = made.id
        with stand.database.reading() as db:
            card = cards.card(db, ada, stand.now, draft_id)
        with stand.database.writing() as db:
            approvals.approve(
                db,
                ada,
                draft_id,
                version_id=card.version_id,
                seen_fingerprint=card.fingerprint,
                now=stand.now,
            )
        stand.running.queue.wake("deliver", delay=10)
        time.sleep(0.02)


def _write(stand: Stand, is_over: threading.Event, asked: list[str]) -> None:
    """New customers keep writing; the platform tells the desk by webhook."""
    post = stand.post(PAGE, "Uusi julkaisu")
    number = 0
    while not is_over.wait(0.3):
        number += 1
        asked.append(stand.comment(post, f"Uusi {number}", f"Uusi kysymys {number}"))


def _kill(programs: Programs, kills: int, random_: random.Random) -> None:
    for _ in range(kills):
        time.sleep(random_.uniform(0.2, 3.0))
        what = random_.choice(["worker", "worker", "serve", "child"])
        if what == "child":
            programs.kill_one_child("serve", random_)
        else:
            programs.kill(what)
            programs.start(what)


def _let_time_pass(stand: Stand) -> None:
    """Five minutes, on the practice clock, with the programs left alone."""
    for _ in range(60):
        stand.advance(5)
        stand.running.queue.wake("deliver")
        time.sleep(0.5)
        if _states(stand).keys() <= ENDED:
            return


def _states(stand: Stand) -> Counter[OutboxState]:
    with stand.database.reading() as db:
        rows = db.execute(select(OutboxItem.state, func.count()).group_by(OutboxItem.state))
        return Counter({row[0]: row[1] for row in rows})


def _check_replies(stand: Stand, count: int) -> None:
    states = _states(stand)
    print("outbox:", {s.value: n for s, n in states.items()})
    written = Counter(w["text"] for w in stand.platform.get("writes")["writes"])
    assert states == {OutboxState.SENT: count}
    assert len(written) == count
    assert set(written.values()) == {1}


def _check_comments(stand: Stand, asked: list[str]) -> None:
    """What came in by webhook is there once; a reading brings what no webhook could deliver."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends and _missing(stand, asked):
        stand.platform.post("webhooks/flush")
        time.sleep(1)
    print(f"comments while dying: {len(asked)}")
    assert _missing(stand, asked) == set()


def _check_audit(stand: Stand) -> None:
    """The log is whole, and says how often a kill really hit a reply on its way."""
    running = stand.running
    report = checking.verify(
        running.database, running.keys.audit, checking.sink(running.settings.DATA_DIR), None
    )
    with stand.database.reading() as db:
        hit = db.scalar(select(func.count()).where(AuditRow.action == Event.REPLY_UNKNOWN.value))
    print(f"unknown outcomes: {hit}")
    assert report.is_sound, report.lines


def _missing(stand: Stand, asked: list[str]) -> set[str]:
    with stand.database.reading() as db:
        known = list(db.scalars(select(Message.external_id).where(Message.external_id.in_(asked))))
    assert len(known) == len(set(known))
    return set(asked) - set(known)
