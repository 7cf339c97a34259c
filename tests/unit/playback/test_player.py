"""What a video element has in hand. Positions in seconds."""

from dataclasses import replace
from typing import Any

import pytest

from app.playback.player import PlayerMeasured

RUNS = PlayerMeasured(20.0, 30.0, 600.0, False, False, False, 4, 1.0, ((0.0, 10.0), (29.0, 34.5), (40.0, 90.0)), ())


@pytest.mark.parametrize(
    ("other", "in_hand_s"),
    [
        ({}, 4.5),
        ({"position_s": 29.0}, 5.5),
        ({"position_s": 34.5}, 0.0),
        ({"buffered": ()}, 0.0),
        ({"paused": True}, None),
        ({"seeking": True}, None),
    ],
)
def test_what_it_has_to_show_past_where_it_is(other: dict[str, Any], in_hand_s: float | None) -> None:
    assert replace(RUNS, **other).in_hand_s == in_hand_s
