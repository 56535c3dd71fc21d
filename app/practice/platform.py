"""What every part of the program shares: the store, the clock, who the app is."""

import threading
from dataclasses import dataclass, field
from pathlib import Path

from flask import current_app

from app.foundation.clock import Clock
from app.practice import times
from app.practice.store import Store

NAME = "vuoro-practice"


@dataclass(frozen=True)
class Platform:
    store: Store
    clock: Clock
    data_dir: Path
    app_id: str
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    desk_url: str | None
    wake: threading.Event = field(default_factory=threading.Event)

    def now(self) -> int:
        return times.ms(self.clock.now())

    @property
    def app_token(self) -> str:
        return f"{self.app_id}|{self.app_secret}"


def current() -> Platform:
    platform: Platform = current_app.extensions[NAME]
    return platform
