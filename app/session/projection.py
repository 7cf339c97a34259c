"""The film on this screen: what the video element plays, and how it follows the room.

Laws: the room's timeline is followed, never set from here; what a person does
on the browser's own surface becomes a command like any other. What a player in
need does is nobody's deed: it is loaded anew, some times, and then left alone
until the room goes elsewhere. Times in seconds.
"""

from collections.abc import Callable

from app.playback.follow import EVERY_S, Follower
from app.playback.player import PlayerMeasured
from app.playback.timeline import MAX_RATE, MIN_RATE
from app.room.messages import Command, Pause, Play, Seek, SetRate
from app.room.state import Room
from app.session.effects import Effect, Handler, LoadFilm, Mute, ReadPlayer, Unmute
from app.session.events import PlayerChanged, PlayerFailed, PlayRefused, SoundPressed, VisibilityChanged
from app.session.picture import Notice, Playing, Trouble

MAX_RELOADS = 2
RECOVERED_S = 10.0
CATCHING_UP_S = 0.25

_NEWS = frozenset({"loadedmetadata", "seeked", "waiting", "playing", "canplay", "ended", "stalled"})
_COMMANDS: dict[str, Callable[[PlayerChanged], Command]] = {
    "play": lambda _: Play(),
    "pause": lambda _: Pause(),
    "seeking": lambda event: Seek(max(0.0, event.position_s)),
    "ratechange": lambda event: SetRate(min(max(round(event.rate, 2), MIN_RATE), MAX_RATE)),
}


