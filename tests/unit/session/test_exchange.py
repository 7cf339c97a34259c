"""The film's bytes in one session: Ada's side, who calls Ben and Cy. Page time in seconds; a film of four pieces."""

import json
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from app.peers.call import UNANSWERED_S
from app.peers.negotiation import AddCandidate, ApplyDescription, ClosePeer, MakeOffer, OpenPeer
from app.peers.paths import MeasurePath
from app.peers.topology import DEGREE
from app.peers.unreached import FIRST_RETRY_S
from app.room.messages import SignalTo
from app.room.state import Film, Item, Member, Programme, Role, Room
from app.session import events as ev
from app.session.circle import MAX_DROPS, TOLD_WITHIN_S
from app.session.effects import AttachSource, Effect, KeepFilm, KeepSubtitle, Log, PeekFile, ReadShelf, SendToServer
from app.session.exchange import Exchange
from app.session.picture import Notice, Trouble
from app.session.shelf import KEEP_S
from app.session.writing import written
from app.swarm import wire
from app.swarm.actions import (
    AnswerMedia,
    OpenStore,
    RefuseMedia,
    SendBlock,
    SendFrame,
    StorePiece,
)
from app.swarm.container import HEAD_BYTES
from app.swarm.manifest import MIB, Manifest
from app.swarm.piece_map import PieceMap
from app.swarm.requests import PATIENCE_S
from app.swarm.uploads import LEAST_IN_HAND
from app.swarm.wire import BLOCK_SIZE
from tests.support.builders import KIB, bits, film, first
from tests.unit.room.rooms import ADA, BEN, CY, ITEMS, away, room

NOW = 100.0
OF = film(4 * 256 * KIB - 1000)
PIECE = OF.manifest.piece_size
FILM = Film(OF.film_id, "Metropolis.mp4", OF.facts.size, OF.facts.mime, PIECE, 600.0)
ON = Item("mine", FILM, "ada")
KEPT = ev.Kept(*(OF.film_id, FILM.name, FILM.size, FILM.mime, PIECE, FILM.duration_s), room().code, NOW, NOW + KEEP_S)
PREPARED = ev.FilmPrepared("file", FILM.name, FILM.size, FILM.mime, PIECE, OF.manifest.hashes, FILM.duration_s)


def showing(*items: Item, on: str | None = "mine") -> Room:
    """A room with that film on, and maybe others."""
    return replace(room(on=on), programme=Programme(items or (ON,)))


def alone(seen: Room | None = None, me: str = "ada") -> Exchange:
    """In a room, calling everybody, connected to nobody."""
    numbers = count(1)
    exchange = Exchange(first, lambda: f"page{next(numbers)}")
    exchange.room_changed(seen or showing(), me, NOW)
    return exchange


def connected(*peers: str) -> Exchange:
    """With open channels, and nothing of the film."""
    exchange = alone()
    tell(exchange, ev.StoreOpened(OF.film_id, None, b""))
    for peer in peers or ("ben",):
        tell(exchange, ev.PeerConnected(peer))
    return exchange


def fetching() -> Exchange:
    """Ben is connected, holds everything, and has been asked for as much as a stranger is, pieces 0 and 1."""
    exchange = alone()
    tell(exchange, ev.StoreOpened(OF.film_id, OF.manifest.encode(), bitfield()))
    tell(exchange, ev.PeerConnected("ben"))
    tell(exchange, ev.FrameReceived("ben", wire.Bitfield(OF.film_id, OF.count, bitfield(0, 1, 2, 3))))
    return exchange


def sharing() -> Exchange:
    """The film is Ada's own, and Ben is connected."""
    exchange = alone(room(on=None))
    tell(exchange, PREPARED)
    exchange.room_changed(showing(), "ada", NOW)
    tell(exchange, ev.PeerConnected("ben"))
    return exchange


def receive(exchange: Exchange, piece: int = 0, request: int = 1, peer: str = "ben") -> list[list[Effect]]:
    """Every block of a piece arrives."""
    offsets = range(0, PIECE, BLOCK_SIZE)
    return [tell(exchange, ev.BlockReceived(peer, request, piece, at, BLOCK_SIZE, f"block {at}")) for at in offsets]


