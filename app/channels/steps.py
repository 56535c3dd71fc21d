"""Setting up an app at a platform: a list of steps that survives weeks.

Most of it happens elsewhere and is decided by others, so a person says how far each step is.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import policy
from app.access.identity import Actor
from app.access.permissions import Permission
from app.audit import log
from app.audit.events import Event
from app.channels.duty_models import Step, StepState
from app.foundation.errors import Invalid, NotFound
from app.foundation.text import clean
from app.foundation.words import Words

LONGEST_NAME, TWO = 120, 2


@dataclass(frozen=True)
class Duty:
    """One step: what, who does it, how long it usually takes, and why."""

    name: str
    what: Words
    who: Words
    takes: Words
    why: Words
    can_wait: bool = False
    """Somebody else decides, so that it can wait for them."""
    needs_two: bool = False
    """Two people are named before it is done."""
    is_stranger: bool = False


ADMIN = Words("Whoever looks after the firm’s accounts at Meta")
MACHINE = Words("Whoever looks after the machine")
OWNER = Words("An owner of the firm")
FEW_MINUTES, AN_HOUR = Words("A few minutes"), Words("About an hour")
WEEKS = Words("Days to weeks; the platform promises no time")

META = (
    Duty("app", Words("Make an app at Meta and give its id and secret to the desk"), MACHINE,
         AN_HOUR, Words("The desk speaks to Facebook and Instagram as this app.")),
    Duty("addresses", Words("Write the desk’s addresses into the app"), MACHINE, FEW_MINUTES,
         Words("So that sign-ins come back here, news is told here, and people can have deleted "
               "what the app knows of them.")),
    Duty("admins", Words("Two admins of the app"), ADMIN, FEW_MINUTES,
         Words("Meta tells only them of what has to be renewed. If the only one leaves, nobody "
               "gets in."), needs_two=True),
    Duty("control", Words("Two people with full control of the Page"), OWNER, FEW_MINUTES,
         Words("A Page has no password: people enter with their own profiles. If the only one is "
               "locked out, the Page is lost."), needs_two=True),
    Duty("verification", Words("Have the business verified"), OWNER, WEEKS,
         Words("Meta asks for papers of the firm before it gives Advanced Access."),
         can_wait=True),
    Duty("review", Words("Ask for Advanced Access to each permission (App Review)"), ADMIN, WEEKS,
         Words("Standard Access serves people with a role on the app. Who else is served without "
               "Advanced Access, Meta’s pages tell differently: the test with a stranger shows "
               "it."), can_wait=True),
    Duty("human-agent", Words("Ask for the feature Human Agent"), ADMIN, WEEKS,
         Words("With it a private message can be answered for 7 days instead of 24 hours."),
         can_wait=True),
    Duty("stranger", Words("Let a stranger write"), OWNER, FEW_MINUTES,
         Words("Somebody without any role on the app or the Page comments on a post and writes a "
               "private message. Only what arrives shows whether customers reach you."),
         is_stranger=True),
)  # fmt: skip
X = (
    Duty("app", Words("Make an app at X and give its id and secret to the desk"), MACHINE, AN_HOUR,
         Words("The desk speaks to X as this app.")),
    Duty("addresses", Words("Write the desk’s addresses into the app"), MACHINE, FEW_MINUTES,
         Words("So that sign-ins come back here, and news is told here.")),
    Duty("credit", Words("Buy credit, and set a ceiling"), OWNER, FEW_MINUTES,
         Words("X asks money for each call. Without credit nothing is read or sent.")),
    Duty("stranger", Words("Let a stranger write"), OWNER, FEW_MINUTES,
         Words("Somebody who has nothing to do with the firm mentions the account and writes to "
               "it. Only what arrives shows whether customers reach you."), is_stranger=True),
)  # fmt: skip
LISTS = {"facebook": META, "x": X}
TWO_NAMES = Words("Write the names of two different people.")


def duty(platform: str, name: str) -> Duty:
    """A step of the list; an unknown one is not there."""
    for found in LISTS.get(platform, ()):
        if found.name == name:
            return found
    raise NotFound()


def states(db: Session, platform: str) -> dict[str, Step]:
    """How far each step is, as people said; what nobody spoke of is missing."""
    rows = db.scalars(select(Step).where(Step.key.startswith(f"{platform}:", autoescape=True)))
    return {row.key.partition(":")[2]: row for row in rows}


def set_state(
    db: Session,
    actor: Actor,
    platform: str,
    name: str,
    state: StepState,
    names: tuple[str, ...],
    now: datetime,
) -> None:
    """What a person says of a step; two people are named where two are needed."""
    policy.require(actor, Permission.CHANNEL_MANAGE, now)
    found = duty(platform, name)
    said = tuple(" ".join(clean(n).split())[:LONGEST_NAME] for n in names)
    if found.needs_two and state is StepState.DONE and not _are_two(said):
        raise Invalid(TWO_NAMES, name)
    key = f"{platform}:{name}"
    row = db.get(Step, key)
    if row is None:
        row = Step(key=key, state=state, since=now)
        db.add(row)
    row.state, row.since, row.by_id = state, now, actor.member_id
    row.note = "\n".join(n for n in said if n)
    log.record(
        db,
        Event.CHANNEL_CHANGED,
        actor.log_name,
        "desk",
        now=now,
        fields=[f"setup_{name}".replace("-", "_")],
        state=state.value,
        platform=platform,
    )


def _are_two(names: tuple[str, ...]) -> bool:
    return len({n.casefold() for n in names if n}) >= TWO
