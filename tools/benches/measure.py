"""A measure: what was seen, against what, and the limit it is held to."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Measure:
    """`value` is held against `limit`: at least it, or at most it."""

    name: str
    value: float
    limit: float
    is_minimum: bool = False
    seen: dict[str, float] = field(default_factory=dict)

    @property
    def is_kept(self) -> bool:
        return self.value >= self.limit if self.is_minimum else self.value <= self.limit

    def row(self) -> dict[str, object]:
        return {
            "measure": self.name,
            "value": round(self.value, 4),
            "limit": f"{'>=' if self.is_minimum else '<='} {self.limit}",
            "kept": self.is_kept,
            **{k: round(v, 4) for k, v in self.seen.items()},
        }


def seconds(work: Callable[[], object]) -> float:
    """How long something takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def cpu_seconds(work: Callable[[], object]) -> float:
    """How much of the processor's time something takes, whatever else the machine does."""
    began = time.process_time()
    work()
    return time.process_time() - began


def percentile(values: list[float], share: float) -> float:
    """The value that so much of them stay under."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def reference_loop() -> float:
    """A fixed piece of work, so that an absolute figure can be read on another machine."""
    return seconds(lambda: sum(i * i for i in range(2_000_000)))
