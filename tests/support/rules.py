"""Ways of keeping in step: ours, and what others publish, as policies of our own for the screens of fake time.

`Ours` runs the real code. The others are written from what their sources and settings say they do, not from their
lines; each docstring names the files. What is assumed in their favour: all read the film's position as well as we do;
a message is handled the moment it arrives; what they ship switched off or behind a menu is switched on; nobody's
stall stops anybody else; and their rooms stand where each command found them when it passed the server.
"""

from collections import deque
from dataclasses import replace
from typing import Any, ClassVar

from app.playback import timeline as timelines
from app.playback.clock import RoomClock
from app.playback.follow import EVERY_S, Follower
from app.playback.median import median
from app.playback.player import PlayerMeasured, SetPlayer
from app.playback.timeline import Timeline
from app.playback.whereabouts import position_by
from tests.support.screens import DURATION_S, Do, Screen, World

STILL = Timeline("film")
WATCHES = 12  # looks as far back as frames are kept


def moved(timeline: Timeline, command: str, position: float | None, now: float, lead_s: float) -> Timeline:
    """The timeline after a command at `now`; a seek acts at once."""
    if command == "play":
        return timelines.play(timeline, now, lead_s, DURATION_S)
    if command == "pause":
        return timelines.pause(timeline, now, DURATION_S)
    return replace(timeline, position_s=position or 0.0, anchor=now)


def ours_moved(timeline: Timeline, command: str, position: float | None, now: float, lead_s: float) -> Timeline:
    """The same in a room of ours, where a seek is scheduled like a start."""
    if command == "seek":
        return timelines.seek(timeline, position or 0.0, now, DURATION_S)
    return moved(timeline, command, position, now, lead_s)


def read(seen: PlayerMeasured) -> float:
    """The film's position as a page can know it best: everybody reads it as we do."""
    return position_by(seen.frames, seen.at, seen.rate) if seen.frames else seen.position_s


class Rule:
    """What one screen does. Times are the page's."""

    server: ClassVar[type["Server"]]

    def __init__(self, screen: Screen, server: "Server") -> None:
        self.screen, self._server = screen, server
        screen.video.news = self.news
        self.begin()

    def begin(self) -> None:
        """The page is open."""

    def pressed(self, command: str, position: float | None) -> None:
        """The person at this screen pressed something."""
        self.ask(command, position)

    def told(self, kind: str, *what: Any) -> None:
        """The server said something."""

    def news(self, kind: str) -> None:
        """The element raised an event."""

    # --- what every page has

    def ask(self, kind: str, *what: Any) -> None:
        """Say something to the server."""
        self.screen.up.send(lambda: self._server.heard(self.screen, kind, *what))

    def every(self, seconds: float, do: Do) -> None:
        """Do it again and again."""

        def again() -> None:
            do()
            self.screen.after(seconds, again)

        self.screen.after(seconds, again)

    def play(self) -> None:
        self.screen.video.obey(SetPlayer(playing=True))

    def pause(self) -> None:
        self.screen.video.obey(SetPlayer(playing=False))

    def seek(self, position: float) -> None:
        self.screen.video.obey(SetPlayer(position_s=position))

    def bend(self, rate: float) -> None:
        if rate != self.screen.video.rate:
            self.screen.video.obey(SetPlayer(rate=rate))


