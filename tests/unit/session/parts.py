"""A session's parts by themselves, at several moments of an evening. A film of four pieces, the last one short."""

from dataclasses import replace

from app.playback.clock import RoomClock
from app.playback.timeline import Timeline
from app.room.messages import Ready, Report
from app.room.state import Film, Item, Programme, Room
from app.session import events as ev
from app.session.appetite import Appetite
from app.session.bringing import Bringing
from app.session.company import Company
from app.session.drawing import draw
from app.session.entrance import Entrance
from app.session.exchange import Exchange
from app.session.hosting import Hosting
from app.session.picture import Person, Picture, Player, Transfer
from app.session.projection import Projection
from app.session.reporting import Reporting
from app.session.standing import own_report
from app.session.subtitling import Subtitling
from app.session.told import Told
from app.session.wishes import Wishes
from app.swarm import wire
from app.swarm.piece_map import PieceMap
from app.swarm.wire import BLOCK_SIZE
from tests.support.builders import KIB, bits, film, first
from tests.unit.room.rooms import ITEMS, room

NOW = 100.0
OF = film(4 * 256 * KIB - 1000)
PIECE = OF.manifest.piece_size
FILM = Film(OF.film_id, "Metropolis.mp4", OF.facts.size, OF.facts.mime, PIECE, 600.0)
CODE, SECRET = "ABC234", "s" * 22
SEAT = ev.Seat(CODE, "ben", "r" * 22)


class Parts:
    """A session's parts, at home, before anything happens."""

    def __init__(self) -> None:
        self.entrance = Entrance(lambda: 0.5)
        self.company = Company(lambda: "c1")
        self.exchange = Exchange(first, lambda: "page")
        self.projection = Projection()
        self.reporting = Reporting()
        self.appetite = Appetite(self.exchange)
        self.told = Told(self.entrance, self.company, self.exchange, self.projection, self.appetite)
        self.clock = RoomClock()
        self.wishes = Wishes(self.entrance, self.company, self.told, self.clock)
        self.hosting = Hosting(self.entrance, self.company, self.told, self.wishes)
        seen = (self.entrance, self.company, self.exchange, self.projection)
        self.bringing = Bringing(*seen, self.told, self.wishes, lambda: "new")
        self.subtitling = Subtitling(self.company, self.exchange, self.bringing, self.clock)

    def picture(self, now: float = NOW, offset_s: float = 0.0) -> Picture:
        parts = (self.entrance, self.company, self.exchange, self.projection, self.appetite, self.reporting)
        room = self.company.room
        able = (self.exchange, self.appetite, self.projection.gave_up)
        self.reporting.own = own_report(room, *able, 0.0, now) if room else None
        return draw(*parts, self.told.notice(now), offset_s, now)

    def report(self, now: float = NOW) -> Report | None:
        self.picture(now)
        return self.reporting.own

    def transfer(self, now: float = NOW) -> Transfer:
        found = self.picture(now).transfer
        assert found is not None
        return found

    def player(self, now: float = NOW, offset_s: float = 0.0) -> Player:
        found = self.picture(now, offset_s).player
        assert found is not None
        return found

    def person(self, name: str) -> Person:
        return next(person for person in self.picture().people if person.name == name)

    def store_tells(self, *pieces: int) -> None:
        """The browser's store holds these pieces, and the manifest."""
        held = PieceMap(OF.count, bits(*pieces)).bitfield()
        self.exchange.swarm.keeping.store_opened(OF.film_id, OF.manifest.encode(), held, NOW)

    def peer_tells(self, peer: str, *pieces: int) -> None:
        """A connected peer holds these pieces."""
        held = PieceMap(OF.count, bits(*pieces)).bitfield()
        self.exchange.swarm.frame(peer, wire.Bitfield(OF.film_id, OF.count, held), NOW)

    def give(self, now: float = NOW) -> None:
        """The first block we asked a peer for is here."""
        asked = self.exchange.swarm.fetching.book.for_film(OF.film_id)[0]
        block = (asked.request, asked.piece, asked.offset, BLOCK_SIZE, b"")
        self.exchange.swarm.block(asked.peer, *block, now)


def showing(by: str = "ada", timeline: Timeline | None = None) -> Room:
    """A room where the film is on that this file has."""
    items = (Item("one", FILM, by), *ITEMS[1:])
    return replace(room(), programme=Programme(items), timeline=timeline or room().timeline)


def inside(seen: Room | None = None, me: str = "ada", lacks: str = "") -> Parts:
    """In a room, with a connection to the server and to nobody else, in a browser that `lacks` something."""
    parts, seen = Parts(), seen or showing()
    if lacks:
        parts.told.lacking(ev.BrowserLacks(lacks), NOW)
    parts.company.ready(Ready(seen, me, "epoch"), 100.0)
    parts.exchange.room_changed(seen, me, NOW)
    parts.appetite.room_changed(seen, NOW)
    parts.projection.room_changed(seen, NOW, NOW)
    return parts


def fetching(me: str = "ada", by: str = "ben") -> Parts:
    """In the room of a film of somebody else's, of which the store holds the first two pieces; Ben is connected."""
    parts = inside(showing(by), me)
    parts.store_tells(0, 1)
    parts.exchange.connected(ev.PeerConnected("ben"), NOW)
    return parts


def waiting_for_the_file() -> Parts:
    """Ada put the film on and reloaded: the browser has let go of the file, and its store holds a part."""
    parts = inside(showing("ada"), "ada")
    parts.store_tells(0, 1)
    return parts


def unplugged(seen: Room) -> Parts:
    """In that room as Ada, with a browser that makes no connections; the store holds nothing yet."""
    parts = inside(seen, lacks="peer_connections")
    parts.store_tells()
    return parts
