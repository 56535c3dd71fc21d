"""The house's own source, read as a tree: for rules about all of it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def trees() -> dict[str, ast.Module]:
    """Every module of the application by its path."""
    files = sorted((ROOT / "app").rglob("*.py"))
    return {str(f.relative_to(ROOT)): ast.parse(f.read_text()) for f in files}


def nodes(*without: str) -> Iterator[tuple[str, ast.AST]]:
    """Every node outside these files and folders."""
    for path, tree in trees().items():
        if not path.startswith(without or ("\0",)):
            for node in ast.walk(tree):
                yield path, node


def members_used(enum: str, *without: str) -> set[str]:
    """The members of an enum that the code names, by its own or an imported name."""
    names = {enum}
    for _, node in nodes(*without):
        if isinstance(node, ast.ImportFrom):
            names |= {a.asname for a in node.names if a.name == enum and a.asname}
    return {
        node.attr
        for _, node in nodes(*without)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in names
    }
