"""Waiting and the reducer together, whatever people do and say, on a clock of its own. Times in seconds.

The room never waits past its moment; what was paused stays so; whoever is waited for is here, takes the film and is not
ready; what one member, and all together, can hold up is bounded.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.playback.gate import MOST_HOLDS, MOST_WAITS, START_WAIT_S, WAIT_S, WITHIN_S, Buffer, WaitFor
from app.room.messages import (
    Command,
    GoOn,
    Hold,
    Join,
    Leave,
    Pause,
    Play,
    QueueAdd,
    QueueRemove,
    Report,
    Seek,
    SetPolicy,
    SetPresence,
    SetRate,
    Skip,
)
from app.room.reducer import Applied, apply
from app.room.state import Film, Policy, Presence, Role, Room, Standing
from signalling.desk import Desk
from signalling.waiting import Waiting

PEOPLE = st.sampled_from(["ada", "ben", "cy", "dee", "eve"])
ITEMS = st.sampled_from(["one", "two", "unknown"])
LENGTHS = {"one": 600.0, "two": 5.0, "unknown": None}
WHOLE = (Standing.COMPLETE, Standing.SOURCE)
TAKES = (*WHOLE, Standing.CHECKING, Standing.CONNECTING, Standing.RECEIVING, Standing.STALLED)
MOVES = st.one_of(
    st.builds(Play, st.floats(0.25, 0.5), st.booleans()),
    st.just(Pause()),
    st.builds(Seek, st.sampled_from([0.0, 3.0, 300.0, 600.0])),
    st.builds(SetRate, st.floats(0.25, 4)),
)
PICKS = st.one_of(st.builds(Skip, ITEMS), st.builds(QueueRemove, ITEMS))
STANDINGS = st.one_of(st.just(Standing.RECEIVING), st.sampled_from(Standing))
# Long dead, of this moment, or of one that never was.
SEEN = st.one_of(st.just(None), st.sampled_from([0, 2**53]))


def film(item: str) -> Film:
    return Film(item.encode().hex().ljust(64, "0"), "Film.mp4", 1000, "video/mp4", 1024 * 1024, LENGTHS[item])


@dataclass
class Call:
    """A timer."""

    due: float
    callback: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


class Rooms(RuleBasedStateMachine):
    """People come, go, report the truth or nonsense, and press everything; time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0
        self.room = Room("ABCDEF", "Friday", 0.0)
        self.calls: list[Call] = []
        self.said: dict[str, Report] = {}
        self.moved = 0
        self.anyway: set[str] = set()
        self.holds: deque[tuple[float, tuple[str, ...]]] = deque()
        self.waiting = self._server()

    @initialize()
    def a_room_with_people_and_films(self) -> None:
        for who in ("ada", "ben", "cy", "dee", "eve"):
            self.come(who)
        for item in LENGTHS:
            self._ask(QueueAdd(item, film(item)), "ada")

    @rule(who=PEOPLE)
    def come(self, who: str) -> None:
        if self.room.member(who) is None:
            self._ask(Join(who, who, Role.COHOST), None)
        self._ask(SetPresence(who, Presence.HERE), None)

    @rule(who=PEOPLE)
    def go_away(self, who: str) -> None:
        self.waiting.forget(who)
        self.said.pop(who, None)
        self._ask(SetPresence(who, Presence.AWAY), None)

    @rule(who=PEOPLE)
    def leave(self, who: str) -> None:
        self._ask(Leave(who), None)
        self.waiting.forget_for_good(who)
        self.said.pop(who, None)
        # Whoever comes under that name again is somebody else: the room's own bound holds for them all.
        self.holds = deque((at, tuple(m for m in members if m != who)) for at, members in self.holds)

    @rule(who=PEOPLE, command=MOVES)
    def press(self, who: str, command: Command) -> None:
        self._ask(command, who)

    @rule(who=PEOPLE, command=PICKS)
    def pick(self, who: str, command: Command) -> None:
        self._ask(command, who)

    @rule(item=ITEMS)
    def add(self, item: str) -> None:
        self._ask(QueueAdd(item, film(item)), "ada")

    @rule(who=PEOPLE, wait_for=st.sampled_from(WaitFor))
    def choose(self, who: str, wait_for: WaitFor) -> None:
        self._ask(SetPolicy(Policy(wait_for=wait_for)), who)

    @precondition(lambda self: self.room.current)
    @rule(who=PEOPLE, buffer=st.sampled_from(Buffer), standing=STANDINGS, seen=SEEN)
    def report(self, who: str, buffer: Buffer, standing: Standing, seen: int | None) -> None:
        self._say(who, buffer, standing, seen)

    @rule(who=PEOPLE, item=ITEMS, buffer=st.sampled_from(Buffer))
    def report_of_a_film(self, who: str, item: str, buffer: Buffer) -> None:
        if self.room.programme.find(item) and self._is_here(who):
            self._take(who, Report(film(item).film_id, Standing.RECEIVING, 0.1, 0.0, 0.0, buffer=buffer))

    @precondition(lambda self: self.room.current)
    @rule(who=PEOPLE)
    def everybody_is_ready_and_it_runs(self, who: str) -> None:
        for member in self.room.members:
            self._say(member.id, Buffer.READY)
        self._ask(Play(0.3), who)
        self._pass(1.0)

    @precondition(lambda self: self.room.timeline.playing)
    @rule(crowd=st.permutations(["ada", "ben", "cy", "dee", "eve"]), times=st.integers(1, MOST_WAITS + 1))
    def they_take_turns_to_run_dry(self, crowd: list[str], times: int) -> None:
        for who in crowd * times:
            self._say(who, Buffer.READY)
            self._pass(1.0)
            self._say(who, Buffer.DRY)
            self._say(who, Buffer.READY)

    @precondition(lambda self: self.room.timeline.playing)
    @rule(who=PEOPLE, later=PEOPLE)
    def started_anyway(self, who: str, later: str) -> None:
        self._say(who, Buffer.DRY)
        self._ask(Play(0.3, anyway=True), who)
        self._pass(1.0)
        self._say(later, Buffer.DRY)

    @precondition(lambda self: self.room.timeline.playing)
    @rule(who=PEOPLE, ahead=PEOPLE)
    def a_seek_that_somebody_has_seen_before(self, who: str, ahead: str) -> None:
        self._say(ahead, Buffer.READY, seen=2**53)
        self._ask(Seek(600.0), who)
        if self.moved == self.room.revision and self._lacks(ahead) and self.room.policy.wait_for is WaitFor.EVERYONE:
            assert self.room.wait is not None
            assert ahead in self.room.wait.members

    @rule(seconds=st.one_of(st.floats(0, 2), st.floats(0, 2 * START_WAIT_S)))
    def time_passes(self, seconds: float) -> None:
        self._pass(seconds)

    @rule()
    def the_server_dies_and_comes_back(self) -> None:
        self.waiting.close()
        self.said.clear()
        self.holds.clear()
        self.moved = 0
        self.anyway.clear()
        self.waiting = self._server()
        for member in self.room.members:
            self._ask(SetPresence(member.id, Presence.AWAY), None)
        self.waiting.look()

    @invariant()
    def no_wait_outlasts_its_moment(self) -> None:
        wait = self.room.wait
        assert len([call for call in self.calls if not call.cancelled]) == (wait is not None)
        if wait is not None:
            assert not self.room.timeline.playing
            assert self.now < wait.until <= self.now + START_WAIT_S

    @invariant()
    def whoever_is_waited_for_is_here_takes_the_film_and_is_not_ready(self) -> None:
        assert self.room.wait is None or any(self._lacks(who) for who in self.room.wait.members)

    @invariant()
    def what_can_be_held_up_is_bounded(self) -> None:
        recent = [members for at, members in self.holds if at > self.now - WITHIN_S]
        assert len(recent) <= MOST_HOLDS
        for who in {who for members in recent for who in members}:
            assert sum(who in members for members in recent) <= MOST_WAITS

    def _server(self) -> Waiting:
        return Waiting(Desk(lambda: self.now, self._schedule, lambda: self.room, self._order))

    def _schedule(self, delay_s: float, callback: Callable[[], None]) -> Call:
        call = Call(self.now + delay_s, callback)
        self.calls.append(call)
        return call

    def _pass(self, seconds: float) -> None:
        until = self.now + seconds
        while due := [call for call in self.calls if not call.cancelled and call.due <= until]:
            first = min(due, key=lambda call: call.due)
            self.calls.remove(first)
            self.now = max(self.now, first.due)
            first.callback()
        self.calls = [call for call in self.calls if not call.cancelled]
        self.now = until

    def _order(self, command: Command) -> None:
        if isinstance(command, Hold):
            assert self.room.timeline.playing
            assert not self.anyway & set(command.waits_for)
            self.holds.append((self.now, command.waits_for))
        else:
            assert isinstance(command, GoOn)
            wait = self.room.wait
            assert wait is not None
            lacking = any(self._lacks(who) for who in wait.members)
            assert not lacking or self.now >= wait.until or self.room.policy.wait_for is not WaitFor.EVERYONE
        before = self.room.timeline.position_at(self.now, self.room.duration_s)
        self._ask(command, None)
        assert abs(self.room.timeline.position_at(self.now, self.room.duration_s) - before) < 1e-6

    def _ask(self, command: Command, by: str | None) -> None:
        if isinstance(command, Play | Seek):
            command = replace(command, waits_for=self.waiting.before(command))
        before = self.room
        outcome = apply(before, command, by, self.now)
        if not isinstance(outcome, Applied):
            return
        self.room = outcome.room
        if not before.going:
            assert not self.room.going or isinstance(command, Play), "a paused room stays paused"
        if isinstance(command, Seek) and self.room.wait is not None:
            assert self.room.wait.until == self.now + WAIT_S
        self._note(command, before)
        self.waiting.decided(command, before)

    def _note(self, command: Command, before: Room) -> None:
        over = before.wait is None and before.timeline.has_ended(self.now, before.duration_s)
        if before.timeline.item != self.room.timeline.item or isinstance(command, Skip):
            self.anyway.clear()
            self.moved = self.room.revision
        elif isinstance(command, Seek) or (isinstance(command, Play) and over):
            self.moved = self.room.revision
        if isinstance(command, Play) and command.anyway and not before.timeline.playing:
            self.anyway = {member.id for member in self.room.members if self._lacks(member.id)}

    def _say(self, who: str, buffer: Buffer, standing: Standing = Standing.RECEIVING, seen: int | None = None) -> None:
        if self.room.current and self._is_here(who):
            revision = self.room.revision if seen is None else seen
            film_id = self.room.current.film.film_id
            self._take(who, Report(film_id, standing, 0.1, 0.0, 0.0, buffer=buffer, seen=revision))

    def _take(self, who: str, report: Report) -> None:
        self.said[who] = replace(report, seen=min(report.seen, self.room.revision))
        if not self._lacks(who):
            self.anyway.discard(who)
        self.waiting.reported(who, report)

    def _is_here(self, who: str) -> bool:
        member = self.room.member(who)
        return member is not None and member.presence is Presence.HERE

    def _lacks(self, who: str) -> bool:
        report, current = self.said.get(who), self.room.current
        if report is None or current is None or not self._is_here(who) or report.film_id != current.film.film_id:
            return False
        if report.standing in WHOLE or report.standing not in TAKES:
            return False
        return report.buffer is not Buffer.READY or report.seen < self.moved


TestRooms = Rooms.TestCase
TestRooms.settings = settings(max_examples=120, stateful_step_count=50, deadline=None)
