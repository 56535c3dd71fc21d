"""The door for people: one blueprint a screen."""

from app.web import (
    approvals,
    audit,
    channels,
    handling,
    home,
    inbox,
    members,
    outbox,
    replies,
    settings,
    sign_in,
)
from app.web.shell import install

__all__ = ["BLUEPRINTS", "install"]

BLUEPRINTS = (
    home.bp, sign_in.bp, inbox.bp, handling.bp, replies.bp, approvals.bp, outbox.bp, channels.bp,
    members.bp, audit.bp, settings.bp,
)
