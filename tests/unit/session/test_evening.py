"""Two sessions, one fake network: a whole evening, in fake time."""

import hashlib

import pytest

from app.room.messages import Hello, Resume, SyncRequest
from app.room.state import Policy, Presence
from app.session import effects as ef
from app.session import events as ev
from app.session.picture import Deed, Flow, Link, Notice, Playing, Screen, Trouble
from tests.support.pair import LINK_SECRET, Evening, FakeFile, Seatmate, host_and_guest

MIB = 1024 * 1024
FILM = FakeFile.mp4("Trailer.mp4", 12 * MIB + 345, duration_s=120.0)


def watching(evening: Evening, **guest: float) -> tuple[Seatmate, Seatmate]:
    """Both in the room, the film on and running."""
    anna, bo = host_and_guest(evening, **guest)
    anna.drop_film(FILM)
    evening.run_until(lambda: bo.picture.current is not None)
    anna.emit(ev.PlayPressed())
    evening.run_until(lambda: bo.picture.player is not None and bo.picture.player.playing is Playing.PLAYING)
    return anna, bo


def assert_in_step(evening: Evening, *mates: Seatmate, within_ms: float = 15) -> None:
    for mate in mates:
        assert abs(evening.drift_ms(mate)) < within_ms, mate.name


def stored(mate: Seatmate) -> bytes:
    return b"".join(data for _, data in sorted(mate.pieces.items()))


def test_a_whole_evening() -> None:
    evening = Evening()
    anna, bo = watching(evening)
    evening.run(5)
    assert_in_step(evening, anna, bo)
    evening.run_until(lambda: bo.picture.transfer is not None and bo.picture.transfer.flow is Flow.COMPLETE)
    assert hashlib.sha256(stored(bo)).digest() == hashlib.sha256(FILM.data).digest()

    bo.emit(ev.PausePressed())
    evening.run(1)
    assert anna.player.paused
    assert bo.player.paused
    assert anna.player.position(anna.now) == bo.player.position(bo.now)
    assert anna.picture.activity[-1].deed is Deed.PAUSED
    assert anna.picture.activity[-1].who == "Bo"

    bo.emit(ev.PlayPressed())
    evening.run(2)
    anna.emit(ev.SeekPressed(60.0))
    evening.run(3)
    assert_in_step(evening, anna, bo)
    anna.emit(ev.RatePicked(1.5))
    evening.run(3)
    assert_in_step(evening, anna, bo)
    assert bo.player.position(bo.now) > 64

    bo.emit(ev.LeavePressed())
    evening.run(1)
    assert [person.name for person in anna.picture.people] == ["Anna"]
    assert bo.picture.screen is Screen.HOME


def test_the_film_plays_before_it_is_here() -> None:
    evening = Evening()
    anna, bo = host_and_guest(evening)
    anna.uplink_Bps = 400_000
    anna.drop_film(FILM)
    evening.run_until(lambda: bo.picture.current is not None)
    anna.emit(ev.PlayPressed())
    evening.run_until(lambda: bo.player.position(bo.now) > 1)
    assert len(stored(bo)) < len(FILM.data) / 4


def test_seeking_ahead_of_the_download_fetches_that_part_first() -> None:
    evening = Evening()
    anna, bo = host_and_guest(evening)
    anna.uplink_Bps = 1_000_000
    anna.drop_film(FILM)
    evening.run_until(lambda: bo.picture.current is not None)
    anna.emit(ev.PlayPressed())
    evening.run(2)
    bo.emit(ev.SeekPressed(90.0))
    evening.run_until(lambda: bo.player.position(bo.now) > 90.2, within=5)
    assert len(stored(bo)) < len(FILM.data) / 2
    evening.run(5)
    assert_in_step(evening, anna, bo)


def test_a_late_joiner_lands_where_the_room_is() -> None:
    evening = Evening()
    anna, _ = watching(evening)
    evening.run(30)
    cleo = evening.mate("Cleo", latency=0.04, clock_ahead=-500.0)
    cleo.open_page(anna.address)
    evening.run(1)
    cleo.emit(ev.JoinPressed("Cleo"))
    evening.run(6)
    assert cleo.player.position(cleo.now) > 30
    assert_in_step(evening, anna, cleo)


