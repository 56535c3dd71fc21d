"""What a call asks for: its parameters by name, its fields in either dialect, its JSON body."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Request

from app.practice import times
from app.practice.errors import GraphError
from app.practice.graph.asked import load
from app.practice.x import dialect, numbers, views
from app.practice.x.errors import invalid

POST, USER, MESSAGE, MEDIA = "tweet.fields", "user.fields", "dm_event.fields", "media.fields"
EXPANSIONS = "expansions"
IGNORED = ("place.fields", "poll.fields")
_FIELDS = {
    POST: (views.POST_DEFAULTS, views.POST_FIELDS),
    USER: (views.USER_DEFAULTS, views.USER_FIELDS),
    MESSAGE: (views.MESSAGE_DEFAULTS, views.MESSAGE_FIELDS),
    MEDIA: (views.MEDIA_DEFAULTS, views.MEDIA_FIELDS),
}
_KNOWN_EXPANSIONS = frozenset((
    "author_id", "referenced_tweets.id", "referenced_tweets.id.author_id", "in_reply_to_user_id",
    "attachments.media_keys", "attachments.poll_ids", "geo.place_id", "edit_history_tweet_ids",
    "entities.mentions.username", "sender_id", "participant_ids", "pinned_tweet_id",
    "referenced_tweets.id.attachments.media_keys",
))  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """`params` are those without fields, by the names used inside."""

    params: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
    expansions: frozenset[str] = frozenset()
    dialect: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        value = self.params.get(name, str(default))
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else -1
        if not least <= number <= most:
            words = f"The `{name}` query parameter value [{value[:40]}] is not between"
            raise invalid(f"{words} {least} and {most}", **{name: [value[:40]]})
        return number

    def id(self, name: str) -> int | None:
        value = self.params.get(name)
        return None if value is None else need_id(value, name)

    def time(self, name: str) -> int | None:
        value = self.params.get(name)
        try:
            return None if value is None else times.read_time(value)
        except GraphError:
            raise invalid(f"Invalid '{name}'", **{name: [str(value)[:40]]}) from None

    def listed(self, name: str, most: int = 100) -> list[str]:
        found = [item for item in self.params.get(name, "").split(",") if item]
        if not 1 <= len(found) <= most:
            raise invalid(f"size must be between 1 and {most}", **{name: found[:1]})
        return found

    def text(self, name: str, default: str | None = None) -> str:
        """A text of the body."""
        value = self.body.get(name, default)
        if not isinstance(value, str):
            raise invalid(f"$.{name}: string expected", **{name: [str(value)[:40]]})
        return value

    def part(self, name: str) -> Mapping[str, Any]:
        """An object inside the body; left out, an empty one."""
        value = self.body.get(name, {})
        if not isinstance(value, Mapping):
            raise invalid(f"$.{name}: object expected", **{name: [str(value)[:40]]})
        return value


def read(request: Request, allowed: Iterable[str]) -> Asked:
    """Asked in both dialects at once is refused, and so is a name that nobody knows."""
    names = {_inside(name): name for name in request.args}
    spoken = dialect.of([*request.args, *_values(request)])
    if len(spoken) > 1:
        raise invalid("Names beginning with `tweet` and with `post` cannot be used together")
    for name in names:
        if name not in (*allowed, *IGNORED):
            words = f"The query parameter [{names[name][:40]}] is not one of [{','.join(allowed)}]"
            raise invalid(words, **{names[name][:40]: [request.args[names[name]][:40]]})
    given = {name: request.args[outside] for name, outside in names.items()}
    expansions = _names(given.get(EXPANSIONS, ""), EXPANSIONS, _KNOWN_EXPANSIONS)
    return Asked(
        params={k: v for k, v in given.items() if k not in _FIELDS and k != EXPANSIONS},
        fields={name: _wanted(name, given.get(name, ""), expansions) for name in _FIELDS},
        expansions=expansions,
        dialect=next(iter(spoken), ""),
        body=_body(request),
    )


def need_id(value: object, name: str = "id") -> int:
    found = numbers.read(value) if isinstance(value, str) else None
    if found is None:
        words = f"The `{name}` parameter value [{str(value)[:40]}] is not valid"
        raise invalid(words, **{name: [str(value)[:40]]})
    return found


def _inside(name: str) -> str:
    return POST if name == "post.fields" else name


def _values(request: Request) -> list[str]:
    """The fields and expansions that were asked for: their names tell the dialect too."""
    listed = (v for k, v in request.args.items() if k.endswith(".fields") or k == EXPANSIONS)
    return [item for value in listed for item in value.split(",")]


def _names(text: str, parameter: str, known: frozenset[str]) -> frozenset[str]:
    found = [item.strip() for item in text.split(",") if item.strip()]
    for item in found:
        if dialect.heard(item) not in known:
            words = f"The `{parameter}` query parameter value [{item[:40]}] is not one of"
            raise invalid(f"{words} [{','.join(sorted(known))}]", **{parameter: [item[:40]]})
    return frozenset(map(dialect.heard, found))


def _wanted(name: str, text: str, expansions: frozenset[str]) -> frozenset[str]:
    """The defaults come always, and so does a field that is expanded."""
    defaults, known = _FIELDS[name]
    expanded = {item.partition(".")[0] for item in expansions} & known
    return _names(text, name, known) | frozenset(defaults) | expanded


def _body(request: Request) -> Mapping[str, Any]:
    if request.mimetype != "application/json" or not request.get_data().strip():
        return {}
    try:
        found = load(request.get_data())
    except GraphError:
        found = None
    if not isinstance(found, dict):
        raise invalid("$: object expected")
    return found
