"""A download with its book of requests: whatever happens on the way, every piece can still be completed."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.swarm.actions import StorePiece
from app.swarm.download import Download
from app.swarm.piece_map import PieceMap, each_bit
from app.swarm.requests import Arrival, Asked, RequestBook
from app.swarm.wire import BLOCK_SIZE
from tests.support.builders import FILM_ID, manifest

PEERS = st.sampled_from(["ada", "bo", "cy"])
PICK = st.integers(0, 10**6)


class DownloadAlwaysCanEnd(RuleBasedStateMachine):
    @initialize(
        blocks=st.integers(1, 5), pieces=st.integers(1, 24), rest=st.integers(0, BLOCK_SIZE - 1), held=st.integers(0)
    )
    def begin(self, blocks: int, pieces: int, rest: int, held: int) -> None:
        piece_size = blocks * BLOCK_SIZE
        self.manifest = manifest(piece_size * pieces - rest, piece_size)
        self.held = PieceMap(pieces, held % (1 << pieces))
        self.download = Download(FILM_ID, self.manifest, self.held)
        self.book = RequestBook()
        self.writing: dict[int, StorePiece] = {}
        self.givers: dict[int, set[str]] = {}
        self.handles = iter(range(10**9))

    # --- the rules that `Fetching` plays by

    def ask(self, peer: str, piece: int, most: int) -> Asked:
        span = self.download.begin(piece, most)
        assert span.piece == piece
        assert span.offset % BLOCK_SIZE == 0
        assert 0 < span.length <= self.manifest.piece_length(piece) - span.offset
        others = {(a.piece, at) for a in self.book.for_piece(FILM_ID, piece) for at in a.missing}
        asked = self.book.add(peer, FILM_ID, piece, span.offset, span.length, 0.0)
        assert others.isdisjoint((piece, at) for at in asked.missing)
        return asked

    def arrive(self, asked: Asked, offset: int) -> None:
        size = asked.block_size(offset)
        taken = self.book.arrived(asked.peer, asked.request, asked.piece, offset, size, 0.0)
        assert taken is Arrival.EXPECTED
        self.givers.setdefault(asked.piece, set()).add(asked.peer)
        store = self.download.block(asked.peer, asked.piece, offset, size, next(self.handles))
        if store is None:
            return
        assert store.piece not in self.writing
        assert store.piece not in self.held
        assert store.size == self.manifest.piece_length(store.piece)
        assert sorted(at for at, _ in store.blocks) == list(range(0, store.size, BLOCK_SIZE))
        self.writing[store.piece] = store

    def settle(self, piece: int, right: bool) -> None:
        del self.writing[piece]
        givers = self.givers.pop(piece)
        if right:
            self.download.settled(piece)
            self.held.add(piece)
        else:
            assert self.download.rejected(piece) <= givers

    def in_flight(self) -> list[Asked]:
        return self.book.for_film(FILM_ID)

    # --- what may happen

    @precondition(lambda self: self.download.open_pieces)
    @rule(peer=PEERS, pick=PICK, most=st.integers(1, 6 * BLOCK_SIZE))
    def somebody_is_asked(self, peer: str, pick: int, most: int) -> None:
        choices = list(each_bit(self.download.open_pieces))
        self.ask(peer, choices[pick % len(choices)], most)

    @precondition(lambda self: self.download.started)
    @rule(peer=PEERS, most=st.integers(1, 6 * BLOCK_SIZE))
    def what_was_begun_goes_on(self, peer: str, most: int) -> None:
        self.ask(peer, next(each_bit(self.download.started)), most)

    @precondition(lambda self: self.in_flight())
    @rule(pick=PICK, which=PICK)
    def a_block_comes(self, pick: int, which: int) -> None:
        asked = self.in_flight()[pick % len(self.in_flight())]
        self.arrive(asked, sorted(asked.missing)[which % len(asked.missing)])

    @precondition(lambda self: self.in_flight())
    @rule(pick=PICK)
    def a_request_is_withdrawn(self, pick: int) -> None:
        asked = self.in_flight()[pick % len(self.in_flight())]
        self.book.withdraw(asked.request, asked.peer)
        self.download.unask([asked])

    @rule(peer=PEERS)
    def a_peer_leaves(self, peer: str) -> None:
        self.download.unask(self.book.withdraw_all(peer))
        self.book.forget_peer(peer)

    @precondition(lambda self: self.writing)
    @rule(pick=PICK, right=st.booleans())
    def the_store_decides(self, pick: int, right: bool) -> None:
        self.settle(sorted(self.writing)[pick % len(self.writing)], right)

    # --- what always holds

    @invariant()
    def an_open_piece_is_neither_held_nor_being_written(self) -> None:
        open_pieces = set(each_bit(self.download.open_pieces))
        assert open_pieces.isdisjoint(self.held)
        assert open_pieces.isdisjoint(self.writing)
        assert set(each_bit(self.download.started)) <= open_pieces

    @invariant()
    def a_missing_piece_is_open_or_asked_for_or_being_written(self) -> None:
        known = set(each_bit(self.download.open_pieces)) | set(self.writing) | {a.piece for a in self.in_flight()}
        assert set(each_bit(self.held.missing)) <= known

    @invariant()
    def what_is_being_written_is_counted(self) -> None:
        assert self.download.unwritten == len(self.writing) * self.manifest.piece_size

    def teardown(self) -> None:
        """From here everything goes well, and it must end."""
        if not hasattr(self, "download"):
            return
        for piece in list(self.writing):
            self.settle(piece, right=True)
        while not self.held.complete:
            if self.download.open_pieces:
                self.ask("dee", next(each_bit(self.download.open_pieces)), 10 * BLOCK_SIZE)
            for asked in self.in_flight():
                for offset in sorted(asked.missing):
                    self.arrive(asked, offset)
            for piece in list(self.writing):
                self.settle(piece, right=True)
        assert self.download.open_pieces == self.download.unwritten == 0
        assert self.download._partials == {}


TestDownloadAlwaysCanEnd = DownloadAlwaysCanEnd.TestCase
TestDownloadAlwaysCanEnd.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