def tell(exchange: Exchange, event: Any, now: float = NOW) -> list[Effect]:
    """Something happened that is this part's to handle."""
    return exchange.handlers()[type(event)](event, now)


def tick(exchange: Exchange, now: float) -> list[Effect]:
    """What time brings, but for signs of life and looks at the way a connection goes."""
    return [effect for effect in exchange.tick(now) if not isinstance(effect, MeasurePath) and not is_sign(effect)]


def is_sign(effect: Effect) -> bool:
    return isinstance(effect, SendFrame) and isinstance(effect.frame, wire.Heartbeat)


def bitfield(*pieces: int) -> bytes:
    return PieceMap(OF.count, bits(*pieces)).bitfield()


def held(*pieces: int) -> wire.Bitfield:
    """What we tell of the film."""
    return wire.Bitfield(OF.film_id, OF.count, bitfield(*pieces))


def asked(request: int, piece: int, offset: int = 0, length: int = PIECE) -> wire.Request:
    return wire.Request(OF.film_id, request, piece, offset, length, urgent=False)


def signal(exchange: Exchange, peer: str, kind: str, body: str, answering: str | None) -> list[Effect]:
    """`peer` says something through the server."""
    payload = {"kind": kind, "life": "theirs.1", "to": answering, "body": body}
    return exchange.heard(peer, json.dumps(payload), NOW)


def said(effects: list[Effect]) -> list[tuple[str, str, str]]:
    """(to whom, which kind, what) of everything that goes through the server."""
    found = []
    for effect in effects:
        if isinstance(effect, SendToServer) and isinstance(effect.message, SignalTo):
            payload = json.loads(effect.message.payload)
            found.append((effect.message.to, payload["kind"], payload["body"]))
    return found


def break_the_rules(exchange: Exchange, peer: str, now: float = NOW) -> list[Effect]:
    return tell(exchange, ev.FrameUnreadable(peer, "type 99"), now)


def told(exchange: Exchange) -> Notice | None:
    return exchange.lending.notice


# --- a film of our own


def test_a_prepared_file_is_a_film_that_waits_for_its_room() -> None:
    exchange = Exchange(first, lambda: "page")
    assert tell(exchange, PREPARED) == [AttachSource(OF.film_id, "file", PIECE, OF.manifest.hashes)]
    assert list(exchange.prepared) == [FILM]
    assert exchange.swarm.shares[OF.film_id].is_source
    assert exchange.swarm.shares[OF.film_id].duration_s == 600.0


def test_whoever_is_connected_hears_of_it() -> None:
    exchange = connected("ben", "cy")
    assert tell(exchange, PREPARED) == [
        AttachSource(OF.film_id, "file", PIECE, OF.manifest.hashes),
        SendFrame("ben", held(0, 1, 2, 3)),
        SendFrame("cy", held(0, 1, 2, 3)),
    ]


def test_no_name_is_longer_than_a_room_takes() -> None:
    exchange = Exchange(first, lambda: "page")
    tell(exchange, replace(PREPARED, name="x" * 300))
    assert exchange.prepared[0].name == "x" * 255


@pytest.mark.parametrize(("claimed_s", "known_s"), [(172_800.0, 172_800.0), (172_800.1, None), (0.0, None)])
def test_a_length_that_no_room_takes_is_not_told(claimed_s: float, known_s: float | None) -> None:
    exchange = Exchange(first, lambda: "page")
    tell(exchange, replace(PREPARED, duration_s=claimed_s))
    assert exchange.prepared[0].duration_s == known_s
    assert exchange.swarm.shares[OF.film_id].duration_s == known_s


def test_a_file_that_is_given_back_is_not_missed_any_more() -> None:
    exchange = sharing()
    tell(exchange, ev.SourceFailed(OF.film_id))
    tell(exchange, PREPARED)
    assert told(exchange) is None


def test_whoever_was_connected_last_gets_the_time_to_tell() -> None:
    exchange = connected("ben")
    assert exchange.circle.told_by == NOW + TOLD_WITHIN_S
    tell(exchange, ev.PeerConnected("cy"), NOW + 60)
    assert exchange.circle.told_by == NOW + 60 + TOLD_WITHIN_S


