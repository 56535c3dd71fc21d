"""What a platform takes: lengths by its own counting (PLATFORM_FACTS 13)."""

from app.channels.models import Channel, Platform
from app.foundation.errors import Invalid
from app.foundation.text import clean
from app.foundation.words import Words
from app.inbox.models import Audience

LONGEST = {
    (Platform.FACEBOOK, Audience.PUBLIC): 8000,
    (Platform.FACEBOOK, Audience.PRIVATE): 2000,
}
LONGEST_DRAFT = 20_000
WRITTEN_DOWN = Words(
    "What was written down can't be answered from here. Call or mail them yourself, "
    "then write a note or mark it done."
)


def longest(channel: Channel, audience: Audience) -> int:
    """The most characters an answer may have here."""
    return LONGEST.get((channel.platform, audience), 1000)


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
    most = longest(channel, audience)
    if len(text) > most:
        raise Invalid(
            Words(
                "%(platform)s takes at most %(most)d characters, this has %(count)d. "
                "Your text is kept: shorten it.",
                {"platform": channel.platform.label, "most": most, "count": len(text)},
            ),
            "text",
        )
    return text
