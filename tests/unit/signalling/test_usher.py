"""What comes after a film, with the clock and the room in the test's hands. A film of 600 seconds."""

from dataclasses import replace
from typing import Any

import pytest

from app.playback.timeline import Timeline
from app.room.messages import (
    Chat,
    Command,
    Happened,
    Join,
    Pause,
    Play,
    QueueMove,
    QueueRemove,
    React,
    Report,
    Seek,
    SetPresence,
    SetRate,
    Skip,
)
from app.room.reducer import Applied, apply
from app.room.said import Reaction
from app.room.state import Item, Presence, Role, Room, Standing
from signalling.desk import Desk
from signalling.usher import ALONE_S, CREDITS_S, INTERMISSION_S, Usher
from tests.unit.room.rooms import ADA, BEN, CY, ITEMS, away, room
from tests.unit.signalling.fakes import Clock

START = 1000.0
SOON = 0.01


class Scene:
    """A room with three films, the first of which is running; and everything the server ordered."""

    def __init__(self, shown: Room | None = None) -> None:
        self.clock = Clock()
        running = Timeline("one", 500.0, True, 1.0, START)
        self.room = replace(shown or room(ADA), timeline=running)
        self.ordered: list[Command] = []
        self.events: list[Happened] = []
        self.revive()

    def revive(self) -> None:
        """A server that finds the room in the store."""
        desk = Desk(self.clock.now, self.clock.schedule, lambda: self.room, self.order)
        self.usher = Usher(desk, self.events)
        self.usher.look()

    async def restart(self, down_s: float = 0.0) -> None:
        """The server is away for a while, and everybody with it."""
        self.usher.close()
        self.clock.seconds += down_s
        self.revive()
        for member in self.room.members:
            self.do(SetPresence(member.id, Presence.AWAY), None)
        await self.clock.advance(0.0)

    def order(self, command: Command) -> None:
        self.ordered.append(command)
        self.do(command, None)

    def do(self, command: Command, by: str | None = "ada") -> None:
        applied = apply(self.room, command, by, self.clock.now())
        assert isinstance(applied, Applied), applied
        self.room = applied.room
        self.events.append(Happened(self.room.revision, self.clock.now(), by, command))
        self.usher.decided(command)


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_the_next_film_comes_by_itself_and_starts_after_an_intermission(scene: Scene) -> None:
    assert scene.clock.now() == START
    await scene.clock.advance(100.0 + CREDITS_S - SOON)
    assert scene.ordered == []
    await scene.clock.advance(2 * SOON)
    assert scene.ordered == [Skip("two")]
    await scene.clock.advance(INTERMISSION_S - 3 * SOON)
    assert not scene.room.timeline.playing
    await scene.clock.advance(3 * SOON)
    assert scene.ordered == [Skip("two"), Play()]
    assert (scene.room.timeline.item, scene.room.timeline.playing) == ("two", True)


async def test_the_whole_queue_runs_and_then_it_is_over(scene: Scene) -> None:
    for _ in range(30):
        await scene.clock.advance(100.0)
    assert scene.ordered == [Skip("two"), Play(), Skip("three"), Play()]


async def test_speed_and_seeks_move_the_end(scene: Scene) -> None:
    scene.do(SetRate(2.0))
    await scene.clock.advance(50.0 + CREDITS_S - SOON)
    assert scene.ordered == []
    scene.do(Seek(0.0))
    await scene.clock.advance(300.0)
    assert scene.ordered == []
    await scene.clock.advance(CREDITS_S + 1.0)
    assert scene.ordered == [Skip("two")]


@pytest.mark.parametrize("command", [Pause(), Seek(30.0), Play(), Skip("three"), QueueRemove("two")], ids=str)
async def test_whoever_does_something_in_the_intermission_has_the_last_word(scene: Scene, command: Command) -> None:
    await scene.clock.advance(100.0 + CREDITS_S + SOON)
    scene.do(command)
    await scene.clock.advance(INTERMISSION_S + 1.0)
    assert scene.ordered == [Skip("two")]


async def test_tidying_the_queue_in_the_intermission_keeps_nothing_from_starting(scene: Scene) -> None:
    await scene.clock.advance(100.0 + CREDITS_S + SOON)
    scene.do(QueueRemove("one"))
    await scene.clock.advance(INTERMISSION_S + 1.0)
    assert scene.ordered == [Skip("two"), Play()]


async def test_a_paused_film_has_no_end(scene: Scene) -> None:
    scene.do(Pause())
    await scene.clock.advance(1000.0)
    assert scene.ordered == []


