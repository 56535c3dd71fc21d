"""The audit log's events in plain past tense, as they are read after a name."""

from app.audit.events import Event
from app.foundation.words import Words

DEEDS = {
    Event.DESK_MADE: Words("made this desk and its root key"),
    Event.DESK_SETTINGS: Words("changed the desk's settings"),
    Event.AUDIT_RESUMED: Words("let the log go on after it had stopped"),
    Event.AUDIT_VOIDED: Words("closed a row that a crash had left open"),
    Event.AUDIT_EXPORTED: Words("exported the audit log"),
    Event.MEMBER_ADDED: Words("added a member"),
    Event.MEMBER_LEFT: Words("ended a member's time at the desk"),
    Event.ROLE_GIVEN: Words("gave a role"),
    Event.ROLE_ENDED: Words("ended a role"),
    Event.INVITED: Words("made an invitation"),
    Event.INVITATION_USED: Words("used an invitation"),
    Event.INVITATION_CANCELLED: Words("cancelled an invitation"),
    Event.SIGN_IN: Words("signed in"),
    Event.SIGN_IN_REFUSED: Words("was refused at the sign-in"),
    Event.SESSION_ENDED: Words("ended a session"),
    Event.PASSWORD_CHANGED: Words("changed a password"),
    Event.PASSWORD_LINK: Words("made a link for a new password"),
    Event.SECOND_FACTOR_ON: Words("switched the code from the phone on"),
    Event.SECOND_FACTOR_OFF: Words("switched the code from the phone off"),
    Event.SECOND_FACTOR_UNREADABLE: Words("was refused: the second factor could not be read"),
    Event.RECOVERY_CODE_USED: Words("used a recovery code"),
    Event.RECOVERY_CODES_MADE: Words("made new recovery codes"),
    Event.CHANNEL_CONNECTED: Words("connected a channel"),
    Event.CHANNEL_CHANGED: Words("changed a channel"),
    Event.CHANNEL_FROZEN: Words("stopped a channel that refused our access"),
    Event.LOGIN_REFUSED: Words("came back from a platform without being able to connect anything"),
    Event.CONVERSATION_ASSIGNED: Words("took or handed over a conversation"),
    Event.CONVERSATIONS_RELEASED: Words("gave back what a leaving colleague had taken"),
    Event.CONVERSATION_DONE: Words("marked a conversation done"),
    Event.CONVERSATION_ANSWERED_THERE: Words("said that somebody was answered on the platform"),
    Event.CONVERSATION_REOPENED: Words("opened a conversation again"),
    Event.CONVERSATION_SNOOZED: Words("snoozed a conversation"),
    Event.CONVERSATION_LABELLED: Words("put a label on a conversation or took it off"),
    Event.LABEL_CHANGED: Words("changed the desk's labels"),
    Event.NOTE_WRITTEN: Words("wrote a note for the team"),
    Event.WRITTEN_DOWN: Words("wrote down a call, a visit or a mail"),
    Event.CONTACTS_JOINED: Words("said that two customers are one person"),
    Event.CONTACTS_PARTED: Words("took back that two customers are one person"),
    Event.CONTACTS_KEPT_APART: Words("said that two customers are two people"),
    Event.LOOKALIKE_DISMISSED: Words("said that a look-alike is a real person"),
    Event.DELIVERY_RETRIED: Words("had a delivery taken in again"),
    Event.DRAFT_SUBMITTED: Words("asked for approval of an answer"),
    Event.DRAFT_WITHDRAWN: Words("took an answer back from its approver"),
    Event.DRAFT_APPROVED: Words("approved an answer"),
    Event.DRAFT_RETURNED: Words("sent an answer back"),
    Event.REPLY_QUEUED: Words("sent an answer without approval"),
    Event.REPLY_UNDONE: Words("took an answer back before it went out"),
    Event.REPLY_STARTED: Words("began to post an answer"),
    Event.REPLY_SENT: Words("posted an answer"),
    Event.REPLY_FAILED: Words("could not post an answer"),
    Event.REPLY_STOPPED: Words("stopped an answer, since the conversation had changed"),
    Event.REPLY_UNKNOWN: Words("does not know whether an answer was posted"),
    Event.REPLY_REQUEUED: Words("found an answer not posted, and tries once more"),
    Event.REPLY_NEEDS_PERSON: Words("left an answer to a person to look at"),
    Event.REPLY_SETTLED: Words("found that an answer was posted"),
    Event.ACTION_ASKED: Words("hid, showed, liked, deleted or blocked on a platform"),
    Event.ACTION_UNDONE: Words("took back what was to be done on a platform"),
    Event.ACTION_STARTED: Words("began to do it on the platform"),
    Event.ACTION_DONE: Words("did on a platform what was asked for"),
    Event.ACTION_FAILED: Words("could not do on a platform what was asked for"),
    Event.ACTION_UNKNOWN: Words("does not know whether it was done on the platform"),
    Event.ACTION_NEEDS_PERSON: Words("left it to a person to look at on the platform"),
    Event.HOLDING_APPROVED: Words("approved a holding reply"),
    Event.HOLDING_ENDED: Words("ended a holding reply"),
}

AREAS = {
    "replies:": Words("Answers and approvals"),
    "inbox:": Words("Conversations"),
    "accounts:": Words("Members and sign-in"),
    "channels:": Words("Channels"),
    "desk:": Words("The desk"),
    "audit:": Words("The log itself"),
}

_BY_NAME = {event.value: words for event, words in DEEDS.items()}


def deed(action: str) -> Words:
    """An action of the log; one that this version does not know is shown as it is."""
    return _BY_NAME.get(action, Words(action))
