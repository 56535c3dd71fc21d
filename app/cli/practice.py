"""`vuoro practice` and `vuoro practice load`."""

from pathlib import Path
from urllib.parse import urlsplit

import click
from sqlalchemy import func, select

from app.channels.models import Channel
from app.cli import addresses, start, story
from app.foundation.config import Settings
from app.inbox.models import Conversation, Message
from app.jobs import topics
from app.practice import settings as practice_settings
from app.practice.client import PracticeClient
from app.practice.factory import create_practice_app
from app.practice.server import serve
from app.practice.settings import PracticeSettings
from app.runtime import NotReady, Runtime


@click.group(invoke_without_command=True)
@click.pass_context
def practice(context: click.Context) -> None:
    """Run the practice platform: a stand-in for Facebook on this machine."""
    if context.invoked_subcommand is not None:
        return
    settings = start.settings()
    addresses.check_platform(settings)
    given = moved(settings)
    app = create_practice_app(
        settings.DATA_DIR,
        app_id=given.app_id,
        app_secret=given.app_secret,
        verify_token=given.verify_token,
        desk_url=given.desk_url,
    )
    address = urlsplit(given.graph_url)
    serve(app, address.hostname or "127.0.0.1", address.port or 8001)


@practice.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path) -> None:
    """Play recorded threads: onto the practice platform, and from there into the desk.

    FILE has one thread a line as JSON, and may be gzipped. Playing it again adds nothing.
    """
    with start.desk() as running:
        if not running.is_practice:
            raise NotReady("Recorded threads are played on a practice desk only.")
        client = PracticeClient(running.platforms.graph_url)
        before = _counts(running)
        loaded = client.load(file, lambda so_far: start.progress(f"{so_far.messages} messages"))
        start.progress_done()
        for bad in loaded.bad:
            click.echo(f"line {bad.number}: {bad.reason}; set aside", err=True)
        if not loaded.threads:
            raise NotReady(f"There is no thread in {file} that can be played.")
        _read_all(running, client)
        after = _counts(running)
    click.echo(
        f"{loaded.threads} threads, {loaded.messages} messages in the file; new in the desk: "
        f"{after[0] - before[0]} conversations, {after[1] - before[1]} messages."
    )


def moved(settings: Settings) -> PracticeSettings:
    """Its app, with platform and desk where they are to listen now; so they find each other."""
    given = _given(settings)
    return practice_settings.move(
        settings.DATA_DIR, given, settings.practice_url, settings.base_url
    )


def _given(settings: Settings) -> PracticeSettings:
    try:
        return practice_settings.load(settings.DATA_DIR)
    except FileNotFoundError:
        raise NotReady("There is no practice desk here. Run: vuoro init --practice") from None
    except (ValueError, OSError) as problem:
        raise NotReady(f"The practice desk's settings cannot be read: {problem}") from None


def _read_all(running: Runtime, client: PracticeClient) -> None:
    """Connect every page that is not, and read each to its end through the real adapter."""
    with running.database.reading() as db:
        rows = db.execute(select(Channel.external_id, Channel.id)).all()
    known = {row.external_id: row.id for row in rows}
    pages = client.get("state")["pages"]
    polling = topics.polling(running)
    for number, page in enumerate(pages, 1):
        channel_id = known.get(page["id"]) or story.connect(running, client, page["id"])
        start.progress(f"page {number} of {len(pages)}")
        if not polling.read_whole(channel_id):
            raise NotReady(
                f"Page {page['id']} could not be read to its end. Run the command "
                "again: it goes on where it stopped."
            )
    start.progress_done()


def _counts(running: Runtime) -> tuple[int, int]:
    with running.database.reading() as db:
        return (
            db.scalar(
                select(func.count(Conversation.id)).where(Conversation.merged_into_id.is_(None))
            )
            or 0,
            db.scalar(select(func.count(Message.id))) or 0,
        )
