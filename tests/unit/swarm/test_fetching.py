"""The asking side: what is asked of whom, and what becomes of what comes."""

from dataclasses import dataclass

import pytest

from app.swarm.actions import Action, DropPeer, SendFrame, StorePiece
from app.swarm.fetching import (
    MAX_UNASKED,
    MAX_UNWRITTEN,
    URGENT_SLACK,
    Fetching,
)
from app.swarm.manifest import MIB
from app.swarm.media import MediaRequest
from app.swarm.pace import FAST_SPAN, FIRST_WINDOW, MOST_WINDOW, REST_S, SMALL_SPAN, WINDOW_S
from app.swarm.piece_map import PieceMap, span
from app.swarm.rations import BELIEVED_S
from app.swarm.requests import PATIENCE_S, Asked
from app.swarm.share import Share
from app.swarm.wire import BLOCK_SIZE, Cancel, Request
from tests.support.builders import FILM_ID, facts, first, manifest

COUNT = 400
SIZE = COUNT * MIB
OTHER_FILM = "cd" * 32


@dataclass
class Desk:
    """Fetching with one film, and peers that hold all of it."""

    fetching: Fetching
    share: Share

    def requests(self, actions: list[Action]) -> list[tuple[str, Request]]:
        return [(a.peer, a.frame) for a in actions if isinstance(a, SendFrame) and isinstance(a.frame, Request)]

    def cancelled(self, actions: list[Action]) -> list[tuple[str, int]]:
        return [(a.peer, a.frame.request) for a in actions if isinstance(a, SendFrame) and isinstance(a.frame, Cancel)]

    def pieces(self, actions: list[Action]) -> list[int]:
        """Asked for, each once, in order."""
        return list(dict.fromkeys(request.piece for _, request in self.requests(actions)))

    def serve(self, peer: str, now: float, most: int = 10**9) -> list[Action]:
        """`peer` gives blocks it owes, the oldest request first."""
        found: list[Action] = []
        for asked in [asked for asked in self.fetching.book._asked.values() if asked.peer == peer]:
            for offset in sorted(asked.missing):
                size = asked.block_size(offset)
                if (most := most - size) < 0:
                    return found
                found += self.fetching.block(peer, asked.request, asked.piece, offset, size, "bytes", now)
        return found

    def stored(self, actions: list[Action]) -> None:
        """The store takes all of them at once."""
        for action in actions:
            if isinstance(action, StorePiece) and self.share.download:
                self.share.download.settled(action.piece)
                self.share.held.add(action.piece)

    def flow(self, peer: str, rate_Bps: int, start: float = 0.0, seconds: float = 2.0) -> None:
        """As if `peer` had given bytes at that rate, over a way so long that the window is as large as it may be."""
        self.fetching.pace.answered(Asked(0, peer, FILM_ID, 0, 0, 1, start - 1.0), start)
        for tick in range(int(seconds * 10)):
            self.fetching.pace.got(peer, rate_Bps // 10, start + tick / 10)

    def wait_for(self, piece: int) -> None:
        self.share.read_at(piece)
        self.share.waiting.add(MediaRequest(1, piece * MIB, (piece + 1) * MIB))


def desk(*peers: str, size: int = SIZE) -> Desk:
    share = Share(facts(size), None)
    share.store_open = True
    share.adopt(manifest(size))
    made = Desk(Fetching({FILM_ID: share}, first), share)
    for peer in peers:
        made.fetching.open(peer)
        share.set_map(peer, PieceMap.full(share.count))
    return made


def test_a_new_peer_is_asked_for_the_first_window_in_small_spans() -> None:
    at = desk("ada")
    asked = at.requests(at.fetching.ask_all(0.0))
    assert [(r.piece, r.offset, r.length, r.urgent) for _, r in asked] == [
        (0, offset, SMALL_SPAN, False) for offset in range(0, FIRST_WINDOW, SMALL_SPAN)
    ]
    assert at.fetching.ask("ada", 0.0) == []


def test_a_fast_peer_is_asked_in_larger_spans_and_for_a_window_of_its_rate() -> None:
    at = desk("ada")
    at.flow("ada", 10 * MIB)
    asked = at.requests(at.fetching.ask("ada", 2.0))
    assert [request.length for _, request in asked[:4]] == [FAST_SPAN, FAST_SPAN, MIB - 2 * FAST_SPAN, FAST_SPAN]
    assert sum(request.length for _, request in asked) == pytest.approx(10 * MIB * WINDOW_S, rel=0.06)
    assert at.pieces(at.fetching.ask("ada", 2.0)) == []


def test_the_first_bytes_of_an_answer_tell_how_far_a_peer_is() -> None:
    at = desk("ada")
    at.fetching.ask("ada", 0.0)
    at.serve("ada", 0.5)
    assert at.fetching.pace._pipes["ada"].holds(4 * MIB, 0.5) == 4 * MIB


def test_no_window_is_beyond_the_most() -> None:
    at = desk("ada")
    at.flow("ada", 1000 * MIB)
    at.fetching.ask("ada", 2.0)
    assert MOST_WINDOW <= at.fetching.book.outstanding("ada") < MOST_WINDOW + FAST_SPAN


def test_only_what_a_peer_holds_is_asked_of_it() -> None:
    at = desk("ada")
    at.share.set_map("ada", PieceMap(COUNT, span(7, 8)))
    assert at.pieces(at.fetching.ask("ada", 0.0)) == [7]
    at.fetching.open("bo")
    assert at.fetching.ask("bo", 0.0) == []
    assert at.fetching.ask("nobody", 0.0) == []


def test_nothing_is_asked_twice() -> None:
    at = desk("ada", "bo")
    asked = at.requests(at.fetching.ask_all(0.0))
    spans = {(request.piece, request.offset) for _, request in asked}
    assert len(spans) == len(asked) == 2 * -(-FIRST_WINDOW // SMALL_SPAN)


def test_pieces_begun_are_finished_before_others_are() -> None:
    at = desk("ada")
    at.share.set_map("ada", PieceMap(COUNT, span(200, 201)))
    at.fetching.ask("ada", 0.0)
    at.fetching.close("ada")
    at.fetching.open("bo")
    at.share.set_map("bo", PieceMap.full(COUNT))
    at.flow("bo", 4 * MIB)
    assert at.pieces(at.fetching.ask("bo", 2.0)) == [200, 0, 1]


def test_a_film_whose_manifest_is_not_known_is_not_asked_for() -> None:
    at = desk("ada")
    at.share.download = None
    assert at.fetching.ask_all(0.0) == []
    assert at.fetching.hurry(at.share, 3, 0.0) == []


def test_the_film_that_is_on_goes_first() -> None:
    at = desk("ada")
    other = Share(facts(SIZE, film_id=OTHER_FILM), None)
    other.store_open = True
    other.adopt(manifest(SIZE))
    other.set_map("ada", PieceMap.full(COUNT))
    at.fetching._shares[OTHER_FILM] = other
    at.fetching.focus = OTHER_FILM
    assert {request.film_id for _, request in at.requests(at.fetching.ask("ada", 0.0))} == {OTHER_FILM}


def test_what_is_tiny_goes_before_the_film_that_is_on() -> None:
    at = desk("ada")
    words = Share(facts(BLOCK_SIZE, film_id=OTHER_FILM), None)
    words.store_open = True
    words.adopt(manifest(BLOCK_SIZE))
    words.set_map("ada", PieceMap.full(1))
    at.fetching._shares[OTHER_FILM] = words
    at.fetching.focus = FILM_ID
    asked = [request.film_id for _, request in at.requests(at.fetching.ask("ada", 0.0))]
    assert (asked[0], set(asked[1:])) == (OTHER_FILM, {FILM_ID})


# --- what comes


def test_the_last_block_of_a_piece_sends_it_to_the_store() -> None:
    at = desk("ada")
    given, found = 0, []
    while not found:
        given += sum(request.length for _, request in at.requests(at.fetching.ask("ada", 1.0)))
        found = at.serve("ada", 1.0)
    assert MIB <= given <= MIB + FIRST_WINDOW
    assert [action.piece for action in found if isinstance(action, StorePiece)] == [0]
    assert len(found) == 1
    assert at.fetching.pace.rate(1.0) > 0
    assert at.fetching.pace.givers(1.0) == ["ada"]


def test_the_fastest_giver_is_named_first_and_one_who_gives_nothing_is_not() -> None:
    at = desk("ada", "bo", "cy")
    at.flow("ada", MIB)
    at.flow("bo", 2 * MIB)
    assert at.fetching.pace.givers(2.0) == ["bo", "ada"]
    assert at.fetching.pace.rate(2.0) == pytest.approx(3 * MIB, rel=0.1)


def test_blocks_nobody_asked_for_are_borne_for_a_while() -> None:
    at = desk("ada")
    assert [at.fetching.block("ada", 9, 0, 0, 1, "x", 0.0) for _ in range(MAX_UNASKED)] == [[]] * MAX_UNASKED
    assert at.fetching.block("ada", 9, 0, 0, 1, "x", 0.0) == [DropPeer("ada", "sent blocks nobody asked for")]


def test_blocks_that_were_overtaken_are_nobodys_fault() -> None:
    at = desk("ada")
    asked = at.requests(at.fetching.ask("ada", 0.0))[0][1]
    at.fetching.withdraw_film(FILM_ID)
    for _ in range(3 * MAX_UNASKED):
        assert at.fetching.block("ada", asked.request, asked.piece, 0, BLOCK_SIZE, "x", 0.0) == []


def test_what_a_peer_cannot_serve_is_asked_of_another() -> None:
    at = desk("ada")
    asked = at.requests(at.fetching.ask("ada", 0.0))[0][1]
    at.fetching.absent("ada", 999)
    at.fetching.absent("bo", asked.request)
    assert at.fetching.book.in_flight(asked.request)
    at.fetching.absent("ada", asked.request)
    assert asked.piece not in at.share.maps["ada"]
    at.fetching.open("bo")
    at.share.set_map("bo", PieceMap.full(COUNT))
    assert (asked.piece, asked.offset) in [
        (request.piece, request.offset) for _, request in at.requests(at.fetching.ask("bo", 0.0))
    ]
    at.fetching.absent("ada", asked.request)


def test_a_second_bad_piece_of_one_giver_ends_it() -> None:
    at = desk("ada")
    assert at.fetching.blame(at.share, {"ada"}) == []
    assert at.fetching.blame(at.share, {"ada"}) == [DropPeer("ada", "sent bad pieces")]


def test_where_several_gave_nobody_can_be_blamed() -> None:
    at = desk("ada", "bo")
    assert [at.fetching.blame(at.share, {"ada", "bo"}) for _ in range(9)] == [[]] * 9
    assert at.fetching.blame(at.share, set()) == []


def test_a_store_that_lags_behind_stops_the_asking_but_for_what_the_video_needs() -> None:
    at = desk("ada")
    at.flow("ada", 20 * MIB)
    now = 2.0
    while at.requests(at.fetching.ask_all(now)):
        at.serve("ada", now)
        now += 0.1
    assert at.share.download is not None
    assert MAX_UNWRITTEN <= at.share.download.unwritten < MAX_UNWRITTEN + MOST_WINDOW
    at.wait_for(300)
    assert at.pieces(at.fetching.ask_all(now)) == [300]
    at.serve("ada", now)
    at.share.waiting.take(300, MIB)
    for piece in list(at.share.download._writing):
        at.share.download.settled(piece)
        at.share.held.add(piece)
    assert at.requests(at.fetching.ask_all(now))


# --- what the video waits for


def test_what_the_video_waits_for_goes_beyond_the_window() -> None:
    at = desk("ada")
    at.fetching.ask_all(0.0)
    at.wait_for(300)
    assert at.fetching.hurry(at.share, 300, 0.0) == []
    asked = at.requests(at.fetching.ask_all(0.0))
    assert {(request.piece, request.urgent) for _, request in asked} == {(300, True)}
    assert sum(request.length for _, request in asked) == MIB


def test_but_not_by_more_than_its_slack() -> None:
    at = desk("ada")
    at.fetching.ask_all(0.0)
    for piece in range(300, 312):
        at.wait_for(piece)
    at.fetching.ask_all(0.0)
    assert at.fetching.book.outstanding("ada") <= FIRST_WINDOW + URGENT_SLACK + SMALL_SPAN


def test_a_piece_asked_for_behind_much_else_is_asked_again_in_front() -> None:
    at = desk("ada")
    at.flow("ada", 10 * MIB)
    asked = at.requests(at.fetching.ask("ada", 2.0))
    piece = asked[-1][1].piece
    behind = [(peer, request.request) for peer, request in asked if request.piece == piece]
    at.wait_for(piece)
    assert at.cancelled(at.fetching.hurry(at.share, piece, 2.0)) == behind
    again = at.requests(at.fetching.ask_all(2.0))
    assert {(request.piece, request.urgent) for _, request in again} == {(piece, True)}
    assert sum(request.length for _, request in again) == MIB
    assert at.fetching.hurry(at.share, piece, 2.0) == [], "in front already"


def test_a_piece_that_is_coming_already_is_left_alone() -> None:
    at = desk("ada")
    at.flow("ada", 10 * MIB)
    coming = at.requests(at.fetching.ask("ada", 2.0))[0][1]
    at.serve("ada", 2.0, most=BLOCK_SIZE)
    assert at.fetching.hurry(at.share, coming.piece, 2.0) == []


def slow_and_fast(now: float = 2.0) -> tuple[Desk, list[Request]]:
    """A slow peer that owes a window, and a fast one that owes nothing; what the slow one was asked."""
    at = desk("slow", "fast")
    asked = [request for _, request in at.requests(at.fetching.ask("slow", 0.0))]
    at.flow("slow", 40_000, seconds=now)
    at.flow("fast", 4 * MIB, seconds=now)
    return at, asked


def test_a_piece_asked_of_a_much_slower_peer_is_asked_of_the_faster() -> None:
    at, owed = slow_and_fast()
    at.wait_for(owed[0].piece)
    assert at.cancelled(at.fetching.hurry(at.share, owed[0].piece, 2.0)) == [("slow", r.request) for r in owed]
    assert at.requests(at.fetching.ask_all(2.0))[0][0] == "fast"


@pytest.mark.parametrize("why", ["too soon", "not much faster", "does not hold it", "rests"])
def test_but_only_where_the_gain_is_plain(why: str) -> None:
    at, owed = slow_and_fast()
    now = 2.0
    if why == "too soon":
        now = 0.5
    if why == "not much faster":
        at.flow("slow", 2 * MIB)
    if why == "does not hold it":
        at.share.set_map("fast", PieceMap(COUNT, span(1, COUNT)))
    if why == "rests":
        at.fetching.pace.rest("fast", now)
    assert at.fetching.hurry(at.share, owed[0].piece, now) == []


def test_one_with_nothing_else_to_give_takes_over_from_a_much_slower_one() -> None:
    at = desk("slow", "fast", size=2 * MIB)
    owed = [request for _, request in at.requests(at.fetching.ask("slow", 0.0))]
    at.flow("slow", 40_000)
    at.flow("fast", 4 * MIB)
    taken = at.fetching.ask("fast", 2.0)
    assert at.cancelled(taken) == [("slow", request.request) for request in reversed(owed)]
    again = {(r.piece, r.offset) for _, r in at.requests(taken)}
    assert again >= {(request.piece, request.offset // MIB * MIB) for request in owed}


def test_nothing_is_taken_over_that_the_limit_would_not_let_through() -> None:
    at = desk("slow", "fast", size=2 * MIB)
    at.fetching.ask("slow", 0.0)
    at.flow("slow", 40_000)
    at.flow("fast", 4 * MIB)
    at.fetching.pace.bucket.set_limit(1000, 2.0)
    at.fetching.pace.bucket.try_take(MIB, 2.0)
    assert at.fetching.ask("fast", 2.0) == []


def test_a_piece_the_faster_one_lacks_is_not_taken_over() -> None:
    at = desk("slow", "fast", size=2 * MIB)
    at.fetching.ask("slow", 0.0)
    at.share.set_map("fast", PieceMap(2))
    at.flow("slow", 40_000)
    at.flow("fast", 4 * MIB)
    assert at.fetching.ask("fast", 2.0) == []


# --- silence, rest, limits, wakes


def test_what_a_silent_peer_owes_is_asked_of_others_while_it_rests() -> None:
    at = desk("ada")
    asked = at.requests(at.fetching.ask_all(0.0))
    assert at.fetching.next_wake() == PATIENCE_S
    assert at.fetching.give_up_late(PATIENCE_S - 0.1) == []
    given_up = at.fetching.give_up_late(PATIENCE_S)
    assert at.cancelled(given_up) == [("ada", request.request) for _, request in asked]
    assert at.fetching.ask_all(PATIENCE_S) == []
    assert at.fetching.next_wake() == PATIENCE_S + REST_S
    at.fetching.open("bo")
    at.share.set_map("bo", PieceMap.full(COUNT))
    assert {peer for peer, _ in at.requests(at.fetching.ask_all(PATIENCE_S + 0.1))} == {"bo"}
    assert {peer for peer, _ in at.requests(at.fetching.ask_all(PATIENCE_S + REST_S))} == {"ada"}


def test_a_wake_that_is_past_is_not_forgotten() -> None:
    """Other events come at that moment too, and the one timer is set anew after each."""
    at = desk("ada")
    at.fetching.ask_all(0.0)
    assert at.fetching.ask("ada", PATIENCE_S + 1.0) == []
    assert at.fetching.next_wake() == PATIENCE_S
    at.fetching.give_up_late(PATIENCE_S + 1.0)
    at.fetching.ask("ada", PATIENCE_S + 1.0)
    assert at.fetching.next_wake() == PATIENCE_S + 1.0 + REST_S


def test_nothing_to_wait_for_wants_no_wake() -> None:
    at = desk("ada")
    assert at.fetching.next_wake() is None
    at.fetching.pace.bucket.set_limit(1000, 0.0)
    assert at.fetching.next_wake() is None


def test_a_limit_makes_windows_and_spans_small_and_names_the_next_moment() -> None:
    at = desk("ada")
    at.flow("ada", 10 * MIB)
    at.fetching.pace.bucket.set_limit(SMALL_SPAN, 2.0)
    asked = at.requests(at.fetching.ask_all(2.0))
    assert [request.length for _, request in asked] == [SMALL_SPAN]
    at.serve("ada", 2.0)
    assert at.fetching.ask_all(2.0) == []
    assert at.fetching.next_wake() == pytest.approx(3.001)
    assert at.fetching.ask("ada", 2.5) == []
    assert at.fetching.next_wake() == pytest.approx(3.001)
    assert len(at.requests(at.fetching.ask_all(3.01))) == 1
    at.fetching.pace.bucket.set_limit(None, 3.01)
    assert at.requests(at.fetching.ask_all(3.01))
    assert at.fetching.next_wake() == 2.0 + 1.01 + PATIENCE_S


def test_a_peer_that_is_gone_owes_nothing() -> None:
    at = desk("ada", "bo")
    asked = at.requests(at.fetching.ask("ada", 0.0))
    at.fetching.close("ada")
    at.fetching.close("nobody")
    assert at.fetching.book.outstanding("ada") == 0
    assert at.fetching.ask("ada", 0.0) == []
    again = at.requests(at.fetching.ask("bo", 0.0))
    assert [(r.piece, r.offset) for _, r in again] == [(r.piece, r.offset) for _, r in asked]


def test_withdrawing_a_film_opens_it_again() -> None:
    at = desk("ada")
    asked = at.requests(at.fetching.ask_all(0.0))
    assert at.fetching.withdraw_film(FILM_ID) == [("ada", request.request) for _, request in asked]
    assert at.fetching.book.outstanding("ada") == 0
    at.share.download = None
    assert at.fetching.withdraw_film(FILM_ID) == []


# --- those who ration


def rationing() -> Desk:
    """The source rations; a viewer holds nothing yet."""
    at = desk("source", "bo")
    at.share.set_map("bo", PieceMap(COUNT))
    at.share.rations.ration("source", True, 0.0)
    return at


def test_of_one_who_rations_only_what_it_grants_is_asked_whole_and_at_once() -> None:
    at = rationing()
    assert at.requests(at.fetching.ask_all(0.0)) == []
    for piece in (5, 9, 10):
        at.share.rations.grant("source", piece, 0.0)
    asked = at.requests(at.fetching.ask_all(0.0))
    assert [(peer, r.piece, r.length, r.urgent) for peer, r in asked] == [
        ("source", piece, MIB, False) for piece in (5, 9, 10)
    ]


def test_what_the_video_waits_for_is_asked_of_one_who_rations_if_nobody_else_has_it() -> None:
    at = rationing()
    at.wait_for(300)
    assert {(peer, r.piece) for peer, r in at.requests(at.fetching.ask_all(0.0))} == {("source", 300)}
    at.share.add_have("bo", 200)
    at.wait_for(200)
    assert {(peer, r.piece) for peer, r in at.requests(at.fetching.ask_all(0.0))} == {("bo", 200)}


def test_a_piece_that_another_has_now_need_not_be_waited_for() -> None:
    at = rationing()
    at.wait_for(300)
    asked = [request for _, request in at.requests(at.fetching.ask_all(0.0))]
    at.share.add_have("bo", 300)
    taken = at.fetching.had_elsewhere(at.share, "bo", 300, 0.1)
    assert at.cancelled(taken) == [("source", request.request) for request in asked]
    assert {peer for peer, _ in at.requests(at.fetching.ask_all(0.1))} == {"bo"}
    assert at.fetching.had_elsewhere(at.share, "bo", 300, 0.1) == []


@pytest.mark.parametrize("why", ["it was granted", "it is coming", "the other rations too", "nobody rations"])
def test_but_what_comes_anyway_is_waited_for(why: str) -> None:
    at = rationing()
    at.wait_for(300)
    at.fetching.ask_all(0.0)
    if why == "it was granted":
        at.share.rations.grant("source", 300, 0.0)
    if why == "it is coming":
        at.serve("source", 0.1, most=BLOCK_SIZE)
        for asked in at.fetching.book.for_film(FILM_ID)[1:]:
            at.fetching.absent("source", asked.request)
    if why == "the other rations too":
        at.share.rations.ration("bo", True, 0.0)
    if why == "nobody rations":
        at.share.rations.ration("source", False, 0.0)
    at.share.add_have("bo", 300)
    assert at.fetching.had_elsewhere(at.share, "bo", 300, 0.2) == []


def test_one_who_rations_takes_nothing_over_unasked() -> None:
    at = desk("slow", "fast", size=2 * MIB)
    at.fetching.ask("slow", 0.0)
    at.flow("slow", 40_000)
    at.flow("fast", 4 * MIB)
    at.share.rations.ration("fast", True, 2.0)
    assert at.fetching.ask("fast", 2.0) == []


def test_one_who_says_no_more_of_its_rations_is_asked_like_anybody() -> None:
    at = rationing()
    assert at.fetching.next_wake() == BELIEVED_S
    assert at.requests(at.fetching.ask_all(BELIEVED_S - 0.1)) == []
    assert at.requests(at.fetching.ask_all(BELIEVED_S))


# --- pause


def test_one_that_gives_nothing_is_not_asked_and_owes_nothing() -> None:
    at = desk("ada", "bo")
    at.share.set_map("bo", PieceMap(COUNT))
    asked = at.requests(at.fetching.ask_all(0.0))
    at.fetching.choked("ada", True)
    assert at.fetching.book.outstanding("ada") == 0
    assert at.fetching.ask_all(100.0) == []
    at.share.set_map("bo", PieceMap.full(COUNT))
    again = at.requests(at.fetching.ask_all(100.0))
    assert [(peer, r.piece, r.offset) for peer, r in again] == [("bo", r.piece, r.offset) for _, r in asked]
    at.fetching.choked("ada", False)
    assert {peer for peer, _ in at.requests(at.fetching.ask_all(100.0))} == {"ada"}


def test_a_pause_takes_everything_back_and_asks_nothing() -> None:
    at = desk("ada")
    asked = at.requests(at.fetching.ask_all(0.0))
    at.wait_for(300)
    assert at.cancelled(at.fetching.pause(True)) == [("ada", request.request) for _, request in asked]
    assert at.fetching.ask_all(1.0) == []
    assert at.fetching.pause(False) == []
    assert at.requests(at.fetching.ask_all(2.0))[0][1].piece == 300


# --- a way that is lost


def test_what_one_without_a_way_owes_is_asked_of_others() -> None:
    at = desk("ada", "bo")
    at.share.set_map("bo", PieceMap(COUNT))
    asked = at.requests(at.fetching.ask_all(0.0))
    assert at.cancelled(at.fetching.doubt("ada", True)) == [("ada", request.request) for _, request in asked]
    assert at.fetching.ask_all(100.0) == []
    at.share.set_map("bo", PieceMap.full(COUNT))
    assert {peer for peer, _ in at.requests(at.fetching.ask_all(100.0))} == {"bo"}
    assert at.fetching.doubt("ada", False) == []
    assert {peer for peer, _ in at.requests(at.fetching.ask_all(100.0))} == {"ada"}


def test_who_gave_how_much_is_known_after_they_left() -> None:
    at = desk("ada")
    at.fetching.ask_all(0.0)
    at.serve("ada", 0.1, 3 * BLOCK_SIZE)
    at.fetching.close("ada")
    assert at.share.received == {"ada": 3 * BLOCK_SIZE}
