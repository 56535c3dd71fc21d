"""What stands at the side of a conversation: labels, the customer, numbers found."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g

from app import gate
from app.access.permissions import Permission
from app.accounts import members
from app.inbox import contacts, labels, order_numbers
from app.inbox.queries import ConversationView
from app.web.inbox import numbers
from app.web.page import rail

MOST_NUMBERS = 3


@dataclass(frozen=True)
class FoundNumber:
    """A number in a customer's words that may be an order's."""

    number: str
    href: str
    at: datetime


def context(view: ConversationView) -> dict[str, Any]:
    """For the side of the page and the dialog of labels."""
    db, now, conversation = gate.db(), gate.now(), view.conversation
    return {
        "known": contacts.known(db, g.actor, now, conversation),
        "labelled": labels.of_conversation(db, conversation.id),
        "numbers_found": found_numbers(view),
        "label_makers": label_makers(),
    }


def found_numbers(view: ConversationView) -> list[FoundNumber]:
    """The newest numbers in what customers wrote, each once."""
    link = g.desk.order_link
    found: dict[str, FoundNumber] = {}
    for entry in reversed(view.thread if link else []):
        if entry.kind == "message" and not entry.is_ours:
            for number in order_numbers.found(entry.text):
                href = numbers.address(link, number)
                found.setdefault(number, FoundNumber(number, href, entry.at))
    return list(found.values())[:MOST_NUMBERS]


def label_makers() -> list[str]:
    """Who else can make labels; nobody is named to those who can themselves."""
    if rail.may(Permission.SETTINGS_MANAGE):
        return []
    able = members.who_can(gate.db(), Permission.SETTINGS_MANAGE, gate.now())
    return [m.first_name for m in able]
