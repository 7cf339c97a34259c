"""How the film's bytes stand, and what is in their way. Page time in seconds; a film of four pieces."""

from dataclasses import replace

import pytest

from app.peers.call import UNANSWERED_S
from app.peers.negotiation import OpenPeer
from app.room.state import Item, Member, Programme, Role, Room
from app.session import events as ev
from app.session import supply
from app.session.circle import MAX_DROPS, TOLD_WITHIN_S
from app.session.picture import Flow, Notice, Trouble, Way
from app.session.supply import NO_NEWS_S
from app.swarm import wire
from app.swarm.share import Bar
from tests.unit.room.rooms import ADA, BEN, away, room
from tests.unit.session.parts import FILM, NOW, OF, Parts, fetching, inside, showing, unplugged, waiting_for_the_file

LATER = NOW + TOLD_WITHIN_S


def trouble(parts: Parts, now: float = LATER) -> Trouble | None:
    found = supply.trouble(parts.company, parts.exchange, parts.appetite, now)
    assert found is None or found.about in ("", FILM.name)
    return found.trouble if found else None


def flow(parts: Parts, rate: float = 0.0, everybody_told: bool = True, full: bool = False) -> Flow:
    return supply.flow(parts.exchange.swarm.shares[OF.film_id], rate, everybody_told, full=full)


def unkept(full: bool = False) -> Parts:
    """Somebody else's film, which the browser does not keep."""
    parts = fetching()
    parts.exchange.stock.failed(ev.StoreFailed(OF.film_id, 2, full), NOW)
    return parts


def alone_with_ben() -> Parts:
    """Ben put the film on; he and Ada are here, connected, and both hold the first two pieces."""
    parts = inside(_of_two(), "ada")
    parts.store_tells(0, 1)
    parts.exchange.connected(ev.PeerConnected("ben"), NOW)
    parts.peer_tells("ben", 0, 1)
    return parts


def _of_two(*members: Member) -> Room:
    return replace(showing("zoe"), members=members or (ADA, BEN))


# --- the way of the bytes


def test_a_film_whose_file_is_here_is_on_no_way() -> None:
    parts = fetching()
    parts.exchange.swarm.offer(OF.facts, OF.manifest, 600.0, NOW)
    assert flow(parts) is Flow.SOURCE


def test_a_film_that_is_all_here_is_complete_whatever_the_store_says_now() -> None:
    parts = fetching()
    parts.exchange.swarm.shares[OF.film_id].held.bits = 0b1111
    parts.exchange.stock.failed(ev.StoreFailed(OF.film_id, None, full=True), NOW)
    assert flow(parts) is Flow.COMPLETE


def test_whoever_holds_what_we_lack_is_waited_for() -> None:
    parts = fetching()
    assert flow(parts, everybody_told=False) is Flow.CONNECTING
    assert flow(parts) is Flow.STALLED
    parts.peer_tells("ben", 0, 1)
    assert flow(parts) is Flow.STALLED
    assert flow(parts, everybody_told=False) is Flow.WAITING
    parts.peer_tells("ben", 0, 2)
    assert flow(parts) is Flow.WAITING
    assert flow(parts, rate=1.0) is Flow.RECEIVING


def test_where_nothing_is_kept_nothing_is_on_its_way() -> None:
    assert flow(unkept(), rate=1.0) is Flow.UNKEPT
    assert flow(unkept(), rate=1.0, full=True) is Flow.SPACE


def test_what_has_no_room_waits_for_space() -> None:
    parts = fetching()
    parts.exchange.swarm.keeping.bar(OF.film_id, Bar.NO_ROOM)
    parts.exchange.stock.space.lacks[OF.film_id] = 1000
    assert flow(parts) is Flow.SPACE
    assert supply.trouble(parts.company, parts.exchange, parts.appetite, LATER) == Notice(Trouble.NO_SPACE, "1000")


def test_what_was_removed_is_not_asked_for() -> None:
    parts = fetching()
    parts.exchange.stock.remove(ev.RemovePressed(OF.film_id), NOW)
    assert flow(parts) is Flow.REMOVED
    assert trouble(parts) is Trouble.FILM_REMOVED


# --- a browser that keeps nothing


@pytest.mark.parametrize(("full", "told"), [(True, Trouble.STORAGE_FULL), (False, Trouble.STORAGE_REFUSED)])
def test_a_store_that_failed_is_told_of_until_it_works(full: bool, told: Trouble) -> None:
    parts = unkept(full)
    assert trouble(parts) is told
    parts.exchange.stock.try_again(NOW)
    assert trouble(parts) is None
    parts.store_tells(0, 1)
    assert trouble(parts) is None


def test_whoever_has_the_file_needs_no_store() -> None:
    parts = unkept()
    parts.exchange.swarm.offer(OF.facts, OF.manifest, 600.0, NOW)
    assert trouble(parts) is None


# --- a file that only the person can give back


def test_after_a_reload_the_file_is_asked_for() -> None:
    parts = waiting_for_the_file()
    assert supply.trouble(parts.company, parts.exchange, parts.appetite, NOW) == Notice(
        Trouble.SOURCE_GONE, "Metropolis.mp4"
    )


