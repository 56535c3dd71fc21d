"""What can be done with a comment or a person on Facebook, and how a comment stands."""

from typing import Any

from app.channels.adapter import Shown
from app.channels.adapters.meta.graph import Graph, GraphProblem
from app.channels.errors import Permanent
from app.channels.models import Act

GONE = (100, 33)
"""Not there, or not open to us: the platform does not say which."""
BLOCKS = {Act.BLOCK: "BLOCK_USER", Act.UNBLOCK: "UNBLOCK_USER"}


def row_of(graph: Graph, target: str, fields: str) -> dict[str, Any] | None:
    """A message as it stands there; None where it is gone."""
    try:
        found = graph.get_object(target, fields=fields)
    except GraphProblem as problem:
        if (problem.code, problem.subcode) != GONE:
            raise
        return None
    return found if isinstance(found, dict) else {}


def hide(graph: Graph, target: str, *, is_hidden: bool, name: str) -> None:
    """`name` is what the platform calls it: on Instagram another word."""
    graph.request(f"{graph.version}/{target}", post_args={name: is_hidden}, method="POST")


def delete(graph: Graph, target: str) -> None:
    """What is gone already is as it should be."""
    try:
        graph.request(f"{graph.version}/{target}", method="DELETE")
    except GraphProblem as problem:
        if (problem.code, problem.subcode) != GONE:
            raise


def like(graph: Graph, target: str, *, is_liked: bool) -> None:
    path = f"{graph.version}/{target}/likes"
    if is_liked:
        graph.request(path, post_args={}, method="POST")
    else:
        graph.request(path, method="DELETE")


def block(graph: Graph, page: str, act: Act, person: str) -> None:
    """The answer tells of each person by themselves."""
    found = graph.request(
        f"{graph.version}/{page}/moderate_conversations",
        post_args={"actions": [BLOCKS[act]], "user_ids": [person]},
        method="POST",
    )
    result = found.get("result") if isinstance(found, dict) else None
    told = result.get(person) if isinstance(result, dict) else None
    if isinstance(told, dict) and told.get("success") is False:
        raise Permanent("refused")


def shown(row: dict[str, Any] | None, hidden: str, abilities: frozenset[Act] | None) -> Shown:
    """`hidden` is the name of the field that says so."""
    if row is None:
        return Shown(is_there=False)
    return Shown(is_hidden=flag(row, hidden), is_liked=flag(row, "user_likes"), abilities=abilities)


def flag(row: dict[str, Any], name: str) -> bool | None:
    found = row.get(name)
    return found if isinstance(found, bool) else None
