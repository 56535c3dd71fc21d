"""The door for people: one blueprint a screen."""

from app.web import (
    approvals,
    audit,
    bulk,
    channels,
    contacts,
    handling,
    holding,
    home,
    inbox,
    invitations,
    labels,
    members,
    notice_settings,
    notices,
    outbox,
    passwords,
    replies,
    roles,
    search,
    second_factor,
    settings,
    setup,
    sign_in,
    written,
)
from app.web.shell import install

__all__ = ["BLUEPRINTS", "install"]

BLUEPRINTS = (
    home.bp, sign_in.bp, inbox.bp, handling.bp, replies.bp, approvals.bp, outbox.bp, channels.bp,
    members.bp, roles.bp, invitations.bp, passwords.bp, second_factor.bp, audit.bp,
    settings.bp, setup.bp, search.bp, bulk.bp, labels.bp, contacts.bp, written.bp,
    notices.bp, notice_settings.bp, holding.bp,
)
