"""What the commands have in common: settings, and a running desk."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from app import runtime
from app.foundation import log
from app.foundation.config import Settings, load_settings
from app.runtime import Runtime


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


def progress(text: str) -> None:
    """A line that says how far it is; rewritten in place on a terminal."""
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{text}", err=True, nl=False)


def progress_done() -> None:
    if sys.stderr.isatty():
        click.echo("", err=True)
