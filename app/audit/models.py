"""The audit log's table. The database itself refuses to change or delete a row (migration)."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Base, Id


class AuditRow(Base):
    """One signed row; `line` is its exact signed form, the other columns are for filters."""

    __tablename__ = "audit_log"

    sequence: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(60), index=True)
    action: Mapped[str] = mapped_column(String(60), index=True)
    object: Mapped[str] = mapped_column(String(80), index=True)
    line: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class AuditHead(Base):
    """The chain's end, one row; whoever writes locks it first, so that rows never fork."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(Id, default=0)
    hash: Mapped[str] = mapped_column(String(64), default="")
    stopped: Mapped[str] = mapped_column(String(200), default="")
    """Why audited acts are stopped; empty: they go on."""