def test_the_film_that_is_on() -> None:
    exchange = alone()
    assert exchange.share_of(showing()) is exchange.swarm.shares[OF.film_id]
    assert exchange.share_of(showing(on=None)) is None
    assert exchange.share_of(room(on="two")) is None


def test_the_next_file_is_looked_at_when_this_one_is_done() -> None:
    exchange = Exchange(first, lambda: "page")
    tell(exchange, ev.FilmChosen("file", FILM.name, FILM.size, ""))
    assert tell(exchange, ev.FilmChosen("next", "B.mp4", 2000, "")) == []
    effects = tell(exchange, PREPARED)
    assert effects == [
        AttachSource(OF.film_id, "file", PIECE, OF.manifest.hashes),
        PeekFile("next", "B.mp4", 2000, HEAD_BYTES),
    ]


# --- the room


def test_everybody_here_is_called_and_the_film_looked_for() -> None:
    exchange = Exchange(first, lambda: "page")
    effects = exchange.room_changed(showing(), "ada", NOW)
    assert effects == [OpenPeer("ben", True), OpenPeer("cy", True), OpenStore(OF.film_id, OF.count)]
    assert exchange.swarm.fetching.focus == OF.film_id
    assert exchange.swarm.shares[OF.film_id].duration_s == 600.0


def test_the_polite_one_knocks() -> None:
    exchange = Exchange(first, lambda: "page")
    effects = exchange.room_changed(room(on=None), "cy", NOW)
    assert said(effects) == [("ada", "knock", ""), ("ben", "knock", "")]
    assert len(effects) == 2


def test_what_has_not_changed_is_not_done_again() -> None:
    exchange = alone()
    assert exchange.room_changed(showing(), "ada", NOW) == []


def test_a_film_that_is_not_on_is_not_looked_for_yet() -> None:
    exchange = alone(room(on="two"))
    assert set(exchange.swarm.shares) == {ITEMS[1].film.film_id}


def test_whoever_is_away_is_not_called() -> None:
    exchange = Exchange(first, lambda: "page")
    assert exchange.room_changed(room(ADA, away(BEN), CY, on=None), "ada", NOW) == [OpenPeer("cy", True)]


def test_whoever_lost_only_the_server_stays_connected() -> None:
    exchange = connected("ben")
    ben_and_cy_away = replace(showing(), members=(ADA, away(BEN), away(CY)))
    assert exchange.room_changed(ben_and_cy_away, "ada", NOW) == [ClosePeer("cy")]
    assert exchange.swarm.peers == {"ben"}


def test_whoever_leaves_is_hung_up_on() -> None:
    exchange = connected("ben", "cy")
    assert exchange.room_changed(replace(showing(), members=(ADA, CY)), "ada", NOW) == [ClosePeer("ben")]
    assert exchange.swarm.peers == {"cy"}


def test_a_film_out_of_the_queue_is_forgotten() -> None:
    exchange = fetching()
    effects = exchange.room_changed(showing(ITEMS[0], on=None), "ada", NOW)
    assert effects == [SendFrame("ben", wire.Cancel(request)) for request in (1, 2)]
    assert exchange.swarm.shares == {}


def test_a_film_that_still_waits_for_the_room_is_not_forgotten() -> None:
    exchange = alone(room(on=None))
    tell(exchange, PREPARED)
    exchange.room_changed(room(on=None), "ada", NOW)
    assert set(exchange.swarm.shares) == {OF.film_id}


def test_our_own_film_is_served_again_when_it_comes_back() -> None:
    exchange = sharing()
    exchange.prepared.clear()
    exchange.room_changed(room(on=None), "ada", NOW)
    assert exchange.swarm.shares == {}
    effects = exchange.room_changed(showing(on=None), "ada", NOW)
    assert effects == [SendFrame("ben", held(0, 1, 2, 3))]
    assert exchange.swarm.shares[OF.film_id].is_source
    assert exchange.room_changed(showing(on=None), "ada", NOW) == []


def test_a_file_that_was_lost_is_not_served_again() -> None:
    exchange = sharing()
    tell(exchange, ev.SourceFailed(OF.film_id))
    exchange.room_changed(showing(), "ada", NOW)
    assert not exchange.swarm.shares[OF.film_id].is_source


