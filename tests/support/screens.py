"""Screens that watch one film together in fake time: clocks, lines and video elements with the faults of real ones.

True time is the room's time. A `World` is seeded and jumps from event to event;
a `Screen` has a clock of its own, a line to the room's server, and a video
element that starts late, seeks at a cost, stalls, and shows its frames a little
off. What it does is decided by a `Rule` (tests/support/rules.py); whatever the
rule, the world is the same for one seed. Times in seconds, positions in
seconds into the film.
"""

import heapq
import itertools
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from app.playback.player import PlayerMeasured, SetPlayer

DURATION_S = 7200.0
FRAMES_PER_SECOND = (24000 / 1001, 24.0, 25.0, 30000 / 1001, 50.0)
REFRESH_S = 1 / 60
FRAMES = 64
FRAMES_WITHIN_S = 0.6
LATE_FRAMES = 0.02
STALE = 0.004  # of the readings of `currentTime`
# What real Chromium did, measured: another rate is heard this much later; a film loses so much of itself when its sound
# begins to be stretched to keep its pitch, and a little when it ends; without keeping the pitch it loses nothing.
RATE_LATENCY_S = 0.08
# A picture that fell behind its sound stays there, up to about half a frame, until the rate is different by so much for
# so long.
MOST_LAG_S, RHYTHM, RHYTHM_S = 0.028, 0.003, 0.3
STRETCHING_COSTS_S, PLAIN_COSTS_S = 0.02, 0.003
HIDDEN_TIMER_S = 1.0
HAVE_CURRENT_DATA, HAVE_ENOUGH_DATA = 2, 4

Do = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Network:
    """What lies between the screens and the server, and how bad the machines are.

    A round trip takes `rtt_s` ± `jitter_s`; of the messages `loss` are lost and sent again, as TCP does, and hold up
    what comes after them. Clocks run off true by up to `skew` (a share), and `jumps` times an evening one of them
    leaps. Each screen's download stalls `stalls` times. `hiccups` times a minute a machine has too much to do, and its
    picture falls behind its sound.
    """

    name: str
    rtt_s: float
    jitter_s: float
    loss: float = 0.0
    skew: float = 50e-6
    jumps: int = 0
    stalls: int = 0
    hiccups: float = 0.5


LAN = Network("lan", 0.004, 0.002)
CITY = Network("rtt_80", 0.080, 0.020)
FAR = Network("rtt_250_lossy", 0.250, 0.100, loss=0.02)
SKEWED = Network("skewed_clocks", 0.080, 0.020, skew=200e-6, jumps=1)
STALLING = Network("stalls", 0.080, 0.020, stalls=2)
BUSY = Network("busy", 0.004, 0.002, hiccups=10)
NETWORKS = (LAN, CITY, FAR, SKEWED, STALLING, BUSY)


class World:
    """What happens when. `now` is true time."""

    def __init__(self, seed: int) -> None:
        self.now = 0.0
        self.seed = seed
        self._queue: list[tuple[float, int, Do]] = []
        self._count = itertools.count()

    def chance(self, of: str) -> random.Random:
        """The luck of one thing: the same for one seed, whatever else asks for luck."""
        return random.Random(f"{self.seed} {of}")

    def at(self, when: float, do: Do) -> None:
        """Do something at a moment, not in the past."""
        heapq.heappush(self._queue, (max(when, self.now), next(self._count), do))

    def run(self, until: float) -> None:
        """Let everything happen that is due by then."""
        queue = self._queue
        while queue and queue[0][0] <= until:
            self.now, _, do = heapq.heappop(queue)
            do()
        self.now = until


class PageClock:
    """A monotonic clock of one machine: it runs a little off true, and may leap."""

    def __init__(self, offset_s: float, skew: float) -> None:
        self._true, self._page, self._rate = 0.0, offset_s, 1 + skew

    def page(self, true: float) -> float:
        """What it shows at a true time."""
        return self._page + (true - self._true) * self._rate

    def true(self, page: float) -> float:
        """When it shows that."""
        return self._true + (page - self._page) / self._rate

    def leap(self, now: float, by_s: float) -> None:
        """It shows `by_s` more from now on."""
        self._true, self._page = now, self.page(now) + by_s


class Line:
    """One way between a screen and the server: in order, and late by what was lost."""

    def __init__(self, world: World, network: Network, chance: random.Random) -> None:
        self._world, self._network, self._chance = world, network, chance
        self._free = 0.0

    def send(self, arrive: Do) -> None:
        """Bring a message over."""
        network, chance = self._network, self._chance
        delay = (network.rtt_s + chance.uniform(-1, 1) * network.jitter_s) / 2
        while network.loss and chance.random() < network.loss:
            delay += 0.2 + network.rtt_s  # the retransmission time-out of TCP (RFC 6298; 200 ms is Linux's least)
        self._free = max(self._free, self._world.now + delay)
        self._world.at(self._free, arrive)


