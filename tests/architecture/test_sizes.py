"""HOUSE_STYLE 7 and 8: small files, small functions, nothing put off and nothing switched off."""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeGuard

import pytest

ROOT = Path(__file__).parents[2]
HOUSE = ("app", "vault")
EVERYTHING = ("app", "vault", "tools", "tests", "migrations")
LONGEST_FILE = 500
LONGEST_FUNCTION = 60

PUT_OFF = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b", re.IGNORECASE)
ISSUE = re.compile(r"(#|issue )\d+", re.IGNORECASE)
CODES = r"(?:\[[\w, -]+\]|:\s*[A-Z]+\d+(?:,?\s*[A-Z]+\d+)*)?"
SWITCH = re.compile(
    rf"#\s*(?:(?:type:\s*ignore|noqa){CODES}|pragma: no \w+|(?:mypy|ruff):\s*\S+)", re.IGNORECASE
)
SKIPS = ("skip", "skipif", "xfail", "importorskip")

Rule = Callable[[str], Iterator[str]]


def too_long_file(source: str) -> Iterator[str]:
    lines = source.count("\n")
    if lines > LONGEST_FILE:
        yield f"{lines} lines, and {LONGEST_FILE} are the most: part it by what it does"


def too_long_function(source: str) -> Iterator[str]:
    for node in functions(source):
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > LONGEST_FUNCTION:
            yield f"{node.lineno}: {node.name} has {lines} lines; {LONGEST_FUNCTION} are the most"


def import_inside_function(source: str) -> Iterator[str]:
    for function in functions(source):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield f"{node.lineno}: an import inside {function.name}; move it to the top"


def functions(source: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def put_off_without_issue(source: str) -> Iterator[str]:
    for line, comment in comments(source):
        if PUT_OFF.search(comment) and not ISSUE.search(comment):
            yield f"{line}: put off without an issue's number: {comment}"


def switched_off_without_reason(source: str) -> Iterator[str]:
    for line, comment in comments(source):
        rest, switches = SWITCH.subn("", comment)
        if switches and not re.search(r"[a-z]{2}", rest):
            yield f"{line}: switched off; say why behind it (`# noqa: S608 - why`): {comment}"


def skipped_without_reason(source: str) -> Iterator[str]:
    """A skip says why in words: `reason="..."`, or the text of `pytest.skip("...")`."""
    tree = ast.parse(source)
    called = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if is_skip(node) and not has_reason(node, called.get(id(node))):
            yield f"{node.lineno}: pytest {node.attr} without a reason"


def is_skip(node: ast.AST) -> TypeGuard[ast.Attribute]:
    is_one = isinstance(node, ast.Attribute) and node.attr in SKIPS
    return is_one and ast.unparse(node).startswith("pytest.")


def has_reason(node: ast.Attribute, call: ast.Call | None) -> bool:
    if call is None:
        return False
    is_mark = ".mark." in ast.unparse(node)
    return any(word.arg == "reason" for word in call.keywords) or (bool(call.args) and not is_mark)


@cache
def comments(source: str) -> list[tuple[int, str]]:
    """Two rules read them."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [(t.start[0], t.string) for t in tokens if t.type == tokenize.COMMENT]


RULES: list[tuple[Rule, tuple[str, ...]]] = [
    (too_long_file, HOUSE),
    (too_long_function, HOUSE),
    (import_inside_function, HOUSE),
    (put_off_without_issue, EVERYTHING),
    (switched_off_without_reason, EVERYTHING),
    (skipped_without_reason, EVERYTHING),
]


@pytest.mark.parametrize(
    ("rule", "folders"), RULES, ids=lambda value: getattr(value, "__name__", "")
)
def test_the_house_keeps(rule: Rule, folders: tuple[str, ...]):
    files = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    offences = [
        f"{path.relative_to(ROOT)}: {offence}"
        for path in files
        for offence in rule(path.read_text())
    ]

    assert files
    assert not offences, "\n".join(offences)


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (too_long_file, "x = 1\n" * 501),
        (too_long_function, "def f():\n" + "    x = 1\n" * 60),
        (import_inside_function, "def f():\n    if x:\n        import os\n"),
        (import_inside_function, "async def f():\n    from app import factory\n"),
        (put_off_without_issue, "x = 1  # TODO later\n"),
        (put_off_without_issue, "# fixme: wrong\n"),
        (switched_off_without_reason, "x = 1  # type: ignore\n"),
        (switched_off_without_reason, "x = 1  # type: ignore[arg-type]\n"),
        (switched_off_without_reason, "x = 1  # noqa: S608, E501\n"),
        (switched_off_without_reason, "x = 1  # noqa\n"),
        (switched_off_without_reason, "x = 1  # pragma: no cover\n"),
        (skipped_without_reason, "@pytest.mark.skip\ndef test(): ...\n"),
        (skipped_without_reason, "@pytest.mark.xfail()\ndef test(): ...\n"),
        (skipped_without_reason, "@pytest.mark.skipif(True)\ndef test(): ...\n"),
        (skipped_without_reason, "pytest.skip()\n"),
    ],
)
def test_each_rule_sees_what_breaks_it(rule, source):
    assert len(list(rule(source))) == 1


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (too_long_file, "x = 1\n" * 500),
        (too_long_function, "def f():\n" + "    x = 1\n" * 59),
        (import_inside_function, "import os\ndef f():\n    return os\n"),
        (put_off_without_issue, "x = 'TODO'  # TODO(#12): faster\n"),
        (switched_off_without_reason, "x = 1  # type: ignore[misc]  # huey has no types\n"),
        (switched_off_without_reason, "x = 1  # noqa: S608, E501 - the column is ours\n"),
        (switched_off_without_reason, "x = 1  # pragma: no cover - only on Windows\n"),
        (skipped_without_reason, "@pytest.mark.skipif(True, reason='no data')\ndef test(): ...\n"),
        (skipped_without_reason, "pytest.skip('no data here')\n"),
        (skipped_without_reason, "self.skip()\n"),
    ],
)
def test_no_rule_sees_what_is_well(rule, source):
    assert list(rule(source)) == []
