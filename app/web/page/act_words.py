"""What can be done on a platform, in words: whole sentences, since Finnish inflects the names."""

from app.channels.models import Act, Kind
from app.foundation.words import Words

KINDS = {
    Kind.VISITOR_POST: Words("Visitor post"),
    Kind.MENTION: Words("Mention"),
    Kind.TAG: Words("Tagged you"),
    Kind.RECOMMENDED: Words("Recommends you"),
    Kind.NOT_RECOMMENDED: Words("Does not recommend you"),
    Kind.QUOTE: Words("Quotes you"),
    Kind.STORY_REPLY: Words("Answers your story"),
    Kind.STORY_MENTION: Words("Mention in a story"),
}
"""What sort of thing somebody wrote, where it is no plain comment or message."""

DO: dict[tuple[str, Act], Words] = {
    ("facebook", Act.HIDE): Words("Hide on Facebook"),
    ("facebook", Act.UNHIDE): Words("Show on Facebook again"),
    ("facebook", Act.DELETE): Words("Delete on Facebook"),
    ("instagram", Act.HIDE): Words("Hide on Instagram"),
    ("instagram", Act.UNHIDE): Words("Show on Instagram again"),
    ("instagram", Act.DELETE): Words("Delete on Instagram"),
    ("x", Act.HIDE): Words("Hide on X"),
    ("x", Act.UNHIDE): Words("Show on X again"),
    ("x", Act.DELETE): Words("Delete on X"),
}
DO_ANYWHERE = {
    Act.LIKE: Words("Like"),
    Act.UNLIKE: Words("Take the like back"),
    Act.BLOCK: Words("Block this person"),
    Act.UNBLOCK: Words("Let this person write again"),
}
HINTS = {
    Act.HIDE: Words("Out of sight there for others. You can show it again."),
    Act.BLOCK: Words("They can't comment or write to you there then. You can let them again."),
}
DOING = {
    Act.HIDE: Words("Being hidden on the platform."),
    Act.UNHIDE: Words("Being shown on the platform again."),
    Act.DELETE: Words("Being deleted on the platform."),
    Act.LIKE: Words("The like is on its way."),
    Act.UNLIKE: Words("The like is being taken back."),
    Act.BLOCK: Words("The person is being blocked."),
    Act.UNBLOCK: Words("The person is being let write again."),
}
NOT_DONE = {
    Act.HIDE: Words("It was not hidden."),
    Act.UNHIDE: Words("It was not shown again."),
    Act.DELETE: Words("It was not deleted."),
    Act.LIKE: Words("It was not liked."),
    Act.UNLIKE: Words("The like was not taken back."),
    Act.BLOCK: Words("The person was not blocked."),
    Act.UNBLOCK: Words("The person is still blocked."),
}
NOT_KNOWN = Words("We could not find out if it was done. Look at the platform, then try again.")
CHECKING = Words("We do not know yet if it was done. We are checking.")
ICONS = {
    Act.HIDE: "eye-off",
    Act.UNHIDE: "eye",
    Act.DELETE: "x",
    Act.LIKE: "check",
    Act.UNLIKE: "undo",
    Act.BLOCK: "ban",
    Act.UNBLOCK: "user",
}


def do(platform: str, act: Act) -> Words:
    """What a button says."""
    return DO.get((platform, act)) or DO_ANYWHERE[act]
