"""Requests in flight, against a model that keeps every block by itself."""

from itertools import pairwise

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.swarm.requests import PATIENCE_S, Arrival, RequestBook
from app.swarm.wire import BLOCK_SIZE
from tests.support.builders import FILM_ID

PEERS = st.sampled_from(["ada", "bo", "cy"])
FILMS = st.sampled_from([FILM_ID, "cd" * 32])
PICK = st.integers(0, 10**6)

Block = tuple[str, int, int, int, int]  # peer, request, piece, offset, size


class BookAgainstAModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.book = RequestBook()
        self.now = 0.0
        self.owed: dict[int, set[Block]] = {}
        self.films: dict[int, str] = {}
        self.heard: dict[str, float] = {}
        self.taken: set[Block] = set()
        self.withdrawn: dict[int, str] = {}

    def owed_by(self, peer: str) -> int:
        return sum(block[4] for blocks in self.owed.values() for block in blocks if block[0] == peer)

    def end(self, request: int, peer: str) -> None:
        self.withdrawn[request] = peer
        del self.owed[request]

    @rule(seconds=st.floats(0.0, 4.0))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule(
        peer=PEERS, film=FILMS, piece=st.integers(0, 5), first=st.integers(0, 3), length=st.integers(1, 5 * BLOCK_SIZE)
    )
    def ask(self, peer: str, film: str, piece: int, first: int, length: int) -> None:
        if not self.owed_by(peer):
            self.heard[peer] = self.now
        offset = first * BLOCK_SIZE
        asked = self.book.add(peer, film, piece, offset, length, self.now)
        assert asked.request not in self.films
        stops = [*range(offset, offset + length, BLOCK_SIZE), offset + length]
        self.owed[asked.request] = {(peer, asked.request, piece, at, stop - at) for at, stop in pairwise(stops)}
        self.films[asked.request] = film

    @precondition(lambda self: self.owed)
    @rule(pick=PICK)
    def a_block_that_is_owed_comes(self, pick: int) -> None:
        blocks = sorted(block for owed in self.owed.values() for block in owed)
        block = blocks[pick % len(blocks)]
        assert self.book.arrived(*block, self.now) is Arrival.EXPECTED
        self.heard[block[0]] = self.now
        self.taken.add(block)
        self.owed[block[1]].discard(block)
        if not self.owed[block[1]]:
            del self.owed[block[1]]

    @precondition(lambda self: self.taken)
    @rule(pick=PICK)
    def a_block_comes_again(self, pick: int) -> None:
        block = sorted(self.taken)[pick % len(self.taken)]
        assert self.book.arrived(*block, self.now) is not Arrival.EXPECTED

    @precondition(lambda self: self.owed)
    @rule(pick=PICK, peer=PEERS, piece=st.integers(-1, 1), offset=st.integers(-2, 2), size=st.integers(-1, 1))
    def something_else_comes(self, pick: int, peer: str, piece: int, offset: int, size: int) -> None:
        blocks = sorted(block for owed in self.owed.values() for block in owed)
        like = blocks[pick % len(blocks)]
        other = (peer, like[1], like[2] + piece, like[3] + offset, like[4] + size)
        if other not in blocks:
            assert self.book.arrived(*other, self.now) is Arrival.UNASKED

    @precondition(lambda self: self.films)
    @rule(pick=PICK, peer=PEERS)
    def withdraw(self, pick: int, peer: str) -> None:
        request = sorted(self.films)[pick % len(self.films)]
        mine = any(block[0] == peer for block in self.owed.get(request, ()))
        found = self.book.withdraw(request, peer)
        assert (found is not None) == mine
        if mine:
            self.end(request, peer)

    @rule(peer=PEERS)
    def withdraw_all(self, peer: str) -> None:
        mine = [request for request, blocks in self.owed.items() if next(iter(blocks))[0] == peer]
        assert sorted(asked.request for asked in self.book.withdraw_all(peer)) == sorted(mine)
        for request in mine:
            self.end(request, peer)

    @rule(film=FILMS)
    def withdraw_film(self, film: str) -> None:
        mine = [
            (request, next(iter(blocks))[0]) for request, blocks in self.owed.items() if self.films[request] == film
        ]
        assert len(self.book.withdraw_film(film)) == len(mine)
        for request, peer in mine:
            self.end(request, peer)

    @rule(peer=PEERS)
    def a_peer_leaves(self, peer: str) -> None:
        self.book.forget_peer(peer)
        for request in [request for request, blocks in self.owed.items() if next(iter(blocks))[0] == peer]:
            del self.owed[request]
        self.withdrawn = {request: whose for request, whose in self.withdrawn.items() if whose != peer}
        self.heard.pop(peer, None)

    @precondition(lambda self: self.withdrawn)
    @rule(pick=PICK)
    def what_was_withdrawn_comes_late(self, pick: int) -> None:
        request = sorted(self.withdrawn)[pick % len(self.withdrawn)]
        late = self.book.arrived(self.withdrawn[request], request, 0, 0, BLOCK_SIZE, self.now)
        assert late is Arrival.OVERTAKEN

    @invariant()
    def outstanding_bytes_are_exact(self) -> None:
        for peer in ("ada", "bo", "cy"):
            assert self.book.outstanding(peer) == self.owed_by(peer)

    @invariant()
    def what_is_in_flight_is_known(self) -> None:
        for request, film in self.films.items():
            asked = self.book.in_flight(request)
            assert (asked.film_id if asked else None) == (film if request in self.owed else None)
        for film in (FILM_ID, "cd" * 32):
            assert {a.request for a in self.book.for_film(film)} == {r for r in self.owed if self.films[r] == film}

    @invariant()
    def the_late_are_those_who_owe_and_are_silent(self) -> None:
        owing = {peer for peer in ("ada", "bo", "cy") if self.owed_by(peer)}
        late = {peer for peer in owing if self.now >= self.heard[peer] + PATIENCE_S}
        assert set(self.book.late_peers(self.now)) == late
        assert self.book.next_deadline() == min((self.heard[peer] + PATIENCE_S for peer in owing), default=None)


TestBookAgainstAModel = BookAgainstAModel.TestCase
