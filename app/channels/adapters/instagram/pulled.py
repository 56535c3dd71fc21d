"""What readings of an account bring: comments, mentions, tags and private messages."""

from app.channels.adapters.instagram import rows
from app.channels.adapters.meta import messages, pulled
from app.channels.models import Platform

normalize = pulled.normalizer(
    Platform.INSTAGRAM, rows.comments, rows.mentions, rows.tags, rows.whole, messages.read
)
