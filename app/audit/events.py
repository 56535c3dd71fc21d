"""The closed vocabulary of the audit log: `area:thing:verb`, and the details each may carry.

Details are ids, field names and enum values; never a customer's words or name, never a secret.
"""

from enum import Enum


class Event(Enum):
    """Every action that matters."""

    DESK_MADE = "desk:root-key:made"
    DESK_SETTINGS = "desk:settings:changed"
    AUDIT_RESUMED = "audit:chain:resumed"
    AUDIT_VOIDED = "audit:intent:voided"
    AUDIT_EXPORTED = "audit:log:exported"

    MEMBER_ADDED = "accounts:member:added"
    MEMBER_LEFT = "accounts:member:left"
    ROLE_GIVEN = "accounts:role:given"
    ROLE_ENDED = "accounts:role:ended"
    INVITED = "accounts:invitation:made"
    INVITATION_USED = "accounts:invitation:used"
    INVITATION_CANCELLED = "accounts:invitation:cancelled"
    SIGN_IN = "accounts:session:started"
    SIGN_IN_REFUSED = "accounts:session:refused"
    SESSION_ENDED = "accounts:session:ended"
    PASSWORD_CHANGED = "accounts:password:changed"
    PASSWORD_LINK = "accounts:password-link:made"
    SECOND_FACTOR_ON = "accounts:second-factor:on"
    SECOND_FACTOR_OFF = "accounts:second-factor:off"
    SECOND_FACTOR_UNREADABLE = "accounts:second-factor:unreadable"
    RECOVERY_CODE_USED = "accounts:recovery-code:used"
    RECOVERY_CODES_MADE = "accounts:recovery-codes:made"

    CHANNEL_CONNECTED = "channels:channel:connected"
    CHANNEL_CHANGED = "channels:channel:changed"
    CHANNEL_FROZEN = "channels:channel:frozen"
    LOGIN_REFUSED = "channels:sign-in:refused"

    CONVERSATION_ASSIGNED = "inbox:conversation:assigned"
    CONVERSATIONS_RELEASED = "inbox:conversations:released"
    CONVERSATION_DONE = "inbox:conversation:done"
    CONVERSATION_ANSWERED_THERE = "inbox:conversation:answered-there"
    CONVERSATION_REOPENED = "inbox:conversation:reopened"
    CONVERSATION_SNOOZED = "inbox:conversation:snoozed"
    CONVERSATION_LABELLED = "inbox:conversation:labelled"
    LABEL_CHANGED = "inbox:label:changed"
    NOTE_WRITTEN = "inbox:note:written"
    WRITTEN_DOWN = "inbox:conversation:written-down"
    CONTACTS_JOINED = "inbox:contacts:joined"
    CONTACTS_PARTED = "inbox:contacts:taken-apart"
    CONTACTS_KEPT_APART = "inbox:contacts:kept-apart"
    LOOKALIKE_DISMISSED = "inbox:lookalike:dismissed"
    DELIVERY_RETRIED = "inbox:delivery:tried-again"

    DRAFT_SUBMITTED = "replies:draft:submitted"
    DRAFT_WITHDRAWN = "replies:draft:withdrawn"
    DRAFT_APPROVED = "replies:draft:approved"
    DRAFT_RETURNED = "replies:draft:returned"
    REPLY_QUEUED = "replies:reply:queued"
    REPLY_UNDONE = "replies:reply:undone"
    REPLY_STARTED = "replies:reply:started"
    REPLY_SENT = "replies:reply:sent"
    REPLY_FAILED = "replies:reply:failed"
    REPLY_STOPPED = "replies:reply:stopped"
    REPLY_UNKNOWN = "replies:reply:unknown"
    REPLY_REQUEUED = "replies:reply:requeued"
    REPLY_NEEDS_PERSON = "replies:reply:needs-person"
    REPLY_SETTLED = "replies:reply:settled"
    ACTION_ASKED = "replies:action:asked-for"
    ACTION_UNDONE = "replies:action:undone"
    ACTION_STARTED = "replies:action:started"
    ACTION_DONE = "replies:action:done"
    ACTION_FAILED = "replies:action:failed"
    ACTION_UNKNOWN = "replies:action:unknown"
    ACTION_NEEDS_PERSON = "replies:action:needs-person"
    HOLDING_APPROVED = "replies:holding:approved"
    HOLDING_ENDED = "replies:holding:ended"


DETAILS = frozenset(
    {
        "role",
        "channel",
        "until",
        "conversation",
        "draft",
        "version",
        "fingerprint",
        "was_edited",
        "external_id",
        "reason_code",
        "fields",
        "state",
        "assignee",
        "label",
        "count",
        "method",
        "practice",
        "sequence",
        "key_check",
        "attempt",
        "readings",
        "platform",
        "kind",
        "by",
        "other",
    }
)
"""Every detail name there is; a new one is a decision, and a test holds the calls against it."""

PROTECTIVE = frozenset(
    {
        Event.SESSION_ENDED,
        Event.MEMBER_LEFT,
        Event.ROLE_ENDED,
        Event.CHANNEL_FROZEN,
        Event.SECOND_FACTOR_ON,
        Event.SECOND_FACTOR_UNREADABLE,
        Event.REPLY_UNDONE,
        Event.SIGN_IN,
        Event.SIGN_IN_REFUSED,
        Event.INVITATION_CANCELLED,
        Event.CONVERSATIONS_RELEASED,
        Event.LOGIN_REFUSED,
    }
)
"""These go on with one sink: protecting somebody must not wait for a disk, and an owner has to
get in to confirm that the database was put back."""
