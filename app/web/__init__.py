"""The door for people: one blueprint a screen."""

from app.web.accounts import invitations, members, passwords, roles, second_factor, sign_in
from app.web.desk import audit, channels, costs, home, privacy, settings, setup, signing_in, steps
from app.web.inbox import bulk, contacts, handling, inbox, labels, media, search, written
from app.web.notices import notice_settings, notices, push
from app.web.replies import actions, approvals, holding, outbox, replies
from app.web.shell import install

__all__ = ["BLUEPRINTS", "install"]

BLUEPRINTS = (
    home.bp,
    sign_in.bp,
    inbox.bp,
    media.bp,
    handling.bp,
    replies.bp,
    approvals.bp,
    outbox.bp,
    channels.bp,
    costs.bp,
    signing_in.bp,
    steps.bp,
    privacy.bp,
    members.bp,
    roles.bp,
    invitations.bp,
    passwords.bp,
    second_factor.bp,
    audit.bp,
    settings.bp,
    setup.bp,
    search.bp,
    bulk.bp,
    labels.bp,
    contacts.bp,
    written.bp,
    notices.bp,
    notice_settings.bp,
    push.bp,
    holding.bp,
    actions.bp,
)