class Video:
    """A video element without a picture. `news` is told of the events that it raises, by name."""

    def __init__(self, world: World, clock: PageClock, chance: random.Random) -> None:
        self._world, self._clock, self._chance = world, clock, chance
        self.news: Callable[[str], None] = lambda _: None
        self.start_delay_s = chance.uniform(0.036, 0.085)
        self.seek_cost_s = chance.uniform(0.08, 0.3)
        self._frame_s = 1 / world.chance("film").choice(FRAMES_PER_SECOND)
        self._refresh_s = chance.uniform(0, REFRESH_S)  # when the screen is drawn anew
        self._crystal = 1 + chance.uniform(-30e-6, 30e-6)  # the sound card's clock, which the picture follows
        # Chromium's sound has run on by this when the picture stops; without a seek it goes on from there (seen with
        # frames of real pages).
        self._ran_on_s = chance.uniform(0.04, 0.09)
        # How far `currentTime` runs ahead of what is shown, and how far the picture lags beside that.
        self._ahead_s, self._lag_s = chance.uniform(0.0, 0.02), 0.0
        self._rhythm = 1.0  # the rate to which the picture has its rhythm
        self.paused, self.rate = True, 1.0
        self.hidden = False  # in a tab at the back no frames are shown
        self._speed = 1.0  # the rate that is heard
        self._stretches = False
        self.seeks = 0  # of a film that plays
        self._from, self._since = 0.0, math.inf  # where it was, and since when it runs from there
        self._sought_by = self._fed_by = self._cleared = self._hidden = 0.0

    # --- the truth

    def position(self, now: float) -> float:
        """The film's position on show."""
        return (
            self._from + max(0.0, now - self._since) * self._speed * self._crystal if now > self._since else self._from
        )

    def runs(self, now: float) -> bool:
        """Whether the picture moves."""
        return now >= self._since

    def starved(self, now: float) -> bool:
        """Whether it waits for bytes: nobody's rule can help that."""
        return now < self._fed_by

    # --- what a page can do and see

    def obey(self, order: SetPlayer) -> None:
        """Do what the page says."""
        if order.rate is not None:
            self._set_rate(order.rate, order.keeps_pitch)
        if order.position_s is not None:
            self.seeks += not self.paused and order.playing is None
            self._seek(order.position_s)
        if order.playing is True and self.paused:
            self._play(0.0 if order.at is None else order.at - self._clock.page(self._world.now))
        elif order.playing is False and not self.paused:
            self._hidden = self._ran_on_s if self.runs(self._world.now) else 0.0
            self._settle()
            self.paused, self._since = True, math.inf

    def measured(self) -> PlayerMeasured:
        """What the page can know."""
        now = self._world.now
        seen_at = self.position(now) + self._lag_s + self._ahead_s * self._speed + self._chance.gauss(0, 0.0003)
        if self._chance.random() < STALE:
            seen_at -= self._chance.uniform(0.0, 0.02)  # a busy page is told an old one
        ready = HAVE_CURRENT_DATA if now < self._fed_by or now < self._sought_by else HAVE_ENOUGH_DATA
        return PlayerMeasured(
            self._clock.page(now), seen_at if self.runs(now) else self._from, DURATION_S, self.paused,
            now < self._sought_by, False, ready, self.rate,
            ((0.0, self._from if now < self._fed_by else DURATION_S),), self._frames(now),
        )  # fmt: skip

    def stall(self, for_s: float) -> None:
        """The bytes run out, and come back."""
        if self.paused:
            return
        self._settle()
        self._fed_by = self._world.now + for_s
        self._since = max(self._since, self._fed_by)
        self.news("waiting")
        self._world.at(self._fed_by, lambda: self.news("playing"))

    def push(self, by_s: float) -> None:
        """Something moved the film, and nobody was told."""
        self._settle()
        self._from += by_s

    def hiccup(self, by_s: float) -> None:
        """Too much to do: the picture falls behind its sound, and stays there until it has to find another rhythm."""
        by_s = min(by_s, MOST_LAG_S - self._lag_s)
        self.push(-by_s)
        self._lag_s += by_s
        if self._off_rhythm:
            rate = self.rate
            self._world.at(self._world.now + RHYTHM_S, lambda: self._find_rhythm(rate))

    # --- inside

    def _frames(self, now: float) -> tuple[tuple[float, float], ...]:
        """(media time, page time shown) of the last ones: a screen refreshes 60 times a second and sometimes misses."""
        begin = max(self._since, self._cleared, now - FRAMES_WITHIN_S)
        if begin >= now or self.hidden:
            return ()
        speed, chance, clock = self._speed * self._crystal, self._chance.random, self._clock
        phase = self._refresh_s
        last = math.floor(self.position(now) / self._frame_s)
        first = max(math.ceil(self.position(begin) / self._frame_s), last - FRAMES + 1)
        found = []
        for number in range(first, last + 1):
            media = number * self._frame_s
            shown = self._since + (media - self._from) / speed
            shown = phase + round((shown - phase) / REFRESH_S) * REFRESH_S
            if chance() < LATE_FRAMES:
                shown += REFRESH_S * (1 + int(chance() * 3))
            found.append((media, clock.page(shown)))
        return tuple(found)

    def _settle(self) -> None:
        now = self._world.now
        self._from = self.position(now)
        self._since = max(self._since, now) if not self.paused else math.inf
        self._cleared = now

    def _set_rate(self, rate: float, keeps_pitch: bool) -> None:
        self._cleared = self._world.now
        if rate == self.rate:
            return
        self.rate = rate
        self._world.at(self._world.now + RATE_LATENCY_S, lambda: self._hear(rate, keeps_pitch and rate != 1))

    def _hear(self, rate: float, stretched: bool) -> None:
        if rate != self.rate:
            return  # overtaken
        cleared = self._cleared
        self._settle()
        self._cleared = cleared
        if stretched != self._stretches and self.runs(self._world.now):
            cost = STRETCHING_COSTS_S if stretched else PLAIN_COSTS_S
            self._from -= self._chance.gauss(cost, 0.001)
        self._speed, self._stretches = rate, stretched
        self._world.at(self._world.now + RHYTHM_S, lambda: self._find_rhythm(rate))

    def _find_rhythm(self, rate: float) -> None:
        if rate != self.rate or not (self._off_rhythm or abs(rate / self._rhythm - 1) >= RHYTHM):
            return
        self._settle()
        self._from, self._lag_s, self._rhythm = self._from + self._lag_s, 0.0, rate

    @property
    def _off_rhythm(self) -> bool:
        """Whether frames keep no rhythm at this rate: each is shown when it is due, and none is late for long."""
        return abs(self.rate - 1) >= RHYTHM

    def _play(self, in_s: float) -> None:
        delay = in_s + self.start_delay_s + self._chance.gauss(0, 0.004)
        if self._chance.random() < 0.05:
            delay += self._chance.uniform(0.01, 0.04)  # a busy machine
        now = self._world.now
        self._from, self._hidden = self._from + self._hidden, 0.0
        self.paused, self._cleared = False, now
        self._since = max(now + delay, self._sought_by, self._fed_by)

    def _seek(self, position: float) -> None:
        now, self._hidden, self._lag_s = self._world.now, 0.0, 0.0
        self._from = min(max(position, 0.0), DURATION_S)
        self._sought_by = now + self.seek_cost_s * self._chance.uniform(0.85, 1.15)
        self._since = math.inf if self.paused else max(self._sought_by, self._fed_by)
        self._cleared = now
        over = self._sought_by
        self._world.at(over, lambda: self.news("seeked") if self._sought_by == over else None)


