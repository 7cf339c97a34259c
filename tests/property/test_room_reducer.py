"""The reducer against a small model that knows only who is in, who leads, what is queued and where the film is.

Never two hosts, never none while somebody is in; revisions without gaps; nobody moves the film without permission.
"""

from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.playback.gate import START_WAIT_S
from app.room.codec import decode_room, encode
from app.room.messages import (
    Command,
    End,
    GoOn,
    Hold,
    Join,
    Kick,
    Leave,
    Pause,
    Play,
    QueueAdd,
    QueueMove,
    QueueRemove,
    Seek,
    SetPolicy,
    SetPresence,
    SetRate,
    SetRole,
    Skip,
    SubtitleAdd,
    SubtitleRemove,
    TransferHost,
)
from app.room.programme import MAX_ITEMS, MAX_SUBTITLES
from app.room.reducer import Applied, Refused, apply
from app.room.state import Film, Phase, Policy, Presence, Role, Room, Subtitle, SubtitleFormat

PEOPLE = st.sampled_from(["ada", "ben", "cy", "dee"])
ITEMS = st.sampled_from(["one", "two", "three"])
# More than a film may have.
WORDS = st.integers(1, MAX_SUBTITLES + 2)
DURATIONS = st.sampled_from([None, 5.0, 600.0])
WAITED = st.sampled_from([(), ("ben",), ("ben", "cy")])
MOVES = st.one_of(
    st.builds(Play, st.floats(0, 1), st.booleans(), WAITED),
    st.builds(Pause),
    st.builds(Seek, st.floats(0, 700), WAITED),
    st.builds(SetRate, st.floats(0.25, 4)),
)
GRANTS: dict[type, str] = {
    Play: "viewers_may_play_pause",
    Pause: "viewers_may_play_pause",
    SetRate: "viewers_may_play_pause",
    Seek: "viewers_may_seek",
    QueueAdd: "viewers_may_add",
    SubtitleAdd: "viewers_may_add",
    SubtitleRemove: "viewers_may_add",
}


def film(item: str, duration_s: float | None) -> Film:
    return Film(item.encode().hex().ljust(64, "0"), "Film.mp4", 1000, "video/mp4", 1024 * 1024, duration_s)


def subtitle(number: int) -> Subtitle:
    return Subtitle(f"{number:064x}", f"Film.{number}.srt", 1000, SubtitleFormat.SRT)


@dataclass
class Model:
    """What must be true whatever the reducer does inside."""

    people: dict[str, Role]
    queue: dict[str, list[int]]
    on: str | None
    revision: int
    ended: bool
    absent: str | None = None
    was: Role = Role.VIEWER


