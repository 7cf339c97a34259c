"""One room, with time, the store and the connections in the test's hands."""

import asyncio
from dataclasses import replace
from random import Random

import pytest

from app.playback.gate import Buffer
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
    Join,
    Kick,
    Knock,
    Leave,
    OfferTaste,
    Pause,
    Play,
    QueueAdd,
    Ready,
    RefusedCommand,
    Report,
    Reported,
    Reports,
    Resume,
    Resumed,
    Seek,
    SetPassword,
    SetPresence,
    SignalFrom,
    SignalTo,
    Skip,
    SubtitleAdd,
    TransferHost,
)
from app.room.reducer import Applied, apply
from app.room.state import Film, Phase, Presence, Role, Room, Standing, Subtitle, SubtitleFormat
from signalling.answers import EACH
from signalling.live_room import MOST_QUEUED, LiveRoom
from signalling.paces import CONNECTIONS, LIMITS, REFUSALS, TASTES, TOLD_REFUSALS
from signalling.turn import TurnServers
from signalling.usher import CREDITS_S, INTERMISSION_S
from signalling.world import Lifetimes, World
from tests.unit.room.rooms import followed
from tests.unit.signalling.fakes import Clock, FakeLink, MemoryStore, settle

CODE = "ABCDEF"
FILM = Film("ab" * 32, "Film.mp4", 1000, "video/mp4", 1024 * 1024, 600.0)