class Screen:
    """One person's page: its clock, its line, its element, and the rule that it follows."""

    def __init__(self, world: World, network: Network, number: int) -> None:
        chance = world.chance(f"screen {number}")
        self.world, self.number = world, number
        self.clock = PageClock(chance.uniform(0, 5000), chance.uniform(-1, 1) * network.skew)
        self.video = Video(world, self.clock, chance)
        self._late = world.chance(f"timers {number}")
        self.up = Line(world, network, world.chance(f"up {number}"))
        self.down = Line(world, network, world.chance(f"down {number}"))

    @property
    def now(self) -> float:
        """Page time."""
        return self.clock.page(self.world.now)

    def after(self, wait_s: float, do: Do) -> None:
        """A timer of the page: never early, and late by how busy the page is; at the back it rings once a second."""
        wait_s = max(wait_s, HIDDEN_TIMER_S) if self.video.hidden else wait_s
        late = self._late.uniform(0.0005, 0.004)
        if self._late.random() < 0.02:
            late += self._late.uniform(0.0, 0.03)
        self.world.at(self.world.now + max(wait_s, 0.001) + late, do)


@dataclass(slots=True)
class Found:
    """What an evening showed: drifts in seconds, the rest in seconds or a count over all screens."""

    between: list[float] = field(default_factory=list)
    against_room: list[float] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    watched_s: float = 0.0
    bent_s: float = 0.0  # outside ±2 % of the room's rate
    beyond_one_s: float = 0.0  # outside ±1 %
    frozen_s: float = 0.0  # the room plays and the picture stands, for another reason than missing bytes
    seeks: int = 0  # of a playing film, without those that somebody pressed

    def clear(self) -> None:
        """Look anew from here."""
        for kept in fields(self):
            setattr(self, kept.name, [] if isinstance(getattr(self, kept.name), list) else 0)


Story = Sequence[tuple[float, str, Any]]

EVENING: Story = (
    (4.0, "play", None), (24.0, "pause", None), (26.0, "play", None), (42.0, "seek", 1800.0), (60.0, "end", None),
)  # fmt: skip