def test_echoes_of_our_own_orders_never_become_commands() -> None:
    evening = Evening()
    anna, bo = watching(evening)
    revision = evening.server.room.revision
    evening.run(30)
    assert evening.server.room.revision == revision
    anna.emit(ev.SeekPressed(80.0))
    evening.run(10)
    assert evening.server.room.revision == revision + 1
    assert bo.picture.pending == anna.picture.pending == 0


def test_a_media_key_is_a_command_like_any_other() -> None:
    evening = Evening()
    anna, bo = watching(evening)
    evening.run(3)
    bo.press_media_key()
    evening.run(1)
    assert anna.player.paused
    bo.press_media_key()
    evening.run(2)
    assert not anna.player.paused
    assert_in_step(evening, anna, bo)


def test_viewers_may_be_kept_from_steering() -> None:
    evening = Evening()
    anna, bo = watching(evening)
    anna.emit(ev.PolicyPicked(Policy(False, False, False)))
    evening.run(1)
    bo.emit(ev.PausePressed())
    bo.emit(ev.SeekPressed(3.0))
    evening.run(1)
    assert not anna.player.paused
    assert bo.picture.notice is not None
    assert bo.picture.notice.trouble is Trouble.REFUSED
    bo.press_media_key()
    evening.run(5)
    assert not bo.player.paused
    assert_in_step(evening, anna, bo)


def test_the_server_restarts_and_the_film_goes_on() -> None:
    evening = Evening()
    anna, bo = watching(evening)
    evening.run(2)
    evening.server.go_down()
    evening.run(3)
    assert anna.picture.link is not Link.UP
    before = bo.player.position(bo.now)
    bo.emit(ev.PausePressed())
    evening.run(1)
    assert bo.picture.pending == 1
    assert bo.player.position(bo.now) == pytest.approx(before, abs=0.05)
    evening.server.come_back()
    evening.run_until(lambda: anna.picture.link is Link.UP and bo.picture.link is Link.UP)
    evening.run(2)
    assert bo.picture.pending == 0
    assert anna.player.paused
    assert all(member.presence is Presence.HERE for member in evening.server.room.members)
    for mate in (anna, bo):
        words = [effect.message for effect in mate.performed if isinstance(effect, ef.SendToServer)]
        assert [type(word) for word in words if isinstance(word, Hello | Resume)] == [Hello, Resume]
        assert not any(isinstance(word, SyncRequest) for word in words)


def test_a_command_whose_answer_was_lost_is_not_pending_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    evening = Evening()
    anna, bo = watching(evening)
    monkeypatch.setattr(bo, "hear", lambda *_: None)
    bo.emit(ev.PausePressed())
    evening.run(1)
    assert bo.picture.pending == 1
    monkeypatch.undo()
    bo.socket_closed(1006)
    evening.run(3)
    assert bo.picture.link is Link.UP
    assert bo.picture.pending == 0
    assert anna.player.paused
    assert bo.player.paused


def test_bytes_flow_while_the_server_is_down() -> None:
    evening = Evening()
    anna, bo = host_and_guest(evening)
    anna.uplink_Bps = 1_000_000
    anna.drop_film(FILM)
    evening.run_until(lambda: bool(bo.pieces))
    evening.server.go_down()
    evening.run(20)
    assert stored(bo) == FILM.data


def test_a_guest_reloads_in_mid_film_and_fetches_nothing_twice() -> None:
    evening = Evening()
    anna, bo = host_and_guest(evening)
    anna.uplink_Bps = 2_000_000
    anna.drop_film(FILM)
    evening.run_until(lambda: bo.picture.current is not None)
    anna.emit(ev.PlayPressed())
    evening.run_until(lambda: len(bo.pieces) == 5)
    evening.server.drop(bo)
    bo.open_page(anna.address)
    evening.run_until(lambda: stored(bo) == FILM.data, within=30)
    evening.run(3)
    assert_in_step(evening, anna, bo)


