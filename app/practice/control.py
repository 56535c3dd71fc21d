"""The JSON API for tests, drills and the command line: `/practice/api/…`.

Everything here is what the world outside the desk can do: customers, the Page on a phone, time,
and things going wrong (`faults.KINDS` lists those).
"""

from flask import Blueprint, Response, jsonify

from app.practice.drill import drill
from app.practice.errors import GraphError, Refused
from app.practice.instagram.world import world as instagram
from app.practice.staff_world import world as staff
from app.practice.wall import wall
from app.practice.world import world
from app.practice.x.control import world as x_world

control = Blueprint("control", __name__, url_prefix="/practice/api")
control.register_blueprint(world)
control.register_blueprint(drill)
control.register_blueprint(x_world)
control.register_blueprint(wall)
control.register_blueprint(instagram)
control.register_blueprint(staff)


@control.errorhandler(Refused)
def refused(error: Refused) -> tuple[Response, int]:
    return jsonify(error=error.message), error.status


@control.errorhandler(GraphError)
def graph_refused(error: GraphError) -> tuple[Response, int]:
    """The store speaks Graph; here it means that the thing is not there or cannot be read."""
    return jsonify(error=error.message), 404 if error.subcode == 33 else 400
