"""Logging: one JSON line an event, ids and error classes only, never words, tokens or bodies."""

import logging
import sys
import traceback
from pathlib import Path

import structlog


def where(problem: BaseException | None) -> str:
    """An error's class and its way through the code; its own words may be a customer's."""
    if problem is None:
        return ""
    steps = traceback.extract_tb(problem.__traceback__)
    way = " > ".join("/".join(Path(s.filename).parts[-2:]) + f":{s.lineno}" for s in steps)
    return f"{type(problem).__name__} at {way}"


def set_up(level: str) -> None:
    """Send structured lines to standard error; libraries that would log secrets are kept quiet."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(without_words)
    logging.basicConfig(level=level, format="%(message)s", handlers=[handler], force=True)
    for chatty in ("alembic", "tweepy", "urllib3", "huey", "facebook"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def without_words(record: logging.LogRecord) -> bool:
    """Libraries log whole exceptions; what `where` leaves of them is enough."""
    if record.exc_info:
        record.exc_text, record.exc_info = where(record.exc_info[1]), None
    return True
