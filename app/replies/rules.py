"""What may go out: something that can be answered at all, and no longer than the platform takes."""

from app.channels import limits
from app.channels.limits import Limit, Unit
from app.channels.models import Channel, Platform
from app.foundation.errors import Invalid
from app.foundation.text import clean
from app.foundation.words import Words
from app.inbox.models import Audience

LONGEST_DRAFT = 20_000
WRITTEN_DOWN = Words(
    "What was written down can't be answered from here. Call or mail them yourself, "
    "then write a note or mark it done."
)


TOO_LONG = {
    Unit.CHARACTERS: Words(
        "%(platform)s takes at most %(most)d characters, this has %(count)d. "
        "Your text is kept: shorten it."
    ),
    Unit.BYTES: Words(
        "%(platform)s takes at most %(most)d bytes in a message, this has %(count)d. A plain "
        "letter is one, a letter like ä two, an emoji four or more. Your text is kept: shorten it."
    ),
    Unit.WEIGHTED: Words(
        "%(platform)s takes at most %(most)d characters by its own counting, this has %(count)d. "
        "A web address counts 23, an emoji two. Your text is kept: shorten it."
    ),
}


def limit(channel: Channel, audience: Audience) -> Limit:
    """How long an answer may be here."""
    return limits.limit(channel.platform, is_public=audience is Audience.PUBLIC)


def check_answerable(channel: Channel) -> None:
    """What the team wrote down came by no platform, so no answer can go out by one."""
    if channel.platform is Platform.DESK:
        raise Invalid(WRITTEN_DOWN, "text")


def checked_draft(text: str) -> str:
    """Words being written: nearly anything may be kept."""
    text = clean(text)
    if len(text) > LONGEST_DRAFT:
        raise Invalid(
            Words(
                "This is over 20,000 characters. Nothing was lost: shorten it here and save again."
            ),
            "text",
        )
    return text


def checked_answer(text: str, channel: Channel, audience: Audience) -> str:
    """Words that are to go out."""
    text = checked_draft(text)
    if not text:
        raise Invalid(Words("Write the answer first."), "text")
    allowed = limit(channel, audience)
    if not allowed.takes(text):
        told = {
            "platform": channel.platform.label,
            "most": allowed.most,
            "count": allowed.length(text),
        }
        raise Invalid(Words(TOO_LONG[allowed.unit].text, told), "text")
    return text