class Server:
    """Holds the room's timeline, in true time, and passes on what is said."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.timeline = STILL
        self.pages: list[Rule] = []
        self.rtts: dict[int, float] = {}

    def heard(self, screen: Screen, kind: str, *what: Any) -> None:
        """A page said something."""
        if kind == "ping":
            self.rtts[screen.number] = what[1] or 0.0
            self.tell(self.pages[screen.number], "pong", what[0], self.world.now)
        else:
            self.command(screen, kind, what[0])

    def command(self, screen: Screen, command: str, position: float | None) -> None:
        """Someone pressed something: everyone is told at once."""
        self.timeline = moved(self.timeline, command, position, self.world.now, self.lead_s())
        self.tell_all("room", command, self.timeline)

    def lead_s(self) -> float:
        """How far ahead a start is scheduled."""
        return 0.0

    def tell(self, page: Rule, kind: str, *what: Any) -> None:
        page.screen.down.send(lambda: page.told(kind, *what))

    def tell_all(self, kind: str, *what: Any) -> None:
        for page in self.pages:
            self.tell(page, kind, *what)


# ---- ours ----------------------------------------------------------------------------------------------------------


class OurServer(Server):
    """The real timeline, with the lead of signalling/live_room.py."""

    def command(self, screen: Screen, command: str, position: float | None) -> None:
        self.timeline = ours_moved(self.timeline, command, position, self.world.now, self.lead_s())
        self.tell_all("room", command, self.timeline)

    def lead_s(self) -> float:
        return timelines.start_lead(max(self.rtts.values(), default=0.0))


class Ours(Rule):
    """RoomClock and Follower, driven as app/session/session.py and projection.py drive them."""

    server = OurServer

    def begin(self) -> None:
        self._clock, self.follower, self.timeline = RoomClock(), Follower(), STILL
        self._alarm = 0
        self._watches: deque[tuple[float, int]] = deque(maxlen=WATCHES)
        self._clock.restart(self.screen.now)
        self.follower.room_changed(self.timeline, 0.0, self.screen.now)
        self._arm()

    def pressed(self, command: str, position: float | None) -> None:
        now = self.screen.now
        self.timeline = ours_moved(self.timeline, command, position, self._clock.room_now(now), timelines.MOST_LEAD_S)
        self.follower.room_changed(self.timeline, self._clock.room_now(now), now)
        self.ask(command, position)
        self._arm()

    def told(self, kind: str, *what: Any) -> None:
        now = self.screen.now
        if kind == "pong":
            t0, t1 = what
            self._clock.sample(t0, t1, t1, now)
            self.follower.wake_now(now)
        else:
            self.timeline = what[1]
            self.follower.room_changed(self.timeline, self._clock.room_now(now), now)
        self._arm()

    def news(self, kind: str) -> None:
        self.follower.wake_now(self.screen.now)
        self._arm()

    def turned(self, hidden: bool) -> None:
        """The tab goes to the back, or comes to the front."""
        self.screen.video.hidden = hidden
        self.follower.turned(hidden, self.screen.now)
        self._arm()

    def _arm(self) -> None:
        self._hurry()
        self._alarm += 1
        mine, now = self._alarm, self.screen.now
        wake = self.follower.next_wake()
        moment = self._clock.next_ping() if wake is None else min(wake, self._clock.next_ping())
        self.screen.after(moment - now, lambda: self._ring() if mine == self._alarm else None)

    def _ring(self) -> None:
        now = self.screen.now
        self._tick()
        if self._clock.ping_due(now):
            self.ask("ping", now, self._clock.rtt_s)
        self._arm()

    def _hurry(self) -> None:
        if self.follower.hidden:
            self._tick()

    def _tick(self) -> None:
        now, wake = self.screen.now, self.follower.next_wake()
        if wake is not None and now >= wake:
            self.follower.wake_now(now + EVERY_S)
            self._look()

    def _look(self) -> None:
        if not self._clock.known:
            return
        seen = self._watched(self.screen.video.measured())
        order = self.follower.measured(seen, self.timeline, DURATION_S, self._clock.room_now(seen.at), self._held)
        if order is not None:
            self.screen.video.obey(order)

    def _watched(self, seen: PlayerMeasured) -> PlayerMeasured:
        """What the page knows that has the browser tell it of some frames only."""
        told = (fresh(seen, since)[:wanted] for since, wanted in self._watches)
        frames = tuple(sorted({frame for some in told for frame in some}))
        self._watches.append((seen.at, self.follower.frames_wanted(seen.at)))
        return replace(seen, frames=frames)

    def _held(self, position_s: float) -> bool:
        return not self.screen.video.starved(self.screen.world.now)


def fresh(seen: PlayerMeasured, since: float) -> tuple[tuple[float, float], ...]:
    """The frames shown after that."""
    return tuple(frame for frame in seen.frames if frame[1] > since)


# ---- others --------------------------------------------------------------------------------------------------------


class OpenTogetherTube(Rule):
    """dyc3/opentogethertube, client/src/views/Room.vue: no clock; the position counts on from when the news arrived,
    and a player that is more than a second off is sought."""

    server = Server
    SEEK_PAST_S = 1.0
    LOOK_EVERY_S = 1.0

    def begin(self) -> None:
        self._position, self._since, self._playing = 0.0, 0.0, False
        self.every(self.LOOK_EVERY_S, self._look)

    def told(self, kind: str, *what: Any) -> None:
        timeline: Timeline = what[1]
        self._position, self._since, self._playing = timeline.position_s, self.screen.now, timeline.playing
        if self._playing:
            self.play()
        else:
            self.pause()
        self._look()

    def _look(self) -> None:
        target = self._position + (self.screen.now - self._since if self._playing else 0.0)
        if abs(read(self.screen.video.measured()) - target) > self.SEEK_PAST_S:
            self.seek(target)


class SyncplayServer(Server):
    """Tells everyone the state every second."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.at(1.0, self._tick)

    def _tick(self) -> None:
        self.tell_all("room", "", self.timeline, self.world.now)
        self.world.at(self.world.now + 1.0, self._tick)

    def command(self, screen: Screen, command: str, position: float | None) -> None:
        self.timeline = moved(self.timeline, command, position, self.world.now, 0.0)
        self.tell_all("room", command, self.timeline, self.world.now)


