"""What Meta tells of a person who leaves: `signature.payload`, both in base64url."""

import base64
import binascii
import hashlib
import hmac
import json

LONGEST = 4000


def user_of(text: str, secret: str) -> str | None:
    """Whose profile it is about; None for anything that the app's secret did not sign."""
    signature, dot, payload = text.partition(".")
    if not (dot and secret and text.isascii()) or len(text) > LONGEST:
        return None
    expected = hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest()
    try:
        if not hmac.compare_digest(_decoded(signature), expected):
            return None
        found = json.loads(_decoded(payload))
    except (binascii.Error, ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("algorithm") != "HMAC-SHA256":
        return None
    user = found.get("user_id")
    is_id = isinstance(user, str | int) and not isinstance(user, bool)
    said = str(user) if is_id else ""
    return said if 0 < len(said) <= 60 and said.isprintable() else None


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