def test_under_a_new_name_everybody_is_called_anew() -> None:
    exchange = connected("ben", "cy")
    as_zoe = replace(showing(), members=(BEN, CY, replace(ADA, id="zoe")))
    effects = exchange.room_changed(as_zoe, "zoe", NOW)
    assert effects[:2] == [ClosePeer("ben"), ClosePeer("cy")]
    assert said(effects) == [("ben", "knock", ""), ("cy", "knock", "")]
    assert exchange.swarm.peers == set()
    assert OF.film_id in exchange.swarm.shares
    assert exchange.room_changed(as_zoe, "zoe", NOW) == []


# --- out of the room


def test_out_of_the_room_there_are_no_connections_and_no_films() -> None:
    exchange = connected("ben")
    tell(exchange, ev.MediaRequested(7, OF.film_id, "GET", None))
    exchange.prepared.append(FILM)
    effects = exchange.left(NOW)
    assert effects[:2] == [ClosePeer("ben"), ClosePeer("cy")]
    assert [(effect.request, effect.status) for effect in effects[2:] if isinstance(effect, RefuseMedia)] == [(7, 204)]
    assert (exchange.circle.board, exchange.swarm.shares, list(exchange.prepared)) == (None, {}, [])
    assert exchange.swarm.peers == set()


def test_whoever_was_in_no_room_leaves_nothing() -> None:
    assert Exchange(first, lambda: "page").left(NOW) == []


def test_in_the_next_room_everything_begins_anew() -> None:
    exchange = sharing()
    exchange.left(NOW)
    effects = exchange.room_changed(showing(), "zoe", NOW + 1)
    assert said(effects) == [("ada", "knock", ""), ("ben", "knock", ""), ("cy", "knock", "")]
    assert exchange.swarm.shares[OF.film_id].is_source


def test_every_room_is_another_page_to_the_peers() -> None:
    exchange = alone(me="zoe")
    exchange.left(NOW)
    knock = exchange.room_changed(showing(), "zoe", NOW)[0]
    assert isinstance(knock, SendToServer)
    assert isinstance(knock.message, SignalTo)
    assert json.loads(knock.message.payload)["life"] == "page2.0"


# --- a connection comes to be


def test_from_a_call_to_open_channels() -> None:
    exchange = alone()
    assert tell(exchange, ev.NegotiationNeeded("ben")) == [MakeOffer("ben")]
    assert said(tell(exchange, ev.DescriptionMade("ben", "offer", "our sdp"))) == [("ben", "offer", "our sdp")]
    assert said(tell(exchange, ev.CandidateFound("ben", "a way"))) == [("ben", "candidate", "a way")]
    assert signal(exchange, "ben", "answer", "their sdp", "page1.1") == [ApplyDescription("ben", "answer", "their sdp")]
    assert signal(exchange, "ben", "candidate", "their way", "page1.1") == [AddCandidate("ben", "their way")]
    assert tell(exchange, ev.NegotiationNeeded("ben")) == []
    tell(exchange, ev.DescriptionTaken("ben", "answer"))
    assert tell(exchange, ev.NegotiationNeeded("ben")) == [MakeOffer("ben")]


def test_a_description_that_failed_may_be_followed_by_another() -> None:
    exchange = alone()
    tell(exchange, ev.NegotiationNeeded("ben"))
    assert tell(exchange, ev.NegotiationNeeded("ben")) == []
    assert tell(exchange, ev.DescriptionFailed("ben")) == []
    assert tell(exchange, ev.NegotiationNeeded("ben")) == [MakeOffer("ben")]


def test_to_open_channels_we_say_what_we_hold() -> None:
    exchange = alone()
    tell(exchange, ev.StoreOpened(OF.film_id, OF.manifest.encode(), bitfield(1, 3)))
    assert tell(exchange, ev.PeerConnected("ben")) == [SendFrame("ben", held(1, 3))]


def test_channels_to_somebody_nobody_called_are_of_no_interest() -> None:
    exchange = alone()
    assert tell(exchange, ev.PeerConnected("zoe")) == []
    assert exchange.swarm.peers == set()


