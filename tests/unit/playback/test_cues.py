"""What is said when, in milliseconds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.playback.cues import (
    MAX_CUE_CHARACTERS,
    MAX_CUES,
    MAX_SHIFT_MS,
    PAGE_MS,
    STEP_MS,
    Cue,
    around,
    page_of,
    shifted,
    tidied,
)
from app.playback.timeline import MAX_POSITION_S

MOST_MS = int(MAX_POSITION_S * 1000)
TIMES = st.integers(-10_000, MOST_MS + 10_000)
FOUND = st.lists(st.tuples(TIMES, TIMES, st.text(max_size=5)), max_size=30)


def test_cues_stand_in_the_order_of_time() -> None:
    found = [(5000, 6000, " second \n"), (1000, 2000, "first")]
    assert tidied(found) == (Cue(0, 1000, 2000, "first"), Cue(1, 5000, 6000, "second"))


@pytest.mark.parametrize(
    "unreadable",
    [(1000, 2000, " \n"), (2000, 2000, "x"), (2000, 1000, "x"), (-9, -1, "x"), (MOST_MS, MOST_MS + 9, "x")],
)
def test_what_nobody_could_read_is_left_out(unreadable: tuple[int, int, str]) -> None:
    assert tidied([unreadable]) == ()


def test_a_file_cannot_hold_more_than_a_page_can() -> None:
    cues = tidied((number, number + 1, "x" * 5000) for number in range(100_000))
    assert len(cues) == MAX_CUES
    assert {len(cue.text) for cue in cues} == {MAX_CUE_CHARACTERS}


@given(FOUND)
def test_whatever_a_file_holds_is_tidy_in_the_end(found: list[tuple[int, int, str]]) -> None:
    cues = tidied(found)
    assert [cue.number for cue in cues] == list(range(len(cues)))
    assert list(cues) == sorted(cues, key=lambda cue: cue.start_ms)
    assert all(0 <= cue.start_ms < cue.end_ms <= MOST_MS and cue.text for cue in cues)


@given(FOUND, st.integers(0, MOST_MS), st.integers(-MAX_SHIFT_MS, MAX_SHIFT_MS))
def test_what_is_due_at_a_position_is_around_it(found: list[tuple[int, int, str]], at_ms: int, shift_ms: int) -> None:
    cues = tidied(found)
    due = [cue.number for cue in cues if cue.start_ms + shift_ms <= at_ms < cue.end_ms + shift_ms]
    near = around(cues, page_of(at_ms / 1000), shift_ms)
    assert [cue.number for cue in near if cue.start_ms <= at_ms < cue.end_ms] == due
    assert all(cue.end_ms > cue.start_ms >= 0 for cue in near)


def test_what_is_far_away_is_not_around() -> None:
    cues = tidied([(number * PAGE_MS, number * PAGE_MS + 1, "x") for number in range(10)])
    assert [cue.number for cue in around(cues, page_of(4.5 * PAGE_MS / 1000), 0)] == [3, 4, 5]
    assert [cue.number for cue in around(cues, 0, 0)] == [0, 1]


def test_a_shift_moves_in_steps_and_within_bounds() -> None:
    assert shifted(0, STEP_MS) == 50
    assert shifted(50, -2 * STEP_MS) == -50
    assert shifted(MAX_SHIFT_MS, STEP_MS) == MAX_SHIFT_MS
    assert shifted(-MAX_SHIFT_MS, -STEP_MS) == -MAX_SHIFT_MS
