"""Whether a film fits. A film of four pieces; bytes, and seconds of the page's time."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app.session.space import LOOK_EVERY_S, MARGIN_BYTES, Space, lacking
from app.swarm.share import Bar, Share
from tests.unit.session.parts import NOW, OF, PIECE

SIZE = OF.facts.size


def share(held: int = 0) -> Share:
    of = Share(OF.facts, None)
    of.held.bits = held
    return of


def test_only_what_is_not_here_yet_needs_space() -> None:
    assert lacking(share(), SIZE + MARGIN_BYTES) == 0
    assert lacking(share(), SIZE + MARGIN_BYTES - 1) == 1
    assert lacking(share(0b0001), SIZE + MARGIN_BYTES - PIECE) == 0
    assert lacking(share(), 0) == SIZE + MARGIN_BYTES


def test_a_film_that_is_here_needs_none_and_a_silent_browser_is_trusted() -> None:
    assert lacking(share(0b1111), 0) == 0
    assert lacking(share(), None) == 0


def test_what_does_not_fit_is_kept_out_until_there_is_room() -> None:
    space = Space()
    assert not space.measure(share(), SIZE)
    assert space.lacks == {OF.film_id: MARGIN_BYTES}
    assert space.measure(share(), SIZE + MARGIN_BYTES)
    assert space.lacks == {}


def test_it_is_filled_regardless_for_one_who_says_so_until_they_leave() -> None:
    space = Space()
    assert space.go_on() == []
    assert not space.measure(share(), SIZE)
    assert space.go_on() == [OF.film_id]
    assert space.lacks == {}
    assert space.measure(share(), 0)
    space.left()
    assert not space.measure(share(), 0)
    space.left()
    assert space.lacks == {}


def test_of_a_film_that_is_not_to_come_nothing_is_remembered() -> None:
    space = Space()
    space.measure(share(), SIZE)
    space.drop(OF.film_id)
    assert space.go_on() == []
    space.measure(share(), SIZE)
    space.go_on()
    space.drop(OF.film_id)
    assert not space.measure(share(), 0)
    space.drop("ab" * 32)


# --- waiting


def test_while_something_waits_we_look_every_few_seconds() -> None:
    space = Space()
    assert not space.tick(NOW)
    assert space.next_wake() is None
    space.wait(NOW)
    assert space.next_wake() == NOW + LOOK_EVERY_S
    assert not space.tick(NOW + LOOK_EVERY_S - 0.1)
    assert space.tick(NOW + LOOK_EVERY_S)
    assert not space.tick(NOW + LOOK_EVERY_S)
    space.rest()
    assert not space.tick(NOW + 60)


class Waiting(RuleBasedStateMachine):
    """A film that wants in, a person who says go on, and a disk that fills and empties."""

    def __init__(self) -> None:
        super().__init__()
        self.space = Space()
        self.share = share()
        self.regardless = False
        self.room = 0

    @rule(room=st.integers(0, 2 * (SIZE + MARGIN_BYTES)))
    def measured(self, room: int) -> None:
        self.room = room
        begins = self.space.measure(self.share, room)
        assert begins == (self.regardless or room >= SIZE + MARGIN_BYTES)
        self.share.bar = None if begins else Bar.NO_ROOM

    @rule()
    def go_on(self) -> None:
        if self.space.go_on():
            self.regardless, self.share.bar = True, None

    @rule()
    def leave(self) -> None:
        self.space.left()
        self.regardless, self.share.bar = False, None

    @invariant()
    def a_film_is_kept_out_exactly_while_it_is_told_what_it_lacks(self) -> None:
        kept_out = self.share.bar is Bar.NO_ROOM
        assert self.space.lacks == ({OF.film_id: SIZE + MARGIN_BYTES - self.room} if kept_out else {})


TestWaiting = Waiting.TestCase
