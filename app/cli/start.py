"""What the commands have in common: settings, and a running desk."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from app import runtime
from app.foundation import log
from app.foundation.config import Settings, load_settings
from app.foundation.db import Database
from app.runtime import NotReady, Runtime


def settings() -> Settings:
    """The settings in the environment."""
    found = load_settings(os.environ)
    log.set_up(found.LOG_LEVEL)
    return found


@contextmanager
def desk() -> Iterator[Runtime]:
    """A running desk, closed at the end."""
    running = runtime.start(settings())
    if running.keys.warning:
        click.secho(f"Warning: {running.keys.warning}", err=True, fg="yellow")
    try:
        yield running
    finally:
        running.close()


def database(settings: Settings) -> Database:
    """The database itself, where there may be no desk yet; closed with the command."""
    made = Database(settings.database_url)
    click.get_current_context().call_on_close(made.close)
    return made


def text_of(file: Path) -> str:
    """What is written in a file, such as a password, without its last line end."""
    try:
        return file.read_text().rstrip("\r\n")
    except UnicodeDecodeError:
        raise NotReady(f"{file} is not a text file in UTF-8.") from None


def progress(text: str) -> None:
    """A line that says how far it is; rewritten in place on a terminal."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{text}", err=True, nl=False)


def progress_done() -> None:
    if sys.stderr.isatty():
        click.echo("", err=True)
