"""What peers ask of us, checked, put in turn, and sent."""

from app.swarm.actions import DropPeer, SendBlock, SendFrame
from app.swarm.manifest import MIB
from app.swarm.piece_map import PieceMap
from app.swarm.serving import Serving
from app.swarm.share import Share
from app.swarm.uploads import MAX_QUEUED_JOBS
from app.swarm.wire import BLOCK_SIZE, Absent, Choke, Grant, Ration, Request
from tests.support.builders import FILM_ID, bits, facts, first, manifest

COUNT = 10


def serving(*viewers: str, held: int = (1 << COUNT) - 1) -> tuple[Serving, Share]:
    share = Share(facts(), None)
    share.adopt(manifest())
    share.held.bits = held
    made = Serving({FILM_ID: share}, first)
    for viewer in viewers:
        made.open(viewer)
        share.set_map(viewer, PieceMap(COUNT))
    return made, share


def asks(piece: int, request: int = 1, length: int = BLOCK_SIZE, offset: int = 0, urgent: bool = False) -> Request:
    return Request(FILM_ID, request, piece, offset, length, urgent)


def block(peer: str, piece: int, request: int = 1) -> SendBlock:
    return SendBlock(peer, FILM_ID, request, piece, 0, BLOCK_SIZE)


def test_what_is_held_is_sent() -> None:
    of, _ = serving("ada")
    assert of.asked("ada", asks(3), 0.0) == []
    assert of.act(0.0) == [block("ada", 3)]
    assert of.sent("ada", BLOCK_SIZE, 0.0) == []


def test_what_is_not_held_is_absent() -> None:
    of, share = serving("ada", held=bits(1))
    assert of.asked("ada", asks(3), 0.0) == [SendFrame("ada", Absent(1))]
    assert of.asked("ada", Request("cd" * 32, 2, 0, 0, 1, False), 0.0) == [SendFrame("ada", Absent(2))]
    share.manifest = None
    assert of.asked("ada", asks(1, 4), 0.0) == [SendFrame("ada", Absent(4))]


def test_bytes_outside_a_piece_end_the_connection() -> None:
    of, _ = serving("ada")
    assert of.asked("ada", asks(3, offset=MIB), 0.0) == [DropPeer("ada", "asked for bytes outside a piece")]


def test_a_flood_ends_the_connection() -> None:
    of, _ = serving("ada")
    assert all(of.asked("ada", asks(3, number), 0.0) == [] for number in range(MAX_QUEUED_JOBS))
    assert of.asked("ada", asks(3, 9999), 0.0) == [DropPeer("ada", "asked for too much at once")]


def test_what_is_cancelled_is_not_sent() -> None:
    of, _ = serving("ada")
    of.asked("ada", asks(3), 0.0)
    of.cancelled("ada", 1)
    assert of.act(0.0) == []


def test_a_block_that_could_not_be_read_is_absent_and_the_next_goes() -> None:
    of, _ = serving("ada")
    for number in range(5):
        of.asked("ada", asks(3, number), 0.0)
    assert len(of.act(0.0)) == 4
    assert of.unsent("ada", 0, BLOCK_SIZE, 0.0) == [SendFrame("ada", Absent(0)), block("ada", 3, 4)]


def test_two_viewers_are_rationed_and_granted() -> None:
    of, _ = serving("ada", "bo")
    frames = [action.frame for action in of.act(0.0) if isinstance(action, SendFrame)]
    assert frames.count(Ration(FILM_ID, True)) == 2
    assert [frame.piece for frame in frames if isinstance(frame, Grant)] == [0, 1, 9]


def test_what_another_is_about_to_pass_on_comes_late() -> None:
    of, _ = serving("ada", "bo")
    of.act(0.0)
    of.asked("ada", asks(0), 0.0)
    assert of.asked("bo", asks(0, 5, urgent=True), 0.0) == []
    assert of.act(0.0) == [block("ada", 0)]
    due = of.next_wake(0.0)
    assert due is not None
    assert block("bo", 0, 5) in of.act(due)


def test_what_waits_may_be_cancelled_too() -> None:
    of, _ = serving("ada", "bo")
    of.act(0.0)
    of.asked("bo", asks(0, 5, urgent=True), 0.0)
    of.cancelled("bo", 5)
    assert not [action for action in of.act(2.5) if isinstance(action, SendBlock)]


def test_what_was_lost_while_it_waited_is_absent() -> None:
    of, share = serving("ada", "bo")
    of.act(0.0)
    of.asked("bo", asks(0, 5, urgent=True), 0.0)
    share.held.bits = 0
    assert SendFrame("bo", Absent(5)) in of.act(2.5)


def test_a_film_that_is_dropped_is_absent_for_whoever_waits() -> None:
    of, _ = serving("ada")
    of.asked("ada", asks(3), 0.0)
    assert of.drop_film(FILM_ID) == [SendFrame("ada", Absent(1))]
    assert of.act(0.0) == []


def test_one_who_is_gone_gets_nothing() -> None:
    of, share = serving("ada", "bo")
    of.act(0.0)
    of.asked("bo", asks(0, 5, urgent=True), 0.0)
    of.asked("ada", asks(0), 0.0)
    for peer in ("ada", "bo"):
        of.close(peer)
        share.drop_peer(peer)
    assert of.act(60.0) == []
    assert of.next_wake(60.0) is None


# --- pause


def test_a_pause_stops_at_once_and_says_so() -> None:
    of, _ = serving("ada")
    of.asked("ada", asks(3, 1, length=MIB), 0.0)
    assert of.act(0.0)
    assert of.pause(True) == [SendFrame("ada", Choke(True))]
    assert of.pause(True) == []
    assert of.sent("ada", BLOCK_SIZE, 0.0) == []
    assert of.asked("ada", asks(4, 2), 0.0) == []
    assert of.act(0.0) == []
    assert of.next_wake(0.0) is None
    assert of.open("bo") == [SendFrame("bo", Choke(True))]


def test_after_a_pause_what_is_asked_anew_is_sent() -> None:
    of, _ = serving("ada")
    of.asked("ada", asks(3), 0.0)
    of.pause(True)
    assert of.pause(False) == [SendFrame("ada", Choke(False))]
    assert of.act(0.0) == []
    of.asked("ada", asks(4, 2), 0.0)
    assert of.act(0.0) == [block("ada", 4, 2)]
    assert of.open("bo") == []


def test_after_a_pause_pieces_are_granted_anew() -> None:
    of, _ = serving("ada", "bo")
    of.act(0.0)
    of.asked("bo", asks(0, 5, urgent=True), 0.0)
    of.pause(True)
    of.pause(False)
    frames = [action.frame for action in of.act(0.0) if isinstance(action, SendFrame)]
    assert [frame.piece for frame in frames if isinstance(frame, Grant)] == [0, 1, 9]
    assert not [action for action in of.act(60.0) if isinstance(action, SendBlock)]


def test_a_block_for_one_who_is_gone_is_nobodys() -> None:
    of, _ = serving()
    assert of.unsent("ada", 1, BLOCK_SIZE, 0.0) == []
