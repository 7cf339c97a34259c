"""What a person sees. Page time in seconds; a film of four pieces, the last one short."""

from dataclasses import replace

import pytest

from app.playback.player import PlayerMeasured
from app.playback.timeline import Timeline
from app.room.messages import Happened, Pause, Ready, Seek, SetPolicy
from app.room.state import Item, Policy, Presence, Role
from app.session import events as ev
from app.session.circle import TOLD_WITHIN_S
from app.session.picture import (
    Activity,
    Card,
    Deed,
    Flow,
    Link,
    May,
    Notice,
    Person,
    Picture,
    Player,
    Playing,
    Preparing,
    Screen,
    Transfer,
    Trouble,
)
from app.swarm import wire
from app.swarm.wire import BLOCK_SIZE
from tests.unit.room.rooms import ADA, BEN, CY, away, room
from tests.unit.session.parts import CODE, FILM, NOW, OF, PIECE, SEAT, SECRET, Parts, fetching, inside, showing

# --- at the entrance


def test_before_anything_happens_the_page_is_empty() -> None:
    assert Parts().picture() == Picture()


def test_what_the_entrance_knows_is_seen() -> None:
    parts = Parts()
    parts.entrance.opened(ev.PageOpened(f"{CODE}.{SECRET}", "Ben", None), NOW)
    parts.entrance.carded(ev.CardReceived(CODE, "Friday", ("Ada",), None))
    arriving = Picture(
        Screen.ARRIVING, "Ben", card=Card("Friday", ("Ada",), None), code=CODE, invite=f"{CODE}.{SECRET}"
    )
    assert parts.picture() == arriving
    parts.entrance.join(ev.JoinPressed("Ben"), NOW)
    assert parts.picture() == replace(arriving, busy=True)
    parts.entrance.seated(ev.SeatTaken(SEAT, "ticket"), NOW)
    assert parts.picture() == replace(arriving, screen=Screen.ROOM, busy=True, link=Link.CONNECTING)


def test_the_time_until_the_next_try_runs_down_and_not_below_nothing() -> None:
    parts = Parts()
    parts.entrance.opened(ev.PageOpened(f"{CODE}.{SECRET}", "Ben", SEAT), NOW)
    assert parts.picture().retry_in_s is None
    parts.entrance.line.wait(NOW)
    assert [parts.picture(NOW + late).retry_in_s for late in (0.0, 0.125, 5.0)] == [0.25, 0.125, 0.0]
    assert parts.picture().link is Link.WAITING


def test_what_is_told_is_seen() -> None:
    parts = inside()
    assert parts.picture().notice is None
    parts.projection.notice = Notice(Trouble.CANNOT_PLAY)
    assert parts.picture().notice == Notice(Trouble.CANNOT_PLAY)


def test_what_goes_on_is_seen_in_and_out_of_a_room() -> None:
    parts = Parts()
    parts.exchange.preparation.chosen(ev.FilmChosen(None, "A.mp4", 1000, ""), NOW)
    parts.exchange.swarm.set_limits(3_000_000, None, NOW)
    assert parts.picture() == Picture(preparing=Preparing("A.mp4", 0, 1000), download_limit_Bps=3_000_000)
    parts.exchange.swarm.set_limits(None, 500_000, NOW)
    assert (parts.picture().download_limit_Bps, parts.picture().upload_limit_Bps) == (None, 500_000)


# --- the room


def test_the_room_as_it_is() -> None:
    picture = inside(me="ben").picture()
    assert (picture.title, picture.policy, picture.pending) == ("Friday", Policy(), 0)
    assert [item.id for item in picture.queue] == ["one", "two", "three"]
    assert picture.current == Item("one", FILM, "ada")
    assert picture.activity == ()


def test_what_is_asked_and_what_was_done() -> None:
    parts = inside(me="ben")
    parts.company.happened(Happened(8, NOW, "ada", Pause()))
    parts.company.ask(Seek(30.0), NOW, up=True)
    assert parts.picture().pending == 1
    assert parts.picture().activity == (Activity(1, Deed.PAUSED, "Ada", mine=False),)
    assert parts.player().timeline.position_s == 30.0


def test_out_of_the_room_nothing_of_it_is_seen() -> None:
    parts = inside()
    parts.company.clear()
    assert parts.picture() == Picture()