def test_altered_blocks_are_rejected_and_asked_again() -> None:
    evening = Evening()
    anna, bo = host_and_guest(evening)
    anna.corrupt = 1
    anna.drop_film(FILM)
    evening.run_until(lambda: stored(bo) == FILM.data, within=30)


def test_the_same_file_elsewhere_is_recognised_and_nothing_is_sent() -> None:
    evening = Evening()
    anna, bo = host_and_guest(evening)
    bo.drop_film(FILM)
    anna.drop_film(FILM)
    evening.run(5)
    assert not bo.pieces
    assert not anna.pieces
    assert len(evening.server.room.programme.items) == 1


def test_dropping_a_film_at_home_makes_the_room() -> None:
    evening = Evening()
    anna = evening.mate("Anna")
    anna.drop_film(FILM)
    evening.run(3)
    assert anna.address == f"ABC234.{LINK_SECRET}"
    assert anna.picture.current is not None


def test_what_is_no_film_is_told_and_changes_nothing() -> None:
    evening = Evening()
    anna, _ = host_and_guest(evening)
    for file, trouble in (
        (FakeFile("notes.mp4", b"Dear diary, " * 100, 1.0), Trouble.NOT_A_FILM),
        (FakeFile("nothing.mp4", b"", 1.0), Trouble.EMPTY_FILE),
    ):
        anna.drop_film(file)
        evening.run(1)
        assert anna.picture.notice is not None
        assert anna.picture.notice.trouble is trouble
        assert anna.picture.current is None


def test_joining_does_not_wait_for_the_card() -> None:
    evening = Evening()
    anna, _ = host_and_guest(evening)
    cleo = evening.mate("Cleo")
    cleo.open_page(anna.address)
    cleo.emit(ev.JoinPressed("Cleo"))
    evening.run(1)
    assert cleo.picture.link is Link.UP


def test_a_mangled_link_is_told() -> None:
    evening = Evening()
    bo = evening.mate("Bo")
    for link in ("nonsense", "ABC23", "ABC234.short", "ABC23O." + LINK_SECRET):
        bo.open_page(link)
        assert bo.picture.screen is Screen.HOME
        assert bo.picture.notice is not None
        assert bo.picture.notice.trouble is Trouble.BAD_LINK


def test_a_second_tab_takes_the_seat_and_can_give_it_back() -> None:
    evening = Evening()
    _, bo = host_and_guest(evening)
    bo.emit(ev.SocketClosed(4009))
    assert bo.picture.screen is Screen.CLOSED
    assert bo.picture.notice is not None
    assert bo.picture.notice.trouble is Trouble.REPLACED
    bo.emit(ev.RetryPressed())
    evening.run(1)
    assert bo.picture.screen is Screen.ROOM
    assert bo.picture.link is Link.UP


def test_the_host_leaves_in_mid_transfer_and_the_guest_is_told() -> None:
    evening = Evening()
    anna, bo = host_and_guest(evening)
    anna.uplink_Bps = 500_000
    anna.drop_film(FILM)
    evening.run_until(lambda: len(bo.pieces) > 2)
    anna.close()
    evening.run(8)
    assert bo.picture.transfer is not None
    assert bo.picture.transfer.flow is not Flow.RECEIVING
    assert bo.picture.transfer.rate_Bps == 0


def test_a_second_tab_does_not_cost_the_film() -> None:
    evening = Evening()
    anna, bo = host_and_guest(evening)
    anna.uplink_Bps = 1_000_000
    anna.drop_film(FILM)
    evening.run_until(lambda: len(bo.pieces) > 1)
    anna.emit(ev.SocketClosed(4009))
    assert anna.picture.screen is Screen.CLOSED
    anna.emit(ev.RetryPressed())
    evening.run_until(lambda: stored(bo) == FILM.data, within=60)
    assert anna.picture.transfer is not None
    assert anna.picture.transfer.flow is Flow.SOURCE


def test_going_home_from_a_replaced_tab_leaves_the_other_one_its_place() -> None:
    evening = Evening()
    anna, _ = host_and_guest(evening)
    anna.emit(ev.SocketClosed(4009))
    anna.emit(ev.LeavePressed())
    assert anna.picture.screen is Screen.HOME
    assert evening.server.room.member("Anna") is not None
    assert anna.seat is not None


