"""Rules about all templates: what customers write is text, and nothing runs from within a page."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, nodes

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FORBIDDEN = {
    "unescaped text": re.compile(r"\|\s*safe\b|autoescape\s+false|Markup\("),
    "an inline style": re.compile(r"\sstyle\s*=|<style\b", re.IGNORECASE),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a handler of htmx's": re.compile(r"hx-on[:=-]|hx-vals\s*=\s*[\"']js:"),
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "an address that runs": re.compile(r"javascript:", re.IGNORECASE),
    "something from elsewhere": re.compile(r"\b(?:src|action)\s*=\s*[\"'](?:https?:)?//"),
}


@pytest.mark.parametrize(("what", "pattern"), FORBIDDEN.items(), ids=lambda v: str(v)[:24])
def test_no_template_holds(what: str, pattern: re.Pattern[str]) -> None:
    found = {
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in TEMPLATES
        for match in [pattern.search(comments_out(path))]
        if match
    }

    assert len(TEMPLATES) > 30
    assert found == set(), what


def comments_out(path: Path) -> str:
    return re.sub(r"{#.*?#}", "", path.read_text(), flags=re.DOTALL)


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("unescaped text", "{{ words|safe }}"), ("unescaped text", "{% autoescape false %}"),
        ("an inline style", '<p style="color: red">'), ("an inline style", "<STYLE>"),
        ("an inline handler", '<a href="#" onclick="x()">'), ("an inline script", "<script>x()"),
        ("an inline handler", "<img\n onerror=x>"), ("an address that runs", 'href="JavaScript:x"'),
        ("something from elsewhere", '<img src="//cdn.example/x.png">'),
        ("a handler of htmx's", '<p hx-on:click="x()">'),
    ],
)  # fmt: skip
def test_each_rule_sees_what_breaks_it(what: str, text: str) -> None:
    assert FORBIDDEN[what].search(text)


def test_a_form_that_changes_something_has_its_token() -> None:
    for path in TEMPLATES:
        if "practice" in path.parts:
            continue
        for form in re.findall(r"<form\b.*?</form>", comments_out(path), re.DOTALL | re.IGNORECASE):
            is_post = re.search(r"method\s*=\s*[\"']post", form[: form.index(">")], re.IGNORECASE)
            has_token = re.search(r"csrf_token|csrf\(|hidden_tag|macros\.|\w+\.token\(", form)
            assert not is_post or has_token, f"{path.name}: {form[:120]}"


def test_code_marks_as_safe_only_what_it_has_written_itself() -> None:
    """`Markup("…").format(x)` escapes x; anything else than a plain text in it would not."""
    for path, node in nodes("app/practice"):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Markup":
            (argument,) = node.args
            assert isinstance(argument, ast.Constant), f"{path}: {ast.unparse(node)}"
