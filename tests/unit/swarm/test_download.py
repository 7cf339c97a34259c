"""The pieces of one film on their way in."""

from app.swarm.download import MAX_IDLE_PIECES, Download, Span
from app.swarm.piece_map import PieceMap
from app.swarm.requests import Asked
from app.swarm.wire import BLOCK_SIZE
from tests.support.builders import FILM_ID, bits, manifest

PIECE = 4 * BLOCK_SIZE
SIZE = 3 * PIECE + BLOCK_SIZE + 10
LAST = 3


def download(size: int = SIZE) -> tuple[Download, PieceMap]:
    film = manifest(size, PIECE)
    held = PieceMap(film.pieces)
    return Download(FILM_ID, film, held), held


def withdrawn(piece: int, *offsets: int) -> Asked:
    return Asked(1, "ada", FILM_ID, piece, 0, PIECE, 0.0, set(offsets))


def size_at(span: Span, offset: int) -> int:
    """Bytes of the block at `offset`."""
    return min(BLOCK_SIZE, span.offset + span.length - offset)


def whole(of: Download, piece: int, giver: str = "ada") -> object:
    """Ask for a piece and get it; what is to be stored."""
    span = of.begin(piece, PIECE)
    offsets = range(span.offset, span.offset + span.length, BLOCK_SIZE)
    return [of.block(giver, piece, offset, size_at(span, offset), f"block {offset}") for offset in offsets][-1]


def test_a_run_of_blocks_counts_for_each_of_them() -> None:
    of, _ = download()
    of.begin(LAST, PIECE)
    store = of.block("ada", LAST, 0, BLOCK_SIZE + 10, "both")
    assert store is not None
    assert store.blocks == ((0, "both"),)


def test_all_is_open_at_first() -> None:
    of, _ = download()
    assert of.open_pieces == bits(0, 1, 2, 3)
    assert of.started == 0
    assert of.unwritten == 0


def test_a_piece_is_asked_for_in_spans_of_whole_blocks() -> None:
    of, _ = download()
    assert of.begin(1, 2 * BLOCK_SIZE + 5) == Span(1, 0, 2 * BLOCK_SIZE)
    assert of.started == bits(1)
    assert of.begin(1, 1) == Span(1, 2 * BLOCK_SIZE, BLOCK_SIZE)
    assert of.begin(1, 10 * PIECE) == Span(1, 3 * BLOCK_SIZE, BLOCK_SIZE)
    assert of.open_pieces == bits(0, 2, 3)
    assert of.started == 0


def test_the_last_piece_is_as_long_as_it_is() -> None:
    of, _ = download()
    assert of.begin(LAST, PIECE) == Span(LAST, 0, BLOCK_SIZE + 10)
    assert LAST not in PieceMap(4, of.open_pieces)


def test_a_span_stops_where_somebody_else_was_asked() -> None:
    of, _ = download()
    of.begin(0, BLOCK_SIZE)
    of.begin(0, BLOCK_SIZE)
    of.unask([withdrawn(0, 0)])
    assert of.begin(0, PIECE) == Span(0, 0, BLOCK_SIZE)
    assert of.begin(0, PIECE) == Span(0, 2 * BLOCK_SIZE, 2 * BLOCK_SIZE)


def test_the_last_block_makes_the_piece() -> None:
    of, held = download()
    of.begin(LAST, PIECE)
    assert of.block("ada", LAST, BLOCK_SIZE, 10, "tail") is None
    store = of.block("bo", LAST, 0, BLOCK_SIZE, "head")
    assert store is not None
    assert (store.piece, store.size, store.blocks) == (LAST, BLOCK_SIZE + 10, ((BLOCK_SIZE, "tail"), (0, "head")))
    assert store.digest == bytes(32)
    assert of.unwritten == PIECE
    assert of.open_pieces == bits(0, 1, 2)
    held.add(LAST)
    of.settled(LAST)
    assert of.open_pieces == bits(0, 1, 2)
    assert of.unwritten == 0