@pytest.mark.parametrize(
    "event",
    [
        ev.NegotiationNeeded("ben"),
        ev.DescriptionMade("ben", "offer", "sdp"),
        ev.DescriptionTaken("ben", "answer"),
        ev.DescriptionFailed("ben"),
        ev.CandidateFound("ben", "a way"),
        ev.PeerConnected("ben"),
        ev.PeerLost("ben"),
        ev.FrameUnreadable("ben", "type 99"),
    ],
    ids=lambda event: type(event).__name__,
)
def test_what_comes_late_out_of_a_room_we_left_is_passed_over(event: Any) -> None:
    exchange = connected("ben")
    exchange.left(NOW)
    assert tell(exchange, event) == []
    assert exchange.heard("ben", '{"kind":"knock","life":"theirs.1","to":null,"body":""}', NOW) == []
    assert exchange.swarm.peers == set()


def test_a_lost_peer_is_called_again_after_a_while() -> None:
    exchange = connected("ben")
    assert tell(exchange, ev.PeerLost("ben")) == [ClosePeer("ben")]
    assert exchange.swarm.peers == set()
    assert exchange.next_wake(NOW) == NOW + FIRST_RETRY_S
    assert tick(exchange, NOW + FIRST_RETRY_S - 0.01) == []
    assert tick(exchange, NOW + FIRST_RETRY_S) == [OpenPeer("ben", True)]


# --- a peer that breaks the rules


def test_whoever_breaks_the_rules_is_cut_off_and_called_again() -> None:
    exchange = connected("ben")
    assert break_the_rules(exchange, "ben") == [ClosePeer("ben"), Log("Connection to ben closed: type 99")]
    assert exchange.swarm.peers == set()
    assert OpenPeer("ben", True) in tick(exchange, NOW + FIRST_RETRY_S)


def test_whoever_does_it_again_and_again_is_not() -> None:
    exchange, now = connected("ben", "cy"), NOW
    called = []
    for _ in range(MAX_DROPS):
        assert break_the_rules(exchange, "ben", now)[0] == ClosePeer("ben")
        now += 60
        called.append(tick(exchange, now))
        tell(exchange, ev.PeerConnected("ben"), now)
    assert called == [[OpenPeer("ben", True)], [OpenPeer("ben", True)], []]
    assert (exchange.swarm.peers, exchange.circle.cut_off) == ({"cy"}, {"ben"})
    assert exchange.room_changed(replace(showing(), revision=8), "ada", now) == []


def test_who_is_not_connected_breaks_nothing() -> None:
    exchange = connected("ben")
    for _ in range(MAX_DROPS):
        assert break_the_rules(exchange, "zoe") == []
    with_zoe = replace(showing(), members=(ADA, BEN, CY, replace(CY, id="zoe")))
    assert exchange.room_changed(with_zoe, "ada", NOW) == [OpenPeer("zoe", True)]


def test_in_the_next_room_everybody_is_trusted_again() -> None:
    exchange = connected("ben")
    for _ in range(MAX_DROPS):
        break_the_rules(exchange, "ben")
        tick(exchange, NOW + 60)
    exchange.left(NOW)
    assert OpenPeer("ben", True) in exchange.room_changed(showing(), "ada", NOW)


def test_a_peer_that_the_swarm_will_not_bear_is_cut_off() -> None:
    exchange = sharing()
    outside = asked(1, 3, PIECE - BLOCK_SIZE, BLOCK_SIZE)
    log = Log("Connection to ben closed: asked for bytes outside a piece")
    assert tell(exchange, ev.FrameReceived("ben", outside)) == [ClosePeer("ben"), log]


# --- pieces come in


def test_what_ben_holds_is_asked_of_ben() -> None:
    exchange = alone()
    tell(exchange, ev.StoreOpened(OF.film_id, OF.manifest.encode(), bitfield(1)))
    tell(exchange, ev.PeerConnected("ben"))
    effects = tell(exchange, ev.FrameReceived("ben", held(0, 1, 2)))
    assert effects == [SendFrame("ben", asked(1, 0)), SendFrame("ben", asked(2, 2))]


def test_four_blocks_make_a_piece_and_their_room_is_used() -> None:
    blocks = tuple((at, f"block {at}") for at in range(0, PIECE, BLOCK_SIZE))
    store = StorePiece(OF.film_id, 0, PIECE, blocks, OF.manifest.hash_of(0))
    assert receive(fetching()) == [[], [], [SendFrame("ben", asked(3, 2))], [store]]


