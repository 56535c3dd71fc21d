"""Deliveries from the platforms: stored as they came, then answered, then understood."""

import hmac

from flask import Blueprint, request
from werkzeug.wrappers import Response

from app import gate
from app.channels import registry
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
    """Kept before it is answered; a wrong signature leaves time, address and length only."""
    body = request.get_data(cache=False)
    runtime = gate.runtime()
    signature = request.headers.get("X-Hub-Signature-256", "")
    if not registry.is_signed_by_meta(body, signature, runtime.platforms.meta_app_secret):
        db = gate.db()
        db.add(
            RefusedDelivery(
                at=gate.now(), address=(request.remote_addr or "")[:64], length=len(body)
            )
        )
        db.commit()
        return Response("", 403)
    intake.store(runtime.database, "meta", body, gate.now())
    runtime.queue.wake("intake")
    return Response("EVENT_RECEIVED", mimetype="text/plain")
