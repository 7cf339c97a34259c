"""Keys that are held down and bars that are dragged about, against the server's own limit and one line with delays.

Nothing is ever refused, at most five moves go out a second, and everybody ends where the last of them says.
"""

from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from app.room.messages import Do, Happened, Limits, Move, Pause, Ready, Seek
from app.room.reducer import Applied, apply
from app.room.state import Room
from app.session import events as ev
from app.session.effects import Effect, SendToServer
from signalling.paces import Paces
from tests.unit.room.rooms import room
from tests.unit.session.parts import Parts

LENGTH_S = 600.0
MOVE_EVERY_S = 1 / Limits().moves_per_s
# A key that is held down comes 15 to 33 times a second; people are slower.
GAPS_S = st.floats(0.015, 0.4)
STEPS = st.builds(ev.StepPressed, st.sampled_from([5.0, -5.0, 10.0, -10.0]))
SEEKS = st.builds(ev.SeekPressed, st.floats(0, 700))
PRESSES = st.lists(st.tuples(GAPS_S, STEPS | SEEKS | st.just(ev.PausePressed())), min_size=1, max_size=60)
DELAYS_S = st.lists(st.floats(0.0, 0.3), min_size=1, max_size=5)


@dataclass
class Evening:
    """Ada in a room that stands, the server, and a line that keeps the order and takes its time."""

    delays_s: list[float]
    now: float = 100.0
    room: Room = field(default_factory=room)
    sent: list[tuple[float, Do]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.parts = Parts()
        numbers = iter(range(10_000))
        self.parts.company._new_id = lambda: f"c{next(numbers)}"
        self.parts.company.ready(Ready(self.room, "ada", "epoch"), self.now)
        self.parts.entrance.line.up()
        self.paces = Paces()
        self.under_way: deque[tuple[float, Do]] = deque()

    def press(self, event: ev.Event) -> None:
        self._perform(self.parts.wishes.handlers()[type(event)](event, self.now))

    def pass_(self, seconds: float) -> None:
        """Time passes: timers fire when they are due, words arrive."""
        until = self.now + seconds
        while (moment := min(self._moments(), default=until + 1)) <= until:
            self.now = max(self.now, moment)
            self._perform(self.parts.wishes.tick(self.now))
            while self.under_way and self.under_way[0][0] <= self.now:
                self._serve(self.under_way.popleft()[1])
        self.now = until

    def _moments(self) -> list[float]:
        due = self.parts.wishes.next_wake()
        return [*([due] if due is not None else []), *(at for at, _ in self.under_way)]

    def _perform(self, effects: list[Effect]) -> None:
        for effect in effects:
            assert isinstance(effect, SendToServer)
            assert isinstance(effect.message, Do)
            assert isinstance(effect.message.command, Move)
            delay_s = self.delays_s[len(self.sent) % len(self.delays_s)]
            after = self.under_way[-1][0] if self.under_way else 0.0
            self.sent.append((self.now, effect.message))
            self.under_way.append((max(after, self.now + delay_s), effect.message))

    def _serve(self, asked: Do) -> None:
        assert self.paces.allow("ada", asked.command, self.now), "refused as too fast"
        applied = apply(self.room, asked.command, "ada", self.now)
        assert isinstance(applied, Applied)
        self.room = applied.room
        self.parts.company.happened(
            Happened(self.room.revision, self.now, "ada", asked.command, asked.command_id),
        )


@settings(deadline=None, max_examples=150)
@given(PRESSES, DELAYS_S)
def test_haste_ends_at_the_right_place_and_is_never_refused(
    presses: list[tuple[float, ev.Event]], delays_s: list[float]
) -> None:
    evening = Evening(delays_s)
    here_s = 0.0
    for gap_s, event in presses:
        evening.pass_(gap_s)
        evening.press(event)
        if isinstance(event, ev.StepPressed):
            here_s += event.by_s
        elif isinstance(event, ev.SeekPressed):
            here_s = event.position_s
        here_s = min(max(here_s, 0.0), LENGTH_S)
        shown = evening.parts.company.room
        assert shown is not None
        assert shown.timeline.position_s == here_s
    evening.pass_(60.0)
    assert evening.parts.company.pending == 0
    assert evening.room.timeline.position_s == here_s
    assert evening.parts.company.room == evening.room
    moments = [at for at, _ in evening.sent]
    assert all(later - earlier > MOVE_EVERY_S - 1e-9 for earlier, later in pairwise(moments))


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 100), DELAYS_S)
def test_of_a_key_held_down_few_words_go_out(times: int, delays_s: list[float]) -> None:
    evening = Evening(delays_s)
    for _ in range(times):
        evening.press(ev.StepPressed(5.0))
        evening.pass_(0.033)
    evening.pass_(60.0)
    assert evening.room.timeline.position_s == min(5.0 * times, LENGTH_S)
    assert len(evening.sent) <= times * 0.033 / MOVE_EVERY_S + 2
    assert isinstance(evening.sent[-1][1].command, Seek)
    assert not any(isinstance(asked.command, Pause) for _, asked in evening.sent)
