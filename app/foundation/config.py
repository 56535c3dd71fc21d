"""Every setting of the desk, read once from the environment (prefix `VUORO_`).

Unknown `VUORO_` names and bad values refuse to start, with the name in the message. Nothing
depends on the name of an environment; the practice desk is a mark in its data directory.
"""

import shlex
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

PREFIX = "VUORO_"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SECRET = Field("", repr=False)
"""Never shown where a whole object is printed, as in an error's trace."""


class ConfigError(Exception):
    """The desk cannot start with these settings; the message names each one at fault."""


class Settings(BaseModel):
    """The settings, with what each one means."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    DATA_DIR: Path = Path("data")
    "Folder for the database, the keys and the audit log's second copy."
    DATABASE_URL: str = SECRET
    "SQLAlchemy address; empty means SQLite in DATA_DIR."
    REDIS_URL: str = SECRET
    "Carry the job queue over Redis instead of the database's own kind."
    BASE_URL: str = ""
    "Address people and platforms reach the desk at, without a path."
    BIND: str = "127.0.0.1:8000"
    "Address and port the web server listens on."
    TRUSTED_PROXIES: str = ""
    "Networks of proxies whose X-Forwarded headers are believed, comma separated."
    LOG_LEVEL: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    "How much is logged; never a secret, a token or a customer's words."
    ROOT_KEY_FILE: Path | None = None
    "File with the root key, mode 0400; empty means root.key in DATA_DIR."
    ROOT_KEY_COMMAND: str = ""
    "Command that prints the root key."
    ROOT_KEY: str = SECRET
    "The root key itself; a file is safer, and the desk says so."
    SECRET_KEY_FILE: Path | None = None
    "File with the key that signs browser cookies; empty means secret.key in DATA_DIR."
    META_APP_ID: str = ""
    "The number of your app at Meta."
    META_APP_SECRET: str = SECRET
    "Its secret: proves that calls come from the app, and that webhooks come from Meta."
    META_VERIFY_TOKEN: str = SECRET
    "The words you typed at Meta for its webhook; Meta says them once to find the desk."
    META_GRAPH_URL: str = ""
    "Empty means graph.facebook.com on a real desk and the practice platform on a practice desk."
    META_GRAPH_VERSION: str = "v26.0"
    "The version of Meta's API that is spoken."
    META_LOGIN_URL: str = ""
    "Where people sign in with Facebook; empty means www.facebook.com."
    X_CLIENT_ID: str = ""
    "The id of your app at X (OAuth 2.0)."
    X_CLIENT_SECRET: str = SECRET
    "Its secret."
    X_CONSUMER_SECRET: str = SECRET
    "The secret that X signs its webhooks with."
    X_API_URL: str = ""
    "Empty means api.x.com on a real desk and the practice platform on a practice desk."
    X_DIALECT: Literal["tweet", "post"] = "tweet"
    "The names that are sent to X, which is renaming them; both are understood."
    X_LOGIN_URL: str = ""
    "Where people sign in with X; empty means x.com."
    OIDC_ISSUER: str = ""
    "The firm's own sign-in (OpenID Connect). Kept for a later version."
    OIDC_CLIENT_ID: str = ""
    "The desk's id there."
    OIDC_CLIENT_SECRET: str = SECRET
    "The desk's secret there."
    SMTP_URL: str = SECRET
    "smtp(s)://user:password@host:port?from=ADDRESS; tls=no allows clear; empty: links by hand."
    PRACTICE_BIND: str = "127.0.0.1:8001"
    "Address and port of a practice desk's practice platform, on this machine."
    PUSH_STAND_IN: str = ""
    "A practice desk's stand-in for the browsers' push services, on this machine."

    @field_validator(
        "BASE_URL",
        "META_GRAPH_URL",
        "META_LOGIN_URL",
        "X_API_URL",
        "X_LOGIN_URL",
        "OIDC_ISSUER",
        "PUSH_STAND_IN",
    )
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = _address(value, "http", "https")
        if parts.query or parts.fragment:
            raise ValueError("must be an http or https address")
        return value.rstrip("/")

    @field_validator("BASE_URL")
    @classmethod
    def _without_path(cls, value: str) -> str:
        if urlsplit(value).path:
            raise ValueError("must be an address without a path")
        return value

    @field_validator("REDIS_URL")
    @classmethod
    def _redis(cls, value: str) -> str:
        _address(value, "redis", "rediss")
        return value

    @field_validator("DATABASE_URL")
    @classmethod
    def _database(cls, value: str) -> str:
        """A file of SQLite, or PostgreSQL through psycopg; nothing else is tested."""
        kind, _, rest = value.partition("://")
        if value and (kind not in ("sqlite", "postgresql+psycopg") or not rest.partition("/")[2]):
            raise ValueError("must look like postgresql+psycopg://user:password@host/name")
        return value

    @field_validator("ROOT_KEY_COMMAND")
    @classmethod
    def _command(cls, value: str) -> str:
        shlex.split(value)
        return value

    @field_validator("SMTP_URL")
    @classmethod
    def _mail_server(cls, value: str) -> str:
        if value and not _is_mail_server(value):
            raise ValueError("must look like smtps://user:password@host:465?from=desk@example.com")
        return value

    @field_validator("BIND", "PRACTICE_BIND")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        is_port = port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536
        if not host or not is_port:
            raise ValueError("must be ADDRESS:PORT")
        return value

    @field_validator("PRACTICE_BIND")
    @classmethod
    def _on_this_machine(cls, value: str) -> str:
        if value.rpartition(":")[0].strip("[]") not in LOOPBACK:
            raise ValueError("must be on this machine, such as 127.0.0.1:8001")
        return value

    @field_validator("TRUSTED_PROXIES")
    @classmethod
    def _networks(cls, value: str) -> str:
        for part in filter(None, (p.strip() for p in value.split(","))):
            ip_network(part)
        return value

    @field_validator("META_GRAPH_VERSION")
    @classmethod
    def _graph_version(cls, value: str) -> str:
        major, dot, minor = value.removeprefix("v").partition(".")
        if not (value.startswith("v") and dot and major.isdigit() and minor.isdigit()):
            raise ValueError("must look like v26.0")
        return value

    @property
    def database_url(self) -> str:
        """Where the data lies."""
        return self.DATABASE_URL or f"sqlite:///{self.DATA_DIR / 'vuoro.sqlite3'}"

    @property
    def root_key_file(self) -> Path:
        return self.ROOT_KEY_FILE or self.DATA_DIR / "root.key"

    @property
    def secret_key_file(self) -> Path:
        return self.SECRET_KEY_FILE or self.DATA_DIR / "secret.key"

    @property
    def is_here_only(self) -> bool:
        """Whether the web server is reached from this machine alone."""
        return self.BIND.rpartition(":")[0].strip("[]") in LOOPBACK

    @property
    def base_url(self) -> str:
        return self.BASE_URL or f"http://{self.BIND}"

    @property
    def practice_url(self) -> str:
        return f"http://{self.PRACTICE_BIND}"


def load_settings(environ: Mapping[str, str]) -> Settings:
    """The settings in an environment; raises ConfigError naming every bad or unknown one."""
    given = {
        name.removeprefix(PREFIX): value
        for name, value in environ.items()
        if name.startswith(PREFIX) and value != ""
    }
    try:
        return Settings.model_validate(given)
    except ValidationError as problem:
        lines = [
            _problem_line(str(error["loc"][0]), error["type"], error["msg"])
            for error in problem.errors()
        ]
        raise ConfigError("; ".join(lines)) from None


def _address(value: str, *schemes: str) -> SplitResult:
    """The parts of an address of one of these schemes; an empty one is no address yet."""
    try:
        parts = urlsplit(value)
        is_whole = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if value and not is_whole:
        raise ValueError(f"must be an address that begins with {schemes[0]}:// or {schemes[-1]}://")
    return parts


def _problem_line(name: str, kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return f"{PREFIX}{name} is not a setting of Vuoro"
    return f"{PREFIX}{name}: {message.removeprefix('Value error, ')}"


def _is_mail_server(address: str) -> bool:
    """Says nothing of what it holds: the address has a password in it."""
    try:
        parts = urlsplit(address)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_mail = parts.scheme in ("smtp", "smtps") and bool(parts.hostname)
    return is_mail and has_port and not parts.path.strip("/")
