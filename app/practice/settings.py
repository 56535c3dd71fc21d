"""The practice app's own identity, written once by `vuoro init --practice`."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from app.foundation import practice_x
from app.foundation.practice_x import XApp

_APP_ID_DIGITS = 15


@dataclass(frozen=True)
class PracticeSettings:
    """What Meta would show on the app's page; the desk and the practice platform share it."""

    app_id: str
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    graph_url: str
    desk_url: str | None

    @property
    def x(self) -> XApp:
        """The app's identity at X; its calls and its sign-in are at `graph_url` too."""
        return practice_x.of(self.app_secret)


def home(data_dir: Path) -> Path:
    """Everything of the practice platform lies in one folder, apart from the desk's own data."""
    return data_dir / "practice"


def load(data_dir: Path) -> PracticeSettings:
    """Raises FileNotFoundError before `create`, ValueError when the file is not ours."""
    path = home(data_dir) / "app.json"
    try:
        return PracticeSettings(**json.loads(path.read_text()))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path} is not a practice app file") from error


def create(data_dir: Path, graph_url: str, desk_url: str | None) -> PracticeSettings:
    """A fresh app with a random secret; an old one is replaced."""
    made = PracticeSettings(
        app_id=str(secrets.randbelow(9 * 10 ** (_APP_ID_DIGITS - 1)) + 10 ** (_APP_ID_DIGITS - 1)),
        app_secret=secrets.token_hex(16),
        verify_token=secrets.token_urlsafe(24),
        graph_url=graph_url,
        desk_url=desk_url,
    )
    return _written(data_dir, made)


def move(
    data_dir: Path, given: PracticeSettings, graph_url: str, desk_url: str
) -> PracticeSettings:
    """The same app, whose platform or desk may have another address from now on."""
    return _written(data_dir, replace(given, graph_url=graph_url, desk_url=desk_url))


def _written(data_dir: Path, made: PracticeSettings) -> PracticeSettings:
    """Readable by this user only, and never there in part."""
    home(data_dir).mkdir(parents=True, exist_ok=True)
    path = home(data_dir) / "app.json"
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        json.dump(asdict(made), out, indent=1)
    os.replace(fresh, path)
    return made
