"""Whether one audit row is true: its hash, its signature, and who vouches for the key."""

from __future__ import annotations

from collections.abc import Mapping

from vault.errors import Break
from vault.row import EPOCH_BEGAN, KEY_ENTERED, LOG_BEGAN, Row
from vault.signing import SIGNATURE_SIZE, RowVerifier, fingerprint

Fault = tuple[Break, str]


class KeyTrust:
    """Follows the log's keys: those known beforehand and those the log brings in."""

    def __init__(self, trusted: Mapping[int, bytes], in_force: int | None) -> None:
        self._known = {number: RowVerifier(public) for number, public in trusted.items()}
        self._in_force = in_force
        self._is_sure = in_force is not None

    def lost_track(self) -> None:
        """Rows are missing or false: a newer key may have come in unseen."""
        self._is_sure = False

    @property
    def in_force(self) -> int | None:
        return self._in_force

    def judge(self, row: Row) -> Fault | None:
        """The row in its place: true, and signed with the key in force?"""
        fault = _edited(row) or self._out_of_turn(row) or self.judge_alone(row)
        if fault is None or (fault[0] is Break.UNVOUCHED_KEY and row.action in _BEGINNINGS):
            self._in_force = row.key_in_force
            self._is_sure = True
        else:
            self.lost_track()
        return fault

    def judge_alone(self, row: Row) -> Fault | None:
        """The row by itself, wherever it stands."""
        if edited := _edited(row):
            return edited
        if row.action in _BEGINNINGS:
            return self._beginning(row)
        verifier = self._known.get(row.key_number)
        if verifier is None:
            return (
                Break.UNVOUCHED_KEY,
                f"Row {row.sequence} is signed with key {row.key_number}, "
                "which neither this log nor a trusted key vouches for.",
            )
        if not verifier.accepts(row.signature[:SIGNATURE_SIZE], row.hash):
            return _forged(row)
        return self._entering(row) if row.action == KEY_ENTERED else None

    def _out_of_turn(self, row: Row) -> Fault | None:
        """Once a newer key is in force an old one, perhaps stolen, signs nothing more."""
        number, in_force = row.key_number, self._in_force
        if in_force is None or number == in_force:
            return None
        if number > in_force and (row.action == EPOCH_BEGAN or not self._is_sure):
            return None
        return (
            Break.WRONG_KEY,
            f"Row {row.sequence} names key {number} while key {in_force} was in force.",
        )

    def _beginning(self, row: Row) -> Fault | None:
        """A key that came alone: the row proves only that its writer had it."""
        own = RowVerifier(bytes.fromhex(str(row.detail["public_key"])))
        if not own.accepts(row.signature, row.hash):
            return _forged(row)
        known = self._known.setdefault(row.key_number, own)
        if known is own:
            return (
                Break.UNVOUCHED_KEY,
                f"Row {row.sequence} brings in key {row.key_number} "
                f"({fingerprint(own.public_key)}), which is not among the trusted keys: "
                "compare it with the printed one.",
            )
        return None if known.public_key == own.public_key else _another_key(row, row.key_number)

    def _entering(self, row: Row) -> Fault | None:
        """A key the old one vouches for; the second signature shows its holder agreed."""
        new = RowVerifier(bytes.fromhex(str(row.detail["public_key"])))
        if not new.accepts(row.signature[SIGNATURE_SIZE:], row.hash):
            return _forged(row)
        known = self._known.setdefault(row.key_in_force, new)
        if known.public_key != new.public_key:
            return _another_key(row, row.key_in_force)
        return None


_BEGINNINGS = frozenset({LOG_BEGAN, EPOCH_BEGAN})


def _edited(row: Row) -> Fault | None:
    if row.hash == row.content_hash:
        return None
    return Break.EDITED, f"Row {row.sequence} was edited after it was signed."


def _forged(row: Row) -> Fault:
    return (
        Break.FORGED,
        f"Row {row.sequence} was not signed by the key it names: it was written "
        "or rewritten by someone without that key.",
    )


def _another_key(row: Row, number: int) -> Fault:
    return (
        Break.WRONG_KEY,
        f"Row {row.sequence} brings in a key {number} that is not the one "
        "already known by this number.",
    )
