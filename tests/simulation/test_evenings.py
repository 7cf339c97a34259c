"""Whole evenings of two people, by chance: everybody presses everything, and whatever can break breaks.

True at every moment: whoever says that they hold a piece holds the film's own bytes, and nobody is left without a
next event or a sentence. True when things have calmed down: both are in one room, in step, and hold the whole film.
Times in seconds, sizes in bytes.
"""

import hashlib
import random
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from app.room.codec import decode_from_client, encode
from app.room.errors import CloseCode
from app.room.messages import Hello, Resume
from app.room.state import Policy
from app.session import events as ev
from app.session.effects import CloseSocket, SendToServer
from app.session.picture import Flow, Link, Playing, Screen, Trouble
from app.swarm.actions import StorePiece
from app.swarm.manifest import PIECE_SIZE, Manifest
from tests.support.pair import Evening, FakeFile, FakePlayer, FakeServer, Seatmate

MIB = 1024 * 1024
SEEDS = range(40)
DEEDS = 25
PAUSES_S = (0.0, 0.02, 0.1, 0.5, 1.0, 3.0)
ALTERED_BLOCKS = 2
LONGEST_SLEEP_S = 31
MOST_EVENTS_A_SECOND = 30
IN_STEP_MS = 30


def pieces_of(file: FakeFile) -> list[bytes]:
    return [file.data[at : at + PIECE_SIZE] for at in range(0, len(file.data), PIECE_SIZE)]


def film_id_of(file: FakeFile) -> str:
    digests = b"".join(hashlib.sha256(piece).digest() for piece in pieces_of(file))
    return Manifest(len(file.data), PIECE_SIZE, digests).film_id


FILES = (
    FakeFile.mp4("Metropolis.mp4", 6 * MIB + 345, duration_s=120.0),
    FakeFile.mp4("Nosferatu.mp4", 2 * MIB + 1, duration_s=90.0, seed=2),
)
PIECES = {film_id_of(file): pieces_of(file) for file in FILES}


# --- what the pair's fakes leave out


class Server(FakeServer):
    """Speaks in order on each socket, and hears nothing that was said on one that is gone."""

    def say(self, mate: Seatmate, message: Any) -> None:
        assert isinstance(mate, Browser)
        text, socket = encode(message), mate.socket
        self._evening.later(mate.in_turn("down"), lambda: mate.hear(socket, text))

    def said(self, mate: Seatmate, text: str) -> None:
        if mate.name in self._sockets or isinstance(decode_from_client(text), Hello | Resume):
            super().said(mate, text)


@dataclass
class Player(FakePlayer):
    """Knows its film from the first bytes on, wherever it is sought to; the person's own file is all there."""

    known: bool = False

    @property
    def ready(self) -> bool:
        return self.known

    def load(self, film_id: str | None, size: int, duration_s: float, direct: bool, now: float) -> None:
        super().load(film_id, size, duration_s, direct, now)
        self.known = direct

    def fed(self, length: int) -> None:
        super().fed(length)
        self.known = True

    def seek(self, position: float, now: float) -> None:
        super().seek(position, now)
        if self.direct:
            self.buffered_from, self.buffered_to = 0.0, self.duration_s


@dataclass
class Browser(Seatmate):
    """Speaks in order, and not at all on a socket that is closed or `silent`; has no room on disk for `full` pieces."""

    full: int = 0
    silent: int = -1
    player: FakePlayer = field(default_factory=Player)
    _arrived: dict[str, float] = field(default_factory=dict)

    def open_page(self, fragment: str) -> None:
        super().open_page(fragment)
        self.player = Player()

    def in_turn(self, way: str) -> float:
        """The delay of a message on its way up or down: never less than that of the one before it."""
        arrival = max(self.evening.now + self.delay(), self._arrived.get(way, 0.0))
        self._arrived[way] = arrival
        return arrival - self.evening.now

    def _do_send_to_server(self, effect: SendToServer) -> None:
        text, socket = encode(effect.message), self.socket
        self.evening.later(self.in_turn("up"), lambda: self._said(socket, text))

    def _said(self, socket: int, text: str) -> None:
        if socket == self.socket != self.silent:
            self.evening.server.said(self, text)

    def hear(self, socket: int, text: str) -> None:
        if socket != self.silent:
            super().hear(socket, text)

    def _do_close_socket(self, _: CloseSocket) -> None:
        self.socket += 1
        self.evening.server.drop(self)

    def _do_store_piece(self, effect: StorePiece) -> None:
        if not self.full:
            super()._do_store_piece(effect)
            return
        self.full -= 1
        self.evening.later(0.002, lambda: self.emit(ev.StoreFailed(effect.film_id, effect.piece, full=True)))


# --- an evening


