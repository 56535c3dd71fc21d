"""tweepy 4.17.0 behind one call: whatever it raises, the answer itself decides what it means."""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

import tweepy

from app.channels.adapters.x import errors
from app.channels.adapters.x.session import Session
from app.channels.errors import AuthExpired, ChannelError, Transient, Unknown
from app.channels.prices import Price
from app.foundation import http

logging.getLogger("tweepy.client").setLevel(logging.WARNING)  # at DEBUG it writes the token down

Row = dict[str, Any]
Ask = Callable[[tweepy.Client], Any]


class Access(Protocol):
    """The right to call, which ends every two hours and is renewed by one process at a time."""

    def token(self) -> str:
        """A token that holds for now; raises AuthExpired."""

    def renewed(self, refused: str) -> str:
        """A newer one than this, which X no longer takes; raises AuthExpired."""


class Meter(Protocol):
    """What calls cost, and whether there is money for another."""

    def check(self) -> None:
        """Raises RateLimited at the month's ceiling."""

    def charge(self, price: Price, resources: Iterable[str]) -> None:
        """These were read or written; each counts once a day."""


class Client:
    """X's API for one account."""

    def __init__(
        self, session: Session, access: Access, meter: Meter, clock: Callable[[], datetime]
    ) -> None:
        self._session, self._access, self._meter, self._clock = session, access, meter, clock
        self._tweepy = tweepy.Client(bearer_token="", return_type=dict, wait_on_rate_limit=False)
        self._tweepy.session = session

    @property
    def headers(self) -> Mapping[str, str]:
        """Of the last answer."""
        return self._session.answer.headers if self._session.answer else {}

    def read(self, ask: Ask, price: Price | None = None) -> Row:
        """What a reading brings; every thing in it is paid for."""
        found = self._called(ask, is_write=False)
        if price is not None:
            self.charge(price, (str(row.get("id")) for row in rows_of(found)))
        return found

    def write(self, ask: Ask, name: str, price: Price | None = None) -> str:
        """Do something once; returns what stands under `name`, mostly an id."""
        found = self._called(ask, is_write=True).get("data")
        made = found.get(name) if isinstance(found, dict) else None
        if made in (None, ""):
            raise Unknown(f"no {name}")
        if price is not None:
            self.charge(price, [str(made)])
        return str(made)

    def do(self, ask: Ask) -> None:
        """Do something that costs nothing and makes nothing new."""
        self._called(ask, is_write=True)

    def charge(self, price: Price, resources: Iterable[str]) -> None:
        self._meter.charge(price, resources)

    def _called(self, ask: Ask, *, is_write: bool) -> Row:
        """A token that was refused is renewed once, since nothing was done with it."""
        self._meter.check()
        token = self._access.token()
        try:
            return self._once(ask, token, is_write=is_write)
        except AuthExpired as problem:
            if problem.kind != "token":
                raise
        return self._once(ask, self._access.renewed(token), is_write=is_write)

    def _once(self, ask: Ask, token: str, *, is_write: bool) -> Row:
        """The border: outside it nobody hears of tweepy or HTTP."""
        self._tweepy.bearer_token = token
        try:
            found = ask(self._tweepy)
        except http.NotAsked as problem:
            raise Transient(str(problem)) from None
        except http.NoAnswer as problem:
            raise (Unknown if is_write else Transient)(str(problem)) from None
        except Exception:  # tweepy's own errors, and what it raises over answers it cannot read
            raise self._problem(is_write=is_write) from None
        if not isinstance(found, dict):
            raise self._problem(is_write=is_write)
        return found

    def _problem(self, *, is_write: bool) -> ChannelError:
        """What the last answer means; a success that cannot be read is no success."""
        answer = self._session.answer
        is_read = answer is None or 200 <= answer.status < 300
        return errors.translate(None if is_read else answer, is_write=is_write, now=self._clock())


def rows_of(found: Mapping[str, Any]) -> list[Row]:
    """The rows of a list; `data` is left out where there are none."""
    data = found.get("data")
    rows = data if isinstance(data, list) else [data]
    return [row for row in rows if isinstance(row, dict)]
