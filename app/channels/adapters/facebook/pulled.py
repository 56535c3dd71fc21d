"""What readings of a Page bring: comments under its posts, and private messages."""

from app.channels.adapters.facebook import comments
from app.channels.adapters.meta import messages, pulled
from app.channels.models import Platform

normalize = pulled.normalizer(Platform.FACEBOOK, comments.read, messages.read)
