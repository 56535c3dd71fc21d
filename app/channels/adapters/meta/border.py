"""Where Graph and HTTP end: outside nobody hears of either."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from app.channels.adapter import Fetched
from app.channels.adapters.meta import errors
from app.channels.adapters.meta.graph import GraphProblem
from app.channels.errors import Transient, Unknown
from app.foundation import http


@contextmanager
def border(clock: Callable[[], datetime], *, is_write: bool) -> Iterator[None]:
    """What goes wrong inside comes out as one of the desk's errors."""
    try:
        yield
    except GraphProblem as problem:
        raise errors.translate(problem, is_write=is_write, now=clock()) from None
    except http.NotAsked as problem:
        raise Transient(str(problem)) from None
    except http.NoAnswer as problem:
        raise (Unknown if is_write else Transient)(str(problem)) from None


def if_allowed(pages: Iterator[Fetched]) -> Iterator[Fetched]:
    """A list that we have no right to is left out; the others are read all the same."""
    try:
        yield from pages
    except GraphProblem as problem:
        if not errors.is_permission(problem):
            raise
