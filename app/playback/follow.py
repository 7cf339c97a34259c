"""One screen follows the room: what the video element should be told, and what it learns.

Laws: only measurements and the room's timeline decide. Our own orders come
back as the element's events; they are expected and swallowed. What is not
expected is a person using the browser's own surface (media keys,
picture-in-picture). No correction while seeking, stalled or hidden, nor before
the first frames of a start or a seek are seen; what went wrong at the back is
sought all the same, since its sound is heard. A seek for drift goes only where
bytes are; a seek the room asked for goes at once. Whoever was just interrupted
by a stall, has just started or come from elsewhere is put right by one seek,
within some seconds, as soon as there are bytes, and once more where that lands
far off: it will not be noticed. A film that runs is corrected by its rate alone.
Whoever stops is also put exactly where the room stands: a browser's sound has
run on a little, and would go on from there. Times in seconds.
"""

from collections.abc import Callable
from dataclasses import replace

from app.playback.beginning import Beginning
from app.playback.drift import SEEK_S
from app.playback.echoes import Echoes
from app.playback.pace import Pace, set_rate
from app.playback.player import HAVE_METADATA, PlayerMeasured, SetPlayer
from app.playback.timeline import Timeline
from app.playback.tolerance import Tolerance

EVERY_S = 0.25
EVERY_PAUSED_S = 1.0
EVERY_BEGINNING_S = 0.1
GRACE_S = 0.5
STILL_S = 0.002
EARLY_S = 0.010
SOON_S = 0.004
JUMP_S = 1.0
BEGIN_S = 0.06
STARVES_S = 1.0
SETTLING_S = 6.0
EARLY_SHARE = 0.1

Held = Callable[[float], bool]