@pytest.mark.parametrize(
    ("me", "policy", "may"),
    [
        ("ada", Policy(False, False, False), May(*[True] * 9)),
        ("cy", Policy(False, False, False), replace(May(*[True] * 9), set_policy=False, lead=False, end=False)),
        ("ben", Policy(), May(True, True, True, False, False, False)),
        ("ben", Policy(viewers_may_play_pause=False), May(False, True, True, False, False, False)),
        ("ben", Policy(viewers_may_seek=False), May(True, False, True, False, False, False)),
        ("ben", Policy(viewers_may_add=False), May(True, True, False, False, False, False)),
        ("zoe", Policy(), May()),
    ],
)
def test_what_i_may_do(me: str, policy: Policy, may: May) -> None:
    picture = inside(replace(showing(), policy=policy), me).picture()
    assert (picture.may, picture.policy) == (may, policy)


def test_what_the_host_takes_away_is_taken_at_once() -> None:
    parts = inside(me="ben")
    parts.company.happened(Happened(8, NOW, "ada", SetPolicy(Policy(viewers_may_seek=False))))
    assert not parts.picture().may.seek


# --- the people


def test_who_is_here_and_which_one_is_me() -> None:
    people = inside(replace(room(ADA, away(BEN), CY, on=None)), "cy").picture().people
    assert people == (
        Person("ada", "Ada", Role.HOST, Presence.HERE, me=False, connected=False, share=None),
        Person("ben", "Ben", Role.VIEWER, Presence.AWAY, me=False, connected=False, share=None),
        Person("cy", "Cy", Role.COHOST, Presence.HERE, me=True, connected=False, share=None),
    )


def test_who_is_connected() -> None:
    parts = fetching()
    assert [(person.id, person.connected) for person in parts.picture().people] == [
        ("ada", False),
        ("ben", True),
        ("cy", False),
    ]
    parts.exchange.circle.board = None
    assert not parts.person("Ben").connected


def test_how_much_of_the_film_each_one_has() -> None:
    parts = fetching()
    assert [person.share for person in parts.picture().people] == [0.5, None, None]
    parts.peer_tells("ben", 0, 1, 2)
    assert [person.share for person in parts.picture().people] == [0.5, 0.75, None]


def test_of_a_film_not_spoken_of_with_the_peers_nobody_knows() -> None:
    parts = inside()
    parts.exchange.swarm.forget(OF.film_id, NOW)
    assert [person.share for person in parts.picture().people] == [None, None, None]
    assert parts.picture().transfer is None


# --- the film's bytes


def test_where_nothing_is_on_nothing_is_under_way() -> None:
    picture = inside(room(on=None)).picture()
    assert (picture.current, picture.transfer) == (None, None)


def test_before_anybody_is_connected() -> None:
    parts = inside(showing("ben"))
    assert parts.transfer() == Transfer(Flow.CONNECTING, 0, FILM.size, 0.0, None, (), ())


def test_what_is_held_is_seen_in_its_places() -> None:
    parts = inside(showing("ben"))
    parts.store_tells(0, 1, 3)
    transfer = parts.transfer()
    assert transfer.held == ((0.0, 0.5), (0.75, 1.0))
    assert transfer.held_bytes == FILM.size - PIECE


def test_a_peer_that_gives_nothing() -> None:
    parts = fetching()
    assert parts.transfer().flow is Flow.CONNECTING
    parts.peer_tells("ben")
    assert parts.transfer(NOW + TOLD_WITHIN_S).flow is Flow.WAITING
    parts.exchange.connected(ev.PeerConnected("cy"), NOW)
    assert parts.transfer(NOW + TOLD_WITHIN_S).flow is Flow.STALLED


def test_on_its_way() -> None:
    parts = fetching()
    parts.peer_tells("ben", 0, 1, 2, 3)
    parts.give()
    transfer = parts.transfer(NOW + 0.5)
    assert (transfer.flow, transfer.rate_Bps, transfer.sources) == (Flow.RECEIVING, BLOCK_SIZE / 0.6, ("Ben",))
    assert transfer.left_s == (FILM.size - 2 * PIECE) / (BLOCK_SIZE / 0.6)
    later = parts.transfer(NOW + 10)
    assert (later.flow, later.rate_Bps, later.left_s, later.sources) == (Flow.WAITING, 0.0, None, ("Ben",))


