"""Ids, times and words as Meta writes them: as other platforms do."""

from app.channels.wire import (
    address_of,
    link_of,
    millis_of,
    name_of,
    text_of,
    time_of,
    words_of,
)

__all__ = ["address_of", "link_of", "millis_of", "name_of", "text_of", "time_of", "words_of"]
