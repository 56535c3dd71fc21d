"""One running desk: its settings, database, clock, keys and platforms, put together once.

The web server, the worker and the commands all start from here. What makes a safe start
impossible is refused in one clear line.
"""

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.accounts.models import Desk
from app.audit.log import Recorder
from app.audit.sink import SinkFile
from app.channels.registry import Platforms
from app.credentials import rootkey
from app.foundation import practice_x
from app.foundation.clock import Clock, PracticeClock, SystemClock
from app.foundation.config import LOOPBACK, ConfigError, Settings
from app.foundation.db import Database
from app.foundation.queue import Queue, open_queue
from app.inbox import changes
from app.inbox.intake import Promises

ROOT = Path(__file__).resolve().parent.parent
FACEBOOK = "https://graph.facebook.com"


@dataclass(frozen=True)
class Runtime:
    """Everything a door needs to open."""

    settings: Settings
    database: Database
    clock: Clock
    keys: rootkey.Keys = field(repr=False)
    platforms: Platforms
    queue: Queue
    is_practice: bool
    cookie_key: bytes = field(repr=False)

    def promises(self) -> Promises:
        """The desk's answer promise as it stands now."""
        with self.database.reading() as db:
            desk = db.get_one(Desk, 1)
            return Promises(
                timedelta(minutes=desk.public_promise_minutes),
                timedelta(minutes=desk.private_promise_minutes),
            )

    def let_go(self) -> None:
        """Close every connection, before a fork; the next use opens its own."""
        self.queue.let_go()
        self.database.close()

    def close(self) -> None:
        self.queue.close()
        self.database.close()


class NotReady(Exception):
    """The desk cannot start yet; the message says which command helps."""


def start(settings: Settings) -> Runtime:
    """A running desk, or a refusal that says what is missing."""
    database = Database(settings.database_url)
    try:
        return _start(settings, database)
    except BaseException:
        database.close()
        raise


def _start(settings: Settings, database: Database) -> Runtime:
    desk = _desk(database)
    is_practice = desk.is_practice
    mark = practice_mark(settings)
    if is_practice != (mark is not None):
        raise NotReady(
            "This data folder and this database are not of the same desk: one is a "
            "practice desk and the other is not. Nothing was started."
        )
    if settings.PUSH_STAND_IN:
        check_stand_in(settings, mark)
    clock: Clock = (
        PracticeClock(practice_folder(settings) / "clock.json") if mark else SystemClock()
    )
    keys = rootkey.load(settings, desk.root_key_check)
    sink = SinkFile(settings.DATA_DIR / "audit.log")
    database.before_commit += [changes.number, Recorder(keys.audit, sink, is_practice=is_practice)]
    return Runtime(
        settings,
        database,
        clock,
        keys,
        platforms(settings, mark, clock),
        open_queue(settings.DATA_DIR, settings.REDIS_URL, settings.database_url),
        is_practice,
        cookie_key(settings.secret_key_file),
    )


def practice_folder(settings: Settings) -> Path:
    """Where the practice platform keeps its own data."""
    return settings.DATA_DIR / "practice"


def practice_mark(settings: Settings) -> dict[str, str] | None:
    """How a practice desk reaches its practice platform; None on a real desk."""
    path = practice_folder(settings) / "app.json"
    try:
        found = json.loads(path.read_text())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as problem:
        raise NotReady(f"The practice desk's settings cannot be read: {problem}") from None
    if not isinstance(found, dict):
        raise NotReady(f"{path} is not the file that `vuoro init --practice` made.")
    return {k: str(v) for k, v in found.items()}


def platforms(settings: Settings, mark: dict[str, str] | None, clock: Clock) -> Platforms:
    """Where the platforms are. A practice desk refuses any address that is not this machine."""
    given = mark or {}
    graph_url = settings.META_GRAPH_URL or given.get("graph_url", FACEBOOK)
    x_api_url = settings.X_API_URL or (graph_url if mark is not None else "")
    here = graph_url if mark is not None else ""  # the practice platform has all on one address
    meta_login_url = settings.META_LOGIN_URL or here
    x_login_url = settings.X_LOGIN_URL or here
    addresses = {
        "META_GRAPH_URL": graph_url,
        "X_API_URL": x_api_url,
        "META_LOGIN_URL": meta_login_url,
        "X_LOGIN_URL": x_login_url,
    }
    for name, url in addresses.items():
        if mark is not None and urlsplit(url).hostname not in LOOPBACK:
            raise ConfigError(
                f"VUORO_{name}: a practice desk speaks only to the practice platform on this "
                "machine"
            )
    x = practice_x.of(given.get("app_secret", "")) if mark is not None else None
    return Platforms(
        graph_url=graph_url,
        graph_version=settings.META_GRAPH_VERSION,
        meta_app_id=settings.META_APP_ID or given.get("app_id", ""),
        meta_app_secret=settings.META_APP_SECRET or given.get("app_secret", ""),
        meta_verify_token=settings.META_VERIFY_TOKEN or given.get("verify_token", ""),
        clock=clock,
        x_api_url=x_api_url,
        x_client_id=settings.X_CLIENT_ID or (x.client_id if x else ""),
        x_client_secret=settings.X_CLIENT_SECRET or (x.client_secret if x else ""),
        x_consumer_secret=settings.X_CONSUMER_SECRET or (x.consumer_secret if x else ""),
        x_dialect=settings.X_DIALECT,
        meta_login_url=meta_login_url,
        x_login_url=x_login_url,
    )


def check_stand_in(settings: Settings, mark: dict[str, str] | None) -> None:
    """Pushes go to the open internet; to this machine only on a practice desk."""
    if mark is None or urlsplit(settings.PUSH_STAND_IN).hostname not in LOOPBACK:
        raise ConfigError(
            "VUORO_PUSH_STAND_IN: only a practice desk has one, and only on this machine"
        )


def cookie_key(path: Path) -> bytes:
    """The key that signs browser cookies, made at the first start."""
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        key = make_cookie_key(path)
    if len(key) < 32:
        raise NotReady(
            f"The cookie key in {path} is damaged. Delete the file and start again: "
            "everybody signs in anew, nothing else is lost."
        )
    return key


def make_cookie_key(path: Path) -> bytes:
    """A new cookie key; where another process was faster, its key. Never there in part."""
    descriptor, fresh = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(os.urandom(32))
        with suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        os.unlink(fresh)
    return path.read_bytes()


def migrations() -> Config:
    """Alembic's settings."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


def schema_state(database: Database) -> str:
    """ "empty", "old", "current" or "newer" than this code."""
    script = ScriptDirectory.from_config(migrations())
    with database.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found is None:
        return "empty"
    if found == script.get_current_head():
        return "current"
    known = {s.revision for s in script.walk_revisions()}
    return "old" if found in known else "newer"


def _desk(database: Database) -> Desk:
    state = schema_state(database) if database.exists() else "empty"
    if state == "newer":
        raise NotReady(
            "This database was written by a newer Vuoro. Start that version; nothing was changed."
        )
    if state == "old":
        raise NotReady("The database is from an older Vuoro. Run: vuoro migrate")
    desk = None
    if state == "current":
        with database.reading() as db:
            desk = db.get(Desk, 1)
    if desk is None:
        raise NotReady("There is no desk here yet. Run: vuoro init")
    return desk
