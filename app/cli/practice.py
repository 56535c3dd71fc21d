"""`vuoro practice` and `vuoro practice load`."""

from functools import partial
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
from app.practice.client import Loaded, PracticeClient
from app.practice.factory import create_practice_app
from app.practice.server import serve
from app.practice.settings import PracticeSettings
from app.runtime import NotReady, Runtime

MOST_WAITING = 200
"""With what one more batch brings, fewer than X's newest 800."""


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
        loaded = client.load(file, partial(_keep_up, running, client))
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


def _keep_up(running: Runtime, client: PracticeClient, so_far: Loaded) -> None:
    """X shows the newest mentions only, so an account is read before more come than it shows."""
    start.progress(f"{so_far.messages} messages")
    for account_id, waiting in so_far.x_waiting.items():
        if waiting >= MOST_WAITING:
            _read(
                running,
                _known(running).get(account_id) or story.connect_x(running, client, account_id),
            )
            so_far.x_waiting[account_id] = 0


def _read_all(running: Runtime, client: PracticeClient) -> None:
    """Connect everything that is not, and read each to its end through the real adapter."""
    state, known = client.get("state"), _known(running)
    connecting = [
        *((page["id"], story.connect) for page in state["pages"]),
        *((one["id"], story.connect_instagram) for one in state["instagram"]),
        *((one["id"], story.connect_x) for one in client.get("x/state")["accounts"]),
    ]
    for number, (external_id, connect) in enumerate(connecting, 1):
        start.progress(f"page {number} of {len(connecting)}")
        _read(running, known.get(external_id) or connect(running, client, external_id))
    start.progress_done()


def _known(running: Runtime) -> dict[str, int]:
    """The channels there are, by the platforms' ids."""
    with running.database.reading() as db:
        rows = db.execute(select(Channel.external_id, Channel.id)).all()
    return {row.external_id: row.id for row in rows}


def _read(running: Runtime, channel_id: int) -> None:
    if not topics.polling(running).read_whole(channel_id):
        raise NotReady(
            f"Channel {channel_id} could not be read to its end. Run the command again: it goes "
            "on where it stopped."
        )


def _counts(running: Runtime) -> tuple[int, int]:
    with running.database.reading() as db:
        return (
            db.scalar(
                select(func.count(Conversation.id)).where(Conversation.merged_into_id.is_(None))
            )
            or 0,
            db.scalar(select(func.count(Message.id))) or 0,
        )
