"""What can go wrong, by what the asker can do about it; each is a sentence for the screen."""

from app.foundation.words import Words


class DeskError(Exception):
    """A refusal with words for a person; nothing was changed."""

    status = 400

    def __init__(self, reason: Words) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Invalid(DeskError):
    """What was given cannot be taken; `field` names the form field where one is to blame."""

    status = 422

    def __init__(self, reason: Words, field: str = "") -> None:
        super().__init__(reason)
        self.field = field


class NotFound(DeskError):
    """It is not there, or it is not for this person: the two look alike on purpose."""

    status = 404

    def __init__(self, reason: Words | None = None) -> None:
        super().__init__(reason or Words("There is nothing here, or it is not open to you."))


class Forbidden(DeskError):
    """The person may see it but may not do this; the reason says who can."""

    status = 403


class Conflict(DeskError):
    """Somebody else was there first; `theirs` is what they wrote, to be shown beside one's own."""

    status = 409

    def __init__(self, reason: Words, theirs: str = "") -> None:
        super().__init__(reason)
        self.theirs = theirs


class TooSoon(DeskError):
    """Wait; the reason says how long."""

    status = 429
