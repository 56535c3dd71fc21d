"""The root key at start: made once by `vuoro init`, read by every process, refused if wrong."""

import shlex
from dataclasses import dataclass
from pathlib import Path

from app.credentials.tokens import TokenStore
from app.foundation.config import Settings
from vault import VaultError
from vault.chain import AuditKey
from vault.keys import RootKey, load_root_key, write_root_key_file
from vault.tokens import TokenKeyring

KEY_NUMBER = 1

KeyProblem = VaultError
"""Whatever the vault refuses, for doors that say it in one line."""


@dataclass(frozen=True)
class Keys:
    """What the desk derives from the root key; the key itself is not kept."""

    tokens: TokenStore
    audit: AuditKey
    check: str
    warning: str = ""


def make(path: Path) -> None:
    """A new root key, in a file only this user can read; never over an old one."""
    write_root_key_file(path, RootKey.generate())


def load(settings: Settings, check: str | None) -> Keys:
    """The keys; refuses, in words, a root key that is missing, readable by others or wrong."""
    command = shlex.split(settings.ROOT_KEY_COMMAND) or None
    given = settings.ROOT_KEY or None
    from_file = (
        None if (command or given) and settings.ROOT_KEY_FILE is None else settings.root_key_file
    )
    loaded = load_root_key(file=from_file, command=command, env_value=given, check=check or None)
    return Keys(
        tokens=TokenStore(TokenKeyring({KEY_NUMBER: loaded.key.token_key(KEY_NUMBER)})),
        audit=loaded.key.audit_key(KEY_NUMBER),
        check=loaded.key.check(),
        warning=loaded.warning or "",
    )