class Syncplay(Rule):
    """Syncplay/syncplay, syncplay/constants.py and syncplay/client.py: a state every second, corrected by half the
    averaged round trip; slower by 5 % from 1.5 s ahead until 0.1 s; a seek back past 4 s ahead, a seek on (and 0.25 s
    more) past 5 s behind for a while; on a pause, everyone to the room's position."""

    server = SyncplayServer
    SLOW_FROM_S, SLOW_UNTIL_S, SLOW = 1.5, 0.1, 0.95
    BACK_PAST_S, ON_PAST_S, ON_MORE_S, BEHIND_S, BEHIND_FOR_S = 4.0, 5.0, 0.25, 1.75, 3.25
    OLD_WEIGHT = 0.85

    def begin(self) -> None:
        self._rtt: float | None = None
        self._playing = False
        self._behind_since: float | None = None
        self.every(1.0, lambda: self.ask("ping", self.screen.now, self._rtt))

    def told(self, kind: str, *what: Any) -> None:
        if kind == "pong":
            rtt = self.screen.now - what[0]
            self._rtt = rtt if self._rtt is None else self._rtt * self.OLD_WEIGHT + rtt * (1 - self.OLD_WEIGHT)
            return
        command, timeline, sent = what
        position = timeline.position_at(sent) + ((self._rtt or 0.0) / 2 if timeline.playing else 0.0)
        ahead = read(self.screen.video.measured()) - position
        if command == "seek":
            self.seek(position)
        elif timeline.playing:
            self._correct(ahead, position)
        if timeline.playing != self._playing:
            self._playing = timeline.playing
            if self._playing:
                self.play()
            else:
                self.pause()
                self.seek(position)

    def _correct(self, ahead: float, position: float) -> None:
        now = self.screen.now
        if ahead > self.BACK_PAST_S:
            self.seek(position)
        if ahead > -self.BEHIND_S:
            self._behind_since = None
        elif self._behind_since is None:
            self._behind_since = now
        elif now - self._behind_since > self.BEHIND_FOR_S and ahead < -self.ON_PAST_S:
            self.seek(position + self.ON_MORE_S)
        if ahead > self.SLOW_FROM_S:
            self.bend(self.SLOW)
        elif ahead < self.SLOW_UNTIL_S:
            self.bend(1.0)


class JellyfinServer(Server):
    """Starts are scheduled by twice the worst ping and half a second at least; after a seek everyone waits until all
    are ready (Jellyfin's server, Emby.Server.Implementations/SyncPlay/Group.cs)."""

    LEAST_LEAD_S = 0.5

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._waiting: set[int] = set()

    def lead_s(self) -> float:
        return max(2 * max(self.rtts.values(), default=0.0), self.LEAST_LEAD_S)

    def command(self, screen: Screen, command: str, position: float | None) -> None:
        if command == "ready":
            self._waiting.discard(screen.number)
            if not self._waiting:
                super().command(screen, "play", None)
        elif command == "seek":
            now = self.world.now
            self.timeline = moved(moved(self.timeline, "pause", None, now, 0.0), "seek", position, now, 0.0)
            self._waiting = {page.screen.number for page in self.pages}
            self.tell_all("room", command, self.timeline)
        else:
            super().command(screen, command, position)


