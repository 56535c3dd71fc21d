"""What checking an audit log found, as data and in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from vault.errors import ArgumentRefused, Break, ChainBroken

_ANCHOR: Final = re.compile(r"([1-9][0-9]{0,15}):([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head kept elsewhere: on a notice, in a backup, on paper. `label` says where or when."""

    sequence: int
    hash: bytes
    label: str = ""

    @classmethod
    def from_text(cls, text: str, label: str = "") -> Anchor:
        """Read `SEQ:HEAD`, the form `str()` gives."""
        match = _ANCHOR.fullmatch(text.strip().lower())
        if match is None:
            raise ArgumentRefused("A head is a row number, a colon and 64 digits or letters a-f.")
        return cls(int(match[1]), bytes.fromhex(match[2]), label)

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash.hex()}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, at row `first`, or from row `first` to row `last`."""

    kind: Break
    first: int | None
    last: int | None
    message: str

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Epoch:
    """A place where the old key was lost and a new one went on without its signature."""

    sequence: int
    lost_key: int | None
    new_key: int
    fingerprint: str

    def __str__(self) -> str:
        lost = "the key before it" if self.lost_key is None else f"key {self.lost_key}"
        return (
            f"At row {self.sequence} key {self.new_key} ({self.fingerprint}) went on without "
            f"the signature of {lost}, which was lost."
        )


@dataclass(frozen=True, slots=True)
class Report:
    """`findings` holds the first ones in row order; `finding_count` counts all."""

    rows: int
    head: Anchor | None
    findings: tuple[Finding, ...]
    finding_count: int
    epochs: tuple[Epoch, ...]
    anchored_to: Anchor | None

    @property
    def is_whole(self) -> bool:
        """Nothing wrong was found. Says nothing about rows after `anchored_to`: see `sentences`."""
        return self.finding_count == 0

    def raise_if_broken(self) -> None:
        if self.findings:
            worst = self.findings[0]
            raise ChainBroken(worst.message, worst.kind, worst.first)

    def sentences(self) -> list[str]:
        """The report for a person, with what cannot be known."""
        said = [str(finding) for finding in self.findings]
        if self.finding_count > len(said):
            said.append(f"{self.finding_count - len(said)} more findings are not listed.")
        said += [str(epoch) for epoch in self.epochs]
        said.append(self._verdict())
        said.append(self._tail())
        return said

    def _verdict(self) -> str:
        if self.is_whole:
            return f"All {self.rows} rows are as they were signed, in order, none missing between."
        return f"The log is not as it was written ({self.rows} rows were read)."

    def _tail(self) -> str:
        if self.anchored_to is None:
            return (
                "Whether rows were cut off the end cannot be known from the log alone: "
                "compare with a head kept elsewhere."
            )
        place = f" ({self.anchored_to.label})" if self.anchored_to.label else ""
        return (
            f"It agrees with the head of row {self.anchored_to.sequence}{place}. Whether rows "
            "after that were cut off the end cannot be known."
        )
