"""Who may do what, written down a second time: a change in one of the two must be meant."""

import ast
from enum import Enum
from itertools import product
from pathlib import Path

import pytest

from app.access import permissions, roles
from app.access.permissions import Permission
from app.access.roles import GIVES, WHOLE_DESK, Role

# "x": the role brings the right. After docs/roles.md and the product's "Who uses it".
TABLE = """
                        owner  approver  responder  admin  viewer  sender
own-account             x      x         x          x      x       -
conversation:read       x      x         x          -      x       -
conversation:handle     x      x         x          -      -       -
draft:write             x      x         x          -      -       -
draft:approve           x      x         -          -      -       -
reply:send              -      -         -          -      -       x
holding:manage          x      -         -          -      -       -
message:hide            x      x         x          -      -       -
message:like            x      x         x          -      -       -
message:delete          x      x         -          -      -       -
contact:block           x      x         -          -      -       -
channel:read            x      x         x          x      x       -
channel:manage          -      -         -          x      -       -
member:read             x      x         x          x      x       -
member:manage           x      -         -          x      -       -
owner:manage            x      -         -          -      -       -
settings:manage         x      -         -          -      -       -
audit:read              x      -         -          x      x       -
"""
NEVER_BY_A_LIMITED_ROLE = {
    "member:manage", "owner:manage", "settings:manage", "audit:read", "holding:manage",
}  # fmt: skip
HEAD, *ROWS = [line.split() for line in TABLE.strip().splitlines()]
WRITTEN = {(role, row[0]): mark for row in ROWS for role, mark in zip(HEAD, row[1:], strict=True)}


@pytest.mark.parametrize(
    ("role", "right"), list(product(Role, Permission)), ids=lambda one: one.value
)
def test_a_role_brings_what_the_table_says(role: Role, right: Permission) -> None:
    assert (right in GIVES[role]) == (WRITTEN[role.value, right.value] == "x")


def test_the_table_knows_no_role_or_right_that_is_gone() -> None:
    assert set(WRITTEN) == {(r.value, p.value) for r, p in product(Role, Permission)}


def test_rights_over_the_whole_desk_are_these() -> None:
    assert {p.value for p in WHOLE_DESK} == NEVER_BY_A_LIMITED_ROLE


def test_every_right_is_brought_by_some_role() -> None:
    assert set().union(*GIVES.values()) == set(Permission)


def test_to_draft_and_to_send_are_different_rights() -> None:
    assert not any({Permission.DRAFT_WRITE, Permission.REPLY_SEND} <= g for g in GIVES.values())


def test_whoever_looks_after_the_channels_reads_no_conversation_by_it() -> None:
    of_conversations = {p for p in Permission if p.value.split(":")[0] in ("conversation", "draft")}

    assert not GIVES[Role.ADMIN] & of_conversations


def described(kind: type[Enum], source: str) -> set[str]:
    """The members of an enum that a sentence stands under."""
    (found,) = [
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef) and node.name == kind.__name__
    ]
    names = set()
    for member, after in zip(found.body, found.body[1:], strict=False):
        if isinstance(member, ast.Assign) and isinstance(after, ast.Expr):
            words = ast.literal_eval(after.value)
            assert isinstance(words, str)
            assert len(words.split()) >= 3
            assert words.rstrip().endswith(".")
            names.add(ast.unparse(member.targets[0]))
    return names


@pytest.mark.parametrize(("kind", "module"), [(Permission, permissions), (Role, roles)])
def test_every_member_says_in_words_what_it_is(kind: type[Enum], module: object) -> None:
    source = Path(str(getattr(module, "__file__", ""))).read_text()

    assert described(kind, source) == {member.name for member in kind}


@pytest.mark.parametrize("role", Role)
def test_every_role_brings_something(role: Role) -> None:
    assert GIVES[role]
