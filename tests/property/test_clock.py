"""Room time over lines of any delay, against a server whose clock is known. Times in seconds."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from app.playback.clock import KEPT, SLEW, STEP_S, WORSE_S, WORSE_SHARE, RoomClock, doubt

EPSILON = 1e-6
SERVER_AHEAD = 1_000.0


@dataclass(frozen=True)
class Sample:
    """After a pause of `wait`, an answer from a server that is `off` from its usual time."""

    wait: float
    there: float
    back: float
    thinking: float
    off: float = 0.0

    @property
    def rtt(self) -> float:
        return self.there + self.back

    @property
    def unevenness(self) -> float:
        return abs(self.there - self.back)


WAITS = st.floats(0.01, 30.0)
DELAYS = st.floats(0.0, 0.24)
HONEST = st.builds(Sample, wait=WAITS, there=DELAYS, back=DELAYS, thinking=st.floats(0.0, 0.1))
JUMPING = st.builds(
    Sample, wait=WAITS, there=DELAYS, back=DELAYS, thinking=st.just(0.0), off=st.sampled_from([0.0, 0.2, -0.3, 60.0])
)


def hear(clock: RoomClock, sample: Sample, now: float) -> None:
    """The answer arrives at page time `now`."""
    t0 = now - sample.rtt - sample.thinking
    t1 = t0 + sample.there + SERVER_AHEAD + sample.off
    clock.sample(t0, t1, t1 + sample.thinking, now)


def worst_trusted(heard: list[tuple[float, Sample]], now: float) -> float:
    """How uneven the line was at the worst of those samples, each with when it was heard, that can be hardly more wrong
    by now than the best of those kept."""
    doubts = [doubt((sample.rtt, 0.0, when), now) for when, sample in heard[-KEPT:]]
    most = min(doubts) * (1 + WORSE_SHARE) + WORSE_S
    return max(one[1].unevenness for one, off in zip(heard[-KEPT:], doubts, strict=True) if off <= most)


@given(st.lists(HONEST, min_size=1, max_size=25))
def test_the_error_is_at_most_half_the_unevenness_of_the_good_lines_lately(samples: list[Sample]) -> None:
    clock, now = RoomClock(), 0.0
    heard: list[tuple[float, Sample]] = []
    for sample in samples:
        hear(clock, sample, now := now + sample.wait)
        heard.append((now, sample))
    settled = clock.offset(now + 1 / SLEW)
    assert abs(settled - SERVER_AHEAD) <= worst_trusted(heard, now) / 2 + EPSILON
    least = min(doubt((sample.rtt, 0.0, when), now) for when, sample in heard[-KEPT:])
    assert abs(settled - SERVER_AHEAD) <= least * (1 + WORSE_SHARE) + WORSE_S + EPSILON


@given(st.lists(HONEST, min_size=1, max_size=25))
def test_on_the_way_it_is_never_worse_than_the_worst_line_it_trusted(samples: list[Sample]) -> None:
    clock, now, trusted = RoomClock(), 0.0, 0.0
    heard: list[tuple[float, Sample]] = []
    for sample in samples:
        hear(clock, sample, now := now + sample.wait)
        heard.append((now, sample))
        trusted = max(trusted, worst_trusted(heard, now))
        for later in (0.0, sample.wait / 2):
            assert abs(clock.offset(now + later) - SERVER_AHEAD) <= trusted / 2 + EPSILON


@given(st.lists(JUMPING, max_size=25), st.lists(st.floats(0.0, 1.0), min_size=1, max_size=5))
def test_it_slews_but_for_the_first_fix_and_for_jumps(samples: list[Sample], asked: list[float]) -> None:
    clock, now = RoomClock(), 0.0
    hear(clock, Sample(0.0, 0.01, 0.01, 0.0), now)
    while clock.next_ping() <= now:
        clock.ping_due(now)
    last = (now, clock.offset(now))
    for sample in samples:
        arrives = now + sample.wait
        moments = [now + part * sample.wait for part in sorted(asked)]
        for moment in moments:
            offset = clock.offset(moment)
            assert abs(offset - last[1]) <= SLEW * (moment - last[0]) + EPSILON
            last = (moment, offset)
        hear(clock, sample, now := arrives)
        change = abs(clock.offset(now) - last[1])
        slewed = SLEW * (now - last[0]) + EPSILON
        proven = clock.next_ping() == now  # two samples contradict each other, so it samples anew
        assert change <= slewed or change > STEP_S - slewed or proven
        last = (now, clock.offset(now))


@given(st.lists(HONEST, max_size=25))
def test_room_time_never_runs_backwards_over_honest_lines(samples: list[Sample]) -> None:
    clock, now = RoomClock(), 0.0
    hear(clock, Sample(0.0, 0.01, 0.01, 0.0), now)
    before = clock.room_now(now)
    for sample in samples:
        hear(clock, sample, now := now + sample.wait)
        room_now = clock.room_now(now)
        assert room_now > before
        before = room_now


@given(st.lists(JUMPING, max_size=10), HONEST)
def test_after_a_restart_the_first_answer_is_believed(samples: list[Sample], first: Sample) -> None:
    clock, now = RoomClock(), 0.0
    for sample in samples:
        hear(clock, sample, now := now + sample.wait)
    clock.restart(now)
    hear(clock, first, now := now + first.wait)
    assert abs(clock.offset(now) - SERVER_AHEAD) <= first.unevenness / 2 + EPSILON
