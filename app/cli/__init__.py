"""`vuoro`: what is done on the machine itself. Every refusal is one clear line."""

import os
import sys

import click

from app.channels.errors import ChannelError
from app.cli import audit, channels, desk, members, practice, programs
from app.credentials.rootkey import KeyProblem
from app.foundation.config import ConfigError
from app.foundation.errors import DeskError
from app.runtime import NotReady


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Vuoro: a shared desk for answering customers in public and in private."""


for command in (
    desk.init,
    desk.migrate,
    desk.check,
    programs.serve,
    programs.worker,
    programs.run,
    practice.practice,
    channels.channel,
    members.member,
    audit.audit,
):
    cli.add_command(command)


def main() -> None:
    """The console script: exits 0, 1 when refused, 2 when used wrongly."""
    os.umask(0o077)
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except (ConfigError, NotReady, DeskError, KeyProblem, ChannelError) as problem:
        click.echo(f"vuoro: {problem}", err=True)
        sys.exit(1)
    except OSError as problem:
        click.echo(
            f"vuoro: {problem.strerror or problem}: {problem.filename or ''}".rstrip(": "), err=True
        )
        sys.exit(1)
