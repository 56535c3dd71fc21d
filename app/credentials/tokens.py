"""Channel tokens: sealed under the root key, bound to channel, kind and version (VAULT 1)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.credentials.models import ChannelToken
from app.foundation.errors import NotFound
from app.foundation.words import Words
from vault.secret import Secret as VaultSecret
from vault.tokens import TokenKeyring

Secret = VaultSecret[str]

PAGE_TOKEN, PAIR = "page", "pair"
"""One token, or a pair of them as JSON: one to call with, one to renew both by."""


@dataclass(frozen=True)
class TokenStore:
    """Stores and opens tokens with the keys handed in at start."""

    keyring: TokenKeyring

    def store(
        self, db: Session, channel_id: int, token: Secret, now: datetime, kind: str = PAGE_TOKEN
    ) -> int:
        """Seal a channel's token as its newest version; returns the version."""
        version = (self._newest(db, channel_id, kind) or ChannelToken(version=0)).version + 1
        sealed = self.keyring.encrypt(token, channel_id=str(channel_id), kind=kind, version=version)
        db.add(
            ChannelToken(
                channel_id=channel_id, kind=kind, version=version, sealed=sealed, stored_at=now
            )
        )
        return version

    def open(self, db: Session, channel_id: int, kind: str = PAGE_TOKEN) -> Secret:
        """The newest token of a channel."""
        return self.open_newest(db, channel_id, kind)[0]

    def open_newest(self, db: Session, channel_id: int, kind: str) -> tuple[Secret, int]:
        """The same, and which version it is."""
        row = self._newest(db, channel_id, kind)
        if row is None:
            raise NotFound(Words("This channel has no token. Connect it again."))
        opened = self.keyring.decrypt(
            row.sealed, channel_id=str(channel_id), kind=kind, version=row.version
        )
        return opened, row.version

    def seal_for(self, owner: str, kind: str, secret: str, *, version: int) -> bytes:
        """Seal another secret of the machine class, such as a one-time-code secret.

        Whoever replaces it raises the version: else the old one could be put back unnoticed.
        """
        sealed = VaultSecret(secret)
        return self.keyring.encrypt(sealed, channel_id=owner, kind=kind, version=version)

    def open_for(self, owner: str, kind: str, sealed: bytes, *, version: int) -> str:
        """What `seal_for` sealed for the same owner, kind and version."""
        return self.keyring.decrypt(sealed, channel_id=owner, kind=kind, version=version).reveal()

    def _newest(self, db: Session, channel_id: int, kind: str) -> ChannelToken | None:
        return db.scalar(
            select(ChannelToken)
            .where(ChannelToken.channel_id == channel_id, ChannelToken.kind == kind)
            .order_by(ChannelToken.version.desc())
            .limit(1)
        )


def forget(db: Session, channel_id: int) -> None:
    """Every token of a channel, in all its versions."""
    db.execute(delete(ChannelToken).where(ChannelToken.channel_id == channel_id))


def secret(text: str) -> Secret:
    """A text that must not be shown, logged or stored as it is."""
    return VaultSecret(text)