def test_a_rejected_piece_is_open_again_and_its_givers_are_known() -> None:
    of, _ = download()
    of.begin(LAST, PIECE)
    of.block("ada", LAST, 0, BLOCK_SIZE, "head")
    of.block("bo", LAST, BLOCK_SIZE, 10, "tail")
    assert of.rejected(LAST) == {"ada", "bo"}
    assert of.open_pieces == bits(0, 1, 2, 3)
    assert of.unwritten == 0


def test_a_piece_rejected_once_is_asked_whole_of_one_peer() -> None:
    of, _ = download()
    whole(of, 0)
    assert of.rejected(0) == {"ada"}
    assert of.begin(0, BLOCK_SIZE) == Span(0, 0, PIECE)
    of.block("bo", 0, 0, BLOCK_SIZE, "half")
    of.unask([withdrawn(0, BLOCK_SIZE, 2 * BLOCK_SIZE, 3 * BLOCK_SIZE)])
    assert of.begin(0, BLOCK_SIZE) == Span(0, 0, PIECE)


def test_once_it_is_right_it_is_a_piece_like_others() -> None:
    of, _ = download()
    whole(of, 0)
    of.rejected(0)
    whole(of, 0)
    of.settled(0)
    assert of.begin(0, BLOCK_SIZE).length == BLOCK_SIZE


def test_a_verdict_on_a_piece_we_did_not_send_blames_nobody() -> None:
    of, _ = download()
    assert of.rejected(2) == set()
    assert of.begin(2, BLOCK_SIZE).length == BLOCK_SIZE


def test_what_is_withdrawn_is_open_again_and_what_came_is_kept() -> None:
    of, _ = download()
    of.begin(0, PIECE)
    of.block("ada", 0, BLOCK_SIZE, BLOCK_SIZE, "second")
    of.unask([withdrawn(0, 0, 2 * BLOCK_SIZE, 3 * BLOCK_SIZE)])
    assert of.started == bits(0)
    assert of.begin(0, PIECE) == Span(0, 0, BLOCK_SIZE)
    assert of.begin(0, PIECE) == Span(0, 2 * BLOCK_SIZE, 2 * BLOCK_SIZE)


def test_withdrawing_what_came_or_was_never_begun_changes_nothing() -> None:
    of, _ = download()
    of.begin(0, PIECE)
    of.unask([withdrawn(0), withdrawn(2, 0)])
    assert of.open_pieces == bits(1, 2, 3)


def test_pieces_that_nobody_completes_do_not_pile_up() -> None:
    of, _ = download(40 * PIECE)
    for piece in range(30):
        of.begin(piece, PIECE)
        of.block("ada", piece, 0, BLOCK_SIZE, "first")
        of.unask([withdrawn(piece, BLOCK_SIZE, 2 * BLOCK_SIZE, 3 * BLOCK_SIZE)])
    assert of.started.bit_count() == MAX_IDLE_PIECES + 1
    assert of.started >> 29 & 1
    assert of.begin(0, PIECE) == Span(0, 0, PIECE)


def test_pieces_that_somebody_was_asked_for_are_never_forgotten() -> None:
    of, _ = download(40 * PIECE)
    for piece in range(30):
        of.begin(piece, 2 * BLOCK_SIZE)
    for piece in range(30):
        assert of.begin(piece, PIECE) == Span(piece, 2 * BLOCK_SIZE, 2 * BLOCK_SIZE)


def test_a_late_answer_of_the_store_leaves_what_is_asked_for_alone() -> None:
    of, _ = download()
    assert of.begin(0, PIECE) == Span(0, 0, PIECE)
    of.settled(0)
    assert of.rejected(0) == set()
    assert of.begin(1, PIECE).piece == 1
    assert of.open_pieces == bits(2, LAST)
