"""The browsers in which a member is told by push: turned on there, while they are signed in.

A push service's address lets anybody who has it disturb, so it is sealed and never logged.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.access.identity import Actor
from app.foundation.db import insert_unless_there
from app.foundation.errors import Invalid, NotFound
from app.foundation.words import Words
from app.notices import encryption, endpoints
from app.notices.encryption import BrowserKeys
from app.notices.models import PushDevice
from app.notices.vapid import ONLY, Sealer

MOST = 20
KIND = "push"
DAMAGED = Words(
    "This browser’s answer was not what a push service gives. Nothing was turned on. Load the page "
    "again and try once more."
)


@dataclass(frozen=True)
class Subscription:
    """A browser's own address at its push service, and its keys."""

    endpoint: str
    keys: BrowserKeys

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.endpoint.encode()).hexdigest()


def subscription(endpoint: str, point: str, auth: str, stand_in: str = "") -> Subscription:
    """What a browser sent, if it can be true."""
    try:
        keys = BrowserKeys(encryption.decoded(point), encryption.decoded(auth))
    except ValueError:
        raise Invalid(DAMAGED) from None
    if not endpoints.is_service(endpoint, stand_in):
        raise Invalid(DAMAGED)
    return Subscription(endpoint, keys)


def turn_on(
    db: Session, actor: Actor, sealer: Sealer, given: Subscription, name: str, now: datetime
) -> None:
    """Tell the actor in this browser from now on; whoever was told in it before is not any more."""
    if actor.member_id is None or actor.session_id is None:
        raise NotFound()
    secret = {
        "endpoint": given.endpoint,
        "point": given.keys.point.hex(),
        "auth": given.keys.auth.hex(),
    }
    row = {
        "sealed": sealer.seal_for(given.hash, KIND, json.dumps(secret), version=ONLY),
        "member_id": actor.member_id,
        "session_id": actor.session_id,
        "name": name[:80],
    }
    insert_unless_there(db, PushDevice, {"endpoint_hash": given.hash, "created_at": now, **row})
    device = db.scalars(
        select(PushDevice).where(PushDevice.endpoint_hash == given.hash).with_for_update()
    ).one()
    if device.member_id != actor.member_id:
        device.created_at, device.told_at = now, None
    for column, value in row.items():
        setattr(device, column, value)
    device.problem = device.problem_at = None
    db.flush()
    _drop_oldest(db, actor.member_id)


def go_on(
    db: Session, actor: Actor, sealer: Sealer, given: Subscription, was: str, now: datetime
) -> None:
    """The same browser, signed in anew or with a new address; not if it was turned off since."""
    mine = (PushDevice.member_id == actor.member_id, PushDevice.endpoint_hash == was)
    device = db.scalar(select(PushDevice).where(*mine).with_for_update())
    if device is None:
        raise NotFound()
    turn_on(db, actor, sealer, given, device.name, now)
    if was != given.hash:
        db.delete(device)


def turn_off(db: Session, actor: Actor, device_id: int) -> None:
    """Not in this browser any more; only one's own."""
    mine = delete(PushDevice).where(
        PushDevice.id == device_id, PushDevice.member_id == actor.member_id
    )
    if not db.scalars(mine.returning(PushDevice.id)).all():
        raise NotFound()


def own(db: Session, member_id: int | None) -> list[PushDevice]:
    """A member's, the first turned on first."""
    mine = select(PushDevice).where(PushDevice.member_id == member_id).order_by(PushDevice.id)
    return list(db.scalars(mine))


def reachable(db: Session, member_ids: Iterable[int]) -> set[int]:
    """Those of the members who have a browser that can be told."""
    found = select(PushDevice.member_id).where(PushDevice.member_id.in_(set(member_ids)))
    return set(db.scalars(found))


def opened(device: PushDevice, sealer: Sealer) -> Subscription:
    """Where a device is reached."""
    sealed = sealer.open_for(device.endpoint_hash, KIND, device.sealed, version=ONLY)
    secret = json.loads(sealed)
    keys = BrowserKeys(bytes.fromhex(secret["point"]), bytes.fromhex(secret["auth"]))
    return Subscription(secret["endpoint"], keys)


def _drop_oldest(db: Session, member_id: int) -> None:
    """A browser that makes itself a new address again and again fills nothing."""
    newest = (
        select(PushDevice.id)
        .where(PushDevice.member_id == member_id)
        .order_by(PushDevice.id.desc())
        .limit(MOST)
    )
    kept = list(db.scalars(newest))
    db.execute(
        delete(PushDevice).where(PushDevice.member_id == member_id, PushDevice.id.not_in(kept))
    )