class Jellyfin(Rule):
    """jellyfin/jellyfin-web, src/plugins/syncPlay/core/PlaybackCore.js and timeSync/TimeSync.js: a clock by the least
    delayed of eight samples, three a second apart and then one a minute; starts at the scheduled moment; every 1.5 s,
    from 60 ms to 3 s off, a rate of 1 + difference for one second (never below 0.2), else from 400 ms off a seek.
    Shipped switched off; here it is on."""

    server = JellyfinServer
    SPEED_FROM_S, SPEED_UNTIL_S, SPEED_FOR_S, LEAST_SPEED = 0.06, 3.0, 1.0, 0.2
    SKIP_FROM_S, LOOK_EVERY_S, REST_S = 0.4, 0.25, 1.5
    QUICK, QUICK_EVERY_S, EVERY_S, KEPT = 3, 1.0, 60.0, 8

    def begin(self) -> None:
        self._samples: list[tuple[float, float]] = []
        self._timeline = STILL
        self._enabled = False
        self._last = self._order = 0.0
        self._seeking = False
        self.screen.after(self.QUICK_EVERY_S, self._ping)
        self.every(self.LOOK_EVERY_S, self._look)

    @property
    def _offset(self) -> float:
        return min(self._samples)[1] if self._samples else 0.0

    def _ping(self) -> None:
        self.ask("ping", self.screen.now, min(self._samples)[0] if self._samples else None)

    def told(self, kind: str, *what: Any) -> None:
        now = self.screen.now
        if kind == "pong":
            t0, t1 = what
            self._samples = [*self._samples, (now - t0, t1 - (t0 + now) / 2)][-self.KEPT :]
            self.screen.after(self.QUICK_EVERY_S if len(self._samples) <= self.QUICK else self.EVERY_S, self._ping)
            return
        command, self._timeline = what
        self._order += 1
        self._enabled = False
        self.bend(1.0)
        if command == "play":
            self._start(self._timeline.anchor - self._offset - now)
        else:
            self.pause()
            self.seek(self._timeline.position_s)
            self._seeking = command == "seek"

    def _start(self, wait_s: float) -> None:
        if wait_s > 0:
            self._later(wait_s, self.play)
        else:
            self.play()
            self.seek(self._timeline.position_at(self.screen.now + self._offset))
        self._later(max(wait_s, 0.0) + self.SPEED_UNTIL_S / 2, self._enable)

    def _later(self, wait_s: float, do: Do) -> None:
        order = self._order
        self.screen.after(wait_s, lambda: do() if order == self._order else None)

    def _enable(self) -> None:
        self._enabled = True

    def news(self, kind: str) -> None:
        if kind == "seeked" and self._seeking:
            self._seeking = False
            self.ask("ready", None)

    def _look(self) -> None:
        now, video = self.screen.now, self.screen.video
        seen = video.measured()
        stalled = not seen.paused and (seen.seeking or seen.ready_state < 3)
        if not self._timeline.playing or stalled or now - self._last < self.REST_S:
            return
        self._last = now
        if not self._enabled:
            return
        behind = self._timeline.position_at(now + self._offset) - read(seen)
        if self.SPEED_FROM_S <= abs(behind) < self.SPEED_UNTIL_S:
            for_s = self.SPEED_FOR_S
            if behind <= -for_s * self.LEAST_SPEED:
                for_s = abs(behind) / (1 - self.LEAST_SPEED)
            self._enabled = False
            self.bend(1 + behind / for_s)
            self._later(for_s, self._normal)
        elif abs(behind) >= self.SKIP_FROM_S:
            self._enabled = False
            self.seek(self._timeline.position_at(now + self._offset))
            self._later(self.REST_S, self._enable)

    def _normal(self) -> None:
        self.bend(1.0)
        self._enabled = True


