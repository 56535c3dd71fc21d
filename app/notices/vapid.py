"""The desk's key pair at the push services (VAPID, RFC 8292), and the stamp it puts on a push."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import ECKey
from sqlalchemy.orm import Session

from app.foundation.db import Row, insert_unless_there
from app.notices.models import PushKey

OWNER, KIND = "push", "vapid"
THE_KEY = 1
ONLY = 1
"""The version of what is sealed once: the key is never replaced, a device's address is its name."""
LIVES = timedelta(hours=12)
"""A stamp may live for a day at most; half of it leaves room for a clock that is wrong."""


class Sealer(Protocol):
    """Seals what the machine alone may know; the token store does."""

    def seal_for(self, owner: str, kind: str, secret: str, *, version: int) -> bytes: ...

    def open_for(self, owner: str, kind: str, sealed: bytes, *, version: int) -> str: ...


@dataclass(frozen=True)
class Stamp:
    """Says to a push service that it is this desk which pushes."""

    public: str
    pem: str
    subject: str

    def header(self, endpoint: str, now: datetime) -> str:
        """The Authorization header for one push service."""
        at = urlsplit(endpoint)
        claims = {
            "aud": f"{at.scheme}://{at.netloc}",
            "exp": int((now + LIVES).timestamp()),
            "sub": self.subject,
        }
        key = ECKey.import_key(self.pem)
        return f"vapid t={jwt.encode({'alg': 'ES256', 'typ': 'JWT'}, claims, key)}, k={self.public}"


def public_key(db: Session, sealer: Sealer, now: datetime) -> str:
    """What browsers subscribe with; makes the pair on first need."""
    return _kept(db, sealer, now).public


def stamp(db: Session, sealer: Sealer, desk_url: str) -> Stamp | None:
    """The desk's stamp; None as long as no browser has asked for the key."""
    kept = db.get(PushKey, THE_KEY)
    if kept is None:
        return None
    pem = sealer.open_for(OWNER, KIND, kept.sealed, version=ONLY)
    return Stamp(kept.public, pem, _subject(desk_url))


def base64url(raw: bytes) -> str:
    """As browsers write bytes, without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _subject(desk_url: str) -> str:
    """Whom the service may ask; some take only https or a mail address."""
    is_web = desk_url.startswith("https:")
    return desk_url if is_web else f"mailto:vuoro@{urlsplit(desk_url).hostname}"


def _kept(db: Session, sealer: Sealer, now: datetime) -> PushKey:
    kept = db.get(PushKey, THE_KEY)
    if kept is None:
        insert_unless_there(db, PushKey, {"id": THE_KEY, "made_at": now, **_made(sealer)})
        kept = db.get_one(PushKey, THE_KEY)
    return kept


def _made(sealer: Sealer) -> Row:
    key = ec.generate_private_key(ec.SECP256R1())
    point = key.public_key().public_bytes(form.Encoding.X962, form.PublicFormat.UncompressedPoint)
    pem = key.private_bytes(
        form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
    ).decode()
    sealed = sealer.seal_for(OWNER, KIND, pem, version=ONLY)
    return {"public": base64url(point), "sealed": sealed}
