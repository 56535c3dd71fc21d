"""The practice platform of whichever desk is being tested, behind one address for a whole run."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask

from app.practice import settings
from app.practice.factory import create_practice_app
from app.practice.platform import NAME

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class PracticeHost:
    """Makes a platform when it is first called: most tests never call it."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._folder: Path | None = None
        self._made: Flask | None = None

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        return self._platform()(environ, start)

    @contextmanager
    def behind(self, folder: Path) -> Iterator[None]:
        """The desk in this folder is the one whose platform answers."""
        assert self._folder is None, "one desk at a time"
        self._folder = folder
        try:
            yield
        finally:
            with self._turn:
                made, self._made, self._folder = self._made, None, None
            if made is not None:
                made.extensions[NAME + "-delivery"].stop()
                made.extensions[NAME].store.close()

    def _platform(self) -> Flask:
        with self._turn:
            if self._made is None:
                assert self._folder is not None, "no desk is being tested"
                self._made = _make(self._folder)
                self._made.extensions[NAME + "-delivery"].start()
            return self._made


def _make(folder: Path) -> Flask:
    given = settings.load(folder)
    return create_practice_app(
        folder,
        app_id=given.app_id,
        app_secret=given.app_secret,
        verify_token=given.verify_token,
        desk_url=None,
    )
