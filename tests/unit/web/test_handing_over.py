"""QR codes drawn by hand, and the last moment of a day."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import segno
from flask import Flask, g

from app.foundation.errors import Invalid
from app.web.accounts import granting
from app.web.page import qr

LINK = "https://desk.example.com/invitation/Soe7SrO9hBq9JtCqbVGt5dUHvNFX10rqBy8SOrMCD_w"


@pytest.mark.parametrize("text", [LINK, "x", "otpauth://totp/Vuoro%20Riekko?secret=" + "A" * 600])
def test_the_drawing_is_the_code_module_by_module(text: str) -> None:
    drawn = qr.draw(text)
    dark = {
        (int(x) + i, int(y))
        for x, y, w in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", drawn.path)
        for i in range(int(w))
    }

    matrix = list(segno.make(text, error="m", micro=False).matrix)
    wanted = {(x, y) for y, row in enumerate(matrix) for x, on in enumerate(row) if on}
    assert dark == wanted
    assert drawn.size == len(matrix) + 8
    assert drawn.box == f"-4 -4 {drawn.size} {drawn.size}"


def test_a_day_ends_in_the_desks_own_time_zone() -> None:
    with Flask("x").app_context():
        g.desk = SimpleNamespace(timezone="Europe/Helsinki")

        winter, summer = granting.last_moment("2026-01-31"), granting.last_moment("2026-07-31")
        assert granting.last_moment("") is None
        for wrong in (
            "soon",
            "2026-02-30",
            "1999-12-31",
            "2200-01-01",
            "20260131T00",
            "0001-01-01",
        ):
            with pytest.raises(Invalid):
                granting.last_moment(wrong)

    assert winter is not None and summer is not None
    assert winter.astimezone(UTC) == datetime(2026, 1, 31, 21, 59, tzinfo=UTC)
    assert summer.astimezone(UTC) == datetime(2026, 7, 31, 20, 59, tzinfo=UTC)
