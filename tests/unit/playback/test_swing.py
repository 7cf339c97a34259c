"""A film that is never at exactly the room's rate. Times in seconds."""

import pytest

from app.playback.swing import BEND, MOST_AHEAD_S, STILL, TURNS_EVERY_S, sway

EVERY_S = 0.01


def test_before_the_room_runs_nothing_swings() -> None:
    assert sway(-0.001) == STILL
    assert STILL.ahead_s == STILL.bend == 0


def test_it_begins_where_the_room_is() -> None:
    assert sway(0.0).ahead_s == 0


@pytest.mark.parametrize("since_s", [0.0, 2.9, 3.1, 8.9, 9.1, 3600.0])
def test_it_is_where_its_rate_brings_it(since_s: float) -> None:
    now, then = sway(since_s), sway(since_s + EVERY_S)
    assert then.ahead_s - now.ahead_s == pytest.approx(now.bend * EVERY_S)
    assert abs(now.bend) == BEND


def test_it_turns_when_it_said_and_never_goes_further() -> None:
    since_s, bends = 0.0, []
    for _ in range(5):
        now = sway(since_s)
        bends.append(now.bend)
        assert abs(sway(since_s + now.left_s / 2).ahead_s) <= MOST_AHEAD_S
        since_s += now.left_s
        assert abs(sway(since_s).ahead_s) == pytest.approx(MOST_AHEAD_S)
    assert bends == [BEND, -BEND, BEND, -BEND, BEND]
    assert sway(since_s).left_s == pytest.approx(TURNS_EVERY_S)


def test_over_a_turn_and_back_nothing_is_gained() -> None:
    assert sway(100 * TURNS_EVERY_S).ahead_s == pytest.approx(0.0)
    assert sum(sway(n * EVERY_S).bend for n in range(int(2 * TURNS_EVERY_S / EVERY_S))) == pytest.approx(0.0, abs=BEND)
