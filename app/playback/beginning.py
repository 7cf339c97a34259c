"""What a start and a seek cost on this machine, told by the first frames that come of them.

Laws: between an order to start or seek and the first frames that come of it,
nobody knows where the film is: a browser's `currentTime` runs ahead of what is
shown, or stands. So nothing is corrected until then; what the first frames say
is learnt before a correction could blur it. A browser that never tells of its
frames gets `UNTOLD_S` instead. A start is seen at the screen's refreshes only,
and learnt by whole ones: machines that are alike then start alike. Of a tab at
the back nothing is learnt: it shows no frames, and is woken once a second.
Times in seconds.
"""

from app.playback.learnt import Learnt
from app.playback.player import PlayerMeasured
from app.playback.whereabouts import REFRESH_S

FIRST_START_DELAY_S = 0.07
# Each is off by up to half a refresh of the screen.
STARTS_KEPT = 15
FIRST_SEEK_COST_S = 0.15
TELLING_FRAMES = 5
UNTOLD_S = 0.5
LATEST_S = 1.0
LATE_TIMER_S = 0.03


class Beginning:
    """Mutable, and private to the follower: one start or seek at a time."""

    def __init__(self) -> None:
        self.start_delay = Learnt(FIRST_START_DELAY_S, STARTS_KEPT, REFRESH_S)
        self.seek_cost = Learnt(FIRST_SEEK_COST_S)
        self._lesson: Learnt | None = None
        self._early_s = 0.0
        self._since: float | None = None
        self._shows_frames = False
        self._placed_at: float | None = None
        self._hidden = False

    @property
    def under_way(self) -> bool:
        """Whether something was ordered of which nothing was seen yet."""
        return self._since is not None

    @property
    def seeks_ahead_s(self) -> float:
        """How far ahead a seek of a running film should go. At the back there is no picture to wait for."""
        return 0.0 if self._hidden else self.seek_cost.value

    def start(self, now: float, until_s: float, ahead_s: float = 0.0) -> None:
        """It was told to play so long before it should run, from a place so far ahead of where it should begin.

        It is meant to be told `start_delay` before. Whoever hears of a start when it is nearly there is told later; but
        where the page's timer rang a little late, it will do so again, and that is part of what a start takes.
        """
        meant = self.start_delay.value
        if meant - LATE_TIMER_S <= until_s <= meant:
            until_s = meant
        self._order(self.start_delay, now, until_s + ahead_s)

    def seek(self, now: float, early_s: float) -> None:
        """It was told to go elsewhere, and to play there, with so many seconds to spare."""
        self._order(self.seek_cost, now, early_s)

    def placed(self, now: float) -> None:
        """It was put elsewhere while it stands."""
        self._placed_at = None if self._hidden else now

    def stands(self, seen: PlayerMeasured) -> None:
        """It is seen standing: how long it took to get there is a guess at what a seek costs."""
        if self._placed_at is not None and not seen.seeking:
            self.seek_cost.guess(seen.at - self._placed_at)
            self._placed_at = None

    def forget(self) -> None:
        """It stands: nothing will come of what was ordered."""
        self._lesson = self._since = None

    def turned(self, hidden: bool) -> None:
        """The tab went to the back, or came to the front: how long what was ordered before took, nobody will see."""
        self._hidden, self._placed_at = hidden, None
        self.forget()

    def teaches_nothing(self) -> None:
        """It was held up by something else, so how long it took says nothing of this machine."""
        self._lesson = None

    def frames(self, seen: PlayerMeasured) -> tuple[tuple[float, float], ...]:
        """Those of its frames that came after the order."""
        if seen.frames:
            self._shows_frames = True
        since = self._since
        return seen.frames if since is None else tuple(frame for frame in seen.frames if frame[1] > since)

    def tells(self, seen: PlayerMeasured) -> bool:
        """Whether by now it is known where the film is."""
        if self._since is None:
            return True
        if len(self.frames(seen)) >= TELLING_FRAMES:
            return True
        return seen.at >= self._since + (LATEST_S if self._shows_frames else UNTOLD_S)

    def learn(self, off_s: float) -> None:
        """It is over, and left the film ahead of the room by that much time."""
        if self._lesson is not None:
            self._lesson.add(self._early_s - off_s)
        self.forget()

    def _order(self, lesson: Learnt, now: float, early_s: float) -> None:
        self._lesson, self._early_s, self._since = lesson, early_s, now
