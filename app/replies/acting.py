"""One action on one platform, once: claimed, looked at, started, done (as in `delivery`).

The message is looked at before the call, so that nothing is done that is so already or that the
platform does not allow; and after a call without an answer, before it is done again.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar, cast

from sqlalchemy import CursorResult, Select, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.channels.adapter import Acts, Shown
from app.channels.capabilities import ABOUT_A_PERSON
from app.channels.connections import Connections
from app.channels.errors import ChannelError, Permanent
from app.channels.models import Act, Channel, ChannelState
from app.foundation.clock import Clock
from app.foundation.db import Database
from app.foundation.due import due, is_due
from app.inbox.intake import Promises
from app.replies import outcomes, refusals
from app.replies.delivery import CALL_LEASE, CLAIM_LEASE, LATEST_START
from app.replies.models import ActionState, PlatformAction
from app.replies.models.actions import LIVE

T = TypeVar("T")


@dataclass(frozen=True)
class Deed:
    """A claimed row with all that the call needs. `until` is the claim."""

    id: int
    channel_id: int
    act: Act
    target: str
    until: datetime


class Acting:
    """Moves the platform actions on."""

    def __init__(
        self,
        database: Database,
        connections: Connections,
        clock: Clock,
        promises: Callable[[], Promises],
    ) -> None:
        self._database, self._connections, self._clock = database, connections, clock
        self._promises = promises

    def run(self, most: int = 500) -> datetime | None:
        """Everything that is due; returns when something will be due next."""
        for _ in range(most):
            action_id = self._next_due()
            if action_id is None or not self._advance(action_id):
                break
        with self._database.reading() as db:
            return db.scalar(self._waiting(PlatformAction.next_at).limit(1))

    def _advance(self, action_id: int) -> bool:
        """One step for one row; False when another worker has it."""
        with self._database.writing() as db:
            action = db.get_one(
                PlatformAction, action_id, with_for_update=True, populate_existing=True
            )
            if not is_due(action.next_at, self._clock.now()):
                return True
            if action.state is ActionState.SENDING:
                outcomes.lease_ran_out(db, action, self._clock.now())
                return True
            is_to_look_at = action.state is ActionState.UNKNOWN
        return self._look_again(action_id) if is_to_look_at else self._do(action_id)

    def _do(self, action_id: int) -> bool:
        deed = self._claim(action_id)
        if deed is None:
            return False
        found = self._attempt(deed, lambda: self._look(deed), is_write=False)
        began = self._clock.monotonic()
        started = self._start(deed, found[1]) if found is not None else None
        if found is None or started is None or self._clock.monotonic() - began > LATEST_START:
            return True
        adapter = found[0]
        is_done = self._attempt(started, lambda: _done(adapter, deed), is_write=True)
        if is_done:
            self._done(started)
        return True

    def _claim(self, action_id: int) -> Deed | None:
        """The row, if this update changes exactly one."""
        now = self._clock.now()
        until = now + CLAIM_LEASE
        with self._database.writing() as db:
            claimed = db.execute(
                update(PlatformAction)
                .where(
                    PlatformAction.id == action_id,
                    PlatformAction.state == ActionState.QUEUED,
                    due(PlatformAction.next_at, now),
                )
                .values(state=ActionState.SENDING, started_at=None, next_at=until)
                .execution_options(synchronize_session=False)
            )
            if cast(CursorResult[object], claimed).rowcount != 1:
                return None
            action = db.get_one(PlatformAction, action_id)
            return Deed(action.id, action.channel_id, action.act, action.target, until)

    def _look(self, deed: Deed) -> tuple[Acts, Shown]:
        """How the message stands; nothing tells whether a person is blocked."""
        with self._database.reading() as db:
            adapter = self._connections.open(db, db.get_one(Channel, deed.channel_id))
        if not isinstance(adapter, Acts):
            raise Permanent("not-available")
        return adapter, Shown() if deed.act in ABOUT_A_PERSON else adapter.look(deed.target)

    def _start(self, deed: Deed, shown: Shown) -> Deed | None:
        """Recorded before the call; None where there is nothing to call for."""
        now, promises = self._clock.now(), self._promises()
        until = now + CALL_LEASE

        def start(db: Session) -> bool:
            action = outcomes.claimed(db, deed.id, deed.until, now)
            if action is None:
                return False
            if shown.is_there and outcomes.is_so(action.act, shown):
                outcomes.done(db, action, promises, now)
                return False
            return outcomes.start(db, action, shown, now, until)

        return replace(deed, until=until) if self._database.write(start) else None

    def _done(self, deed: Deed) -> None:
        now, promises = self._clock.now(), self._promises()

        def finish(db: Session) -> None:
            action = db.get_one(PlatformAction, deed.id, with_for_update=True)
            outcomes.done(db, action, promises, now)

        self._database.write(finish)

    def _look_again(self, action_id: int) -> bool:
        """After a call without an answer."""
        with self._database.writing() as db:
            action = db.get_one(PlatformAction, action_id, with_for_update=True)
            action.next_at = self._clock.now() + CLAIM_LEASE
            deed = Deed(action.id, action.channel_id, action.act, action.target, action.next_at)
        found = refusals.asked(lambda: self._look(deed), is_write=False, action=deed.id)
        shown = None if isinstance(found, ChannelError) else found[1]
        now, promises = self._clock.now(), self._promises()

        def look(db: Session) -> None:
            action = db.get_one(
                PlatformAction, deed.id, with_for_update=True, populate_existing=True
            )
            outcomes.looked(db, action, shown, promises, now)

        self._database.write(look)
        return True

    def _attempt(self, deed: Deed, call: Callable[[], T], *, is_write: bool) -> T | None:
        """A call to the platform, and what its refusal means for the row."""
        found = refusals.asked(call, is_write=is_write, action=deed.id)
        if not isinstance(found, ChannelError):
            return found
        now = self._clock.now()
        with self._database.writing() as db:
            action = outcomes.claimed(db, deed.id, deed.until, now)
            if action is not None:
                steps = outcomes.steps(db, action, now)
                refusals.take(db, action.channel_id, found, steps, now)
        return None

    def _next_due(self) -> int | None:
        with self._database.reading() as db:
            return db.scalar(
                self._waiting(PlatformAction.id)
                .where(due(PlatformAction.next_at, self._clock.now()))
                .limit(1)
            )

    def _waiting(self, what: InstrumentedAttribute[T]) -> Select[T]:
        """Rows to move on; those of a stopped channel wait."""
        can_send = (Channel.state == ChannelState.CONNECTED) & Channel.is_sending
        return (
            select(what)
            .join(Channel, Channel.id == PlatformAction.channel_id)
            .where(
                PlatformAction.state.in_(LIVE),
                (PlatformAction.state != ActionState.QUEUED) | can_send,
            )
            .order_by(PlatformAction.next_at)
        )


def _done(adapter: Acts, deed: Deed) -> bool:
    adapter.act(deed.act, deed.target)
    return True
