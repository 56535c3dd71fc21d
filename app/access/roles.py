"""The roles, and what each one brings."""

from enum import Enum

from app.access.permissions import Permission as P


class Role(Enum):
    """A role is given for all channels or for one, for good or until a date."""

    OWNER = "owner"
    """Approves, decides who may send where, sets the policy."""
    APPROVER = "approver"
    """Approves on given channels; nothing else of an owner's."""
    RESPONDER = "responder"
    """Answers, and drafts where approval is needed."""
    ADMIN = "admin"
    """Looks after channels and members; reads no conversation by it."""
    VIEWER = "viewer"
    """Reads, changes nothing."""
    SENDER = "sender"
    """May send own answers without approval: given by an owner, beside another role."""


_VIEWER = {P.OWN_ACCOUNT, P.CONVERSATION_READ, P.CHANNEL_READ, P.MEMBER_READ, P.AUDIT_READ}
_RESPONDER = {
    P.OWN_ACCOUNT,
    P.CONVERSATION_READ,
    P.CHANNEL_READ,
    P.MEMBER_READ,
    P.CONVERSATION_HANDLE,
    P.DRAFT_WRITE,
    P.MESSAGE_HIDE,
    P.MESSAGE_LIKE,
}
_APPROVER = _RESPONDER | {P.DRAFT_APPROVE, P.MESSAGE_DELETE, P.CONTACT_BLOCK}
_OWNER = (
    _APPROVER | _VIEWER | {P.HOLDING_MANAGE, P.MEMBER_MANAGE, P.OWNER_MANAGE, P.SETTINGS_MANAGE}
)
_ADMIN = {
    P.OWN_ACCOUNT,
    P.CHANNEL_READ,
    P.CHANNEL_MANAGE,
    P.MEMBER_READ,
    P.MEMBER_MANAGE,
    P.AUDIT_READ,
}

GIVES: dict[Role, frozenset[P]] = {
    Role.OWNER: frozenset(_OWNER),
    Role.APPROVER: frozenset(_APPROVER),
    Role.RESPONDER: frozenset(_RESPONDER),
    Role.ADMIN: frozenset(_ADMIN),
    Role.VIEWER: frozenset(_VIEWER),
    Role.SENDER: frozenset({P.REPLY_SEND}),
}

WHOLE_DESK: frozenset[P] = frozenset(
    {
        P.MEMBER_MANAGE,
        P.OWNER_MANAGE,
        P.SETTINGS_MANAGE,
        P.AUDIT_READ,
        P.HOLDING_MANAGE,
    }
)
"""Rights over the whole desk: a role limited to some channels does not bring them."""
