"""One person's evening: events in, effects out. The hallway between the pure rooms.

Laws: nothing here waits, reads a clock or touches the browser. `now` is the
page's monotonic time in seconds; only here is it turned into room time. Every
event has its one handler; an event without one is our own mistake and raises
KeyError.
"""

from collections.abc import Callable
from dataclasses import replace

from app.playback.clock import RoomClock
from app.playback.player import PlayerMeasured
from app.room.messages import Happened, Ping, Pong, Ready, RefusedCommand, Reports, Resumed, SignalFrom
from app.room.state import Room
from app.session import events as ev
from app.session.appetite import Appetite
from app.session.awake import Awake
from app.session.bringing import Bringing
from app.session.buffering import apart, awaited, with_buffer
from app.session.choosing import Choosing
from app.session.company import Company
from app.session.drawing import draw
from app.session.effects import AskRooms, Effect, Handler, Render, SendToServer, UseIce
from app.session.entrance import Entrance
from app.session.exchange import Exchange
from app.session.hosting import Hosting
from app.session.knocking import Knocking
from app.session.leaving import Leaving
from app.session.picture import Link, Picture, Screen
from app.session.projection import Projection
from app.session.relay_pass import RelayPass
from app.session.reporting import Reporting
from app.session.returning import Returning
from app.session.standing import own_report
from app.session.subtitling import Subtitling
from app.session.told import Told
from app.session.wishes import Wishes
from app.swarm.actions import RefuseMedia
from app.swarm.picker import Choose, piece_at

DRAW_EVERY_S = 0.5
HELD_AHEAD_PIECES = 3

# These come many times a second; what they change is drawn twice a second, or with the next other event.
_QUIET = frozenset(
    {
        ev.BlockReceived,
        ev.BlockSent,
        ev.FrameReceived,
        ev.PieceStored,
        ev.MediaRequested,
        ev.PathMeasured,
        ev.CandidateFound,
        ev.DescriptionMade,
        ev.TimerFired,
    }
)


