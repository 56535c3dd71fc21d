"""Every setting of the desk, read once from the environment (prefix `VUORO_`).

Unknown `VUORO_` names and bad values refuse to start, with the name in the message. Nothing
depends on the name of an environment; the practice desk is a mark in its data directory.
"""

from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

PREFIX = "VUORO_"


class ConfigError(Exception):
    """The desk cannot start with these settings; the message names each one at fault."""


class Settings(BaseModel):
    """The settings, with what each one means."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    DATA_DIR: Path = Path("data")
    "Folder for the database, the keys and the audit log's second copy."
    DATABASE_URL: str = ""
    "SQLAlchemy address; empty means SQLite in DATA_DIR."
    REDIS_URL: str = ""
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
    ROOT_KEY: str = ""
    "The root key itself; a file is safer, and the desk says so."
    SECRET_KEY_FILE: Path | None = None
    "File with the key that signs browser cookies; empty means secret.key in DATA_DIR."
    META_APP_ID: str = ""
    META_APP_SECRET: str = ""
    META_VERIFY_TOKEN: str = ""
    META_GRAPH_URL: str = ""
    "Empty means graph.facebook.com on a real desk and the practice platform on a practice desk."
    META_GRAPH_VERSION: str = "v26.0"
    META_LOGIN_URL: str = ""
    X_CLIENT_ID: str = ""
    X_CLIENT_SECRET: str = ""
    X_CONSUMER_SECRET: str = ""
    X_API_URL: str = ""
    X_LOGIN_URL: str = ""
    OIDC_ISSUER: str = ""
    OIDC_CLIENT_ID: str = ""
    OIDC_CLIENT_SECRET: str = ""
    SMTP_URL: str = ""
    "smtp(s)://user:password@host:port; empty means that links are handed over by hand."

    @field_validator("BASE_URL", "META_GRAPH_URL", "META_LOGIN_URL", "X_API_URL", "X_LOGIN_URL")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query):
            raise ValueError("must be an http or https address")
        return value.rstrip("/")

    @field_validator("BIND")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit() or not 0 < int(port) < 65536:
            raise ValueError("must be ADDRESS:PORT")
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
    def base_url(self) -> str:
        return self.BASE_URL or f"http://{self.BIND}"


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


def _problem_line(name: str, kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return f"{PREFIX}{name} is not a setting of Vuoro"
    return f"{PREFIX}{name}: {message.removeprefix('Value error, ')}"