class Night:
    """Anna's room, Bo, and the dice that say what happens."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.evening = Evening(seed, jitter_s=self.dice.choice((0.0, 0.01, 0.03)))
        self.evening.server = Server(self.evening)
        self.anna, self.bo = self._somebody("Anna"), self._somebody("Bo")
        self.mates = (self.anna, self.bo)
        self.altered = 0
        self.deeds = (
            *[self.press] * 8,
            self.press_media_key,
            self.drop_a_film,
            self.guest_goes_or_comes,
            self.reload,
            self.second_tab,
            self.server_goes_or_comes,
            self.lose_the_server,
            self.lose_the_server_silently,
            self.lose_each_other,
            self.lose_each_other_silently,
            self.alter_a_block,
            self.lose_the_file,
            self.fill_the_disk,
        )
        self.anna.emit(ev.StartPressed("Anna"))
        self.evening.run_until(lambda: self.anna.picture.link is Link.UP)
        self.let_in(self.bo)
        self.evening.run_until(lambda: self.bo.picture.link is Link.UP)
        self.anna.drop_film(FILES[0])

    def _somebody(self, name: str) -> Browser:
        latency, ahead, uplink = self.dice.uniform(0.002, 0.08), self.dice.uniform(0, 1e4), self.dice.uniform(0.2, 4)
        mate = Browser(self.evening, name, latency, ahead, uplink * MIB)
        self.evening.mates[name] = mate
        return mate

    def somebody_inside(self) -> Browser | None:
        inside = [mate for mate in self.mates if mate.picture.screen is Screen.ROOM]
        return self.dice.choice(inside) if inside else None

    def happen(self) -> None:
        """Something, and then nothing for a while."""
        self.dice.choice(self.deeds)()
        self.check()
        self.evening.run(self.dice.choice(PAUSES_S))
        self.check()

    # --- what people do

    def press(self) -> None:
        who = self.somebody_inside()
        if who is not None:
            who.emit(self.dice.choice(self._buttons(who)))

    def _buttons(self, who: Browser) -> list[Any]:
        dice, items = self.dice, [item.id for item in who.picture.queue]
        rights = Policy(*(dice.choice((True, True, False)) for _ in range(3)))
        return [
            ev.PlayPressed(),
            ev.PlayPressed(),
            ev.PausePressed(),
            ev.SeekPressed(dice.uniform(0.0, 120.0)),
            ev.StepPressed(dice.choice((-10.0, 10.0))),
            ev.RatePicked(dice.choice((0.5, 1.0, 1.25, 2.0))),
            ev.PolicyPicked(rights),
            ev.LimitsPicked(dice.choice((None, MIB, 4 * MIB)), dice.choice((None, MIB))),
            ev.VisibilityChanged(dice.choice((True, False))),
            ev.RetryPressed(),
            ev.NoticeDismissed(),
            ev.GiveBackPressed(),
            ev.AddAsNewPressed(),
            *(ev.ItemPicked(item) for item in items),
            *(ev.ItemRemoved(item) for item in items[:1]),
        ]

    def press_media_key(self) -> None:
        who = self.somebody_inside()
        if who is not None and who.player.ready:
            who.press_media_key()

    def drop_a_film(self) -> None:
        who = self.somebody_inside()
        if who is not None:
            who.drop_film(self.dice.choice(FILES))

    def guest_goes_or_comes(self) -> None:
        if self.bo.picture.screen is Screen.ROOM:
            self.bo.emit(ev.LeavePressed())
        else:
            self.let_in(self.bo)

    def let_in(self, mate: Browser) -> None:
        """By the invite, as somebody does who has it."""
        mate.open_page(self.anna.address)
        if mate.picture.screen is Screen.ARRIVING:
            mate.emit(ev.JoinPressed(mate.name))

    def reload(self) -> None:
        who = self.dice.choice(self.mates)
        self.evening.server.drop(who)
        for peer in list(who._links):
            who._hang_up(peer)
        who.open_page(who.address)

    def second_tab(self) -> None:
        who = self.somebody_inside()
        if who is not None and who.picture.link is Link.UP:
            who.socket += 1
            self.evening.server.drop(who)
            who.emit(ev.SocketClosed(CloseCode.REPLACED))

    # --- what breaks

    def server_goes_or_comes(self) -> None:
        if self.evening.server.up:
            self.evening.server.go_down()
        else:
            self.evening.server.come_back()

    def lose_the_server(self) -> None:
        who = self.dice.choice(self.mates)
        self.evening.server.drop(who)
        who.socket += 1
        who.socket_closed(1006)

    def lose_the_server_silently(self) -> None:
        """Nothing arrives any more on the socket, either way."""
        who = self.dice.choice(self.mates)
        who.silent = who.socket

    def lose_each_other(self) -> None:
        if self.anna._links.get("Bo") == "up":
            self.anna._hang_up("Bo")
            self.anna.emit(ev.PeerLost("Bo"))

    def lose_each_other_silently(self) -> None:
        """Nothing arrives on the channels any more, and only after a while does the browser notice."""
        if self.anna._links.get("Bo") == self.bo._links.get("Anna") == "up":
            self.anna._links["Bo"] = self.bo._links["Anna"] = "silent"
            for mate, other in ((self.anna, "Bo"), (self.bo, "Anna")):
                self.evening.later(self.dice.uniform(3, 12), partial(self._notice, mate, other))

    @staticmethod
    def _notice(mate: Browser, other: str) -> None:
        if mate._links.get(other) == "silent":
            mate.emit(ev.PeerLost(other))

    def alter_a_block(self) -> None:
        if self.altered < ALTERED_BLOCKS:
            self.altered += 1
            self.dice.choice(self.mates).corrupt += 1

    def lose_the_file(self) -> None:
        who = self.dice.choice(self.mates)
        for film_id in list(who.sources):
            del who.sources[film_id]
            who.emit(ev.SourceFailed(film_id))

    def fill_the_disk(self) -> None:
        self.dice.choice(self.mates).full += 1

    # --- and then

    def calm_down(self) -> None:
        """Nothing breaks any more, and everybody does what the page asks of them."""
        if not self.evening.server.up:
            self.evening.server.come_back()
        for mate in self.mates:
            mate.corrupt = mate.full = 0
        self.evening.run(40)
        for mate in self.mates:
            self._come_back(mate)
        for _ in range(4):
            self.evening.run(5)
            for mate in self.mates:
                self._do_as_told(mate)
        self.evening.run(60)

    def _come_back(self, mate: Browser) -> None:
        if mate.picture.screen is Screen.CLOSED:
            mate.emit(ev.RetryPressed())
        elif mate.picture.screen is not Screen.ROOM:
            self.let_in(mate)
        mate.emit(ev.VisibilityChanged(hidden=False))
        mate.emit(ev.LimitsPicked(None, None))

    def _do_as_told(self, mate: Browser) -> None:
        if (notice := mate.picture.notice) is not None:
            mate.emit(ev.RetryPressed() if notice.trouble is Trouble.STORAGE_FULL else ev.NoticeDismissed())
        notice, current = mate.picture.notice, mate.picture.current
        if current is None and mate is self.anna:
            mate.drop_film(FILES[0])
        elif current is not None and notice is not None and notice.trouble is Trouble.SOURCE_GONE:
            mate.drop_film(next(file for file in FILES if file.name == notice.about))
        elif notice is not None and notice.trouble is Trouble.GIVE_BACK:
            mate.emit(ev.GiveBackPressed())

    def watch(self) -> None:
        """From somewhere in the middle, at the usual speed."""
        self.anna.emit(ev.PolicyPicked(Policy()))
        self.anna.emit(ev.RatePicked(1.0))
        self.anna.emit(ev.SeekPressed(20.0))
        self.evening.run(1)
        self.bo.emit(ev.PlayPressed())
        self.evening.run(15)

    # --- what must be true

    def check(self) -> None:
        """At every moment."""
        for mate in self.mates:
            assert_has_a_way_on(mate)
            for film_id, share in mate.session._exchange.swarm.shares.items():
                assert all(mate.read_piece(film_id, piece) == PIECES[film_id][piece] for piece in share.held)

    def check_calm(self, mate: Browser) -> None:
        """When nothing has happened for a while."""
        picture, room, player = mate.picture, self.evening.server.room, mate.player
        assert (picture.screen, picture.link, picture.pending, picture.notice) == (Screen.ROOM, Link.UP, 0, None)
        assert mate.session._company.room == room
        assert [person.connected for person in picture.people] == [not person.me for person in picture.people]
        assert room.current is not None
        assert player.film_id == room.current.film.film_id
        film = PIECES[player.film_id]
        assert [mate.read_piece(player.film_id, number) for number in range(len(film))] == film
        assert picture.transfer is not None
        assert picture.transfer.flow in (Flow.SOURCE, Flow.COMPLETE)
        assert picture.player is not None
        assert picture.player.playing is Playing.PLAYING
        assert abs(self.evening.drift_ms(mate)) < IN_STEP_MS


def assert_has_a_way_on(mate: Browser) -> None:
    """Something will happen by itself, or there is something to press, and the person is told what."""
    picture, timer = mate.picture, mate.session.next_timer(mate.now)
    match picture.screen:
        case Screen.ROOM:
            assert timer is not None
            assert timer < mate.now + LONGEST_SLEEP_S
        case Screen.CLOSED:
            assert picture.notice is not None
        case _:
            assert picture.link is Link.NONE


@pytest.mark.parametrize("seed", SEEDS)
def test_an_evening(seed: int) -> None:
    night = Night(seed)
    for _ in range(DEEDS):
        night.happen()
    night.calm_down()
    night.watch()
    night.check()
    for mate in night.mates:
        night.check_calm(mate)
    revision, events = night.evening.server.room.revision, [mate._alarm for mate in night.mates]
    night.evening.run(10)
    assert night.evening.server.room.revision == revision, "nobody asks for anything"
    for mate, before in zip(night.mates, events, strict=True):
        assert mate._alarm - before < 10 * MOST_EVENTS_A_SECOND
