"""Deliveries from the platforms: stored as they came, then answered, then understood."""

import hmac
import json

from flask import Blueprint, request
from werkzeug.wrappers import Response

from app import gate
from app.channels import leaving, registry
from app.inbox import intake
from app.inbox.models import RefusedDelivery

bp = Blueprint("webhooks", __name__, url_prefix="/webhooks")


@bp.get("/meta")
@gate.public
def verify_meta() -> Response:
    """Meta asks once whether this address is ours: the challenge back, as plain text."""
    expected = gate.runtime().platforms.meta_verify_token
    given = request.args.get("hub.verify_token", "")
    is_right = bool(expected) and hmac.compare_digest(expected.encode(), given.encode())
    if request.args.get("hub.mode") != "subscribe" or not is_right:
        return Response("", 403)
    return Response(request.args.get("hub.challenge", "")[:200], mimetype="text/plain")


@bp.post("/meta")
@gate.public
def receive_meta() -> Response:
    """A delivery of Meta's: Facebook's and Instagram's."""
    body, secret = request.get_data(cache=False), gate.runtime().platforms.meta_app_secret
    signature = request.headers.get("X-Hub-Signature-256", "")
    return _received("meta", body, registry.is_signed_by_meta(body, signature, secret))


@bp.get("/x")
@gate.public
def verify_x() -> Response:
    """X asks again and again whether this address is ours: its token back, signed."""
    secret, token = gate.runtime().platforms.x_consumer_secret, request.args.get("crc_token", "")
    if not secret or not token:
        return Response("", 403)
    answer = {"response_token": registry.answer_to_x(token, secret)}
    return Response(json.dumps(answer), mimetype="application/json")


@bp.post("/x")
@gate.public
def receive_x() -> Response:
    """A delivery of X's."""
    body, secret = request.get_data(cache=False), gate.runtime().platforms.x_consumer_secret
    signature = request.headers.get("x-twitter-webhooks-signature", "")
    return _received("x", body, registry.is_signed_by_x(body, signature, secret))


@bp.post("/meta/deauthorize")
@gate.public
def deauthorize() -> Response:
    """A person removed the app from their profile: what they had let in stops."""
    user = _left()
    if user is None:
        return Response("", 403)
    leaving.deauthorized(gate.db(), user, gate.now())
    gate.db().commit()
    return Response("", 200)


@bp.post("/meta/deletion")
@gate.public
def delete_data() -> Response:
    """A person asks for what the app knows of their profile; where they see what became of it."""
    user = _left()
    if user is None:
        return Response("", 403)
    made = leaving.deleted(gate.db(), user, gate.now())
    gate.db().commit()
    url = f"{gate.runtime().settings.base_url}/data-deletion/{made.code}"
    answer = {"url": url, "confirmation_code": made.code}
    return Response(json.dumps(answer), mimetype="application/json")


def _left() -> str | None:
    """Whom Meta speaks of, where it is Meta."""
    secret = gate.runtime().platforms.meta_app_secret
    return registry.left_meta(request.form.get("signed_request", ""), secret)


def _received(source: str, body: bytes, is_signed: bool) -> Response:
    """Kept before it is answered; a wrong signature leaves time, address and length only."""
    runtime = gate.runtime()
    if not is_signed:
        address = (request.remote_addr or "")[:64]
        db = gate.db()
        db.add(RefusedDelivery(at=gate.now(), address=address, length=len(body)))
        db.commit()
        return Response("", 403)
    intake.store(runtime.database, source, body, gate.now())
    runtime.queue.wake("intake")
    return Response("EVENT_RECEIVED", mimetype="text/plain")
