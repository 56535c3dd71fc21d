"""Sentences for people, carried through areas that know nothing of the request's language.

Areas raise and return `Words`; the door translates them. The text is the gettext key, so the
extractor lists `Words` among its keywords, and the values are filled in after translation.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Words:
    """One whole sentence and the values it names."""

    text: str
    values: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text


def words(text: str, **values: object) -> Words:
    """A sentence to be translated where it is shown."""
    return Words(text, values)