def test_a_line_that_only_seems_up_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    evening = Evening()
    anna, _ = host_and_guest(evening)
    monkeypatch.setattr(evening.server, "said", lambda *_: None)
    evening.run_until(lambda: anna.picture.link is not Link.UP, within=30)
    monkeypatch.undo()
    evening.run_until(lambda: anna.picture.link is Link.UP, within=30)


def dead_line_of(bo: Seatmate, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on nothing gets through between Bo and the server on this socket, and nobody is told."""
    said, hear, dead = bo.evening.server.said, bo.hear, bo.socket

    def say(mate: Seatmate, text: str) -> None:
        if mate is not bo or bo.socket != dead:
            said(mate, text)

    monkeypatch.setattr(bo.evening.server, "said", say)
    monkeypatch.setattr(bo, "hear", lambda socket, text: None if socket == dead else hear(socket, text))


def furthest_back_while(bo: Seatmate, seconds: float) -> float:
    """The greatest step back of the film on Bo's screen in that time."""
    back, last = 0.0, bo.player.position(bo.now)
    for _ in range(int(seconds * 10)):
        bo.evening.run(0.1)
        here = bo.player.position(bo.now)
        back, last = max(back, last - here), here
    return back


def test_on_a_line_that_only_seems_up_a_film_that_stands_does_not_start_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    evening = Evening()
    anna, bo = watching(evening)
    evening.run(3)
    anna.emit(ev.PausePressed())
    evening.run(1)
    dead_line_of(bo, monkeypatch)
    stood = bo.player.position(bo.now)
    bo.emit(ev.PlayPressed())
    evening.run(3)
    assert (bo.picture.link, bo.picture.pending) == (Link.UP, 1)
    assert bo.player.position(bo.now) == pytest.approx(stood, abs=0.01)
    evening.run_until(lambda: bo.picture.link is not Link.UP, within=15)
    assert furthest_back_while(bo, 15) < 0.1
    assert bo.picture.pending == 0
    assert anna.player.position(anna.now) > stood + 2
    assert_in_step(evening, anna, bo)


def test_on_a_line_that_only_seems_up_a_speed_that_nobody_heard_of_takes_nobody_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    evening = Evening()
    anna, bo = watching(evening)
    evening.run(3)
    dead_line_of(bo, monkeypatch)
    bo.emit(ev.RatePicked(2.0))
    assert furthest_back_while(bo, 25) < 0.1
    assert (bo.picture.link, bo.picture.pending, evening.server.room.timeline.rate) == (Link.UP, 0, 2.0)
    evening.run(5)
    assert_in_step(evening, anna, bo)


def test_films_dropped_together_are_prepared_one_after_another() -> None:
    evening = Evening()
    anna, bo = host_and_guest(evening)
    films = [FakeFile.mp4(f"Part {n}.mp4", MIB, 30.0, seed=n) for n in range(3)]
    for film in (*films[:2], FakeFile("notes.mp4", b"Dear diary", 1.0), films[2]):
        anna.drop_film(film)
    evening.run(3)
    assert [item.film.name for item in bo.picture.queue] == ["Part 0.mp4", "Part 1.mp4", "Part 2.mp4"]
    assert anna.picture.notice == Notice(Trouble.NOT_A_FILM, "notes.mp4")


def test_a_host_who_reloads_is_asked_for_the_file_and_goes_on() -> None:
    evening = Evening()
    anna, bo = host_and_guest(evening)
    anna.uplink_Bps = 1_000_000
    anna.drop_film(FILM)
    evening.run_until(lambda: len(bo.pieces) > 1)
    evening.server.drop(anna)
    anna.open_page(anna.address)
    evening.run(3)
    assert anna.picture.notice == Notice(Trouble.GIVE_BACK, FILM.name)
    assert anna.picture.transfer is not None
    assert anna.picture.transfer.flow is Flow.FILE_MISSED
    anna.emit(ev.GiveBackPressed())
    evening.run_until(lambda: stored(bo) == FILM.data, within=60)
    assert anna.picture.notice is None
    assert len(anna.picture.queue) == 1


def test_a_host_whose_browser_lets_the_page_read_goes_on_by_itself() -> None:
    evening = Evening()
    anna, bo = host_and_guest(evening)
    anna.uplink_Bps, anna.permitted = 1_000_000, True
    anna.drop_film(FILM)
    evening.run_until(lambda: len(bo.pieces) > 1)
    evening.server.drop(anna)
    anna.open_page(anna.address)
    evening.run_until(lambda: stored(bo) == FILM.data, within=60)
    assert anna.picture.notice is None
    assert [one.deed for one in anna.picture.activity] == [Deed.GAVE_BACK]


def test_a_file_that_changed_meanwhile_becomes_a_film_of_its_own_if_the_person_wants() -> None:
    evening = Evening()
    anna, bo = host_and_guest(evening)
    anna.uplink_Bps = 1_000_000
    anna.drop_film(FILM)
    evening.run_until(lambda: len(bo.pieces) > 1)
    evening.server.drop(anna)
    anna.open_page(anna.address)
    evening.run(3)
    anna.disk[FILM.name] = FakeFile.mp4(FILM.name, len(FILM.data), 60.0, seed=99)
    anna.emit(ev.GiveBackPressed())
    evening.run(3)
    assert anna.picture.notice == Notice(Trouble.FILE_CHANGED, FILM.name)
    anna.emit(ev.AddAsNewPressed())
    evening.run(3)
    assert [item.film.name for item in anna.picture.queue] == [FILM.name, FILM.name]
    assert anna.picture.notice == Notice(Trouble.SOURCE_GONE, FILM.name)


def test_without_a_handle_the_file_is_chosen_again_and_another_one_is_asked_about() -> None:
    evening = Evening()
    anna, bo = host_and_guest(evening)
    anna.uplink_Bps = 1_000_000
    anna.drop_film(FILM)
    evening.run_until(lambda: len(bo.pieces) > 1)
    evening.server.drop(anna)
    anna.handles.clear()
    anna.open_page(anna.address)
    evening.run(3)
    assert anna.picture.notice == Notice(Trouble.SOURCE_GONE, FILM.name)
    other = FakeFile.mp4("Other.mp4", 2_000_000, 20.0, seed=5)
    anna.drop_film(other)
    evening.run(3)
    assert anna.picture.notice == Notice(Trouble.OTHER_FILM, FILM.name, (other.name,))
    assert len(anna.picture.queue) == 1
    anna.emit(ev.AddAsNewPressed())
    evening.run(3)
    assert [item.film.name for item in anna.picture.queue] == [FILM.name, other.name]
    anna.drop_film(FILM)
    evening.run_until(lambda: stored(bo) == FILM.data, within=60)
    assert anna.picture.notice is None


def test_whoever_has_the_film_on_disk_serves_it_and_gets_nothing_sent() -> None:
    evening = Evening()
    anna, bo = host_and_guest(evening)
    anna.uplink_Bps = 100_000
    anna.drop_film(FILM)
    evening.run_until(lambda: bo.picture.transfer is not None and bo.picture.transfer.flow is Flow.RECEIVING)
    bo.drop_film(FILM)
    evening.run_until(lambda: bo.picture.preparing is not None and bo.picture.preparing.known)
    evening.run_until(lambda: bo.picture.transfer is not None and bo.picture.transfer.flow is Flow.SOURCE)
    assert bo.picture.activity[-1].deed is Deed.HAD_ALREADY
    assert bo.picture.notice is None


def test_an_answer_that_comes_after_going_home_is_given_back() -> None:
    evening = Evening()
    anna, _ = host_and_guest(evening)
    cleo = evening.mate("Cleo")
    cleo.open_page(anna.address)
    evening.run(1)
    cleo.emit(ev.JoinPressed("Cleo"))
    cleo.emit(ev.LeavePressed())
    evening.run(3)
    assert cleo.picture.screen is Screen.HOME
    assert evening.server.room.member("Cleo") is None
