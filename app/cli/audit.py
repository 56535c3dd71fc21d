"""`vuoro audit verify|export`."""

import sys
from typing import TextIO

import click

from app.audit import checking
from app.cli import start
from app.runtime import NotReady


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
    """Write the log to FILE ("-": standard output), one row a line, to be checked elsewhere."""
    with start.desk() as running:
        count = checking.export(running.database, file)
    if not count:
        raise NotReady("The audit log is empty.")
    click.echo(f"{count} rows.", err=True)
