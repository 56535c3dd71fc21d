"""What the documents say can be done: every command, every target of make, every link."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from app.cli import cli
from app.runtime import ROOT

DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
COMMAND = re.compile(r"(?:`|^|&& |bin/)(vuoro(?: [^`&#\n]*)?)(?:`|&&|#|$)", re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda f: str(f.relative_to(ROOT)))
def test_every_command_and_link_in_a_document_exists(document: Path) -> None:
    text = document.read_text()

    for words in commands(text):
        check(cli, words[1:], " ".join(words))
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"`?\bmake ([a-z]+)`", text)) <= set(targets)
    for link in re.findall(r"\]\(([^)#]+)", text):
        assert "://" in link or (document.parent / link).exists(), link


def test_a_command_that_there_is_not_is_found() -> None:
    with pytest.raises(AssertionError):
        check(cli, ["member", "forget"], "")
    with pytest.raises(AssertionError):
        check(cli, ["member", "reset", "--everybody"], "")
    assert list(commands("Run `vuoro member\nreset --email a@b`, then `vuoro check`.")) == [
        ["vuoro", "member", "reset", "--email", "a@b"],
        ["vuoro", "check"],
    ]


def commands(text: str) -> Iterator[list[str]]:
    """Every `vuoro ...`, in a line of its own or within a sentence, where it may be broken."""
    blocks = re.findall(r"```.*?```", text, re.DOTALL)
    spans = re.findall(r"`[^`]+`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    for piece in [*blocks, *(span.replace("\n", " ") for span in spans)]:
        for found in COMMAND.findall(piece):
            yield shlex.split(found)


def check(command: click.Command, words: list[str], whole: str) -> None:
    """Each word that looks like a command or an option is one; what it is given is not tried."""
    if isinstance(command, click.Group):
        names = words[0].split("|") if words else []
        known = set(command.list_commands(click.Context(command)))
        assert set(names) <= known or (command.invoke_without_command and not words), whole
        for name in names:
            check(command.commands[name], words[1:], whole)
        return
    known = {name for parameter in command.params for name in parameter.opts}
    assert {word for word in words if word.startswith("-") and word != "-"} <= known, whole
