"""What X asks for each call (PLATFORM_FACTS 11), in millionths of a dollar.

One charge a resource and UTC day; failed calls are free.
"""

from datetime import date
from enum import Enum

AS_OF = date(2026, 4, 1)
SOURCE = "https://docs.x.com/x-api/getting-started/pricing"


class Price(Enum):
    """The kinds of charge."""

    POST = "post"
    POST_WITH_URL = "post_with_url"
    SUMMONED_REPLY = "summoned_reply"
    DM_SEND = "dm_send"
    DM_READ = "dm_read"
    POST_READ = "post_read"
    USER_READ = "user_read"
    OWNED_READ = "owned_read"

    @property
    def micros(self) -> int:
        return MICROS[self]


MICROS = {
    Price.POST: 15_000,
    Price.POST_WITH_URL: 200_000,
    Price.SUMMONED_REPLY: 10_000,
    Price.DM_SEND: 15_000,
    Price.DM_READ: 10_000,
    Price.POST_READ: 5_000,
    Price.USER_READ: 10_000,
    Price.OWNED_READ: 1_000,
}
