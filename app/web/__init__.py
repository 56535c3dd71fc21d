"""The door for people: one blueprint a screen."""

from app.web import (
    approvals,
    audit,
    channels,
    handling,
    home,
    inbox,
    invitations,
    members,
    outbox,
    passwords,
    replies,
    roles,
    second_factor,
    settings,
    setup,
    sign_in,
)
from app.web.shell import install

__all__ = ["BLUEPRINTS", "install"]

BLUEPRINTS = (
    home.bp, sign_in.bp, inbox.bp, handling.bp, replies.bp, approvals.bp, outbox.bp, channels.bp,
    members.bp, roles.bp, invitations.bp, passwords.bp, second_factor.bp, audit.bp,
    settings.bp, setup.bp,
)
