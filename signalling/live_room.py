"""One living room: takes commands in order, makes them durable, tells everyone.

Laws: what is decided enters one queue, and the queue is told in order, an event only after its commit. So a
member's `ready`, or what it held and its `resumed`, is exactly the revisions whose `happened` it will not get. Nothing
else is sent to a member before that. If the store fails, the room is given up here and loaded again at next use.

`_tip` is the room with everything decided, `room` with everything durable. Times are room time in seconds.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from app.playback.timeline import start_lead
from app.room.codec import encode
from app.room.door import over
from app.room.errors import CloseCode, Reason
from app.room.messages import (
    OVER_REST,
    Admit,
    Ban,
    Command,
    Decline,
    Do,
    DrawLots,
    End,
    GoOn,
    Happened,
    Join,
    Kick,
    Knock,
    Leave,
    Limits,
    OfferTaste,
    Play,
    Ready,
    RefusedCommand,
    Report,
    Resume,
    Resumed,
    Seek,
    SetPresence,
    SetRole,
    SignalFrom,
    SignalTo,
    TransferHost,
    TurnPass,
)
from app.room.reducer import Applied, Refused, apply
from app.room.state import Presence, Role, Room
from signalling.absences import Absences
from signalling.answers import Answers, Key
from signalling.backlog import Topic
from signalling.choosing import Choosing
from signalling.chronicle import note_given_up, note_happened
from signalling.desk import Desk
from signalling.history import History
from signalling.moves import Moves
from signalling.paces import LIMITS, Paces
from signalling.refusals import Refusals
from signalling.reports import Board
from signalling.seats import Link, Seats
from signalling.store.base import Entry, StoredRoom, keepers
from signalling.timers import Alarm
from signalling.usher import Usher
from signalling.waiting import Waiting
from signalling.wording import worded
from signalling.world import World

Answer: TypeAlias = Happened | Reason
_Waiter: TypeAlias = "asyncio.Future[Answer] | None"  # None: the answer goes to a connection alone
MOST_QUEUED = 1000  # waiting for the store: what comes then is refused at once


@dataclass(frozen=True, slots=True)
class _Happening:
    entry: Entry
    room: Room
    key: Key
    answer: _Waiter


@dataclass(frozen=True, slots=True)
class _Refusal:
    reason: Reason
    key: Key
    answer: _Waiter


@dataclass(frozen=True, slots=True)
class _Repeat:
    key: tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Welcome:
    member: str
    link: Link
    resume: Resume | None


_Queued: TypeAlias = _Happening | _Refusal | _Repeat | _Welcome


class LiveRoom:
    """A room that somebody may be in. Made by the hub; `on_gone` tells it that this object is finished."""

    def __init__(
        self, stored: StoredRoom, events: tuple[Happened, ...], world: World, on_gone: Callable[["LiveRoom"], None]
    ) -> None:
        self.room = self._tip = stored.room
        self.secrets = stored  # the room in it is as old as the last change of them
        self._emptied_at = stored.last_at
        self._world = world
        self._on_gone = on_gone
        self._seats = Seats()
        self._reports = Board(world.now, world.schedule, self._seats.tell_all)
        desk = Desk(world.now, world.schedule, lambda: self._tip, self.order)
        self._waiting, self._usher = Waiting(desk), Usher(desk, events)
        self._choosing = Choosing(world.recommendations, desk)
        self._moves, self._paces = Moves(events), Paces()
        self._absences = Absences(world.schedule, self._miss)
        self._door = Absences(world.schedule, self._miss_at_the_door)
        self._expiry = Alarm(world.schedule)
        self._queue: list[_Queued] = []
        self._batch: list[_Queued] = []
        self._work: asyncio.Task[None] | None = None
        self._gone = False
        self._answers, self._refusals = Answers(events), Refusals(stored.room.code)
        self._history = History(world.store.epoch, events)

    # --- what is asked of it

    def revive(self) -> None:
        """Begin where the store left off: nobody is connected, and everybody has a while to come back."""
        self._waiting.revive()
        for member in self.room.members:
            if member.presence is Presence.HERE:
                self.order(SetPresence(member.id, Presence.AWAY))
            self._expect(member.id)
        for caller in self.room.callers:
            self.waits(caller.id)
        self._turn_out_the_banned()
        self._usher.look()
        self._choosing.look()
        self._arm_expiry()

    def do(self, member: str, message: Do) -> bool:
        """A member's command, answered on its connection each time it is asked; False after too many refusals."""
        key, kind = (member, message.command_id), type(message.command)
        if self._gone:
            return True  # its connection is being closed
        if len(self._queue) >= MOST_QUEUED:
            return self._shed(key, kind)
        if not self._answers.is_new(key):
            self._enqueue(_Repeat(key))
            return True
        reason = self._decide(message.command, member, key, None, seen=message.seen)
        return reason is None or self._refusals.take(member, kind, reason, self._world.now())

    def order(
        self,
        command: Command,
        by: str | None = None,
        resume_digest: bytes | None = None,
        device_digest: bytes | None = None,
        password: str | None = None,
        link_digest: bytes | None = None,
    ) -> "asyncio.Future[Answer]":
        """A command from the server itself (or, by REST, from a member), and what is kept with it: see `Entry`.

        The future never raises.
        """
        kept = (resume_digest, device_digest, password, link_digest)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        if self._gone:
            answer.set_result(Reason.UNAVAILABLE)
        else:
            self._decide(command, by, None, answer, lambda event: Entry(event, *kept))
        return answer

    def attach(self, member: str, link: Link, resume: Resume | None = None) -> Reason | None:
        """Make `link` the member's connection, in place of any other; or why not. Its first message is `ready`, or
        `resumed` where what was missed since `resume` can be told."""
        found = self._tip.member(member)
        if self._gone:
            return Reason.UNAVAILABLE
        if ended := over(self._tip):
            return ended
        if found is None:
            return Reason.NOT_FOUND
        if not self._paces.allow_connection(member, self._world.now()):
            return Reason.RATE_LIMITED
        if member in self._seats:
            self._forget(member)  # what another tab said
        self._seats.take(member, link)
        self._absences.stop(member)
        if found.presence is Presence.AWAY:
            self.order(SetPresence(member, Presence.HERE))
        self.welcome(member, link, resume)
        return None

    def welcome(self, member: str, link: Link, resume: Resume | None = None) -> None:
        """Send `ready`, or `resumed`, in its place among the events."""
        self._enqueue(_Welcome(member, link, resume))

    def whole(self, member: str, missed: tuple[Happened, ...] = ()) -> bytes:
        """The room up to what everybody was told, as a frame for that member, who `missed` those words."""
        return encode(Ready(self.room, *self._given(member), missed)).encode()

    def reports(self, members: frozenset[str] | None = None) -> bytes | None:
        """How the film stands with these members, or with everybody, as a frame; None where nobody has said."""
        return self._reports.latest(members)

    def detach(self, member: str, link: Link) -> None:
        """`link` has closed. One that was replaced before changes nothing."""
        if not self._seats.give_back(member, link):
            return
        self._forget(member)
        if not self._gone and self._tip.member(member) is not None:
            self.order(SetPresence(member, Presence.AWAY))
            self._expect(member)

    def signal(self, sender: str, message: SignalTo) -> bool:
        """Pass an offer, answer or candidate on; False if there are too many. To somebody away it is dropped."""
        to = message.to if self._tip.member(message.to) else ""
        if not self._paces.allow_signal(sender, to, self._world.now()):
            return False
        frame = encode(SignalFrom(sender, message.payload)).encode()
        self._seats.tell(message.to, frame)
        return True

    def report(self, member: str, link: Link, report: Report) -> bool:
        """How a film stands with the member; False if it says so too often. Films that are not here are passed over."""
        if not self._seats.holds(member, link):
            return True
        known = not self._gone and self._tip.programme.shows(report.film_id)
        taken = self._reports.take(member, report, known)
        if taken and known:
            self._waiting.reported(member, report)
            self._usher.reported(member, report)
            if report.drift_s is not None:
                self._world.metrics.drifted(report.drift_s)
        return taken

    @property
    def drifts_s(self) -> tuple[float, ...]:
        """How far each screen that plays is off the room, in seconds, as last reported."""
        return self._reports.drifts_s

    def offered(self, member: str, message: OfferTaste) -> bool:
        """What the member thinks of films, for the ballot that is open; False if it says so too often."""
        if not self._paces.allow_taste(member, self._world.now()):
            return False
        if not self._gone:
            self._choosing.offered(member, message)
        return True

    def measured(self, member: str, rtt_s: float) -> None:
        """The member's last round trip, in seconds."""
        self._seats.measured(member, rtt_s)

    def return_of(self, member: str) -> Join | None:
        """What brings the host back whom somebody acts for, if that is them and they are not back yet."""
        regency = self._tip.regency
        return Join(member, regency.name, Role.HOST) if regency and regency.host == member else None

    def digest_of(self, member: str) -> bytes | None:
        """The digest of the member's, or the caller's, resume secret."""
        return self.secrets.resume_digests.get(member)

    def waits(self, caller: str) -> bool:
        """Whether somebody is at the door; whoever asks that often enough stays there."""
        if self._gone or self._tip.caller(caller) is None:
            return False
        self._door.expect(caller, self._world.lifetimes.away_s)
        return True

    async def stop(self) -> None:
        """Take nothing more, and wait until what was taken is durable."""
        self._retire()
        if self._work is not None:
            await asyncio.wait([self._work])

    # --- deciding

    def _decide(
        self,
        command: Command,
        by: str | None,
        key: Key,
        answer: _Waiter,
        make: Callable[[Happened], Entry] = Entry,
        seen: int | None = None,
    ) -> Reason | None:
        """What becomes of it goes into `answer`, once it is durable; here only why it is refused, if it is."""
        settled, now = self._settled(command), self._world.now()
        # Over the WebSocket it would keep everybody out: what goes with it comes over REST.
        misplaced = key is not None and isinstance(command, OVER_REST)
        outcome = Refused(Reason.INVALID_COMMAND) if misplaced else self._outcome(settled, by, seen, now)
        if isinstance(outcome, Refused):
            self._enqueue(_Refusal(outcome.reason, key, answer))
            return outcome.reason
        before, self._tip = self._tip, outcome.room
        event = Happened(self._tip.revision, now, by, settled, key[1] if key else None)
        self._moves.note(event)
        self._enqueue(_Happening(make(event), self._tip, key, answer))
        self._waiting.decided(settled, before)
        self._usher.decided(settled)
        self._choosing.look()
        return None

    def _shed(self, key: tuple[str, str], kind: type[Command]) -> bool:
        """The store is far behind, so nothing more waits for it. What is asked again will still be answered."""
        if self._answers.knows(key):
            self._reply(key)
            return True
        self._seats.tell(key[0], self._refused(key, Reason.UNAVAILABLE))
        return self._refusals.take(key[0], kind, Reason.UNAVAILABLE, self._world.now())

    def _refused(self, key: tuple[str, str], reason: Reason) -> bytes:
        self._world.metrics.refused("command", reason)
        return encode(RefusedCommand(key[1], reason, self.room.revision, self.room.timeline)).encode()

    def _outcome(self, command: Command, by: str | None, seen: int | None, now: float) -> Applied | Refused:
        if by is not None and not self._paces.allow(by, command, now):
            return Refused(Reason.RATE_LIMITED)
        if by is not None and self._moves.overrule(command, by, seen, now):
            return Refused(Reason.STALE)
        return apply(self._tip, command, by, now)

    def _settled(self, command: Command) -> Command:
        """The command as everyone will apply it: the server's lead, and texts as this server's Unicode cleans them."""
        match command:
            case Play():
                lead_s = start_lead(self._seats.worst_rtt_s)
                return replace(command, lead_s=lead_s, waits_for=self._waiting.before(command))
            case Seek():
                return replace(command, waits_for=self._waiting.before(command))
            case GoOn():
                return GoOn(start_lead(self._seats.worst_rtt_s))
            case DrawLots():
                return self._choosing.settled(command)
            case _:
                return worded(command)

    def _enqueue(self, queued: _Queued) -> None:
        if self._gone:
            return
        self._queue.append(queued)
        if self._work is None:
            self._work = asyncio.get_running_loop().create_task(self._work_off())
            self._work.add_done_callback(self._worked)

    # --- making durable, and telling

    async def _work_off(self) -> None:
        while self._queue:
            self._batch, self._queue = self._queue, []
            entries = [queued.entry for queued in self._batch if isinstance(queued, _Happening)]
            rooms = [queued.room for queued in self._batch if isinstance(queued, _Happening)]
            if rooms:
                await self._world.store.append(self.room.code, entries, rooms[-1])
            while self._batch:
                self._tell(self._batch[0])
                del self._batch[0]  # only now: what could not be told is still answered
        self._work = None

    def _worked(self, task: "asyncio.Task[None]") -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            note_given_up(self.room.code, error)
            self._work = None
            self._give_up()

    def _tell(self, queued: _Queued) -> None:
        match queued:
            case _Happening():
                self._tell_happening(queued)
            case _Refusal(reason=reason, key=key):
                if key is not None:
                    self._answers.refused(key, self._refused(key, reason))
                    self._reply(key)
                _settle(queued.answer, reason)
            case _Repeat(key=key):
                self._reply(key)
            case _Welcome(member=member, link=link, resume=resume):
                self._seats.welcome(member, link, self._greeting(member, resume))
                reports = self.reports()
                if reports is not None and self._seats.holds(member, link):
                    self._seats.tell(member, reports, Topic.REPORTS)

    def _greeting(self, member: str, resume: Resume | None) -> bytes:
        missed = None if resume is None else self._history.missed(resume, self.room, member)
        return self.whole(member) if missed is None else encode(Resumed(missed, *self._given(member))).encode()

    def _given(self, member: str) -> tuple[str, str, tuple[str, ...], TurnPass | None, Limits]:
        """What a member is told with the room, and fresh each time."""
        here = self.room.member(member) is not None
        turn = self._world.turn.pass_for(member) if here else None
        return (member, self._world.store.epoch, self._world.ice, turn, LIMITS)

    def _tell_happening(self, happening: _Happening) -> None:
        event = happening.entry.event
        frame = happening.entry.message.encode()
        self.room = happening.room
        if self.secrets.changes_with((happening.entry,), happening.room):
            self.secrets = self.secrets.after((happening.entry,), happening.room)
        self._answers.happened(happening.key, frame)
        self._history.note(event)
        self._seats.tell_all(frame, event)
        took_s = None if happening.key is None else self._world.now() - event.at
        self._world.metrics.happened(event.command, event.by, took_s)
        note_happened(self.room.code, event)
        self._follow_up(happening.entry)
        _settle(happening.answer, event)

    def _follow_up(self, entry: Entry) -> None:
        match entry.event.command:
            case Join(member=member) | Admit(caller=member):
                self._door.stop(member)
                self._expect(member)
                self._arm_expiry()
                self._turn_out_the_banned()
            case Knock(caller=caller):
                self.waits(caller)
                self._turn_out_the_banned()
            case Decline(caller=caller):
                self._door.stop(caller)
            case Leave(member=who):
                self._emptied_at = entry.event.at
                self._let_go(who or entry.event.by or "")
                self._arm_expiry()
            case Kick(member=who) | Ban(member=who):
                self._let_go(who, CloseCode.KICKED, "the host has removed you from the room")
                self._turn_out_the_banned()
            case SetRole() | TransferHost():
                self._expect_all()
                self._turn_out_the_banned()
            case End():
                code = CloseCode.GONE if entry.event.by else CloseCode.EXPIRED
                self._seats.dismiss_all(code, "the room has ended")
                self._retire()
            case _:
                pass

    def _reply(self, key: tuple[str, str]) -> None:
        frame = self._answers.of(key)
        if frame is not None:
            self._seats.tell(key[0], frame)

    # --- coming, going, ending

    def _expect(self, member: str) -> None:
        """Give the member a while to connect; a host has longer, for the room is led by nobody else meanwhile."""
        found = self._tip.member(member)
        if found is not None and member not in self._seats:
            lifetimes = self._world.lifetimes
            is_host = found.role is Role.HOST
            self._absences.expect(member, lifetimes.host_away_s if is_host else lifetimes.away_s)

    def _expect_all(self) -> None:
        """Who has just become host, or is no longer, has another while."""
        for member in self.room.members:
            self._expect(member.id)

    def _miss_at_the_door(self, caller: str) -> None:
        self.order(Decline(caller))

    def _miss(self, member: str) -> None:
        self.order(Leave(member))

    def _forget(self, member: str) -> None:
        """The connection is gone, and what was said on it."""
        self._reports.forget(member)
        self._waiting.forget(member)
        self._usher.forget(member)
        self._refusals.went(member)

    def _let_go(self, member: str, code: int = CloseCode.LEFT, why: str = "left the room") -> None:
        self._absences.stop(member)
        self._reports.forget_for_good(member)
        self._paces.forget(member)
        self._answers.keep_only(keepers(self.room))
        self._refusals.forget(member)
        self._waiting.forget_for_good(member)
        self._usher.forget(member)
        self._seats.dismiss(member, code, why)

    def _turn_out_the_banned(self) -> None:
        """By a device that is banned nobody is in but the host, and nobody knocks.

        Asked whenever somebody is banned, has come in or is host no more: whoever was let in while the ban was on its
        way to the store goes with the others.
        """
        banned = self.secrets.banned
        for who, device in self.secrets.device_digests.items() if banned else ():
            member = self._tip.member(who) if device in banned else None
            if member is not None and member.role is not Role.HOST:
                self.order(Kick(who))
            elif device in banned and self._tip.caller(who) is not None:
                self.order(Decline(who))

    def _arm_expiry(self) -> None:
        lifetimes = self._world.lifetimes
        due = self.room.created_at + lifetimes.longest_room_s
        if not self.room.members:
            due = min(due, self._emptied_at + lifetimes.empty_room_s)
        self._expiry.set(due - self._world.now(), self._expire)

    def _expire(self) -> None:
        self.order(End())

    def _give_up(self) -> None:
        """The store or our own code failed: nothing undurable was told, so everyone comes back to what is stored."""
        unanswered = self._batch + self._queue
        self._batch, self._queue = [], []
        self._seats.dismiss_all(CloseCode.RESTART, "the room is being restored")
        self._retire()
        for queued in unanswered:
            if isinstance(queued, _Happening | _Refusal):
                _settle(queued.answer, Reason.UNAVAILABLE)

    def _retire(self) -> None:
        self._gone = True
        self._expiry.cancel()
        self._absences.close()
        self._door.close()
        self._reports.close()
        self._waiting.close()
        self._usher.close()
        self._choosing.close()
        self._on_gone(self)


def _settle(answer: _Waiter, result: Answer) -> None:
    if answer is not None and not answer.done():
        answer.set_result(result)
