"""A pilot of each platform in turn: a new adapter is added to the list."""

from collections.abc import Callable

import pytest

from tests.contract.facebook_pilot import FacebookPilot
from tests.contract.instagram_pilot import InstagramPilot
from tests.contract.pilot import Pilot
from tests.contract.x_pilot import XPilot
from tests.stand import Stand

PILOTS: dict[str, Callable[[Stand, pytest.MonkeyPatch], Pilot]] = {
    "facebook": FacebookPilot,
    "instagram": InstagramPilot,
    "x": XPilot,
}


@pytest.fixture(params=PILOTS)
def pilot(
    request: pytest.FixtureRequest, sqlite_stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> Pilot:
    """On SQLite: no database makes a difference to what an adapter does."""
    return PILOTS[request.param](sqlite_stand, monkeypatch)
