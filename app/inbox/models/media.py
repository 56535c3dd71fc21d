"""Pictures and files that customers sent, kept where the platform allows it."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base, Id


class Blob(Base):
    """Bytes by their SHA-256: the same picture sent twice lies here once."""

    __tablename__ = "blobs"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int] = mapped_column(Id)
    kept_at: Mapped[datetime] = mapped_column(index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class KeptMedia(Base):
    """One attachment of a message, by its place among them, that lies here."""

    __tablename__ = "kept_media"

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    place: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    blob_id: Mapped[int] = mapped_column(ForeignKey("blobs.id"), index=True)