def test_where_nothing_is_on_no_file_is_missed() -> None:
    assert trouble(inside(room(on=None), "ada")) is None
    assert trouble(Parts()) is None


def test_before_the_store_has_told_what_it_holds_no_file_is_missed() -> None:
    parts = inside(showing("ada"), "ada")
    assert trouble(parts) is None
    parts.exchange.swarm.forget(OF.film_id, NOW)
    assert trouble(parts) is None


def test_a_film_that_is_all_here_needs_no_file() -> None:
    parts = inside(showing("ada"), "ada")
    parts.store_tells(0, 1, 2, 3)
    assert trouble(parts) is None


def test_a_file_that_was_given_back_is_not_asked_for() -> None:
    parts = waiting_for_the_file()
    swarm = parts.exchange.swarm
    swarm.offer(OF.facts, OF.manifest, 600.0, NOW)
    swarm.shares[OF.film_id].held.discard(0)
    assert trouble(parts) is None


def test_a_file_that_is_just_being_given_back_is_not_asked_for() -> None:
    parts = waiting_for_the_file()
    parts.exchange.preparation.chosen(ev.FilmChosen(None, "Metropolis.mp4", FILM.size, ""), NOW)
    assert trouble(parts) is None
    parts.exchange.preparation.next(NOW)
    parts.exchange.prepared.append(FILM)
    assert trouble(parts) is None
    parts.exchange.prepared.clear()
    assert trouble(parts) is Trouble.SOURCE_GONE


# --- a film that nobody here has whole


def test_when_nobody_here_has_the_rest_everybody_is_asked_for_the_file() -> None:
    assert trouble(alone_with_ben()) is Trouble.NOBODY_HAS_IT


def test_while_somebody_has_more_nobody_is_asked() -> None:
    parts = alone_with_ben()
    parts.peer_tells("ben", 3)
    assert trouble(parts) is None


def test_who_has_just_come_is_given_the_time_to_tell() -> None:
    parts = alone_with_ben()
    assert trouble(parts, LATER - 0.1) is None


def test_who_is_not_connected_yet_may_have_it() -> None:
    parts = inside(_of_two(), "ada")
    parts.store_tells(0, 1)
    assert trouble(parts) is None


def test_who_is_away_is_not_waited_for() -> None:
    parts = inside(_of_two(ADA, away(BEN)), "ada")
    parts.store_tells(0, 1)
    assert trouble(parts, LATER - 0.1) is None
    assert trouble(parts) is Trouble.NOBODY_HAS_IT


def test_out_of_the_room_nobody_has_told() -> None:
    parts = alone_with_ben()
    assert supply.everybody_told(_of_two(), parts.exchange, LATER)
    parts.exchange.left(NOW)
    assert not supply.everybody_told(_of_two(), parts.exchange, LATER)


def test_of_a_large_room_some_are_enough_without_whoever_put_the_film_on() -> None:
    crowd = tuple(Member(f"m{number}", f"M{number}", Role.VIEWER, 0.0) for number in range(40))
    seen = _of_two(ADA, *crowd)
    parts = inside(seen, "ada")
    assert parts.exchange.circle.board is not None
    for peer in parts.exchange.circle.board.wanted:
        assert not supply.everybody_told(seen, parts.exchange, LATER)
        parts.exchange.connected(ev.PeerConnected(peer), NOW)
    assert supply.everybody_told(seen, parts.exchange, LATER)
    far = next(member.id for member in crowd if member.id not in parts.exchange.circle.board.wanted)
    by_one_far_away = replace(seen, programme=Programme((Item("one", FILM, far),)))
    assert not supply.everybody_told(by_one_far_away, parts.exchange, LATER)


def large_room_without_its_source() -> tuple[Parts, Room]:
    """Whoever put the film on has left; all neighbours are connected and offer nothing that is lacking."""
    crowd = tuple(Member(f"m{number}", f"M{number}", Role.VIEWER, 0.0) for number in range(40))
    seen = _of_two(ADA, *crowd)
    parts = inside(seen, "ada")
    parts.store_tells(0, 1)
    assert parts.exchange.circle.board is not None
    for peer in parts.exchange.circle.board.wanted:
        parts.exchange.connected(ev.PeerConnected(peer), NOW)
        parts.exchange.frame(ev.FrameReceived(peer, wire.Bitfield(OF.film_id, OF.count, b"\xc0")), NOW)
    return parts, seen


def test_in_a_large_room_whose_source_left_the_rest_may_be_on_its_way_while_pieces_travel() -> None:
    parts, seen = large_room_without_its_source()
    assert trouble(parts) is None
    assert parts.transfer(LATER).flow is Flow.WAITING
    somebody = next(iter(parts.exchange.circle.up))
    parts.exchange.frame(ev.FrameReceived(somebody, wire.Have(OF.film_id, 1)), NOW + 10)
    assert not supply.everybody_told(seen, parts.exchange, NOW + 10 + NO_NEWS_S - 0.1)
    assert trouble(parts, NOW + 10 + NO_NEWS_S) is Trouble.NOBODY_HAS_IT