async def test_in_an_empty_house_nothing_is_put_on() -> None:
    scene = Scene(room(away(ADA)))
    await scene.clock.advance(1000.0)
    assert scene.ordered == []
    scene.do(SetPresence("ada", Presence.HERE), None)
    await scene.clock.advance(CREDITS_S)
    assert scene.ordered == [Skip("two")]


# --- of unknown length


class Unknown(Scene):
    """Ada has given a film whose length nobody knows; Ben and Cy watch it with her."""

    def __init__(self) -> None:
        unknown = Item("one", replace(ITEMS[0].film, duration_s=None), "ada")
        shown = room(ADA, BEN, CY)
        super().__init__(replace(shown, programme=replace(shown.programme, items=(unknown, *ITEMS[1:]))))
        for member in ("ada", "ben", "cy"):
            self.say(member, ended=False)

    def say(self, member: str, ended: bool = True, **about: Any) -> None:
        said = Report(ITEMS[0].film.film_id, Standing.RECEIVING, 1.0, 0.0, 9.0, ended=ended)
        self.usher.reported(member, replace(said, **about))


@pytest.fixture
def unknown() -> Unknown:
    return Unknown()


async def test_a_film_of_unknown_length_is_not_judged(unknown: Unknown) -> None:
    await unknown.clock.advance(1000.0)
    assert unknown.ordered == []


async def test_it_is_over_when_more_than_half_have_come_to_its_end(unknown: Unknown) -> None:
    unknown.say("ben")
    await unknown.clock.advance(100.0)
    assert unknown.ordered == []
    unknown.say("cy")
    unknown.say("cy")
    await unknown.clock.advance(CREDITS_S - SOON)
    assert unknown.ordered == []
    await unknown.clock.advance(2 * SOON)
    assert unknown.ordered == [Skip("two")]


async def test_whoever_gave_it_knows_where_it_ends(unknown: Unknown) -> None:
    unknown.say("ada")
    await unknown.clock.advance(ALONE_S + CREDITS_S - SOON)
    assert unknown.ordered == []
    await unknown.clock.advance(2 * SOON)
    assert unknown.ordered == [Skip("two")]


async def test_of_two_the_guest_alone_ends_nothing(unknown: Unknown) -> None:
    unknown.usher.forget("cy")
    unknown.say("ben")
    await unknown.clock.advance(1000.0)
    assert unknown.ordered == []


@pytest.mark.parametrize("about", [{"ended": False}, {"film_id": "cd" * 32}])
async def test_whoever_says_something_else_has_not_ended(unknown: Unknown, about: dict[str, Any]) -> None:
    unknown.say("ada")
    unknown.say("ada", **about)
    await unknown.clock.advance(1000.0)
    assert unknown.ordered == []


async def test_nobody_counts_who_does_not_take_the_film_or_has_gone(unknown: Unknown) -> None:
    unknown.say("ben")
    unknown.say("cy", ended=False, standing=Standing.DECLINED)
    await unknown.clock.advance(100.0)
    assert unknown.ordered == []
    unknown.usher.forget("ada")
    await unknown.clock.advance(CREDITS_S + SOON)
    assert unknown.ordered == [Skip("two")]


async def test_a_seek_back_is_no_end(unknown: Unknown) -> None:
    unknown.say("ben")
    unknown.say("cy")
    unknown.do(Seek(0.0))
    await unknown.clock.advance(1000.0)
    assert unknown.ordered == []


@pytest.mark.parametrize(
    "command",
    [
        Chat("What an end!"),
        React(Reaction.CLAP),
        SetRate(2.0),
        Join("dee", "Dee", Role.VIEWER),
        SetPresence("cy", Presence.AWAY),
        QueueRemove("three"),
    ],
    ids=str,
)
async def test_what_else_happens_in_the_room_does_not_make_it_endless(unknown: Unknown, command: Command) -> None:
    """For a client never tells the same twice: what it said of the end has to last."""
    unknown.say("ben")
    unknown.say("cy")
    unknown.do(command, "ada" if isinstance(command, Chat | React | SetRate | QueueRemove) else None)
    await unknown.clock.advance(CREDITS_S + SOON)
    assert unknown.ordered == [Skip("two")]


async def test_whoever_goes_on_at_the_end_has_it_before_them_anew(unknown: Unknown) -> None:
    unknown.say("ada")
    unknown.do(Pause())
    await unknown.clock.advance(1000.0)
    assert unknown.ordered == []
    unknown.do(Play(0.0))
    await unknown.clock.advance(ALONE_S + CREDITS_S - SOON)
    assert unknown.ordered == []
    await unknown.clock.advance(2 * SOON)
    assert unknown.ordered == [Skip("two")]