class Rooms(RuleBasedStateMachine):
    """People come, go and ask for things; time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.room = Room("ABCDEF", "Friday", 0.0)
        self.model = Model({}, {}, None, 0, False)
        self.now = 0.0

    @rule(seconds=st.floats(0, 100))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule(who=PEOPLE, role=st.sampled_from([Role.COHOST, Role.VIEWER]))
    def join(self, who: str, role: Role) -> None:
        done = self._ask(Join(who, who, role), None)
        assert done == (not self.model.ended and who not in self.model.people)
        if not done:
            return
        if who == self.model.absent:
            self._relieve()
            self.model.people[who] = Role.HOST
        elif self.model.people:
            self.model.people[who] = role
        else:
            self.model.people[who], self.model.was = Role.HOST, role

    @rule(who=PEOPLE)
    def a_second_host_is_refused(self, who: str) -> None:
        if self.model.people and who != self.model.absent:
            assert not self._ask(Join(who, who, Role.HOST), None)

    @rule(who=PEOPLE, itself=st.booleans())
    def leave(self, who: str, itself: bool) -> None:
        done = self._ask(Leave(None if itself else who), who if itself else None)
        assert done == (not self.model.ended and who in self.model.people)
        if done and self.model.people.pop(who) is Role.HOST:
            if not itself and self.model.absent is None:
                self.model.absent = who
            self._succeed()

    @rule(who=PEOPLE, whom=PEOPLE)
    def kick(self, who: str, whom: str) -> None:
        done = self._ask(Kick(whom), who)
        assert done == (self._is_host(who) and whom in self.model.people and whom != who)
        if done:
            del self.model.people[whom]

    @rule(who=PEOPLE, whom=PEOPLE, role=st.sampled_from(Role))
    def set_role(self, who: str, whom: str, role: Role) -> None:
        done = self._ask(SetRole(whom, role), who)
        assert done == (self._is_host(who) and whom in self.model.people and whom != who and role is not Role.HOST)
        if done:
            self.model.people[whom] = role

    @rule(who=PEOPLE, whom=PEOPLE)
    def hand_over(self, who: str, whom: str) -> None:
        done = self._ask(TransferHost(whom), who)
        by_right = self._is_host(who) and self.model.absent is None
        assert done == (by_right and whom in self.model.people and whom != who)
        if done:
            self.model.people |= {who: Role.COHOST, whom: Role.HOST}

    @rule(who=PEOPLE, presence=st.sampled_from(Presence))
    def come_or_go(self, who: str, presence: Presence) -> None:
        done = self._ask(SetPresence(who, presence), None)
        assert done == (not self.model.ended and who in self.model.people)

    @rule(who=PEOPLE, command=MOVES)
    def move(self, who: str, command: Command) -> None:
        before = self.room.timeline
        done = self._ask(command, who)
        assert done == (self._may(who, command) and self.model.on is not None)
        assert done or self.room.timeline == before

    @rule(by=st.one_of(st.none(), PEOPLE), waits_for=WAITED.filter(bool))
    def hold(self, by: str | None, waits_for: tuple[str, ...]) -> None:
        done = self._ask(Hold(waits_for), by)
        assert not (done and by)

    @rule(by=st.one_of(st.none(), PEOPLE))
    def go_on(self, by: str | None) -> None:
        waited = self.room.wait is not None
        done = self._ask(GoOn(), by)
        assert done == (by is None and waited)
        assert not done or self.room.timeline.playing

    @rule(who=PEOPLE, item=ITEMS, duration_s=DURATIONS)
    def add(self, who: str, item: str, duration_s: float | None) -> None:
        command = QueueAdd(item, film(item, duration_s))
        done = self._ask(command, who)
        assert done == (self._may(who, command) and item not in self.model.queue and len(self.model.queue) < MAX_ITEMS)
        if done:
            self.model.queue[item] = []
            self.model.on = self.model.on or item

    @rule(who=PEOPLE, item=ITEMS)
    def remove(self, who: str, item: str) -> None:
        done = self._ask(QueueRemove(item), who)
        assert done == (self._leads(who) and item in self.model.queue)
        if done:
            names = list(self.model.queue)
            index = names.index(item)
            del self.model.queue[item], names[index]
            if self.model.on == item:
                later = names[index:] or names[-1:]
                self.model.on = later[0] if later else None

    @rule(who=PEOPLE, item=ITEMS, before=st.one_of(st.none(), ITEMS))
    def sort(self, who: str, item: str, before: str | None) -> None:
        done = self._ask(QueueMove(item, before), who)
        known = item in self.model.queue and (before is None or before in self.model.queue)
        assert done == (self._leads(who) and known and item != before)
        if done:
            moved = {item: self.model.queue.pop(item)}
            names = list(self.model.queue)
            place = names.index(before) if before else len(names)
            first, rest = names[:place], names[place:]
            queue = self.model.queue
            self.model.queue = {name: queue[name] for name in first} | moved | {name: queue[name] for name in rest}

    @rule(who=PEOPLE, item=ITEMS)
    def skip(self, who: str, item: str) -> None:
        done = self._ask(Skip(item), who)
        assert done == (self._leads(who) and item in self.model.queue)
        if done:
            self.model.on = item

    @rule(who=PEOPLE, item=ITEMS, numbers=st.lists(WORDS, max_size=4))
    def add_subtitles(self, who: str, item: str, numbers: list[int]) -> None:
        for number in numbers:
            command, had = SubtitleAdd(item, subtitle(number)), self.model.queue.get(item)
            due = had is not None and number not in had and len(had) < MAX_SUBTITLES
            assert self._ask(command, who) == (self._may(who, command) and due)
            if had is not None and due and self._may(who, command):
                had.append(number)

    @rule(who=PEOPLE, item=ITEMS, number=WORDS)
    def remove_a_subtitle(self, who: str, item: str, number: int) -> None:
        command = SubtitleRemove(item, subtitle(number).film_id)
        done = self._ask(command, who)
        assert done == (self._may(who, command) and number in self.model.queue.get(item, []))
        if done:
            self.model.queue[item].remove(number)

    @rule(who=PEOPLE, policy=st.builds(Policy, st.booleans(), st.booleans(), st.booleans()))
    def set_policy(self, who: str, policy: Policy) -> None:
        done = self._ask(SetPolicy(policy), who)
        assert done == (not self.model.ended and self.model.people.get(who) is Role.HOST)

    @precondition(lambda self: self.model.revision > 15)
    @rule(who=PEOPLE)
    def end(self, who: str) -> None:
        done = self._ask(End(), who)
        assert done == (not self.model.ended and self.model.people.get(who) is Role.HOST)
        self.model.ended = self.model.ended or done

    def _is_host(self, who: str) -> bool:
        return not self.model.ended and self.model.people.get(who) is Role.HOST

    def _succeed(self) -> None:
        """Somebody is host after the one who went: a cohost who is here, if there is any."""
        if not self.model.people:
            return
        (heir,) = [member.id for member in self.room.members if member.role is Role.HOST]
        here = {member.id for member in self.room.members if member.presence is Presence.HERE}
        cohosts_here = [who for who, role in self.model.people.items() if role is Role.COHOST and who in here]
        assert not cohosts_here or heir in cohosts_here
        assert not here or heir in here
        self.model.was, self.model.people[heir] = self.model.people[heir], Role.HOST

    def _relieve(self) -> None:
        """Whoever acted as host is again what they were."""
        for who, role in self.model.people.items():
            if role is Role.HOST:
                self.model.people[who] = self.model.was
        self.model.absent = None

    @invariant()
    def one_host_wherever_somebody_is(self) -> None:
        hosts = [member.id for member in self.room.members if member.role is Role.HOST]
        assert len(hosts) == (1 if self.room.members else 0)

    @invariant()
    def the_room_is_the_models(self) -> None:
        assert {member.id: member.role for member in self.room.members} == self.model.people
        assert (self.room.regency.host if self.room.regency else None) == self.model.absent
        assert [item.id for item in self.room.programme.items] == list(self.model.queue)
        for item in self.room.programme.items:
            due = [subtitle(number) for number in self.model.queue[item.id]]
            assert list(item.subtitles) == due
        assert self.room.timeline.item == self.model.on
        assert self.room.revision == self.model.revision
        assert (self.room.phase is Phase.ENDED) == self.model.ended

    @invariant()
    def the_film_is_inside_itself(self) -> None:
        position = self.room.timeline.position_at(self.now, self.room.duration_s)
        assert 0 <= position <= (self.room.duration_s or 48 * 3600)

    @invariant()
    def a_wait_has_a_film_that_stands_and_an_end(self) -> None:
        wait = self.room.wait
        if wait is not None:
            assert self.room.current is not None
            assert not self.room.timeline.playing
            assert wait.members
            assert wait.until <= self.now + START_WAIT_S

    @invariant()
    def it_can_be_stored(self) -> None:
        assert decode_room(encode(self.room)) == self.room

    def _ask(self, command: Command, by: str | None) -> bool:
        outcome = apply(self.room, command, by, self.now)
        if isinstance(outcome, Refused):
            return False
        assert isinstance(outcome, Applied)
        assert outcome.room.revision == self.room.revision + 1
        self.room = outcome.room
        self.model.revision += 1
        return True

    def _leads(self, who: str) -> bool:
        return not self.model.ended and self.model.people.get(who) in (Role.HOST, Role.COHOST)

    def _may(self, who: str, command: Command) -> bool:
        if self._leads(who):
            return True
        if isinstance(command, Play) and command.anyway:
            return False
        granted = bool(getattr(self.room.policy, GRANTS[type(command)]))
        return not self.model.ended and who in self.model.people and granted


TestRooms = Rooms.TestCase
TestRooms.settings = settings(max_examples=60, stateful_step_count=50, deadline=None)