class Projection:
    """Mutable, and private to the session. `ended`: the film that runs has come to its end on this screen."""

    def __init__(self) -> None:
        self.follower = Follower()
        self.film_id: str | None = None
        self.ended = False
        self.needs_sound = False
        self.needs_click = False
        self.notice: Notice | None = None
        self._name = ""
        self._rate = 1.0
        self._seen: PlayerMeasured | None = None
        self._reloads = 0
        self._reloaded_at = 0.0
        self.gave_up = False

    def room_changed(self, room: Room | None, room_now: float, now: float, shown: bool = True) -> list[Effect]:
        """Play what is on, where the room says; nothing where it cannot be or is not to be `shown` here."""
        item = room.current if room and shown else None
        effects: list[Effect] = []
        film_id = item.film.film_id if item else None
        if film_id != self.film_id:
            self.film_id = film_id
            self._name = item.film.name if item else ""
            effects += [*self._load_afresh(now), *self._done_asking()]
        self._rate = round(room.timeline.rate, 2) if room else 1.0
        if room is not None and self.follower.room_changed(room.timeline, room_now, now):
            self._seen = None
            effects += self._load_afresh(now) if self.gave_up else []
        return effects

    def measured(
        self, seen: PlayerMeasured, room: Room | None, room_now: float, held: Callable[[float], bool]
    ) -> list[Effect]:
        """Follow the room, having seen the element so."""
        self._seen = seen
        self.ended = seen.ended and room is not None and room.timeline.playing
        if room is None or room.current is None or self.needs_click or self.gave_up:
            return []
        if self.follower.ran_out(seen, room.timeline, room.duration_s, room_now):
            return self._fail(seen.at)
        if self.follower.drift_s is not None and seen.at > self._reloaded_at + RECOVERED_S:
            self._reloads = 0
        self.follower.together = len(room.members) > 1
        order = self.follower.measured(seen, room.timeline, room.duration_s, room_now, held)
        if order is not None and order.position_s is not None:
            self._seen = None
        return [order] if order is not None else []

    def handlers(self) -> dict[type, Handler]:
        """What this part does about which event."""
        return {
            PlayRefused: self.refused,
            PlayerFailed: self.failed,
            SoundPressed: self.sound,
            VisibilityChanged: self.turned,
        }

    def turned(self, event: VisibilityChanged, now: float) -> list[Effect]:
        """The tab went to the back, or came to the front."""
        self.follower.turned(event.hidden, now)
        return []

    def changed(self, event: PlayerChanged, now: float) -> Command | None:
        """The element raised an event: an echo of ours, news, or a person's deed."""
        if event.kind in _NEWS:
            self.follower.wake_now(now)
        if event.kind == "seeked":
            self.follower.echoes.seeked(now)
        make = _COMMANDS.get(event.kind)
        if make is None or event.stuck or self.follower.is_echo(event.kind, event.position_s, now):
            return None
        command = make(event)
        if isinstance(command, SetRate) and command.rate == self._rate:
            return (
                None  # no news to look at: what holds the element's rate for itself would answer every order like that
            )
        self.follower.wake_now(now)
        return command

    def refused(self, event: PlayRefused, now: float) -> list[Effect]:
        """The browser wants a gesture before it plays: without sound it may still do."""
        self.follower.echoes.refused(tries_again=not event.muted)
        if event.muted:
            self.needs_click = True
            return []
        self.needs_sound = True
        return [Mute()]

    def sound(self, event: SoundPressed, now: float) -> list[Effect]:
        """A gesture was given."""
        self.needs_sound = self.needs_click = False
        self.follower.wake_now(now)
        return [Unmute()]

    def _done_asking(self) -> list[Effect]:
        """Without a film no gesture is wanted. What the browser would not play with sound leaves the next its sound."""
        if self.film_id is not None:
            return []
        muted, self.needs_sound, self.needs_click = self.needs_sound, False, False
        return [Unmute()] if muted else []

    def given(self, film_id: str, now: float) -> list[Effect]:
        """The person's own file of a film is here: from now on it plays directly, whatever went wrong before."""
        if film_id != self.film_id:
            return []
        return self._load_afresh(now)

    def failed(self, event: PlayerFailed, now: float) -> list[Effect]:
        """The element gave up. A lost request looks the same as a film it cannot play, so it gets two more tries."""
        return self._fail(now) if event.film_id == self.film_id and not self.gave_up else []

    @property
    def in_hand_s(self) -> float | None:
        """How much of the film the element has to show past where it is; None unless it runs here."""
        return self._seen.in_hand_s if self._seen else None

    def _fail(self, now: float) -> list[Effect]:
        self.follower.load(now)
        self._seen = None
        if self._reloads < MAX_RELOADS:
            self._reloads += 1
            self._reloaded_at = now
            return [LoadFilm(self.film_id)]
        self.gave_up = True
        self.notice = Notice(Trouble.CANNOT_PLAY, self._name)
        return []

    def _load_afresh(self, now: float) -> list[Effect]:
        self._reloads, self.gave_up, self.notice, self.ended = 0, False, None, False
        self._seen = None
        self.follower.load(now)
        return [LoadFilm(self.film_id)]

    def tick(self, now: float) -> list[Effect]:
        """Measure the element, if it is time."""
        wake = self.next_wake()
        if wake is None or now < wake:
            return []
        self.follower.wake_now(now + EVERY_S)
        return [ReadPlayer(self.follower.frames_wanted(now))]

    def hurry(self, now: float) -> list[Effect]:
        """In a tab at the back measure the element at once if it is time: timers ring once a second there, and after a
        pause its sound would go on for so long."""
        return self.tick(now) if self.follower.hidden else []

    def next_wake(self) -> float | None:
        """When the element should be measured next."""
        return self.follower.next_wake() if self.film_id is not None else None

    def playing(self, room: Room, room_now: float) -> Playing:
        """What the element is doing, in a person's words."""
        if room.current is None:
            return Playing.NOTHING
        if room.timeline.has_ended(room_now, room.duration_s):
            return Playing.ENDED
        if room.wait is not None:
            return Playing.WAITING_FOR_OTHERS
        if self.follower.stalled:
            return Playing.WAITING_FOR_DOWNLOAD
        if not room.timeline.playing:
            return Playing.PAUSED
        drift = self.follower.drift_s
        return Playing.CATCHING_UP if drift is not None and abs(drift) > CATCHING_UP_S else Playing.PLAYING
