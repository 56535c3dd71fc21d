"""Tokens that come in pairs: one to call with, which ends soon, and one to renew both with.

Each renewal ends the pair before it. So one process at a time renews, over all machines, and the
new pair is stored in a transaction of its own before anybody calls with it.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from app.channels.errors import AuthExpired, ChannelError, RateLimited, Transient
from app.credentials.models import TokenRenewal
from app.credentials.tokens import PAIR, Secret, TokenStore, secret
from app.foundation.clock import Clock
from app.foundation.db import Database, insert_unless_there
from app.foundation.due import is_due
from app.foundation.http import NoAnswer, NotAsked

EARLY = timedelta(minutes=5)
LEASE = timedelta(seconds=60)
"""Longer than the call's own total time limit (foundation/http)."""
NOBODY = datetime(1970, 1, 1, tzinfo=UTC)
PATIENCE, PAUSE = 30.0, 0.1
LOST = "renewal-lost"
"""A renewal began and never ended: X had ended the old pair, and the new one reached nobody."""


@dataclass(frozen=True)
class Pair:
    """What X gives out."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime

    @classmethod
    def parse(cls, text: str, now: datetime) -> "Pair":
        """As X answers it, or as it is kept; ValueError for anything else."""
        found = json.loads(text)
        if not isinstance(found, dict):
            raise ValueError("not a pair of tokens")
        access, refresh = found.get("access_token"), found.get("refresh_token")
        if not (isinstance(access, str) and access and isinstance(refresh, str) and refresh):
            raise ValueError("not a pair of tokens")
        at = found.get("expires_at")
        if at is None:
            return cls(access, refresh, now + timedelta(seconds=int(found.get("expires_in") or 0)))
        return cls(access, refresh, datetime.fromisoformat(str(at)))

    def sealable(self) -> Secret:
        """As it is kept."""
        found = {
            "access_token": self.access,
            "refresh_token": self.refresh,
            "expires_at": self.expires_at.isoformat(),
        }
        return secret(json.dumps(found))


Renew = Callable[[str], Pair]
"""Asks the platform for the next pair, with the token to renew by."""


@dataclass(frozen=True)
class Brought:
    """A pair that somebody brought to be tried, of no channel yet: it is not renewed."""

    pair: Pair

    def token(self) -> str:
        return self.pair.access

    def renewed(self, refused: str) -> str:
        raise AuthExpired("token", "401")


@dataclass(frozen=True)
class Kept:
    """A channel's pair."""

    database: Database
    tokens: TokenStore
    clock: Clock
    channel_id: int
    renew: Renew

    def token(self) -> str:
        """One that holds for some minutes yet; the old one to its end where X is out of order, or
        somebody else is at it."""
        pair, version = self._stored()
        now = self.clock.now()
        if now < pair.expires_at - EARLY:
            return pair.access
        if now >= pair.expires_at:
            return self._renewed(version).access
        try:
            return self._renewed(version, patience=0.0).access
        except (Transient, RateLimited):
            return pair.access

    def renewed(self, refused: str) -> str:
        """A newer one than this; somebody else may have renewed it meanwhile."""
        pair, version = self._stored()
        return pair.access if pair.access != refused else self._renewed(version).access

    def _stored(self) -> tuple[Pair, int]:
        with self.database.reading() as db:
            return self._newest(db)

    def _newest(self, db: Session) -> tuple[Pair, int]:
        found, version = self.tokens.open_newest(db, self.channel_id, PAIR)
        return Pair.parse(found.reveal(), self.clock.now()), version

    def _renewed(self, version: int, patience: float = PATIENCE) -> Pair:
        """The pair after this one, renewed here or by whoever is at it."""
        ends = time.monotonic() + patience
        while True:
            claim = self._claim(version)
            if claim.is_ours:
                return self._asked(claim)
            if claim.pair is not None:
                return claim.pair
            if time.monotonic() > ends:
                raise Transient("renewing")
            time.sleep(PAUSE)

    def _claim(self, version: int) -> "Claim":
        with self.database.writing() as db:
            row = self._locked(db)
            pair, newest = self._newest(db)
            if newest != version:
                return Claim(pair)
            if not is_due(row.until, self.clock.now()):
                return Claim(None)
            was_begun, row.until = row.until != NOBODY, self.clock.now() + LEASE
            return Claim(pair, is_ours=True, was_begun=was_begun)

    def _asked(self, claim: "Claim") -> Pair:
        """Ask for the next pair, and keep it before anybody uses it. Where no clear answer comes,
        it is remembered: the pair may have ended there all the same."""
        assert claim.pair is not None
        try:
            fresh = self.renew(claim.pair.refresh)
        except AuthExpired as problem:
            self._leave(NOBODY)
            raise AuthExpired(LOST if claim.was_begun else problem.kind, problem.code) from None
        except NotAsked as problem:
            self._leave(NOBODY)
            raise Transient(str(problem)) from None
        except NoAnswer as problem:
            self._leave(self.clock.now())
            raise Transient(str(problem)) from None
        except ChannelError:
            self._leave(self.clock.now())
            raise
        with self.database.writing() as db:
            self._locked(db).until = NOBODY
            self.tokens.store(db, self.channel_id, fresh.sealable(), self.clock.now(), PAIR)
        return fresh

    def _leave(self, until: datetime) -> None:
        """Others may try; a time instead of nobody tells them that somebody was at it."""
        with self.database.writing() as db:
            self._locked(db).until = until

    def _locked(self, db: Session) -> TokenRenewal:
        free = {"channel_id": self.channel_id, "until": NOBODY}
        insert_unless_there(db, TokenRenewal, free)
        return db.get_one(
            TokenRenewal, self.channel_id, with_for_update=True, populate_existing=True
        )


@dataclass(frozen=True)
class Claim:
    """Who renews: we do, or somebody did already and this is the new pair, or somebody is at it."""

    pair: Pair | None
    is_ours: bool = False
    was_begun: bool = False
    """Somebody began before and never came back."""
