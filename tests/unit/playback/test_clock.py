"""Room time on this machine. Page time and room time in seconds."""

from itertools import pairwise

import pytest

from app.playback.clock import EVERY_S, KEPT, QUICK_EVERY_S, QUICK_SAMPLES, SLEW, STEP_S, WANDER, RoomClock


def sample(clock: RoomClock, at: float, offset: float, there: float = 0.01, back: float = 0.01) -> None:
    """An answer here at page time `at`, from a server ahead by `offset`, over a line of those delays."""
    t0 = at - there - back
    answered = t0 + there + offset
    clock.sample(t0, answered, answered, at)


def fixed(offset: float = 1000.0, at: float = 10.0) -> RoomClock:
    clock = RoomClock()
    sample(clock, at, offset)
    return clock


def roughly(offset: float = 0.0, at: float = 10.0) -> RoomClock:
    """With one sample over so long a line that a better one may be far from it."""
    clock = RoomClock()
    sample(clock, at, offset, there=0.3, back=0.3)
    return clock


# --- samples


def test_before_the_first_fix_it_is_page_time() -> None:
    clock = RoomClock()
    assert not clock.known
    assert clock.rtt_s is None
    assert clock.room_now(12.5) == 12.5


def test_the_first_fix_steps() -> None:
    clock = fixed(1000.0)
    assert clock.known
    assert clock.room_now(10.0) == pytest.approx(1010.0)
    assert clock.rtt_s == pytest.approx(0.02)


def test_the_servers_own_time_is_not_part_of_the_round_trip() -> None:
    clock = RoomClock()
    clock.sample(10.0, 110.01, 110.51, 10.52)
    assert clock.rtt_s == pytest.approx(0.02)
    assert clock.offset(10.52) == pytest.approx(100.0)


def test_an_uneven_line_misleads_by_half_its_unevenness() -> None:
    clock = RoomClock()
    sample(clock, 10.0, 0.0, there=0.09, back=0.01)
    assert clock.offset(10.0) == pytest.approx(0.04)


def test_the_least_delayed_of_the_last_samples_counts() -> None:
    clock = fixed(0.0)
    sample(clock, 11.0, 0.0, there=0.2, back=0.01)
    sample(clock, 12.0, 0.0, there=0.01, back=0.3)
    assert clock.offset(100.0) == pytest.approx(0.0)


def test_a_good_sample_is_forgotten_after_enough_worse_ones() -> None:
    clock = fixed(0.0)
    for n in range(1, KEPT):
        sample(clock, 10.0 + n, 0.02, there=0.02, back=0.02)
    assert clock.offset(1000.0) == pytest.approx(0.0)
    sample(clock, 1001.0, 0.02, there=0.02, back=0.02)
    assert clock.offset(2000.0) == pytest.approx(0.02)


@pytest.mark.parametrize("jump", [60.0, -60.0, 3600.0])
def test_a_clock_that_was_set_is_believed_at_once_and_sampled_anew(jump: float) -> None:
    clock = fixed(1000.0)
    for n in range(1, KEPT):
        sample(clock, 10.0 + n, 1000.0)
    sample(clock, 100.0, 1000.0 + jump, there=0.02, back=0.02)
    assert clock.offset(100.0) == pytest.approx(1000.0 + jump)
    assert clock.next_ping() <= 100.0


@pytest.mark.parametrize(
    ("off", "delay", "believed"),
    [(0.061, 0.02, True), (0.059, 0.02, False), (-0.061, 0.02, True), (0.061, 0.025, False), (0.1, 0.2, False)],
)
def test_a_sample_that_cannot_be_true_beside_the_best_one_begins_anew(off: float, delay: float, believed: bool) -> None:
    """The best one is off by at most half its round trip, 10 ms, and by 10 ms for its age; this one by `delay`; and
    20 ms are let pass."""
    clock = fixed(1000.0)
    asked(clock, 20)
    sample(clock, 60.0, 1000.0 + off, there=delay, back=delay)
    assert (clock.next_ping() == 60.0) == believed
    assert clock.offset(60.0) == pytest.approx(1000.0 + (off if believed else 0.0))


def test_the_round_trip_told_is_the_typical_one() -> None:
    clock = fixed()
    sample(clock, 11.0, 1000.0, there=0.5, back=0.5)
    sample(clock, 12.0, 1000.0, there=0.02, back=0.02)
    assert clock.rtt_s == pytest.approx(0.04)


@pytest.mark.parametrize(
    "nonsense",
    [
        (10.0, 100.0, 100.5, 10.2),  # answered for longer than we waited
        (10.0, 100.5, 100.0, 9.9),  # here before it was sent
    ],
)
def test_a_sample_that_cannot_be_is_passed_over(nonsense: tuple[float, float, float, float]) -> None:
    clock = RoomClock()
    clock.sample(*nonsense)
    assert not clock.known
    assert clock.rtt_s is None


def test_a_coarse_clock_on_a_short_line_counts() -> None:
    clock = RoomClock()
    clock.sample(10.0, 110.0, 110.0003, 10.0)
    assert clock.known
    assert clock.rtt_s == 0.0


def test_a_sample_without_any_delay_counts() -> None:
    clock = RoomClock()
    clock.sample(10.0, 110.0, 110.0, 10.0)
    assert clock.offset(10.0) == 100.0


def test_an_old_sample_counts_less_by_what_two_clocks_run_apart() -> None:
    clock = fixed(0.0)
    then = 10.0 + 0.01 / WANDER  # by then the first one, 20 ms of round trip, is in doubt by 20 ms
    sample(clock, then, 0.004, there=0.027, back=0.027)
    assert clock.offset(then + 1) == pytest.approx(0.0)
    sample(clock, then, 0.004, there=0.013, back=0.013)
    assert clock.offset(then + 2) == pytest.approx(0.004)


