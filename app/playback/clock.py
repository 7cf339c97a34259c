"""Room time on this machine: four timestamps a sample, the least delayed samples win.

offset = ((t1 − t0) + (t2 − t3)) / 2, so that room time = page time + offset
(RFC 5905, section 8). Of the last samples the one that can be least wrong
counts: half its round trip, and what two machines' clocks may have run apart
since (RFC 5905, section 10, the clock filter). Those that are hardly worse
count with it, since each is wrong in its own way. The offset slews, because a film
that follows a stepping clock stutters; it steps where two samples cannot both
be true, because then the clock has leapt and the film has not. Times in
seconds.
"""

from collections import deque

from app.playback.median import median

QUICK_SAMPLES = 8
QUICK_EVERY_S = 0.2
EVERY_S = 3.0
KEPT = 16
STEP_S = 0.25
SLEW = 0.005
# Two cheap crystals run apart by up to this share of the time.
WANDER = 200e-6
# A sample that can be wrong by so much more than the best one does not count, and by less, the less it is.
WORSE_S, WORSE_SHARE = 0.004, 0.125
# Browsers coarsen their clocks (Firefox to 1 ms, against fingerprinting to 16.7 ms), so a short round trip may look
# shorter than nothing.
GRAIN_S = 0.02


class RoomClock:
    """Mutable, and private to the session. All times in seconds."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, float, float]] = deque(maxlen=KEPT)  # round trip, offset, when
        self._offset: float | None = None
        self._target = 0.0
        self._as_of = 0.0
        self._quick_left = QUICK_SAMPLES
        self._next_ping = 0.0
        self._fresh = True

    @property
    def known(self) -> bool:
        """Whether there was a first fix."""
        return self._offset is not None

    @property
    def rtt_s(self) -> float | None:
        """The typical round trip of the last samples."""
        return median(rtt for rtt, _, _ in self._samples) if self._samples else None

    def room_now(self, now: float) -> float:
        """Room time at page time `now`. Before the first fix, page time itself."""
        return now + self.offset(now)

    def offset(self, now: float) -> float:
        """Room time − page time, as used; it moves towards the best sample by at most 5 ms a second."""
        if self._offset is None:
            return 0.0
        most = SLEW * max(0.0, now - self._as_of)
        self._offset += min(max(self._target - self._offset, -most), most)
        self._as_of = max(self._as_of, now)
        return self._offset

    def restart(self, now: float) -> None:
        """The connection is new, or the machine slept: sample quickly again, and let the first answer step."""
        self._fresh = True
        self._sample_quickly(now)

    def ping_due(self, now: float) -> bool:
        """Whether a sample should be asked for now; if so it counts as asked."""
        if now < self.next_ping():
            return False
        self._quick_left = max(0, self._quick_left - 1)
        self._next_ping = now + (QUICK_EVERY_S if self._quick_left else EVERY_S)
        return True

    def next_ping(self) -> float:
        """When the next sample should be asked for."""
        return self._next_ping

    def sample(self, t0: float, t1: float, t2: float, t3: float) -> None:
        """An answer: sent at t0 (page), received t1, answered t2 (room), here at t3 (page)."""
        rtt = (t3 - t0) - (t2 - t1)
        if rtt < -GRAIN_S or t3 < t0:
            return
        rtt = max(0.0, rtt)
        in_use = self.offset(t3)
        offset = ((t1 - t0) + (t2 - t3)) / 2
        if self._contradicts(rtt, offset, t3):
            self._fresh = True
            self._sample_quickly(t3)
        self._samples.append((rtt, offset, t3))
        self._target = self._agreed(t3)
        if self._fresh or abs(self._target - in_use) > STEP_S:
            self._offset = self._target
            self._as_of = t3
        self._fresh = False

    def _sample_quickly(self, now: float) -> None:
        self._samples.clear()
        self._quick_left = QUICK_SAMPLES
        self._next_ping = now

    def _best(self, now: float) -> tuple[float, float, float]:
        return min(self._samples, key=lambda sample: doubt(sample, now))

    def _agreed(self, now: float) -> float:
        """The offset that the good samples tell together."""
        least = doubt(self._best(now), now)
        too_much = WORSE_S + WORSE_SHARE * least
        weights = [max(0.0, 1 - (doubt(sample, now) - least) / too_much) ** 2 for sample in self._samples]
        told = (weight * offset for weight, (_, offset, _) in zip(weights, self._samples, strict=True))
        return sum(told) / sum(weights)

    def _contradicts(self, rtt: float, offset: float, now: float) -> bool:
        """Whether a sample and the best one cannot both be true: the machine slept, or one of the clocks was set."""
        if not self._samples:
            return False
        best = self._best(now)
        return abs(offset - best[1]) > rtt / 2 + doubt(best, now) + GRAIN_S


def doubt(sample: tuple[float, float, float], now: float) -> float:
    """How wrong the offset of a sample (round trip, offset, when) can be by now."""
    rtt, _, when = sample
    return rtt / 2 + WANDER * abs(now - when)
