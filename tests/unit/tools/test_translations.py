"""The catalog's check sees every sentence that a Finnish reader would meet in English."""

import pytest
from babel.messages.catalog import Catalog

from tools import translations


@pytest.fixture
def source(tmp_path):
    (tmp_path / "app").mkdir()
    (tmp_path / "templates" / "inbox").mkdir(parents=True)
    (tmp_path / "app" / "words.py").write_text(
        'a = _("Plain")\nb = Words("Carried")\nc = words("Called %(name)s", name=1)\n'
        'd = lazy_gettext("Lazy")\ne = ngettext("%(num)d reply", "%(num)d replies", 2)\n'
        'f = Words(variable)\ng = print("No sentence")\n'
    )
    (tmp_path / "templates" / "inbox" / "list.html").write_text(
        '<p>{{ _("Shown") }}{% trans name=x %}Hello {{ name }}{% endtrans %}</p>'
    )
    return translations.sentences(tmp_path)


def translated(source: Catalog) -> Catalog:
    for message in source:
        if message.id:
            plural = not isinstance(message.id, str)
            message.string = tuple(message.id) if plural else message.id
    return source


def test_sentences_are_found_in_code_and_templates(source):
    found = {translations.key(message) for message in source if message.id}

    assert found == {
        *("Plain", "Carried", "Called %(name)s", "Lazy", "%(num)d reply"),
        *("Shown", "Hello %(name)s"),
    }


def test_a_missing_catalog_misses_every_sentence(source, tmp_path):
    found = list(translations.problems(tmp_path / "fi.po", source))

    assert len(found) == 7
    assert all(line.startswith("not in the catalog") for line in found)


def test_update_adds_sentences_and_keeps_translations(source, tmp_path):
    path = tmp_path / "fi" / "messages.po"
    translations.update(path, source)
    path.write_text(path.read_text().replace('"Plain"\nmsgstr ""', '"Plain"\nmsgstr "Selvä"'))

    source.add("New")
    source.delete("Lazy")
    translations.update(path, source)

    catalog = translations.read(path)
    plain = catalog.get("Plain")
    assert plain is not None
    assert plain.string == "Selvä"
    assert catalog.get("New") is not None
    assert catalog.get("Lazy") is None


def test_an_update_without_news_changes_nothing(source, tmp_path):
    path = tmp_path / "messages.po"
    translations.update(path, source)
    first = path.read_bytes()

    translations.update(path, source)

    assert path.read_bytes() == first
    assert b"EMAIL" not in first


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ('msgid "Plain"\nmsgstr ""', "not translated"),
        ('#, fuzzy\nmsgid "Plain"\nmsgstr "Selvä"', "marked fuzzy"),
        ('msgid "Elsewhere"\nmsgstr "Muualla"', "not in the catalog"),
    ],
)
def test_each_kind_of_problem_is_named(source, tmp_path, wrong, problem):
    path = tmp_path / "fi.po"
    translations.update(path, translated(source))
    right = 'msgid "Plain"\nmsgstr "Plain"'
    assert right in path.read_text()
    path.write_text(path.read_text().replace(right, wrong))

    found = list(translations.problems(path, source))

    assert len(found) == 1
    assert found[0].startswith(problem)
    assert "'Plain'" in found[0]


def test_a_lost_placeholder_is_a_problem(source, tmp_path):
    path = tmp_path / "fi.po"
    translations.update(path, translated(source))
    text = path.read_text()
    path.write_text(text.replace('msgstr "Called %(name)s"', 'msgstr "Kutsuttu %(nimi)s"'))

    assert len(list(translations.problems(path, source))) == 1


def test_a_whole_catalog_has_no_problem(source, tmp_path, capsys):
    path = tmp_path / "fi.po"
    translations.update(path, translated(source))

    assert translations.report(translations.problems(path, source)) == 0
    assert capsys.readouterr().out == ""
