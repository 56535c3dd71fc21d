"""`make bench`: what the issues promise, measured as ratios in one run, one JSON line a measure.

`python -m tools.bench [NAME ...]`. A baseline uses the bare driver and imports nothing of ours.
Ends with 1 when a limit is broken.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tools.benches import inbox, intake, page_weight, polling, seeing
from tools.benches.measure import Measure

BENCHES: dict[str, Callable[[Path], Iterator[Measure]]] = {
    "intake": intake.taken_apart,
    "delivery": intake.delivered,
    "inbox": inbox.page,
    "visible": seeing.another_browser,
    "poll": polling.nothing_new,
    "weight": page_weight.sizes,
    "memory": polling.at_rest,
}


def main(names: list[str]) -> int:
    unknown = set(names) - BENCHES.keys()
    if unknown:
        print(f"no such bench: {', '.join(sorted(unknown))}. There are: {', '.join(BENCHES)}")
        return 2
    is_good = True
    for name in names or BENCHES:
        with tempfile.TemporaryDirectory() as folder:
            for measure in BENCHES[name](Path(folder)):
                print(json.dumps(measure.row()), flush=True)
                is_good = is_good and measure.is_kept
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
