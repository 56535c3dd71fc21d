"""What readings of a Page bring: others' posts, comments under posts, and private messages."""

from app.channels.adapters.facebook import comments, listed_posts
from app.channels.adapters.meta import messages, pulled
from app.channels.models import Platform

normalize = pulled.normalizer(Platform.FACEBOOK, listed_posts.read, comments.read, messages.read)
