"""`vuoro`: what is done on the machine itself. Every refusal is one clear line."""

import os
import resource
import sqlite3
import sys
from typing import NoReturn

import click
from sqlalchemy.exc import DBAPIError

from app.channels.errors import ChannelError
from app.cli import audit, channels, desk, members, practice, programs
from app.cli.leash import hold
from app.credentials.rootkey import KeyProblem
from app.foundation.config import ConfigError
from app.foundation.errors import DeskError
from app.practice.errors import Refused
from app.runtime import NotReady


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--leash", type=int, hidden=True)
def cli(leash: int | None) -> None:
    """Vuoro: a shared desk for answering customers in public and in private."""
    if leash is not None:
        hold(leash)


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
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump of memory would hold the keys
    try:
        cli.main(prog_name="vuoro", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.exceptions.NoArgsIsHelpError as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except click.UsageError as problem:
        asked = problem.ctx.command_path if problem.ctx else "vuoro"
        _refuse(f"{problem.format_message()} See: {asked} --help", problem.exit_code)
    except click.ClickException as problem:
        _refuse(problem.format_message())
    except (ConfigError, NotReady, DeskError, KeyProblem, ChannelError, Refused) as problem:
        _refuse(str(problem))
    except DBAPIError as problem:
        _refuse(f"the database cannot be used (VUORO_DATABASE_URL): {problem.orig}")
    except sqlite3.Error as problem:
        _refuse(f"the database could not be copied: {problem}")
    except OSError as problem:
        _refuse(f"{problem.strerror or problem}: {problem.filename or ''}".rstrip(": "))


def _refuse(words: str, code: int = 1) -> NoReturn:
    """One line, whatever the words are."""
    click.echo(f"vuoro: {' '.join(words.split())}", err=True)
    sys.exit(code)