class Scene:
    """A room with Ada (host) and Ben (viewer), both connected, and a film on."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.clock = Clock()
        self.world = World(self.store, self.clock.now, self.clock.schedule, Lifetimes())
        self.gone: list[LiveRoom] = []
        self.room: LiveRoom
        self.ada = FakeLink()
        self.ben = FakeLink()
        self.cy = FakeLink()

    async def load(self) -> LiveRoom:
        """The room as the hub loads it."""
        stored = await self.store.load(CODE)
        assert stored is not None
        self.room = LiveRoom(stored, await self.store.since(CODE, 0), self.world, self.gone.append)
        self.room.revive()
        await settle()
        return self.room

    async def open(self) -> "Scene":
        await self.store.create(Room(CODE, "Friday", self.clock.now()), b"link")
        room = await self.load()
        await room.order(Join("ada", "Ada", Role.HOST), resume_digest=b"a")
        await room.order(Join("ben", "Ben", Role.VIEWER), resume_digest=b"b")
        assert room.attach("ada", self.ada) is None
        assert room.attach("ben", self.ben) is None
        room.do("ada", Do("add", QueueAdd("film", FILM)))
        await settle()
        return self


@pytest.fixture
async def scene() -> Scene:
    return await Scene().open()


def revisions(link: FakeLink) -> list[int]:
    return [message.revision for message in link.heard if isinstance(message, Happened)]


def has_ended(scene: Scene) -> bool:
    return scene.room.room.phase is Phase.EXPIRED


async def test_ready_comes_first_and_events_follow_without_gap(scene: Scene) -> None:
    for link, name in [(scene.ada, "ada"), (scene.ben, "ben")]:
        ready = link.heard[0]
        assert isinstance(ready, Ready)
        assert (ready.you, ready.epoch, ready.limits) == (name, "epoch-1", LIMITS)
        assert revisions(link) == list(range(ready.room.revision + 1, scene.room.room.revision + 1))
    member = scene.room.room.member("ada")
    assert member is not None
    assert member.presence is Presence.HERE


async def test_a_pass_is_by_the_wall_clock_however_far_room_time_is_from_it(scene: Scene) -> None:
    scene.world = replace(scene.world, turn=TurnServers(("turn:t.example",), "north", lambda: 5_000.0))
    room, link = await scene.load(), FakeLink()
    assert room.attach("ada", link) is None
    await settle()
    (ready,) = link.of(Ready)
    assert isinstance(ready, Ready)
    assert ready.turn is not None
    assert ready.turn.username == "8600:ada"


async def test_nothing_is_told_before_it_is_durable(scene: Scene) -> None:
    scene.store.gate.clear()
    before = scene.room.room
    told = len(scene.ada.heard)
    scene.room.do("ada", Do("play", Play()))
    scene.room.do("ben", Do("end", End()))
    late = FakeLink()
    scene.room.attach("ben", late)
    await settle()
    assert (len(scene.ada.heard), scene.room.room, late.heard) == (told, before, [])
    scene.store.gate.set()
    await settle()
    assert [type(message) for message in scene.ada.heard[told:]] == [Happened]
    ready = late.heard[-1]
    assert isinstance(ready, Ready)
    assert ready.room == scene.room.room
    # The refusal is told before the welcome, so the connection it was meant for was gone and this one knows nothing.
    assert late.of(RefusedCommand) == []


def resume(revision: int, epoch: str = "epoch-1") -> Resume:
    return Resume(1, "ticket", epoch, revision)


async def test_who_comes_back_is_told_what_was_missed_and_goes_on_from_there(scene: Scene) -> None:
    held = scene.room.room
    scene.room.detach("ben", scene.ben)
    scene.room.do("ada", Do("seek", Seek(30.0)))
    await settle()
    back = FakeLink()
    scene.room.do("ada", Do("more", Seek(40.0)))
    assert scene.room.attach("ben", back, resume(held.revision)) is None
    scene.room.do("ada", Do("last", Seek(50.0)))
    await settle()
    resumed = back.heard[0]
    assert isinstance(resumed, Resumed)
    assert (resumed.you, resumed.epoch, resumed.limits) == ("ben", "epoch-1", LIMITS)
    presence = [event.command for event in resumed.events if isinstance(event.command, SetPresence)]
    assert presence == [SetPresence("ben", Presence.AWAY), SetPresence("ben", Presence.HERE)]
    assert followed(held, (*resumed.events, *back.heard)) == scene.room.room


@pytest.mark.parametrize("known", [resume(0, "another"), resume(9999)], ids=["another epoch", "ahead"])
async def test_whose_room_is_another_gets_the_whole_of_this_one(scene: Scene, known: Resume) -> None:
    back = FakeLink()
    scene.room.attach("ben", back, known)
    await settle()
    assert [message.room for message in back.heard if isinstance(message, Ready)] == [scene.room.room]
    assert back.of(Resumed) == []


async def test_what_was_missed_is_told_by_the_next_server_too(scene: Scene) -> None:
    held = scene.room.room.revision
    scene.room.do("ada", Do("seek", Seek(30.0)))
    await settle()
    await scene.load()
    back = FakeLink()
    scene.room.attach("ben", back, resume(held))
    await settle()
    resumed = back.heard[0]
    assert isinstance(resumed, Resumed)
    assert [event.revision for event in resumed.events] == list(range(held + 1, scene.room.room.revision + 1))


async def test_whoever_comes_back_hears_how_the_film_stands_with_everybody(scene: Scene) -> None:
    scene.room.report("ada", scene.ada, Report(FILM.film_id, Standing.SOURCE, 1.0, 0.0, 120.0))
    back = FakeLink()
    scene.room.attach("ben", back, resume(scene.room.room.revision))
    await settle()
    assert [type(message) for message in back.heard] == [Resumed, Reports]


async def test_what_piled_up_shares_a_commit(scene: Scene) -> None:
    before, before_it = scene.store.appends, scene.room.room.revision
    for number in range(10):
        scene.room.do("ada", Do(f"n{number}", Seek(float(number))))
    await settle()
    assert scene.store.appends == before + 1
    assert revisions(scene.ben)[-10:] == revisions(scene.ada)[-10:] == list(range(before_it + 1, before_it + 11))


async def test_a_refusal_goes_to_the_asker(scene: Scene) -> None:
    heard = len(scene.ada.heard)
    scene.room.do("ben", Do("end", End()))
    scene.room.do("ben", Do("join", Join("cy", "Cy", Role.HOST)))
    await settle()
    room = scene.room.room
    assert scene.ben.of(RefusedCommand) == [
        RefusedCommand("end", Reason.UNAUTHORIZED_COMMAND, room.revision, room.timeline),
        RefusedCommand("join", Reason.UNAUTHORIZED_COMMAND, room.revision, room.timeline),
    ]
    assert len(scene.ada.heard) == heard


async def test_the_lead_is_by_the_worst_round_trip(scene: Scene) -> None:
    scene.room.measured("ben", 0.2)
    scene.room.do("ada", Do("play", Play(1.0)))
    await settle()
    event = scene.ada.heard[-1]
    assert isinstance(event, Happened)
    assert event.command == Play(0.4)
    assert scene.room.room.timeline.anchor == scene.clock.now() + 0.4


async def test_texts_travel_as_the_server_cleaned_them(scene: Scene) -> None:
    await scene.room.order(Join("cy", " C\x00y\u202e ", Role.VIEWER))
    scene.room.do("ada", Do("second", QueueAdd("b", Film("cd" * 32, "a\nb", 1, "video/mp4", 1024 * 1024))))
    await settle()
    commands = [message.command for message in scene.ben.heard if isinstance(message, Happened)]
    assert commands[-2] == Join("cy", "Cy", Role.VIEWER)
    assert isinstance(commands[-1], QueueAdd)
    assert commands[-1].film.name == "a b"
    await scene.room.order(Join("dee", "\u200b", Role.VIEWER))
    scene.room.do("ada", Do("third", QueueAdd("c", Film("ef" * 32, "x" * 255, 1, "video/mp4", 1024 * 1024))))
    scene.room.do("ada", Do("fourth", QueueAdd("d", Film("01" * 32, "\u200b", 1, "video/mp4", 1024 * 1024))))
    await settle()
    told = [message.command for message in scene.ben.heard if isinstance(message, Happened)]
    names = [command.film.name for command in told[-2:] if isinstance(command, QueueAdd)]
    assert (told[-3], names) == (Join("dee", "Guest", Role.VIEWER), ["x" * 200, "Film"])
    for number, name in enumerate(["a\nb.srt", "\u200b"]):
        words = Subtitle(f"{number:064x}", name, 1, SubtitleFormat.SRT)
        scene.room.do("ada", Do(f"words-{number}", SubtitleAdd("b", words)))
    await settle()
    told = [message.command for message in scene.ben.heard if isinstance(message, Happened)]
    names = [command.subtitle.name for command in told[-2:] if isinstance(command, SubtitleAdd)]
    assert names == ["a b.srt", "Subtitles"]


async def test_a_repeated_command_gets_its_first_answer(scene: Scene) -> None:
    scene.room.do("ada", Do("seek", Seek(1.0)))
    scene.room.do("ada", Do("seek", Seek(2.0)))
    await settle()
    scene.room.do("ada", Do("seek", Seek(3.0)))
    scene.room.do("ben", Do("end", End()))
    await settle()
    scene.room.do("ben", Do("end", Seek(9.0)))
    await settle()
    answers = [m for m in scene.ada.of(Happened) if isinstance(m, Happened) and m.command_id == "seek"]
    assert len(answers) == 3
    assert answers[0] == answers[1] == answers[2]
    assert scene.room.room.timeline.position_s == 1.0
    first, second = scene.ben.of(RefusedCommand)
    assert isinstance(first, RefusedCommand)
    assert first == second
    assert (first.command_id, first.reason) == ("end", Reason.UNAUTHORIZED_COMMAND)


async def test_answers_outlive_the_process_and_are_bounded(scene: Scene) -> None:
    for number in range(EACH + 10):
        scene.clock.seconds += 0.2
        scene.room.do("ada", Do(f"n{number}", Seek(float(number % 500))))
    await settle()
    assert len(scene.room._answers) == EACH
    await scene.load()
    again = FakeLink()
    scene.room.attach("ada", again)
    last = EACH + 9
    scene.room.do("ada", Do(f"n{last}", Seek(0.0)))
    await settle()
    (answer,) = [m for m in again.of(Happened) if isinstance(m, Happened) and m.command_id]
    assert answer.command == Seek(float(last % 500))


async def test_one_viewers_refusals_make_nobody_say_a_thing_twice(scene: Scene) -> None:
    scene.room.do("ada", Do("hello", Chat("Hello")))
    for number in range(320):
        scene.clock.seconds += 1.0
        assert scene.room.do("ben", Do(f"n{number}", End()))
    await settle()
    assert len(scene.ben.of(RefusedCommand)) == 320
    scene.room.do("ada", Do("hello", Chat("Hello")))
    await settle()
    assert [line.text for line in scene.room.room.talk] == ["Hello"]


async def test_whoever_is_refused_without_end_is_not_heard_and_fills_no_log(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    taken = [scene.room.do("ben", Do(f"n{number}", End())) for number in range(320)]
    assert taken == [True] * int(REFUSALS.burst) + [False] * (320 - int(REFUSALS.burst))
    await settle()
    assert len([record for record in caplog.records if record.msg == "command_refused"]) == TOLD_REFUSALS.burst
    scene.room.detach("ben", scene.ben)
    (count,) = [record for record in caplog.records if record.msg == "commands_refused"]
    assert getattr(count, "parts", {})["untold"] == 320 - TOLD_REFUSALS.burst
    assert scene.room.do("ada", Do("still", Seek(3.0)))
    await settle()
    assert scene.room.room.timeline.position_s == 3.0


async def test_a_host_who_was_missed_asks_nothing_twice(scene: Scene) -> None:
    scene.room.do("ada", Do("hello", Chat("Hello")))
    scene.room.detach("ada", scene.ada)
    await scene.clock.advance(Lifetimes().host_away_s + 1)
    assert scene.room.room.member("ada") is None
    back = scene.room.return_of("ada")
    assert back is not None
    await scene.room.order(back)
    scene.room.attach("ada", FakeLink())
    scene.room.do("ada", Do("hello", Chat("Hello")))
    await settle()
    assert [line.text for line in scene.room.room.talk] == ["Hello"]


async def test_whoever_left_has_no_answers_any_more(scene: Scene) -> None:
    scene.room.do("ben", Do("hello", Chat("Hello")))
    scene.room.do("ben", Do("end", End()))
    await settle()
    assert len(scene.room._answers) == 3
    await scene.room.order(Leave(), by="ben")
    await settle()
    assert len(scene.room._answers) == 1


async def test_what_goes_over_rest_alone_is_refused_here(scene: Scene) -> None:
    scene.room.do("ada", Do("password", SetPassword(needed=True)))
    await settle()
    (refused,) = scene.ada.of(RefusedCommand)
    assert isinstance(refused, RefusedCommand)
    assert (refused.reason, scene.room.room.has_password) == (Reason.INVALID_COMMAND, False)


async def test_a_store_far_behind_gets_no_more_to_do(scene: Scene) -> None:
    scene.store.gate.clear()
    scene.room.do("ada", Do("first", Seek(1.0)))
    await settle()
    asked = [SetPresence("ben", Presence.AWAY), SetPresence("ben", Presence.HERE)]
    waiting = [scene.room.order(asked[number % 2]) for number in range(MOST_QUEUED)]
    assert scene.room.do("ada", Do("late", Seek(2.0)))
    assert scene.room.do("ada", Do("first", Seek(1.0)))
    (refused,) = scene.ada.of(RefusedCommand)
    assert isinstance(refused, RefusedCommand)
    assert (refused.command_id, refused.reason) == ("late", Reason.UNAVAILABLE)
    # What the server itself says is not held back, or nobody could come or go.
    waiting.append(scene.room.order(Join("cy", "Cy", Role.VIEWER)))
    scene.store.gate.set()
    assert Reason.UNAVAILABLE not in await asyncio.gather(*waiting)
    scene.room.do("ada", Do("late", Seek(2.0)))
    await settle()
    assert scene.room.room.timeline.position_s == 2.0


async def test_tastes_are_taken_at_their_pace(scene: Scene) -> None:
    taken = [scene.room.offered("ada", OfferTaste()) for _ in range(60)]
    assert taken == [True] * int(TASTES.burst) + [False] * (60 - int(TASTES.burst))
    await scene.room.stop()
    assert scene.room.offered("ben", OfferTaste())


async def test_a_second_connection_replaces_the_first(scene: Scene) -> None:
    again = FakeLink()
    scene.room.attach("ada", again)
    assert scene.ada.code == 4009
    scene.room.detach("ada", scene.ada)
    await settle()
    assert isinstance(again.heard[0], Ready)
    member = scene.room.room.member("ada")
    assert member is not None
    assert member.presence is Presence.HERE
    await scene.clock.advance(60)
    assert scene.room.room.member("ada") is not None


async def test_who_comes_and_goes_without_end_is_held_back_and_nobody_else(scene: Scene) -> None:
    revision, came = scene.room.room.revision, 0
    for _ in range(100):
        link = FakeLink()
        refusal = scene.room.attach("ben", link)
        came += refusal is None
        assert refusal in (None, Reason.RATE_LIMITED)
        await settle()
        scene.room.detach("ben", link)
        await settle()
        assert bool(link.heard) == (refusal is None)
    assert came < CONNECTIONS.burst
    assert scene.room.room.revision - revision <= 2 * CONNECTIONS.burst
    assert scene.room.attach("ada", FakeLink()) is None
    await scene.clock.advance(1)
    assert scene.room.attach("ben", FakeLink()) is None


async def test_who_connects_too_often_keeps_the_connection_they_have(scene: Scene) -> None:
    links = [FakeLink() for _ in range(100)]
    taken = [link for link in links if scene.room.attach("ben", link) is None]
    await settle()
    assert [link.code for link in taken] == [CloseCode.REPLACED] * (len(taken) - 1) + [None]
    assert scene.room._seats.holds("ben", taken[-1])


async def test_somebody_who_stays_away_leaves(scene: Scene) -> None:
    scene.room.detach("ben", scene.ben)
    await settle()
    away = scene.ada.heard[-1]
    assert isinstance(away, Happened)
    assert away.command == SetPresence("ben", Presence.AWAY)
    await scene.clock.advance(29)
    assert scene.room.room.member("ben") is not None
    await scene.clock.advance(1.1)
    left = scene.ada.heard[-1]
    assert isinstance(left, Happened)
    assert (left.command, left.by) == (Leave("ben"), None)
    assert scene.room.digest_of("ben") is None
    assert scene.room.attach("ben", FakeLink()) is Reason.NOT_FOUND


def role_of(scene: Scene, who: str) -> Role | None:
    member = scene.room.room.member(who)
    return member.role if member else None


async def test_a_host_who_stays_away_is_acted_for_after_two_minutes_and_host_on_return(scene: Scene) -> None:
    scene.room.detach("ada", scene.ada)
    await scene.clock.advance(119)
    assert (role_of(scene, "ada"), role_of(scene, "ben")) == (Role.HOST, Role.VIEWER)
    await scene.clock.advance(1.1)
    assert (role_of(scene, "ada"), role_of(scene, "ben")) == (None, Role.HOST)
    assert scene.room.digest_of("ada") == b"a"
    assert scene.room.return_of("ben") is None
    again = scene.room.return_of("ada")
    assert again == Join("ada", "Ada", Role.HOST)
    await scene.room.order(again)
    assert scene.room.return_of("ada") is None
    assert (role_of(scene, "ada"), role_of(scene, "ben")) == (Role.HOST, Role.VIEWER)
    assert scene.room.digest_of("ada") == b"a"


async def test_a_new_host_has_as_long_as_any_host(scene: Scene) -> None:
    scene.room.detach("ben", scene.ben)
    scene.room.do("ada", Do("give", TransferHost("ben")))
    await settle()
    await scene.clock.advance(60)
    assert role_of(scene, "ben") is Role.HOST
    await scene.clock.advance(61)
    assert (role_of(scene, "ben"), role_of(scene, "ada")) == (None, Role.HOST)


async def test_whoever_is_put_out_is_told_and_has_no_way_back(scene: Scene) -> None:
    scene.room.do("ada", Do("out", Kick("ben")))
    await settle()
    told = scene.ben.heard[-1]
    assert isinstance(told, Happened)
    assert told.command == Kick("ben")
    assert scene.ben.code == 4003
    assert scene.room.digest_of("ben") is None
    scene.room.detach("ben", scene.ben)
    await settle()
    assert scene.room.room.member("ben") is None
    assert scene.room.attach("ben", FakeLink()) is Reason.NOT_FOUND


async def test_with_a_device_everybody_goes_who_came_by_it(scene: Scene) -> None:
    """Members and callers; also who came in while the ban was on its way to the store."""
    room = scene.room
    for who in ("eve", "mal"):
        await room.order(Join(who, who, Role.VIEWER), resume_digest=b"r", device_digest=b"phone")
    await room.order(Knock("zoe", "Zoe"), resume_digest=b"r", device_digest=b"phone")
    await room.order(Knock("cousin", "Cousin"), resume_digest=b"r", device_digest=b"phone")
    await room.order(Knock("dee", "Dee"), resume_digest=b"r", device_digest=b"tablet")
    assert room.attach("mal", scene.cy) is None
    await settle()
    scene.store.gate.clear()
    room.do("ada", Do("ban", Ban("eve")))
    room.do("ada", Do("in", Admit("cousin")))
    room.order(Join("late", "Late", Role.VIEWER), resume_digest=b"r", device_digest=b"phone")
    room.order(Knock("later", "Later"), resume_digest=b"r", device_digest=b"phone")
    scene.store.gate.set()
    await settle()
    assert [member.id for member in room.room.members] == ["ada", "ben"]
    assert [caller.id for caller in room.room.callers] == ["dee"]
    assert scene.cy.code == CloseCode.KICKED
    ordered = {type(event.command) for event in scene.ada.of(Happened) if event.by is None}
    assert {Kick, Decline} <= ordered


async def test_a_host_who_shares_the_banned_device_stays_also_while_somebody_acts(scene: Scene) -> None:
    room = scene.room
    await room.order(TransferHost("ben"), by="ada")
    await room.order(Join("hal", "Hal", Role.VIEWER), resume_digest=b"h", device_digest=b"phone")
    await room.order(Join("eve", "Eve", Role.VIEWER), resume_digest=b"e", device_digest=b"phone")
    await room.order(TransferHost("hal"), by="ben")
    await room.order(Ban("eve"), by="hal")
    await settle()
    assert [member.id for member in room.room.members] == ["ada", "ben", "hal"]
    await room.order(Join("mal", "Mal", Role.VIEWER), resume_digest=b"m", device_digest=b"tablet")
    await room.order(Leave("hal"))
    assert room.room.regency is not None
    (acting,) = (member.id for member in room.room.members if member.role is Role.HOST)
    await room.order(Ban("mal"), by=acting)
    await settle()
    assert room.digest_of("hal") == b"h"
    await room.order(Join("hal", "Hal", Role.HOST))
    await settle()
    assert role_of(scene, "hal") is Role.HOST


async def test_what_a_crash_left_undone_of_a_ban_is_done_at_the_next_start(scene: Scene) -> None:
    await scene.room.order(Join("mal", "Mal", Role.VIEWER), resume_digest=b"r", device_digest=b"phone")
    await scene.room.order(Knock("zoe", "Zoe"), resume_digest=b"r", device_digest=b"phone")
    scene.store.kept[CODE] = replace(scene.store.kept[CODE], banned=frozenset({b"phone"}))
    room = await scene.load()
    assert [member.id for member in room.room.members] == ["ada", "ben"]
    assert room.room.callers == ()


async def test_somebody_who_comes_back_in_time_stays(scene: Scene) -> None:
    scene.room.detach("ben", scene.ben)
    await scene.clock.advance(29)
    back = FakeLink()
    scene.room.attach("ben", back)
    await scene.clock.advance(60)
    here = scene.ada.heard[-1]
    assert isinstance(here, Happened)
    assert here.command == SetPresence("ben", Presence.HERE)
    assert isinstance(back.heard[0], Ready)
    assert back.heard[0].room == scene.room.room


async def test_somebody_who_never_connects_leaves(scene: Scene) -> None:
    await scene.room.order(Join("cy", "Cy", Role.VIEWER), resume_digest=b"c")
    assert scene.room.digest_of("cy") == b"c"
    await scene.clock.advance(31)
    assert scene.room.room.member("cy") is None


async def test_a_leaver_is_told_and_closed(scene: Scene) -> None:
    scene.room.do("ben", Do("bye", Leave()))
    await settle()
    assert scene.ben.code == CloseCode.LEFT == 1000
    last = scene.ben.heard[-1]
    assert isinstance(last, Happened)
    assert last.command_id == "bye"
    scene.room.detach("ben", scene.ben)
    await settle()
    assert scene.room.room.member("ben") is None


async def test_the_end_is_told_then_closed_and_nothing_goes_on(scene: Scene) -> None:
    scene.room.do("ada", Do("end", End()))
    scene.room.do("ben", Do("late", Seek(1.0)))
    refused = scene.room.attach("ben", FakeLink())
    await settle()
    assert refused is Reason.ROOM_ENDED
    last = scene.ada.heard[-1]
    assert isinstance(last, Happened)
    assert isinstance(last.command, End)
    assert (scene.ada.code, scene.ben.code) == (4004, 4004)
    assert scene.ben.of(RefusedCommand) == []
    assert scene.gone == [scene.room]
    assert scene.clock.pending == []
    scene.room.welcome("ada", scene.ada)
    assert scene.room.attach("ada", FakeLink()) is Reason.UNAVAILABLE
    assert await scene.room.order(Pause()) is Reason.UNAVAILABLE


async def test_an_empty_room_ends_after_a_while(scene: Scene) -> None:
    await scene.room.order(Leave("ben"))
    await scene.clock.advance(3600)
    await scene.room.order(Leave("ada"))
    await scene.clock.advance(2 * 3600 - 1)
    assert not has_ended(scene)
    await scene.clock.advance(2)
    assert has_ended(scene)


async def test_a_room_that_fills_again_lives_on(scene: Scene) -> None:
    await scene.room.order(Leave("ben"))
    await scene.room.order(Leave("ada"))
    await scene.clock.advance(3600)
    await scene.room.order(Join("cy", "Cy", Role.VIEWER))
    cy = FakeLink()
    scene.room.attach("cy", cy)
    await scene.clock.advance(2 * 3600)
    assert not has_ended(scene)
    assert scene.room.room.members[0].role is Role.HOST
    await scene.clock.advance(24 * 3600)
    assert has_ended(scene)
    assert cy.code == 4005


async def test_after_a_restart_everybody_has_a_while_to_come_back(scene: Scene) -> None:
    before = scene.room.room
    await scene.room.stop()
    room = await scene.load()
    assert [member.presence for member in room.room.members] == [Presence.AWAY, Presence.AWAY]
    assert room.room.timeline == before.timeline
    assert room.digest_of("ada") == b"a"
    back = FakeLink()
    room.attach("ada", back)
    await scene.clock.advance(31)
    assert [member.id for member in room.room.members] == ["ada"]


async def test_a_restart_in_a_wait_does_not_run_the_film_for_nobody(scene: Scene) -> None:
    scene.room.report("ben", scene.ben, Report(FILM.film_id, Standing.RECEIVING, 0.0, 0.0, 0.0, buffer=Buffer.FILLING))
    await scene.room.order(Play())
    assert scene.room.room.wait is not None
    await scene.room.stop()
    room = await scene.load()
    assert room.room.wait is not None
    assert not room.room.timeline.playing


async def test_a_restart_in_the_intermission_does_not_lose_the_start(scene: Scene) -> None:
    await scene.room.order(QueueAdd("next", replace(FILM, film_id="cd" * 32)), by="ada")
    await scene.room.order(Skip("next"))
    await scene.room.stop()
    room = await scene.load()
    room.attach("ada", FakeLink())
    await scene.clock.advance(INTERMISSION_S)
    assert room.room.timeline.playing


async def test_a_restart_does_not_prolong_an_empty_room(scene: Scene) -> None:
    await scene.room.order(Leave("ben"))
    await scene.room.order(Leave("ada"))
    await scene.room.stop()
    scene.clock.seconds += 3 * 3600
    room = await scene.load()
    await scene.clock.advance(0)
    assert room.room.phase is Phase.EXPIRED


async def test_signals_reach_one_member_or_nobody(scene: Scene) -> None:
    scene.room.signal("ada", SignalTo("ben", "offer"))
    assert scene.ben.heard[-1] == SignalFrom("ada", "offer")
    scene.room.signal("ada", SignalTo("nobody", "offer"))
    scene.room.detach("ben", scene.ben)
    scene.room.signal("ada", SignalTo("ben", "offer"))
    assert scene.ben.heard.count(SignalFrom("ada", "offer")) == 1


async def test_signals_to_nobody_share_one_pace_and_a_leaver_takes_theirs_along(scene: Scene) -> None:
    before = scene.room._paces.kept
    assert [scene.room.signal("ada", SignalTo(f"nobody{n}", "offer")) for n in range(91)] == [True] * 90 + [False]
    assert scene.room.signal("ada", SignalTo("ben", "offer"))
    assert scene.room._paces.kept == before + 2
    await scene.room.order(Leave("ben"))
    assert scene.room._paces.kept == before  # without that to Ben, and that of his connections
    await scene.room.order(Leave("ada"))
    assert scene.room._paces.kept == 0


async def test_a_failing_store_acknowledges_nothing(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    told = len(scene.ada.heard)
    scene.store.gate.clear()
    scene.room.do("ada", Do("play", Play()))
    answer = scene.room.order(Join("cy", "Cy", Role.VIEWER))
    await settle()
    scene.room.do("ben", Do("end", End()))
    late = scene.room.order(End(), by="ben")
    scene.store.broken = True
    scene.store.gate.set()
    assert await answer is Reason.UNAVAILABLE
    assert await late is Reason.UNAVAILABLE
    assert len(scene.ada.heard) == told
    assert (scene.ada.code, scene.ben.code) == (1012, 1012)
    assert scene.gone == [scene.room]
    assert "room_given_up" in caplog.text
    scene.room.detach("ada", scene.ada)
    scene.room.do("ada", Do("again", Play()))
    scene.store.broken = False
    room = await scene.load()
    assert not room.room.timeline.playing
    assert room.room.member("cy") is None


async def test_who_waits_is_answered_also_where_our_own_telling_fails(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("a fault of our own")

    monkeypatch.setattr(scene.room._seats, "tell_all", break_down)
    answers = [scene.room.order(Join(who, who, Role.VIEWER)) for who in ("cy", "dee")]
    assert await asyncio.wait_for(asyncio.gather(*answers), 1) == [Reason.UNAVAILABLE] * 2
    assert (scene.ada.code, scene.gone) == (1012, [scene.room])
    assert "room_given_up" in caplog.text


async def test_stopping_waits_for_what_was_taken(scene: Scene) -> None:
    scene.store.gate.clear()
    scene.room.do("ada", Do("play", Play()))
    await settle()
    stopping = asyncio.ensure_future(scene.room.stop())
    await settle()
    assert not stopping.done()
    scene.store.gate.set()
    await stopping
    assert scene.store.kept[CODE].room.timeline.playing
    assert scene.clock.pending == []
    await scene.room.stop()


async def test_an_asker_who_went_away_harms_nothing(scene: Scene) -> None:
    scene.room.order(Pause(), by="ada").cancel()
    scene.room.order(End(), by="ben").cancel()
    await settle()
    assert not has_ended(scene)


class Muddle:
    """Two members who reconnect, ask and steer while commits are slow or not."""

    def __init__(self, scene: Scene, seed: int) -> None:
        self.scene = scene
        self.choose = Random(seed)
        self.links = {"ada": scene.ada, "ben": scene.ben}
        self.everyone = [scene.ada, scene.ben]

    async def step(self, number: int) -> None:
        """Anything."""
        who = self.choose.choice(["ada", "ben"])
        match self.choose.randrange(7):
            case 0:
                self.links[who] = FakeLink()
                self.everyone.append(self.links[who])
                assert self.scene.room.attach(who, self.links[who]) is None
            case 1:
                self.scene.room.welcome(who, self.links[who])
            case 2:
                toggle(self.scene.store.gate)
            case 3:
                await settle()
            case _:
                commands: list[Command] = [Seek(float(number)), Play(), Pause()]
                self.scene.room.do(who, Do(f"{who}-{number}", self.choose.choice(commands)))


@pytest.mark.parametrize("seed", range(25))
async def test_every_connection_sees_one_unbroken_history(scene: Scene, seed: int) -> None:
    muddle = Muddle(scene, seed)
    for number in range(120):
        await muddle.step(number)
    scene.store.gate.set()
    await settle()
    for link in muddle.everyone:
        _assert_unbroken(link)
    for link in muddle.links.values():
        assert _replay(link) == scene.room.room


def toggle(gate: asyncio.Event) -> None:
    if gate.is_set():
        gate.clear()
    else:
        gate.set()


def _assert_unbroken(link: FakeLink) -> None:
    if link.heard:
        assert isinstance(link.heard[0], Ready)
        _replay(link)


def _replay(link: FakeLink) -> Room | None:
    room: Room | None = None
    for message in link.heard:
        if isinstance(message, Ready):
            assert room is None or message.room == room
            room = message.room
        elif isinstance(message, Happened):
            assert room is not None
            assert message.revision == room.revision + 1
            applied = apply(room, message.command, message.by, message.at)
            assert isinstance(applied, Applied)
            room = applied.room
    return room


REPORT = Report(FILM.film_id, Standing.RECEIVING, 0.5, 1e6, 4.0)


async def test_reports_are_told_to_those_here_and_to_newcomers_after_ready(scene: Scene) -> None:
    before = scene.store.appends
    assert scene.room.report("ben", scene.ben, REPORT)
    await scene.clock.advance(1.0)
    assert scene.ada.of(Reports) == [Reports((Reported("ben", REPORT),))]
    late = FakeLink()
    scene.room.attach("ada", late)
    await settle()
    assert [type(message) for message in late.heard] == [Ready, Reports]
    assert late.heard[1] == Reports((Reported("ben", REPORT),))
    assert scene.store.appends == before


async def test_reports_of_an_older_connection_or_another_film_are_nothing(scene: Scene) -> None:
    late = FakeLink()
    scene.room.attach("ben", late)
    await settle()
    assert scene.room.report("ben", scene.ben, REPORT)
    assert scene.room.report("ben", late, Report("cd" * 32, Standing.COMPLETE, 1.0, 0.0, 120.0))
    await scene.clock.advance(2.0)
    assert scene.ada.of(Reports) == []


async def test_reports_go_with_the_connection(scene: Scene) -> None:
    scene.room.report("ben", scene.ben, REPORT)
    scene.room.detach("ben", scene.ben)
    await scene.clock.advance(2.0)
    late = FakeLink()
    scene.room.attach("ada", late)
    await settle()
    assert scene.ada.of(Reports) == late.of(Reports) == []


UNKNOWN = replace(FILM, film_id="cd" * 32, duration_s=None)
AT_THE_END = Report(UNKNOWN.film_id, Standing.COMPLETE, 1.0, 0.0, 120.0, ended=True)


async def watching_one_of_unknown_length(scene: Scene) -> None:
    """Ada's film runs, nobody knows how long; Ben and Cy watch it with her, and another one follows."""
    room = scene.room
    await room.order(Join("cy", "Cy", Role.VIEWER))
    await room.order(QueueAdd("unknown", UNKNOWN), by="ada")
    await room.order(QueueAdd("next", replace(FILM, film_id="ef" * 32)), by="ada")
    await room.order(Skip("unknown"), by="ada")
    scene.cy = FakeLink()
    room.attach("cy", scene.cy)
    for member, link in (("ada", scene.ada), ("ben", scene.ben), ("cy", scene.cy)):
        assert room.report(member, link, replace(AT_THE_END, ended=False))
    await room.order(Play())