def test_a_stored_piece_is_told_of() -> None:
    exchange = fetching()
    receive(exchange)
    assert tell(exchange, ev.PieceStored(OF.film_id, 0)) == [SendFrame("ben", wire.Have(OF.film_id, 0))]
    assert 0 in exchange.swarm.shares[OF.film_id].held


def test_a_wrong_piece_is_asked_for_again() -> None:
    exchange = fetching()
    receive(exchange)
    assert tell(exchange, ev.PieceRejected(OF.film_id, 0)) == []
    assert [SendFrame("ben", asked(4, 0))] in receive(exchange, 1, 2)


def test_a_piece_that_is_gone_from_the_store_is_fetched_again() -> None:
    exchange = fetching()
    receive(exchange)
    tell(exchange, ev.PieceStored(OF.film_id, 0))
    assert tell(exchange, ev.PieceUnreadable(OF.film_id, 0)) == [SendFrame("ben", held())]
    assert [SendFrame("ben", asked(4, 0))] in receive(exchange, 1, 2)


def test_a_store_that_was_cleared_is_looked_into_again() -> None:
    exchange = fetching()
    receive(exchange)
    tell(exchange, ev.PieceStored(OF.film_id, 0))
    assert tell(exchange, ev.StoreLost()) == [
        *(SendFrame("ben", wire.Cancel(request)) for request in (2, 3)),
        SendFrame("ben", held()),
        KeepFilm(KEPT, OF.manifest.encode(), anew=True),
        OpenStore(OF.film_id, OF.count),
        ReadShelf(),
    ]


def test_a_silent_peer_is_asked_for_nothing_more() -> None:
    exchange = fetching()
    assert exchange.swarm.next_wake(NOW) == NOW + PATIENCE_S
    late = tick(exchange, NOW + PATIENCE_S)
    assert late == [SendFrame("ben", wire.Cancel(request)) for request in (1, 2)]


def test_the_first_to_be_due_wakes() -> None:
    exchange = Exchange(first, lambda: "page")
    assert exchange.next_wake(NOW) is None
    assert tick(exchange, NOW) == []
    assert alone().next_wake(NOW) == NOW + UNANSWERED_S
    everybody_known = alone(replace(showing(), members=(ADA,)))
    assert everybody_known.next_wake(NOW) is None


# --- pieces go out


def test_what_ben_asks_for_is_sent() -> None:
    exchange = sharing()
    effects = tell(exchange, ev.FrameReceived("ben", asked(9, 2, 0, 2 * BLOCK_SIZE)))
    assert effects == [SendBlock("ben", OF.film_id, 9, 2, offset, BLOCK_SIZE) for offset in (0, BLOCK_SIZE)]


def test_the_next_block_goes_when_there_is_room_again() -> None:
    exchange = sharing()
    for request in range(3):
        tell(exchange, ev.FrameReceived("ben", asked(request, request % 3)))
    before = exchange.swarm.serving.uploads._in_hand["ben"]
    sent = tell(exchange, ev.BlockSent("ben", BLOCK_SIZE))
    assert before == LEAST_IN_HAND
    assert sent[0] == SendBlock("ben", OF.film_id, 1, 1, 0, BLOCK_SIZE)


def test_a_block_that_could_not_be_read_is_absent() -> None:
    exchange = sharing()
    tell(exchange, ev.FrameReceived("ben", asked(9, 2)))
    assert tell(exchange, ev.BlockUnsent("ben", 9, BLOCK_SIZE)) == [SendFrame("ben", wire.Absent(9))]


def test_a_file_that_cannot_be_read_any_more_is_told_of() -> None:
    exchange = sharing()
    assert tell(exchange, ev.SourceFailed(OF.film_id)) == [
        SendFrame("ben", held()),
        KeepFilm(KEPT, OF.manifest.encode(), anew=True),
        OpenStore(OF.film_id, OF.count),
    ]
    assert told(exchange) == Notice(Trouble.UNREADABLE_FILE, "Metropolis.mp4")
    tell(exchange, ev.SourceFailed(OF.film_id))
    assert told(exchange) == Notice(Trouble.UNREADABLE_FILE, "")


