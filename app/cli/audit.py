"""`vuoro audit verify|export`."""

import sys
from typing import TextIO

import click

from app.access.identity import DESK
from app.audit import checking, log
from app.audit.events import Event
from app.cli import start


@click.group()
def audit() -> None:
    """Check and export the audit log."""


@audit.command()
@click.option("--anchor", metavar="SEQ:HEAD", help="A head kept elsewhere, to compare with.")
def verify(anchor: str | None) -> None:
    """Check every row, the chain, and this machine's second copy."""
    with start.desk() as running:
        report = checking.verify(
            running.database, running.keys.audit, checking.sink(running.settings.DATA_DIR), anchor
        )
    for line in report.lines:
        click.echo(line)
    if not report.is_sound:
        sys.exit(4)


@audit.command()
@click.argument("file", type=click.File("w", encoding="ascii"))
def export(file: TextIO) -> None:
    """Write the log to FILE ("-": standard output), one row a line, to be checked elsewhere.

    The export is its own last row: what cannot be recorded is not handed out.
    """
    with start.desk() as running:
        with running.database.writing() as db:
            log.record(db, Event.AUDIT_EXPORTED, DESK.log_name, "audit", now=running.clock.now())
        count = checking.export(running.database, file)
    click.echo(f"{count} rows.", err=True)
