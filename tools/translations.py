"""The Finnish catalog: `python -m tools.translations update|check`.

English sentences in code and templates are the keys. `update` brings the catalog up to date with
them and leaves translations alone; `check` fails while a sentence is missing, empty or fuzzy.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
LANGUAGE = "fi"
CATALOG = ROOT / "translations" / LANGUAGE / "LC_MESSAGES" / "messages.po"
SOURCES = {"app": [("**.py", "python")], "templates": [("**.html", "jinja2")]}
# `Words(...)` and `words(...)` carry a sentence through areas that do not know the language.
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "Words": None,
    "words": None,
}
TAGS = ["Translators:"]
# Without dates and names, which would change with every update and say nothing.
HEADER = b"""# Vuoro in Finnish. The keys come from the code: `make translations`.
msgid ""
msgstr ""
"Language: fi\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""
SHOWN = 20


def main(arguments: list[str]) -> int:
    if arguments == ["update"]:
        update(CATALOG, sentences(ROOT))
        return 0
    if arguments == ["check"]:
        return report(problems(CATALOG, sentences(ROOT)))
    print("usage: python -m tools.translations update|check", file=sys.stderr)
    return 2


def sentences(root: Path) -> Catalog:
    """Every sentence in code and templates, with the files it stands in."""
    found = Catalog()
    for folder, methods in SOURCES.items():
        for name, line, text, comments, context in extract_from_dir(
            root / folder, methods, keywords=KEYWORDS, comment_tags=TAGS, strip_comment_tags=True
        ):
            place = (f"{folder}/{name}", line)
            found.add(text, None, [place], auto_comments=comments, context=context)
    return found


def update(path: Path, template: Catalog) -> None:
    catalog = read(path)
    catalog.update(template, no_fuzzy_matching=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as handle:
        handle.write(HEADER)
        write_po(
            handle, catalog, width=100, omit_header=True, ignore_obsolete=True, include_lineno=False
        )


def read(path: Path) -> Catalog:
    if not path.exists():
        return Catalog(locale=LANGUAGE)
    with path.open("rb") as handle:
        return read_po(handle, locale=LANGUAGE)


def problems(path: Path, template: Catalog) -> Iterator[str]:
    """What a reader in Finnish would see in English, or see wrong."""
    catalog = read(path)
    for wanted in template:
        if wanted.id:
            yield from problems_of(wanted, catalog.get(key(wanted), wanted.context), catalog)


def problems_of(wanted: Message, kept: Message | None, catalog: Catalog) -> Iterator[str]:
    title = f"{wanted.locations[0][0]}: {key(wanted)!r}"
    if kept is None:
        yield f"not in the catalog  {title}"
        return
    forms = kept.string if isinstance(kept.string, list | tuple) else [kept.string]
    if not all(forms):
        yield f"not translated      {title}"
    elif kept.fuzzy:
        yield f"marked fuzzy        {title}"
    else:
        yield from (f"{error}  {title}" for error in kept.check(catalog))


def key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def report(found: Iterator[str]) -> int:
    lines = sorted(found)
    for line in lines[:SHOWN]:
        print(line)
    if len(lines) > SHOWN:
        print(f"and {len(lines) - SHOWN} more")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