def test_a_file_that_changed_is_told_of_as_such() -> None:
    exchange = sharing()
    tell(exchange, ev.SourceFailed(OF.film_id, changed=True))
    assert told(exchange) == Notice(Trouble.SOURCE_CHANGED, "Metropolis.mp4")
    assert not exchange.swarm.shares[OF.film_id].is_source


def test_limits_are_kept_to() -> None:
    exchange = fetching()
    assert tell(exchange, ev.LimitsPicked(2_000_000, 500_000)) == []
    assert exchange.swarm.fetching.pace.bucket.limit == 2_000_000
    assert exchange.swarm.serving.uploads.bucket.limit == 500_000


# --- the video


def test_the_video_gets_what_is_held() -> None:
    exchange = sharing()
    (given,) = tell(exchange, ev.MediaRequested(7, OF.film_id, "GET", f"bytes={PIECE}-{PIECE + 9}"))
    assert isinstance(given, AnswerMedia)
    assert (given.request, given.piece, given.offset, given.length) == (7, 1, 0, 10)


def test_the_video_is_told_how_large_the_film_is() -> None:
    (given,) = tell(sharing(), ev.MediaRequested(7, OF.film_id, "HEAD", None))
    assert isinstance(given, RefuseMedia)
    assert (given.status, ("Content-Length", str(FILM.size)) in given.headers) == (200, True)


def test_of_another_film_it_gets_nothing() -> None:
    (given,) = tell(sharing(), ev.MediaRequested(7, "cd" * 32, "GET", None))
    assert isinstance(given, RefuseMedia)
    assert (given.request, given.status) == (7, 404)


def test_two_films_of_one_size_are_not_taken_for_each_other() -> None:
    exchange = sharing()
    other = Manifest(FILM.size, PIECE, bytes(len(OF.manifest.hashes)))
    tell(exchange, replace(PREPARED, name="Other.mp4", hashes=other.hashes))
    assert [waiting.film_id for waiting in exchange.prepared] == [OF.film_id, other.film_id]
    tell(exchange, ev.SourceFailed(other.film_id))
    assert told(exchange) == Notice(Trouble.UNREADABLE_FILE, "Other.mp4")
    assert exchange.swarm.shares[OF.film_id].is_source


def test_in_a_large_room_not_everybody_is_called() -> None:
    crowd = tuple(Member(f"m{number}", f"M{number}", Role.VIEWER, 0.0) for number in range(40))
    exchange = alone(replace(showing(), members=(*room().members, *crowd)), "m1")
    assert exchange.circle.board is not None
    assert len(exchange.circle.board.wanted) <= DEGREE + 1


def test_a_pause_of_sending_is_told_and_one_of_receiving_takes_back() -> None:
    exchange = sharing()
    assert tell(exchange, ev.PausesPicked(sending=True, receiving=False)) == [SendFrame("ben", wire.Choke(True))]
    assert tell(exchange, ev.PausesPicked(sending=False, receiving=False)) == [SendFrame("ben", wire.Choke(False))]
    waiting = fetching()
    assert SendFrame("ben", wire.Cancel(1)) in tell(waiting, ev.PausesPicked(sending=False, receiving=True))


def test_a_film_that_was_given_up_is_no_film() -> None:
    exchange = alone(room(on=None))
    tell(exchange, ev.FilmChosen("file", FILM.name, FILM.size, FILM.mime))
    exchange.preparation.give_up()
    assert tell(exchange, PREPARED) == []
    assert not exchange.prepared


# --- connections that endure


def test_every_word_is_a_sign_of_life() -> None:
    exchange = connected("ben")
    beaten = exchange.circle.pulse.next_wake()
    tell(exchange, ev.FrameReceived("ben", wire.Bitfield(OF.film_id, OF.count, bitfield(0))), NOW + 3)
    assert exchange.circle.pulse.next_wake() != beaten


def test_a_question_is_answered_and_the_swarm_not_bothered() -> None:
    exchange = fetching()
    answer = [SendFrame("ben", wire.Heartbeat(asks=False))]
    assert tell(exchange, ev.FrameReceived("ben", wire.Heartbeat(asks=True))) == answer
    assert tell(exchange, ev.FrameReceived("ben", wire.Heartbeat(asks=False))) == []


