"""Keys, sealed tokens and the signed log of a desk. Pure: no web, no database, no network.

    root = load_root_key(file="/etc/vuoro/root.key", check=stored_check).key
    ring = TokenKeyring({1: root.token_key(1)})
    blob = ring.encrypt(Secret(token), channel_id="7", kind="page", version=1)

The log is in `vault.chain`.
"""

from __future__ import annotations

from vault.errors import (
    ArgumentRefused,
    Break,
    ChainBroken,
    RootKeyError,
    RootKeyMalformed,
    RootKeyMissing,
    RootKeyNotWritten,
    RootKeyUnsafe,
    RootKeyWrong,
    TokenFault,
    TokenRefused,
    VaultError,
)
from vault.keys import Label, LoadedRootKey, RootKey, load_root_key, write_root_key_file
from vault.secret import Secret
from vault.signing import AuditKey
from vault.tokens import TokenCipher, TokenKeyring, key_number_of

__all__ = [
    "ArgumentRefused",
    "AuditKey",
    "Break",
    "ChainBroken",
    "Label",
    "LoadedRootKey",
    "RootKey",
    "RootKeyError",
    "RootKeyMalformed",
    "RootKeyMissing",
    "RootKeyNotWritten",
    "RootKeyUnsafe",
    "RootKeyWrong",
    "Secret",
    "TokenCipher",
    "TokenFault",
    "TokenKeyring",
    "TokenRefused",
    "VaultError",
    "key_number_of",
    "load_root_key",
    "write_root_key_file",
]