class WatchPartyServer(Server):
    """Passes presses on, and every second everyone's position."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._positions: dict[int, float] = {}
        world.at(1.0, self._tick)

    def heard(self, screen: Screen, kind: str, *what: Any) -> None:
        if kind == "at":
            self._positions[screen.number] = what[0]
        else:
            super().heard(screen, kind, *what)

    def _tick(self) -> None:
        self.tell_all("map", "", dict(self._positions))
        self.world.at(self.world.now + 1.0, self._tick)


class WatchParty(Rule):
    """howardchung/watchparty, src/components/App/App.tsx, with the menu's rate "Auto": every second the server tells
    everyone's position; who is more than 0.5 s behind the leader (the median of three and more) plays faster by a
    tenth of that, at most by 10 %. Presses are carried out as they arrive."""

    server = WatchPartyServer
    FROM_S, PER_S, MOST = 0.5, 0.1, 1.1

    def begin(self) -> None:
        self._playing = False
        self.every(1.0, lambda: self.ask("at", read(self.screen.video.measured())))

    def told(self, kind: str, *what: Any) -> None:
        command, news = what
        if kind == "map":
            self._correct(news)
        elif command == "seek":
            self.seek(news.position_s)
        elif command == "play":
            self._playing = True
            self.play()
        else:
            self._playing = False
            self.pause()

    def _correct(self, positions: dict[int, float]) -> None:
        mine = positions.get(self.screen.number)
        if mine is None or not self._playing:
            return
        leader = median(positions.values()) if len(positions) > 2 else max(positions.values())
        behind = leader - mine
        self.bend(min(1 + round(behind * self.PER_S, 2), self.MOST) if behind > self.FROM_S else 1.0)


class SyncLoungeServer(Server):
    """Tells everybody what the host's player does."""

    def heard(self, screen: Screen, kind: str, *what: Any) -> None:
        if kind == "host":
            self.tell_all("host", *what)
        else:
            self.timeline = moved(self.timeline, kind, what[0], self.world.now, 0.0)


class SyncLounge(Rule):
    """synclounge/synclounge, src/store/modules/synclounge/actions.js and getters.js, plexclients/actions.js,
    slplayer/actions.js, config/defaults.js: guests follow the host's player, whose position they count on from when the
    news arrived; past 3 s of "flexibility" they seek, below that they bend the rate for as long as it takes. Its
    releases differ in how (some seek from 0.2 s on, some play at ± 50 %); here it is the gentlest, ± 2 % until 30 ms,
    and the host says every second where it is."""

    server = SyncLoungeServer
    FLEXIBILITY_S, ENOUGH_S, BEND, EVERY_S = 3.0, 0.03, 0.02, 1.0

    def begin(self) -> None:
        self._order = 0
        if self.screen.number == 0:
            self.every(self.EVERY_S, self._tell)

    def _tell(self) -> None:
        seen = self.screen.video.measured()
        self.ask("host", not seen.paused, read(seen))

    def pressed(self, command: str, position: float | None) -> None:
        self.ask(command, position)
        if command == "seek":
            self.seek(position or 0.0)
        elif command == "play":
            self.play()
        else:
            self.pause()
        self._tell()

    def told(self, kind: str, *what: Any) -> None:
        playing, position = what
        video = self.screen.video
        if self.screen.number == 0:
            return
        if playing == video.paused:
            self.screen.video.obey(SetPlayer(playing=playing))
            self.bend(1.0)
            if playing:
                return
        seen = video.measured()
        if seen.ready_state < 3:
            return
        behind = position - read(seen)
        if abs(behind) > (self.FLEXIBILITY_S if playing else 0.01):
            self.seek(position)
        elif playing and abs(behind) > self.ENOUGH_S:
            self._order = mine = self._order + 1
            self.bend(1 + (self.BEND if behind > 0 else -self.BEND))
            self.screen.after(abs(behind) / self.BEND, lambda: self.bend(1.0) if mine == self._order else None)


RULES: dict[str, type[Rule]] = {
    "ours": Ours,
    "opentogethertube": OpenTogetherTube,
    "syncplay": Syncplay,
    "jellyfin": Jellyfin,
    "watchparty": WatchParty,
    "synclounge": SyncLounge,
}