@pytest.mark.parametrize("command", [Kick("cy"), Ban("cy"), Leave("cy")], ids=str)
async def test_whoever_has_gone_for_good_is_not_half_of_those_left(scene: Scene, command: Command) -> None:
    await watching_one_of_unknown_length(scene)
    await scene.room.order(command)
    scene.room.detach("cy", scene.cy)
    await scene.room.order(Leave("ben"))
    scene.room.report("ada", scene.ada, AT_THE_END)
    await scene.clock.advance(CREDITS_S + 0.1)
    assert scene.room.room.timeline.item == "next"


async def test_what_another_tab_said_is_gone_with_it(scene: Scene) -> None:
    await watching_one_of_unknown_length(scene)
    await scene.clock.advance(2.0)
    scene.room.report("ben", scene.ben, AT_THE_END)
    scene.room.report("cy", scene.cy, replace(AT_THE_END, drift_s=0.004))
    scene.room.attach("cy", FakeLink())
    scene.room.attach("ben", FakeLink())
    assert scene.room.drifts_s == ()
    await scene.clock.advance(100.0)
    assert scene.room.room.timeline.item == "unknown"
    late = FakeLink()
    scene.room.attach("ada", late)
    await settle()
    assert late.of(Reports) == []


async def test_a_welcome_that_comes_too_late_tells_no_reports(scene: Scene) -> None:
    scene.room.report("ada", scene.ada, REPORT)
    scene.room.welcome("ben", FakeLink())
    await settle()
    assert scene.ben.of(Reports) == []


