"""What a platform's refusal means for the caller: what to do, not what the platform said."""

from datetime import datetime


class ChannelError(Exception):
    """`code` is the platform's own number for the log; `trace` is its support id."""

    def __init__(self, code: str = "", trace: str = "") -> None:
        super().__init__(f"{type(self).__name__} {code}".strip())
        self.code = code
        self.trace = trace


class Transient(ChannelError):
    """Nothing was done; try again later."""


class Unknown(ChannelError):
    """A write without an answer: it may have been done. Read back before anything else."""


class Permanent(ChannelError):
    """It will never work as it is; `kind` says which rule stands against it."""

    def __init__(self, kind: str, code: str = "", trace: str = "") -> None:
        super().__init__(code, trace)
        self.kind = kind


class AuthExpired(ChannelError):
    """The token or a right is gone; `kind` says which. Freeze, keep the queue, ask to reconnect."""

    def __init__(self, kind: str, code: str = "", trace: str = "") -> None:
        super().__init__(code, trace)
        self.kind = kind


class RateLimited(ChannelError):
    """Stop until `until` (None: back off by ourselves). Calls meanwhile lengthen the block."""

    def __init__(self, until: datetime | None, code: str = "", trace: str = "") -> None:
        super().__init__(code, trace)
        self.until = until
