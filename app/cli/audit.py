"""`vuoro audit verify|export|resume`."""

import sys
from typing import TextIO

import click

from app.access.identity import DESK
from app.audit import checking, log, restoring
from app.audit.events import Event
from app.audit.restoring import Difference
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


@audit.command()
@click.option("--yes", is_flag=True, help="Do not ask: an older database was put back on purpose.")
def resume(yes: bool) -> None:
    """Let the desk go on after its database was put back from a backup, where no owner can."""
    with start.desk() as running:
        copy = checking.sink(running.settings.DATA_DIR)
        found = restoring.confirmed(restoring.difference(running.database, copy))
        click.echo(_told(found))
        if not yes:
            click.confirm("Was it put back on purpose?", abort=True)
        with running.database.writing() as db:
            log.resume_on_machine(db, DESK, running.clock.now(), found.lost)
    click.echo("Confirmed; it stands in the log. What is recorded can be done again.")


def _told(found: Difference) -> str:
    """What the second copy alone holds."""
    if not found.lost:
        return "The second copy was moved away or emptied, so it cannot say what is missing."
    first, last = found.lost[0], found.lost[-1]
    more = "More than " if found.is_longer else ""
    return (
        f"{more}{len(found.lost)} recorded acts stand only in the second copy: rows "
        f"{first.sequence} to {last.sequence}, {first.at:%Y-%m-%d %H:%M} to "
        f"{last.at:%Y-%m-%d %H:%M} UTC."
    )