class Follower:
    """Mutable, and private to the session."""

    def __init__(self) -> None:
        self.drift_s: float | None = None
        self.stalled = self.starves = False
        self.hidden = False
        self.together = True  # with others
        self.beginning = Beginning()
        self.echoes = Echoes()
        self._pace = Pace()
        self._timeline: Timeline | None = None
        self._jump = True
        self._stalled_at: float | None = None
        self._grace_until = 0.0
        self._tolerance = Tolerance()
        self._still_at: float | None = None
        self._last: PlayerMeasured | None = None
        self._disturbed_at = -10.0
        self._wake: float | None = None

    # --- what happens

    def load(self, now: float) -> None:
        """Another film is in the element: nothing measured before counts."""
        self._jump, self._still_at, self._last, self._stalled_at = True, None, None, None
        self.beginning.forget()
        self._pace.forget()
        self.drift_s, self.stalled, self.starves = None, False, False
        self._wake = now
        self.echoes.forget()
        self.echoes.quiet(now)

    def room_changed(self, timeline: Timeline, room_now: float, now: float) -> bool:
        """The room's timeline is this now; whether the room went elsewhere by that."""
        before, self._timeline = self._timeline, timeline
        if before == timeline:
            return False
        moved = before is None or before.item != timeline.item
        if before is not None and not moved:
            moved = abs(before.position_at(room_now) - timeline.position_at(room_now)) > JUMP_S
        self._jump = self._jump or moved
        self._still_at = None
        self._wake = now
        return moved

    def turned(self, hidden: bool, now: float) -> None:
        """The tab went to the back, or came to the front: then correct at once."""
        self.hidden = hidden
        self.beginning.turned(hidden)
        self.echoes.quiet(now)
        self._wake = self._disturbed_at = now

    def is_echo(self, kind: str, position_s: float, now: float) -> bool:
        """Whether an event of the element comes from our own order, a new film in it, or the tab being put away."""
        of_ours = self.echoes.is_echo(kind, position_s, now)
        return of_ours or self._last is None or (kind == "pause" and self._at_end())

    def next_wake(self) -> float | None:
        """When the element should be measured next."""
        return self._wake

    def wake_now(self, now: float) -> None:
        """Measure at once: the element has news."""
        self._wake = now

    def frames_wanted(self, now: float) -> int:
        """How many of its next frames the element should tell."""
        return self._pace.frames_wanted(now, not (self.beginning.under_way or self._settles(now)))

    # --- what to do

    def measured(
        self, seen: PlayerMeasured, timeline: Timeline, duration_s: float | None, room_now: float, held: Held
    ) -> SetPlayer | None:
        """What to tell the element, having seen it so while the room's time is `room_now`."""
        self._wake = seen.at + (EVERY_S if timeline.playing else EVERY_PAUSED_S)
        if seen.ready_state < HAVE_METADATA:
            return None
        self._last = seen
        length = duration_s or seen.duration_s
        target = timeline.position_at(room_now, length)
        if not timeline.playing or timeline.has_ended(room_now, length):
            return self._expect(seen, self._be_still(seen, target, timeline.rate))
        ahead = timeline.anchor - self.beginning.start_delay.value - room_now
        if ahead > (SOON_S if seen.paused else EARLY_S):
            self._wake = min(self._wake, seen.at + ahead - SOON_S)
            return self._expect(seen, self._be_still(seen, target, timeline.rate))
        self._wake = min(self._wake, seen.at + self._pace.turn(room_now - timeline.anchor, self.together))
        order = self._run(seen, target, timeline.rate, max(0.0, timeline.anchor - room_now), held)
        if self.beginning.under_way and not self.hidden:
            self._wake = seen.at + EVERY_BEGINNING_S
        return self._expect(seen, order)

    def _be_still(self, seen: PlayerMeasured, target: float, rate: float) -> SetPlayer | None:
        self.drift_s = None
        self._pace.stopped()
        self.beginning.forget()
        self.beginning.stands(seen)
        self.stalled = seen.seeking
        self._stalled_at = None
        self.starves = self.starves and not seen.can_go_on
        self._jump = False
        off = abs(seen.position_s - target) > STILL_S and self._still_at != target
        if not off and seen.paused:
            return None
        self._still_at = target
        self.beginning.placed(seen.at)
        return SetPlayer(playing=False, position_s=target, rate=rate)

    def ran_out(self, seen: PlayerMeasured, timeline: Timeline, duration_s: float | None, room_now: float) -> bool:
        """Whether the element says that the film is over when much of it is to come: part of the file is missing."""
        length = duration_s or seen.duration_s
        if not (seen.ended and timeline.playing and length) or self._jump:
            return False
        return timeline.position_at(room_now) < length * (1 - EARLY_SHARE)

    def _run(self, seen: PlayerMeasured, target: float, rate: float, until_s: float, held: Held) -> SetPlayer | None:
        self._still_at = None
        if seen.ended and not self._jump:
            self.drift_s, self.stalled = None, False
            return None
        if seen.paused:
            return self._begin(seen, target, rate, until_s)
        if self._jump:
            return self._seek(seen, target, rate)
        self.stalled = not seen.can_go_on
        self._stalled_at = (self._stalled_at or seen.at) if self.stalled else None
        self.starves = self._stalled_at is not None and seen.at >= self._stalled_at + STARVES_S
        if self.stalled:
            return self._stand(seen, target, rate, held)
        if self.hidden:
            return self._let_be(seen, target, rate, held)
        return self._keep_step(seen, target, rate, held) if self.beginning.tells(seen) else None

    def _stand(self, seen: PlayerMeasured, target: float, rate: float, held: Held) -> SetPlayer | None:
        """It stands, though it should run."""
        self.drift_s, self._disturbed_at = None, seen.at
        if seen.seeking and not held(seen.position_s):
            self.beginning.teaches_nothing()  # it waits for bytes
        if seen.at < self._grace_until:
            return None
        # A seek that takes its time is no interruption: it would be sought again and again.
        if not (seen.seeking and self.beginning.under_way):
            self._tolerance.interrupted()
            self.beginning.teaches_nothing()
        behind = seen.position_s - target < -SEEK_S and not seen.seeking
        return self._seek(seen, target, rate) if behind and (seen.buffers(target) or held(target)) else None

    def _let_be(self, seen: PlayerMeasured, target: float, rate: float, held: Held) -> SetPlayer | None:
        """Nobody looks: it runs at the room's rate, nothing is learnt, only what an order did badly is mended."""
        self.drift_s = None
        self._pace.stopped()
        if self.beginning.under_way and self.beginning.tells(seen):
            self.beginning.forget()
            if self._should_seek(seen, seen.position_s - target, target, held):
                return self._seek(seen, target, rate)
        return set_rate(rate, seen, keeps_pitch=rate != 1)

    def _begin(self, seen: PlayerMeasured, target: float, rate: float, until_s: float) -> SetPlayer:
        self._disturbed_at = seen.at
        off = seen.position_s - target
        if self._jump or abs(off) > BEGIN_S:
            return replace(self._seek(seen, target, rate), playing=True)
        self._tolerance.arriving()
        ahead = max(0.0, until_s - self.beginning.start_delay.value)
        self.beginning.start(seen.at + ahead, until_s - ahead, off / rate)
        return SetPlayer(playing=True, rate=rate, at=seen.at + ahead if ahead else None)

    def _keep_step(self, seen: PlayerMeasured, target: float, rate: float, held: Held) -> SetPlayer | None:
        self.drift_s = self._pace.off_s(seen, self.beginning.frames(seen), target, rate)
        self.beginning.learn(self.drift_s / rate)
        if self._should_seek(seen, self.drift_s, target, held):
            return self._seek(seen, target, rate)
        return self._pace.keep(seen, self.drift_s, rate, self._settles(seen.at))

    def _should_seek(self, seen: PlayerMeasured, off_s: float, target: float, held: Held) -> bool:
        too_much = self._tolerance.is_too_much(off_s, not self._settles(seen.at))
        return too_much and (seen.buffers(target) or held(target))

    def _settles(self, now: float) -> bool:
        return now < self._disturbed_at + SETTLING_S

    def _seek(self, seen: PlayerMeasured, target: float, rate: float) -> SetPlayer:
        self._tolerance.sought()
        if self._jump or seen.paused:
            self._tolerance.arriving()
        self._jump, self.drift_s = False, None
        self._pace.stopped()
        self._grace_until, self._disturbed_at = seen.at + GRACE_S, seen.at
        cost = self.beginning.seeks_ahead_s
        self.beginning.seek(seen.at, cost)
        return SetPlayer(position_s=target + (self._pace.ahead_s + cost) * rate, rate=rate)

    # --- what is known

    def _expect(self, seen: PlayerMeasured, order: SetPlayer | None) -> SetPlayer | None:
        if order is not None:
            self.echoes.ordered(order, seen)
        return order

    def _at_end(self) -> bool:
        seen = self._last
        if seen is None or seen.duration_s is None:
            return False
        return seen.ended or seen.position_s >= seen.duration_s - 0.5