async def test_what_was_asked_of_a_room_that_has_gone_on_is_stale_and_changes_nothing(scene: Scene) -> None:
    seen = scene.room.room.revision
    scene.room.do("ada", Do("there", Seek(300.0), seen))
    await scene.clock.advance(5.0)
    before = scene.room.room
    scene.room.do("ben", Do("back", Seek(10.0), seen))
    await settle()
    assert scene.ben.heard[-1] == RefusedCommand("back", Reason.STALE, before.revision, before.timeline)
    assert scene.room.room == before
    scene.room.do("ben", Do("on", Seek(310.0), before.revision))
    await settle()
    assert scene.room.room.timeline.position_s == 310.0


async def test_what_was_heard_the_first_time_is_not_stale_the_second(scene: Scene) -> None:
    seen = scene.room.room.revision
    scene.room.do("ben", Do("back", Seek(10.0), seen))
    scene.room.do("ada", Do("there", Seek(300.0), seen))
    await scene.clock.advance(5.0)
    scene.room.do("ben", Do("back", Seek(10.0), seen))
    await settle()
    answer = scene.ben.heard[-1]
    assert isinstance(answer, Happened)
    assert (answer.command_id, scene.room.room.timeline.position_s) == ("back", 300.0)


async def test_what_is_stale_is_still_known_after_a_restart(scene: Scene) -> None:
    seen = scene.room.room.revision
    scene.room.do("ada", Do("there", Seek(300.0), seen))
    await settle()
    await scene.room.stop()
    await scene.clock.advance(5.0)
    room = await scene.load()
    assert room.attach("ben", scene.ben) is None
    room.do("ben", Do("back", Seek(10.0), seen))
    await settle()
    assert scene.ben.heard[-1] == RefusedCommand("back", Reason.STALE, room.room.revision, room.room.timeline)