class Session:
    """Chance comes as arguments: `choose` picks one of several, `new_id` names things, `spread` is in [0, 1)."""

    _seen: Room | None
    _draw_at: float | None

    def __init__(self, choose: Choose, new_id: Callable[[], str], spread: Callable[[], float]) -> None:
        self._clock = RoomClock()
        self._awake = Awake()
        self._entrance = Entrance(spread)
        self._company = Company(new_id)
        self._exchange = Exchange(choose, new_id)
        self._projection = Projection()
        self._appetite = Appetite(self._exchange)
        self._reporting, self._relay_pass = Reporting(), RelayPass()
        self._seen, self._shown, self._draw_at = None, True, None
        seen = (self._entrance, self._company, self._exchange, self._projection)
        self._told = Told(*seen, self._appetite)
        self._knocking = Knocking(self._entrance)
        self._wishes = Wishes(self._entrance, self._company, self._told, self._clock)
        self._bringing = Bringing(*seen, self._told, self._wishes, new_id)
        self._leaving = Leaving(*seen[:3], self._told, self._bringing)
        self._choosing = Choosing(self._company, self._wishes)
        self._subtitling = Subtitling(self._company, self._exchange, self._bringing, self._clock)
        self._returning = Returning(self._company, self._exchange, self._projection, self._bringing, choose)
        self._hosting = Hosting(self._entrance, self._company, self._told, self._wishes)
        asking = (self._wishes, self._hosting, self._bringing, self._choosing)
        heard = (self._entrance, self._exchange, self._projection, self._appetite)
        parts = (*heard, self._knocking, self._told, *asking, self._subtitling, self._returning, self._leaving)
        mine = {kind: do for part in parts for kind, do in part.handlers().items()}
        self._handlers: dict[type, Handler] = mine | self._own_handlers()

    # --- the outside

    def handle(self, event: ev.Event, now: float) -> list[Effect]:
        """What to do about `event`."""
        if self._awake.slept(now):
            self._clock.restart(now)
        effects = list(self._handlers[type(event)](event, now))
        if after := self._after(now):
            # First the element lets go of a film that is taken off: a refusal that it still hears looks like a fault.
            effects = sorted([*effects, *after], key=lambda effect: isinstance(effect, RefuseMedia))
        if type(event) not in _QUIET:
            effects += [*self._report(now), Render()]
        return effects

    def next_timer(self, now: float) -> float | None:
        """When `TimerFired` is wanted next, in page time."""
        line = self._entrance.line
        moments = [
            line.next_wake(),
            self._knocking.next_wake(),
            self._wishes.next_wake(),
            self._projection.next_wake(),
            self._exchange.next_wake(now),
            self._relay_pass.next_wake(),
            self._draw_at,
            self._unheard_until(now),
        ]
        if line.state is Link.UP:
            moments.append(self._clock.next_ping())
        return min((moment for moment in moments if moment is not None), default=None)

    def _unheard_until(self, now: float) -> float | None:
        moment = self._company.next_wake()
        return None if moment is None else moment - self._clock.offset(now)

    def picture(self, now: float) -> Picture:
        """What the person sees."""
        self._look(now)
        parts = (self._entrance, self._company, self._exchange, self._projection, self._appetite, self._reporting)
        picture = draw(*parts, self._told.notice(now), self._clock.offset(now), now)
        room = self._company.room
        waiting = awaited(room, picture.people) if room is not None else ()
        picture = replace(
            picture, knocking=self._knocking.waits, rooms=self._knocking.cards, returned=self._told.returned
        )
        picture = replace(picture, subtitles=self._subtitling.picture(), choosing=self._choosing.picture())
        picture = self._choosing.home(replace(picture, waiting=waiting, apart=apart(picture.people)))
        return self._exchange.stock.screening.drawn(picture)

    # --- who answers what

    def _own_handlers(self) -> dict[type, Handler]:
        return {
            ev.SocketOpened: self._socket_opened,
            ev.MessageReceived: self._message,
            ev.PageOpened: self._opened,
            ev.RetryPressed: self._retry,
            ev.NetworkChanged: self._network_changed,
            ev.VisibilityChanged: self._turned,
            PlayerMeasured: self._measured,
            ev.PlayerChanged: self._player_changed,
            ev.TimerFired: self._tick,
        }

    def _opened(self, event: ev.PageOpened, now: float) -> list[Effect]:
        opened = [*self._exchange.stock.shelf.opened(event.wall_s, now), *self._entrance.opened(event, now)]
        return [*opened, AskRooms()] if self._entrance.screen is Screen.HOME else opened

    def _retry(self, event: ev.RetryPressed, now: float) -> list[Effect]:
        self._subtitling.retry()
        return [*self._entrance.retry(event, now), *self._exchange.try_again(now)]

    def _network_changed(self, event: ev.NetworkChanged, now: float) -> list[Effect]:
        probed = self._exchange.probe(now) if event.online else []
        asked = [AskRooms()] if event.online and self._entrance.unserved else []
        return [*self._entrance.network_changed(event, now), *probed, *asked]

    def _turned(self, event: ev.VisibilityChanged, now: float) -> list[Effect]:
        probed = [] if event.hidden else self._exchange.probe(now)
        return [*self._projection.turned(event, now), *probed]

    # --- the server

    def _socket_opened(self, _: ev.SocketOpened, now: float) -> list[Effect]:
        seat = self._entrance.seat
        return [SendToServer(self._company.greeting(seat, self._entrance.ticket))] if seat else []

    def _message(self, event: ev.MessageReceived, now: float) -> list[Effect]:
        self._entrance.line.heard()
        match event.message:
            case Ready() | Resumed():
                return self._welcomed(event.message, now)
            case Happened():
                return self._company.happened(event.message)
            case RefusedCommand(reason=reason):
                if command := self._company.refused(event.message):
                    self._told.refused(reason, command)
                return self._company.doubts(event.message)
            case SignalFrom(sender=sender, payload=payload):
                return self._exchange.heard(sender, payload, now)
            case Pong(t0=t0, t1=t1, t2=t2):
                if self._awake.told(t0):
                    self._clock.sample(t0, t1, t2, event.at)
                self._projection.follower.wake_now(now)
                return []
            case Reports():
                self._reporting.heard(event.message)
                return []

    def _welcomed(self, message: Ready | Resumed, now: float) -> list[Effect]:
        again: list[Effect] = []
        if self._entrance.line.state is not Link.UP:
            self._clock.restart(now)
            again = self._exchange.hurry(now)
        self._entrance.ready()
        self._reporting.ready(message.limits)
        self._relay_pass.given(message.turn, now)
        company, room_now = self._company, self._clock.room_now(now)
        asked = company.ready(message, room_now) if isinstance(message, Ready) else company.resumed(message, room_now)
        return [UseIce(message.ice, message.turn), *asked, *again, *self._choosing.ready(now)]

    # --- the player

    def _measured(self, seen: PlayerMeasured, now: float) -> list[Effect]:
        if not self._clock.known or self._awake.doubts(now):
            return []
        return self._projection.measured(seen, self._company.room, self._clock.room_now(seen.at), self._held)

    def _player_changed(self, event: ev.PlayerChanged, now: float) -> list[Effect]:
        command = self._projection.changed(event, now)
        return self._wishes.ask(command, now) if command is not None else []

    def _held(self, position_s: float) -> bool:
        """Whether the bytes at a position are here, as far as an even spread of bytes can tell."""
        room = self._company.room
        share = self._exchange.share_of(room) if room else None
        if share is None:
            return False
        piece = piece_at(position_s, share.duration_s, share.count)
        around = range(max(0, piece - 1), min(share.count, piece + HELD_AHEAD_PIECES))
        return all(near in share.held for near in around)

    # --- how the film stands

    def _look(self, now: float) -> None:
        room = self._company.room
        here_s = room.timeline.position_at(self._clock.room_now(now), room.duration_s) if room else 0.0
        parts = (self._exchange, self._appetite, self._projection.gave_up)
        said = own_report(room, *parts, here_s, now) if room else None
        if room is not None and said is not None:
            said = with_buffer(said, room, self._projection, self._company.moved, here_s)
        self._reporting.own = said

    def _report(self, now: float) -> list[Effect]:
        if self._entrance.line.state is not Link.UP:
            return []
        self._look(now)
        return self._reporting.tell(now)

    # --- time, and what a change of the room means

    def _tick(self, _: ev.TimerFired, now: float) -> list[Effect]:
        effects = [*self._entrance.tick(now), *self._knocking.tick(now), *self._projection.tick(now)]
        effects += [*self._wishes.tick(now), *self._relay_pass.tick(now, self._entrance.line.state is Link.UP)]
        if self._is_due(self._exchange.next_wake(now), now):
            effects += self._exchange.tick(now)
        if self._entrance.line.state is Link.UP and self._clock.ping_due(now):
            self._entrance.line.pinged(now)
            effects.append(SendToServer(Ping(now, self._clock.rtt_s)))
        if self._is_due(self._draw_at, now):
            self._draw_at = now + DRAW_EVERY_S
            effects += [*self._report(now), Render()]
        return effects

    @staticmethod
    def _is_due(moment: float | None, now: float) -> bool:
        return moment is not None and now >= moment

    def _after(self, now: float) -> list[Effect]:
        effects: list[Effect] = []
        self._company.hold_back(self._clock.room_now(now))
        if self._entrance.screen is not Screen.HOME:
            self._choosing.alone.end()
            effects += self._exchange.stock.screening.end()
        effects += self._leaving.look(now)
        effects += self._bringing.put_in_queue(now)
        room = self._company.room
        changed = room is not self._seen
        if changed:
            effects += self._room_changed(room, now)
            effects += self._returning.room_changed(room)
        shown = self._appetite.shows(room)
        if changed or shown != self._shown:
            self._shown = shown
            effects += self._projection.room_changed(room, self._clock.room_now(now), now, shown)
        return [*effects, *self._choosing.update(now), *self._subtitling.update(now), *self._projection.hurry(now)]

    def _room_changed(self, room: Room | None, now: float) -> list[Effect]:
        self._seen = room
        self._draw_at = None if room is None else now + DRAW_EVERY_S
        if room is None:
            self._relay_pass.given(None, now)
            return []
        self._reporting.room_changed(room)
        circle = self._exchange.room_changed(room, self._company.me, now)
        return [*circle, *self._appetite.room_changed(room, now), *self._hosting.room_changed(room)]
