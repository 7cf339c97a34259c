"""What comes after a film, with the clock and the room in the test's hands. A film of 600 seconds."""

from dataclasses import replace

import pytest

from app.playback.timeline import Timeline
from app.room.messages import Command, Pause, Play, QueueRemove, Seek, SetPresence, SetRate, Skip
from app.room.reducer import Applied, apply
from app.room.state import Item, Presence, Room
from signalling.usher import CREDITS_S, INTERMISSION_S, Usher
from tests.unit.room.rooms import ADA, ITEMS, away, room
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
        self.usher = Usher(self.clock.now, self.clock.schedule, lambda: self.room, self.order)
        self.usher.look()

    def order(self, command: Command) -> None:
        self.ordered.append(command)
        self.do(command, None)

    def do(self, command: Command, by: str | None = "ada") -> None:
        applied = apply(self.room, command, by, self.clock.now())
        assert isinstance(applied, Applied), applied
        self.room = applied.room
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


async def test_a_film_of_unknown_length_is_not_judged() -> None:
    unknown = Item("one", replace(ITEMS[0].film, duration_s=None), "ada")
    shown = room(ADA)
    scene = Scene(replace(shown, programme=replace(shown.programme, items=(unknown, *ITEMS[1:]))))
    await scene.clock.advance(1000.0)
    assert scene.ordered == []


async def test_a_queue_that_shrinks_at_the_last_moment_has_no_next(scene: Scene) -> None:
    await scene.clock.advance(100.0)
    for item in ("two", "three"):
        scene.do(QueueRemove(item))
    await scene.clock.advance(10.0)
    assert scene.ordered == []


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
