"""Two switchboards over signalling that loses, delays and reorders, pages that are reloaded, and a network between them
that goes away for a while. Times in seconds."""

import heapq
import itertools
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import example, given
from hypothesis import strategies as st

from app.peers.call import HEAL_S, MEND_S, UNANSWERED_S
from app.peers.negotiation import ApplyDescription, ClosePeer, MakeOffer, OpenPeer, RestartIce
from app.peers.switchboard import POLITE_WAIT_S, Action, Say, Switchboard
from app.peers.topology import initiates
from app.peers.unreached import MOST_RETRY_S

BOTH = ("ada", "ben")
PATIENCE_S = 2 * (UNANSWERED_S + MOST_RETRY_S + POLITE_WAIT_S)
NOTICED_S = 5.0
FAILS_S = 10.0


@dataclass
class Connection:
    """A browser's peer connection. `round` names the last offer that looked for a way, as each side has it; `way` tells
    whether bytes get through."""

    name: str
    round: str = ""
    restarts: bool = False
    way: bool = False
    far: str | None = None
    offered: bool = False
    open: bool = True


@dataclass
class Page:
    """One member's page: its switchboard and its browser."""

    wire: "Wire"
    me: str
    board: Switchboard
    connection: Connection | None = None
    alive: bool = True
    heard: list[str] = field(default_factory=list)

    @property
    def peer(self) -> str:
        return BOTH[self.me == BOTH[0]]

    def act(self, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case Say(payload=payload):
                    self.wire.carry(self.peer, payload)
                case OpenPeer(initiate=initiate):
                    assert self.connection is None, "opened over an open connection"
                    self.connection = Connection(self.wire.name(self.me))
                    if initiate:
                        self.soon(lambda: self.board.needed(self.peer))
                case ClosePeer():
                    self.hang_up()
                case RestartIce():
                    assert self.connection is not None
                    self.connection.restarts = True
                case MakeOffer():
                    self.make_offer()
                case ApplyDescription(kind=kind, sdp=sdp):
                    self.apply(kind, sdp)
        self.wire.wake(self)

    def soon(self, report: Callable[[], list[Action]]) -> None:
        """The browser reports in a moment, if that connection is still there."""
        connection = self.connection

        def arrive() -> None:
            if self.alive and connection is self.connection:
                self.act(report())

        self.wire.later(0.01, arrive)

    def make_offer(self) -> None:
        connection = self.connection
        assert connection is not None
        connection.offered = True
        if connection.restarts:
            connection.restarts, connection.round = False, self.wire.name("round")
        sdp = f"{connection.name}/{connection.round}"
        self.soon(lambda: self.board.made(self.peer, "offer", sdp))

    def apply(self, kind: str, sdp: str) -> None:
        connection = self.connection
        assert connection is not None
        assert kind == "offer" or connection.offered, "an answer without an offer"
        connection.offered = False
        connection.far, _, round_ = sdp.partition("/")
        if kind == "offer":
            connection.round = round_
            self.soon(lambda: self.board.made(self.peer, "answer", f"{connection.name}/{round_}"))
        else:
            self.soon(lambda: self.board.taken(self.peer, "answer"))
            if round_ != connection.round:
                return  # an answer to an offer that a newer one has overtaken
        self.wire.join(self)

    def connected(self) -> list[Action]:
        assert self.board.connected(self.peer)
        return []

    def steadied(self) -> list[Action]:
        return self.board.steady(self.peer)

    def hang_up(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.open = False
            self.wire.later(self.wire.chance.uniform(0, NOTICED_S), lambda: self.wire.end(connection))

    def hear(self, payload: str) -> list[Action]:
        self.heard.append(payload)
        return self.board.heard(self.peer, payload, self.wire.now)


class Wire:
    """The server, the network between the browsers, and fake time."""

    def __init__(self, seed: int, loss: float, slowest_s: float) -> None:
        self.now = 0.0
        self.chance = random.Random(seed)
        self.loss = loss
        self.network = True
        self.slowest_s = slowest_s
        self.pages: dict[str, Page] = {}
        self._names = itertools.count(1)
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def name(self, whose: str) -> str:
        return f"{whose}{next(self._names)}"

    def later(self, wait: float, do: Callable[[], None]) -> None:
        heapq.heappush(self._queue, (self.now + wait, next(self._order), do))

    def run(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        end = self.now + seconds
        while self._queue and self._queue[0][0] <= end and not until():
            self.now, _, do = heapq.heappop(self._queue)
            do()
        if not until():
            self.now = end

    def close_page(self, me: str) -> None:
        """The page is gone: whatever is said to it from now on is lost, like all that is under way."""
        self.pages[me].alive = False
        self.pages[me].hang_up()
        self.loss = 1.0

    def open_page(self, me: str) -> None:
        """A page, or one in place of another: the old one's connection ends, and the new one knows nothing."""
        before = self.pages.get(me)
        if before is not None:
            before.alive = False
            before.hang_up()
        self.pages[me] = Page(self, me, Switchboard(me, self.name("page")))
        for present in self.pages.values():
            present.act(present.board.want(frozenset({present.peer} & self.pages.keys()), self.now))

    def carry(self, to: str, payload: str) -> None:
        """Through the server, to whichever page is open then."""
        if self.chance.random() >= self.loss:
            self.later(self.chance.uniform(0.01, self.slowest_s), lambda: self._deliver(to, payload))

    def _deliver(self, to: str, payload: str) -> None:
        page = self.pages[to]
        page.act(page.hear(payload))

    def wake(self, page: Page) -> None:
        moment = page.board.next_wake()
        if moment is not None:
            self.later(max(0.0, moment - self.now) + 0.001, lambda: self._tick(page))

    def _tick(self, page: Page) -> None:
        moment = page.board.next_wake()
        if page.alive and moment is not None and moment <= self.now:
            page.act(page.board.tick(self.now))

    def join(self, page: Page) -> None:
        """Where two connections have each other's descriptions, the channels open."""
        near, far_page = page.connection, self.pages.get(page.peer)
        far = far_page.connection if far_page else None
        if not (near and far and far_page and near.far == far.name and far.far == near.name and self.network):
            return
        for end, connection in ((page, near), (far_page, far)):
            if end.board.up and near.round == far.round:
                end.soon(end.steadied)
            elif not end.board.up:
                end.soon(end.connected)
            connection.way = connection.way or near.round == far.round

    def go_away(self, lasts: float, heals: bool) -> None:
        """No byte gets through between the browsers for a while; `heals`: the old way is good again afterwards."""
        self.network = False
        for page in self.pages.values():
            if page.connection is not None:
                page.connection.way = False
                self._notices(page, page.connection)
        self.later(lasts, lambda: self.come_back(heals))

    def come_back(self, heals: bool) -> None:
        self.network = True
        for page in self.pages.values():
            if heals and page.connection and page.board.up:
                page.connection.way = True
                page.soon(page.steadied)

    def _notices(self, page: Page, connection: Connection) -> None:
        """The browser says that a way is lost, and later that it gives up; unless there is one by then."""

        def tell(failed: bool) -> None:
            if page.connection is connection and not connection.way and page.board.up:
                page.act(page.board.shaky(page.peer, failed, self.now))

        self.later(self.chance.uniform(0, NOTICED_S), lambda: tell(False))
        self.later(NOTICED_S + self.chance.uniform(0, FAILS_S), lambda: tell(True))

    def end(self, gone: Connection) -> None:
        """The far browser notices that the connection is dead."""
        for page in self.pages.values():
            connection = page.connection
            if connection is not None and connection.far == gone.name and page.board.up and self.network:
                page.act(page.board.lost(page.peer, self.now))

    def working(self) -> bool:
        """Whether each has one call, to the other's, and both know it is up."""
        ada, ben = (self.pages[me] for me in BOTH)
        if not (ada.connection and ben.connection and ada.board.up and ben.board.up):
            return False
        if ada.board.shaken or ben.board.shaken or not (ada.connection.way and ben.connection.way):
            return False
        return (ada.connection.far, ben.connection.far) == (ben.connection.name, ada.connection.name)

    def calm_down(self) -> None:
        """From now on words arrive, in order."""
        self.loss, self.slowest_s = 0.0, 0.01


EVENINGS = {
    "seed": st.integers(0, 2**32),
    "loss": st.sampled_from([0.0, 0.1, 0.5, 0.9]),
    "slowest_s": st.sampled_from([0.01, 0.2, 3.0, 20.0]),
    "reloads": st.lists(st.tuples(st.sampled_from(BOTH), st.floats(0.0, 20.0)), max_size=4),
}


def evening(seed: int, loss: float, slowest_s: float, reloads: list[tuple[str, float]]) -> Wire:
    """Both pages opened, a while apart, and reloaded after so many seconds each."""
    wire = Wire(seed, loss, slowest_s)
    for me, wait in (*((me, wire.chance.uniform(0, 2)) for me in BOTH), *reloads):
        wire.run(wait)
        wire.open_page(me)
    return wire


@given(**EVENINGS)
def test_both_end_with_one_working_call(
    seed: int, loss: float, slowest_s: float, reloads: list[tuple[str, float]]
) -> None:
    wire = evening(seed, loss, slowest_s, reloads)
    wire.calm_down()
    wire.run(slowest_s + PATIENCE_S, until=wire.working)
    assert wire.working()
    wire.run(NOTICED_S + slowest_s + PATIENCE_S)
    assert wire.working()
    assert all(page.board.next_wake() is None for page in wire.pages.values())


def life(payload: str) -> str:
    found: str = json.loads(payload)["life"]
    return found


def is_over(payload: str, board: Switchboard, peer: str) -> bool:
    """Whether that was said in an earlier attempt of the page we are talking to, or to an earlier life of ours."""
    call = board._calls[peer]
    assert call.their_life is not None
    page, _, number = life(payload).partition(".")
    their_page, _, their_number = call.their_life.partition(".")
    to = json.loads(payload)["to"]
    return (page == their_page and int(number) < int(their_number)) or to not in (None, call.life)


@given(**EVENINGS)
def test_stale_words_do_not_disturb_a_working_call(
    seed: int, loss: float, slowest_s: float, reloads: list[tuple[str, float]]
) -> None:
    wire = evening(seed, loss, slowest_s, reloads)
    wire.calm_down()
    wire.run(slowest_s + 2 * PATIENCE_S)
    for page in wire.pages.values():
        for payload in page.heard:
            if is_over(payload, page.board, page.peer):
                assert page.board.heard(page.peer, payload, wire.now) == []
    assert wire.working()


@given(**EVENINGS)
def test_words_of_a_page_long_gone_are_recovered_from(
    seed: int, loss: float, slowest_s: float, reloads: list[tuple[str, float]]
) -> None:
    """Nobody can tell which of two pages is the older one, so such words may end a call, but only for a while."""
    wire = evening(seed, loss, slowest_s, reloads)
    wire.calm_down()
    wire.run(slowest_s + 2 * PATIENCE_S)
    for page in list(wire.pages.values()):
        for payload in list(page.heard):
            page.act(page.hear(payload))
    wire.run(2 * PATIENCE_S)
    assert wire.working()


def test_without_any_trouble_it_takes_a_moment() -> None:
    wire = evening(seed=1, loss=0.0, slowest_s=0.02, reloads=[])
    wire.run(1.0, until=wire.working)
    assert wire.working()
    assert initiates(*BOTH)


@given(
    seed=st.integers(0, 2**32),
    slowest_s=st.sampled_from([0.02, 0.1]),
    whose=st.sampled_from(BOTH),
    gone_s=st.floats(0.0, 30.0),
)
def test_a_page_that_comes_back_is_connected_in_a_moment_however_often_it_was_called_meanwhile(
    seed: int, slowest_s: float, whose: str, gone_s: float
) -> None:
    wire = evening(seed, 0.0, slowest_s, [])
    wire.run(PATIENCE_S, until=wire.working)
    wire.close_page(whose)
    wire.run(gone_s)
    wire.loss = 0.0
    wire.open_page(whose)
    wire.run(1.0, until=wire.working)
    assert wire.working()


OUTAGES = {
    "seed": st.integers(0, 2**32),
    "lasts_s": st.floats(0.1, 60.0),
    "heals": st.booleans(),
    "loss": st.sampled_from([0.0, 0.5, 1.0]),
    "slowest_s": st.sampled_from([0.01, 0.2, 3.0]),
}


@given(**OUTAGES)
def test_after_the_network_was_away_there_is_one_working_call_again(
    seed: int, lasts_s: float, heals: bool, loss: float, slowest_s: float
) -> None:
    wire = evening(seed, 0.0, 0.02, [])
    wire.run(PATIENCE_S, until=wire.working)
    wire.loss, wire.slowest_s = loss, slowest_s
    wire.go_away(lasts_s, heals)
    wire.run(lasts_s + 1.0)
    wire.calm_down()
    wire.run(slowest_s + PATIENCE_S, until=wire.working)
    assert wire.working()
    wire.run(NOTICED_S + FAILS_S + PATIENCE_S)
    assert wire.working()
    assert all(page.board.next_wake() is None for page in wire.pages.values())


@given(seed=st.integers(0, 2**32), lasts_s=st.floats(0.1, 6.0), heals=st.booleans())
def test_a_short_outage_costs_no_channel(seed: int, lasts_s: float, heals: bool) -> None:
    """Ada noticed it within `NOTICED_S` and offered `HEAL_S` later; the offer is made again until it is answered."""
    wire = evening(seed, 0.0, 0.02, [])
    wire.run(PATIENCE_S, until=wire.working)
    before = [page.connection for page in wire.pages.values()]
    wire.go_away(min(lasts_s, HEAL_S), heals)
    wire.run(NOTICED_S + MEND_S, until=lambda: wire.network and wire.working())
    assert wire.working()
    assert [page.connection for page in wire.pages.values()] == before


@given(seed=st.integers(0, 2**32), gone_s=st.floats(15.0, 120.0))
@example(seed=3652185, gone_s=15.0)  # the time to mend the old call was all but over
def test_when_words_get_through_again_nobody_waits_for_a_delay_to_end(seed: int, gone_s: float) -> None:
    wire = evening(seed, 0.0, 0.02, [])
    wire.run(PATIENCE_S, until=wire.working)
    wire.loss = 1.0
    wire.go_away(gone_s, heals=False)
    wire.run(gone_s + 0.1)
    wire.calm_down()
    for page in wire.pages.values():
        page.act(page.board.hurry(wire.now))
    wire.run(1.0, until=wire.working)
    assert wire.working()