def test_all_of_it() -> None:
    parts = inside(showing("ben"))
    parts.store_tells(0, 1, 2, 3)
    assert parts.transfer() == Transfer(Flow.COMPLETE, FILM.size, FILM.size, 0.0, None, (), ((0.0, 1.0),))


def test_from_our_own_file_to_others() -> None:
    parts = fetching()
    swarm = parts.exchange.swarm
    swarm.offer(OF.facts, OF.manifest, 600.0, NOW)
    assert parts.transfer() == Transfer(Flow.SOURCE, FILM.size, FILM.size, 0.0, None, (), ((0.0, 1.0),))
    swarm.frame("ben", wire.Request(OF.film_id, 1, 2, 0, BLOCK_SIZE, urgent=False), NOW)
    swarm.serving.sent("ben", BLOCK_SIZE, NOW)
    transfer = parts.transfer(NOW + 0.5)
    assert (transfer.sending_Bps, transfer.receivers) == (BLOCK_SIZE / 0.6, ("Ben",))
    assert (transfer.flow, transfer.rate_Bps) == (Flow.SOURCE, 0.0)


def test_a_peer_who_has_left_the_room_has_no_name() -> None:
    parts = fetching()
    parts.peer_tells("ben", 2, 3)
    parts.give()
    without_ben = replace(showing("ben"), members=(ADA, CY))
    parts.company.ready(Ready(without_ben, "ada", "epoch"), 100.0)
    assert parts.transfer(NOW + 0.5).sources == ("",)


# --- the player


def test_where_the_room_is_and_how_this_screen_follows() -> None:
    timeline = Timeline("one", 60.0, playing=True, rate=1.5, anchor=NOW)
    parts = inside(showing(timeline=timeline))
    parts.projection.needs_sound = True
    assert parts.player(offset_s=2.0) == Player(Playing.PLAYING, timeline, 2.0, 600.0, None, needs_sound=True)
    parts.projection.needs_sound, parts.projection.needs_click = False, True
    assert parts.player() == Player(Playing.PLAYING, timeline, 0.0, 600.0, None, needs_click=True)


def test_drift_is_told_in_milliseconds() -> None:
    timeline = Timeline("one", 60.0, playing=True, anchor=0.0)
    seen = showing(timeline=timeline)
    parts = inside(seen)
    parts.projection.follower.load(NOW)
    for at, position_s, paused in ((NOW, 160.0, True), (NOW + 20, 180.05, False)):
        measured = PlayerMeasured(at, position_s, 600.0, paused, False, False, 4, 1.0, ((0.0, 600.0),), ())
        parts.projection.measured(measured, seen, at, lambda _: True)
    assert parts.player().drift_ms == pytest.approx(50.0)


def test_whether_the_film_is_over_is_a_matter_of_room_time() -> None:
    parts = inside(showing(timeline=Timeline("one", 0.0, playing=True, anchor=0.0)))
    assert parts.player(NOW, offset_s=0.0).playing is Playing.PLAYING
    assert parts.player(NOW, offset_s=499.9).playing is Playing.PLAYING
    assert parts.player(NOW, offset_s=500.0).playing is Playing.ENDED
    assert parts.player(NOW + 500, offset_s=0.0).playing is Playing.ENDED


def test_with_nothing_on_nothing_plays() -> None:
    player = inside(room(on=None)).player()
    assert (player.playing, player.duration_s) == (Playing.NOTHING, None)


def test_who_has_paused_is_known() -> None:
    parts = fetching()
    parts.peer_tells("ben", 0, 1, 2, 3)
    parts.exchange.swarm.frame("ben", wire.Choke(True), NOW)
    transfer = parts.transfer(NOW)
    assert (transfer.flow, transfer.halted_by, transfer.sending_halted) == (Flow.WAITING, ("Ben",), False)
    parts.exchange.swarm.pause(sending=True, receiving=True, now=NOW)
    transfer = parts.transfer(NOW)
    assert (transfer.flow, transfer.sending_halted) == (Flow.HALTED, True)
    assert (parts.picture().sending_paused, parts.picture().receiving_paused) == (True, True)