def test_in_a_large_room_whoever_put_the_film_on_knows() -> None:
    parts, seen = large_room_without_its_source()
    somebody = next(iter(parts.exchange.circle.up))
    by_a_neighbour = replace(seen, programme=Programme((Item("one", FILM, somebody),)))
    assert supply.everybody_told(by_a_neighbour, parts.exchange, LATER)


# --- those who are not reached


def cut_off_from_ben() -> Parts:
    """Ben put the film on; what he sends is broken."""
    parts = inside(replace(showing("ben"), members=(ADA, BEN)), "ada")
    parts.store_tells(0, 1)
    for number in range(MAX_DROPS):
        parts.exchange.connected(ev.PeerConnected("ben"), NOW + 60 * number)
        parts.exchange.handlers()[ev.FrameUnreadable](ev.FrameUnreadable("ben", "type 99"), NOW + 60 * number)
        parts.exchange.tick(NOW + 60 * number + 30)
    return parts


def test_who_was_cut_off_is_named_and_called_again_when_the_person_wants_it() -> None:
    parts = cut_off_from_ben()
    assert supply.trouble(parts.company, parts.exchange, parts.appetite, NOW + 200) == Notice(
        Trouble.CUT_OFF, names=("Ben",)
    )
    assert OpenPeer("ben", True) in parts.exchange.try_again(NOW + 200)
    assert trouble(parts, NOW + 200) is None


def test_whoever_has_all_of_it_is_told_of_nobody() -> None:
    parts = cut_off_from_ben()
    parts.exchange.swarm.shares[OF.film_id].held.bits = 0b1111
    assert trouble(parts, NOW + 200) is None


def test_when_nobody_can_be_reached_they_are_named() -> None:
    parts = inside(replace(showing("ben"), members=(ADA, BEN)), "ada")
    parts.store_tells(0, 1)
    assert trouble(parts) is None
    parts.exchange.tick(NOW + UNANSWERED_S)
    assert supply.trouble(parts.company, parts.exchange, parts.appetite, NOW + 13) == Notice(
        Trouble.UNREACHED, names=("Ben",)
    )
    assert OpenPeer("ben", True) in parts.exchange.try_again(NOW + 13)


def test_who_was_cut_off_is_not_waited_for() -> None:
    parts = alone_with_ben()
    for _ in range(MAX_DROPS):
        parts.exchange.connected(ev.PeerConnected("ben"), NOW)
        parts.exchange.handlers()[ev.FrameUnreadable](ev.FrameUnreadable("ben", "type 99"), NOW)
        parts.exchange.tick(NOW + 60)
    assert supply.everybody_told(_of_two(), parts.exchange, NOW + 120)


def test_a_pause_of_our_own_is_why_nothing_comes() -> None:
    share = fetching().exchange.swarm.shares[OF.film_id]
    assert supply.flow(share, 0.0, everybody_told=True, paused=True) is Flow.HALTED
    share.held.bits |= share.held.missing
    assert supply.flow(share, 0.0, everybody_told=True, paused=True) is Flow.COMPLETE


def way(parts: Parts) -> Flow | None:
    assert parts.company.room is not None
    return supply.way(parts.company.room, parts.exchange, parts.appetite, LATER)


def test_what_a_member_declined_does_not_come() -> None:
    parts = fetching()
    assert way(parts) is not Flow.DECLINED
    parts.appetite.handlers()[ev.FilmDeclined](ev.FilmDeclined(OF.film_id), NOW)
    assert way(parts) is Flow.DECLINED
    assert trouble(parts) is None


def test_where_nothing_is_on_nothing_comes() -> None:
    assert way(inside(room(on=None))) is None


def test_nobody_misses_a_film_that_is_not_on() -> None:
    assert not supply.missed(room(on=None), "ada", inside(room(on=None)).exchange)


# --- a browser that makes no connections


def test_where_no_connection_can_be_made_the_film_does_not_come_and_its_file_is_asked_for() -> None:
    parts = unplugged(showing("ben"))
    assert supply.way(showing("ben"), parts.exchange, parts.appetite, LATER) is Flow.UNCONNECTED
    found = supply.trouble(parts.company, parts.exchange, parts.appetite, LATER)
    assert found == Notice(Trouble.UNCONNECTED, FILM.name)
    parts.exchange.swarm.offer(OF.facts, OF.manifest, 600.0, NOW)
    assert supply.way(showing("ben"), parts.exchange, parts.appetite, LATER) is Flow.SOURCE
    assert trouble(parts) is None


def test_ones_own_file_is_missed_after_a_reload_as_anywhere() -> None:
    assert trouble(unplugged(showing("ada"))) is Trouble.SOURCE_GONE


def test_whoever_can_make_no_connection_is_not_waited_for() -> None:
    parts = inside(replace(showing("ben"), members=(ADA, BEN)))
    parts.store_tells()
    assert trouble(parts) is None
    parts.exchange.heard("ben", '{"kind":"unable","life":"p.0","to":null,"body":""}', NOW)
    assert trouble(parts) is Trouble.NOBODY_HAS_IT
    assert parts.picture(LATER).peers[0].way is Way.UNABLE
