"""The hallway: what each event sets going, whose time is whose, and when to wake. Page time in seconds.

Room time is page time + `AHEAD_S` once the clock is known, and page time before that.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from typing import Any, get_args

import pytest

from app.peers.negotiation import ClosePeer, OpenPeer
from app.peers.unreached import FIRST_RETRY_S
from app.playback.clock import EVERY_S as PING_EVERY_S
from app.playback.clock import QUICK_EVERY_S, QUICK_SAMPLES
from app.playback.gate import Buffer
from app.playback.player import PlayerMeasured, SetPlayer
from app.playback.timeline import Timeline
from app.playback.whereabouts import FRAMES_A_LOOK
from app.room.errors import CloseCode, Reason
from app.room.messages import (
    PROTOCOL_VERSION,
    Chat,
    Command,
    Do,
    End,
    Happened,
    Hello,
    Pause,
    Ping,
    Play,
    Pong,
    QueueAdd,
    QueueRemove,
    React,
    Ready,
    RefusedCommand,
    Report,
    Reported,
    Reports,
    Resume,
    Resumed,
    Seek,
    ServerMessage,
    SetPolicy,
    SetRate,
    SignalFrom,
    SignalTo,
    Skip,
    SyncRequest,
    TurnPass,
)
from app.room.said import Reaction
from app.room.state import Film, Item, Phase, Policy, Programme, Room, Standing
from app.session import events as ev
from app.session.effects import (
    AskRooms,
    AskTicket,
    AttachSource,
    CloseSocket,
    CreateRoom,
    Effect,
    FindFile,
    ForgetSeat,
    GiveUpSeat,
    LoadFilm,
    Log,
    LookAtFilm,
    PeekFile,
    ReadPlayer,
    ReadShelf,
    RememberName,
    Render,
    ScreenFilm,
    SendToServer,
    ShowAddress,
    UseIce,
)
from app.session.line import ANSWER_WITHIN_S, SILENT_S
from app.session.picture import Deed, Link, Notice, Picture, Player, Playing, Preparing, Returned, Screen, Trouble
from app.session.relay_pass import RENEW_S
from app.session.session import DRAW_EVERY_S, Session
from app.session.shelf import READ_EVERY_S
from app.session.weighing import LARGE_BYTES
from app.swarm import wire
from app.swarm.actions import OpenStore, RefuseMedia, SendFrame
from app.swarm.container import HEAD_BYTES
from app.swarm.piece_map import PieceMap
from tests.support.builders import KIB, bits, film, first
from tests.unit.room.rooms import ADA, BEN, ITEMS, SHOWN, away, room

NOW = 100.0
AHEAD_S = 1000.0
CODE, SECRET = "ABC234", "s" * 22
SEAT = ev.Seat(CODE, "ada", "r" * 22)
OF = film(20 * 64 * KIB - 1000, piece_size=64 * KIB)
FILM = Film(OF.film_id, "Metropolis.mp4", OF.facts.size, OF.facts.mime, 64 * KIB, 600.0)
PREPARED = ev.FilmPrepared("file", FILM.name, FILM.size, FILM.mime, FILM.piece_size, OF.manifest.hashes, 600.0)
CHOSEN = ev.FilmChosen("file", "Metropolis.mp4", 1000, "")
UNREADABLE = ev.MessageUnreadable("too long")
SAID_BADLY = Log("The server said what cannot be read: too long")
PEEK = PeekFile("file", "Metropolis.mp4", 1000, HEAD_BYTES)


def opened(fragment: str = "", seat: ev.Seat | None = None) -> Session:
    """The page is up."""
    numbers = count(1)
    session = Session(first, lambda: f"id{next(numbers)}", lambda: 0.5)
    session.handle(ev.PageOpened(fragment, "Ada", seat), NOW)
    return session


def inside(seen: Room | None = None, me: str = "ada") -> Session:
    """In the room, connected to the server; the clock is not known yet."""
    session = opened(f"{CODE}.{SECRET}", replace(SEAT, member=me))
    session.handle(ev.SeatTaken(replace(SEAT, member=me), "ticket"), NOW)
    session.handle(ev.SocketOpened(), NOW)
    hear(session, Ready(seen or room(), me, "epoch"))
    return session


def clocked(seen: Room | None = None, me: str = "ada") -> Session:
    """With room time known."""
    session = inside(seen, me)
    hear(session, Pong(NOW, NOW + AHEAD_S, NOW + AHEAD_S))
    return session


def offline(seen: Room | None = None, me: str = "ada") -> Session:
    """In the room, and the connection is lost."""
    session = inside(seen, me)
    session.handle(ev.SocketClosed(1006), NOW)
    assert session.picture(NOW).link is Link.WAITING
    return session


def hear(session: Session, message: ServerMessage, now: float = NOW) -> list[Effect]:
    """The server says something."""
    return session.handle(ev.MessageReceived(message, now), now)


def tick(session: Session, now: float) -> list[Effect]:
    return session.handle(ev.TimerFired(), now)


def ring(session: Session, start: float, stop: float) -> list[tuple[float, Effect]]:
    """What comes of the timer alone, and when. The server answers every ping within 10 ms."""
    found: list[tuple[float, Effect]] = []
    moment = session.next_timer(start)
    while moment is not None and moment < stop:
        effects = tick(session, moment)
        found += [(moment, effect) for effect in effects]
        for ping in pings(effects):
            there = moment + AHEAD_S + 0.005
            hear(session, Pong(ping.t0, there, there), moment + 0.01)
        later = session.next_timer(moment)
        assert later is None or later > moment, "no time goes by"
        moment = later
    return found


def moments(found: list[tuple[float, Effect]], kind: type) -> list[float]:
    """When effects of that kind came, in seconds after NOW; pings where the kind is `Ping`."""
    rung = [(at, effect.message if isinstance(effect, SendToServer) else effect) for at, effect in found]
    return [round(at - NOW, 3) for at, what in rung if isinstance(what, kind)]


def asked(effects: Sequence[Effect]) -> list[Command]:
    """The commands that go to the server."""
    messages = [effect.message for effect in effects if isinstance(effect, SendToServer)]
    return [message.command for message in messages if isinstance(message, Do)]


def pings(effects: Sequence[Effect]) -> list[Ping]:
    messages = [effect.message for effect in effects if isinstance(effect, SendToServer)]
    return [message for message in messages if isinstance(message, Ping)]


def unreported(effects: Sequence[Effect]) -> list[Effect]:
    """Without what is said of how the film stands here."""
    return [one for one in effects if not (isinstance(one, SendToServer) and isinstance(one.message, Report))]


def reports(effects: Sequence[Effect]) -> list[Report]:
    messages = [effect.message for effect in effects if isinstance(effect, SendToServer)]
    return [message for message in messages if isinstance(message, Report)]


def told(session: Session) -> Notice | None:
    return session.picture(NOW).notice


def timeline(session: Session) -> Timeline:
    return player(session).timeline


def player(session: Session) -> Player:
    found = session.picture(NOW).player
    assert found is not None
    return found


def queue(session: Session) -> list[str]:
    return [item.film.name for item in session.picture(NOW).queue]


def running(position_s: float, seen: Room | None = None) -> Room:
    """A room whose film runs, and stands at `position_s` at page time NOW once the clock is known."""
    seen = seen or room()
    return replace(seen, timeline=Timeline("one", position_s, playing=True, anchor=NOW + AHEAD_S))


def showing(by: str = "ben") -> Room:
    """A room where the film is on that we have bytes of."""
    return replace(room(), programme=Programme((Item("one", FILM, by),)))


def seen(at: float, position_s: float, **other: Any) -> PlayerMeasured:
    usual = PlayerMeasured(at, position_s, 600.0, False, False, False, 4, 1.0, ((position_s, position_s),), ())
    return replace(usual, **other)


def store_tells(session: Session, *pieces: int) -> None:
    held = PieceMap(OF.count, bits(*pieces)).bitfield()
    session.handle(ev.StoreOpened(OF.film_id, OF.manifest.encode(), held), NOW)


# --- the outside


def test_every_event_has_its_handler_and_nothing_else_has() -> None:
    assert set(opened()._handlers) == set(get_args(ev.Event))


def test_what_is_no_event_is_our_own_mistake() -> None:
    with pytest.raises(KeyError):
        opened().handle("hello", NOW)  # type: ignore[arg-type]


def test_a_page_that_opens_is_drawn_and_sleeps() -> None:
    session = Session(first, lambda: "id", lambda: 0.5)
    assert session.picture(NOW) == Picture()
    assert session.handle(ev.PageOpened("", "Ada", None), NOW) == [ReadShelf(), AskRooms(), Render()]
    assert session.picture(NOW) == Picture(name="Ada")
    assert session.next_timer(NOW) == NOW + READ_EVERY_S
    assert tick(session, NOW) == []


def test_without_a_server_the_first_screen_says_so_and_asks_again_when_the_network_is_back() -> None:
    session = Session(first, lambda: "id", lambda: 0.5)
    session.handle(ev.PageOpened("", "Ada", None), NOW)
    session.handle(ev.RequestFailed(AskRooms(), "unreachable"), NOW)
    assert session.picture(NOW).unserved
    assert AskRooms() not in session.handle(ev.NetworkChanged(online=False), NOW)
    assert AskRooms() in session.handle(ev.NetworkChanged(online=True), NOW)
    session.handle(ev.RoomsListed(()), NOW)
    assert not session.picture(NOW).unserved
    assert AskRooms() not in session.handle(ev.NetworkChanged(online=True), NOW)


def test_a_film_that_is_watched_alone_ends_where_its_person_goes_elsewhere() -> None:
    session = Session(first, lambda: "id", lambda: 0.5)
    session.handle(ev.PageOpened("", "Ada", None, NOW), NOW)
    note = ev.Kept("ab" * 32, "Metropolis.mp4", 10, "video/mp4", 10, until_s=NOW + 99_999)
    session.handle(ev.ShelfRead((ev.Found(note, b"", 1),), NOW), NOW)
    assert ScreenFilm(note.film_id) in session.handle(ev.WatchPressed(note.film_id), NOW)
    assert session.picture(NOW).screen is Screen.SCREENING
    assert ScreenFilm(None) in session.handle(ev.FragmentChanged("ABC234." + "s" * 22, None), NOW)
    assert session.picture(NOW).screen is not Screen.SCREENING


@pytest.mark.parametrize(
    "event",
    [
        ev.BlockReceived("ben", 1, 0, 0, 100, None),
        ev.BlockSent("ben", 100),
        ev.FrameReceived("ben", wire.Have(SHOWN[0].film_id, 0)),
        ev.PieceStored(SHOWN[0].film_id, 0),
        ev.MediaRequested(1, SHOWN[0].film_id, "GET", None),
        ev.CandidateFound("ben", "a way"),
        ev.DescriptionMade("ben", "offer", "sdp"),
        ev.TimerFired(),
    ],
    ids=lambda event: type(event).__name__,
)
def test_what_comes_many_times_a_second_is_not_drawn_each_time(event: ev.Event) -> None:
    assert Render() not in inside().handle(event, NOW)


def test_entering() -> None:
    session = opened(f"{CODE}.{SECRET}", SEAT)
    session.handle(ev.SeatTaken(SEAT, "ticket"), NOW)
    session.handle(ev.SocketOpened(), NOW)
    effects = hear(session, Ready(room(), "ada", "epoch", ("stun:stun.example:3478",)))
    assert unreported(effects) == [
        UseIce(("stun:stun.example:3478",)),
        OpenPeer("ben", True),
        OpenPeer("cy", True),
        OpenStore(SHOWN[0].film_id, 5),
        LookAtFilm(SHOWN[0].film_id, ()),
        FindFile(SHOWN[0].film_id, room().code),
        LoadFilm(SHOWN[0].film_id),
        Render(),
    ]
    picture = session.picture(NOW)
    assert (picture.screen, picture.link, picture.title) == (Screen.ROOM, Link.UP, "Friday")
    assert [person.me for person in picture.people] == [True, False, False]


def test_a_room_that_has_not_changed_sets_nothing_going() -> None:
    session = inside()
    assert session.handle(ev.NoticeDismissed(), NOW) == [Render()]
    assert tick(session, NOW + 0.001) == [ReadPlayer(FRAMES_A_LOOK), SendToServer(Ping(NOW + 0.001, None))]


# --- what a person asks for


@pytest.mark.parametrize(
    ("event", "command"),
    [
        (ev.PlayPressed(), Play()),
        (ev.PausePressed(), Pause()),
        (ev.SeekPressed(61.5), Seek(61.5)),
        (ev.SeekPressed(-2.0), Seek(0.0)),
        (ev.RatePicked(1.5), SetRate(1.5)),
        (ev.PolicyPicked(Policy(False)), SetPolicy(Policy(False))),
        (ev.ItemPicked("two"), Skip("two")),
        (ev.ItemRemoved("three"), QueueRemove("three")),
        (ev.EndPressed(), End()),
    ],
    ids=str,
)
def test_what_is_pressed_is_asked_for(event: ev.Event, command: Command) -> None:
    session = inside()
    assert asked(session.handle(event, NOW)) == [command]
    assert session.picture(NOW).pending == 1


def test_it_is_seen_at_once_and_in_room_time() -> None:
    session = clocked(running(60.0))
    session.handle(ev.PausePressed(), NOW + 5)
    assert timeline(session) == Timeline("one", 65.0, playing=False, anchor=NOW + 5 + AHEAD_S)
    session.handle(ev.ItemPicked("two"), NOW + 6)
    assert session.picture(NOW).current == ITEMS[1]


def test_another_film_on_is_loaded_and_looked_for() -> None:
    effects = inside().handle(ev.ItemPicked("two"), NOW)
    film_id = SHOWN[1].film_id
    assert unreported(effects)[1:] == [
        OpenStore(film_id, 5),
        LookAtFilm(film_id, ()),
        FindFile(film_id, room().code),
        LoadFilm(film_id),
        Render(),
    ]


@pytest.mark.parametrize(("by_s", "to_s"), [(10.0, 75.0), (-10.0, 55.0), (-90.0, 0.0)])
def test_a_step_goes_from_where_the_room_is_now(by_s: float, to_s: float) -> None:
    session = clocked(running(60.0))
    assert asked(session.handle(ev.StepPressed(by_s), NOW + 5)) == [Seek(to_s)]


def test_a_step_stays_inside_the_film() -> None:
    session = clocked(running(590.0))
    assert asked(session.handle(ev.StepPressed(-10.0), NOW + 60)) == [Seek(590.0)]


def test_out_of_a_room_there_is_nothing_to_step_in() -> None:
    session = opened()
    assert session.handle(ev.StepPressed(10.0), NOW) == [Render()]
    assert told(session) is None


def test_what_would_be_refused_is_told_and_not_sent() -> None:
    session = inside(me="ben")
    assert session.handle(ev.EndPressed(), NOW) == [Render()]
    assert told(session) == Notice(Trouble.REFUSED, Reason.UNAUTHORIZED_COMMAND)
    session.handle(ev.PausePressed(), NOW)
    assert told(session) is None


def test_a_line_of_the_chat_that_the_server_refuses_goes_back_to_who_wrote_it() -> None:
    session = clocked()
    (do,) = (effect.message for effect in session.handle(ev.ChatSent("Hello"), NOW) if isinstance(effect, SendToServer))
    assert isinstance(do, Do)
    assert session.picture(NOW).returned == Returned()
    hear(session, RefusedCommand(do.command_id, Reason.RATE_LIMITED))
    assert told(session) == Notice(Trouble.REFUSED, Reason.RATE_LIMITED)
    assert session.picture(NOW).returned == Returned(1, "Hello")
    hear(session, RefusedCommand(do.command_id, Reason.RATE_LIMITED))
    assert session.picture(NOW).returned == Returned(1, "Hello")


def test_without_a_connection_it_waits_until_there_is_one() -> None:
    session = offline()
    assert session.handle(ev.PausePressed(), NOW) == [Render()]
    assert session.picture(NOW).pending == 1
    session.handle(ev.SeatTaken(SEAT, "another"), NOW)
    assert asked(hear(session, Ready(room(), "ada", "epoch"))) == [Pause()]


# --- notices


def test_a_notice_that_was_read_is_gone_wherever_it_came_from() -> None:
    session = inside(showing("ada"), me="ben")
    session.handle(ev.BrowserLacks("IndexedDB"), NOW)
    session.handle(ev.FilmChosen("file", "Empty.mp4", 0, ""), NOW)
    session.handle(ev.EndPressed(), NOW)
    session.handle(ev.SourceFailed(OF.film_id), NOW)
    for _ in range(3):
        session.handle(ev.PlayerFailed(OF.film_id), NOW)
    assert session._told.refusal
    assert session._exchange.preparation.notice
    assert session._exchange.lending.notice
    assert session._projection.notice
    assert session.handle(ev.NoticeDismissed(), NOW) == [Render()]
    assert told(session) == Notice(Trouble.OLD_BROWSER, "IndexedDB")
    session.handle(ev.NoticeDismissed(), NOW)
    assert told(session) is None


def test_trying_again_is_for_the_connection_and_for_the_store() -> None:
    session = offline(showing())
    session.handle(ev.StoreFailed(OF.film_id, None, full=True), NOW)
    assert session.handle(ev.RetryPressed(), NOW) == [AskTicket(SEAT), OpenStore(OF.film_id, OF.count), Render()]
    assert told(session) is None


# --- a room and films of our own


def test_a_room_of_our_own() -> None:
    assert opened().handle(ev.StartPressed("Zoe"), NOW) == [RememberName("Zoe"), CreateRoom("Zoe"), Render()]


def test_a_film_dropped_at_home_makes_the_room() -> None:
    assert opened().handle(CHOSEN, NOW) == [PEEK, RememberName("Ada"), CreateRoom("Ada"), Render()]


def test_a_second_one_does_not_make_a_second_room() -> None:
    session = opened()
    session.handle(CHOSEN, NOW)
    assert session.handle(replace(CHOSEN, name="B.mp4"), NOW) == [Render()]


def test_what_is_no_film_makes_no_room() -> None:
    session = opened()
    assert session.handle(replace(CHOSEN, size=0), NOW) == [Render()]
    assert told(session) == Notice(Trouble.EMPTY_FILE, "Metropolis.mp4")


def test_a_film_dropped_in_a_room_is_for_that_room() -> None:
    session = inside()
    assert session.handle(CHOSEN, NOW) == [PEEK, Render()]
    assert session.picture(NOW).preparing == Preparing("Metropolis.mp4", 0, 1000)


def test_a_prepared_film_goes_into_the_room() -> None:
    session = inside(room(on=None))
    effects = session.handle(PREPARED, NOW)
    assert effects[0] == AttachSource(OF.film_id, "file", FILM.piece_size, OF.manifest.hashes)
    (added,) = asked(effects)
    assert isinstance(added, QueueAdd)
    assert added.film == FILM
    assert LoadFilm(OF.film_id) in effects
    assert session.picture(NOW).current == Item(added.item, FILM, "ada")


def test_films_prepared_before_there_was_a_room_go_in_as_soon_as_there_is_one() -> None:
    session = opened(f"{CODE}.{SECRET}", SEAT)
    other = replace(PREPARED, name="Other.mp4", hashes=bytes(len(OF.manifest.hashes)))
    assert asked(session.handle(PREPARED, NOW) + session.handle(other, NOW)) == []
    session.handle(ev.SeatTaken(SEAT, "ticket"), NOW)
    commands = asked(hear(session, Ready(replace(room(on=None), programme=Programme()), "ada", "epoch")))
    items = [command.item for command in commands if isinstance(command, QueueAdd)]
    assert len(set(items)) == 2
    assert queue(session) == ["Metropolis.mp4", "Other.mp4"]


def test_a_film_prepared_before_the_room_was_made_is_not_lost() -> None:
    session = opened()
    session.handle(CHOSEN, NOW)
    assert asked(session.handle(PREPARED, NOW)) == []
    session.handle(ev.RoomCreated(SEAT, SECRET, "ticket"), NOW)
    hear(session, Ready(replace(room(on=None), programme=Programme()), "ada", "epoch"))
    assert queue(session) == ["Metropolis.mp4"]


def test_a_film_the_room_has_is_not_put_in_again() -> None:
    session = inside(showing())
    assert asked(session.handle(PREPARED, NOW)) == []
    assert session._exchange.swarm.shares[OF.film_id].is_source
    assert queue(session) == ["Metropolis.mp4"]
    assert told(session) is None


def test_a_folder_is_told_of_before_a_link_that_was_bad() -> None:
    session = opened()
    session.handle(ev.LinkEntered("nonsense"), NOW)
    session.handle(ev.UnusableDropped("Films"), NOW)
    assert told(session) == Notice(Trouble.FOLDER, "Films")


def test_a_film_that_is_shared_already_is_told_of_as_such() -> None:
    session = inside(showing())
    session.handle(PREPARED, NOW)
    session.handle(PREPARED, NOW)
    assert told(session) == Notice(Trouble.ALREADY_QUEUED, "Metropolis.mp4")


def test_a_file_that_was_chosen_again_plays_from_here() -> None:
    session = inside(showing("ada"))
    session.handle(ev.SourceFailed(OF.film_id), NOW)
    for _ in range(3):
        session.handle(ev.PlayerFailed(OF.film_id), NOW)
    effects = session.handle(PREPARED, NOW)
    assert effects[0] == AttachSource(OF.film_id, "file", FILM.piece_size, OF.manifest.hashes)
    assert LoadFilm(OF.film_id) in effects
    assert asked(effects) == []
    assert told(session) is None


def test_into_a_room_that_has_ended_nothing_is_put() -> None:
    session = inside(replace(room(), phase=Phase.ENDED))
    assert asked(session.handle(PREPARED, NOW)) == []
    assert told(session) is None


def test_whoever_may_not_add_is_told_once() -> None:
    session = inside(replace(room(), policy=Policy(viewers_may_add=False)), me="ben")
    assert asked(session.handle(PREPARED, NOW)) == []
    assert told(session) == Notice(Trouble.REFUSED, Reason.UNAUTHORIZED_COMMAND)
    session.handle(ev.NoticeDismissed(), NOW)
    assert told(session) is None


# --- the server speaks


def test_what_others_do_happens_here() -> None:
    session = inside()
    assert hear(session, Happened(8, NOW, "ben", Seek(30.0))) == [Render()]
    assert timeline(session).position_s == 30.0
    assert session.picture(NOW).activity[-1].deed is Deed.SOUGHT


def test_a_pass_for_the_relay_is_renewed_while_one_is_there() -> None:
    session = clocked()
    hear(session, Ready(room(), "ada", "epoch", turn=TurnPass(("turn:turn.example",), "1:ada", "mac")))
    due = NOW + RENEW_S
    assert SendToServer(SyncRequest()) not in tick(session, due - 1.0)
    assert (session.next_timer(due - 1.0) or 0.0) <= due
    assert SendToServer(SyncRequest()) in tick(session, due)
    session.handle(ev.LeavePressed(), due)
    assert SendToServer(SyncRequest()) not in tick(session, due + RENEW_S)


def test_whoever_leaves_is_hung_up_on() -> None:
    effects = hear(inside(), Ready(room(ADA, BEN), "ada", "epoch"))
    assert unreported(effects) == [UseIce(()), ClosePeer("cy"), Render()]


def test_what_the_server_refuses_is_told_and_undone() -> None:
    session = inside()
    effects = session.handle(ev.SeekPressed(30.0), NOW)
    sent = next(effect.message for effect in effects if isinstance(effect, SendToServer))
    assert isinstance(sent, Do)
    assert hear(session, RefusedCommand(sent.command_id, Reason.RATE_LIMITED)) == [Render()]
    assert told(session) == Notice(Trouble.REFUSED, Reason.RATE_LIMITED)
    assert timeline(session).position_s == 0.0


def test_a_refusal_of_what_nobody_asked_is_not_told() -> None:
    session = inside()
    hear(session, RefusedCommand("id99", Reason.RATE_LIMITED))
    assert told(session) is None


def test_members_speak_through_the_server() -> None:
    session = inside(me="cy")
    knock = '{"kind":"knock","life":"theirs.1","to":null,"body":""}'
    assert hear(session, SignalFrom("ada", knock)) == [OpenPeer("ada", True), Render()]


def test_what_cannot_be_read_is_asked_for_whole() -> None:
    session = inside()
    assert session.handle(UNREADABLE, NOW) == [SAID_BADLY, SendToServer(SyncRequest()), Render()]


def test_it_is_asked_for_once_until_something_can_be_read_again() -> None:
    session = inside()
    session.handle(UNREADABLE, NOW)
    for _ in range(5):
        assert session.handle(UNREADABLE, NOW) == [SAID_BADLY, Render()]
    assert session.picture(NOW).screen is Screen.ROOM
    hear(session, Ready(room(), "ada", "epoch"))
    assert session.handle(UNREADABLE, NOW) == [SAID_BADLY, SendToServer(SyncRequest()), Render()]


def test_a_server_that_cannot_be_read_from_the_first_word_on_is_given_up() -> None:
    session = opened(f"{CODE}.{SECRET}", SEAT)
    session.handle(ev.SeatTaken(SEAT, "ticket"), NOW)
    session.handle(ev.SocketOpened(), NOW)
    assert session.handle(UNREADABLE, NOW) == [SAID_BADLY, SendToServer(SyncRequest()), Render()]
    assert session.handle(UNREADABLE, NOW) == [SAID_BADLY, CloseSocket(), Render()]
    picture = session.picture(NOW)
    assert (picture.screen, picture.link, picture.notice) == (Screen.CLOSED, Link.NONE, Notice(Trouble.SERVER_STRANGE))


def test_the_answer_to_that_is_no_new_connection() -> None:
    session = inside()
    ring(session, NOW, NOW + 2)
    hear(session, Ready(room(), "ada", "epoch"), NOW + 2)
    assert pings(tick(session, NOW + 2)) == []
    session.handle(ev.SocketClosed(1006), NOW + 3)
    hear(session, Ready(room(), "ada", "epoch"), NOW + 4)
    assert pings(tick(session, NOW + 4)) == [Ping(NOW + 4, None)]


def test_an_answered_ping_tells_room_time_and_has_the_player_measured() -> None:
    session = inside()
    tick(session, NOW)
    assert hear(session, Pong(NOW, NOW + AHEAD_S + 0.1, NOW + AHEAD_S + 0.1), NOW + 0.2) == [Render()]
    assert session.picture(NOW + 0.2).player is not None
    assert player(session).room_offset_s == pytest.approx(AHEAD_S)
    assert session.next_timer(NOW + 0.2) == NOW + 0.2
    assert tick(session, NOW + 0.2)[0] == ReadPlayer(FRAMES_A_LOOK)


def test_after_a_sleep_the_film_is_left_alone_until_the_server_has_told_the_time() -> None:
    session = clocked(running(60.0))
    woke = NOW + 3600.0
    assert pings(tick(session, woke)) == [Ping(woke, None)]
    assert session.handle(seen(woke, 60.0), woke) == [Render()]
    hear(session, Pong(NOW, NOW + AHEAD_S, NOW + AHEAD_S), woke + 0.1)
    assert session.handle(seen(woke + 0.1, 60.1), woke + 0.1) == [Render()]
    there = woke + AHEAD_S - 3590.0
    hear(session, Pong(woke, there, there), woke + 0.2)
    (order, _) = session.handle(seen(woke + 0.3, 60.3), woke + 0.3)
    assert isinstance(order, SetPlayer)
    assert order.position_s == pytest.approx(70.0, abs=1.0)


# --- the player


def test_before_room_time_is_known_nothing_is_followed() -> None:
    session = inside(running(60.0))
    assert session.handle(seen(NOW, 0.0, paused=True), NOW) == [Render()]
    hear(session, Pong(NOW, NOW + AHEAD_S, NOW + AHEAD_S))
    (order, _) = session.handle(seen(NOW, 0.0, paused=True), NOW)
    assert isinstance(order, SetPlayer)
    assert order.playing
    assert order.position_s == pytest.approx(60.0, abs=0.2)


def test_what_counts_is_when_the_player_was_measured() -> None:
    session = clocked(running(60.0))
    (order, _) = session.handle(seen(NOW + 10, 0.0, paused=True), NOW + 12)
    assert isinstance(order, SetPlayer)
    assert order.position_s == pytest.approx(70.0, abs=0.2)


@pytest.mark.parametrize(
    ("position_s", "held", "reached"),
    [
        (300.0, range(9, 13), True),
        (300.0, range(10, 13), False),
        (300.0, range(9, 12), False),
        (300.0, (9, 11, 12), False),
        (299.0, range(8, 12), True),
        (20.0, range(3), True),
        (20.0, range(1, 20), False),
        (599.0, (18, 19), True),
        (599.0, range(19), False),
    ],
)
def test_a_film_out_of_step_jumps_only_to_where_bytes_are(
    position_s: float, held: Sequence[int], reached: bool
) -> None:
    session = clocked(running(position_s - 20, showing()))
    store_tells(session, *held)
    session.handle(seen(NOW, 0.0, paused=True), NOW)
    order, *_ = session.handle(seen(NOW + 20, position_s + 5), NOW + 20)
    assert isinstance(order, SetPlayer)
    assert (order.position_s is not None) is reached


def test_of_a_film_that_is_not_there_nothing_is_held() -> None:
    for session in (opened(), inside(room(on=None))):
        assert not session._held(0.0)


def test_a_person_at_the_element_asks_the_room() -> None:
    session = clocked(running(60.0))
    session.handle(seen(NOW, 60.0, paused=True), NOW)
    session.handle(seen(NOW + 5, 65.0), NOW + 5)
    assert asked(session.handle(ev.PlayerChanged("pause", NOW + 6, 66.0), NOW + 6)) == [Pause()]
    assert timeline(session).position_s == pytest.approx(66.0)


def test_an_echo_of_our_own_order_asks_nobody() -> None:
    session = clocked(running(60.0))
    session.handle(seen(NOW, 60.0, paused=True), NOW)
    assert session.handle(ev.PlayerChanged("play", NOW + 0.1, 60.0), NOW + 0.1) == [Render()]
    assert told(session) is None


# --- time


def test_the_picture_is_drawn_twice_a_second_in_a_room() -> None:
    session = inside(room(on=None))
    drawn = [Render() in tick(session, NOW + DRAW_EVERY_S * part) for part in (0.9, 1.0, 1.1, 1.9, 2.0)]
    assert drawn == [False, True, False, False, True]


def test_out_of_a_room_it_is_not() -> None:
    session = inside()
    session.handle(ev.LeavePressed(), NOW)
    assert Render() not in tick(session, NOW + 60)
    assert session.next_timer(NOW + 60) == NOW + READ_EVERY_S


def test_the_server_is_asked_for_the_time_quickly_and_then_now_and_then() -> None:
    found = ring(inside(), NOW, NOW + SILENT_S - 0.1)
    quickly = [n * QUICK_EVERY_S for n in range(QUICK_SAMPLES)]
    later = [quickly[-1] + PING_EVERY_S, quickly[-1] + 2 * PING_EVERY_S]
    assert moments(found, Ping) == pytest.approx(quickly + later)


def test_it_is_told_how_long_its_answers_take() -> None:
    session = inside()
    tick(session, NOW)
    hear(session, Pong(NOW, NOW + AHEAD_S, NOW + AHEAD_S), NOW + 0.125)
    assert pings(tick(session, NOW + 0.25)) == [Ping(NOW + 0.25, 0.125)]


def test_without_a_connection_nobody_is_asked_for_the_time() -> None:
    session = offline()
    assert pings(tick(session, NOW + 0.2)) == []
    assert pings(tick(session, NOW + 60)) == []


def test_any_word_of_the_server_is_a_sign_of_life() -> None:
    session = inside()
    tick(session, NOW)
    hear(session, Happened(8, NOW, "ben", Pause()), NOW + 5)
    assert CloseSocket() not in tick(session, NOW + SILENT_S)
    assert session.picture(NOW).link is Link.UP


def test_a_line_without_one_is_given_up() -> None:
    session = inside()
    tick(session, NOW)
    assert CloseSocket() in tick(session, NOW + SILENT_S)
    assert session.picture(NOW).link is Link.WAITING


def test_it_wakes_for_every_part() -> None:
    session = inside(room(ADA, BEN))
    session.handle(ev.PeerConnected("ben"), NOW + 0.1)
    session.handle(ev.PeerLost("ben"), NOW + 0.1)
    found = ring(session, NOW, NOW + 1.3)
    assert moments(found, ReadPlayer) == [0.0, 0.01, 0.21, 0.41, 0.61, 0.81, 1.01, 1.21]
    assert moments(found, OpenPeer) == [0.1 + FIRST_RETRY_S]
    assert moments(found, Render) == [0.5, 1.0]


def test_it_wakes_for_an_answer_that_does_not_come() -> None:
    session = opened(f"{CODE}.{SECRET}", SEAT)
    assert ring(session, NOW, NOW + ANSWER_WITHIN_S) == []
    assert session.next_timer(NOW) == NOW + ANSWER_WITHIN_S
    assert tick(session, NOW + ANSWER_WITHIN_S) == [AskTicket(SEAT)]


def test_it_wakes_for_the_next_try() -> None:
    session = offline(room(on=None))
    assert session.next_timer(NOW) == NOW + 0.25
    assert tick(session, NOW + 0.25) == [AskTicket(SEAT)]


def test_peers_are_not_tried_again_before_their_time() -> None:
    session = inside(room(ADA, BEN, on=None))
    session.handle(ev.PeerConnected("ben"), NOW)
    assert session.handle(ev.PeerLost("ben"), NOW) == [ClosePeer("ben"), Render()]
    assert OpenPeer("ben", True) not in tick(session, NOW + FIRST_RETRY_S - 0.01)
    assert OpenPeer("ben", True) in tick(session, NOW + FIRST_RETRY_S)


# --- the way out


def test_going_home_lets_everything_go() -> None:
    session = inside()
    session.handle(ev.PeerConnected("ben"), NOW)
    assert session.handle(ev.LeavePressed(), NOW) == [
        GiveUpSeat(SEAT),
        ForgetSeat(CODE),
        CloseSocket(),
        ShowAddress(""),
        ClosePeer("ben"),
        ClosePeer("cy"),
        AskRooms(),
        LoadFilm(None),
        Render(),
    ]
    assert session.picture(NOW) == Picture(name="Ada")


ELSEWHERE = "XYZ789"
SEAT_ELSEWHERE = replace(SEAT, code=ELSEWHERE, member="ada2")


def by_link(session: Session) -> None:
    """The address points to another room."""
    session.handle(ev.FragmentChanged(f"{ELSEWHERE}.{SECRET}", None), NOW)


def by_link_to_a_place(session: Session) -> None:
    """The address points to another room, in which this browser has a place."""
    session.handle(ev.FragmentChanged(f"{ELSEWHERE}.{SECRET}", SEAT_ELSEWHERE), NOW)


def by_home(session: Session) -> None:
    session.handle(ev.LeavePressed(), NOW)
    by_link(session)


def put_out(session: Session) -> None:
    session.handle(ev.SocketClosed(CloseCode.KICKED), NOW)
    by_home(session)


def replaced(session: Session) -> None:
    session.handle(ev.SocketClosed(CloseCode.REPLACED), NOW)
    by_link(session)


def ended(session: Session) -> None:
    """The room ends, and the person starts another one."""
    session.handle(ev.SocketClosed(CloseCode.GONE), NOW)
    session.handle(ev.StartPressed(""), NOW)
    session.handle(ev.RoomCreated(SEAT_ELSEWHERE, SECRET, "ticket"), NOW)


def elsewhere(session: Session) -> list[Effect]:
    """In the other room, where nothing is on, as soon as there is a place in it."""
    if session.picture(NOW).screen is Screen.ARRIVING:
        session.handle(ev.JoinPressed("Ada"), NOW)
    session.handle(ev.SeatTaken(SEAT_ELSEWHERE, "ticket"), NOW)
    session.handle(ev.SocketOpened(), NOW)
    ada = replace(ADA, id="ada2")
    return hear(session, Ready(replace(room(ada, on=None), code=ELSEWHERE, programme=Programme()), "ada2", "epoch"))


WAYS = pytest.mark.parametrize("way", [by_link, by_link_to_a_place, by_home, put_out, replaced, ended])


@WAYS
def test_a_file_that_was_chosen_for_one_room_goes_into_no_other(way: Callable[[Session], None]) -> None:
    for before in (True, False):
        session = inside()
        session.handle(CHOSEN, NOW)
        way(session)
        effects = session.handle(PREPARED, NOW) if before else []
        effects += elsewhere(session)
        effects += session.handle(PREPARED, NOW)
        assert asked(effects) == []
        assert (session.picture(NOW).preparing, session.picture(NOW).screen) == (None, Screen.ROOM)


@WAYS
def test_what_one_room_asked_or_told_is_not_told_in_another(way: Callable[[Session], None]) -> None:
    session = clocked()
    hear(session, Happened(8, NOW + AHEAD_S, "ben", Pause()))
    session.handle(ev.FilmChosen("large", "Satantango.mp4", LARGE_BYTES + 1, ""), NOW)
    session.handle(ev.SourceFailed(FILM.film_id), NOW)
    assert told(session) == Notice(Trouble.LARGE_FILE, "Satantango.mp4")
    way(session)
    elsewhere(session)
    picture = session.picture(NOW)
    assert (picture.notice, picture.activity, [person.name for person in picture.people]) == (None, (), ["Ada"])
    assert session.handle(ev.BringPressed(), NOW) == [Render()]


def test_a_link_to_another_place_of_ours_lets_this_room_go() -> None:
    session = clocked()
    effects = session.handle(ev.FragmentChanged(f"{ELSEWHERE}.{SECRET}", SEAT_ELSEWHERE), NOW)
    gone = [ClosePeer("ben"), ClosePeer("cy"), LoadFilm(None)]
    assert effects == [CloseSocket(), AskTicket(SEAT_ELSEWHERE), *gone, Render()]
    session.handle(ev.PausePressed(), NOW)
    picture = session.picture(NOW)
    assert (picture.screen, picture.people, picture.player, picture.pending) == (Screen.ROOM, (), None, 0)


def test_another_link_to_the_same_room_lets_nothing_go() -> None:
    session = clocked()
    session.handle(CHOSEN, NOW)
    effects = session.handle(ev.FragmentChanged(f"{CODE}.{'n' * 22}", SEAT), NOW)
    assert effects[:2] == [CloseSocket(), AskTicket(SEAT)]
    picture = session.picture(NOW)
    assert [person.name for person in picture.people] == ["Ada", "Ben", "Cy"]
    assert picture.preparing == Preparing("Metropolis.mp4", 0, 1000)


def test_what_was_chosen_waits_while_another_tab_has_the_place() -> None:
    session = inside(replace(room(on=None), programme=Programme()))
    session.handle(CHOSEN, NOW)
    session.handle(ev.SocketClosed(CloseCode.REPLACED), NOW)
    session.handle(ev.RetryPressed(), NOW)
    session.handle(ev.SeatTaken(SEAT, "another"), NOW)
    session.handle(PREPARED, NOW)
    assert asked(hear(session, Ready(replace(room(on=None), programme=Programme()), "ada", "epoch"))) == [
        QueueAdd("id2", FILM)
    ]


def from_home() -> Session:
    return opened()


def from_the_end() -> Session:
    session = inside()
    session.handle(ev.SocketClosed(CloseCode.GONE), NOW)
    return session


NOWHERE = pytest.mark.parametrize("start", [from_home, from_the_end])


@NOWHERE
def test_a_film_that_is_dropped_where_there_is_no_room_makes_one(start: Callable[[], Session]) -> None:
    session = start()
    assert session.handle(CHOSEN, NOW) == [PEEK, RememberName("Ada"), CreateRoom("Ada"), Render()]
    session.handle(ev.RequestFailed(CreateRoom("Ada"), "unreachable"), NOW)
    assert told(session) == Notice(Trouble.SERVER_UNREACHABLE, "unreachable")
    assert session.handle(ev.RetryPressed(), NOW) == [CreateRoom("Ada"), Render()]
    session.handle(ev.RoomCreated(SEAT_ELSEWHERE, SECRET, "ticket"), NOW)
    session.handle(PREPARED, NOW)
    assert [type(command) for command in asked(elsewhere(session))] == [QueueAdd]


@NOWHERE
def test_what_was_dropped_where_there_is_no_room_goes_into_none_of_a_link(start: Callable[[], Session]) -> None:
    session = start()
    session.handle(CHOSEN, NOW)
    session.handle(ev.RequestFailed(CreateRoom("Ada"), "unreachable"), NOW)
    session.handle(PREPARED, NOW)
    by_link(session)
    assert asked(elsewhere(session)) == []


@NOWHERE
@pytest.mark.parametrize(
    ("file", "trouble"),
    [
        (replace(CHOSEN, size=0), Trouble.EMPTY_FILE),
        (replace(CHOSEN, size=LARGE_BYTES + 1), Trouble.LARGE_FILE),
        (replace(CHOSEN, name="Metropolis.srt", size=2**30), Trouble.SUBTITLES_TOO_LARGE),
    ],
    ids=["empty", "large", "words"],
)
def test_what_makes_no_room_is_told_of(start: Callable[[], Session], file: ev.FilmChosen, trouble: Trouble) -> None:
    session = start()
    assert session.handle(file, NOW) == [Render()]
    assert told(session) == Notice(trouble, file.name)


def test_whoever_comes_home_sees_what_rooms_there_are_now() -> None:
    for fragment in ("", "nonsense"):
        assert AskRooms() in inside().handle(ev.FragmentChanged(fragment, None), NOW)
        session = Session(first, lambda: "id", lambda: 0.5)
        effects = session.handle(ev.PageOpened(fragment, "Ada", None), NOW)
        assert effects.count(AskRooms()) == 1
        assert AskRooms() not in session.handle(ev.FragmentChanged(fragment, None), NOW)
    assert AskRooms() not in opened(CODE).handle(ev.NoticeDismissed(), NOW)


def test_after_the_end_a_new_room_is_asked_for_again_and_not_the_old_one() -> None:
    for code in (CloseCode.GONE, CloseCode.EXPIRED, CloseCode.KICKED, CloseCode.REPLACED):
        session = inside()
        session.handle(ev.SocketClosed(code), NOW)
        session.handle(ev.StartPressed(""), NOW)
        session.handle(ev.RequestFailed(CreateRoom("Ada"), "rate_limited", 60), NOW)
        assert session.picture(NOW).screen is Screen.CLOSED
        assert session.handle(ev.RetryPressed(), NOW) == [CreateRoom("Ada"), Render()]


def test_in_a_tab_that_was_replaced_nothing_goes_on() -> None:
    session = inside()
    effects = session.handle(ev.SocketClosed(CloseCode.REPLACED), NOW)
    assert effects == [ClosePeer("ben"), ClosePeer("cy"), LoadFilm(None), Render()]
    picture = session.picture(NOW)
    assert (picture.screen, picture.people, picture.player) == (Screen.CLOSED, (), None)
    assert session.next_timer(NOW) == NOW + READ_EVERY_S


def test_a_lost_connection_leaves_the_room_as_it_is() -> None:
    session = offline()
    assert player(session).playing is Playing.PAUSED
    assert [person.name for person in session.picture(NOW).people] == ["Ada", "Ben", "Cy"]


def test_what_the_room_says_to_somebody_who_came_again_counts() -> None:
    session = inside()
    session.handle(ev.SocketClosed(CloseCode.REPLACED), NOW)
    session.handle(ev.RetryPressed(), NOW)
    session.handle(ev.SeatTaken(SEAT, "another"), NOW)
    effects = hear(session, Ready(room(), "ada", "epoch"))
    assert OpenPeer("ben", True) in effects
    assert LoadFilm(SHOWN[0].film_id) in effects


def test_the_element_lets_go_of_a_declined_film_before_it_is_refused() -> None:
    session = inside()
    film_id = SHOWN[0].film_id
    assert session.handle(ev.MediaRequested(1, film_id, "GET", None), NOW) == []
    kinds = [type(effect) for effect in session.handle(ev.FilmDeclined(film_id), NOW)]
    assert kinds.index(LoadFilm) < kinds.index(RefuseMedia)


def test_messages_to_members_are_sent() -> None:
    session = inside(room(on=None))
    session.handle(ev.NegotiationNeeded("ben"), NOW)
    (effect,) = session.handle(ev.DescriptionMade("ben", "offer", "sdp"), NOW)
    assert isinstance(effect, SendToServer)
    assert isinstance(effect.message, SignalTo)
    assert effect.message.to == "ben"


def test_a_film_chosen_for_one_room_is_not_put_into_the_next() -> None:
    session = inside(room(on=None))
    session.handle(CHOSEN, NOW)
    session.handle(ev.LeavePressed(), NOW)
    assert session.picture(NOW).preparing is None
    assert session.handle(replace(PREPARED, name=CHOSEN.name), NOW) == [Render()]


def test_a_film_chosen_in_a_tab_that_was_replaced_goes_on() -> None:
    session = inside(room(on=None))
    session.handle(CHOSEN, NOW)
    session.handle(ev.SocketClosed(CloseCode.REPLACED), NOW)
    assert session.picture(NOW).preparing is not None


# --- back on the line


def test_a_page_that_holds_the_room_resumes_it_and_is_told_all_else_anew() -> None:
    session = offline(replace(room(), code=CODE))
    session.handle(ev.SeatTaken(SEAT, "another", again=True), NOW + 1)
    sent = session.handle(ev.SocketOpened(), NOW + 1)
    assert sent == [SendToServer(Resume(PROTOCOL_VERSION, "another", "epoch", 7)), Render()]
    missed = (Happened(8, NOW, "ben", Seek(30.0)), Happened(9, NOW, "ben", Pause()))
    effects = hear(session, Resumed(missed, "ada", "epoch", ("stun:stun.example:3478",)), NOW + 1)
    assert UseIce(("stun:stun.example:3478",)) in effects
    assert len(reports(effects)) == 1
    picture = session.picture(NOW + 1)
    assert picture.link is Link.UP
    assert picture.player is not None
    assert picture.player.timeline.position_s == 30.0


def test_a_page_that_was_loaded_anew_says_hello() -> None:
    session = opened(f"{CODE}.{SECRET}", SEAT)
    session.handle(ev.SeatTaken(SEAT, "ticket", again=True), NOW)
    assert SendToServer(Hello(PROTOCOL_VERSION, "ticket")) in session.handle(ev.SocketOpened(), NOW)


def test_a_socket_that_opens_when_nobody_sits_here_hears_nothing() -> None:
    session = offline()
    session.handle(ev.LeavePressed(), NOW)
    assert session.handle(ev.SocketOpened(), NOW) == [Render()]


# --- how the film stands with everybody


def test_how_the_film_stands_is_reported_on_coming_in_and_after_every_loss() -> None:
    session = opened(f"{CODE}.{SECRET}", SEAT)
    session.handle(ev.SeatTaken(SEAT, "ticket"), NOW)
    assert reports(session.handle(ev.SocketOpened(), NOW)) == []
    here = Report(SHOWN[0].film_id, Standing.CONNECTING, 0.0, 0.0, 0.0, need_s=60.0, buffer=Buffer.DRY, seen=7)
    assert reports(hear(session, Ready(room(), "ada", "epoch"))) == [here]
    assert reports(session.handle(ev.NoticeDismissed(), NOW + 5)) == []
    assert reports(hear(session, Ready(room(), "ada", "epoch"), NOW + 6)) == [here]


def test_what_changes_by_itself_is_reported_with_the_next_drawing() -> None:
    session = inside()
    film_id = SHOWN[0].film_id
    session._exchange.swarm.shares[film_id].held.bits = 0b11111
    assert reports(tick(session, NOW + 0.1)) == []
    complete = Report(film_id, Standing.COMPLETE, 1.0, 0.0, 120.0, buffer=Buffer.READY)
    assert reports(tick(session, NOW + DRAW_EVERY_S)) == [complete]


@pytest.mark.parametrize("command", [Chat("Look!"), React(Reaction.CLAP), Pause(), SetRate(1.0)], ids=str)
def test_what_does_not_take_the_film_elsewhere_has_nobody_report(command: Command) -> None:
    session = inside()
    assert reports(hear(session, Happened(8, NOW, "ben", command), NOW + 5)) == []
    moved = reports(hear(session, Happened(9, NOW, "ben", Seek(30.0)), NOW + 10))
    assert [report.seen for report in moved] == [9]


def test_nothing_is_reported_while_nobody_can_hear_it() -> None:
    session = offline()
    session._exchange.swarm.shares[SHOWN[0].film_id].held.bits = 0b11111
    assert reports(tick(session, NOW + DRAW_EVERY_S)) == []


def test_what_others_report_is_seen_until_they_go() -> None:
    session = inside()
    theirs = Report(SHOWN[0].film_id, Standing.DECLINED, 0.25, 0.0, 0.0)
    assert hear(session, Reports((Reported("ben", theirs),))) == [Render()]
    ben = next(person for person in session.picture(NOW).people if person.id == "ben")
    assert (ben.standing, ben.share) == (Standing.DECLINED, 0.25)
    hear(session, Ready(room(ADA, away(BEN)), "ada", "epoch"))
    assert [person.standing for person in session.picture(NOW).people] == [Standing.CONNECTING, None]


# --- connections that endure


def with_peer() -> Session:
    """In the room, connected to Ben."""
    session = inside()
    session.handle(ev.PeerConnected("ben"), NOW)
    return session


QUESTION = SendFrame("ben", wire.Heartbeat(asks=True))


def test_back_on_a_network_or_in_front_everybody_is_asked_for_a_sign() -> None:
    session = with_peer()
    assert QUESTION in session.handle(ev.NetworkChanged(online=True), NOW)
    assert QUESTION not in session.handle(ev.NetworkChanged(online=False), NOW)
    assert QUESTION in session.handle(ev.VisibilityChanged(hidden=False), NOW)
    assert QUESTION not in session.handle(ev.VisibilityChanged(hidden=True), NOW)


def test_when_the_server_is_back_whoever_is_not_reached_is_called_again() -> None:
    session = with_peer()
    session.handle(ev.SocketClosed(1006), NOW)
    session.handle(ev.SeatTaken(SEAT, "ticket", again=True), NOW + 1)
    session.handle(ev.SocketOpened(), NOW + 1)
    effects = hear(session, Resumed((), "ada", "epoch"), NOW + 1)
    assert [effect for effect in effects if isinstance(effect, OpenPeer)] == [OpenPeer("cy", True)]
    assert not any(isinstance(effect, OpenPeer) for effect in hear(session, Ready(room(), "ada", "epoch"), NOW + 2))