async def test_the_end_of_one_film_is_not_that_of_the_next(unknown: Unknown) -> None:
    unknown.say("ben")
    unknown.say("cy")
    unknown.do(QueueRemove("one"))
    unknown.do(Play(0.0))
    await unknown.clock.advance(100.0)
    assert unknown.ordered == []


async def test_who_tells_of_a_film_that_is_not_on_is_not_heard() -> None:
    scene = Scene(replace(room(ADA), timeline=Timeline()))
    scene.room = replace(scene.room, timeline=Timeline())
    scene.usher.reported("ada", Report(ITEMS[0].film.film_id, Standing.SOURCE, 1.0, 0.0, 9.0, ended=True))
    await scene.clock.advance(1000.0)
    assert scene.ordered == []


# --- and then


async def test_a_queue_that_shrinks_at_the_last_moment_has_no_next(scene: Scene) -> None:
    await scene.clock.advance(100.0)
    for item in ("two", "three"):
        scene.do(QueueRemove(item))
    await scene.clock.advance(10.0)
    assert scene.ordered == []


async def test_what_is_moved_behind_the_film_comes_next_and_behind_the_last_comes_nothing(scene: Scene) -> None:
    await scene.clock.advance(50.0)
    scene.do(QueueMove("three", "two"))
    await scene.clock.advance(50.0 + CREDITS_S + SOON)
    assert scene.ordered == [Skip("three")]
    scene.do(QueueMove("three"))
    await scene.clock.advance(INTERMISSION_S)
    assert scene.ordered == [Skip("three"), Play()]
    await scene.clock.advance(1000.0)
    assert scene.ordered == [Skip("three"), Play()]


async def test_after_the_end_nothing_is_ordered(scene: Scene) -> None:
    await scene.clock.advance(100.0 + CREDITS_S + SOON)
    scene.usher.close()
    await scene.clock.advance(1000.0)
    assert scene.ordered == [Skip("two")]


async def test_nothing_starts_for_nobody(scene: Scene) -> None:
    await scene.clock.advance(100.0 + CREDITS_S + SOON)
    scene.do(SetPresence("ada", Presence.AWAY), None)
    await scene.clock.advance(INTERMISSION_S + 1.0)
    assert scene.ordered == [Skip("two")]


async def test_a_start_waits_for_somebody_to_see_it(scene: Scene) -> None:
    await scene.clock.advance(100.0 + CREDITS_S + SOON)
    scene.do(SetPresence("ada", Presence.AWAY), None)
    await scene.clock.advance(INTERMISSION_S + 1.0)
    scene.do(SetPresence("ada", Presence.HERE), None)
    await scene.clock.advance(0.0)
    assert scene.ordered == [Skip("two"), Play()]


# --- a restart in the intermission


async def test_a_restart_in_the_intermission_does_not_lose_the_start(scene: Scene) -> None:
    await scene.clock.advance(100.0 + CREDITS_S + SOON)
    await scene.restart(1.0)
    scene.do(SetPresence("ada", Presence.HERE), None)
    await scene.clock.advance(INTERMISSION_S - 1.0 - 2 * SOON)
    assert scene.ordered == [Skip("two")]
    await scene.clock.advance(2 * SOON)
    assert scene.ordered == [Skip("two"), Play()]


async def test_who_comes_back_after_the_intermission_sees_the_start_too(scene: Scene) -> None:
    await scene.clock.advance(100.0 + CREDITS_S + SOON)
    await scene.restart(20.0)
    assert scene.ordered == [Skip("two")]
    scene.do(SetPresence("ada", Presence.HERE), None)
    await scene.clock.advance(0.0)
    assert scene.ordered == [Skip("two"), Play()]


@pytest.mark.parametrize("command", [Pause(), Seek(30.0), Skip("three"), QueueRemove("two")], ids=str)
async def test_what_somebody_did_in_the_intermission_outlives_a_restart(scene: Scene, command: Command) -> None:
    await scene.clock.advance(100.0 + CREDITS_S + SOON)
    scene.do(command)
    await scene.restart(1.0)
    scene.do(SetPresence("ada", Presence.HERE), None)
    await scene.clock.advance(INTERMISSION_S)
    assert scene.ordered == [Skip("two")]


async def test_a_restart_in_a_film_starts_nothing(scene: Scene) -> None:
    scene.do(Skip("two"))
    await scene.restart(1.0)
    scene.do(SetPresence("ada", Presence.HERE), None)
    await scene.clock.advance(INTERMISSION_S)
    assert scene.ordered == []
