"""Every right in words a shop owner reads, in the order of the roles page."""

from app.access.permissions import Permission
from app.foundation.words import Words

RIGHTS = {
    Permission.CONVERSATION_READ: Words("Read conversations"),
    Permission.CONVERSATION_HANDLE: Words("Take, hand over, snooze, close, and write notes"),
    Permission.DRAFT_WRITE: Words("Write an answer and ask for its approval"),
    Permission.DRAFT_APPROVE: Words("Approve what a colleague wrote, never one's own"),
    Permission.REPLY_SEND: Words("Post own answers without approval"),
    Permission.HOLDING_MANAGE: Words("Approve the holding replies that everybody may send"),
    Permission.MESSAGE_HIDE: Words("Hide what customers wrote on the platform, show it again"),
    Permission.MESSAGE_LIKE: Words("Like what customers wrote"),
    Permission.MESSAGE_DELETE: Words("Delete on the platform, for good"),
    Permission.CONTACT_BLOCK: Words("Block people on the platform, and let them again"),
    Permission.CHANNEL_READ: Words("See how channels are connected"),
    Permission.CHANNEL_MANAGE: Words("Connect and stop channels"),
    Permission.MEMBER_READ: Words("See who is at the desk"),
    Permission.MEMBER_MANAGE: Words("Invite colleagues, give and end roles"),
    Permission.OWNER_MANAGE: Words("Make owners, and let somebody post without approval"),
    Permission.SETTINGS_MANAGE: Words("Change the desk's settings"),
    Permission.AUDIT_READ: Words("Read the audit log"),
    Permission.OWN_ACCOUNT: Words("Use the desk: own sign-in, sessions and language"),
}
