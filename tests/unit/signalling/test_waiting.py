"""When a room waits and for whom, with the clock, the reports and the room in the test's hands. Times in seconds."""

from dataclasses import replace
from typing import Any

import pytest

from app.playback.gate import MOST_WAITS, START_WAIT_S, WAIT_S, Buffer, WaitFor
from app.room.messages import (
    Command,
    GoOn,
    Hold,
    Leave,
    Pause,
    Play,
    QueueRemove,
    Report,
    Seek,
    SetPolicy,
    SetPresence,
    Skip,
)
from app.room.reducer import Applied, apply
from app.room.state import Policy, Presence, Room, Standing
from signalling.desk import Desk
from signalling.waiting import Waiting
from tests.unit.room.rooms import ADA, BEN, CY, room
from tests.unit.signalling.fakes import Clock


class Scene:
    """Ada, who has the film, with Ben and Cy, who get it; and everything the server ordered."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.room: Room = room(ADA, BEN, CY)
        self.ordered: list[Command] = []
        self.waiting = Waiting(Desk(self.clock.now, self.clock.schedule, lambda: self.room, self.order))
        self.say("ada", Buffer.READY, Standing.SOURCE)

    def order(self, command: Command) -> None:
        self.ordered.append(command)
        self.do(command, None)

    def do(self, command: Command, by: str | None = "ada") -> None:
        if isinstance(command, Play | Seek):
            command = replace(command, waits_for=self.waiting.before(command))
        before = self.room
        applied = apply(before, command, by, self.clock.now())
        assert isinstance(applied, Applied), applied
        self.room = applied.room
        self.waiting.decided(command, before)

    def say(
        self, member: str, buffer: Buffer, standing: Standing = Standing.RECEIVING, seen: int | None = None
    ) -> None:
        film = self.room.current.film.film_id if self.room.current else ""
        revision = self.room.revision if seen is None else seen
        self.waiting.reported(member, Report(film, standing, 0.1, 1e6, 2.0, buffer=buffer, seen=revision))

    async def play(self, *members: str) -> None:
        """The film runs, everybody of these being ready."""
        for member in members:
            self.say(member, Buffer.READY)
        self.do(Play(0.3))
        assert self.room.timeline.playing
        await self.clock.advance(1.0)


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_a_start_waits_until_everybody_is_ready(scene: Scene) -> None:
    scene.say("ben", Buffer.FILLING)
    scene.say("cy", Buffer.DRY)
    scene.do(Play())
    assert scene.room.wait is not None
    assert scene.room.wait.members == ("ben", "cy")
    scene.say("ben", Buffer.READY)
    assert scene.ordered == []
    scene.say("cy", Buffer.READY)
    assert scene.ordered == [GoOn()]
    assert scene.room.timeline.playing
    assert scene.clock.pending == []


async def restarted_in_a_wait(scene: Scene) -> None:
    """The film was to start for Ben and Cy too; then the server restarted."""
    scene.say("ben", Buffer.FILLING)
    scene.say("cy", Buffer.FILLING)
    scene.do(Play())
    scene.waiting.close()
    scene.waiting = Waiting(Desk(scene.clock.now, scene.clock.schedule, lambda: scene.room, scene.order))
    scene.waiting.revive()
    scene.do(SetPresence("ben", Presence.AWAY), None)
    scene.do(SetPresence("ben", Presence.HERE), None)
    scene.say("ada", Buffer.READY, Standing.SOURCE)
    assert scene.ordered == []


async def test_a_wait_outlives_a_restart(scene: Scene) -> None:
    await restarted_in_a_wait(scene)
    scene.say("ben", Buffer.FILLING)
    scene.say("cy", Buffer.READY)
    assert scene.ordered == []
    scene.say("ben", Buffer.READY)
    assert scene.ordered == [GoOn()]


async def test_who_does_not_come_back_from_a_restart_is_not_waited_for(scene: Scene) -> None:
    await restarted_in_a_wait(scene)
    scene.say("cy", Buffer.READY)
    scene.do(Leave("ben"), None)
    assert scene.ordered == [GoOn()]


async def test_a_wait_that_outlives_a_restart_still_ends_at_its_moment(scene: Scene) -> None:
    await restarted_in_a_wait(scene)
    await scene.clock.advance(START_WAIT_S + 0.1)
    assert scene.ordered == [GoOn()]


async def test_a_room_that_restarts_without_a_wait_waits_for_nobody(scene: Scene) -> None:
    scene.waiting.revive()
    assert scene.ordered == []
    assert scene.clock.pending == []


async def test_a_start_waits_no_longer_than_a_minute(scene: Scene) -> None:
    scene.say("ben", Buffer.FILLING)
    scene.do(Play())
    await scene.clock.advance(START_WAIT_S - 0.1)
    assert scene.ordered == []
    await scene.clock.advance(0.2)
    assert scene.ordered == [GoOn()]


async def test_a_start_that_is_not_to_wait_does_not(scene: Scene) -> None:
    scene.say("ben", Buffer.FILLING)
    scene.do(Play(anyway=True))
    assert scene.room.timeline.playing
    scene.do(Pause())
    scene.do(SetPolicy(Policy(wait_for=WaitFor.NOBODY)))
    scene.do(Play())
    assert scene.room.timeline.playing


@pytest.mark.parametrize(
    "standing",
    [Standing.DECLINED, Standing.CANNOT_PLAY, Standing.NO_SPACE, Standing.PAUSED, Standing.STORE_REFUSED],
)
async def test_nobody_waits_for_who_does_not_take_the_film(scene: Scene, standing: Standing) -> None:
    scene.say("ben", Buffer.DRY, standing)
    scene.do(Play())
    assert scene.room.timeline.playing


async def test_nobody_waits_for_who_is_away_or_says_nothing_or_speaks_of_another_film(scene: Scene) -> None:
    scene.say("ben", Buffer.DRY)
    scene.do(SetPresence("ben", Presence.AWAY), None)
    scene.waiting.reported("cy", Report("ee" * 32, Standing.RECEIVING, 0.1, 0.0, 0.0))
    scene.do(Play())
    assert scene.room.timeline.playing


async def test_a_majority_is_enough_where_the_host_says_so(scene: Scene) -> None:
    scene.do(SetPolicy(Policy(wait_for=WaitFor.MAJORITY)))
    scene.say("ben", Buffer.READY)
    scene.say("cy", Buffer.FILLING)
    scene.do(Play())
    assert scene.room.timeline.playing


async def test_a_seek_of_a_running_film_waits_until_all_have_looked(scene: Scene) -> None:
    await scene.play("ben", "cy")
    scene.do(Seek(300.0))
    assert scene.room.wait is not None
    assert scene.room.wait.members == ("ben", "cy")
    scene.say("ben", Buffer.READY, seen=scene.room.revision - 1)
    scene.say("cy", Buffer.READY)
    assert scene.ordered == []
    scene.say("ben", Buffer.READY)
    assert scene.ordered == [GoOn()]
    assert scene.room.timeline.position_s == 300.0


async def test_a_seek_where_everyone_has_everything_waits_for_nobody(scene: Scene) -> None:
    for member in ("ben", "cy"):
        scene.say(member, Buffer.READY, Standing.COMPLETE)
    await scene.play()
    scene.do(Seek(300.0))
    assert scene.room.timeline.playing


async def test_a_second_seek_during_the_wait_waits_anew(scene: Scene) -> None:
    await scene.play("ben", "cy")
    scene.do(Seek(300.0))
    await scene.clock.advance(WAIT_S - 1)
    scene.do(Seek(100.0))
    await scene.clock.advance(2.0)
    assert scene.ordered == []
    await scene.clock.advance(WAIT_S)
    assert scene.ordered == [GoOn()]


async def test_who_comes_late_stops_nobody(scene: Scene) -> None:
    await scene.play("ben")
    scene.say("cy", Buffer.DRY)
    assert scene.ordered == []
    scene.do(Seek(300.0))
    assert scene.room.wait is not None
    assert scene.room.wait.members == ("ben",)


async def test_a_room_stops_for_who_runs_dry_and_goes_on_when_it_is_ready(scene: Scene) -> None:
    await scene.play("ben", "cy")
    scene.say("ben", Buffer.FILLING)
    assert scene.ordered == []
    scene.say("ben", Buffer.DRY)
    assert scene.ordered == [Hold(("ben",))]
    scene.say("ben", Buffer.FILLING)
    scene.say("ben", Buffer.READY)
    assert scene.ordered == [Hold(("ben",)), GoOn()]


async def test_a_room_waits_ten_seconds_and_then_that_member_catches_up_alone(scene: Scene) -> None:
    await scene.play("ben", "cy")
    scene.say("ben", Buffer.DRY)
    await scene.clock.advance(WAIT_S + 0.1)
    assert scene.ordered == [Hold(("ben",)), GoOn()]
    await scene.clock.advance(1.0)
    scene.say("ben", Buffer.DRY)
    assert scene.room.timeline.playing


async def test_a_member_is_not_waited_for_again_and_again(scene: Scene) -> None:
    await scene.play("ben", "cy")
    for _ in range(MOST_WAITS):
        scene.say("ben", Buffer.DRY)
        scene.say("ben", Buffer.READY)
        await scene.clock.advance(1.0)
    assert scene.ordered == [Hold(("ben",)), GoOn()] * MOST_WAITS
    scene.say("ben", Buffer.DRY)
    assert scene.room.timeline.playing


@pytest.mark.parametrize("command", [SetPresence("ben", Presence.AWAY), Leave("ben")], ids=str)
async def test_who_goes_is_waited_for_no_longer(scene: Scene, command: Command) -> None:
    await scene.play("ben", "cy")
    scene.say("ben", Buffer.DRY)
    scene.waiting.forget_for_good("ben")
    scene.do(command, None)
    assert scene.ordered == [Hold(("ben",)), GoOn()]


async def test_a_pause_or_another_film_ends_the_wait_for_good(scene: Scene) -> None:
    scene.say("ben", Buffer.FILLING)
    scene.do(Play())
    scene.do(Pause())
    scene.do(Play())
    scene.do(Skip("two"))
    assert scene.clock.pending == []
    await scene.clock.advance(2 * START_WAIT_S)
    assert scene.ordered == []
    scene.do(QueueRemove("two"))
    assert scene.room.wait is None


async def test_a_film_that_is_over_or_not_begun_runs_dry_for_nobody(scene: Scene) -> None:
    await scene.play("ben", "cy")
    await scene.clock.advance(700.0)
    scene.say("ben", Buffer.DRY)
    assert scene.ordered == []
    scene.say("cy", Buffer.READY)
    scene.do(Play())
    assert scene.room.wait is not None
    assert scene.room.wait.members == ("ben", "cy")
    scene.say("cy", Buffer.READY)
    scene.say("ben", Buffer.READY)
    scene.say("ben", Buffer.DRY)
    assert scene.ordered == [GoOn()]


async def test_nothing_is_ordered_any_more_after_the_end(scene: Scene) -> None:
    scene.say("ben", Buffer.FILLING)
    scene.do(Play())
    scene.waiting.close()
    await scene.clock.advance(2 * START_WAIT_S)
    assert scene.ordered == []


async def test_a_wait_from_before_the_server_went_down_has_an_end(scene: Scene) -> None:
    scene.say("ben", Buffer.FILLING)
    scene.do(Play())
    scene.waiting.close()
    anew = Waiting(Desk(scene.clock.now, scene.clock.schedule, lambda: scene.room, scene.order))
    scene.waiting = anew
    anew.look()
    assert scene.ordered == [GoOn()]


async def test_what_was_started_anyway_does_not_stop_for_those_it_was_started_without(scene: Scene) -> None:
    await scene.play("ben", "cy")
    scene.say("ben", Buffer.DRY)
    scene.do(Play(0.3, anyway=True))
    await scene.clock.advance(1.0)
    scene.say("cy", Buffer.READY)
    scene.say("ben", Buffer.DRY)
    assert scene.ordered == [Hold(("ben",))]
    assert scene.room.timeline.playing
    scene.say("ben", Buffer.READY)
    scene.say("ben", Buffer.DRY)
    assert scene.ordered == [Hold(("ben",)), Hold(("ben",))]


async def test_nobody_has_seen_what_is_still_to_come(scene: Scene) -> None:
    await scene.play("ben", "cy")
    scene.say("cy", Buffer.READY, seen=2**53)
    scene.do(Seek(300.0))
    scene.say("ben", Buffer.READY)
    assert scene.ordered == []
    scene.say("cy", Buffer.READY)
    assert scene.ordered == [GoOn()]


async def test_a_second_seek_does_not_wait_for_who_came_late_either(scene: Scene) -> None:
    await scene.play("ben")
    scene.do(Seek(300.0))
    scene.say("cy", Buffer.DRY)
    scene.do(Seek(100.0))
    assert scene.room.wait is not None
    assert scene.room.wait.members == ("ben",)


async def test_a_seek_while_a_start_waits_waits_on_for_the_same(scene: Scene) -> None:
    scene.say("cy", Buffer.READY)
    scene.say("ben", Buffer.FILLING)
    scene.do(Play())
    scene.do(Seek(300.0))
    assert scene.room.wait is not None
    assert scene.room.wait.members == ("ben", "cy")


async def test_play_during_a_wait_at_the_end_makes_nobody_look_again(scene: Scene) -> None:
    await scene.play("ben", "cy")
    scene.do(Seek(600.0))
    scene.say("ben", Buffer.READY)
    scene.do(Play())
    scene.say("cy", Buffer.READY)
    assert scene.ordered == [GoOn()]
    assert scene.room.timeline.position_s == 600.0


async def test_whoever_ran_dry_has_some_seconds_in_hand_before_the_room_goes_on(scene: Scene) -> None:
    await scene.play("ben", "cy")
    scene.say("ben", Buffer.DRY)
    film = scene.room.current.film.film_id if scene.room.current else ""
    little = Report(film, Standing.RECEIVING, 0.4, 1e6, 2.0, need_s=9.0, buffer=Buffer.READY, seen=scene.room.revision)
    scene.waiting.reported("ben", little)
    assert scene.ordered == [Hold(("ben",))]
    scene.waiting.reported("ben", replace(little, ahead_s=3.0))
    assert scene.ordered == [Hold(("ben",)), GoOn()]


@pytest.mark.parametrize("about", [{"need_s": 1.0, "ahead_s": 1.0}, {"standing": Standing.COMPLETE}])
async def test_whoever_needs_no_more_is_not_short(scene: Scene, about: dict[str, Any]) -> None:
    await scene.play("ben", "cy")
    scene.say("ben", Buffer.DRY)
    film = scene.room.current.film.film_id if scene.room.current else ""
    little = Report(film, Standing.RECEIVING, 0.4, 1e6, 2.0, need_s=9.0, buffer=Buffer.READY, seen=scene.room.revision)
    scene.waiting.reported("ben", replace(little, **about))
    assert scene.ordered == [Hold(("ben",)), GoOn()]


async def test_at_a_start_a_quarter_of_the_film_is_enough(scene: Scene) -> None:
    scene.say("ben", Buffer.FILLING)
    scene.say("cy", Buffer.READY)
    scene.do(Play(0.3))
    film = scene.room.current.film.film_id if scene.room.current else ""
    scene.waiting.reported(
        "ben",
        Report(film, Standing.RECEIVING, 0.25, 0.0, 1.0, need_s=3.0, buffer=Buffer.READY, seen=scene.room.revision),
    )
    assert scene.ordered == [GoOn()]


async def test_a_start_waits_for_whoever_still_looks_at_the_film(scene: Scene) -> None:
    scene.say("ben", Buffer.DRY, Standing.CHECKING)
    scene.do(Play(0.3))
    assert scene.room.wait is not None
    assert scene.room.wait.members == ("ben",)
    scene.say("ben", Buffer.DRY, Standing.CANNOT_PLAY)
    assert scene.ordered == [GoOn()]