def test_samples_that_are_as_good_count_together() -> None:
    clock = fixed(0.0)
    sample(clock, 10.0, 0.004)
    sample(clock, 10.0, 0.3, there=0.5, back=0.5)
    assert clock.offset(20.0) == pytest.approx(0.002)


def test_one_that_is_a_little_worse_counts_less() -> None:
    clock = fixed(0.0)
    sample(clock, 10.0, 0.004, there=0.012, back=0.012)
    assert 0.0 < clock.offset(20.0) < 0.002


def test_a_clock_that_has_leapt_by_little_is_believed_at_once_too() -> None:
    clock = fixed(0.0)
    sample(clock, 11.0, 0.1)
    assert clock.offset(11.0) == pytest.approx(0.1)


# --- slewing


def test_a_better_sample_moves_the_offset_slowly() -> None:
    clock = roughly(0.0)
    sample(clock, 11.0, 0.1, there=0.005, back=0.005)
    assert clock.offset(11.0) == pytest.approx(0.0)
    assert clock.offset(15.0) == pytest.approx(4 * SLEW)
    assert clock.offset(11.0 + 0.1 / SLEW) == pytest.approx(0.1)
    assert clock.offset(500.0) == pytest.approx(0.1)


def test_a_better_sample_after_a_long_silence_does_not_step() -> None:
    clock = roughly(0.0)
    sample(clock, 20.0, 0.1, there=0.005, back=0.005)
    assert clock.offset(20.0) == pytest.approx(0.0)


def test_it_slews_backwards_too() -> None:
    clock = roughly(0.0)
    sample(clock, 11.0, -0.1, there=0.005, back=0.005)
    assert clock.offset(15.0) == pytest.approx(-4 * SLEW)
    assert clock.offset(500.0) == pytest.approx(-0.1)


def test_asking_often_does_not_slew_faster() -> None:
    often, once = roughly(0.0), roughly(0.0)
    for clock in (often, once):
        sample(clock, 11.0, 0.1, there=0.005, back=0.005)
    for tick in range(1, 400):
        often.offset(11.0 + tick / 100)
    assert often.offset(15.0) == pytest.approx(once.offset(15.0))


def test_asking_about_the_past_moves_nothing() -> None:
    clock = roughly(0.0)
    sample(clock, 11.0, 0.1, there=0.005, back=0.005)
    later = clock.offset(15.0)
    assert clock.offset(12.0) == later
    assert clock.offset(15.0) == later


@pytest.mark.parametrize("direction", [1, -1])
def test_a_jump_steps(direction: int) -> None:
    clock = roughly(1000.0)
    jumped = 1000.0 + direction * (STEP_S + 0.01)
    sample(clock, 11.0, jumped, there=0.005, back=0.005)
    assert clock.offset(11.0) == pytest.approx(jumped)


@pytest.mark.parametrize("direction", [1, -1])
def test_up_to_a_quarter_of_a_second_it_slews(direction: int) -> None:
    clock = roughly(1000.0)
    sample(clock, 11.0, 1000.0 + direction * (STEP_S - 0.001), there=0.005, back=0.005)
    assert clock.offset(11.0) == pytest.approx(1000.0)


def test_after_a_jump_it_slews_from_there() -> None:
    clock = fixed(0.0)
    sample(clock, 11.0, 60.0, there=0.3, back=0.3)
    sample(clock, 12.0, 60.1, there=0.005, back=0.005)
    assert clock.offset(13.0) == pytest.approx(60.0 + SLEW)


def test_the_first_answer_after_a_restart_steps() -> None:
    clock = fixed(0.0)
    clock.restart(20.0)
    assert clock.known
    assert clock.room_now(20.0) == pytest.approx(20.0)
    sample(clock, 20.1, 0.1, there=0.5, back=0.5)
    assert clock.offset(20.1) == pytest.approx(0.1)


# --- when to ask


def asked(clock: RoomClock, count: int) -> list[float]:
    """The moments of the next `count` samples, each asked for as soon as it is due."""
    moments = [clock.next_ping()]
    while len(moments) < count:
        assert clock.ping_due(moments[-1])
        moments.append(clock.next_ping())
    return moments


def test_quick_samples_first_and_then_one_every_three_seconds() -> None:
    moments = asked(RoomClock(), QUICK_SAMPLES + 3)
    gaps = [later - before for before, later in pairwise(moments)]
    assert moments[0] == 0.0
    assert gaps == pytest.approx([QUICK_EVERY_S] * (QUICK_SAMPLES - 1) + [EVERY_S] * 3)


def test_it_tells_when_it_wants_to_ask_next() -> None:
    clock = RoomClock()
    assert clock.next_ping() == 0.0
    assert clock.ping_due(3.0)
    assert clock.next_ping() == pytest.approx(3.0 + QUICK_EVERY_S)
    assert not clock.ping_due(3.1)
    assert clock.next_ping() == pytest.approx(3.0 + QUICK_EVERY_S)


def test_after_a_restart_it_asks_at_once_and_quickly() -> None:
    clock = RoomClock()
    asked(clock, 12)
    clock.restart(40.0)
    again = asked(clock, QUICK_SAMPLES + 2)
    assert again[0] == 40.0
    assert again[QUICK_SAMPLES - 1] == pytest.approx(40.0 + (QUICK_SAMPLES - 1) * QUICK_EVERY_S)
    assert again[QUICK_SAMPLES] == pytest.approx(again[QUICK_SAMPLES - 1] + EVERY_S)
