"""One fixed root key for the vault's tests; it protects nothing."""

import pytest

from tests.unit.vault.logs import MAKING, after, make_log
from vault import AuditKey, RootKey, TokenCipher, TokenKeyring
from vault.chain import Row, enter_key


@pytest.fixture
def root() -> RootKey:
    return RootKey.from_bytes(bytes(range(32)))


@pytest.fixture
def key(root: RootKey) -> AuditKey:
    return root.audit_key(1)


@pytest.fixture
def new_key(root: RootKey) -> AuditKey:
    return root.audit_key(2)


@pytest.fixture
def cipher(root: RootKey) -> TokenCipher:
    return TokenCipher(root.token_key(1), 1)


@pytest.fixture
def keyring(root: RootKey) -> TokenKeyring:
    return TokenKeyring({1: root.token_key(1), 2: root.token_key(2)})


@pytest.fixture
def rows(key: AuditKey) -> list[Row]:
    """A log of nine rows."""
    return make_log(key, 9)


@pytest.fixture
def trusted(key: AuditKey) -> dict[int, bytes]:
    return {1: key.public_key}


@pytest.fixture
def rotated(rows: list[Row], key: AuditKey, new_key: AuditKey) -> list[Row]:
    """The log goes on: row 10 brings in key 2; rows 11 and 12 are signed with it."""
    rows.append(enter_key(rows[-1], **MAKING, old=key, new=new_key))
    rows.append(after(rows[-1], new_key))
    rows.append(after(rows[-1], new_key))
    return rows
