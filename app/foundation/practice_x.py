"""The practice app's identity at X. It follows from the app's secret, so no file had to grow."""

import hashlib
import hmac
from dataclasses import dataclass, field


@dataclass(frozen=True)
class XApp:
    """What X would show on the app's page; the desk and the practice platform share it."""

    client_id: str
    client_secret: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    bearer: str = field(repr=False)


def of(app_secret: str) -> XApp:
    return XApp(
        client_id=_derived(app_secret, "client id")[:32],
        client_secret=_derived(app_secret, "client secret"),
        consumer_secret=_derived(app_secret, "consumer secret"),
        bearer="AAAAPRACTICE" + _derived(app_secret, "bearer"),
    )


def _derived(app_secret: str, name: str) -> str:
    return hmac.new(app_secret.encode(), f"x {name}".encode(), hashlib.sha256).hexdigest()
