"""`vuoro channel add|list|test`."""

from pathlib import Path

import click
from sqlalchemy import select

from app.access.identity import DESK
from app.channels.adapter import Connected
from app.channels.connections import answered
from app.channels.models import Channel, ChannelState, Platform
from app.cli import start
from app.credentials.tokens import secret
from app.jobs import topics
from app.runtime import NotReady


@click.group()
def channel() -> None:
    """Connect and test channels."""


@channel.command()
@click.option("--platform", required=True, type=click.Choice([p.value for p in Platform]))
@click.option("--id", "external_id", required=True, help="The page's or account's id.")
@click.option(
    "--token-file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with its access token, on X the JSON with both tokens; never given on the "
    "command line.",
)
def add(platform: str, external_id: str, token_file: Path) -> None:
    """Connect a channel with a token, after a real call with it."""
    token = secret(token_file.read_text(errors="replace").strip())
    with start.desk() as running:
        connections = topics.connections(running)
        found = connections.check(Platform(platform), external_id.strip(), token)
        with running.database.writing() as db:
            made = connections.connect_checked(
                db, DESK, Platform(platform), found, token, running.clock.now()
            )
        running.queue.wake("fetch")
    click.echo(f"Connected {found.name or found.external_id} as channel {made.id}.")
    _tell_missing(found)


@channel.command("list")
def list_channels() -> None:
    """Every channel and how it is."""
    with start.desk() as running, running.database.reading() as db:
        rows = list(
            db.scalars(
                select(Channel).where(Channel.state != ChannelState.REMOVED).order_by(Channel.id)
            )
        )
    if not rows:
        click.echo("No channel is connected yet.")
    for row in rows:
        click.echo(
            f"{row.id}\t{row.platform.value}\t{row.external_id}\t{row.state.value}\t"
            f"{'sending' if row.is_sending else 'not sending'}\t{row.name}"
        )


@channel.command()
@click.argument("channel_id", type=click.IntRange(1, 2**63 - 1))
def test(channel_id: int) -> None:
    """Make a real call with a channel's stored token."""
    with start.desk() as running:
        with running.database.reading() as db:
            row = db.get(Channel, channel_id)
            if row is None:
                raise NotReady(f"There is no channel {channel_id}. See: vuoro channel list")
            call = topics.connections(running).test(db, row)
        found = call()
        with running.database.writing() as db:
            answered(db, db.get_one(Channel, channel_id), found, running.clock.now())
    click.echo(f"{found.name or found.external_id} answers; the token works.")
    _tell_missing(found)


def _tell_missing(found: Connected) -> None:
    if found.missing_permissions:
        click.echo(f"Missing permissions: {', '.join(found.missing_permissions)}")
