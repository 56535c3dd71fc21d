"""Random texts that open something once or for a while; only their hashes are stored."""

import hashlib
import secrets


def new_token() -> str:
    """256 random bits for a cookie or a link."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What is stored of a token. Random ones need no salt."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
