"""How an answer came to be: who wrote, sent back, changed, approved and sent which words, when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Member
from app.replies.models import Decision, Draft


@dataclass(frozen=True)
class Round:
    """One version on its way to approval and back."""

    number: int
    text: str
    by: str
    at: datetime
    sent_back_by: str = ""
    reason: str = ""
    sent_back_at: datetime | None = None


def rounds(db: Session, draft: Draft | None) -> list[Round]:
    """The versions in their order; none where it never came back."""
    if draft is None:
        return []
    returns = {d.version_id: d for d in db.scalars(
        select(Decision)
        .where(Decision.draft_id == draft.id, Decision.is_approval.is_(False))
        .order_by(Decision.id)
    )}  # fmt: skip
    if not returns:
        return []
    names = _names(db, draft, list(returns.values()))
    found = []
    for version in draft.versions:
        back = returns.get(version.id)
        found.append(
            Round(
                version.number,
                version.text,
                names.get(version.editor_id, ""),
                version.at,
                names.get(back.member_id, "") if back else "",
                back.reason if back else "",
                back.at if back else None,
            )
        )
    return found


def _names(db: Session, draft: Draft, returns: list[Decision]) -> dict[int, str]:
    ids = {v.editor_id for v in draft.versions} | {d.member_id for d in returns}
    return {m.id: m.first_name for m in db.scalars(select(Member).where(Member.id.in_(ids)))}
