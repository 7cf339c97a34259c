"""A whole room on its server, with its store, its door and everybody's lines, against a small model of who is who.

Never two hosts, never none while somebody is in; revisions without gaps on every line; whoever applies what they hear,
to the whole room or to what they held when their line was lost, arrives at the server's room; an old connection's end
removes no new one; a viewer moves no film that is not theirs to move; what is asked twice has one effect; nobody comes
in whom the door does not let in; what was acknowledged outlives a crash.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.room.errors import CloseCode, Reason
from app.room.messages import (
    Admit,
    Ban,
    Chat,
    Command,
    Decline,
    Do,
    End,
    Happened,
    Kick,
    Leave,
    Pause,
    Play,
    QueueAdd,
    QueueMove,
    Ready,
    RefusedCommand,
    Resume,
    Resumed,
    Seek,
    SetPolicy,
    SetRole,
    SetVisibility,
    Skip,
    TransferHost,
)
from app.room.state import Film, Policy, Presence, Role, Room, Visibility
from signalling.admission import Admission, Wish
from signalling.hub import Hub
from signalling.live_room import LiveRoom
from signalling.room_time import RoomTime
from signalling.store.base import KEPT_EVENTS
from signalling.world import Lifetimes, World
from tests.unit.room.rooms import followed
from tests.unit.signalling.fakes import Clock, FakeLink, MemoryStore, settle

T = TypeVar("T")

DEVICES = st.sampled_from(["phone", "tablet", "desk", "sofa", "bed"])
WHO = st.integers(0, 5)
MOSTLY = 4
ITEMS = ("one", "two")
FILMS = {item: Film(item.encode().hex().ljust(64, "0"), "F.mp4", 1, "video/mp4", 1 << 20, 600.0) for item in ITEMS}
MOVES = st.one_of(
    st.just(Play()),
    st.just(Pause()),
    st.builds(Seek, st.floats(0, 600)),
    st.builds(Skip, st.sampled_from(ITEMS)),
    st.builds(QueueMove, st.sampled_from(ITEMS)),
)
POLICIES = st.builds(Policy, st.booleans(), st.booleans(), st.booleans(), most_members=st.sampled_from([2, 4, 1000]))
SECONDS = st.sampled_from([0.5, 5.0, 31.0, 121.0])
LIVES = Lifetimes()


class InstantPasswords:
    """Compares without hashing."""

    async def hash(self, password: str) -> str:
        return password

    async def fits(self, password: str, kept: str) -> bool:
        return password == kept

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Guest:
    """Who came in, or knocks: what they were told, the connection they have, and the room they held before it."""

    told: Admission
    device: str
    link: FakeLink | None = None
    asked: dict[str, Command] = field(default_factory=dict)
    held: Room | None = None

    def lose_the_line(self) -> None:
        """What is known of the room stays."""
        if self.link is not None:
            self.held, self.link = self.heard(), None

    def heard(self) -> Room:
        """The room as they see it who apply what their line told, in order."""
        assert self.link is not None
        first, *rest = self.link.heard
        assert isinstance(first, Ready | Resumed)
        room = first.room if isinstance(first, Ready) else self.held
        assert room is not None
        missed = first.events if isinstance(first, Resumed) else ()
        return followed(room, (*missed, *rest))


@dataclass
class Model:
    """What must be true of the door and the people whatever the server does inside."""

    link: str
    old_links: list[str] = field(default_factory=list)
    password: str = ""
    public: bool = False
    banned: set[str] = field(default_factory=set)
    guests: dict[str, Guest] = field(default_factory=dict)
    callers: dict[str, Guest] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    over: Reason | None = None
    # The host who was missed and is acted for, and what whoever acts was before.
    absent: Guest | None = None
    was: Role = Role.VIEWER


class House(RuleBasedStateMachine):
    """People at the door, in the room and on bad lines; a host who decides; a server that falls over."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.store = MemoryStore()
        self.clock = Clock()
        self.stale: list[tuple[str, FakeLink]] = []
        self.number = 0

    @initialize()
    def ada_makes_a_room(self) -> None:
        self._boot()
        made = self._run(self.hub.create(Wish("Ada", device="ada"), None))
        assert isinstance(made, Admission)
        self.code = made.code
        self.model = Model(made.link_secret or "")
        self.model.guests[made.member] = Guest(made, "ada")
        self.model.roles[made.member] = Role.HOST
        self._connect(made.member)
        for device in ("phone", "tablet"):
            self.come(device, "link", True, True)
        for item in ITEMS:
            assert self._ask(made.member, QueueAdd(item, FILMS[item])) is None

    def teardown(self) -> None:
        self._run(self.hub.close())
        self.loop.close()

    # --- the door

    @rule(
        device=DEVICES, way=st.sampled_from(["link", "old link", "code"]), knows=st.booleans(), connects=st.booleans()
    )
    def come(self, device: str, way: str, knows: bool, connects: bool) -> None:
        secrets = {"link": self.model.link, "old link": (self.model.old_links or ["x" * 22])[-1], "code": ""}
        wish = Wish(device.title(), secrets[way], self.model.password if knows else "guess", device)
        due = self._due_at_the_door(device, way, knows)
        came = self._run(self.hub.join(self.code, wish))
        if isinstance(came, Reason):
            assert came is due
            return
        assert due is None
        into = self.model.callers if came.waiting else self.model.guests
        assert came.waiting == (way == "code" and not self.model.public)
        into[came.member] = Guest(came, device)
        if not came.waiting:
            self.model.roles[came.member], self.model.was = (
                (Role.VIEWER, self.model.was) if self.model.roles else (Role.HOST, Role.VIEWER)
            )
            if connects:
                self._connect(came.member)

    @rule(who=WHO, caller=WHO, lets_in=st.booleans())
    def answer_the_door(self, who: int, caller: int, lets_in: bool) -> None:
        member, name = self._somebody(who), _one_of(list(self.model.callers), caller)
        if member is None or name is None:
            return
        refused = self._ask(member, Admit(name) if lets_in else Decline(name))
        if self.model.roles[member] is Role.VIEWER:
            assert refused is Reason.UNAUTHORIZED_COMMAND
        elif lets_in and self._is_full():
            assert refused is Reason.ROOM_FULL
        else:
            assert refused is None
            guest = self.model.callers.pop(name)
            if lets_in:
                self.model.guests[name], self.model.roles[name] = guest, Role.VIEWER

    @rule(who=WHO, password=st.sampled_from(["", "sesame", "barley"]))
    def set_the_password(self, who: int, password: str) -> None:
        if (guest := self._guest(who)) is not None:
            done = self._run(self.hub.set_password(*_proof(guest), password))
            self._only_the_host(guest, done)
            self.model.password = self.model.password if done else password

    @rule(who=WHO)
    def make_a_new_link(self, who: int) -> None:
        if (guest := self._guest(who)) is not None:
            done = self._run(self.hub.renew_link(*_proof(guest)))
            self._only_the_host(guest, done if isinstance(done, Reason) else None)
            if not isinstance(done, Reason):
                self.model.old_links.append(self.model.link)
                self.model.link = done
                self.come("sofa", "old link", True, False)

    @rule(who=WHO, public=st.booleans())
    def open_or_close(self, who: int, public: bool) -> None:
        command = SetVisibility(Visibility.PUBLIC if public else Visibility.PRIVATE)
        if self._lead(who, command):
            self.model.public = public

    # --- lines

    @rule(who=WHO, closes=st.booleans(), says=st.sampled_from(["hello", "resume", "resume of another store"]))
    def connect(self, who: int, closes: bool, says: str) -> None:
        """By a first visit, after a cut, or from another tab, whose own end comes now or later."""
        member = _one_of(list(self.model.guests), who)
        if member is not None and self.model.over is None:
            self._connect(member, {"resume": self.store.epoch, "resume of another store": "other"}.get(says))
            if closes and self.stale:
                self.an_old_connection_closes_at_last(len(self.stale) - 1)

    @rule(who=WHO)
    def hang_up(self, who: int, name: str | None = None) -> None:
        member = name or self._somebody(who)
        if member is not None:
            link = self.model.guests[member].link
            assert link is not None
            self.model.guests[member].lose_the_line()
            self._run(_detach(self._live(), member, link))

    @precondition(lambda self: self.stale)
    @rule(which=st.integers(0, 9))
    def an_old_connection_closes_at_last(self, which: int) -> None:
        member, link = self.stale.pop(which % len(self.stale))
        before = self._now()
        if before is None:
            return
        self._run(_detach(self._live(), member, link))
        assert self._now() == before
        guest = self.model.guests.get(member)
        if guest is not None and guest.link is not None:
            assert self._live()._seats.holds(member, guest.link)

    # --- the film, and words

    @rule(who=WHO, command=MOVES)
    def move(self, who: int, command: Command) -> None:
        member = self._somebody(who)
        if member is None:
            return
        before = self._live().room
        may = self._may_move(member, command, before.policy)
        refused = self._ask(member, command)
        assert (refused is None) == may or refused is Reason.RATE_LIMITED
        if refused is not None:
            after = self._live().room
            assert (after.timeline, after.programme) == (before.timeline, before.programme)

    @rule(who=WHO, text=st.sampled_from(["Hello", "Ah"]))
    def say(self, who: int, text: str) -> None:
        member = self._somebody(who)
        if member is not None:
            assert self._ask(member, Chat(text)) in (None, Reason.RATE_LIMITED)

    @rule(who=WHO, which=st.integers(0, 99))
    def ask_again(self, who: int, which: int) -> None:
        member = self._somebody(who)
        asked = self.model.guests[member].asked if member else {}
        if member is None or not asked:
            return
        command_id = list(asked)[which % len(asked)]
        revision = self._live().room.revision
        self._run(self._say(member, Do(command_id, asked[command_id])))
        assert self._live().room.revision == revision

    # --- the host decides

    @rule(who=WHO, policy=POLICIES)
    def set_the_policy(self, who: int, policy: Policy) -> None:
        self._lead(who, SetPolicy(policy))

    @rule(who=WHO, whom=WHO, role=st.sampled_from([Role.COHOST, Role.VIEWER]))
    def promote(self, who: int, whom: int, role: Role) -> None:
        other = self._other(whom)
        if other and self._lead(who, SetRole(other, role)):
            self.model.roles[other] = role

    @rule(who=WHO, whom=WHO)
    def hand_over(self, who: int, whom: int) -> None:
        """Not who only acts."""
        other, host = self._other(whom), self._host()
        regency = self._live().room.regency if self.model.over is None else None
        if other and regency is None and self._lead(who, TransferHost(other)):
            self.model.roles |= {str(host): Role.COHOST, other: Role.HOST}
            self._without_the_banned()

    @rule(who=WHO, whom=WHO, for_good=st.booleans())
    def put_out(self, who: int, whom: int, for_good: bool) -> None:
        """Of whom another page on the same device may be in, too."""
        other = self._other(whom)
        if other and for_good:
            self.come(self.model.guests[other].device, "link", True, connects=who > 0)
        if other and self._lead(who, Ban(other) if for_good else Kick(other)):
            guest = self.model.guests.pop(other)
            del self.model.roles[other]
            assert guest.link is None or guest.link.code == CloseCode.KICKED
            self.model.banned |= {guest.device} if for_good else set()
            self._without_the_banned()
            assert self._run(self.hub.recognise(*_proof(guest))) is Reason.UNAUTHORIZED_COMMAND
            self.come(guest.device, "link", True, False)

    # --- going, time, and the end

    @rule(who=WHO)
    def leave(self, who: int) -> None:
        member = self._somebody(who)
        if member is not None:
            link = self.model.guests[member].link
            assert self._ask(member, Leave()) is None
            assert link is not None
            assert link.code == CloseCode.LEFT
            self._gone([member], missed=False)

    @precondition(lambda self: self.model.absent is not None and self.model.over is None)
    @rule()
    def the_host_comes_back(self) -> None:
        """And is host again; who acted is what they were."""
        guest, self.model.absent = self.model.absent, None
        acting = self._host()
        if guest is not None:
            member = guest.told.member
            self.model.roles |= {acting: self.model.was} if acting else {}
            self.model.guests[member], self.model.roles[member] = guest, Role.HOST
            guest.held = None  # of before they came in anew
            self._connect(member)
            self._without_the_banned()

    @rule()
    def the_host_is_missed(self) -> None:
        host = self._host()
        if host is not None and self.model.guests[host].link is not None and self.model.over is None:
            self.hang_up(0, host)
            self.time_passes(LIVES.host_away_s + 1)

    @rule(seconds=SECONDS)
    def time_passes(self, seconds: float) -> None:
        """Who has no connection is missed, and so is who is at the door; nobody else."""
        if self.model.over is not None:
            return
        self._run(self.clock.advance(seconds))
        room = self._now()
        assert room is not None
        still = {member.id for member in room.members}
        gone = [member for member in self.model.guests if member not in still]
        assert all(self.model.guests[member].link is None for member in gone)
        if seconds > LIVES.host_away_s:
            assert not [who for who in still if self.model.guests[who].link is None and who != self._host()]
        at_the_door = {caller.id for caller in room.callers}
        self.model.callers = {who: guest for who, guest in self.model.callers.items() if who in at_the_door}
        self._gone(gone, missed=True)

    @precondition(lambda self: self.number > 10)
    @rule(who=WHO, by_itself=st.booleans())
    def it_is_over(self, who: int, by_itself: bool) -> None:
        links = [guest.link for guest in self.model.guests.values() if guest.link is not None]
        if by_itself and self.model.over is None:
            self._run(self.clock.advance(LIVES.longest_room_s))
            self.model.over = Reason.ROOM_EXPIRED
        elif self._lead(who, End()):
            self.model.over = Reason.ROOM_ENDED
        else:
            return
        codes = {Reason.ROOM_EXPIRED: CloseCode.EXPIRED, Reason.ROOM_ENDED: CloseCode.GONE}
        assert all(link.code == codes[self.model.over] for link in links)
        self.model.guests.clear()
        self.model.callers.clear()
        self.model.roles.clear()
        self.model.absent = None

    @rule()
    def the_server_falls_over(self) -> None:
        """With everything that was only in memory; and everybody's lines."""
        before = self._now()
        for guest in self.model.guests.values():
            guest.lose_the_line()
        self._boot()
        self.stale.clear()
        after = self._now()
        if before is None or after is None:
            assert before is after
            return
        assert _lasting(after) == _lasting(before)

    @rule(who=WHO, position_s=st.floats(0, 600))
    def it_falls_over_in_mid_write(self, who: int, position_s: float) -> None:
        """What was not acknowledged was not done, and is done once when it is asked again."""
        member = self._somebody(who)
        if member is None or self.model.roles[member] is not Role.HOST:
            return
        revision, self.store.gate = self._live().room.revision, asyncio.Event()
        asked = Do(self._new_id(), Seek(position_s))
        self._run(self._say(member, asked))
        assert self._live().room.revision == revision
        self.the_server_falls_over()
        self._connect(member)
        for _ in range(2):
            self._run(self._say(member, asked))
        link = self.model.guests[member].link
        assert link is not None
        done = [message.command_id for message in link.heard if isinstance(message, Happened)]
        assert set(done) >= {asked.command_id}
        assert self._live().room.timeline.position_s == position_s

    # --- what is always so

    @invariant()
    def one_host_wherever_somebody_is(self) -> None:
        room = self._now() if hasattr(self, "model") else None
        if room is not None:
            hosts = [member.id for member in room.members if member.role is Role.HOST]
            assert len(hosts) == (1 if room.members else 0)
            assert {member.id: member.role for member in room.members} == self.model.roles
            assert {caller.id for caller in room.callers} == set(self.model.callers)

    @invariant()
    def who_is_here_has_a_connection(self) -> None:
        room = self._now() if hasattr(self, "model") else None
        if room is not None:
            here = {member.id for member in room.members if member.presence is Presence.HERE}
            assert here == {who for who, guest in self.model.guests.items() if guest.link is not None}

    @invariant()
    def every_line_tells_the_room_without_a_gap(self) -> None:
        room = self._now() if hasattr(self, "model") else None
        for guest in self.model.guests.values() if room is not None else ():
            if guest.link is not None:
                assert guest.link.closed is None
                assert guest.heard() == room

    # --- doing

    def _boot(self) -> None:
        """A server on the same store; of the one before nothing is left but what it wrote."""
        self.clock.timers.clear()
        if hasattr(self, "hub"):
            self._forget_tasks()
        self.store.gate = asyncio.Event()
        self.store.gate.set()
        time = RoomTime(self.clock.now, self.clock.now)
        self.hub = Hub(World(self.store, time.now, self.clock.schedule), time)
        self.hub._passwords.close()
        self.hub._passwords = InstantPasswords()  # type: ignore[assignment]
        self._run(self.hub.start())

    def _forget_tasks(self) -> None:
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel()
        self._settle()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        result = self.loop.run_until_complete(work)
        self._settle()
        return result

    def _settle(self) -> None:
        self.loop.run_until_complete(settle())

    def _live(self) -> LiveRoom:
        live = self.loop.run_until_complete(self.hub.find(self.code))
        assert isinstance(live, LiveRoom)
        return live

    def _now(self) -> Room | None:
        live = self.loop.run_until_complete(self.hub.find(self.code))
        if isinstance(live, Reason):
            assert live is self.model.over
            return None
        return live.room

    def _new_id(self) -> str:
        self.number += 1
        return f"c{self.number}"

    def _connect(self, member: str, epoch: str | None = None) -> None:
        """With what is held of the room, as of that epoch, or like one who holds nothing."""
        guest, link, before = self.model.guests[member], FakeLink(), self.model.guests[member].link
        live = self._run(self.hub.recognise(*_proof(guest)))
        assert isinstance(live, LiveRoom)
        guest.lose_the_line()
        held = guest.held if epoch else None
        self._run(_attach(live, member, link, Resume(1, "ticket", epoch or "", held.revision) if held else None))
        if before is not None:
            assert before.code == CloseCode.REPLACED
            self.stale.append((member, before))
        guest.link = link
        kept = held is not None and live.room.revision - held.revision <= KEPT_EVENTS
        assert isinstance(link.heard[0], Resumed) == (kept and epoch == self.store.epoch)

    def _ask(self, member: str, command: Command) -> Reason | None:
        """What the server says to a command: why not, or nothing."""
        guest, command_id = self.model.guests[member], self._new_id()
        link = guest.link
        assert link is not None
        self._run(self._say(member, Do(command_id, command)))
        answer = next(message for message in reversed(link.heard) if _id_of(message) == command_id)
        if isinstance(answer, RefusedCommand):
            return answer.reason
        guest.asked[command_id] = command
        return None

    async def _say(self, member: str, message: Do) -> None:
        live = await self.hub.find(self.code)
        assert isinstance(live, LiveRoom)
        live.do(member, message)

    def _lead(self, who: int, command: Command) -> bool:
        """Somebody, mostly the host, asks for what only a host may; whether it was done."""
        host = self._host()
        leads = who < MOSTLY and host is not None and self.model.guests[host].link is not None
        member = host if leads else self._somebody(who)
        if member is None:
            return False
        refused = self._ask(member, command)
        is_host = self.model.roles[member] is Role.HOST
        about_host = isinstance(command, SetRole | TransferHost | Kick | Ban) and _about(command) == self._host()
        due = None if is_host and not about_host else Reason.CONFLICT if is_host else Reason.UNAUTHORIZED_COMMAND
        assert refused is due
        return refused is None

    def _only_the_host(self, guest: Guest, refused: Reason | None) -> None:
        is_host = self.model.roles.get(guest.told.member) is Role.HOST
        assert refused is (None if is_host else Reason.UNAUTHORIZED_COMMAND)

    def _without_the_banned(self) -> None:
        """By a device that is banned nobody is in but the host, and nobody knocks."""
        for member, guest in list(self.model.guests.items()):
            if guest.device in self.model.banned and self.model.roles[member] is not Role.HOST:
                del self.model.guests[member], self.model.roles[member]
                assert guest.link is None or guest.link.code == CloseCode.KICKED
        callers = self.model.callers.items()
        self.model.callers = {who: guest for who, guest in callers if guest.device not in self.model.banned}

    def _gone(self, members: list[str], missed: bool) -> None:
        """They have left by themselves, or were missed: somebody else may lead from now on, and nobody else changes."""
        host = self._host()
        for member in members:
            guest = self.model.guests.pop(member)
            del self.model.roles[member]
            if missed and member == host and self.model.absent is None:
                self.model.absent = guest
        room = self._now()
        assert room is not None
        heirs = [member.id for member in room.members if member.role is Role.HOST]
        if host in members and heirs:
            self.model.was, self.model.roles[heirs[0]] = self.model.roles[heirs[0]], Role.HOST

    # --- who

    def _somebody(self, who: int) -> str | None:
        """A member with a connection."""
        return _one_of([member for member, guest in self.model.guests.items() if guest.link is not None], who)

    def _guest(self, who: int) -> Guest | None:
        member = _one_of(list(self.model.guests), who)
        return self.model.guests[member] if member and self.model.over is None else None

    def _other(self, who: int) -> str | None:
        return _one_of([member for member, role in self.model.roles.items() if role is not Role.HOST], who)

    def _host(self) -> str | None:
        return next((member for member, role in self.model.roles.items() if role is Role.HOST), None)

    def _is_full(self) -> bool:
        room = self._now()
        return room is not None and len(self.model.guests) >= room.policy.most_members

    def _due_at_the_door(self, device: str, way: str, knows: bool) -> Reason | None:
        if self.model.over is not None:
            return self.model.over
        if device in self.model.banned:
            return Reason.BANNED
        if way == "old link":
            return Reason.UNAUTHORIZED_COMMAND
        if self.model.password and not knows:
            return Reason.WRONG_PASSWORD
        return Reason.ROOM_FULL if self._is_full() else None

    def _may_move(self, member: str, command: Command, policy: Policy) -> bool:
        if self.model.roles[member] is not Role.VIEWER:
            return True
        if isinstance(command, Play | Pause):
            return policy.viewers_may_play_pause
        return isinstance(command, Seek) and policy.viewers_may_seek


async def _attach(live: LiveRoom, member: str, link: FakeLink, resume: Resume | None) -> None:
    assert live.attach(member, link, resume) is None


async def _detach(live: LiveRoom, member: str, link: FakeLink) -> None:
    live.detach(member, link)


def _one_of(names: list[str], which: int) -> str | None:
    return names[which % len(names)] if names else None


def _proof(guest: Guest) -> tuple[str, str, str]:
    return guest.told.code, guest.told.member, guest.told.resume_secret


def _about(command: SetRole | TransferHost | Kick | Ban) -> str:
    return command.to if isinstance(command, TransferHost) else command.member


def _id_of(message: object) -> str | None:
    return message.command_id if isinstance(message, Happened | RefusedCommand) else None


def _lasting(room: Room) -> object:
    """All that a restart must not touch: but for who is connected, and what follows from that."""
    people = {(member.id, member.role) for member in room.members}
    return people, room.programme, room.timeline, room.policy, room.callers, room.visibility, room.link, room.talk


TestHouse = House.TestCase
TestHouse.settings = settings(max_examples=100, stateful_step_count=60, deadline=None)
