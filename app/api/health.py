"""Whether the process lives, and whether the desk works."""

from flask import Blueprint, jsonify
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from app import gate
from app.foundation.heartbeat import is_gone, last_beat
from app.runtime import schema_state

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@gate.public
def alive() -> Response:
    """The process answers."""
    return jsonify(alive=True)


@bp.get("/readyz")
@gate.public
def ready() -> tuple[Response, int]:
    """Database, migrations and the worker's heartbeat, each named."""
    try:
        checks = _checks()
    except SQLAlchemyError:
        checks = {"database": False, "migrations": False, "worker": False}
    return jsonify(checks), 200 if all(checks.values()) else 503


def _checks() -> dict[str, bool]:
    runtime = gate.runtime()
    with runtime.database.reading() as db:
        is_working = last_beat(db) is not None and not is_gone(db, runtime.clock.now())
    return {
        "database": True,
        "migrations": schema_state(runtime.database) == "current",
        "worker": is_working,
    }