def test_blocks_keep_a_peer_alive() -> None:
    exchange = fetching()
    for second in range(3, 60, 3):
        tell(exchange, ev.BlockReceived("ben", 99, 0, 0, BLOCK_SIZE, "late"), NOW + second)
        exchange.tick(NOW + second)
    assert "ben" in exchange.circle.up


def test_what_a_peer_without_a_way_owes_is_asked_of_others() -> None:
    exchange = fetching()
    tell(exchange, ev.PeerConnected("cy"))
    tell(exchange, ev.FrameReceived("cy", wire.Bitfield(OF.film_id, OF.count, bitfield(0, 1, 2, 3))))
    assert tell(exchange, ev.PeerShaken("ben", failed=False)) == [SendFrame("ben", wire.Cancel(n)) for n in (1, 2)]
    assert [SendFrame("cy", asked(5, 0))] in receive(exchange, 2, 3, "cy")
    assert [SendFrame("cy", asked(6, 1))] in receive(exchange, 3, 4, "cy")
    assert tell(exchange, ev.PeerSteadied("ben")) == []


def test_the_network_and_the_server_come_back() -> None:
    exchange = connected("ben")
    assert exchange.probe(NOW) == [SendFrame("ben", wire.Heartbeat(asks=True))]
    assert exchange.hurry(NOW) == [ClosePeer("cy"), OpenPeer("cy", True)]


# --- subtitles

WORDS = written("words", "Metropolis.en.srt", b"1\n00:00:01,000 --> 00:00:02,000\nGood evening\n")
assert WORDS is not None
SUBTITLED = replace(ON, subtitles=(WORDS.subtitle,))


def test_subtitles_are_wanted_with_their_film_and_the_film_goes_on_first() -> None:
    exchange = alone()
    effects = exchange.room_changed(showing(SUBTITLED), "ada", NOW)
    assert effects == [OpenStore(WORDS.subtitle.film_id, 1)]
    assert exchange.swarm.fetching.focus == OF.film_id
    exchange.room_changed(showing(), "ada", NOW)
    assert WORDS.subtitle.film_id not in exchange.swarm.shares


def test_those_of_another_film_are_not_wanted_yet() -> None:
    other = replace(SUBTITLED, id="two", film=replace(FILM, film_id="cd" * 32))
    exchange = alone(showing(ON, other))
    assert set(exchange.swarm.shares) == {OF.film_id}


def test_our_own_subtitles_are_kept_and_served_until_they_are_taken_off() -> None:
    exchange = sharing()
    noted, keep, attach, *_ = exchange.subtitle_prepared(WORDS, NOW)
    assert attach == AttachSource(WORDS.subtitle.film_id, "words", MIB, WORDS.manifest.hashes)
    assert isinstance(noted, KeepFilm)
    assert (noted.note.name, noted.manifest) == (WORDS.subtitle.name, WORDS.manifest.encode())
    assert keep == KeepSubtitle(WORDS.subtitle.film_id, WORDS.data, MIB)
    exchange.room_changed(showing(), "ada", NOW)
    assert WORDS.subtitle.film_id in exchange.swarm.shares  # on its way into the room
    exchange.words.clear()
    exchange.room_changed(showing(), "ada", NOW)
    assert WORDS.subtitle.film_id not in exchange.swarm.shares
    exchange.room_changed(showing(SUBTITLED), "ada", NOW)
    assert exchange.swarm.shares[WORDS.subtitle.film_id].is_source


def test_a_subtitle_file_that_is_gone_is_no_trouble_because_it_was_kept() -> None:
    exchange = sharing()
    exchange.subtitle_prepared(WORDS, NOW)
    assert OpenStore(WORDS.subtitle.film_id, 1) in tell(exchange, ev.SourceFailed(WORDS.subtitle.film_id))
    assert told(exchange) is None


def test_leaving_forgets_what_was_on_its_way_into_the_room() -> None:
    exchange = sharing()
    exchange.subtitle_prepared(WORDS, NOW)
    exchange.left(NOW)
    assert not exchange.words
