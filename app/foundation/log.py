"""Logging: one JSON line an event, ids and error classes only, never words, tokens or bodies."""

import logging
import sys

import structlog


def set_up(level: str) -> None:
    """Send structured lines to standard error; libraries that would log secrets are kept quiet."""
    logging.basicConfig(level=level, stream=sys.stderr, format="%(message)s", force=True)
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
